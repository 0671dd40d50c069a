from odoo import api, models


class IntacctBackend(models.Model):
    """An archived connection works on nothing; whoever waits for it is told."""

    _inherit = "intacct.backend"

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals and not vals["active"]:
            for cron in self.sudo().cron_id:
                cron._trigger()
        return result

    @api.model
    def _cron_work(self, backend_id):
        backend = self.browse(backend_id).exists()
        if backend and not backend.active:
            backend._stop_runs()
            return None
        return super()._cron_work(backend_id)

    def _stop_runs(self):
        """Ends what waits or was interrupted: done by the job, which nobody else can
        be running meanwhile."""
        self.ensure_one()
        runs = self.env["intacct.sync.run"].search(
            [("backend_id", "=", self.id), ("state", "in", ("queued", "running"))]
        )
        for run in runs:
            self.env["intacct.engine"]._close(
                run,
                "failed",
                self.env._(
                    "Stopped: the connection “%s” was archived. Restore it from the "
                    "archive and start again.",
                    self.name,
                ),
            )
