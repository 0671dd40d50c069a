from odoo import api, fields, models


class IntacctSendRequest(models.Model):
    """A document, payment or customer that leaves by itself at a time, or now because
    a person asked for it.

    Posting and buttons only add rows here: the connection's job takes them, so that
    nobody waits for Intacct and the two never write the same rows.
    """

    _name = "intacct.send.request"
    _description = "Document on Its Way to Sage Intacct"
    _order = "send_at, id"

    backend_id = fields.Many2one(
        "intacct.backend", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="backend_id.company_id", store=True, index=True
    )
    move_id = fields.Many2one(
        "account.move", index="btree_not_null", ondelete="cascade"
    )
    payment_id = fields.Many2one(
        "account.payment", index="btree_not_null", ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", index="btree_not_null", ondelete="cascade"
    )
    send_at = fields.Datetime(required=True, help="Not before then.")
    asked = fields.Boolean(help="A person asked for it: it leaves with auto-sync off.")
    user_id = fields.Many2one("res.users", string="Asked By", ondelete="set null")
    run_id = fields.Many2one(
        "intacct.sync.run",
        string="Taken By",
        index="btree_not_null",
        ondelete="set null",
    )

    @api.model
    def _add(self, backend, records, send_at, asked=False):
        """Queues records and wakes the job of their connection.

        :param records: documents, payments or customers
        :param datetime send_at: when they may leave
        """
        link = records._intacct_link
        self.sudo().create(
            [
                {
                    "backend_id": backend.id,
                    link: record.id,
                    "send_at": send_at,
                    "asked": asked,
                    "user_id": self.env.uid,
                }
                for record in records
            ]
        )
        # A row of its own wakes the job: the job's row is locked while it works.
        for cron in backend.sudo().cron_id:
            if send_at > fields.Datetime.now():
                cron._trigger(at=send_at)
            else:
                cron._trigger()

    @api.model
    def _due(self, backend):
        """What may leave now and no run has taken."""
        domain = [
            ("backend_id", "=", backend.id),
            ("send_at", "<=", fields.Datetime.now()),
            ("run_id", "=", False),
        ]
        if not backend.auto_sync:
            domain.append(("asked", "=", True))
        return self.search(domain)

    def _chosen(self):
        """The documents, payments and customers that these rows name.

        :rtype: set
        """
        return {*self.move_id, *self.payment_id, *self.partner_id}
