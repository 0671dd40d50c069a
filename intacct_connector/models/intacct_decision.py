from odoo import api, fields, models
from odoo.exceptions import UserError

DECISIONS = [
    ("ignore", "Ignore"),
    ("restore", "Send After All"),
    ("link", "Link to Existing"),
    ("create", "Create Instead"),
    ("unlink", "Unlink"),
    ("number", "Send Under Another Number"),
    ("resend", "Send Again"),
    ("on_account", "Send on Account"),
    ("this_is_it", "This Is It"),
    ("not_there", "It Is Not There, Send"),
    ("draft", "Reset to Draft"),
    ("cancel", "Cancel"),
    ("unreconcile", "Unreconcile"),
    ("distribution", "Change the Analytic Distribution"),
    ("tie_out", "Sign the Opening Difference"),
]


class IntacctDecision(models.Model):
    """What a person decided against what the connection would have done: who, when,
    why, what it was before and what it is now. It stands for good."""

    _name = "intacct.decision"
    _description = "Decision about Sage Intacct"
    _order = "id desc"
    _rec_name = "document"

    company_id = fields.Many2one("res.company", required=True, index=True)
    user_id = fields.Many2one(
        "res.users", string="Decided By", required=True, ondelete="restrict"
    )
    decided_at = fields.Datetime(required=True, default=fields.Datetime.now)
    kind = fields.Selection(DECISIONS, string="Decision", required=True)
    reason = fields.Text(required=True)
    document = fields.Char(required=True, help="The number people know it by.")
    old_value = fields.Char(string="Before")
    new_value = fields.Char(string="After")
    move_id = fields.Many2one(
        "account.move", index="btree_not_null", ondelete="set null"
    )
    payment_id = fields.Many2one(
        "account.payment", index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one(
        "res.partner", index="btree_not_null", ondelete="set null"
    )
    operation_id = fields.Many2one(
        "intacct.operation", index="btree_not_null", ondelete="restrict"
    )

    @api.model
    def _keep(self, record, kind, reason, old_value, new_value):
        """Keeps one decision of the current user.

        :param record: the document, payment or operation that it is about
        :param str old_value: what it was before, for people
        :param str new_value: what it is now
        """
        values = {
            "company_id": record.company_id.id or self.env.company.id,
            "user_id": self.env.uid,
            "kind": kind,
            "reason": reason.strip(),
            "document": record.display_name,
            "old_value": old_value,
            "new_value": new_value,
        }
        if record._name == "intacct.operation":
            values.update(
                operation_id=record.id,
                move_id=record.move_id.id,
                payment_id=record.payment_id.id,
                partner_id=record.partner_id.id,
            )
        elif record._name == "account.payment":
            values.update(payment_id=record.id, partner_id=record.partner_id.id)
        elif record._name == "account.move":
            values.update(move_id=record.id, partner_id=record.commercial_partner_id.id)
        elif record._name == "res.partner":
            values.update(partner_id=record.id)
        return self.sudo().create(values)

    # Refusing is all it does.
    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("What was decided cannot be changed afterwards."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was decided is kept for good."))
