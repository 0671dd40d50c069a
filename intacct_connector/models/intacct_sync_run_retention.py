from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .intacct_sync_event import OPERATION_FIELDS

ENDED_STATES = ("done", "errors", "failed")
# Syncs that are deleted in one transaction, with thousands of events perhaps.
BATCH = 200


class IntacctSyncRun(models.Model):
    """Old syncs go; what was sent to Intacct, and what became of it, stays."""

    _inherit = "intacct.sync.run"

    @api.autovacuum
    def _gc_old_runs(self):
        """Deletes syncs older than their connection keeps them.

        :return: how many went, and how many are left to go
        :rtype: tuple[int, int]
        """
        domain = self._old_domain()
        runs = self.search(domain, limit=BATCH)
        runs._detach_audit_trail()
        count = len(runs)
        runs.unlink()
        return count, self.search_count(domain) if count == BATCH else 0

    @api.model
    def _old_domain(self):
        """Syncs that ended long ago and that nothing waits for any more."""
        backends = self.env["intacct.backend"].with_context(active_test=False)
        now = fields.Datetime.now()
        old = Domain.OR(
            Domain("backend_id", "=", backend.id)
            & Domain("ended_at", "<", now - timedelta(days=backend.keep_days))
            for backend in backends.search([])
        )
        return (
            Domain(
                [
                    ("state", "in", ENDED_STATES),
                    ("event_ids", "not any", [("state", "=", "open")]),
                    ("last_event_ids", "not any", [("state", "=", "open")]),
                ]
            )
            & old
        )

    def _detach_audit_trail(self):
        """Events of what is sent, and those that a person ended with a reason, stand
        for themselves from now on."""
        events = self.env["intacct.sync.event"].search(
            [
                ("run_id", "in", self.ids),
                "|",
                "|",
                ("intacct_object", "in", list(OPERATION_FIELDS)),
                ("flow", "like", "out"),
                ("state", "=", "ignored"),
            ]
        )
        events.write({"run_id": False})
