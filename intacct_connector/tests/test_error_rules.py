"""Rules about errors: which words are recognised, who may click, own rules."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..gateway.classify import ErrorText, classify
from ..models.intacct_fixable import DECISIONS, DIALOGS
from .model_case import ModelCase

GENERIC = "Currently, we can't create the transaction"
# Number and words as Intacct answers them -> cause, with what keeps failures apart.
WORDS = [
    (
        "BL03000018",
        "Missing the Location dimension for Account 4000",
        "dimension:Location:4000",
    ),
    (
        "",
        "This transaction is missing the Cost Code dimension for the Account 16200",
        "dimension:Cost Code:16200",
    ),
    ("", "This transaction is missing 'Department' dimension", "dimension:Department"),
    (
        "",
        "The account number '16200' requires a Department",
        "dimension:Department:16200",
    ),
    (
        "",
        "GL account '16200': '16200' specified is not valid. GL account is "
        "restricted by Department.",
        "dimension_restricted:GL account:16200",
    ),
    (
        "",
        "Department '300': '300' specified is not valid. Department is restricted "
        "by GL account.",
        "dimension_restricted:Department:300",
    ),
    (
        "",
        "Location must be 600. This value is auto-filled.",
        "dimension_restricted:Location:600",
    ),
    (
        "",
        "The project dimension you selected --X-- is not related to your "
        "header-level Customer ID value.",
        "project_of_customer:X",
    ),
    ("", "Customer '10001' specified is not valid.", "customer_invalid:10001"),
    ("", "Invalid Customer 'C9' specified.", "customer_invalid:C9"),
    ("", "Activate the customer VM, then try again.", "customer_invalid:VM"),
    ("", "The location '600' is invalid.", "dimension_invalid:location:600"),
    ("", "Location '600' is not valid", "dimension_invalid:Location:600"),
    ("", "The department '300' is invalid.", "dimension_invalid:department:300"),
    (
        "BL01001973",
        "Invalid Project '10064' specified.",
        "dimension_invalid:Project:10064",
    ),
    ("", "Account 16200 is not valid", "account_invalid:16200"),
    (
        "",
        "The account number 16200 is associated to the bank account BOA",
        "undeposited_bank:16200",
    ),
    (
        "",
        "Enter an account number on line item 1, in transaction 'x,' and try again",
        "account_needed",
    ),
    ("BL03002185", "A transaction with that number already exists", "number_taken"),
    ("", "Another record with the value X", "record_exists"),
    (
        "BL34000061",
        "Another Contact with the given value(s)   already exists",
        "customer_exists",
    ),
    (
        "BL03000018",
        "Illegal format for Contactversion : Primary Email Address @a.org.",
        "bad_email",
    ),
    (
        "BL03002073",
        "Your configuration limits credits to the entity owners",
        "entity_credits",
    ),
    (
        "BL02000051",
        "You cannot make payment for foreign currency invoice for payment "
        'method "EFT" using Undeposited Fund Account.',
        "BL02000051",
    ),
    ("DL03000005", "No record exits for the recordkey 43", "wrong_key:43"),
    ("PL01000127", "Document Number is missing", "number_missing"),
    ("BL03002128", "Enter a Bill number, and try again.", "number_missing"),
    ("BL03002129", "Only a draft can be changed.", "wrong_state"),
    ("BL04002055", "A PO number is needed", "smart_rule"),
    ("", "Please provide a payment batch key.", "batch_key"),
    (
        "",
        "Periods are closed. Your transaction date (01/01/2026) is within a period "
        "that's been closed.",
        "closed_period",
    ),
    ("", "Date must be on or after 01/01/2026", "closed_period"),
    ("", "The term name N9 is invalid", "term_invalid:N9"),
    ("", "Required field Date Due is missing", "field_missing:Date Due"),
    ("", "The Date Due field is missing a value.", "field_missing:Date Due"),
    ("", "There is no due on the bill", "over_due"),
    ("", "exceeds total amount due ()", "over_due"),
    ("", "Oops, we can't find this transaction; enter a valid key", "transaction_gone"),
    ("", "Enable foreign-currency transactions, and try again", "currency_disabled"),
    (
        "",
        "Tax details are either missing or don't belong to the tax solution .",
        "tax_details",
    ),
    ("DL02000001", "There was an error processing the request.", "DL02000001"),
    (
        "PL04000005",
        "You do not have permission for API operation CREATE on objects of "
        "type customer",
        "permission",
    ),
]


def answer(errorno, text, **values):
    """A refusal with the wrapper that Intacct adds."""
    texts = [(errorno, text), ("BL01001973", GENERIC)]
    found = [ErrorText.from_texts(number, "", words, "") for number, words in texts]
    return classify("function", 200, found, **values)


@tagged("post_install", "-at_install")
class TestErrorRules(ModelCase):
    def setUp(self):
        super().setUp()
        self.rules = self.env["intacct.error.rule"]

    def test_words_of_intacct_are_recognised(self):
        for errorno, text, cause in WORDS:
            with self.subTest(text=text):
                told = self.rules._explain(answer(errorno, text))
                self.assertEqual(told["cause"], cause)
                self.assertIn(text, told["raw"])
                self.assertTrue(told["advice"])
                self.assertNotIn("%(", told["message"])
                self.assertNotIn("Currently", told["message"])

    def test_the_support_id_does_not_keep_failures_apart(self):
        causes = {
            self.rules._explain(answer("", f"Invalid Moon phase. [Support ID: {one}]"))[
                "cause"
            ]
            for one in ("Ab%7Ecd", "Ef%7Egh")
        }
        self.assertEqual(len(causes), 1)

    def test_an_own_rule_comes_before_the_shipped_ones(self):
        self.rules.create(
            {
                "name": "Moon",
                "cause": "moon",
                "sequence": 1,
                "function": "create_invoice, create_aradjustment",
                "pattern": r"moon phase (?P<phase>\w+)",
                "happened": "The moon is %(phase)s, 100% sure.",
                "action": "retry",
            }
        )
        error = answer("", "Invalid Moon phase full.", function="create_invoice")
        told = self.rules._explain(error)
        self.assertEqual(told["cause"], "moon:full")
        self.assertEqual(told["message"], "The moon is full, 100% sure.")
        error = answer("", "Invalid Moon phase full.", function="create")
        self.assertNotIn("moon", self.rules._explain(error)["cause"])

    def test_what_is_no_pattern_or_no_cause_is_refused(self):
        for values in ({"pattern": "(open"}, {"cause": "two words"}):
            with self.assertRaises(ValidationError):
                self.rules.create({"name": "X", "cause": "x", **values})

    def test_the_button_is_named_by_the_rule_for_those_who_may(self):
        event = self.fail_record(self.new_run(), cause="locked_period")
        manager, user = self.person("manager"), self.person("user")
        self.assertEqual(event.with_user(manager).fix_label, "Open Connection")
        action = event.with_user(manager).action_fix()
        self.assertEqual(
            (action["res_model"], action["res_id"]),
            ("intacct.backend", self.backend.id),
        )
        self.assertFalse(event.with_user(user).fix_label)
        with self.assertRaises(AccessError):
            event.with_user(user).action_fix()

    def test_what_only_looks_is_for_users_too(self):
        event = self.fail_record(
            self.new_run(), cause="difference", move_id=self.own_invoice().id
        )
        user = self.person("user")
        self.assertEqual(event.with_user(user).fix_label, "Open Document")
        action = event.with_user(user).action_fix()
        self.assertEqual(action["res_model"], "account.move")

    def test_each_action_has_its_click(self):
        values = [value for value, _label in self.rules._fields["action"].selection]
        fixable = self.env["intacct.sync.event"]
        for value in values:
            self.assertTrue(
                value in DIALOGS | DECISIONS or hasattr(fixable, f"_fix_{value}"),
                value,
            )
