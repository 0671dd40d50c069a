from odoo import api, fields, models

from ..gateway import Query, functions, where
from ..models.intacct_allocation import THERE_STATES
from ..models.intacct_decidable import THERE
from ..models.intacct_operation_undo import CHANGE_OBJECTS
from .document_change import Change
from .problems import RecordProblem
from .read_back import READ_BACK
from .settling import UNAPPROVED_STATES
from .undoing import UNDONE_STATES

CREATE_ACTIONS = ("invoice", "adjustment")
RECEIPT_ACTIONS = ("payment", "advance", "memo", "apply")


class IntacctFlowChangesOut(models.AbstractModel):
    """What was changed in Odoo after it was sent: updated in Intacct where that
    touches no ledger, else taken back and sent anew, receipts first."""

    _name = "intacct.flow.changes.out"
    _inherit = "intacct.flow.documents.out"
    _description = "Later Changes to Sage Intacct"

    # ------------------------------------------------------------------
    # Step
    # ------------------------------------------------------------------
    @api.model
    def _run(self, ctx, step):
        self.env["intacct.links.asked"]._confirm(ctx, step)
        if not ctx.backend._exports():
            return
        undoing = self.env["intacct.undoing"]
        self._follow_receipts(ctx, step)
        undoing._verify(ctx, step)
        undoing._give_up_orphans(ctx)
        chosen = ctx.run._chosen()
        changed = (*self._changed_moves(ctx), *self._changed_payments(ctx))
        periods = self.env["intacct.closed.periods"]
        periods._look_again(ctx, [record.date for record in changed])
        for record in changed:
            if chosen is not None and record not in chosen:
                continue
            step._count(read=1)
            self._try(ctx, step, record, self._compare, ctx, step, record)
        ctx.commit()
        lost = self._lost_applications(ctx)
        periods._look_again(ctx, [operation._intacct_date() for operation, _ in lost])
        for operation, record in lost:
            if chosen is not None and record not in chosen:
                continue
            step._count(read=1)
            self._try(ctx, step, record, self._reapply, ctx, operation)
        ctx.commit()
        undoing._send_in_order(ctx, step)
        if undone := ctx.caches.pop("undone", None):
            # What was paid by a receipt that is gone now is open again on both sides.
            ctx.caches["touched"] = undone
            self.env["intacct.flow.payments"]._recheck(ctx, step)

    @api.model
    def _changed_moves(self, ctx):
        return self.env["account.move"].search(
            [
                ("company_id", "=", ctx.backend.company_id.id),
                ("intacct_changed_at", "!=", False),
            ],
            order="id",
        )

    @api.model
    def _changed_payments(self, ctx):
        return self.env["account.payment"].search(
            [
                ("company_id", "=", ctx.backend.company_id.id),
                ("intacct_changed_at", "!=", False),
            ],
            order="id",
        )

    @api.model
    def _try(self, ctx, step, record, method, *arguments):
        self._apply(
            ctx,
            [record],
            lambda _items: method(*arguments),
            lambda record, problem: self._say(ctx, step, record, problem),
        )

    # ------------------------------------------------------------------
    # One changed record
    # ------------------------------------------------------------------
    @api.model
    def _compare(self, ctx, step, record):
        """Finds out what a change means for Intacct, and makes the operations.

        :raises RecordProblem: it waits for a person, or is not allowed
        """
        if record._intacct_under_way() or self._is_changing(record):
            return
        self._stop_unsent(record)
        there = self._there(ctx, record)
        if not there:
            record.intacct_changed_at = False
            return
        self._check_decided_here(record, there)
        if record._name == "account.move" and record.is_sale_document():
            self._compare_move(ctx, record, there)
        else:
            self._compare_receipt(ctx, record)

    @api.model
    def _there(self, ctx, record):
        """The link of a record to what it is in Intacct, or none."""
        return record._intacct_records(*THERE).filtered(
            lambda binding: binding.backend_id == ctx.backend
        )[:1]

    @api.model
    def _check_decided_here(self, record, there):
        """:raises RecordProblem: it is a draft, of which nothing follows yet, or
        waits for approval in Intacct"""
        if record.state == "draft":
            raise RecordProblem(
                "draft_there_posted",
                self.env._(
                    "It is a draft here, and %s is still posted in Intacct.",
                    there.display_name,
                ),
                self.env._(
                    "Post it again or cancel it: Intacct follows with the next sync."
                ),
                level="warning",
            )
        if there.remote_state in UNAPPROVED_STATES:
            raise RecordProblem(
                "waits_for_approval",
                self.env._("It waits for approval in Intacct and cannot be changed."),
                self.env._("Approve it in Intacct; the change follows by itself then."),
                level="warning",
            )

    @api.model
    def _what_follows(self, ctx, record):
        """What a change means for Intacct, without making it so.

        :return: ``reverse``, ``replace``, ``update``, or None for nothing
        :raises RecordProblem: it waits for a person, or is not allowed
        """
        there = self._there(ctx, record)
        if not there:
            return None
        self._check_decided_here(record, there)
        if record.state in ("cancel", "canceled", "rejected"):
            self._check_reversible(ctx, record.date)
            return "reverse"
        if record._name == "account.move" and record.is_sale_document():
            change = self._change(ctx, record, self._original(record, there), there)
            if change is None or change.is_harmless:
                return change and "update"
        elif not self._made_differently(ctx, record):
            return None
        self._check_reversible(ctx, record.date)
        return "replace"

    @api.model
    def _is_changing(self, record):
        """Whether an operation changes it already, or waits for a Retry."""
        return bool(
            record.intacct_operation_ids.filtered(
                lambda operation: operation.action in CHANGE_OBJECTS
                and not operation.verified_at
                and operation.state not in ("superseded", "ignored")
            )
        )

    @api.model
    def _stop_unsent(self, record):
        """What was not sent yet is made anew from what the record is now."""
        record.intacct_operation_ids.filtered(
            lambda operation: operation.state in ("waiting", "ready")
            and operation.action in (*CREATE_ACTIONS, *RECEIPT_ACTIONS)
            and not operation.first_sent_at
        ).write({"state": "superseded"})

    @api.model
    def _nothing_changed(self, ctx, record):
        record.intacct_changed_at = False
        self.env["intacct.sync.event"]._resolve(
            ctx.backend, record._name, [str(record.id)]
        )

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------
    @api.model
    def _compare_move(self, ctx, move, binding):
        if move.state == "cancel":
            self._undo_document(ctx, move, binding)
            return
        if self._may_still_be_corrected(ctx, move):
            return
        original = self._original(move, binding)
        change = self._change(ctx, move, original, binding)
        if change is None:
            self._nothing_changed(ctx, move)
        elif change.is_harmless:
            self._update(ctx, move, original, binding, change)
        else:
            self._undo_document(ctx, move, binding)

    @api.model
    def _may_still_be_corrected(self, ctx, move):
        """Posted again just now: the time to correct it has not passed yet."""
        if not move.intacct_posted_at or move.intacct_request_ids.filtered("asked"):
            return False
        minutes = (fields.Datetime.now() - move.intacct_posted_at).total_seconds() / 60
        return minutes < ctx.backend.send_delay

    @api.model
    def _original(self, move, binding):
        """The operation that made a record of Intacct, empty for a linked one."""
        return move.intacct_operation_ids.filtered(
            lambda operation: operation.action in CREATE_ACTIONS
            and operation.recordno == binding.recordno
            and operation.state in THERE_STATES
        )[:1]

    @api.model
    def _change(self, ctx, move, original, binding):
        """What differs between what would be sent now and what was sent.

        :rtype: Change, or None if nothing does
        """
        customer = self.env["intacct.flow.customers.out"]._binding(
            ctx, move.commercial_partner_id
        )
        if not customer.number:
            raise RecordProblem(
                "customer_waits",
                self.env._("Its customer is not in Intacct."),
                self.env._("Link the customer, then press Sync Now."),
                level="warning",
            )
        identity = {
            "action": "invoice" if move.move_type == "out_invoice" else "adjustment",
            "control_id": original.control_id or "-",
            "marker": original.marker or "-",
        }
        now = self._rendered(ctx, move, identity, customer.number)
        if not original:
            seen = (binding.values_seen or {}).get("row", {})
            return Change.of_row(now["expected"]["fields"], seen)
        before = (original.expected or {}).get("updated") or original.function_xml
        return Change.between(before, now["function_xml"])

    @api.model
    def _update(self, ctx, move, original, binding, change):
        """Fields without effect on the ledger are written, lines stay."""
        is_invoice = move.move_type == "out_invoice"
        action = "update_invoice" if is_invoice else "update_adjustment"
        operation = self.env["intacct.operation"].create(
            {
                "backend_id": ctx.backend.id,
                "action": action,
                "document": move.display_name,
                "partner_id": move.commercial_partner_id.id,
                "move_id": move.id,
                "state": "waiting",
                "target_recordno": binding.recordno,
                "undoes_id": original.id,
                "marker": False,
                "expected": {
                    "fields": change.expected_fields(),
                    "updated": change.now,
                },
            }
        )
        arguments = change.arguments()
        function = functions.render(
            "update_invoice" if is_invoice else "update_aradjustment",
            operation.control_id,
            key=binding.recordno,
            set_nulls=True if "" in arguments.values() else None,
            **arguments,
        )
        operation.function_xml = function.xml

    @api.model
    def _undo_document(self, ctx, move, binding):
        """Takes a document back, the receipts on it first.

        :raises RecordProblem: it may not, or cannot, be taken back
        """
        self._check_reversible(ctx, move.date)
        if move._intacct_settled_there():
            raise RecordProblem(
                "paid_there",
                self.env._("It was paid in Intacct, so it cannot be reversed there."),
                self.env._(
                    "Post it again as it was and issue a credit note, or take the "
                    "payment back in Intacct."
                ),
            )
        date = self._date_of_act(move)
        needed = self.env["intacct.operation"]
        for operation in self._applied(ctx, binding):
            receipt = operation._record
            if receipt._intacct_own_records():
                needed |= self._take_back(ctx, operation, date)
            elif receipt._intacct_records("ignored") and self._stands(ctx, operation):
                raise self._paid_by_unlinked(operation)
        action = "delete_adjustment"
        if move.move_type == "out_invoice":
            action = f"{ctx.backend.unpaid_invoices}_invoice"
        self.env["intacct.undoing"]._make(
            ctx,
            action,
            binding.recordno,
            date,
            move,
            undoes_id=self._original(move, binding).id,
            amount=move.amount_total,
            waits_for_ids=[(6, 0, needed.ids)],
        )

    @api.model
    def _stands(self, ctx, operation):
        """Whether a receipt that Odoo does not follow any more still stands there."""
        name = operation._object
        query = Query(
            name, READ_BACK[name], where=where.eq("RECORDNO", operation.recordno)
        )
        (rows,) = ctx.query_rows([query])
        return any(
            (row.get("STATE") or row.get("DISPLAYSTATE")) not in UNDONE_STATES
            for row in rows
        )

    @api.model
    def _paid_by_unlinked(self, operation):
        return RecordProblem(
            "unlinked_receipt",
            self.env._(
                "%s pays it in Intacct and is not linked any more.", operation.document
            ),
            self.env._("Reverse that receipt in Intacct, or link it again."),
        )

    @api.model
    def _check_reversible(self, ctx, day):
        """:param date day: on which Intacct has booked what is to be taken back
        :raises RecordProblem: the connection never takes anything back, or Intacct's
            books are closed on that day
        """
        self._check_allowed(ctx)
        self.env["intacct.closed.periods"]._check(
            ctx,
            day,
            self.env._(
                "Open the period in Intacct. Or bring it back as it was, and issue a "
                "credit note."
            ),
        )

    @api.model
    def _check_allowed(self, ctx):
        if ctx.backend.forbid_reversals:
            raise RecordProblem(
                "reversals_forbidden",
                self.env._("This connection never reverses anything in Intacct."),
                self.env._("Bring it back as it was, and issue a credit note."),
            )

    @api.model
    def _applied(self, ctx, binding):
        """Our operations that settle a record of Intacct, or settle with it.

        :rtype: intacct.operation
        """
        own = [
            "|",
            "&",
            ("target_object", "=", binding.intacct_object),
            ("target_recordno", "=", binding.recordno),
            "&",
            ("source_object", "=", binding.intacct_object),
            ("source_recordno", "=", binding.recordno),
        ]
        allocations = self.env["intacct.allocation"].search(
            [
                ("operation_id.backend_id", "=", ctx.backend.id),
                ("operation_id.state", "in", THERE_STATES),
                *own,
            ]
        )
        return allocations.operation_id.sorted("id")

    @api.model
    def _date_of_act(self, record):
        act = fields.Date.context_today(record, record.intacct_changed_at)
        return max(act, record.date)

    # ------------------------------------------------------------------
    # Reports
    # ------------------------------------------------------------------
    @api.model
    def _say(self, ctx, step, record, problem):
        step._count(**{"failed" if problem.level == "error" else "skipped": 1})
        is_payment = record._name == "account.payment"
        self.env["intacct.sync.event"]._fail(
            ctx.run,
            "changes_out",
            record._name,
            str(record.id),
            f"{record.name}: {problem.message}",
            level=problem.level,
            document=record.name,
            cause=problem.cause,
            advice=problem.advice,
            move_id=(record.move_id if is_payment else record).id,
            partner_id=record.partner_id.id,
        )
