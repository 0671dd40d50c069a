"""Payment terms that Intacct lacks are created there, once, by the job alone."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import ExportCase

CREATE = "create_arterm"
MANAGER = "intacct_connector.group_intacct_manager"
FROM_INVOICE = "from invoice/bill date"
# Odoo's rule -> Intacct's day and rule, None where it has none.
RULES = (
    ({"delay_type": "days_after", "nb_days": 0}, ("0", FROM_INVOICE)),
    ({"delay_type": "days_after", "nb_days": 45}, ("45", FROM_INVOICE)),
    (
        {"delay_type": "days_after_end_of_month", "nb_days": 0},
        ("31", "of the month of invoice/bill date"),
    ),
    (
        {"delay_type": "days_after_end_of_month", "nb_days": 10},
        ("10", "of next month from invoice/bill date"),
    ),
    ({"delay_type": "days_after_end_of_month", "nb_days": 30}, None),
    (
        {"delay_type": "days_after_end_of_next_month", "nb_days": 15},
        ("15", "of 2nd month from invoice/bill date"),
    ),
    (
        {
            "delay_type": "days_end_of_month_on_the",
            "nb_days": 0,
            "days_next_month": "20",
        },
        ("20", "of next month from invoice/bill date"),
    ),
    (
        {
            "delay_type": "days_end_of_month_on_the",
            "nb_days": 0,
            "days_next_month": "0",
        },
        ("31", "of the month of invoice/bill date"),
    ),
    (
        {
            "delay_type": "days_end_of_month_on_the",
            "nb_days": 15,
            "days_next_month": "5",
        },
        None,
    ),
)


class TestTerms(ExportCase):
    def setUp(self):
        super().setUp()
        self.manager = new_test_user(self.env, "term-manager", groups=MANAGER)

    def term(self, name="45 Days", **line):
        line = {"value": "percent", "value_amount": 100, "nb_days": 45, **line}
        return self.env["account.payment.term"].create(
            {"name": name, "line_ids": [Command.create(line)]}
        )

    def dialog(self, term):
        action = term.with_user(self.manager).action_intacct_term()
        dialogs = self.env["intacct.term"].with_user(self.manager)
        return dialogs.browse(action["res_id"])

    def create(self, term):
        self.dialog(term).action_create()
        return self.term_operation(term)

    def term_operation(self, term):
        return self.env["intacct.operation"].search(
            [("term_id", "=", term.id)], limit=1
        )

    def there(self, name):
        return [row for row in self.intacct.rows("ARTERM") if row["NAME"] == name]

    def rule(self, term):
        return self.env["intacct.mapping"].search([("term_id", "=", term.id)])

    def created(self):
        return [call for call in self.writes() if call["function"] == CREATE]

    def test_the_job_creates_it_and_its_invoices_name_it(self):
        term = self.term()
        requests = len(self.intacct.requests())
        operation = self.create(term)
        self.assertEqual(len(self.intacct.requests()), requests, "in the web request")
        self.assertEqual(operation.state, "ready")
        move = self.invoice(invoice_payment_term_id=term.id)

        self.work()

        (row,) = self.there("45 Days")
        self.assertEqual((str(row["DUEDATE"]), row["DUEFROM"]), ("45", FROM_INVOICE))
        self.assertEqual(operation.state, "done")
        self.assertTrue(operation.verified_at)
        self.assertEqual(self.rule(term).reference_id.code, "45 Days")
        self.assert_in_step(move)
        self.assertEqual(self.sent(move)["TERMNAME"], "45 Days")

        self.sync()
        self.assertEqual(len(self.created()), 1)

    def test_two_clicks_create_it_once(self):
        term = self.term()
        first, second = self.create(term), self.create(term)
        self.assertEqual(first, second)
        self.work()
        self.assertEqual(len(self.there("45 Days")), 1)

    def test_one_that_is_there_already_is_linked(self):
        self.intacct.load(
            ARTERM=[{"NAME": "45 Days", "DUEDATE": "45", "DUEFROM": FROM_INVOICE}]
        )
        term = self.term()
        operation = self.create(term)
        self.work()
        self.assertFalse(self.created())
        self.assertEqual(operation.state, "done")
        self.assertEqual(self.rule(term).reference_id.code, "45 Days")

    def test_a_lost_answer_makes_no_second_one(self):
        for fault in (
            {"action": "cut", "when": "after"},
            {"action": "cut", "when": "before"},
            {"action": "empty"},
            {"action": "status", "when": "after", "status": 500},
            {"action": "error"},
        ):
            with self.subTest(fault=fault):
                name = f"Term {fault['action']} {fault.get('when')}"
                term = self.term(name)
                operation = self.create(term)
                self.intacct.faults({"function": CREATE, **fault})
                self.work()
                self.assertNotEqual(operation.state, "done")
                self.intacct.no_faults()
                self.later(2)
                self.assertEqual(operation.state, "done", operation.message)
                self.assertEqual(len(self.there(name)), 1)
                self.assertEqual(self.rule(term).reference_id.code, name)

    def test_what_intacct_can_hold(self):
        for number, (line, expected) in enumerate(RULES):
            with self.subTest(line=line):
                dialog = self.dialog(self.term(f"Term {number}", **line))
                if expected is None:
                    self.assertIn("rule", dialog.obstacle)
                    self.assertFalse(dialog.new_rule)
                    continue
                self.assertFalse(dialog.obstacle)
                found = self.env["intacct.terms.out"]._details(dialog.term_id)
                self.assertEqual((found["DUEDATE"], found["DUEFROM"]), expected)

    def test_what_it_cannot_hold_is_said(self):
        halves = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (30, 60)
                ],
            }
        )
        discount = self.term("2/10")
        discount.write(
            {"early_discount": True, "discount_percentage": 2, "discount_days": 10}
        )
        for term, why in ((halves, "several parts"), (discount, "discount")):
            dialog = self.dialog(term)
            self.assertIn(why, dialog.obstacle)
            with self.subTest(term=term.name), self.assertRaisesRegex(UserError, why):
                dialog.action_create()
        self.assertFalse(self.env["intacct.operation"].search([]))

    def test_it_is_mapped_to_one_that_is_there(self):
        term = self.term("Thirty", nb_days=30)
        dialog = self.dialog(term)
        with self.assertRaises(UserError):
            dialog.action_map()
        dialog.reference_id = self.reference("term", "Net 30")
        dialog.action_map()
        self.assertEqual(self.rule(term).reference_id.code, "Net 30")
        other = self.dialog(self.term("Other", nb_days=30))
        other.reference_id = self.reference("term", "Net 30")
        with self.assertRaisesRegex(UserError, "another payment term"):
            other.action_map()

    def test_a_connection_that_sends_nothing_creates_nothing(self):
        self.backend.export_start_date = False
        with self.assertRaisesRegex(UserError, "sends nothing"):
            self.dialog(self.term()).action_create()

    def test_only_managers_decide(self):
        term = self.term()
        dialog = self.dialog(term)
        user = new_test_user(
            self.env, "term-user", groups="intacct_connector.group_intacct_user"
        )
        with self.assertRaises(AccessError):
            term.with_user(user).action_intacct_term()
        for button in ("action_create", "action_map"):
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(dialog.with_user(user), button)()
