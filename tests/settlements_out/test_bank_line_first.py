"""Bank lines of money that is in Intacct, or on its way there, by another name."""

from .common import SettlementCase


class BankLineCase(SettlementCase):
    def setUp(self):
        super().setUp()
        self.bank_rule = self.map("journal", self.bank, "bank", "BOA")
        # Money that pays nothing leaves with the next sync.
        self.backend.advance_hours = 0

    def charge(self):
        """A mapped account of what the bank keeps."""
        account = self.account("655199", "expense", "Bank charge")
        self.map("account", account, "account", "4900")
        return account

    def money_there(self):
        """All money that Intacct has, as payments and as advances."""
        rows = self.receipts() + self.intacct.rows("ARADVANCE")
        return sum(
            float(row["TRX_TOTALENTERED"])
            for row in rows
            if row.get("DISPLAYSTATE") not in ("Reversed", "Reversal")
        )


class TestBankLineFirst(BankLineCase):
    """A payment without entry was not sent when its bank line came."""

    def test_the_bank_line_is_the_payment(self):
        invoice = self.sold(100)
        payment = self.without_entry(100, invoice)
        line = self.bank_line(100, (invoice, 100), day="2026-10-22")

        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        self.assertEqual(self.money_there(), 100)
        self.assertEqual(len(self.operations(line, "payment")), 1)
        self.assertFalse(self.operations(payment))
        self.assertFalse(self.events(state="open"))

    def test_a_payment_that_was_refused_is_not_tried_beside_its_bank_line(self):
        invoice = self.sold(100)
        payment = self.without_entry(100, invoice)
        self.intacct.faults(
            {
                "action": "error",
                "function": "create",
                "object": "ARPYMT",
                "errorno": "BL01001973",
                "text": "Could not create the payment",
            }
        )
        self.sync("errors")
        (refused,) = self.operations(payment)
        self.assertEqual(refused.state, "failed")

        self.bank_line(100, (invoice, 100), day="2026-10-22")
        self.sync_twice()
        self.assertEqual(refused.state, "superseded")
        payment.intacct_operation_ids.action_retry()
        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        self.assertEqual(self.money_there(), 100)
        self.assertFalse(self.events(state="open"))

    def test_one_bank_line_stands_for_one_payment(self):
        invoice = self.sold(100)
        first, second = self.without_entry(50, invoice), self.without_entry(50, invoice)
        self.bank_line(50, (invoice, 50), day="2026-10-22")

        self.sync_twice()

        self.assertFalse(self.operations(first))
        self.assertEqual(len(self.operations(second, "payment")), 1)
        self.assertEqual(self.money_there(), 100)
        self.assertEqual(self.intacct.due(self.there(invoice)[0]), 0)

        self.bank_line(50, (invoice, 50), day="2026-10-23")
        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        self.assertEqual(self.money_there(), 100)
        self.assertFalse(self.events(state="open"))

    def test_a_bank_line_of_another_amount_holds_the_payment(self):
        invoice = self.sold(100)
        payment = self.without_entry(100, invoice)
        extra = [(self.charge(), 3)]
        self.bank_line(97, (invoice, 100), day="2026-10-22", extra=extra)

        self.sync_twice()

        event = self.waiting(payment)
        self.assertEqual(event.cause, "settled_otherwise")
        self.assertIn("cancel this payment", event.advice)
        self.assertEqual(self.money_there(), 97)

        payment.action_cancel()
        self.sync_twice()
        self.assertEqual(self.money_there(), 97)
        self.assertFalse(self.events(state="open"))

    def test_money_that_came_besides_leaves_when_a_person_says_so(self):
        invoice = self.sold(100)
        payment = self.without_entry(80, invoice)
        self.bank_line(60, (invoice, 60), day="2026-10-22")
        self.sync()
        self.assertEqual(self.waiting(payment).cause, "settled_otherwise")
        self.assertTrue(payment.intacct_excess)

        payment._intacct_send_on_account()
        self.sync_twice()

        self.assertEqual(self.money_there(), 140)
        self.assertEqual(self.intacct.due(self.there(invoice)[0]), 0)
        self.assertFalse(self.events(state="open"))

    def test_a_line_taken_off_its_document_is_still_the_payment(self):
        invoice = self.sold(100)
        payment = self.without_entry(100, invoice)
        line = self.bank_line(100, (invoice, 100), day="2026-10-22")
        self.sync()

        line.line_ids.remove_move_reconcile()
        self.sync()
        self.sync_twice()

        self.assertFalse(self.operations(payment))
        self.assertEqual(self.money_there(), 100)

    def test_a_line_that_turns_out_to_be_other_money_is_not_the_payment(self):
        invoice, other = self.sold(100), self.sold(100)
        payment = self.without_entry(100, invoice)
        line = self.bank_line(100, (invoice, 100), day="2026-10-22")
        self.sync()

        line.line_ids.remove_move_reconcile()
        self.reconcile(line, other)
        self.sync()
        self.sync_twice()

        self.assert_agree(other, open_amounts=[0])
        self.assertEqual(len(self.operations(payment, "payment")), 1)
        self.assertEqual(self.money_there(), 200)
        self.assertEqual(self.intacct.due(self.there(invoice)[0]), 0)


class TestHeldAsAWhole(BankLineCase):
    """What is written off beside money stays here as long as the money does."""

    def test_less_is_due_than_money_and_charge_settle(self):
        invoice = self.sold(100)
        self.without_entry(100, invoice)
        self.sync()
        line = self.bank_line(97, (invoice, 100), extra=[(self.charge(), 3)])

        self.sync("errors")

        self.assertEqual(self.waiting(line).cause, "less_due")
        self.assertFalse(self.operations(line))

        line._intacct_ignore()
        self.sync_twice()
        self.assertEqual(self.money_there(), 100)
        self.assertFalse(self.intacct.rows("ARADJUSTMENT"))
        self.assertFalse(self.events(state="open"))

    def test_no_bank_account_stands_for_the_journal(self):
        self.bank_rule.unlink()
        invoice = self.sold(100)
        line = self.bank_line(97, (invoice, 100), extra=[(self.charge(), 3)])

        self.sync("errors")

        self.assertTrue(self.waiting(line).cause.startswith("no_bank:"))
        self.assertFalse(self.operations(line))

        self.map("journal", self.bank, "bank", "BOA")
        self.sync_twice()
        self.assert_agree(invoice, open_amounts=[0])
        self.assertFalse(self.events(state="open"))

    def test_a_credit_note_that_it_uses_was_used_in_intacct(self):
        first, note = self.sold(100), self.credited(30)
        self.sync()
        other = self.intacct.invoice(lines=[30])
        self.intacct.apply_credit(self.there(note)[0], other, 30)
        line = self.bank_line(67, (first, 100), (note, -30), extra=[(self.charge(), 3)])

        self.sync("errors")

        self.assertEqual(self.waiting(line).cause, "less_open")
        self.assertFalse(self.operations(line))
