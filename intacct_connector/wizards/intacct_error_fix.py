from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.intacct_error_rule import ACTIONS
from ..models.intacct_fixable import MANAGER

# Dimensions that a connection has a default for.
DEFAULTS = {
    "location": "location_reference_id",
    "department": "department_reference_id",
}
SCOPES = [
    ("default", "All documents of this connection"),
    ("category", "Products of this category"),
    ("partner", "This customer"),
]


class IntacctErrorFix(models.TransientModel):
    """Shows what to do about a failure, and does what needs a choice."""

    _name = "intacct.error.fix"
    _description = "Fix a Failure with Sage Intacct"

    event_id = fields.Many2one("intacct.sync.event", readonly=True)
    operation_id = fields.Many2one("intacct.operation", readonly=True)
    backend_id = fields.Many2one(
        "intacct.backend", string="Connection", readonly=True, required=True
    )
    action = fields.Selection(ACTIONS, readonly=True)
    message = fields.Text(compute="_compute_texts")
    why = fields.Text(compute="_compute_texts")
    advice = fields.Text(string="What to Do", compute="_compute_texts")
    path = fields.Char(string="Where in Intacct", compute="_compute_texts")
    candidate_text = fields.Text(string="Found in Intacct", compute="_compute_texts")
    sender = fields.Char(string="Our Sender ID", related="backend_id.sender_effective")

    dimension = fields.Char(readonly=True)
    reference_id = fields.Many2one(
        "intacct.reference",
        string="Use",
        domain="[('backend_id', '=', backend_id), ('kind', '=', dimension)]",
    )
    scope = fields.Selection(SCOPES, string="For", default="default")
    category_id = fields.Many2one("product.category")
    partner_id = fields.Many2one("res.partner", string="Customer")

    @api.model
    def _ask(self, failure):
        """:param failure: an event or an operation
        :return: the action that shows the dialog for it"""
        field = "event_id" if failure._name == "intacct.sync.event" else "operation_id"
        action = failure.rule_id.action
        wizard = self.create(
            {
                field: failure.id,
                "backend_id": failure.backend_id.id,
                "action": action,
                **(self._dimension_values(failure) if action == "dimension" else {}),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": failure.fix_label or failure.rule_id.name,
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _dimension_values(self, failure):
        """Which dimension is missing, and for what a default can be set."""
        facts = failure._cause_facts()
        dimension = facts[0].removesuffix("id").lower() if facts else "location"
        record = failure._fix_record()
        categories = self.env["product.category"]
        if record._name == "account.move":
            categories = record.invoice_line_ids.product_id.categ_id
        return {
            "dimension": dimension,
            "category_id": categories[:1].id,
            "partner_id": record.commercial_partner_id.id
            if record._name == "account.move"
            else False,
            "scope": "default" if dimension in DEFAULTS else "partner",
        }

    def _failure(self):
        return self.event_id or self.operation_id

    @api.depends("event_id", "operation_id")
    def _compute_texts(self):
        for wizard in self:
            failure = wizard._failure()
            wizard.message = failure.message
            wizard.why = failure.why
            wizard.advice = failure.advice or failure.rule_id.advice
            wizard.path = failure.rule_id.path
            wizard.candidate_text = failure._fix_operation().candidate_text

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------
    def action_retry(self):
        self.ensure_one()
        return self._failure().action_retry()

    def action_link(self):
        return self._failure()._fix_decide("link")

    def action_number(self):
        return self._failure()._fix_decide("number")

    def action_ignore(self):
        return self._failure()._fix_decide("ignore")

    def action_wait(self):
        """It stays where it is and is tried again every day."""
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only Sage Intacct managers decide on what is sent.")
            )
        event = self.event_id or self.operation_id.fix_event_id
        event._wait_for_period()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_set_dimension(self):
        """Sets the default and tries again."""
        self.ensure_one()
        if not self.reference_id:
            raise UserError(self.env._("Choose what to use."))
        if self.scope == "default":
            if self.dimension not in DEFAULTS:
                raise UserError(
                    self.env._(
                        "A connection has defaults for location and department only: "
                        "choose a product category or the customer."
                    )
                )
            self.backend_id[DEFAULTS[self.dimension]] = self.reference_id
        else:
            self._map_dimension()
        return self.action_retry()

    def _map_dimension(self):
        field = f"{self.scope}_id"
        if not self[field]:
            raise UserError(self.env._("Choose for what it is used."))
        self.env["intacct.mapping"].create(
            {
                "backend_id": self.backend_id.id,
                "source": self.scope,
                field: self[field].id,
                "reference_id": self.reference_id.id,
            }
        )
