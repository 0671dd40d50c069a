from datetime import timedelta

from odoo import fields, models


class IntacctSyncRun(models.Model):
    """A run of single documents takes the rows that are due when it is worked on."""

    _inherit = "intacct.sync.run"

    request_ids = fields.One2many("intacct.send.request", "run_id")

    def _take_requests(self):
        """What has become due joins the run, which begins anew for it."""
        self.ensure_one()
        due = self.env["intacct.send.request"]._due(self.backend_id)
        if due:
            due.run_id = self
            self.step_ids.filtered(lambda step: step.state != "waiting").write(
                {"state": "waiting", "cursor": False}
            )

    def _chosen(self):
        """What alone may leave with this run, None where everything may.

        :rtype: set | None
        """
        self.ensure_one()
        return self.request_ids._chosen() if self.scope == "send" else None

    def _drop_requests(self):
        """The run is over. After a fault of the network its rows wait for another
        one; whatever else held a document is told on it."""
        failed = self.filtered(lambda run: run.state == "failed").request_ids
        (self.request_ids - failed).unlink()
        for request in failed:
            minutes = timedelta(minutes=request.backend_id.sync_interval)
            request.write({"run_id": False, "send_at": fields.Datetime.now() + minutes})

    def _reopen(self):
        """Further documents are sent under the same entry of Recent Syncs."""
        self.write(
            {
                "state": "queued",
                "ended_at": False,
                "message": False,
                "next_attempt": False,
                "attempts": 0,
                "stalls": 0,
            }
        )
        self.step_ids.write({"state": "waiting", "cursor": False})
