from odoo import api, models
from odoo.fields import Domain

from .document_lines_out import exact
from .payments_out import AGAIN, RECEIPT_ACTIONS
from .settling import Pair

# Operations that count as nothing sent.
NOT_SENT = ("failed", "ignored", AGAIN)


class IntacctFlowPaymentsOut(models.AbstractModel):
    """Payments without journal entry: sent for the documents that they are linked to,
    and confirmed by the bank line that settles those."""

    _inherit = "intacct.flow.payments.out"

    @api.model
    def _payments_without_entry(self, backend):
        payments = self.env["account.payment"].search(
            self._payment_domain(backend) & Domain("move_id", "=", False),
            order="date, id",
        )
        return payments.filtered(lambda payment: not self._is_paid_out(payment))

    @api.model
    def _is_paid_out(self, payment):
        """Whether a refund without entry has its bank line, which is what leaves."""
        notes = payment.invoice_ids.filtered(
            lambda move: move.move_type == "out_refund"
        )
        return (
            payment.payment_type == "outbound"
            and bool(notes)
            and not any(notes.mapped("amount_residual"))
        )

    @api.model
    def _linked_pairs(self, payment):
        """The documents that a payment without entry is linked to, oldest due first,
        each up to what Odoo has open less what such payments were sent for."""
        documents = payment.invoice_ids.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        ).sorted(lambda move: (move.invoice_date_due or move.date, move.id))
        left = exact(payment.amount)
        pairs = []
        for document in documents:
            sent = self.env["intacct.allocation"].search(
                [
                    ("debit_move_id", "=", document.id),
                    ("credit_move_id", "=", False),
                    ("operation_id.state", "not in", NOT_SENT),
                ]
            )
            residual = exact(document.amount_residual) - exact(
                sum(sent.mapped("amount"))
            )
            value = min(left, residual)
            if value > 0:
                left -= value
                same = document.currency_id == payment.currency_id
                pairs.append(
                    Pair(document, self.env["account.move"], value, same, payment.date)
                )
        return pairs

    @api.model
    def _confirm_bank_lines(self, ctx, pairs):
        """A bank line that settles what a payment without entry was sent for, with
        the same customer, currency and amount, is that payment.

        :return: the pairs that remain
        """
        confirmed = self.env["account.move"]
        for move in {pair.credit for pair in pairs if pair.credit.statement_line_id}:
            if self._has(move, RECEIPT_ACTIONS):
                continue
            if operations := self._announced(ctx, move, pairs):
                operations.move_id = move
                operations.allocation_ids.credit_move_id = move
                confirmed |= move
        if not confirmed:
            return pairs
        return self.env["intacct.settling"]._pairs(ctx.backend)

    @api.model
    def _announced(self, ctx, move, pairs):
        """The operations of the payment without entry that a bank line confirms."""
        documents = [pair.debit.id for pair in pairs if pair.credit == move]
        line = move.statement_line_id
        allocations = self.env["intacct.allocation"].search(
            [
                ("debit_move_id", "in", documents),
                ("credit_move_id", "=", False),
                ("operation_id.backend_id", "=", ctx.backend.id),
                ("operation_id.state", "not in", NOT_SENT),
            ],
            order="id",
        )
        receivable = move.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        payment = allocations.operation_id.payment_id.filtered(
            lambda payment: payment.currency_id == move.currency_id
            and not move.currency_id.compare_amounts(payment.amount, line.amount)
            and payment.partner_id.commercial_partner_id
            in receivable.partner_id.commercial_partner_id
        )[:1]
        return payment.intacct_operation_ids.filtered(
            lambda operation: operation.action in RECEIPT_ACTIONS
            and operation.state not in NOT_SENT
        )
