import time
from datetime import timedelta

from odoo import api, fields, models
from psycopg2.errors import SerializationFailure, UniqueViolation

from ..gateway import Function, Query, errors, formats, where
from ..models.intacct_operation import MARKER_PREFIX, OBJECTS, SHARED_ACTIONS
from .problems import OutOfTime, RecordProblem

# Functions in one request: it begins small and doubles while Intacct answers fast.
FIRST_BATCH = 10
LARGEST_BATCH = 100
FAST_SECONDS = 10
# A request that takes longer than this share of the job's rest is not begun.
SAFE_SHARE = 0.7
# How often a function is sent that Intacct refuses without a cause ("try again").
TRANSIENT_ATTEMPTS = 4
RETRY_MINUTES = 1
# Markers looked for in one query.
MARKERS_QUERY = 50


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
        self.env["intacct.sync.event"]._retry_waiting(backend)

    @api.model
    def _due(self, backend, actions, limit):
        """Operations to send now, oldest first."""
        return self.env["intacct.operation"].search(
            [
                ("backend_id", "=", backend.id),
                ("state", "=", "ready"),
                ("action", "in", actions),
                "|",
                ("next_attempt", "=", False),
                ("next_attempt", "<=", fields.Datetime.now()),
            ],
            order="id",
            limit=limit,
        )

    @api.model
    def _send_ready(self, ctx, step, actions):
        """Sends everything that is ready, in batches that grow.

        :param actions: operations to send now
        :raises OutOfTime: the next batch would not be answered in time
        """
        size = FIRST_BATCH
        while batch := self._due(ctx.backend, actions, self._affordable(ctx, size)):
            before = ctx.gateway.meter.seconds
            self._send(ctx, step, batch)
            seconds = ctx.gateway.meter.seconds - before
            ctx.caches["write_seconds"] = seconds / len(batch)
            if seconds < FAST_SECONDS:
                size = min(size * 2, LARGEST_BATCH)
        if recorded := self._operations(ctx.backend, "in_doubt").filtered(
            lambda operation: operation.cause == "recorded"
        ):
            self._resolve(ctx, step, recorded)

    @api.model
    def _affordable(self, ctx, size):
        """How many functions the rest of the job's time allows, by what the last
        ones took: a job is killed without warning."""
        cost = ctx.caches.get("write_seconds")
        if not cost:
            return size
        left = (ctx.deadline - time.monotonic()) * SAFE_SHARE
        if left < cost:
            raise OutOfTime
        return min(size, int(left / cost))

    @api.model
    def _send(self, ctx, step, operations):
        """One request; afterwards each of the operations has its answer, or is in
        doubt.

        :raises IntacctError: the request as a whole came to nothing
        """
        now = fields.Datetime.now()
        new = operations.filtered(lambda operation: not operation.first_sent_at)
        for operation in operations:
            operation.write(
                {
                    "state": "sent",
                    "sent_at": now,
                    "first_sent_at": operation.first_sent_at or now,
                    "attempts": operation.attempts + 1,
                    "next_attempt": False,
                    "cause": False,
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
        except errors.IntacctError as error:
            # Refused as a whole, before any function was executed.
            operations.write({"state": "ready"})
            new.write({"first_sent_at": False})
            ctx.save()
            if not isinstance(error, errors.RequestError | errors.ProtocolError):
                raise
            self._send_apart(ctx, step, operations, error)
            return
        operations.write({"answered_at": fields.Datetime.now()})
        for operation, result in zip(operations, results, strict=True):
            self._answered(ctx, step, operation, result)
        ctx.commit(len(operations))

    @api.model
    def _send_apart(self, ctx, step, operations, error):
        """One function that the gateway's grammar refuses spoils its whole request:
        found by sending them one by one."""
        if len(operations) == 1:
            self._refused(ctx, step, operations, error)
            ctx.commit(1)
            return
        for operation in operations:
            self._send(ctx, step, operation)

    @api.model
    def _answered(self, ctx, step, operation, result):
        """Books one answer. A failure that brought a record all the same counts as
        success: each function makes one record only."""
        error = result.error
        makes = bool(operation._object)
        if result.key or (result.ok and not makes):
            self._arrived(ctx, operation, result.key)
        elif isinstance(error, errors.AlreadyRecordedError):
            # What became of a change is seen when its record is read.
            state = "in_doubt" if makes else "done"
            operation.write({"state": state, "cause": "recorded"})
        elif result.ok or isinstance(error, errors.InDoubtError):
            operation.state = "in_doubt"
        elif isinstance(error, errors.ConcurrentRequestError):
            self._put_off(operation)
        elif (
            isinstance(error, errors.TransientError)
            and operation.attempts < TRANSIENT_ATTEMPTS
        ):
            self._put_off(operation)
            operation._renew_control_id()
        else:
            self._refused(ctx, step, operation, error)

    @api.model
    def _put_off(self, operation):
        later = fields.Datetime.now() + timedelta(minutes=RETRY_MINUTES)
        operation.write({"state": "ready", "next_attempt": later})

    @api.model
    def _unfinished(self, backend):
        """Operations that a later attempt of the same run can bring to an end:
        Intacct was busy with them, or does not show them yet."""
        forgotten = self._forgotten(backend)
        return self._operations(backend, "ready", "in_doubt").filtered(
            lambda operation: operation.next_attempt
            if operation.state == "ready"
            else operation.first_sent_at and operation.first_sent_at >= forgotten
        )

    @api.model
    def _refused(self, ctx, step, operation, error):
        """A definite no: the document waits for its fix."""
        told = self.env["intacct.error.rule"]._explain(error)
        operation.write({"state": "failed", "support_id": error.support_id, **told})
        step._count(failed=1)
        self._report(
            ctx,
            operation,
            RecordProblem(told["cause"], told["message"], told["advice"]),
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
        operation.write(
            {"state": "done", "recordno": recordno, "message": False, "cause": False}
        )
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
        values = bindings._identity(
            ctx.backend,
            operation._object,
            {"RECORDNO": recordno},
            origin="odoo",
            company_id=False
            if operation.action in SHARED_ACTIONS
            else ctx.backend.company_id.id,
            number=(operation.expected or {}).get("number"),
            run_id=ctx.run.id,
            **target,
        )
        try:
            with self.env.cr.savepoint():
                bindings.create(values)
        except UniqueViolation as error:
            # Another process linked it meanwhile, which this transaction can't see.
            raise SerializationFailure(str(error)) from error

    # ------------------------------------------------------------------
    # Doubts
    # ------------------------------------------------------------------
    @api.model
    def _forgotten(self, backend):
        """Before this moment Intacct may have forgotten the control ids it got."""
        return fields.Datetime.now() - timedelta(hours=backend.doubt_hours)

    @api.model
    def _resolve_doubts(self, ctx, step):
        self._resolve(ctx, step, self._operations(ctx.backend, "in_doubt"))

    @api.model
    def _resolve(self, ctx, step, doubtful):
        """Looks for each operation in doubt by the marker that it carries, then by
        its number. Found: it is ours. Not found: sent again under the same control
        id, unless the doubt is too old for Intacct to remember that id."""
        if not doubtful:
            return
        found = self._find_markers(ctx, doubtful)
        recorded = doubtful.filtered(
            lambda operation: operation.cause == "recorded"
            and operation.marker not in found
        )
        found.update(self._find_numbers(ctx, recorded))
        missing = doubtful.filtered(lambda operation: operation.marker not in found)
        self._executed(ctx, missing).cause = "recorded"
        oldest = self._forgotten(ctx.backend)
        for operation in doubtful:
            rows = found.get(operation.marker, [])
            if rows:
                self._arrived(
                    ctx, operation, min((row["RECORDNO"] for row in rows), key=int)
                )
            elif operation.cause == "recorded" or (
                operation.first_sent_at and operation.first_sent_at < oldest
            ):
                self._report_doubt(ctx, operation)
            else:
                operation.state = "ready"
        ctx.commit(len(doubtful))

    @api.model
    def _report_doubt(self, ctx, operation):
        self._report(
            ctx,
            operation,
            RecordProblem(
                "in_doubt",
                self.env._(
                    "It was sent on %s, no answer came, and it cannot be found in "
                    "Intacct.",
                    operation.first_sent_at,
                )
                if operation.cause != "recorded"
                else self.env._(
                    "Intacct says that it has it, but it cannot be found there."
                ),
                self.env._(
                    "Look for it in Intacct. If it is not there, press “It is not "
                    "there, send” on the operation."
                ),
            ),
        )

    @api.model
    def _find_markers(self, ctx, operations):
        """Records of Intacct that carry the markers of some operations.

        :return: rows by marker
        :rtype: dict[str, list[dict]]
        """
        queries, groups = [], []
        for action, (intacct_object, field) in OBJECTS.items():
            markers = operations.filtered(
                lambda operation, action=action: operation.action == action
            ).mapped("marker")
            for start in range(0, len(markers), MARKERS_QUERY):
                part = markers[start : start + MARKERS_QUERY]
                conditions = [where.like(field, f"%{marker}%") for marker in part]
                condition = where.or_(*conditions)
                groups.append((field, part))
                queries.append(
                    Query(intacct_object, ["RECORDNO", field], where=condition)
                )
        found = {}
        for (field, part), rows in zip(groups, ctx.query_rows(queries), strict=True):
            for row in rows:
                marker = self._marker_in(row.get(field))
                if marker in part:
                    found.setdefault(marker, []).append(row)
        return found

    @api.model
    def _find_numbers(self, ctx, operations):
        """Records that Intacct confirmed as ours but that carry no marker (any more):
        by number, customer and amount.

        :return: rows by marker
        :rtype: dict[str, list[dict]]
        """
        found = {}
        names = ("RECORDID", "CUSTOMERID", "TRX_TOTALENTERED")
        for operation in operations:
            sent = (operation.expected or {}).get("fields", {})
            if not all(sent.get(name) for name in names):
                continue
            query = Query(
                operation._object,
                ["RECORDNO", *names],
                where=where.and_(
                    where.eq("RECORDID", sent["RECORDID"]),
                    where.eq("CUSTOMERID", sent["CUSTOMERID"]),
                ),
            )
            (rows,) = ctx.query_rows([query])
            total = formats.parse_decimal(sent["TRX_TOTALENTERED"])
            same = [
                row
                for row in rows
                if formats.parse_decimal(row["TRX_TOTALENTERED"]) == total
            ]
            if len(same) == 1:
                found[operation.marker] = same
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
        # A payment over several entities has parts with the same marker, made later.
        for recordno, marker in sorted(ours.items(), key=lambda item: int(item[0])):
            if operation := by_marker.pop(marker, None):
                self._arrived(ctx, operation, recordno)
        self._tell_copies(ctx, intacct_object, rows, ours)
        return set(ours)

    @api.model
    def _marker_in(self, text):
        """Our marker within a description, or None."""
        start = (text or "").find(MARKER_PREFIX)
        if start < 0:
            return None
        marker = text[start:].split("]")[0].split(" ")[0]
        return marker if len(marker) == len(MARKER_PREFIX) + 16 else None
