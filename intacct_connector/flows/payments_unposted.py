from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain

from .document_lines_out import exact
from .payments_out import AGAIN, RECEIPT_ACTIONS
from .problems import RecordProblem
from .settling import Pair

# Operations that count as nothing sent.
NOT_SENT = ("failed", "ignored", AGAIN)


class IntacctFlowPaymentsOut(models.AbstractModel):
    """Payments without journal entry: sent for the documents that they are linked to,
    and confirmed by the bank line that settles those. Where the bank line comes
    first, it is what leaves."""

    _inherit = "intacct.flow.payments.out"

    @api.model
    def _payments_without_entry(self, backend):
        """Payments that are to leave by themselves, those left out whose bank line
        leaves."""
        payments = self.env["account.payment"].search(
            self._payment_domain(backend) & Domain("move_id", "=", False),
            order="date, id",
        )
        payments = payments.filtered(lambda payment: not self._is_paid_out(payment))
        return payments - self._seen_on_bank(payments)

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

    # ------------------------------------------------------------------
    # The bank line comes first
    # ------------------------------------------------------------------
    @api.model
    def _seen_on_bank(self, payments):
        """Those whose money is on a bank line already; each line is one payment."""
        seen, taken = payments.browse(), self.env["account.move"]
        for payment in payments:
            if line := self._bank_lines_of(payment, taken)[:1]:
                seen |= payment
                taken |= line
        return seen

    @api.model
    def _bank_lines_of(self, payment, taken):
        """Bank lines that settle what a payment was entered for, with its customer,
        currency and amount; or were sent for it, and settle nothing since.

        :param taken: entries of bank lines that are other payments
        """
        documents = self._documents_of(payment)
        settled = documents.line_ids.matched_credit_ids.credit_move_id.move_id
        allocations = self.env["intacct.allocation"].search(
            [
                ("debit_move_id", "in", documents.ids),
                ("credit_move_id.statement_line_id", "!=", False),
            ]
        )
        idle = allocations.credit_move_id.filtered(
            lambda move: move.state == "posted" and not move.line_ids.matched_debit_ids
        )
        lines = (settled | idle).filtered("statement_line_id")
        return (lines - taken).filtered(
            lambda move: self._is_money_of(payment, move)
            and not self._other_payment(payment, move)
        )

    @api.model
    def _is_money_of(self, payment, move):
        """Whether a bank line has the customer, the currency and the amount of a
        payment."""
        receivable = move.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        total = move.statement_line_id.amount
        return (
            payment.currency_id == move.currency_id
            and not move.currency_id.compare_amounts(payment.amount, total)
            and payment.partner_id.commercial_partner_id
            in receivable.partner_id.commercial_partner_id
        )

    @api.model
    def _other_payment(self, payment, move):
        """The payment that a bank line has confirmed, if it is another one."""
        confirmed = move.intacct_operation_ids.filtered(
            lambda operation: operation.state not in NOT_SENT
        ).payment_id
        return confirmed - payment

    @api.model
    def _withdraw_refused(self, ctx):
        """A payment that Intacct refused is not tried again once its bank line is
        there: that one leaves."""
        refused = self.env["intacct.operation"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("action", "in", RECEIPT_ACTIONS),
                ("state", "=", "failed"),
                ("payment_id", "!=", False),
                ("payment_id.move_id", "=", False),
            ],
            order="id",
        )
        seen = self._seen_on_bank(refused.payment_id)
        refused.filtered(lambda operation: operation.payment_id in seen).write(
            {"state": AGAIN}
        )
        keys = [str(payment.id) for payment in seen]
        self.env["intacct.sync.event"]._resolve(ctx.backend, "account.payment", keys)

    # ------------------------------------------------------------------
    # What it pays
    # ------------------------------------------------------------------
    @api.model
    def _add_payment(self, entries, step, payment):
        step._count(read=1)
        pairs = self._linked_pairs(payment)
        self._check_settled(payment, pairs)
        entry = self.env["intacct.settling"]._payment_without_entry(payment)
        entries.append((entry, pairs))

    @api.model
    def _check_settled(self, payment, pairs):
        """:raises RecordProblem: something else settles what it was entered for, and
        nobody said that it is money of its own"""
        total = exact(sum(self._documents_of(payment).mapped("amount_total")))
        meant = min(exact(payment.amount), total)
        left = sum((pair.amount for pair in pairs), Decimal())
        if left >= meant or payment.intacct_on_account:
            return
        raise RecordProblem(
            "settled_otherwise",
            self.env._(
                "Something else has settled what it was entered for: of %(meant)s only "
                "%(left)s are open.",
                meant=meant,
                left=left,
            ),
            self.env._(
                "If that was the same money, cancel this payment or ignore it here. If "
                "not, send the excess on account."
            ),
            level="warning",
        )

    @api.model
    def _documents_of(self, payment):
        return payment.invoice_ids.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )

    @api.model
    def _linked_pairs(self, payment):
        """The documents that a payment without entry is linked to, oldest due first,
        each up to what Odoo has open less what such payments were sent for."""
        documents = self._documents_of(payment).sorted(
            lambda move: (move.invoice_date_due or move.date, move.id)
        )
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

    # ------------------------------------------------------------------
    # The payment comes first
    # ------------------------------------------------------------------
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
        self._withdraw_refused(ctx)
        if not confirmed:
            return pairs
        return self.env["intacct.settling"]._pairs(ctx.backend)

    @api.model
    def _announced(self, ctx, move, pairs):
        """The operations of the payment without entry that a bank line confirms."""
        documents = [pair.debit.id for pair in pairs if pair.credit == move]
        allocations = self.env["intacct.allocation"].search(
            [
                ("debit_move_id", "in", documents),
                ("credit_move_id", "=", False),
                ("operation_id.backend_id", "=", ctx.backend.id),
                ("operation_id.state", "not in", NOT_SENT),
            ],
            order="id",
        )
        payment = allocations.operation_id.payment_id.filtered(
            lambda payment: self._is_money_of(payment, move)
        )[:1]
        return payment.intacct_operation_ids.filtered(
            lambda operation: operation.action in RECEIPT_ACTIONS
            and operation.state not in NOT_SENT
        )
