from odoo import api, fields, models

from ..gateway import formats
from ..models.intacct_allocation import THERE_STATES
from ..models.intacct_decidable import THERE
from .document_change import created_fields
from .problems import RecordProblem
from .undoing import UNDONE_STATES

# What a payment or an entry is in Intacct; applications follow from these.
MADE_BY_RECEIPTS = ("payment", "advance", "memo")
TAKEN_BACK_BY = {"advance": "reverse_advance", "memo": "delete_adjustment"}
ACCOUNT_FIELDS = ("FINANCIALENTITY", "UNDEPOSITEDACCOUNTNO")


class IntacctFlowChangesOut(models.AbstractModel):
    """Receipts, write-offs and applications that are not in Odoo as they were sent."""

    _inherit = "intacct.flow.changes.out"

    # ------------------------------------------------------------------
    # What people did in Intacct
    # ------------------------------------------------------------------
    @api.model
    def _follow_receipts(self, ctx, step):
        """Only its state tells what people did in Intacct with one of our receipts:
        reconciled, it can't be taken back any more; reversed, a person decides."""
        rows = ctx.caches.get("payment_rows", {})
        bindings = self.env["intacct.binding"]._by_recordno(ctx.backend, "ARPYMT", rows)
        for key, binding in bindings.items():
            state = rows[key].get("DISPLAYSTATE")
            ours = binding.origin != "intacct" and binding.sync_state in THERE
            if not ours or not state or binding.remote_state == state:
                continue
            binding.remote_state = state
            record = binding.payment_id or binding.move_id
            if state in UNDONE_STATES and not self._is_changing(record):
                self._reversed_there(ctx, step, binding, record)

    @api.model
    def _reversed_there(self, ctx, step, binding, record):
        binding.write(
            {"sync_state": "gone", "reason": self.env._("Reversed in Intacct")}
        )
        problem = RecordProblem(
            "gone",
            self.env._("It was reversed in Intacct, as no. %s.", binding.recordno),
            self.env._("Cancel it here as well, send it again, or unlink it."),
        )
        self._say(ctx, step, record, problem)

    # ------------------------------------------------------------------
    # Changed or cancelled here
    # ------------------------------------------------------------------
    @api.model
    def _compare_receipt(self, ctx, record):
        """A payment, or an entry that settles: cancelled, it is taken back; changed,
        it is taken back and comes again."""
        gone = record.state in ("canceled", "rejected", "cancel")
        if not gone and not self._made_differently(ctx, record):
            self._nothing_changed(ctx, record)
            return
        self._check_reversible(ctx, record.date)
        for operation in self._made(record):
            self._take_back(ctx, operation, self._date_of_act(record))

    @api.model
    def _made(self, record):
        """The operations of a payment or entry that stand in Intacct."""
        return record.intacct_operation_ids.filtered(
            lambda operation: operation.action in MADE_BY_RECEIPTS
            and operation.state in THERE_STATES
        )

    @api.model
    def _made_differently(self, ctx, record):
        """Whether a payment or entry is not as it was sent."""
        entry = self._entry_of(record)
        made = self._made(record)
        return any(
            self._receipt_differs(ctx, entry, operation) for operation in made
        ) or self._needs_other_parts(ctx, entry, made)

    @api.model
    def _needs_other_parts(self, ctx, entry, made):
        """Whether it settles a document of a customer on whose account none of it
        lies in Intacct."""
        sent = [(operation.expected or {}).get("fields", {}) for operation in made]
        codes = {fields_sent.get("CUSTOMERID") for fields_sent in sent}
        if None in codes:
            return False
        receipts = self.env["intacct.receipts.out"]
        return any(
            receipts._code_of(ctx, pair.debit) not in codes
            for pair in self.env["intacct.settling"]._pairs(ctx.backend)
            if pair.amount > 0
            and pair.credit == entry.move
            and receipts._is_document(pair.debit)
        )

    @api.model
    def _entry_of(self, record):
        settling = self.env["intacct.settling"]
        if record._name == "account.payment" and not record.move_id:
            return settling._payment_without_entry(record)
        move = record.move_id if record._name == "account.payment" else record
        return settling._entry(move)

    @api.model
    def _receipt_differs(self, ctx, entry, operation):
        """Whether date, amount, customer, account or method are not as sent."""
        sent = dict((operation.expected or {}).get("fields", {}))
        sent.update(created_fields(operation.function_xml))
        total = abs(entry.other) if operation.action == "memo" else entry.cash
        received, _tolerance = (operation.expected or {}).get("base") or (None, None)
        day = formats.format_date(entry.date)
        now = {
            "CURRENCY": sent.get("CURRENCY") if received else entry.currency.name,
            "CUSTOMERID": self._customer_now(ctx, entry, operation, sent),
        }
        if operation.action == "memo":
            now["WHENCREATED"] = day
        else:
            accounts = self.env["intacct.receipt.accounts"]
            now.update(accounts._account(ctx, entry))
            now["RECEIPTDATE"] = day
        outbox = self.env["intacct.outbox"]
        if sum_of := received or operation.whole or sent.get("TRX_TOTALENTERED"):
            if abs(formats.parse_decimal(sum_of)) != total:
                return True
        missing = [name for name in ACCOUNT_FIELDS if name in sent and name not in now]
        return bool(operation.function_xml and missing) or any(
            name in sent and not outbox._same(sent[name], value)
            for name, value in now.items()
        )

    @api.model
    def _customer_now(self, ctx, entry, operation, sent):
        """CUSTOMERID that a receipt has now: still the one that was sent where it is
        that of a customer whose documents it settles, and nothing is left over."""
        partners = entry.payer | entry.partners
        receipts = self.env["intacct.receipts.out"]
        if not receipts._rest_of(operation):
            settled = operation._record.intacct_operation_ids.allocation_ids
            partners |= settled.debit_move_id.commercial_partner_id
        customers = self.env["intacct.flow.customers.out"]
        codes = [customers._binding(ctx, partner).number for partner in partners]
        mine = sent.get("CUSTOMERID")
        return mine if mine in codes else next(iter(codes), None)

    @api.model
    def _take_back(self, ctx, operation, date):
        """Takes a receipt, a memo or an application back; what was applied from its
        rest later, or to it, comes first.

        :param operation: that made the receipt
        :param date: of the act
        :return: the operation that does it
        """
        record = operation._record
        undoing = self.env["intacct.undoing"]
        needed = self.env["intacct.operation"]
        later = (
            self.env["intacct.allocation"]
            .search(
                [
                    "|",
                    "&",
                    ("source_recordno", "=", operation.recordno),
                    ("source_object", "=", operation._object),
                    "&",
                    ("target_recordno", "=", operation.recordno),
                    ("target_object", "=", operation._object),
                    ("operation_id.backend_id", "=", ctx.backend.id),
                    ("operation_id.state", "in", THERE_STATES),
                    ("operation_id", "!=", operation.id),
                ]
            )
            .operation_id
        )
        for applied in later:
            needed |= self._take_back(ctx, applied, date)
        action = TAKEN_BACK_BY.get(operation.action, "reverse_payment")
        receipt_date = record.date if record else date
        return undoing._make(
            ctx,
            action,
            operation.recordno,
            max(date, receipt_date),
            record,
            undoes_id=operation.id,
            amount=abs(sum(operation.allocation_ids.mapped("amount"))),
            waits_for_ids=[(6, 0, needed.ids)],
        )

    # ------------------------------------------------------------------
    # Applications that Odoo has taken back
    # ------------------------------------------------------------------
    @api.model
    def _lost_applications(self, ctx):
        """Operations that settle in Intacct what Odoo does not settle any more.

        :return: (operation, record to report on) of each
        :rtype: list[tuple]
        """
        found = {}
        for pair in self.env["intacct.settling"]._pairs(ctx.backend):
            moves = pair.debit | pair.credit
            if pair.amount >= 0 or any(move.state != "posted" for move in moves):
                continue
            allocations = self.env["intacct.allocation"].search(
                [
                    ("operation_id.backend_id", "=", ctx.backend.id),
                    ("operation_id.state", "in", THERE_STATES),
                    ("debit_move_id", "=", pair.debit.id),
                    ("credit_move_id", "=", pair.credit.id),
                ],
                order="id desc",
            )
            for operation in allocations.operation_id[:1]:
                found[operation] = operation._record
        return [
            (operation, record)
            for operation, record in found.items()
            if record
            and record._intacct_own_records()
            and not record._intacct_in_change()
        ]

    @api.model
    def _reapply(self, ctx, operation):
        """A single detail can't be taken off: the receipt is reversed and comes
        back with the applications that Odoo has now, all its parts together."""
        self._check_reversible(ctx, operation._intacct_date())
        made = self._made(operation._record)
        together = made if any(made.mapped("whole")) else operation
        for one in together:
            self._take_back(ctx, one, fields.Date.context_today(one))
