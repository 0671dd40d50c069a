from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from ..gateway import errors
from .context import SyncContext
from .documents_out import ACTIONS
from .problems import RecordProblem

# Stands for what the operation will get when it is made.
UNKNOWN = {"control_id": "preflight", "marker": "preflight"}


class IntacctFlowPreflight(models.AbstractModel):
    """What a sync would do with everything that is about to leave.

    It asks nobody and writes nothing but its own run and events: one for each
    document, so that the list can be grouped by cause.
    """

    _name = "intacct.flow.preflight"
    _inherit = "intacct.flow.documents.out"
    _description = "Sage Intacct Preflight"

    @api.model
    def _check_all(self, backend):
        """The dry run.

        :return: its run, with what was found as events
        :rtype: intacct.sync.run
        """
        run = self.env["intacct.sync.run"].create(
            {
                "backend_id": backend.id,
                "scope": "preflight",
                "user_id": self.env.uid,
                "state": "running",
                "started_at": fields.Datetime.now(),
            }
        )
        ctx = SyncContext(run, None, 0.0)
        found = []
        moves = self._select(backend) if backend._exports() else []
        new = self._new_customers(ctx, moves, found)
        for move in moves:
            found.append(self._document(ctx, move, new))
        for payment in self._payments(backend) if backend._exports() else []:
            found.append(self._payment(ctx, payment))
        found += self._pending(backend)
        found += self._left_out(backend)
        self._keep(run, found)
        return run

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------
    @api.model
    def _new_customers(self, ctx, moves, found):
        """Adds what would become of the customers that have no link.

        :return: problems by partner, None where it would be created
        :rtype: dict
        """
        customers = self.env["intacct.flow.customers.out"]
        partners = self.env["res.partner"].union(
            *(move.commercial_partner_id for move in moves)
        )
        linked = customers._bindings(ctx, partners)
        outcome = {}
        for partner in partners.filtered(lambda partner: partner.id not in linked):
            outcome[partner.id] = problem = self._customer_problem(ctx, partner)
            if problem is None:
                found.append(
                    self._event(
                        "would_create_customer",
                        self.env._(
                            "Customer %s: would be created, unless Intacct has one of "
                            "the same ID or name.",
                            partner.display_name,
                        ),
                        partner_id=partner.id,
                        document=partner.display_name,
                    )
                )
        return outcome

    @api.model
    def _customer_problem(self, ctx, partner):
        try:
            self.env["intacct.flow.customers.out"]._customer_id(ctx, partner)
        except RecordProblem as problem:
            return problem
        return None

    @api.model
    def _document(self, ctx, move, new):
        try:
            total = self._try_document(ctx, move, new)
        except (RecordProblem, errors.IntacctError) as error:
            problem = self._as_record_problem(error)
            return self._refusal(
                problem,
                move.name,
                move.amount_total,
                move.currency_id,
                move_id=move.id,
                partner_id=move.commercial_partner_id.id,
            )
        return self._event(
            f"would_create_{ACTIONS[move.move_type]}",
            self.env._(
                "%(number)s: would be created, %(amount)s.",
                number=move.name,
                amount=self._amount(total, move.currency_id),
            ),
            document=move.name,
            move_id=move.id,
            partner_id=move.commercial_partner_id.id,
        )

    @api.model
    def _try_document(self, ctx, move, new):
        """Goes all the way to the function, which is then thrown away.

        :return: what its lines add up to
        :rtype: Decimal
        :raises RecordProblem: it would not be sent
        """
        self._check(ctx, move)
        self._check_period(ctx, move)
        partner = move.commercial_partner_id
        code = "?"
        if partner.id in new:
            if new[partner.id]:
                raise new[partner.id]
        else:
            binding = self.env["intacct.flow.customers.out"]._binding(ctx, partner)
            self._check_decided(binding)
            code = binding.number
        lines = self._builder(ctx).lines(move, code)
        action = ACTIONS[move.move_type]
        render = {"invoice": self._invoice, "adjustment": self._adjustment}
        render[action](ctx, move, {"action": action, **UNKNOWN}, code, lines)
        return sum(line["amount"] for line in lines)

    @api.model
    def _check_period(self, ctx, move):
        """:raises RecordProblem: Intacct's books were closed when the lists were
        read last"""
        closed = ctx.backend.closed_books_date
        if closed and move.date <= closed:
            raise RecordProblem(
                f"closed_period:{closed}",
                self.env._(
                    "Its date %(date)s is in a closed period: Intacct's books are "
                    "closed until %(closed)s.",
                    date=move.date,
                    closed=closed,
                ),
                self.env._("Open the period in Intacct, or change the date."),
            )

    @api.model
    def _as_record_problem(self, error):
        if isinstance(error, RecordProblem):
            return error
        return RecordProblem("not_renderable", str(error))

    # ------------------------------------------------------------------
    # Payments
    # ------------------------------------------------------------------
    @api.model
    def _payments(self, backend):
        domain = self.env["intacct.flow.payments.out"]._payment_domain(backend)
        return self.env["account.payment"].search(
            domain & Domain("payment_type", "=", "inbound"), order="date, id"
        )

    @api.model
    def _payment(self, ctx, payment):
        keys = {
            "move_id": payment.move_id.id,
            "partner_id": payment.partner_id.id,
        }
        try:
            if payment.move_id:
                entry = self.env["intacct.settling"]._entry(payment.move_id)
                self.env["intacct.receipt.accounts"]._account(ctx, entry)
        except RecordProblem as problem:
            return self._refusal(
                problem, payment.name, payment.amount, payment.currency_id, **keys
            )
        return self._event(
            "would_create_payment",
            self.env._(
                "%(number)s: would be created when its documents are there, "
                "%(amount)s.",
                number=payment.name,
                amount=self._amount(payment.amount, payment.currency_id),
            ),
            document=payment.name,
            **keys,
        )

    # ------------------------------------------------------------------
    # The rest
    # ------------------------------------------------------------------
    @api.model
    def _pending(self, backend):
        """What was decided before and only waits to be sent."""
        operations = self.env["intacct.outbox"]._operations(
            backend, "waiting", "ready", "in_doubt", "failed"
        )
        labels = dict(operations._fields["state"]._description_selection(self.env))
        return [
            self._event(
                f"pending_{operation.state}",
                f"{operation.display_name}: {labels[operation.state]}",
                level="error" if operation.state == "failed" else "info",
                document=operation.document,
                move_id=operation.move_id.id,
                partner_id=operation.partner_id.id,
            )
            for operation in operations
        ]

    @api.model
    def _left_out(self, backend):
        """How many posted documents stay here, and why.

        :return: one event a reason and currency
        """
        own = (
            Domain("company_id", "=", backend.company_id.id)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", list(ACTIONS))
            & Domain("intacct_imported", "=", False)
            & Domain("intacct_binding_ids", "=", False)
        )
        start = backend.export_start_date
        reasons = [
            (
                "skipped_ignored",
                Domain("intacct_ignored", "=", True),
                self.env._("ignored"),
            )
        ]
        if start:
            reasons.append(
                (
                    "skipped_before_start",
                    Domain("date", "<", start) & Domain("intacct_ignored", "=", False),
                    self.env._("dated before the start of the export"),
                )
            )
        events = []
        for cause, domain, why in reasons:
            totals = defaultdict(float)
            counts = defaultdict(int)
            for currency, count, total in self.env["account.move"]._read_group(
                own & domain, ["currency_id"], ["__count", "amount_total:sum"]
            ):
                totals[currency] += total
                counts[currency] += count
            for currency, total in totals.items():
                events.append(
                    self._event(
                        cause,
                        self.env._(
                            "%(count)s documents stay here, %(amount)s: %(why)s.",
                            count=counts[currency],
                            amount=self._amount(total, currency),
                            why=why,
                        ),
                    )
                )
        return events

    # ------------------------------------------------------------------
    # Events
    # ------------------------------------------------------------------
    @api.model
    def _amount(self, value, currency):
        return f"{float(value):,.{currency.decimal_places}f} {currency.name}"

    @api.model
    def _event(self, cause, message, level="info", **values):
        return {"cause": cause, "message": message, "level": level, **values}

    @api.model
    def _refusal(self, problem, name, amount, currency, **values):
        return self._event(
            problem.cause,
            self.env._(
                "%(number)s, %(amount)s: %(why)s",
                number=name,
                amount=self._amount(amount, currency),
                why=problem.message,
            ),
            level=problem.level,
            document=name,
            advice=problem.advice,
            **values,
        )

    @api.model
    def _keep(self, run, found):
        self.env["intacct.sync.event"].create(
            [
                {
                    "run_id": run.id,
                    "last_run_id": run.id,
                    "backend_id": run.backend_id.id,
                    "flow": "preflight",
                    **values,
                }
                for values in found
            ]
        )
        levels = [values["level"] for values in found]
        created = [value for value in found if value["cause"].startswith("would_")]
        run.step_ids.write(
            {
                "state": "done",
                "read_count": len(found),
                "created_count": len(created),
                "skipped_count": levels.count("warning"),
                "failed_count": levels.count("error"),
            }
        )
        run.write(
            {
                "state": "errors" if "error" in levels else "done",
                "ended_at": fields.Datetime.now(),
            }
        )
