from decimal import Decimal

from odoo import api, models

from .document_values import amount
from .settlement_rows import (
    BOUND_STATES,
    CREDIT_SIDE,
    PAID_FIELDS,
    SOURCE_OBJECTS,
    SOURCES,
    TARGET_SIDE,
    TARGETS,
    VOID_STATES,
    Settlement,
    source_key,
)


class IntacctSettlement(models.AbstractModel):
    """Books in Odoo what Intacct received, credited or reversed on a document.

    Each end of an application is an entry of its own against the connection's
    account, so that a document shows Intacct's balance although the other end of
    the application may never come to Odoo.
    """

    _name = "intacct.settlement"
    _description = "Sage Intacct Settlement"

    # ------------------------------------------------------------------
    # What a row settles
    # ------------------------------------------------------------------
    @api.model
    def _is_void(self, row):
        states = (row.get("STATE"), row.get("PAYMENTSTATE"))
        return any((state or "").lower() in VOID_STATES for state in states)

    @api.model
    def _ends(self, row):
        """The documents that a row touches.

        :return: (object, RECORDNO, side, amount) of each end
        :rtype: list[tuple]
        """
        ends = []
        for name, intacct_object in TARGETS.items():
            if key := row.get(name):
                value = sum((amount(row, paid) for paid in PAID_FIELDS), Decimal())
                ends.append((intacct_object, key, TARGET_SIDE, value))
        used = set()
        for name, amount_field in SOURCES.items():
            key = source_key(row, name)
            if key and amount_field not in used and amount(row, amount_field):
                used.add(amount_field)
                value = amount(row, amount_field)
                ends.append((SOURCE_OBJECTS[name], key, CREDIT_SIDE, value))
        if len(ends) == 2 and ends[0][:2] == ends[1][:2]:
            # An invoice's own credit line: nothing changes on the whole document.
            return []
        return [end for end in ends if end[3]]

    # ------------------------------------------------------------------
    # Bringing Odoo in line with the rows
    # ------------------------------------------------------------------
    @api.model
    def _settle(self, ctx, rows):
        """Books the rows that are not booked yet and takes back those that became
        void. Booking a row twice is impossible: each end is bound once.

        :param list[dict] rows: rows of ARPYMTDETAIL with ``PAYMENTSTATE``
        :return: moves that were touched
        """
        ends = [
            (row, end) for row in self._foreign(ctx, rows) for end in self._ends(row)
        ]
        moves = self._moves_of(ctx, [end for _row, end in ends])
        bindings = self.env["intacct.binding"]
        booked = {
            side: bindings._by_recordno(
                ctx.backend, side, [row["RECORDNO"] for row, _end in ends]
            )
            for side in (TARGET_SIDE, CREDIT_SIDE)
        }
        wanted, touched, readable = [], self.env["account.move"], {}
        for row, (intacct_object, key, side, value) in ends:
            move = moves.get((intacct_object, key))
            if not move:
                continue
            binding = booked[side].get(row["RECORDNO"])
            if self._is_void(row):
                if binding and binding.sync_state != "gone":
                    self._take_back(ctx, binding, row)
                    touched |= move
            elif not binding and not self._booked_by_hand(move, value):
                wanted.append(Settlement(move, side, row, value))
                touched |= move
                readable.setdefault(intacct_object, set()).add(key)
        for intacct_object, keys in readable.items():
            self._drop_provisionals(ctx, intacct_object, keys)
        self._book(ctx, wanted)
        return touched

    @api.model
    def _ours(self, ctx, rows):
        """The rows that touch a document which is in Odoo.

        :param list[dict] rows: rows of ARPYMTDETAIL
        :rtype: list[dict]
        """
        rows = self._foreign(ctx, rows)
        ends = {row["RECORDNO"]: self._ends(row) for row in rows}
        moves = self._moves_of(ctx, [end for group in ends.values() for end in group])
        return [
            row
            for row in rows
            if any(end[:2] in moves for end in ends[row["RECORDNO"]])
        ]

    @api.model
    def _foreign(self, ctx, rows):
        """The rows of payments that were not sent from Odoo: ours stand here
        already, as what they are."""
        ours = self.env["intacct.binding"]._by_recordno(
            ctx.backend, "ARPYMT", {row.get("PAYMENTKEY") or "" for row in rows}
        )
        ours = {
            key
            for key, binding in ours.items()
            if binding.origin != "intacct" and binding.sync_state != "proposed"
        }
        # Parts of a payment over several entities, read before they were linked.
        marker_in = self.env["intacct.outbox"]._marker_in
        ours |= {
            key
            for key, row in ctx.caches.get("payment_rows", {}).items()
            if marker_in(row.get("DESCRIPTION"))
        }
        return [row for row in rows if row.get("PAYMENTKEY") not in ours]

    @api.model
    def _moves_of(self, ctx, ends):
        """The Odoo documents of some ends, those in Odoo only."""
        moves = {}
        by_object = {}
        for intacct_object, key, _side, _value in ends:
            by_object.setdefault(intacct_object, set()).add(key)
        for intacct_object, keys in by_object.items():
            found = self.env["intacct.binding"]._by_recordno(
                ctx.backend, intacct_object, keys
            )
            for key, binding in found.items():
                move = binding.move_id or binding.payment_id.move_id
                if move and binding.sync_state in BOUND_STATES:
                    moves[intacct_object, key] = move
        return moves
