"""Everything that the connector can ask of Intacct, asked for and understood."""

from datetime import timedelta

from odoo.fields import Command, Datetime

from tests.flows.intacct import tax_solution
from tests.flows.oracle import askable, asked, invalid

from .common import ChangeCase

SOLUTION = "Testland - VAT"


class TestRequests(ChangeCase):
    """The life of some documents, in which every function is used once."""

    company_data = tax_solution(SOLUTION, Standard=20, Exempt=0)

    def setUp(self):
        super().setUp()
        self.backend.advance_hours = 0

    def test_every_function_is_used_and_valid(self):
        self.documents_and_receipts()
        self.answers_that_got_lost()
        self.changes()
        self.payment_terms()
        self.tax_entries()
        self.backend.action_check()
        self.work()

        requests = self.intacct.requests()
        self.assertEqual(askable() - asked(requests), set(), "Nothing asks for these")
        self.assertIn("<taxentries>", str(requests))
        objects = {
            name
            for request in requests
            for call in request["functions"]
            for name in call["objects"]
        }
        self.assertGreaterEqual(
            objects, {"APIUSAGEDETAIL", "ARPYMTDETAIL", "ARINVOICEITEM", "CONTACT"}
        )
        self.assertEqual(invalid(requests), [])

    def documents_and_receipts(self):
        self.backend.customer_id_rule = "reference"
        company = self.env["res.partner"].create({"name": "New Ltd", "ref": "NEW1"})
        desk = self.env["res.partner"].create(
            {"name": "Desk 7", "parent_id": company.id, "type": "invoice"}
        )
        self.own_invoice(desk, 40, invoice_date="2026-10-06")
        imported = self.intacct.invoice(lines=[60, 40])
        self.sync()
        euro = self.env.ref("base.EUR")
        self.sold(70, currency_id=euro.id, ref="PO 1")
        invoice, credit = self.sold(100), self.credited(30)
        self.reconcile(invoice, credit)
        self.pay(self.move(imported) | invoice, 190)
        self.payment(15)
        self.sync()

    def answers_that_got_lost(self):
        self.sold(55)
        self.intacct.faults(
            {"action": "cut", "when": "before", "function": "create_invoice"}
        )
        run = self.sync(None)
        run.next_attempt = Datetime.now() - timedelta(seconds=1)
        self.work()
        self.assert_run(run, "done")

    def changes(self):
        invoice, other, third = self.sold(31), self.sold(32), self.sold(33)
        credit, wrong = self.credited(11), self.credited(12)
        payment = self.pay(other)
        self.sync()
        invoice.ref = "PO 7"
        self.reset(credit)
        credit.invoice_line_ids.name = "Spelled right"
        credit.action_post()
        self.reset(wrong)
        wrong.invoice_line_ids.price_unit = 13
        wrong.action_post()
        self.cancel(payment)
        self.cancel(other)
        self.follow()
        self.backend.unpaid_invoices = "delete"
        self.intacct.settings(unpaid_reversal="delete")
        self.cancel(third)
        self.follow()

    def payment_terms(self):
        line = Command.create({"value": "percent", "value_amount": 100, "nb_days": 45})
        term = self.env["account.payment.term"].create(
            {"name": "45 Days", "line_ids": [line]}
        )
        action = term.with_user(self.manager).action_intacct_term()
        dialog = self.env["intacct.term"].with_user(self.manager)
        dialog.browse(action["res_id"]).action_create()
        self.follow()

    def tax_entries(self):
        tax = self.env["account.tax"].create(
            {
                "name": "Standard",
                "amount": 20,
                "type_tax_use": "sale",
                "country_id": self.company.account_fiscal_country_id.id,
            }
        )
        self.map("tax", tax, "tax", "Standard")
        self.backend.write(
            {
                "tax_solution": SOLUTION,
                "exempt_reference_id": self.reference("tax", "Exempt").id,
            }
        )
        line = {"name": "Taxed", "price_unit": 10, "tax_ids": [Command.set(tax.ids)]}
        self.sold(5, invoice_line_ids=[Command.create(line)])
        self.credited(5, invoice_line_ids=[Command.create(line)])
        self.sync()
