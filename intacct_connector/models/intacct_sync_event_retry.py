from odoo import models
from odoo.fields import Domain

OPEN_FAILURES = [("state", "=", "open"), ("level", "=", "error")]


class IntacctSyncEvent(models.Model):
    """What was mended once is tried again for all that it held up."""

    _inherit = "intacct.sync.event"

    def action_retry_cause(self):
        """Tries every open failure again that has the cause of one of these."""
        self.check_access("read")
        causes = Domain.OR(
            Domain("backend_id", "=", backend.id)
            & Domain("cause", "in", events.mapped("cause"))
            for backend, events in self.grouped("backend_id").items()
        )
        return self.search(causes & Domain(OPEN_FAILURES)).action_retry()


class IntacctErrorRule(models.Model):
    _inherit = "intacct.error.rule"

    def action_retry_failures(self):
        """Tries everything again that this error holds up."""
        self.check_access("read")
        failures = self.env["intacct.sync.event"].search(
            [("rule_id", "in", self.ids), *OPEN_FAILURES]
        )
        return failures.action_retry()
