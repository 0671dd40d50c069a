from odoo import api, models

from ..models.intacct_operation import LIVE_STATES
from ..models.intacct_sync_run_records import RUN_CONTEXT
from . import outbox  # noqa: F401 - what it extends is registered first

# In the context of a run of single documents that goes between the batches of
# another one: it sends what people chose, not what the other run has still to send.
CHOSEN_ONLY = {"intacct_chosen_only": True}


class IntacctOutbox(models.AbstractModel):
    """What people send goes before what waits for its turn."""

    _inherit = "intacct.outbox"

    @api.model
    def _due(self, backend, actions, limit):
        context = backend.env.context
        if not any(context.get(name) for name in CHOSEN_ONLY):
            return super()._due(backend, actions, limit)
        run = self.env["intacct.sync.run"].browse(context[RUN_CONTEXT])
        due = super()._due(backend, actions, None) & self._of_chosen(run)
        return due[:limit]

    @api.model
    def _of_chosen(self, run):
        """Operations of the records that a run was asked to send, with those that
        they wait for.

        :rtype: intacct.operation
        """
        requests = run.request_ids
        found = self.env["intacct.operation"].search(
            [
                ("backend_id", "=", run.backend_id.id),
                ("state", "in", LIVE_STATES),
                "|",
                ("move_id", "in", requests.move_id.ids),
                "|",
                ("payment_id", "in", requests.payment_id.ids),
                "&",
                ("partner_id", "in", requests.partner_id.ids),
                ("action", "=", "customer"),
            ]
        )
        while needed := found.waits_for_ids - found:
            found |= needed
        return found
