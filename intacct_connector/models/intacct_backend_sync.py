from odoo import api, fields, models

from .intacct_backend import UNDER_WAY

# Operations that have not arrived in Intacct, and will without a person.
ON_ITS_WAY = ("waiting", "ready", "sent")


class IntacctBackend(models.Model):
    """What the card of a connection tells, and how long its syncs are kept."""

    _inherit = "intacct.backend"

    keep_days = fields.Integer(
        string="Keep Syncs (days)",
        default=180,
        help="Older syncs are deleted, unless something of them is still open. What "
        "was sent to Intacct, and what happened to it, is kept for good.",
    )
    usage_ids = fields.One2many("intacct.usage", "backend_id", string="Usage")
    api_transactions_month = fields.Integer(
        string="API Transactions This Month", compute="_compute_usage"
    )
    auto_sync_paused = fields.Boolean(
        readonly=True, copy=False, help="Auto-sync was on and a person switched it off."
    )
    sync_state = fields.Selection(
        [
            ("draft", "Not Connected"),
            ("attention", "Needs Attention"),
            ("paused", "Paused"),
            ("auto", "Auto-Sync On"),
            ("ready", "Ready"),
        ],
        string="Sync Status",
        compute="_compute_sync_state",
    )

    running_progress = fields.Integer(
        string="Progress", compute="_compute_running_progress"
    )
    waiting_event_count = fields.Integer(compute="_compute_waiting_events")

    _check_keep_days = models.Constraint(
        "CHECK (keep_days >= 1)", "Syncs are kept for a day at least."
    )

    @api.depends("usage_ids.api_transactions")
    def _compute_usage(self):
        usage = self.env["intacct.usage"]
        used = dict(
            usage._read_group(
                [
                    ("backend_id", "in", self.ids),
                    ("month", "=", usage._this_month()),
                ],
                ["backend_id"],
                ["api_transactions:sum"],
            )
        )
        for backend in self:
            backend.api_transactions_month = used.get(backend, 0)

    @api.depends("state", "auto_sync", "auto_sync_paused", "setup_missing")
    def _compute_sync_state(self):
        """*Paused*: auto-sync was switched off by a person, or is on and cannot run
        because of what is missing."""
        for backend in self:
            if backend.state != "connected":
                backend.sync_state = backend.state
            elif backend.auto_sync:
                backend.sync_state = "paused" if backend.setup_missing else "auto"
            else:
                backend.sync_state = "paused" if backend.auto_sync_paused else "ready"

    def _runs_under_way(self):
        """Oldest first: the first of a connection is the one that is worked on."""
        return self.env["intacct.sync.run"].search(
            [("backend_id", "in", self.ids), ("state", "in", UNDER_WAY)], order="id"
        )

    def _compute_running_progress(self):
        runs = self._runs_under_way()
        for backend in self:
            mine = runs.filtered(lambda run, backend=backend: run.backend_id == backend)
            backend.running_progress = mine[:1].progress

    def _compute_waiting_events(self):
        waiting = dict(
            self.env["intacct.sync.event"]._read_group(
                [("backend_id", "in", self.ids), *self._waiting_domain()],
                ["backend_id"],
                ["__count"],
            )
        )
        for backend in self:
            backend.waiting_event_count = waiting.get(backend, 0)

    @api.model
    def _waiting_domain(self):
        """Records that wait for a decision or for another record."""
        return [("state", "=", "open"), ("level", "=", "warning")]

    def _retry_now(self, count):
        """Queues a sync of these connections, behind one that is at work.

        :param int count: how many records are to be tried again
        """
        self._check_user()
        for backend in self:
            backend._check_ready()
            backend._queue_run("retry")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Tried again"),
                "message": self.env._(
                    "%s failures are tried again in the background: what succeeds "
                    "leaves the list.",
                    count,
                ),
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_open_running(self):
        """The sync that is under way, or the list where it has ended meanwhile."""
        self.check_access("read")
        run = self._runs_under_way()[:1]
        if not run:
            return self.action_open_runs()
        return run.action_open_form()

    def action_open_waiting(self):
        action = self._open_list("intacct_connector.intacct_operation_action")
        action["domain"].append(("state", "in", ON_ITS_WAY))
        action["context"] = {}
        return action

    def action_open_waiting_events(self):
        action = self._open_list("intacct_connector.intacct_sync_event_action")
        action["domain"] += self._waiting_domain()
        action["name"] = self.env._("Waiting")
        return action

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    def write(self, vals):
        if vals.get("auto_sync"):
            vals = {**vals, "auto_sync_paused": False}
        switched_off = self.browse()
        if "auto_sync" in vals and not vals["auto_sync"]:
            switched_off = self.filtered("auto_sync")
        result = super().write(vals)
        if switched_off:
            switched_off.write({"auto_sync_paused": True})
        return result

    def _count_usage(self, gateway):
        """Counts what was sent by a click."""
        self.ensure_one()
        meter = gateway.meter
        self.env["intacct.usage"]._add(self, meter.requests, meter.transactions)
