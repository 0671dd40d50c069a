"""``dev/chaos``: people, faults and killed processes, and then both books compared."""

import argparse
import contextlib
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from dev.lib.chaos_check import Comparison
from dev.lib.chaos_company import set_up
from dev.lib.chaos_people import People
from dev.lib.chaos_plan import digest, draw_plan
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
DOCUMENTS = ("ARINVOICE", "ARADJUSTMENT")
SENT_OBJECTS = (*DOCUMENTS, "ARPYMT", "ARADVANCE", "CUSTOMER")
PAUSE = 0.01


def say(text=""):
    print(text, flush=True)


class Chaos:
    """One run: its companies, its people and everything that goes wrong.

    :ivar dict incidents: how often something broke, by what it was
    """

    def __init__(self, cluster, database, intacct, odoo, senders, switches):
        self.cluster = cluster
        self.database = database
        self.intacct = intacct
        self.senders = senders
        self.call = odoo.rpc()
        self.company = set_up(self.call, intacct, switches)
        self.people = People(self.call, intacct, self.company)
        self.backend = self.company.connection.id
        self.incidents = Counter()

    # ------------------------------------------------------------------
    # Rounds
    # ------------------------------------------------------------------
    def round(self, plan):
        """People act while jobs run, and something breaks.

        :param dict plan: as draw_round() made it
        """
        self.intacct.no_faults()
        for act in plan["acts"]:
            self.people.do(act)
        self._time_passes(plan["hours"])
        self.company.connection.act("action_sync_now")
        jobs = [self._prepare(plan)]
        self.senders.go(jobs[0])
        if plan["second_sender"]:
            self.incidents["second sender"] += 1
            jobs.append(self.senders.start(self.backend, lock=False)[0])
        for act in plan["meanwhile"]:
            self.people.do(act)
        self._watch(jobs)
        rules = self.intacct.admin("faults")["faults"]
        self.incidents["faults met"] += sum(not rule["times"] for rule in rules)
        if plan["approve"]:
            self._approve()

    def _prepare(self, plan):
        """The job of a round that does not run yet, and what will break it."""
        death = plan["death"]
        by_itself = None
        if death and death["at"] == "commit":
            by_itself = {"nth": death["nth"], "when": death["when"]}
        job, pid = self.senders.prepare(self.backend, True, by_itself)
        rules = list(plan["faults"])
        if death and death["at"] == "request":
            rules.append(
                {
                    "action": "kill",
                    "pid": pid,
                    "nth": death["nth"],
                    "when": death["when"],
                }
            )
        self.intacct.admin("faults", rules)
        self.incidents["faults drawn"] += len(plan["faults"])
        return job

    def _watch(self, jobs):
        """Until the jobs have ended, one way or the other."""
        while any([self.senders.is_running(job) for job in jobs]):
            self._revive()
            time.sleep(PAUSE)
        self._revive()
        for job in jobs:
            status = self.senders.wait(job)
            if status == BROKEN:
                self.incidents["job raised"] += 1
            elif status < 0:
                self.incidents["job killed"] += 1

    def _revive(self):
        """A fault may have made the gateway kill itself."""
        if not self.intacct.alive():
            self.incidents["gateway killed"] += 1
            self.intacct.kill()
            self.intacct.start()

    # ------------------------------------------------------------------
    # Time and approval
    # ------------------------------------------------------------------
    def _sql(self, query):
        self.cluster.execute(query, database=self.database)

    def _time_passes(self, hours=0):
        """Nobody waits a minute here: whatever was put off is due. In Intacct, hours
        may have gone by: sessions have ended, control ids may be forgotten."""
        if hours:
            advance = {"action": "clock", "advance": hours * 3600}
            self.intacct.admin("change", advance)
        self._sql(
            "UPDATE intacct_sync_run SET next_attempt = NULL"
            " WHERE state IN ('queued', 'running')"
        )
        self._sql(
            "UPDATE intacct_operation SET next_attempt = now() at time zone 'utc'"
            " WHERE next_attempt IS NOT NULL"
        )

    def _approve(self):
        for name in self.company.switches["approvals"]:
            for row in self.intacct.admin(f"objects/{name}?STATE=Submitted"):
                submit = {"action": "submit", "key": row["RECORDNO"]}
                self.intacct.admin("change", submit)

    # ------------------------------------------------------------------
    # The end
    # ------------------------------------------------------------------
    def calm_down(self, syncs=LAST_SYNCS):
        """Nothing breaks any more; a fixed number of syncs does what is left."""
        self.intacct.no_faults()
        for _sync in range(syncs):
            self._approve()
            self.people.post_drafts()
            self._press_retry()
            self._do_by_hand()
            self._decide_doubts()
            self.company.connection.act("action_sync_now")
            for _job in range(JOBS_A_SYNC):
                self._time_passes()
                job, _pid = self.senders.start(self.backend, lock=True)
                if self.senders.wait(job) == BROKEN:
                    self.incidents["job raised in calm"] += 1
                if not self._runs():
                    break

    def _runs(self):
        domain = [("state", "in", ("queued", "running"))]
        return self.call("intacct.sync.run", "search_count", [domain])

    def _press_retry(self):
        failed = self.call("intacct.operation", "search", [[("state", "=", "failed")]])
        if failed:
            self.incidents["retry pressed"] += 1
            self.call("intacct.operation", "action_retry", [failed])

    def _do_by_hand(self):
        """What the gateway cannot take back a person takes back in Intacct."""
        domain = [("state", "=", "do_it")]
        names = ["target_recordno"]
        for row in self.call("intacct.operation", "search_read", [domain, names]):
            key = row["target_recordno"]
            with contextlib.suppress(ServerError):  # it was done already
                self.intacct.admin("change", {"action": "reverse", "key": key})
                self.incidents["done by hand"] += 1

    def _decide_doubts(self):
        """A manager looks into Intacct for what the connector is not sure of."""
        domain = [("state", "=", "in_doubt"), ("cause", "=", "recorded")]
        doubtful = self.call(
            "intacct.operation", "search_read", [domain, ["marker"]], {"order": "id"}
        )
        there = "".join(
            row.get("DESCRIPTION") or row.get("COMMENTS") or ""
            for name in SENT_OBJECTS
            for row in self.intacct.admin(f"objects/{name}")
        )
        for operation in doubtful:
            if operation["marker"] not in there:
                self.incidents["doubt decided"] += 1
                action = self.call(
                    "intacct.operation", "action_ask_not_there", [[operation["id"]]]
                )
                wizard = [[action["res_id"]]]
                self.call("intacct.decide", "write", [*wizard, {"reason": "Looked"}])
                self.call("intacct.decide", "action_confirm", wizard)

    def compare(self):
        """:rtype: Verdict"""
        return Comparison(self.call, self.intacct, self.company).run()


@contextlib.contextmanager
def running(switches):
    """Everything that a run needs, started.

    :param dict switches: of the simulator, as draw_switches() makes them
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
        yield Chaos(cluster, database, intacct, odoo, senders, switches)


def play(run, plan):
    """All rounds of a plan, and the calm after them."""
    for number, one in enumerate(plan["rounds"], 1):
        run.round(one)
        if not number % SHOWN:
            say(f"round {number}: {sum(run.people.acts.values())} acts")
    say("calm ...")
    run.calm_down()


def chaos(rounds, seed):
    """Runs it and prints what came of it.

    :return: whether both books agree
    :rtype: bool
    """
    begun = time.monotonic()
    plan = draw_plan(rounds, seed)
    say(f"plan {digest(plan)} of seed {seed}, switches {plan['switches']}")
    with running(plan["switches"]) as run:
        play(run, plan)
        verdict = run.compare()
        tell(run, verdict)
    say(f"{time.monotonic() - begun:.0f} s")
    figures = " ".join(f"{name}={count}" for name, count in verdict.counts().items())
    say(f"chaos: rounds={rounds} {figures}")
    return verdict.holds()


def tell(run, verdict):
    """Prints what was done, what broke and what was found."""
    for name, count in sorted(run.people.acts.items()):
        say(f"  {count:5} {name}")
    for act, reason in sorted(run.people.refusals.items()):
        say(f"  {act}: {reason}")
    say(f"confirmed in Odoo: {run.people.confirmed}")
    say(f"incidents: {dict(sorted(run.incidents.items()))}")
    say(f"compared: {dict(verdict.compared)}")
    for name in verdict.counts():
        for sentence in getattr(verdict, name)[:SHOWN]:
            say(f"  {name}: {sentence}")


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
