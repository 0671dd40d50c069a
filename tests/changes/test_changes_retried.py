"""What Intacct refused to take back, and was asked for again."""

from .common import ChangeCase


class TestChangesRetried(ChangeCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.sold(100)
        self.payment = self.pay(self.invoice)
        self.sync()
        self.key, _name = self.there(self.invoice)
        self.intacct.faults(
            {
                "function": "reverse_arpayment",
                "times": 1,
                "action": "error",
                "errorno": "BL01001973",
                "text": "no",
            }
        )

    def retry(self):
        """The reversal of the receipt was refused; a person asks for it again."""
        self.follow("errors")
        refused = self.operations(self.payment, "reverse_payment")
        self.assertEqual(refused.state, "failed")
        refused.with_user(self.clerk).action_retry()
        self.follow()

    def test_a_cancelled_invoice_follows_its_receipt(self):
        self.backend.advance_hours = 0
        self.cancel(self.invoice)
        self.retry()
        self.assertFalse(self.live_receipts())
        row = self.intacct.one("ARINVOICE", RECORDNO=self.key)
        self.assertEqual(row["RAWSTATE"], "V")
        self.sync_twice()

    def test_a_changed_invoice_is_replaced_and_paid_again(self):
        self.reset(self.invoice)
        self.invoice.invoice_line_ids.price_unit = 120
        self.invoice.action_post()
        self.reconcile(self.invoice, self.payment)
        self.retry()
        self.assertNotEqual(self.there(self.invoice)[0], self.key)
        self.assertEqual(len(self.live_receipts()), 1)
        self.assert_agree(self.invoice, open_amounts=[20])
        self.sync_twice()
