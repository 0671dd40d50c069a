"""Open items as of a day, and the statement to the customer, agree with the books."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .model_case import DAY, ModelCase


@tagged("post_install", "-at_install")
class TestAging(ModelCase):
    def aging(self, as_of=DAY):
        """The items of the test's customers."""
        wizard = self.env["intacct.aging"].create({"as_of": as_of})
        action = wizard.action_open()
        found = self.env[action["res_model"]].search(action["domain"])
        return found.filtered(
            lambda item: item.partner_id in self.partner_a + self.partner_b
        )

    def pay(self, move, amount, date):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        return wizard.create(
            {"amount": amount, "payment_date": date}
        )._create_payments()

    def receivable(self, as_of):
        """What the journal items say is owed by the test's customers."""
        ((balance,),) = self.env["account.move.line"]._read_group(
            [
                ("partner_id", "in", (self.partner_a + self.partner_b).ids),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("date", "<=", as_of),
            ],
            [],
            ["balance:sum"],
        )
        return balance

    def test_each_item_stands_in_the_column_of_its_age(self):
        columns = ("not_due", "days_30", "days_60", "days_90", "older")
        ages = (0, 1, 30, 31, 60, 61, 90, 91)
        for age in ages:
            self.own_invoice(date=DAY - timedelta(days=age), amount=100 + age)

        items = self.aging()

        shown = {
            item.days_overdue: next(name for name in columns if item[name])
            for item in items
        }
        self.assertEqual(
            [shown[age] for age in ages],
            ["not_due", *["days_30"] * 2, *["days_60"] * 2, *["days_90"] * 2, "older"],
        )
        for item in items:
            self.assertEqual(sum(item[name] for name in columns), item.amount)

    def test_a_later_payment_does_not_change_an_earlier_day(self):
        invoice = self.own_invoice(amount=100)
        self.pay(invoice, 30, DAY + timedelta(days=5))

        self.assertEqual(self.aging(DAY).amount, 100)
        later = self.aging(DAY + timedelta(days=5))
        self.assertEqual((later.amount, later.amount_currency), (70, 70))
        self.assertFalse(self.aging(DAY - timedelta(days=1)))

    def test_what_was_paid_later_in_full_was_open_before(self):
        invoice = self.own_invoice(amount=100)
        self.pay(invoice, 100, DAY + timedelta(days=5))

        self.assertEqual(self.aging(DAY).amount, 100)
        self.assertFalse(self.aging(DAY + timedelta(days=5)))

    def test_it_adds_up_to_the_receivables_of_every_day(self):
        first = self.own_invoice(amount=100)
        self.imported("4711", amount=80, base=100)
        self.imported(
            "4712", date=DAY + timedelta(days=2), partner_id=self.partner_b.id
        )
        self.own_invoice(
            move_type="out_refund", date=DAY + timedelta(days=1), amount=40
        )
        self.pay(first, 130, DAY + timedelta(days=3))

        for days in range(5):
            day = DAY + timedelta(days=days)
            self.assertEqual(
                sum(self.aging(day).mapped("amount")), self.receivable(day), day
            )

    def test_credit_is_shown_as_credit(self):
        self.own_invoice(move_type="out_refund", amount=40)

        item = self.aging()

        self.assertEqual((item.kind, item.amount), ("credit", -40))

    def test_origin_and_state_are_shown(self):
        own = self.own_invoice()
        copy = self.imported()
        failed = self.imported("4712")
        self.new_binding(copy, "ARINVOICE", "1", remote_balance=100)
        self.new_binding(failed, "ARINVOICE", "2", remote_balance=100)
        self.fail_record(self.new_run(), move_id=failed.id)

        items = {item.move_id: item for item in self.aging()}

        self.assertEqual(
            {move: (item.origin, item.sync_state) for move, item in items.items()},
            {
                own: ("odoo", "not_in"),
                copy: ("intacct", "in"),
                failed: ("intacct", "failed"),
            },
        )

    def test_a_difference_to_intacct_is_named(self):
        today = fields.Date.context_today(self.env.user)
        agreeing, other = self.imported(date=today), self.imported("4712", date=today)
        self.new_binding(agreeing, "ARINVOICE", "1", remote_balance=100)
        self.new_binding(other, "ARINVOICE", "2", remote_balance=60)

        items = {item.move_id: item for item in self.aging(today)}

        self.assertEqual(items[agreeing].difference, 0)
        self.assertEqual(
            (items[other].remote_amount, items[other].difference), (60, 40)
        )

    def test_intacct_says_nothing_of_an_earlier_day(self):
        move = self.imported()
        self.new_binding(move, "ARINVOICE", "1", remote_balance=60)

        item = self.aging(fields.Date.context_today(self.env.user) - timedelta(days=1))

        self.assertFalse(item.remote_known)
        self.assertEqual(item.difference, 0)

    def test_a_page_that_is_loaded_anew_shows_the_last_day_only(self):
        self.own_invoice()
        self.aging()
        last = self.aging(DAY + timedelta(days=1))

        shown = self.env["intacct.aging.item"].search(
            [("partner_id", "=", self.partner_a.id)]
        )

        self.assertEqual(shown, last)

    def test_an_item_opens_its_document(self):
        invoice = self.own_invoice()

        action = self.aging().action_open_document()

        self.assertEqual(
            (action["res_model"], action["res_id"]), ("account.move", invoice.id)
        )

    # ------------------------------------------------------------------
    # Statement
    # ------------------------------------------------------------------
    def statement(self, partner, user=None):
        report = self.env["ir.actions.report"].with_user(user or self.env.user)
        html, _kind = report._render_qweb_html(
            "intacct_connector.action_report_statement", partner.ids
        )
        return html.decode()

    def test_the_statement_names_what_is_open_and_nothing_else(self):
        mine = self.own_invoice(amount=1234)
        paid = self.own_invoice(amount=55)
        self.pay(paid, 55, DAY)
        theirs = self.imported("4799", partner_id=self.partner_b.id)

        page = self.statement(self.partner_a)

        self.assertIn(mine.name, page)
        self.assertIn("1,234.00", page)
        self.assertNotIn(paid.name, page)
        self.assertNotIn(theirs.name, page)

    def test_the_statement_of_a_contact_is_that_of_its_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.partner_a.id}
        )
        invoice = self.own_invoice(partner_id=contact.id)

        self.assertIn(invoice.name, self.statement(contact))

    def test_without_open_items_it_says_so(self):
        self.assertIn("Nothing is open.", self.statement(self.partner_b))

    def test_it_goes_out_by_mail_with_the_statement(self):
        self.own_invoice()
        self.partner_a.email = "ann@example.com"
        action = self.partner_a.action_intacct_send_statement()

        composer = Form(
            self.env["mail.compose.message"].with_context(**action["context"])
        ).save()

        self.assertIn(self.env.company.name, composer.subject)
        self.assertTrue(composer.attachment_ids)

    def test_who_sees_no_books_gets_no_statement(self):
        self.own_invoice()
        with self.assertRaises(AccessError):
            self.statement(self.partner_a, self.person("employee"))
