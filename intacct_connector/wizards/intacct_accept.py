from odoo import api, fields, models
from odoo.exceptions import UserError

TARGETS = {
    "intacct.binding": "binding_ids",
    "intacct.preview.line": "line_ids",
}


class IntacctAccept(models.TransientModel):
    """Asks why proposed links are accepted or not, one reason for all of them."""

    _name = "intacct.accept"
    _description = "Decide on Proposed Links to Sage Intacct"

    kind = fields.Selection(
        [("link", "Accept Link"), ("create", "Create Instead")],
        required=True,
        readonly=True,
    )
    binding_ids = fields.Many2many("intacct.binding", string="Links", readonly=True)
    line_ids = fields.Many2many("intacct.preview.line", string="Records", readonly=True)
    count = fields.Integer(string="Links to Decide", compute="_compute_count")
    explanation = fields.Text(compute="_compute_explanation")
    reason = fields.Text(help="Kept for good, with your name and the date.")

    @api.model
    def _ask(self, kind, records):
        """:param records: links or lines of a preview; what is decided is left out
        :return: the action that shows the dialog
        :raises UserError: there is nothing to decide
        """
        if records._name == "intacct.binding":
            records = records.filtered(lambda link: link.sync_state == "proposed")
        if not records:
            raise UserError(self.env._("All of them are decided already."))
        wizard = self.create(
            {
                "kind": kind,
                TARGETS[records._name]: [fields.Command.set(records.ids)],
                "reason": self._proposed_reason(kind, records),
            }
        )
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return {
            "type": "ir.actions.act_window",
            "name": labels[kind],
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _proposed_reason(self, kind, records):
        """What speaks for the links; why they are none only the person knows."""
        if kind == "create":
            return False
        reasons = [reason for reason in records.mapped("reason") if reason]
        return " ".join(dict.fromkeys(reasons))

    def _records(self):
        return self.binding_ids or self.line_ids

    @api.depends("binding_ids", "line_ids")
    def _compute_count(self):
        for wizard in self:
            wizard.count = len(wizard._records())

    @api.depends("kind")
    def _compute_explanation(self):
        texts = {
            "link": self.env._(
                "They are the same on both sides. What waits for them goes on."
            ),
            "create": self.env._(
                "They are others: Intacct's records will each get a new record in "
                "Odoo, beside the proposed one."
            ),
        }
        for wizard in self:
            wizard.explanation = texts.get(wizard.kind)

    def action_confirm(self):
        """:raises UserError: no reason was given, or a link cannot be accepted"""
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why: it is kept with your decision."))
        records = self._records()
        if self.kind == "link":
            records._accept_links(self.reason)
        else:
            records._create_instead(self.reason)
        return {
            "type": "ir.actions.act_window_close",
            "infos": {"next": {"type": "ir.actions.client", "tag": "soft_reload"}},
        }
