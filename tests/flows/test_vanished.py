"""Documents that are not there any more, and stamps that tell nothing."""

from datetime import timedelta

from odoo.fields import Datetime

from .common import SimulatorCase


class TestDailyComparison(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.made = [self.intacct.invoice(f"INV-{n}") for n in range(8)]
        self.sync()

    def sync_next_day(self, state="done"):
        self.backend.compared_at = Datetime.now() - timedelta(days=1, minutes=1)
        return self.sync(state=state)

    def test_a_deleted_document_is_told(self):
        gone = self.made[3]
        self.intacct.remove(gone)

        self.sync_next_day(state="errors")

        event = self.open_event(gone)
        self.assertIn("INV-3", event.message)
        self.assertEqual(self.binding(gone).sync_state, "gone")
        self.assertEqual(self.move(gone).state, "posted", "It was voided unasked")
        self.assertEqual(self.binding(self.made[2]).sync_state, "synced")

    def test_it_is_told_once(self):
        self.intacct.remove(self.made[3])
        self.sync_next_day(state="errors")
        self.sync_next_day()

        self.assertEqual(len(self.events(cause="gone")), 1)

    def test_before_the_day_is_over_nothing_is_compared(self):
        self.intacct.remove(self.made[3])

        run = self.sync()

        self.assertEqual(run.http_requests, 1)

    def test_five_may_go(self):
        for recordno in self.made[:5]:
            self.intacct.remove(recordno)

        self.sync_next_day(state="errors")

        self.assertEqual(self.backend.state, "connected")
        self.assertEqual(len(self.events(cause="gone")), 5)

    def test_more_than_five_stop_the_connection(self):
        for recordno in self.made[:6]:
            self.intacct.remove(recordno)

        run = self.sync_next_day(state="failed")

        self.assertEqual(self.backend.state, "attention")
        self.assertIn("rights", run.message)
        self.assertTrue(self.backend.activity_ids)
        self.assertFalse(self.events(cause="gone"))
        for recordno in self.made:
            self.assertEqual(self.binding(recordno).sync_state, "synced")

    def test_a_change_without_a_stamp_is_found(self):
        """A row keeps its old stamp although it was paid."""
        self.intacct.settings(payment_touches_invoice=False)
        paid = self.made[0]
        self.backend.overlap_minutes = 0
        self.intacct.pay({paid: 100})

        self.sync_next_day()

        self.assert_open(paid, 0)

    def test_a_document_that_was_missed_is_found(self):
        missed = self.intacct.invoice("MISSED", WHENMODIFIED="01/01/2026 00:00:00")
        self.sync()
        self.assertFalse(self.move(missed))

        self.sync_next_day()

        self.assert_open(missed, 100)


class TestClearing(SimulatorCase):
    def test_a_booking_by_hand_on_the_clearing_account_is_told(self):
        self.intacct.customer()
        self.intacct.invoice()
        self.sync()
        expense = self.env["account.account"].search(
            [("account_type", "=", "expense")], limit=1
        )
        clearing = self.backend.clearing_account_id
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-10-20",
                "line_ids": [
                    (0, 0, {"account_id": clearing.id, "debit": 7}),
                    (0, 0, {"account_id": expense.id, "credit": 7}),
                ],
            }
        )
        entry.action_post()

        run = self.backend._queue_run("manual")
        self.work()
        self.assert_run(run, "errors")
        (event,) = self.events(cause="clearing", state="open")
        self.assertIn("-93", event.message)

        entry.button_draft()
        self.sync()
        self.assertEqual(event.state, "resolved")
