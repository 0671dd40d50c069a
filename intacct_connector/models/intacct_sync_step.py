from odoo import fields, models

from .intacct_sync_run import COUNTERS


class IntacctSyncStep(models.Model):
    """One flow within a run, with the place it has reached."""

    _name = "intacct.sync.step"
    _description = "Sage Intacct Sync Step"
    _order = "run_id, sequence, id"
    _rec_name = "flow"

    run_id = fields.Many2one(
        "intacct.sync.run", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    sequence = fields.Integer()
    flow = fields.Selection(
        [
            ("lists", "Lists"),
            ("customers", "Customers from Intacct"),
            ("documents", "Invoices and Credits from Intacct"),
            ("payments", "Payments from Intacct"),
            ("changes.out", "Changes to Intacct"),
            ("documents.out", "Invoices and Credits to Intacct"),
            ("payments.out", "Payments to Intacct"),
            ("preflight", "Check of What Would Leave"),
            ("check", "Permissions and Configuration"),
            ("preview", "Preview"),
            ("compare", "Comparison of Open Balances"),
        ],
        required=True,
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        default="waiting",
        required=True,
    )
    cursor = fields.Json(help="Where to go on after an interruption.")
    total = fields.Integer(help="Rows to read, as far as known.")
    done = fields.Integer(help="Rows dealt with.")
    read_count = fields.Integer(string="Read")
    created_count = fields.Integer(string="Created")
    updated_count = fields.Integer(string="Updated")
    unchanged_count = fields.Integer(string="Unchanged")
    skipped_count = fields.Integer(string="Skipped")
    failed_count = fields.Integer(string="Failed")

    def _progress(self):
        """:return: the part that is done, 0 to 1"""
        self.ensure_one()
        if self.state in ("done", "failed"):
            return 1.0
        return min(self.done / self.total, 1.0) if self.total else 0.0

    def _count(self, **outcomes):
        """Adds to the counters.

        :param int outcomes: by name of COUNTERS
        """
        self.ensure_one()
        values = {
            f"{name}_count": self[f"{name}_count"] + number
            for name, number in outcomes.items()
            if number and name in COUNTERS
        }
        if values:
            self.write(values)
