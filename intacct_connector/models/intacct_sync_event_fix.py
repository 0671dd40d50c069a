from datetime import timedelta

from odoo import api, fields, models

from .intacct_sync_event import OPERATION_FIELDS

# A document that waits for a closed period is tried again after so many hours.
WAIT_HOURS = 20
# What waits for a document that has a reason of its own.
WAITS = "waits_for_document"


class IntacctSyncEvent(models.Model):
    """Failures are explained and mended by a rule."""

    _name = "intacct.sync.event"
    _inherit = ["intacct.sync.event", "intacct.fixable"]

    waits_for_period = fields.Boolean(
        readonly=True, help="Tried again once a day until the period is open."
    )

    is_export = fields.Boolean(
        compute="_compute_is_export", help="It stands under its record in Odoo."
    )

    @api.depends("intacct_object")
    def _compute_is_export(self):
        for event in self:
            event.is_export = event.intacct_object in OPERATION_FIELDS

    def _fix_record(self):
        self.ensure_one()
        if self.intacct_object in OPERATION_FIELDS and self.recordno:
            return self.env[self.intacct_object].browse(int(self.recordno)).exists()
        binding = self._fix_bindings()
        return (
            binding.move_id or binding.payment_id or binding.partner_id or self.move_id
        )

    def _fix_bindings(self):
        if self.intacct_object in OPERATION_FIELDS:
            return super()._fix_bindings()
        return self.env["intacct.binding"].search(
            [
                ("backend_id", "=", self.backend_id.id),
                ("intacct_object", "=", self.intacct_object),
                ("recordno", "=", self.recordno),
            ],
            limit=1,
        )

    def _fix_operation(self):
        self.ensure_one()
        operations = self.env["intacct.operation"]
        field = OPERATION_FIELDS.get(self.intacct_object)
        if not field:
            return operations
        return operations.search(
            [
                ("backend_id", "=", self.backend_id.id),
                (field, "=", int(self.recordno)),
                ("state", "in", ("failed", "in_doubt", "do_it")),
            ],
            limit=1,
        )

    @api.model
    def _fail(self, run, flow, intacct_object, recordno, message, **values):
        """Every message names its document first."""
        document = values.get("document")
        if document and not message.startswith(str(document)):
            message = f"{document}: {message}"
        waiting = self._waiting(run.backend_id, intacct_object, [recordno])
        if (
            values.get("cause") == WAITS
            and waiting.level == "error"
            and waiting.last_run_id == run
        ):
            # It waits for itself: the reason was told a moment ago.
            return waiting
        if waiting.waits_for_period:
            same = waiting.cause == values.get("cause")
            waiting.waits_for_period = same
            if same:
                values["level"] = "warning"
        return super()._fail(run, flow, intacct_object, recordno, message, **values)

    def _wait_for_period(self):
        """It needs nobody any more: it is tried again every day."""
        self.sudo().write({"waits_for_period": True, "level": "warning"})

    @api.model
    def _retry_waiting(self, backend):
        """Sends again, once a day, what waits for a period to be opened."""
        before = fields.Datetime.now() - timedelta(hours=WAIT_HOURS)
        waiting = self.search(
            [
                ("backend_id", "=", backend.id),
                ("state", "=", "open"),
                ("waits_for_period", "=", True),
                ("write_date", "<=", before),
            ]
        )
        for event in waiting:
            event._fix_operation().filtered(
                lambda operation: operation.state == "failed"
            ).write({"state": "superseded"})
