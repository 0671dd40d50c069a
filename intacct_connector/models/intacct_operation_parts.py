from odoo import fields, models


class IntacctOperation(models.Model):
    """A payment of several customers is one record in Odoo and several in Intacct."""

    _inherit = "intacct.operation"

    whole = fields.Char(
        readonly=True,
        help="The amount of the payment or write-off of which this is one of several "
        "parts, in its currency; empty where it is all of it.",
    )
