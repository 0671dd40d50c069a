"""Receipts that wait, that a person decides about, or that Intacct has already."""

from .common import SettlementCase


class TestWaiting(SettlementCase):
    def test_it_waits_for_its_document_and_says_why(self):
        invoice = self.sold(100)
        self.backend.send_delay = 60
        invoice.intacct_posted_at = self.env.cr.now()
        payment = self.pay(invoice)
        # It could leave itself: only its document is held back.
        payment.intacct_posted_at = False

        self.sync_twice()

        event = self.waiting(payment)
        self.assertEqual(event.cause, "waits_for_document")
        self.assertIn(f"Waiting for {invoice.name}", event.message)
        self.assertFalse(self.receipts())

        self.backend.send_delay = 0
        self.sync_twice()
        self.assert_agree(invoice, open_amounts=[0])
        self.assertFalse(self.events(state="open"))

    def test_one_document_that_is_not_there_holds_the_whole_receipt(self):
        first, second = self.sold(100), self.sold(50)
        self.backend.send_delay = 60
        first.intacct_posted_at = False
        second.intacct_posted_at = self.env.cr.now()
        payment = self.pay(first | second)
        payment.intacct_posted_at = False

        self.sync()

        self.assertEqual(self.intacct.due(self.there(first)[0]), 100)
        self.assertIn(second.name, self.waiting(payment).message)

    def test_a_document_before_the_start_date_needs_a_person(self):
        old, new = self.sold(60, "2026-09-20"), self.sold(100)
        payment = self.pay(old | new)

        self.sync_twice()
        event = self.waiting(payment)
        self.assertEqual(event.cause, "stays_out")
        self.assertIn(old.name, event.message)

        payment._intacct_send_on_account()
        self.sync_twice()

        self.assert_agree(new, open_amounts=[0])
        self.assertEqual(float(self.receipt(payment)["TRX_TOTALENTERED"]), 160)
        self.assertEqual(float(self.receipt(payment)["TRX_TOTALDUE"]), 60)
        self.assertFalse(self.events(state="open"))

    def test_an_ignored_document_needs_a_person_too(self):
        invoice = self.sold(100)
        invoice._intacct_ignore()
        payment = self.pay(invoice)

        self.sync_twice()
        self.assertEqual(self.waiting(payment).cause, "stays_out")

        payment._intacct_ignore()
        self.sync_twice()
        self.assertFalse(self.events(state="open"))
        self.assertFalse(self.receipts())

    def test_a_receipt_before_the_start_date_needs_a_person(self):
        invoice = self.sold(100)
        payment = self.pay(invoice, day="2026-09-20")

        self.sync_twice()

        self.assertEqual(self.waiting(payment).cause, "before_start")
        self.assertFalse(self.receipts())

    def test_a_document_that_waits_for_approval_holds_it(self):
        self.intacct.settings(approvals=["ARINVOICE"])
        invoice = self.sold(100)
        payment = self.pay(invoice)

        self.sync(state=None)

        self.assertIn(
            self.waiting(payment).cause, ("waits_for_approval", "waits_for_document")
        )
        self.assertFalse(self.receipts())

    def test_a_refused_receipt_is_sent_once_more_after_a_retry(self):
        self.intacct.settings(payment_summary="user")
        invoice = self.sold(100)
        payment = self.pay(invoice)
        self.sync("errors")
        self.assertEqual(self.operations(payment).state, "failed")

        self.intacct.settings(payment_summary="automatic")
        self.sync(state=None)
        self.assertFalse(self.receipts())
        self.operations(payment).action_retry()
        self.work()
        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        self.assertEqual(len(self.receipts()), 1)


class TestBothSides(SettlementCase):
    """Intacct has less due than Odoo's receipt pays."""

    def setUp(self):
        super().setUp()
        self.invoice = self.sold(100)
        self.sync()
        self.recordno = self.there(self.invoice)[0]

    def test_the_same_receipt_is_proposed_and_linked(self):
        payment = self.pay(self.invoice)
        theirs = self.intacct.pay(
            {self.recordno: 100}, day="10/18/2026", DOCNUMBER=payment.memo
        )
        self.sync(state=None)
        event = self.waiting(payment)
        self.assertEqual(event.cause, "less_due")
        self.assertIn("100", event.message)
        proposal = self.binding(theirs, "ARPYMT")
        self.assertEqual(
            (proposal.sync_state, proposal.payment_id), ("proposed", payment)
        )

        proposal._accept_links("It is the same")
        self.work()
        self.sync_twice()

        self.assert_agree(self.invoice, open_amounts=[0])
        self.assertEqual(len(self.receipts()), 1)
        self.assertFalse(self.events(state="open"))
        self.assert_owed(0)

    def test_another_receipt_goes_on_account_and_odoo_follows(self):
        payment = self.pay(self.invoice)
        self.intacct.pay({self.recordno: 70}, day="10/16/2026", DOCNUMBER="X")
        self.sync(state=None)
        event = self.waiting(payment)
        self.assertEqual(event.cause, "less_due")
        self.assertIn("70", event.message)
        self.assertFalse(self.operations(payment))

        payment._intacct_send_on_account()
        self.sync_twice()

        self.assert_agree(self.invoice, open_amounts=[0])
        receipt = self.receipt(payment)
        self.assertEqual(float(receipt["TRX_TOTALENTERED"]), 100)
        self.assertEqual(float(receipt["TRX_TOTALDUE"]), 70)
        self.assert_owed(-70)
        self.assertFalse(self.events(state="open"))

    def test_all_of_it_was_received_there(self):
        payment = self.pay(self.invoice)
        self.intacct.pay({self.recordno: 100}, day="10/16/2026", DOCNUMBER="X")
        self.sync(state=None)

        payment._intacct_send_on_account()
        self.sync_twice()

        self.assert_agree(self.invoice, open_amounts=[0])
        self.assert_owed(-100)

    def test_the_proposal_is_another_receipt(self):
        payment = self.pay(self.invoice)
        theirs = self.intacct.pay(
            {self.recordno: 100}, day="10/18/2026", DOCNUMBER=payment.memo
        )
        self.sync(state=None)

        self.binding(theirs, "ARPYMT")._create_instead("It is another one")
        self.work()
        self.sync_twice()

        self.assert_agree(self.invoice, open_amounts=[0])
        self.assert_owed(-100)

    def assert_owed(self, amount):
        """What the customer owes in both ledgers."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.customer_partner.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        self.assertAlmostEqual(sum(lines.mapped("amount_residual")), amount)
        customer = self.intacct.one("CUSTOMER", CUSTOMERID="C1")
        self.assertAlmostEqual(float(customer["TOTALDUE"] or 0), amount)


class TestAccounts(SettlementCase):
    def setUp(self):
        super().setUp()
        self.eur = self.env.ref("base.EUR")

    def test_foreign_currency_needs_a_bank_and_says_which(self):
        invoice = self.sold(100, currency_id=self.eur.id)
        payment = self.pay(invoice)

        self.sync("errors")
        event = self.waiting(payment)
        self.assertTrue(event.cause.startswith("BL02000051"))
        self.assertIn(self.bank.name, event.advice)
        self.assertIn("EUR", event.advice)
        self.assertFalse(self.operations(payment))

        self.map("journal", self.bank, "bank", "BOA")
        self.map("journal", self.bank, "bank", "BOE")
        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        self.assertEqual(self.receipt(payment)["FINANCIALENTITY"], "BOE")

    def test_cards_are_not_put_in_undeposited_funds(self):
        method = self.bank.inbound_payment_method_line_ids[:1]
        self.map("method", method, None, None, payment_method="Credit Card")
        payment = self.pay(self.sold(100), payment_method_line_id=method.id)

        self.sync("errors")
        self.assertTrue(self.waiting(payment).cause.startswith("BL02000051"))

        self.map("journal", self.bank, "bank", "BOA")
        self.sync_twice()
        receipt = self.receipt(payment)
        self.assertEqual(receipt["PAYMENTMETHOD"], "Credit Card")
        self.assertEqual(receipt["FINANCIALENTITY"], "BOA")

    def test_the_payment_method_comes_before_the_journal(self):
        method = self.bank.inbound_payment_method_line_ids[:1]
        self.map("method", method, "account", "1000", payment_method="Cash")
        self.map("journal", self.bank, "account", "1090")
        self.intacct.load(CHECKINGACCOUNT=[])
        self.map_other_undeposited(method)
        payment = self.pay(self.sold(100), payment_method_line_id=method.id)

        self.sync_twice()

        self.assertEqual(self.receipt(payment)["PAYMENTMETHOD"], "Cash")
        self.assertEqual(self.receipt(payment)["UNDEPOSITEDACCOUNTNO"], "2400")

    def map_other_undeposited(self, method):
        """An account of Intacct that no bank account has."""
        self.env["intacct.mapping"].search(
            [("payment_method_line_id", "=", method.id)]
        ).reference_id = self.reference("account", "2400")

    def test_what_was_booked_without_a_rate_is_told(self):
        self.map("journal", self.bank, "bank", "BOE")
        self.eur.rate_ids.unlink()
        invoice = self.sold(100, currency_id=self.eur.id)
        payment = self.pay(invoice)

        self.sync("errors")

        for record in (invoice, payment):
            self.assertEqual(self.waiting(record).cause, "no_rate:EUR")
            self.assertIn("1:1", self.waiting(record).message)
        self.assertFalse(self.intacct.rows("ARINVOICE"))
        self.give_rate()
        self.sync("errors")
        self.assertFalse(self.intacct.rows("ARINVOICE"), "it is still booked at 1:1")
        payment.action_cancel()
        invoice.button_draft()
        invoice.refresh_invoice_currency_rate()
        invoice.action_post()
        self.pay(invoice)
        self.sync_twice()
        self.assert_agree(invoice, open_amounts=[0])

    def give_rate(self):
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.eur.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "rate": 0.8,
            }
        )

    def test_a_foreign_payment_in_part_and_over(self):
        self.map("journal", self.bank, "bank", "BOE")
        first = self.sold(100, currency_id=self.eur.id)
        second = self.sold(50, currency_id=self.eur.id)
        self.pay(first, 40)
        over = self.pay(second, 80)

        self.sync_twice()

        self.assert_agree(first, second, open_amounts=[60, 0])
        self.assertEqual(float(self.receipt(over)["TRX_TOTALDUE"]), 30)

    def test_exchange_differences_are_never_sent(self):
        self.map("journal", self.bank, "bank", "BOE")
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.eur.id,
                "company_id": self.company.id,
                "name": "2026-10-15",
                "rate": 0.7,
            }
        )
        invoice = self.sold(100, currency_id=self.eur.id)
        self.pay(invoice)
        exchange = self.company.currency_exchange_journal_id
        moves = self.env["account.move"].search([("journal_id", "=", exchange.id)])
        self.assertTrue(moves)

        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[0])
        self.assertFalse(moves.intacct_operation_ids)
        self.assertEqual(len(self.receipts()), 1)
