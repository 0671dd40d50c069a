from dataclasses import dataclass
from decimal import Decimal

from odoo import api, models
from odoo.fields import Command

from ..gateway import formats
from ..models.account_move_line import LIFT_GUARD
from .document_values import amount, first_open_date
from .problems import RecordProblem

# Where an application row names a credit, and its amount in the currency of the
# document (API.md 10.3).
SOURCES = {
    "ADJUSTMENTKEY": "TRX_ADJUSTMENTAMOUNT",
    "INLINEKEY": "TRX_INLINEAMOUNT",
    "NEGATIVEINVOICEKEY": "TRX_NEGATIVEINVOICEAMOUNT",
    "ADVANCEKEY": "TRX_POSTEDADVANCEAMOUNT",
    "POSTEDADVANCEKEY": "TRX_POSTEDADVANCEAMOUNT",
    "OVERPAYMENTKEY": "TRX_POSTEDOVERPAYMENTAMOUNT",
    "POSTEDOVERPAYMENTKEY": "TRX_POSTEDOVERPAYMENTAMOUNT",
}
# The documents that each kind of credit is.
SOURCE_OBJECTS = {
    "ADJUSTMENTKEY": "ARADJUSTMENT",
    "INLINEKEY": "ARINVOICE",
    "NEGATIVEINVOICEKEY": "ARINVOICE",
    "ADVANCEKEY": "ARADVANCE",
    "POSTEDADVANCEKEY": "ARADVANCE",
    "OVERPAYMENTKEY": "ARPYMT",
    "POSTEDOVERPAYMENTKEY": "ARPYMT",
}
TARGETS = {"RECORDKEY": "ARINVOICE", "POSADJKEY": "ARADJUSTMENT"}
PAID_FIELDS = ("TRX_PAYMENTAMOUNT", *dict.fromkeys(SOURCES.values()))
# Rows and payments in these states settle nothing. A reversed payment and its
# counter record cancel each other, so both are left out.
VOID_STATES = {
    "draft",
    "d",
    "reversed",
    "reversal",
    "voided",
    "v",
    "submitted",
    "declined",
}
BOUND_STATES = ("synced", "difference", "provisional")
# Binding objects of the two ends of one application row.
TARGET_SIDE = "ARPYMTDETAIL"
CREDIT_SIDE = "ARPYMTDETAIL/credit"


def source_key(row, name):
    """RECORDNO of the credit that an application row names.

    An over-payment is a record of its own; here it is the receipt it came with,
    which the flow has looked up as ``OVERPAIDBY``.

    :param dict row: a row of ARPYMTDETAIL
    :param str name: one of SOURCES
    """
    if SOURCE_OBJECTS[name] == "ARPYMT" and row.get(name):
        return row.get("OVERPAIDBY") or row[name]
    return row.get(name)


@dataclass
class Settlement:
    """One end of an application row on one document.

    :ivar move: the document in Odoo
    :ivar str side: TARGET_SIDE for what is paid, CREDIT_SIDE for what is used up
    :ivar dict row: the row of ARPYMTDETAIL
    :ivar Decimal value: in the document's currency; positive reduces what is open
    """

    move: object
    side: str
    row: dict
    value: Decimal


class IntacctSettlement(models.AbstractModel):
    """Books in Odoo what Intacct received, credited or reversed on a document.

    Each end of an application is an entry of its own against the connection's
    account, so that a document shows Intacct's balance although the other end of
    the application may never come to Odoo.
    """

    _name = "intacct.settlement"
    _description = "Sage Intacct Settlement"

    # ------------------------------------------------------------------
    # What a row settles
    # ------------------------------------------------------------------
    @api.model
    def _is_void(self, row):
        states = (row.get("STATE"), row.get("PAYMENTSTATE"))
        return any((state or "").lower() in VOID_STATES for state in states)

    @api.model
    def _ends(self, row):
        """The documents that a row touches.

        :return: (object, RECORDNO, side, amount) of each end
        :rtype: list[tuple]
        """
        ends = []
        for name, intacct_object in TARGETS.items():
            if key := row.get(name):
                value = sum((amount(row, paid) for paid in PAID_FIELDS), Decimal())
                ends.append((intacct_object, key, TARGET_SIDE, value))
        used = set()
        for name, amount_field in SOURCES.items():
            key = source_key(row, name)
            if key and amount_field not in used and amount(row, amount_field):
                used.add(amount_field)
                value = amount(row, amount_field)
                ends.append((SOURCE_OBJECTS[name], key, CREDIT_SIDE, value))
        if len(ends) == 2 and ends[0][:2] == ends[1][:2]:
            # An invoice's own credit line: nothing changes on the whole document.
            return []
        return [end for end in ends if end[3]]

    # ------------------------------------------------------------------
    # Bringing Odoo in line with the rows
    # ------------------------------------------------------------------
    @api.model
    def _settle(self, ctx, rows):
        """Books the rows that are not booked yet and takes back those that became
        void. Booking a row twice is impossible: each end is bound once.

        :param list[dict] rows: rows of ARPYMTDETAIL with ``PAYMENTSTATE``
        :return: moves that were touched
        """
        ends = [
            (row, end) for row in self._foreign(ctx, rows) for end in self._ends(row)
        ]
        moves = self._moves_of(ctx, [end for _row, end in ends])
        bindings = self.env["intacct.binding"]
        booked = {
            side: bindings._by_recordno(
                ctx.backend, side, [row["RECORDNO"] for row, _end in ends]
            )
            for side in (TARGET_SIDE, CREDIT_SIDE)
        }
        wanted, touched, readable = [], self.env["account.move"], {}
        for row, (intacct_object, key, side, value) in ends:
            move = moves.get((intacct_object, key))
            if not move:
                continue
            binding = booked[side].get(row["RECORDNO"])
            if self._is_void(row):
                if binding and binding.sync_state != "gone":
                    self._take_back(ctx, binding, row)
                    touched |= move
            elif not binding:
                wanted.append(Settlement(move, side, row, value))
                touched |= move
                readable.setdefault(intacct_object, set()).add(key)
        for intacct_object, keys in readable.items():
            self._drop_provisionals(ctx, intacct_object, keys)
        self._book(ctx, wanted)
        return touched

    @api.model
    def _ours(self, ctx, rows):
        """The rows that touch a document which is in Odoo.

        :param list[dict] rows: rows of ARPYMTDETAIL
        :rtype: list[dict]
        """
        rows = self._foreign(ctx, rows)
        ends = {row["RECORDNO"]: self._ends(row) for row in rows}
        moves = self._moves_of(ctx, [end for group in ends.values() for end in group])
        return [
            row
            for row in rows
            if any(end[:2] in moves for end in ends[row["RECORDNO"]])
        ]

    @api.model
    def _foreign(self, ctx, rows):
        """The rows of payments that were not sent from Odoo: ours stand here
        already, as what they are."""
        ours = self.env["intacct.binding"]._by_recordno(
            ctx.backend, "ARPYMT", {row.get("PAYMENTKEY") or "" for row in rows}
        )
        ours = {
            key
            for key, binding in ours.items()
            if binding.origin != "intacct" and binding.sync_state != "proposed"
        }
        # Parts of a payment over several entities, read before they were linked.
        marker_in = self.env["intacct.outbox"]._marker_in
        ours |= {
            key
            for key, row in ctx.caches.get("payment_rows", {}).items()
            if marker_in(row.get("DESCRIPTION"))
        }
        return [row for row in rows if row.get("PAYMENTKEY") not in ours]

    @api.model
    def _moves_of(self, ctx, ends):
        """The Odoo documents of some ends, those in Odoo only."""
        moves = {}
        by_object = {}
        for intacct_object, key, _side, _value in ends:
            by_object.setdefault(intacct_object, set()).add(key)
        for intacct_object, keys in by_object.items():
            found = self.env["intacct.binding"]._by_recordno(
                ctx.backend, intacct_object, keys
            )
            for key, binding in found.items():
                move = binding.move_id or binding.payment_id.move_id
                if move and binding.sync_state in BOUND_STATES:
                    moves[intacct_object, key] = move
        return moves

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

    @api.model
    def _settle_remainder(self, ctx, document, binding):
        """What Intacct counts as settled but no readable payment explains (a
        discount, say) is settled provisionally, and taken back when it can be read.

        :param Document document: as Intacct has it now
        :param binding: of its Odoo move
        """
        move = binding.move_id
        settled = document.total - document.due
        explained = self._explained(ctx, document, move)
        remainder = settled - explained
        provisional = (
            self.env["intacct.binding"]
            ._by_recordno(
                ctx.backend, f"{document.object}/provisional", [document.recordno]
            )
            .get(document.recordno)
        )
        if provisional:
            if not move.currency_id.compare_amounts(
                float(remainder), provisional.remote_total
            ):
                return
            self._drop_provisional(ctx, provisional)
            move.invalidate_recordset()
        if not move.currency_id.is_zero(float(remainder)) and self._attach(
            ctx, document, move
        ):
            remainder = settled - self._explained(ctx, document, move)
        if move.currency_id.is_zero(float(remainder)):
            return
        if (remainder > 0) != (document.total > 0):
            # More was applied than Intacct counts: nothing to book, see below.
            return
        if (
            move.currency_id.compare_amounts(
                abs(float(remainder)), move.amount_residual
            )
            > 0
        ):
            # Odoo has settled it, too: which of the two is right, a person must say.
            return
        row = {
            **document.row,
            "PAYMENTDATE": document.row.get("WHENPAID")
            or document.row.get("WHENMODIFIED"),
        }
        (entry,) = self._create_entries(
            ctx,
            [
                self._entry_values(
                    ctx,
                    move,
                    remainder,
                    self._date(ctx, move, row),
                    self.env._("provisional"),
                )
            ],
        )
        bindings = self.env["intacct.binding"]
        bindings.create(
            bindings._identity(
                ctx.backend,
                f"{document.object}/provisional",
                document.row,
                number=document.number,
                remote_total=float(remainder),
                remote_currency=document.row.get("CURRENCY"),
                sync_state="provisional",
                reason=self.env._("Settled in Intacct by what could not be read."),
                move_id=entry.id,
                run_id=ctx.run.id,
            )
        )
        self._reconcile([(move, entry)])
        self.env["intacct.sync.event"]._note(
            ctx.run,
            "payments",
            self.env._(
                "%(number)s: %(amount)s %(currency)s were settled in Intacct by "
                "something that could not be read (a discount, say). It was settled "
                "provisionally.",
                number=document.number,
                amount=remainder,
                currency=move.currency_id.name,
            ),
            level="warning",
            intacct_object=document.object,
            recordno=document.recordno,
            document=document.number,
            move_id=move.id,
            cause="provisional",
        )

    @api.model
    def _attach(self, ctx, document, move):
        """Reconciles a document again with entries that were booked to settle it
        and that a person has taken off.

        :return: whether there were any
        """
        line = self._receivable_line(move)
        loose = self.env["account.move.line"].search(
            [
                ("journal_id", "=", ctx.backend.settlement_journal_id.id),
                ("account_id", "=", line.account_id.id),
                ("partner_id", "=", line.partner_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
        bindings = self.env["intacct.binding"].search(
            [
                ("move_id", "in", loose.move_id.ids),
                ("intacct_object", "in", (TARGET_SIDE, CREDIT_SIDE)),
                ("sync_state", "=", "synced"),
            ]
        )
        mine = (document.object, document.recordno)
        entries = [
            binding.move_id
            for binding in bindings
            for *key, side, _value in self._ends(binding.values_seen["row"])
            if tuple(key) == mine and side == binding.intacct_object
        ]
        self._reconcile([(move, entry) for entry in entries])
        return bool(entries)

    @api.model
    def _explained(self, ctx, document, move):
        """How much of a document its booked application rows and our own receipts
        that Intacct has settle, in its currency and with Intacct's sign."""
        booked = sum(
            (
                Decimal(str(binding.remote_total))
                * (1 if binding.intacct_object == TARGET_SIDE else -1)
                for binding in self._settlement_bindings(ctx, move)
            ),
            Decimal(),
        )
        sign = -1 if document.total < 0 else 1
        sent = self.env["intacct.allocation"]._sent(move)
        return booked + sign * Decimal(str(round(sent, 6)))

    @api.model
    def _on_its_way(self, move):
        """What was settled on a document in Odoo and is not in Intacct yet; negative
        where Intacct has more of us, as with a payment without journal entry.

        :return: in the document's currency
        :rtype: float
        """
        line = self._receivable_line(move)
        settled = sum(
            partial.debit_amount_currency
            for partial in line.matched_credit_ids
            if self._is_ours(move, partial.credit_move_id.move_id)
        ) + sum(
            partial.credit_amount_currency
            for partial in line.matched_debit_ids
            if self._is_ours(move, partial.debit_move_id.move_id)
        )
        return round(settled - self.env["intacct.allocation"]._sent(move), 6)

    @api.model
    def _is_ours(self, move, entry):
        """Whether a person reconciled an entry with a document, and not what was
        brought from Intacct."""
        if entry.intacct_imported and move.intacct_imported:
            return move not in entry.reversed_entry_id | entry.reversal_move_ids
        return entry.intacct_imported or not entry.intacct_settlement

    @api.model
    def _settlement_bindings(self, ctx, move):
        """Bindings of the entries that settle a document."""
        line = self._receivable_line(move)
        partials = line.matched_credit_ids + line.matched_debit_ids
        counterparts = (
            partials.credit_move_id.move_id | partials.debit_move_id.move_id
        ) - move
        return self.env["intacct.binding"].search(
            [
                ("move_id", "in", counterparts.ids),
                ("intacct_object", "in", (TARGET_SIDE, CREDIT_SIDE)),
                ("sync_state", "=", "synced"),
            ]
        )

    @api.model
    def _drop_provisionals(self, ctx, intacct_object, recordnos):
        """Rows of these documents arrive: what they leave unexplained is settled
        anew when the documents are compared."""
        known = self.env["intacct.binding"]._by_recordno(
            ctx.backend, f"{intacct_object}/provisional", recordnos
        )
        for binding in known.values():
            self._drop_provisional(ctx, binding)

    @api.model
    def _drop_provisional(self, ctx, binding):
        """Its amount can be read now, or changed: the guess goes, dated as it was."""
        entry = binding.move_id
        binding.unlink()
        entry = entry.with_context(intacct_guard=LIFT_GUARD)
        entry._reverse_moves(
            [
                {
                    "date": self._open_date(ctx, entry, entry.date),
                    "intacct_settlement": True,
                }
            ],
            cancel=True,
        )
