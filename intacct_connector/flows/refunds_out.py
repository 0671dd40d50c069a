import operator
from decimal import Decimal

from odoo import api, fields, models

from ..gateway import Query, errors, where
from .document_lines_out import plain
from .document_values import Document
from .problems import RecordProblem
from .settlement_rows import CREDIT_SIDE
from .settling import Place

REFUND = "refund"
MEMOS = "ARADJUSTMENT"


class IntacctRefundsOut(models.AbstractModel):
    """Refunds of credits where the company makes them in Intacct.

    The gateway has no function for a Customer Refund (API.md 10.6), so a person is
    asked to make it. That it was made is seen from the credit: its open balance falls
    by the amount, and no application in Intacct explains that. A debit memo on refund
    clearing that the credit is applied to is a refund as well.
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
        instruction = self.env._(
            "Make a Customer Refund of %(amount)s %(currency)s for %(credits)s "
            "(record no. %(keys)s), dated %(date)s.",
            amount=plain(total),
            currency=entry.currency.name,
            credits=", ".join(credits.mapped("name")),
            keys=", ".join(sources),
            date=entry.date,
        )
        due, used = self._balances(ctx, sources.values())
        operation.expected = {
            "instruction": instruction,
            "left": {
                key: str(due[key] + used[key] + self._refunded(ctx, key))
                for key in sources
            },
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
        self.env["intacct.undoing"]._hand_over(ctx, operation, instruction)

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
        """Closes the refunds that were made, by the balances of their credits: first
        those of exactly what was paid back, then those that it covers."""
        asked = self._of(ctx, "do_it")
        if not asked:
            return
        places = {
            allocation.source_recordno: self._source_of(allocation)
            for allocation in asked.allocation_ids
        }
        try:
            due, used = self._balances(ctx, places.values())
        except errors.AuthorizationError:
            # What applications explain is not known; the payments' step tells it.
            return
        left = {key: due[key] + used[key] for key in due}
        for covers in (operator.eq, operator.ge):
            for operation in asked.sorted("id"):
                if operation.state == "do_it" and all(
                    key in left and covers(self._paid(ctx, operation, key, left), value)
                    for key, value in self._sums(operation).items()
                ):
                    self._made(ctx, step, operation)
        for operation in asked.filtered(lambda operation: operation.state == "do_it"):
            self._tell_used(ctx, operation, due, left)
        ctx.commit(len(asked))

    @api.model
    def _tell_used(self, ctx, operation, due, left):
        """Says on a request that there is not enough left to be refunded, and takes
        that back when there is.

        :param dict due: what is open of the credits in Intacct, by RECORDNO
        :param dict left: what no application has used of them
        """
        message = operation.expected["instruction"]
        sums = self._sums(operation)
        if any(
            due[key] + self._paid(ctx, operation, key, left) < value
            for key, value in sums.items()
            if key in due
        ):
            text = self.env._(
                "Only %s of it is open there now: it was applied to something else. "
                "Unapply that first, or cancel the refund in Odoo.",
                ", ".join(plain(due[key]) for key in sums if key in due),
            )
            message = f"{message} {text}"
        if operation.message != message:
            operation.message = message
            self.env["intacct.undoing"]._tell_do_it(ctx, operation)
            self._look_again(ctx, operation)

    @api.model
    def _sums(self, operation):
        """What is to be refunded of each record.

        :rtype: dict[str, Decimal], by RECORDNO
        """
        sums = {}
        for allocation in operation.allocation_ids:
            key = allocation.source_recordno
            value = Decimal(str(allocation.amount))
            sums[key] = sums.get(key, Decimal()) + value
        return sums

    @api.model
    def _paid(self, ctx, operation, key, left):
        """What was paid back of a credit since a refund was asked for, without what
        other refunds are known to have been.

        :param str key: RECORDNO of the credit
        :param dict left: as _left() gives it now
        :rtype: Decimal
        """
        before = Decimal(operation.expected["left"][key])
        return before - left[key] - self._refunded(ctx, key)

    @api.model
    def _refunded(self, ctx, key):
        """What of a credit is known to have been refunded, in Odoo's requests.

        :rtype: Decimal
        """
        allocations = self.env["intacct.allocation"].search(
            [
                ("operation_id.backend_id", "=", ctx.backend.id),
                ("operation_id.action", "=", REFUND),
                ("operation_id.verified_at", "!=", False),
                ("source_recordno", "=", key),
            ]
        )
        return sum(
            (Decimal(str(value)) for value in allocations.mapped("amount")), Decimal()
        )

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
        self._look_again(ctx, operation)
        step._count(updated=1)

    @api.model
    def _look_again(self, ctx, operations):
        """Applications stamp no credit (API.md 8): both sides are compared later in
        this run."""
        credits = operations.allocation_ids.credit_move_id
        ctx.caches.setdefault("touched", set()).update(credits.ids)

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
        if not operations:
            return
        operations.write({"state": "superseded"})
        for operation in operations:
            self._close(ctx, operation)
        payments = self.env["intacct.flow.payments"]
        for name, documents in self._documents(operations).items():
            # What was left out because a refund was asked for.
            payments._add_uses(ctx, name, documents)
            for document in documents:
                self.env["intacct.settlement"]._settle(ctx, document.details)
        ctx.caches["touched"] = set()
        self._look_again(ctx, operations)
        payments._recheck(ctx, step)

    @api.model
    def _documents(self, operations):
        """The credits that refunds are of, by object."""
        found = {}
        for allocation in operations.allocation_ids:
            keys = found.setdefault(allocation.source_object, set())
            keys.add(allocation.source_recordno)
        return {
            name: [Document(name, {"RECORDNO": key}) for key in sorted(keys)]
            for name, keys in found.items()
        }

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
    def _balances(self, ctx, places):
        """What is open of some credits, and what applications in Intacct have used.
        The sum of both falls by what is paid back, and by nothing else.

        :param list[Place] places: the credits
        :return: two dicts of positive Decimals, by RECORDNO
        """
        by_object = {}
        for place in places:
            by_object.setdefault(place.object, []).append(place.recordno)
        payments = self.env["intacct.flow.payments"]
        objects = sorted(by_object)
        queries = [
            Query(
                name,
                ["RECORDNO", "TRX_TOTALDUE"],
                where=where.in_("RECORDNO", by_object[name]),
            )
            for name in objects
        ]
        answers = ctx.query_rows(queries)
        due = {
            row["RECORDNO"]: abs(Decimal(row.get("TRX_TOTALDUE") or 0))
            for rows in answers
            for row in rows
        }
        used = {}
        for name in objects:
            documents = {
                key: Document(name, {"RECORDNO": key}) for key in by_object[name]
            }
            payments._add_uses(ctx, name, list(documents.values()))
            for key, document in documents.items():
                used[key] = self._used(ctx, document)
        return due, used

    @api.model
    def _used(self, ctx, document):
        """What of a credit is applied in Intacct, refunds by debit memo left out.

        :rtype: Decimal
        """
        settlement = self.env["intacct.settlement"]
        rows = [row for row in document.details if not settlement._is_void(row)]
        refunds = self._refund_memos(
            ctx, {row["POSADJKEY"] for row in rows if row.get("POSADJKEY")}
        )
        return sum(
            (
                value
                for row in rows
                if row.get("POSADJKEY") not in refunds
                for name, key, side, value in settlement._ends(row)
                if side == CREDIT_SIDE
                and (name, key) == (document.object, document.recordno)
            ),
            Decimal(),
        )

    @api.model
    def _refund_memos(self, ctx, keys):
        """Debit memos that somebody has entered in Intacct on refund clearing.

        :param set keys: RECORDNOs of debit memos
        :rtype: set[str]
        """
        clearing = ctx.backend.refund_reference_id
        known = self.env["intacct.binding"]._by_recordno(ctx.backend, MEMOS, keys)
        theirs = sorted(
            key for key in keys if key not in known or known[key].origin == "intacct"
        )
        if not theirs or not clearing:
            return set()
        field = "ACCOUNTLABEL" if clearing.kind == "label" else "ACCOUNTNO"
        condition = where.in_("RECORDKEY", theirs)
        (rows,) = ctx.query_rows(
            [Query(f"{MEMOS}ITEM", ["RECORDNO", "RECORDKEY", field], where=condition)]
        )
        others = {row["RECORDKEY"] for row in rows if row[field] != clearing.code}
        return {row["RECORDKEY"] for row in rows} - others


class IntacctFlowDocuments(models.AbstractModel):
    """A credit that was applied in Intacct instead of being refunded differs."""

    _inherit = "intacct.flow.documents"

    @api.model
    def _differs(self, ctx, document, binding, message, advice=None):
        asked = self._asked_refunds(binding.move_id)
        total = sum(asked.allocation_ids.mapped("amount"))
        currency = binding.move_id.currency_id
        if asked and currency.compare_amounts(abs(float(document.due)), total) < 0:
            message = self.env._(
                "%(number)s: Intacct is to refund %(amount)s %(currency)s of it, and "
                "%(open)s are open there: it was applied to something else.",
                number=document.number,
                amount=plain(total),
                currency=currency.name,
                open=abs(document.due),
            )
            advice = self.env._(
                "Unapply it in Intacct and make the refund there. Or cancel the refund "
                "in Odoo and reconcile the credit as it is applied in Intacct."
            )
        return super()._differs(ctx, document, binding, message, advice)

    @api.model
    def _asked_refunds(self, move):
        """Refunds of a credit that wait for a person."""
        allocations = self.env["intacct.allocation"].search(
            [
                ("credit_move_id", "=", move.id),
                ("operation_id.action", "=", REFUND),
                ("operation_id.state", "=", "do_it"),
            ]
        )
        return allocations.operation_id


class IntacctOutbox(models.AbstractModel):
    """Refunds that were made meanwhile are known before documents are read."""

    _inherit = "intacct.outbox"

    @api.model
    def _resolve_doubts(self, ctx, step):
        self.env["intacct.refunds.out"]._verify(ctx, step)
        return super()._resolve_doubts(ctx, step)
