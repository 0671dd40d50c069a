from odoo import api, models

# What a page asks for, and what it is sent.
LIVE_CHANNEL = "intacct_runs"
LIVE_MESSAGE = "intacct_run"


def run_channel(backend):
    """The bus channel of what the syncs of a connection are doing."""
    return (backend, "runs")


class IntacctSyncRun(models.Model):
    """Tells open pages how far a sync is, so that nobody has to ask again."""

    _inherit = "intacct.sync.run"

    @api.model_create_multi
    def create(self, vals_list):
        runs = super().create(vals_list)
        runs._tell_pages()
        return runs

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals or "next_attempt" in vals:
            self._tell_pages()
        return result

    def _tell_pages(self):
        """Sends state and progress with the next commit; what is rolled back was
        never told."""
        for run in self:
            self.env["bus.bus"]._sendone(
                run_channel(run.backend_id),
                LIVE_MESSAGE,
                {
                    "id": run.id,
                    "backend_id": run.backend_id.id,
                    "state": run.state,
                    "progress": run.progress,
                },
            )
