"""Taxes of a company with a tax solution: entries on every line, never a line."""

from odoo.fields import Command

from tests.flows.intacct import tax_solution

from .common import ExportCase

SOLUTION = "Testland - VAT"
DETAILS = ("Standard", "Reduced", "Zero", "Exempt", "Levy")


class TestTaxSolution(ExportCase):
    company_data = tax_solution(SOLUTION, **dict.fromkeys(DETAILS, 1))

    def setUp(self):
        super().setUp()
        self.backend.write(
            {
                "tax_solution": SOLUTION,
                "exempt_reference_id": self.reference("tax", "Exempt").id,
            }
        )

    def tax(self, percent, detail=None, **values):
        tax = self.env["account.tax"].create(
            {
                "name": f"{detail} {percent}",
                "amount": percent,
                "type_tax_use": "sale",
                "country_id": self.company.account_fiscal_country_id.id,
                **values,
            }
        )
        if detail:
            self.env["intacct.mapping"].create(
                {
                    "backend_id": self.backend.id,
                    "source": "tax",
                    "tax_id": tax.id,
                    "reference_id": self.reference("tax", detail).id,
                }
            )
        return tax

    def line(self, price, *taxes, **values):
        return {
            "price_unit": price,
            "tax_ids": [Command.set([tax.id for tax in taxes])],
            **values,
        }

    def entries(self, move):
        """Amount of each line with the details and amounts of its tax entries."""
        lines = self.sent_lines(move)
        return [
            (
                float(line["TRX_AMOUNT"]),
                [
                    (tax["DETAILID"], float(tax["TRX_AMOUNT"]))
                    for tax in lines
                    if tax["PARENTENTRY"] == line["RECORDNO"]
                ],
            )
            for line in lines
            if not line["PARENTENTRY"]
        ]

    def test_every_line_has_its_tax_and_none_is_a_line(self):
        standard, zero = self.tax(20, "Standard"), self.tax(0, "Zero")
        move = self.invoice(self.line(100, standard), self.line(50, zero), self.line(7))
        self.sync()
        self.assertEqual(
            self.entries(move),
            [
                (100, [("Standard", 20)]),
                (50, [("Zero", 0)]),
                (7, [("Exempt", 0)]),
            ],
        )
        self.assertEqual(float(self.sent(move)["TRX_TOTALENTERED"]), 177)
        self.assert_in_step(move)

    def test_the_shares_add_up_to_the_tax_of_the_document(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        standard = self.tax(7, "Standard")
        move = self.invoice(*[self.line(0.35, standard)] * 3)
        self.assertEqual(move.amount_tax, 0.07)
        self.sync()
        taxes = [tax for _amount, [(_detail, tax)] in self.entries(move)]
        self.assertEqual(round(sum(taxes), 2), 0.07)
        self.assert_in_step(move)

    def test_credit_notes_and_discount_lines(self):
        standard, reduced = self.tax(20, "Standard"), self.tax(5, "Reduced")
        credit = self.credit_note(self.line(100, standard), self.line(40, reduced))
        discounted = self.invoice(self.line(100, standard), self.line(-10, standard))
        self.sync()
        self.assertEqual(
            self.entries(credit),
            [(-100, [("Standard", -20)]), (-40, [("Reduced", -2)])],
        )
        self.assertEqual(self.entries(discounted), [(90, [("Standard", 18)])])

    def test_a_discount_with_another_tax_is_not_netted(self):
        standard, reduced = self.tax(20, "Standard"), self.tax(5, "Reduced")
        move = self.invoice(self.line(100, standard), self.line(-10, reduced))
        self.sync()
        self.assertEqual(
            self.entries(move),
            [(100, [("Standard", 20)]), (-10, [("Reduced", -0.5)])],
        )
        self.assertEqual(float(self.sent(move)["TRX_TOTALDUE"]), 109.5)

    def test_two_taxes_fit_a_line_and_three_do_not(self):
        taxes = [self.tax(10, "Standard"), self.tax(5, "Reduced"), self.tax(1, "Levy")]
        two, three = self.line(100, *taxes[:2]), self.line(100, *taxes)
        move, refused = self.invoice(two), self.invoice(three)
        self.sync(state="errors")
        self.assertEqual(
            self.entries(move), [(100, [("Standard", 10), ("Reduced", 5)])]
        )
        event = self.message(refused)
        self.assertEqual(event.cause, "too_many_taxes:Standard, Reduced, Levy")
        self.assertFalse(self.copies(refused))

    def test_a_tax_without_detail_is_told_before_anything_is_sent(self):
        move = self.invoice(self.line(100, self.tax(20)))
        self.sync(state="errors")
        self.assertIn("has no tax detail in Intacct", self.message(move).message)
        self.assertFalse(self.writes())

    def test_lines_without_tax_need_a_detail_too(self):
        self.backend.exempt_reference_id = False
        move = self.invoice(self.line(100))
        self.sync(state="errors")
        self.assertEqual(self.message(move).cause, "no_exempt_detail")
