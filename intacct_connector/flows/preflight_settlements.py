from decimal import Decimal

from odoo import api, models

from ..gateway import errors
from .problems import RecordProblem
from .settling import SOURCE_KEYS, TARGET_KEYS


class IntacctFlowPreflight(models.AbstractModel):
    """What a sync would do with whatever settles a receivable, and with what was
    changed after it was sent."""

    _inherit = "intacct.flow.preflight"

    # ------------------------------------------------------------------
    # Settlements
    # ------------------------------------------------------------------
    @api.model
    def _settlements(self, ctx, leaving):
        """The outcome of receipts, write-offs, refunds and applied credits.

        :param leaving: documents that would be created by the same sync
        :rtype: list[dict]
        """
        settling = self.env["intacct.settling"]
        flow = self.env["intacct.flow.payments.out"]
        pairs = settling._pairs(ctx.backend)
        found = []
        for move, own in flow._moves_to_send(ctx.backend, pairs):
            found += self._entry_outcomes(ctx, move, own, leaving)
        for payment in flow._payments_without_entry(ctx.backend):
            found += self._payment_outcomes(ctx, payment, leaving)
        for pair in pairs:
            both = settling._is_document(pair.debit) and settling._is_document(
                pair.credit
            )
            if both and pair.amount > 0 and not pair.credit.intacct_ignored:
                found.append(self._application(ctx, pair, leaving))
        return found

    @api.model
    def _entry_outcomes(self, ctx, move, pairs, leaving):
        try:
            entry = self.env["intacct.settling"]._entry(move)
        except RecordProblem as problem:
            record = move.origin_payment_id or move
            keys = self._keys_of(record, move.amount_total_signed, move.currency_id)
            return [self._refusal(problem, **keys)]
        return self._outcomes(ctx, entry, pairs, leaving)

    @api.model
    def _payment_outcomes(self, ctx, payment, leaving):
        flow = self.env["intacct.flow.payments.out"]
        linked = flow._linked_pairs(payment)
        try:
            flow._check_settled(payment, linked)
        except RecordProblem as problem:
            keys = self._keys_of(payment, payment.amount, payment.currency_id)
            return [self._refusal(problem, **keys)]
        entry = self.env["intacct.settling"]._payment_without_entry(payment)
        return self._outcomes(ctx, entry, linked, leaving)

    @api.model
    def _outcomes(self, ctx, entry, pairs, leaving):
        """One outcome of the receipt and one of the memo that an entry needs."""
        flow = self.env["intacct.flow.payments.out"]
        found = []
        if flow._lacks_receipt(entry):
            what = "create_payment" if pairs else "create_advance"
            check = self._check_receipt
            receipts = self.env["intacct.receipts.out"]
            sent = receipts._in_their_currency(ctx, entry, pairs)
            found.append(
                self._outcome(ctx, sent, sent.cash, what, check, pairs, leaving)
            )
        if flow._lacks_refund(ctx, entry, pairs):
            keys = self._keys_of(entry.record, entry.cash, entry.currency)
            found.append(self._refusal(self._made_by_hand(), **keys))
        if flow._lacks_memo(ctx, entry):
            value = -entry.other - min(entry.cash, Decimal())
            check = self._check_memo
            found.append(
                self._outcome(ctx, entry, value, "create_memo", check, pairs, leaving)
            )
        return found

    @api.model
    def _outcome(self, ctx, entry, value, what, check, pairs, leaving):
        keys = self._keys_of(entry.record, value, entry.currency)
        try:
            self.env["intacct.receipts.out"]._check_entry(ctx, entry)
            check(ctx, entry, pairs)
            for pair in pairs:
                self._check_pair(ctx, entry, pair, leaving)
        except (RecordProblem, errors.IntacctError) as error:
            return self._refusal(self._as_record_problem(error), **keys)
        return self._would(
            what,
            self.env._(
                "%(number)s: would be created when its documents are there, "
                "%(amount)s.",
                number=keys["document"],
                amount=self._amount(value, entry.currency),
            ),
            **keys,
        )

    @api.model
    def _check_receipt(self, ctx, entry, pairs):
        """:raises RecordProblem: it has no account or owner, or is dated in a closed
        period"""
        self.env["intacct.closed.periods"]._check(ctx, entry.date)
        receipts = self.env["intacct.receipts.out"]
        receipts._check_owner(entry)
        self.env["intacct.receipt.accounts"]._account(ctx, entry)
        if not pairs:
            receipts._advance_account(ctx)
            receipts._check_age(ctx, entry)

    @api.model
    def _check_memo(self, ctx, entry, pairs):
        """:raises RecordProblem: an account is missing"""
        self.env["intacct.closed.periods"]._check(ctx, entry.date)
        if not pairs:
            self.env["intacct.flow.payments.out"]._check_unapplied(ctx, entry)
        memos = self.env["intacct.memos.out"]
        memos._check_payer(entry)
        memos._lines(ctx, entry, "?", memos._items(entry))

    @api.model
    def _made_by_hand(self):
        """A refund that a person makes in Intacct.

        :rtype: RecordProblem
        """
        return RecordProblem(
            "do_it",
            self.env._("Do it in Intacct: refund the customer's credit there."),
            self.env._("Nothing else has to be done here: the next sync sees it."),
            level="warning",
        )

    @api.model
    def _check_pair(self, ctx, entry, pair, leaving):
        """:raises RecordProblem: what it settles, or is settled by, is not there and
        does not leave together with it"""
        receipts = self.env["intacct.receipts.out"]
        if not pair.same_currency and entry.received is None:
            raise receipts._cross_currency(pair.debit)
        for move, keys in ((pair.debit, TARGET_KEYS), (pair.credit, SOURCE_KEYS)):
            if not move or move == entry.move or move in leaving:
                continue
            if not receipts._is_document(move):
                continue
            try:
                receipts._document_place(ctx, move, keys)
            except RecordProblem as problem:
                on_account = entry.record.intacct_on_account
                if problem.cause != "stays_out" or not on_account:
                    raise

    @api.model
    def _application(self, ctx, pair, leaving):
        """A credit that Odoo has applied to a document."""
        apply = self.env["intacct.applications.out"]
        currency = pair.debit.currency_id
        keys = self._keys_of(pair.credit, pair.amount, currency)
        try:
            if not pair.same_currency:
                raise apply._cross_currency(pair.debit)
            self.env["intacct.closed.periods"]._check(ctx, apply._date(ctx, pair))
            for move, names in ((pair.debit, TARGET_KEYS), (pair.credit, SOURCE_KEYS)):
                if move not in leaving:
                    apply._document_place(ctx, move, names)
        except RecordProblem as problem:
            return self._refusal(problem, **keys)
        return self._would(
            "apply",
            self.env._(
                "%(credit)s: would be applied to %(document)s, %(amount)s.",
                credit=pair.credit.name,
                document=pair.debit.name,
                amount=self._amount(pair.amount, currency),
            ),
            **keys,
        )

    @api.model
    def _keys_of(self, record, value, currency):
        """Columns of the event of a payment or entry."""
        move = record.move_id if record._name == "account.payment" else record
        return {
            "document": record.name or record.display_name,
            "move_id": move.id,
            "partner_id": record.partner_id.commercial_partner_id.id,
            "amount": float(value),
            "currency_id": currency.id,
        }

    # ------------------------------------------------------------------
    # Changed after sending
    # ------------------------------------------------------------------
    @api.model
    def _changes(self, ctx):
        """What would become of records that are not in Odoo as they were sent.

        :rtype: list[dict]
        """
        flow = self.env["intacct.flow.changes.out"]
        found = []
        for record in (*flow._changed_moves(ctx), *flow._changed_payments(ctx)):
            if record._intacct_under_way() or flow._is_changing(record):
                continue
            is_move = record._name == "account.move"
            value = record.amount_total if is_move else record.amount
            keys = self._keys_of(record, value, record.currency_id)
            try:
                what = flow._what_follows(ctx, record)
            except (RecordProblem, errors.IntacctError) as error:
                problem = self._as_record_problem(error)
                found.append(self._refusal(problem, **keys))
                continue
            if what:
                found.append(self._would_change(what, keys))
        return found + self._lost(ctx)

    @api.model
    def _lost(self, ctx):
        """What would become of receipts and applications of which Odoo has taken
        something back.

        :rtype: list[dict]
        """
        flow = self.env["intacct.flow.changes.out"]
        found = []
        for operation, record in flow._lost_applications(ctx):
            if flow._is_changing(record):
                continue
            made = operation in flow._made(record)
            amounts = operation.allocation_ids.mapped("amount")
            currency = operation.allocation_ids.debit_move_id[:1].currency_id
            if made and record._name == "account.payment":
                amounts, currency = [record.amount], record.currency_id
            keys = self._keys_of(record, abs(sum(amounts)), currency)
            try:
                flow._check_reversible(ctx, operation._intacct_date())
            except RecordProblem as problem:
                found.append(self._refusal(problem, **keys))
                continue
            found.append(self._would_change("replace" if made else "reverse", keys))
        return found

    @api.model
    def _would_change(self, what, keys):
        currency = self.env["res.currency"].browse(keys["currency_id"])
        return self._would(
            what,
            f"{keys['document']}: {self._deeds()[what]}, "
            f"{self._amount(keys['amount'], currency)}.",
            **keys,
        )
