"""Who is told of failures: an activity a cause, a mail a day, else nothing."""

from datetime import timedelta

from odoo.fields import Datetime

from .common import ErrorCase


class TestTelling(ErrorCase):
    def setUp(self):
        super().setUp()
        self.backend.user_id = self.manager
        self.manager.email = "manager@example.com"

    def activities(self):
        kind = self.env.ref("intacct_connector.mail_activity_failure")
        return self.backend.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    def mails(self):
        return self.env["mail.mail"].search(
            [("email_to", "ilike", "manager@example.com")]
        )

    def fail_numbers(self):
        """Invoices whose numbers are too long."""
        for letter in "XY":
            invoice = self.sold()
            invoice.button_draft()
            invoice.name = letter * 50
            invoice.action_post()

    def test_one_activity_a_cause_that_names_the_documents(self):
        self.fail_numbers()
        self.sync("errors")
        activity = self.activities()
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("X" * 50, activity.note)
        self.assertIn("Y" * 50, activity.note)
        self.sync("errors")
        self.assertEqual(self.activities(), activity)

    def test_another_cause_has_its_own(self):
        self.fail_numbers()
        self.sync("errors")
        self.payment_that_nobody_maps()
        self.sync("errors")
        self.assertEqual(len(self.activities()), 2)

    def payment_that_nobody_maps(self):
        self.backend.write({"advance_hours": 0, "advance_reference_id": False})
        self.payment(80)

    def test_it_closes_itself_when_the_cause_is_gone(self):
        self.fail_numbers()
        self.sync("errors")
        for event in self.events(state="open"):
            self.decide("ignore", event._fix_record())
        self.assertTrue(self.activities())
        self.follow()
        self.assertFalse(self.activities())

    def test_one_that_a_person_closed_does_not_come_back(self):
        self.fail_numbers()
        self.sync("errors")
        self.activities().action_done()
        self.sync("errors")
        self.assertFalse(self.activities())

    def test_a_mail_at_most_daily_and_only_for_what_is_new(self):
        self.sync()
        self.assertFalse(self.mails())
        self.fail_numbers()
        self.sync("errors")
        (mail,) = self.mails()
        self.assertIn("X" * 50, mail.body_html)
        self.assertIn("intacct-failures", mail.body_html)
        self.payment_that_nobody_maps()
        self.sync("errors")
        self.assertEqual(len(self.mails()), 1, "It is the same day")
        self.backend.digest_sent_at = Datetime.now() - timedelta(days=1, minutes=1)
        self.made_today(self.events(state="open"))
        self.sync("errors")
        self.assertEqual(len(self.mails()), 2)
        self.backend.digest_sent_at = Datetime.now() - timedelta(days=2)
        self.env.cr.execute(
            "UPDATE intacct_sync_event SET create_date = now() - interval '3 days'"
        )
        self.env.invalidate_all()
        self.sync("errors")
        self.assertEqual(len(self.mails()), 2, "Nothing is new")

    def made_today(self, events):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE intacct_sync_event SET create_date = now() WHERE id IN %s",
            [tuple(events.ids)],
        )
        self.env.invalidate_all()

    def test_nobody_who_does_not_want_it_gets_a_mail(self):
        self.backend.digest = "never"
        self.fail_numbers()
        self.sync("errors")
        self.assertFalse(self.mails())
