from odoo import api, models
from odoo.fields import Domain

from ..gateway import Query, formats, where
from .document_values import amount
from .problems import RecordProblem
from .receipts_out import AGAIN, RECEIPT_ACTIONS
from .settlement_rows import TARGET_SIDE

PAYMENT_FIELDS = (
    "RECORDNO",
    "DISPLAYSTATE",
    "RECEIPTDATE",
    "CURRENCY",
    "TRX_TOTALENTERED",
    "DOCNUMBER",
)
LINKED_ACTIONS = {"ARPYMT": "payment", "ARADVANCE": "advance"}
UNSETTLED = [
    ("account_id.account_type", "=", "asset_receivable"),
    ("reconciled", "=", False),
]
STANDING_STATES = ("Posted", "Complete", "Reconciled")


class IntacctReceiptLinks(models.AbstractModel):
    """A receipt that both sides have entered: the same one, or two."""

    _name = "intacct.receipt.links"
    _description = "Receipts on Both Sides"

    # ------------------------------------------------------------------
    # Before anything is sent
    # ------------------------------------------------------------------
    @api.model
    def _less_due(self, ctx, entry, pair, place, value, due):
        """Intacct has less due than a receipt pays: what was received there, and
        which of it may be this very receipt.

        :rtype: RecordProblem
        """
        rows, ours = self._payments_there(ctx, place)
        twin = next(
            (
                row
                for row in rows
                if row["RECORDNO"] not in ours and self._is_twin(entry, row)
            ),
            None,
        )
        ctx.caches.setdefault("twins", []).append((entry, twin))
        there = "; ".join(
            self.env._(
                "%(amount)s %(currency)s on %(date)s, %(reference)s",
                amount=row["TRX_TOTALENTERED"],
                currency=row.get("CURRENCY") or "",
                date=row.get("RECEIPTDATE") or "",
                reference=row.get("DOCNUMBER") or f"#{row['RECORDNO']}",
            )
            for row in rows
        )
        if twin:
            advice = self.env._(
                "It looks like the same receipt: decide under Links to Decide."
            )
        else:
            advice = self.env._(
                "Send the excess on account, or ignore the payment here if it is one "
                "of those in Intacct."
            )
        return RecordProblem(
            "less_due",
            self.env._(
                "It pays %(value)s of %(document)s, of which only %(due)s are due in "
                "Intacct. Received there: %(there)s",
                value=value,
                document=pair.debit.name,
                due=due,
                there=there or "—",
            ),
            advice,
        )

    @api.model
    def _payments_there(self, ctx, place):
        """Receipts in Intacct on a document.

        :return: their rows, and RECORDNOs of those that are ours
        :rtype: tuple[list[dict], set[str]]
        """
        (details,) = ctx.query_rows(
            [
                Query(
                    "ARPYMTDETAIL",
                    ["RECORDNO", "PAYMENTKEY"],
                    where=where.eq(place.field, place.recordno),
                )
            ]
        )
        keys = {row["PAYMENTKEY"] for row in details if row.get("PAYMENTKEY")}
        known = self.env["intacct.binding"]._by_recordno(ctx.backend, "ARPYMT", keys)
        ours = {key for key, binding in known.items() if binding.origin != "intacct"}
        if not keys:
            return [], ours
        (rows,) = ctx.query_rows(
            [
                Query(
                    "ARPYMT",
                    PAYMENT_FIELDS,
                    where=where.in_("RECORDNO", sorted(keys)),
                )
            ]
        )
        rows = [row for row in rows if row.get("DISPLAYSTATE") in STANDING_STATES]
        return rows, ours

    @api.model
    def _is_twin(self, entry, row):
        """Same amount, currency, date and reference."""
        references = {
            text.strip().lower()
            for text in (
                entry.payment.memo,
                entry.move.ref,
                entry.move.statement_line_id.payment_ref,
                entry.name,
            )
            if text
        }
        return (
            amount(row, "TRX_TOTALENTERED") == entry.cash
            and row.get("CURRENCY") == entry.currency.name
            and formats.parse_date(row.get("RECEIPTDATE")) == entry.date
            and (row.get("DOCNUMBER") or "").strip().lower() in references
        )

    @api.model
    def _propose(self, ctx):
        """Puts the receipts that look the same under Links to Decide."""
        bindings = self.env["intacct.binding"]
        for entry, row in ctx.caches.pop("twins", []):
            if not row:
                continue
            known = bindings._by_recordno(ctx.backend, "ARPYMT", [row["RECORDNO"]])
            if known:
                continue
            bindings.create(
                bindings._identity(
                    ctx.backend,
                    "ARPYMT",
                    row,
                    number=row.get("DOCNUMBER"),
                    sync_state="proposed",
                    reason=self.env._("Amount, date and reference are the same."),
                    remote_state=row.get("DISPLAYSTATE"),
                    remote_total=float(amount(row, "TRX_TOTALENTERED")),
                    remote_currency=row.get("CURRENCY"),
                    run_id=ctx.run.id,
                    **entry.link,
                )
            )

    # ------------------------------------------------------------------
    # The same receipt
    # ------------------------------------------------------------------
    @api.model
    def _adopt_linked(self, ctx):
        """Receipts that a person has linked count as sent; what was booked for them
        from Intacct is taken back, as Odoo has the money already."""
        for binding in self._linked(ctx):
            record = binding.payment_id or binding.move_id
            operation = self.env["intacct.operation"].create(
                {
                    "backend_id": ctx.backend.id,
                    "action": LINKED_ACTIONS[binding.intacct_object],
                    "document": record.display_name,
                    "payment_id": binding.payment_id.id,
                    "move_id": binding.move_id.id,
                    "partner_id": record.partner_id.commercial_partner_id.id,
                    "state": "done",
                    "recordno": binding.recordno,
                    "verified_at": binding.write_date,
                    "followed_at": binding.write_date,
                }
            )
            if binding.intacct_object == "ARPYMT":
                self._take_over(ctx, operation)
            self.env["intacct.sync.event"]._resolve(
                ctx.backend, record._name, [str(record.id)]
            )

    @api.model
    def _linked(self, ctx):
        """Links of payments, bank lines and entries of which nothing counts as sent
        yet."""
        sent = [("action", "in", RECEIPT_ACTIONS), ("state", "!=", AGAIN)]
        payment = Domain("payment_id", "!=", False) & Domain(
            "payment_id.intacct_operation_ids", "not any", sent
        )
        entry = (
            Domain("move_id.move_type", "=", "entry")
            & Domain("move_id.intacct_imported", "=", False)
            & Domain("move_id.intacct_operation_ids", "not any", sent)
        )
        return self.env["intacct.binding"].search(
            Domain("backend_id", "=", ctx.backend.id)
            & Domain("intacct_object", "in", list(LINKED_ACTIONS))
            & Domain("origin", "=", "link")
            & Domain("sync_state", "=", "synced")
            & Domain("replaced", "=", False)
            & (payment | entry)
        )

    @api.model
    def _take_over(self, ctx, operation):
        """What Intacct's receipt settles is ours now."""
        payments = self.env["intacct.flow.payments"]
        (rows,) = ctx.query_rows(
            [
                payments._query(
                    ctx.backend,
                    "ARPYMTDETAIL",
                    where.eq("PAYMENTKEY", operation.recordno),
                )
            ]
        )
        settlement = self.env["intacct.settlement"]
        booked = self.env["intacct.binding"]._by_recordno(
            ctx.backend, TARGET_SIDE, [row["RECORDNO"] for row in rows]
        )
        for row in rows:
            item = booked.get(row["RECORDNO"])
            if item and item.sync_state == "synced":
                day = formats.format_date(item.move_id.date)
                settlement._take_back(ctx, item, {"REVERSALDATE": day})
            for name, key, side, value in settlement._ends(row):
                if side == TARGET_SIDE and not settlement._is_void(row):
                    self._allocate(ctx, operation, name, key, value)

    @api.model
    def _allocate(self, ctx, operation, intacct_object, recordno, value):
        document = self.env["intacct.binding"]._by_recordno(
            ctx.backend, intacct_object, [recordno]
        )
        if not document:
            return
        move = operation.payment_id.move_id or operation.move_id
        self.env["intacct.allocation"].create(
            {
                "operation_id": operation.id,
                "debit_move_id": document[recordno].move_id.id,
                "credit_move_id": move.id,
                "amount": float(value),
                "target_object": intacct_object,
                "target_recordno": recordno,
            }
        )
        self._reconcile(move, document[recordno].move_id)

    # ------------------------------------------------------------------
    # Two receipts
    # ------------------------------------------------------------------
    @api.model
    def _follow_excess(self, ctx, entry, pair, place, excess):
        """Odoo follows Intacct: what was received there settles the document first,
        the receipt only the rest."""
        if not entry.move:
            return
        document = pair.debit
        receivable = self.env["intacct.settlement"]._receivable_line
        partials = receivable(document).matched_credit_ids.filtered(
            lambda partial: partial.credit_move_id.move_id == entry.move
        )
        partials.unlink()
        company = self.env["intacct.binding"]._key(ctx.backend)
        booked = self.env["intacct.binding"].search(
            [
                ("intacct_company", "=", company),
                ("intacct_object", "=", TARGET_SIDE),
                ("sync_state", "=", "synced"),
                ("move_id.line_ids", "any", UNSETTLED),
            ]
        )
        for item in booked:
            row = (item.values_seen or {}).get("row", {})
            if row.get(place.field) == place.recordno:
                self._reconcile(item.move_id, document)
        self._reconcile(entry.move, document)

    @api.model
    def _reconcile(self, entry, document):
        """Settles a document with what an entry has left."""
        mine = document.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        theirs = entry.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
            and not line.reconciled
            and line.account_id in mine.account_id
        )
        if mine and theirs:
            (mine | theirs).reconcile()
