"""A copy of the database, neutralised or not, leaves Intacct alone."""

from odoo.exceptions import UserError
from odoo.modules.neutralize import get_neutralization_queries

from .common import SimulatorCase


class TestCopies(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.invoice = self.intacct.invoice()
        self.backend.server_identity = "4711:1:original"
        self.before = len(self.intacct.requests())

    def assert_silent(self):
        self.assertEqual(len(self.intacct.requests()), self.before)

    def test_a_sync_in_a_copy_sends_nothing_and_asks(self):
        run = self.sync(state="failed")

        self.assert_silent()
        self.assertIn("copy", run.message)
        self.assertEqual(self.backend.state, "attention")
        self.assertTrue(self.backend.activity_ids)
        self.assertFalse(self.move(self.invoice))

    def test_auto_sync_in_a_copy_sends_nothing(self):
        self.open_auto_sync()
        self.backend.action_enable_auto_sync()
        self.work()
        self.backend.next_sync = "2020-01-01"
        self.work()

        self.assert_silent()

    def test_connecting_a_copy_is_refused(self):
        with self.assertRaisesRegex(UserError, "copy"):
            self.backend.action_connect()
        self.assert_silent()

    def test_the_identity_names_server_database_and_its_name(self):
        system, oid, name = self.backend._current_identity().split(":")
        self.env.cr.execute(
            "SELECT oid, datname FROM pg_database WHERE datname = current_database()"
        )
        self.assertEqual((int(oid), name), self.env.cr.fetchone())
        self.assertTrue(system)

    def test_a_person_says_that_it_is_the_live_database(self):
        self.sync(state="failed")

        self.backend.action_confirm_database()
        self.sync()

        self.assertTrue(self.move(self.invoice))
        self.assertFalse(self.backend.activity_ids)

    def test_connecting_stores_the_identity(self):
        self.backend.server_identity = False
        self.backend.action_connect()
        self.assertEqual(self.backend.server_identity, self.backend._current_identity())


class TestNeutralize(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.open_auto_sync()
        self.backend.action_enable_auto_sync()
        self.backend._queue_run("manual")
        self.env.flush_all()
        for query in get_neutralization_queries(["intacct_connector"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()

    def test_passwords_and_sessions_are_gone(self):
        backend = self.backend.sudo()
        self.assertFalse(backend.api_password_secret)
        self.assertFalse(backend.sender_password_secret)
        self.assertFalse(self.env["intacct.session"].search([]))

    def test_nothing_runs_by_itself(self):
        self.assertEqual(self.backend.state, "draft")
        self.assertFalse(self.backend.auto_sync)
        self.assertEqual(self.backend.run_ids.mapped("state"), ["failed"])

    def test_the_job_sends_nothing(self):
        before = len(self.intacct.requests())
        self.work()
        self.assertEqual(len(self.intacct.requests()), before)
