"""What lies in a period that is closed in Intacct is neither taken back nor sent, and
the dry run says the same as the sync."""

from odoo.exceptions import UserError

from .common import ChangeCase

CLOSED = "2026-10-31"


class TestClosedPeriods(ChangeCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.sold(100)
        self.payment = self.pay(self.invoice)
        self.sync()

    def close(self, through="10/31/2026"):
        self.intacct.change("close_books", module="GL", entity="", through=through)
        self.sync(scope="lists")

    def dry_run(self, record):
        """What the dry run says of a record.

        :return: cause and message
        """
        action = self.backend.action_preflight()
        event = self.env["intacct.sync.event"].search(
            [*action["domain"], ("document", "=", record.name)]
        )
        return event.cause, event.message

    # ------------------------------------------------------------------
    # Before a change
    # ------------------------------------------------------------------
    def test_a_document_is_neither_reset_nor_cancelled(self):
        self.close()
        for name in ("button_draft", "button_cancel"):
            with self.assertRaises(UserError) as caught:
                getattr(self.invoice.with_user(self.reverser), name)()
            self.assertIn("closed in Sage Intacct", str(caught.exception))
            self.assertIn("credit note", str(caught.exception))
        self.assertEqual(self.invoice.state, "posted")

    def test_neither_is_a_payment(self):
        self.close()
        for name in ("action_draft", "action_cancel", "action_reject"):
            with self.assertRaises(UserError) as caught:
                getattr(self.payment.with_user(self.reverser), name)()
            self.assertIn("closed in Sage Intacct", str(caught.exception))

    def test_nor_is_it_taken_off_its_invoice(self):
        self.close()
        partial = self.invoice.line_ids.matched_credit_ids
        with self.assertRaises(UserError) as caught:
            partial.with_user(self.reverser).unlink()
        self.assertIn(self.payment.name, str(caught.exception))

    def test_what_lies_after_it_is_free(self):
        self.close("10/04/2026")
        self.cancel(self.payment)
        self.follow()
        self.assertFalse(self.live_receipts())

    def test_a_dialog_that_was_open_meanwhile_is_refused_too(self):
        _message, context = self.warned(
            self.invoice.with_user(self.reverser).button_cancel
        )
        self.close()
        wizard = self.env["intacct.change"].with_user(self.reverser)
        wizard = wizard.with_context(**context).create({"reason": "Late"})
        with self.assertRaises(UserError):
            wizard.action_confirm()

    # ------------------------------------------------------------------
    # The sync
    # ------------------------------------------------------------------
    def test_a_change_from_before_is_held_and_said_alike(self):
        self.cancel(self.payment)
        self.close()
        said = self.dry_run(self.payment)
        self.assertEqual(said[0], f"closed_period:{CLOSED}")
        self.sync("errors")
        event = self.waiting(self.payment)
        self.assertEqual(event.cause, said[0])
        self.assertEqual(len(self.live_receipts()), 1)

        self.intacct.change("close_books", module="GL", entity="", through="")
        self.follow()
        self.assertFalse(self.live_receipts())
        self.assertFalse(self.events(state="open"))

    def test_what_is_new_is_held_and_said_alike(self):
        self.close()
        late = self.sold(70)
        money = self.pay(late, day="2026-10-20")
        before = len(self.intacct.requests())
        said = self.dry_run(late)
        self.assertEqual(len(self.intacct.requests()), before)
        self.sync("errors")
        self.assertEqual(self.waiting(late).cause, said[0])
        self.assertEqual(said[0], f"closed_period:{CLOSED}")
        self.assertFalse(late.intacct_operation_ids)
        self.assertFalse(money.intacct_operation_ids)

        self.intacct.change("close_books", module="GL", entity="", through="")
        self.sync_twice()
        self.assert_agree(late, open_amounts=[0])
        self.assertFalse(self.events(state="open"))

    def test_a_payment_of_an_open_day_goes_on_a_closed_document(self):
        unpaid = self.sold(70)
        self.sync()
        self.close()
        money = self.pay(unpaid, day="2026-11-02")
        self.assertEqual(self.dry_run(money)[0], "would_create_payment")
        self.sync()
        self.assert_agree(unpaid, open_amounts=[0])

    def test_an_application_is_held_and_said_alike(self):
        credit = self.credited(30)
        other = self.sold(30)
        self.sync()
        self.close()
        self.reconcile(other, credit)
        said = self.dry_run(credit)
        self.assertEqual(said[0], f"closed_period:{CLOSED}")
        self.sync("errors")
        self.assertEqual(self.waiting(credit).cause, said[0])
        self.assertFalse(self.operations(credit, "apply"))


class TestLostApplications(ChangeCase):
    """Unreconciled in Odoo: the dry run says what the sync does."""

    def said(self):
        action = self.backend.action_preflight()
        events = self.env["intacct.sync.event"].search(action["domain"])
        return {(event.document, event.cause, event.amount) for event in events}

    def test_a_receipt_is_reversed_and_sent_again(self):
        first, second = self.sold(100), self.sold(50)
        payment = self.pay(first | second, 150)
        self.sync()
        partial = second.line_ids.matched_credit_ids
        self.confirm(partial.with_user(self.reverser).unlink)
        self.assertEqual(self.said(), {(payment.name, "would_replace", 150)})
        self.follow()
        self.assert_agree(first, second, open_amounts=[0, 50])
        self.assertFalse(self.said())

    def test_an_application_is_reversed(self):
        invoice, credit = self.sold(100), self.credited(30)
        self.reconcile(invoice, credit)
        self.sync()
        partial = invoice.line_ids.matched_credit_ids
        self.confirm(partial.with_user(self.reverser).unlink)
        self.assertEqual(self.said(), {(credit.name, "would_reverse", 30)})
        self.follow()
        self.assert_agree(invoice, credit, open_amounts=[100, 30])

    def test_a_connection_that_forbids_it_is_said(self):
        invoice, credit = self.sold(100), self.credited(30)
        self.reconcile(invoice, credit)
        self.sync()
        invoice.line_ids.matched_credit_ids.unlink()
        self.backend.forbid_reversals = True
        self.assertEqual(self.said(), {(credit.name, "reversals_forbidden", 30)})
