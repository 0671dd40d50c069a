"""What Intacct gets of the lines of a document."""

from odoo.fields import Command

from .common import ExportCase


class TestLines(ExportCase):
    def account(self, code):
        return self.env["account.account"].search(
            [("code", "=", code), ("company_ids", "in", self.company.id)]
        ) or self.env["account.account"].create(
            {"name": f"Account {code}", "code": code, "account_type": "income"}
        )

    def map(self, source, record, kind, code):
        return self.env["intacct.mapping"].create(
            {
                "backend_id": self.backend.id,
                "source": source,
                f"{source}_id": record.id,
                "reference_id": self.reference(kind, code).id,
            }
        )

    def product(self, **values):
        category = self.env["product.category"].create({"name": "Things"})
        return self.env["product.product"].create(
            {"name": "Thing", "categ_id": category.id, **values}
        )

    def tax(self, percent=10, **values):
        return self.env["account.tax"].create(
            {
                "name": f"Tax {percent} {len(values)}",
                "amount": percent,
                "type_tax_use": "sale",
                "country_id": self.company.account_fiscal_country_id.id,
                **values,
            }
        )

    def accounts(self, move):
        return [line["ACCOUNTNO"] for line in self.sent_lines(move)]

    # ------------------------------------------------------------------
    # Accounts
    # ------------------------------------------------------------------
    def test_without_a_rule_the_default_account(self):
        move = self.invoice(100)
        self.sync()
        self.assertEqual(self.accounts(move), ["4000"])

    def test_the_category_comes_before_the_default(self):
        product = self.product()
        self.map("category", product.categ_id, "account", "4100")
        move = self.invoice({"product_id": product.id, "price_unit": 10})
        self.sync()
        self.assertEqual(self.accounts(move), ["4100"])

    def test_the_product_comes_before_its_category(self):
        product = self.product()
        self.map("category", product.categ_id, "account", "4100")
        self.map("product", product, "account", "4900")
        move = self.invoice({"product_id": product.id, "price_unit": 10})
        self.sync()
        self.assertEqual(self.accounts(move), ["4900"])

    def test_the_line_s_account_comes_first(self):
        product = self.product()
        account = self.account("400777")
        self.map("product", product, "account", "4900")
        self.map("account", account, "account", "4100")
        move = self.invoice(
            {"product_id": product.id, "price_unit": 10, "account_id": account.id}
        )
        self.sync()
        self.assertEqual(self.accounts(move), ["4100"])

    def test_companies_with_labels_get_labels(self):
        self.intacct.load(
            ARACCOUNTLABEL=[
                {
                    "ACCOUNTLABEL": "Sale",
                    "DESCRIPTION": "Sale",
                    "GLACCOUNTNO": "4100",
                    "STATUS": "active",
                }
            ]
        )
        self.intacct.settings(account_labels=True)
        self.sync(scope="lists")
        self.backend.write(
            {
                "line_target": "label",
                "item_reference_id": self.reference("label", "Sale").id,
            }
        )
        move = self.invoice(100)
        self.sync()
        (line,) = self.sent_lines(move)
        self.assertEqual((line["ACCOUNTLABEL"], line["ACCOUNTNO"]), ("Sale", "4100"))

    # ------------------------------------------------------------------
    # Amounts
    # ------------------------------------------------------------------
    def test_quantity_and_price_stay_visible(self):
        move = self.invoice({"quantity": 3, "price_unit": 12.5, "name": "Hours"})
        self.sync()
        (line,) = self.sent_lines(move)
        self.assertEqual(float(line["TRX_AMOUNT"]), 37.5)
        self.assertEqual(line["ENTRYDESCRIPTION"], "Hours (3 × 12.5)")

    def test_a_price_is_written_with_all_its_digits(self):
        move = self.invoice({"quantity": 2, "price_unit": 1234567.89, "name": "Plant"})
        self.sync()
        (line,) = self.sent_lines(move)
        self.assertEqual(line["ENTRYDESCRIPTION"], "Plant (2 × 1234567.89)")

    def test_a_discount_is_in_the_line_s_amount(self):
        move = self.invoice({"price_unit": 33.33, "discount": 12.5})
        self.sync()
        self.assertEqual(self.amounts(move), [move.amount_total])

    def test_taxes_are_lines_on_their_mapped_accounts(self):
        first, second = self.tax(10), self.tax(2.5)
        self.map("tax", first, "account", "2400")
        self.map("tax", second, "account", "1090")
        move = self.invoice(
            {"price_unit": 100, "tax_ids": [Command.set((first + second).ids)]}
        )
        self.sync()
        found = dict(zip(self.accounts(move), self.amounts(move), strict=True))
        self.assertEqual(found, {"4000": 100, "2400": 10, "1090": 2.5})

    def test_a_tax_without_account_is_named_before_anything_is_sent(self):
        tax = self.tax(10)
        move = self.invoice({"price_unit": 100, "tax_ids": [Command.set(tax.ids)]})
        self.sync(state="errors")
        self.assertFalse(self.writes())
        self.assertIn("Tax 10", self.message(move).message)

    def test_included_taxes_leave_the_total(self):
        tax = self.tax(20, price_include_override="tax_included")
        self.map("tax", tax, "account", "2400")
        move = self.invoice({"price_unit": 100, "tax_ids": [Command.set(tax.ids)]})
        self.sync()
        self.assertEqual(self.amounts(move), [83.33, 16.67])

    def test_a_rounding_line_is_sent(self):
        loss, profit = self.account("400778"), self.account("400779")
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "To 0.05",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "rounding_method": "HALF-UP",
                "profit_account_id": profit.id,
                "loss_account_id": loss.id,
            }
        )
        move = self.invoice(100.02, invoice_cash_rounding_id=rounding.id)
        self.sync()
        self.assertEqual(move.amount_total, 100)
        self.assertEqual(sum(self.amounts(move)), 100)

    def test_sections_and_notes_are_left_out(self):
        move = self.invoice(
            {"display_type": "line_section", "name": "Chapter"},
            {"price_unit": 10},
            {"display_type": "line_note", "name": "Thanks"},
        )
        self.sync()
        self.assertEqual(self.amounts(move), [10])

    def test_a_negative_line_is_taken_off_a_line_with_the_same_account(self):
        move = self.invoice(100, 50, -30)
        self.sync()
        self.assertEqual(self.amounts(move), [70, 50])

    def test_a_negative_line_on_another_account_stays(self):
        account = self.account("400777")
        self.map("account", account, "account", "4900")
        move = self.invoice(100, {"price_unit": -30, "account_id": account.id})
        self.sync()
        self.assertEqual(self.amounts(move), [100, -30])
        self.assert_in_step(move)
        self.assertEqual(float(self.sent(move)["TRX_TOTALDUE"]), 70)

    def test_a_credit_note_is_a_negative_adjustment(self):
        credit = self.credit_note(100, 20)
        self.sync()
        self.assertEqual(self.amounts(credit), [-100, -20])
        self.assert_in_step(credit)

    def test_a_total_of_zero_is_held(self):
        move = self.invoice(100, -100)
        self.sync()
        self.assertFalse(self.copies(move))
        self.assertEqual(self.message(move).cause, "zero")

    # ------------------------------------------------------------------
    # Dimensions
    # ------------------------------------------------------------------
    def analytic(self, name, department):
        plan = self.env["account.analytic.plan"].search([], limit=1) or self.env[
            "account.analytic.plan"
        ].create({"name": "Plan"})
        account = self.env["account.analytic.account"].create(
            {"name": name, "plan_id": plan.id}
        )
        self.map("analytic", account, "department", department)
        return account

    def dimensions(self, move, name="DEPARTMENTID"):
        return [
            (float(line["TRX_AMOUNT"]), line[name]) for line in self.sent_lines(move)
        ]

    def load_dimensions(self):
        self.intacct.load(
            DEPARTMENT=[
                {"DEPARTMENTID": "D2", "TITLE": "Service"},
                {"DEPARTMENTID": "D3", "TITLE": "Third"},
            ],
            CLASS=[{"CLASSID": "K1", "NAME": "Class"}],
            PROJECT=[{"PROJECTID": "P1", "NAME": "Project"}],
            ITEM=[{"ITEMID": "I1", "NAME": "Item"}],
        )
        self.sync(scope="lists")

    def test_a_split_distribution_makes_lines_that_add_up(self):
        self.load_dimensions()
        one, two = self.analytic("One", "D1"), self.analytic("Two", "D2")
        three = self.analytic("Three", "D3")
        thirds = {str(one.id): 33.33, str(two.id): 33.33, str(three.id): 33.34}
        move = self.invoice({"price_unit": 100.01, "analytic_distribution": thirds})
        self.sync()
        found = self.dimensions(move)
        self.assertEqual([code for _amount, code in found], ["D1", "D2", "D3"])
        self.assertAlmostEqual(sum(value for value, _code in found), 100.01)

    def test_three_times_33_33_percent_is_all_of_it(self):
        self.load_dimensions()
        codes = ("D1", "D2", "D3")
        thirds = {str(self.analytic(code, code).id): 33.33 for code in codes}
        move = self.invoice({"price_unit": 9000, "analytic_distribution": thirds})
        self.sync()
        self.assertEqual(self.dimensions(move), [(3000, code) for code in codes])

    def test_rows_of_one_plan_and_of_two_in_one_distribution(self):
        self.load_dimensions()
        one, two = self.analytic("One", "D1"), self.analytic("Two", "D2")
        both = self.analytic("Class", "D3")
        self.env["intacct.mapping"].search(
            [("analytic_id", "=", both.id)]
        ).reference_id = self.reference("class", "K1")
        rows = {f"{one.id},{both.id}": 60, str(two.id): 40, str(both.id): 40}
        move = self.invoice({"price_unit": 100, "analytic_distribution": rows})
        self.sync()
        self.assertEqual(self.dimensions(move), [(60, "D1"), (40, "D2")])
        self.assertEqual(self.dimensions(move, "CLASSID"), [(60, "K1"), (40, "K1")])

    def test_the_undistributed_rest_keeps_the_default(self):
        self.load_dimensions()
        self.backend.department_reference_id = self.reference("department", "D1")
        two = self.analytic("Two", "D2")
        move = self.invoice(
            {"price_unit": 100, "analytic_distribution": {str(two.id): 40}}
        )
        self.sync()
        self.assertEqual(self.dimensions(move), [(40, "D2"), (60, "D1")])

    def test_dimensions_of_product_customer_and_analytic_account(self):
        self.load_dimensions()
        product = self.product()
        self.map("product", product, "item", "I1")
        self.map("category", product.categ_id, "class", "K1")
        self.map("partner", self.partner, "project", "P1")
        move = self.invoice(
            {
                "price_unit": 10,
                "product_id": product.id,
                "analytic_distribution": {str(self.analytic("One", "D3").id): 100},
            }
        )
        self.sync()
        (line,) = self.sent_lines(move)
        names = ("ITEMID", "CLASSID", "PROJECTID", "DEPARTMENTID")
        self.assertEqual([line[name] for name in names], ["I1", "K1", "P1", "D3"])

    def require(self, **flags):
        self.intacct.load(
            GLACCOUNT=[
                {
                    "ACCOUNTNO": "4100",
                    "TITLE": "Services",
                    "ACCOUNTTYPE": "incomestatement",
                    **flags,
                }
            ]
        )
        self.sync(scope="lists")
        self.backend.item_reference_id = self.reference("account", "4100")

    def test_a_required_dimension_is_named_before_anything_is_sent(self):
        self.require(REQUIREDEPT=True)
        move = self.invoice(100)
        self.sync(state="errors")
        self.assertFalse(self.writes())
        self.assertIn(
            "missing the Department dimension for the account 4100",
            self.message(move).message,
        )

        self.backend.department_reference_id = self.reference("department", "D1")
        self.sync()
        self.assert_in_step(move)

    def test_a_required_customer_is_filled_in(self):
        self.require(REQUIRECUSTOMER=True)
        move = self.invoice(100)
        self.sync()
        (line,) = self.sent_lines(move)
        self.assertEqual(line["CUSTOMERID"], "C1")

    # ------------------------------------------------------------------
    # Credit notes on imported documents
    # ------------------------------------------------------------------
    def reverse(self, move, **values):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"date": "2026-11-12", "journal_id": move.journal_id.id, **values})
        )
        wizard.reverse_moves()
        return wizard.new_move_ids

    def test_a_credit_note_uses_what_intacct_had_on_each_line(self):
        self.intacct.customer("C2")
        number = self.intacct.invoice(
            customer="C2",
            lines=[
                {"TRX_AMOUNT": 60, "ACCOUNTNO": "4100", "ENTRYDESCRIPTION": "Work"},
                {
                    "TRX_AMOUNT": 40,
                    "ACCOUNTNO": "4900",
                    "ENTRYDESCRIPTION": "Work",
                    "DEPARTMENTID": "D1",
                },
            ],
        )
        self.sync()

        credit = self.reverse(self.move(number))
        credit.action_post()
        self.sync()

        found = [
            (float(line["TRX_AMOUNT"]), line["ACCOUNTNO"], line["DEPARTMENTID"] or "")
            for line in self.sent_lines(credit)
        ]
        self.assertEqual(found, [(-60, "4100", ""), (-40, "4900", "D1")])

    def test_a_line_of_its_own_on_such_a_credit_note_is_named(self):
        self.intacct.customer("C2")
        number = self.intacct.invoice(customer="C2")
        self.sync()
        credit = self.reverse(self.move(number))
        credit.invoice_line_ids = [
            Command.create({"name": "Extra", "price_unit": 5, "tax_ids": []})
        ]
        credit.action_post()
        self.sync(state="errors")
        self.assertFalse(self.copies(credit))
        self.assertIn("“Extra” has no counterpart", self.message(credit).message)

    def test_it_is_in_scope_whatever_its_journal(self):
        self.backend.export_journal_ids = self.env["account.journal"].create(
            {"name": "Only This", "code": "ONLY", "type": "sale"}
        )
        self.intacct.customer("C2")
        number = self.intacct.invoice(customer="C2")
        self.sync()
        credit = self.reverse(self.move(number))
        credit.action_post()
        self.sync()
        self.assertEqual(len(self.copies(credit)), 1)
