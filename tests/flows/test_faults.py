"""The network, the gateway or the job itself fails: nothing lost, nothing twice."""

from datetime import timedelta

from odoo.fields import Datetime
from odoo.tools import mute_logger

from .common import SimulatorCase

HTML = {"action": "html", "when": "before", "status": 502}


class TestGatewayFaults(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.invoice = self.intacct.invoice()

    def assert_waits_and_finishes(self, *rules):
        """The run waits, keeps what it has, and goes on once the fault is over."""
        self.intacct.faults(*rules)
        # Too little time to wait for another attempt within the same job.
        with self.job_seconds(0.9):
            run = self.sync(state="running")
        self.assertEqual(run.attempts, 1)
        self.assertGreater(run.next_attempt, Datetime.now())
        self.assertIn("Next attempt", run.message)
        self.assertFalse(self.move(self.invoice))
        self.assertEqual(self.backend.state, "connected")

        self.work()
        self.assertEqual(run.state, "running", "It went on before its time")

        self.intacct.no_faults()
        self.after_the_wait(run)
        self.assert_run(run, "done")
        self.assertFalse(run.message)
        self.assert_open(self.invoice, 100)
        self.assertFalse(self.events(state="open"))
        return run

    def after_the_wait(self, run):
        run.next_attempt = Datetime.now() - timedelta(seconds=1)
        self.work()

    def test_a_page_instead_of_an_answer(self):
        self.assert_waits_and_finishes({**HTML, "times": None})

    def test_a_page_with_status_200(self):
        self.assert_waits_and_finishes({**HTML, "status": 200, "times": None})

    def test_it_is_busy_while_lines_are_read(self):
        self.assert_waits_and_finishes(
            {
                "action": "error",
                "object": "ARINVOICEITEM",
                "text": "There is a concurrent request in process.",
                "times": None,
            }
        )

    def test_a_page_while_lines_are_read(self):
        self.assert_waits_and_finishes(
            {**HTML, "object": "ARINVOICEITEM", "times": None}
        )

    def test_an_empty_answer(self):
        self.assert_waits_and_finishes({"action": "empty", "times": None})

    def test_an_answer_that_is_cut_off(self):
        self.assert_waits_and_finishes(
            {"action": "truncate", "bytes": 300, "times": None}
        )

    def test_a_connection_that_is_cut(self):
        self.assert_waits_and_finishes({"action": "cut", "times": None})

    def test_an_answer_that_is_not_of_this_protocol(self):
        self.assert_waits_and_finishes(
            {"action": "status", "status": 200, "body": "<a>b</a>", "times": None}
        )

    def test_a_server_error(self):
        self.assert_waits_and_finishes({"action": "status", "times": None})

    def test_too_many_requests(self):
        self.assert_waits_and_finishes(
            {
                "action": "status",
                "status": 429,
                "headers": {"Retry-After": "30"},
                "times": None,
            }
        )

    def test_a_short_fault_is_not_even_noticed(self):
        self.intacct.faults({**HTML, "times": 1})
        run = self.sync()
        self.assertEqual(run.attempts, 0)
        self.assert_open(self.invoice, 100)

    def test_a_session_that_ends_in_the_middle(self):
        self.intacct.faults(
            {"action": "expire_session", "object": "ARINVOICEITEM", "times": 1}
        )
        self.sync()
        self.assert_open(self.invoice, 100)

    def test_a_fault_that_never_ends_fails_the_run_and_the_next_one_works(self):
        self.intacct.faults({**HTML, "times": None})
        with self.job_seconds(0.9):
            run = self.sync(state="running")
            for _attempt in range(20):
                if run.state != "running":
                    break
                self.after_the_wait(run)
        self.assertEqual(run.state, "failed")
        self.assertTrue(self.events(state="open", level="error"))

        self.intacct.no_faults()
        self.sync()

        self.assert_open(self.invoice, 100)
        self.assertFalse(self.events(state="open"))

    def test_what_was_read_before_a_fault_is_kept(self):
        """Customers and documents are committed before payments are asked for."""
        self.intacct.pay({self.invoice: 10})
        self.sync()
        late = self.intacct.invoice()
        self.intacct.pay({late: 10})
        self.intacct.faults(
            {**HTML, "object": "ARPYMTDETAIL", "contains": "PAYMENTKEY", "times": None}
        )
        with self.job_seconds(0.9):
            self.sync(state="running")
        self.assertFalse(self.events(cause="unexpected"))


class TestRefusals(SimulatorCase):
    """Credentials that do not work any more stop the connection."""

    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.invoice = self.intacct.invoice()

    def test_a_changed_password_stops_the_connection_and_asks(self):
        self.open_auto_sync()
        self.backend.action_enable_auto_sync()
        self.intacct.load(USERS=[{"LOGINID": self.backend.api_user, "PASSWORD": "n"}])
        self.intacct.faults({"action": "expire_session", "times": 1})
        self.work()

        (run,) = self.backend.run_ids
        self.assertEqual(run.state, "failed")
        self.assertIn("non-200 status code: 401", run.message)
        self.assertEqual(self.backend.state, "attention")
        self.assertEqual(len(self.backend.activity_ids), 1)

        sent = len(self.intacct.requests())
        self.backend.next_sync = Datetime.now() - timedelta(minutes=1)
        self.work()
        self.assertEqual(len(self.intacct.requests()), sent, "It went on asking")

    def test_once_connected_again_it_works_and_the_activity_is_done(self):
        self.intacct.load(USERS=[{"LOGINID": self.backend.api_user, "PASSWORD": "n"}])
        self.intacct.faults({"action": "expire_session", "times": 1})
        self.sync(state="failed")

        self.backend.api_password = "n"
        self.backend.action_connect()
        self.sync()

        self.assert_open(self.invoice, 100)
        self.assertFalse(self.backend.activity_ids)
        self.assertFalse(self.events(state="open"))

    def test_a_sender_that_is_not_authorised_any_more(self):
        self.intacct.load(COMPANY={"SENDERS": []})

        run = self.sync(state="failed")

        self.assertIn("not authorized", run.message)
        self.assertEqual(self.backend.state, "attention")


class TestInterruptions(SimulatorCase):
    """A job that runs out of time goes on where it stopped."""

    def test_each_document_comes_once_however_often_the_job_stops(self):
        self.intacct.customer("A")
        self.intacct.customer("B")
        made = [
            self.intacct.invoice(f"INV-{n}", customer="AB"[n % 2], lines=[n + 1])
            for n in range(230)
        ]
        self.intacct.pay({made[0]: 0.5}, customer="A")
        run = self.backend._queue_run("manual")
        jobs = 0
        with self.job_seconds(1.5):
            while run.state in ("queued", "running") and jobs < 60:
                run.next_attempt = False
                self.work()
                jobs += 1

        self.assert_run(run, "done")
        self.assertGreater(jobs, 1, "The job was never interrupted")
        imported = self.env["account.move"].search([("intacct_imported", "=", True)])
        self.assertEqual(
            sorted(imported.mapped("name")), sorted(f"INV-{n}" for n in range(230))
        )
        self.assertEqual(run.created_count, 232)
        self.assert_open(made[0], 0.5)
        self.assert_clearing()

    def test_the_time_of_one_job_is_no_fault_of_the_network(self):
        """Its answer comes after the job had to stop, which had done something."""
        self.intacct.customer()
        invoice = self.intacct.invoice()
        self.intacct.adjustment()
        self.intacct.faults(
            {"action": "delay", "seconds": 4, "object": "ARADJUSTMENTITEM"}
        )
        run = self.backend._queue_run("manual")
        with self.job_seconds(3):
            self.work()

        self.assertEqual((run.state, run.attempts), ("running", 0))
        self.assertFalse(run.next_attempt)
        self.assertTrue(self.move(invoice))
        self.work()
        self.assert_run(run, "done")

    def test_only_faults_in_a_row_count(self):
        self.intacct.customer()
        self.intacct.invoice()
        self.intacct.adjustment()
        self.intacct.faults({**HTML, "object": "ARADJUSTMENTITEM", "times": None})
        run = self.backend._queue_run("manual")
        run.attempts = 5
        # As much as the attempts at the lines of the memo take, and then some.
        self.work()

        self.assertEqual((run.state, run.attempts), ("running", 1))


class TestUnexpectedErrors(SimulatorCase):
    """Something that nobody foresaw happens to one record."""

    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.first = self.intacct.invoice("GOOD-1")
        self.bad = self.intacct.invoice("BAD", DOCNUMBER="explodes")
        self.last = self.intacct.invoice("GOOD-2")
        self.env.cr.execute(
            "ALTER TABLE account_move ADD CONSTRAINT test_explosion"
            " CHECK (ref IS DISTINCT FROM 'explodes')"
        )

    def sync_with_a_bug(self):
        run = self.backend._queue_run("manual")
        quiet = mute_logger("odoo.sql_db", "odoo.addons.intacct_connector.flows.base")
        with quiet:
            with self.assertRaisesRegex(AssertionError, "test_explosion"):
                self.work()
        self.env.invalidate_all()
        return run

    def test_the_others_come_and_the_server_is_told(self):
        run = self.sync_with_a_bug()

        self.assert_run(run, "errors")
        self.assert_open(self.first, 100)
        self.assert_open(self.last, 100)
        self.assertFalse(self.move(self.bad))
        event = self.open_event(self.bad)
        self.assertEqual(event.cause, "unexpected")
        self.assertIn("BAD", event.message)
        self.assert_clearing()

    def test_once_it_is_mended_the_record_comes(self):
        self.sync_with_a_bug()
        self.env.cr.execute("ALTER TABLE account_move DROP CONSTRAINT test_explosion")

        self.sync()

        self.assert_open(self.bad, 100)
        self.assertFalse(self.events(state="open"))
