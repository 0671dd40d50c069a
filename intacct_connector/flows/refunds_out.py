from decimal import Decimal

from odoo import api, fields, models

from ..gateway import Query, where
from ..models.intacct_allocation import THERE_STATES
from .problems import RecordProblem
from .settling import Place

REFUND = "refund"


class IntacctRefundsOut(models.AbstractModel):
    """Refunds of credits where the company makes them in Intacct.

    The gateway has no function for a Customer Refund (API.md 10.6), so a person is
    asked to make it. That it was made is seen from the credit: its open balance falls
    by the amount, beyond what we have applied of it ourselves.
    """

    _name = "intacct.refunds.out"
    _inherit = "intacct.applications.out"
    _description = "Refunds in Sage Intacct"

    @api.model
    def _is_by_hand(self, ctx, entry):
        """Whether an entry is a refund that a person makes in Intacct."""
        return entry.cash < 0 and ctx.backend.customer_refunds

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------
    @api.model
    def _ask(self, ctx, dues, entry, pairs):
        """Makes the operation that asks for a refund.

        :raises RecordProblem: a credit is not in Intacct, or has less open there
        """
        self._check_entry(ctx, entry)
        if not pairs:
            self.env["intacct.flow.payments.out"]._check_unapplied(ctx, entry)
        parts = [
            (pair, source, value)
            for pair in pairs
            for source, value in self._parts_of(ctx, dues, pair)
        ]
        sources = {source.recordno: source for _pair, source, _value in parts}
        credits = self.env["account.move"].union(*(pair.credit for pair in pairs))
        total = sum((value for _pair, _source, value in parts), Decimal())
        operation = self.env["intacct.operation"].create(
            {
                "backend_id": ctx.backend.id,
                "action": REFUND,
                "document": entry.name,
                "partner_id": entry.partners[:1].id,
                "state": "waiting",
                "marker": False,
                "target_recordno": parts[0][1].recordno,
                "amount": float(total),
                "currency_name": entry.currency.name,
                "user_id": (ctx.backend.user_id or self.env.ref("base.user_admin")).id,
                **entry.link,
            }
        )
        due = self._due(ctx, sources.values())
        operation.expected = {
            "open": {
                key: {
                    "due": str(due.get(key, Decimal())),
                    "applied": str(self._applied(ctx, source)),
                }
                for key, source in sources.items()
            }
        }
        self.env["intacct.allocation"].create(
            [
                {
                    "operation_id": operation.id,
                    "debit_move_id": pair.debit.id,
                    "credit_move_id": pair.credit.id,
                    "amount": float(value),
                    "source_object": source.object,
                    "source_recordno": source.recordno,
                }
                for pair, source, value in parts
            ]
        )
        for _pair, source, value in parts:
            dues.take(source, value)
        self.env["intacct.undoing"]._hand_over(
            ctx,
            operation,
            self.env._(
                "Make a Customer Refund of %(amount)s %(currency)s for %(credits)s "
                "(record no. %(keys)s), dated %(date)s.",
                amount=total,
                currency=entry.currency.name,
                credits=", ".join(credits.mapped("name")),
                keys=", ".join(sources),
                date=entry.date,
            ),
        )

    @api.model
    def _parts_of(self, ctx, dues, pair):
        """What is refunded of each record that a credit is in Intacct.

        :rtype: list[tuple[Place, Decimal]]
        :raises RecordProblem: it is not there, or has less open
        """
        if not pair.same_currency:
            raise self._cross_currency(pair.credit)
        sources = self._sources(ctx, pair.credit)
        if not sources:
            raise self._absent(ctx, pair.credit)
        dues.load(sources)
        parts, left = [], pair.amount
        for source in sources:
            value = min(left, dues.left(source))
            if value > 0:
                left -= value
                parts.append((source, value))
        if left > 0:
            raise RecordProblem(
                "less_open",
                self.env._(
                    "It refunds %(amount)s of %(credit)s. In Intacct %(open)s of it "
                    "are open.",
                    amount=pair.amount,
                    credit=pair.credit.name,
                    open=pair.amount - left,
                ),
                self.env._(
                    "Look at what was applied in Intacct, and reconcile the same in "
                    "Odoo."
                ),
            )
        return parts

    # ------------------------------------------------------------------
    # What became of it
    # ------------------------------------------------------------------
    @api.model
    def _verify(self, ctx, step):
        """Closes the refunds that were made, by the balances of their credits."""
        asked = self._of(ctx, "do_it")
        places = {
            allocation.source_recordno: self._source_of(allocation)
            for allocation in asked.allocation_ids
        }
        due = self._due(ctx, places.values())
        for operation in asked.sorted("id"):
            if all(self._is_refunded(ctx, item, due) for item in self._sums(operation)):
                self._made(ctx, step, operation)
        if asked:
            ctx.commit(len(asked))

    @api.model
    def _sums(self, operation):
        """What is refunded of each record, with what was open when it was asked for.

        :return: (operation, allocation, amount) of each
        """
        sums = {}
        for allocation in operation.allocation_ids:
            key = allocation.source_recordno
            _first, value = sums.get(key, (allocation, Decimal()))
            sums[key] = (_first, value + Decimal(str(allocation.amount)))
        return [(operation, first, value) for first, value in sums.values()]

    @api.model
    def _is_refunded(self, ctx, item, due):
        operation, allocation, value = item
        before = operation.expected["open"][allocation.source_recordno]
        if allocation.source_recordno not in due:
            return False
        applied = self._applied(ctx, self._source_of(allocation))
        fallen = Decimal(before["due"]) - due[allocation.source_recordno]
        return fallen - (applied - Decimal(before["applied"])) >= value

    @api.model
    def _made(self, ctx, step, operation):
        operation.write(
            {
                "state": "done",
                "verified_at": fields.Datetime.now(),
                "message": False,
                "advice": False,
            }
        )
        self._close(ctx, operation)
        credits = operation.allocation_ids.credit_move_id
        ctx.caches.setdefault("touched", set()).update(credits.ids)
        step._count(updated=1)

    @api.model
    def _withdraw(self, ctx, step):
        """Refunds that Odoo has taken back, or that have another amount now, are not
        asked for any more; one that was made is settled here as what Intacct has."""
        asked = self._of(ctx, "do_it", "done")
        if not asked:
            return
        stale = asked.allocation_ids.filtered(
            lambda item: item.debit_move_id.state != "posted"
        )
        for pair in self.env["intacct.settling"]._pairs(ctx.backend):
            if pair.amount < 0:
                stale |= asked.allocation_ids.filtered(
                    lambda item, pair=pair: item.debit_move_id == pair.debit
                    and item.credit_move_id == pair.credit
                )
        operations = stale.operation_id
        made = operations.filtered(lambda operation: operation.state == "done")
        operations.write({"state": "superseded"})
        for operation in operations:
            self._close(ctx, operation)
        if made:
            ctx.caches["touched"] = set(made.allocation_ids.credit_move_id.ids)
            self.env["intacct.flow.payments"]._recheck(ctx, step)

    @api.model
    def _close(self, ctx, operation):
        operation._close_activities()
        self.env["intacct.undoing"]._resolve_event(ctx, operation)

    # ------------------------------------------------------------------
    # Balances
    # ------------------------------------------------------------------
    @api.model
    def _of(self, ctx, *states):
        return self.env["intacct.operation"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("action", "=", REFUND),
                ("state", "in", states),
            ]
        )

    @api.model
    def _source_of(self, allocation):
        return Place("", allocation.source_object, allocation.source_recordno)

    @api.model
    def _due(self, ctx, places):
        """What Intacct has open of some credits.

        :rtype: dict[str, Decimal], by RECORDNO
        """
        by_object = {}
        for place in places:
            by_object.setdefault(place.object, []).append(place.recordno)
        queries = [
            Query(name, ["RECORDNO", "TRX_TOTALDUE"], where=where.in_("RECORDNO", keys))
            for name, keys in sorted(by_object.items())
        ]
        return {
            row["RECORDNO"]: abs(Decimal(row.get("TRX_TOTALDUE") or 0))
            for rows in ctx.query_rows(queries)
            for row in rows
        }

    @api.model
    def _applied(self, ctx, source):
        """What of a credit in Intacct was used by us.

        :rtype: Decimal
        """
        allocations = self.env["intacct.allocation"].search(
            [
                ("operation_id.backend_id", "=", ctx.backend.id),
                ("operation_id.state", "in", THERE_STATES),
                ("source_object", "=", source.object),
                ("source_recordno", "=", source.recordno),
            ]
        )
        return sum(
            (Decimal(str(value)) for value in allocations.mapped("amount")), Decimal()
        )


class IntacctOutbox(models.AbstractModel):
    """Refunds that were made meanwhile are known before documents are read."""

    _inherit = "intacct.outbox"

    @api.model
    def _resolve_doubts(self, ctx, step):
        self.env["intacct.refunds.out"]._verify(ctx, step)
        return super()._resolve_doubts(ctx, step)
