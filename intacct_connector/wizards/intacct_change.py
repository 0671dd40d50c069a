from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.intacct_changeable import CONFIRMED

KINDS = [
    ("draft", "Reset to Draft"),
    ("cancel", "Cancel"),
    ("unreconcile", "Unreconcile"),
    ("distribution", "Change the Analytic Distribution"),
]


class IntacctChange(models.TransientModel):
    """Says what will happen in Intacct, asks why, and goes on."""

    _name = "intacct.change"
    _description = "Take Back What Is in Sage Intacct"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    move_ids = fields.Many2many("account.move", string="Documents", readonly=True)
    payment_ids = fields.Many2many("account.payment", string="Payments", readonly=True)
    partial_ids = fields.Many2many("account.partial.reconcile", readonly=True)
    line_ids = fields.Many2many("account.move.line", readonly=True)
    distribution = fields.Json(readonly=True, help="What the lines are to get.")
    consequences = fields.Text(
        string="In Sage Intacct", compute="_compute_consequences"
    )
    reason = fields.Text(help="Kept for good, with your name and the date.")

    @api.depends("kind", "move_ids", "payment_ids", "partial_ids")
    def _compute_consequences(self):
        for wizard in self:
            texts = [
                wizard._of_document(move._origin or move) for move in wizard.move_ids
            ] + [
                wizard._of_payment(payment._origin or payment)
                for payment in wizard.payment_ids
            ]
            wizard.consequences = "\n\n".join(texts)

    def _of_document(self, move):
        receipts = ", ".join(move._intacct_receipts().mapped("document"))
        values = {"document": move.display_name, "receipts": receipts}
        if self.kind == "unreconcile":
            operations = self.partial_ids._origin._intacct_operations()
            values["receipts"] = ", ".join(operations.mapped("document"))
            return self.env._(
                "In Sage Intacct %(receipts)s is reversed and entered again without "
                "%(document)s.",
                **values,
            )
        if self.kind == "cancel":
            text = self.env._(
                "%(document)s is reversed in Sage Intacct with the next sync.", **values
            )
        elif self.kind == "distribution":
            text = self.env._(
                "With the next sync %(document)s is reversed in Sage Intacct and "
                "entered anew with the other dimensions, under another number where "
                "its number is not free.",
                **values,
            )
        else:
            text = self.env._(
                "%(document)s stays in Sage Intacct until you post it again. If "
                "nothing has changed then, nothing happens there. Due date, reference "
                "and the like are updated. Anything else reverses it there and enters "
                "it anew, under another number where its number is not free.",
                **values,
            )
        if receipts:
            text += " " + self.env._(
                "For that, %(receipts)s is reversed first and entered again "
                "afterwards.",
                **values,
            )
        return text

    def _of_payment(self, payment):
        if self.kind == "cancel":
            return self.env._(
                "%s is reversed in Sage Intacct with the next sync; what it paid is "
                "open again there.",
                payment.display_name,
            )
        return self.env._(
            "%s stays in Sage Intacct until you post it again. If its amount, date or "
            "currency has changed then, it is reversed there and entered anew.",
            payment.display_name,
        )

    def action_confirm(self):
        """Goes on with what the person wanted to do.

        :raises UserError: no reason was given, or it is not allowed
        """
        self.ensure_one()
        records = self.move_ids or self.payment_ids
        records.check_access("write")
        records._intacct_check_right()
        if self.kind != "unreconcile":
            records._intacct_check_change()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why: it is kept with your decision."))
        before = {record: record._intacct_state_text() for record in records}
        self._go_on(records)
        for record in records:
            self.env["intacct.decision"]._keep(
                record,
                self.kind,
                self.reason,
                before[record],
                dict(record._fields["state"]._description_selection(self.env)).get(
                    record.state
                ),
            )
        # The page below shows the state before: a warning led here, not its button.
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _go_on(self, records):
        records = records.with_context(intacct_confirmed=CONFIRMED)
        if self.kind == "unreconcile":
            self.partial_ids.with_context(intacct_confirmed=CONFIRMED).unlink()
        elif self.kind == "distribution":
            lines = self.line_ids.filtered(lambda line: line.move_id in records)
            lines.with_context(intacct_confirmed=CONFIRMED).write(
                {"analytic_distribution": self.distribution}
            )
        elif records._name == "account.payment":
            records.action_draft() if self.kind == "draft" else records.action_cancel()
        elif self.kind == "draft":
            records.button_draft()
        else:
            records.button_cancel()
