from odoo import api, models

from .problems import RecordProblem

CARD_METHOD = "Credit Card"


class IntacctReceiptAccounts(models.AbstractModel):
    """Where money goes in Intacct: undeposited funds, or what is mapped."""

    _name = "intacct.receipt.accounts"
    _description = "Accounts of Receipts in Sage Intacct"

    @api.model
    def _rules(self, ctx, source, record):
        if not record:
            return self.env["intacct.mapping"]
        field = {"journal": "journal_id", "method": "payment_method_line_id"}[source]
        return self.env["intacct.mapping"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("source", "=", source),
                (field, "=", record.id),
            ],
            order="id",
        )

    @api.model
    def _method(self, ctx, payment):
        """PAYMENTMETHOD of a payment: by its method line, else the default."""
        rules = self._rules(ctx, "method", payment.payment_method_line_id)
        methods = [method for method in rules.mapped("payment_method") if method]
        return methods[0] if methods else ctx.backend.payment_method

    @api.model
    def _account(self, ctx, entry):
        """By payment method, then journal; of several banks the one in the right
        currency; else undeposited funds, which a bank line never goes to.

        :rtype: dict
        :raises RecordProblem: Intacct would refuse it (BL02000051)
        """
        journal = entry.payment.journal_id or entry.move.journal_id
        rules = self._rules(ctx, "method", entry.payment.payment_method_line_id)
        rules |= self._rules(ctx, "journal", journal)
        references = rules.reference_id
        base = ctx.backend.company_id.currency_id
        money = entry.currency if entry.received is None else base
        for reference in references:
            bank = reference.kind == "bank"
            currency = reference.currency or base.name
            if bank and currency == money.name:
                return {"FINANCIALENTITY": reference.code}
        if entry.is_bank_line:
            raise RecordProblem(
                f"no_bank:{journal.id}:{money.name}",
                self.env._(
                    "It comes from a bank line, and no bank account of Intacct in "
                    "%(currency)s stands for the journal %(journal)s.",
                    currency=money.name,
                    journal=journal.name,
                ),
                self.env._("Add it under Configuration > Sage Intacct Mapping."),
            )
        others = references.filtered(lambda reference: reference.kind != "bank")
        reference = others[:1] or ctx.backend.undeposited_reference_id
        self._check_undeposited(ctx, entry, journal, money)
        return {"UNDEPOSITEDACCOUNTNO": self._account_number(reference)}

    @api.model
    def _account_number(self, reference):
        return reference.gl_account if reference.kind == "label" else reference.code

    @api.model
    def _check_undeposited(self, ctx, entry, journal, money):
        """:raises RecordProblem: undeposited funds take neither foreign currency nor
        cards"""
        method = self._method(ctx, entry.payment)
        currency = entry.currency
        if currency == ctx.backend.company_id.currency_id and method != CARD_METHOD:
            return
        raise RecordProblem(
            f"BL02000051:{journal.id}:{money.name}:{method}",
            self.env._(
                "You cannot make payment for foreign currency invoice for payment "
                "method “%(method)s” using Undeposited Fund Account: it is in "
                "%(currency)s.",
                method=method,
                currency=currency.name,
            ),
            self.env._(
                "Map the journal %(journal)s, or its payment method, to a bank account "
                "of Intacct in %(currency)s.",
                journal=journal.name,
                currency=money.name,
            ),
        )

    @api.model
    def _for_credits(self, ctx, currency):
        """The account that a payment of credits alone has to name although no money
        moves: undeposited funds, in another currency any bank account in it.

        :raises RecordProblem: there is none
        """
        if currency == ctx.backend.company_id.currency_id:
            reference = ctx.backend.undeposited_reference_id
            return {"UNDEPOSITEDACCOUNTNO": self._account_number(reference)}
        bank = self.env["intacct.reference"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("kind", "=", "bank"),
                ("currency", "=", currency.name),
            ],
            order="code",
            limit=1,
        )
        if not bank:
            raise RecordProblem(
                f"no_bank:{currency.name}",
                self.env._(
                    "Intacct has no bank account in %s, which applying a credit needs.",
                    currency.name,
                ),
                self.env._("Apply it in Intacct by hand, or add a bank account there."),
            )
        return {"FINANCIALENTITY": bank.code}
