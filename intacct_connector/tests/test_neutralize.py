"""A neutralized copy of the database cannot sign in and starts nothing."""

from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged

from .model_case import API_PASSWORD, ModelCase


@tagged("post_install", "-at_install")
class TestNeutralize(ModelCase):
    def neutralize(self):
        self.env.flush_all()
        queries = list(get_neutralization_queries(["intacct_connector"]))
        self.assertEqual(len(queries), 1)
        self.env.cr.execute(queries[0])
        self.env.invalidate_all()

    def test_passwords_and_sessions_go(self):
        secret = self.backend.sudo()
        self.assertEqual(secret.api_password_secret, API_PASSWORD)
        session = (
            self.env["intacct.session"]
            .sudo()
            .create({"backend_id": self.backend.id, "token": "session-token"})
        )
        self.neutralize()
        self.assertFalse(secret.api_password_secret)
        self.assertFalse(secret.sender_password_secret)
        self.assertNotEqual(self.backend.api_user, "robot")
        self.assertFalse(session.exists())

    def test_no_password_is_left_anywhere_in_the_connection(self):
        self.neutralize()
        self.env.cr.execute(
            "SELECT row_to_json(b)::text FROM intacct_backend b WHERE id = %s",
            (self.backend.id,),
        )
        (row,) = self.env.cr.fetchone()
        self.assertNotIn("open-sesame", row)

    def test_auto_sync_is_off_and_nothing_waits(self):
        self.open_auto_sync()
        self.backend.action_enable_auto_sync()
        queued = self.new_run()
        running = self.new_run(state="running")
        done = self.new_run(state="done")
        self.neutralize()
        self.assertEqual(self.backend.state, "draft")
        self.assertFalse(self.backend.auto_sync)
        self.assertFalse(self.backend.next_sync)
        self.assertEqual((queued + running).mapped("state"), ["failed", "failed"])
        self.assertEqual(done.state, "done")
        self.backend._queue_if_due()
        self.assertFalse(
            self.backend.run_ids.filtered(lambda run: run.state == "queued")
        )
