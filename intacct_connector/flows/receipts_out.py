from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models

from ..gateway import formats, functions
from .problems import RecordProblem
from .rates import check_booked_rate
from .settling import SOURCE_KEYS, TARGET_KEYS, Entry, Place, Share

RECEIPT_ACTIONS = ("payment", "advance")
# An operation in this state is as if it had never been.
AGAIN = "superseded"
NUMBER_LENGTH = 45


class IntacctReceiptsOut(models.AbstractModel):
    """Money received in Odoo -> ARPYMT with a detail per document, or ARADVANCE.

    Cash recorded in Intacct always equals cash received in Odoo: one receipt here is
    one payment there, or one for each of its customers, sent when all its documents
    are there.
    """

    _name = "intacct.receipts.out"
    _inherit = "intacct.settling"
    _description = "Receipts to Sage Intacct"

    # ------------------------------------------------------------------
    # Preparing
    # ------------------------------------------------------------------
    @api.model
    def _prepare(self, ctx, dues, entry, pairs):
        """Makes the operation of one receipt.

        :param Dues dues: with the documents of the pairs loaded
        :param list[Pair] pairs: what it settles
        :raises RecordProblem: it waits for a document, or cannot be sent
        """
        self._check_entry(ctx, entry)
        self.env["intacct.closed.periods"]._check(ctx, entry.date)
        whole = entry.cash
        entry = replace(entry, cash=whole - self._sent(entry, RECEIPT_ACTIONS, whole))
        again = entry.cash != whole
        entry = self._in_their_currency(ctx, entry, pairs)
        shares = self._shares(ctx, dues, entry, pairs)
        if not shares and not again:
            self._check_age(ctx, entry)
        parts = self._parts(ctx, entry, shares)
        apart = again or len(parts) > 1
        for part in parts:
            self._prepare_part(ctx, entry, part, str(whole) if apart else False)
        for share in shares:
            dues.take(share.place, share.value)
            if share.source:
                dues.take(share.source, share.value)

    @api.model
    def _prepare_part(self, ctx, entry, part, whole):
        """Makes the operation of a receipt, or of one of its parts.

        :param str whole: the cash of all parts, False where it is the only one
        """
        shares = part.shares
        operation = self.env["intacct.operation"].create(
            {
                "backend_id": ctx.backend.id,
                "action": "payment" if shares else "advance",
                "document": entry.name,
                "partner_id": part.partner.id,
                "state": "waiting",
                "whole": whole,
                **entry.link,
            }
        )
        header = {
            **self._header(ctx, entry, operation, part.customer),
            **self._both_totals(entry, part),
        }
        if shares:
            function = self._payment(ctx, operation, header, shares, part.rest)
        else:
            function = self._advance(ctx, operation, header, part.rest)
        self._allocate(operation, entry, shares)
        operation.write(
            {
                "function_xml": function.xml,
                "state": "ready",
                "expected": {
                    "number": entry.name,
                    **self._expected_base(entry, part),
                    "fields": {
                        **part.customer,
                        "RECEIPTDATE": formats.format_date(entry.date),
                        "CURRENCY": entry.currency.name,
                        "TRX_TOTALENTERED": str(part.cash),
                    },
                },
            }
        )

    @api.model
    def _check_entry(self, ctx, entry):
        """:raises RecordProblem: a person has to decide about it as a whole"""
        if entry.date < ctx.backend.export_start_date:
            raise RecordProblem(
                "before_start",
                self.env._(
                    "It is dated %(date)s, before exports begin on %(start)s.",
                    date=entry.date,
                    start=ctx.backend.export_start_date,
                ),
                self.env._("Book it in Intacct by hand, then ignore it here."),
                level="warning",
            )
        check_booked_rate(
            ctx, entry.currency, entry.date, self._booked_rate(ctx, entry)
        )

    @api.model
    def _check_age(self, ctx, entry):
        """Money that pays nothing yet waits some hours for its document."""
        hours = ctx.backend.advance_hours
        taken_back = entry.record.intacct_operation_ids.filtered(
            lambda operation: operation.action == "reverse_payment"
        )
        # What lost its document waits anew for another one.
        since = max([entry.record.create_date, *taken_back.mapped("create_date")])
        due = since + timedelta(hours=hours)
        waits = hours and due > fields.Datetime.now()
        if waits and not entry.record.intacct_on_account:
            raise RecordProblem(
                "unapplied",
                self.env._("It pays no document yet."),
                self.env._(
                    "Reconcile it with an invoice. After %s hours it leaves as an "
                    "advance.",
                    hours,
                ),
                level="warning",
            )

    # ------------------------------------------------------------------
    # What it pays
    # ------------------------------------------------------------------
    @api.model
    def _shares(self, ctx, dues, entry, pairs):
        """The cash on the documents that it settles, oldest due first, then the
        credit notes that it uses up. What a write-off inside the same entry settles
        is left to its memo.

        :rtype: list[Share]
        :raises RecordProblem: a document is not in Intacct, or has less due
        """
        left = entry.cash
        shares = []
        if entry.other < 0 and (memo := self._memo_place(entry, TARGET_KEYS)):
            # More cash than settles documents: the rest pays a debit memo.
            dues.load([memo])
            shares.append(Share(entry.move, memo, min(-entry.other, dues.left(memo))))
            left -= shares[0].value
        credits = self._credits_used(ctx, dues, entry, pairs)
        settled = [
            pair
            for pair in pairs
            if pair.debit != entry.move and not self._is_refunded_there(ctx, pair.debit)
        ]
        for pair in sorted(settled, key=self._age_key):
            place = self._target(ctx, entry, pair)
            if not place:
                continue
            value = min(pair.amount, left)
            if value > 0:
                value = self._fit(ctx, dues, entry, pair, place, value)
                shares.append(Share(pair.debit, place, value))
                left -= value
            shares += self._by_credits(pair, place, pair.amount - value, credits)
        return [share for share in shares if share.value > 0]

    @api.model
    def _is_refunded_there(self, ctx, move):
        """Whether it pays money back that a person refunds in Intacct, from what is
        left of the receipt there."""
        if not ctx.backend.customer_refunds or self._is_document(move):
            return False
        return self.env["intacct.refunds.out"]._is_by_hand(ctx, self._entry(move))

    @api.model
    def _credits_used(self, ctx, dues, entry, pairs):
        """Credit notes that a receipt uses up: it is as much lower than what it
        settles.

        :return: the credit note, its Place and its amount, of each
        :rtype: list[list]
        """
        credits = []
        for pair in pairs:
            if pair.debit == entry.move:
                place = self._document_place(ctx, pair.credit, SOURCE_KEYS)
                dues.load([place])
                if pair.amount > dues.left(place):
                    raise RecordProblem(
                        "less_open",
                        self.env._(
                            "It uses %(amount)s of %(credit)s, of which %(open)s are "
                            "open in Intacct.",
                            amount=pair.amount,
                            credit=pair.credit.name,
                            open=dues.left(place),
                        ),
                        self.env._("Reconcile in Odoo what was applied in Intacct."),
                    )
                credits.append([pair.credit, place, pair.amount])
        return credits

    @api.model
    def _by_credits(self, pair, place, value, credits):
        shares = []
        for credit in credits:
            taken = min(value, credit[2])
            if taken > 0:
                shares.append(Share(pair.debit, place, taken, credit[0], credit[1]))
                credit[2] -= taken
                value -= taken
        return shares

    @api.model
    def _age_key(self, pair):
        move = pair.debit
        return move.invoice_date_due or move.date, move.id

    @api.model
    def _target(self, ctx, entry, pair):
        """Where a settled document stands, None where it stays on account.

        :raises RecordProblem: it is not in Intacct
        """
        if not pair.same_currency and entry.received is None:
            raise self._cross_currency(pair.debit)
        try:
            return self._debit_place(ctx, pair.debit)
        except RecordProblem as problem:
            if problem.cause == "stays_out" and entry.record.intacct_on_account:
                return None
            raise

    @api.model
    def _debit_place(self, ctx, move):
        """Where what is settled stands: a document, or the debit memo that was made
        of an entry.

        :rtype: Place
        :raises RecordProblem: it is not in Intacct
        """
        if self._is_document(move):
            return self._document_place(ctx, move, TARGET_KEYS)
        memo = self._memo_place(
            Entry(move, move.origin_payment_id, *[None] * 6), TARGET_KEYS
        )
        if not memo:
            raise self._absent(ctx, move)
        return memo

    @api.model
    def _memo_place(self, entry, keys):
        """The memo that was made of an entry and is in Intacct, or None.

        :param dict keys: TARGET_KEYS or SOURCE_KEYS
        """
        memo = entry.record.intacct_operation_ids.filtered(
            lambda operation: operation.action == "memo" and operation.state == "done"
        )[:1]
        if not memo:
            return None
        return Place(keys["ARADJUSTMENT"], "ARADJUSTMENT", memo.recordno)

    @api.model
    def _fit(self, ctx, dues, entry, pair, place, value):
        """As much as Intacct has due. Less than Odoo settled: a person says whether
        it is the same receipt, or the excess goes on account and Odoo follows.

        :raises RecordProblem: nobody has decided yet
        """
        due = dues.left(place)
        if value <= due:
            return value
        links = self.env["intacct.receipt.links"]
        if not entry.record.intacct_on_account:
            raise links._less_due(ctx, entry, pair, place, value, due)
        links._follow_excess(ctx, entry, pair, place, value - due)
        return due

    @api.model
    def _allocate(self, operation, entry, shares):
        values = []
        for share in shares:
            values.append(
                {
                    "operation_id": operation.id,
                    "debit_move_id": share.debit.id,
                    "credit_move_id": entry.move.id,
                    "amount": float(share.value),
                    "target_object": share.place.object,
                    "target_recordno": share.place.recordno,
                }
            )
            if share.source:
                values.append(
                    {
                        "operation_id": operation.id,
                        "debit_move_id": entry.move.id,
                        "credit_move_id": share.credit.id,
                        "amount": float(share.value),
                        "source_object": share.source.object,
                        "source_recordno": share.source.recordno,
                    }
                )
        self.env["intacct.allocation"].create(values)

    # ------------------------------------------------------------------
    # Header
    # ------------------------------------------------------------------
    @api.model
    def _customer_code(self, ctx, move):
        """CUSTOMERID of a document that is in Intacct."""
        for binding in move.intacct_binding_ids:
            row = (binding.values_seen or {}).get("row", {})
            if row.get("CUSTOMERID"):
                return row["CUSTOMERID"]
        return self._partner_code(ctx, move.commercial_partner_id)

    @api.model
    def _partner_code(self, ctx, partner):
        customers = self.env["intacct.flow.customers.out"]
        binding = customers._binding(ctx, partner)
        customers._check_decided(ctx, partner, binding)
        if not binding:
            raise RecordProblem(
                "customer_waits",
                self.env._("It waits for its customer %s.", partner.display_name),
                self.env._("Decide under Links to Decide."),
                level="warning",
            )
        return binding.number

    @api.model
    def _header(self, ctx, entry, operation, customer):
        payment = entry.payment
        number = payment.memo or entry.move.ref or entry.name
        return {
            **self.env["intacct.receipt.accounts"]._account(ctx, entry),
            "PAYMENTMETHOD": self.env["intacct.receipt.accounts"]._method(ctx, payment),
            **customer,
            "DOCNUMBER": number[:NUMBER_LENGTH],
            "DESCRIPTION": self._description_of(operation, entry.record),
            "RECEIPTDATE": entry.date,
            "PAYMENTDATE": entry.date,
            "CURRENCY": entry.currency.name,
            "BASECURR": ctx.backend.company_id.currency_id.name,
            **self._rate(ctx, entry),
            "ACTION": "Submit",
        }

    @api.model
    def _description_of(self, operation, record):
        """Odoo's number and the person, as in Intacct only the API user is seen, and
        the marker by which it is found again."""
        person = record.create_uid.login or ""
        return f"[{operation.marker}] {operation.document} {person}".strip()

    @api.model
    def _rate(self, ctx, entry):
        """Odoo's own rate of a foreign receipt: base units for one of its own."""
        if entry.currency == ctx.backend.company_id.currency_id:
            return {}
        rate = self._booked_rate(ctx, entry)
        return {"EXCHANGE_RATE": Decimal(str(round(rate, 10)))}

    @api.model
    def _booked_rate(self, ctx, entry):
        company = ctx.backend.company_id
        if entry.received is not None:
            return entry.received / entry.cash
        if line := entry.move.line_ids.filtered("amount_currency")[:1]:
            return abs(line.balance / line.amount_currency)
        return entry.currency._get_conversion_rate(
            entry.currency, company.currency_id, company, entry.date
        )

    # ------------------------------------------------------------------
    # Functions
    # ------------------------------------------------------------------
    @api.model
    def _payment(self, ctx, operation, header, shares, rest):
        over = {}
        if rest > 0:
            over = {
                "OVERPAYMENTAMOUNT": rest,
                **{
                    f"OVERPAYMENT{name}": code
                    for name, code in self._dimensions(ctx.backend).items()
                },
            }
        details = [share.detail for share in shares]
        return functions.render(
            "create",
            operation.control_id,
            ARPYMT={**header, **over, "ARPYMTDETAILS": {"ARPYMTDETAIL": details}},
        )

    @api.model
    def _dimensions(self, backend):
        return {
            name: reference.code
            for name, reference in (
                ("LOCATIONID", backend.location_reference_id),
                ("DEPARTMENTID", backend.department_reference_id),
            )
            if reference
        }

    @api.model
    def _advance_account(self, ctx):
        """:raises RecordProblem: none was chosen"""
        reference = ctx.backend.advance_reference_id
        if not reference:
            raise RecordProblem(
                "no_advance_account",
                self.env._("It pays no document, and there is no advances account."),
                self.env._("Choose “Customer Advances” on the connection."),
            )
        account = "ACCOUNTLABEL" if reference.kind == "label" else "ACCOUNTNO"
        return {account: reference.code}

    @api.model
    def _advance(self, ctx, operation, header, amount):
        item = {
            **self._advance_account(ctx),
            "TRX_AMOUNT": amount,
            **self._dimensions(ctx.backend),
        }
        return functions.render(
            "create",
            operation.control_id,
            ARADVANCE={**header, "ARADVANCEITEMS": {"ARADVANCEITEM": [item]}},
        )
