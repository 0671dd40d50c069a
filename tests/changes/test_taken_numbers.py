"""A number that Intacct has already: the same document is ours, any other is shown."""

from .common import ChangeCase

DAY = "10/05/2026"
FUNCTIONS = {"out_invoice": "create_invoice", "out_refund": "create_aradjustment"}


class TestTakenNumbers(ChangeCase):
    """Somebody brought a document to Intacct that an earlier try has not."""

    def setUp(self):
        super().setUp()
        self.intacct.customer("C2")

    def refused(self, move):
        """A document whose first try was refused; the mark that it carried."""
        self.intacct.faults(
            {
                "action": "error",
                "function": FUNCTIONS[move.move_type],
                "text": "Invalid Moon phase.",
            }
        )
        self.sync("errors")
        return self.operations(move).marker

    def enter(self, move, marker, customer="C1", amount=100, day=DAY):
        """RECORDNO of a document with the number of another one."""
        values = {"WHENCREATED": day, "DESCRIPTION": f"[{marker}] {move.name}"}
        if move.move_type == "out_refund":
            return self.intacct.adjustment(move.name, customer, (-amount,), **values)
        values["WHENDUE"] = DAY
        return self.intacct.invoice(move.name, customer, (amount,), **values)

    def retry(self, move):
        self.waiting(move).action_retry()
        self.work()

    def test_the_same_customer_date_amount_and_mark_is_the_same_document(self):
        for make in (self.sold, self.credited):
            with self.subTest(make=make.__name__):
                move = make(100, "2026-10-05")
                key = self.enter(move, self.refused(move))
                self.retry(move)
                self.assertEqual(self.there(move)[0], key)
                self.assertEqual(move.intacct_status, "in")
                self.assertEqual(self.copies(move), [key])
                self.sync()

    def copies(self, move):
        """RECORDNOs of what has the number of a document."""
        return [
            str(row["RECORDNO"])
            for name in ("ARINVOICE", "ARADJUSTMENT")
            for row in self.intacct.rows(name)
            if row["RECORDID"] == move.name
        ]

    def test_one_that_differs_in_any_of_them_is_another_document(self):
        for make in (self.sold, self.credited):
            for other in (
                {"customer": "C2"},
                {"amount": 99.99},
                {"day": "10/06/2026"},
                {"marker": "odoo:0123456789abcdef"},
            ):
                with self.subTest(make=make.__name__, **other):
                    move = make(100, "2026-10-05")
                    key = self.enter(move, **{"marker": self.refused(move), **other})
                    self.retry(move)
                    self.assert_shown(move, key)
                    self.assertEqual(self.copies(move), [key])
                    # The next one begins with nothing open.
                    self.decide("ignore", move)
                    self.follow(None)

    def assert_shown(self, move, key):
        """What people are told is the seed text and what there is."""
        (event,) = self.events(
            cause="number_taken", state="open", recordno=str(move.id)
        )
        text = f"A transaction with the number '{move.name}' already exists."
        self.assertIn(text, event.message)
        self.assertIn(f"#{key}", event.message)
        self.assertEqual(self.operations(move).state, "failed")
        self.assertFalse(move.intacct_binding_ids)

    def test_the_three_ways_on_for_a_credit_note(self):
        keys = {}
        for _number in range(3):
            move = self.credited(100, "2026-10-05")
            marker = self.refused(move)[:-1] + "x"
            keys[move] = self.enter(move, marker)
            self.retry(move)
            self.assert_shown(move, keys[move])
        linked, renumbered, ignored = keys

        self.decide("link", linked)
        self.decide("number", renumbered)
        self.decide("ignore", ignored)
        self.follow()

        self.assertEqual(self.there(linked), (keys[linked], "ARADJUSTMENT"))
        self.assertEqual(self.row(renumbered)["RECORDID"], f"{renumbered.name}-O1")
        self.assertFalse(ignored.intacct_binding_ids)
        self.assertFalse(self.events(cause="number_taken", state="open"))
        self.assertEqual(len(self.intacct.rows("ARADJUSTMENT")), 4)
        self.assert_agree(linked, renumbered, open_amounts=[100, 100])
