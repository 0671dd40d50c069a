"""Runs: what they count, when they start, and that a second one changes nothing."""

from datetime import timedelta

from odoo.fields import Datetime

from .common import SimulatorCase

# Everything that a sync may write.
TABLES = (
    "res_partner",
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "intacct_binding",
    "intacct_sync_event",
    "intacct_watermark",
    "intacct_reference",
)
POLLED = {
    "CUSTOMER",
    "ARINVOICE",
    "ARADJUSTMENT",
    "ARPYMT",
    "ARADVANCE",
    "ARPYMTDETAIL",
}


class TestSecondSync(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.intacct.customer("C2", **{"DISPLAYCONTACT.EMAIL1": "no address"})
        invoice = self.intacct.invoice(lines=[60, 40])
        partly = self.intacct.invoice(customer="C2", CURRENCY="EUR")
        self.intacct.invoice("1", customer="C2")
        self.intacct.invoice("1", customer="C2")
        memo = self.intacct.adjustment(lines=[-50])
        self.intacct.pay({partly: 40}, customer="C2", currency="EUR")
        self.intacct.apply_credit(memo, invoice, 20)
        self.intacct.pay({invoice: 10}, overpaid=7)
        self.intacct.advance(33)

    def test_it_changes_nothing(self):
        self.sync()
        self.sync()
        before = self.rows_of(*TABLES)

        run = self.sync()

        self.assertEqual(self.rows_of(*TABLES), before)
        self.assertEqual(run.created_count + run.updated_count, 0)

    def test_the_second_is_such_a_one_already(self):
        self.sync()
        before = self.rows_of(*TABLES)

        run = self.sync()

        after = self.rows_of(*TABLES)
        # The stamps of what the first sync did not poll begin now.
        before.pop("intacct_watermark")
        after.pop("intacct_watermark")
        self.assertEqual(after, before)
        self.assertEqual(run.created_count + run.updated_count, 0)

    def test_it_sends_one_request_with_one_transaction_an_object(self):
        self.sync()
        sent = len(self.intacct.requests())

        run = self.sync()

        (request,) = self.intacct.requests()[sent:]
        functions = request["functions"]
        self.assertEqual({f["function"] for f in functions}, {"query"})
        asked = [name for f in functions for name in f["objects"]]
        self.assertEqual(sorted(asked), sorted(POLLED))
        self.assertEqual(run.http_requests, 1)
        self.assertEqual(run.api_transactions, len(POLLED))

    def test_a_session_that_ran_out_costs_one_request_more(self):
        self.sync()
        self.intacct.faults({"action": "expire_session", "times": 1})
        sent = len(self.intacct.requests())

        run = self.sync()

        functions = [r["functions"][0]["function"] for r in self.intacct.requests()]
        self.assertEqual(functions[sent:], ["query", "getAPISession", "query"])
        self.assertEqual(run.state, "done")

    def test_counters_and_duration_of_a_run(self):
        run = self.sync()

        self.assertEqual(run.created_count, 2 + 5 + 2, "customers, documents, credits")
        self.assertEqual(run.failed_count, 0)
        self.assertGreaterEqual(run.read_count, run.created_count)
        self.assertEqual(run.progress, 100)
        self.assertTrue(run.started_at and run.ended_at)
        self.assertEqual(set(run.step_ids.mapped("state")), {"done"})
        self.assertEqual((run.trigger, run.user_id), ("manual", self.env.user))
        mine = len(self.intacct.requests())
        self.assertLess(run.http_requests, mine)
        self.assertGreater(run.api_transactions, run.http_requests)


class TestSchedule(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.invoice = self.intacct.invoice()

    def test_off_means_off(self):
        self.work()

        self.assertFalse(self.backend.run_ids)
        self.assertFalse(self.move(self.invoice))

    def test_auto_sync_begins_at_once_and_every_hour_from_then_on(self):
        self.open_auto_sync()
        self.backend.action_enable_auto_sync()
        self.work()

        (run,) = self.backend.run_ids
        self.assertEqual((run.trigger, run.state), ("schedule", "done"))
        self.assertTrue(self.move(self.invoice))
        wait = self.backend.next_sync - Datetime.now()
        self.assertAlmostEqual(wait.total_seconds(), 3600, delta=60)

    def test_before_the_hour_is_over_nothing_runs(self):
        self.open_auto_sync()
        self.backend.action_enable_auto_sync()
        self.work()
        self.work()
        self.assertEqual(len(self.backend.run_ids), 1)

        self.backend.next_sync = Datetime.now() - timedelta(minutes=1)
        self.work()
        self.assertEqual(len(self.backend.run_ids), 2)

    def test_disabled_nothing_is_picked_up_any_more(self):
        self.open_auto_sync()
        self.backend.action_enable_auto_sync()
        self.work()
        self.backend.action_disable_auto_sync()
        late = self.intacct.invoice()

        self.work()

        self.assertFalse(self.move(late))

    def test_a_click_syncs_although_auto_sync_is_off(self):
        self.backend.action_sync_now()
        self.work()

        self.assertTrue(self.move(self.invoice))

    def test_clicks_while_a_run_waits_start_no_second_one(self):
        self.backend.action_sync_now()
        action = self.backend.action_sync_now()

        self.assertEqual(len(self.backend.run_ids), 1)
        self.assertIn("already", action["params"]["title"])

    def test_a_click_only_queues(self):
        sent = len(self.intacct.requests())
        self.backend.action_sync_now()

        self.assertEqual(len(self.intacct.requests()), sent)
        self.assertEqual(self.backend.run_ids.state, "queued")

    def test_an_archived_connection_does_not_run(self):
        self.backend.action_sync_now()
        self.backend.active = False
        sent = len(self.intacct.requests())

        self.work()

        self.assertEqual(len(self.intacct.requests()), sent)

    def test_every_queued_run_is_worked_off(self):
        self.backend.action_sync_now()
        self.backend.action_import_customers()
        self.backend.action_refresh_lists()
        self.work()

        self.assertEqual(set(self.backend.run_ids.mapped("state")), {"done"})
        self.assertEqual(
            set(self.backend.run_ids.mapped("scope")), {"sync", "customers", "lists"}
        )


class TestDelta(SimulatorCase):
    """Later syncs read what changed, by Intacct's own stamps."""

    def test_a_row_without_a_stamp_is_not_lost(self):
        self.intacct.settings(null_stamp_every=1)
        self.intacct.customer()
        first = self.intacct.invoice()
        self.sync()
        second = self.intacct.invoice()
        self.sync()

        self.assert_open(first, 100)
        self.assert_open(second, 100)

    def test_a_row_that_shows_up_late_is_not_lost(self):
        self.intacct.customer()
        self.intacct.invoice()
        self.sync()

        stamp = self.env["intacct.watermark"].search(
            [("intacct_object", "=", "ARINVOICE")]
        )
        late = (stamp.value - timedelta(minutes=50)).strftime("%m/%d/%Y %H:%M:%S")
        invoice = self.intacct.invoice(WHENMODIFIED=late)
        self.sync()

        self.assert_open(invoice, 100)

    def test_the_user_s_clock_is_not_ours(self):
        self.intacct.load(
            USERS=[
                {
                    "LOGINID": self.backend.api_user,
                    "PASSWORD": "user secret 1",
                    "GMTOFFSET": "-08:00",
                }
            ]
        )
        self.backend.action_connect()
        self.intacct.customer()
        first = self.intacct.invoice()
        self.sync()
        second = self.intacct.invoice()
        self.intacct.pay({first: 30})
        self.sync()

        self.assert_open(first, 70)
        self.assert_open(second, 100)

    def test_record_numbers_ordered_as_text_or_number(self):
        self.intacct.customer()
        for order in ("text", "number"):
            with self.subTest(order):
                self.intacct.settings(recordno_order=order)
                made = [self.intacct.invoice() for _ in range(12)]
                self.sync()
                for recordno in made:
                    self.assertTrue(self.move(recordno))

    def test_documents_of_every_entity_come_to_top_level(self):
        self.intacct.load(
            LOCATIONENTITY=[
                {"LOCATIONID": "E1", "NAME": "One", "CURRENCY": "USD"},
                {"LOCATIONID": "E2", "NAME": "Two", "CURRENCY": "USD"},
            ]
        )
        self.intacct.customer("C1", MEGAENTITYID="E1")
        line = {"TRX_AMOUNT": 5, "LOCATIONID": "E1"}
        mine = self.intacct.invoice(MEGAENTITYID="E1", lines=[line])
        self.intacct.customer("C2")
        line = {"TRX_AMOUNT": 5, "LOCATIONID": "E2"}
        other = self.intacct.invoice(MEGAENTITYID="E2", customer="C2", lines=[line])

        self.sync()

        self.assertEqual(self.move(mine).intacct_entity, "E1")
        self.assertEqual(self.move(other).intacct_entity, "E2")
        self.assertNotEqual(self.move(mine).journal_id, self.move(other).journal_id)
