"""The month-end pack shows what a reviewer asks for."""

from datetime import timedelta

from lxml import html
from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .model_case import DAY, ModelCase


@tagged("post_install", "-at_install")
class TestMonthEnd(ModelCase):
    def pack(self, name, **values):
        """The texts of the parts of that name in a printed pack."""
        today = fields.Date.context_today(self.env.user)
        wizard = self.env["intacct.month.end"].create(
            {
                "backend_id": self.backend.id,
                "date_from": today,
                "date_to": today,
                **values,
            }
        )
        page, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "intacct_connector.action_report_month_end", wizard.ids
        )
        found = html.fromstring(page).xpath(f"//*[@name='{name}']")
        return [" ".join(element.text_content().split()) for element in found]

    def test_open_items_are_those_of_the_last_day(self):
        self.imported("4711", date=DAY, amount=500)
        self.imported("4712", date=DAY + timedelta(days=1), amount=1)

        (row,) = [
            text
            for text in self.pack("open", date_from=DAY, date_to=DAY)
            if "Sage Intacct" in text
        ]

        self.assertIn(" 1 $ 500.00", row.replace("\xa0", " "))

    def test_a_document_on_which_the_ledgers_differ_is_named(self):
        move, other = self.imported("4711"), self.imported("4712")
        self.new_binding(move, "ARINVOICE", "1", remote_balance=60)
        self.new_binding(other, "ARINVOICE", "2", remote_balance=100)

        (row,) = self.pack("differs")

        self.assertIn("4711", row)
        self.assertIn("60.00", row)

    def test_the_clearing_account_is_proved(self):
        self.imported("4711")
        self.assertIn("They agree.", self.pack("clearing")[0])

        self.env["account.move"].create(
            {
                "line_ids": [
                    fields.Command.create(
                        {"account_id": account.id, "balance": balance}
                    )
                    for account, balance in (
                        (self.backend.clearing_account_id, 5),
                        (self.income, -5),
                    )
                ]
            }
        ).action_post()

        self.assertIn("They do not agree.", self.pack("clearing")[0])

    def test_what_waits_is_listed_with_what_to_do(self):
        self.fail_record(
            self.new_run(),
            message="INV-7: It has no lines.",
            advice="Correct it there.",
        )

        mended = self.fail_record(self.new_run(), recordno="8", message="INV-8: no.")
        mended._resolve(self.backend, "ARINVOICE", ["8"])

        (row,) = self.pack("failure")

        self.assertIn("INV-7: It has no lines.", row)
        self.assertIn("Correct it there.", row)

    def test_decisions_stand_there_with_who_and_why(self):
        move = self.own_invoice()
        self.env["intacct.decision"]._keep(
            move, "ignore", "Booked by hand.", "Waiting", "Ignored"
        )

        (row,) = self.pack("decision")
        for text in (move.name, "Booked by hand.", "Waiting", self.env.user.name):
            self.assertIn(text, row)

        earlier = DAY - timedelta(days=90)
        self.assertFalse(self.pack("decision", date_from=earlier, date_to=earlier))

    def test_syncs_are_counted_by_outcome(self):
        now = fields.Datetime.now()
        for state in ("done", "done", "errors"):
            self.new_run(state=state, started_at=now)
        self.new_run(state="done", started_at=now - timedelta(days=40))

        self.assertEqual(sorted(self.pack("runs")), ["Done with Errors: 1", "Done: 2"])

    def test_a_month_cannot_end_before_it_begins(self):
        with self.assertRaises(ValidationError):
            self.pack("open", date_from=DAY, date_to=DAY - timedelta(days=1))
