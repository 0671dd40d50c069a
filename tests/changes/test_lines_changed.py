"""Texts and analytic distributions of posted lines, edited among Odoo's journal
items."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common import ChangeCase


class TestLinesChanged(ChangeCase):
    def setUp(self):
        super().setUp()
        self.intacct.load(
            DEPARTMENT=[{"DEPARTMENTID": "D2", "TITLE": "Service"}],
        )
        self.sync(scope="lists")
        self.invoice = self.sold(100)
        self.sync()
        self.key, _name = self.there(self.invoice)
        self.line = self.invoice.invoice_line_ids

    def analytic(self, department=None):
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        account = self.env["account.analytic.account"].create(
            {"name": "Service", "plan_id": plan.id}
        )
        if department:
            self.env["intacct.mapping"].create(
                {
                    "backend_id": self.backend.id,
                    "source": "analytic",
                    "analytic_id": account.id,
                    "reference_id": self.reference("department", department).id,
                }
            )
        return {str(account.id): 100}

    def lines_there(self):
        recordno, _name = self.there(self.invoice)
        return [
            line
            for line in self.intacct.rows("ARINVOICEITEM")
            if str(line["RECORDKEY"]) == recordno and line.get("LINEITEM")
        ]

    def write(self, user, distribution):
        """What a person does in the list of journal items."""
        self.line.with_user(user).analytic_distribution = distribution

    def test_a_text_is_updated(self):
        self.line.with_user(self.biller).name = "Spelled right"
        self.follow()
        self.assertEqual(self.there(self.invoice)[0], self.key)
        (line,) = self.lines_there()
        self.assertIn("Spelled right", line["ENTRYDESCRIPTION"])
        self.sync_twice()
        self.assertFalse(self.invoice.intacct_changed_at)

    def test_a_distribution_is_replaced_after_it_was_confirmed(self):
        distribution = self.analytic("D2")
        message = self.confirm(lambda: self.write(self.reverser, distribution))
        self.assertIn("entered anew with the other dimensions", message)
        self.assertEqual(self.line.analytic_distribution, distribution)
        self.follow()
        self.assertNotEqual(self.there(self.invoice)[0], self.key)
        (line,) = self.lines_there()
        self.assertEqual(line["DEPARTMENTID"], "D2")
        old = self.intacct.one("ARINVOICE", RECORDNO=self.key)
        self.assertEqual(old["RAWSTATE"], "V")
        self.assert_agree(self.invoice, open_amounts=[100])
        decision = self.env["intacct.decision"].search([], limit=1)
        self.assertEqual(decision.kind, "distribution")
        self.sync_twice()

    def test_it_takes_the_right_and_what_a_reset_takes(self):
        distribution = self.analytic("D2")
        with self.assertRaises(AccessError):
            self.write(self.biller, distribution)
        self.backend.forbid_reversals = True
        with self.assertRaises(UserError):
            self.write(self.reverser, distribution)
        self.assertFalse(self.line.analytic_distribution)

    def test_what_means_nothing_there_is_free(self):
        distribution = self.analytic()
        self.write(self.biller, distribution)
        self.follow()
        self.assertEqual(self.there(self.invoice)[0], self.key)
        self.assertFalse(self.invoice.intacct_changed_at)

    def test_a_draft_asks_no_second_time(self):
        self.reset(self.invoice)
        self.write(self.reverser, self.analytic("D2"))
        self.invoice.action_post()
        self.follow()
        (line,) = self.lines_there()
        self.assertEqual(line["DEPARTMENTID"], "D2")

    def test_an_imported_document_is_no_change(self):
        theirs = self.move(self.intacct_invoice())
        line = theirs.invoice_line_ids[:1]
        with self.assertRaises(UserError):
            line.price_unit = 7
        line.name = "Our own words"
        self.assertFalse(theirs.intacct_changed_at)

    def intacct_invoice(self):
        key = self.intacct.invoice()
        self.sync()
        return key

    def test_the_dialog_names_what_it_does(self):
        _message, context = self.warned(
            lambda: self.write(self.reverser, self.analytic("D2"))
        )
        dialog = Form(
            self.env["intacct.change"].with_user(self.reverser).with_context(**context)
        )
        self.assertIn(self.invoice.name, dialog.consequences)
