from decimal import Decimal

from odoo import api, models

from ..gateway import formats, functions
from .document_lines_out import exact
from .document_taxes_out import total_of
from .documents_out import NUMBER_LENGTH
from .terms import due_date

RATE_DIGITS = 10
# By how much Intacct's base amount of a line may differ: it rounds each by itself.
LINE_TOLERANCE = Decimal("0.01")


class IntacctFlowDocumentsOut(models.AbstractModel):
    """What exactly is sent of a document, and what has to be read back."""

    _inherit = "intacct.flow.documents.out"

    @api.model
    def _rendered(self, ctx, move, identity, customer_code):
        """What an operation needs to be sent.

        :param dict identity: its action, control_id and marker
        :raises RecordProblem: an account or dimension is missing
        """
        lines = self._builder(ctx).lines(move, customer_code)
        self._note_instalments(ctx, move)
        render = {"invoice": self._invoice, "adjustment": self._adjustment}
        function = render[identity["action"]](ctx, move, identity, customer_code, lines)
        return {
            "function_xml": function.xml,
            "state": "ready",
            "expected": {
                **self._expected(ctx, move, customer_code, lines),
                "why": self._builder(ctx).why(),
            },
        }

    @api.model
    def _expected(self, ctx, move, customer_code, lines):
        values = {
            "CUSTOMERID": customer_code,
            "WHENCREATED": formats.format_date(move.invoice_date),
            "WHENPOSTED": formats.format_date(move.date),
            "CURRENCY": move.currency_id.name,
            "TRX_TOTALENTERED": str(total_of(lines)),
        }
        if move.move_type == "out_invoice":
            values["WHENDUE"] = formats.format_date(move.invoice_date_due)
        if ctx.backend.number_rule == "ours":
            values["RECORDID"] = self._number_of(move)
        expected = {"number": self._number_of(move), "fields": values}
        base = exact(move.amount_total_signed)
        if move.currency_id == move.company_currency_id:
            values["TOTALENTERED"] = str(base)
        elif ctx.backend.rate_rule == "odoo":
            expected["base"] = [str(base), str(len(lines) * LINE_TOLERANCE)]
        return expected

    @api.model
    def _invoice(self, ctx, move, identity, customer_code, lines):
        bill_to = self.env["intacct.flow.contacts.out"]._bill_to(ctx, move)
        ours = ctx.backend.number_rule == "ours"
        return functions.render(
            "create_invoice",
            identity["control_id"],
            customerid=customer_code,
            datecreated=move.invoice_date,
            dateposted=move.date,
            datedue=move.invoice_date_due,
            termname=self._term(ctx, move),
            action="Submit",
            invoiceno=self._number_of(move) if ours else None,
            ponumber=((move.ref if ours else move.name) or "")[:NUMBER_LENGTH] or None,
            description=self._description_of(move, identity["marker"]),
            billto={"contactname": bill_to} if bill_to else None,
            taxsolutionid=self._tax_solution(ctx),
            invoiceitems={"lineitem": lines},
            **self._currency(ctx, move),
        )

    @api.model
    def _adjustment(self, ctx, move, identity, customer_code, lines):
        """A credit note is an adjustment of negative lines."""
        ours = ctx.backend.number_rule == "ours"
        return functions.render(
            "create_aradjustment",
            identity["control_id"],
            customerid=customer_code,
            datecreated=move.invoice_date,
            dateposted=move.date,
            adjustmentno=self._number_of(move) if ours else None,
            action="Submit",
            invoiceno=(move.reversed_entry_id.name or "")[:NUMBER_LENGTH] or None,
            description=self._description_of(move, identity["marker"]),
            taxsolutionid=self._tax_solution(ctx),
            aradjustmentitems={"lineitem": lines},
            **self._currency(ctx, move),
        )

    @api.model
    def _tax_solution(self, ctx):
        """Named at top level only: an entity has its own (API.md 10.2)."""
        return None if ctx.backend.entity else ctx.backend.tax_solution or None

    @api.model
    def _number_of(self, move):
        """The number in Intacct: Odoo's, unless that one is taken there."""
        return move.intacct_number or move.name

    @api.model
    def _description_of(self, move, marker):
        """Odoo's number and the person, as in Intacct only the API user is seen, and
        the marker by which it is found again."""
        person = move.invoice_user_id.login or move.create_uid.login or ""
        return f"[{marker}] {move.name} {person}".strip()

    @api.model
    def _term(self, ctx, move):
        """The mapped term, only where it yields the due date that is sent."""
        terms = ctx.caches.get("terms_out")
        if terms is None:
            rules = self.env["intacct.mapping"].search(
                [("backend_id", "=", ctx.backend.id), ("source", "=", "term")]
            )
            terms = ctx.caches["terms_out"] = {
                rule.term_id.id: (rule.reference_id.code, rule.reference_id.details)
                for rule in rules
            }
        name, details = terms.get(move.invoice_payment_term_id.id, (None, None))
        if name and due_date(details or {}, move.invoice_date) == move.invoice_date_due:
            return name
        return None

    @api.model
    def _note_instalments(self, ctx, move):
        """Intacct knows one due date a document: that of the last instalment."""
        instalments = move.line_ids.filtered(
            lambda item: item.display_type == "payment_term"
        )
        if move.move_type != "out_invoice" or len(instalments) < 2:
            return
        self.env["intacct.sync.event"]._note(
            ctx.run,
            "documents_out",
            self.env._(
                "%(number)s is due in %(count)s instalments; Intacct gets the date of "
                "the last one, %(date)s.",
                number=move.name,
                count=len(instalments),
                date=move.invoice_date_due,
            ),
            document=move.name,
            cause="instalments",
            move_id=move.id,
            partner_id=move.commercial_partner_id.id,
        )

    @api.model
    def _currency(self, ctx, move):
        company_currency = move.company_currency_id
        arguments = {
            "basecurr": company_currency.name,
            "currency": move.currency_id.name,
        }
        if move.currency_id == company_currency:
            return {**arguments, "exchrate": Decimal(1)}
        if ctx.backend.rate_rule == "intacct":
            return {**arguments, "exchratetype": "Intacct Daily Rate"}
        rate = Decimal(str(round(1 / move.invoice_currency_rate, RATE_DIGITS)))
        return {**arguments, "exchrate": rate}
