from odoo import api, fields, models
from odoo.exceptions import AccessError

# Events of the way out stand under the Odoo record that was to be sent.
OPERATION_FIELDS = {
    "account.move": "move_id",
    "account.payment": "payment_id",
    "res.partner": "partner_id",
}


class IntacctSyncEvent(models.Model):
    """What happened to one record in a sync.

    An open event is also the place where the record waits: it keeps the values as
    Intacct answered them, so that a later sync can try again without asking
    Intacct a second time. There is at most one open event a record: an error, or a
    warning where the record only waits for a decision.
    """

    _name = "intacct.sync.event"
    _description = "Sage Intacct Sync Event"
    _order = "id desc"
    _rec_name = "message"

    run_id = fields.Many2one(
        "intacct.sync.run", string="Sync", index=True, ondelete="cascade"
    )
    last_run_id = fields.Many2one(
        "intacct.sync.run",
        string="Last Tried By",
        index="btree_not_null",
        ondelete="set null",
    )
    backend_id = fields.Many2one(
        "intacct.backend", string="Connection", index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="backend_id.company_id", store=True, index=True
    )
    level = fields.Selection(
        [("info", "Information"), ("warning", "Warning"), ("error", "Error")],
        required=True,
        default="info",
    )
    state = fields.Selection(
        [
            ("done", "Noted"),
            ("open", "Open"),
            ("resolved", "Resolved"),
            ("ignored", "Ignored"),
        ],
        required=True,
        default="done",
    )
    flow = fields.Char()
    intacct_object = fields.Char(string="Object")
    recordno = fields.Char(string="Record Number")
    document = fields.Char(help="The number people know it by.")
    partner_id = fields.Many2one(
        "res.partner", index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one(
        "account.move", index="btree_not_null", ondelete="set null"
    )
    cause = fields.Char(help="Groups what can be mended in the same way.")
    message = fields.Text(required=True)
    advice = fields.Text(string="What to Do")
    raw = fields.Text(string="Intacct's Words")
    support_id = fields.Char(string="Support ID")
    payload = fields.Json(groups=fields.NO_ACCESS)

    _open_uniq = models.UniqueIndex(
        "(backend_id, intacct_object, recordno) WHERE state = 'open'"
    )
    _state_idx = models.Index("(backend_id, state, level)")

    # ------------------------------------------------------------------
    # Written by the flows
    # ------------------------------------------------------------------
    @api.model
    def _note(self, run, flow, message, level="info", **values):
        """Tells something that needs nobody: a value changed on the way, say."""
        return self.create(
            {
                "run_id": run.id,
                "last_run_id": run.id,
                "backend_id": run.backend_id.id,
                "flow": flow,
                "level": level,
                "message": message,
                **values,
            }
        )

    @api.model
    def _fail(self, run, flow, intacct_object, recordno, message, **values):
        """Opens the event of a record that could not be synced, or brings the open
        one up to date.

        :param str level: ``error``, or ``warning`` where a decision is awaited
        """
        values = {
            "last_run_id": run.id,
            "flow": flow,
            "level": "error",
            "message": message,
            **values,
        }
        known = self._waiting(run.backend_id, intacct_object, [recordno])
        if known:
            changed = {
                name: value
                for name, value in values.items()
                if self._fields[name].convert_to_write(known[name], known) != value
            }
            known.write(changed)
            return known
        return self.create(
            {
                "run_id": run.id,
                "backend_id": run.backend_id.id,
                "state": "open",
                "intacct_object": intacct_object,
                "recordno": recordno,
                **values,
            }
        )

    @api.model
    def _waiting(self, backend, intacct_object, recordnos=None):
        """The open events of an object, oldest first."""
        domain = [
            ("backend_id", "=", backend.id),
            ("intacct_object", "=", intacct_object),
            ("state", "=", "open"),
        ]
        if recordnos is not None:
            domain.append(("recordno", "in", list(recordnos)))
        return self.search(domain, order="id")

    @api.model
    def _resolve(self, backend, intacct_object, recordnos):
        """The records are in step now; what held them up is history."""
        self._waiting(backend, intacct_object, recordnos).write(
            {"state": "resolved", "payload": False}
        )

    @api.model
    def _wait_for_creation(self, bindings):
        """A person decided that the proposed record is not the one: the values wait
        for the next sync, which creates a record of their own from them."""
        for binding in bindings:
            self._waiting(
                binding.backend_id, binding.intacct_object, [binding.recordno]
            ).unlink()
            self.create(
                {
                    "backend_id": binding.backend_id.id,
                    "level": "warning",
                    "state": "open",
                    "intacct_object": binding.intacct_object,
                    "recordno": binding.recordno,
                    "document": binding.number,
                    "cause": "create_decided",
                    "message": self.env._(
                        "%s: will be created by the next sync.", binding.display_name
                    ),
                    "payload": {**(binding.values_seen or {}), "force": True},
                }
            )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_retry(self):
        """Tries the records again with the next sync, which starts now."""
        if not self.env.user.has_group("intacct_connector.group_intacct_user"):
            raise AccessError(self.env._("Only Sage Intacct users can retry."))
        self.check_access("read")
        for model, field in OPERATION_FIELDS.items():
            events = self.filtered(
                lambda event, model=model: event.recordno
                and (event.intacct_object == model)
            )
            if events:
                self.env["intacct.operation"].search(
                    [
                        (field, "in", [int(event.recordno) for event in events]),
                        ("backend_id", "in", events.backend_id.ids),
                        ("state", "=", "failed"),
                    ]
                ).action_retry()
        return self.backend_id._retry_now(len(self))

    def action_open_document(self):
        self.ensure_one()
        self.check_access("read")
        record = self.move_id or self.partner_id
        return bool(record) and record._get_records_action()
