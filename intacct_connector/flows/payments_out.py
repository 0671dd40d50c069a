from odoo import api, models
from odoo.fields import Domain

from ..gateway import errors
from .dues_out import Dues
from .memos_out import MEMO
from .problems import RecordProblem
from .receipts_out import AGAIN, RECEIPT_ACTIONS
from .refunds_out import REFUND

FLOW = "payments_out"


class IntacctFlowPaymentsOut(models.AbstractModel):
    """Whatever settles a receivable in Odoo -> Intacct, in an order in which each
    finds what it needs: memos, receipts, applications."""

    _name = "intacct.flow.payments.out"
    _inherit = "intacct.flow"
    _description = "Settlements to Sage Intacct"

    # ------------------------------------------------------------------
    # Step
    # ------------------------------------------------------------------
    @api.model
    def _run(self, ctx, step):
        if not ctx.backend._exports():
            return
        outbox = self.env["intacct.outbox"]
        follow = self.env["intacct.settlements.follow"]
        self.env["intacct.receipt.links"]._adopt_linked(ctx)
        self.env["intacct.refunds.out"]._withdraw(ctx, step)
        ctx.caches["reported"] = {}
        entries = self._entries(ctx, step)
        self.env["intacct.closed.periods"]._look_again(
            ctx, [entry.date for entry, _pairs in entries]
        )
        self._send_customers(ctx, step, entries)
        self._memos(ctx, step, entries)
        outbox._send_ready(ctx, step, [MEMO])
        outbox._read_back(ctx, step)
        self._receipts(ctx, step, entries)
        outbox._send_ready(ctx, step, list(RECEIPT_ACTIONS))
        outbox._read_back(ctx, step)
        follow._bind_parts(ctx)
        self._refunds(ctx, step, entries)
        self._applications(ctx, step)
        follow._inline_credits(ctx)
        outbox._send_ready(ctx, step, ["apply"])
        outbox._read_back(ctx, step)
        follow._bind_parts(ctx)
        follow._follow(ctx, step)
        self._tell(ctx, step)
        ctx.commit()

    # ------------------------------------------------------------------
    # What there is to do
    # ------------------------------------------------------------------
    @api.model
    def _entries(self, ctx, step):
        """Everything that is no document and not in Intacct: entries that are
        reconciled, and money received.

        :return: (Entry, what it settles or is settled by) of each
        :rtype: list[tuple]
        """
        settling = self.env["intacct.settling"]
        pairs = self._confirm_bank_lines(ctx, settling._pairs(ctx.backend))
        held = self._held(ctx, pairs)
        entries = []
        for move, own in self._moves_to_send(ctx.backend, pairs):
            record = move.origin_payment_id or move
            if held(record):
                continue
            self._try(ctx, step, record, self._add, ctx, entries, step, move, own)
        for payment in self._payments_without_entry(ctx.backend):
            if held(payment):
                continue
            self._try(ctx, step, payment, self._add_payment, entries, step, payment)
        return entries

    @api.model
    def _held(self, ctx, pairs):
        """What does not leave with this run: posted just now, or, where a person
        sends single documents, not chosen. With auto-sync on the payments of chosen
        documents go along.

        :return: tells of a payment or an entry whether it is held
        """
        young = {
            *self.env["account.payment"].search(
                Domain("company_id", "=", ctx.backend.company_id.id)
                & Domain("intacct_posted_at", "!=", False)
                & ~self._waited_long_enough(ctx.backend)
            )
        }
        chosen = ctx.run._chosen()
        if chosen is None:
            return lambda record: record in young
        if ctx.backend.auto_sync:
            for pair in pairs:
                if pair.debit in chosen or pair.credit in chosen:
                    chosen |= {*self._records_of(pair)}
        return lambda record: record in young or record not in chosen

    @api.model
    def _records_of(self, pair):
        """What both sides of a pair are reported on."""
        return [move.origin_payment_id or move for move in (pair.debit, pair.credit)]

    @api.model
    def _moves_to_send(self, backend, pairs):
        """Entries that are no documents and settle something, or are money.

        :param list[Pair] pairs: what Intacct does not have of Odoo's reconciliation
        :return: each with its pairs, oldest first
        :rtype: list[tuple]
        """
        by_move = {}
        for pair in pairs:
            if pair.amount > 0:
                by_move.setdefault(pair.debit, []).append(pair)
                by_move.setdefault(pair.credit, []).append(pair)
        moves = self.env["account.move"].union(*by_move) | self._money(backend)
        return [
            (move, by_move.get(move, []))
            for move in moves.sorted(lambda move: (move.date, move.id))
            if not self.env["intacct.settling"]._is_document(move)
            and not (move.origin_payment_id or move).intacct_ignored
        ]

    @api.model
    def _add(self, ctx, entries, step, move, pairs):
        """Adds an entry unless everything that it needs is there or on its way.

        :raises RecordProblem: it cannot be told in Intacct's terms
        """
        entry = self.env["intacct.settling"]._entry(move)
        if (
            self._lacks_receipt(entry)
            or self._lacks_memo(ctx, entry)
            or self._lacks_refund(ctx, entry, pairs)
        ):
            step._count(read=1)
            entries.append((entry, pairs))

    @api.model
    def _lacks_receipt(self, entry):
        """Whether money was received of which nothing was sent."""
        receipts = self.env["intacct.receipts.out"]
        return receipts._sent(entry, RECEIPT_ACTIONS, entry.cash) < entry.cash

    @api.model
    def _lacks_memo(self, ctx, entry):
        """Whether it settles without money, and nothing was sent of that."""
        if self.env["intacct.refunds.out"]._is_by_hand(ctx, entry):
            return False
        return self.env["intacct.memos.out"]._lacks_memo(entry)

    @api.model
    def _lacks_refund(self, ctx, entry, pairs):
        """Whether a person is still to be asked for a refund, or a part of it."""
        by_hand = self.env["intacct.refunds.out"]._is_by_hand(ctx, entry)
        if not by_hand or self._has(entry.record, [MEMO]):
            return False
        return bool(pairs) or not self._has(entry.record, [REFUND])

    @api.model
    def _has(self, record, actions):
        return bool(
            record.intacct_operation_ids.filtered(
                lambda operation: operation.action in actions
                and operation.state != AGAIN
            )
        )

    @api.model
    def _no_receipt(self):
        """Nothing was sent of it, or a part was given up."""
        mine = Domain("action", "in", RECEIPT_ACTIONS)
        sent = mine & Domain("state", "!=", AGAIN)
        given_up = mine & Domain("state", "=", AGAIN) & Domain("whole", "!=", False)
        return Domain("intacct_operation_ids", "not any", sent) | Domain(
            "intacct_operation_ids", "any", given_up
        )

    @api.model
    def _payment_domain(self, backend):
        return (
            Domain("company_id", "=", backend.company_id.id)
            & Domain("partner_type", "=", "customer")
            & Domain("state", "in", ("in_process", "paid"))
            & Domain("partner_id", "!=", False)
            & Domain("date", ">=", backend.export_start_date)
            & Domain("intacct_ignored", "=", False)
            & self._no_receipt()
        )

    @api.model
    def _money(self, backend):
        """Money from and to customers that is not in Intacct, whether or not it
        settles something: payments, and bank lines on a receivable account."""
        payments = self.env["account.payment"].search(
            self._payment_domain(backend) & Domain("move_id.state", "=", "posted")
        )
        lines = self.env["account.move"].search(
            Domain("company_id", "=", backend.company_id.id)
            & Domain("statement_line_id", "!=", False)
            & Domain("state", "=", "posted")
            & Domain("date", ">=", backend.export_start_date)
            & Domain("intacct_ignored", "=", False)
            & Domain("line_ids.account_type", "=", "asset_receivable")
            & self._no_receipt()
        )
        return payments.move_id | lines

    # ------------------------------------------------------------------
    # Customers, memos, receipts
    # ------------------------------------------------------------------
    @api.model
    def _send_customers(self, ctx, step, entries):
        """An advance may be the first that Intacct hears of a customer."""
        customers = self.env["intacct.flow.customers.out"]
        for entry, pairs in entries:
            for partner in self._on_account_of(entry, pairs):
                if not customers._binding(ctx, partner):
                    self._try(ctx, step, entry.record, customers._prepare, ctx, partner)
        self.env["intacct.flow.documents.out"]._send_customers(ctx, step)

    @api.model
    def _on_account_of(self, entry, pairs):
        """Customers of whom an entry settles nothing, or less than it has."""
        if not pairs:
            return entry.payer
        return entry.move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
            and line.amount_residual_currency < 0
        ).partner_id.commercial_partner_id

    @api.model
    def _memo(self, ctx, dues, entry, pairs):
        """The documents come first: nothing is written off that is not there."""
        memos = self.env["intacct.memos.out"]
        for pair in pairs:
            other = pair.credit if pair.debit == entry.move else pair.debit
            if memos._is_document(other):
                memos._check_document(ctx, pair, other)
        if not pairs:
            self._check_unapplied(ctx, entry)
        self._check_money(ctx, dues, entry, pairs)
        memos._prepare_memos(ctx, entry, pairs)

    @api.model
    def _check_unapplied(self, ctx, entry):
        """What money received brings with it leaves unapplied when the money does.

        :raises RecordProblem: it waits for a document
        """
        if entry.payment and entry.cash > 0:
            self.env["intacct.receipts.out"]._check_age(ctx, entry)
            return
        if entry.payment and not entry.move:
            raise RecordProblem(
                "unapplied",
                self.env._("It pays money back and has no journal entry."),
                self.env._(
                    "Match its bank line with the credit note: that leaves as the "
                    "refund."
                ),
                level="warning",
            )
        raise RecordProblem(
            "unapplied",
            self.env._("It settles no document yet."),
            self.env._("Reconcile it with a document."),
            level="warning",
        )

    @api.model
    def _receipts(self, ctx, step, entries):
        receipts = self.env["intacct.receipts.out"]
        todo = [
            (entry, pairs) for entry, pairs in entries if self._lacks_receipt(entry)
        ]
        dues = self._dues(ctx, todo)
        for chunk in self._chunks(todo):
            for entry, pairs in chunk:
                if self._memo_pending(entry):
                    continue
                self._try(
                    ctx, step, entry.record, receipts._prepare, ctx, dues, entry, pairs
                )
            ctx.commit(len(chunk))
        self.env["intacct.receipt.links"]._propose(ctx)

    @api.model
    def _refunds(self, ctx, step, entries):
        """The credits come first: only what is there can be refunded there."""
        refunds = self.env["intacct.refunds.out"]
        dues = Dues(ctx)
        for entry, pairs in entries:
            if self._lacks_refund(ctx, entry, pairs):
                self._try(
                    ctx, step, entry.record, refunds._ask, ctx, dues, entry, pairs
                )
        ctx.commit()

    @api.model
    def _memo_pending(self, entry):
        """Whether a receipt needs a debit memo that is not in Intacct yet; that one
        is reported by itself."""
        if entry.other >= 0:
            return False
        return not entry.record.intacct_operation_ids.filtered(
            lambda operation: operation.action == MEMO and operation.state == "done"
        )

    # ------------------------------------------------------------------
    # Applications
    # ------------------------------------------------------------------
    @api.model
    def _applications(self, ctx, step):
        """What is still not settled in Intacct although both sides are there."""
        apply = self.env["intacct.applications.out"]
        pairs = []
        chosen = None if ctx.backend.auto_sync else ctx.run._chosen()
        for pair in self.env["intacct.settling"]._pairs(ctx.backend):
            if chosen is not None and not chosen & {*self._records_of(pair)}:
                continue
            record = pair.credit.origin_payment_id or pair.credit
            if record.intacct_ignored or self._is_blocked(pair):
                continue
            # What Odoo has taken back was dealt with before, as a later change.
            if pair.amount < 0:
                continue
            if apply._is_ready(pair.debit) and apply._is_ready(pair.credit):
                pairs.append(pair)
        dues = Dues(ctx)
        dues.load([place for pair in pairs for place in self._places(ctx, pair)])
        for chunk in self._chunks(list(apply._groups(ctx, pairs).items())):
            for (credit, date, _partner), group in chunk:
                record = credit.origin_payment_id or credit
                step._count(read=1)
                self._try(
                    ctx, step, record, apply._prepare_group, ctx, dues, date, group
                )
            ctx.commit(len(chunk))

    @api.model
    def _places(self, ctx, pair):
        """Where both sides of a pair stand; none if one is not there, which is
        reported where the application is prepared."""
        apply = self.env["intacct.applications.out"]
        try:
            return [
                apply._debit_place(ctx, pair.debit),
                *apply._sources(ctx, pair.credit),
            ]
        except RecordProblem:
            return []

    @api.model
    def _is_blocked(self, pair):
        """An application that Intacct refused waits for its Retry."""
        record = pair.credit.origin_payment_id or pair.credit
        return bool(
            record.intacct_operation_ids.filtered(
                lambda operation: operation.state == "failed"
                and operation.action == "apply"
                and pair.debit in operation.allocation_ids.debit_move_id
            )
        )

    # ------------------------------------------------------------------
    # Reports
    # ------------------------------------------------------------------
    @api.model
    def _try(self, ctx, step, record, method, *arguments):
        """Prepares one record; whatever holds it is reported on it."""
        self._apply(
            ctx,
            [record],
            lambda _items: method(*arguments),
            lambda record, problem: self._report(ctx, step, record, problem),
        )

    @api.model
    def _as_problem(self, ctx, error):
        """A value that cannot be rendered is a problem of its record."""
        if isinstance(error, errors.RequestError | errors.FormatError):
            return RecordProblem(
                "not_renderable",
                str(error),
                self.env._("Correct it in Odoo, then press Sync Now."),
            )
        return super()._as_problem(ctx, error)

    @api.model
    def _report(self, ctx, step, record, problem):
        """Keeps what holds a record until the end of the step: another part of it
        may arrive meanwhile, which closes the record's event."""
        ctx.caches["reported"].setdefault((record._name, record.id), problem)

    @api.model
    def _tell(self, ctx, step):
        """Opens the events of what is held, and closes those of what was."""
        events = self.env["intacct.sync.event"]
        reported = ctx.caches["reported"]
        for (model, record_id), problem in reported.items():
            record = self.env[model].browse(record_id)
            move = record.move_id if model == "account.payment" else record
            step._count(**{"failed" if problem.level == "error" else "skipped": 1})
            events._fail(
                ctx.run,
                FLOW,
                model,
                str(record_id),
                f"{record.display_name}: {problem.message}",
                level=problem.level,
                document=record.display_name,
                cause=problem.cause,
                advice=problem.advice,
                move_id=move.id,
                partner_id=record.partner_id.id,
            )
        domain = [
            ("backend_id", "=", ctx.backend.id),
            ("flow", "=", FLOW),
            ("state", "=", "open"),
        ]
        chosen = ctx.run._chosen()
        if chosen is not None:
            # The others were not looked at.
            keys = [str(record.id) for record in chosen]
            domain.append(("recordno", "in", keys))
        open_events = events.search(domain)
        open_events.filtered(
            lambda event: (event.intacct_object, int(event.recordno)) not in reported
            and (chosen is None or event._fix_record() in chosen)
        ).write({"state": "resolved", "payload": False})
