from datetime import timedelta

from odoo import api, fields, models

from ..gateway import Function, Query, errors, formats, where
from ..models.intacct_operation import MARKER_PREFIX, OBJECTS
from .problems import RecordProblem

# Functions in one request: it begins small and doubles while Intacct answers fast.
FIRST_BATCH = 10
LARGEST_BATCH = 100
FAST_SECONDS = 10
# Markers looked for in one query.
MARKERS_QUERY = 50
# Fields read back after a write, by object.
READ_BACK = {
    "CUSTOMER": ("RECORDNO", "CUSTOMERID", "NAME", "WHENMODIFIED", "RECORD_URL"),
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
WAITING_STATES = ("Draft", "Submitted", "Partially Approved")


class IntacctOutbox(models.AbstractModel):
    """Sends what is committed to be sent, and finds out what became of it.

    The order is always: commit the intent, send, commit the answer. Whatever was
    sent and has no readable answer is in doubt until Intacct shows what happened.
    """

    _name = "intacct.outbox"
    _description = "Sage Intacct Outbox"

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------
    @api.model
    def _operations(self, backend, *states):
        return self.env["intacct.operation"].search(
            [("backend_id", "=", backend.id), ("state", "in", states)], order="id"
        )

    @api.model
    def _recover(self, backend):
        """Whatever still stands at *sent* when a job starts was sent by one that
        died: nobody has read the answer."""
        self._operations(backend, "sent").write({"state": "in_doubt"})

    @api.model
    def _send_ready(self, ctx, step, actions):
        """Sends everything that is ready, in batches that grow.

        :param actions: operations to send now
        """
        size = FIRST_BATCH
        while True:
            batch = self.env["intacct.operation"].search(
                [
                    ("backend_id", "=", ctx.backend.id),
                    ("state", "=", "ready"),
                    ("action", "in", actions),
                    "|",
                    ("next_attempt", "=", False),
                    ("next_attempt", "<=", fields.Datetime.now()),
                ],
                order="id",
                limit=size,
            )
            if not batch:
                return
            before = ctx.gateway.meter.seconds
            self._send(ctx, step, batch)
            if ctx.gateway.meter.seconds - before < FAST_SECONDS:
                size = min(size * 2, LARGEST_BATCH)

    @api.model
    def _send(self, ctx, step, operations):
        now = fields.Datetime.now()
        for operation in operations:
            operation.write(
                {
                    "state": "sent",
                    "sent_at": now,
                    "first_sent_at": operation.first_sent_at or now,
                    "attempts": operation.attempts + 1,
                    "next_attempt": False,
                }
            )
        ctx.save()
        calls = [Function.from_xml(operation.function_xml) for operation in operations]
        try:
            results = ctx.gateway.execute(calls, unique=True, deadline=ctx.deadline)
        except errors.InDoubtError:
            operations.write({"state": "in_doubt"})
            ctx.save()
            raise
        except errors.IntacctError:
            # Refused as a whole, before any function was executed.
            operations.write({"state": "ready"})
            ctx.save()
            raise
        operations.write({"answered_at": fields.Datetime.now()})
        for operation, result in zip(operations, results, strict=True):
            self._answered(ctx, step, operation, result)
        ctx.commit(len(operations))

    @api.model
    def _answered(self, ctx, step, operation, result):
        """Books one answer. A failure that brought a record all the same counts as
        success: each function makes one record only."""
        error = result.error
        if result.ok or result.key:
            self._arrived(ctx, operation, result.key)
        elif isinstance(error, errors.InDoubtError | errors.AlreadyRecordedError):
            operation.state = "in_doubt"
        elif isinstance(error, errors.ConcurrentRequestError | errors.TransientError):
            operation.write(
                {
                    "state": "ready",
                    "next_attempt": fields.Datetime.now() + timedelta(minutes=1),
                }
            )
            ctx.backend.cron_id._trigger(at=operation.next_attempt)
        else:
            self._refused(ctx, step, operation, error)

    @api.model
    def _refused(self, ctx, step, operation, error):
        """A definite no: the document waits for its fix."""
        operation.write(
            {
                "state": "failed",
                "cause": error.errorno or error.kind,
                "message": str(error),
                "raw": "\n".join(str(text) for text in error.texts),
                "support_id": error.support_id,
            }
        )
        step._count(failed=1)
        self._report(
            ctx,
            operation,
            RecordProblem(
                error.errorno or error.kind,
                str(error),
                self.env._("Mend the cause, then press Retry."),
            ),
            raw=operation.raw,
            support_id=error.support_id,
        )

    @api.model
    def _report(self, ctx, operation, problem, **values):
        self.env["intacct.sync.event"]._fail(
            ctx.run,
            "outbox",
            *self._event_key(operation),
            f"{operation.document}: {problem.message}",
            level=problem.level,
            document=operation.document,
            cause=problem.cause,
            advice=problem.advice,
            move_id=(operation.move_id or operation.payment_id.move_id).id,
            partner_id=operation.partner_id.id,
            **values,
        )

    @api.model
    def _event_key(self, operation):
        """Under which the open event of a document stands: its Odoo record."""
        record = operation.payment_id or operation.move_id or operation.partner_id
        return record._name, str(record.id)

    # ------------------------------------------------------------------
    # What arrived
    # ------------------------------------------------------------------
    @api.model
    def _arrived(self, ctx, operation, recordno):
        """Intacct has it. It is linked at once; whether it is right is seen when it
        is read back."""
        operation.write({"state": "done", "recordno": recordno, "message": False})
        if not operation._object or not recordno:
            return
        bindings = self.env["intacct.binding"]
        known = bindings._by_recordno(ctx.backend, operation._object, [recordno])
        if known:
            return
        target = {"partner_id": operation.partner_id.id}
        if operation.payment_id:
            target = {"payment_id": operation.payment_id.id}
        elif operation.move_id:
            target = {"move_id": operation.move_id.id}
        bindings.create(
            bindings._identity(
                ctx.backend,
                operation._object,
                {"RECORDNO": recordno},
                origin="odoo",
                company_id=False
                if operation.action == "customer"
                else ctx.backend.company_id.id,
                number=(operation.expected or {}).get("number"),
                run_id=ctx.run.id,
                **target,
            )
        )

    # ------------------------------------------------------------------
    # Doubts
    # ------------------------------------------------------------------
    @api.model
    def _resolve_doubts(self, ctx, step):
        """Looks for each operation in doubt by the marker that it carries. Found: it
        is ours. Not found: sent again under the same control id, unless the doubt is
        too old for Intacct to remember that id."""
        doubtful = self._operations(ctx.backend, "in_doubt")
        if not doubtful:
            return
        found = self._find_markers(ctx, doubtful)
        oldest = fields.Datetime.now() - timedelta(hours=ctx.backend.doubt_hours)
        for operation in doubtful:
            rows = found.get(operation.marker, [])
            if rows:
                self._arrived(ctx, operation, rows[0]["RECORDNO"])
                step._count(updated=1)
            elif operation.first_sent_at and operation.first_sent_at < oldest:
                self._report(
                    ctx,
                    operation,
                    RecordProblem(
                        "in_doubt",
                        self.env._(
                            "It was sent on %s, no answer came, and it cannot be found "
                            "in Intacct.",
                            operation.first_sent_at,
                        ),
                        self.env._(
                            "Look for it in Intacct. If it is not there, press “It is "
                            "not there, send” on the operation."
                        ),
                    ),
                )
            else:
                operation.state = "ready"
        ctx.commit(len(doubtful))

    @api.model
    def _find_markers(self, ctx, operations):
        """Records of Intacct that carry the markers of some operations.

        :return: rows by marker
        :rtype: dict[str, list[dict]]
        """
        found = {}
        for action, (intacct_object, marker_field) in OBJECTS.items():
            markers = operations.filtered(
                lambda operation, action=action: operation.action == action
            ).mapped("marker")
            for start in range(0, len(markers), MARKERS_QUERY):
                part = markers[start : start + MARKERS_QUERY]
                query = Query(
                    intacct_object,
                    ["RECORDNO", marker_field],
                    where=where.or_(
                        *(where.like(marker_field, f"%{marker}%") for marker in part)
                    ),
                )
                (rows,) = ctx.query_rows([query])
                for row in rows:
                    for marker in part:
                        if marker in (row.get(marker_field) or ""):
                            found.setdefault(marker, []).append(row)
        return found

    @api.model
    def _adopt(self, ctx, intacct_object, rows):
        """Rows that we wrote ourselves are linked, never imported.

        :param list[dict] rows: rows with their marker field
        :return: RECORDNOs that are ours
        :rtype: set[str]
        """
        marker_fields = {name: field for name, field in OBJECTS.values()}
        field = marker_fields.get(intacct_object)
        ours = {
            row["RECORDNO"]: self._marker_in(row.get(field))
            for row in rows
            if self._marker_in(row.get(field))
        }
        if not ours:
            return set()
        operations = self.env["intacct.operation"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("marker", "in", list(ours.values())),
                ("state", "in", ("sent", "in_doubt", "ready")),
            ]
        )
        by_marker = {operation.marker: operation for operation in operations}
        for recordno, marker in ours.items():
            if operation := by_marker.get(marker):
                self._arrived(ctx, operation, recordno)
        return set(ours)

    @api.model
    def _marker_in(self, text):
        """Our marker within a description, or None."""
        start = (text or "").find(MARKER_PREFIX)
        if start < 0:
            return None
        marker = text[start:].split("]")[0].split(" ")[0]
        return marker if len(marker) == len(MARKER_PREFIX) + 16 else None

    # ------------------------------------------------------------------
    # Reading back
    # ------------------------------------------------------------------
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
                RecordProblem(
                    "read_back",
                    self.env._(
                        "Intacct has other values than were sent: %s",
                        "; ".join(differences),
                    ),
                    self.env._("Correct it in Intacct."),
                ),
            )
            return
        step._count(created=1)
        self.env["intacct.sync.event"]._resolve(
            ctx.backend,
            self._event_key(operation)[0],
            [self._event_key(operation)[1]],
        )

    @api.model
    def _number(self, operation, row):
        return row.get("CUSTOMERID" if operation.action == "customer" else "RECORDID")

    @api.model
    def _differences(self, operation, row):
        """What Intacct shows otherwise than was sent, for people.

        :rtype: list[str]
        """
        differences = []
        for name, sent in (operation.expected or {}).get("fields", {}).items():
            got = row.get(name)
            if name not in row or self._same(sent, got):
                continue
            differences.append(
                self.env._(
                    "%(field)s: sent %(sent)s, got %(got)s",
                    field=name,
                    sent=sent,
                    got=got,
                )
            )
        return differences

    @api.model
    def _same(self, sent, got):
        if sent == got or (not sent and not got):
            return True
        try:
            return formats.parse_decimal(sent) == formats.parse_decimal(got)
        except errors.FormatError:
            return False
