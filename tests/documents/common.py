"""Documents of Odoo under auto-sync, beside a simulated Intacct."""

from datetime import timedelta

from odoo.fields import Datetime

from tests.exports.common import ExportCase


class AutoSyncCase(ExportCase):
    """Auto-sync is on and its next sync is a day away: what leaves leaves by itself.

    ``self.sends`` are the entries of Recent Syncs for single documents.
    """

    auto_sync = True

    def setUp(self):
        super().setUp()
        # The way to it is tested with the preview.
        self.env["intacct.preview"].create(
            {
                "backend_id": self.backend.id,
                "identity": self.backend._identity_key(),
                "accepted_at": Datetime.now(),
            }
        )
        self.backend.write(
            {
                "auto_sync": self.auto_sync,
                "next_sync": Datetime.now() + timedelta(days=1),
                "send_delay": 10,
            }
        )

    @property
    def sends(self):
        return self.env["intacct.sync.run"].search([("scope", "=", "send")])

    @property
    def triggers(self):
        """When the connection's job was asked to start."""
        return (
            self.env["ir.cron.trigger"]
            .search([("cron_id", "=", self.backend.cron_id.id)])
            .mapped("call_at")
        )

    def minutes_pass(self, minutes=11):
        """Everything that was posted and queued is older now."""
        past = timedelta(minutes=minutes)
        for model, field in (
            ("account.move", "intacct_posted_at"),
            ("account.payment", "intacct_posted_at"),
            ("intacct.send.request", "send_at"),
        ):
            for record in self.env[model].search([(field, "!=", False)]):
                record[field] -= past

    def pay(self, *moves, date="2026-11-15", **values):
        """One payment of these documents, registered as people do."""
        return (
            self.env["account.payment.register"]
            .with_context(
                active_model="account.move", active_ids=[move.id for move in moves]
            )
            .create({"payment_date": date, "group_payment": True, **values})
            ._create_payments()
        )

    def receipts(self):
        """Receipts that Intacct has."""
        return self.intacct.rows("ARPYMT")
