from odoo import api, models

from ..gateway import errors, where
from ..models.account_move_line import LIFT_GUARD
from .document_fields import LINE_OBJECTS, OPTIONAL_FIELDS, REQUIRED_FIELDS
from .document_values import OUTSTANDING_STATES, Document, DocumentValues
from .problems import RecordProblem


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
        outstanding = where.and_(
            where.ne("TRX_TOTALDUE", 0), where.in_("STATE", OUTSTANDING_STATES)
        )
        return {
            intacct_object: self._query(
                ctx.backend,
                intacct_object,
                self._due(ctx, intacct_object, outstanding),
            )
            for intacct_object in LINE_OBJECTS
        }

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
        if binding.sync_state == "ignored":
            raise RecordProblem(
                "customer_ignored",
                self.env._(
                    "Its customer %(code)s was unlinked from %(contact)s.",
                    code=code,
                    contact=binding.partner_id.display_name,
                ),
                self.env._(
                    "Choose Link to Existing on the contact that the customer is."
                ),
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
            for event in self._wanted_again(ctx, intacct_object, waiting)
            if event.last_run_id != ctx.run
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
