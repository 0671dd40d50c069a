from collections import defaultdict
from datetime import timedelta

from markupsafe import Markup, escape
from odoo import api, fields, models

from .intacct_fixable import DECISIONS

ACTIVITY = "intacct_connector.mail_activity_failure"
DIGEST_DAYS = {"daily": 1, "weekly": 7}
# Documents that an activity or a mail names for each cause.
NAMED_DOCUMENTS = 5


class IntacctBackend(models.Model):
    """Who is told that something needs a person, and how often."""

    _inherit = "intacct.backend"

    digest = fields.Selection(
        [
            ("never", "Never"),
            ("daily", "At most once a day"),
            ("weekly", "At most once a week"),
        ],
        string="Mail About New Failures",
        default="daily",
        required=True,
        help="To the responsible, and only if something new needs a person.",
    )
    digest_sent_at = fields.Datetime(readonly=True, copy=False)
    told_causes = fields.Json(
        readonly=True,
        copy=False,
        help="Activity for each cause that the responsible was told of.",
    )

    def _tell_people(self):
        """Activities and mail about what the sync left open."""
        for backend in self:
            backend = backend.with_context(lang=backend.user_id.lang)
            failures = backend._failures_for_people()
            backend._update_activities(failures)
            backend._send_digest(failures)

    def _failures_for_people(self):
        """Open failures that a person has to mend or decide, by cause. The
        connection itself has an activity of its own.

        :rtype: dict[str, recordset]
        """
        self.ensure_one()
        events = self.env["intacct.sync.event"].search(
            [
                ("backend_id", "=", self.id),
                ("state", "=", "open"),
                ("intacct_object", "!=", "connection"),
                "|",
                ("level", "=", "error"),
                ("rule_id.action", "in", ["proposals", *DECISIONS]),
            ],
            order="id",
        )
        by_cause = defaultdict(self.env["intacct.sync.event"].browse)
        for event in events.filtered(lambda item: not item.waits_for_period):
            by_cause[(event.cause or "").partition(":")[0]] |= event
        return by_cause

    # ------------------------------------------------------------------
    # Activities
    # ------------------------------------------------------------------
    def _update_activities(self, failures):
        """One for each cause. It is made once, whoever closes it, and closes itself
        when the cause is gone."""
        told = dict(self.told_causes or {})
        activities = self.env["mail.activity"]
        for cause in set(told) - set(failures):
            activities.browse(told.pop(cause)).exists().unlink()
        for cause, events in failures.items():
            if cause not in told:
                told[cause] = self._schedule_for(events).id
            else:
                activity = activities.browse(told[cause]).exists()
                note = self._describe(events)
                if activity and activity.note != note:
                    activity.note = note
        if told != (self.told_causes or {}):
            self.told_causes = told

    def _schedule_for(self, events):
        return self.activity_schedule(
            ACTIVITY,
            user_id=(self.user_id or self.env.ref("base.user_admin")).id,
            summary=events[0].rule_id.name or events[0].cause,
            note=self._describe(events),
        )

    @api.model
    def _describe(self, events):
        """The messages of failures with the same cause.

        :rtype: Markup
        """
        items = Markup("").join(
            Markup("<li>%s</li>") % event.message for event in events[:NAMED_DOCUMENTS]
        )
        rest = len(events) - NAMED_DOCUMENTS
        if rest > 0:
            items += Markup("<li>%s</li>") % self.env._("and %s more", rest)
        advice = escape(events[0].advice or "")
        return Markup("<ul>%s</ul><p>%s</p>") % (items, advice)

    # ------------------------------------------------------------------
    # Mail
    # ------------------------------------------------------------------
    def _send_digest(self, failures):
        """A mail, if something is new and the last one is long enough ago."""
        if self.digest not in DIGEST_DAYS or not self.user_id.email:
            return
        now = fields.Datetime.now()
        last = self.digest_sent_at
        if last and last > now - timedelta(days=DIGEST_DAYS[self.digest]):
            return
        new = any(
            not last or event.create_date > last
            for events in failures.values()
            for event in events
        )
        if not new:
            return
        self.digest_sent_at = now
        count = sum(map(len, failures.values()))
        self.env["mail.mail"].sudo().create(
            {
                "subject": self.env._(
                    "%(connection)s: %(count)s documents need you",
                    connection=self.name,
                    count=count,
                ),
                "email_from": self.company_id.email_formatted
                or self.env.user.email_formatted,
                "email_to": self.user_id.email_formatted,
                "body_html": self._digest_body(failures),
                "auto_delete": True,
            }
        )

    def _digest_body(self, failures):
        parts = [
            Markup("<h3>%s</h3>%s")
            % (events[0].rule_id.name or cause, self._describe(events))
            for cause, events in failures.items()
        ]
        link = Markup('<p><a href="%s/odoo/intacct-failures">%s</a></p>') % (
            self.get_base_url(),
            self.env._("Open the failures"),
        )
        return Markup("").join([*parts, link])
