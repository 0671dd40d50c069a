from odoo import api, fields, models

COUNTERS = ("read", "created", "updated", "unchanged", "skipped", "failed")
SCOPES = {
    "sync": (
        "customers",
        "documents",
        "payments",
        "changes.out",
        "documents.out",
        "payments.out",
        "compare",
    ),
    "customers": ("customers",),
    "invoices": ("customers", "documents", "payments"),
    "send": ("changes.out", "documents.out", "payments.out"),
    "lists": ("lists",),
    "preflight": ("preflight",),
    "check": ("check",),
    "preview": ("check", "preview"),
}


class IntacctSyncRun(models.Model):
    """One sync as the user sees it in Recent Syncs."""

    _name = "intacct.sync.run"
    _description = "Sage Intacct Sync"
    _order = "id desc"

    backend_id = fields.Many2one(
        "intacct.backend",
        string="Connection",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="backend_id.company_id", store=True, index=True
    )
    trigger = fields.Selection(
        [
            ("manual", "Sync Now"),
            ("schedule", "Auto-Sync"),
            ("import", "Import"),
            ("retry", "Retry"),
            ("send", "Single Documents"),
        ],
        required=True,
        default="manual",
    )
    scope = fields.Selection(
        [
            ("sync", "Customers, Invoices, Payments"),
            ("customers", "Customers"),
            ("invoices", "Outstanding Invoices"),
            ("send", "Single Documents to Intacct"),
            ("lists", "Lists"),
            ("preflight", "Dry Run"),
            ("check", "Check of Permissions and Configuration"),
            ("preview", "Preview"),
        ],
        required=True,
        default="sync",
    )
    user_id = fields.Many2one("res.users", string="Started By")
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("running", "Running"),
            ("done", "Done"),
            ("errors", "Done with Errors"),
            ("failed", "Failed"),
        ],
        default="queued",
        required=True,
        index=True,
    )
    message = fields.Text()
    started_at = fields.Datetime()
    ended_at = fields.Datetime()
    next_attempt = fields.Datetime()
    attempts = fields.Integer()
    stalls = fields.Integer(
        string="Interruptions", help="Jobs in a row that ended without getting on."
    )
    duration = fields.Float(compute="_compute_duration", help="Seconds.")
    http_requests = fields.Integer(string="HTTP Requests")
    api_transactions = fields.Integer(string="API Transactions")
    gateway_seconds = fields.Float(
        string="Time at the Gateway", help="Seconds spent waiting for Intacct."
    )
    step_ids = fields.One2many("intacct.sync.step", "run_id", string="Steps")
    event_ids = fields.One2many("intacct.sync.event", "run_id", string="Events")
    last_event_ids = fields.One2many(
        "intacct.sync.event", "last_run_id", string="Events Last Seen"
    )
    failure_ids = fields.One2many(
        "intacct.sync.event",
        "last_run_id",
        string="Failures",
        domain=[("level", "=", "error")],
    )
    progress = fields.Integer(compute="_compute_progress", help="Per cent.")
    read_count = fields.Integer(string="Read", compute="_compute_counters", store=True)
    created_count = fields.Integer(
        string="Created", compute="_compute_counters", store=True
    )
    updated_count = fields.Integer(
        string="Updated", compute="_compute_counters", store=True
    )
    unchanged_count = fields.Integer(
        string="Unchanged", compute="_compute_counters", store=True
    )
    skipped_count = fields.Integer(
        string="Skipped", compute="_compute_counters", store=True
    )
    failed_count = fields.Integer(
        string="Failed", compute="_compute_counters", store=True
    )

    _open_idx = models.Index("(backend_id) WHERE state IN ('queued', 'running')")

    @api.depends(*(f"step_ids.{counter}_count" for counter in COUNTERS))
    def _compute_counters(self):
        for run in self:
            for counter in COUNTERS:
                field = f"{counter}_count"
                run[field] = sum(run.step_ids.mapped(field))

    @api.depends("started_at", "ended_at")
    def _compute_duration(self):
        now = fields.Datetime.now()
        for run in self:
            start = run.started_at
            run.duration = (
                ((run.ended_at or now) - start).total_seconds() if start else 0.0
            )

    @api.depends("state", "step_ids.state", "step_ids.done", "step_ids.total")
    def _compute_progress(self):
        for run in self:
            if run.state in ("done", "errors", "failed"):
                run.progress = 100
            elif run.step_ids:
                parts = [step._progress() for step in run.step_ids]
                run.progress = round(100 * sum(parts) / len(parts))
            else:
                run.progress = 0

    @api.depends("backend_id", "started_at", "create_date")
    def _compute_display_name(self):
        for run in self:
            when = fields.Datetime.context_timestamp(
                run, run.started_at or run.create_date or fields.Datetime.now()
            )
            run.display_name = f"{run.backend_id.name} {when:%Y-%m-%d %H:%M}"

    @api.model_create_multi
    def create(self, vals_list):
        runs = super().create(vals_list)
        for run in runs:
            run.step_ids = [
                (0, 0, {"sequence": sequence, "flow": flow})
                for sequence, flow in enumerate(run._flows())
            ]
        return runs

    def _flows(self):
        """The flows of the run, in order; nothing leaves while exports are off."""
        self.ensure_one()
        flows = SCOPES[self.scope]
        if self.backend_id._exports():
            return flows
        return [flow for flow in flows if not flow.endswith(".out")]
