from odoo import fields, models


class IntacctPreviewAccept(models.TransientModel):
    """Signs the difference of an opening with a reason."""

    _name = "intacct.preview.accept"
    _description = "Sign the Opening Difference"

    preview_id = fields.Many2one("intacct.preview", required=True, ondelete="cascade")
    balance_ids = fields.One2many(related="preview_id.balance_ids")
    reason = fields.Text(
        required=True,
        help="Kept for good with your name, and listed under Decisions.",
    )

    def action_accept(self):
        self.ensure_one()
        self.preview_id._accept(self.reason)
        return {"type": "ir.actions.act_window_close"}
