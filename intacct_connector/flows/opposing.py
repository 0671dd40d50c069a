from odoo import api, fields, models

from ..gateway import Query, errors, formats, functions, where
from ..models.intacct_operation_undo import APPLY_OPPOSITE, OPPOSE, OPPOSING
from . import undoing  # noqa: F401 - what it extends is registered first
from .document_functions_out import RATE_DIGITS
from .document_lines_out import exact
from .opposite_function import opposite_of
from .problems import RecordProblem
from .read_back import READ_BACK
from .receipts_out import NUMBER_LENGTH
from .settling import AMOUNT_FIELDS, SOURCE_KEYS, TARGET_KEYS
from .undoing import OPPOSED, UNDONE_STATES

OBJECT = "ARADJUSTMENT"
FIELDS = (*READ_BACK[OBJECT], "EXCHANGE_RATE")
SOURCE = SOURCE_KEYS[OBJECT]
# Where the books stay as they are until another time: an opposite adjustment that is
# refused for it is made anew when a person presses Retry.
PASSING = ("closed_period",)


class IntacctUndoing(models.AbstractModel):
    """An adjustment that Intacct does not delete any more is taken back by an opposite
    one, and both are applied to each other: neither stays open.

    The gateway has no function that reverses an adjustment (API.md 10.4).
    """

    _inherit = "intacct.undoing"

    # ------------------------------------------------------------------
    # Order
    # ------------------------------------------------------------------
    @api.model
    def _oppose(self, ctx, step):
        """Makes what comes next for each adjustment that is taken back by an opposite
        one, from what Intacct has of both."""
        operations = self.env["intacct.operation"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("action", "=", "delete_adjustment"),
                ("cause", "=", OPPOSED),
                ("state", "in", ("waiting", "do_it")),
            ],
            order="id",
        )
        self._withdraw_opposites(ctx)
        if not operations:
            return
        rows = self._adjustments(ctx, operations)
        for operation in operations:
            try:
                with self.env.cr.savepoint():
                    self._oppose_one(ctx, step, operation, rows)
            except RecordProblem as problem:
                self._not_opposed(ctx, operation, problem)
        ctx.commit(len(operations))

    @api.model
    def _not_opposed(self, ctx, operation, problem):
        if problem.cause != "do_it":
            self._report(ctx, operation, problem)
        elif operation.state != "do_it":
            self._by_hand(ctx, operation, problem.message)

    @api.model
    def _withdraw_opposites(self, ctx):
        """Opposites of what a person has reversed in Intacct meanwhile are not needed
        any more, and were never applied."""
        needless = self.env["intacct.operation"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("action", "=", OPPOSE),
                ("state", "=", "done"),
                ("instead_of_id.verified_at", "!=", False),
                ("instead_of_id.cause", "!=", OPPOSED),
            ]
        )
        for operation in needless:
            self._make(
                ctx,
                "delete_adjustment",
                operation.recordno,
                None,
                operation._record,
                undoes_id=operation.id,
            )

    @api.model
    def _adjustments(self, ctx, operations):
        """Rows of adjustments that are taken back and of their opposites, by
        RECORDNO."""
        opposites = operations.instead_ids.filtered(
            lambda operation: operation.action == OPPOSE and operation.recordno
        )
        keys = {
            *operations.mapped("target_recordno"),
            *opposites.mapped("recordno"),
        }
        condition = where.in_("RECORDNO", sorted(keys))
        (rows,) = ctx.query_rows([Query(OBJECT, FIELDS, where=condition)])
        return {row["RECORDNO"]: row for row in rows}

    @api.model
    def _oppose_one(self, ctx, step, operation, rows):
        """:raises RecordProblem: a person has to do it in Intacct"""
        row = rows.get(operation.target_recordno)
        if row is None or row["STATE"] in UNDONE_STATES:
            self._undone(ctx, step, operation, "Reversed" if row else "Deleted")
            return
        opposite, applied = (
            operation._instead(action) for action in (OPPOSE, APPLY_OPPOSITE)
        )
        other = rows.get(opposite.recordno)
        if other and _is_settled(row) and _is_settled(other):
            self._cancelled_out(ctx, step, operation, opposite, row)
        elif not opposite:
            self._make_opposite(ctx, operation, row)
        elif (
            not applied
            and operation.state == "waiting"
            and opposite.state == "done"
            and opposite.verified_at
        ):
            self._apply_opposite(ctx, operation, opposite, row)

    @api.model
    def _cancelled_out(self, ctx, step, operation, opposite, row):
        """Both are used up: nothing of them is open any more."""
        why = operation.message
        self._undone(ctx, step, operation, row["STATE"])
        operation.write({"cause": OPPOSED, "message": why})
        self._bindings(ctx, operation).write(
            {
                "reason": self.env._(
                    "Taken back from Odoo by the opposite adjustment %s",
                    opposite._remote_number(),
                )
            }
        )

    # ------------------------------------------------------------------
    # The opposite adjustment
    # ------------------------------------------------------------------
    @api.model
    def _make_opposite(self, ctx, operation, row):
        """:raises RecordProblem: it is used in Intacct, or was changed there"""
        self.env["intacct.flow.changes.out"]._check_allowed(ctx)
        self._check_unused(row)
        opposite = self._opposite(operation, row)
        if operation.state == "do_it":
            # A person has unapplied it there meanwhile.
            operation.state = "waiting"
            operation._close_activities()
        made = self._make_instead(ctx, operation, OPPOSE)
        record = operation._record
        date = max(
            fields.Date.context_today(
                record, record.intacct_changed_at or operation.create_date
            ),
            formats.parse_date(row["WHENPOSTED"] or row["WHENCREATED"]),
        )
        number = None
        if ctx.backend.number_rule == "ours":
            number = self._free_number(ctx, OBJECT, record.name)[:NUMBER_LENGTH]
        function = functions.render(
            "create_aradjustment",
            made.control_id,
            datecreated=date,
            dateposted=date,
            adjustmentno=number,
            description=f"[{made.marker}] {record.name} "
            + self.env._(
                "takes back %(number)s, no. %(key)s",
                number=row["RECORDID"] or operation.document,
                key=row["RECORDNO"],
            ),
            exchrate=self._rate_of(row),
            **opposite.arguments,
        )
        day = formats.format_date(date)
        expected = {
            "CUSTOMERID": row["CUSTOMERID"],
            "WHENCREATED": day,
            "WHENPOSTED": day,
            "CURRENCY": row["CURRENCY"],
            "TRX_TOTALENTERED": str(opposite.total),
            "TOTALENTERED": str(-formats.parse_decimal(row["TOTALENTERED"])),
        }
        if number:
            expected["RECORDID"] = number
        made.write(
            {
                "function_xml": function.xml,
                "state": "ready",
                "expected": {
                    "number": number or operation.document,
                    "fields": expected,
                },
            }
        )

    @api.model
    def _check_unused(self, row):
        """:raises RecordProblem: something is applied to it that is not ours"""
        if formats.parse_decimal(row["TRX_TOTALDUE"]) != formats.parse_decimal(
            row["TRX_TOTALENTERED"]
        ):
            raise RecordProblem(
                "do_it",
                self.env._(
                    "It is applied in Intacct, where %s of it are open: unapply it "
                    "there first.",
                    row["TRX_TOTALDUE"],
                ),
                "",
            )

    @api.model
    def _opposite(self, operation, row):
        """The opposite of what was sent, if Intacct still has that.

        :rtype: Opposite
        :raises RecordProblem: it has something else, or it was not sent from here
        """
        original = operation.undoes_id
        sent = (original.expected or {}).get("updated") or original.function_xml
        opposite = sent and opposite_of(sent)
        if not opposite or opposite.total != -exact(row["TRX_TOTALENTERED"]):
            raise RecordProblem(
                "do_it",
                self.env._("Its amounts were entered in Intacct, not in Odoo."),
                "",
            )
        return opposite

    @api.model
    def _rate_of(self, row):
        """The rate that an adjustment was booked at: base units for one of its own.

        :rtype: Decimal
        """
        rate, base, total = (
            formats.parse_decimal(row.get(name))
            for name in ("EXCHANGE_RATE", "TOTALENTERED", "TRX_TOTALENTERED")
        )
        return rate or round(base / total, RATE_DIGITS)

    @api.model
    def _make_instead(self, ctx, operation, action):
        """A new operation that is done instead of deleting an adjustment."""
        link = "payment_id" if operation.payment_id else "move_id"
        return self.env["intacct.operation"].create(
            {
                "backend_id": ctx.backend.id,
                "action": action,
                "document": operation.document,
                "partner_id": operation.partner_id.id,
                link: operation[link].id,
                "state": "waiting",
                "instead_of_id": operation.id,
                "target_recordno": operation.target_recordno,
                "currency_name": operation.currency_name,
                "user_id": operation.user_id.id,
            }
        )

    # ------------------------------------------------------------------
    # Applied to each other
    # ------------------------------------------------------------------
    @api.model
    def _apply_opposite(self, ctx, operation, opposite, row):
        """A payment without money that applies each to the other: the credits of one
        pay the debits of the other."""
        made = self._make_instead(ctx, operation, APPLY_OPPOSITE)
        parts = opposite_of(opposite.function_xml)
        own, other = operation.target_recordno, opposite.recordno
        # The credits of the one taken back are the debits of its opposite.
        details = [
            {
                TARGET_KEYS[OBJECT]: target,
                SOURCE: source,
                AMOUNT_FIELDS[SOURCE]: value,
            }
            for target, source, value in (
                (other, own, parts.credits),
                (own, other, parts.debits),
            )
            if value
        ]
        customer = {"CUSTOMERID": row["CUSTOMERID"]}
        currency = operation._record.currency_id
        date = formats.parse_date(opposite.expected["fields"]["WHENPOSTED"])
        apply = self.env["intacct.applications.out"]
        function = apply._credit_payment(
            ctx, made, date, currency, self._rate_of(row), customer, details
        )
        made.write(
            {
                "function_xml": function.xml,
                "state": "ready",
                "expected": {
                    "number": opposite._remote_number(),
                    "fields": {
                        **customer,
                        "RECEIPTDATE": formats.format_date(date),
                        "CURRENCY": currency.name,
                    },
                },
            }
        )

    @api.model
    def _opposite_refused(self, ctx, operation, error):
        """What is left is for a person to do in Intacct.

        :param operation: the one that Intacct has refused
        """
        operation.state = "superseded"
        tracked = operation.instead_of_id
        if tracked.verified_at:
            return
        if operation.action == OPPOSE:
            tracked.cause = False
            self._by_hand(ctx, tracked, str(error))
            return
        opposite = tracked._instead(OPPOSE)
        text = self.env._(
            "Apply the adjustments no. %(one)s and no. %(other)s to each other in "
            "Intacct.",
            one=operation.target_recordno,
            other=opposite.recordno,
        )
        self._hand_over(ctx, tracked, f"{text} {error}")


def _is_settled(row):
    return not formats.parse_decimal(row["TRX_TOTALDUE"])


class IntacctOutbox(models.AbstractModel):
    """An opposite adjustment and its application are ours, and stand for no record of
    Odoo."""

    _inherit = "intacct.outbox"

    @api.model
    def _arrived(self, ctx, operation, recordno):
        result = super()._arrived(ctx, operation, recordno)
        if operation.action in OPPOSING and recordno:
            binding = self.env["intacct.binding"]._by_recordno(
                ctx.backend, operation._object, [recordno]
            )[recordno]
            self._set_aside(operation, binding)
        return result

    @api.model
    def _verify(self, ctx, step, operation, row, binding):
        result = super()._verify(ctx, step, operation, row, binding)
        if operation.action in OPPOSING and binding:
            self._set_aside(operation, binding)
        return result

    @api.model
    def _set_aside(self, operation, binding):
        binding.write(
            {
                "sync_state": "gone",
                "replaced": True,
                "reason": self.env._(
                    "Takes back no. %s in Intacct", operation.target_recordno
                ),
            }
        )

    @api.model
    def _refused(self, ctx, step, operation, error):
        """What Intacct refuses of this for good a person does there."""
        result = super()._refused(ctx, step, operation, error)
        passing = isinstance(error, errors.TransientError) or operation.cause in PASSING
        if operation.action in OPPOSING and not passing:
            self.env["intacct.undoing"]._opposite_refused(ctx, operation, error)
        return result
