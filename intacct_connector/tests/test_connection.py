"""Connections: what they refuse, when they sync, and copies of the database."""

import contextlib
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import config, mute_logger
from psycopg2.errors import CheckViolation, UniqueViolation

from ..models.intacct_backend_connection import server_option
from .gateway_server import all_succeed
from .model_case import ModelCase


@tagged("post_install", "-at_install")
class TestOverlaps(ModelCase):
    """Whatever the way, the refusal says that both would read the same."""

    @contextlib.contextmanager
    def refused(self):
        """The same connection twice meets an index, which holds under race as well;
        the web client is then told what the index says."""
        told = None
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                yield
                self.env.flush_all()
        except ValidationError as refusal:
            told = str(refusal)
        except UniqueViolation as violation:
            told = self.env["intacct.backend"]._sql_error_to_message(violation)
        self.assertIn("the same records", told or "nothing was refused")

    def refuse(self, **values):
        with self.refused():
            self.new_backend(**values)

    def test_the_same_company_twice(self):
        self.refuse(name="Second")

    def test_the_same_company_in_other_letters_and_with_blanks(self):
        self.refuse(name="Second", intacct_company=" acme ")

    def test_an_entity_beside_the_top_level(self):
        self.refuse(name="Entity", entity="100")

    def test_the_top_level_beside_an_entity(self):
        self.backend.entity = "100"
        self.refuse(name="Top level")

    def test_the_same_entity_in_other_letters(self):
        self.backend.entity = "north"
        self.refuse(name="Second", entity="North")

    def test_a_connection_of_a_company_that_one_does_not_see(self):
        other = self.other_company()
        manager = self.person("manager", company=other)
        with self.refused():
            self.remote(
                manager,
                "intacct.backend",
                "create",
                {"intacct_company": "ACME", "api_user": "robot"},
            )

    def test_a_change_that_makes_two_overlap(self):
        second = self.new_backend(name="Second", intacct_company="OTHER")
        with self.refused():
            second.intacct_company = "Acme"

    def test_two_entities_and_other_companies_get_along(self):
        self.backend.entity = "100"
        self.new_backend(name="Entity", entity="200")
        self.new_backend(name="Other company", intacct_company="OTHER")

    def test_an_archived_one_makes_room_and_cannot_come_back(self):
        self.backend.active = False
        self.new_backend(name="Second")
        with self.refused():
            self.backend.active = True

    def test_an_underscore_is_no_wildcard(self):
        self.backend.intacct_company = "AC_E"
        self.new_backend(name="Second", intacct_company="ACME")
        self.new_backend(name="Third", intacct_company="A%")


@tagged("post_install", "-at_install")
class TestConnection(ModelCase):
    def test_minutes_between_syncs(self):
        for values in ({"sync_interval": 4}, {"overlap_minutes": -1}):
            with self.subTest(values=values), mute_logger("odoo.sql_db"):
                with self.assertRaises(CheckViolation), self.env.cr.savepoint():
                    self.backend.write(values)
                    self.backend.flush_recordset()
        self.backend.write({"sync_interval": 5, "overlap_minutes": 0})
        self.backend.flush_recordset()

    def test_how_imports_are_booked_freezes_with_the_first_document(self):
        self.backend.import_policy = "mapped"
        self.backend.import_policy = "clearing"
        self.new_binding(self.partner_a, "CUSTOMER", "1")
        self.backend.import_policy = "mapped"
        self.new_binding(self.imported(), "ARINVOICE", "5")
        with self.assertRaisesRegex(ValidationError, "imported already"):
            self.backend.import_policy = "clearing"

    def test_with_links_it_is_archived_not_deleted(self):
        self.new_binding(self.partner_a, "CUSTOMER", "1")
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.backend.unlink()

    def test_its_job_goes_with_it(self):
        backend = self.new_backend(name="Second", intacct_company="OTHER")
        job = backend.cron_id
        self.assertTrue(job.active)
        backend.unlink()
        self.assertFalse(job.exists())

    def test_what_is_missing_is_named_at_once(self):
        self.backend.write({"item_reference_id": False, "has_entities": True})
        with self.assertRaises(UserError) as refusal:
            self.backend.action_sync_now()
        for label in ("Default Item Account", "Default Location"):
            self.assertIn(label, str(refusal.exception))
            self.assertIn(label, self.backend.setup_missing)
        self.assertNotIn("Undeposited", str(refusal.exception))
        self.assertFalse(self.backend.run_ids)

    def test_an_entity_of_its_own_needs_no_location(self):
        self.backend.write({"has_entities": True, "entity": "100"})
        self.assertFalse(self.backend.setup_missing)

    def test_not_connected_means_no_sync(self):
        self.backend.action_disconnect()
        with self.assertRaisesRegex(UserError, "press Connect"):
            self.backend.action_sync_now()
        with self.assertRaisesRegex(UserError, "press Connect"):
            self.backend.action_enable_auto_sync()

    def test_a_second_click_starts_no_second_sync(self):
        first = self.backend.action_sync_now()
        second = self.backend.action_sync_now()
        self.assertEqual(first["params"]["type"], "success")
        self.assertEqual(second["params"]["type"], "warning")
        self.assertEqual(len(self.backend.run_ids), 1)

    def test_off_means_off(self):
        self.backend.next_sync = fields.Datetime.now() - timedelta(hours=1)
        self.backend._queue_if_due()
        self.assertFalse(self.backend.run_ids)

    def test_auto_sync_runs_when_its_time_has_come_and_then_waits(self):
        self.open_auto_sync()
        self.backend.action_enable_auto_sync()
        self.backend._queue_if_due()
        run = self.backend.run_ids
        self.assertEqual((len(run), run.trigger), (1, "schedule"))
        run.sudo().state = "done"
        self.backend._queue_if_due()
        self.assertEqual(self.backend.run_ids, run)
        self.assertAlmostEqual(
            self.backend.next_sync,
            fields.Datetime.now() + timedelta(minutes=60),
            delta=timedelta(minutes=1),
        )

    def test_auto_sync_waits_while_the_connection_needs_a_person(self):
        self.open_auto_sync()
        self.backend.action_enable_auto_sync()
        self.backend._needs_attention("The password was refused.")
        self.backend._queue_if_due()
        self.assertFalse(self.backend.run_ids)

    def test_one_activity_for_the_responsible_that_closes_itself(self):
        self.backend._needs_attention("The password was refused.")
        self.backend._needs_attention("The password was refused again.")
        activity = self.backend.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.backend.user_id)
        self.backend._attention_over()
        self.assertFalse(self.backend.activity_ids)
        self.assertEqual(self.backend.state, "connected")

    def test_accounts_and_journal_of_its_own(self):
        clearing = self.backend.clearing_account_id
        settled = self.backend.settled_account_id
        self.assertNotEqual(clearing, settled)
        for account in (clearing, settled):
            self.assertEqual(account.account_type, "asset_current")
            self.assertTrue(account.reconcile)
            self.assertFalse(account.tax_ids)
        journal = self.backend.settlement_journal_id
        self.assertEqual(journal.intacct_backend_id, self.backend)
        self.backend._set_up_accounts()
        self.assertEqual(self.backend.clearing_account_id, clearing)

    def test_the_gateway_is_chosen_by_the_server_alone(self):
        with patch.dict(config.options, {"intacct_gateway_url": "https://conf/"}):
            with patch.dict("os.environ"):
                self.assertEqual(server_option("intacct_gateway_url"), "https://conf/")
            with patch.dict("os.environ", {"INTACCT_GATEWAY_URL": "https://env/"}):
                self.assertEqual(server_option("intacct_gateway_url"), "https://env/")

    def test_a_default_sender_comes_from_the_server(self):
        self.backend.sender_code = False
        with patch.dict("os.environ", {"INTACCT_SENDER_ID": "house"}):
            self.assertEqual(self.backend.sender_effective, "house")

    def test_what_is_missing_to_sign_in_is_named(self):
        backend = self.env["intacct.backend"].create(
            {"intacct_company": "OTHER", "api_user": "robot"}
        )
        with self.assertRaises(UserError) as refusal:
            backend.action_connect()
        for label in ("Sender ID", "Sender Password", "Password"):
            self.assertIn(label, str(refusal.exception))


@tagged("post_install", "-at_install")
class TestCopies(ModelCase):
    """A copy of the database must not work for the same Intacct company."""

    def setUp(self):
        super().setUp()
        self.backend.sudo().server_identity = self.backend._current_identity()

    def work(self):
        """The connection's job, with a sync queued; returns the run and what
        reached Intacct."""
        run = self.backend._queue_run("manual", "lists")
        with self.gateway_server(*[all_succeed] * 20) as server:
            with self.enter_registry_test_mode():
                outcome = self.backend.sudo().cron_id.method_direct_trigger()
        self.assertIs(outcome, True)
        return run, server.received

    def become_a_copy(self):
        self.backend.sudo().server_identity = "1:2:the-original"

    def test_the_original_talks_to_intacct(self):
        _run, received = self.work()
        self.assertTrue(received)
        self.assertNotEqual(self.backend.state, "attention")

    def test_a_copy_sends_nothing_and_asks(self):
        self.become_a_copy()
        self.assertTrue(self.backend.is_copy)
        run, received = self.work()
        self.assertEqual(received, [])
        self.assertEqual(run.state, "failed")
        self.assertEqual(self.backend.state, "attention")
        self.assertIn("copy", self.backend.state_message)
        self.assertEqual(len(self.backend.activity_ids), 1)

    def test_connect_does_not_make_a_copy_the_original_by_the_way(self):
        self.become_a_copy()
        with self.gateway_server() as server:
            with self.assertRaisesRegex(UserError, "copy"):
                self.backend.action_connect()
        self.assertEqual(server.received, [])

    def test_a_person_can_decide_that_this_is_the_live_database(self):
        self.become_a_copy()
        self.work()
        self.backend.action_confirm_database()
        self.assertEqual(self.backend.state, "connected")
        self.assertFalse(self.backend.is_copy)
        self.assertFalse(self.backend.activity_ids)
        self.assertIn("live database", self.backend.message_ids[0].body)
        _run, received = self.work()
        self.assertTrue(received)

    def test_name_oid_and_server_each_make_another_database(self):
        system, oid, name = self.backend._current_identity().split(":")
        for identity in (
            f"{system}:{oid}:{name}-copy",
            f"{system}:{int(oid) + 1}:{name}",
            f"0:{oid}:{name}",
        ):
            self.backend.sudo().server_identity = identity
            self.assertFalse(self.backend._is_original_database(), identity)
