from typing import NamedTuple

from odoo.fields import Date

from ..gateway import formats
from .document_values import DocumentValues


class KnownCustomer(NamedTuple):
    """A customer of Intacct as a preview knows it.

    :ivar partner_id: the contact that it is, may be, or would become (empty)
    :ivar str status: ``bound``, ``waits`` (a link nobody has decided), ``match`` (a
        contact that may be it) or ``new``
    """

    partner_id: object
    status: str


class PreviewValues(DocumentValues):
    """Translates documents like an import, and makes nothing."""

    def journal(self, document):
        """A sales journal of the company stands in for one that an import makes: only
        its type matters to what is checked."""
        return self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "sale")], limit=1
        )

    def currency_id(self, name):
        """Id of a currency, active or not; False for one that Odoo does not have."""
        return self._caches["currencies"].get(name or self.company.currency_id.name)


class TwinFinder:
    """Finds documents of Odoo that are those of Intacct, with reasons.

    :param ctx: of the run
    :param dict customers: KnownCustomer by CUSTOMERID
    """

    def __init__(self, ctx, customers):
        self.env = ctx.env
        self.customers = customers
        partners = {
            known.partner_id.id for known in customers.values() if known.partner_id
        }
        self._moves = self.env["account.move"].search(
            [
                ("company_id", "=", ctx.backend.company_id.id),
                ("commercial_partner_id", "in", list(partners)),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
                ("intacct_imported", "=", False),
                ("intacct_binding_ids", "=", False),
            ],
            order="id",
        )

    def find(self, documents):
        """:return: (move, certain, reason) by RECORDNO; each move at most once
        :rtype: dict[str, tuple]
        """
        found = {}
        for certain in (True, False):
            for document in documents:
                if document.recordno in found:
                    continue
                moves = self._same_amount(document).filtered(
                    lambda move, document=document, certain=certain: (
                        move.name == document.number
                        if certain
                        else move.invoice_date == self._date(document)
                    )
                )
                # Two that look alike prove nothing.
                if len(moves) == 1:
                    found[document.recordno] = self._match(document, moves, certain)
                    self._moves -= moves
        return found

    def _match(self, document, move, by_number):
        sign = -1 if move.move_type == "out_refund" else 1
        same_due = not move.currency_id.compare_amounts(
            sign * move.amount_residual, float(document.due)
        )
        if by_number:
            reason = self.env._("Number, customer and amount are the same.")
        else:
            reason = self.env._(
                "Customer, amount and date are the same; in Odoo its number is %s. The "
                "sync imports it a second time unless it is linked.",
                move.name,
            )
        if not same_due:
            reason += " " + self.env._(
                "But it is open by another amount in Odoo: register or take back "
                "payments until both agree."
            )
        return move, by_number and same_due, reason

    def _same_amount(self, document):
        known = self.customers.get(document.row.get("CUSTOMERID"))
        if not known or not known.partner_id:
            return self._moves.browse()
        partner = known.partner_id
        currency = document.row.get("CURRENCY")
        return self._moves.filtered(
            lambda move: (
                move.commercial_partner_id == partner
                and move.currency_id.name == currency
                and not move.currency_id.compare_amounts(
                    -move.amount_total
                    if move.move_type == "out_refund"
                    else move.amount_total,
                    float(document.total),
                )
            )
        )

    def _date(self, document):
        return Date.to_date(formats.parse_date(document.row.get("WHENCREATED")))
