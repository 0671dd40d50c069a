from decimal import Decimal

from odoo import api, models

from ..gateway import formats, functions
from . import receipts_out  # noqa: F401 - what it extends is registered first
from .document_lines_out import LineBuilder
from .problems import RecordProblem
from .settling import SOURCE_KEYS, TARGET_KEYS

MEMO = "memo"


class IntacctMemosOut(models.AbstractModel):
    """What settles a receivable without being money received -> ARADJUSTMENT.

    Write-offs, discounts and charges become a negative adjustment on the account
    mapped from Odoo's, refunds of a credit a positive one on refund clearing, both
    on the date of the entry; they are applied afterwards.
    """

    _name = "intacct.memos.out"
    _inherit = "intacct.receipts.out"
    _description = "Write-Offs and Refunds to Sage Intacct"

    @api.model
    def _needs_memo(self, entry):
        return bool(entry.other) or entry.cash < 0

    @api.model
    def _check_document(self, ctx, pair, document):
        """:raises RecordProblem: what it settles, or is settled by, is not there"""
        keys = SOURCE_KEYS if document == pair.credit else TARGET_KEYS
        self._document_place(ctx, document, keys)

    @api.model
    def _prepare_memo(self, ctx, entry, part, number, whole):
        """Makes the operation that creates a memo.

        :param MemoPart part: of the entry
        :param str number: of the memo in Intacct
        :param str whole: the amount of all parts, False where it is the only one
        :raises RecordProblem: an account is not mapped
        """
        lines = self._lines(ctx, entry, part.code, part.items, part.location)
        operation = self.env["intacct.operation"].create(
            {
                "backend_id": ctx.backend.id,
                "action": MEMO,
                "document": entry.name,
                "partner_id": part.partner.id,
                "state": "waiting",
                "whole": whole,
                **entry.link,
            }
        )
        ours = ctx.backend.number_rule == "ours"
        total = sum((line["amount"] for line in lines), Decimal())
        function = functions.render(
            "create_aradjustment",
            operation.control_id,
            customerid=part.code,
            datecreated=entry.date,
            dateposted=entry.date,
            adjustmentno=number if ours else None,
            action="Submit",
            description=self._description_of(operation, entry.record),
            taxsolutionid=self.env["intacct.flow.documents.out"]._tax_solution(ctx),
            aradjustmentitems={"lineitem": lines},
            **self._currency(ctx, entry),
        )
        operation.write(
            {
                "function_xml": function.xml,
                "state": "ready",
                "expected": {
                    "number": number,
                    "fields": {
                        "CUSTOMERID": part.code,
                        "WHENCREATED": formats.format_date(entry.date),
                        "CURRENCY": entry.currency.name,
                        "TRX_TOTALENTERED": str(total),
                    },
                },
            }
        )

    @api.model
    def _currency(self, ctx, entry):
        base = ctx.backend.company_id.currency_id
        rate = self._rate(ctx, entry).get("EXCHANGE_RATE", Decimal(1))
        return {
            "basecurr": base.name,
            "currency": entry.currency.name,
            "exchrate": rate,
        }

    # ------------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------------
    @api.model
    def _lines(self, ctx, entry, code, items, location=""):
        """A line per counterpart, negative where it settles the receivable.

        :param items: journal items with the amount of each
        :type items: list[tuple]
        :param str location: LOCATIONID, empty for the connection's own
        """
        builder = LineBuilder(ctx)
        lines = [
            {
                **self._mapped_account(ctx, item),
                "amount": -value,
                "memo": item.name or entry.name,
            }
            for item, value in items
        ]
        if entry.cash < 0:
            lines.append(
                {
                    **self._refund_account(ctx),
                    "amount": -entry.cash,
                    "memo": entry.name,
                }
            )
        dimensions = {
            name.lower(): code for name, code in self._dimensions(ctx.backend).items()
        }
        if location:
            dimensions["locationid"] = location
        if builder.taxes.used:
            # What Odoo took off the tax stands on the mapped account already.
            dimensions["taxentries"] = {"taxentry": [builder.taxes.exempt()]}
        lines = [{**line, **dimensions} for line in lines]
        for line in lines:
            builder._check_required(line, code)
        return lines

    @api.model
    def _mapped_account(self, ctx, item):
        """The account that stands for the one of a write-off; there is no default.

        :raises RecordProblem: none is mapped
        """
        sources = [("account", item.account_id)]
        if item.tax_line_id:
            sources.insert(0, ("tax", item.tax_line_id))
        for source, record in sources:
            rule = self.env["intacct.mapping"].search(
                [
                    ("backend_id", "=", ctx.backend.id),
                    ("source", "=", source),
                    (f"{source}_id", "=", record.id),
                    ("reference_id.kind", "=", ctx.backend.line_target),
                ],
                limit=1,
            )
            if rule:
                return self._account_argument(rule.reference_id)
        raise RecordProblem(
            f"unmapped:account.account:{item.account_id.id}",
            self.env._(
                "%(amount)s of it is booked on %(account)s, which has no account in "
                "Intacct.",
                amount=abs(item.amount_currency),
                account=item.account_id.display_name,
            ),
            self.env._("Add it under Configuration > Sage Intacct Mapping."),
        )

    @api.model
    def _account_argument(self, reference):
        name = "accountlabel" if reference.kind == "label" else "glaccountno"
        return {name: reference.code}

    @api.model
    def _refund_account(self, ctx):
        """:raises RecordProblem: none is mapped"""
        reference = ctx.backend.refund_reference_id
        if not reference:
            raise RecordProblem(
                "no_refund_account",
                self.env._("It refunds a customer, and there is no refund clearing."),
                self.env._("Choose “Refund Clearing” on the connection."),
            )
        return self._account_argument(reference)
