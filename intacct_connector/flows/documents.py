from odoo import api, models

from ..gateway import errors, where
from ..models.account_move_line import LIFT_GUARD
from .document_values import OUTSTANDING_STATES, Document, DocumentValues
from .problems import RecordProblem
from .settlements import SOURCE_OBJECTS, SOURCES, TARGETS, source_key

LINE_OBJECTS = {"ARINVOICE": "ARINVOICEITEM", "ARADJUSTMENT": "ARADJUSTMENTITEM"}
# Documents whose lines are asked for in one query: with three or four lines each,
# they fit its largest page.
LINES_QUERY = 500
# A query takes at most 1,000 values in one list (API.md 14).
IN_LIMIT = 1000

HEADER = (
    "RECORDNO",
    "RECORDID",
    "STATE",
    "CUSTOMERID",
    "WHENCREATED",
    "WHENPOSTED",
    "CURRENCY",
    "TOTALENTERED",
    "TRX_TOTALENTERED",
    "TRX_TOTALDUE",
    "WHENMODIFIED",
)
HEADER_OPTIONAL = (
    "CUSTOMERNAME",
    "DOCNUMBER",
    "DESCRIPTION",
    "BASECURR",
    "EXCHANGE_RATE",
    "TOTALDUE",
    "WHENPAID",
    "MODULEKEY",
    "MEGAENTITYID",
    "RECORD_URL",
)
LINE = ("RECORDNO", "RECORDKEY", "LINE_NO", "AMOUNT", "TRX_AMOUNT")
LINE_OPTIONAL = (
    "ACCOUNTNO",
    "ACCOUNTLABEL",
    "ENTRYDESCRIPTION",
    "LOCATIONID",
    "DEPARTMENTID",
    "CLASSID",
    "ITEMID",
    "PARENTENTRY",
)
DETAIL = ("RECORDNO", "RECORDKEY", "PAYMENTKEY", "TRX_PAYMENTAMOUNT", "WHENMODIFIED")
DETAIL_OPTIONAL = (
    "POSADJKEY",
    *SOURCES,
    *dict.fromkeys(SOURCES.values()),
    "PAYMENTDATE",
    "WHENCREATED",
    "CURRENCY",
    "STATE",
)


REQUIRED_FIELDS = {
    "ARINVOICE": HEADER,
    "ARADJUSTMENT": HEADER,
    "ARINVOICEITEM": LINE,
    "ARADJUSTMENTITEM": LINE,
    "ARPYMTDETAIL": DETAIL,
    "ARPYMT": ("RECORDNO", "DISPLAYSTATE"),
    "ARPOSTEDOVERPAYMENT": ("RECORDNO", "PARENTPAYMENTKEY"),
}
OPTIONAL_FIELDS = {
    "ARINVOICE": (*HEADER_OPTIONAL, "TERMNAME", "WHENDUE"),
    "ARADJUSTMENT": HEADER_OPTIONAL,
    "ARINVOICEITEM": (*LINE_OPTIONAL, "SUBTOTAL"),
    "ARADJUSTMENTITEM": LINE_OPTIONAL,
    "ARPYMTDETAIL": DETAIL_OPTIONAL,
}


class IntacctFlowDocuments(models.AbstractModel):
    """ARINVOICE and ARADJUSTMENT with their lines -> account.move."""

    _name = "intacct.flow.documents"
    _inherit = "intacct.flow"
    _description = "Sage Intacct Documents to Odoo"

    _required_fields = REQUIRED_FIELDS
    _optional_fields = OPTIONAL_FIELDS

    # ------------------------------------------------------------------
    # Step
    # ------------------------------------------------------------------
    @api.model
    def _poll(self, ctx):
        """At first everything outstanding, later everything changed whatever its
        state: a document that was paid must be noticed too."""
        queries = {}
        for intacct_object in LINE_OBJECTS:
            stamp = self.env["intacct.watermark"]._get(ctx.backend, intacct_object)
            if stamp:
                condition = self._changed_since(stamp)
            else:
                condition = where.and_(
                    where.ne("TRX_TOTALDUE", 0),
                    where.in_("STATE", OUTSTANDING_STATES),
                )
            queries[intacct_object] = self._query(
                ctx.backend, intacct_object, condition
            )
        return queries

    @api.model
    def _run(self, ctx, step):
        finished = set(step.cursor["finished"]) if step.cursor else set()
        refusal = None
        for intacct_object, query in self._poll(ctx).items():
            if intacct_object in finished:
                continue
            try:
                self._run_object(ctx, step, intacct_object, query)
            except errors.AuthorizationError as error:
                self.env.cr.rollback()
                refusal = error
        if refusal:
            raise refusal

    @api.model
    def _run_object(self, ctx, step, intacct_object, query):
        for page in self._pages(ctx, step, intacct_object, query):
            if not self._cursor(step, intacct_object):
                step.total += page.total or 0
            self._apply_page(ctx, step, intacct_object, page.rows)
        self._finish_object(ctx, step, intacct_object)
        finished = {*(step.cursor or {}).get("finished", ()), intacct_object}
        step.cursor = {**(step.cursor or {}), "finished": sorted(finished)}
        self._retry_waiting(ctx, step, intacct_object)
        ctx.commit()

    @api.model
    def _cursor(self, step, intacct_object):
        return (step.cursor or {"finished": []}).get(intacct_object, {})

    @api.model
    def _move_cursor(self, step, intacct_object, rows, after):
        step.cursor = {"finished": [], **(step.cursor or {})}
        return super()._move_cursor(step, intacct_object, rows, after)

    @api.model
    def _apply_page(self, ctx, step, intacct_object, rows):
        """Deals with one page of headers: what they need is fetched for the whole
        page at once, then they are applied in chunks."""
        step._count(read=len(rows))
        ctx.caches.setdefault("reversals", {}).setdefault(intacct_object, []).extend(
            row for row in rows if row.get("STATE") == "Reversal"
        )
        ours = self.env["intacct.outbox"]._adopt(ctx, intacct_object, rows)
        bindings = self.env["intacct.binding"]._by_recordno(
            ctx.backend, intacct_object, [row["RECORDNO"] for row in rows]
        )
        documents, moved = {}, self._moved_bindings(ctx, intacct_object, rows, bindings)
        bindings.update(moved)
        waiting = self._waiting_rows(ctx, intacct_object, rows)
        for row in rows:
            document = Document(intacct_object, row)
            binding = bindings.get(document.recordno)
            if not binding and document.recordno in ours:
                # Written by another copy of this database, say: never an import.
                continue
            seen = waiting.get(document.recordno)
            if self._concerns_us(ctx, document, binding, seen):
                documents[document.recordno] = document
        self._fetch(ctx, list(documents.values()))
        for chunk in self._chunks(rows):
            self._apply_chunk(
                ctx,
                step,
                [
                    documents[row["RECORDNO"]]
                    for row in chunk
                    if row["RECORDNO"] in documents
                ],
            )
            self._leave_alone(ctx, step, intacct_object, chunk, documents, bindings)
            self._move_cursor(step, intacct_object, chunk, chunk[-1]["RECORDNO"])
            step.done += len(chunk)
            ctx.commit(len(chunk))

    @api.model
    def _leave_alone(self, ctx, step, intacct_object, rows, documents, bindings):
        """Counts the rows that need nothing. One that waited here and is not
        outstanding any more waits no longer."""
        rest = [row for row in rows if row["RECORDNO"] not in documents]
        unknown = [row for row in rest if row["RECORDNO"] not in bindings]
        over = [
            row["RECORDNO"]
            for row in unknown
            if not Document(intacct_object, row).is_outstanding
        ]
        if over:
            self.env["intacct.sync.event"]._resolve(ctx.backend, intacct_object, over)
        step._count(unchanged=len(rest) - len(unknown), skipped=len(unknown))

    @api.model
    def _waiting_rows(self, ctx, intacct_object, rows):
        """What was last seen of the documents that wait here for something.

        :rtype: dict[str, dict]
        """
        waiting = self.env["intacct.sync.event"]._waiting(
            ctx.backend, intacct_object, [row["RECORDNO"] for row in rows]
        )
        return {
            event.recordno: event.sudo().payload["row"]
            for event in waiting
            if event.sudo().payload
        }

    @api.model
    def _concerns_us(self, ctx, document, binding, waiting):
        """Whether there is something to do: an unknown outstanding document, or a
        known one that is not as it was. One that waits as it was is tried again with
        what was read then.

        :param dict waiting: its row when it was read, or None
        """
        if binding:
            return not binding._is_left_alone() and self._has_changed(document, binding)
        if not document.is_outstanding:
            return False
        return waiting is None or self._row_changed(document.row, waiting)

    @api.model
    def _has_changed(self, document, binding):
        seen = (binding.values_seen or {}).get("row", {})
        return self._row_changed(document.row, seen)

    @api.model
    def _row_changed(self, row, seen):
        return any(
            row.get(name) != seen.get(name) for name in row if name != "RECORD_URL"
        )

    # ------------------------------------------------------------------
    # What else has to be read
    # ------------------------------------------------------------------
    @api.model
    def _fetch(self, ctx, documents):
        """Lines, application rows and customers of the documents of one page."""
        if not documents:
            return
        intacct_object = documents[0].object
        line_object = LINE_OBJECTS[intacct_object]
        keys = [document.recordno for document in documents]
        applied = [
            document.recordno
            for document in documents
            if document.total != document.due
        ]
        queries = [
            self._query(ctx.backend, line_object, where.in_("RECORDKEY", part))
            for part in self._parts(keys, LINES_QUERY)
        ]
        line_queries = len(queries)
        queries += [
            self._query(
                ctx.backend,
                "ARPYMTDETAIL",
                self._touching(ctx.backend, intacct_object, part),
            )
            for part in self._parts(applied, IN_LIMIT)
        ]
        try:
            answers = self._query_rows(ctx, queries)
        except errors.AuthorizationError:
            # Payments that may not be read are told by their own step; what they
            # settled is provisional until then.
            answers = self._query_rows(ctx, queries[:line_queries])
        by_key = {document.recordno: document for document in documents}
        for rows in answers[:line_queries]:
            for row in rows:
                by_key[row["RECORDKEY"]].lines.append(row)
        details = [row for rows in answers[line_queries:] for row in rows]
        self._add_details(ctx, intacct_object, by_key, details)
        self.env["intacct.flow.customers"]._ensure(
            ctx,
            {
                document.row["CUSTOMERID"]
                for document in documents
                if document.row.get("CUSTOMERID")
            },
        )

    @api.model
    def _add_details(self, ctx, intacct_object, documents, details):
        """Hands application rows to the documents that they touch.

        :param dict documents: by RECORDNO
        :param list[dict] details: rows of ARPYMTDETAIL
        """
        self._add_payment_states(ctx, details)
        for row in details:
            for name in self._key_fields(ctx.backend, intacct_object):
                key = source_key(row, name) if name in SOURCES else row.get(name)
                document = documents.get(key)
                if document and row not in document.details:
                    document.details.append(row)

    @api.model
    def _parts(self, keys, size):
        return [keys[start : start + size] for start in range(0, len(keys), size)]

    @api.model
    def _key_fields(self, backend, intacct_object):
        """Columns of ARPYMTDETAIL that may name a document of this object."""
        known = self._fields_of(backend, "ARPYMTDETAIL")
        return [
            name
            for name, target in (TARGETS | SOURCE_OBJECTS).items()
            if target == intacct_object and name in known
        ]

    @api.model
    def _touching(self, backend, intacct_object, keys):
        return where.or_(
            *(
                where.in_(name, keys)
                for name in self._key_fields(backend, intacct_object)
            )
        )

    @api.model
    def _add_payment_states(self, ctx, details):
        """Whether the payment behind a row counts stands on the payment, and which
        payment an over-payment came with, on the over-payment."""
        known = {
            row["RECORDNO"]: row for row in ctx.caches.get("payment_rows", {}).values()
        }
        keys = sorted(
            {row["PAYMENTKEY"] for row in details if row.get("PAYMENTKEY")}
            - known.keys()
        )
        queries = [
            self._query(ctx.backend, "ARPYMT", where.in_("RECORDNO", part))
            for part in self._parts(keys, IN_LIMIT)
        ]
        for rows in ctx.query_rows(queries):
            known.update({row["RECORDNO"]: row for row in rows})
        for row in details:
            payment = known.get(row.get("PAYMENTKEY"), {})
            row["PAYMENTSTATE"] = payment.get("DISPLAYSTATE")
            row["REVERSALDATE"] = payment.get("REVERSALDATE")
        names = [name for name in SOURCES if SOURCE_OBJECTS[name] == "ARPYMT"]
        keys = {row[name] for row in details for name in names if row.get(name)}
        receipts = self._over_payments(ctx, "RECORDNO", sorted(keys))
        for row in details:
            for name in names:
                if row.get(name) in receipts:
                    row["OVERPAIDBY"] = receipts[row[name]]

    @api.model
    def _over_payments(self, ctx, field, keys):
        """The over-payments behind receipts, or the receipts behind over-payments.

        :param str field: RECORDNO or PARENTPAYMENTKEY, what the keys are of
        :return: RECORDNO of the receipt by that of the over-payment
        :rtype: dict[str, str]
        """
        queries = [
            self._query(ctx.backend, "ARPOSTEDOVERPAYMENT", where.in_(field, part))
            for part in self._parts(keys, IN_LIMIT)
        ]
        try:
            answers = ctx.query_rows(queries)
        except (errors.AuthorizationError, errors.RecordError):
            # Not every company has the object; rows then name the receipt itself.
            return {}
        return {
            row["RECORDNO"]: row["PARENTPAYMENTKEY"]
            for rows in answers
            for row in rows
            if row.get("PARENTPAYMENTKEY")
        }

    # ------------------------------------------------------------------
    # Applying
    # ------------------------------------------------------------------
    @api.model
    def _apply_chunk(self, ctx, step, documents):
        bindings = self.env["intacct.binding"]._by_recordno(
            ctx.backend,
            documents[0].object if documents else "ARINVOICE",
            [document.recordno for document in documents],
        )
        fresh = [item for item in documents if item.recordno not in bindings]
        known = [item for item in documents if item.recordno in bindings]

        def fail(document, problem):
            self._failed(ctx, step, document, problem)

        ready = self._prepare(ctx, step, fresh)
        self._apply(
            ctx,
            ready,
            lambda items: self._create(ctx, step, items),
            lambda item, problem: fail(item[0], problem),
        )
        follow = self.env["intacct.flow.documents.follow"]
        for document in known:
            self._apply(
                ctx,
                [document],
                lambda items: follow._follow(
                    ctx, step, items[0], bindings[items[0].recordno]
                ),
                fail,
            )

    @api.model
    def _prepare(self, ctx, step, documents):
        """Values of those that can be created; the others are reported.

        :return: (document, partner, values, notes) of each
        """
        if not documents:
            return []
        customers = self.env["intacct.binding"]._by_number(
            ctx.backend,
            "CUSTOMER",
            {document.row.get("CUSTOMERID") or "" for document in documents},
        )
        values = DocumentValues(ctx)
        twins = self._find_twins(ctx, documents, customers)
        ready = []
        for document in documents:
            try:
                partner = self._partner(document, customers)
                if twin := twins.get(document.recordno):
                    self._propose(ctx, step, document, twin)
                    continue
                ready.append((document, partner, *values.prepare(document, partner)))
            except RecordProblem as problem:
                self._failed(ctx, step, document, problem)
        self._make_numbers_unique(ready)
        return ready

    @api.model
    def _partner(self, document, customers):
        """:raises RecordProblem: unknown, or not decided yet"""
        code = document.row.get("CUSTOMERID")
        binding = customers.get(code)
        if not binding:
            raise RecordProblem(
                "unknown_customer",
                self.env._(
                    "Its customer %s is not in Intacct's customer list.", code or "—"
                ),
                self.env._(
                    "Check in Intacct that the customer exists and that the web "
                    "services user may see it."
                ),
            )
        if binding.sync_state == "proposed":
            raise RecordProblem(
                "customer_waits",
                self.env._(
                    "It waits for its customer %s, which may be a contact that exists.",
                    code,
                ),
                self.env._("Decide under Links to Decide."),
                level="warning",
            )
        return binding.partner_id

    @api.model
    def _make_numbers_unique(self, ready):
        """Numbers may repeat in Intacct, but not within an Odoo journal: a taken one
        becomes ``NUMBER (RECORDNO)``. Never refused, never invented."""
        names = {values["name"] for _doc, _partner, values, _notes in ready}
        journals = {values["journal_id"] for _doc, _partner, values, _notes in ready}
        taken = {
            (move["journal_id"][0], move["name"])
            for move in self.env["account.move"].search_read(
                [("journal_id", "in", list(journals)), ("name", "in", list(names))],
                ["journal_id", "name"],
            )
        }
        for document, _partner, values, notes in ready:
            key = (values["journal_id"], values["name"])
            if key in taken:
                values["name"] = f"{document.number} ({document.recordno})"
                notes.append(
                    self.env._(
                        "%(number)s exists more than once in Intacct: this one is "
                        "%(name)s in Odoo.",
                        number=document.number,
                        name=values["name"],
                    )
                )
            taken.add((values["journal_id"], values["name"]))

    @api.model
    def _create(self, ctx, step, ready):
        """Creates, posts, settles and binds documents together."""
        moves = (
            self.env["account.move"]
            .with_company(ctx.backend.company_id)
            .with_context(
                intacct_guard=LIFT_GUARD,
                skip_invoice_sync=True,
                mail_create_nolog=True,
                mail_create_nosubscribe=True,
            )
            .create([values for _doc, _partner, values, _notes in ready])
        )
        moves._post(soft=False)
        moves = moves.with_env(self.env)
        bindings = self.env["intacct.binding"]
        bindings.create(
            [
                self._binding_values(ctx, document, move)
                for (document, *_rest), move in zip(ready, moves, strict=True)
            ]
        )
        details = {
            row["RECORDNO"]: row
            for document, *_rest in ready
            for row in document.details
        }
        if details:
            self.env["intacct.settlement"]._settle(ctx, list(details.values()))
        self.env["intacct.sync.event"]._resolve(
            ctx.backend, ready[0][0].object, [item[0].recordno for item in ready]
        )
        for (document, _partner, _values, notes), move in zip(
            ready, moves, strict=True
        ):
            for note in notes:
                self._note(ctx, document, move, note)
            if document.total != document.due:
                self._check_balance(ctx, document, move)
        step._count(created=len(ready))

    @api.model
    def _binding_values(self, ctx, document, move, **values):
        row = document.row
        return self.env["intacct.binding"]._identity(
            ctx.backend,
            document.object,
            row,
            number=row.get("RECORDID"),
            remote_state=row.get("STATE"),
            remote_total=float(document.total),
            remote_balance=float(document.due),
            remote_currency=row.get("CURRENCY"),
            values_seen={"row": row, "lines": document.lines},
            move_id=move.id,
            run_id=ctx.run.id,
            **values,
        )

    @api.model
    def _check_balance(self, ctx, document, move):
        """Settles provisionally what no readable payment explains, then compares:
        Odoo's open amount is Intacct's less what is still on its way from us.

        A remaining gap is a difference on the document; it is never booked away.

        :return: whether both agree
        """
        settlement = self.env["intacct.settlement"]
        binding = self.env["intacct.binding"]._by_recordno(
            ctx.backend, document.object, [document.recordno]
        )[document.recordno]
        if binding._is_left_alone() or move._intacct_in_change():
            # What Intacct has is not what Odoo stands for now.
            return True
        settlement._settle_remainder(ctx, document, binding)
        move.invalidate_recordset()
        sign = -1 if document.total < 0 else 1
        expected = float(sign * document.due) - self._on_its_way(move)
        if not move.currency_id.compare_amounts(move.amount_residual, expected):
            self._agrees(ctx, document, binding)
            return True
        self._differs(
            ctx,
            document,
            binding,
            self.env._(
                "%(number)s is open by %(ours)s in Odoo and by %(theirs)s in Intacct "
                "(%(currency)s).",
                number=document.number,
                ours=move.amount_residual,
                theirs=sign * document.due,
                currency=move.currency_id.name,
            ),
        )
        return False

    @api.model
    def _on_its_way(self, move):
        """What was settled on a document in Odoo and is not in Intacct yet.

        :return: in the document's currency, negative where Intacct has more of us
        :rtype: float
        """
        return self.env["intacct.settlement"]._on_its_way(move)

    @api.model
    def _agrees(self, ctx, document, binding):
        """The two ledgers agree on a document (again)."""
        if binding.sync_state == "difference":
            binding.write({"sync_state": "synced", "reason": False})
            self.env["intacct.sync.event"]._resolve(
                ctx.backend, document.object, [document.recordno]
            )

    @api.model
    def _differs(self, ctx, document, binding, message, advice=None):
        """The two ledgers do not agree on a document, and a person has to say why.
        It waits with what was read, and is compared again by every sync."""
        binding.write({"sync_state": "difference", "reason": message})
        self.env["intacct.sync.event"]._fail(
            ctx.run,
            "documents",
            document.object,
            document.recordno,
            message,
            document=document.number,
            move_id=binding.move_id.id,
            partner_id=binding.move_id.partner_id.id,
            cause="difference",
            advice=advice
            or self.env._(
                "Compare the payments of both sides and correct the one that is wrong; "
                "the difference closes with the next sync."
            ),
            payload=document.payload(),
        )

    # ------------------------------------------------------------------
    # Documents that exist in Odoo already
    # ------------------------------------------------------------------
    @api.model
    def _find_twins(self, ctx, documents, customers):
        """Unlinked Odoo invoices with the same number, customer and total.

        :return: by RECORDNO
        :rtype: dict[str, recordset]
        """
        wanted = [
            document
            for document in documents
            if not document.force and (document.row.get("RECORDID") or "").strip()
        ]
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", ctx.backend.company_id.id),
                ("name", "in", list({document.number for document in wanted})),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
                ("intacct_imported", "=", False),
                ("intacct_binding_ids", "=", False),
            ]
        )
        twins = {}
        for document in wanted:
            binding = customers.get(document.row.get("CUSTOMERID"))
            for move in moves:
                sign = -1 if move.move_type == "out_refund" else 1
                if (
                    binding
                    and move.name == document.number
                    and move.commercial_partner_id == binding.partner_id
                    and move.currency_id.name == document.row.get("CURRENCY")
                    and not move.currency_id.compare_amounts(
                        sign * move.amount_total, float(document.total)
                    )
                ):
                    twins[document.recordno] = move
                    moves -= move
                    break
        return twins

    @api.model
    def _propose(self, ctx, step, document, move):
        self.env["intacct.binding"].create(
            self._binding_values(
                ctx,
                document,
                move,
                sync_state="proposed",
                reason=self.env._("Number, customer and total are the same."),
            )
        ).values_seen = document.payload()
        step._count(skipped=1)
        self.env["intacct.sync.event"]._note(
            ctx.run,
            "documents",
            self.env._(
                "%(number)s of Intacct may be Odoo's invoice of the same number.",
                number=document.number,
            ),
            level="warning",
            intacct_object=document.object,
            recordno=document.recordno,
            document=document.number,
            move_id=move.id,
            cause="link_or_create",
            advice=self.env._("Decide under Links to Decide."),
        )

    @api.model
    def _moved_bindings(self, ctx, intacct_object, rows, bindings):
        """An edit in Order Entry deletes the invoice and makes it anew under another
        RECORDNO: its link moves along.

        :return: the links of such documents by their new RECORDNO
        :rtype: dict[str, recordset]
        """
        candidates = {
            row["RECORDID"]: row
            for row in rows
            if row["RECORDNO"] not in bindings
            and row.get("RECORDID")
            and (row.get("MODULEKEY") or "").startswith("8.")
        }
        if not candidates:
            return {}
        former = self.env["intacct.binding"]._by_number(
            ctx.backend, intacct_object, candidates
        )
        former = {
            number: binding
            for number, binding in former.items()
            if self._may_replace(candidates[number], binding)
        }
        if not former:
            return {}
        (alive,) = ctx.query_rows(
            [
                self._query(
                    ctx.backend,
                    intacct_object,
                    where.in_(
                        "RECORDNO", [binding.recordno for binding in former.values()]
                    ),
                )
            ]
        )
        alive = {row["RECORDNO"] for row in alive}
        moved = {}
        for number, binding in former.items():
            if binding.recordno in alive:
                continue
            row = candidates[number]
            self.env["intacct.sync.event"]._note(
                ctx.run,
                "documents",
                self.env._(
                    "%(number)s was edited in Order Entry: its record number changed "
                    "from %(old)s to %(new)s.",
                    number=number,
                    old=binding.recordno,
                    new=row["RECORDNO"],
                ),
                intacct_object=intacct_object,
                recordno=row["RECORDNO"],
                document=number,
                move_id=binding.move_id.id,
                cause="record_moved",
            )
            binding.recordno = row["RECORDNO"]
            moved[row["RECORDNO"]] = binding
        return moved

    @api.model
    def _may_replace(self, row, binding):
        """Whether a document may be the new edition of a linked one: of the same
        customer, and made later. Stamps can't tell: they may be null, and are no
        finer than a second."""
        before = (binding.values_seen or {}).get("row", {})
        return row.get("CUSTOMERID") == before.get("CUSTOMERID") and int(
            row["RECORDNO"]
        ) > int(binding.recordno)

    # ------------------------------------------------------------------
    # Waiting records and reports
    # ------------------------------------------------------------------
    @api.model
    def _retry_waiting(self, ctx, step, intacct_object):
        """Tries documents again that failed before, from the values that were read
        then: if they had changed since, this sync has brought the new ones."""
        waiting = self.env["intacct.sync.event"]._waiting(ctx.backend, intacct_object)
        documents = [
            Document(intacct_object, **event.sudo().payload)
            for event in waiting
            if event.sudo().payload and event.last_run_id != ctx.run
        ]
        for chunk in self._chunks(documents):
            self._apply_chunk(ctx, step, chunk)
            ctx.commit(len(chunk))

    @api.model
    def _note(self, ctx, document, move, message):
        self.env["intacct.sync.event"]._note(
            ctx.run,
            "documents",
            message,
            level="warning",
            intacct_object=document.object,
            recordno=document.recordno,
            document=document.number,
            move_id=move.id,
            partner_id=move.partner_id.id,
            cause="value_changed",
        )

    @api.model
    def _failed(self, ctx, step, document, problem):
        if problem.level == "error":
            step._count(failed=1)
        else:
            step._count(skipped=1)
        self.env["intacct.sync.event"]._fail(
            ctx.run,
            "documents",
            document.object,
            document.recordno,
            f"{document.number}: {problem.message}",
            level=problem.level,
            document=document.number,
            cause=problem.cause,
            advice=problem.advice,
            payload=document.payload(),
        )
