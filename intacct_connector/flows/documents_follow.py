from odoo import api, models
from odoo.fields import Command

from ..gateway import formats
from ..models.account_move_line import LIFT_GUARD
from .document_values import Document, DocumentValues
from .problems import RecordProblem

GONE_STATES = ("Reversed",)
# Header fields that can change without touching the ledger, and where they stand.
PLAIN_FIELDS = {
    "WHENDUE": "invoice_date_due",
    "DOCNUMBER": "ref",
    "DESCRIPTION": "intacct_description",
    "TERMNAME": "intacct_term",
}
LEDGER_FIELDS = (
    "CUSTOMERID",
    "CURRENCY",
    "TOTALENTERED",
    "TRX_TOTALENTERED",
    "WHENPOSTED",
    "WHENCREATED",
)
# A line's own stamps say nothing about its content.
LINE_NOISE = ("RECORDNO", "RECORDKEY", "SUBTOTAL", "PARENTENTRY")


class IntacctFlowDocumentsFollow(models.AbstractModel):
    """What changed in Intacct on a document that is here already."""

    _name = "intacct.flow.documents.follow"
    _inherit = "intacct.flow.documents"
    _description = "Sage Intacct Documents: Later Changes"

    @api.model
    def _follow(self, ctx, step, document, binding):
        """Brings one linked document in line with Intacct.

        Only fields that changed in Intacct are written, and only where Odoo still
        has the value seen before.
        """
        latest = binding.values_seen or {}
        # What the ledger here was made from, where a person's work held up the rest.
        booked = latest.get("booked") or latest
        before = booked.get("row", {})
        if binding.sync_state == "proposed":
            binding.write(
                {
                    "values_seen": document.payload(),
                    "remote_balance": float(document.due),
                    "remote_state": document.row.get("STATE"),
                }
            )
            step._count(unchanged=1)
            return
        move = binding.move_id
        if move.move_type not in ("out_invoice", "out_refund"):
            self._follow_memo(ctx, step, document, binding, before)
            return
        gone = document.row.get("STATE") in GONE_STATES
        followed = True
        if gone:
            if before.get("STATE") not in GONE_STATES:
                followed = self._reverse(ctx, document, binding)
        elif move.intacct_imported:
            self._follow_header(ctx, document, move, latest.get("row", {}))
            if self._ledger_changed(document, booked):
                followed = self._rewrite(ctx, document, binding)
        self._remember(ctx, document, binding, None if followed else booked)
        step._count(updated=1)
        if not followed:
            return
        if document.details:
            self.env["intacct.settlement"]._settle(ctx, document.details)
        if gone:
            self._agrees(ctx, document, binding)
        elif not self._check_balance(ctx, document, move):
            return
        self.env["intacct.sync.event"]._resolve(
            ctx.backend, document.object, [document.recordno]
        )

    @api.model
    def _follow_memo(self, ctx, step, document, binding, before):
        """A memo made of a write-off or refund: what it settles stands on the
        documents; only its disappearance needs a person."""
        gone = document.row.get("STATE") in GONE_STATES
        self._remember(ctx, document, binding)
        if document.details:
            self.env["intacct.settlement"]._settle(ctx, document.details)
        if gone and before.get("STATE") not in GONE_STATES:
            self._differs(
                ctx,
                document,
                binding,
                self.env._("%s was reversed in Intacct.", document.number),
                self.env._("Take it back in Odoo, too, if it is meant to be."),
            )
        step._count(updated=1)

    @api.model
    def _remember(self, ctx, document, binding, booked=None):
        """Keeps what was seen of a document.

        :param dict booked: row and lines that Odoo's copy still stands for, where
            it could not follow
        """
        row = document.row
        seen = {"row": row, "lines": document.lines}
        if booked:
            seen["booked"] = {name: booked.get(name) for name in ("row", "lines")}
        binding.write(
            {
                "number": row.get("RECORDID"),
                "remote_state": row.get("STATE"),
                "remote_total": float(document.total),
                "remote_balance": float(document.due),
                "when_modified": formats.parse_datetime(row.get("WHENMODIFIED")),
                "values_seen": seen,
            }
        )

    @api.model
    def _follow_header(self, ctx, document, move, before):
        changes, conflicts = self._follow_number(document, move, before)
        for name, field in PLAIN_FIELDS.items():
            if document.row.get(name) == before.get(name):
                continue
            if name not in document.row:
                continue
            new, old = (
                self._odoo_value(move, field, row.get(name))
                for row in (document.row, before)
            )
            if move[field] == new:
                continue
            if move[field] == old:
                changes[field] = new
            else:
                conflicts.append(move._fields[field]._description_string(self.env))
        if changes:
            move.write(changes)
        for label in conflicts:
            self._note(
                ctx,
                document,
                move,
                self.env._(
                    "%(number)s: %(field)s was changed in Intacct and in Odoo. Odoo's "
                    "value was kept.",
                    number=document.number,
                    field=label,
                ),
            )

    @api.model
    def _follow_number(self, document, move, before):
        """A new number in Intacct is the new number here, told apart from others as
        at the import.

        :return: values to write, and labels of what a person changed too
        :rtype: tuple[dict, list]
        """
        old = Document(document.object, before).number if before else move.name
        if document.number == old:
            return {}, []
        apart = "{} ({})".format
        if move.name not in (old, apart(old, document.recordno)):
            return {}, [move._fields["name"]._description_string(self.env)]
        taken = self.env["account.move"].search_count(
            [
                ("journal_id", "=", move.journal_id.id),
                ("name", "=", document.number),
                ("id", "!=", move.id),
            ],
            limit=1,
        )
        name = apart(document.number, document.recordno) if taken else document.number
        return {"name": name}, []

    @api.model
    def _odoo_value(self, move, field, text):
        if move._fields[field].type == "date":
            return formats.parse_date(text) or move.invoice_date
        return text or False

    @api.model
    def _ledger_changed(self, document, seen):
        before = seen.get("row", {})
        if any(document.row.get(name) != before.get(name) for name in LEDGER_FIELDS):
            return True
        return self._lines_key(document.lines) != self._lines_key(seen.get("lines", []))

    @api.model
    def _lines_key(self, lines):
        return sorted(
            tuple(
                sorted(
                    (name, value)
                    for name, value in line.items()
                    if value and name not in LINE_NOISE
                )
            )
            for line in lines
        )

    # ------------------------------------------------------------------
    # Amounts and lines
    # ------------------------------------------------------------------
    @api.model
    def _rewrite(self, ctx, document, binding):
        """Amounts, accounts, lines or dates changed: the Odoo copy is written anew,
        unless a person has worked with it.

        :return: whether it was
        """
        move = binding.move_id
        if move.state != "posted" or self._on_its_way(move):
            self._differs(
                ctx,
                document,
                binding,
                self.env._(
                    "%(number)s was changed in Intacct, but in Odoo it is %(state)s. "
                    "It was left as it is.",
                    number=document.number,
                    state=self.env._("paid here")
                    if move.state == "posted"
                    else dict(move._fields["state"]._description_selection(self.env))[
                        move.state
                    ],
                ),
                self.env._(
                    "Compare both documents. Take back the payment or post the "
                    "document again; the next sync follows."
                ),
            )
            return False
        customers = self.env["intacct.binding"]._by_number(
            ctx.backend, "CUSTOMER", [document.row.get("CUSTOMERID")]
        )
        partner = self._partner(document, customers)
        values, notes = DocumentValues(ctx).prepare(document, partner)
        if values["move_type"] != move.move_type:
            raise RecordProblem(
                "sign_changed",
                self.env._("Its total changed its sign in Intacct."),
                self.env._("Unlink it in Odoo and let the next sync bring it anew."),
            )
        for name in ("move_type", "journal_id", "intacct_imported", "name"):
            values.pop(name)
        settlements = self._settlement_lines(move)
        move = move.with_context(
            intacct_guard=LIFT_GUARD, skip_invoice_sync=True, dynamic_unlink=True
        )
        move.line_ids.remove_move_reconcile()
        move.button_draft()
        values["line_ids"] = [
            *(Command.delete(line.id) for line in move.line_ids),
            *values["line_ids"],
        ]
        move.write(values)
        move._post(soft=False)
        plan = self.env["intacct.settlement"]._receivable_line(move) + settlements
        if settlements:
            plan.with_env(self.env).reconcile()
        for note in notes:
            self._note(ctx, document, binding.move_id, note)
        return True

    @api.model
    def _settlement_lines(self, move):
        """The receivable lines of entries that settle a document."""
        line = self.env["intacct.settlement"]._receivable_line(move)
        others = (
            line.matched_credit_ids.credit_move_id
            | line.matched_debit_ids.debit_move_id
        )
        return others.filtered("move_id.intacct_settlement")

    # ------------------------------------------------------------------
    # Reversals
    # ------------------------------------------------------------------
    @api.model
    def _reverse(self, ctx, document, binding):
        """Intacct reversed the document: an opposite one on the date of the act, not
        a cancellation that would change a past period.

        :return: whether nothing remains to be done
        """
        move = binding.move_id
        if move.state != "posted" or self._on_its_way(move):
            self._differs(
                ctx,
                document,
                binding,
                self.env._(
                    "%(number)s was reversed in Intacct, but money was received for it "
                    "in Odoo.",
                    number=document.number,
                ),
                self.env._("Take back the payment in Odoo; the next sync follows."),
            )
            return False
        if not move.intacct_imported:
            if move.currency_id.is_zero(move.amount_residual):
                return True
            self._differs(
                ctx,
                document,
                binding,
                self.env._("%s was reversed in Intacct.", document.number),
                self.env._("Issue a credit note in Odoo if it is meant to be."),
            )
            return False
        counter = self._counter_record(ctx, document)
        date = formats.parse_date(
            counter.get("WHENPOSTED") or document.row.get("WHENMODIFIED")
        )
        settlement = self.env["intacct.settlement"]
        date = settlement._open_date(ctx, move, max(date or move.date, move.date))
        reversal = move.with_context(intacct_guard=LIFT_GUARD)._reverse_moves(
            [
                {
                    "date": date,
                    "invoice_date": date,
                    "invoice_date_due": date,
                    "invoice_payment_term_id": False,
                    "invoice_currency_rate": move.invoice_currency_rate,
                    "name": self.env._("%s (reversal)", move.name),
                    "ref": self.env._("Reversed in Intacct: %s", document.number),
                    "intacct_imported": True,
                }
            ],
            cancel=True,
        )
        if counter:
            bindings = self.env["intacct.binding"]
            bindings.create(
                bindings._identity(
                    ctx.backend,
                    document.object,
                    counter,
                    number=counter.get("RECORDID"),
                    remote_state=counter.get("STATE"),
                    remote_currency=counter.get("CURRENCY"),
                    values_seen={"row": counter},
                    move_id=reversal.id,
                    run_id=ctx.run.id,
                )
            )
        self._note(
            ctx,
            document,
            move,
            self.env._(
                "%(number)s was reversed in Intacct: %(reversal)s.",
                number=document.number,
                reversal=reversal.name,
            ),
        )
        return True

    @api.model
    def _counter_record(self, ctx, document):
        """The *Reversal* that belongs to a *Reversed* document: same customer and
        currency, opposite total, not taken by another one. How Intacct links the
        two is not documented.

        :return: its row, or an empty dict
        """
        rows = ctx.caches.get("reversals", {}).get(document.object, [])
        fitting = {
            row["RECORDNO"]: row
            for row in rows
            if row.get("CUSTOMERID") == document.row.get("CUSTOMERID")
            and row.get("CURRENCY") == document.row.get("CURRENCY")
            and formats.parse_decimal(row.get("TRX_TOTALENTERED")) == -document.total
        }
        taken = self.env["intacct.binding"]._by_recordno(
            ctx.backend, document.object, fitting
        )
        return min(
            (row for key, row in fitting.items() if key not in taken),
            key=lambda row: (
                row.get("RECORDID") != document.row.get("RECORDID"),
                int(row["RECORDNO"]),
            ),
            default={},
        )
