"""Periods that are closed in Intacct: only in Accounts Receivable, or altogether."""

from .common import SettlementCase


class TestPeriods(SettlementCase):
    def close(self, through, module="AR"):
        self.intacct.change("close_books", module=module, entity="", through=through)

    def refused(self, record, action="payment"):
        """The refusal of what a payment became, with its open event."""
        (operation,) = self.operations(record, action)
        self.assertEqual(operation.state, "failed")
        event = self.waiting(record)
        self.assertEqual(event.cause, "closed_period")
        self.assertEqual(event.rule_id.action, "wait")
        return operation

    def test_the_invoice_lies_in_a_closed_period_of_receivables(self):
        invoice = self.sold(100, "2026-10-05")
        self.sync()
        self.close("10/10/2026")
        payment = self.pay(invoice, day="2026-10-20")

        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        self.assertEqual(self.receipt(payment)["RECEIPTDATE"], "10/20/2026")

    def test_the_payment_lies_in_a_closed_period_of_receivables(self):
        invoice = self.sold(100, "2026-10-05")
        self.sync()
        self.close("10/31/2026")
        payment = self.pay(invoice, day="2026-10-20")
        self.sync("errors")
        operation = self.refused(payment)
        self.assertEqual(self.intacct.due(*self.there(invoice)), 100)

        self.close("")
        operation.action_retry()
        self.work()
        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        self.assertEqual(len(self.receipts()), 1)
        self.assertFalse(self.events(state="open"))

    def test_the_payment_gets_another_date_instead(self):
        invoice = self.sold(100, "2026-10-05")
        self.sync()
        self.close("10/31/2026")
        payment = self.pay(invoice, day="2026-10-20")
        self.sync("errors")
        operation = self.refused(payment)

        payment.action_draft()
        payment.date = "2026-11-02"
        payment.action_post()
        operation.action_retry()
        self.work()
        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        self.assertEqual(self.receipt(payment)["RECEIPTDATE"], "11/02/2026")
        self.assertFalse(self.events(state="open"))

    def test_a_write_off_in_a_closed_period_waits_and_its_money_too(self):
        account = self.account("655500", "expense", "Write-off")
        self.map("account", account, "account", "4900")
        invoice = self.sold(100, "2026-10-05")
        self.sync()
        self.close("10/31/2026")
        payment = self.pay(
            invoice,
            97,
            day="2026-10-20",
            payment_difference_handling="reconcile",
            writeoff_account_id=account.id,
        )
        self.sync("errors")
        failed = payment.intacct_operation_ids
        self.assertEqual(set(failed.mapped("state")), {"failed"})

        self.close("")
        failed.action_retry()
        self.work()
        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        self.assertFalse(self.events(state="open"))

    def test_an_application_in_a_closed_period_waits(self):
        invoice, note = self.sold(100), self.credited(30)
        self.sync()
        self.close("10/31/2026")
        self.reconcile(invoice, note)
        self.sync("errors")
        operation = self.refused(note, "apply")

        self.close("")
        operation.action_retry()
        self.work()
        self.sync_twice()

        self.assert_agree(invoice, note, open_amounts=[70, 0])
