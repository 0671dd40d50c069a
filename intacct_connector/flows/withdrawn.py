from odoo import api, models

from ..models.intacct_decidable import THERE

# States of documents and payments that go to Intacct.
LEAVING_STATES = ("posted", "in_process", "paid")
ENDED_STATES = ("done", "failed", "superseded", "ignored")


class IntacctFlowChangesOut(models.AbstractModel):
    """What could not leave and is not to leave any more: it was cancelled, reset to
    draft or deleted in Odoo, and nothing of it is in Intacct."""

    _inherit = "intacct.flow.changes.out"

    @api.model
    def _run(self, ctx, step):
        result = super()._run(ctx, step)
        for model in ("account.move", "account.payment"):
            self._end_withdrawn(ctx, model)
        ctx.commit()
        return result

    @api.model
    def _end_withdrawn(self, ctx, model):
        events = self.env["intacct.sync.event"]
        told = set(events._waiting(ctx.backend, model).mapped("recordno"))
        records = self.env[model].browse(map(int, told)).exists()
        over = records.filtered(self._is_withdrawn)
        over.intacct_operation_ids.filtered(
            lambda operation: operation.state == "failed"
        ).write({"state": "superseded"})
        staying = {str(record.id) for record in records - over}
        events._resolve(ctx.backend, model, told - staying)

    @api.model
    def _is_withdrawn(self, record):
        return (
            record.state not in LEAVING_STATES
            and not record._intacct_records(*THERE)
            and all(
                operation.state in ENDED_STATES
                for operation in record.intacct_operation_ids
            )
        )
