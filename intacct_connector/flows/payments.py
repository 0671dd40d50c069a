from odoo import api, models

from ..gateway import errors, where
from ..models.intacct_watermark import IMPORTED
from .document_fields import IN_LIMIT, LINE_OBJECTS, OPTIONAL_FIELDS, REQUIRED_FIELDS
from .document_values import Document, amount

PAYMENT = (
    "RECORDNO",
    "DISPLAYSTATE",
    "CUSTOMERID",
    "CURRENCY",
    "TRX_TOTALENTERED",
    "TRX_TOTALDUE",
    "TOTALDUE",
    "WHENMODIFIED",
)
PAYMENT_OPTIONAL = (
    "RECORDID",
    "DOCNUMBER",
    "DESCRIPTION",
    "RECEIPTDATE",
    "WHENCREATED",
    "WHENPAID",
    "PARENTPAYMENTKEY",
    "BASECURR",
    "MEGAENTITYID",
    "RECORD_URL",
)
ADVANCE = (
    "RECORDNO",
    "STATE",
    "CUSTOMERID",
    "CURRENCY",
    "TOTALENTERED",
    "TRX_TOTALENTERED",
    "TRX_TOTALDUE",
    "WHENMODIFIED",
)
ADVANCE_OPTIONAL = (
    "DOCNUMBER",
    "DESCRIPTION",
    "RECEIPTDATE",
    "BASECURR",
    "MEGAENTITYID",
    "RECORD_URL",
)
VOID_CREDITS = ("Draft", "Reversed", "Reversal", "Voided", "Submitted", "Declined")


class IntacctFlowPayments(models.AbstractModel):
    """What Intacct received: applications settle documents here."""

    _name = "intacct.flow.payments"
    _inherit = "intacct.flow.documents"
    _description = "Sage Intacct Payments to Odoo"

    _required_fields = {**REQUIRED_FIELDS, "ARPYMT": PAYMENT, "ARADVANCE": ADVANCE}
    _optional_fields = {
        **OPTIONAL_FIELDS,
        "ARPYMT": PAYMENT_OPTIONAL,
        "ARADVANCE": ADVANCE_OPTIONAL,
    }

    # ------------------------------------------------------------------
    # Step
    # ------------------------------------------------------------------
    @api.model
    def _poll(self, ctx):
        queries = {
            intacct_object: self._query(
                ctx.backend,
                intacct_object,
                self._due(ctx, intacct_object, where.ne("TRX_TOTALDUE", 0)),
            )
            for intacct_object in ("ARPYMT", "ARADVANCE")
        }
        # Applications of credits leave no stamp on the documents (API.md 8); they
        # have one of their own. At first the documents bring theirs along.
        watermarks = self.env["intacct.watermark"]
        if not ctx.run._is_partial() and (
            stamp := watermarks._get(ctx.backend, "ARPYMTDETAIL")
            or watermarks._get(ctx.backend, f"ARPYMTDETAIL{IMPORTED}")
        ):
            queries["ARPYMTDETAIL"] = self._query(
                ctx.backend, "ARPYMTDETAIL", self._changed_since(stamp)
            )
        return queries

    @api.model
    def _run(self, ctx, step):
        queries = self._poll(ctx)
        rows, refused = {}, {}
        for intacct_object, query in queries.items():
            try:
                rows[intacct_object] = self._all_rows(ctx, step, intacct_object, query)
            except errors.AuthorizationError as error:
                # Advances stand for themselves; payments tell what the rest means.
                if intacct_object != "ARADVANCE":
                    raise
                rows[intacct_object], refused[intacct_object] = [], error
        payments = {row["RECORDNO"]: row for row in rows["ARPYMT"]}
        ours = {
            intacct_object: self.env["intacct.outbox"]._adopt(
                ctx, intacct_object, rows[intacct_object]
            )
            for intacct_object in ("ARPYMT", "ARADVANCE")
        }
        self._add_reversal_dates(payments)
        ctx.caches["payment_rows"] = payments
        for intacct_object, mine in ours.items():
            theirs = [
                row
                for row in rows[intacct_object]
                if row["RECORDNO"] not in mine
                and row.get("PARENTPAYMENTKEY") not in mine
            ]
            self._bring_credits(ctx, step, intacct_object, theirs)
        self._settle_changed(ctx, step, rows.get("ARPYMTDETAIL", []), payments)
        self._retry_settlements(ctx, step)
        self._recheck(ctx, step)
        for intacct_object in queries.keys() - refused.keys():
            self._finish_object(ctx, step, intacct_object)
        self._start_watermarks(ctx, refused)
        if refused:
            ctx.save()
            raise refused["ARADVANCE"]

    @api.model
    def _all_rows(self, ctx, step, intacct_object, query):
        rows = []
        for page in self._pages(ctx, step, intacct_object, query):
            step._count(read=len(page.rows))
            rows += page.rows
        if rows:
            # Not the place reached: the rows are applied together, and read again
            # if that is interrupted. Only the highest stamp is kept.
            self._move_cursor(step, intacct_object, rows, None)
        return rows

    @api.model
    def _start_watermarks(self, ctx, refused):
        """The first sync read applications by their documents; from now on they are
        read by their own stamp, beginning where the documents were read to.

        :param refused: objects that were not read and begin another time
        """
        watermarks = self.env["intacct.watermark"]
        if ctx.run._is_partial():
            held = watermarks._lowest_hold(ctx.backend)
            watermarks._hold(ctx.backend, "ARPYMTDETAIL", held)
            return
        known = watermarks.search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("intacct_object", "not like", IMPORTED),
            ]
        )
        latest = max(known.mapped("value"), default=None)
        begun = {*known.mapped("intacct_object"), *refused}
        for intacct_object in ("ARPYMT", "ARPYMTDETAIL", "ARADVANCE", "CUSTOMER"):
            if intacct_object not in begun:
                watermarks._advance(ctx.backend, intacct_object, latest)

    @api.model
    def _add_reversal_dates(self, payments):
        """A reversed payment carries no date of its reversal; its counter record
        does. How Intacct links the two is not documented: the parent, else the same
        customer and the opposite amount."""
        counters = [
            row for row in payments.values() if row.get("DISPLAYSTATE") == "Reversal"
        ]
        for payment in payments.values():
            if payment.get("DISPLAYSTATE") != "Reversed":
                continue
            counter = next(
                (
                    row
                    for row in counters
                    if row.get("PARENTPAYMENTKEY") == payment["RECORDNO"]
                ),
                None,
            ) or next(
                (
                    row
                    for row in counters
                    if row.get("CUSTOMERID") == payment.get("CUSTOMERID")
                    and amount(row, "TRX_TOTALENTERED")
                    == -amount(payment, "TRX_TOTALENTERED")
                ),
                {},
            )
            payment["REVERSALDATE"] = counter.get("RECEIPTDATE") or counter.get(
                "WHENCREATED"
            )

    # ------------------------------------------------------------------
    # Applications
    # ------------------------------------------------------------------
    @api.model
    def _settle_changed(self, ctx, step, details, payments):
        """Settles by rows that changed, and by all rows of payments that changed: a
        reversal need not stamp the rows of the payment it reverses."""
        changed = [
            key for key, row in payments.items() if self._payment_changed(ctx, key, row)
        ]
        known = {row["RECORDNO"] for row in details}
        queries = [
            self._query(ctx.backend, "ARPYMTDETAIL", where.in_("PAYMENTKEY", part))
            for part in self._parts(changed, IN_LIMIT)
        ]
        if not self.env["intacct.watermark"]._get(ctx.backend, "ARPYMTDETAIL"):
            queries += self._unread_so_far(ctx)
        for rows in self._query_rows(ctx, queries):
            details = details + [row for row in rows if row["RECORDNO"] not in known]
        news = self._news(ctx, details)
        self._add_payment_states(ctx, news)
        step._count(unchanged=len(details) - len(news))
        for chunk in self._chunks(news):
            self._apply(
                ctx,
                chunk,
                lambda items: self._settle(ctx, step, items),
                lambda row, problem: self._settlement_failed(ctx, step, row, problem),
            )
            ctx.commit(len(chunk))

    @api.model
    def _unread_so_far(self, ctx):
        """Queries for the rows of documents that came while payments could not be
        read: what settled them was booked provisionally."""
        bindings = self.env["intacct.binding"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("sync_state", "=", "provisional"),
            ]
        )
        queries = []
        for intacct_object in LINE_OBJECTS:
            keys = bindings.filtered_domain(
                [("intacct_object", "=", f"{intacct_object}/provisional")]
            ).mapped("recordno")
            queries += [
                self._query(
                    ctx.backend,
                    "ARPYMTDETAIL",
                    self._touching(ctx.backend, intacct_object, part),
                )
                for part in self._parts(keys, IN_LIMIT)
            ]
        return queries

    @api.model
    def _payment_changed(self, ctx, key, row):
        """Whether a payment is void now and was not when its rows were booked."""
        if (row.get("DISPLAYSTATE") or "") not in VOID_CREDITS:
            return False
        booked = self.env["intacct.binding"].search_count(
            [
                ("intacct_company", "=", self.env["intacct.binding"]._key(ctx.backend)),
                ("intacct_object", "like", "ARPYMTDETAIL"),
                ("number", "=", key),
                ("sync_state", "=", "synced"),
            ],
            limit=1,
        )
        return bool(booked)

    @api.model
    def _news(self, ctx, details):
        """Rows that are not booked as they are."""
        bindings = self.env["intacct.binding"].search(
            [
                ("intacct_company", "=", self.env["intacct.binding"]._key(ctx.backend)),
                ("intacct_object", "like", "ARPYMTDETAIL"),
                ("recordno", "in", [row["RECORDNO"] for row in details]),
            ]
        )
        seen = {}
        for binding in bindings:
            seen[binding.recordno] = (binding.values_seen or {}).get("row", {})
        payments = ctx.caches["payment_rows"]
        ours = self.env["intacct.settlement"]._ours(ctx, details)
        news = []
        for row in ours:
            before = seen.get(row["RECORDNO"])
            payment = payments.get(row.get("PAYMENTKEY"), {})
            if before is None or any(row.get(name) != before.get(name) for name in row):
                news.append(row)
            elif payment.get("DISPLAYSTATE") not in (
                None,
                before.get("PAYMENTSTATE"),
            ):
                news.append(row)
        return news

    @api.model
    def _settle(self, ctx, step, rows):
        touched = self.env["intacct.settlement"]._settle(ctx, rows)
        self.env["intacct.sync.event"]._resolve(
            ctx.backend, "ARPYMTDETAIL", [row["RECORDNO"] for row in rows]
        )
        self._touched(ctx).update(touched.ids)
        step._count(updated=len(touched), skipped=max(len(rows) - len(touched), 0))

    @api.model
    def _touched(self, ctx):
        """Ids of the moves that this step has settled so far."""
        return ctx.caches.setdefault("touched", set())

    @api.model
    def _recheck(self, ctx, step):
        """Applying a credit need not stamp the documents (API.md 8): those that were
        settled just now are read again and compared."""
        moves = self.env["account.move"].browse(self._touched(ctx))
        bindings = moves.intacct_binding_ids.filtered(
            lambda binding: binding.backend_id == ctx.backend
            and binding.move_id.move_type in ("out_invoice", "out_refund")
        )
        for intacct_object in LINE_OBJECTS:
            known = {
                binding.recordno: binding
                for binding in bindings
                if binding.intacct_object == intacct_object
            }
            queries = [
                self._query(ctx.backend, intacct_object, where.in_("RECORDNO", part))
                for part in self._parts(sorted(known), IN_LIMIT)
            ]
            for rows in self._query_rows(ctx, queries):
                for row in rows:
                    binding = known[row["RECORDNO"]]
                    document = Document(intacct_object, row)
                    if not self._has_changed(document, binding):
                        self._check_balance(ctx, document, binding.move_id)
                self._apply_page(ctx, step, intacct_object, rows)

    @api.model
    def _retry_settlements(self, ctx, step):
        waiting = self.env["intacct.sync.event"]._waiting(ctx.backend, "ARPYMTDETAIL")
        for event in waiting.filtered(lambda event: event.last_run_id != ctx.run):
            row = event.sudo().payload["row"]
            self._apply(
                ctx,
                [row],
                lambda items: self._settle(ctx, step, items),
                lambda row, problem: self._settlement_failed(ctx, step, row, problem),
            )
        ctx.commit()

    @api.model
    def _settlement_failed(self, ctx, step, row, problem):
        step._count(failed=1)
        self.env["intacct.sync.event"]._fail(
            ctx.run,
            "payments",
            "ARPYMTDETAIL",
            row["RECORDNO"],
            self.env._(
                "%(payment)s: %(problem)s",
                payment=row.get("PAYMENTKEY") or row["RECORDNO"],
                problem=problem.message,
            ),
            document=row.get("PAYMENTKEY") or row["RECORDNO"],
            cause=problem.cause,
            advice=problem.advice,
            payload={"row": row},
        )
