from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .intacct_operation import LIVE_STATES
from .intacct_sendable import THERE

MANAGER = "intacct_connector.group_intacct_manager"
# What people decide with a reason that is kept; never written past the decision.
DECIDED_FIELDS = {
    "intacct_ignored",
    "intacct_link_asked",
    "intacct_number",
    "intacct_on_account",
    "intacct_unlinked",
}
# Causes for which a part of a receipt may go on account.
EXCESS_CAUSES = ("stays_out", "less_due", "settled_otherwise")
# An operation in one of these states is as if it had never been.
OVER_STATES = ("superseded", "ignored")


class IntacctDecidable(models.AbstractModel):
    """Documents, payments and customers about which a person may decide: ignore,
    link, unlink, another number, send again."""

    _name = "intacct.decidable"
    _inherit = "intacct.sendable"
    _description = "Can Be Decided About for Sage Intacct"

    intacct_taken = fields.Boolean(
        string="Number Taken in Intacct", compute="_compute_intacct_decisions"
    )
    intacct_gone = fields.Boolean(
        string="Gone from Sage Intacct", compute="_compute_intacct_decisions"
    )
    intacct_there = fields.Boolean(
        string="Is in Sage Intacct", compute="_compute_intacct_decisions"
    )
    intacct_excess = fields.Boolean(
        string="More Than Sage Intacct Can Apply", compute="_compute_intacct_decisions"
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_decided({name for vals in vals_list for name in vals if vals[name]})
        return super().create(vals_list)

    def write(self, vals):
        self._check_decided(vals.keys())
        return super().write(vals)

    @api.model
    def _check_decided(self, names):
        if not self.env.su and DECIDED_FIELDS & names:
            raise AccessError(
                self.env._(
                    "What becomes of a document in Sage Intacct is decided with its "
                    "buttons, where the reason is kept."
                )
            )

    def _compute_intacct_decisions(self):
        """What a person may decide about it."""
        for record in self:
            cause = record.sudo().intacct_event_id.cause
            record.intacct_taken = cause == "number_taken"
            record.intacct_excess = cause in EXCESS_CAUSES
            record.intacct_there = bool(record._intacct_records(*THERE))
            record.intacct_gone = bool(
                record._intacct_records("gone").filtered(lambda item: not item.replaced)
            )

    # ------------------------------------------------------------------
    # What there is in Intacct
    # ------------------------------------------------------------------
    def _intacct_records(self, *states):
        """The links of these records to what they are in Intacct.

        :param states: states of the link, all if none is given
        """
        return self.sudo().intacct_binding_ids.filtered(
            lambda binding: binding._is_the_record()
            and (not states or binding.sync_state in states)
        )

    def _intacct_is_new(self):
        """Whether nothing of it is in Intacct or on its way there."""
        self.ensure_one()
        if any(not binding.replaced for binding in self._intacct_records()):
            return False
        return all(
            operation.state in OVER_STATES
            for operation in self._intacct_own_operations()
        )

    def _intacct_under_way(self):
        """Operations that were sent and may have been carried out."""
        return self.sudo().intacct_operation_ids.filtered(
            lambda operation: operation.state in ("sent", "in_doubt")
            or (operation.state == "ready" and operation.first_sent_at)
        )

    def _intacct_backend(self):
        """The connection that these records go to, or an empty record set."""
        self.ensure_one()
        known = self._intacct_records().backend_id or (
            self.sudo().intacct_operation_ids.backend_id
        )
        if known:
            return known[0]
        return (
            self.env["intacct.backend"]
            .sudo()
            .search([("company_id", "=", self.company_id.id)], limit=1)
        )

    def _intacct_state_text(self):
        """How it stands with Intacct, for the record of a decision."""
        self.ensure_one()
        if self.intacct_ignored:
            return self.env._("ignored")
        bindings = self._intacct_records()
        if bindings:
            states = dict(
                bindings._fields["sync_state"]._description_selection(self.env)
            )
            return ", ".join(
                f"{binding.display_name} #{binding.recordno} "
                f"({states[binding.sync_state]})"
                for binding in bindings
            )
        operation = self._intacct_own_operations()[:1]
        if operation:
            states = dict(operation._fields["state"]._description_selection(self.env))
            return states[operation.state]
        return self.env._("not in Intacct")

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------
    def _check_may_decide(self):
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only Sage Intacct managers decide on what is sent.")
            )
        self.check_access("read")

    def action_intacct_decide(self, kind):
        """Asks for the reason of a decision.

        :param str kind: a value of intacct.decision.kind
        :return: the action that opens the dialog
        """
        self._check_may_decide()
        return self.env["intacct.decide"]._ask(kind, self)

    def action_intacct_ignore(self):
        return self.action_intacct_decide("ignore")

    def action_intacct_restore(self):
        return self.action_intacct_decide("restore")

    def action_intacct_link(self):
        return self.action_intacct_decide("link")

    def action_intacct_unlink(self):
        return self.action_intacct_decide("unlink")

    def action_intacct_number(self):
        return self.action_intacct_decide("number")

    def action_intacct_resend(self):
        return self.action_intacct_decide("resend")

    def action_intacct_on_account(self):
        return self.action_intacct_decide("on_account")

    # ------------------------------------------------------------------
    # Decisions
    # ------------------------------------------------------------------
    def _check_not_under_way(self):
        if operation := self._intacct_under_way()[:1]:
            raise UserError(
                self.env._(
                    "%(document)s was sent to Intacct and its answer is not known yet. "
                    "Press Sync Now; decide when it is settled.",
                    document=operation.document,
                )
            )

    def _withdraw_operations(self, state):
        """What was not sent, or was refused, is not sent any more.

        :param str state: what becomes of the operations
        """
        self._intacct_own_operations().filtered(
            lambda operation: operation.state in (*LIVE_STATES, "failed", "do_it")
        ).write({"state": state})

    def _close_intacct_events(self, state="ignored"):
        self.env["intacct.sync.event"].sudo().search(
            [
                ("intacct_object", "=", self._name),
                ("recordno", "in", [str(record.id) for record in self]),
                ("state", "=", "open"),
            ]
        ).write({"state": state, "payload": False})

    def _intacct_ignore(self):
        """It stays out of Intacct."""
        self._check_not_under_way()
        if there := self._intacct_records(*THERE)[:1]:
            raise UserError(
                self.env._(
                    "%(document)s is in Intacct as %(record)s: unlink it instead.",
                    document=there.odoo_name,
                    record=there.display_name,
                )
            )
        self._check_own_receipts()
        self._withdraw_operations("ignored")
        self._intacct_here().write({"intacct_ignored": True})
        self._close_intacct_events()

    def _intacct_here(self):
        """Hook: the records, written past the check of decisions."""
        return self.sudo()

    def _check_own_receipts(self):
        """Hook: who may not ignore what."""

    def _intacct_restore(self):
        """It leaves with the next sync after all."""
        self._intacct_forget_ignored()
        self._intacct_here().write({"intacct_ignored": False})

    def _intacct_forget_ignored(self):
        """What a person had given up counts as never sent."""
        self._intacct_own_operations().filtered(
            lambda operation: operation.state == "ignored"
        ).write({"state": "superseded"})

    def _intacct_send_on_account(self):
        """What Intacct cannot apply of it goes on account there."""
        self.sudo().write({"intacct_on_account": True})

    def _intacct_unlink(self):
        """Odoo and Intacct each go on with their own record. The link stays, so that
        the one is not imported and the other not sent again."""
        self._check_not_under_way()
        bindings = self._intacct_records(*THERE, "proposed", "gone")
        if not bindings:
            raise UserError(self.env._("There is no link to Sage Intacct."))
        self._withdraw_operations("ignored")
        bindings.write(
            {"sync_state": "ignored", "reason": self.env._("Unlinked by a person")}
        )
        self._close_intacct_events()
        self._close_record_events(bindings)

    @api.model
    def _close_record_events(self, bindings):
        for binding in bindings:
            self.env["intacct.sync.event"].sudo()._waiting(
                binding.backend_id, binding.intacct_object, [binding.recordno]
            ).write({"state": "ignored", "payload": False})

    def _intacct_resend(self):
        """Its record has vanished from Intacct: it is sent as if it had never been."""
        self._check_not_under_way()
        gone = self._intacct_records("gone").filtered(lambda item: not item.replaced)
        if not gone or self._intacct_records(*THERE):
            raise UserError(
                self.env._("Only what is gone from Intacct can be sent again.")
            )
        if any(binding.origin == "intacct" for binding in gone):
            raise UserError(
                self.env._(
                    "It came from Intacct and is never sent there as new. Unlink it, "
                    "or reverse it here."
                )
            )
        self._intacct_own_operations().filtered(
            lambda operation: operation.state in ("done", "failed", "approval")
        ).write({"state": "superseded"})
        gone.write({"replaced": True})
        self._close_intacct_events("resolved")
        self._close_record_events(gone)

    def _intacct_link_to(self, intacct_object, recordno):
        """It is that record of Intacct. The next sync looks at it and confirms, or
        says why it is another one.

        :param str recordno: of an invoice, adjustment, receipt or advance
        """
        self.ensure_one()
        self._check_not_under_way()
        if self._intacct_records(*THERE):
            raise UserError(self.env._("It is linked already: unlink it first."))
        self._intacct_forget_ignored()
        backend = self._intacct_backend()
        bindings = self.env["intacct.binding"].sudo()
        known = bindings._by_recordno(backend, intacct_object, [recordno]).get(recordno)
        values = {
            "sync_state": "proposed",
            "origin": "link",
            "reason": self.env._("Chosen by a person; the next sync confirms it."),
            "asked": True,
        }
        if known and known not in self._intacct_records():
            raise UserError(
                self.env._(
                    "%(record)s of Intacct is %(document)s in Odoo already.",
                    record=known.display_name,
                    document=known.odoo_name,
                )
            )
        if known:
            known.write(values)
            return
        link = "payment_id" if self._name == "account.payment" else "move_id"
        bindings.create(
            bindings._identity(
                backend,
                intacct_object,
                {"RECORDNO": recordno},
                **values,
                **{link: self.id},
            )
        )
