import re

from odoo import api, fields, models

from ..gateway import Query, errors, functions, where
from ..models.intacct_operation_undo import (
    CHANGE_OBJECTS,
    OPPOSING,
    UNDO_OBJECTS,
    UPDATE_OBJECTS,
)
from .differences import difference, field_word, read_back_problem
from .problems import RecordProblem
from .read_back import READ_BACK

# States of a record that does not stand in Intacct's books any more.
UNDONE_STATES = ("Reversed", "Voided")
# Refusals after which only a person can go on, in Intacct: receipts that were
# deposited or reconciled or lie in a closed bank period.
BY_HAND = {
    "reverse_payment": re.compile(r"deposit|reconcil|cleared|closed", re.I),
}
# Refusals after which an adjustment stays for good, and an opposite one takes it back:
# it was applied once, or lies in a closed period (texts unknown, API.md 9.3).
STAYS = re.compile(
    r"appl(?:y|ied)|closed|reconcil|cleared"
    r"|(?:can't|can’t|cannot|can not|may not|not allowed to) (?:be )?delete",
    re.I,
)
# The cause of an operation for which an opposite adjustment is entered.
OPPOSED = "opposed"


class IntacctUndoing(models.AbstractModel):
    """Makes the operations that take something back, and finds out by reading what
    became of them: reversals carry no marker."""

    _name = "intacct.undoing"
    _description = "Taking Back What Was Sent"

    # ------------------------------------------------------------------
    # Making
    # ------------------------------------------------------------------
    @api.model
    def _live(self, ctx, recordno, actions):
        """The operation that already takes a record back or changes it."""
        return self.env["intacct.operation"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("action", "in", list(actions)),
                ("target_recordno", "=", recordno),
                ("verified_at", "=", False),
                ("state", "not in", ("superseded", "ignored")),
            ],
            limit=1,
        )

    @api.model
    def _make(self, ctx, action, recordno, date, record, **values):
        """One operation that takes a record of Intacct back; the live one is kept.

        :param str action: one of UNDO_OBJECTS
        :param date: of the act
        :param record: the Odoo document or payment
        :rtype: intacct.operation
        """
        if live := self._live(ctx, recordno, [action]):
            return live
        link = "payment_id" if record._name == "account.payment" else "move_id"
        operation = self.env["intacct.operation"].create(
            {
                "backend_id": ctx.backend.id,
                "action": action,
                "document": record.display_name,
                "partner_id": record.partner_id.commercial_partner_id.id,
                link: record.id,
                "state": "waiting",
                "target_recordno": recordno,
                "marker": False,
                "currency_name": record.currency_id.name,
                "user_id": (ctx.backend.user_id or self.env.ref("base.user_admin")).id,
                **values,
            }
        )
        if action == "reverse_advance":
            self._by_hand(ctx, operation)
        else:
            function = self._function(operation, date)
            operation.function_xml = function.xml
        return operation

    @api.model
    def _function(self, operation, date):
        key, action = operation.target_recordno, operation.action
        if action in ("delete_invoice", "delete_adjustment"):
            name = {"delete_adjustment": "delete_aradjustment"}.get(action, action)
            return functions.render(name, operation.control_id, key=key)
        name = {"reverse_payment": "reverse_arpayment"}.get(action, action)
        return functions.render(
            name,
            operation.control_id,
            key=key,
            datereversed=date,
            description=self.env._("Taken back in Odoo: %s", operation.document),
        )

    # ------------------------------------------------------------------
    # Order
    # ------------------------------------------------------------------
    @api.model
    def _send_in_order(self, ctx, step):
        """Sends what waits for nothing, reads what became of it, and goes on with
        what waited for that."""
        outbox = self.env["intacct.outbox"]
        actions = [*CHANGE_OBJECTS, *OPPOSING]
        while True:
            self._release(ctx)
            outbox._read_back(ctx, step)
            self._oppose(ctx, step)
            if not outbox._due(ctx.backend, actions, 1):
                break
            outbox._send_ready(ctx, step, actions)
            self._verify(ctx, step)
        self._verify(ctx, step)

    @api.model
    def _waiting(self, ctx):
        return self.env["intacct.operation"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("state", "=", "waiting"),
                ("action", "in", list(CHANGE_OBJECTS)),
                ("cause", "!=", OPPOSED),
            ]
        )

    @api.model
    def _give_up_orphans(self, ctx):
        """What waits for something that is made anew (a Retry) would wait for ever:
        it is made anew as well."""
        waiting = self._waiting(ctx)
        while orphans := waiting.filtered(
            lambda operation: "superseded" in operation.waits_for_ids.mapped("state")
        ):
            orphans.write({"state": "superseded"})
            waiting -= orphans

    @api.model
    def _release(self, ctx):
        """Operations whose turn has come."""
        self._waiting(ctx).filtered(
            lambda operation: all(
                needed.verified_at or needed.state == "ignored"
                for needed in operation.waits_for_ids
            )
        ).write({"state": "ready"})

    # ------------------------------------------------------------------
    # What became of it
    # ------------------------------------------------------------------
    @api.model
    def _verify(self, ctx, step, states=("done", "do_it")):
        """Reads the records that operations act on, and books what was done.

        :param states: of the operations to look at
        """
        operations = self.env["intacct.operation"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("action", "in", list(CHANGE_OBJECTS)),
                ("state", "in", states),
                ("verified_at", "=", False),
            ],
            order="id",
        )
        groups = [
            (name, part)
            for name in sorted(set(CHANGE_OBJECTS.values()))
            if (
                part := operations.filtered(
                    lambda item, name=name: CHANGE_OBJECTS[item.action] == name
                )
            )
        ]
        queries = [
            Query(
                name,
                READ_BACK[name],
                where=where.in_("RECORDNO", part.mapped("target_recordno")),
            )
            for name, part in groups
        ]
        for (_name, part), rows in zip(groups, ctx.query_rows(queries), strict=True):
            by_key = {row["RECORDNO"]: row for row in rows}
            for operation in part:
                self._judge(ctx, step, operation, by_key.get(operation.target_recordno))
        if operations:
            ctx.commit(len(operations))

    @api.model
    def _judge(self, ctx, step, operation, row):
        if operation.action in UPDATE_OBJECTS:
            self._judge_update(ctx, step, operation, row)
            return
        state = row and (row.get("STATE") or row.get("DISPLAYSTATE"))
        if row is None or state in UNDONE_STATES:
            self._undone(ctx, step, operation, "Reversed" if row else "Deleted")
        elif operation.cause == "recorded":
            self._send_anew(operation)
        elif operation.state == "done":
            self._report(
                ctx,
                operation,
                RecordProblem(
                    "not_undone",
                    self.env._(
                        "Intacct confirmed that no. %(key)s was taken back, but shows "
                        "it as %(state)s.",
                        key=operation.target_recordno,
                        state=state,
                    ),
                    self.env._("Look at it in Intacct; the next sync looks again."),
                ),
            )

    @api.model
    def _send_anew(self, operation):
        """Intacct says that it knows the control id, and nothing came of it: a
        refused attempt has used it up. Sent again under another one."""
        operation._renew_control_id()
        operation.write({"state": "ready", "cause": False})

    @api.model
    def _undone(self, ctx, step, operation, state):
        """It is taken back: what it was counts as never sent."""
        now = fields.Datetime.now()
        operation.write(
            {"state": "done", "verified_at": now, "message": False, "cause": False}
        )
        operation._close_activities()
        settled = operation.undoes_id.allocation_ids
        ctx.caches.setdefault("undone", set()).update(
            (settled.debit_move_id | settled.credit_move_id).ids
        )
        operation.undoes_id.write({"state": "superseded"})
        bindings = self._bindings(ctx, operation)
        bindings.write(
            {
                "sync_state": "gone",
                "replaced": True,
                "remote_state": state,
                "remote_balance": 0,
                "reason": self.env._("Taken back from Odoo"),
            }
        )
        for binding in bindings:
            self.env["intacct.sync.event"]._resolve(
                ctx.backend, binding.intacct_object, [binding.recordno]
            )
        record = operation._record
        if operation.move_id and operation.action != "reverse_payment":
            self._choose_number(ctx, operation)
            record.intacct_changed_at = False
        elif operation.payment_id and record.state != "draft":
            record.intacct_changed_at = False
        self._resolve_event(ctx, operation)
        # Another process may have read it as reversed before this one knew why.
        self.env["intacct.sync.event"]._resolve(
            ctx.backend, UNDO_OBJECTS[operation.action], [operation.target_recordno]
        )
        step._count(updated=1)

    @api.model
    def _bindings(self, ctx, operation):
        """The links of what was taken back; a receipt over several entities has
        parts, reversed together."""
        name = UNDO_OBJECTS[operation.action]
        own = self.env["intacct.binding"]._by_recordno(
            ctx.backend, name, [operation.target_recordno]
        )
        parts = operation._record.intacct_binding_ids.filtered(
            lambda binding: (binding.values_seen or {}).get("parent")
            == operation.target_recordno
        )
        return parts.union(*own.values())

    @api.model
    def _choose_number(self, ctx, operation):
        """A replacement takes Odoo's number only where that one proves free."""
        move = operation.move_id
        number = self._free_number(ctx, UNDO_OBJECTS[operation.action], move.name)
        move.intacct_number = number if number != move.name else False

    @api.model
    def _free_number(self, ctx, intacct_object, name):
        """A number that no document of its kind has: the name, else ``NAME-R1`` …

        :param str intacct_object: ARINVOICE or ARADJUSTMENT
        """
        condition = where.like("RECORDID", f"{name}%")
        query = Query(intacct_object, ["RECORDNO", "RECORDID"], where=condition)
        (rows,) = ctx.query_rows([query])
        taken = {row["RECORDID"] for row in rows}
        number, count = name, 0
        while number in taken:
            count += 1
            number = f"{name}-R{count}"
        return number

    # ------------------------------------------------------------------
    # Updates
    # ------------------------------------------------------------------
    @api.model
    def _judge_update(self, ctx, step, operation, row):
        outbox = self.env["intacct.outbox"]
        differences = (
            [self.env._("it is not there any more")]
            if row is None
            else [
                difference(self.env, field_word(self.env, name), value, row.get(name))
                for name, value in operation.expected["fields"].items()
                if name in row and not outbox._same(value, row[name])
            ]
        )
        if differences:
            if operation.cause == "recorded":
                self._send_anew(operation)
            elif operation.state == "done":
                self._report(
                    ctx,
                    operation,
                    read_back_problem(self.env, differences),
                )
            return
        operation.write(
            {"state": "done", "verified_at": fields.Datetime.now(), "message": False}
        )
        move, made = operation.move_id, operation.create_date.replace(microsecond=0)
        if move.intacct_changed_at and move.intacct_changed_at < made:
            # Else it may have been changed again meanwhile: it is compared anew.
            move.intacct_changed_at = False
        original = operation.undoes_id
        original.expected = {
            **(original.expected or {}),
            "fields": {
                **(original.expected or {}).get("fields", {}),
                **operation.expected["fields"],
            },
            "updated": operation.expected["updated"],
        }
        self._bindings_of_update(ctx, operation).write({"values_seen": {"row": row}})
        self._resolve_event(ctx, operation)
        step._count(updated=1)

    @api.model
    def _bindings_of_update(self, ctx, operation):
        found = self.env["intacct.binding"]._by_recordno(
            ctx.backend,
            UPDATE_OBJECTS[operation.action],
            [operation.target_recordno],
        )
        return self.env["intacct.binding"].union(*found.values())

    # ------------------------------------------------------------------
    # What only a person can do
    # ------------------------------------------------------------------
    @api.model
    def _by_hand(self, ctx, operation, why=""):
        """The gateway cannot do it: a person does it in Intacct, and the operation
        closes itself when a read shows that it was done."""
        texts = {
            "reverse_advance": self.env._("Reverse the advance no. %s in Intacct."),
            "reverse_payment": self.env._(
                "Reverse the receipt no. %s in Intacct, its deposit first."
            ),
            "reverse_invoice": self.env._("Reverse the invoice no. %s in Intacct."),
            "delete_invoice": self.env._("Reverse the invoice no. %s in Intacct."),
            "delete_adjustment": self.env._(
                "Reverse the adjustment no. %s in Intacct."
            ),
        }
        text = texts[operation.action] % operation.target_recordno
        self._hand_over(ctx, operation, f"{text} {why}".strip())

    @api.model
    def _hand_over(self, ctx, operation, instruction):
        """Asks the person who is responsible for the operation to do it in Intacct.

        :param str instruction: what to do there
        """
        operation.write(
            {
                "state": "do_it",
                "message": instruction,
                "advice": self.env._(
                    "Nothing else has to be done here: the next sync sees it."
                ),
            }
        )
        operation._ask_responsible()
        self._tell_do_it(ctx, operation)

    @api.model
    def _tell_do_it(self, ctx, operation):
        self._report(
            ctx,
            operation,
            RecordProblem(
                "do_it",
                self.env._("Do it in Intacct: %s", operation.message),
                operation.advice,
                level="warning",
            ),
        )

    @api.model
    def _report(self, ctx, operation, problem):
        self.env["intacct.outbox"]._report(ctx, operation, problem)

    @api.model
    def _resolve_event(self, ctx, operation):
        model, key = self.env["intacct.outbox"]._event_key(operation)
        self.env["intacct.sync.event"]._resolve(ctx.backend, model, [key])


class IntacctOutbox(models.AbstractModel):
    """Doubts about changes are settled by reading, never by sending blindly."""

    _inherit = "intacct.outbox"

    @api.model
    def _resolve_doubts(self, ctx, step):
        """What we took back ourselves is known as such before Intacct's documents are
        read."""
        states = ("in_doubt", "done", "do_it")
        self.env["intacct.undoing"]._verify(ctx, step, states)
        return super()._resolve_doubts(ctx, step)

    @api.model
    def _refused(self, ctx, step, operation, error):
        """What Intacct refuses for good is for a person to do there, or is done in
        another way."""
        texts = " ".join(str(text) for text in (*error.texts, error))
        pattern = BY_HAND.get(operation.action)
        if pattern and pattern.search(texts):
            operation.write({"raw": texts, "support_id": error.support_id})
            undoing = self.env["intacct.undoing"]
            undoing._by_hand(ctx, operation, str(error))
            return None
        if operation.action == "delete_adjustment" and self._stays(error, texts):
            operation.write(
                {
                    "state": "waiting",
                    "cause": OPPOSED,
                    "message": str(error),
                    "raw": texts,
                    "support_id": error.support_id,
                }
            )
            return None
        return super()._refused(ctx, step, operation, error)

    @api.model
    def _stays(self, error, texts):
        """Whether Intacct never deletes it; a lacking right or a fault that passes
        is for people to mend."""
        mendable = (errors.AuthorizationError, errors.TransientError)
        return not isinstance(error, mendable) and bool(STAYS.search(texts))
