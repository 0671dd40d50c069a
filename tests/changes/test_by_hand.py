"""What only a person can settle: doubts, what the gateway can't do, what vanished."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime

from .common import WHY, ChangeCase


class TestDoubts(ChangeCase):
    def doubtful(self):
        """An invoice that was sent two days ago and of which nothing is known."""
        invoice = self.sold(100)
        self.intacct.faults(
            {"action": "cut", "when": "before", "function": "create_invoice"}
        )
        self.sync(None)
        self.intacct.no_faults()
        operation = self.operations(invoice)
        self.assertEqual(operation.state, "in_doubt")
        operation.first_sent_at = Datetime.now() - timedelta(days=2)
        return invoice, operation

    def open_failures(self):
        """Ids of invoices that something is told of."""
        events = self.env["intacct.sync.event"]._waiting(self.backend, "account.move")
        return {int(key) for key in events.mapped("recordno")}

    def go_on(self, state=None):
        runs = self.env["intacct.sync.run"].search([("state", "=", "running")])
        runs.next_attempt = False
        self.work()
        return runs

    def test_it_is_never_sent_again_by_itself(self):
        invoice, operation = self.doubtful()
        self.go_on()
        self.assertFalse(self.intacct.rows("ARINVOICE"))
        self.assertEqual(operation.state, "in_doubt")
        self.assertIn("cannot be found", self.waiting(invoice).message)

    def test_a_manager_says_that_it_is_not_there(self):
        invoice, operation = self.doubtful()
        self.go_on()
        for user in (self.clerk, self.reverser):
            with self.assertRaises(AccessError):
                self.decide("not_there", operation, user=user)
        decision = self.decide("not_there", operation)
        self.assertEqual(decision.operation_id, operation)
        self.assertEqual(decision.reason, WHY)
        self.follow()
        self.assert_agree(invoice, open_amounts=[100])

    def test_what_was_cancelled_since_ends_with_the_decision(self):
        invoice, operation = self.doubtful()
        self.go_on()
        self.cancel(invoice)
        self.follow(None)
        self.assertTrue(self.waiting(invoice))
        self.decide("not_there", operation)

        self.follow()

        self.assertFalse(self.intacct.rows("ARINVOICE"))
        self.assertEqual(operation.state, "superseded")
        self.assertFalse(self.open_failures())

    def test_what_failed_and_was_cancelled_is_over(self):
        self.backend.item_reference_id = False
        cancelled, corrected, deleted, stays = (self.sold(100) for _each in range(4))
        self.sync("errors")
        self.assertEqual(
            self.open_failures(), {*(cancelled | corrected | deleted | stays).ids}
        )

        cancelled.with_user(self.biller).button_cancel()
        (corrected | deleted).with_user(self.biller).button_draft()
        deleted.with_context(force_delete=True).unlink()

        self.sync("errors")
        self.assertEqual(self.open_failures(), {stays.id})

    def test_what_intacct_refused_and_was_cancelled_is_over(self):
        invoice = self.sold(100)
        self.intacct.faults(
            {
                "action": "error",
                "function": "create_invoice",
                "errorno": "BL01001973",
                "text": "no",
            }
        )
        self.sync("errors")
        self.assertEqual(self.operations(invoice).state, "failed")
        invoice.with_user(self.biller).button_cancel()

        self.sync()

        self.assertFalse(self.open_failures())
        self.assertEqual(invoice.intacct_operation_ids.state, "superseded")
        self.assertNotEqual(invoice.intacct_status, "failed")

    def test_a_manager_finds_it_among_what_is_there(self):
        key = self.intacct.invoice("BY-HAND")
        self.intacct.pay({key: 100})
        invoice, operation = self.doubtful()
        self.go_on()
        self.assertEqual([row["RECORDNO"] for row in operation.candidates], [key])
        decision = self.decide("this_is_it", operation)
        self.assertEqual(decision.kind, "this_is_it")
        self.follow(None)
        self.assertEqual(operation.state, "done")
        self.assertEqual(self.there(invoice)[0], key)
        self.assertEqual(len(self.intacct.rows("ARINVOICE")), 1)

    def test_a_record_of_another_document_is_refused(self):
        other = self.sold(100)
        self.sync()
        _invoice, operation = self.doubtful()
        self.go_on()
        with self.assertRaises(UserError):
            self.decide("this_is_it", operation, recordno=self.there(other)[0])

    def test_a_reversal_in_doubt_is_settled_by_reading(self):
        for when in ("before", "after"):
            with self.subTest(when=when):
                invoice = self.sold(100)
                self.sync()
                key, _name = self.there(invoice)
                self.cancel(invoice)
                self.intacct.faults(
                    {
                        "action": "cut",
                        "when": when,
                        "times": 1,
                        "function": "reverse_invoice",
                    }
                )
                self.sync(None)
                self.intacct.no_faults()
                self.go_on()
                self.assert_books()
                row = self.intacct.one("ARINVOICE", RECORDNO=key)
                self.assertEqual(row["RAWSTATE"], "V")
                counters = [
                    row
                    for row in self.intacct.rows("ARINVOICE")
                    if row["RECORDID"] == invoice.name
                ]
                self.assertEqual(len(counters), 2)


class TestDoIt(ChangeCase):
    def test_a_deposited_receipt_is_taken_back_by_a_person(self):
        invoice = self.sold(100)
        payment = self.pay(invoice)
        self.sync()
        key = self.receipt(payment)["RECORDNO"]
        self.intacct.change(
            "deposit", bank="BOA", id="D1", date="10/20/2026", keys=[key]
        )
        self.cancel(payment)
        self.follow(None)
        operation = self.operations(payment, "reverse_payment")
        self.assertEqual(operation.state, "do_it")
        self.assertEqual(operation.user_id, self.backend.user_id)
        self.assertEqual(operation.amount, 100)
        self.assertIn(str(key), operation.message)
        self.assertTrue(payment.activity_ids)
        self.assertIn("Do it in Intacct", self.waiting(payment).message)
        other = self.sold(30)
        self.sync(None)
        self.assert_agree(other, open_amounts=[30])
        self.assertEqual(operation.state, "do_it")
        self.intacct.change("reverse", key=key, date="11/20/2026", force=True)
        self.sync()
        self.assertEqual(operation.state, "done")
        self.assertFalse(payment.activity_ids)
        self.assert_agree(invoice, open_amounts=[100])
        self.assertFalse(self.events(state="open"))

    def test_an_advance_is_taken_back_by_a_person(self):
        self.backend.advance_hours = 0
        payment = self.payment(80)
        self.sync()
        (advance,) = self.intacct.rows("ARADVANCE")
        self.cancel(payment)
        self.follow(None)
        operation = self.operations(payment, "reverse_advance")
        self.assertEqual(operation.state, "do_it")
        self.intacct.change("reverse", key=advance["RECORDNO"], date="11/20/2026")
        self.sync()
        self.assertEqual(operation.state, "done")
        self.sync_twice()


class TestVanished(ChangeCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.sold(100)
        self.sync()
        self.key, _name = self.there(self.invoice)
        self.vanish(self.key)

    def vanish(self, key):
        self.intacct.remove(key)
        self.backend.compared_at = "2026-01-01 00:00:00"
        self.sync(None)

    def binding_of(self):
        return self.binding(self.key)

    def test_it_is_reported_and_not_sent_by_itself(self):
        self.assertEqual(self.binding_of().sync_state, "gone")
        self.assertEqual(self.invoice.intacct_status, "gone")
        self.assertTrue(self.invoice.intacct_gone)
        self.assertFalse(self.intacct.rows("ARINVOICE"))
        self.assertTrue(self.open_event(self.key))

    def test_it_is_sent_again(self):
        self.decide("resend", self.invoice)
        self.follow()
        self.assert_agree(self.invoice, open_amounts=[100])
        self.assertNotEqual(self.there(self.invoice)[0], self.key)
        self.assertFalse(self.events(state="open"))
        self.sync_twice()

    def test_it_is_unlinked(self):
        self.decide("unlink", self.invoice)
        self.follow()
        self.assertFalse(self.intacct.rows("ARINVOICE"))
        self.assertFalse(self.events(state="open"))

    def test_an_import_that_vanished_is_never_sent_as_new(self):
        key = self.intacct.invoice()
        self.sync(None)
        move = self.move(key)
        self.vanish(key)
        self.assertEqual(self.binding(key).sync_state, "gone")
        with self.assertRaises(UserError):
            self.decide("resend", move)
        self.sync(None)
        self.assertFalse(self.intacct.rows("ARINVOICE"))


class TestReversedThere(ChangeCase):
    """A person in Intacct reversed a receipt that came from Odoo."""

    def setUp(self):
        super().setUp()
        self.invoice = self.sold(100)
        self.payment = self.pay(self.invoice)
        self.sync()
        self.intacct.reverse_payment(self.receipt(self.payment)["RECORDNO"])
        self.sync(None)

    def test_it_is_said(self):
        self.assertIn("reversed in Intacct", self.waiting(self.payment).message)
        self.assertFalse(self.live_receipts())

    def test_it_is_cancelled_here_as_well(self):
        self.payment.with_user(self.biller).action_cancel()
        self.sync(None)
        self.sync()
        self.assert_agree(self.invoice, open_amounts=[100])
        self.assertFalse(self.events(state="open"))

    def test_it_is_sent_again(self):
        self.decide("resend", self.payment)
        self.follow(None)
        self.assertEqual(len(self.live_receipts()), 1)
        self.sync()
        self.assert_agree(self.invoice, open_amounts=[0])
