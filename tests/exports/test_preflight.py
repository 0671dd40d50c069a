"""The list of what would leave, and that making it changes nothing."""

from odoo.fields import Command

from .common import ExportCase
from .unchanged import changed, everything_in_intacct, everything_in_odoo


class TestPreflight(ExportCase):
    def found(self):
        """What the dry run says, by document."""
        action = self.backend.action_preflight()
        events = self.env["intacct.sync.event"].search(action["domain"], order="id")
        return {event.document or event.cause: event for event in events}

    def tax(self):
        return self.env["account.tax"].create(
            {
                "name": "Unmapped tax",
                "amount": 10,
                "type_tax_use": "sale",
                "country_id": self.company.account_fiscal_country_id.id,
            }
        )

    def test_each_document_has_its_outcome_with_its_amount(self):
        fine = self.invoice(100, 20)
        credit = self.credit_note(30)
        newcomer = self.new_partner()
        new = self.invoice(50, partner=newcomer)

        found = self.found()

        self.assertEqual(found[fine.name].cause, "would_create_invoice")
        self.assertIn("120.00 USD", found[fine.name].message)
        self.assertEqual(found[credit.name].cause, "would_create_adjustment")
        self.assertIn("-30.00 USD", found[credit.name].message)
        self.assertEqual(found[new.name].cause, "would_create_invoice")
        self.assertEqual(found["New Ltd"].cause, "would_create_customer")

    def test_everything_that_would_be_refused_is_named_with_what_to_do(self):
        tax = self.tax()
        dinar = self.env.ref("base.KWD")
        dinar.active = True
        self.backend.closed_books_date = "2026-11-05"
        taxed = [
            self.invoice({"price_unit": 10, "tax_ids": [Command.set(tax.ids)]})
            for _number in range(2)
        ]
        precise = self.invoice(1.125, currency_id=dinar.id)
        closed = self.invoice(invoice_date="2026-11-04")
        nameless = self.invoice(partner=self.new_partner(ref=False))
        euro = self.env.ref("base.EUR")
        foreign = self.invoice(100, currency_id=euro.id)
        payment = self.receive(foreign, 100, date="2026-11-12")

        found = self.found()

        causes = {
            **{move.name: f"unmapped:account.tax:{tax.id}" for move in taxed},
            precise.name: "precision:KWD",
            closed.name: "closed_period:2026-11-05",
            nameless.name: "no_reference",
        }
        for name, cause in causes.items():
            self.assertEqual(found[name].cause, cause)
            self.assertEqual(found[name].level, "error")
            self.assertTrue(found[name].advice)
        self.assertTrue(found[payment.name].cause.startswith("BL02000051"))
        self.assertEqual(found[foreign.name].cause, "would_create_invoice")

    def test_what_stays_is_counted(self):
        self.invoice(70, invoice_date="2026-10-20")
        self.invoice(40, invoice_date="2026-10-21")
        event = self.found()["skipped_before_start"]
        self.assertIn("2 documents stay here, 110.00 USD", event.message)

    def test_lists_bring_the_closing_date(self):
        self.intacct.load(
            CLOSEDBOOKS=[
                {"MODULE": "GL", "LOCATIONID": "", "CLOSEDTHROUGH": "11/15/2026"}
            ]
        )
        self.sync(scope="lists")
        self.assertEqual(str(self.backend.closed_books_date), "2026-11-15")
        move = self.invoice()
        self.assertIn("closed until 2026-11-15", self.found()[move.name].message)

    def test_a_dry_run_writes_nothing_on_either_side(self):
        self.invoice(100, partner=self.new_partner())
        self.receive(self.invoice(60), 60, date="2026-11-12")
        self.invoice({"price_unit": 10, "tax_ids": [Command.set(self.tax().ids)]})
        self.assert_writes_nothing()

    def test_neither_do_changes_after_sending(self):
        sent, void = self.invoice(100), self.invoice(50)
        self.sync()
        self.change_after_sending(sent, void)
        self.assert_writes_nothing()

    def change_after_sending(self, sent, void):
        sent.button_draft()
        sent.ref = "PO 4711"
        sent.action_post()
        void.button_draft()
        void.button_cancel()

    def assert_writes_nothing(self):
        odoo, intacct = self.both_sides()

        self.assertTrue(self.found())

        odoo_after, intacct_after = self.both_sides()
        self.assertEqual(changed(odoo, odoo_after), [])
        self.assertEqual(changed(intacct, intacct_after), [])

    def both_sides(self):
        simulator = self.intacct.simulator
        return everything_in_odoo(self.env), everything_in_intacct(simulator)

    # ------------------------------------------------------------------
    # The list
    # ------------------------------------------------------------------
    def test_what_has_the_same_obstacle_is_one_group_with_its_sum(self):
        tax = self.tax()
        for amount in (10, 20):
            self.invoice({"price_unit": amount, "tax_ids": [Command.set(tax.ids)]})
        self.found()
        groups = self.env["intacct.sync.event"]._read_group(
            [("run_id.scope", "=", "preflight"), ("level", "=", "error")],
            ["outcome"],
            ["__count", "amount:sum"],
        )
        self.assertEqual(
            groups, [("Without an account in Intacct: Unmapped tax", 2, 33)]
        )

    def test_numbers_dimensions_and_accounts_are_looked_at(self):
        self.intacct.load(
            GLACCOUNT=[{"ACCOUNTNO": "4100", "REQUIREDEPT": "true"}],
        )
        self.sync(scope="lists")
        account = self.env["account.account"].create(
            {"code": "400100", "name": "Services", "account_type": "income"}
        )
        self.env["intacct.mapping"].create(
            {
                "backend_id": self.backend.id,
                "source": "account",
                "account_id": account.id,
                "reference_id": self.reference("account", "4100").id,
            }
        )
        fine = self.invoice(7)
        bare = self.invoice({"price_unit": 5, "account_id": account.id})
        distant = self.invoice(partner=self.new_partner(ref="R" * 21))

        long = self.draft(100)
        long.name = "INV/2026/" + "9" * 40
        long.action_post()

        found = self.found()

        self.assertEqual(found[long.name].outcome, "Number too long")
        self.assertEqual(
            found[bare.name].outcome, "Missing dimension: departmentid, 4100"
        )
        self.assertEqual(found[distant.name].outcome, "Customer ID too long")

        self.backend.item_reference_id = False
        unmapped = self.found()[fine.name]
        self.assertIn("Without an account in Intacct", unmapped.outcome)

    def test_terms_that_intacct_would_not_know_are_told(self):
        term = self.env.ref("account.account_payment_term_30days")
        move = self.invoice(100, invoice_payment_term_id=term.id)
        found = self.found()[move.name]
        self.assertEqual(found.cause, "would_create_invoice")
        self.assertIn("only the due date is sent", found.message)

    def test_changes_after_sending_have_their_outcome(self):
        sent, void = self.invoice(100), self.invoice(50)
        self.sync()
        self.change_after_sending(sent, void)
        found = self.found()
        self.assertEqual(found[sent.name].cause, "would_update")
        self.assertEqual(found[void.name].cause, "would_reverse")

        sent.button_draft()
        sent.invoice_line_ids.price_unit = 120
        sent.action_post()
        self.assertEqual(self.found()[sent.name].cause, "would_replace")
        self.backend.forbid_reversals = True
        self.assertEqual(self.found()[sent.name].cause, "reversals_forbidden")

    def test_what_stays_has_its_reason(self):
        other = self.env["account.journal"].create(
            {"name": "Other", "code": "OTH", "type": "sale"}
        )
        mine = self.invoice(10)
        self.backend.export_journal_ids = mine.journal_id
        line = {"account_id": mine.invoice_line_ids.account_id.id}
        self.invoice({**line, "price_unit": 30}, journal_id=other.id)
        self.credit_note({**line, "price_unit": 10}, journal_id=other.id)
        self.invoice(5)._intacct_ignore()
        fresh = self.invoice(8)
        self.backend.send_delay = 30
        mine.intacct_posted_at = False
        fresh.intacct_posted_at = self.env.cr.now()

        found = self.found()

        self.assertEqual(found["skipped_journal"].amount, 20)
        self.assertEqual(found["skipped_ignored"].amount, 5)
        self.assertEqual(found["skipped_delay"].amount, 8)
        self.assertEqual(found[mine.name].cause, "would_create_invoice")
