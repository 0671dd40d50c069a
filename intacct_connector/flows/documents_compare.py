from odoo import api, models


class IntacctFlowDocuments(models.AbstractModel):
    """Whether both ledgers agree on a document."""

    _inherit = "intacct.flow.documents"

    @api.model
    def _check_balance(self, ctx, document, move):
        """Settles provisionally what no readable payment explains, then compares:
        Odoo's open amount is Intacct's less what is still on its way from us.

        A remaining gap is a difference on the document; it is never booked away.

        :return: whether both agree
        """
        settlement = self.env["intacct.settlement"]
        binding = self.env["intacct.binding"]._by_recordno(
            ctx.backend, document.object, [document.recordno]
        )[document.recordno]
        if binding._is_left_alone() or move._intacct_in_change():
            # What Intacct has is not what Odoo stands for now.
            return True
        settlement._settle_remainder(ctx, document, binding)
        move.invalidate_recordset()
        sign = -1 if document.total < 0 else 1
        expected = float(sign * document.due) - self._on_its_way(move)
        if not move.currency_id.compare_amounts(move.amount_residual, expected):
            self._agrees(ctx, document, binding)
            return True
        self._differs(
            ctx,
            document,
            binding,
            self.env._(
                "%(number)s is open by %(ours)s in Odoo and by %(theirs)s in Intacct "
                "(%(currency)s).",
                number=document.number,
                ours=move.amount_residual,
                theirs=sign * document.due,
                currency=move.currency_id.name,
            ),
        )
        return False

    @api.model
    def _on_its_way(self, move):
        """What was settled on a document in Odoo and is not in Intacct yet.

        :return: in the document's currency, negative where Intacct has more of us
        :rtype: float
        """
        return self.env["intacct.settlement"]._on_its_way(move)

    @api.model
    def _agrees(self, ctx, document, binding):
        """The two ledgers agree on a document (again)."""
        if binding.sync_state == "difference":
            binding.write({"sync_state": "synced", "reason": False})
            self.env["intacct.sync.event"]._resolve(
                ctx.backend, document.object, [document.recordno]
            )

    @api.model
    def _differs(self, ctx, document, binding, message, advice=None):
        """The two ledgers do not agree on a document, and a person has to say why.
        It waits with what was read, and is compared again by every sync."""
        binding.write({"sync_state": "difference", "reason": message})
        self.env["intacct.sync.event"]._fail(
            ctx.run,
            "documents",
            document.object,
            document.recordno,
            message,
            document=document.number,
            move_id=binding.move_id.id,
            partner_id=binding.move_id.partner_id.id,
            cause="difference",
            advice=advice
            or self.env._(
                "Compare the payments of both sides and correct the one that is wrong; "
                "the difference closes with the next sync."
            ),
            payload=document.payload(),
        )
