from dataclasses import replace
from decimal import Decimal

from odoo import api, models

from . import receipts_out  # noqa: F401 - what it extends is registered first


class IntacctReceiptsOut(models.AbstractModel):
    """Money in the company's currency on documents in another: Intacct takes it on a
    bank account in the company's currency, as a receipt in the currency of the
    documents with both totals (API.md 10.3: AMOUNTTOPAY and TRX_AMOUNTTOPAY)."""

    _inherit = "intacct.receipts.out"

    @api.model
    def _in_their_currency(self, ctx, entry, pairs):
        """A receipt in the currency of what it pays, where all of that is in one
        other currency and all of the money is applied.

        :rtype: Entry
        """
        settled = [pair for pair in pairs if pair.debit != entry.move]
        currencies = {pair.debit.currency_id for pair in settled}
        if (
            entry.currency != ctx.backend.company_id.currency_id
            or any(pair.same_currency for pair in pairs)
            or len(currencies) != 1
            or len(settled) != len(pairs)
            or entry.other
            or not self._is_used_up(entry)
        ):
            return entry
        total = sum((pair.amount for pair in settled), Decimal())
        (currency,) = currencies
        return replace(entry, currency=currency, cash=total, received=entry.cash)

    @api.model
    def _is_used_up(self, entry):
        lines = entry.move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        return bool(lines) and all(lines.mapped("reconciled"))

    @api.model
    def _both_totals(self, entry, part):
        """The fields by which Intacct knows that it was received in another currency.

        :param ReceiptPart part: all of it
        """
        if entry.received is None:
            return {}
        return {"AMOUNTTOPAY": entry.received, "TRX_AMOUNTTOPAY": part.cash}

    @api.model
    def _expected_base(self, entry, part):
        """What Intacct must show in the company's currency; it converts what goes on
        each document by itself."""
        if entry.received is None:
            return {}
        tolerance = Decimal("0.01") * (len(part.shares) - 1)
        return {"base": [str(entry.received), str(tolerance)]}
