"""The check of permissions and configuration names each thing, and writes nothing."""

from odoo.exceptions import ValidationError

from .common import SimulatorCase
from .intacct import COMPANY_DATA

READABLE = (
    "CUSTOMER",
    "ARINVOICE",
    "ARADJUSTMENT",
    "ARPYMT",
    "ARADVANCE",
    "ARTERM",
    "ARACCOUNTLABEL",
    "GLACCOUNT",
    "LOCATION",
    "LOCATIONENTITY",
    "DEPARTMENT",
    "CLASS",
    "PROJECT",
    "ITEM",
    "CHECKINGACCOUNT",
    "DEPOSIT",
    "TAXDETAIL",
    "AUDITHISTORY",
)
WRITABLE = {
    "CUSTOMER": ("add",),
    "CONTACT": ("add",),
    "ARINVOICE": ("add", "post", "edit", "reverse"),
    "ARADJUSTMENT": ("add", "post", "delete"),
    "ARPYMT": ("add", "post", "reverse"),
    "ARADVANCE": ("add", "post"),
}
READ = ("list", "view")
EVERYTHING = (*READ, "add", "edit", "delete", "post", "reverse")


class CheckCase(SimulatorCase):
    def check(self):
        """Runs the check; returns its results by code."""
        self.backend.action_check()
        self.work()
        self.assert_run(self.backend.run_ids[:1], "done")
        return {check.code: check for check in self.backend.check_ids}

    def results(self, *codes):
        found = self.check()
        return [found[code].result for code in codes]


class TestRights(CheckCase):
    def test_who_may_do_everything_misses_no_right(self):
        self.backend.export_start_date = "2026-10-01"
        rights = [check for check in self.check().values() if check.area == "right"]
        self.assertEqual({check.result for check in rights}, {"ok"})
        self.assertEqual(self.backend.step_user, "done")

    def test_each_right_to_read_that_is_taken_away_is_named_with_its_path(self):
        for name in READABLE:
            with self.subTest(object=name):
                self.intacct.permit(name, "add")
                found = self.check()
                missing = {
                    code
                    for code, check in found.items()
                    if check.result == "missing" and code.startswith("read:")
                }
                self.assertIn(f"read:{name}", missing)
                # What hangs below it is read with the same right; nothing else is.
                others = {
                    code for code in missing if not code.startswith(f"read:{name}")
                }
                self.assertLessEqual(others, {"read:ARPOSTEDOVERPAYMENT"})
                self.assertIn("List and View", found[f"read:{name}"].advice)
                self.intacct.permit(name, *EVERYTHING)

    def test_each_right_to_write_that_is_taken_away_is_named(self):
        self.backend.export_start_date = "2026-10-01"
        for name, operations in WRITABLE.items():
            for operation in operations:
                with self.subTest(object=name, operation=operation):
                    kept = [right for right in EVERYTHING if right != operation]
                    self.intacct.permit(name, *kept)
                    found = self.check()
                    missing = {
                        code
                        for code, check in found.items()
                        if check.area == "right" and check.result == "missing"
                    }
                    self.assertEqual(missing, {f"{operation}:{name}"})
                    self.assertTrue(found[f"{operation}:{name}"].required)
                    self.intacct.permit(name, *EVERYTHING)

    def test_a_missing_right_that_is_needed_is_a_problem_of_the_user(self):
        self.intacct.permit("ARINVOICE", "add")
        self.check()
        self.assertEqual(self.backend.step_user, "problem")
        self.assertEqual(self.backend.check_problem_count, 2, "header and lines")

    def test_rights_to_write_are_not_needed_while_nothing_leaves(self):
        self.intacct.permit("ARINVOICE", *READ)
        found = self.check()
        self.assertEqual(found["add:ARINVOICE"].result, "missing")
        self.assertFalse(found["add:ARINVOICE"].required)
        self.assertEqual(self.backend.step_user, "done")

    def test_what_may_never_be_reversed_needs_no_right_to_reverse(self):
        self.backend.write(
            {"export_start_date": "2026-10-01", "forbid_reversals": True}
        )
        self.intacct.permit("ARINVOICE", *EVERYTHING[:-1])
        self.assertFalse(self.check()["reverse:ARINVOICE"].required)

    def test_nothing_is_written_to_find_out(self):
        self.check()
        names = {
            function["function"]
            for request in self.intacct.requests()
            for function in request["functions"]
        }
        self.assertIn("getUserPermissions", names)
        for name in names:
            self.assertFalse(name.startswith(("create", "update", "delete", "reverse")))

    def test_a_refused_sign_in_is_no_missing_right(self):
        self.backend.api_password = "wrong"
        self.backend.action_check()
        self.work()
        self.assert_run(self.backend.run_ids[:1], "failed")
        self.assertFalse(self.backend.check_ids)
        self.assertEqual(self.backend.step_connect, "problem")
        self.assertEqual(self.backend.step_user, "problem")
        self.assertEqual(self.backend.step_sender, "done")

    def test_an_unauthorised_sender_is_a_problem_of_the_sender(self):
        self.intacct.load(COMPANY={**COMPANY_DATA["COMPANY"], "SENDERS": ["other"]})
        self.backend.action_check()
        self.work()
        self.assertEqual(self.backend.step_sender, "problem")
        self.assertEqual(self.backend.step_user, "done")


class TestConfiguration(CheckCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()

    def test_an_empty_company_shows_little_and_that_is_said(self):
        self.assertEqual(
            self.results(
                "setting:base_currency",
                "setting:line_target",
                "setting:summary:ARINVOICE",
                "setting:numbers",
                "setting:approvals",
                "setting:closed",
            ),
            ["unknown"] * 6,
        )

    def test_lines_with_accounts_agree_and_with_labels_do_not(self):
        self.intacct.invoice()
        self.assertEqual(self.results("setting:line_target"), ["ok"])
        self.backend.line_target = "label"
        self.assertEqual(self.results("setting:line_target"), ["missing"])

    def test_summaries_that_intacct_made_itself_are_automatic(self):
        self.intacct.invoice()
        self.intacct.adjustment()
        self.assertEqual(
            self.results("setting:summary:ARINVOICE", "setting:summary:ARADJUSTMENT"),
            ["ok", "ok"],
        )

    def test_a_summary_that_a_person_made_is_told(self):
        self.intacct.invoice()
        (batch,) = self.intacct.rows("ARINVOICEBATCH")
        self.intacct.change(
            "update_record",
            object="ARINVOICEBATCH",
            key=batch["RECORDNO"],
            values={"TITLE": "Smith's October"},
        )
        check = self.check()["setting:summary:ARINVOICE"]
        self.assertEqual(check.result, "missing")
        self.assertIn("Smith's October", check.detail)

    def test_invoices_that_wait_for_approval_show_approvals(self):
        self.intacct.invoice(STATE="Submitted")
        self.assertEqual(self.results("setting:approvals"), ["missing"])

    def test_a_required_dimension_without_a_default_is_named(self):
        self.intacct.load(
            GLACCOUNT=[
                {
                    **row,
                    **({"REQUIREDEPT": "true"} if row["ACCOUNTNO"] == "4000" else {}),
                }
                for row in COMPANY_DATA["GLACCOUNT"]
            ]
        )
        self.sync(scope="lists")
        check = self.check()["setting:dimensions"]
        self.assertEqual(check.result, "missing")
        self.assertIn("4000: department", check.detail)
        self.backend.department_reference_id = self.reference("department", "D1")
        self.assertEqual(self.results("setting:dimensions"), ["ok"])

    def test_documents_that_would_leave_into_closed_books_are_told(self):
        self.intacct.change("close_books", module="GL", entity="", through="10/31/2026")
        self.sync(scope="lists")
        self.backend.export_start_date = "2026-10-01"
        self.assertEqual(self.results("setting:closed"), ["missing"])
        self.backend.export_start_date = "2026-11-01"
        self.assertEqual(self.results("setting:closed"), ["ok"])

    def test_undeposited_funds_never_belong_to_a_bank(self):
        self.assertEqual(self.results("setting:undeposited"), ["ok"])
        with self.assertRaisesRegex(ValidationError, "BOA"):
            self.backend.undeposited_reference_id = self.reference("account", "1000")

    def test_a_new_check_replaces_the_one_before(self):
        first = self.check()
        second = self.check()
        self.assertEqual(first.keys(), second.keys())
        self.assertEqual(len(self.backend.check_ids), len(second))
