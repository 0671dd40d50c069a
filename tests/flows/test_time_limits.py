"""Odoo kills a job without warning when its time is over: ours has stopped by then."""

import contextlib
import time
from unittest.mock import patch

from odoo.addons.base.models.ir_cron import IrCron
from odoo.service.server import SLEEP_INTERVAL
from odoo.tools import config

from .common import SimulatorCase

# A prefork server counts the time of a job from when its scheduler went to sleep, and
# that sleeps longest when it has nothing to do: by as much as its process number says.
LONGEST_SLEEP = SLEEP_INTERVAL + 9


class SlowWork:
    """A clock by which every part of a job takes long that it commits."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.passed = 0

    @contextlib.contextmanager
    def counted(self):
        monotonic, commit = time.monotonic, IrCron._commit_progress

        def commit_late(cron, processed=0, *, remaining=None, **options):
            # With a remainder it only says that there is nothing left to be called for.
            self.passed += self.seconds if remaining is None else 0
            return commit(cron, processed, remaining=remaining, **options)

        with (
            patch("time.monotonic", lambda: monotonic() + self.passed),
            patch.object(IrCron, "_commit_progress", commit_late),
        ):
            yield


class TestTimeLimits(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()
        for number in range(3):
            self.intacct.invoice(f"A-{number}")
        self.intacct.adjustment("M-1")
        self.intacct.advance(10)

    @contextlib.contextmanager
    def server(self, **options):
        """Options of Odoo's server for the ``with`` block."""
        before = {name: config[name] for name in options}
        config.options.update(options)
        try:
            yield
        finally:
            config.options.update(before)

    def interrupted(self, **options):
        """How long a job that cannot finish has worked when it stops.

        :rtype: float
        """
        run = self.backend._queue_run("manual", "sync")
        work = SlowWork(seconds=4)
        with self.server(**options), work.counted():
            self.work()
        self.assertEqual(run.state, "running", "It had time to finish")
        self.assertTrue(run.http_requests, "It has done nothing")
        self.work()
        self.assert_run(run, "done")
        return work.passed

    def test_under_workers_it_ends_before_the_server_kills_it(self):
        passed = self.interrupted(workers=2, limit_time_real_cron=120)
        self.assertLess(LONGEST_SLEEP + passed, 120)

    def test_the_limit_of_requests_holds_where_jobs_have_none(self):
        passed = self.interrupted(
            workers=2, limit_time_real_cron=-1, limit_time_real=100
        )
        self.assertLess(LONGEST_SLEEP + passed, 100)

    def test_without_workers_nothing_was_slept(self):
        passed = self.interrupted(workers=0, limit_time_real_cron=30)
        self.assertLess(passed, 30)
