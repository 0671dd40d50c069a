"""What cannot be sent is booked in Intacct by a person, as the advice says."""

from .common import SettlementCase


class TestByHand(SettlementCase):
    def test_a_payment_in_another_currency_is_booked_there_and_ignored_here(self):
        invoice = self.sold(100)
        payment = self.pay(invoice, currency_id=self.env.ref("base.EUR").id)
        self.sync("errors")
        event = self.waiting(payment)
        self.assertEqual(event.cause, "cross_currency")
        self.assertIn("Book it in Intacct by hand, then ignore it here", event.advice)
        self.assertEqual(self.intacct.due(*self.there(invoice)), 100)

        self.intacct.pay({self.there(invoice)[0]: 100})
        payment._intacct_ignore()
        self.sync()

        self.assert_agree(invoice, open_amounts=[0])
        self.assertFalse(self.events(state="open"))
        self.assertFalse(self.loose())
        self.sync()
        self.assertEqual(len(self.receipts()), 1)

    def loose(self):
        """Entries of the connection that settle nothing."""
        return self.env["account.move.line"].search(
            [
                ("journal_id", "=", self.backend.settlement_journal_id.id),
                ("account_type", "=", "asset_receivable"),
                ("reconciled", "=", False),
                ("parent_state", "=", "posted"),
            ]
        )
