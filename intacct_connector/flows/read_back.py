from decimal import Decimal

from odoo import api, fields, models

from ..gateway import Query, errors, formats, where
from . import outbox  # noqa: F401 - what it extends is registered first
from .differences import difference, field_word, read_back_problem
from .problems import RecordProblem

# Fields read back after a write, by object.
READ_BACK = {
    "CUSTOMER": ("RECORDNO", "CUSTOMERID", "NAME", "WHENMODIFIED", "RECORD_URL"),
    "CONTACT": ("RECORDNO", "CONTACTNAME", "WHENMODIFIED"),
    "ARINVOICE": (
        "RECORDNO",
        "RECORDID",
        "STATE",
        "CUSTOMERID",
        "WHENCREATED",
        "WHENPOSTED",
        "WHENDUE",
        "CURRENCY",
        "TOTALENTERED",
        "TRX_TOTALENTERED",
        "TRX_TOTALDUE",
        "DESCRIPTION",
        "WHENMODIFIED",
        "MEGAENTITYID",
        "RECORD_URL",
    ),
    "ARPYMT": (
        "RECORDNO",
        "DISPLAYSTATE",
        "CUSTOMERID",
        "RECEIPTDATE",
        "CURRENCY",
        "TOTALENTERED",
        "TRX_TOTALENTERED",
        "DOCNUMBER",
        "DESCRIPTION",
        "WHENMODIFIED",
        "MEGAENTITYID",
        "RECORD_URL",
    ),
}
READ_BACK["ARADJUSTMENT"] = tuple(
    name for name in READ_BACK["ARINVOICE"] if name != "WHENDUE"
)
READ_BACK["ARADVANCE"] = tuple(
    "STATE" if name == "DISPLAYSTATE" else name for name in READ_BACK["ARPYMT"]
)
# What people know a record by that is no document.
NUMBERS = {"customer": "CUSTOMERID", "contact": "CONTACTNAME"}
WAITING_STATES = ("Draft", "Submitted", "Partially Approved")
# States in which a document does not stand in Intacct's books as it was sent.
LOST_STATES = ("Declined", "Reversed", "Reversal", "No Value")


class IntacctOutbox(models.AbstractModel):
    """What Intacct made of what was sent: read, compared, and said."""

    _inherit = "intacct.outbox"

    @api.model
    def _read_back(self, ctx, step):
        """Compares what Intacct has with what was sent, and links the details.

        A difference is an error on the document that names both values.
        """
        written = self.env["intacct.operation"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("state", "in", ("done", "approval")),
                ("verified_at", "=", False),
                ("recordno", "!=", False),
            ],
            order="id",
        )
        written |= self._found_different(ctx.backend, "read_back")
        queries, groups = [], []
        for intacct_object, names in READ_BACK.items():
            mine = written.filtered(
                lambda operation, name=intacct_object: operation._object == name
            )
            for start in range(0, len(mine), 1000):
                part = mine[start : start + 1000]
                groups.append((intacct_object, part))
                queries.append(
                    Query(
                        intacct_object,
                        names,
                        where=where.in_("RECORDNO", part.mapped("recordno")),
                    )
                )
        for (intacct_object, part), rows in zip(
            groups, ctx.query_rows(queries), strict=True
        ):
            by_key = {row["RECORDNO"]: row for row in rows}
            bindings = self.env["intacct.binding"]._by_recordno(
                ctx.backend, intacct_object, by_key
            )
            for operation in part:
                row = by_key.get(operation.recordno)
                self._verify(
                    ctx, step, operation, row, bindings.get(operation.recordno)
                )
            ctx.commit(len(part))

    @api.model
    def _found_different(self, backend, cause):
        """Operations that were found otherwise in Intacct than they were sent: they
        are compared until somebody has corrected it there.

        :param str cause: of the failure that tells it
        """
        events = self.env["intacct.sync.event"].search(
            [
                ("backend_id", "=", backend.id),
                ("state", "=", "open"),
                ("cause", "=", cause),
            ]
        )
        operations = self.env["intacct.operation"]
        for event in events:
            operations |= event._fix_record().intacct_operation_ids.filtered(
                lambda operation: operation.state == "done"
                and operation._object
                and operation.recordno
            )
        return operations

    @api.model
    def _verify(self, ctx, step, operation, row, binding):
        if row is None:
            self._report(
                ctx,
                operation,
                RecordProblem(
                    "gone",
                    self.env._(
                        "Intacct confirmed it as no. %s, but does not show it.",
                        operation.recordno,
                    ),
                    self.env._("Check the rights of the web services user."),
                ),
            )
            return
        state = row.get("STATE") or row.get("DISPLAYSTATE")
        differences = self._differences(operation, row)
        binding.write(
            {
                "number": self._number(operation, row) or binding.number,
                "remote_state": state,
                "remote_total": float(row.get("TRX_TOTALENTERED") or 0),
                "remote_balance": float(row.get("TRX_TOTALDUE") or 0),
                "remote_currency": row.get("CURRENCY"),
                "entity": row.get("MEGAENTITYID"),
                "record_url": row.get("RECORD_URL"),
                "when_modified": formats.parse_datetime(row.get("WHENMODIFIED")),
                "values_seen": {"row": row},
                "sync_state": "difference" if differences else "synced",
                "reason": "; ".join(differences) or False,
            }
        )
        if state in WAITING_STATES:
            operation.state = "approval"
            return
        operation.write({"state": "done", "verified_at": fields.Datetime.now()})
        if differences:
            step._count(failed=1)
            self._report(
                ctx,
                operation,
                read_back_problem(self.env, differences),
            )
            return
        step._count(created=1)
        if self._others_stand(operation):
            model, record_id = self._event_key(operation)
            self.env["intacct.sync.event"]._resolve(ctx.backend, model, [record_id])

    @api.model
    def _others_stand(self, operation):
        """Whether nothing else of the same record was refused, or differs."""
        record = operation.payment_id or operation.move_id
        if not record:
            return True
        refused = record.intacct_operation_ids.filtered(
            lambda other: other.state == "failed"
        )
        different = record.intacct_binding_ids.filtered(
            lambda binding: binding.sync_state == "difference" and not binding.replaced
        )
        return not (refused or different)

    @api.model
    def _number(self, operation, row):
        return row.get(NUMBERS.get(operation.action, "RECORDID"))

    @api.model
    def _differences(self, operation, row):
        """What Intacct shows otherwise than was sent, for people.

        :rtype: list[str]
        """
        expected = operation.expected or {}
        found = [
            (name, sent, row.get(name))
            for name, sent in expected.get("fields", {}).items()
            if name in row and not self._same(sent, row.get(name))
        ]
        state = row.get("STATE") or row.get("DISPLAYSTATE")
        if state in LOST_STATES:
            found.append(("STATE", "Posted", state))
        # Nothing was paid yet: what is open is what was sent.
        total, due = expected.get("fields", {}).get("TRX_TOTALENTERED"), "TRX_TOTALDUE"
        compared = state == "Posted" and total and due in row
        if compared and not self._same(total, row[due]):
            found.append((due, total, row.get(due)))
        if base := expected.get("base"):
            found += self._base_difference(base, row)
        return [
            difference(self.env, field_word(self.env, name), sent, got)
            for name, sent, got in found
        ]

    @api.model
    def _base_difference(self, base, row):
        """Intacct converts each line by itself, so that half a cent may be lost on
        each.

        :param list base: amount and tolerance, as text
        """
        sent, tolerance = (Decimal(text) for text in base)
        got = formats.parse_decimal(row.get("TOTALENTERED"))
        if got is None or abs(got - sent) <= tolerance:
            return []
        return [("TOTALENTERED", sent, got)]

    @api.model
    def _same(self, sent, got):
        if sent == got or (not sent and not got):
            return True
        try:
            return formats.parse_decimal(sent) == formats.parse_decimal(got)
        except errors.FormatError:
            return False
