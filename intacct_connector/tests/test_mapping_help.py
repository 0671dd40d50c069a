"""What is still unmapped, what it may be in Intacct, and what the lines would be."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .model_case import DAY, ModelCase


@tagged("post_install", "-at_install")
class TestMappingHelp(ModelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend.export_start_date = DAY
        cls.income.write({"code": "4010", "name": "Product Sales"})
        cls.category = cls.env["product.category"].create({"name": "Instruments"})
        cls.product = cls.env["product.product"].create(
            {"name": "Gauge", "categ_id": cls.category.id}
        )
        cls.term = cls.env["account.payment.term"].create({"name": "45 Days"})

    def invoice(self, **values):
        """A posted invoice of one line on the income account."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "journal_id": self.sales_journal.id,
                "partner_id": self.partner_a.id,
                "invoice_date": DAY,
                "date": DAY,
                "invoice_payment_term_id": self.term.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Gauge no. 7",
                            "product_id": self.product.id,
                            "account_id": self.income.id,
                            "quantity": 2,
                            "price_unit": 30,
                            "tax_ids": [],
                        }
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def assistant(self):
        action = self.backend.action_suggest_mapping()
        return self.env[action["res_model"]].browse(action["res_id"])

    def line(self, source, record):
        """The line of a record that is listed."""
        found = self.assistant().line_ids.filtered(
            lambda line: line.source == source and line.res_id == record.id
        )
        self.assertEqual(len(found), 1)
        return found

    def test_what_documents_use_is_listed_and_how_often(self):
        self.invoice()
        self.invoice()
        found = {
            (line.source, line.res_id): line.document_count
            for line in self.assistant().line_ids
        }
        self.assertEqual(
            found,
            {
                ("account", self.income.id): 2,
                ("category", self.category.id): 2,
                ("term", self.term.id): 2,
            },
        )

    def test_what_nothing_in_scope_uses_is_not_listed(self):
        self.invoice(invoice_date="2026-11-04", date="2026-11-04")
        self.assertFalse(self.assistant().line_ids)

    def test_what_has_a_rule_is_not_listed(self):
        self.invoice()
        line = self.line("account", self.income)
        line.reference_id = self.account_reference
        line.action_accept()
        self.assertEqual(
            self.backend.mapping_ids._source_key(), ("account", self.income.id)
        )
        self.assertNotIn("account", self.assistant().line_ids.mapped("source"))

    def test_taxes_journals_and_methods_of_payments_are_listed(self):
        tax = self.env["account.tax"].create({"name": "Sales tax", "amount": 10})
        move = self.invoice()
        move.button_draft()
        move.invoice_line_ids.tax_ids = tax
        move.action_post()
        payment = self.env["account.payment"].create(
            {"partner_id": self.partner_a.id, "amount": 66, "date": DAY}
        )
        payment.action_post()
        found = {(line.source, line.res_id) for line in self.assistant().line_ids}
        self.assertIn(("tax", tax.id), found)
        self.assertIn(("journal", payment.journal_id.id), found)
        self.assertIn(("method", payment.payment_method_line_id.id), found)

    def test_a_tax_without_account_is_missing_before_the_preview(self):
        tax = self.env["account.tax"].create({"name": "Sales tax", "amount": 10})
        self.backend.advance_reference_id = self.new_reference("account", "2400")
        move = self.invoice()
        self.assertFalse(self.backend._missing_named())
        move.button_draft()
        move.invoice_line_ids.tax_ids = tax
        move.action_post()
        ((label, _where),) = self.backend._missing_named()
        self.assertIn("Sales tax", label)
        taxed = move.line_ids.filtered("tax_line_id").account_id
        for source, record in (("tax", tax), ("account", taxed)):
            with self.subTest(rule=source):
                rule = self.env["intacct.mapping"].create(
                    {
                        "backend_id": self.backend.id,
                        "source": source,
                        f"{source}_id": record.id,
                        "reference_id": self.account_reference.id,
                    }
                )
                self.assertFalse(self.backend._missing_named())
                rule.unlink()

    def test_code_and_name_are_certain(self):
        wanted = self.new_reference("account", "4010", "Product sales")
        self.new_reference("account", "4011", "Product Sales, old")
        self.invoice()
        line = self.line("account", self.income)
        self.assertEqual((line.reference_id, line.certainty), (wanted, "certain"))
        self.assertEqual(line.name, "4010 Product Sales")

    def test_the_same_code_with_another_name_is_only_likely(self):
        wanted = self.new_reference("account", "4010", "Freight out")
        self.invoice()
        line = self.line("account", self.income)
        self.assertEqual((line.reference_id, line.certainty), (wanted, "likely"))

    def test_the_same_name_is_certain_unless_two_have_it(self):
        wanted = self.new_reference("account", "8000", "product sales")
        self.invoice()
        line = self.line("account", self.income)
        self.assertEqual((line.reference_id, line.certainty), (wanted, "certain"))
        self.new_reference("account", "8001", "Product Sales")
        self.assertEqual(self.line("account", self.income).certainty, "likely")

    def test_names_of_another_script_are_no_match_by_being_alike_in_nothing(self):
        self.income.name = "売上高"
        self.new_reference("account", "8000", "現金")
        self.invoice()
        self.assertFalse(self.line("account", self.income).reference_id)

    def test_an_item_is_suggested_once(self):
        other = self.account("income")
        other.write({"code": "9990", "name": "Product Sales"})
        self.new_reference("account", "8000", "Product Sales")
        self.invoice()
        move = self.invoice()
        move.button_draft()
        move.invoice_line_ids.account_id = other
        move.action_post()
        suggested = self.assistant().line_ids.filtered(
            lambda line: line.source == "account" and line.reference_id
        )
        self.assertEqual(len(suggested), 1)

    def test_labels_are_suggested_where_lines_use_labels(self):
        self.new_reference("account", "4010", "Product Sales")
        label = self.new_reference("label", "Product Sales")
        self.backend.line_target = "label"
        self.invoice()
        self.assertEqual(self.line("account", self.income).reference_id, label)

    def test_all_certain_ones_are_accepted_at_once_and_nothing_else(self):
        self.new_reference("account", "4010", "Product sales")
        self.new_reference("term", "45 days")
        self.new_reference("account", "4020", "Instrument")
        self.invoice()
        assistant = self.assistant()
        self.assertEqual(assistant.certain_count, 2)
        assistant.action_accept_certain()
        self.assertEqual(
            set(self.backend.mapping_ids.mapped("source")), {"account", "term"}
        )
        self.assertEqual(assistant.certain_count, 0)

    def test_the_example_is_what_the_export_would_send(self):
        location = self.new_reference("location", "100", "Boston")
        self.backend.location_reference_id = location
        self.invoice()
        assistant = self.assistant()
        for words in ("4000", "100", "Gauge no. 7 (2 × 30)", "60.00"):
            self.assertIn(words, assistant.example)
        line = assistant.line_ids.filtered(lambda line: line.source == "account")
        line.reference_id = self.new_reference("account", "4777", "Gauges")
        line.action_accept()
        self.assertIn("4777", assistant.example)
        self.assertNotIn(">4000<", assistant.example)

    def test_what_would_be_refused_says_so_in_the_example(self):
        self.backend.item_reference_id = False
        self.invoice()
        self.assertIn("has no account in Intacct", self.assistant().example)

    def test_only_managers_map(self):
        with self.assertRaises(AccessError):
            self.backend.with_user(self.person("user")).action_suggest_mapping()
