"""An imported invoice says that it is a copy, and is no electronic invoice."""

from unittest.mock import patch

from odoo.addons.account.models.account_move_send import (
    AccountMoveSend as StandardSend,
)
from odoo.tests import tagged

from .model_case import ModelCase

HEADING = "Copy, original issued from Sage Intacct"
REPORTS = ("account.report_invoice", "account.report_invoice_with_payments")


@tagged("post_install", "-at_install")
class TestPrint(ModelCase):
    def printed(self, report, move):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(report, move.ids)
        return html.decode()

    def test_a_copy_says_so(self):
        move = self.imported("4711")
        for report in REPORTS:
            page = self.printed(report, move)
            self.assertIn(HEADING, page)
            self.assertIn("4711", page)

    def test_a_credit_memo_says_so_too(self):
        move = self.imported("CM-1")
        refund = move.with_context(
            **move.line_ids._lift_intacct_guard().env.context
        )._reverse_moves([{"name": "CM-2", "intacct_imported": True}])
        refund._post(soft=False)
        self.assertIn(HEADING, self.printed(REPORTS[0], refund))

    def test_originals_do_not(self):
        move = self.own_invoice()
        for report in REPORTS:
            self.assertNotIn(HEADING, self.printed(report, move))

    def test_printed_together_each_says_what_it_is(self):
        both = self.own_invoice() | self.imported("4711")
        self.assertEqual(self.printed(REPORTS[0], both).count(HEADING), 1)


@tagged("post_install", "-at_install")
class TestElectronicInvoices(ModelCase):
    """The country decides which format is the default; here one is set for all."""

    def setUp(self):
        super().setUp()
        self.enterContext(
            patch.object(
                StandardSend,
                "_get_default_invoice_edi_format",
                lambda self, move, **kwargs: "ubl_bis3",
            )
        )
        self.enterContext(
            patch.object(
                StandardSend, "_get_default_extra_edis", lambda self, move: {"it_send"}
            )
        )
        self.send = self.env["account.move.send"]

    def test_an_original_is_sent_in_the_format_of_its_customer(self):
        move = self.own_invoice()
        self.assertEqual(self.send._get_default_invoice_edi_format(move), "ubl_bis3")
        self.assertEqual(self.send._get_default_extra_edis(move), {"it_send"})

    def test_a_copy_in_none(self):
        move = self.imported()
        self.assertFalse(self.send._get_default_invoice_edi_format(move))
        self.assertEqual(self.send._get_default_extra_edis(move), set())


@tagged("post_install", "-at_install")
class TestStatus(ModelCase):
    def status(self, state):
        move = self.imported(f"N-{state}")
        self.new_binding(move, "ARINVOICE", f"R-{state}", sync_state=state)
        return move

    def test_each_state_is_found_under_the_status_it_shows(self):
        states = self.env["intacct.binding"]._fields["sync_state"].get_values(self.env)
        moves = {state: self.status(state) for state in states}
        moves[None] = self.own_invoice()
        everything = self.env["account.move"].concat(*moves.values())
        shown = {move.intacct_status for move in everything}
        for state, status in (
            ("synced", "in"),
            ("provisional", "in"),
            ("proposed", "proposed"),
            ("difference", "difference"),
            (None, "not_in"),
        ):
            self.assertEqual(moves[state].intacct_status, status)
        for status in shown:
            found = self.env["account.move"].search(
                [("id", "in", everything.ids), ("intacct_status", "=", status)]
            )
            expected = everything.filtered(
                lambda move, status=status: move.intacct_status == status
            )
            self.assertEqual(found, expected.sorted(), status)

    def test_not_in_intacct_is_the_rest(self):
        here, there = self.own_invoice(), self.status("synced")
        found = self.env["account.move"].search(
            [("id", "in", (here | there).ids), ("intacct_status", "=", "not_in")]
        )
        self.assertEqual(found, here)

    def test_the_document_comes_before_what_was_applied_to_it(self):
        move = self.imported()
        self.new_binding(move, "ARINVOICE", "5", remote_state="Posted")
        self.new_binding(move, "ARPYMTDETAIL", "6", remote_state="Complete")
        self.assertEqual(move.intacct_remote_state, "Posted")

    def test_a_difference_tells_its_reason(self):
        move = self.status("difference")
        move.sudo().intacct_binding_ids.reason = "Open by 1.00 less."
        self.assertEqual(move.intacct_difference, "Open by 1.00 less.")

    def test_a_document_without_link_opens_nothing(self):
        self.assertFalse(self.own_invoice().action_open_intacct_binding())
        self.assertFalse(self.partner_a.action_open_intacct_binding())

    def test_a_copy_of_a_document_is_no_import(self):
        copy = self.imported().copy()
        self.assertFalse(copy.intacct_imported)
        self.assertFalse(copy.intacct_binding_ids)
