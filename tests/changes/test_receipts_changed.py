"""Receipts that were more than one payment on one invoice, changed after sending."""

from .common import ChangeCase


class TestReceiptsChanged(ChangeCase):
    def test_another_bank_is_reversed_and_sent_anew(self):
        invoice = self.sold(100)
        payment = self.pay(invoice)
        self.sync()
        self.map("journal", self.bank, "bank", "BOA")
        self.reset(payment)
        payment.action_post()
        self.follow()
        (receipt,) = self.live_receipts()
        self.assertEqual(receipt["FINANCIALENTITY"], "BOA")
        self.assert_agree(invoice, open_amounts=[0])

    def test_a_new_mapping_alone_changes_nothing(self):
        invoice = self.sold(100)
        self.pay(invoice)
        self.sync()
        (before,) = self.live_receipts()
        self.map("journal", self.bank, "bank", "BOA")
        self.follow()
        (after,) = self.live_receipts()
        self.assertEqual(before["RECORDNO"], after["RECORDNO"])

    def test_an_unreconciled_share_of_a_payment_stays_on_account(self):
        first, second = self.sold(100), self.sold(50)
        payment = self.pay(first | second, 150)
        self.sync()
        partial = second.line_ids.matched_credit_ids
        self.confirm(partial.with_user(self.reverser).unlink)
        self.follow()
        (receipt,) = self.live_receipts()
        self.assertEqual(float(receipt["TRX_TOTALENTERED"]), 150)
        self.assert_agree(first, second, open_amounts=[0, 50])
        self.assertEqual(self.operations(payment, "payment").state, "done")
        self.sync_twice()

    def test_an_application_of_what_was_on_account_is_taken_back_alone(self):
        first = self.sold(100)
        payment = self.pay(first, 130)
        self.sync()
        second = self.sold(30)
        self.reconcile(payment, second)
        self.follow()
        self.assert_agree(first, second, open_amounts=[0, 0])
        cash = [row for row in self.live_receipts() if float(row["TRX_TOTALENTERED"])]
        partial = second.line_ids.matched_credit_ids
        self.confirm(partial.with_user(self.reverser).unlink)
        self.follow()
        self.assert_agree(first, second, open_amounts=[0, 30])
        after = [row for row in self.live_receipts() if float(row["TRX_TOTALENTERED"])]
        self.assertEqual(
            [row["RECORDNO"] for row in cash], [row["RECORDNO"] for row in after]
        )
        self.sync_twice()

    def test_a_cancelled_payment_takes_its_later_applications_along(self):
        first, second = self.sold(100), self.sold(30)
        payment = self.pay(first, 130)
        self.sync()
        self.reconcile(payment, second)
        self.follow()
        self.cancel(payment)
        self.follow()
        self.assertFalse(self.live_receipts())
        self.assert_agree(first, second, open_amounts=[100, 30])

    def test_a_receipt_on_an_imported_invoice_is_reversed(self):
        key = self.intacct.invoice()
        self.sync()
        payment = self.pay(self.move(key))
        self.sync()
        self.cancel(payment)
        self.follow()
        self.assertFalse(self.live_receipts())
        self.assert_open(key, 100)
        self.assertEqual(self.intacct.due(key), 100)
        self.sync_twice()

    def test_a_write_off_of_a_cancelled_payment_goes_with_it(self):
        self.intacct.settings(delete_unapplied_memos=True)
        write_off = self.account("655500", "expense", "Write-off")
        self.map("account", write_off, "account", "4900")
        invoice = self.sold(100)
        payment = self.pay(
            invoice,
            97,
            payment_difference_handling="reconcile",
            writeoff_account_id=write_off.id,
            writeoff_label="Small difference",
        )
        self.sync()
        self.cancel(payment)
        self.follow()
        self.assertFalse(self.live_receipts())
        self.assert_agree(invoice, open_amounts=[100])
        self.assertFalse(
            [row for row in self.intacct.rows("ARADJUSTMENT") if row["RAWSTATE"] == "A"]
        )
        self.sync_twice()

    def test_a_manual_entry_that_is_cancelled_is_reversed(self):
        cash = self.bank.inbound_payment_method_line_ids.payment_account_id[:1]
        cash = cash or self.bank.default_account_id
        invoice = self.sold(100)
        entry = self.entry((cash, 40), (self.receivable_account, -40))
        self.reconcile(invoice, entry)
        self.sync()
        self.assert_agree(invoice, open_amounts=[60])
        self.cancel(entry)
        self.follow()
        self.assertFalse(self.live_receipts())
        self.assert_agree(invoice, open_amounts=[100])
