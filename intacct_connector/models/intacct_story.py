from odoo import fields, models


class IntacctOperation(models.Model):
    """Each step of an operation is told in the chatter of its record once."""

    _inherit = "intacct.operation"

    to_tell = fields.Boolean(
        default=True,
        copy=False,
        help="Its state is not told in the chatter of its record yet.",
    )

    _to_tell_idx = models.Index("(backend_id) WHERE to_tell")

    def write(self, vals):
        if "state" in vals and "to_tell" not in vals:
            if any(operation.state != vals["state"] for operation in self):
                vals = {**vals, "to_tell": True}
        return super().write(vals)


class IntacctSyncEvent(models.Model):
    _inherit = "intacct.sync.event"

    told = fields.Text(help="The message as it stands in the chatter of the record.")
