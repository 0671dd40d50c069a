from datetime import date, timedelta

from odoo import api, fields, models

from ..gateway import Query, functions, where
from ..models.intacct_operation import LIVE_STATES
from .lists import LISTS
from .terms import FROM_DATE, MONTHS, due_date

TERM = "term"
# Days on which both sides have to name the same due date: four years, so that a
# leap day is among them.
FIRST_DAY, DAYS = date(2027, 1, 1), 1461
LAST_OF_MONTH = 31


class UnfitTerm(Exception):
    """Intacct has no such payment term; the text says why, for people."""


class IntacctTermsOut(models.AbstractModel):
    """Payment terms of Odoo -> ARTERM. The name is the key there: one that exists is
    linked, and nothing is made twice."""

    _name = "intacct.terms.out"
    _description = "Odoo Payment Terms to Sage Intacct"

    # ------------------------------------------------------------------
    # What Intacct can hold
    # ------------------------------------------------------------------
    @api.model
    def _details(self, term):
        """An Odoo term in Intacct's words: DUEDATE and DUEFROM (API.md 10.7).

        :rtype: dict
        :raises UnfitTerm: Intacct has no such term
        """
        if len(term.line_ids) != 1:
            raise UnfitTerm(
                self.env._(
                    "It is due in several parts. A term of Intacct has one due date."
                )
            )
        if term.early_discount:
            raise UnfitTerm(
                self.env._(
                    "It grants a discount for early payment, which Intacct would "
                    "reckon in its own way."
                )
            )
        days = [FIRST_DAY + timedelta(days=number) for number in range(DAYS)]
        for details in self._candidates(term.line_ids):
            if all(
                due_date(details, day) == term.line_ids._get_due_date(day)
                for day in days
            ):
                return details
        raise UnfitTerm(
            self.env._(
                "Its due date follows a rule that no term of Intacct has: there it is "
                "a number of days after the invoice, or a fixed day of a month."
            )
        )

    @api.model
    def _candidates(self, line):
        """Rules of Intacct that give the right date on the first day."""
        due = line._get_due_date(FIRST_DAY)
        yield {"DUEDATE": str((due - FIRST_DAY).days), "DUEFROM": FROM_DATE}
        for rule in MONTHS:
            for number in sorted({due.day, LAST_OF_MONTH}):
                yield {"DUEDATE": str(number), "DUEFROM": rule}

    # ------------------------------------------------------------------
    # Queueing
    # ------------------------------------------------------------------
    @api.model
    def _queue(self, backend, term):
        """Commits the intent; the connection's job sends it.

        :rtype: intacct.operation
        :raises UnfitTerm: Intacct has no such term
        """
        details = self._details(term)
        operations = self.env["intacct.operation"]
        earlier = operations.search(
            [
                ("backend_id", "=", backend.id),
                ("action", "=", TERM),
                ("term_id", "=", term.id),
                ("state", "in", (*LIVE_STATES, "failed")),
            ]
        )
        if live := earlier.filtered(lambda operation: operation.state in LIVE_STATES):
            return live[:1]
        earlier.write({"state": "superseded"})
        operation = operations.create(
            {
                "backend_id": backend.id,
                "action": TERM,
                "document": term.name,
                "term_id": term.id,
                "state": "waiting",
                "expected": {"number": term.name, "fields": details},
            }
        )
        function = functions.render(
            "create_arterm",
            operation.control_id,
            name=term.name,
            due={"dueday": details["DUEDATE"], "duefrom": details["DUEFROM"]},
        )
        operation.write({"function_xml": function.xml, "state": "ready"})
        return operation

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------
    @api.model
    def _send(self, ctx, step):
        """Before the documents, which then name the term."""
        operations = self.env["intacct.operation"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("action", "=", TERM),
                ("state", "in", ("ready", "in_doubt", "done")),
                ("verified_at", "=", False),
            ],
            order="id",
        )
        if not operations:
            return
        self._settle(ctx, step, operations)
        outbox = self.env["intacct.outbox"]
        outbox._send_ready(ctx, step, [TERM])
        self._settle(ctx, step, operations)
        for operation in operations.filtered(lambda item: item.state == "failed"):
            self._tell_refusal(ctx, operation)
        ctx.commit()

    @api.model
    def _settle(self, ctx, step, operations):
        """Links what Intacct has by now, whoever made it; a doubt about what it does
        not have is over: the same name is never made twice."""
        open_ones = operations.filtered(
            lambda operation: not operation.verified_at
            and operation.state in ("ready", "in_doubt", "done", "failed")
        )
        if not open_ones:
            return
        intacct_object, code, name, further = LISTS[TERM]
        query = Query(
            intacct_object,
            ["RECORDNO", code, name, *further],
            where=where.in_(code, open_ones.mapped("document")),
        )
        (rows,) = ctx.query_rows([query])
        found = {row[code].casefold(): row for row in rows}
        for operation in open_ones:
            if row := found.get(operation.document.casefold()):
                self._link(ctx, step, operation, row)
            elif operation.state == "in_doubt":
                operation.state = "ready"
        ctx.commit(len(open_ones))

    @api.model
    def _link(self, ctx, step, operation, row):
        """Intacct has it: it is in the lists, and stands for the Odoo term."""
        _object, code, name, _further = LISTS[TERM]
        lists = self.env["intacct.flow.lists"]
        reference = lists._store_one(ctx.backend, TERM, row, code, name)
        if operation.term_id:
            self._map(ctx.backend, operation.term_id, reference)
        operation.write(
            {
                "state": "done",
                "recordno": row["RECORDNO"],
                "verified_at": fields.Datetime.now(),
                "message": False,
                "cause": False,
            }
        )
        ctx.caches.pop("terms_out", None)
        step._count(created=1)
        self.env["intacct.sync.event"]._resolve(
            ctx.backend, "ARTERM", [operation.document]
        )
        self._note_difference(ctx, operation, row)

    @api.model
    def _map(self, backend, term, reference):
        """The rule that an Odoo term is that one of Intacct; another term that it
        stood for is let go."""
        rules = self.env["intacct.mapping"].search(
            [("backend_id", "=", backend.id), ("source", "=", TERM)]
        )
        taken = rules.filtered(lambda rule: rule.reference_id == reference)
        own = rules.filtered(lambda rule: rule.term_id == term)
        if taken - own:
            return
        if own:
            own[:1].reference_id = reference
            return
        rules.create(
            {
                "backend_id": backend.id,
                "source": TERM,
                "term_id": term.id,
                "reference_id": reference.id,
            }
        )

    @api.model
    def _note_difference(self, ctx, operation, row):
        """A term of this name was there, and means another date."""
        sent = operation.expected["fields"]
        if all(str(row.get(name) or "") == value for name, value in sent.items()):
            return
        self.env["intacct.sync.event"]._note(
            ctx.run,
            "documents_out",
            self.env._(
                "%(term)s: Intacct has a payment term of this name with another due "
                "date. Documents name it only where both give the same date.",
                term=operation.document,
            ),
            level="warning",
            document=operation.document,
            cause="term_differs",
        )

    # ------------------------------------------------------------------
    # Refusals
    # ------------------------------------------------------------------
    @api.model
    def _tell_refusal(self, ctx, operation):
        self.env["intacct.sync.event"]._fail(
            ctx.run,
            "outbox",
            "ARTERM",
            operation.document,
            self.env._(
                "%(term)s: Intacct did not take the payment term. %(why)s",
                term=operation.document,
                why=operation.message or "",
            ),
            document=operation.document,
            cause="term_refused",
            advice=self.env._(
                "Choose one of Intacct's terms for it, or mend what Intacct names and "
                "press Create It in Intacct again. Its invoices leave meanwhile, "
                "with the due date alone."
            ),
            raw=operation.raw,
            support_id=operation.support_id,
        )


class IntacctOutbox(models.AbstractModel):
    """Payment terms carry no marker and stand for no document."""

    _inherit = "intacct.outbox"

    @api.model
    def _resolve(self, ctx, step, doubtful):
        terms = doubtful.filtered(lambda operation: operation.action == TERM)
        self.env["intacct.terms.out"]._settle(ctx, step, terms)
        return super()._resolve(ctx, step, doubtful - terms)

    @api.model
    def _report(self, ctx, operation, problem, **values):
        if operation.action == TERM:
            # Told once it is known that Intacct has none of this name.
            return None
        return super()._report(ctx, operation, problem, **values)
