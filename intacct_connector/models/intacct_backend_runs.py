from datetime import timedelta

from odoo import fields, models
from odoo.tools.safe_eval import safe_eval

from .intacct_backend import UNDER_WAY


class IntacctBackend(models.Model):
    """What starts a sync, and what becomes of the connection after it."""

    _inherit = "intacct.backend"

    def action_sync_now(self):
        """Queues a sync; the connection's job does it."""
        self._check_user()
        queued = self.browse()
        for backend in self:
            backend._check_ready()
            if backend._queue_run("manual"):
                queued |= backend
        if queued:
            title = self.env._("Sync started")
            message = self.env._("It runs in the background: see Recent Syncs.")
        else:
            title = self.env._("A sync is already under way")
            message = self.env._("No second one was started: see Recent Syncs.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": title,
                "message": message,
                "type": "success" if queued else "warning",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _queue_run(self, trigger, scope="sync", filters=False):
        """Queues a run unless the same one waits or works already.

        :param str trigger: a value of intacct.sync.run.trigger
        :param str scope: a value of intacct.sync.run.scope
        :param dict filters: what is wanted of it, as ImportFilter.as_json() returns it
        :return: the new run, or an empty record set
        """
        self.ensure_one()
        runs = self.env["intacct.sync.run"].sudo()
        # A run that works already may be past what is to be tried again.
        states = ("queued",) if trigger == "retry" else UNDER_WAY
        if self._same_run(scope, filters, states):
            return runs.browse()
        run = runs.create(
            {
                "backend_id": self.id,
                "trigger": trigger,
                "scope": scope,
                "filters": filters,
                "user_id": self.env.uid,
            }
        )
        self.sudo().cron_id._trigger()
        return run

    def _same_run(self, scope, filters=False, states=UNDER_WAY):
        """The run of that scope and filter that is in one of the states, or none."""
        return (
            self.env["intacct.sync.run"]
            .sudo()
            .search(
                [
                    ("backend_id", "=", self.id),
                    ("scope", "=", scope),
                    ("state", "in", states),
                ]
            )
            .filtered(lambda run: (run.filters or False) == filters)[:1]
        )

    def _queue_retry(self):
        """Something that held records up is settled: try them again soon."""
        for backend in self:
            if backend.state == "connected" and not backend._missing_setup():
                backend._queue_run("retry")

    def action_import_customers(self):
        """Queues the import of the entire customer list."""
        self._check_user()
        for backend in self:
            backend._check_ready()
            backend._queue_run("import", scope="customers")
        return self.action_open_runs()

    def action_refresh_lists(self):
        """Queues a fresh read of Intacct's lists (accounts, terms, locations …)."""
        self._check_user()
        for backend in self:
            backend._queue_run("manual", scope="lists")
        return self.action_open_runs()

    def action_enable_auto_sync(self):
        self._check_manager()
        for backend in self:
            backend._check_ready()
            backend.write({"auto_sync": True, "next_sync": fields.Datetime.now()})
            backend.sudo().cron_id._trigger()

    def action_disable_auto_sync(self):
        self._check_manager()
        self.write({"auto_sync": False, "next_sync": False})

    def action_open_runs(self):
        return self._open_list("intacct_connector.intacct_sync_run_action")

    def action_open_failures(self):
        return self._open_list("intacct_connector.intacct_sync_event_action_failures")

    def action_open_proposals(self):
        return self._open_list("intacct_connector.intacct_binding_action_proposed")

    def _open_list(self, xmlid):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        domain = safe_eval(action.get("domain") or "[]", {"uid": self.env.uid})
        action["domain"] = [*domain, ("backend_id", "in", self.ids)]
        return action

    # ------------------------------------------------------------------
    # Schedule and state
    # ------------------------------------------------------------------
    def _queue_if_due(self):
        """Queues the scheduled sync of a connection whose hour has come."""
        self.ensure_one()
        now = fields.Datetime.now()
        if (
            not self.auto_sync
            or self.state != "connected"
            or (self.next_sync and self.next_sync > now)
        ):
            return
        if self._missing_setup():
            return
        self._queue_run("schedule")
        self.next_sync = now + timedelta(minutes=self.sync_interval)

    def _needs_attention(self, message):
        """Stops the connection until a person has looked at it, and tells its
        owner once."""
        self.ensure_one()
        self.write({"state": "attention", "state_message": message})
        activity_type = self.env.ref("intacct_connector.mail_activity_connection")
        if not self.activity_ids.filtered(
            lambda activity: activity.activity_type_id == activity_type
        ):
            self.activity_schedule(
                activity_type_id=activity_type.id,
                user_id=(self.user_id or self.env.ref("base.user_admin")).id,
                note=message,
            )

    def _attention_over(self):
        """Connected again: the activity closes itself."""
        self.ensure_one()
        self.write({"state": "connected", "state_message": False})
        self.activity_unlink(["intacct_connector.mail_activity_connection"])
