import re

from markupsafe import Markup
from odoo import api, models

from ..models.intacct_operation_undo import APPLY_OPPOSITE, OPPOSE, OPPOSING
from ..models.intacct_sync_event import OPERATION_FIELDS
from .undoing import OPPOSED

# States of an operation of which people are told.
TOLD_STATES = ("done", "approval", "in_doubt", "do_it")
# Where a receipt goes, by the element that says so.
TARGET_ELEMENT = re.compile(r"<(UNDEPOSITEDACCOUNTNO|FINANCIALENTITY)>([^<]+)</(?:\1)>")
NAMED_LINES = 10


class IntacctStory(models.AbstractModel):
    """What became of a document, told in its chatter: once, many documents at a time,
    from what is stored, so that an interruption neither loses nor repeats a word."""

    _name = "intacct.story"
    _description = "Sage Intacct in the Chatter"

    @api.model
    def _tell(self, ctx):
        """Tells what is new of operations and failures of this connection."""
        self._tell_operations(ctx)
        self._tell_failures(ctx)

    @api.model
    def _log(self, records_and_texts):
        """:param records_and_texts: (record, text) pairs, in the order of the story"""
        by_model = {}
        for record, text in records_and_texts:
            if record and text:
                by_model.setdefault(record._name, []).append((record.id, text))
        for model, pairs in by_model.items():
            while pairs:
                # One note of each record at a time; the second of one comes after.
                bodies, later = {}, []
                for record_id, text in pairs:
                    if record_id in bodies:
                        later.append((record_id, text))
                    else:
                        bodies[record_id] = text
                self.env[model].browse(bodies)._message_log_batch(bodies)
                pairs = later

    # ------------------------------------------------------------------
    # Operations
    # ------------------------------------------------------------------
    @api.model
    def _tell_operations(self, ctx):
        operations = self.env["intacct.operation"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("to_tell", "=", True),
                # Payment terms have no chatter.
                ("action", "!=", "term"),
            ],
            order="id",
        )
        # What is done but not read back yet is told when it is.
        ready = operations.filtered(
            lambda operation: operation.state != "done"
            or not operation._object
            or operation.verified_at
        )
        told = ready.filtered(lambda operation: operation.state in TOLD_STATES)
        self._log(
            [(operation._record, self._text(ctx, operation)) for operation in told]
        )
        ready.write({"to_tell": False})

    @api.model
    def _text(self, ctx, operation):
        if operation.state == "in_doubt":
            return self.env._(
                "Sent to Sage Intacct, and no answer came. The next sync looks there "
                "whether it arrived."
            )
        if operation.state == "do_it":
            return self.env._(
                "To be done in Sage Intacct by hand: %s", operation.message or ""
            )
        values = {
            "number": (operation.expected or {}).get("number") or operation.document,
            "key": operation.recordno or operation.target_recordno or "—",
        }
        if operation.state == "approval":
            return self.env._(
                "In Sage Intacct as %(number)s, record no. %(key)s. It waits for "
                "approval there.",
                **values,
            )
        return self._done_text(operation, values) + self._why(ctx, operation)

    @api.model
    def _done_text(self, operation, values):
        action = operation.action
        if action in OPPOSING or operation.cause == OPPOSED:
            return self._opposite_text(operation, values)
        if action == "apply":
            return self.env._("Applied in Sage Intacct, record no. %(key)s.", **values)
        if action == "memo":
            return self.env._(
                "Entered in Sage Intacct as adjustment, record no. %(key)s.", **values
            )
        if action == "refund":
            return self.env._("Refunded in Sage Intacct: record no. %(key)s.", **values)
        if action.startswith("update_"):
            return self.env._("Updated in Sage Intacct, record no. %(key)s.", **values)
        if action.startswith("reverse_"):
            return self.env._("Reversed in Sage Intacct: record no. %(key)s.", **values)
        if action.startswith("delete_"):
            return self.env._("Deleted in Sage Intacct: record no. %(key)s.", **values)
        binding = operation._record._intacct_main_binding()
        if binding.recordno == operation.recordno and binding.number:
            values["number"] = binding.number
        return self.env._(
            "In Sage Intacct as %(number)s, record no. %(key)s.", **values
        )

    @api.model
    def _opposite_text(self, operation, values):
        values["taken"] = operation.target_recordno
        refused = operation.instead_of_id.filtered(lambda item: item.state != "do_it")
        if operation.action == OPPOSE:
            return self.env._(
                "Sage Intacct does not delete record no. %(taken)s: %(why)s The "
                "opposite adjustment %(number)s takes it back there, record no. "
                "%(key)s.",
                why=refused.message or "",
                **values,
            )
        if operation.action == APPLY_OPPOSITE:
            return self.env._(
                "Record no. %(taken)s and the opposite adjustment %(number)s were "
                "applied to each other in Sage Intacct, record no. %(key)s.",
                **values,
            )
        return self.env._(
            "Taken back in Sage Intacct: record no. %(taken)s. Nothing of it is open "
            "any more.",
            **values,
        )

    # ------------------------------------------------------------------
    # Why this account
    # ------------------------------------------------------------------
    @api.model
    def _why(self, ctx, operation):
        """Which account and dimensions were chosen, and by which rule.

        :rtype: Markup
        """
        why = (operation.expected or {}).get("why", [])
        if operation.action in ("payment", "advance"):
            why = self._why_receipt(ctx, operation)
        if not why:
            return Markup()
        if more := why[NAMED_LINES:]:
            why = [*why[:NAMED_LINES], self.env._("… and %s more.", len(more))]
        items = Markup().join(Markup("<li>%s</li>") % line for line in why)
        return Markup("<ul>%s</ul>") % items

    @api.model
    def _why_receipt(self, ctx, operation):
        found = TARGET_ELEMENT.search(operation.function_xml or "")
        if not found:
            return []
        element, code = found.groups()
        payment = operation.payment_id
        journal = payment.journal_id or operation.move_id.journal_id
        accounts = self.env["intacct.receipt.accounts"]
        reason = self.env._("undeposited funds of the connection")
        for source, record in (
            ("method", payment.payment_method_line_id),
            ("journal", journal),
        ):
            codes = [
                accounts._account_number(rule.reference_id)
                for rule in accounts._rules(ctx, source, record)
            ]
            if record and code in codes:
                reason = self.env._("mapped from %s", record.display_name)
                break
        values = {"code": code, "reason": reason}
        if element == "FINANCIALENTITY":
            return [self.env._("Bank account %(code)s: %(reason)s", **values)]
        return [self.env._("Account %(code)s: %(reason)s", **values)]

    # ------------------------------------------------------------------
    # Failures
    # ------------------------------------------------------------------
    @api.model
    def _tell_failures(self, ctx):
        events = (
            self.env["intacct.sync.event"]
            .search(
                [
                    ("backend_id", "=", ctx.backend.id),
                    ("state", "=", "open"),
                    ("level", "=", "error"),
                    ("last_run_id", "=", ctx.run.id),
                    ("intacct_object", "in", list(OPERATION_FIELDS)),
                ],
                order="id",
            )
            .filtered(lambda event: event.told != event.message)
        )
        self._log(
            [
                (
                    event._fix_record(),
                    self.env._("Not in step with Sage Intacct. %s", event.message),
                )
                for event in events
            ]
        )
        for event in events:
            event.told = event.message
