"""The list of what would leave, and that making it changes nothing."""

from odoo.fields import Command
from odoo.tools import SQL

from .common import ExportCase

OWN_TABLES = ("intacct_sync_run", "intacct_sync_step", "intacct_sync_event")


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
        tables, sequences = self.everything()
        books, requests = self.books(), len(self.intacct.requests())

        self.found()

        after, sequences_after = self.everything()
        changed = [name for name in tables if tables[name] != after.get(name)]
        self.assertFalse(changed)
        self.assertEqual(tables.keys(), after.keys())
        self.assertEqual(sequences, sequences_after)
        self.assertEqual(self.books(), books)
        self.assertEqual(len(self.intacct.requests()), requests)

    def books(self):
        names = ("CUSTOMER", "ARINVOICE", "ARINVOICEITEM", "ARADJUSTMENT", "ARPYMT")
        return {name: self.intacct.rows(name) for name in names}

    def everything(self):
        """Where each row of each table is, and how far each sequence has counted."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT tablename FROM pg_tables WHERE schemaname = 'public'
                  AND tablename NOT LIKE 'ir\\_%%'"""
        )
        names = [name for (name,) in self.env.cr.fetchall() if name not in OWN_TABLES]
        tables = {}
        for name in names:
            self.env.cr.execute(
                SQL(
                    "SELECT count(*), md5(string_agg(ctid::text, ',' ORDER BY ctid))"
                    " FROM %s",
                    SQL.identifier(name),
                )
            )
            tables[name] = self.env.cr.fetchone()
        self.env.cr.execute(
            "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"
        )
        sequences = {
            name: value
            for name, value in self.env.cr.fetchall()
            if not name.startswith(OWN_TABLES) and not name.startswith("ir_")
        }
        return tables, sequences
