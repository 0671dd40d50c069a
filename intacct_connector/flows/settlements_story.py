from odoo import api, models
from odoo.tools import format_amount, format_date

from ..gateway import formats
from . import settlements_entries  # noqa: F401 - what it extends is registered first
from .settlement_rows import TARGET_SIDE


class IntacctSettlement(models.AbstractModel):
    """What Intacct received, used or reversed, in the chatter of the document."""

    _inherit = "intacct.settlement"

    @api.model
    def _book(self, ctx, settlements):
        result = super()._book(ctx, settlements)
        self.env["intacct.story"]._log(
            [(item.move, self._settled_text(item)) for item in settlements]
        )
        return result

    @api.model
    def _settled_text(self, item):
        values = {
            "amount": format_amount(
                self.env, abs(float(item.value)), item.move.currency_id
            ),
            "date": format_date(
                self.env,
                formats.parse_date(
                    item.row.get("PAYMENTDATE") or item.row.get("WHENCREATED")
                ),
            )
            or "—",
            "key": item.row.get("PAYMENTKEY") or item.row["RECORDNO"],
        }
        if item.side == TARGET_SIDE:
            return self.env._(
                "Settled in Sage Intacct: %(amount)s on %(date)s, payment no. %(key)s.",
                **values,
            )
        return self.env._(
            "Used in Sage Intacct: %(amount)s on %(date)s, payment no. %(key)s.",
            **values,
        )

    @api.model
    def _take_back(self, ctx, binding, row):
        entry = binding.move_id
        lines = entry.line_ids
        others = (
            lines.matched_debit_ids.debit_move_id
            | lines.matched_credit_ids.credit_move_id
        ).move_id
        result = super()._take_back(ctx, binding, row)
        text = self.env._(
            "Reversed in Sage Intacct: %(amount)s, payment no. %(key)s.",
            amount=format_amount(
                self.env, abs(binding.remote_total), entry.currency_id
            ),
            key=binding.number or binding.recordno,
        )
        documents = others.filtered(lambda move: move.is_sale_document())
        self.env["intacct.story"]._log([(document, text) for document in documents])
        return result
