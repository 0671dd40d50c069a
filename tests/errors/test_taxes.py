"""Errors of documents of a company with a tax solution."""

from tests.flows.intacct import date_elements, tax_solution

from .common import ErrorCase


class TestTaxes(ErrorCase):
    company_data = tax_solution("UK", VAT20=20, Exempt=0)

    def setUp(self):
        super().setUp()
        self.backend.write(
            {
                "tax_solution": "UK",
                "exempt_reference_id": self.reference("tax", "Exempt").id,
            }
        )

    def taxed_there(self):
        """An invoice of 100 whose tax of 20 Intacct has computed."""
        result = self.intacct.call(
            "<create_invoice><customerid>C1</customerid>"
            f"<datecreated>{date_elements('10/05/2026')}</datecreated>"
            f"<datedue>{date_elements('11/04/2026')}</datedue>"
            "<invoiceno>TAXED</invoiceno><taxsolutionid>UK</taxsolutionid>"
            "<invoiceitems><lineitem><glaccountno>4000</glaccountno>"
            "<amount>100</amount><taxentries><taxentry><detailid>VAT20</detailid>"
            "</taxentry></taxentries></lineitem></invoiceitems></create_invoice>"
        )
        self.sync()
        return self.move(result.findtext("key"))

    def rule_tax_of_import(self):
        original = self.taxed_there()
        credit = original._reverse_moves([{"invoice_date": "2026-10-20"}])
        credit.action_post()
        self.sync("errors")
        event = self.waiting(credit)
        self.assertIn("TAXED", event.message)
        action = yield event
        self.assertFalse(self.intacct.rows("ARADJUSTMENT"))
        self.confirm_decision(action)
