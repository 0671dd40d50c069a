"""Single documents leave by themselves after the delay, or at a click."""

import contextlib
from datetime import timedelta
from unittest.mock import patch

import requests
from odoo.addons.intacct_connector.flows import engine
from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import new_test_user

from .common import AutoSyncCase


class TestPosting(AutoSyncCase):
    def test_a_posted_invoice_leaves_after_the_delay(self):
        move = self.invoice()

        self.work()
        self.assertFalse(self.copies(move))
        self.assertFalse(self.sends, "A run for nothing")
        self.minutes_pass()
        self.work()

        self.assert_in_step(move)
        self.assertEqual(self.sends.state, "done")
        self.assertFalse(self.env["intacct.send.request"].search([]))

    def test_posting_asks_for_the_job_at_the_end_of_the_delay(self):
        before = Datetime.now()

        self.invoice()

        (at,) = self.triggers
        self.assertGreaterEqual(at, before + timedelta(minutes=10))
        self.assertLess(at, before + timedelta(minutes=11))

    def test_without_delay_it_leaves_at_once(self):
        self.backend.send_delay = 0
        move = self.invoice()

        self.assertLessEqual(min(self.triggers), Datetime.now())
        self.work()

        self.assert_in_step(move)

    def test_posting_queues_and_asks_intacct_nothing(self):
        before = len(self.intacct.requests())

        self.invoice()

        self.assertEqual(len(self.intacct.requests()), before)
        self.assertFalse(self.sends, "The job makes the run, not the posting")

    def test_nothing_of_the_connection_can_refuse_a_posting(self):
        self.backend.cron_id.unlink()
        self.backend.write({"state": "attention", "api_user": "nobody"})
        clerk = new_test_user(
            self.env, login="clerk", groups="account.group_account_invoice"
        )

        move = self.draft().with_user(clerk)
        move.action_post()

        self.assertEqual(move.state, "posted")

    def test_with_auto_sync_off_nothing_leaves_without_a_click(self):
        self.backend.auto_sync = False
        move = self.invoice()

        self.minutes_pass()
        self.work()

        self.assertFalse(self.copies(move))
        self.assertFalse(self.env["intacct.send.request"].search([]))

    def test_what_was_queued_stays_when_auto_sync_is_switched_off(self):
        move = self.invoice()
        self.backend.action_disable_auto_sync()

        self.minutes_pass()
        self.work()

        self.assertFalse(self.copies(move))

    def test_a_payment_leaves_after_the_delay_too(self):
        move = self.invoice()
        self.minutes_pass()
        self.work()

        self.pay(move)
        self.work()
        self.assertFalse(self.receipts())
        self.minutes_pass()
        self.work()

        self.assertEqual(len(self.receipts()), 1)
        self.assertEqual(float(self.sent(move)["TRX_TOTALDUE"]), 0)

    def test_a_payment_that_waits_leaves_with_its_invoice(self):
        move = self.invoice()
        self.pay(move)

        self.minutes_pass()
        self.work()

        self.assertEqual(float(self.sent(move)["TRX_TOTALDUE"]), 0)

    def test_what_went_with_a_sync_meanwhile_needs_no_run_of_its_own(self):
        move = self.invoice()
        self.minutes_pass()
        self.backend._queue_run("manual")
        self.work()

        self.assert_in_step(move)
        self.assertFalse(self.sends)

    def test_reset_to_draft_before_it_left_it_does_not_leave(self):
        move = self.invoice()
        move.button_draft()

        self.minutes_pass()
        self.work()

        self.assertFalse(self.copies(move))
        self.assertFalse(self.env["intacct.send.request"].search([]))

    def test_single_documents_share_a_run_an_hour(self):
        moves = []
        for _number in range(3):
            moves.append(self.invoice())
            self.minutes_pass()
            self.work()
        self.assertEqual(len(self.sends), 1)
        self.assertEqual(self.sends.created_count, 3)

        self.env.cr.execute(
            "UPDATE intacct_sync_run SET create_date = create_date - INTERVAL '1 hour'"
        )
        self.env.invalidate_all()
        moves.append(self.invoice())
        self.minutes_pass()
        self.work()

        self.assertEqual(len(self.sends), 2)
        for move in moves:
            self.assert_in_step(move)

    def test_between_the_chunks_of_a_running_import(self):
        for number in range(110):
            self.intacct.invoice(f"T{number}")
        move = self.invoice()
        self.minutes_pass()

        with patch.object(engine, "PATIENCE_SECONDS", 0):
            self.sync()

        self.assert_in_step(move)
        order = [
            function["function"]
            for request in self.intacct.requests()
            for function in request["functions"]
            if function["function"] in ("query", "create_invoice")
        ]
        self.assertIn("query", order[order.index("create_invoice") :])
        imported = self.env["account.move"].search_count(
            [("intacct_imported", "=", True)]
        )
        self.assertEqual(imported, 110)
        self.assertEqual(self.sends.state, "done")

    def test_between_the_batches_of_what_is_sent(self):
        backlog = [self.invoice() for _number in range(25)]
        self.minutes_pass()
        # They leave with the sync, not one by one before it.
        self.env["intacct.send.request"].search([]).unlink()
        late = self.invoice()

        with patch.object(engine, "PATIENCE_SECONDS", 0):
            with self.while_sending(late.action_intacct_send_now):
                self.sync()

        for move in (*backlog, late):
            self.assert_in_step(move)
        numbers = [
            text.split("</invoiceno>")[0]
            for request in self.intacct.requests()
            for text in request["request"].split("<invoiceno>")[1:]
        ]
        self.assertEqual(len(numbers), 26, "each once")
        self.assertEqual(numbers.index(late.name), 10, "after the first batch")
        self.assertEqual(self.sends.state, "done")

    @contextlib.contextmanager
    def while_sending(self, act):
        """Somebody does something while the first documents are on their way."""
        send, waiting = requests.Session.send, [act]

        def watched(session, request, **options):
            if waiting and b"<create_invoice>" in (request.body or b""):
                waiting.pop()()
                self.env.flush_all()
            return send(session, request, **options)

        with patch.object(requests.Session, "send", watched):
            yield
        self.assertFalse(waiting, "Nothing was sent")


class TestSendNow(AutoSyncCase):
    auto_sync = False

    def test_a_click_skips_the_delay_and_sends_no_other(self):
        move, other = self.invoice(), self.invoice()
        # It could leave, and nobody asked for it.
        other.intacct_posted_at -= timedelta(minutes=11)

        move.action_intacct_send_now()
        self.assertFalse(self.copies(move), "The click itself sends nothing")
        self.work()

        self.assert_in_step(move)
        self.assertFalse(self.copies(other))

    def test_a_payment_of_a_document_that_is_not_there_says_so(self):
        move = self.invoice()
        payment = self.pay(move)

        payment.action_intacct_send_now()
        self.work()

        self.assertFalse(self.receipts())
        self.assertIn(move.name, self.message(payment).message)

        (move | move).action_intacct_send_now()
        payment.action_intacct_send_now()
        self.work()

        self.assertEqual(float(self.sent(move)["TRX_TOTALDUE"]), 0)

    def test_a_customer_is_created_before_any_document_needs_it(self):
        partner = self.new_partner("Early Ltd", "EARLY")

        partner.action_intacct_send_now()
        self.work()

        self.assertEqual(partner.intacct_customer_code, "EARLY")
        self.assertEqual(partner.intacct_status, "in")

    def test_many_at_once_say_which_were_not_sent_and_why(self):
        good, draft, ignored = self.invoice(), self.draft(), self.invoice()
        ignored.intacct_ignored = True

        result = (good | draft | ignored).action_intacct_send_now()
        self.work()

        message = result["params"]["message"]
        self.assertIn("1 done, 2 not", message)
        self.assertIn(ignored.name, message)
        self.assertIn("stays out", message)
        self.assert_in_step(good)

    def test_one_that_cannot_be_sent_is_refused_by_its_name(self):
        move = self.invoice()
        move.action_intacct_send_now()
        self.work()

        with self.assertRaisesRegex(UserError, f"^{move.name}.*already"):
            move.action_intacct_send_now()

    def test_a_refused_document_is_tried_again(self):
        move, other = self.invoice(), self.invoice()
        self.intacct.faults(
            {"action": "error", "function": "create_invoice", "text": "Bad moon."}
        )
        move.action_intacct_send_now()
        self.work()
        self.assertEqual(move.intacct_status, "failed")

        move.action_intacct_retry()
        self.assertEqual(move.intacct_status, "waiting")
        self.work()

        self.assert_in_step(move)
        self.assertFalse(self.copies(other), "Retry sends what was refused, no more")

    def test_retry_needs_something_that_failed(self):
        move = self.invoice()

        with self.assertRaisesRegex(UserError, move.name):
            move.action_intacct_retry()

    def test_only_sage_intacct_users_send(self):
        clerk = new_test_user(
            self.env, login="clerk", groups="account.group_account_invoice"
        )
        move = self.invoice()

        for button in ("action_intacct_send_now", "action_intacct_retry"):
            with self.assertRaises(AccessError):
                getattr(move.with_user(clerk), button)()
        self.assertFalse(self.env["intacct.send.request"].search([]))


class TestMany(AutoSyncCase):
    auto_sync = False

    def decide(self, kind, records, reason="We agreed on it."):
        action = records.action_intacct_decide(kind)
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.reason = reason
        return wizard.action_confirm()

    def test_a_decision_on_many_says_which_were_not_done_and_why(self):
        there, first, second = (self.invoice() for _number in range(3))
        there.action_intacct_send_now()
        self.work()

        result = self.decide("ignore", there | first | second)

        message = result["params"]["message"]
        self.assertIn("2 done, 1 not", message)
        self.assertIn(f"• {there.name}", message)
        self.assertEqual((first | second).mapped("intacct_status"), ["ignored"] * 2)
        self.assertEqual(there.intacct_status, "in")
        decisions = self.env["intacct.decision"].search([("kind", "=", "ignore")])
        self.assertEqual(decisions.move_id, first | second)
        self.assertEqual({*decisions.mapped("reason")}, {"We agreed on it."})

    def test_a_decision_on_one_that_cannot_be_done_is_refused(self):
        move = self.invoice()
        move.action_intacct_send_now()
        self.work()

        with self.assertRaisesRegex(UserError, "unlink it instead"):
            self.decide("ignore", move)
        self.assertFalse(self.env["intacct.decision"].search([]))
