"""Payments received in Odoo -> ARPYMT, each once."""

from .common import SettlementCase


class TestReceipts(SettlementCase):
    def test_a_payment_in_full(self):
        invoice = self.sold(100)
        payment = self.pay(invoice)

        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        receipt = self.receipt(payment)
        self.assertEqual(float(receipt["TRX_TOTALENTERED"]), 100)
        self.assertEqual(receipt["UNDEPOSITEDACCOUNTNO"], "1090")
        self.assertEqual(len(self.receipts()), 1)

    def test_a_partial_payment(self):
        invoice = self.sold(100)
        self.pay(invoice, 30)

        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[70])

    def test_one_payment_for_exported_and_imported_invoices(self):
        theirs = self.intacct.invoice(lines=[60])
        self.sync()
        imported, exported = self.move(theirs), self.sold(100)
        payment = self.pay(imported | exported)

        self.sync_twice()

        self.assert_agree(imported, exported, open_amounts=[0, 0])
        self.assertEqual(float(self.receipt(payment)["TRX_TOTALENTERED"]), 160)
        self.assertEqual(len(self.receipts()), 1)

    def test_a_grouped_partial_payment_goes_where_odoo_put_it(self):
        first, second = self.sold(100), self.sold(50, "2026-10-07")
        payment = self.pay(first | second, 120)

        self.sync_twice()

        self.assert_agree(first, second)
        self.assertEqual(float(self.receipt(payment)["TRX_TOTALENTERED"]), 120)

    def test_an_over_payment_is_a_credit_and_applied_later(self):
        invoice = self.sold(100)
        payment = self.pay(invoice, 130)
        self.sync_twice()
        receipt = self.receipt(payment)
        self.assertEqual(float(receipt["TRX_TOTALDUE"]), 30)
        self.assert_agree(invoice, open_amounts=[0])

        later = self.sold(50, "2026-10-25")
        self.sync()
        self.reconcile(payment, later)
        self.sync_twice()

        self.assert_agree(invoice, later, open_amounts=[0, 20])
        (apply,) = self.operations(payment, "apply")
        application = self.intacct.one("ARPYMT", RECORDNO=apply.recordno)
        self.assertEqual(application["RECEIPTDATE"], "10/25/2026")
        self.assertEqual(float(self.receipt(payment)["TRX_TOTALDUE"]), 0)
        self.assertEqual(float(application["TRX_TOTALENTERED"]), 0)

    def test_one_that_pays_nothing_waits_and_becomes_an_advance(self):
        payment = self.payment(80)
        self.sync()
        self.assertEqual(self.waiting(payment).cause, "unapplied")
        self.assertFalse(self.receipts())

        self.backend.advance_hours = 0
        self.sync_twice()

        (operation,) = self.operations(payment, "advance")
        advance = self.intacct.one("ARADVANCE", RECORDNO=operation.recordno)
        self.assertEqual(float(advance["TRX_TOTALDUE"]), 80)
        self.assertFalse(self.events(state="open"))

        invoice = self.sold(100, "2026-10-25")
        self.reconcile(payment, invoice)
        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[20])
        advance = self.intacct.one("ARADVANCE", RECORDNO=operation.recordno)
        self.assertEqual(float(advance["TRX_TOTALDUE"]), 0)

    def test_one_that_lost_its_document_waits_anew(self):
        invoice = self.sold(80)
        payment = self.pay(invoice)
        self.sync()
        self.env.cr.execute(
            "UPDATE account_payment SET create_date = '2026-01-01' WHERE id = %s",
            [payment.id],
        )
        self.env.invalidate_all()
        invoice.line_ids.remove_move_reconcile()

        self.sync()

        self.assertEqual(self.waiting(payment).cause, "unapplied")
        self.assertFalse(self.intacct.rows("ARADVANCE"))
        self.reconcile(payment, invoice)
        self.sync_twice()
        self.assert_agree(invoice, open_amounts=[0])

    def test_an_advance_needs_its_account(self):
        self.backend.write({"advance_hours": 0, "advance_reference_id": False})
        payment = self.payment(80)

        self.sync("errors")

        self.assertEqual(self.waiting(payment).cause, "no_advance_account")

    def test_an_advance_of_a_customer_that_intacct_does_not_know(self):
        self.backend.write({"advance_hours": 0, "customer_id_rule": "reference"})
        partner = self.env["res.partner"].create({"name": "New", "ref": "NEW1"})
        payment = self.payment(80, partner_id=partner.id)

        self.sync_twice()

        (operation,) = self.operations(payment, "advance")
        advance = self.intacct.one("ARADVANCE", RECORDNO=operation.recordno)
        self.assertEqual(advance["CUSTOMERID"], "NEW1")

    def test_a_closed_period_of_the_invoice_does_not_hold_it(self):
        invoice = self.sold(100, "2026-10-05")
        self.sync()
        self.intacct.load(
            CLOSEDBOOKS=[
                {"LOCATIONID": "", "MODULE": "AR", "CLOSEDTHROUGH": "10/10/2026"}
            ]
        )
        self.pay(invoice, day="2026-10-20")

        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])


class TestUsedInIntacct(SettlementCase):
    """What was sent is applied by people in Intacct: Odoo follows."""

    def test_our_over_payment(self):
        first, second = self.sold(100), self.sold(50)
        payment = self.pay(first, 130)
        self.sync()

        detail = {
            "OVERPAYMENTKEY": self.receipt(payment)["RECORDNO"],
            "TRX_POSTEDOVERPAYMENTAMOUNT": 30,
        }
        self.intacct.pay({self.there(second)[0]: detail}, day="10/25/2026")
        self.sync_twice()

        self.assert_agree(first, second, open_amounts=[0, 20])
        self.assertFalse(self.receivable(payment))

    def test_our_advance(self):
        self.backend.advance_hours = 0
        payment, invoice = self.payment(80), self.sold(100)
        self.sync()

        (operation,) = self.operations(payment, "advance")
        detail = {
            "ADVANCEKEY": operation.recordno,
            "TRX_POSTEDADVANCEAMOUNT": 80,
        }
        self.intacct.pay({self.there(invoice)[0]: detail}, day="10/25/2026")
        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[20])
        self.assertFalse(self.receivable(payment))

    def test_our_credit_note(self):
        invoice, note = self.sold(100), self.credited(30)
        self.sync()

        self.intacct.apply_credit(self.there(note)[0], self.there(invoice)[0], 30)
        self.sync_twice()

        self.assert_agree(invoice, note, open_amounts=[70, 0])
