from odoo import api, models
from odoo.fields import Domain

from ..gateway import errors
from ..models.intacct_operation import LIVE_STATES
from .document_lines_out import LineBuilder
from .problems import RecordProblem
from .rates import check_booked_rate

ACTIONS = {"out_invoice": "invoice", "out_refund": "adjustment"}
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
        self.env["intacct.terms.out"]._send(ctx, step)
        self._prepare_asked_customers(ctx, step)
        for moves in self._chunks(self._select(ctx.backend, ctx.run._chosen())):
            step._count(read=len(moves))
            self.env["intacct.closed.periods"]._look_again(
                ctx, [move.date for move in moves]
            )
            self._apply(
                ctx,
                moves,
                lambda items: self._prepare(ctx, items),
                lambda move, problem: self._failed(ctx, step, move, problem),
            )
            ctx.commit(len(moves))
        self._send_customers(ctx, step)
        self._release(ctx, step)
        with ctx.letting_others_in():
            outbox._send_ready(ctx, step, ["invoice", "adjustment"])
        outbox._read_back(ctx, step)

    @api.model
    def _send_customers(self, ctx, step):
        outbox = self.env["intacct.outbox"]
        self.env["intacct.flow.customers.out"]._look_up(ctx, step)
        outbox._send_ready(ctx, step, ["customer", "contact"])
        if ctx.backend.customer_id_rule == "intacct":
            # The documents need the IDs that Intacct gave.
            outbox._read_back(ctx, step)

    @api.model
    def _domain(self, backend):
        """Documents that may leave: posted, ours, from the start date on; a credit
        note on an imported document always."""
        in_journals = Domain("journal_id.intacct_backend_id", "=", False)
        if backend.export_journal_ids:
            in_journals &= Domain("journal_id", "in", backend.export_journal_ids.ids)
        return (
            Domain("company_id", "=", backend.company_id.id)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", list(ACTIONS))
            & Domain("intacct_imported", "=", False)
            & Domain("intacct_ignored", "=", False)
            & Domain("date", ">=", backend.export_start_date)
            & self._waited_long_enough(backend)
            & (in_journals | Domain("reversed_entry_id.intacct_imported", "=", True))
            & Domain(
                "intacct_binding_ids",
                "not any",
                [
                    ("intacct_object", "in", ("ARINVOICE", "ARADJUSTMENT")),
                    ("replaced", "=", False),
                ],
            )
            & Domain(
                "intacct_operation_ids",
                "not any",
                [
                    ("action", "in", ("invoice", "adjustment")),
                    ("state", "in", (*LIVE_STATES, "approval", "done", "failed")),
                ],
            )
        )

    @api.model
    def _select(self, backend, chosen=None):
        """:param set chosen: what alone may leave, None where everything may"""
        domain = self._domain(backend)
        if chosen is not None:
            domain &= Domain("id", "in", self._ids_of("account.move", chosen))
        return self.env["account.move"].search(domain, order="invoice_date, id")

    @api.model
    def _ids_of(self, model, records):
        return [record.id for record in records if record._name == model]

    @api.model
    def _prepare_asked_customers(self, ctx, step):
        """Customers that people send before any document needs them."""
        partners = ctx.run.request_ids.partner_id
        customers = self.env["intacct.flow.customers.out"]
        for partner in partners - partners.browse(customers._bindings(ctx, partners)):
            step._count(read=1)
            self._apply(
                ctx,
                [partner],
                lambda items: customers._prepare(ctx, items[0]),
                lambda partner, problem: self._customer_failed(
                    ctx, step, partner, problem
                ),
            )
        ctx.commit()

    @api.model
    def _customer_failed(self, ctx, step, partner, problem):
        step._count(failed=1)
        self.env["intacct.sync.event"]._fail(
            ctx.run,
            "documents_out",
            "res.partner",
            str(partner.id),
            f"{partner.display_name}: {problem.message}",
            level=problem.level,
            document=partner.display_name,
            cause=problem.cause,
            advice=problem.advice,
            partner_id=partner.id,
        )

    # ------------------------------------------------------------------
    # Preparing
    # ------------------------------------------------------------------
    @api.model
    def _prepare(self, ctx, moves):
        """Makes the operations of documents, and those of their customers if needed.

        Everything that can be wrong is found before anything is sent.

        :raises RecordProblem: one cannot be sent as it is
        """
        customers = self.env["intacct.flow.customers.out"]
        operations = self.env["intacct.operation"]
        moves = self.env["account.move"].union(*moves)
        bindings = customers._bindings(ctx, moves.commercial_partner_id)
        made = []
        for move in moves:
            self._check(ctx, move)
            partner = move.commercial_partner_id
            binding = bindings.get(partner.id)
            values = {
                "backend_id": ctx.backend.id,
                "action": "invoice"
                if move.move_type == "out_invoice"
                else "adjustment",
                "document": move.name,
                "move_id": move.id,
                "partner_id": partner.id,
                "state": "waiting",
                "control_id": operations._new_control_id(),
                "marker": operations._new_marker(),
            }
            needed = self.env["intacct.flow.contacts.out"]._needed(ctx, move)
            if binding:
                customers._check_decided(ctx, partner, binding)
            else:
                needed |= customers._prepare(ctx, partner)
            if needed:
                self._builder(ctx).lines(move, binding.number if binding else "?")
                values["waits_for_ids"] = [(6, 0, needed.ids)]
            else:
                values.update(self._rendered(ctx, move, values, binding.number))
            made.append(values)
        operations.create(made)

    @api.model
    def _builder(self, ctx):
        if "line_builder" not in ctx.caches:
            ctx.caches["line_builder"] = LineBuilder(ctx)
        return ctx.caches["line_builder"]

    @api.model
    def _release(self, ctx, step):
        """Documents whose customer has arrived are rendered and made ready."""
        waiting = self.env["intacct.operation"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("state", "=", "waiting"),
                ("action", "in", ("invoice", "adjustment")),
                ("function_xml", "=", False),
            ],
            order="id",
        )
        customers = self.env["intacct.flow.customers.out"]
        for operations in self._chunks(waiting):
            bindings = customers._bindings(ctx, operations.partner_id)
            for operation in operations:
                binding = bindings.get(operation.partner_id.id)
                if not binding or not binding.number or self._lacks_contact(operation):
                    self._give_up_if_refused(ctx, step, operation)
                    continue
                self._apply(
                    ctx,
                    [operation],
                    lambda items, binding=binding: self._render(ctx, items[0], binding),
                    lambda operation, problem: self._withdraw(
                        ctx, step, operation, problem
                    ),
                )
            ctx.commit(len(operations))

    @api.model
    def _lacks_contact(self, operation):
        """Whether the contact that it is addressed to has not arrived yet."""
        return bool(
            operation.waits_for_ids.filtered(
                lambda needed: needed.action == "contact" and needed.state != "done"
            )
        )

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
                        name=refused[0].document,
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
        self.env["intacct.closed.periods"]._check(ctx, move.date)
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
        check_booked_rate(ctx, currency, move.invoice_date, move.invoice_currency_rate)
        if len(self._number_of(move)) > NUMBER_LENGTH:
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
    def _render(self, ctx, operation, binding):
        """Fixes exactly what will be sent, now that the customer is known.

        :raises RecordProblem: it cannot be sent as it is any more
        """
        self.env["intacct.flow.customers.out"]._check_decided(
            ctx, operation.partner_id, binding
        )
        move = operation.move_id
        if move.state != "posted":
            operation.state = "superseded"
            return
        identity = {
            name: operation[name] for name in ("action", "control_id", "marker")
        }
        operation.write(self._rendered(ctx, move, identity, binding.number))

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
