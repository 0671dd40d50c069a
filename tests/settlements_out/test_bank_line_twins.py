"""A bank line, and the receipt of the same money that somebody entered in Intacct."""

from .common import SettlementCase


class TestBankLineTwins(SettlementCase):
    def setUp(self):
        super().setUp()
        self.map("journal", self.bank, "bank", "BOA")
        self.invoice = self.sold(100)
        self.sync()
        self.recordno = self.there(self.invoice)[0]

    def received_there(self, number, cash=100):
        """RECORDNO of a receipt on the invoice that was entered in Intacct."""
        return self.intacct.pay(
            {self.recordno: cash}, day="10/18/2026", DOCNUMBER=number
        )

    def test_the_same_money_is_proposed_and_linked(self):
        line = self.bank_line(100, (self.invoice, 100))
        theirs = self.received_there("Transfer")
        self.sync(state=None)
        event = self.waiting(line)
        self.assertEqual(event.cause, "less_due")
        self.assertIn("Links to Decide", event.advice)
        proposal = self.binding(theirs, "ARPYMT")
        self.assertEqual((proposal.sync_state, proposal.move_id), ("proposed", line))

        proposal._accept_links("It is the same")
        self.work()
        self.sync_twice()

        self.assert_agree(self.invoice, open_amounts=[0])
        self.assertEqual(len(self.receipts()), 1)
        self.assertFalse(self.events(state="open"))

    def test_cash_that_was_booked_by_hand_is_linked_as_well(self):
        entry = self.entry(
            (self.bank.default_account_id, 100),
            (self.receivable_account, -100),
            journal=self.bank,
        )
        self.reconcile(self.invoice, entry)
        theirs = self.received_there(entry.name)
        self.sync(state=None)

        self.binding(theirs, "ARPYMT")._accept_links("It is the same")
        self.work()
        self.sync_twice()

        self.assert_agree(self.invoice, open_amounts=[0])
        self.assertEqual(len(self.receipts()), 1)
        self.assertFalse(self.events(state="open"))

    def test_the_proposal_is_other_money(self):
        line = self.bank_line(100, (self.invoice, 100))
        theirs = self.received_there("Transfer")
        self.sync(state=None)

        self.binding(theirs, "ARPYMT")._create_instead("It is another one")
        self.assertTrue(line.intacct_on_account)
        self.work()
        self.sync_twice()

        self.assert_agree(self.invoice, open_amounts=[0])
        self.assertEqual(len(self.receipts()), 1)
        self.assertEqual(len(self.operations(line, "advance")), 1)

    def test_a_receipt_under_another_number_is_linked_by_hand(self):
        charge = self.account("655199", "expense", "Bank charge")
        self.map("account", charge, "account", "4900")
        line = self.bank_line(97, (self.invoice, 100), extra=[(charge, 3)])
        theirs = self.received_there("X", 97)
        self.sync(state=None)
        self.assertEqual(self.waiting(line).cause, "less_due")
        self.assertFalse(self.operations(line))

        wizard = self.env["intacct.decide"]
        line._intacct_link_to(wizard._object_of(line), theirs)
        self.sync_twice()

        self.assert_agree(self.invoice, open_amounts=[0])
        self.assertEqual(self.operations(line, "payment").recordno, theirs)
        self.assertEqual(len(self.operations(line, "memo")), 1)
        self.assertFalse(self.events(state="open"))

    def test_a_receipt_of_another_amount_is_not_linked(self):
        line = self.bank_line(100, (self.invoice, 100))
        theirs = self.received_there("X", 70)
        self.sync(state=None)

        line._intacct_link_to("ARPYMT", theirs)
        self.sync(state=None)

        self.assertFalse(self.binding(theirs, "ARPYMT").filtered("asked"))
        self.assertFalse(self.operations(line))
        self.assertEqual(self.waiting(line).cause, "less_due")
