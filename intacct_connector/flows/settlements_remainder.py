from decimal import Decimal

from odoo import api, models

from ..models.account_move_line import LIFT_GUARD
from .settlement_rows import CREDIT_SIDE, TARGET_SIDE


class IntacctSettlement(models.AbstractModel):
    """What Intacct counts as settled and no readable payment explains."""

    _inherit = "intacct.settlement"

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
        """Whether a person reconciled an entry with a document that is to be sent, and
        not what was brought from Intacct. What is ignored never comes there from us:
        if a person booked it there, both sides are as open."""
        if (entry.origin_payment_id or entry).intacct_ignored:
            return False
        if entry.intacct_imported and move.intacct_imported:
            return move not in entry.reversed_entry_id | entry.reversal_move_ids
        return entry.intacct_imported or not entry.intacct_settlement

    @api.model
    def _booked_by_hand(self, move, value):
        """Whether an amount that Intacct has settled is a payment that stands here as
        ignored, since a person has booked it there, or a refund that a person was
        asked to make there: it settles nothing more.

        :param Decimal value: of the document, with Intacct's sign
        """
        line = self._receivable_line(move)
        open_amount = abs(line.amount_residual_currency)
        if move.currency_id.compare_amounts(abs(float(value)), open_amount) <= 0:
            return False
        partials = line.matched_credit_ids + line.matched_debit_ids
        entries = (
            partials.credit_move_id.move_id | partials.debit_move_id.move_id
        ) - move
        return any(
            record.intacct_ignored or record.intacct_operation_ids._asked_refunds()
            for record in (entry.origin_payment_id or entry for entry in entries)
        )

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
