"""Bank lines and manual entries that settle documents -> by their counterpart."""

from .common import DAY, SettlementCase


class TestBankLines(SettlementCase):
    def map_bank(self):
        return self.map("journal", self.bank, "bank", "BOA")

    def test_a_bank_line_is_a_payment_to_the_mapped_bank(self):
        self.map_bank()
        invoice = self.sold(100)
        move = self.bank_line(100, (invoice, 100))

        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        receipt = self.receipt(move)
        self.assertEqual(receipt["FINANCIALENTITY"], "BOA")
        self.assertFalse(receipt.get("UNDEPOSITEDACCOUNTNO"))

    def test_without_a_bank_it_waits_and_never_goes_to_undeposited_funds(self):
        invoice = self.sold(100)
        move = self.bank_line(100, (invoice, 100))

        self.sync("errors")
        self.assertTrue(self.waiting(move).cause.startswith("no_bank:"))
        self.assertFalse(self.receipts())

        self.map_bank()
        self.sync_twice()
        self.assert_agree(invoice, open_amounts=[0])

    def test_a_bank_line_for_several_invoices_with_a_charge(self):
        self.map_bank()
        charge = self.account("655199", "expense", "Bank charge")
        self.map("account", charge, "account", "4900")
        first, second = self.sold(100), self.sold(50)
        move = self.bank_line(147, (first, 100), (second, 50), extra=[(charge, 3)])

        self.sync_twice()

        self.assert_agree(first, second, open_amounts=[0, 0])
        self.assertEqual(float(self.receipt(move)["TRX_TOTALENTERED"]), 147)

    def test_a_bank_line_that_is_not_reconciled_in_full_waits(self):
        self.map_bank()
        invoice = self.sold(100)
        move = self.bank_line(150, (invoice, 100))

        self.sync_twice()

        self.assertEqual(self.waiting(move).cause, "suspense")
        self.assertFalse(self.receipts())

    def test_a_bank_line_less_a_credit_note(self):
        self.map_bank()
        first, second = self.sold(60), self.sold(100, "2026-10-07")
        note = self.credited(30)
        move = self.bank_line(130, (first, 60), (second, 100), (note, -30))
        self.assertEqual((second | note).mapped("amount_residual"), [0, 0])

        self.sync_twice()

        self.assert_agree(first, second, note, open_amounts=[0, 0, 0])
        self.assertEqual(float(self.receipt(move)["TRX_TOTALENTERED"]), 130)
        self.assertEqual(len(self.receipts()), 1)

    def test_a_refund_by_bank_line(self):
        self.map_bank()
        note = self.credited(30)
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": DAY,
                "amount": -30,
                "payment_ref": "Refund",
                "partner_id": self.customer_partner.id,
            }
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = self.receivable_account
        self.sync()
        self.assertEqual(self.waiting(line.move_id).cause, "unapplied")

        self.reconcile(note, line.move_id)
        self.sync_twice()

        self.assert_agree(note, open_amounts=[0])
        self.assertFalse(self.events(state="open"))

    def test_a_bank_line_of_several_customers(self):
        self.map_bank()
        self.intacct.customer("C2")
        self.import_all()
        other = self.env["res.partner"].search(
            [("intacct_binding_ids.number", "=", "C2")]
        )
        first = self.sold(100)
        second = self.own_invoice(other, 50, invoice_payment_term_id=False)
        move = self.bank_line(150, (first, 100), (second, 50))

        self.sync_twice()

        self.assert_agree(first, second, open_amounts=[0, 0])
        receipt = self.receipt(move)
        self.assertFalse(receipt.get("CUSTOMERID"))
        self.assertEqual(receipt["PAYERNAME"], first.partner_id.name)

    def test_a_payment_seen_on_the_bank_is_not_sent_again(self):
        self.map_bank()
        invoice = self.sold(100)
        payment = self.pay(invoice)
        self.sync()
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": "2026-10-22",
                "amount": 100,
                "payment_ref": "Transfer",
                "partner_id": self.customer_partner.id,
            }
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        outstanding = payment._seek_for_lines()[0]
        suspense.account_id = outstanding.account_id
        (suspense | outstanding).reconcile()

        self.sync_twice()

        self.assertEqual(len(self.receipts()), 1)
        self.assert_agree(invoice, open_amounts=[0])

    def test_a_payment_without_entry_is_sent_and_confirmed_by_the_bank(self):
        self.map_bank()
        first, second = self.sold(100, "2026-10-05"), self.sold(50, "2026-10-07")
        payment = self.without_entry(120, first, second)

        self.sync_twice()

        self.assertEqual(self.intacct.due(self.there(first)[0]), 0)
        self.assertEqual(self.intacct.due(self.there(second)[0]), 30)
        self.assertEqual(float(self.receipt(payment)["TRX_TOTALENTERED"]), 120)
        self.assertEqual((first.amount_residual, second.amount_residual), (100, 50))
        self.assertFalse(self.events(state="open"))
        self.assertNotEqual(first.intacct_status, "difference")

        self.bank_line(120, (first, 100), (second, 20), day="2026-10-22")
        self.sync_twice()

        self.assert_agree(first, second, open_amounts=[0, 30])
        self.assertEqual(len(self.receipts()), 1)

    def test_a_refund_without_entry_waits_for_its_bank_line(self):
        self.map_bank()
        note = self.credited(30)
        payment = self.without_entry(30, note, kind="outbound")
        self.sync_twice()
        event = self.waiting(payment)
        self.assertEqual(event.cause, "unapplied")
        self.assertIn("Match its bank line with the credit note", event.advice)
        self.assertFalse(self.operations(payment))

        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": DAY,
                "amount": -30,
                "payment_ref": "Refund",
                "partner_id": self.customer_partner.id,
            }
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = self.receivable_account
        self.reconcile(note, line.move_id)
        self.sync_twice()

        self.assert_agree(note, open_amounts=[0])
        self.assertFalse(self.operations(payment))
        self.assertEqual(len(self.operations(line.move_id, "memo")), 1)
        self.assertFalse(self.events(state="open"))

    def test_more_than_its_documents_without_entry_is_on_account(self):
        invoice = self.sold(100)
        payment = self.without_entry(130, invoice)

        self.sync_twice()

        self.assertEqual(self.intacct.due(self.there(invoice)[0]), 0)
        self.assertEqual(float(self.receipt(payment)["TRX_TOTALDUE"]), 30)


class TestManualEntries(SettlementCase):
    def test_cash_booked_by_hand_is_a_receipt(self):
        invoice = self.sold(100)
        self.map("journal", self.bank, "bank", "BOA")
        entry = self.entry(
            (self.bank.default_account_id, 100),
            (self.receivable_account, -100),
            journal=self.bank,
        )
        self.reconcile(invoice, entry)

        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        self.assertEqual(float(self.receipt(entry)["TRX_TOTALENTERED"]), 100)

    def test_netting_with_a_payable_is_held(self):
        invoice = self.sold(100)
        payable = self.customer_partner.property_account_payable_id
        entry = self.entry((payable, 100), (self.receivable_account, -100))
        self.reconcile(invoice, entry)

        self.sync_twice("errors")

        event = self.waiting(entry)
        self.assertEqual(event.cause, "netting")
        self.assertIn("Book it in Intacct", event.advice)
        self.assertEqual(self.intacct.due(self.there(invoice)[0]), 100)

    def test_netting_with_another_partner_is_held(self):
        invoice = self.sold(100)
        other = self.env["res.partner"].create({"name": "Other"})
        entry = self.entry(
            (self.receivable_account, 100, other), (self.receivable_account, -100)
        )
        credit = entry.line_ids.filtered(lambda line: line.balance < 0)
        (credit | self.receivable(invoice)).reconcile()

        self.sync_twice("errors")

        self.assertEqual(self.waiting(entry).cause, "netting")
        self.assertFalse(self.receipts())

    def test_a_person_who_booked_it_in_intacct_ignores_it_here(self):
        invoice = self.sold(100)
        payable = self.customer_partner.property_account_payable_id
        entry = self.entry((payable, 100), (self.receivable_account, -100))
        self.reconcile(invoice, entry)
        self.sync("errors")

        self.intacct.pay({self.there(invoice)[0]: 100})
        entry._intacct_ignore()
        self.sync_twice()

        self.assertFalse(self.events(state="open"))
        self.assertEqual(len(self.receipts()), 1, "the one of that person")

    def test_an_entry_that_charges_the_customer_is_settled(self):
        fee = self.account("455000", "income", "Reminder fee")
        self.map("account", fee, "account", "4100")
        entry = self.entry((self.receivable_account, 20), (fee, -20))
        payment = self.payment(20, "2026-10-20")
        self.reconcile(entry, payment)

        self.sync_twice()

        (memo,) = self.operations(entry, "memo")
        self.assertEqual(self.intacct.due(memo.recordno, "ARADJUSTMENT"), 0)
        self.assertEqual(float(self.receipt(payment)["TRX_TOTALENTERED"]), 20)
