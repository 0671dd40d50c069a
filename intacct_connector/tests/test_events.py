"""What a sync remembers: events, watermarks, runs."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .model_case import ModelCase

STAMP = datetime(2026, 11, 5, 12)


@tagged("post_install", "-at_install")
class TestEvents(ModelCase):
    def setUp(self):
        super().setUp()
        self.events = self.env["intacct.sync.event"].sudo()
        self.first, self.second = self.new_run(), self.new_run()

    def open_events(self):
        return self.events.search(
            [("backend_id", "=", self.backend.id), ("state", "=", "open")]
        )

    def test_a_record_that_fails_again_has_one_open_event(self):
        event = self.fail_record(self.first)
        again = self.fail_record(
            self.second, message="It has no posting date.", cause="no_date"
        )
        self.assertEqual(again, event)
        self.assertEqual(self.open_events(), event)
        self.assertEqual(event.message, "INV-7: It has no posting date.")
        self.assertEqual(event.cause, "no_date")
        self.assertEqual((event.run_id, event.last_run_id), (self.first, self.second))

    def test_the_database_keeps_a_second_one_out(self):
        event = self.fail_record(self.first)
        (values,) = event.copy_data()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.events.create({**values, "state": "open"})
            self.env.flush_all()

    def test_other_records_have_events_of_their_own(self):
        invoice = self.fail_record(self.first)
        self.fail_record(self.first, recordno="8")
        self.events._fail(self.first, "documents", "ARADJUSTMENT", "7", "No lines.")
        other = self.new_backend(name="Second", intacct_company="OTHER")
        self.fail_record(self.new_run(other))
        self.assertEqual(len(self.open_events()), 3)
        self.assertIn(invoice, self.open_events())

    def test_a_record_that_fails_after_it_was_mended_has_a_new_event(self):
        event = self.fail_record(self.first, payload={"row": {}})
        self.events._resolve(self.backend, "ARINVOICE", ["7"])
        self.assertEqual(event.state, "resolved")
        self.assertFalse(event.payload)
        again = self.fail_record(self.second)
        self.assertNotEqual(again, event)
        self.assertEqual(self.open_events(), again)

    def test_resolving_one_leaves_the_others(self):
        self.fail_record(self.first)
        other = self.fail_record(self.first, recordno="8")
        self.events._resolve(self.backend, "ARINVOICE", ["7"])
        self.assertEqual(self.open_events(), other)

    def test_an_unchanged_failure_costs_no_write_but_who_tried_last(self):
        event = self.fail_record(self.first)
        self.env.flush_all()
        # It is looked for twice: whether it waits for a period is asked first.
        with self.assertQueryCount(2):
            self.fail_record(self.first)
            self.env.flush_all()
        self.assertEqual(self.open_events(), event)

    def test_a_note_needs_nobody(self):
        note = self.events._note(self.first, "documents", "Odoo's value was kept.")
        self.assertEqual((note.state, note.level), ("done", "info"))
        self.assertFalse(self.open_events())

    def test_the_failures_of_a_run_are_those_it_met(self):
        event = self.fail_record(self.first)
        self.fail_record(self.second)
        self.assertEqual(self.second.failure_ids, event)
        self.assertFalse(self.first.failure_ids)

    def test_open_failures_are_counted_warnings_are_not(self):
        self.fail_record(self.first)
        self.fail_record(self.first, recordno="8", level="warning")
        self.assertEqual(self.backend.open_failure_count, 1)

    def test_retry_starts_a_sync(self):
        (self.first | self.second).state = "done"
        event = self.fail_record(self.first)
        event.with_user(self.person("user")).action_retry()
        queued = self.backend.run_ids.filtered(lambda run: run.state == "queued")
        self.assertEqual(len(queued), 1)


@tagged("post_install", "-at_install")
class TestWatermarks(ModelCase):
    def setUp(self):
        super().setUp()
        self.watermarks = self.env["intacct.watermark"].sudo()
        self.backend.overlap_minutes = 90

    def value(self, intacct_object="ARINVOICE"):
        return self.watermarks.search(
            [
                ("backend_id", "=", self.backend.id),
                ("intacct_object", "=", intacct_object),
            ]
        ).value

    def advance(self, value):
        self.watermarks._advance(self.backend, "ARINVOICE", value)

    def test_nothing_read_yet(self):
        self.assertIsNone(self.watermarks._get(self.backend, "ARINVOICE"))

    def test_it_goes_forward(self):
        self.advance(STAMP)
        self.advance(STAMP + timedelta(seconds=1))
        self.assertEqual(self.value(), STAMP + timedelta(seconds=1))

    def test_it_never_goes_back_by_itself(self):
        self.advance(STAMP)
        for value in (STAMP - timedelta(days=1), STAMP, None, False):
            self.advance(value)
            self.assertEqual(self.value(), STAMP)

    def test_the_next_sync_looks_back_from_it(self):
        self.advance(STAMP)
        since = self.watermarks._get(self.backend, "ARINVOICE")
        self.assertEqual(since, STAMP - timedelta(minutes=90))

    def test_each_object_and_connection_has_its_own(self):
        self.advance(STAMP)
        other = self.new_backend(name="Second", intacct_company="OTHER")
        self.assertIsNone(self.watermarks._get(self.backend, "ARPYMT"))
        self.assertIsNone(self.watermarks._get(other, "ARINVOICE"))

    def test_a_clock_that_was_set_reads_more_again_for_all_objects(self):
        self.advance(STAMP)
        self.watermarks._advance(self.backend, "ARPYMT", STAMP)
        self.watermarks._step_back(self.backend, 1.5)
        expected = STAMP - timedelta(hours=1, minutes=30)
        self.assertEqual((self.value(), self.value("ARPYMT")), (expected, expected))


@tagged("post_install", "-at_install")
class TestRuns(ModelCase):
    def test_its_steps_follow_from_what_it_is_about(self):
        flows = self.new_run(scope="customers").step_ids.mapped("flow")
        self.assertEqual(flows, ["customers"])
        flows = self.new_run().step_ids.mapped("flow")
        self.assertEqual(flows[:3], ["customers", "documents", "payments"])
        self.assertEqual(flows[-1], "compare")

    def test_it_adds_up_what_its_steps_did(self):
        run = self.new_run()
        run.step_ids[0]._count(read=5, created=3, failed=1)
        run.step_ids[1]._count(read=7, updated=2)
        run.step_ids[1]._count(read=1)
        self.assertEqual(
            (run.read_count, run.created_count, run.updated_count, run.failed_count),
            (13, 3, 2, 1),
        )

    def test_progress_runs_from_nothing_to_all(self):
        run = self.new_run(scope="customers")
        seen = [run.progress]
        run.state = "running"
        for done, total in ((0, 0), (1, 4), (3, 4), (9, 4)):
            run.step_ids.write({"state": "running", "done": done, "total": total})
            seen.append(run.progress)
        run.state = "errors"
        seen.append(run.progress)
        self.assertEqual(seen, [0, 0, 25, 75, 100, 100])

    def test_duration_of_a_run_that_ended(self):
        now = fields.Datetime.now()
        started, ended = (now - timedelta(seconds=age) for age in (100, 58))
        run = self.new_run(started_at=started, ended_at=ended)
        self.assertEqual(run.duration, 42.0)
        self.assertEqual(self.new_run().duration, 0.0)

    def test_the_card_shows_the_last_sync_not_the_last_list(self):
        self.assertFalse(self.backend.last_run_id)
        sync = self.new_run(state="errors", started_at=STAMP)
        self.new_run(scope="lists", state="done")
        self.backend.invalidate_recordset()
        self.assertEqual(self.backend.last_run_id, sync)
        self.assertEqual(self.backend.last_run_state, "errors")
        self.assertEqual(self.backend.last_run_at, STAMP)

    def test_it_shows_what_it_brought(self):
        run = self.new_run()
        move, other = self.imported("1"), self.imported("2")
        self.new_binding(move, "ARINVOICE", "1", run_id=run.id)
        self.new_binding(other, "ARINVOICE", "2", run_id=self.new_run().id)
        action = run.action_open_created()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, move)

    def test_it_shows_the_customers_where_it_was_about_them(self):
        run = self.new_run(scope="customers")
        self.new_binding(self.partner_a, "CUSTOMER", "1", run_id=run.id)
        action = run.action_open_created()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, self.partner_a)

    def test_a_run_of_another_kind_may_wait_beside(self):
        self.assertTrue(self.backend._queue_run("manual"))
        self.assertTrue(self.backend._queue_run("import", "customers"))
        self.assertFalse(self.backend._queue_run("manual"))

    def test_queueing_wakes_the_connection_s_job(self):
        triggers = self.env["ir.cron.trigger"].sudo()
        domain = [("cron_id", "=", self.backend.sudo().cron_id.id)]
        before = triggers.search_count(domain)
        self.backend._queue_run("manual")
        self.assertEqual(triggers.search_count(domain), before + 1)


@tagged("post_install", "-at_install")
class TestSessions(ModelCase):
    def test_old_ones_are_swept(self):
        sessions = self.env["intacct.session"].sudo()
        old = sessions.create({"backend_id": self.backend.id, "token": "old"})
        new = sessions.create(
            {"backend_id": self.backend.id, "entity": "100", "token": "new"}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE intacct_session SET write_date = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(days=3), old.id),
        )
        self.env.invalidate_all()
        sessions._gc_orphans()
        self.assertFalse(old.exists())
        self.assertTrue(new.exists())

    def test_disconnecting_ends_them_and_keeps_every_link(self):
        session = (
            self.env["intacct.session"]
            .sudo()
            .create({"backend_id": self.backend.id, "token": "t"})
        )
        binding = self.new_binding(self.partner_a, "CUSTOMER", "1")
        self.open_auto_sync()
        self.backend.auto_sync = True
        self.backend.action_disconnect()
        self.assertFalse(session.exists())
        self.assertTrue(binding.exists())
        self.assertFalse(self.backend.auto_sync)
        with self.assertRaises(UserError):
            self.backend.action_sync_now()
