from odoo import fields, models


class IntacctOperation(models.Model):
    """Refused operations are explained and mended by a rule."""

    _name = "intacct.operation"
    _inherit = ["intacct.operation", "intacct.fixable"]

    fix_event_id = fields.Many2one(
        "intacct.sync.event", compute="_compute_fix_event_id"
    )

    def _compute_fix_event_id(self):
        """What the sync says about the document right now."""
        for operation in self:
            record = operation._record
            operation.fix_event_id = (
                self.env["intacct.sync.event"]
                ._waiting(operation.backend_id, record._name, [str(record.id)])
                .filtered(lambda event, cause=operation.cause: event.cause == cause)[:1]
            )

    def _fix_record(self):
        return self._record

    def _fix_operation(self):
        return self
