import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from psycopg2 import OperationalError

from ..gateway import Query, errors, formats, where
from ..models.import_filter import ImportFilter
from ..models.intacct_watermark import IMPORTED
from .context import CHUNK
from .problems import RecordProblem

_logger = logging.getLogger(__name__)


class IntacctFlow(models.AbstractModel):
    """What all flows share: reading an object page by page from a cursor, working
    in chunks that fall back to single records, and reporting."""

    _name = "intacct.flow"
    _description = "Sage Intacct Flow"

    # Fields by object: what the flow cannot do without, and what it uses when the
    # company has it.
    _required_fields = {}
    _optional_fields = {}

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------
    @api.model
    def _fields_of(self, backend, intacct_object):
        missing = (backend.missing_fields or {}).get(intacct_object, [])
        return [
            *self._required_fields[intacct_object],
            *(
                name
                for name in self._optional_fields.get(intacct_object, ())
                if name not in missing
            ),
        ]

    @api.model
    def _query(self, backend, intacct_object, condition=None):
        return Query(
            intacct_object, self._fields_of(backend, intacct_object), where=condition
        )

    @api.model
    def _changed_since(self, stamp):
        """Rows changed since a stamp in Intacct's clock. A stamp may be null, and
        such a row would never come if it were not asked for."""
        return where.or_(
            where.ge("WHENMODIFIED", formats.format_datetime(stamp)),
            where.is_null("WHENMODIFIED"),
        )

    @api.model
    def _due(self, ctx, intacct_object, at_first):
        """The condition of what a run must read of an object: what a person chose of
        it, else what changed, else what is wanted of it in the beginning.

        :param at_first: the condition of the beginning
        """
        if ctx.run._is_partial():
            chosen = ImportFilter.of(ctx.run).condition(intacct_object)
            return where.and_(at_first, chosen)
        watermarks = self.env["intacct.watermark"]
        if stamp := watermarks._get(ctx.backend, intacct_object):
            return self._changed_since(stamp)
        if stamp := watermarks._get(ctx.backend, f"{intacct_object}{IMPORTED}"):
            return where.or_(at_first, self._changed_since(stamp))
        return at_first

    @api.model
    def _wanted_again(self, ctx, intacct_object, events):
        """Of the events of an object, those whose records this run may try again."""
        chosen = ImportFilter.of(ctx.run)
        return events.filtered(
            lambda event: event.sudo().payload
            and chosen.matches(intacct_object, event.sudo().payload["row"])
        )

    @api.model
    def _poll(self, ctx):
        """The queries with which a run of this flow begins, by object. The engine
        sends those of all flows in one request."""
        return {}

    @api.model
    def _pages(self, ctx, step, intacct_object, query):
        """The pages of a polled object, from where the step stopped.

        :return: yields Page objects
        """
        after = self._cursor(step, intacct_object).get("after")
        first = ctx.pages.pop(intacct_object, None) if after is None else None
        try:
            yield from ctx.gateway.query_all(
                query, after=after, first=first, deadline=ctx.deadline
            )
        except errors.QueryFieldError as error:
            self._drop_fields(ctx, intacct_object, error)
            yield from self._pages(
                ctx,
                step,
                intacct_object,
                self._query(ctx.backend, intacct_object, query.where),
            )

    @api.model
    def _query_rows(self, ctx, queries):
        """Like the context's, but a field that the company lacks is left out."""
        try:
            return ctx.query_rows(queries)
        except errors.QueryFieldError as error:
            for query in queries:
                if set(error.fields) & set(query.fields):
                    self._drop_fields(ctx, query.object, error)
                    break
            else:
                raise
            return self._query_rows(
                ctx,
                [
                    self._query(ctx.backend, query.object, query.where)
                    for query in queries
                ],
            )

    @api.model
    def _drop_fields(self, ctx, intacct_object, error):
        """This company lacks a field: go on without it, and say so.

        :raises QueryFieldError: it is one that the flow cannot do without
        """
        optional = set(self._optional_fields.get(intacct_object, ()))
        missing = (ctx.backend.missing_fields or {}).get(intacct_object, [])
        refused = (set(error.fields) & optional if error.fields else optional) - set(
            missing
        )
        if not refused:
            raise error
        ctx.backend.missing_fields = {
            **(ctx.backend.missing_fields or {}),
            intacct_object: sorted({*missing, *refused}),
        }
        self.env["intacct.sync.event"]._note(
            ctx.run,
            self._name,
            self.env._(
                "%(object)s has no field %(fields)s in this Intacct company, or the "
                "user may not see it. The sync goes on without.",
                object=intacct_object,
                fields=", ".join(sorted(refused)),
            ),
            level="warning",
            intacct_object=intacct_object,
            cause="missing_field",
            advice=self.env._(
                "Nothing, if you do not use it. After it was added in Intacct, press "
                "Connect again."
            ),
        )

    # ------------------------------------------------------------------
    # Cursor and watermark
    # ------------------------------------------------------------------
    @api.model
    def _cursor(self, step, intacct_object):
        return (step.cursor or {}).get(intacct_object, {})

    @api.model
    def _move_cursor(self, step, intacct_object, rows, after):
        """Remembers how far an object was read, and the highest stamp seen.

        :param list[dict] rows: the rows just dealt with
        :param str after: RECORDNO of the last one
        """
        cursor = self._cursor(step, intacct_object)
        stamps = [row["WHENMODIFIED"] for row in rows if row.get("WHENMODIFIED")]
        if cursor.get("high"):
            stamps.append(cursor["high"])
        high = max(stamps, key=formats.parse_datetime, default=None)
        step.cursor = {
            **(step.cursor or {}),
            intacct_object: {"after": after, "high": high},
        }

    @api.model
    def _finish_object(self, ctx, step, intacct_object):
        """The object was read completely: its watermark may move. Where a person
        chose a part of it, it stays."""
        high = formats.parse_datetime(self._cursor(step, intacct_object).get("high"))
        watermarks = self.env["intacct.watermark"]
        if ctx.run._is_partial():
            watermarks._hold(ctx.backend, intacct_object, high)
        else:
            watermarks._advance(ctx.backend, intacct_object, high)

    # ------------------------------------------------------------------
    # Leaving
    # ------------------------------------------------------------------
    @api.model
    def _waited_long_enough(self, backend):
        """The time to correct it is over, or a person wants it sent now."""
        posted_until = fields.Datetime.now() - timedelta(minutes=backend.send_delay)
        return (
            Domain("intacct_posted_at", "=", False)
            | Domain("intacct_posted_at", "<=", posted_until)
            | Domain("intacct_request_ids", "any", [("asked", "=", True)])
        )

    # ------------------------------------------------------------------
    # Working in chunks
    # ------------------------------------------------------------------
    @api.model
    def _chunks(self, items):
        for start in range(0, len(items), CHUNK):
            yield items[start : start + CHUNK]

    @api.model
    def _apply(self, ctx, items, apply, fail):
        """Applies to many records at once and, only if that is refused, one by one,
        so that a bad record harms no other.

        :param list items: what to hand to ``apply``
        :param apply: takes a list of items; may raise for any of them
        :param fail: takes an item and a RecordProblem; reports it
        """
        if not items:
            return
        try:
            with self.env.cr.savepoint():
                apply(items)
            return
        except OperationalError:
            raise
        except Exception as error:
            if len(items) == 1:
                fail(items[0], self._as_problem(ctx, error))
                return
        for item in items:
            self._apply(ctx, [item], apply, fail)

    @api.model
    def _as_problem(self, ctx, error):
        """A refusal of Odoo or of Intacct as a problem of one record. A programming
        error is reported on the record too, and raised at the end of the job."""
        if isinstance(error, RecordProblem):
            return error
        if isinstance(error, errors.IntacctError):
            raise error
        if isinstance(error, UserError):
            return RecordProblem("odoo_refused", str(error))
        _logger.error("Unexpected error on one record", exc_info=error)
        ctx.bugs.append(error)
        return RecordProblem(
            "unexpected",
            self.env._("Unexpected error: %s", type(error).__name__),
            self.env._(
                "The record was left out and will be tried again with every sync. The "
                "server's log has the details for whoever maintains the connector."
            ),
        )
