"""Whatever happens on the way, Intacct gets each document once."""

from datetime import timedelta

from odoo.fields import Datetime
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

from .common import ExportCase

WRITE = "create_invoice"


class TestOnce(ExportCase):
    def test_a_posted_invoice_is_there_once_and_verified(self):
        move = self.invoice(60, 40)

        self.sync()

        self.assert_in_step(move)
        self.assertEqual(self.amounts(move), [60, 40])

    def test_a_second_sync_writes_nothing(self):
        self.invoice()
        self.sync()
        before = len(self.writes())

        self.sync()

        self.assertEqual(len(self.writes()), before)

    def test_what_we_wrote_is_never_imported(self):
        move = self.invoice()
        credit = self.credit_note(30)
        self.sync()
        before = self.env["account.move"].search_count([])

        self.sync()
        self.env["intacct.watermark"].search([]).unlink()
        self.sync()

        self.assertEqual(self.env["account.move"].search_count([]), before)
        self.assertEqual(len(move.intacct_binding_ids), 1)
        self.assertEqual(len(credit.intacct_binding_ids), 1)

    def test_a_cut_before_execution_is_sent_again_under_the_same_control_id(self):
        move = self.invoice()
        self.intacct.faults({"action": "cut", "when": "before", "function": WRITE})

        self.sync(state=None)
        self.assertEqual(self.operation(move).state, "in_doubt")
        self.assertFalse(self.copies(move))
        self.later()

        self.assert_in_step(move)
        first, second = (call for call in self.writes() if call["function"] == WRITE)
        self.assertEqual(first["controlid"], second["controlid"])

    def test_the_second_time_is_byte_for_byte_the_first(self):
        move = self.invoice()
        self.intacct.faults({"action": "cut", "when": "before", "function": WRITE})
        self.sync(state=None)
        # What is changed meanwhile must not reach the function under the same id.
        self.backend.write({"number_rule": "intacct", "item_reference_id": False})
        self.partner.name = "Another name"
        self.later()

        sent = [
            request["request"].split("<function", 1)[1].split("</function>")[0]
            for request in self.intacct.requests()
            if any(call["function"] == WRITE for call in request["functions"])
        ]
        self.assertEqual(len(sent), 2)
        self.assertEqual(sent[0], sent[1])
        self.sent(move)

    def test_a_document_that_arrived_without_an_answer_is_adopted(self):
        for fault in (
            {"action": "cut", "when": "after"},
            {"action": "truncate", "bytes": 250},
            {"action": "empty"},
            {"action": "html"},
            {"action": "html", "status": 502},
            {"action": "status", "when": "after", "status": 500},
        ):
            with self.subTest(fault=fault):
                move = self.invoice()
                before = len(self.writes())
                self.intacct.faults({"function": WRITE, **fault})

                self.sync(state=None)
                self.assertEqual(self.operation(move).state, "in_doubt")
                self.sent(move)
                self.later()

                self.assert_in_step(move)
                self.assertEqual(len(self.writes()), before + 1)

    def test_an_overloaded_gateway_was_not_asked(self):
        move = self.invoice()
        self.intacct.faults(
            {"action": "status", "when": "before", "status": 429, "function": WRITE}
        )

        self.sync(state=None)
        operation = self.operation(move)
        self.assertEqual(operation.state, "ready")
        self.assertFalse(operation.first_sent_at)
        self.later()

        self.assert_in_step(move)

    def test_an_expired_session_is_renewed(self):
        move = self.invoice()
        self.intacct.faults({"action": "expire_session", "function": WRITE})

        self.sync()

        self.assert_in_step(move)

    def test_check_the_transaction_is_tried_again(self):
        move = self.invoice()
        self.intacct.faults({"action": "error", "function": WRITE})

        self.sync(state="running")
        self.assertFalse(self.copies(move))
        run = self.later()

        self.assert_run(run, "done")
        self.assert_in_step(move)

    def test_check_the_transaction_is_not_tried_for_ever(self):
        move = self.invoice()
        self.intacct.faults({"action": "error", "function": WRITE, "times": None})

        self.sync(state="running")
        run = self.later(3)

        self.assert_run(run, "errors")
        self.assertEqual(self.operation(move).state, "failed")
        self.assertEqual(self.operation(move).attempts, 4)
        self.assertIn("try again", self.message(move).message)

    def test_a_concurrent_request_waits(self):
        move = self.invoice()
        self.intacct.faults(
            {
                "action": "error",
                "function": WRITE,
                "text": "There is a concurrent request in process.",
            }
        )

        self.sync(state="running")
        self.assertEqual(self.operation(move).state, "ready")
        self.later()

        self.assert_in_step(move)

    def test_a_recorded_control_id_means_find_and_adopt(self):
        move = self.invoice()
        self.intacct.faults({"action": "cut", "when": "after", "function": WRITE})
        self.sync(state=None)
        # It cannot be seen when it is looked for.
        operation = self.operation(move)
        operation.state = "ready"

        run = self.later()

        self.assert_run(run, "done")
        self.assert_in_step(move)

    def test_a_lost_marker_is_found_by_number_customer_and_amount(self):
        move = self.invoice()
        self.intacct.faults({"action": "cut", "when": "after", "function": WRITE})
        self.sync(state=None)
        self.intacct.update_invoice(self.sent(move)["RECORDNO"], description="mine")

        self.later()

        self.assert_in_step(move)

    def test_an_old_doubt_is_never_sent_again_by_itself(self):
        move = self.invoice()
        self.intacct.faults({"action": "cut", "when": "before", "function": WRITE})
        self.sync(state=None)
        operation = self.operation(move)
        operation.first_sent_at = Datetime.now() - timedelta(hours=25)

        self.later()

        self.assertEqual(operation.state, "in_doubt")
        self.assertFalse(self.copies(move))
        self.assertEqual(self.message(move).cause, "in_doubt")

        operation._it_is_not_there()
        self.sync()
        self.assert_in_step(move)

    def test_an_old_doubt_that_arrived_is_adopted(self):
        move = self.invoice()
        self.intacct.faults({"action": "cut", "when": "after", "function": WRITE})
        self.sync(state=None)
        self.operation(move).first_sent_at = Datetime.now() - timedelta(days=3)

        self.later()

        self.assert_in_step(move)

    def test_what_was_sent_by_a_job_that_died_is_in_doubt(self):
        move = self.invoice()
        self.intacct.faults({"action": "cut", "when": "after", "function": WRITE})
        self.sync(state=None)
        self.operation(move).state = "sent"

        self.later()

        self.assert_in_step(move)
        self.assertEqual(len(self.writes()), 1)

    def test_a_refused_document_waits_for_retry_and_goes_under_a_new_control_id(self):
        move = self.invoice()
        self.intacct.faults(
            {"action": "error", "function": WRITE, "text": "Invalid Moon phase."}
        )
        self.sync(state="errors")
        refused = self.operation(move)
        self.assertEqual(refused.state, "failed")
        self.assertEqual(
            self.message(move).message, f"{move.name}: Invalid Moon phase."
        )
        self.assertEqual(refused.raw, "Invalid Moon phase.")

        self.sync(state=None)
        self.assertFalse(self.copies(move), "It was sent without a Retry")
        self.message(move).action_retry()
        self.work()

        self.assert_in_step(move)
        self.assertNotEqual(self.operation(move).control_id, refused.control_id)
        self.assertEqual(refused.state, "superseded")

    def test_one_refused_document_stops_no_other(self):
        moves = [self.invoice(10 + number) for number in range(12)]
        self.intacct.faults(
            {"action": "error", "function": WRITE, "text": "Invalid Moon phase."}
        )
        failing = moves[0]
        # The fault hits every function of its request: the first batch.
        self.sync(state="errors")
        for move in moves[10:]:
            self.assert_in_step(move)
        self.assertEqual(self.operation(failing).state, "failed")

    def test_a_created_record_in_a_failed_answer_is_adopted(self):
        partner = self.new_partner()
        for function, of_whom in (("create", partner), (WRITE, None)):
            with self.subTest(function=function):
                move = self.invoice(partner=partner)
                self.intacct.faults(
                    {
                        "action": "partial",
                        "function": function,
                        "errorno": "BL34000061",
                        "text": "Another part could not be created.",
                    }
                )

                self.sync()

                answers = [
                    request["answer"]
                    for request in self.intacct.requests()
                    if "Another part could not be created" in request["answer"]
                ]
                self.assertTrue(answers, "The failure was not injected")
                self.assertEqual(self.operation(of_whom or move).state, "done")
                self.assert_in_step(move)

    def test_a_copy_of_what_we_sent_is_told_and_not_taken_for_it(self):
        move = self.invoice()
        self.sync()
        row = self.sent(move)
        copy = self.intacct.invoice("COPY", DESCRIPTION=row["DESCRIPTION"])

        self.sync()

        self.assertEqual(move.intacct_binding_ids.recordno, str(row["RECORDNO"]))
        self.assertFalse(self.binding(copy))
        event = self.open_event(copy)
        self.assertEqual(event.cause, "copied_mark")
        self.assertTrue(event.message.startswith("COPY: "))
        self.assertIn(move.name, event.message)

        self.intacct.update_invoice(copy, description="A document of its own")
        self.sync()

        self.assertTrue(self.binding(copy).move_id.intacct_imported)
        self.assertEqual(event.state, "resolved")

    def test_the_mark_of_another_odoo_is_told(self):
        other = self.intacct.invoice("THEIRS", DESCRIPTION="[odoo:0123456789abcdef] x")

        self.sync()

        self.assertFalse(self.binding(other))
        self.assertIn("another Odoo", self.open_event(other).message)

    def test_what_the_log_of_calls_shows_as_done_is_not_sent_again(self):
        self.intacct.settings(usage_delay_seconds=0)
        move = self.invoice()
        self.intacct.faults({"action": "cut", "when": "after", "function": WRITE})
        self.sync(state=None)
        # Neither the mark nor the number is there any more.
        self.intacct.update_invoice(
            self.sent(move)["RECORDNO"], description="mine", number="OTHER"
        )

        self.later()

        self.assertEqual(self.operation(move).state, "in_doubt")
        self.assertEqual(self.message(move).cause, "in_doubt")
        self.assertEqual([call["function"] for call in self.writes()].count(WRITE), 1)

    def test_a_log_of_calls_that_may_not_be_read_changes_nothing(self):
        self.intacct.permit("APIUSAGEDETAIL")
        move = self.invoice()
        self.intacct.faults({"action": "cut", "when": "before", "function": WRITE})
        self.sync(state=None)

        self.later()

        self.assert_in_step(move)


class TestBatches(ExportCase):
    def test_batches_grow_from_10_to_100_and_requests_stay_few(self):
        count = 130
        for number in range(count):
            self.invoice(10 + number)
        before = len(self.intacct.requests())

        self.sync()

        requests = self.intacct.requests()[before:]
        sizes = [
            len(request["functions"])
            for request in requests
            if request["functions"][0]["function"] == WRITE
        ]
        self.assertEqual(sizes, [10, 20, 40, 60])
        self.assertLessEqual(len(requests), count / 50 + 10)


class TestSlots(ExportCase):
    def test_the_same_cannot_be_prepared_twice_at_once(self):
        """What another process has prepared cannot be seen yet, but is in the way."""
        move = self.invoice()
        values = {
            "backend_id": self.backend.id,
            "action": "invoice",
            "document": move.name,
            "move_id": move.id,
            "partner_id": self.partner.id,
        }
        operations = self.env["intacct.operation"]
        first, second = operations.create([values, values])
        self.assertNotEqual(first.slot, second.slot)
        unseen = second.slot.rpartition(":")[0] + ":2"
        first.slot = unseen
        with self.assertRaises(SerializationFailure), self.env.cr.savepoint():
            with mute_logger("odoo.sql_db"):
                operations.create(values)
