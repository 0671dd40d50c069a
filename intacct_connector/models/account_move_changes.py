from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError

from ..gateway import formats
from .intacct_allocation import THERE_STATES
from .intacct_changeable import CONFIRMED, FIXED_STATES

# Header fields that may be changed while a document is posted.
POSTED_FIELDS = {"ref", "invoice_date_due", "invoice_payment_term_id", "name"}


class AccountMove(models.Model):
    _inherit = "account.move"

    # ------------------------------------------------------------------
    # What is in Intacct
    # ------------------------------------------------------------------
    def _intacct_settled_there(self):
        """Entries by which a document was settled in Intacct."""
        lines = self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        others = (
            lines.matched_credit_ids.credit_move_id
            | lines.matched_debit_ids.debit_move_id
        )
        return others.move_id.filtered(
            lambda move: move.intacct_settlement and not move.reversed_entry_id
        )

    def _intacct_receipts(self):
        """Operations of ours that settle these documents in Intacct."""
        allocations = (
            self.env["intacct.allocation"]
            .sudo()
            .search(
                [
                    ("operation_id.state", "in", THERE_STATES),
                    "|",
                    ("debit_move_id", "in", self.ids),
                    ("credit_move_id", "in", self.ids),
                ]
            )
        )
        return allocations.operation_id

    def _intacct_refusal(self):
        if why := super()._intacct_refusal():
            return why
        if self._intacct_in_closed_period(self.date):
            return self.env._(
                "%s lies in a period that is closed in Sage Intacct, so it cannot be "
                "taken back there. Issue a credit note, or have the period opened.",
                self.display_name,
            )
        if self._intacct_settled_there():
            return self.env._(
                "%s was paid in Sage Intacct, so it cannot be taken back there. Issue "
                "a credit note.",
                self.display_name,
            )
        fixed = self._intacct_receipts()._intacct_fixed()
        if fixed:
            return self.env._(
                "%(document)s was paid by %(receipt)s, which is reconciled in Sage "
                "Intacct. Issue a credit note.",
                document=self.display_name,
                receipt=fixed[:1].document,
            )
        return None

    # ------------------------------------------------------------------
    # Changes
    # ------------------------------------------------------------------
    def button_draft(self):
        self._intacct_before_change("draft")
        self._intacct_owners()._intacct_before_change("draft")
        return super().button_draft()

    def button_cancel(self):
        self._intacct_before_change("cancel")
        self._intacct_owners()._intacct_before_change("cancel")
        return super().button_cancel()

    def _intacct_owners(self):
        """The payments whose entries these are."""
        return self.origin_payment_id

    def write(self, vals):
        changed = self.browse()
        if POSTED_FIELDS & vals.keys():
            changed = self.filtered(
                lambda move: move.state == "posted"
                and move._intacct_own_records()
                and any(
                    move._fields[name].convert_to_write(move[name], move) != vals[name]
                    for name in POSTED_FIELDS & vals.keys()
                )
            )
        result = super().write(vals)
        if changed:
            changed.sudo().intacct_changed_at = fields.Datetime.now()
        return result

    def unlink(self):
        self._intacct_before_unlink()
        return super().unlink()


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def _intacct_refusal(self):
        if why := super()._intacct_refusal():
            return why
        if self._intacct_in_closed_period(self.date):
            return self._intacct_closed_text(self.display_name)
        operations = self.sudo().intacct_operation_ids
        if operations._intacct_fixed():
            return self.env._(
                "%s is reconciled in Sage Intacct, so it cannot be taken back there.",
                self.display_name,
            )
        return None

    def action_draft(self):
        self._intacct_before_change("draft")
        return super().action_draft()

    def action_cancel(self):
        self._intacct_before_change("cancel")
        return super().action_cancel()

    def action_reject(self):
        self._intacct_before_change("cancel")
        return super().action_reject()

    def unlink(self):
        self._intacct_before_unlink()
        return super().unlink()


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        """What Intacct applies too is not taken apart unnoticed.

        :raises RedirectWarning: the person has to confirm what happens in Intacct
        """
        confirmed = self.env.context.get("intacct_confirmed") is CONFIRMED
        if self and not confirmed and self.env.uid != SUPERUSER_ID:
            self._intacct_check_unreconcile()
        return super().unlink()

    def _intacct_is_confirmed(self):
        """Whether one side was reset to draft: what that does in Intacct was said
        then, and an edit that unreconciles it is no other question."""
        self.ensure_one()
        moves = self.debit_move_id.move_id | self.credit_move_id.move_id
        records = [move.origin_payment_id or move for move in moves]
        return any(
            record.state == "draft" and record._intacct_in_change()
            for record in records
        )

    def _intacct_operations(self):
        """Operations of ours that apply the same in Intacct."""
        pairs = {
            (partial.debit_move_id.move_id, partial.credit_move_id.move_id)
            for partial in self
        }
        allocations = (
            self.env["intacct.allocation"]
            .sudo()
            .search(
                [
                    ("operation_id.state", "in", THERE_STATES),
                    ("debit_move_id", "in", self.debit_move_id.move_id.ids),
                    ("credit_move_id", "in", self.credit_move_id.move_id.ids),
                ]
            )
        )
        operations = allocations.filtered(
            lambda item: (item.debit_move_id, item.credit_move_id) in pairs
        ).operation_id
        return operations.filtered(lambda item: item._record._intacct_own_records())

    def _intacct_check_unreconcile(self):
        operations = self.filtered(
            lambda partial: not partial._intacct_is_confirmed()
        )._intacct_operations()
        if not operations:
            return
        moves = self.debit_move_id.move_id
        moves._intacct_check_right()
        if operations.backend_id.filtered("forbid_reversals"):
            raise UserError(
                self.env._(
                    "%s is applied in Sage Intacct, and this connection never reverses "
                    "anything there.",
                    operations[:1].document,
                )
            )
        if fixed := operations._intacct_fixed():
            raise UserError(
                self.env._(
                    "%s is reconciled in Sage Intacct, so it cannot be taken back "
                    "there.",
                    fixed[:1].document,
                )
            )
        if closed := operations._intacct_closed():
            raise UserError(moves._intacct_closed_text(closed[:1].document))
        moves._intacct_ask(
            "unreconcile", default_partial_ids=[fields.Command.set(self.ids)]
        )


class IntacctOperation(models.Model):
    _inherit = "intacct.operation"

    def _intacct_fixed(self):
        """Those whose receipt is reconciled in Intacct."""
        keys = self.filtered("recordno").mapped("recordno")
        bindings = (
            self.env["intacct.binding"]
            .sudo()
            .search(
                [
                    ("backend_id", "in", self.backend_id.ids),
                    ("intacct_object", "in", ("ARPYMT", "ARADVANCE")),
                    ("recordno", "in", keys),
                    ("remote_state", "in", FIXED_STATES),
                ]
            )
        )
        fixed = set(bindings.mapped("recordno"))
        return self.filtered(lambda operation: operation.recordno in fixed)

    def _intacct_closed(self):
        """Those that Intacct has booked in a period that is closed there."""
        return self.filtered(
            lambda operation: operation._record._intacct_in_closed_period(
                operation._intacct_date()
            )
        )

    def _intacct_date(self):
        """The day on which Intacct has booked a receipt or an application.

        :rtype: date
        """
        self.ensure_one()
        sent = (self.expected or {}).get("fields", {}).get("RECEIPTDATE")
        return formats.parse_date(sent) if sent else self._record.date
