from odoo import api, models

from .dues_out import Dues
from .problems import RecordProblem


class IntacctFlowPaymentsOut(models.AbstractModel):
    """Money and what is written off beside it: neither leaves while the other is
    held, as a memo alone could not be taken back any more by ignoring both."""

    _inherit = "intacct.flow.payments.out"

    @api.model
    def _memos(self, ctx, step, entries):
        todo = [
            (entry, pairs) for entry, pairs in entries if self._lacks_memo(ctx, entry)
        ]
        dues = self._dues(
            ctx, [(entry, pairs) for entry, pairs in todo if entry.cash > 0]
        )
        for entry, pairs in todo:
            self._try(ctx, step, entry.record, self._memo, ctx, dues, entry, pairs)

    @api.model
    def _dues(self, ctx, entries):
        """What Intacct has open of what entries settle, read in one request.

        :param list[tuple] entries: each with its pairs
        """
        receipts = self.env["intacct.receipts.out"]
        dues, places = Dues(ctx), []
        for entry, pairs in entries:
            for pair in pairs:
                if pair.debit == entry.move:
                    continue
                try:
                    places.append(receipts._debit_place(ctx, pair.debit))
                except RecordProblem:
                    # It is reported where the receipt is prepared.
                    continue
        dues.load(places)
        return dues

    @api.model
    def _check_money(self, ctx, dues, entry, pairs):
        """Whether the money beside a write-off can leave, and its documents have as
        much due as both settle.

        :raises RecordProblem: they have not, or the money is held
        """
        if entry.cash <= 0:
            return
        receipts = self.env["intacct.receipts.out"]
        if self._lacks_receipt(entry):
            self.env["intacct.receipt.accounts"]._account(ctx, entry)
            receipts._credits_used(ctx, dues, entry, pairs)
        if entry.record.intacct_on_account:
            return
        for pair in pairs:
            # A charge of Odoo's becomes a memo in the same run.
            if pair.debit == entry.move or not receipts._is_document(pair.debit):
                continue
            place = receipts._debit_place(ctx, pair.debit)
            due = dues.left(place)
            if pair.amount > due:
                links = self.env["intacct.receipt.links"]
                raise links._less_due(ctx, entry, pair, place, pair.amount, due)
