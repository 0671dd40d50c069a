from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from psycopg2 import OperationalError

from .intacct_status import THERE

USER = "intacct_connector.group_intacct_user"
# Statuses in which there may be something to send.
SENDABLE = ("not_in", "waiting", "failed", "changed")
# Refusals that a message names; the rest is counted.
NAMED_REFUSALS = 10


class IntacctSendable(models.AbstractModel):
    """Documents, payments and customers that people send to Intacct by a button."""

    _name = "intacct.sendable"
    _inherit = "intacct.status"
    _description = "Can Be Sent to Sage Intacct"

    intacct_record_url = fields.Char(
        string="Address in Intacct", compute="_compute_intacct_record_url"
    )

    intacct_event_id = fields.Many2one(
        "intacct.sync.event",
        string="Failure",
        compute="_compute_intacct_problem",
        compute_sudo=True,
    )
    intacct_problem = fields.Text(
        string="Problem with Sage Intacct",
        compute="_compute_intacct_problem",
        compute_sudo=True,
    )
    intacct_fix_label = fields.Char(
        string="What Mends It", compute="_compute_intacct_fix_label"
    )
    intacct_send_at = fields.Datetime(
        string="Leaves for Intacct",
        compute="_compute_intacct_sending",
        compute_sudo=True,
    )
    intacct_can_send = fields.Boolean(
        string="Can Be Sent to Intacct",
        compute="_compute_intacct_sending",
        compute_sudo=True,
    )

    # ------------------------------------------------------------------
    # What holds it, and when it leaves
    # ------------------------------------------------------------------
    def _compute_intacct_problem(self):
        """What keeps a record from Intacct, and what to do about it."""
        events = self.env["intacct.sync.event"].search(
            [
                ("intacct_object", "=", self._name),
                ("recordno", "in", [str(key) for key in self._origin.ids]),
                ("state", "=", "open"),
            ]
        )
        by_record = {event.recordno: event for event in events}
        for record in self:
            event = by_record.get(str(record._origin.id), events.browse())
            record.intacct_event_id = event
            record.intacct_problem = "\n".join(
                text for text in (event.message, event.advice) if text
            )

    @api.depends_context("uid", "lang")
    def _compute_intacct_fix_label(self):
        for record in self:
            event = record.sudo().intacct_event_id.with_env(self.env)
            # Retry has a button of its own.
            other = event.sudo().rule_id.action not in (False, "retry")
            allowed = other and self.env.user.has_group(USER)
            record.intacct_fix_label = allowed and event.fix_label

    @api.depends("intacct_request_ids.send_at", "intacct_status")
    def _compute_intacct_sending(self):
        for record in self:
            waiting = record.intacct_request_ids.filtered(lambda item: not item.run_id)
            record.intacct_send_at = min(waiting.mapped("send_at"), default=False)
            record.intacct_can_send = bool(
                record.intacct_status in SENDABLE
                and record._intacct_refuses_sending(record._intacct_backend()) is None
            )

    def action_intacct_fix(self):
        """The one click that mends what holds it."""
        self.ensure_one()
        self._check_may_send()
        event = self.sudo().intacct_event_id.with_env(self.env)
        if not event:
            raise UserError(
                self.env._("%s: nothing holds it any more.", self.display_name)
            )
        return event.action_fix()

    # ------------------------------------------------------------------
    # Its record in Intacct
    # ------------------------------------------------------------------
    def _intacct_main_binding(self):
        """The link that stands for the record: what is gone or left alone comes
        last; the document itself first, what was applied to it later."""
        self.ensure_one()
        return (
            self.sudo()
            .intacct_binding_ids.sorted(
                lambda binding: (binding.sync_state not in THERE, binding.id)
            )
            .filtered(lambda binding: binding.sync_state != "proposed")[:1]
        )

    @api.depends("intacct_binding_ids.record_url", "intacct_binding_ids.sync_state")
    def _compute_intacct_record_url(self):
        for record in self:
            url = record._intacct_main_binding().record_url or ""
            record.intacct_record_url = url.startswith("https://") and url

    def action_open_in_intacct(self):
        """Its page in Intacct in a new tab; without an address, what is known of it."""
        self.ensure_one()
        self.check_access("read")
        if not self.intacct_record_url:
            return self._intacct_main_binding().with_env(self.env)._open_form()
        return {
            "type": "ir.actions.act_url",
            "url": self.intacct_record_url,
            "target": "new",
        }

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------
    def _check_may_send(self):
        if not self.env.user.has_group(USER):
            raise AccessError(
                self.env._("Only Sage Intacct users send documents to Intacct.")
            )
        self.check_access("read")

    def action_intacct_send_now(self):
        """Sends without waiting, with auto-sync off too; the connection's job does
        it."""
        self._check_may_send()
        return self._intacct_for_each(
            lambda record: record._intacct_ask_to_send(),
            self.env._("On the way to Sage Intacct"),
        )

    def action_intacct_retry(self):
        """Sends again what was refused, now that its cause is mended."""
        self._check_may_send()
        return self._intacct_for_each(
            lambda record: record._intacct_retry(), self.env._("Tried again")
        )

    def _intacct_ask_to_send(self):
        """:raises UserError: there is nothing to send, or nowhere"""
        self.ensure_one()
        backend = self._intacct_backend()
        if why := self._intacct_refuses_sending(backend):
            raise UserError(
                self.env._("%(document)s: %(why)s", document=self.display_name, why=why)
            )
        self._intacct_failed_operations().write({"state": "superseded"})
        self.sudo().intacct_request_ids.filtered(
            lambda request: not request.run_id
        ).unlink()
        self.env["intacct.send.request"]._add(
            backend, self, fields.Datetime.now(), asked=True
        )

    def _intacct_retry(self):
        self.ensure_one()
        if self.intacct_status != "failed":
            raise UserError(
                self.env._(
                    "%s: nothing of it has failed, so there is nothing to try again.",
                    self.display_name,
                )
            )
        self._intacct_ask_to_send()

    def _intacct_failed_operations(self):
        return self._intacct_own_operations().filtered(
            lambda operation: operation.state == "failed"
        )

    def _intacct_own_operations(self):
        """Operations that are about the records themselves."""
        actions = self._intacct_own_actions()
        return self.sudo().intacct_operation_ids.filtered(
            lambda operation: not actions or operation.action in actions
        )

    def _intacct_refuses_sending(self, backend):
        """Why it cannot be sent now, and what to do about it.

        :rtype: str | None
        """
        self.ensure_one()
        if not backend:
            return self.env._(
                "its company has no connection to Sage Intacct. Create one under "
                "Configuration > Sage Intacct Connections."
            )
        if backend.state != "connected":
            return self.env._(
                "the connection “%s” is not ready. Open it and connect it again.",
                backend.name,
            )
        if not backend._exports():
            return self.env._(
                "the connection “%s” sends nothing. Set a date under Export From on "
                "its tab To Intacct.",
                backend.name,
            )
        if missing := backend._missing_setup():
            return self.env._(
                "choose %(missing)s on the connection “%(name)s” first.",
                missing=", ".join(missing),
                name=backend.name,
            )
        if not self._intacct_may_leave(backend) and not (
            self._intacct_failed_operations()
        ):
            return self._intacct_why_not()
        return None

    def _intacct_may_leave(self, backend):
        """Hook: whether there is something of it to send.

        :rtype: bool
        """
        raise NotImplementedError

    def _intacct_why_not(self):
        """What keeps a record here for which there is nothing to send.

        :rtype: str
        """
        if self.intacct_status == "waiting":
            return self.env._("it is on its way already.")
        if self.intacct_status in ("in", "changed"):
            return self.env._("it is in Intacct already, as it is here.")
        if self.intacct_status == "ignored":
            return self.env._("it stays out of Intacct. Choose Send After All first.")
        if self.intacct_status == "gone":
            return self.env._("its record in Intacct is gone. Choose Send Again.")
        return self.env._("Intacct takes only posted documents and their payments.")

    # ------------------------------------------------------------------
    # One and many
    # ------------------------------------------------------------------
    def _intacct_for_each(self, act, done_title):
        """Does something with each record. One that refuses harms no other: the
        message says how many were done, and which were not and why.

        :param act: takes one record; raises UserError if it cannot be done
        :param str done_title: heading of the message when all went well
        :raises UserError: there is one record only, and it refuses
        """
        refused = []
        if len(self) == 1:
            act(self)
        else:
            refused = self._intacct_try_each(self, act)
        return self._intacct_result(len(self) - len(refused), refused, done_title)

    @api.model
    def _intacct_try_each(self, records, act):
        """:return: what each record said that refused, its name first
        :rtype: list[str]
        """
        refused = []
        for record in records:
            name = record.display_name
            try:
                with self.env.cr.savepoint():
                    act(record)
            except OperationalError:
                raise
            except UserError as error:
                text = str(error)
                refused.append(text if text.startswith(name) else f"{name}: {text}")
        return refused

    @api.model
    def _intacct_result(self, done, refused, done_title):
        """The message after a button.

        :param int done: how many records went well
        :param list[str] refused: what the others said
        """
        lines = [self.env._("%s done.", done)]
        if refused:
            lines = [
                self.env._(
                    "%(done)s done, %(refused)s not:", done=done, refused=len(refused)
                ),
                *(f"• {text}" for text in refused[:NAMED_REFUSALS]),
            ]
            if more := refused[NAMED_REFUSALS:]:
                lines.append(self.env._("… and %s more.", len(more)))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Not all was done") if refused else done_title,
                "message": "\n".join(lines),
                "type": "warning" if refused else "success",
                "sticky": bool(refused),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
