"""Lines of imported documents are Intacct's; the documents are used like others."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .common import SimulatorCase


class TestGuard(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.customer = self.intacct.customer()
        self.invoice = self.intacct.invoice("INV-1", lines=[60, 40])
        self.sync()
        self.person = new_test_user(
            self.env,
            "billing",
            groups="account.group_account_manager,base.group_partner_manager",
        )
        self.copy = self.move(self.invoice).with_user(self.person)

    def assert_guarded(self):
        return self.assertRaisesRegex(UserError, "imported from Sage Intacct")

    def changes(self):
        other = self.env["account.account"].search(
            [("account_type", "=", "income")], limit=1
        )
        tax = self.env["account.tax"].search([("type_tax_use", "=", "sale")], limit=1)
        partner = self.env["res.partner"].create({"name": "Somebody"})
        return {
            "price_unit": 1,
            "quantity": 2,
            "discount": 10,
            "account_id": other.id,
            "tax_ids": [Command.set(tax.ids)],
            "partner_id": partner.id,
            "balance": -1,
        }

    def test_no_value_of_a_line_can_be_written(self):
        line = self.copy.invoice_line_ids[0]
        for name, value in self.changes().items():
            with self.subTest(name), self.assert_guarded():
                line.write({name: value})

    def test_nor_in_draft(self):
        self.copy.button_draft()
        line = self.copy.invoice_line_ids[0]
        for name, value in self.changes().items():
            with self.subTest(name), self.assert_guarded():
                line.write({name: value})

    def test_nor_through_the_document(self):
        self.copy.button_draft()
        line = self.copy.invoice_line_ids[0]
        with self.assert_guarded():
            self.copy.write(
                {"invoice_line_ids": [Command.update(line.id, {"price_unit": 1})]}
            )

    def test_nor_by_asking_for_the_connector_s_context(self):
        line = self.copy.invoice_line_ids[0]
        for value in (True, 1, "intacct", {"lift": True}):
            with self.assert_guarded():
                line.with_context(intacct_guard=value).write({"price_unit": 1})

    def test_no_line_can_be_added(self):
        self.copy.button_draft()
        with self.assert_guarded():
            self.copy.write(
                {
                    "invoice_line_ids": [
                        Command.create({"name": "More", "price_unit": 5})
                    ]
                }
            )

    def test_no_line_can_be_removed(self):
        self.copy.button_draft()
        with self.assert_guarded():
            self.copy.invoice_line_ids[0].unlink()

    def test_it_can_not_be_deleted(self):
        self.copy.button_draft()
        with self.assertRaises(UserError):
            self.copy.unlink()

    def test_the_customer_of_a_draft_can_not_be_changed(self):
        self.copy.button_draft()
        partner = self.env["res.partner"].create({"name": "Somebody"})
        with self.assert_guarded():
            self.copy.partner_id = partner

    def test_lines_of_own_invoices_are_free(self):
        own = self.own_invoice().with_user(self.person)
        own.button_draft()
        own.invoice_line_ids.price_unit = 77
        own.action_post()
        self.assertEqual(own.amount_total, 77)

    def test_a_description_may_be_written(self):
        self.copy.invoice_line_ids[0].name = "Explained"
        self.assertEqual(self.copy.invoice_line_ids[0].name, "Explained")

    def test_draft_and_posted_again_it_is_as_before(self):
        self.copy.button_draft()
        self.copy.action_post()

        self.assertEqual(self.copy.name, "INV-1")
        self.assert_open(self.invoice, 100)
        self.assertEqual(len(self.copy.line_ids), 3)
        self.assert_clearing()


class TestUse(SimulatorCase):
    """Mailed, paid and reconciled like any other."""

    def setUp(self):
        super().setUp()
        self.customer = self.intacct.customer(
            **{"DISPLAYCONTACT.EMAIL1": "acme@example.com"}
        )
        self.invoice = self.intacct.invoice("INV-1", lines=[60, 40])
        self.memo = self.intacct.adjustment(lines=[-30])
        self.sync()
        self.copy = self.move(self.invoice)

    def test_paid(self):
        payment = self.receive(self.copy, 100)

        self.assertEqual(self.copy.payment_state, "paid")
        self.assertEqual(payment.partner_id, self.partner(self.customer))
        self.assert_clearing()

    def test_paid_in_part_and_taken_back(self):
        payment = self.receive(self.copy, 30)
        self.assert_open(self.invoice, 70)

        payment.action_draft()
        payment.action_cancel()

        self.assert_open(self.invoice, 100)
        self.assert_clearing()

    def test_reconciled_with_a_credit(self):
        credit = self.move(self.memo, "ARADJUSTMENT")
        lines = (self.copy + credit).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        lines.reconcile()

        self.assert_open(self.invoice, 70)
        self.assert_open(self.memo, 0, "ARADJUSTMENT")
        self.assert_clearing()

    def test_credited_by_a_credit_note_of_odoo(self):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=self.copy.ids)
            .create({"journal_id": self.copy.journal_id.id, "date": "2026-10-20"})
        )
        action = wizard.refund_moves()
        refund = self.env["account.move"].browse(action["res_id"])
        refund.action_post()

        self.assertEqual(self.copy.payment_state, "reversed")
        self.assertFalse(refund.intacct_imported)
        self.assert_clearing()

    def test_mailed(self):
        wizard = (
            self.env["account.move.send.wizard"]
            .with_context(active_model="account.move", active_ids=self.copy.ids)
            .create({"move_id": self.copy.id, "sending_methods": ["email"]})
        )
        self.assertFalse(wizard.invoice_edi_format)
        self.assertFalse(wizard.extra_edis)
        self.assertEqual(wizard.mail_partner_ids, self.partner(self.customer))

    def test_printed_as_a_copy(self):
        report = self.env["ir.actions.report"]
        html, _kind = report._render_qweb_html(
            "account.account_invoices", self.copy.ids
        )
        self.assertIn("Sage Intacct", html.decode())
        own = self.own_invoice()
        html, _kind = report._render_qweb_html("account.account_invoices", own.ids)
        self.assertNotIn("Sage Intacct", html.decode())
