"""The start date is moved after something was sent."""

from .common import SettlementCase


class TestStartDate(SettlementCase):
    def test_what_was_sent_before_a_later_start_stays(self):
        invoice, other = self.sold(100), self.sold(50)
        payment = self.pay(invoice)
        credit = self.credited(50)
        self.reconcile(other, credit)
        self.sync()

        self.backend.export_start_date = "2026-11-01"
        self.sync_twice()

        self.assertEqual(self.receipt(payment)["RAWSTATE"], "C")
        self.assert_agree(invoice, other, open_amounts=[0, 0])

    def test_what_is_applied_before_a_later_start_does_not_leave(self):
        invoice = self.sold(100)
        self.sync()
        self.backend.export_start_date = "2026-11-01"
        self.pay(invoice)

        self.sync_twice()

        self.assertFalse(self.receipts())
