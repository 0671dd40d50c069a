from odoo import api, fields, models

from ..gateway import errors, formats, where
from ..models.res_partner import UNDECIDED
from .document_fields import IN_LIMIT, LINE_OBJECTS, LINES_QUERY
from .document_values import OUTSTANDING_STATES, Document, amount
from .payments import VOID_CREDITS
from .preview_values import KnownCustomer, PreviewValues, TwinFinder
from .problems import RecordProblem

CREDIT_STATES = {"ARPYMT": "DISPLAYSTATE", "ARADVANCE": "STATE"}


class IntacctFlowPreview(models.AbstractModel):
    """What a first sync would create, link, update, skip and fail.

    Documents go through the very code of the import up to the point where it would
    create them. Nothing is written but the preview.
    """

    _name = "intacct.flow.preview"
    _inherit = "intacct.flow.documents"
    _description = "Sage Intacct Preview"

    # ------------------------------------------------------------------
    # Step
    # ------------------------------------------------------------------
    @api.model
    def _poll(self, ctx):
        """Everything outstanding, as the first sync asks for it."""
        condition = where.and_(
            where.ne("TRX_TOTALDUE", 0), where.in_("STATE", OUTSTANDING_STATES)
        )
        return {
            name: self._query(ctx.backend, name, condition) for name in LINE_OBJECTS
        }

    @api.model
    def _run(self, ctx, step):
        flow = self.with_context(lang=ctx.run.user_id.lang or self.env.lang)
        preview = flow._preview(ctx)
        finished = set((step.cursor or {}).get("finished", ()))
        for intacct_object, query in flow._poll(ctx).items():
            if intacct_object not in finished:
                flow._run_object(ctx, step, intacct_object, query)
        flow._credits(ctx, step, preview)
        flow._outgoing(ctx, preview)
        flow._balances(ctx, preview)
        preview.write({"complete": True, "completed_at": fields.Datetime.now()})
        counts = dict(
            self.env["intacct.preview.line"]._read_group(
                [("preview_id", "=", preview.id)], ["outcome"], ["__count"]
            )
        )
        step._count(
            created=counts.get("create", 0),
            updated=counts.get("update", 0),
            skipped=counts.get("skip", 0) + counts.get("link", 0),
        )
        ctx.commit()

    @api.model
    def _preview(self, ctx):
        return self.env["intacct.preview"]._begin(ctx.run)

    @api.model
    def _run_object(self, ctx, step, intacct_object, query):
        for page in self._pages(ctx, step, intacct_object, query):
            if not self._cursor(step, intacct_object):
                step.total += page.total or 0
            self._judge(ctx, intacct_object, page.rows)
            if page.rows:
                last = page.rows[-1]["RECORDNO"]
                self._move_cursor(step, intacct_object, page.rows, last)
            step._count(read=len(page.rows))
            step.done += len(page.rows)
            ctx.commit(len(page.rows))
        finished = {*(step.cursor or {}).get("finished", ()), intacct_object}
        step.cursor = {**(step.cursor or {}), "finished": sorted(finished)}
        ctx.commit()

    # ------------------------------------------------------------------
    # Customers
    # ------------------------------------------------------------------
    @api.model
    def _customers(self, ctx, rows):
        """The customers of some rows, each told once.

        :param list[dict] rows: of documents or credits
        :rtype: dict[str, KnownCustomer]
        """
        known = ctx.caches.setdefault("preview_customers", {})
        codes = {row["CUSTOMERID"] for row in rows if row.get("CUSTOMERID")}
        wanted = sorted(codes - known.keys())
        bindings = self.env["intacct.binding"]._by_number(
            ctx.backend, "CUSTOMER", wanted
        )
        flow = self.env["intacct.flow.customers"]
        queries = [
            flow._query(ctx.backend, "CUSTOMER", where.in_("CUSTOMERID", part))
            for part in self._parts(wanted, IN_LIMIT)
        ]
        found = [row for rows in flow._query_rows(ctx, queries) for row in rows]
        fresh = [row for row in found if row["CUSTOMERID"] not in bindings]
        matches = flow._find_partners(ctx, fresh)
        nobody = self.env["res.partner"]
        lines = []
        for row in found:
            code = row["CUSTOMERID"]
            if binding := bindings.get(code):
                waits = binding.sync_state in UNDECIDED
                known[code] = KnownCustomer(
                    binding.partner_id, "waits" if waits else "bound"
                )
                changed = not waits and flow._has_changed(row, binding)
                lines.append(self._customer_line(row, "update" if changed else "skip"))
            elif match := matches.get(row["RECORDNO"]):
                partner, reason = match
                known[code] = KnownCustomer(partner, "match")
                lines.append(
                    self._customer_line(row, "link", partner, reason, certain=True)
                )
            else:
                known[code] = KnownCustomer(nobody, "new")
                lines.append(self._customer_line(row, "create"))
        self._keep_customers(ctx, lines)
        return known

    @api.model
    def _customer_line(self, row, outcome, partner=None, reason=False, certain=False):
        return {
            "kind": "customer",
            "outcome": outcome,
            "name": row["CUSTOMERID"],
            "customer": row.get("NAME"),
            "intacct_object": "CUSTOMER",
            "recordno": row["RECORDNO"],
            "partner_id": partner and partner.id,
            "reason": reason,
            "certain": certain,
            "payload": {"row": row} if outcome == "link" else False,
        }

    @api.model
    def _keep_customers(self, ctx, lines):
        """A job that was interrupted may have told some of them already."""
        preview = self._preview(ctx)
        told = set(
            self._lines(
                preview,
                ("intacct_object", "=", "CUSTOMER"),
                ("recordno", "in", [line["recordno"] for line in lines]),
            ).mapped("recordno")
        )
        self._keep(preview, [line for line in lines if line["recordno"] not in told])

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------
    @api.model
    def _judge(self, ctx, intacct_object, rows):
        """What would become of one page of outstanding documents."""
        documents = [Document(intacct_object, row) for row in rows]
        bindings = self.env["intacct.binding"]._by_recordno(
            ctx.backend, intacct_object, [document.recordno for document in documents]
        )
        fresh = [item for item in documents if item.recordno not in bindings]
        self._fetch_lines(ctx, intacct_object, fresh)
        customers = self._customers(ctx, [document.row for document in fresh])
        twins = TwinFinder(ctx, customers).find(
            [document for document in fresh if document.number]
        )
        values = PreviewValues(ctx)
        lines = []
        for document in documents:
            binding = bindings.get(document.recordno)
            if binding:
                outcome = self._judge_known(document, binding)
            else:
                outcome = self._judge_fresh(values, document, customers, twins)
            lines.append({**self._document_line(values, document), **outcome})
        self._keep(self._preview(ctx), lines)

    @api.model
    def _fetch_lines(self, ctx, intacct_object, documents):
        by_key = {document.recordno: document for document in documents}
        queries = [
            self._query(
                ctx.backend,
                LINE_OBJECTS[intacct_object],
                where.in_("RECORDKEY", part),
            )
            for part in self._parts(list(by_key), LINES_QUERY)
        ]
        for rows in self._query_rows(ctx, queries):
            for row in rows:
                by_key[row["RECORDKEY"]].lines.append(row)

    @api.model
    def _judge_known(self, document, binding):
        if binding.sync_state == "proposed":
            return {
                "outcome": "link",
                "reason": binding.reason,
                "advice": self.env._("Decide under Links to Decide."),
                "decided": True,
                "move_id": binding.move_id.id,
            }
        changed = not binding._is_left_alone() and self._has_changed(document, binding)
        return {
            "outcome": "update" if changed else "skip",
            "reason": False if changed else self.env._("It is linked and unchanged."),
            "move_id": binding.move_id.id,
        }

    @api.model
    def _judge_fresh(self, values, document, customers, twins):
        known = customers.get(document.row.get("CUSTOMERID"))
        if twin := twins.get(document.recordno):
            move, certain, reason = twin
            return {
                "outcome": "link",
                "certain": certain,
                "reason": reason,
                "move_id": move.id,
                "payload": document.payload(),
            }
        try:
            if not known:
                # The import says why.
                self._partner(document, {})
            values.prepare(document, known.partner_id)
        except RecordProblem as problem:
            return self._failing(problem)
        if known.status in ("match", "waits"):
            return {
                "outcome": "link",
                "decided": True,
                "reason": self.env._(
                    "It waits until somebody decides whether its customer %s is a "
                    "contact that exists.",
                    document.row["CUSTOMERID"],
                ),
            }
        return {"outcome": "create"}

    @api.model
    def _document_line(self, values, document, kind="document", sign=1):
        row = document.row
        return {
            "kind": kind,
            "name": document.number,
            "customer": row.get("CUSTOMERNAME") or row.get("CUSTOMERID"),
            "date": formats.parse_date(row.get("WHENCREATED")),
            "currency_id": values.currency_id(row.get("CURRENCY")),
            "amount": float(sign * document.total),
            "amount_open": float(sign * document.due),
            "intacct_object": document.object,
            "recordno": document.recordno,
        }

    # ------------------------------------------------------------------
    # Advances and over-payments
    # ------------------------------------------------------------------
    @api.model
    def _credits(self, ctx, step, preview):
        """Open credits that are no documents."""
        flow = self.env["intacct.flow.payments"]
        queries = {
            name: flow._query(ctx.backend, name, where.ne("TRX_TOTALDUE", 0))
            for name in CREDIT_STATES
        }
        values = PreviewValues(ctx)
        # After an interruption they are told anew.
        self._lines(preview, ("intacct_object", "in", list(CREDIT_STATES))).unlink()
        for name, query in queries.items():
            try:
                (rows,) = flow._query_rows(ctx, [query])
            except errors.AuthorizationError:
                # The check has told it.
                continue
            step._count(read=len(rows))
            self._keep(preview, self._credit_lines(ctx, values, name, rows))

    @api.model
    def _credit_lines(self, ctx, values, intacct_object, rows):
        bindings = self.env["intacct.binding"]._by_recordno(
            ctx.backend, intacct_object, [row["RECORDNO"] for row in rows]
        )
        rows = [
            row
            for row in rows
            if row.get(CREDIT_STATES[intacct_object]) not in VOID_CREDITS
        ]
        customers = self._customers(ctx, rows)
        for row in rows:
            document = Document(intacct_object, row)
            line = self._document_line(values, document, "payment")
            due = -abs(float(amount(row, "TRX_TOTALDUE")))
            line.update(amount=due, amount_open=due)
            if document.recordno in bindings:
                line["outcome"] = "skip"
            else:
                line.update(self._judge_credit(values, document, customers))
            yield line

    @api.model
    def _failing(self, problem):
        return {
            "outcome": "fail",
            "reason": problem.message,
            "advice": problem.advice,
        }

    @api.model
    def _judge_credit(self, values, document, customers):
        known = customers.get(document.row.get("CUSTOMERID"))
        try:
            if not known:
                self._partner(document, {})
            values.currency(document)
        except RecordProblem as problem:
            return self._failing(problem)
        if known.status in ("match", "waits"):
            return {
                "outcome": "link",
                "decided": True,
                "reason": self.env._("It waits for its customer."),
            }
        return {"outcome": "create"}

    @api.model
    def _lines(self, preview, *conditions):
        return self.env["intacct.preview.line"].search(
            [("preview_id", "=", preview.id), *conditions]
        )

    @api.model
    def _keep(self, preview, lines, direction="in"):
        self.env["intacct.preview.line"].create(
            [
                {"preview_id": preview.id, "direction": direction, **line}
                for line in lines
            ]
        )
