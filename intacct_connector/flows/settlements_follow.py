from decimal import Decimal

from odoo import api, fields, models

from ..gateway import Query, where
from .differences import difference
from .document_fields import IN_LIMIT
from .document_values import amount
from .problems import RecordProblem
from .settlement_rows import PAID_FIELDS, TARGETS

# What an invoice with a credit among its lines has in its function.
NEGATIVE_LINE = "<amount>-"


class IntacctSettlementsFollow(models.AbstractModel):
    """After sending: an application carries no marker of its own, so its rows and
    the balances of both documents are read back."""

    _name = "intacct.settlements.follow"
    _inherit = "intacct.flow.documents"
    _description = "Settlements Read Back from Sage Intacct"

    @api.model
    def _written(self, ctx, actions):
        """Operations whose applications have not been compared yet."""
        return self.env["intacct.operation"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("action", "in", actions),
                ("state", "=", "done"),
                ("recordno", "!=", False),
                ("followed_at", "=", False),
            ],
            order="id",
        )

    # ------------------------------------------------------------------
    # Payments over several entities
    # ------------------------------------------------------------------
    @api.model
    def _bind_parts(self, ctx):
        """A payment over several entities becomes a record for each of them under a
        parent: all are linked, so that none is taken for somebody else's."""
        if not ctx.backend.has_entities or ctx.backend.entity:
            return
        operations = self._written(ctx, ["payment", "apply"])
        by_key = {operation.recordno: operation for operation in operations}
        bindings = self.env["intacct.binding"]
        queries = [
            Query(
                "ARPYMT",
                ["RECORDNO", "MULTIENTITYPYMTKEY", "MEGAENTITYID"],
                where=where.in_("MULTIENTITYPYMTKEY", part),
            )
            for part in self._parts(sorted(by_key), IN_LIMIT)
        ]
        for rows in ctx.query_rows(queries):
            known = bindings._by_recordno(
                ctx.backend, "ARPYMT", [row["RECORDNO"] for row in rows]
            )
            for row in rows:
                operation = by_key[row["MULTIENTITYPYMTKEY"]]
                if row["RECORDNO"] in known or row["RECORDNO"] == operation.recordno:
                    continue
                target = {"payment_id": operation.payment_id.id}
                if not operation.payment_id:
                    target = {"move_id": operation.move_id.id}
                bindings.create(
                    bindings._identity(
                        ctx.backend,
                        "ARPYMT",
                        row,
                        origin="odoo",
                        number=operation.document,
                        values_seen={"parent": operation.recordno},
                        run_id=ctx.run.id,
                        **target,
                    )
                )

    @api.model
    def _part_keys(self, operation):
        """RECORDNOs under which the rows of a payment stand."""
        record = operation.payment_id or operation.move_id
        parts = record.intacct_binding_ids.filtered(
            lambda binding: (binding.values_seen or {}).get("parent")
            == operation.recordno
        )
        return [operation.recordno, *parts.mapped("recordno")]

    # ------------------------------------------------------------------
    # Applications and balances
    # ------------------------------------------------------------------
    @api.model
    def _follow(self, ctx, step):
        """Compares the rows of our payments with what was sent, and the balances of
        the documents with Odoo's."""
        operations = self._written(ctx, ["payment", "apply"]).filtered("verified_at")
        operations |= self.env["intacct.outbox"]._found_different(
            ctx.backend, "applied_otherwise"
        )
        if not operations:
            return
        payments = self.env["intacct.flow.payments"]
        keys = {
            key: operation
            for operation in operations
            for key in self._part_keys(operation)
        }
        rows = {}
        queries = [
            payments._query(ctx.backend, "ARPYMTDETAIL", where.in_("PAYMENTKEY", part))
            for part in self._parts(sorted(keys), IN_LIMIT)
        ]
        for answer in ctx.query_rows(queries):
            for row in answer:
                rows.setdefault(keys[row["PAYMENTKEY"]], []).append(row)
        found = {
            operation: self._applied_otherwise(operation, rows.get(operation, []))
            for operation in operations
        }
        # A record may have several operations: one that differs has the last word.
        for operation in sorted(operations, key=lambda item: bool(found[item])):
            self._compare(ctx, step, operation, found[operation])
        operations.followed_at = fields.Datetime.now()
        allocations = operations.allocation_ids
        documents = (allocations.debit_move_id | allocations.credit_move_id).filtered(
            "intacct_binding_ids"
        )
        ctx.commit(len(operations))
        ctx.caches["touched"] = set(documents.ids)
        payments._recheck(ctx, step)

    @api.model
    def _applied_otherwise(self, operation, rows):
        """What Intacct applied otherwise, document by document.

        :rtype: list[str]
        """
        there = {}
        for row in rows:
            for name, intacct_object in TARGETS.items():
                if key := row.get(name):
                    value = sum((amount(row, paid) for paid in PAID_FIELDS), Decimal())
                    there[intacct_object, key] = (
                        there.get((intacct_object, key), Decimal()) + value
                    )
        sent = {}
        for item in operation.allocation_ids.filtered("target_recordno"):
            key = (item.target_object, item.target_recordno)
            sent[key] = sent.get(key, Decimal()) + Decimal(str(item.amount))
        known = self.env["intacct.binding"].search(
            [
                ("backend_id", "=", operation.backend_id.id),
                (
                    "recordno",
                    "in",
                    [key for _object, key in sent.keys() | there.keys()],
                ),
            ]
        )
        names = {
            (binding.intacct_object, binding.recordno): binding.odoo_name
            for binding in known
        }
        return [
            difference(
                self.env,
                names.get(key, f"{key[0]} {key[1]}"),
                sent.get(key, 0),
                there.get(key, 0),
            )
            for key in sorted(sent.keys() | there.keys())
            if sent.get(key, Decimal()) != there.get(key, Decimal())
        ]

    @api.model
    def _compare(self, ctx, step, operation, differences):
        outbox = self.env["intacct.outbox"]
        if not differences:
            model, record_id = outbox._event_key(operation)
            events = self.env["intacct.sync.event"]
            events._waiting(ctx.backend, model, [record_id]).filtered(
                lambda event: event.cause == "applied_otherwise"
            ).write({"state": "resolved"})
            return
        step._count(failed=1)
        outbox._report(
            ctx,
            operation,
            RecordProblem(
                "applied_otherwise",
                self.env._(
                    "Intacct applied it otherwise than was sent: %s",
                    "; ".join(differences),
                ),
                self.env._("Look at the payment in Intacct and correct it there."),
            ),
        )

    # ------------------------------------------------------------------
    # Inline credits
    # ------------------------------------------------------------------
    @api.model
    def _inline_credits(self, ctx):
        """Negative lines of our invoices that Intacct has not offset against the
        other lines by itself are applied."""
        operations = self._written(ctx, ["invoice"]).filtered(
            lambda operation: NEGATIVE_LINE in (operation.function_xml or "")
        )
        by_key = {operation.recordno: operation for operation in operations}
        queries = [
            Query(
                "ARINVOICEITEM",
                ["RECORDNO", "RECORDKEY", "TRX_AMOUNT", "TRX_TOTALPAID"],
                where=where.in_("RECORDKEY", part),
            )
            for part in self._parts(sorted(by_key), IN_LIMIT)
        ]
        credits, debits = {}, {}
        for rows in ctx.query_rows(queries):
            for row in rows:
                left = amount(row, "TRX_AMOUNT") - amount(row, "TRX_TOTALPAID")
                side = credits if left < 0 else debits
                key = row["RECORDKEY"]
                side[key] = side.get(key, Decimal()) + abs(left)
        apply = self.env["intacct.applications.out"]
        for key, operation in by_key.items():
            value = min(credits.get(key, Decimal()), debits.get(key, Decimal()))
            if value > 0:
                apply._prepare_inline(ctx, operation, value)
            operation.followed_at = fields.Datetime.now()
        ctx.commit(len(operations))
