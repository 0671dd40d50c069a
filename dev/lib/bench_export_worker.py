"""One measurement of the export in a process of its own: ``DATABASE CONFIG ROWS``.

Prints one line of JSON at its end: seconds of Odoo, of the gateway and of Odoo's own
batch that made the invoices, requests, transactions and memory.
"""

import json
import resource
import sys
import time
from pathlib import Path

from dev.lib import bench_peers, bench_rows
from dev.lib.bench_worker import ENDED, BenchError, opened
from dev.lib.demo import sign_in


def connect(env):
    """A connection that exports everything at once.

    :rtype: intacct.backend
    """
    backend = env["intacct.backend"].create({"name": "Bench", **sign_in()})
    backend.action_connect()
    references = {
        reference.code: reference.id
        for reference in env["intacct.reference"].search(
            [("backend_id", "=", backend.id), ("kind", "=", "account")]
        )
    }
    backend.write(
        {
            "item_reference_id": references[bench_rows.SALES],
            "undeposited_reference_id": references[bench_rows.UNDEPOSITED],
            "export_start_date": bench_rows.FIRST_DAY,
            "send_delay": 0,
        }
    )
    env.cr.commit()
    return backend


def measure(env, rows):
    names = bench_peers.prepare(env)
    env.cr.commit()
    started = time.perf_counter()
    bench_peers.PEERS["batch"](env, rows, names)
    batch_seconds = time.perf_counter() - started
    backend = connect(env)
    env.invalidate_all()
    run = backend._queue_run("manual")
    env.cr.commit()
    started = time.perf_counter()
    # A job ends when its time is up; the next one goes on where it stopped.
    while run.state not in ENDED:
        env["intacct.backend"]._cron_work(backend.id)
    seconds = time.perf_counter() - started
    if run.state != "done":
        events = run.event_ids[:3].mapped("message")
        raise BenchError(f"the export is {run.state}: {run.message} {events}")
    return {
        "export_seconds": seconds - run.gateway_seconds,
        "gateway_seconds": run.gateway_seconds,
        "batch_seconds": batch_seconds,
        "http_requests": run.http_requests,
        "api_transactions": run.api_transactions,
        "customers": len({row["customer"] for row in rows}),
    }


def check_result(env, rows):
    """Every invoice is done and verified.

    :raises BenchError: one is not
    """
    done = env["intacct.operation"].search_count(
        [
            ("action", "=", "invoice"),
            ("state", "=", "done"),
            ("verified_at", "!=", False),
        ]
    )
    if done != len(rows):
        raise BenchError(f"{done} of {len(rows)} invoices are in Intacct")


def main():
    database, conf, rows_file = sys.argv[1:]
    rows = json.loads(Path(rows_file).read_text())
    with opened(database, conf) as env:
        result = measure(env, rows)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        check_result(env, rows)
    print(json.dumps({**result, "rss_mb": peak}))


if __name__ == "__main__":
    main()
