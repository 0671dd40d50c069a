from collections import defaultdict
from decimal import Decimal

from odoo import api, models

# What stands in Odoo with the same open amount once the sync has run.
ARRIVES = ("create", "update", "skip")


class IntacctFlowPreview(models.AbstractModel):
    """What would leave, and the opening balances that follow from all of it."""

    _inherit = "intacct.flow.preview"

    # ------------------------------------------------------------------
    # The way out
    # ------------------------------------------------------------------
    @api.model
    def _outgoing(self, ctx, preview):
        """What the dry run of the exports says; its own record is not kept."""
        self._lines(preview, ("direction", "=", "out")).unlink()
        run = self.env["intacct.flow.preflight"]._check_all(ctx.backend)
        events = self.env["intacct.sync.event"].search(
            # Proposed links are told on the way in.
            [("run_id", "=", run.id), ("cause", "!=", "would_link")],
            order="id",
        )
        lines = [self._outgoing_line(event) for event in events]
        self._keep(preview, lines, direction="out")
        run.unlink()

    @api.model
    def _outgoing_line(self, event):
        move = event.move_id
        kind = "other"
        if move:
            kind = "document" if move.is_sale_document() else "payment"
        elif event.partner_id:
            kind = "customer"
        return {
            "kind": kind,
            "outcome": self._outcome_of(event),
            "name": event.document or "—",
            "customer": event.partner_id.display_name,
            "date": move.date,
            "currency_id": event.currency_id.id,
            "amount": event.amount,
            "reason": event.message,
            "advice": event.advice,
            "partner_id": event.partner_id.id,
            "move_id": move.id,
        }

    @api.model
    def _outcome_of(self, event):
        cause = event.cause or ""
        if event.level == "error":
            return "fail"
        if cause.startswith("would_create"):
            return "create"
        if cause.startswith(("would_", "pending_")):
            return "update"
        return "skip"

    # ------------------------------------------------------------------
    # Opening tie-out
    # ------------------------------------------------------------------
    @api.model
    def _balances(self, ctx, preview):
        """What is open in each currency there, on both sides, and on one only."""
        sums = defaultdict(lambda: defaultdict(Decimal))
        for currency, outcome, value in self.env["intacct.preview.line"]._read_group(
            [
                ("preview_id", "=", preview.id),
                ("direction", "=", "in"),
                ("currency_id", "!=", False),
            ],
            ["currency_id", "outcome"],
            ["amount_open:sum"],
        ):
            side = "agreed" if outcome in ARRIVES else "only_intacct"
            sums[currency][side] += Decimal(str(value))
            sums[currency]["open_intacct"] += Decimal(str(value))
        for currency, value in self._only_in_odoo(ctx.backend, preview):
            sums[currency]["only_odoo"] += value
        preview.balance_ids.unlink()
        self.env["intacct.preview.balance"].create(
            [
                {
                    "preview_id": preview.id,
                    "currency_id": currency.id,
                    **{name: float(value) for name, value in values.items()},
                }
                for currency, values in sorted(
                    sums.items(), key=lambda item: item[0].name
                )
            ]
        )

    @api.model
    def _only_in_odoo(self, backend, preview):
        """Open documents of Odoo that no link and no export explains.

        :return: yields (currency, open amount)
        """
        leaving = self._lines(
            preview, ("direction", "=", "out"), ("outcome", "in", ("create", "update"))
        ).move_id
        for move_type, currency, value in self.env["account.move"]._read_group(
            [
                ("company_id", "=", backend.company_id.id),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("intacct_imported", "=", False),
                ("intacct_binding_ids", "=", False),
                ("amount_residual", "!=", 0),
                ("id", "not in", leaving.ids),
            ],
            ["move_type", "currency_id"],
            ["amount_residual:sum"],
        ):
            sign = -1 if move_type == "out_refund" else 1
            yield currency, sign * Decimal(str(value))
