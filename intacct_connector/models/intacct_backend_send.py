from datetime import timedelta

from odoo import fields, models

# Sends of single documents within this time share one entry in Recent Syncs.
SHARED_MINUTES = 60
OPEN_STATES = ("queued", "running")


class IntacctBackend(models.Model):
    _inherit = "intacct.backend"

    def _queue_sends(self):
        """Queues the run of the single documents that are due, if any."""
        self.ensure_one()
        if self.state != "connected" or not self._exports() or self._missing_setup():
            return
        due = self.env["intacct.send.request"]._due(self)
        if not due:
            return
        # Those that went with another run meanwhile need none of their own.
        needed = due.filtered(
            lambda request: any(
                record._intacct_may_leave(self) for record in request._chosen()
            )
        )
        (due - needed).unlink()
        if not needed:
            return
        runs = self.env["intacct.sync.run"]
        mine = [("backend_id", "=", self.id), ("scope", "=", "send")]
        if runs.search_count([*mine, ("state", "in", OPEN_STATES)], limit=1):
            return
        since = fields.Datetime.now() - timedelta(minutes=SHARED_MINUTES)
        recent = runs.search(
            [
                *mine,
                ("state", "in", ("done", "errors")),
                ("create_date", ">", since),
            ],
            limit=1,
        )
        if recent:
            recent._reopen()
        else:
            runs.create(
                {
                    "backend_id": self.id,
                    "trigger": "send",
                    "scope": "send",
                    "user_id": needed[:1].user_id.id,
                }
            )
