"""Jobs of a connection, each in a process of its own that may be killed.

The first process loads Odoo once and forks a child for every job, as Odoo's prefork
server does.  It is told what to do line by line on its standard input::

    {"job": 1, "backend": 3, "lock": true, "death": null}
    {"go": 1}

and answers, also line by line, ``{"job": 1, "pid": 4711}`` when the child is there
and ``{"job": 1, "status": 0}`` when it has ended.  The child begins at the second
line, so that whoever is to kill it can be told its pid before.  With ``lock`` it
takes the lock of the scheduled action, as Odoo's scheduler does; without it goes
round it.  With ``death`` it kills itself before or after its n-th commit.
"""

import contextlib
import itertools
import json
import os
import select
import signal
import subprocess
import sys
import time

from dev.lib.paths import LOG_DIR, PYTHON, ROOT

PAUSE = 0.02
BESIDE_SECONDS = 60
BUSY, BROKEN = 3, 4
WARM_MODELS = ("account.move", "account.move.line", "account.partial.reconcile")
WARM_MODELS += ("account.payment", "res.partner", "intacct.binding")
WARM_MODELS += ("intacct.operation", "intacct.sync.event", "intacct.sync.run")


class Senders:
    """The forking process, seen from outside.

    :param str config: path of odoo.conf
    :param str database: name of the database
    :param dict environment: of its processes
    """

    def __init__(self, config, database, environment):
        self._jobs = 0
        self._status = {}
        LOG_DIR.mkdir(parents=True, exist_ok=True)
        self._log = open(LOG_DIR / f"chaos-senders-{database}.log", "a")
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--", str(PYTHON), "-m", __name__]
            + [str(config), database],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            bufsize=0,
        )
        self._unread = b""
        self._read_until(lambda answer: "ready" in answer)

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self._process.stdin.close()
        self._process.wait()
        self._log.close()

    def start(self, backend, lock):
        """Begins a job.

        :return: number of the job and the pid of its process
        :rtype: tuple[int, int]
        """
        job, pid = self.prepare(backend, lock)
        self.go(job)
        return job, pid

    def go(self, job):
        """Lets a job begin that was prepared."""
        self._tell({"go": job})

    def _tell(self, order):
        self._process.stdin.write(json.dumps(order).encode() + b"\n")

    def prepare(self, backend, lock, death=None):
        """A job that begins when it is told to go.

        :param dict death: ``nth`` and ``when`` (before, after): the commit at which
            it kills itself
        :return: number of the job and the pid of its process
        :rtype: tuple[int, int]
        """
        self._jobs += 1
        job = self._jobs
        self._tell({"job": job, "backend": backend, "lock": lock, "death": death})
        answer = self._read_until(
            lambda answer: answer.get("job") == job and "pid" in answer
        )
        return job, answer["pid"]

    def wait(self, job):
        """The exit status of a job, negative for the signal that killed it."""
        while job not in self._status:
            self._read()
        return self._status.pop(job)

    def is_running(self, job):
        while job not in self._status and self._has_answer():
            self._read()
        return job not in self._status

    def _has_answer(self):
        """Whether an answer is there; several may have come at once."""
        if b"\n" in self._unread:
            return True
        ready, _, _ = select.select([self._process.stdout], [], [], 0)
        return bool(ready)

    def _read_until(self, wanted):
        while True:
            answer = self._read()
            if wanted(answer):
                return answer

    def _read(self):
        while b"\n" not in self._unread:
            data = os.read(self._process.stdout.fileno(), 65536)
            if not data:
                raise RuntimeError(f"the senders' process ended; see {self._log.name}")
            self._unread += data
        line, _, self._unread = self._unread.partition(b"\n")
        answer = json.loads(line)
        if "status" in answer:
            self._status[answer["job"]] = answer["status"]
        return answer


# ----------------------------------------------------------------------
# Inside
# ----------------------------------------------------------------------
def run_job(database, backend_id, lock):
    """One call of a connection's job; the status with which the process ends."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from psycopg2 import OperationalError

    registry = Registry(database)
    registry.check_signaling()
    with registry.cursor() as cr, registry.cursor() as lease:
        if lock:
            try:
                lease.execute(
                    """SELECT FROM ir_cron JOIN intacct_backend backend
                           ON backend.cron_id = ir_cron.id
                        WHERE backend.id = %s
                          FOR NO KEY UPDATE OF ir_cron NOWAIT""",
                    (backend_id,),
                    log_exceptions=False,
                )
            except OperationalError:
                lease.rollback()
                return BUSY
        env = api.Environment(cr, SUPERUSER_ID, {})
        if lock:
            env["intacct.backend"]._cron_work(backend_id)
        else:
            work_beside(env, backend_id)
        cr.commit()
    return 0


def work_beside(env, backend_id):
    """A run of its own: so nothing but what is sent stands between two senders."""
    from odoo.addons.intacct_connector.flows.problems import OutOfTime

    backend = env["intacct.backend"].browse(backend_id)
    run = env["intacct.sync.run"].create({"backend_id": backend_id, "trigger": "retry"})
    env.cr.commit()
    engine = env["intacct.engine"].with_company(backend.company_id)
    with contextlib.suppress(OutOfTime):  # the next job goes on with the run
        engine._work_on(run.with_env(engine.env), time.monotonic() + BESIDE_SECONDS)


def die_at_commit(nth, when):
    """kill -9 of this process before or after its n-th commit."""
    from odoo.sql_db import Cursor

    commit = Cursor.commit
    commits = itertools.count(1)

    def deadly(cursor):
        last = next(commits) == nth
        if last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        commit(cursor)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)

    Cursor.commit = deadly


def child(database, order, starter):
    import logging

    try:
        os.read(starter, 1)
        if order["death"]:
            die_at_commit(**order["death"])
        status = run_job(database, order["backend"], order["lock"])
    except BaseException:
        # The process is about to end: its status tells, its log says why.
        logging.getLogger(__name__).exception("The job raised")
        status = BROKEN
    logging.shutdown()
    os._exit(status)


def warm(registry):
    """Works out once what every child would work out for itself: which fields depend
    on which."""
    for name in WARM_MODELS:
        for model_field in registry[name]._fields.values():
            registry.get_field_trigger_tree(model_field)


class Forks:
    """The children of this process that have not ended."""

    def __init__(self, database):
        self._database = database
        self._jobs = {}
        self._starters = {}
        self._warm = None

    def obey(self, order):
        if "go" in order:
            os.close(self._starters.pop(order["go"]))
        else:
            self._fork(order)

    def _fork(self, order):
        import odoo.sql_db
        from odoo.modules.registry import Registry

        # What has changed is loaded once here, not again by every child.
        registry = Registry(self._database).check_signaling()
        if registry is not self._warm:
            warm(registry)
            self._warm = registry
        # A connection must not be shared with the child.
        odoo.sql_db.close_all()
        starter, theirs = os.pipe()
        pid = os.fork()
        if not pid:
            # A pipe tells its end only when nobody else can write into it.
            for inherited in (theirs, *self._starters.values()):
                os.close(inherited)
            child(self._database, order, starter)
        os.close(starter)
        self._starters[order["job"]] = theirs
        self._jobs[pid] = order["job"]
        say({"job": order["job"], "pid": pid})

    def reap(self):
        for pid in list(self._jobs):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                code = os.waitstatus_to_exitcode(status)
                say({"job": self._jobs.pop(pid), "status": code})


def main():
    from odoo.cli.server import report_configuration
    from odoo.modules.registry import Registry
    from odoo.tools import config

    conf, database = sys.argv[1:]
    config.parse_config(["-c", conf, "-d", database])
    report_configuration()
    Registry(database)
    say({"ready": True})
    forks, buffer = Forks(database), b""
    while True:
        ready, _, _ = select.select([0], [], [], PAUSE)
        if ready:
            data = os.read(0, 65536)
            if not data:
                break
            *lines, buffer = (buffer + data).split(b"\n")
            for line in lines:
                forks.obey(json.loads(line))
        forks.reap()


def say(answer):
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
