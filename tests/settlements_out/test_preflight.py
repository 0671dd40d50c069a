"""What a dry run says of payments and whatever else settles a receivable."""

from tests.exports.unchanged import (
    changed,
    everything_in_intacct,
    everything_in_odoo,
)

from .common import DAY, SettlementCase


class TestPreflight(SettlementCase):
    def found(self):
        """What the dry run says: by document, its events."""
        action = self.backend.action_preflight()
        found = {}
        for event in self.env["intacct.sync.event"].search(action["domain"]):
            found.setdefault(event.document, []).append(event)
        return found

    def outcome(self, record):
        """The only thing that is said of a record."""
        (event,) = self.found()[record.display_name]
        return event

    def test_each_settlement_has_its_outcome_with_its_amount(self):
        invoice, other = self.sold(100), self.sold(80)
        credit = self.credited(30)
        self.reconcile(other, credit)
        payment, advance = self.pay(invoice), self.payment(25)
        advance._intacct_send_on_account()

        found = self.found()

        expected = {
            payment: ("would_create_payment", 100),
            advance: ("would_create_advance", 25),
        }
        for record, (cause, amount) in expected.items():
            (event,) = found[record.display_name]
            self.assertEqual((event.cause, event.amount), (cause, amount))
        causes = {event.cause: event.amount for event in found[credit.name]}
        self.assertEqual(causes, {"would_create_adjustment": -30, "would_apply": 30})

    def test_what_belongs_to_several_customers_is_named(self):
        other = self.env["res.partner"].create({"name": "Other", "ref": "O1"})
        self.backend.customer_id_rule = "reference"
        self.map("journal", self.bank, "bank", "BOA")
        fee = self.account("455000", "income", "Reminder fee")
        self.map("account", fee, "account", "4100")
        money = self.entry(
            (self.bank.default_account_id, 30),
            (self.receivable_account, -10),
            (self.receivable_account, -15, other),
            (self.receivable_account, -5, other.browse()),
            journal=self.bank,
        )
        charge = self.entry(
            (self.receivable_account, 20),
            (self.receivable_account, 5, other),
            (fee, -25),
        )
        for entry in (money, charge):
            self.settle_something(entry)

        for entry in (money, charge):
            self.assertEqual(self.outcome(entry).cause, "several_customers")

    def settle_something(self, entry):
        """Reconciles what an entry has of the customer with a document."""
        mine = self.receivable(entry).filtered(
            lambda line: line.partner_id == self.customer_partner
        )
        document = self.sold(10) if mine.balance < 0 else self.credited(20)
        (mine | self.receivable(document)).reconcile()

    def test_what_holds_settlements_up_is_named_with_where_to_mend_it(self):
        euro = self.env.ref("base.EUR")
        foreign = self.pay(self.sold(100, currency_id=euro.id))
        loss = self.account("650100", "expense", "Bad debt")
        written_off = self.sold(20)
        entry = self.entry(
            (loss, 20), (self.receivable_account, -20, self.customer_partner)
        )
        self.reconcile(written_off, entry)
        early = self.pay(self.sold(15), day="2026-09-20")
        stays = self.sold(12)
        stays._intacct_ignore()
        orphan = self.pay(stays)

        found = self.found()

        expected = {
            foreign: ("BL02000051", "Bank, EUR, EFT"),
            entry: ("unmapped", "Bad debt"),
            early: ("before_start", "before exports begin"),
            orphan: ("stays_out", "not meant for Intacct"),
        }
        for record, (kind, words) in expected.items():
            (event,) = found[record.display_name]
            self.assertEqual(event.cause.partition(":")[0], kind, event.message)
            self.assertIn(words, event.outcome)
            self.assertTrue(event.advice)

    def test_cards_cannot_go_to_undeposited_funds(self):
        card = self.pay(self.sold(40))
        method = card.payment_method_line_id
        self.map("method", method, "", "", payment_method="Credit Card")
        self.assertEqual(
            self.outcome(card).outcome,
            "Cannot go to undeposited funds: Bank, USD, Credit Card",
        )

    def test_a_refund_and_an_advance_need_their_accounts(self):
        self.backend.write(
            {"refund_reference_id": False, "advance_reference_id": False}
        )
        refund = self.pay(self.credited(30))
        advance = self.payment(25)
        advance._intacct_send_on_account()
        self.assertEqual(self.outcome(refund).cause, "no_refund_account")
        self.assertEqual(self.outcome(advance).cause, "no_advance_account")

    def test_a_closed_period_holds_what_is_dated_in_it_only(self):
        self.backend.closed_books_date = "2026-10-10"
        invoice = self.sold(100, "2026-10-05")
        payment = self.pay(invoice, day=DAY)
        early = self.pay(self.sold(50, "2026-10-11"), day="2026-10-09")
        found = self.found()
        self.assertIn("closed", found[invoice.name][0].outcome)
        self.assertIn("closed", found[early.display_name][0].outcome)
        self.assertEqual(
            found[payment.display_name][0].outcome, "Waits for its document"
        )

    def test_what_the_dry_run_says_is_what_the_sync_does(self):
        invoice = self.sold(100)
        self.pay(invoice, 60)
        credit = self.credited(40)
        self.reconcile(invoice, credit)
        said = {event.cause for events in self.found().values() for event in events}
        self.sync()
        self.assertEqual(
            said,
            {
                "would_create_invoice",
                "would_create_adjustment",
                "would_create_payment",
                "would_apply",
            },
        )
        self.assert_agree(invoice, credit, open_amounts=[0, 0])
        self.assertFalse(self.found())

    def test_it_writes_nothing(self):
        invoice = self.sold(100)
        self.pay(invoice, 60)
        self.reconcile(invoice, self.credited(40))
        self.pay(self.credited(30))
        self.payment(25)
        simulator = self.intacct.simulator
        before = everything_in_odoo(self.env), everything_in_intacct(simulator)

        self.found()

        self.assertEqual(changed(before[0], everything_in_odoo(self.env)), [])
        self.assertEqual(changed(before[1], everything_in_intacct(simulator)), [])
