from odoo import api, models
from odoo.fields import Domain

from .settling import CASH_TYPES

PAID = ("in_process", "paid")


class IntacctMappingHelp(models.AbstractModel):
    """Accounts that payments use beside the money: there is no default for them, so
    that payments would wait one by one."""

    _inherit = "intacct.mapping.help"

    @api.model
    def _refused_write_offs(self, backend):
        """Accounts of the write-offs of customer payments in scope that no rule
        covers.

        :rtype: account.account
        """
        pairs = self.env["account.move.line"]._read_group(
            self._write_off_domain(backend), ["account_id", "tax_line_id"]
        )
        covered = self._covered(backend)
        return self.env["account.account"].union(
            *(
                account
                for account, tax in pairs
                if ("account", account.id) not in covered
                and ("tax", tax.id) not in covered
            )
        )

    @api.model
    def _refused_discounts(self, backend):
        """The account of early payment discounts, where invoices in scope offer one
        and no rule covers it.

        :rtype: account.account
        """
        company = backend.company_id
        account = company.account_journal_early_pay_discount_loss_account_id
        if not account or ("account", account.id) in self._covered(backend):
            return account.browse()
        offered = self.env["account.move"].search_count(
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "posted")
            & Domain("move_type", "=", "out_invoice")
            & Domain("date", ">=", self._start(backend))
            & Domain("intacct_imported", "=", False)
            & Domain("intacct_ignored", "=", False)
            & Domain("invoice_payment_term_id.early_discount", "=", True),
            limit=1,
        )
        unnamed = account - self._refused_write_offs(backend)
        return unnamed if offered else account.browse()

    @api.model
    def _covered(self, backend):
        """What rules give an account of the kind that lines carry."""
        rules = backend.mapping_ids.filtered(
            lambda rule: rule.reference_id.kind == backend.line_target
        )
        return {rule._source_key() for rule in rules}

    @api.model
    def _write_off_domain(self, backend):
        """Journal items of customer payments that are neither receivable nor money."""
        payments = (
            Domain("company_id", "=", backend.company_id.id)
            & Domain("date", ">=", self._start(backend))
            & Domain("partner_type", "=", "customer")
            & Domain("state", "in", PAID)
            & Domain("intacct_ignored", "=", False)
        )
        money = self.env["account.account"].union(
            *(
                account
                for pair in self.env["account.payment"]._read_group(
                    payments, ["outstanding_account_id", "journal_id"]
                )
                for account in (pair[0], pair[1].default_account_id)
            )
        )
        return (
            Domain("move_id.origin_payment_id", "any", payments)
            & Domain("parent_state", "=", "posted")
            & Domain("account_type", "not in", ["asset_receivable", *CASH_TYPES])
            & Domain("account_id", "not in", money.ids)
        )
