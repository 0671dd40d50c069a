"""Accounting Sync: what the card tells, who hears of a sync, and how long it stays."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..models.intacct_sync_run_live import run_channel
from .model_case import ModelCase

LONG_AGO = timedelta(days=200)


@tagged("post_install", "-at_install")
class TestCard(ModelCase):
    def setUp(self):
        super().setUp()
        self.open_auto_sync()

    def state(self):
        return self.backend.sync_state

    def test_its_state(self):
        self.assertEqual(self.state(), "ready")
        self.backend.action_enable_auto_sync()
        self.assertEqual(self.state(), "auto")
        self.backend.action_disable_auto_sync()
        self.assertEqual(self.state(), "paused")
        self.backend._needs_attention("Wrong password.")
        self.assertEqual(self.state(), "attention")
        self.backend.action_disconnect()
        self.assertEqual(self.state(), "draft")

    def test_auto_sync_that_cannot_run_is_paused(self):
        self.backend.action_enable_auto_sync()
        self.backend.item_reference_id = False
        self.assertEqual(self.state(), "paused")

    def test_enabled_again_it_is_not_paused_any_more(self):
        self.backend.action_enable_auto_sync()
        self.backend.action_disable_auto_sync()
        self.backend.action_enable_auto_sync()
        self.assertEqual(self.state(), "auto")
        self.assertFalse(self.backend.auto_sync_paused)

    def test_transactions_of_this_month_only(self):
        usage = self.env["intacct.usage"]
        usage._add(self.backend, 2, 5, by_sync=True)
        usage._add(self.backend, 1, 3, by_sync=True)
        usage._add(self.backend, 1, 10)
        last_month = usage._this_month() - timedelta(days=1)
        usage.sudo().create(
            {
                "backend_id": self.backend.id,
                "month": last_month.replace(day=1),
                "api_transactions": 1000,
            }
        )
        self.backend.invalidate_recordset()
        self.assertEqual(self.backend.api_transactions_month, 18)
        self.assertEqual(len(self.backend.usage_ids), 3, "one row for all syncs")

    def test_what_waits_is_counted_and_listed(self):
        run = self.new_run()
        self.fail_record(run, "1")
        waiting = self.fail_record(run, "2", level="warning")
        self.assertEqual(self.backend.waiting_event_count, 1)
        action = self.backend.action_open_waiting_events()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, waiting)

    def test_the_sync_under_way_opens(self):
        self.new_run(state="done")
        self.assertFalse(self.backend.action_open_running()["res_id"])
        run = self.new_run(state="running")
        self.assertEqual(self.backend.action_open_running()["res_id"], run.id)


@tagged("post_install", "-at_install")
class TestLive(ModelCase):
    def channels(self, person):
        return self.env["ir.websocket"].with_user(person)._intacct_run_channels()

    def messages(self):
        self.env.cr.precommit.run()
        found = self.env["bus.bus"].sudo().search([], order="id desc", limit=1)
        return found.channel, found.message

    def test_whoever_sees_syncs_hears_of_them(self):
        mine = run_channel(self.backend)
        for group in ("user", "manager"):
            self.assertIn(mine, self.channels(self.person(group)))
        for group in ("employee", "invoicing"):
            self.assertEqual(self.channels(self.person(group)), [])

    def test_nobody_hears_of_another_company_s_syncs(self):
        elsewhere = self.person("manager", company=self.other_company())
        self.assertNotIn(run_channel(self.backend), self.channels(elsewhere))

    def test_a_change_is_told_to_the_connection_s_channel(self):
        run = self.new_run()
        run.state = "running"
        channel, message = self.messages()
        self.assertIn("intacct.backend", channel)
        self.assertIn(str(self.backend.id), channel)
        self.assertIn('"state":"running"', message)
        self.assertIn(f'"id":{run.id}', message)


@tagged("post_install", "-at_install")
class TestFailures(ModelCase):
    def setUp(self):
        super().setUp()
        run = self.new_run(state="errors")
        self.dollars = self.fail_record(run, "1", cause="currency_off:USD")
        self.euros = [
            self.fail_record(run, number, cause="currency_off:EUR") for number in "23"
        ]

    def retried(self, action):
        self.assertTrue(self.backend.run_ids.filtered(lambda r: r.trigger == "retry"))
        return action["params"]["message"]

    def test_one_is_enough_to_retry_all_with_its_cause(self):
        action = self.euros[0].action_retry_cause()
        self.assertIn("2 failures", self.retried(action))

    def test_an_error_retries_all_that_it_holds_up(self):
        rule = self.dollars.rule_id
        self.assertEqual(rule, self.euros[0].rule_id)
        self.assertIn("3 failures", self.retried(rule.action_retry_failures()))

    def test_what_was_decided_is_not_retried(self):
        self.euros[1].sudo().state = "ignored"
        action = self.euros[0].action_retry_cause()
        self.assertIn("1 failures", self.retried(action))

    def test_a_sync_at_work_may_be_past_them_so_another_follows(self):
        self.new_run(state="running")
        self.euros[0].action_retry_cause()
        self.euros[0].action_retry_cause()
        queued = self.backend.run_ids.filtered(lambda run: run.state == "queued")
        self.assertEqual(len(queued), 1)


@tagged("post_install", "-at_install")
class TestRetention(ModelCase):
    def old_run(self, **values):
        return self.new_run(
            state="done", ended_at=fields.Datetime.now() - LONG_AGO, **values
        )

    def sweep(self):
        self.env["intacct.sync.run"].sudo()._gc_old_runs()
        self.env.invalidate_all()

    def test_old_syncs_go_with_their_steps_and_notes(self):
        old, new = self.old_run(), self.new_run(state="done")
        new.ended_at = fields.Datetime.now()
        steps = old.step_ids
        note = self.env["intacct.sync.event"].sudo()._note(old, "documents", "Noted.")
        self.sweep()
        self.assertFalse(old.exists() or steps.exists() or note.exists())
        self.assertTrue(new.exists())

    def test_each_connection_keeps_them_as_long_as_it_says(self):
        old = self.old_run()
        self.backend.keep_days = 365
        self.sweep()
        self.assertTrue(old.exists())

    def test_a_sync_that_something_waits_for_stays(self):
        first, last = self.old_run(), self.old_run()
        event = self.fail_record(first)
        event.last_run_id = last
        self.sweep()
        self.assertTrue(first.exists() and last.exists())
        event.state = "resolved"
        self.sweep()
        self.assertFalse(first.exists() or last.exists())

    def test_the_audit_trail_outlives_its_sync(self):
        old = self.old_run()
        events = self.env["intacct.sync.event"].sudo()
        move = self.imported()
        sent = events._note(
            old, "outbox", "Sent.", intacct_object="account.move", recordno=str(move.id)
        )
        told = events._note(old, "documents_out", "Due in two instalments.")
        decided = self.fail_record(old)
        decided.state = "ignored"
        operation = self.env["intacct.operation"].sudo()
        operation = operation.with_context(intacct_run_id=old.id).create(
            {"backend_id": self.backend.id, "action": "invoice", "document": "INV-7"}
        )
        self.assertEqual(old.sent_count, 1)
        self.sweep()
        self.assertFalse(old.exists())
        for record in (sent, told, decided, operation):
            self.assertTrue(record.exists(), record)

    def test_what_is_under_way_stays(self):
        run = self.old_run()
        run.state = "running"
        self.sweep()
        self.assertTrue(run.exists())
