import time
from contextlib import contextmanager

from .problems import OutOfTime

# Rows that are created, posted and committed together.
CHUNK = 100


class SyncContext:
    """What the steps of one run share while a job works on it.

    It lives for one job only: whatever must survive an interruption is in the run,
    its steps and their cursors.

    :param run: the intacct.sync.run record
    :param Gateway gateway: the client of the connection
    :param float deadline: time.monotonic() at which the job stops
    """

    def __init__(self, run, gateway, deadline):
        self.run = run
        self.backend = run.backend_id
        self.env = run.env
        self.gateway = gateway
        self.deadline = deadline
        self.pages = {}
        self.bugs = []
        self.caches = {}
        self.processed = 0
        # What may be done between two chunks, with everything committed.
        self.between = None
        self.between_batches = None
        self._metered = (0, 0, 0.0)

    def save(self, processed=0):
        """Commits everything done so far and lets go of the cache, which would
        otherwise grow with every chunk.

        :param int processed: rows dealt with since the last call
        """
        self.processed += processed
        if processed and (self.run.attempts or self.run.stalls):
            # Only network faults and interruptions in a row count.
            self.run.write({"attempts": 0, "stalls": 0})
        self.save_meter()
        self.gateway.sessions.save()
        self.run._tell_pages()
        self.env["ir.cron"]._commit_progress(processed)
        self.env.invalidate_all()

    def commit(self, processed=0):
        """Like save, at a place where the job may stop.

        :raises OutOfTime: the job's time is used up
        """
        self.save(processed)
        if self.between:
            self.between(self)
        if time.monotonic() >= self.deadline:
            raise OutOfTime

    @contextmanager
    def letting_others_in(self):
        """While what is to leave is prepared, and only waits for its turn: what people
        send meanwhile goes between two batches."""
        before, self.between = self.between, self.between_batches
        try:
            yield
        finally:
            self.between = before

    def save_meter(self):
        """Adds what the gateway counted since the last call to the run."""
        meter = self.gateway.meter
        now = (meter.requests, meter.transactions, meter.seconds)
        if now == self._metered:
            return
        names = ("http_requests", "api_transactions", "gateway_seconds")
        used = {
            name: new - old
            for name, new, old in zip(names, now, self._metered, strict=True)
        }
        self.run.write({name: self.run[name] + more for name, more in used.items()})
        self.env["intacct.usage"]._add(
            self.backend, used["http_requests"], used["api_transactions"], by_sync=True
        )
        self._metered = now

    def step(self, flow):
        """The step of the run for a flow, empty if the run has none."""
        return self.run.step_ids.filtered(lambda step: step.flow == flow)[:1]

    def query_rows(self, queries):
        """All rows of several queries, with as few HTTP requests as their pages
        allow: the first pages travel together.

        :param list[Query] queries: any number
        :return: one list of rows a query
        :rtype: list[list[dict]]
        :raises IntacctError: one of the queries was refused
        """
        if not queries:
            return []
        firsts = self.gateway.query_many(queries, deadline=self.deadline)
        return [
            [
                row
                for page in self.gateway.query_all(
                    query, first=first, deadline=self.deadline
                )
                for row in page.rows
            ]
            for query, first in zip(queries, firsts, strict=True)
        ]
