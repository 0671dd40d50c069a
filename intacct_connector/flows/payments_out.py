from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

from ..gateway import errors, formats, functions
from ..models.intacct_operation import LIVE_STATES
from .document_lines_out import exact
from .problems import RecordProblem

# A receipt that pays nothing yet waits this long for its document before it leaves
# as an advance.
ADVANCE_HOURS = 24
TARGET_KEYS = {"ARINVOICE": "RECORDKEY", "ARADJUSTMENT": "POSADJKEY"}


class IntacctFlowPaymentsOut(models.AbstractModel):
    """Receipts of Odoo -> ARPYMT with a detail per document, or ARADVANCE.

    Cash recorded in Intacct always equals cash received in Odoo: one Odoo payment is
    one payment there, sent when all its documents are there.
    """

    _name = "intacct.flow.payments.out"
    _inherit = "intacct.flow.documents.out"
    _description = "Odoo Payments to Sage Intacct"

    # ------------------------------------------------------------------
    # Step
    # ------------------------------------------------------------------
    @api.model
    def _run(self, ctx, step):
        if not ctx.backend._exports():
            return
        outbox = self.env["intacct.outbox"]
        for payments in self._chunks(self._select(ctx.backend)):
            step._count(read=len(payments))
            for payment in payments:
                self._apply(
                    ctx,
                    [payment],
                    lambda items: self._prepare(ctx, items[0]),
                    lambda payment, problem: self._failed_payment(
                        ctx, step, payment, problem
                    ),
                )
            ctx.commit(len(payments))
        outbox._send_ready(ctx, step, ["payment", "advance"])
        outbox._read_back(ctx, step)

    @api.model
    def _domain(self, backend):
        return (
            Domain("company_id", "=", backend.company_id.id)
            & Domain("partner_type", "=", "customer")
            & Domain("payment_type", "=", "inbound")
            & Domain("state", "in", ("in_process", "paid"))
            & Domain("move_id", "!=", False)
            & Domain("partner_id", "!=", False)
            & Domain("date", ">=", backend.export_start_date)
            & Domain("intacct_ignored", "=", False)
            & Domain("intacct_binding_ids", "=", False)
            & Domain(
                "intacct_operation_ids",
                "not any",
                [("state", "in", (*LIVE_STATES, "approval", "done", "failed"))],
            )
        )

    @api.model
    def _select(self, backend):
        return self.env["account.payment"].search(
            self._domain(backend), order="date, id"
        )

    # ------------------------------------------------------------------
    # Preparing
    # ------------------------------------------------------------------
    @api.model
    def _prepare(self, ctx, payment):
        """:raises RecordProblem: it waits for a document, or cannot be sent"""
        details, rest = self._allocation(ctx, payment)
        if not details and payment.create_date > fields.Datetime.now() - timedelta(
            hours=ADVANCE_HOURS
        ):
            raise RecordProblem(
                "unapplied",
                self.env._("It pays no document yet."),
                self.env._(
                    "Reconcile it with an invoice. After %s hours it leaves as an "
                    "advance.",
                    ADVANCE_HOURS,
                ),
                level="warning",
            )
        customers = self.env["intacct.flow.customers.out"]
        binding = customers._binding(ctx, payment.partner_id.commercial_partner_id)
        if not binding or binding.sync_state == "proposed":
            raise RecordProblem(
                "customer_waits",
                self.env._(
                    "It waits for its customer %s.", payment.partner_id.display_name
                ),
                self.env._("Decide under Links to Decide."),
                level="warning",
            )
        operations = self.env["intacct.operation"]
        operation = operations.create(
            {
                "backend_id": ctx.backend.id,
                "action": "payment" if details else "advance",
                "document": payment.name,
                "payment_id": payment.id,
                "partner_id": payment.partner_id.commercial_partner_id.id,
                "state": "waiting",
            }
        )
        common = {
            **self._account(ctx, payment),
            "PAYMENTMETHOD": ctx.backend.payment_method,
            "CUSTOMERID": binding.number,
            "DOCNUMBER": (payment.memo or payment.name)[:45],
            "DESCRIPTION": self._payment_description(operation),
            "RECEIPTDATE": payment.date,
            "PAYMENTDATE": payment.date,
            "CURRENCY": payment.currency_id.name,
            "BASECURR": payment.company_currency_id.name,
            **self._rate(ctx, payment),
            "ACTION": "Submit",
        }
        if details:
            function = self._payment_function(ctx, operation, common, details, rest)
        else:
            function = self._advance_function(ctx, operation, common, rest)
        operation.write(
            {
                "function_xml": function.xml,
                "state": "ready",
                "expected": {
                    "number": payment.name,
                    "details": [[key, str(value)] for _name, key, value in details],
                    "rest": str(rest),
                    "fields": {
                        "CUSTOMERID": binding.number,
                        "RECEIPTDATE": formats.format_date(payment.date),
                        "CURRENCY": payment.currency_id.name,
                    },
                },
            }
        )

    @api.model
    def _allocation(self, ctx, payment):
        """What a payment pays, by its partial reconciliations.

        :return: (field naming the target, its RECORDNO, amount) of each document, and
            the amount that pays none
        :rtype: tuple[list, Decimal]
        :raises RecordProblem: a document is not in Intacct yet
        """
        lines = payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        details, paid = {}, Decimal()
        for partial in lines.matched_debit_ids:
            counterpart = partial.debit_move_id.move_id
            name, key = self._target(ctx, payment, counterpart)
            if partial.debit_currency_id != payment.currency_id:
                raise RecordProblem(
                    "cross_currency",
                    self.env._(
                        "It pays %s in another currency.", counterpart.display_name
                    ),
                    self.env._("Book it in Intacct by hand, then ignore it here."),
                )
            value = exact(partial.debit_amount_currency)
            details[name, key] = details.get((name, key), Decimal()) + value
            paid += exact(partial.credit_amount_currency)
        total = exact(abs(sum(lines.mapped("amount_currency"))))
        return [(name, key, value) for (name, key), value in details.items()], (
            total - paid
        )

    @api.model
    def _target(self, ctx, payment, move):
        """Where a paid document is in Intacct."""
        binding = move.intacct_binding_ids.filtered(
            lambda binding: binding.backend_id == ctx.backend
            and binding.intacct_object in TARGET_KEYS
            and binding.sync_state in ("synced", "difference")
        )[:1]
        if not binding:
            raise RecordProblem(
                "waits_for_document",
                self.env._("Waiting for %s, which is not in Intacct.", move.name),
                self.env._(
                    "It leaves as soon as the document is there. If that one is to "
                    "stay out, ignore this payment too and book it in Intacct."
                ),
                level="warning",
            )
        return TARGET_KEYS[binding.intacct_object], binding.recordno

    @api.model
    def _account(self, ctx, payment):
        """Undeposited funds, or what the payment's journal is mapped to.

        :raises RecordProblem: undeposited funds and a foreign currency, which Intacct
            refuses (BL02000051)
        """
        mapping = self.env["intacct.mapping"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("source", "=", "journal"),
                ("journal_id", "=", payment.journal_id.id),
            ],
            limit=1,
        )
        reference = mapping.reference_id or ctx.backend.undeposited_reference_id
        if reference.kind == "bank":
            return {"FINANCIALENTITY": reference.code}
        if payment.currency_id != payment.company_currency_id:
            raise RecordProblem(
                f"BL02000051:{payment.currency_id.name}",
                self.env._(
                    "You cannot make payment for foreign currency invoice using "
                    "Undeposited Fund Account: it is in %s.",
                    payment.currency_id.name,
                ),
                self.env._(
                    "Map the journal %(journal)s to a bank account of Intacct in "
                    "%(currency)s.",
                    journal=payment.journal_id.name,
                    currency=payment.currency_id.name,
                ),
            )
        code = reference.gl_account if reference.kind == "label" else reference.code
        return {"UNDEPOSITEDACCOUNTNO": code}

    @api.model
    def _rate(self, ctx, payment):
        line = payment.move_id.line_ids.filtered("amount_currency")[:1]
        if payment.currency_id == payment.company_currency_id:
            return {}
        rate = abs(line.balance / line.amount_currency)
        return {"EXCHANGE_RATE": Decimal(str(round(rate, 10)))}

    @api.model
    def _payment_description(self, operation):
        payment = operation.payment_id
        person = payment.create_uid.login or ""
        return f"[{operation.marker}] {payment.name} {person}".strip()

    @api.model
    def _payment_function(self, ctx, operation, common, details, rest):
        over = {}
        if rest > 0:
            over = {"OVERPAYMENTAMOUNT": rest}
            if ctx.backend.location_reference_id:
                over["OVERPAYMENTLOCATIONID"] = ctx.backend.location_reference_id.code
            if ctx.backend.department_reference_id:
                over["OVERPAYMENTDEPARTMENTID"] = (
                    ctx.backend.department_reference_id.code
                )
        return functions.render(
            "create",
            operation.control_id,
            ARPYMT={
                **common,
                **over,
                "ARPYMTDETAILS": {
                    "ARPYMTDETAIL": [
                        {name: key, "TRX_PAYMENTAMOUNT": value}
                        for name, key, value in details
                    ]
                },
            },
        )

    @api.model
    def _advance_function(self, ctx, operation, common, rest):
        reference = ctx.backend.advance_reference_id
        if not reference:
            raise RecordProblem(
                "no_advance_account",
                self.env._("It pays no document, and there is no advances account."),
                self.env._("Choose “Customer Advances” on the connection."),
            )
        account = "ACCOUNTLABEL" if reference.kind == "label" else "ACCOUNTNO"
        item = {account: reference.code, "TRX_AMOUNT": rest}
        for name, dimension in (
            ("LOCATIONID", ctx.backend.location_reference_id),
            ("DEPARTMENTID", ctx.backend.department_reference_id),
        ):
            if dimension:
                item[name] = dimension.code
        return functions.render(
            "create",
            operation.control_id,
            ARADVANCE={**common, "ARADVANCEITEMS": {"ARADVANCEITEM": [item]}},
        )

    @api.model
    def _as_problem(self, ctx, error):
        if isinstance(error, errors.RequestError | errors.FormatError):
            return RecordProblem("not_renderable", str(error))
        return super()._as_problem(ctx, error)

    @api.model
    def _failed_payment(self, ctx, step, payment, problem):
        step._count(**{"failed" if problem.level == "error" else "skipped": 1})
        self.env["intacct.sync.event"]._fail(
            ctx.run,
            "payments_out",
            "account.payment",
            str(payment.id),
            f"{payment.name}: {problem.message}",
            level=problem.level,
            document=payment.name,
            cause=problem.cause,
            advice=problem.advice,
            move_id=payment.move_id.id,
            partner_id=payment.partner_id.id,
        )
