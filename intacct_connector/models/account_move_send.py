from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_default_invoice_edi_format(self, move, **kwargs):
        """A copy is not an electronic invoice: Intacct issued the original."""
        if move.intacct_imported:
            return False
        return super()._get_default_invoice_edi_format(move, **kwargs)

    @api.model
    def _get_default_extra_edis(self, move):
        if move.intacct_imported:
            return set()
        return super()._get_default_extra_edis(move)
