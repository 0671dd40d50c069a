"""Rules between Odoo records and items of Intacct's lists."""

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .model_case import ModelCase


@tagged("post_install", "-at_install")
class TestMapping(ModelCase):
    def rule(self, **values):
        return self.env["intacct.mapping"].create(
            {
                "backend_id": self.backend.id,
                "source": "account",
                "account_id": self.income.id,
                "reference_id": self.account_reference.id,
                **values,
            }
        )

    def test_the_way_in_finds_the_account_of_a_code(self):
        rule = self.rule()
        found = self.env["intacct.mapping"]._odoo_by_code(self.backend, "account")
        self.assertEqual(found, {"4000": rule.account_id})

    def test_a_rule_names_what_it_maps(self):
        for values in (
            {"account_id": False},
            {"source": "term"},
        ):
            with self.subTest(values=values):
                with self.assertRaisesRegex(ValidationError, "that this rule maps"):
                    self.rule(**values)

    def test_a_rule_cannot_lose_what_it_maps(self):
        rule = self.rule()
        with self.assertRaisesRegex(ValidationError, "that this rule maps"):
            rule.account_id = False

    def test_the_item_is_of_the_same_connection(self):
        other = self.new_backend(name="Second", intacct_company="OTHER")
        foreign = self.new_reference("account", "4000", backend=other)
        with self.assertRaisesRegex(ValidationError, "another connection"):
            self.rule(reference_id=foreign.id)

    def test_an_account_of_another_company_is_refused(self):
        account = self.account("income", self.other_company())
        with self.assertRaises(UserError):
            self.rule(account_id=account.id)

    def test_one_item_is_mapped_once_on_the_way_in(self):
        self.rule()
        second = self.account("income")
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.rule(account_id=second.id)
            self.env.flush_all()

    def test_lists_are_chosen_by_code_or_name(self):
        references = self.env["intacct.reference"]
        rent = self.new_reference("account", "6100", "Rent")
        for text in ("6100", "Ren", "rent"):
            found = [key for key, _label in references.name_search(text)]
            self.assertIn(rent.id, found, text)
        self.assertEqual(rent.display_name, "6100 Rent")
        self.assertEqual(self.new_reference("term", "Net 30").display_name, "Net 30")

    def test_a_code_is_in_a_list_once(self):
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.new_reference("account", "4000")
            self.env.flush_all()

    def test_rules_go_with_their_connection(self):
        other = self.new_backend(name="Second", intacct_company="OTHER")
        rule = self.rule(
            backend_id=other.id,
            reference_id=self.new_reference("account", "4000", backend=other).id,
        )
        other.unlink()
        self.assertFalse(rule.exists())

    def test_rules_are_kept_on_the_connection_s_form(self):
        self.backend.write(
            {
                "mapping_ids": [
                    Command.create(
                        {
                            "source": "account",
                            "account_id": self.income.id,
                            "reference_id": self.account_reference.id,
                        }
                    )
                ]
            }
        )
        self.assertEqual(len(self.backend.mapping_ids), 1)
