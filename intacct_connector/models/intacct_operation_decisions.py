from odoo import api, fields, models
from odoo.exceptions import UserError

MANAGER = "intacct_connector.group_intacct_manager"


class IntacctOperation(models.Model):
    """What people decide about one operation."""

    _inherit = "intacct.operation"

    candidates = fields.Json(
        help="Records of Intacct that it may be, or that have its number."
    )
    candidate_text = fields.Text(
        string="Found in Intacct", compute="_compute_candidate_text"
    )
    decision_ids = fields.One2many("intacct.decision", "operation_id")

    @api.depends("candidates")
    def _compute_candidate_text(self):
        for operation in self:
            operation.candidate_text = "\n".join(
                self._candidate_line(row) for row in operation.candidates or []
            )

    @api.model
    def _candidate_line(self, row):
        """One record of Intacct for people: record number, number, customer, date,
        amount and what is open of it."""
        return self.env._(
            "#%(key)s · %(number)s · customer %(customer)s · %(date)s · %(total)s "
            "%(currency)s, open %(due)s · %(state)s",
            key=row["RECORDNO"],
            number=row.get("RECORDID") or row.get("DOCNUMBER") or "—",
            customer=row.get("CUSTOMERID") or "—",
            date=row.get("WHENCREATED") or row.get("RECEIPTDATE") or "—",
            total=row.get("TRX_TOTALENTERED") or "—",
            currency=row.get("CURRENCY") or "",
            due=row.get("TRX_TOTALDUE") or "0",
            state=row.get("STATE") or row.get("DISPLAYSTATE") or "",
        )

    @property
    def _record(self):
        """The document, payment or customer that it is about."""
        return self.payment_id or self.move_id or self.partner_id

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------
    def _ask(self, kind):
        self._check_user(MANAGER)
        return self.env["intacct.decide"]._ask(kind, self)

    def action_ask_not_there(self):
        return self._ask("not_there")

    def action_ask_this_is_it(self):
        return self._ask("this_is_it")

    def action_ask_ignore(self):
        return self._ask_about_record("ignore")

    def action_ask_link(self):
        return self._ask_about_record("link")

    def action_ask_number(self):
        return self._ask_about_record("number")

    def _ask_about_record(self, kind):
        """A decision about the documents or the payments of operations."""
        self._check_user(MANAGER)
        for records in (self.move_id, self.payment_id):
            if records:
                return self.env["intacct.decide"]._ask(kind, records)
        raise UserError(
            self.env._("Customers are linked or created under Links to Decide.")
        )

    def action_open_record(self):
        self.ensure_one()
        self.check_access("read")
        record = self._record
        return bool(record) and record._get_records_action()

    def action_open_in_intacct(self):
        self.ensure_one()
        self.check_access("read")
        bindings = self.env["intacct.binding"].search(
            [
                ("backend_id", "=", self.backend_id.id),
                ("recordno", "=", self.target_recordno or self.recordno),
                (
                    "intacct_object",
                    "=",
                    self._target_object(self.action)
                    or self.allocation_ids[:1].source_object,
                ),
            ]
        )
        binding = bindings.filtered(lambda item: item.record_url)[:1]
        if not binding:
            raise UserError(
                self.env._("Intacct has not told an address for this record.")
            )
        return binding.action_open_in_intacct()

    # ------------------------------------------------------------------
    # Decisions
    # ------------------------------------------------------------------
    def _intacct_state_text(self):
        self.ensure_one()
        state = dict(self._fields["state"]._description_selection(self.env))[self.state]
        return f"{state} #{self.recordno}" if self.recordno else state

    def _check_in_doubt(self):
        if self.state != "in_doubt":
            raise UserError(
                self.env._("%s is not in doubt any more.", self.display_name)
            )

    def _it_is_not_there(self):
        """A person looked in Intacct and found nothing: it is sent again, under the
        same control id unless Intacct refuses that one."""
        for operation in self:
            operation._check_in_doubt()
        for operation in self.sudo().filtered(lambda op: op.cause == "recorded"):
            operation._renew_control_id()
        self.sudo().write({"state": "ready", "first_sent_at": False, "cause": False})

    def _this_is_it(self, recordno):
        """A person has found it: the next sync links that record."""
        self.ensure_one()
        self._check_in_doubt()
        if not self._object:
            raise UserError(
                self.env._("What it changed is found by itself with the next sync.")
            )
        known = (
            self.env["intacct.binding"]
            .sudo()
            ._by_recordno(self.backend_id, self._object, [recordno])
            .get(recordno)
        )
        if known:
            raise UserError(
                self.env._(
                    "%(record)s of Intacct is %(document)s in Odoo already.",
                    record=known.display_name,
                    document=known.odoo_name,
                )
            )
        self.sudo().write({"recordno": recordno, "cause": "chosen"})
