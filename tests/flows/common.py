"""The connector against a simulated Intacct: the base of all tests of its flows."""

import contextlib
import logging
import os
import tempfile
from pathlib import Path

from odoo.fields import Date, Datetime
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, config

from dev.lib.stack import Simulator

from .intacct import (
    COMPANY,
    RATES,
    SENDER,
    SENDER_PASSWORD,
    USER,
    USER_PASSWORD,
    Intacct,
)
from .oracle import invalid

GATEWAY_VARIABLE = "INTACCT_GATEWAY_URL"
JOB_LOGGER = "odoo.addons.base.models.ir_cron"


@tagged("post_install", "-at_install")
class SimulatorCase(TransactionCase):
    """Each class has a simulator of its own, each test books of its own.

    ``self.intacct`` is what people do in Intacct, ``self.backend`` the connected
    and mapped connection, ``self.sync()`` one run of its job.
    """

    # Sections of the company data that a class needs otherwise.
    company_data = {}
    # Whether tests begin connected and mapped.
    connected = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        store = Path(folder) / "books.sqlite"
        simulator = cls.enterClassContext(Simulator(store, company=None))
        cls.enterClassContext(environment(GATEWAY_VARIABLE, simulator.gateway_url))
        # Odoo hands out what a job raised by way of its log, which pytest turns off.
        cls.enterClassContext(level(JOB_LOGGER, logging.ERROR))
        cls.intacct = Intacct(simulator)
        cls.company = cls.env.company
        for name in ("EUR", "JPY"):
            currency = cls.env.ref(f"base.{name}")
            currency.active = True
            currency.rate_ids.unlink()
            cls.env["res.currency.rate"].create(
                {
                    "currency_id": currency.id,
                    "company_id": cls.company.id,
                    "name": "2026-01-01",
                    "rate": 1 / float(RATES[name]),
                }
            )

    def setUp(self):
        super().setUp()
        self.intacct.start_over(**self.company_data)
        self.addCleanup(self.assert_valid_requests)
        self.backend = self.new_backend()
        if self.connected:
            self.backend.action_connect()
            self.choose_mapping(self.backend)

    # ------------------------------------------------------------------
    # Connection
    # ------------------------------------------------------------------
    def new_backend(self, **values):
        return self.env["intacct.backend"].create(
            {
                "name": "Intacct",
                "intacct_company": COMPANY,
                "api_user": USER,
                "api_password": USER_PASSWORD,
                "sender_code": SENDER,
                "sender_password": SENDER_PASSWORD,
                **values,
            }
        )

    def reference(self, kind, code, backend=None):
        """The item of an Intacct list that a person would choose."""
        found = self.env["intacct.reference"].search(
            [
                ("backend_id", "=", (backend or self.backend).id),
                ("kind", "=", kind),
                ("code", "=", code),
            ]
        )
        self.assertEqual(len(found), 1, f"{kind} {code} is not in the lists")
        return found

    def choose_mapping(self, backend):
        backend.item_reference_id = self.reference("account", "4000", backend)
        backend.undeposited_reference_id = self.reference("account", "1090", backend)

    def import_on_mapped_accounts(self, *codes):
        """Imports are booked on accounts of Odoo that stand for Intacct's.

        :param codes: what each account stands for: an account, or a kind and a code
        :return: the accounts of Odoo
        """
        income = self.env["account.account"].search(
            [("account_type", "=", "income")], limit=len(codes)
        )
        self.backend.import_policy = "mapped"
        for account, code in zip(income, codes, strict=True):
            kind, code = code if isinstance(code, tuple) else ("account", code)
            self.env["intacct.mapping"].create(
                {
                    "backend_id": self.backend.id,
                    "account_id": account.id,
                    "reference_id": self.reference(kind, code).id,
                }
            )
        return income

    def open_auto_sync(self, backend=None):
        """What the first time needs: a preview that somebody accepted."""
        backend = backend or self.backend
        self.env["intacct.preview"].sudo().create(
            {
                "backend_id": backend.id,
                "identity": backend._identity_key(),
                "complete": True,
                "accepted_at": Datetime.now(),
            }
        )

    # ------------------------------------------------------------------
    # Runs
    # ------------------------------------------------------------------
    def work(self, backend=None):
        """The connection's job, as the scheduler calls it."""
        backend = backend or self.backend
        cron = backend.sudo().cron_id
        with self.enter_registry_test_mode():
            outcome = cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertIs(outcome, True, f"The job raised: {outcome}")

    def sync(self, state="done", scope="sync", backend=None):
        """Queues a run and lets the job do it; returns the run.

        :param str state: in which it must end, None for any
        Whatever happened, the clearing account then explains the documents.
        """
        backend = backend or self.backend
        run = backend._queue_run("manual", scope)
        self.assertTrue(run, "A run waits or works already")
        self.work(backend)
        # Intacct's stamps have no parts of a second: what is changed after this sync
        # must not share its second, as it never does where people are at work.
        self.intacct.change("clock", advance=1)
        if state:
            self.assert_run(run, state)
        self.assert_clearing(backend)
        return run

    def import_all(self, state="done"):
        """The manual import of the entire customer list."""
        return self.sync(state, scope="customers")

    def assert_run(self, run, state):
        events = "\n".join(
            f"{event.level} {event.cause}: {event.message}"
            for event in self.events(run_id=run.id)
        )
        self.assertEqual(run.state, state, f"{run.message}\n{events}")

    def assert_clearing(self, backend=None):
        balance, expected = (backend or self.backend)._clearing_proof()
        self.assertAlmostEqual(balance, expected, places=2)

    def assert_valid_requests(self):
        """Whatever the test was about, Intacct would have understood us."""
        self.assertEqual(invalid(self.intacct.requests()), [])

    @contextlib.contextmanager
    def job_seconds(self, seconds):
        """The job stops after as many seconds: half of what the server allows."""
        before = config["limit_time_real_cron"]
        config["limit_time_real_cron"] = 2 * seconds
        try:
            yield
        finally:
            config["limit_time_real_cron"] = before

    # ------------------------------------------------------------------
    # What came
    # ------------------------------------------------------------------
    def binding(self, recordno, intacct_object="ARINVOICE"):
        return self.env["intacct.binding"].search(
            [
                ("intacct_object", "=", intacct_object),
                ("recordno", "=", recordno),
            ]
        )

    def move(self, recordno, intacct_object="ARINVOICE"):
        """The Odoo document of an Intacct one, empty if it did not come."""
        return self.binding(recordno, intacct_object).move_id

    def partner(self, recordno):
        return self.binding(recordno, "CUSTOMER").partner_id

    def events(self, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        return self.env["intacct.sync.event"].search(domain, order="id")

    def open_event(self, recordno, intacct_object="ARINVOICE"):
        """The one thing that a record waits for."""
        event = self.events(
            recordno=recordno, intacct_object=intacct_object, state="open"
        )
        self.assertEqual(len(event), 1, f"No open event of {intacct_object} {recordno}")
        return event

    def rows_of(self, *tables):
        """Where each row is stored: any write, even of equal values, moves it."""
        self.env.flush_all()
        places = {}
        for table in tables:
            self.env.cr.execute(
                SQL("SELECT id, ctid::text FROM %s", SQL.identifier(table))
            )
            places[table] = dict(self.env.cr.fetchall())
        return places

    def assert_open(self, recordno, amount, intacct_object="ARINVOICE"):
        """What is open in Odoo, in the document's currency, and in Intacct."""
        move = self.move(recordno, intacct_object)
        self.assertAlmostEqual(move.amount_residual, amount, places=4)

    # ------------------------------------------------------------------
    # What people do in Odoo
    # ------------------------------------------------------------------
    def receive(self, move, amount, date="2026-10-18"):
        """Registers a payment in Odoo and returns it."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"amount": amount, "payment_date": date})
        )
        return wizard._create_payments()

    def own_invoice(self, partner=None, amount=50, **values):
        """An invoice of the company's own, posted in its own journal."""
        partner = partner or self.env["res.partner"].create({"name": "Walk-in"})
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": "2026-10-05",
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Item",
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [],
                        },
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def lock_until(self, day):
        self.company.fiscalyear_lock_date = Date.to_date(day)


@contextlib.contextmanager
def environment(name, value):
    """An environment variable for the ``with`` block."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


@contextlib.contextmanager
def level(name, value):
    """A logger's level for the ``with`` block."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(value)
    try:
        yield
    finally:
        logger.setLevel(before)
