"""Reset, changed, cancelled, deleted after it was sent: Intacct follows in order."""

from odoo.exceptions import AccessError, UserError

from .common import ChangeCase


class TestGuards(ChangeCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.sold(100)
        self.sync()

    def test_the_person_is_told_what_will_happen_there(self):
        message, _context = self.warned(
            self.invoice.with_user(self.reverser).button_draft
        )
        self.assertIn(self.invoice.name, message)
        self.assertIn("until you post it again", message)
        self.assertEqual(self.invoice.state, "posted")
        message, _context = self.warned(
            self.invoice.with_user(self.reverser).button_cancel
        )
        self.assertIn("is reversed in Sage Intacct", message)

    def test_it_takes_the_right(self):
        for user in (self.biller, self.clerk):
            for name in ("button_draft", "button_cancel"):
                with self.assertRaises(AccessError, msg=f"{user.login} {name}"):
                    getattr(self.invoice.with_user(user), name)()
        self.assertEqual(self.invoice.state, "posted")

    def test_a_forged_dialog_takes_the_right_too(self):
        wizard = self.env["intacct.change"].create(
            {"kind": "cancel", "move_ids": [(6, 0, self.invoice.ids)], "reason": "x"}
        )
        for user in (self.biller, self.clerk):
            with self.assertRaises(AccessError):
                wizard.with_user(user).action_confirm()

    def test_it_takes_a_reason(self):
        with self.assertRaises(UserError):
            self.confirm(self.invoice.with_user(self.reverser).button_draft, reason=" ")
        self.assertEqual(self.invoice.state, "posted")

    def test_the_decision_is_kept(self):
        self.reset(self.invoice)
        decision = self.env["intacct.decision"].search([], limit=1)
        self.assertEqual(decision.kind, "draft")
        self.assertEqual(decision.user_id, self.reverser)
        self.assertEqual(decision.move_id, self.invoice)

    def test_a_connection_may_forbid_it(self):
        self.backend.forbid_reversals = True
        with self.assertRaises(UserError) as caught:
            self.invoice.with_user(self.manager).button_draft()
        self.assertIn("credit note", str(caught.exception))

    def test_what_was_paid_there_is_not_taken_back(self):
        key, _name = self.there(self.invoice)
        self.intacct.pay({key: 40})
        self.sync()
        with self.assertRaises(UserError) as caught:
            self.invoice.with_user(self.reverser).button_draft()
        self.assertIn("credit note", str(caught.exception))

    def test_what_was_reconciled_there_is_not_taken_back(self):
        payment = self.pay(self.invoice)
        self.sync()
        key = self.receipt(payment)["RECORDNO"]
        self.intacct.change("reconcile", key=key, date="10/31/2026")
        self.sync()
        for act in (
            self.invoice.with_user(self.reverser).button_draft,
            payment.with_user(self.reverser).action_cancel,
        ):
            with self.assertRaises(UserError) as caught:
                act()
            self.assertIn("reconciled", str(caught.exception))

    def test_it_is_not_deleted_before_it_is_taken_back(self):
        self.reset(self.invoice)
        with self.assertRaises(UserError):
            self.invoice.with_user(self.manager).unlink()

    def test_what_has_not_left_is_free(self):
        draft = self.sold(50)
        draft.with_user(self.biller).button_draft()
        draft.with_user(self.biller).button_cancel()
        self.sync()
        self.assertEqual(len(self.intacct.rows("ARINVOICE")), 1)


class TestDocuments(ChangeCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.sold(100)
        self.sync()
        self.key, _name = self.there(self.invoice)

    def change(self, amount=80):
        self.reset(self.invoice)
        self.invoice.invoice_line_ids.price_unit = amount
        self.invoice.action_post()

    def old(self):
        return self.intacct.one("ARINVOICE", RECORDNO=self.key)

    def test_posted_again_unchanged_nothing_happens(self):
        self.reset(self.invoice)
        self.invoice.action_post()
        before = len(self.changes())
        self.follow()
        self.assertEqual(len(self.changes()), before)
        self.assertEqual(self.there(self.invoice)[0], self.key)
        self.assertFalse(self.invoice.intacct_changed_at)

    def changes(self):
        return [
            function["function"]
            for request in self.intacct.requests()
            for function in request["functions"]
            if function["function"].startswith(("reverse", "delete", "update"))
        ]

    def test_a_draft_of_what_is_posted_there_is_said(self):
        self.reset(self.invoice)
        self.follow()
        event = self.waiting(self.invoice)
        self.assertEqual(event.level, "warning")
        self.assertIn("still posted in Intacct", event.message)
        self.assertEqual(self.old()["RAWSTATE"], "A")

    def test_a_due_date_and_a_reference_are_updated(self):
        self.invoice.write({"ref": "PO 7", "invoice_date_due": "2026-12-24"})
        self.follow()
        row = self.row(self.invoice)
        self.assertEqual(str(row["RECORDNO"]), self.key)
        self.assertEqual(row["DOCNUMBER"], "PO 7")
        self.assertEqual(row["WHENDUE"], "12/24/2026")
        self.assertEqual(self.changes(), ["update_invoice"])
        self.assert_agree(self.invoice, open_amounts=[100])
        self.follow()
        self.assertEqual(self.changes(), ["update_invoice"])

    def test_what_is_edited_while_an_update_is_in_doubt_follows(self):
        self.invoice.invoice_date_due = "2026-12-24"
        cut = {"action": "cut", "when": "after", "function": "update_invoice"}
        self.intacct.faults(cut)
        self.sync(None)
        self.assertEqual(
            self.operations(self.invoice, "update_invoice").state, "in_doubt"
        )
        self.invoice.ref = "PO 8"
        self.intacct.no_faults()

        runs = self.env["intacct.sync.run"].search([("state", "=", "running")])
        runs.next_attempt = False
        self.work()
        self.follow()

        row = self.row(self.invoice)
        self.assertEqual((row["WHENDUE"], row["DOCNUMBER"]), ("12/24/2026", "PO 8"))

    def test_the_text_of_a_line_is_updated(self):
        self.reset(self.invoice)
        self.invoice.invoice_line_ids.name = "Spelled right"
        self.invoice.action_post()
        self.follow()
        self.assertEqual(self.changes(), ["update_invoice"])
        self.assertEqual(self.there(self.invoice)[0], self.key)
        (line,) = [
            line
            for line in self.intacct.rows("ARINVOICEITEM")
            if str(line["RECORDKEY"]) == self.key and line.get("LINEITEM")
        ]
        self.assertIn("Spelled right", line["ENTRYDESCRIPTION"])
        self.follow()
        self.assertEqual(self.changes(), ["update_invoice"])

    def test_an_amount_is_replaced_under_another_number(self):
        self.change(80)
        self.follow()
        self.assertEqual(self.old()["RAWSTATE"], "V")
        row = self.row(self.invoice)
        self.assertEqual(row["RECORDID"], f"{self.invoice.name}-R1")
        self.assertEqual(float(row["TRX_TOTALENTERED"]), 80)
        self.assert_agree(self.invoice, open_amounts=[80])
        self.sync_twice()

    def test_and_a_second_time(self):
        self.change(80)
        self.follow()
        self.change(70)
        self.follow()
        self.assertEqual(self.row(self.invoice)["RECORDID"], f"{self.invoice.name}-R2")
        self.assert_agree(self.invoice, open_amounts=[70])

    def test_a_number_that_proves_free_is_kept(self):
        self.backend.unpaid_invoices = "delete"
        self.intacct.settings(unpaid_reversal="delete")
        self.change(80)
        self.follow()
        self.assertEqual(self.documents(), [self.invoice.name])
        self.assert_agree(self.invoice, open_amounts=[80])

    def test_receipts_are_taken_back_first_and_come_again(self):
        other = self.sold(50)
        payment = self.pay(self.invoice | other, 130)
        self.sync()
        self.assert_agree(self.invoice, other)
        self.change(80)
        self.follow()
        self.assertEqual(self.old()["RAWSTATE"], "V")
        (receipt,) = self.live_receipts()
        self.assertEqual(float(receipt["TRX_TOTALENTERED"]), 130)
        self.assert_agree(self.invoice, other)
        self.assertEqual(self.operations(payment, "payment").state, "done")
        order = [name for name in self.changes() if name.startswith("reverse")]
        self.assertEqual(order, ["reverse_arpayment", "reverse_invoice"])
        self.sync_twice()

    def test_cancelled_is_reversed(self):
        self.cancel(self.invoice)
        self.follow()
        self.assertEqual(self.old()["RAWSTATE"], "V")
        self.assertEqual(self.documents(), [])
        self.assertEqual(self.invoice.intacct_status, "gone")
        self.sync_twice()

    def test_a_reversal_that_could_not_be_read_back_is_known_as_ours(self):
        """The next sync reads documents before it goes on with changes."""
        self.cancel(self.invoice)
        self.intacct.faults(
            {
                "action": "error",
                "contains": "<in><field>RECORDNO</field>",
                "errorno": "BL01001973",
                "text": "no",
            }
        )
        self.follow("errors")
        self.intacct.no_faults()
        self.assertEqual(self.old()["RAWSTATE"], "V")

        self.sync_twice()

        self.assertEqual(self.invoice.intacct_status, "gone")
        self.assertFalse(self.events(state="open"))

    def test_a_control_id_that_a_refusal_used_up(self):
        """Nobody has read the refusal, so the same function is sent again."""
        self.intacct.settings(failed_frees_control_id=False)
        self.cancel(self.invoice)
        reversal = {"function": "reverse_invoice", "times": 1}
        self.intacct.faults(
            {**reversal, "action": "error", "text": "no"},
            {**reversal, "action": "cut", "when": "after"},
        )
        run = self.follow("running")
        self.assertNotEqual(self.old()["RAWSTATE"], "V")

        self.invoice.intacct_operation_ids.next_attempt = False
        run.next_attempt = False
        self.work()

        self.assert_run(run, "done")
        self.assertEqual(self.old()["RAWSTATE"], "V")
        self.sync_twice()

    def test_it_waits_for_approval_in_intacct(self):
        self.intacct.settings(approvals=["ARINVOICE"])
        invoice = self.sold(70)
        self.sync(None)
        key, _object = self.there(invoice)
        self.cancel(invoice)
        self.follow("done")
        (event,) = self.events(state="open", cause="waits_for_approval")
        self.assertIn(invoice.name, event.message)
        self.assertNotIn("reverse_invoice", self.changes())

        self.intacct.change("submit", key=key)
        self.sync_twice()

        self.assertEqual(self.intacct.one("ARINVOICE", RECORDNO=key)["RAWSTATE"], "V")
        self.assertFalse(self.events(state="open"))

    def test_cancelled_with_a_receipt_that_stays_as_an_advance(self):
        self.backend.advance_hours = 0
        payment = self.pay(self.invoice)
        self.sync()
        self.cancel(self.invoice)
        self.follow()
        self.assertEqual(self.old()["RAWSTATE"], "V")
        self.assertFalse(self.live_receipts())
        (advance,) = self.intacct.rows("ARADVANCE")
        self.assertEqual(float(advance["TRX_TOTALENTERED"]), 100)
        self.assertTrue(payment)

    def test_then_it_can_be_deleted(self):
        self.cancel(self.invoice)
        self.follow()
        self.invoice.button_draft()
        self.invoice.with_context(force_delete=True).unlink()
        self.assertFalse(self.invoice.exists())
        self.sync_twice()
        self.assertFalse(self.move(self.key))

    def test_a_credit_note_is_deleted_and_sent_anew(self):
        credit = self.credited(30)
        self.sync()
        self.reset(credit)
        credit.invoice_line_ids.price_unit = 25
        credit.action_post()
        self.follow()
        self.assertEqual(self.documents("ARADJUSTMENT"), [credit.name])
        self.assert_agree(credit, open_amounts=[25])

    def test_an_applied_credit_note_is_unapplied_first(self):
        self.intacct.settings(delete_unapplied_memos=True)
        credit = self.credited(30)
        self.reconcile(self.invoice, credit)
        self.sync()
        self.assert_agree(self.invoice, credit, open_amounts=[70, 0])
        self.cancel(credit)
        self.follow()
        self.assertEqual(self.documents("ARADJUSTMENT"), [])
        self.assert_agree(self.invoice, open_amounts=[100])
        self.sync_twice()

    def test_an_edit_of_what_was_reset_to_draft_asks_no_second_time(self):
        credit = self.credited(30)
        self.reconcile(self.invoice, credit)
        self.sync()
        self.assertIn("entered again", self.reset(credit))
        # Odoo takes it off the invoice when its amount changes.
        credit.with_user(self.reverser).invoice_line_ids.price_unit = 25
        credit.action_post()
        self.follow()
        self.assert_agree(self.invoice, credit, open_amounts=[100, 25])
        self.sync_twice()

    def test_it_waits_while_it_may_still_be_corrected(self):
        self.backend.send_delay = 10
        self.change(80)
        self.follow()
        self.assertEqual(self.old()["RAWSTATE"], "A")
        self.invoice.intacct_posted_at = "2026-01-01 00:00:00"
        self.follow()
        self.assertEqual(self.old()["RAWSTATE"], "V")
        self.assert_agree(self.invoice, open_amounts=[80])

    def test_an_edit_while_the_answer_is_unknown_waits_then_supersedes(self):
        invoice = self.sold(60)
        self.intacct.faults({"action": "cut", "times": 1, "function": "create_invoice"})
        self.sync(None)
        self.intacct.no_faults()
        operation = invoice.intacct_operation_ids[:1]
        self.assertEqual(operation.state, "in_doubt")
        self.reset(invoice)
        invoice.invoice_line_ids.price_unit = 55
        invoice.action_post()
        self.env["intacct.sync.run"].search(
            [("state", "=", "running")]
        ).next_attempt = False
        self.work()
        self.follow()
        self.assert_agree(invoice, open_amounts=[55])
        live = [row for row in self.intacct.rows("ARINVOICE") if row["RAWSTATE"] == "A"]
        self.assertEqual(len(live), 2)

    def test_an_unsent_one_is_made_anew(self):
        invoice = self.sold(60)
        self.assertFalse(invoice.intacct_operation_ids)
        invoice.with_user(self.biller).button_draft()
        invoice.invoice_line_ids.price_unit = 55
        invoice.action_post()
        self.follow()
        self.assert_agree(invoice, open_amounts=[55])


class TestPayments(ChangeCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.sold(100)
        self.payment = self.pay(self.invoice)
        self.sync()
        self.receipt_row = self.receipt(self.payment)

    def test_a_cancelled_payment_is_reversed(self):
        self.cancel(self.payment)
        self.follow()
        self.assertFalse(self.live_receipts())
        self.assert_agree(self.invoice, open_amounts=[100])
        self.sync_twice()

    def test_a_rejected_payment_is_reversed(self):
        payment = self.payment.with_user(self.reverser)
        self.confirm(payment.action_reject)
        self.follow()
        self.assertFalse(self.live_receipts())

    def test_posted_again_unchanged_nothing_happens(self):
        self.reset(self.payment)
        self.follow()
        self.assertIn("still posted", self.waiting(self.payment).message)
        self.payment.action_post()
        self.follow()
        (receipt,) = self.live_receipts()
        self.assertEqual(receipt["RECORDNO"], self.receipt_row["RECORDNO"])

    def test_another_date_is_reversed_and_sent_anew(self):
        self.reset(self.payment)
        self.payment.date = "2026-10-20"
        self.payment.action_post()
        lines = self.receivable(self.payment, self.invoice)
        if lines:
            lines.reconcile()
        self.follow()
        (receipt,) = self.live_receipts()
        self.assertEqual(receipt["RECEIPTDATE"], "10/20/2026")
        self.assert_agree(self.invoice, open_amounts=[0])
        self.sync_twice()

    def partials(self):
        return self.invoice.line_ids.matched_credit_ids

    def test_unreconciling_takes_the_right_and_is_said(self):
        for user in (self.biller, self.clerk):
            with self.assertRaises(AccessError):
                self.partials().with_user(user).unlink()
        message, _context = self.warned(self.partials().with_user(self.reverser).unlink)
        self.assertIn(self.payment.name, message)
        self.assertIn(self.invoice.name, message)

    def test_unreconciled_and_moved_to_another_invoice(self):
        other = self.sold(100)
        self.confirm(self.partials().with_user(self.reverser).unlink)
        self.reconcile(self.payment, other)
        self.follow()
        (receipt,) = self.live_receipts()
        self.assertNotEqual(receipt["RECORDNO"], self.receipt_row["RECORDNO"])
        self.assert_agree(self.invoice, other, open_amounts=[100, 0])
        self.sync_twice()

    def test_a_payment_in_intacct_is_not_deleted(self):
        with self.assertRaises(UserError):
            self.payment.with_user(self.manager).unlink()
        self.cancel(self.payment)
        self.follow()
        self.payment.unlink()
        self.sync_twice()
