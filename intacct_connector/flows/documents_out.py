from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

from ..gateway import errors, formats, functions
from ..models.intacct_operation import LIVE_STATES
from .document_lines_out import LineBuilder, exact
from .problems import RecordProblem

NUMBER_LENGTH = 45


class IntacctFlowDocumentsOut(models.AbstractModel):
    """Posted invoices and credit notes -> create_invoice, create_aradjustment."""

    _name = "intacct.flow.documents.out"
    _inherit = "intacct.flow"
    _description = "Odoo Documents to Sage Intacct"

    # ------------------------------------------------------------------
    # Step
    # ------------------------------------------------------------------
    @api.model
    def _run(self, ctx, step):
        if not ctx.backend._exports():
            return
        outbox = self.env["intacct.outbox"]
        for moves in self._chunks(self._select(ctx.backend)):
            step._count(read=len(moves))
            for move in moves:
                self._apply(
                    ctx,
                    [move],
                    lambda items: self._prepare(ctx, items[0]),
                    lambda move, problem: self._failed(ctx, step, move, problem),
                )
            ctx.commit(len(moves))
        outbox._send_ready(ctx, step, ["customer"])
        self._release(ctx, step)
        outbox._send_ready(ctx, step, ["invoice", "adjustment"])
        outbox._read_back(ctx, step)

    @api.model
    def _domain(self, backend):
        """Documents that may leave: posted, ours, from the start date on; a credit
        note on an imported document always."""
        in_journals = Domain("journal_id.intacct_backend_id", "=", False)
        if backend.export_journal_ids:
            in_journals &= Domain("journal_id", "in", backend.export_journal_ids.ids)
        posted_until = fields.Datetime.now() - timedelta(minutes=backend.send_delay)
        return (
            Domain("company_id", "=", backend.company_id.id)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", ("out_invoice", "out_refund"))
            & Domain("intacct_imported", "=", False)
            & Domain("intacct_ignored", "=", False)
            & Domain("date", ">=", backend.export_start_date)
            & (
                Domain("intacct_posted_at", "=", False)
                | Domain("intacct_posted_at", "<=", posted_until)
            )
            & (in_journals | Domain("reversed_entry_id.intacct_imported", "=", True))
            & Domain(
                "intacct_binding_ids",
                "not any",
                [("intacct_object", "in", ("ARINVOICE", "ARADJUSTMENT"))],
            )
            & Domain(
                "intacct_operation_ids",
                "not any",
                [("state", "in", (*LIVE_STATES, "approval", "done", "failed"))],
            )
        )

    @api.model
    def _select(self, backend):
        return self.env["account.move"].search(
            self._domain(backend), order="invoice_date, id"
        )

    # ------------------------------------------------------------------
    # Preparing
    # ------------------------------------------------------------------
    @api.model
    def _prepare(self, ctx, move):
        """Makes the operation of a document, and that of its customer if needed.

        :raises RecordProblem: it cannot be sent as it is
        """
        customers = self.env["intacct.flow.customers.out"]
        partner = move.commercial_partner_id
        binding = customers._binding(ctx, partner)
        if binding.sync_state == "proposed":
            raise RecordProblem(
                "customer_waits",
                self.env._("It waits for its customer %s.", partner.display_name),
                self.env._("Decide under Links to Decide."),
                level="warning",
            )
        operations = self.env["intacct.operation"]
        action = "invoice" if move.move_type == "out_invoice" else "adjustment"
        values = {
            "backend_id": ctx.backend.id,
            "action": action,
            "document": move.name,
            "move_id": move.id,
            "partner_id": partner.id,
        }
        # Everything that can be wrong is found before anything is sent.
        self._check(ctx, move)
        if binding:
            operation = operations.create({**values, "state": "waiting"})
            self._render(ctx, operation, binding.number)
        else:
            LineBuilder(ctx).lines(move)
            needed = customers._prepare(ctx, partner)
            operations.create(
                {**values, "state": "waiting", "waits_for_ids": [(4, needed.id)]}
            )

    @api.model
    def _release(self, ctx, step):
        """Documents whose customer has arrived are rendered and made ready."""
        waiting = self.env["intacct.operation"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("state", "=", "waiting"),
                ("action", "in", ("invoice", "adjustment")),
            ],
            order="id",
        )
        customers = self.env["intacct.flow.customers.out"]
        for operations in self._chunks(waiting):
            for operation in operations:
                binding = customers._binding(ctx, operation.partner_id)
                if not binding or not binding.number:
                    self._give_up_if_refused(ctx, step, operation)
                    continue
                self._apply(
                    ctx,
                    [operation],
                    lambda items, code=binding.number: self._render(
                        ctx, items[0], code
                    ),
                    lambda operation, problem: self._withdraw(
                        ctx, step, operation, problem
                    ),
                )
            ctx.commit(len(operations))

    @api.model
    def _give_up_if_refused(self, ctx, step, operation):
        refused = operation.waits_for_ids.filtered(
            lambda needed: needed.state in ("failed", "ignored", "superseded")
        )
        if refused:
            self._withdraw(
                ctx,
                step,
                operation,
                RecordProblem(
                    "customer_refused",
                    self.env._(
                        "Its customer %(name)s was refused by Intacct: %(why)s",
                        name=operation.partner_id.display_name,
                        why=refused[0].message or "",
                    ),
                    self.env._("Mend the customer and press Retry on it."),
                ),
            )

    @api.model
    def _withdraw(self, ctx, step, operation, problem):
        """It was never sent: the document is picked up anew by the next sync."""
        operation.state = "superseded"
        self._failed(ctx, step, operation.move_id, problem)

    @api.model
    def _check(self, ctx, move):
        """:raises RecordProblem: something that Intacct would refuse or change"""
        currency = move.currency_id
        if currency.decimal_places > 2:
            raise RecordProblem(
                f"precision:{currency.name}",
                self.env._(
                    "%s has more than two decimals, which Intacct would round.",
                    currency.name,
                ),
                self.env._("Book it in Intacct by hand, then ignore it here."),
            )
        if len(move.name) > NUMBER_LENGTH:
            raise RecordProblem(
                "long_number",
                self.env._("Its number has more than %s characters.", NUMBER_LENGTH),
                self.env._("Shorten the number."),
            )
        if currency.is_zero(move.amount_total):
            raise RecordProblem(
                "zero",
                self.env._("Its total is zero; Intacct keeps no such open document."),
                self.env._("Ignore it."),
                level="warning",
            )

    @api.model
    def _render(self, ctx, operation, customer_code):
        """Fixes exactly what will be sent, now that the customer is known."""
        move = operation.move_id
        if move.state != "posted":
            operation.state = "superseded"
            return
        lines = LineBuilder(ctx).lines(move)
        render = {"invoice": self._invoice, "adjustment": self._adjustment}
        function = render[operation.action](ctx, operation, customer_code, lines)
        operation.write(
            {
                "function_xml": function.xml,
                "state": "ready",
                "expected": self._expected(ctx, operation, customer_code, lines),
            }
        )

    @api.model
    def _expected(self, ctx, operation, customer_code, lines):
        move = operation.move_id
        total = sum((line["amount"] for line in lines), Decimal())
        base = exact(move.amount_total_signed)
        values = {
            "CUSTOMERID": customer_code,
            "WHENCREATED": formats.format_date(move.invoice_date),
            "WHENPOSTED": formats.format_date(move.date),
            "CURRENCY": move.currency_id.name,
            "TRX_TOTALENTERED": str(total),
        }
        if move.currency_id == move.company_currency_id:
            values["TOTALENTERED"] = str(base)
        if operation.action == "invoice":
            values["WHENDUE"] = formats.format_date(move.invoice_date_due)
        if ctx.backend.number_rule == "ours":
            values["RECORDID"] = move.name
        return {"number": move.name, "fields": values}

    # ------------------------------------------------------------------
    # Functions
    # ------------------------------------------------------------------
    @api.model
    def _invoice(self, ctx, operation, customer_code, lines):
        move = operation.move_id
        ours = ctx.backend.number_rule == "ours"
        return functions.render(
            "create_invoice",
            operation.control_id,
            customerid=customer_code,
            datecreated=move.invoice_date,
            dateposted=move.date,
            datedue=move.invoice_date_due,
            action="Submit",
            invoiceno=move.name if ours else None,
            ponumber=(move.ref if ours else move.name) or None,
            description=self._description_of(operation),
            invoiceitems={"lineitem": lines},
            **self._currency(ctx, move),
        )

    @api.model
    def _adjustment(self, ctx, operation, customer_code, lines):
        """A credit note is an adjustment of negative lines."""
        move = operation.move_id
        return functions.render(
            "create_aradjustment",
            operation.control_id,
            customerid=customer_code,
            datecreated=move.invoice_date,
            dateposted=move.date,
            adjustmentno=move.name if ctx.backend.number_rule == "ours" else None,
            action="Submit",
            invoiceno=move.reversed_entry_id.name or None,
            description=self._description_of(operation),
            aradjustmentitems={"lineitem": lines},
            **self._currency(ctx, move),
        )

    @api.model
    def _description_of(self, operation):
        """Odoo's number and the person, as in Intacct only the API user is seen, and
        the marker by which it is found again."""
        move = operation.move_id
        person = move.invoice_user_id.login or move.create_uid.login or ""
        return f"[{operation.marker}] {move.name} {person}".strip()

    @api.model
    def _currency(self, ctx, move):
        company_currency = move.company_currency_id
        arguments = {
            "basecurr": company_currency.name,
            "currency": move.currency_id.name,
        }
        if move.currency_id == company_currency:
            return {**arguments, "exchrate": Decimal(1)}
        if ctx.backend.rate_rule == "intacct":
            return {**arguments, "exchratetype": "Intacct Daily Rate"}
        rate = Decimal(str(round(1 / move.invoice_currency_rate, 10)))
        return {**arguments, "exchrate": rate}

    # ------------------------------------------------------------------
    # Reports
    # ------------------------------------------------------------------
    @api.model
    def _as_problem(self, ctx, error):
        """A value that cannot be rendered is a problem of its document."""
        if isinstance(error, errors.RequestError | errors.FormatError):
            return RecordProblem(
                "not_renderable",
                str(error),
                self.env._("Correct the document, then press Sync Now."),
            )
        return super()._as_problem(ctx, error)

    @api.model
    def _failed(self, ctx, step, move, problem):
        step._count(**{"failed" if problem.level == "error" else "skipped": 1})
        self.env["intacct.sync.event"]._fail(
            ctx.run,
            "documents_out",
            "account.move",
            str(move.id),
            f"{move.name}: {problem.message}",
            level=problem.level,
            document=move.name,
            cause=problem.cause,
            advice=problem.advice,
            move_id=move.id,
            partner_id=move.commercial_partner_id.id,
        )
