from odoo import fields, models

from .intacct_sync_run_retention import ENDED_STATES

# What whoever started an import is told when it has ended.
ENDED_MESSAGE = "intacct_import_ended"
# Failures that the mail names; the page has all of them.
MOST_FAILURES = 50
# What is counted in an import, by scope.
COUNTED_STEPS = {"customers": ("customers",), "invoices": ("documents", "payments")}


class IntacctSyncRun(models.Model):
    """Imports that a person started: what was wanted, and the news when it ends."""

    _inherit = "intacct.sync.run"

    filters = fields.Json(help="What was chosen of an import; empty is everything.")
    filter_summary = fields.Char(
        string="Chosen", compute="_compute_filter_summary", help="Empty is everything."
    )

    def _is_partial(self):
        """Whether it reads less than everything: what it did not read is not known
        to be in step."""
        self.ensure_one()
        return self.scope == "invoices" or bool(self.filters)

    def _compute_filter_summary(self):
        for run in self:
            values = run.filters or {}
            parts = [
                self.env._("customers %s", ", ".join(values.get("customers") or [])),
                self.env._("from %s", values.get("first")),
                self.env._("to %s", values.get("last")),
                self.env._("entity %s", values.get("entity")),
            ]
            names = ("customers", "first", "last", "entity")
            run.filter_summary = ", ".join(
                part
                for name, part in zip(names, parts, strict=True)
                if values.get(name)
            )

    def write(self, vals):
        ending = self.browse()
        if vals.get("state") in ENDED_STATES:
            ending = self.filtered(
                lambda run: run.trigger == "import" and run.state not in ENDED_STATES
            )
        result = super().write(vals)
        for run in ending:
            run._tell_starter()
        return result

    # ------------------------------------------------------------------
    # News for whoever started it
    # ------------------------------------------------------------------
    def _tell_starter(self):
        """A notice on the page, and a mail that is there when they come back. Both
        leave with the commit that ends the run: never twice, never without it."""
        self.ensure_one()
        user = self.user_id
        if not user:
            return
        run = self.with_context(lang=user.lang, tz=user.tz)
        user._bus_send(
            ENDED_MESSAGE,
            {
                "id": run.id,
                "title": run._news_title(),
                "message": run._news_summary(),
                "state": run.state,
                "created": run._imported_count(),
            },
        )
        if user.email:
            run._send_news()

    def _imported_count(self):
        """Customers or documents that are new, not what came along with them."""
        flows = COUNTED_STEPS.get(self.scope, ())
        steps = self.step_ids.filtered(lambda step: step.flow in flows)
        return sum(steps.mapped("created_count"))

    def _news_title(self):
        if self.state == "failed":
            return self.env._("The import from Sage Intacct was not finished")
        return self.env._("The import from Sage Intacct is finished")

    def _news_summary(self):
        """One sentence with the counts, or why it was not finished.

        :rtype: str
        """
        counts = {
            "imported": self._imported_count(),
            "failed": len(self._open_failures()),
        }
        if self.scope == "customers":
            text = self.env._(
                "%(imported)s customers imported, %(failed)s failed.", **counts
            )
        else:
            text = self.env._(
                "%(imported)s documents imported, %(failed)s failed.", **counts
            )
        return f"{self.message}\n{text}" if self.state == "failed" else text

    def _open_failures(self):
        return self.failure_ids.filtered(
            lambda event: event.state == "open" and event.intacct_object != "connection"
        )

    def _link(self):
        """The address of this sync's page."""
        return f"{self.get_base_url()}/odoo/intacct-syncs/{self.id}"

    def _send_news(self):
        failures = self._open_failures()
        body = self.env["ir.qweb"]._render(
            "intacct_connector.import_mail",
            {
                "run": self,
                "title": self._news_title(),
                "summary": self._news_summary(),
                "counts": self._news_counts(),
                "failures": failures[:MOST_FAILURES],
                "more": max(len(failures) - MOST_FAILURES, 0),
            },
            minimal_qcontext=True,
        )
        self.env["mail.mail"].sudo().create(
            {
                "subject": f"{self._news_title()}: {self.backend_id.name}",
                "body_html": body,
                "email_from": self.company_id.email_formatted
                or self.user_id.email_formatted,
                "email_to": self.user_id.email_formatted,
                "auto_delete": True,
            }
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _news_counts(self):
        """What the mail tabulates: labels and numbers."""
        steps = self.step_ids.filtered(
            lambda step: step.read_count or step.failed_count
        )
        labels = dict(steps._fields["flow"]._description_selection(self.env))
        return [
            {
                "label": labels[step.flow],
                "created": step.created_count,
                "updated": step.updated_count,
                "unchanged": step.unchanged_count,
                "skipped": step.skipped_count,
                "failed": step.failed_count,
            }
            for step in steps
        ]
