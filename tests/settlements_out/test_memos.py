"""Write-offs, discounts, charges and refunds -> adjustments, applied."""

from .common import SettlementCase


class MemoCase(SettlementCase):
    def setUp(self):
        super().setUp()
        self.write_off = self.account("655500", "expense", "Write-off")

    def map_write_off(self):
        self.map("account", self.write_off, "account", "4900")

    def memo(self, record):
        (operation,) = self.operations(record, "memo")
        self.assertEqual(operation.state, "done", operation.message)
        return self.intacct.one("ARADJUSTMENT", RECORDNO=operation.recordno)


class TestWriteOffs(MemoCase):
    def paid_short(self, invoice, cash):
        return self.pay(
            invoice,
            cash,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.write_off.id,
            writeoff_label="Small difference",
        )

    def test_a_write_off_inside_a_payment(self):
        self.map_write_off()
        invoice = self.sold(100)
        payment = self.paid_short(invoice, 97)
        self.assertEqual(invoice.amount_residual, 0)

        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        self.assertEqual(float(self.receipt(payment)["TRX_TOTALENTERED"]), 97)
        memo = self.memo(payment)
        self.assertEqual(float(memo["TRX_TOTALENTERED"]), -3)
        self.assertEqual(float(memo["TRX_TOTALDUE"]), 0)
        self.assertEqual(memo["WHENCREATED"], "10/18/2026")

    def test_a_write_off_on_several_documents(self):
        theirs = self.intacct.invoice(lines=[60])
        self.sync()
        self.map_write_off()
        imported, invoice = self.move(theirs), self.sold(100)
        payment = self.paid_short(imported | invoice, 155)

        self.sync_twice()

        self.assert_agree(imported, invoice, open_amounts=[0, 0])
        self.assertEqual(float(self.receipt(payment)["TRX_TOTALENTERED"]), 155)

    def test_a_write_off_leaves_with_money_that_pays_nothing(self):
        """The document was taken off the payment: all of it is a credit on both
        sides, not the money alone."""
        self.backend.advance_hours = 0
        self.map_write_off()
        payment = self.paid_short(self.sold(100), 97)
        self.receivable_partials(payment).unlink()

        self.sync_twice()

        (advance,) = self.intacct.rows("ARADVANCE")
        self.assertEqual(float(advance["TRX_TOTALDUE"]), 97)
        self.assertEqual(float(self.memo(payment)["TRX_TOTALDUE"]), -3)

    def test_a_write_off_waits_with_its_money(self):
        self.map_write_off()
        payment = self.paid_short(self.sold(100), 97)
        self.receivable_partials(payment).unlink()

        self.sync(None)

        self.assertFalse(self.operations(payment, "memo"))
        self.assertFalse(self.intacct.rows("ARADVANCE"))

    def receivable_partials(self, payment):
        lines = payment.move_id.line_ids
        return lines.matched_debit_ids | lines.matched_credit_ids

    def test_an_account_that_is_not_mapped_holds_the_memo_and_not_the_cash(self):
        invoice = self.sold(100)
        payment = self.paid_short(invoice, 97)

        self.sync("errors")

        self.assertTrue(self.waiting(payment).cause.startswith("unmapped:"))
        self.assertEqual(self.intacct.due(self.there(invoice)[0]), 3)

        self.map_write_off()
        self.sync_twice()
        self.assert_agree(invoice, open_amounts=[0])
        self.assertFalse(self.events(state="open"))

    def test_more_received_than_due_booked_as_income(self):
        self.map_write_off()
        invoice = self.sold(100)
        payment = self.paid_short(invoice, 103)

        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        self.assertEqual(float(self.receipt(payment)["TRX_TOTALENTERED"]), 103)
        memo = self.memo(payment)
        self.assertEqual(float(memo["TRX_TOTALENTERED"]), 3)
        self.assertEqual(float(memo["TRX_TOTALDUE"]), 0)

    def test_an_early_payment_discount(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2/10 net 30",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "early_pay_discount_computation": "excluded",
                "line_ids": [(0, 0, {"value": "percent", "value_amount": 100})],
            }
        )
        invoice = self.own_invoice(
            self.customer_partner, 100, invoice_payment_term_id=term.id
        )
        payment = self.pay(invoice, day="2026-10-08")
        self.assertEqual((payment.amount, invoice.amount_residual), (98, 0))
        discount = payment._seek_for_lines()[2].account_id
        self.map("account", discount, "account", "4900")

        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        self.assertEqual(float(self.receipt(payment)["TRX_TOTALENTERED"]), 98)
        self.assertEqual(float(self.memo(payment)["TRX_TOTALENTERED"]), -2)

    def test_a_manual_entry_that_writes_an_invoice_off(self):
        self.map_write_off()
        invoice = self.sold(100)
        entry = self.entry((self.write_off, 40), (self.receivable_account, -40))
        self.reconcile(invoice, entry)

        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[60])
        self.assertEqual(float(self.memo(entry)["TRX_TOTALENTERED"]), -40)
        self.assertFalse(
            [row for row in self.receipts() if float(row["TRX_TOTALENTERED"])]
        )

    def test_a_manual_entry_that_settles_nothing_stays_here(self):
        self.map_write_off()
        self.entry((self.write_off, 40), (self.receivable_account, -40))

        self.sync_twice()

        self.assertFalse(self.intacct.rows("ARADJUSTMENT"))


class TestRefunds(MemoCase):
    def refund(self, note, amount=None):
        return self.pay(note, amount, day="2026-10-20")

    def test_a_refund_of_a_credit_note(self):
        note = self.credited(30)
        payment = self.refund(note)

        self.sync_twice()

        self.assert_agree(note, open_amounts=[0])
        memo = self.memo(payment)
        self.assertEqual(float(memo["TRX_TOTALENTERED"]), 30)
        self.assertEqual(float(memo["TRX_TOTALDUE"]), 0)
        self.assertEqual(memo["WHENCREATED"], "10/20/2026")

    def test_a_refund_in_part(self):
        note = self.credited(30)
        self.refund(note, 10)

        self.sync_twice()

        self.assert_agree(note, open_amounts=[20])

    def test_a_refund_of_an_over_payment(self):
        invoice = self.sold(100)
        receipt = self.pay(invoice, 130)
        refund = self.payment(30, payment_type="outbound", day="2026-10-25")
        self.reconcile(receipt, refund)

        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        self.assertEqual(float(self.receipt(receipt)["TRX_TOTALDUE"]), 0)
        self.assertEqual(float(self.memo(refund)["TRX_TOTALDUE"]), 0)

    def test_a_refund_of_nothing_is_told(self):
        payment = self.payment(30, payment_type="outbound")

        self.sync_twice()

        self.assertEqual(self.waiting(payment).cause, "unapplied")
        self.assertFalse(self.operations(payment))

    def test_refund_clearing_has_to_be_chosen(self):
        self.backend.refund_reference_id = False
        payment = self.refund(self.credited(30))

        self.sync("errors")

        self.assertEqual(self.waiting(payment).cause, "no_refund_account")


class TestNeverSent(MemoCase):
    def test_cash_basis_entries(self):
        self.company.tax_exigibility = True
        transition = self.account("251100", "liability_current", "Tax to come")
        transition.reconcile = True
        tax = self.env["account.tax"].create(
            {
                "name": "On payment",
                "amount": 10,
                "amount_type": "percent",
                "type_tax_use": "sale",
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": transition.id,
            }
        )
        self.map("tax", tax, "account", "2400")
        invoice = self.sold(100)
        invoice.button_draft()
        invoice.invoice_line_ids.tax_ids = tax
        invoice.action_post()
        payment = self.pay(invoice)
        entries = self.env["account.move"].search(
            [("tax_cash_basis_origin_move_id", "=", invoice.id)]
        )
        self.assertTrue(entries)

        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        self.assertEqual(float(self.receipt(payment)["TRX_TOTALENTERED"]), 110)
        self.assertFalse(entries.intacct_operation_ids)
        self.assertFalse(self.intacct.rows("ARADJUSTMENT"))

    def test_what_was_booked_from_intacct(self):
        invoice = self.sold(100)
        self.sync()
        self.intacct.pay({self.there(invoice)[0]: 40})
        self.sync_twice()

        settlement = self.env["account.move"].search(
            [("journal_id", "=", self.backend.settlement_journal_id.id)]
        )
        self.assertTrue(settlement)
        self.assertFalse(settlement.intacct_operation_ids)
        self.assert_agree(invoice, open_amounts=[60])
        self.assertEqual(len(self.receipts()), 1)
