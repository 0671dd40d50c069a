from odoo import api, fields, models


class IntacctUsage(models.Model):
    """What was used of Intacct's interface: contracts count its transactions.

    It is counted here, by what was sent, as Intacct tells nobody who is no
    administrator there. Syncs add to the row of their month, which only the
    connection's job writes; what people do by a click has rows of its own, so that
    the two never wait for each other.
    """

    _name = "intacct.usage"
    _description = "Sage Intacct Usage"
    _order = "month desc, id desc"

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
    month = fields.Date(required=True, help="Its first day.")
    by_sync = fields.Boolean(help="Sent by syncs, not by a click.")
    http_requests = fields.Integer(string="HTTP Requests")
    api_transactions = fields.Integer(string="API Transactions")

    _month_idx = models.Index("(backend_id, month)")

    @api.model
    def _this_month(self):
        return fields.Date.context_today(self).replace(day=1)

    @api.model
    def _add(self, backend, http_requests, api_transactions, by_sync=False):
        """Counts what was just sent.

        :param int http_requests: how many
        :param int api_transactions: functions in them
        """
        if not http_requests:
            return
        month = self._this_month()
        rows = self.sudo()
        row = rows.browse()
        if by_sync:
            row = rows.search(
                [
                    ("backend_id", "=", backend.id),
                    ("month", "=", month),
                    ("by_sync", "=", True),
                ],
                limit=1,
            )
        if row:
            row.http_requests += http_requests
            row.api_transactions += api_transactions
            return
        rows.create(
            {
                "backend_id": backend.id,
                "month": month,
                "by_sync": by_sync,
                "http_requests": http_requests,
                "api_transactions": api_transactions,
            }
        )
