"""``dev/chaos``: people, faults and killed processes, and then both books compared."""

import argparse
import contextlib
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import requests

from dev.lib.chaos_check import OBJECTS, Comparison
from dev.lib.chaos_company import set_up
from dev.lib.chaos_people import People
from dev.lib.chaos_senders import BROKEN, Senders
from dev.lib.stack import (
    DEV,
    Cluster,
    ClusterError,
    InstallError,
    OdooServer,
    ServerError,
    Simulator,
    no_process_left,
    stop_on_sigterm,
    temporary_database,
)

LAST_SYNCS = 8
JOBS_A_SYNC = 6
SHOWN = 25
WRITES = ("create_invoice", "create_aradjustment", "create", "apply_arpayment")
WRITES += ("reverse_invoice", "reverse_arpayment")
KILL_SECONDS = 1.5


def say(text=""):
    print(text, flush=True)


class Chaos:
    """One run: its companies, its people and everything that goes wrong."""

    def __init__(self, cluster, database, intacct, odoo, senders, seed):
        self.cluster = cluster
        self.database = database
        self.intacct = intacct
        self.senders = senders
        self.seed = seed
        self.draw = random.Random(seed)
        self.call = odoo.rpc()
        self.company = set_up(self.call, intacct, self.draw)
        self.people = People(self.call, intacct, self.draw, self.company)
        self.backend = self.company.connection.id
        self.incidents = {}

    # ------------------------------------------------------------------
    # Rounds
    # ------------------------------------------------------------------
    def round(self, number):
        """People act while jobs run, and something breaks.

        What is drawn depends on the seed and the number only: how long a job took
        before must not change it.
        """
        self.draw = random.Random(f"{self.seed}/{number}/incidents")
        self.people.draw = random.Random(f"{self.seed}/{number}/people")
        for _act in range(self.draw.randrange(1, 4)):
            self.people.act()
        self._break_gateway()
        self._time_passes()
        self.company.connection.act("action_sync_now")
        jobs = [self.senders.start(self.backend, lock=True)]
        if self.draw.random() < 0.25:
            self._count("second sender")
            jobs.append(self.senders.start(self.backend, lock=False))
        kill_at = None
        if self.draw.random() < 0.3:
            kill_at = time.monotonic() + self.draw.random() * KILL_SECONDS
        restart_at = None
        if self.draw.random() < 0.1:
            restart_at = time.monotonic() + self.draw.random() * KILL_SECONDS
        if self.draw.random() < 0.4:
            self.people.act()
        self._watch(jobs, kill_at, restart_at)
        if self.company.switches["approvals"] and self.draw.random() < 0.5:
            self._approve()

    def _watch(self, jobs, kill_at, restart_at):
        """Until the jobs have ended, one way or the other."""
        while any([self.senders.is_running(job) for job, _pid in jobs]):
            self._revive()
            now = time.monotonic()
            if kill_at and now >= kill_at:
                job, pid = jobs[0]
                kill_at = None
                if self.senders.is_running(job):
                    self._count("job killed")
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            if restart_at and now >= restart_at:
                restart_at = None
                self._count("gateway killed")
                self.intacct.kill()
                self.intacct.start()
            time.sleep(0.02)
        self._revive()
        for job, _pid in jobs:
            if self.senders.wait(job) == BROKEN:
                self._count("job raised")

    def _revive(self):
        """A fault may have made the gateway kill itself."""
        if not self.intacct.alive():
            self._count("gateway killed itself")
            self.intacct.kill()
            self.intacct.start()

    def _count(self, what):
        self.incidents[what] = self.incidents.get(what, 0) + 1

    # ------------------------------------------------------------------
    # What breaks
    # ------------------------------------------------------------------
    def _break_gateway(self):
        self.intacct.admin("faults", [self._fault() for _ in range(self._faults())])

    def _faults(self):
        return self.draw.choice((0, 0, 1, 1, 2, 3))

    def _fault(self):
        when = self.draw.choice(("before", "after"))
        fault = self.draw.choice(
            (
                {"action": "cut", "when": when},
                {"action": "cut", "when": when},
                {"action": "truncate", "bytes": self.draw.randrange(2000)},
                {"action": "status", "when": when, "status": 500},
                {"action": "status", "when": "before", "status": 429},
                {"action": "empty", "when": when},
                {"action": "html", "when": when, "status": 502},
                {"action": "error"},
                {
                    "action": "error",
                    "text": "There is a concurrent request in process.",
                },
                {"action": "expire_session", "when": when},
                {"action": "delay", "seconds": round(self.draw.random(), 2)},
                {"action": "kill", "when": when},
            )
        )
        function = self.draw.choice((*WRITES, *WRITES[:3], "query"))
        self._count(f"{fault['action']} {fault.get('when', '')}".strip())
        return {**fault, "function": function}

    # ------------------------------------------------------------------
    # Time and approval
    # ------------------------------------------------------------------
    def _sql(self, query):
        self.cluster.execute(query, database=self.database)

    def _time_passes(self):
        """Nobody waits a minute here: whatever was put off is due."""
        self._sql(
            "UPDATE intacct_sync_run SET next_attempt = NULL"
            " WHERE state IN ('queued', 'running')"
        )
        self._sql(
            "UPDATE intacct_operation SET next_attempt = now() at time zone 'utc'"
            " WHERE next_attempt IS NOT NULL"
        )

    def _approve(self):
        for row in self.intacct.admin("objects/ARINVOICE"):
            if row["STATE"] == "Submitted":
                submit = {"action": "submit", "key": row["RECORDNO"]}
                self.intacct.admin("change", submit)

    # ------------------------------------------------------------------
    # The end
    # ------------------------------------------------------------------
    def calm_down(self, syncs=LAST_SYNCS):
        """Nothing breaks any more; a fixed number of syncs does what is left."""
        self.intacct.admin("faults", [])
        self._clear_faults()
        for _sync in range(syncs):
            self._approve()
            self._press_retry()
            self._decide_doubts()
            self.company.connection.act("action_sync_now")
            for _job in range(JOBS_A_SYNC):
                self._time_passes()
                job, _pid = self.senders.start(self.backend, lock=True)
                if self.senders.wait(job) == BROKEN:
                    self._count("job raised in calm")
                if not self._runs():
                    break

    def _clear_faults(self):
        requests.delete(f"{self.intacct.url}/_simulator/faults", timeout=30)

    def _runs(self):
        domain = [("state", "in", ("queued", "running"))]
        return self.call("intacct.sync.run", "search_count", [domain])

    def _press_retry(self):
        failed = self.call("intacct.operation", "search", [[("state", "=", "failed")]])
        if failed:
            self._count("retry pressed")
            self.call("intacct.operation", "action_retry", [failed])

    def _decide_doubts(self):
        """A manager looks into Intacct for what the connector is not sure of."""
        domain = [("state", "=", "in_doubt"), ("cause", "=", "recorded")]
        doubtful = self.call(
            "intacct.operation", "search_read", [domain, ["marker"]], {"order": "id"}
        )
        there = "".join(
            row.get("DESCRIPTION") or row.get("COMMENTS") or ""
            for name in (*OBJECTS, "CUSTOMER")
            for row in self.intacct.admin(f"objects/{name}")
        )
        for operation in doubtful:
            if operation["marker"] not in there:
                self._count("doubt decided")
                action = self.call(
                    "intacct.operation", "action_ask_not_there", [[operation["id"]]]
                )
                wizard = [[action["res_id"]]]
                self.call("intacct.decide", "write", [*wizard, {"reason": "Looked"}])
                self.call("intacct.decide", "action_confirm", wizard)

    def compare(self):
        return Comparison(self.call, self.intacct, self.company).run()


@contextlib.contextmanager
def running(seed):
    """Everything that a run needs, started.

    :return: yields a Chaos
    """
    DEV.mkdir(exist_ok=True)
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(Cluster())
        stack.enter_context(no_process_left())
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="chaos-", dir=DEV)
        )
        database = stack.enter_context(temporary_database(cluster, addon=True))
        store = Path(folder) / "intacct.sqlite"
        intacct = stack.enter_context(Simulator(store, company="empty"))
        intacct.company = None  # it keeps its books when it is started again
        odoo = stack.enter_context(
            OdooServer(
                cluster,
                database,
                gateway_url=intacct.gateway_url,
                cron=False,
            )
        )
        senders = stack.enter_context(
            Senders(odoo.config, database, odoo.process_environment())
        )
        yield Chaos(cluster, database, intacct, odoo, senders, seed)


def chaos(rounds, seed):
    """Runs it and prints what came of it.

    :return: whether both books agree
    :rtype: bool
    """
    begun = time.monotonic()
    with running(seed) as run:
        say(f"seed {seed}, switches {run.company.switches}")
        for number in range(1, rounds + 1):
            run.round(number)
            if not number % SHOWN:
                say(f"round {number}: {run.people.acts}")
        say("calm ...")
        run.calm_down()
        verdict = run.compare()
        say(f"people: {run.people.acts}")
        for act, reason in run.people.refusals.items():
            say(f"  {act}: {reason}")
        say(f"incidents: {run.incidents}")
        say(f"compared: {dict(verdict.compared)}")
        for name in verdict.counts():
            for sentence in getattr(verdict, name)[:SHOWN]:
                say(f"  {name}: {sentence}")
    say(f"{time.monotonic() - begun:.0f} s")
    figures = " ".join(f"{name}={count}" for name, count in verdict.counts().items())
    say(f"chaos: rounds={rounds} {figures}")
    return verdict.holds()


def main():
    parser = argparse.ArgumentParser(prog="dev/chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=25, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds must be at least 1")
    stop_on_sigterm()
    try:
        return 0 if chaos(arguments.rounds, arguments.seed) else 1
    except (ClusterError, InstallError, ServerError) as error:
        print(f"dev/chaos: error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
