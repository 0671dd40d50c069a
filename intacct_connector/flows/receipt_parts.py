from dataclasses import dataclass, field
from decimal import Decimal

from odoo import api, models

from .document_lines_out import exact
from .problems import RecordProblem
from .receipts_out import AGAIN, RECEIPT_ACTIONS


@dataclass
class ReceiptPart:
    """What becomes one record of Intacct: a receipt, or what one customer has of it.

    :ivar partner: the customer
    :ivar dict customer: how it is named, as CUSTOMERID or PAYERNAME
    :ivar list[Share] shares: what it pays
    :ivar Decimal rest: what stays on account
    """

    partner: object
    customer: dict
    shares: list = field(default_factory=list)
    rest: Decimal = Decimal()

    @property
    def cash(self):
        paid = [share.value for share in self.shares if not share.source]
        return sum(paid, self.rest)


class IntacctReceiptsOut(models.AbstractModel):
    """Intacct keeps what is left of a receipt on the account of one customer. A
    receipt that pays for several and has a rest becomes one for each of them."""

    _inherit = "intacct.receipts.out"

    # ------------------------------------------------------------------
    # What was sent
    # ------------------------------------------------------------------
    @api.model
    def _sent(self, entry, actions, whole):
        """How much of the cash or of the write-off of an entry has its operations.
        Only parts of the very same amount add up; what was changed since is followed
        as a later change.

        :param actions: of the operations
        :param Decimal whole: what there is to be sent
        :rtype: Decimal
        """
        operations = self._live(entry, actions)
        if not operations:
            return Decimal()
        if set(operations.mapped("whole")) != {str(whole)}:
            return whole
        totals = [
            operation.expected["fields"]["TRX_TOTALENTERED"] for operation in operations
        ]
        return abs(sum(map(Decimal, totals), Decimal()))

    @api.model
    def _live(self, entry, actions):
        return entry.record.intacct_operation_ids.filtered(
            lambda operation: operation.action in actions and operation.state != AGAIN
        )

    @api.model
    def _rests_sent(self, entry):
        """What parts that were sent before left on account.

        :rtype: dict[res.partner, Decimal]
        """
        rests = {}
        for operation in self._live(entry, RECEIPT_ACTIONS).filtered("whole"):
            partner, rest = operation.partner_id, self._rest_of(operation)
            rests[partner] = rests.get(partner, Decimal()) + rest
        return rests

    @api.model
    def _rest_of(self, operation):
        """What a receipt that was sent has left on account."""
        if operation.action not in RECEIPT_ACTIONS or not operation.expected:
            return Decimal()
        cash = operation.allocation_ids.filtered(lambda item: item.target_recordno)
        return Decimal(operation.expected["fields"]["TRX_TOTALENTERED"]) - exact(
            sum(cash.mapped("amount"))
        )

    # ------------------------------------------------------------------
    # Parts
    # ------------------------------------------------------------------
    @api.model
    def _parts(self, ctx, entry, shares):
        """A receipt as what is sent of it.

        :rtype: list[ReceiptPart]
        :raises RecordProblem: something is left over, and nobody said whose it is
        """
        paid = [share.value for share in shares if not share.source]
        rest = entry.cash - sum(paid, Decimal())
        parts = {}
        for share in shares:
            partner = self._owner(share.debit)
            code = self._code_of(ctx, share.debit)
            self._part(parts, code, partner).shares.append(share)
        if rest and entry.received is not None:
            raise self._cross_currency(shares[0].debit if shares else entry.move)
        if rest:
            for partner, value in self._rests(entry, rest).items():
                code = self._partner_code(ctx, partner)
                self._part(parts, code, partner).rest += value
        if rest or len(parts) == 1:
            return list(parts.values())
        payer = {"PAYERNAME": entry.partners[:1].name[:100]}
        return [ReceiptPart(entry.partners[:1], payer, shares)]

    @api.model
    def _part(self, parts, code, partner):
        return parts.setdefault(code, ReceiptPart(partner, {"CUSTOMERID": code}))

    @api.model
    def _owner(self, move):
        """Who owes a document, or what was charged by an entry."""
        if self._is_document(move):
            return move.commercial_partner_id
        record = move.origin_payment_id or move
        memo = record.intacct_operation_ids.filtered(
            lambda operation: operation.action == "memo" and operation.state == "done"
        )
        return memo.partner_id[:1]

    @api.model
    def _code_of(self, ctx, move):
        """CUSTOMERID of a document, or of the memo that was made of an entry."""
        if self._is_document(move):
            return self._customer_code(ctx, move)
        return self._partner_code(ctx, self._owner(move))

    @api.model
    def _check_owner(self, entry):
        """:raises RecordProblem: a part of it settles nothing, and nobody said whose
        it is"""
        lines = entry.move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
            and line.amount_residual_currency < 0
        )
        self._rests(entry, -exact(sum(lines.mapped("amount_residual_currency"))))

    @api.model
    def _rests(self, entry, rest):
        """Whose account the rest of a receipt goes on: those whose receivable it
        leaves open, else whose money it is.

        :rtype: dict[res.partner, Decimal]
        :raises RecordProblem: nobody said whose it is
        """
        sent, rests = self._rests_sent(entry), {}
        for line in entry.move.line_ids:
            if line.account_type != "asset_receivable":
                continue
            partner = line.partner_id.commercial_partner_id or entry.payer
            there = exact(max(-line.amount_residual_currency, 0))
            known = min(there, sent.get(partner, Decimal()))
            sent[partner] = sent.get(partner, Decimal()) - known
            value = min(there - known, rest)
            if value:
                rests[partner] = rests.get(partner, Decimal()) + value
                rest -= value
        if rest:
            rests[entry.payer] = rests.get(entry.payer, Decimal()) + rest
        if not all(rests):
            raise RecordProblem(
                "several_customers",
                self.env._("A part of it settles no document and has no customer."),
                self.env._("Set the customer of that part, or apply all of it."),
            )
        return rests
