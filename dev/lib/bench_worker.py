"""One measurement in a process of its own: ``WAY DATABASE CONFIG ROWS``.

Prints one line of JSON at its end.  WAY is ``addon`` or one of the peers, ROWS the
file with the rows as bench_rows.invoices() makes them.
"""

import contextlib
import json
import resource
import sys
import time
from decimal import Decimal
from pathlib import Path

import odoo.cli.server
import psutil
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

from dev.lib import bench_peers, bench_rows
from dev.lib.demo import sign_in

ENDED = ("done", "errors", "failed")


class BenchError(Exception):
    """What was measured did not do what it was measured for."""


class Stopwatch:
    """Seconds since it was made, and those in which a processor worked for us: in
    this process or in the database server's that serves us.
    """

    def __init__(self, env):
        env.cr.execute("SELECT pg_backend_pid()")
        self._server = psutil.Process(env.cr.fetchone()[0])
        self._began, self._worked = time.perf_counter(), self._cpu()

    def _cpu(self):
        server = self._server.cpu_times()
        return time.process_time() + server.user + server.system

    def read(self):
        return {
            "seconds": time.perf_counter() - self._began,
            "cpu_seconds": self._cpu() - self._worked,
        }


def measure_addon(env, rows):
    """Imports the rows from the gateway, in the worker job's own function.

    :return: seconds without the gateway's and within the gateway, HTTP requests,
        transactions
    :rtype: dict
    """
    backend = env["intacct.backend"].create({"name": "Bench", **sign_in()})
    backend.action_connect()
    references = {
        reference.code: reference.id
        for reference in backend.env["intacct.reference"].search(
            [("backend_id", "=", backend.id), ("kind", "=", "account")]
        )
    }
    backend.item_reference_id = references[bench_rows.SALES]
    backend.undeposited_reference_id = references[bench_rows.UNDEPOSITED]
    run = backend._queue_run("manual")
    env.cr.commit()
    watch = Stopwatch(env)
    # A job ends when its time is up; the next one goes on where it stopped.
    while run.state not in ENDED:
        env["intacct.backend"]._cron_work(backend.id)
    result = watch.read()
    if run.state != "done":
        events = run.event_ids[:3].mapped("message")
        raise BenchError(f"the import is {run.state}: {run.message} {events}")
    return {
        **result,
        "seconds": result["seconds"] - run.gateway_seconds,
        "gateway_seconds": run.gateway_seconds,
        "http_requests": run.http_requests,
        "api_transactions": run.api_transactions,
    }


def measure_peer(env, rows, way):
    names = bench_peers.prepare(env)
    env.cr.commit()
    watch = Stopwatch(env)
    bench_peers.PEERS[way](env, rows, names)
    return watch.read()


def check_result(env, rows):
    """Every row became a posted invoice with the right total.

    :raises BenchError: it did not
    """
    env.invalidate_all()
    expected = {row["number"]: (row["currency"], bench_rows.total(row)) for row in rows}
    moves = env["account.move"].search(
        [("name", "in", list(expected)), ("state", "=", "posted")]
    )
    found = {
        move.name: (move.currency_id.name, Decimal(f"{move.amount_total:.2f}"))
        for move in moves
    }
    if found != expected:
        wrong = [name for name in expected if found.get(name) != expected[name]][:3]
        raise BenchError(f"{len(found)} of {len(expected)} invoices; wrong: {wrong}")


@contextlib.contextmanager
def opened(database, conf):
    """A database with the euro, as Odoo's superuser sees it.

    :return: yields the environment
    """
    config.parse_config(["-c", conf, "-d", database])
    odoo.cli.server.report_configuration()
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        bench_peers.use_euro(env)
        yield env


def main():
    way, database, conf, rows_file = sys.argv[1:]
    rows = json.loads(Path(rows_file).read_text())
    with opened(database, conf) as env:
        result = (
            measure_addon(env, rows) if way == "addon" else measure_peer(env, rows, way)
        )
        # Highest so far, before the check reads everything once more.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        check_result(env, rows)
        env.cr.commit()
    print(json.dumps({**result, "rss_mb": peak}))


if __name__ == "__main__":
    main()
