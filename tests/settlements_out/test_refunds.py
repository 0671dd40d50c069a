"""Refunds where the company makes them in Intacct: a person does it there."""

from .common import SettlementCase


class TestRefundsByHand(SettlementCase):
    def setUp(self):
        super().setUp()
        self.backend.customer_refunds = True
        self.note = self.credited(30)

    def refund(self, amount=None, note=None):
        return self.pay(note or self.note, amount, day="2026-10-20")

    def asked(self, payment):
        (operation,) = self.operations(payment, "refund")
        return operation

    def made_there(self, amount, note=None):
        """A person makes the refund in Intacct."""
        key, _name = self.there(note or self.note)
        self.intacct.change(
            "refund", key=key, amount=amount, account="1000", date="10/21/2026"
        )

    def debit(self, key, line):
        """A person applies a credit to a debit memo of one line in Intacct."""
        memo = self.intacct.adjustment(lines=[line])
        self.intacct.call(
            "<create><ARPYMT><FINANCIALENTITY>BOA</FINANCIALENTITY>"
            "<PAYMENTMETHOD>EFT</PAYMENTMETHOD><CUSTOMERID>C1</CUSTOMERID>"
            "<RECEIPTDATE>10/21/2026</RECEIPTDATE>"
            "<PAYMENTDATE>10/21/2026</PAYMENTDATE><CURRENCY>USD</CURRENCY>"
            f"<ARPYMTDETAILS><ARPYMTDETAIL><POSADJKEY>{memo}</POSADJKEY>"
            f"<ADJUSTMENTKEY>{key}</ADJUSTMENTKEY>"
            "<TRX_ADJUSTMENTAMOUNT>30</TRX_ADJUSTMENTAMOUNT></ARPYMTDETAIL>"
            "</ARPYMTDETAILS></ARPYMT></create>"
        )

    def test_a_person_is_asked_and_it_closes_when_it_was_made(self):
        payment = self.refund()

        self.sync_twice()

        operation = self.asked(payment)
        key, _name = self.there(self.note)
        self.assertEqual((operation.state, operation.amount), ("do_it", 30))
        self.assertEqual(operation.user_id, self.backend.user_id)
        for words in ("30", "USD", self.note.name, key, "2026-10-20"):
            self.assertIn(words, operation.message)
        self.assertTrue(payment.activity_ids)
        event = self.waiting(payment)
        self.assertEqual(event.cause, "do_it")
        self.assertIn("Do it in Intacct", event.message)
        self.assertEqual(payment.intacct_status, "waiting")
        self.assertEqual(self.intacct.due(key, "ARADJUSTMENT"), -30)
        self.assertNotEqual(self.note.intacct_status, "difference")

        self.made_there(30)
        self.sync_twice()

        self.assertEqual(operation.state, "done")
        self.assertEqual(payment.intacct_status, "in")
        self.assertFalse(payment.activity_ids)
        self.assert_agree(self.note, open_amounts=[0])
        self.assertFalse(self.events(state="open"))

    def test_a_part_of_it_is_not_enough(self):
        payment = self.refund(20)
        self.sync()

        self.made_there(15)
        self.sync(None)
        self.assertEqual(self.asked(payment).state, "do_it")

        self.made_there(5)
        self.sync()
        self.assertEqual(self.asked(payment).state, "done")
        self.sync_twice()
        self.assert_agree(self.note, open_amounts=[10])
        self.assertFalse(self.events(state="open"))

    def test_what_is_applied_of_the_credit_meanwhile_is_no_refund(self):
        payment = self.refund(10)
        self.sync()
        invoice = self.sold(20)
        self.reconcile(self.note, invoice)
        other = self.pay(self.sold(50), 50)

        self.sync_twice()

        self.assertEqual(self.asked(payment).state, "do_it")
        self.assert_agree(invoice, open_amounts=[0])
        self.assertEqual(float(self.receipt(other)["TRX_TOTALENTERED"]), 50)
        key, _name = self.there(self.note)
        self.assertEqual(self.intacct.due(key, "ARADJUSTMENT"), -10)

        self.made_there(10)
        self.sync_twice()
        self.assertEqual(self.asked(payment).state, "done")
        self.assert_agree(self.note, open_amounts=[0])

    def test_of_two_refunds_the_one_that_was_made_closes(self):
        first, second = self.refund(20), self.refund(10)
        self.sync()

        self.made_there(10)
        self.sync_twice()

        self.assertEqual(self.asked(first).state, "do_it")
        self.assertEqual(self.asked(second).state, "done")

    def test_a_debit_memo_that_the_credit_is_applied_to_is_the_refund(self):
        payment = self.refund()
        self.sync()
        key, _name = self.there(self.note)
        self.debit(key, {"TRX_AMOUNT": 30, "ACCOUNTNO": "4900"})

        self.sync_twice()

        self.assertEqual(self.asked(payment).state, "done")
        self.assert_agree(self.note, open_amounts=[0])
        self.assertFalse(self.events(state="open"))
        left = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.customer_partner.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
        self.assertFalse(left.mapped("move_name"))

    def test_a_debit_memo_for_something_else_is_no_refund(self):
        payment = self.refund()
        self.sync()
        key, _name = self.there(self.note)
        self.debit(key, {"TRX_AMOUNT": 30, "ACCOUNTNO": "4100"})

        self.sync(None)

        self.assertEqual(self.asked(payment).state, "do_it")
        self.assertEqual(self.note.intacct_status, "difference")

    def test_a_credit_that_is_applied_there_instead_stays_and_says_so(self):
        payment = self.refund()
        theirs = self.intacct.invoice(lines=[50])
        self.sync()
        key, _name = self.there(self.note)
        applied = self.intacct.apply_credit(key, theirs, 20)

        self.sync(None)

        operation = self.asked(payment)
        self.assertEqual(operation.state, "do_it")
        self.assertIn("Only 10 of it is open", operation.message)
        self.assertIn("Only 10 of it is open", self.waiting(payment).message)
        self.assertEqual(len(payment.activity_ids), 1)
        self.assertEqual(self.note.intacct_status, "difference")
        for words in (self.note.name, "refund 30", "10 are open", "something else"):
            self.assertIn(words, self.open_event(key, "ARADJUSTMENT").message)
        self.assert_open(theirs, 30)

        self.made_there(10)
        self.sync(None)
        self.assertEqual(operation.state, "do_it")

        self.intacct.reverse_payment(applied, day="11/22/2026")
        self.sync(None)
        self.assertNotIn("Only", operation.message)
        self.made_there(20)
        self.sync(None)
        self.sync_twice()

        self.assertEqual(operation.state, "done")
        self.assert_agree(self.note, open_amounts=[0])
        self.assert_open(theirs, 50)
        self.assertFalse(self.events(state="open"))

    def test_or_the_refund_is_cancelled_here(self):
        payment = self.refund()
        theirs = self.intacct.invoice(lines=[50])
        self.sync()
        key, _name = self.there(self.note)
        self.intacct.apply_credit(key, theirs, 30)
        self.sync(None)

        payment.action_draft()
        payment.action_cancel()
        self.sync(None)
        self.sync_twice()

        self.assert_agree(self.note, open_amounts=[0])
        self.assertFalse(self.events(state="open"))

    def test_of_two_equal_refunds_one_closes_with_each_that_is_made(self):
        first, second = self.refund(10), self.refund(10)
        self.sync()

        self.made_there(10)
        self.sync_twice()
        states = [self.asked(payment).state for payment in (first, second)]
        self.assertEqual(states, ["done", "do_it"])

        self.made_there(10)
        self.sync_twice()
        self.assertEqual(self.asked(second).state, "done")
        self.assert_agree(self.note, open_amounts=[10])

    def test_the_refund_of_that_amount_closes_before_one_that_it_covers(self):
        first, second = self.refund(10), self.refund(20)
        self.sync()

        self.made_there(20)
        self.sync_twice()

        states = [self.asked(payment).state for payment in (first, second)]
        self.assertEqual(states, ["do_it", "done"])

    def test_without_the_right_to_read_payments_none_closes(self):
        payment = self.refund()
        self.sync()
        self.intacct.permit("ARPYMTDETAIL")
        self.made_there(30)

        self.sync(None)

        self.assertEqual(self.asked(payment).state, "do_it")

    def over_paid(self):
        """A receipt of 130 on 100, and the refund of the rest."""
        receipt = self.pay(self.sold(100), 130)
        refund = self.payment(30, payment_type="outbound", day="2026-10-25")
        self.reconcile(receipt, refund)
        self.sync()
        self.sync_twice()
        return receipt, refund

    def test_an_over_payment(self):
        receipt, refund = self.over_paid()

        operation = self.asked(refund)
        self.assertEqual((operation.state, operation.amount), ("do_it", 30))
        row = self.receipt(receipt)
        self.assertEqual(float(row["TRX_TOTALDUE"]), 30)

        self.intacct.change(
            "refund",
            key=row["RECORDNO"],
            amount=30,
            account="1000",
            date="10/26/2026",
        )
        self.sync_twice()

        self.assertEqual(operation.state, "done")
        self.assertFalse(refund.activity_ids)
        self.assertEqual(float(self.receipt(receipt)["TRX_TOTALDUE"]), 0)
        self.assertFalse(self.events(state="open"))

    def test_an_over_payment_that_is_applied_there_instead(self):
        receipt, refund = self.over_paid()
        theirs = self.intacct.invoice(lines=[50])
        (over,) = self.intacct.rows("ARPOSTEDOVERPAYMENT")
        self.intacct.pay(
            {
                theirs: {
                    "OVERPAYMENTKEY": over["RECORDNO"],
                    "TRX_POSTEDOVERPAYMENTAMOUNT": 30,
                }
            }
        )

        self.sync(None)

        operation = self.asked(refund)
        self.assertEqual(operation.state, "do_it")
        self.assertIn("Only 0 of it is open", operation.message)
        self.assertIn("Only 0 of it is open", self.waiting(refund).message)

    def test_one_that_odoo_takes_back_is_not_asked_for(self):
        payment = self.refund()
        self.sync()

        payment.action_draft()
        payment.action_cancel()
        self.sync_twice()

        self.assertFalse(self.operations(payment, "refund"))
        self.assertFalse(payment.activity_ids)
        self.assertFalse(self.events(state="open"))
        self.assert_agree(self.note, open_amounts=[30])

    def test_another_amount_is_asked_for_anew(self):
        payment = self.refund()
        self.sync()

        payment.action_draft()
        payment.amount = 20
        payment.action_post()
        self.reconcile(self.note, payment)
        self.sync_twice()

        self.assertEqual(self.asked(payment).amount, 20)

    def test_one_that_was_made_and_is_taken_back_here_is_followed(self):
        payment = self.refund()
        self.sync()
        self.made_there(30)
        self.sync()

        payment.action_draft()
        payment.action_cancel()
        self.sync_twice()

        self.assert_agree(self.note, open_amounts=[0])
        self.assertTrue(self.events(cause="provisional"))

    def test_a_credit_that_has_less_open_there_waits_for_a_person(self):
        self.sync()
        payment = self.refund()
        self.made_there(12)

        self.sync(None)

        self.assertEqual(self.waiting(payment).cause, "less_open")
        self.assertFalse(self.operations(payment))
