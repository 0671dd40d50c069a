from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.intacct_decidable import MANAGER
from ..models.intacct_decision import DECISIONS

TARGETS = {
    "account.move": "move_ids",
    "account.payment": "payment_ids",
    "res.partner": "partner_ids",
    "intacct.operation": "operation_ids",
}


class IntacctDecide(models.TransientModel):
    """Asks why, and for what else a decision needs, then carries it out."""

    _name = "intacct.decide"
    _description = "Decide About Sage Intacct"

    kind = fields.Selection(DECISIONS, required=True, readonly=True)
    reason = fields.Text(help="Kept for good, with your name and the date.")
    move_ids = fields.Many2many("account.move", string="Documents", readonly=True)
    payment_ids = fields.Many2many("account.payment", string="Payments", readonly=True)
    partner_ids = fields.Many2many("res.partner", string="Customers", readonly=True)
    operation_ids = fields.Many2many(
        "intacct.operation", string="Operations", readonly=True
    )
    several = fields.Boolean(compute="_compute_several")
    explanation = fields.Text(compute="_compute_explanation")
    number = fields.Char(
        string="Number in Intacct",
        help="Odoo's number stays. Empty: by the pattern of the connection.",
    )
    candidate_ids = fields.One2many("intacct.decide.candidate", "decide_id")
    candidate_id = fields.Many2one(
        "intacct.decide.candidate",
        string="Found in Intacct",
        domain="[('decide_id', '=', id)]",
    )
    recordno = fields.Char(
        string="Record Number",
        help="RECORDNO in Intacct: the number in the address of the record's page.",
    )
    customer_code = fields.Char(
        string="Customer ID in Intacct", help="As Intacct's customer list shows it."
    )

    # ------------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------------
    @api.model
    def _ask(self, kind, records):
        """:return: the action that shows the dialog for some records"""
        wizard = self.create(
            {"kind": kind, TARGETS[records._name]: [(6, 0, records.ids)]}
        )
        wizard._find_candidates()
        if kind == "link" and records._name == "res.partner":
            wizard.customer_code = wizard._suggest_customer(records)
        if kind == "number" and len(records) == 1:
            wizard.number = wizard._suggest(records)
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return {
            "type": "ir.actions.act_window",
            "name": labels[kind],
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _find_candidates(self):
        """What the sync saw of the records that it may be."""
        operations = (
            self.operation_ids
            | self.sudo().move_ids.intacct_operation_ids
            | self.sudo().payment_ids.intacct_operation_ids
        )
        if self.kind not in ("link", "this_is_it"):
            return
        if self.partner_ids:
            self._find_customers()
            return
        rows = {
            row["RECORDNO"]: row
            for operation in operations.sudo()
            for row in operation.candidates or []
        }
        for record in self.move_ids or self.payment_ids:
            for binding in record._intacct_records("proposed"):
                seen = (binding.values_seen or {}).get("row", {})
                rows[binding.recordno] = {"RECORDNO": binding.recordno, **seen}
        self.candidate_ids = [
            (
                0,
                0,
                {
                    "recordno": key,
                    "name": self.env["intacct.operation"]._candidate_line(row),
                },
            )
            for key, row in sorted(rows.items(), key=lambda item: int(item[0]))
        ]
        if len(self.candidate_ids) == 1:
            self.candidate_id = self.candidate_ids

    def _find_customers(self):
        """Customers of Intacct that were proposed, or linked once."""
        self.candidate_ids = [
            (0, 0, {"recordno": binding.number, "name": binding.display_name})
            for binding in self.partner_ids._intacct_records("proposed", "ignored")
        ]

    def _suggest_customer(self, partner):
        """The ID that it was to be sent under, and that may be taken there."""
        sent = partner._intacct_own_operations()[:1].expected or {}
        return sent.get("number") or partner.ref

    def _suggest(self, move):
        taken = {move.intacct_number} - {False}
        return move._intacct_backend()._other_number(move.name, taken)

    @api.depends("move_ids", "payment_ids", "partner_ids", "operation_ids")
    def _compute_several(self):
        for wizard in self:
            wizard.several = len(wizard._records()) > 1

    def _records(self):
        """What is decided about, of one model."""
        return (
            self.operation_ids or self.move_ids or self.payment_ids or self.partner_ids
        )

    @api.depends("kind", "partner_ids")
    def _compute_explanation(self):
        texts = {
            "ignore": self.env._(
                "It stays out of Sage Intacct. What pays it, or what it pays, is not "
                "sent either until you decide about that."
            ),
            "restore": self.env._("It leaves for Sage Intacct with the next sync."),
            "link": self.env._(
                "It is a record that Sage Intacct has already. The next sync compares "
                "customer, currency and amounts: it links them if they agree, and "
                "says what differs otherwise."
            ),
            "unlink": self.env._(
                "Both sides keep their record, and neither follows the other any "
                "more. It is not imported and not sent again. The lines of an "
                "imported document can then be changed."
            ),
            "number": self.env._(
                "It is sent under this number; the number in Odoo stays as it is."
            ),
            "on_account": self.env._(
                "What Intacct cannot apply of it goes on account there, and Odoo "
                "follows."
            ),
            "resend": self.env._(
                "Its record has vanished from Sage Intacct. It is sent anew with the "
                "next sync."
            ),
            "this_is_it": self.env._(
                "This record of Sage Intacct was made by this operation. It is linked "
                "and compared by the next sync, and nothing is sent again."
            ),
            "not_there": self.env._(
                "You have looked in Sage Intacct and it is not there. It is sent again."
            ),
        }
        for wizard in self:
            own = self._customer_explanations() if wizard.partner_ids else {}
            wizard.explanation = {**texts, **own}.get(wizard.kind)

    @api.model
    def _customer_explanations(self):
        return {
            "ignore": self.env._(
                "It stays out of Sage Intacct, and so do its invoices and payments: "
                "they wait and say so until you choose Send After All on the customer."
            ),
            "restore": self.env._(
                "It is a customer for Sage Intacct again: what waits of it leaves with "
                "the next sync."
            ),
            "link": self.env._(
                "It is a customer that Sage Intacct has already. The next sync links "
                "the two, and what waits for the customer goes on. No address or name "
                "is changed by that."
            ),
            "unlink": self.env._(
                "Both sides keep their customer, and neither follows the other any "
                "more. New invoices and payments wait on both sides until you choose "
                "Link to Existing. What is linked already stays linked."
            ),
        }

    # ------------------------------------------------------------------
    # Carrying out
    # ------------------------------------------------------------------
    def action_confirm(self):
        """Does it, record by record, and keeps who, when and why.

        :raises UserError: no reason was given, or it cannot be done
        """
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only Sage Intacct managers decide on what is sent.")
            )
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why: it is kept with your decision."))
        records = self._records()
        records.check_access("read")
        backends = self.env["intacct.backend"].sudo()
        refused = []
        if len(records) == 1:
            self._decide(records)
        else:
            refused = self.env["intacct.sendable"]._intacct_try_each(
                records, self._decide
            )
        for record in records:
            backends |= self._backend_of(record)
        backends._queue_retry()
        if len(records) == 1:
            return {"type": "ir.actions.act_window_close"}
        return self._say_what_was_done(len(records), refused)

    def _decide(self, record):
        before = record._intacct_state_text()
        self._carry_out(record)
        self._keep(record, before)

    def _say_what_was_done(self, count, refused):
        """The dialog closes, and a message says which were not done and why."""
        labels = dict(self._fields["kind"]._description_selection(self.env))
        message = self.env["intacct.sendable"]._intacct_result(
            count - len(refused), refused, labels[self.kind]
        )
        message["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return message

    def _carry_out(self, record):
        key = self._chosen_key()
        if self.kind == "link":
            record._intacct_link_to(self._object_of(record), key)
        elif self.kind == "this_is_it":
            record._this_is_it(key)
        elif self.kind == "not_there":
            record._it_is_not_there()
        elif self.kind == "number":
            number = self.number if not self.several else self._suggest(record)
            record._intacct_send_under(number or self._suggest(record))
        elif self.kind == "ignore":
            record._intacct_ignore()
        elif self.kind == "restore":
            record._intacct_restore()
        elif self.kind == "unlink":
            record._intacct_unlink()
        elif self.kind == "resend":
            record._intacct_resend()
        elif self.kind == "on_account":
            record._intacct_send_on_account()
        else:
            raise UserError(self.env._("This is decided elsewhere."))

    def _chosen_key(self):
        """What Intacct's record is known by: the ID of a customer, otherwise RECORDNO.

        :raises UserError: one is needed, and none was chosen
        """
        typed = self.customer_code if self.partner_ids else self.recordno
        key = self.candidate_id.recordno or (typed or "").strip()
        if self.kind not in ("link", "this_is_it"):
            return key
        if self.partner_ids and not key:
            raise UserError(
                self.env._("Enter the customer ID under which Intacct has it.")
            )
        if not self.partner_ids and not key.isdigit():
            raise UserError(
                self.env._("Choose the record of Intacct, or enter its record number.")
            )
        return key

    @api.model
    def _object_of(self, record):
        if record._name == "res.partner":
            return "CUSTOMER"
        if record._name == "account.payment" or record.statement_line_id:
            return "ARPYMT"
        return "ARINVOICE" if record.move_type == "out_invoice" else "ARADJUSTMENT"

    @api.model
    def _backend_of(self, record):
        if record._name == "intacct.operation":
            return record.sudo().backend_id
        return record._intacct_backend()

    def _keep(self, record, before):
        after = record._intacct_state_text()
        if self.kind == "number":
            before, after = record.name, record.intacct_number
        self.env["intacct.decision"]._keep(
            record, self.kind, self.reason, before, after
        )
        document = (
            record._record if record._name == "intacct.operation" else record
        ).sudo()
        labels = dict(self._fields["kind"]._description_selection(self.env))
        document._message_log(
            body=self.env._(
                "Sage Intacct: %(decision)s. %(reason)s",
                decision=labels[self.kind],
                reason=self.reason.strip(),
            ),
            author_id=self.env.user.partner_id.id,
        )


class IntacctDecideCandidate(models.TransientModel):
    """A record of Intacct to choose."""

    _name = "intacct.decide.candidate"
    _description = "Record of Sage Intacct to Choose"

    decide_id = fields.Many2one(
        "intacct.decide", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True)
    recordno = fields.Char(required=True)
