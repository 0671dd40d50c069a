from decimal import Decimal

from ..gateway import Query, where
from ..models.intacct_allocation import DEAD_STATES, THERE_STATES
from .document_fields import IN_LIMIT


class Dues:
    """What Intacct has open, less what our own operations under way will take.

    It is read when something is about to be sent: between the read of the documents
    and now others may have paid, and so may we.

    :param SyncContext ctx: of the run
    """

    def __init__(self, ctx):
        self._ctx = ctx
        self._left = {}

    def load(self, places):
        """Reads what is not known yet, all objects in one request.

        :param list[Place] places: targets and sources
        """
        wanted = {}
        for place in places:
            if (place.object, place.recordno) not in self._left:
                wanted.setdefault(place.object, set()).add(place.recordno)
        queries, objects = [], []
        for intacct_object, keys in sorted(wanted.items()):
            keys = sorted(keys)
            for start in range(0, len(keys), IN_LIMIT):
                part = keys[start : start + IN_LIMIT]
                condition = where.in_("RECORDNO", part)
                queries.append(
                    Query(intacct_object, ["RECORDNO", "TRX_TOTALDUE"], where=condition)
                )
                objects.append(intacct_object)
            self._left.update({(intacct_object, key): Decimal() for key in keys})
        answers = self._ctx.query_rows(queries)
        for intacct_object, rows in zip(objects, answers, strict=True):
            for row in rows:
                due = abs(Decimal(row.get("TRX_TOTALDUE") or 0))
                self._left[intacct_object, row["RECORDNO"]] = due
        self._take_under_way(wanted)

    def _take_under_way(self, wanted):
        keys = {key for group in wanted.values() for key in group}
        allocations = self._ctx.env["intacct.allocation"].search(
            [
                ("operation_id.backend_id", "=", self._ctx.backend.id),
                ("operation_id.state", "not in", (*DEAD_STATES, *THERE_STATES)),
                "|",
                ("target_recordno", "in", list(keys)),
                ("source_recordno", "in", list(keys)),
            ]
        )
        for allocation in allocations:
            value = Decimal(str(allocation.amount))
            for intacct_object, group in wanted.items():
                if (
                    allocation.target_object == intacct_object
                    and allocation.target_recordno in group
                ):
                    self._left[intacct_object, allocation.target_recordno] -= value
                if (
                    allocation.source_object == intacct_object
                    and allocation.source_recordno in group
                ):
                    self._left[intacct_object, allocation.source_recordno] -= value

    def left(self, place):
        """What can still be taken of a document or credit, never negative.

        :rtype: Decimal
        """
        return max(self._left.get((place.object, place.recordno), Decimal()), Decimal())

    def take(self, place, amount):
        """An operation was prepared that uses this much."""
        self._left[place.object, place.recordno] -= amount
