from odoo import fields, models


class IntacctSyncEvent(models.Model):
    """What a dry run says of one record: its group, and its amount."""

    _inherit = "intacct.sync.event"

    outcome = fields.Char(
        help="What would become of it, or what holds it up: records with the same "
        "outcome are mended in the same place."
    )
    currency_id = fields.Many2one("res.currency", ondelete="restrict")
    amount = fields.Monetary(help="Of the document, negative for a credit.")
