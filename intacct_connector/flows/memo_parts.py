from dataclasses import dataclass
from decimal import Decimal

from odoo import api, models

from ..gateway import Query, where
from ..models.intacct_allocation import DEAD_STATES
from .document_lines_out import exact
from .memos_out import MEMO
from .problems import RecordProblem
from .receipts_out import NUMBER_LENGTH, RECEIPT_ACTIONS
from .settling import SOURCE_KEYS, TARGET_KEYS


@dataclass
class MemoPart:
    """What one customer has of a write-off, a discount, a charge or a refund.

    :ivar str code: CUSTOMERID
    :ivar partner: the customer
    :ivar list[tuple] items: journal items with the amount of each
    :ivar str location: of its lines, empty for the connection's own
    """

    code: str
    partner: object
    items: list
    location: str = ""


class IntacctMemosOut(models.AbstractModel):
    """An adjustment belongs to one customer: what settles documents of several
    becomes one for each, of what cash does not cover there."""

    _inherit = "intacct.memos.out"

    @api.model
    def _lacks_memo(self, entry):
        """Whether it settles without money, and not all of that was sent."""
        return self._needs_memo(entry) and self._sent(
            entry, [MEMO], self._without_money(entry)
        ) < self._without_money(entry)

    @api.model
    def _without_money(self, entry):
        """What its memos amount to, positive."""
        return abs(entry.other + min(entry.cash, Decimal()))

    @api.model
    def _items(self, entry):
        return [(item, exact(item.amount_currency)) for item in entry.others]

    @api.model
    def _prepare_memos(self, ctx, entry, pairs):
        """Makes the operations that create the memos of an entry.

        :param list[Pair] pairs: what it settles, or is settled by
        :raises RecordProblem: it waits for a person, or an account is not mapped
        """
        self._check_entry(ctx, entry)
        self.env["intacct.closed.periods"]._check(ctx, entry.date)
        whole = self._without_money(entry)
        sent = self._sent(entry, [MEMO], whole)
        parts = self._memo_parts(ctx, entry, pairs, whole - sent)
        self._locate(ctx, entry, pairs, parts)
        if len(parts) == 1 and not sent:
            number = entry.name[:NUMBER_LENGTH]
            self._prepare_memo(ctx, entry, parts[0], number, False)
            return
        for part in parts:
            suffix = f"-{part.code}"
            number = entry.name[: NUMBER_LENGTH - len(suffix)] + suffix
            self._prepare_memo(ctx, entry, part, number, str(whole))

    @api.model
    def _memo_parts(self, ctx, entry, pairs, left):
        """The memos of an entry, one for each customer.

        :param Decimal left: what was not sent yet
        :rtype: list[MemoPart]
        """
        if self._is_undivided(entry):
            self._check_payer(entry)
            code = self._partner_code(ctx, entry.payer)
            return [MemoPart(code, entry.payer, self._items(entry))]
        shares, partners = {}, {}
        there = self._unapplied_memos(entry)
        for pair, value in self._uncovered(entry, pairs):
            code = self._code_of(ctx, pair.debit)
            known = min(value, there.get(code, Decimal()))
            there[code] = there.get(code, Decimal()) - known
            value = min(value - known, left)
            if value > 0:
                partners[code] = self._owner(pair.debit)
                shares[code] = shares.get(code, Decimal()) + value
                left -= value
        if left:
            for partner, value in self._rests(entry, left).items():
                code = self._partner_code(ctx, partner)
                partners.setdefault(code, partner)
                shares[code] = shares.get(code, Decimal()) + value
        items = self._divide(entry, list(shares.values()))
        return [
            MemoPart(code, partners[code], part)
            for code, part in zip(shares, items, strict=True)
        ]

    @api.model
    def _unapplied_memos(self, entry):
        """What the memos of an entry that were made before are still to be applied.

        :rtype: dict[str, Decimal], by CUSTOMERID
        """
        amounts = {}
        for operation in self._live(entry, [MEMO]):
            applied = self.env["intacct.allocation"].search(
                [
                    ("source_object", "=", "ARADJUSTMENT"),
                    ("source_recordno", "=", operation.recordno or "-"),
                    ("operation_id.state", "not in", DEAD_STATES),
                ]
            )
            sent = operation.expected["fields"]
            amounts[sent["CUSTOMERID"]] = abs(
                Decimal(sent["TRX_TOTALENTERED"])
            ) - exact(sum(applied.mapped("amount")))
        return amounts

    @api.model
    def _is_undivided(self, entry):
        """Whether it charges or refunds: that has one customer only."""
        return entry.other <= 0 or entry.cash < 0

    @api.model
    def _check_payer(self, entry):
        """:raises RecordProblem: it would need one customer and has several"""
        if self._is_undivided(entry) and not entry.payer:
            raise RecordProblem(
                "several_customers",
                self.env._("It is booked for several customers at once."),
                self.env._("Book it in Intacct by hand, then ignore it here."),
            )

    @api.model
    def _locate(self, ctx, entry, pairs, parts):
        """Credits belong to an entity, and Intacct may take them on its documents
        only: a memo gets the location of the documents of its customer where these
        have one in common."""
        if not ctx.backend.has_entities or ctx.backend.entity:
            return
        documents = {}
        for pair in pairs:
            for move in (pair.debit, pair.credit):
                if move != entry.move and self._is_document(move):
                    documents.setdefault(self._code_of(ctx, move), []).append(move)
        for part in parts:
            locations = self._locations(ctx, documents.get(part.code, []))
            if len(locations) == 1:
                (part.location,) = locations

    @api.model
    def _locations(self, ctx, moves):
        keys = {}
        for move in moves:
            place = self._document_place(ctx, move, TARGET_KEYS | SOURCE_KEYS)
            keys.setdefault(place.object, []).append(place.recordno)
        queries = [
            Query(
                f"{name}ITEM",
                ["RECORDNO", "LOCATIONID"],
                where=where.in_("RECORDKEY", recordnos),
            )
            for name, recordnos in sorted(keys.items())
        ]
        return {
            row["LOCATIONID"]
            for rows in ctx.query_rows(queries)
            for row in rows
            if row.get("LOCATIONID")
        }

    @api.model
    def _uncovered(self, entry, pairs):
        """What neither the cash nor the credit notes of a receipt cover of the
        documents that it settles, in the order in which the receipt pays them.

        :rtype: list[tuple[Pair, Decimal]]
        """
        used = [pair.amount for pair in pairs if pair.debit == entry.move]
        unsent = entry.cash - self._sent(entry, RECEIPT_ACTIONS, entry.cash)
        covered = sum(used, unsent)
        found = []
        settled = [pair for pair in pairs if pair.debit != entry.move]
        for pair in sorted(settled, key=self._age_key):
            value = min(pair.amount, covered)
            covered -= value
            found.append((pair, pair.amount - value))
        return found

    @api.model
    def _divide(self, entry, shares):
        """The counterparts of a write-off in parts of given amounts, in proportion;
        neither a part nor a counterpart loses a cent.

        :param list[Decimal] shares: amounts of the parts, together the write-off
        :return: for each part its journal items with their amounts
        :rtype: list[list[tuple]]
        """
        items = sorted(self._items(entry), key=lambda item: abs(item[1]))
        parts = [[] for _share in shares]
        for item, total in items[:-1]:
            left = total * sum(shares, Decimal()) / entry.other
            for part, share in zip(parts[:-1], shares[:-1], strict=True):
                value = self._rounded(entry, total * share / entry.other)
                part.append((item, value))
                left -= value
            parts[-1].append((item, self._rounded(entry, left)))
        for part, share in zip(parts, shares, strict=True):
            taken = sum((value for _item, value in part), Decimal())
            part.append((items[-1][0], share - taken))
        return [[pair for pair in part if pair[1]] for part in parts]

    @api.model
    def _rounded(self, entry, value):
        return exact(entry.currency.round(float(value)))
