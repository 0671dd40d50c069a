import re

from odoo import api, models

from ..gateway import Query, formats, where
from .problems import RecordProblem
from .read_back import READ_BACK

# Cause of a refusal until it is known what has the number.
DUPLICATE = "duplicate"
DUPLICATE_ERRORNO = "BL03002185"
DUPLICATE_TEXT = re.compile(r"transaction with .* number .*already exists", re.I)
# What an operation is known by to people, by object; the second is its date.
NUMBER_FIELDS = {
    "ARINVOICE": ("RECORDID", "WHENCREATED"),
    "ARADJUSTMENT": ("RECORDID", "WHENCREATED"),
    "ARPYMT": ("DOCNUMBER", "RECEIPTDATE"),
    "ARADVANCE": ("DOCNUMBER", "RECEIPTDATE"),
}
SHOWN_CANDIDATES = 20


class IntacctOutbox(models.AbstractModel):
    """Numbers that are taken, and doubts that no look-up settles: what Intacct has
    is read and shown, and a person decides."""

    _inherit = "intacct.outbox"

    # ------------------------------------------------------------------
    # Taken numbers
    # ------------------------------------------------------------------
    @api.model
    def _refused(self, ctx, step, operation, error):
        """A taken number is reported when it is known what has it."""
        if not self._is_duplicate(operation, error):
            return super()._refused(ctx, step, operation, error)
        operation.write(
            {
                "state": "failed",
                "cause": DUPLICATE,
                "message": self.env._(
                    "A transaction with the number '%s' already exists.",
                    self._number_sent(operation),
                ),
                "raw": "\n".join(str(text) for text in error.texts),
                "support_id": error.support_id,
            }
        )

    @api.model
    def _is_duplicate(self, operation, error):
        if operation._object not in NUMBER_FIELDS:
            return False
        return error.errorno == DUPLICATE_ERRORNO or any(
            DUPLICATE_TEXT.search(str(text)) for text in (*error.texts, error)
        )

    @api.model
    def _number_sent(self, operation):
        sent = (operation.expected or {}).get("fields", {})
        return sent.get("RECORDID") or operation.document

    @api.model
    def _read_back(self, ctx, step):
        self._look_into_collisions(ctx, step)
        return super()._read_back(ctx, step)

    @api.model
    def _look_into_collisions(self, ctx, step):
        """The same document is adopted; another one is shown, with three ways on."""
        taken = self._operations(ctx.backend, "failed").filtered(
            lambda operation: operation.cause == DUPLICATE
        )
        if not taken:
            return
        queries = [
            Query(
                operation._object,
                READ_BACK[operation._object],
                where=where.eq(
                    NUMBER_FIELDS[operation._object][0], self._number_sent(operation)
                ),
            )
            for operation in taken
        ]
        answers = ctx.query_rows(queries)
        for operation, rows in zip(taken, answers, strict=True):
            same = next((row for row in rows if self._is_same(operation, row)), None)
            if same:
                self._arrived(ctx, operation, same["RECORDNO"])
            else:
                operation.write(
                    {"cause": "number_taken", "candidates": rows[:SHOWN_CANDIDATES]}
                )
                self._report_collision(ctx, step, operation)
        ctx.commit(len(taken))

    @api.model
    def _is_same(self, operation, row):
        """Whether it is this very document, sent once before: customer, date, amount
        and a marker of ours for it."""
        record = operation._record
        markers = set(record.intacct_operation_ids.mapped("marker"))
        if self._marker_in(row.get("DESCRIPTION")) not in markers:
            return False
        sent = (operation.expected or {}).get("fields", {})
        names = ("CUSTOMERID", "WHENCREATED", "TRX_TOTALENTERED", "CURRENCY")
        return all(self._same(sent.get(name), row.get(name)) for name in names) and (
            row.get("STATE") not in ("Reversed", "Reversal")
        )

    @api.model
    def _report_collision(self, ctx, step, operation):
        step._count(failed=1)
        there = operation.candidate_text or self.env._(
            "The web services user is not shown what has it."
        )
        advice = self.env._(
            "Link it to that record if it is the same, send it under another number, "
            "or ignore it."
        )
        operation.advice = advice
        self._report(
            ctx,
            operation,
            RecordProblem(
                "number_taken",
                self.env._(
                    "%(message)s In Intacct: %(there)s",
                    message=operation.message,
                    there=there,
                ),
                advice,
            ),
            raw=operation.raw,
            support_id=operation.support_id,
        )

    # ------------------------------------------------------------------
    # Doubts
    # ------------------------------------------------------------------
    @api.model
    def _resolve_doubts(self, ctx, step):
        self._adopt_chosen(ctx)
        return super()._resolve_doubts(ctx, step)

    @api.model
    def _adopt_chosen(self, ctx):
        """A person has found what became of an operation."""
        chosen = self._operations(ctx.backend, "in_doubt").filtered(
            lambda operation: operation.cause == "chosen"
        )
        for operation in chosen:
            self._arrived(ctx, operation, operation.recordno)

    @api.model
    def _report_doubt(self, ctx, operation):
        operation.candidates = self._find_candidates(ctx, operation)
        return super()._report_doubt(ctx, operation)

    @api.model
    def _find_candidates(self, ctx, operation):
        """Records of the same customer with the number, or with date and amount.

        :rtype: list[dict]
        """
        sent = (operation.expected or {}).get("fields", {})
        if operation._object not in NUMBER_FIELDS or not sent.get("CUSTOMERID"):
            return []
        number, date = NUMBER_FIELDS[operation._object]
        conditions = [
            where.eq(name, sent[name]) for name in (number, date) if sent.get(name)
        ]
        if not conditions:
            return []
        (rows,) = ctx.query_rows(
            [
                Query(
                    operation._object,
                    READ_BACK[operation._object],
                    where=where.and_(
                        where.eq("CUSTOMERID", sent["CUSTOMERID"]),
                        where.or_(*conditions),
                    ),
                )
            ]
        )
        known = self.env["intacct.binding"]._by_recordno(
            ctx.backend, operation._object, [row["RECORDNO"] for row in rows]
        )
        rows = [row for row in rows if row["RECORDNO"] not in known]
        total = formats.parse_decimal(sent.get("TRX_TOTALENTERED"))
        rows.sort(
            key=lambda row: (
                formats.parse_decimal(row.get("TRX_TOTALENTERED")) != total,
                int(row["RECORDNO"]),
            )
        )
        return rows[:SHOWN_CANDIDATES]
