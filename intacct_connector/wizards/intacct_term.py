from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..flows.terms_out import UnfitTerm
from ..models.intacct_decidable import MANAGER


class IntacctTerm(models.TransientModel):
    """What stands for a payment term in Intacct: one that is there, or a new one that
    the connection's job creates."""

    _name = "intacct.term"
    _description = "Payment Term in Sage Intacct"

    backend_id = fields.Many2one(
        "intacct.backend", string="Connection", required=True, ondelete="cascade"
    )
    term_id = fields.Many2one(
        "account.payment.term",
        string="Payment Terms",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    reference_id = fields.Many2one(
        "intacct.reference",
        string="In Intacct",
        domain="[('backend_id', '=', backend_id), ('kind', '=', 'term')]",
    )
    new_rule = fields.Char(string="New in Intacct", compute="_compute_new")
    obstacle = fields.Char(string="Cannot Be Created", compute="_compute_new")

    @api.model
    def _ask(self, backend, term):
        """:return: the action that opens the dialog"""
        rule = self.env["intacct.mapping"].search(
            [
                ("backend_id", "=", backend.id),
                ("source", "=", "term"),
                ("term_id", "=", term.id),
            ],
            limit=1,
        )
        wizard = self.create(
            {
                "backend_id": backend.id,
                "term_id": term.id,
                "reference_id": rule.reference_id.id,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment Terms in Sage Intacct"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.depends("term_id", "backend_id")
    def _compute_new(self):
        for wizard in self:
            wizard.new_rule = wizard.obstacle = False
            try:
                details = self.env["intacct.terms.out"]._details(wizard.term_id)
            except UnfitTerm as error:
                wizard.obstacle = str(error)
                continue
            if wizard.term_id.name in wizard._taken_names():
                wizard.obstacle = self.env._(
                    "Intacct's term of this name stands for another one of Odoo's."
                )
                continue
            wizard.new_rule = wizard._in_words(details)

    def _taken_names(self):
        """Terms of Intacct that stand for other terms of Odoo."""
        rules = self.backend_id.mapping_ids.filtered(
            lambda rule: rule.source == "term" and rule.term_id != self.term_id
        )
        return rules.reference_id.mapped("code")

    def _in_words(self, details):
        """:param dict details: DUEDATE and DUEFROM, in the words of Intacct's pages"""
        return self.env._(
            "%(term)s: due %(number)s %(rule)s",
            term=self.term_id.name,
            number=self.env._("%s days", details["DUEDATE"])
            if details["DUEFROM"].startswith("from")
            else self.env._("on day %s", details["DUEDATE"]),
            rule=details["DUEFROM"],
        )

    def _check_manager(self):
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Ask a Sage Intacct manager: this changes the set-up.")
            )

    def action_map(self):
        """The chosen term stands for it from now on.

        :raises UserError: none was chosen, or it stands for another one
        """
        self.ensure_one()
        self._check_manager()
        if not self.reference_id:
            raise UserError(self.env._("Choose one of Intacct's terms."))
        if self.reference_id.code in self._taken_names():
            raise UserError(
                self.env._(
                    "%s stands for another payment term of Odoo. Change that rule "
                    "first, under Configuration > Sage Intacct Mapping.",
                    self.reference_id.display_name,
                )
            )
        terms = self.env["intacct.terms.out"]
        terms._map(self.backend_id, self.term_id, self.reference_id)
        return self._done()

    def action_create(self):
        """Queues the new term; the connection's job creates it.

        :raises UserError: Intacct cannot hold it, or the connection sends nothing
        """
        self.ensure_one()
        self._check_manager()
        if not self.backend_id._exports():
            raise UserError(
                self.env._(
                    "The connection “%s” sends nothing. Set a date under Export From "
                    "on its tab To Intacct.",
                    self.backend_id.name,
                )
            )
        if self.obstacle:
            raise UserError(
                self.env._(
                    "%(term)s: %(why)s",
                    term=self.term_id.display_name,
                    why=self.obstacle,
                )
            )
        terms = self.env["intacct.terms.out"].sudo()
        terms._queue(self.backend_id.sudo(), self.term_id.sudo())
        return self._done()

    def _done(self):
        """What waited because of the term is tried again."""
        waiting = self.env["intacct.sync.event"].search(
            [
                ("backend_id", "=", self.backend_id.id),
                ("cause", "=like", "term_%"),
                ("state", "=", "open"),
                ("move_id.invoice_payment_term_id", "=", self.term_id.id),
            ]
        )
        if waiting:
            waiting.action_retry()
        else:
            self.backend_id._queue_retry()
        return {"type": "ir.actions.act_window_close"}


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

    def action_intacct_term(self):
        """What stands for the payment term in Intacct."""
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Ask a Sage Intacct manager: this changes the set-up.")
            )
        self.check_access("read")
        company = self.company_id or self.env.company
        backend = self.env["intacct.backend"].search(
            [("company_id", "=", company.id), ("state", "!=", "draft")], limit=1
        )
        if not backend:
            raise UserError(
                self.env._("The company has no connection to Sage Intacct yet.")
            )
        return self.env["intacct.term"]._ask(backend, self)
