"""Credit memos, negative invoices, advances and over-payments, open and applied."""

from .common import SimulatorCase


class TestCredits(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.customer = self.intacct.customer()

    def owed(self):
        """What the customer owes by Odoo's receivable lines."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.partner(self.customer).id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return sum(lines.mapped("amount_residual"))

    def assert_owed_as_in_intacct(self):
        row = self.intacct.one("CUSTOMER", CUSTOMERID="C1")
        self.assertAlmostEqual(self.owed(), float(row["TOTALDUE"] or 0), places=2)

    def test_a_credit_memo_applied_before_it_came(self):
        invoice = self.intacct.invoice()
        memo = self.intacct.adjustment(lines=[-50])
        self.intacct.apply_credit(memo, invoice, 20)

        self.sync()

        self.assert_open(invoice, 80)
        self.assert_open(memo, 30, "ARADJUSTMENT")
        self.assert_owed_as_in_intacct()

    def test_a_credit_memo_applied_later(self):
        invoice = self.intacct.invoice()
        memo = self.intacct.adjustment(lines=[-50])
        self.sync()

        self.intacct.apply_credit(memo, invoice, 20)
        self.sync()

        self.assert_open(invoice, 80)
        self.assert_open(memo, 30, "ARADJUSTMENT")
        self.assert_owed_as_in_intacct()

    def test_a_credit_memo_used_up(self):
        invoice = self.intacct.invoice()
        memo = self.intacct.adjustment(lines=[-50])
        self.sync()

        self.intacct.apply_credit(memo, invoice, 50)
        self.sync()

        self.assert_open(memo, 0, "ARADJUSTMENT")
        self.assert_open(invoice, 50)

    def test_a_credit_memo_that_never_came_settles_its_invoice(self):
        invoice = self.intacct.invoice()
        memo = self.intacct.adjustment(lines=[-50])
        self.intacct.apply_credit(memo, invoice, 50)

        self.sync()

        self.assert_open(invoice, 50)
        self.assertFalse(self.move(memo, "ARADJUSTMENT"))

    def test_a_credit_taken_back(self):
        invoice = self.intacct.invoice()
        memo = self.intacct.adjustment(lines=[-50])
        self.sync()
        payment = self.intacct.apply_credit(memo, invoice, 20)
        self.sync()

        self.intacct.reverse_payment(payment)
        self.sync()

        self.assert_open(invoice, 100)
        self.assert_open(memo, 50, "ARADJUSTMENT")

    def test_a_negative_invoice_applied(self):
        invoice = self.intacct.invoice()
        credit = self.intacct.invoice(lines=[-40])
        self.sync()

        self.intacct.pay(
            {
                invoice: {
                    "NEGATIVEINVOICEKEY": credit,
                    "TRX_NEGATIVEINVOICEAMOUNT": 15,
                }
            }
        )
        self.sync()

        self.assert_open(invoice, 85)
        self.assert_open(credit, 25)

    def test_an_advance_is_an_open_credit(self):
        self.intacct.invoice()
        advance = self.intacct.advance(60)

        self.sync()

        self.assertEqual(self.move(advance, "ARADVANCE").move_type, "entry")
        self.assertAlmostEqual(self.owed(), 40)
        self.assert_owed_by(advance, "ARADVANCE", 60)

    def test_an_advance_brings_its_customer(self):
        recordno = self.intacct.customer("EARLY")
        advance = self.intacct.advance(60, customer="EARLY")

        self.sync()

        self.assertTrue(self.partner(recordno))
        self.assert_owed_by(advance, "ARADVANCE", 60)

    def test_an_advance_applied(self):
        invoice = self.intacct.invoice()
        advance = self.intacct.advance(60)
        self.sync()

        detail = {"ADVANCEKEY": advance, "TRX_POSTEDADVANCEAMOUNT": 25}
        self.intacct.pay({invoice: detail})
        self.sync()

        self.assert_open(invoice, 75)
        self.assert_owed_by(advance, "ARADVANCE", 35)

    def test_an_advance_applied_before_it_came(self):
        invoice = self.intacct.invoice()
        advance = self.intacct.advance(60)
        detail = {"ADVANCEKEY": advance, "TRX_POSTEDADVANCEAMOUNT": 25}
        self.intacct.pay({invoice: detail})

        self.sync()

        self.assert_open(invoice, 75)
        self.assert_owed_by(advance, "ARADVANCE", 35)
        self.assertAlmostEqual(self.owed(), 40)

    def test_an_over_payment_is_an_open_credit(self):
        invoice = self.intacct.invoice()
        payment = self.intacct.pay({invoice: 100}, overpaid=30)
        self.intacct.invoice(lines=[80])

        self.sync()

        self.assert_owed_by(payment, "ARPYMT", 30)
        self.assertAlmostEqual(self.owed(), 50)

    def test_an_over_payment_applied(self):
        first = self.intacct.invoice()
        second = self.intacct.invoice(lines=[80])
        payment = self.intacct.pay({first: 100}, overpaid=30)
        self.sync()

        detail = {"OVERPAYMENTKEY": payment, "TRX_POSTEDOVERPAYMENTAMOUNT": 30}
        self.intacct.pay({second: detail})
        self.sync()

        self.assert_open(second, 50)
        self.assert_owed_by(payment, "ARPYMT", 0)

    def test_a_new_over_payment_on_an_invoice_that_is_here(self):
        invoice = self.intacct.invoice()
        self.sync()

        payment = self.intacct.pay({invoice: 100}, overpaid=30)
        self.sync()

        self.assert_open(invoice, 0)
        self.assert_owed_by(payment, "ARPYMT", 30)
        self.assertAlmostEqual(self.owed(), -30)

    def test_an_over_payment_that_was_reversed_is_no_credit(self):
        invoice = self.intacct.invoice()
        payment = self.intacct.pay({invoice: 100}, overpaid=30)
        self.sync()

        self.intacct.reverse_payment(payment)
        self.sync()

        self.assert_owed_by(payment, "ARPYMT", 0)
        self.assertAlmostEqual(self.owed(), 100 if self.move(invoice) else 0)

    def test_a_reversed_credit_memo(self):
        memo = self.intacct.adjustment(lines=[-50])
        self.sync()

        self.intacct.change("reverse", key=memo, date="11/10/2026")
        self.sync()

        self.assert_open(memo, 0, "ARADJUSTMENT")
        reversal = self.move(memo, "ARADJUSTMENT").reversal_move_ids
        self.assertEqual(
            (reversal.move_type, reversal.state), ("out_invoice", "posted")
        )
        self.assertEqual(self.owed(), 0)
        self.assertFalse(self.events(state="open"))

    def test_a_reversed_advance(self):
        advance = self.intacct.advance(60)
        self.sync()

        self.intacct.change("reverse", key=advance, date="11/10/2026")
        self.sync()

        self.assert_owed_by(advance, "ARADVANCE", 0)
        self.assertEqual(self.owed(), 0)

    def test_a_debit_memo_paid(self):
        memo = self.intacct.adjustment(lines=[40])
        self.sync()

        self.intacct.call(
            "<create><ARPYMT><FINANCIALENTITY>BOA</FINANCIALENTITY><PAYMENTMETHOD>EFT"
            "</PAYMENTMETHOD><CUSTOMERID>C1</CUSTOMERID><RECEIPTDATE>10/20/2026"
            "</RECEIPTDATE><CURRENCY>USD</CURRENCY><ARPYMTDETAILS><ARPYMTDETAIL>"
            f"<POSADJKEY>{memo}</POSADJKEY><TRX_PAYMENTAMOUNT>15</TRX_PAYMENTAMOUNT>"
            "</ARPYMTDETAIL></ARPYMTDETAILS></ARPYMT></create>"
        )
        self.sync()

        self.assert_open(memo, 25, "ARADJUSTMENT")

    def test_an_inline_credit_of_another_invoice(self):
        self.intacct.settings(auto_apply_inline=False)
        source = self.intacct.invoice(lines=[100, -60])
        target = self.intacct.invoice(lines=[50])
        self.sync()
        self.assert_open(source, 40)

        detail = {"INLINEKEY": source, "TRX_INLINEAMOUNT": 50}
        self.intacct.pay({target: detail})
        self.sync()

        # An invoice of Odoo can't be open by more than Intacct's lines add up to:
        # the rest is open beside it.
        self.assert_open(target, 0)
        self.assert_open(source, 40)
        self.assert_owed_as_in_intacct()

    def test_an_advance_in_another_currency_keeps_its_base_amount(self):
        advance = self.intacct.advance(60, currency="EUR", rate="1.2")

        self.sync()

        entry = self.move(advance, "ARADVANCE")
        line = entry.line_ids.filtered(lambda li: li.account_type == "asset_receivable")
        self.assertEqual(line.currency_id.name, "EUR")
        self.assertEqual((line.amount_currency, line.balance), (-60, -72))

    def assert_owed_by(self, recordno, intacct_object, credit):
        entry = self.move(recordno, intacct_object)
        line = entry.line_ids.filtered(lambda li: li.account_type == "asset_receivable")
        self.assertAlmostEqual(line.amount_residual_currency, -credit, places=2)


class TestWithoutStamps(SimulatorCase):
    """What is applied to documents of long ago need not stamp them."""

    def setUp(self):
        super().setUp()
        self.intacct.settings(payment_touches_invoice=False)
        self.intacct.customer()
        # Later syncs look back from the newest stamp of each kind.
        self.intacct.invoice()
        self.intacct.adjustment()
        old = {"WHENMODIFIED": "01/02/2026 00:00:00"}
        self.invoice = self.intacct.invoice(**old)
        self.memo = self.intacct.adjustment(lines=[-50], **old)
        self.sync()

    def assert_both_open(self, invoice, memo):
        self.assert_open(self.invoice, invoice)
        self.assert_open(self.memo, memo, "ARADJUSTMENT")
        self.assertEqual(self.binding(self.invoice).remote_balance, invoice)

    def test_a_credit_applied(self):
        self.intacct.apply_credit(self.memo, self.invoice, 20)
        self.sync()

        self.assert_both_open(80, 30)

    def test_a_credit_taken_back(self):
        payment = self.intacct.apply_credit(self.memo, self.invoice, 20)
        self.sync()

        self.intacct.reverse_payment(payment)
        self.sync()

        self.assert_both_open(100, 50)

    def test_a_receipt(self):
        payment = self.intacct.pay({self.invoice: 30})
        self.sync()
        self.assert_both_open(70, 50)

        self.intacct.reverse_payment(payment)
        self.sync()
        self.assert_both_open(100, 50)

    def test_an_advance_applied(self):
        advance = self.intacct.advance(60)
        self.sync()
        detail = {"ADVANCEKEY": advance, "TRX_POSTEDADVANCEAMOUNT": 25}
        self.intacct.pay({self.invoice: detail})
        self.sync()

        self.assert_both_open(75, 50)
