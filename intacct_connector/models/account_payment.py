from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    intacct_ignored = fields.Boolean(
        string="Not for Sage Intacct", readonly=True, copy=False
    )
    intacct_on_account = fields.Boolean(
        string="On Account in Sage Intacct",
        readonly=True,
        copy=False,
        help="A person decided that what Intacct cannot apply goes on account.",
    )
    intacct_binding_ids = fields.One2many(
        "intacct.binding", "payment_id", string="Sage Intacct Records"
    )
    intacct_operation_ids = fields.One2many(
        "intacct.operation", "payment_id", string="Sage Intacct Operations"
    )
