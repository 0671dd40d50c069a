from dataclasses import dataclass
from decimal import Decimal

from odoo import api, models

from ..gateway import formats, functions
from .memos_out import MEMO
from .problems import RecordProblem
from .receipts_out import AGAIN, RECEIPT_ACTIONS
from .settling import AMOUNT_FIELDS, SOURCE_KEYS, TARGET_KEYS, Place


@dataclass
class Application:
    """One amount of a credit on one document.

    :ivar debit: what is settled in Odoo
    :ivar credit: what settles it in Odoo
    :ivar Place target: where the first stands in Intacct
    :ivar Place source: where the second stands
    """

    debit: object
    credit: object
    target: Place
    source: Place
    amount: Decimal


class IntacctApplicationsOut(models.AbstractModel):
    """Credits that Odoo has applied -> ARPYMT with credit amounts and no cash.

    Credit notes, memos of write-offs and refunds, advances and the remainder of
    over-payments, on the later of the two dates.
    """

    _name = "intacct.applications.out"
    _inherit = "intacct.memos.out"
    _description = "Applied Credits to Sage Intacct"

    # ------------------------------------------------------------------
    # Grouping
    # ------------------------------------------------------------------
    @api.model
    def _groups(self, ctx, pairs):
        """Pairs by the credit, the date on which it is applied and, where it may lie
        on several accounts, the customer.

        :rtype: dict[tuple, list[Pair]]
        """
        groups = {}
        for pair in pairs:
            partner = pair.debit.commercial_partner_id
            if self._is_document(pair.credit):
                partner = partner.browse()
            key = pair.credit, self._date(ctx, pair), partner
            groups.setdefault(key, []).append(pair)
        return groups

    @api.model
    def _date(self, ctx, pair):
        """The later of the two dates. Where both lie before exports begin it is the
        day on which they were reconciled."""
        later = max(pair.debit.date, pair.credit.date)
        if later < ctx.backend.export_start_date:
            return max(pair.act, ctx.backend.export_start_date)
        return later

    @api.model
    def _is_ready(self, move):
        """Whether an entry has arrived in Intacct. One that is on its way, refused
        or held is reported by itself; its applications follow."""
        if self._is_document(move):
            return True
        try:
            entry = self._entry(move)
        except RecordProblem:
            return False
        under_way = entry.record.intacct_operation_ids.filtered(
            lambda operation: operation.action in (*RECEIPT_ACTIONS, MEMO)
            and operation.state not in ("done", AGAIN)
        )
        sent = self._sent(entry, RECEIPT_ACTIONS, entry.cash)
        return not (under_way or sent < entry.cash or self._lacks_memo(entry))

    # ------------------------------------------------------------------
    # Preparing
    # ------------------------------------------------------------------
    @api.model
    def _prepare_group(self, ctx, dues, date, pairs):
        """Makes the operation that applies one credit on one date.

        :raises RecordProblem: a document is not there, or has less open
        """
        self.env["intacct.closed.periods"]._check(ctx, date)
        applications = []
        for pair in pairs:
            applications += self._applications(ctx, dues, pair)
        if not applications:
            return
        credit = pairs[0].credit
        payment = credit.origin_payment_id
        record = payment or credit
        operation = self.env["intacct.operation"].create(
            {
                "backend_id": ctx.backend.id,
                "action": "apply",
                "document": record.display_name,
                "partner_id": credit.partner_id.commercial_partner_id.id,
                "state": "waiting",
                **({"payment_id": payment.id} if payment else {"move_id": credit.id}),
            }
        )
        currency = applications[0].debit.currency_id
        customer = self._apply_customer(ctx, credit, applications)
        function = self._function(
            ctx, operation, date, currency, customer, applications
        )
        for item in applications:
            dues.take(item.target, item.amount)
            dues.take(item.source, item.amount)
        self.env["intacct.allocation"].create(
            [
                {
                    "operation_id": operation.id,
                    "debit_move_id": item.debit.id,
                    "credit_move_id": item.credit.id,
                    "amount": float(item.amount),
                    "target_object": item.target.object,
                    "target_recordno": item.target.recordno,
                    "source_object": item.source.object,
                    "source_recordno": item.source.recordno,
                }
                for item in applications
            ]
        )
        operation.write(
            {
                "function_xml": function.xml,
                "state": "ready",
                "expected": {
                    "number": record.display_name,
                    "fields": {
                        **customer,
                        "RECEIPTDATE": formats.format_date(date),
                        "CURRENCY": currency.name,
                    },
                },
            }
        )

    @api.model
    def _applications(self, ctx, dues, pair):
        """A pair as amounts of one or several credits."""
        if not pair.same_currency:
            raise self._cross_currency(pair.debit)
        record = pair.credit.origin_payment_id or pair.credit
        try:
            target = self._debit_place(ctx, pair.debit)
            sources = self._sources(ctx, pair.credit, pair.debit)
        except RecordProblem as problem:
            if problem.cause == "stays_out" and record.intacct_on_account:
                return []
            raise
        dues.load([target, *sources])
        self._check_open(pair, target, sources, dues)
        applications, left = [], pair.amount
        for source in sources:
            value = min(left, dues.left(source))
            if value > 0:
                left -= value
                applications.append(
                    Application(pair.debit, pair.credit, target, source, value)
                )
        return applications

    @api.model
    def _sources(self, ctx, move, debit=None):
        """The credits in Intacct that an entry stands for, memo first.

        :param debit: what is settled; only credits of its customer are of use
        :rtype: list[Place]
        :raises RecordProblem: all of it is on the account of another customer
        """
        if self._is_document(move):
            return [self._document_place(ctx, move, SOURCE_KEYS)]
        record = move.origin_payment_id or move
        operations = record.intacct_operation_ids.filtered(
            lambda operation: operation.state == "done"
            and operation.action in (*RECEIPT_ACTIONS, MEMO)
        )
        places = []
        for operation in self._usable(ctx, operations, debit).sorted(
            lambda operation: operation.action != MEMO
        ):
            places += self._places_of(operation)
        return places

    @api.model
    def _usable(self, ctx, operations, debit):
        """Those whose credit lies on the account of the customer of a document."""
        if not debit:
            return operations
        code = self._code_of(ctx, debit)
        usable = operations.filtered(
            lambda operation: (operation.expected or {})
            .get("fields", {})
            .get("CUSTOMERID", code)
            == code
        )
        if operations and not usable:
            raise RecordProblem(
                "several_customers",
                self.env._(
                    "%s belongs to another customer than the money that settles it.",
                    debit.name,
                ),
                self.env._(
                    "Reset it to draft and post it again: Intacct gets it anew, a part "
                    "for each customer."
                ),
            )
        return usable

    @api.model
    def _places_of(self, operation):
        """The records of an operation; a payment over several entities has parts,
        and the over-payment lies on one of them."""
        name = operation._object
        record = operation.payment_id or operation.move_id
        parts = record.intacct_binding_ids.filtered(
            lambda binding: (binding.values_seen or {}).get("parent")
            == operation.recordno
        )
        keys = parts.mapped("recordno") or [operation.recordno]
        return [Place(SOURCE_KEYS[name], name, key) for key in keys]

    @api.model
    def _check_open(self, pair, target, sources, dues):
        """:raises RecordProblem: somebody was faster in Intacct"""
        due = dues.left(target)
        credit = sum((dues.left(source) for source in sources), Decimal())
        if pair.amount <= min(due, credit):
            return
        raise RecordProblem(
            "less_open",
            self.env._(
                "%(amount)s of %(credit)s settle %(document)s here. In Intacct "
                "%(open)s of the credit and %(due)s of the document are open.",
                amount=pair.amount,
                credit=pair.credit.name,
                document=pair.debit.name,
                open=credit,
                due=due,
            ),
            self.env._(
                "Look at what was applied in Intacct, and reconcile the same in Odoo."
            ),
        )

    @api.model
    def _apply_customer(self, ctx, credit, applications):
        codes = {self._code_of(ctx, item.debit) for item in applications}
        if self._is_document(credit):
            codes.add(self._customer_code(ctx, credit))
        if len(codes) == 1:
            return {"CUSTOMERID": codes.pop()}
        return {"PAYERNAME": credit.partner_id.commercial_partner_id.name[:100]}

    @api.model
    def _function(self, ctx, operation, date, currency, customer, applications):
        details = [
            {
                item.target.field: item.target.recordno,
                item.source.field: item.source.recordno,
                AMOUNT_FIELDS[item.source.field]: item.amount,
            }
            for item in applications
        ]
        rate = None
        if currency != ctx.backend.company_id.currency_id:
            rate = self._document_rate(applications[0].credit)
        return self._credit_payment(
            ctx, operation, date, currency, rate, customer, details
        )

    @api.model
    def _credit_payment(self, ctx, operation, date, currency, rate, customer, details):
        """A payment of credits alone.

        :param Decimal rate: base units for one of its currency, for a foreign one
        :param list[dict] details: fields of its ARPYMTDETAIL
        """
        accounts = self.env["intacct.receipt.accounts"]
        foreign = currency != ctx.backend.company_id.currency_id
        rate = {"EXCHANGE_RATE": rate} if foreign else {}
        record = operation.payment_id or operation.move_id
        return functions.render(
            "create",
            operation.control_id,
            ARPYMT={
                **accounts._for_credits(ctx, currency),
                "PAYMENTMETHOD": ctx.backend.payment_method,
                **customer,
                "DESCRIPTION": self._description_of(operation, record),
                "RECEIPTDATE": date,
                "PAYMENTDATE": date,
                "CURRENCY": currency.name,
                "BASECURR": ctx.backend.company_id.currency_id.name,
                **rate,
                "ACTION": "Submit",
                "ARPYMTDETAILS": {"ARPYMTDETAIL": details},
            },
        )

    @api.model
    def _document_rate(self, move):
        line = move.line_ids.filtered("amount_currency")[:1]
        return Decimal(str(round(abs(line.balance / line.amount_currency), 10)))

    # ------------------------------------------------------------------
    # Inline credits
    # ------------------------------------------------------------------
    @api.model
    def _prepare_inline(self, ctx, operation, amount):
        """Negative lines of an invoice that Intacct did not offset by itself are
        applied to the invoice's other lines.

        :param operation: that created the invoice
        :param Decimal amount: what is left of its negative lines, positive
        """
        move = operation.move_id
        target = Place(TARGET_KEYS["ARINVOICE"], "ARINVOICE", operation.recordno)
        source = Place("INLINEKEY", "ARINVOICE", operation.recordno)
        apply = self.env["intacct.operation"].create(
            {
                "backend_id": ctx.backend.id,
                "action": "apply",
                "document": move.name,
                "partner_id": move.commercial_partner_id.id,
                "move_id": move.id,
                "state": "waiting",
            }
        )
        customer = {"CUSTOMERID": self._customer_code(ctx, move)}
        item = Application(move, move, target, source, amount)
        function = self._function(
            ctx, apply, move.date, move.currency_id, customer, [item]
        )
        self.env["intacct.allocation"].create(
            {
                "operation_id": apply.id,
                "debit_move_id": move.id,
                "credit_move_id": move.id,
                "amount": float(amount),
                "target_object": target.object,
                "target_recordno": target.recordno,
                "source_object": source.object,
                "source_recordno": source.recordno,
            }
        )
        apply.write(
            {
                "function_xml": function.xml,
                "state": "ready",
                "expected": {"number": move.name, "fields": customer},
            }
        )
