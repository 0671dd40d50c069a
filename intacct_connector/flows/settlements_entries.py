from odoo import api, models
from odoo.fields import Command

from ..gateway import formats
from ..models.account_move_line import LIFT_GUARD
from .document_values import first_open_date
from .problems import RecordProblem
from .settlement_rows import TARGET_SIDE


class IntacctSettlement(models.AbstractModel):
    """The entries that settle documents, their dates, and how they are taken back."""

    _inherit = "intacct.settlement"

    @api.model
    def _book(self, ctx, settlements):
        """One posted entry a settlement, reconciled with its document."""
        if not settlements:
            return
        residuals = {}
        entries = self._create_entries(
            ctx,
            [
                self._entry_values(
                    ctx,
                    item.move,
                    item.value if item.side == TARGET_SIDE else -item.value,
                    self._date(ctx, item.move, item.row),
                    item.row.get("PAYMENTKEY") or item.row["RECORDNO"],
                    residuals,
                )
                for item in settlements
            ],
        )
        bindings = self.env["intacct.binding"]
        bindings.create(
            [
                bindings._identity(
                    ctx.backend,
                    item.side,
                    item.row,
                    number=item.row.get("PAYMENTKEY"),
                    remote_state=item.row.get("PAYMENTSTATE") or item.row.get("STATE"),
                    remote_total=float(item.value),
                    remote_currency=item.row.get("CURRENCY"),
                    values_seen={"row": item.row},
                    move_id=entry.id,
                    run_id=ctx.run.id,
                )
                for item, entry in zip(settlements, entries, strict=True)
            ]
        )
        self._reconcile(
            [
                (item.move, entry)
                for item, entry in zip(settlements, entries, strict=True)
            ]
        )

    @api.model
    def _create_entries(self, ctx, values):
        entries = (
            self.env["account.move"]
            .with_context(
                intacct_guard=LIFT_GUARD,
                skip_invoice_sync=True,
                mail_create_nolog=True,
                mail_create_nosubscribe=True,
            )
            .create(values)
        )
        entries._post(soft=False)
        return entries.with_env(self.env)

    @api.model
    def _entry_values(self, ctx, move, value, date, reference, residuals=None):
        """A settlement entry.

        The base amount is the document's own share, so that no exchange gain of
        Intacct's is booked a second time here.

        :param move: the document
        :param Decimal value: in its currency, positive credits the receivable
        :param dict residuals: what is left of each document by the entries before
            this one; brought up to date
        """
        line = self._receivable_line(move)
        value = float(value)
        currency = line.currency_id
        residuals = {} if residuals is None else residuals
        open_value, open_base = residuals.get(
            move.id, (line.amount_residual_currency, line.amount_residual)
        )
        if not currency.compare_amounts(value, open_value):
            # The last one takes what is left, or a cent would become an exchange
            # difference.
            base = open_base
        else:
            total = line.amount_currency
            share = value / total if total else 0.0
            base = ctx.backend.company_id.currency_id.round(share * line.balance)
        residuals[move.id] = (open_value - value, open_base - base)
        account = (
            ctx.backend.clearing_account_id
            if move.intacct_imported or move.intacct_settlement
            else ctx.backend.settled_account_id
        )
        common = {
            "partner_id": line.partner_id.id,
            "currency_id": currency.id,
            "name": self.env._("Settled in Intacct: %s", move.name),
        }
        return {
            "move_type": "entry",
            "journal_id": ctx.backend.settlement_journal_id.id,
            "date": date,
            "ref": self.env._(
                "%(number)s, payment %(payment)s", number=move.name, payment=reference
            ),
            "partner_id": line.partner_id.id,
            "intacct_settlement": True,
            "line_ids": [
                Command.create(
                    {
                        **common,
                        "account_id": line.account_id.id,
                        "amount_currency": -value,
                        "balance": -base,
                    }
                ),
                Command.create(
                    {
                        **common,
                        "account_id": account.id,
                        "amount_currency": value,
                        "balance": base,
                    }
                ),
            ],
        }

    @api.model
    def _receivable_line(self, move):
        return move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )[:1]

    @api.model
    def _reconcile(self, pairs):
        """Reconciles documents with entries, all in one plan."""
        plan = [
            self._receivable_line(move) + self._receivable_line(entry)
            for move, entry in pairs
        ]
        self.env["account.move.line"]._reconcile_plan(
            [lines for lines in plan if not any(lines.mapped("reconciled"))]
        )

    # ------------------------------------------------------------------
    # Dates
    # ------------------------------------------------------------------
    @api.model
    def _date(self, ctx, move, row):
        """The date of the act, never before its document.

        :raises RecordProblem: it lies in a locked period and the connection holds
        """
        date = formats.parse_date(row.get("PAYMENTDATE")) or formats.parse_date(
            row.get("WHENCREATED")
        )
        return self._open_date(ctx, move, max(date or move.date, move.date))

    @api.model
    def _open_date(self, ctx, move, date):
        journal = ctx.backend.settlement_journal_id
        locks = ctx.backend.company_id._get_violated_lock_dates(date, False, journal)
        if not locks:
            return date
        if ctx.backend.lock_policy == "hold":
            raise RecordProblem(
                "locked_period",
                self.env._(
                    "What Intacct booked on %(number)s on %(date)s lies in a locked "
                    "period.",
                    number=move.name,
                    date=date,
                ),
                self.env._(
                    "Open the period, or choose “Post on the first open date” on the "
                    "connection."
                ),
            )
        opened = first_open_date(locks)
        self.env["intacct.sync.event"]._note(
            ctx.run,
            "payments",
            self.env._(
                "%(number)s was settled on %(date)s in Intacct, which is locked here: "
                "booked on %(opened)s.",
                number=move.name,
                date=date,
                opened=opened,
            ),
            level="warning",
            move_id=move.id,
            document=move.name,
            cause="date_moved",
        )
        return opened

    # ------------------------------------------------------------------
    # Taking back, provisional amounts
    # ------------------------------------------------------------------
    @api.model
    def _take_back(self, ctx, binding, row):
        """Intacct reversed it: an opposite entry on the date of the reversal. The
        document is open again."""
        entry = binding.move_id
        act = formats.parse_date(row.get("REVERSALDATE")) or formats.parse_date(
            row.get("WHENMODIFIED")
        )
        date = self._open_date(ctx, entry, max(act or entry.date, entry.date))
        reversal = entry.with_context(intacct_guard=LIFT_GUARD)._reverse_moves(
            [
                {
                    "date": date,
                    "ref": self.env._("Reversed in Intacct: %s", entry.ref),
                    "intacct_settlement": True,
                }
            ],
            cancel=True,
        )
        binding.write(
            {
                "sync_state": "gone",
                "reason": self.env._("Reversed in Intacct by %s", reversal.name),
                "remote_state": row.get("PAYMENTSTATE") or row.get("STATE"),
            }
        )
