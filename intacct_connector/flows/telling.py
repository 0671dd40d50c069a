from odoo import api, models


class IntacctEngine(models.AbstractModel):
    """After a run people are told what needs them."""

    _inherit = "intacct.engine"

    @api.model
    def _close(self, run, state, message):
        result = super()._close(run, state, message)
        run.backend_id._tell_people()
        return result
