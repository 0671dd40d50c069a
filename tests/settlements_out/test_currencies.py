"""Money in one currency on documents in another."""

from .common import SettlementCase


class TestCurrencies(SettlementCase):
    def setUp(self):
        super().setUp()
        self.euro = self.env.ref("base.EUR")
        self.dollar = self.company.currency_id
        # Received at 1.25 dollars for a euro, invoiced at the rate of the fifth.
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.euro.id,
                "company_id": self.company.id,
                "name": "2026-10-15",
                "rate": 0.8,
            }
        )
        self.map("journal", self.bank, "bank", "BOA")

    def sold_in_euro(self, amount, day="2026-10-05"):
        return self.sold(amount, day, currency_id=self.euro.id)

    def pay_in_dollar(self, invoices, amount=None):
        return self.pay(invoices, amount, currency_id=self.dollar.id)

    def gain(self):
        """The realised gain of both ledgers: Odoo's, and what Intacct booked."""
        account = self.company.income_currency_exchange_account_id
        account |= self.company.expense_currency_exchange_account_id
        lines = self.env["account.move.line"].search(
            [("account_id", "in", account.ids), ("parent_state", "=", "posted")]
        )
        return -sum(lines.mapped("balance"))

    def test_dollars_pay_an_invoice_in_euro(self):
        invoice = self.sold_in_euro(100)
        payment = self.pay_in_dollar(invoice)
        self.assertEqual((payment.amount, invoice.amount_residual), (125, 0))

        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        receipt = self.receipt(payment)
        self.assertEqual(receipt["FINANCIALENTITY"], "BOA")
        self.assertEqual(receipt["CURRENCY"], "EUR")
        self.assertEqual(float(receipt["TRX_TOTALENTERED"]), 100)
        self.assertEqual(float(receipt["TOTALENTERED"]), 125)
        entered = float(self.intacct.one("ARINVOICE")["TOTALENTERED"])
        self.assertAlmostEqual(self.gain(), 125 - entered)
        self.assertFalse(self.events(state="open"))

    def test_dollars_pay_a_part_of_it(self):
        invoice = self.sold_in_euro(100)
        payment = self.pay_in_dollar(invoice, 50)

        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[60])
        self.assertEqual(float(self.receipt(payment)["TOTALENTERED"]), 50)

    def test_dollars_pay_two_invoices_in_euro(self):
        first, second = self.sold_in_euro(33.33), self.sold_in_euro(66.67)
        payment = self.pay_in_dollar(first | second)

        self.sync_twice()

        self.assert_agree(first, second, open_amounts=[0, 0])
        self.assertEqual(float(self.receipt(payment)["TRX_TOTALENTERED"]), 100)

    def test_posted_again_unchanged_nothing_happens(self):
        payment = self.pay_in_dollar(self.sold_in_euro(100))
        self.sync()

        payment.action_draft()
        payment.action_post()
        self.sync_twice()

        self.assertEqual(len(self.receipts()), 1)

    def test_without_a_bank_account_it_says_which(self):
        self.env["intacct.mapping"].search([("journal_id", "=", self.bank.id)]).unlink()
        invoice = self.sold_in_euro(100)
        payment = self.pay_in_dollar(invoice)

        self.sync_twice("errors")
        event = self.waiting(payment)
        self.assertTrue(event.cause.startswith("BL02000051"))
        self.assertIn("a bank account of Intacct in USD", event.advice)
        self.assertFalse(self.receipts())

        self.map("journal", self.bank, "bank", "BOA")
        self.sync_twice()
        self.assert_agree(invoice, open_amounts=[0])

    def test_what_is_left_over_is_held(self):
        """A rest would be kept in euro there, and is in dollars here."""
        invoice = self.sold_in_euro(100)
        payment = self.pay_in_dollar(invoice, 150)

        self.sync_twice("errors")

        self.assertEqual(self.waiting(payment).cause, "cross_currency")
        self.assertFalse(self.receipts())

    def test_documents_in_both_currencies_are_held(self):
        euro, dollar = self.sold_in_euro(100), self.sold(50)
        payment = self.payment(175)
        self.reconcile(payment, euro)
        self.reconcile(payment, dollar)

        self.sync_twice("errors")

        self.assertEqual(self.waiting(payment).cause, "cross_currency")
        self.assertEqual(self.intacct.due(*self.there(dollar)), 50)

    def test_euro_that_pay_an_invoice_in_dollars_are_held(self):
        invoice = self.sold(100)
        payment = self.pay(invoice, 80, currency_id=self.euro.id)

        self.sync_twice("errors")

        self.assertEqual(self.waiting(payment).cause, "cross_currency")
        self.assertFalse(self.receipts())

    def test_a_company_in_which_intacct_does_not_take_it(self):
        self.intacct.settings(cross_currency_receipts=False)
        invoice = self.sold_in_euro(100)
        payment = self.pay_in_dollar(invoice)

        self.sync("errors")

        self.assertEqual(self.operations(payment, "payment").state, "failed")
        self.assertEqual(self.intacct.due(*self.there(invoice)), 100)
        self.assertTrue(self.waiting(payment).advice)
