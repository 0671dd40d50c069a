from odoo import api, models

from ..gateway import Query, errors, where
from . import outbox  # noqa: F401 - what it extends is registered first

# What Intacct's own log of calls says of one that was carried out (API.md 6).
USAGE_DONE = "Success"
USAGE_QUERY = 50
# Counter records of a reversal carry the description of what they reverse.
COUNTER_STATES = ("Reversal", "Reversed")


class IntacctOutbox(models.AbstractModel):
    """What else Intacct shows of our writes: its log of calls, and copies."""

    _inherit = "intacct.outbox"

    # ------------------------------------------------------------------
    # The log of calls
    # ------------------------------------------------------------------
    @api.model
    def _executed(self, ctx, operations):
        """Operations that Intacct's log of calls shows as carried out.

        The log names no record, shows a call late, and many users may not read it:
        what it does not show may have been carried out all the same.

        :rtype: intacct.operation
        """
        by_id = {operation.control_id: operation for operation in operations}
        keys = list(by_id)
        queries = [
            Query(
                "APIUSAGEDETAIL",
                ["DOCCONTROLID", "STATUS"],
                where=where.in_("DOCCONTROLID", keys[start : start + USAGE_QUERY]),
            )
            for start in range(0, len(keys), USAGE_QUERY)
        ]
        found = operations.browse()
        try:
            answers = ctx.query_rows(queries)
        except (
            errors.AuthorizationError,
            errors.QueryFieldError,
            errors.RecordError,
        ):
            return found
        for rows in answers:
            for row in rows:
                if row.get("STATUS") == USAGE_DONE:
                    found |= by_id.get(row["DOCCONTROLID"], found)
        return found

    # ------------------------------------------------------------------
    # Copies
    # ------------------------------------------------------------------
    @api.model
    def _tell_copies(self, ctx, intacct_object, rows, ours):
        """A record that carries our mark is never imported; one that is not ours all
        the same, because a person copied it in Intacct, must not go unsaid.

        :param list[dict] rows: as Intacct answered them
        :param dict ours: markers by RECORDNO, of the rows that carry one
        """
        entities = ctx.backend.has_entities and not ctx.backend.entity
        if intacct_object == "ARPYMT" and entities:
            # Parts of a payment over several entities carry the mark of the whole.
            return
        known = self.env["intacct.binding"]._by_recordno(
            ctx.backend, intacct_object, ours
        )
        strange = [
            row
            for row in rows
            if row["RECORDNO"] in ours
            and row["RECORDNO"] not in known
            and (row.get("STATE") or row.get("DISPLAYSTATE")) not in COUNTER_STATES
        ]
        if not strange:
            return
        operations = self.env["intacct.operation"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("marker", "in", [ours[row["RECORDNO"]] for row in strange]),
            ]
        )
        by_marker = {operation.marker: operation for operation in operations}
        for row in strange:
            operation = by_marker.get(ours[row["RECORDNO"]], operations.browse())
            if operation.state == "in_doubt":
                # It may be the one: that is told where the doubt is.
                continue
            if operation.recordno == row["RECORDNO"]:
                # It is the one: taken back, and its document deleted in Odoo.
                continue
            self._tell_copy(ctx, intacct_object, row, operation)

    @api.model
    def _tell_copy(self, ctx, intacct_object, row, operation):
        key = row["RECORDNO"]
        number = row.get("RECORDID") or row.get("DOCNUMBER") or f"#{key}"
        if operation:
            message = self.env._(
                "%(number)s: record no. %(key)s of Intacct carries the mark of "
                "%(document)s, which is no. %(own)s there. It looks like a copy that "
                "somebody made of it, and was not imported.",
                number=number,
                key=key,
                document=operation.document,
                own=operation.recordno or "—",
            )
        else:
            message = self.env._(
                "%(number)s: record no. %(key)s of Intacct carries the mark of "
                "another Odoo, and was not imported.",
                number=number,
                key=key,
            )
        self.env["intacct.sync.event"]._fail(
            ctx.run,
            "outbox",
            intacct_object,
            key,
            message,
            level="warning",
            document=number,
            cause="copied_mark",
            advice=self.env._(
                "A mistake: delete it in Intacct. A document of its own: take the mark "
                "“[odoo:…]” out of its description there; the next sync imports it."
            ),
            move_id=operation.move_id.id,
            partner_id=operation.partner_id.id,
        )
