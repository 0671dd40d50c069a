"""``dev/bench export``: what it costs to bring invoices to Intacct."""

import json
import os
import re
import subprocess
from pathlib import Path

from dev.lib import bench_rows
from dev.lib.bench_place import fresh_place, workshop
from dev.lib.demo import sign_in
from dev.lib.demo_odoo import Connection, use_currencies
from dev.lib.stack import (
    LOG_DIR,
    PYTHON,
    ROOT,
    InstallError,
    OdooServer,
    write_config,
)
from dev.lib.table import table

SIZES = (1000,)
# The run in which a write takes a second, and a job is killed before it has sent
# half of the invoices. Odoo needs a limit of more than the 69 seconds for which an
# idle scheduler sleeps.
SLOW_INVOICES = 45
SLOW_WRITE_SECONDS = 1
SLOW_LIMIT_SECONDS = 95
SLOW_TOO_LONG = 600
# What Odoo's prefork server and its workers say of a job over a limit.
KILLED = re.compile(r"timeout after \d|limit \(.*\) reached")
# Odoo's cost of one invoice where its own batch needs as much.
MOST_MS = 25


def say(text=""):
    print(text, flush=True)


def company_load():
    """The bench's books without its customers, which the export creates."""
    return {
        name: section
        for name, section in bench_rows.company_load().items()
        if name != "CUSTOMER"
    }


def measure(cluster, folder, count):
    """What bench_export_worker measured, and how many customers were made besides.

    :rtype: tuple[dict, int]
    :raises InstallError: it failed
    """
    rows = bench_rows.invoices(count)
    with fresh_place(cluster, folder, company_load()) as (place, intacct, database):
        config, data = place / "odoo.conf", place / "rows.json"
        write_config(cluster, config, database, log_level="warn")
        data.write_text(json.dumps(rows))
        LOG_DIR.mkdir(parents=True, exist_ok=True)
        log = LOG_DIR / "bench-export.log"
        worker = [str(PYTHON), "-m", "dev.lib.bench_export_worker"]
        with open(log, "w") as output:
            process = subprocess.run(
                [*worker, database, str(config), str(data)],
                cwd=ROOT,
                env={**os.environ, "INTACCT_GATEWAY_URL": intacct.gateway_url},
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                check=False,
            )
        if process.returncode:
            tail = "\n".join(log.read_text().splitlines()[-15:])
            raise InstallError(f"the export failed ({log}):\n{tail}")
    got = json.loads(process.stdout.splitlines()[-1])
    return figures(count, got), got["customers"]


def figures(count, got):
    """The figures of one size; ms are per invoice."""

    def each(name):
        return round(got[f"{name}_seconds"] * 1000 / count, 3)

    return {
        "invoices": count,
        "export_ms": each("export"),
        "gateway_ms": each("gateway"),
        "batch_ms": each("batch"),
        "http_requests": got["http_requests"],
        "api_transactions": got["api_transactions"],
        "rss_mb": round(got["rss_mb"], 1),
    }


def aims(one, customers):
    """What was aimed at: name, measured, allowed.

    :rtype: list[tuple]
    """
    count = one["invoices"]
    ratio = one["export_ms"] / one["batch_ms"]
    return [
        ("Odoo's cost / its batch's", ratio, 1.0),
        (f"Odoo's cost where a batch costs {MOST_MS} ms", ratio * MOST_MS, MOST_MS),
        ("HTTP requests", one["http_requests"], count / 50 + 10),
        (
            "API transactions",
            one["api_transactions"],
            count + customers + count / 1000 + 8,
        ),
    ]


def show(results):
    say(table(list(results[0][0]), [list(one.values()) for one, _made in results]))
    say("ms are per invoice of three lines; export is Odoo's part without the gateway")
    rows = [
        [
            f"{one['invoices']:,}: {name}",
            f"{measured:.2f}",
            f"{allowed:.2f}",
            "yes" if measured <= allowed else "NO",
        ]
        for one, customers in results
        for name, measured, allowed in aims(one, customers)
    ]
    say()
    say(table(["aim", "measured", "allowed", "met"], rows))


def slow_run(cluster, folder):
    """Odoo's prefork server at a gateway that takes a second for each write, with a
    time limit that is shorter than the whole.

    :return: seconds from Sync Now to the end, jobs that a limit killed
    :rtype: tuple[float, int]
    """
    with (
        fresh_place(cluster, folder, company_load()) as (_place, intacct, database),
        OdooServer(
            cluster,
            database,
            gateway_url=intacct.gateway_url,
            workers=2,
            options={"limit_time_real_cron": SLOW_LIMIT_SECONDS},
        ) as odoo,
    ):
        call = odoo.rpc()
        connection = prepare_slow(call)
        delay = {"action": "delay", "seconds": SLOW_WRITE_SECONDS, "times": None}
        intacct.admin("faults", [{**delay, "function": "create_invoice"}])
        run = connection.sync(seconds=SLOW_TOO_LONG)
        sent = len(intacct.admin("objects/ARINVOICE"))
        if run.values["state"] != "done" or sent != SLOW_INVOICES:
            raise InstallError(
                f"the slow export is {run.values['state']} with {sent} invoices: "
                f"{run.values['message']} {run.failures[:3]}"
            )
        killed = len(KILLED.findall(odoo.log.read_text(errors="replace")))
        return run.values["duration"], killed


def prepare_slow(call):
    """A connection and SLOW_INVOICES posted invoices, as a person makes them."""
    use_currencies(call, {})
    connection = Connection.create(call, name="Bench", **sign_in())
    connection.act("action_connect")
    connection.choose(
        item_reference_id=("account", bench_rows.SALES),
        undeposited_reference_id=("account", bench_rows.UNDEPOSITED),
    )
    values = {"export_start_date": str(bench_rows.FIRST_DAY), "send_delay": 0}
    call("intacct.backend", "write", [[connection.id], values])
    (partner,) = call("res.partner", "create", [[{"name": "Slow", "ref": "SLOW"}]])
    line = {"name": "Position", "price_unit": 10, "tax_ids": [(5,)]}
    invoice = {
        "move_type": "out_invoice",
        "partner_id": partner,
        "invoice_date": str(bench_rows.FIRST_DAY),
        "invoice_line_ids": [(0, 0, line)] * bench_rows.LINES,
    }
    moves = call("account.move", "create", [[invoice] * SLOW_INVOICES])
    call("account.move", "action_post", [moves])
    return connection


def export_bench(sizes, target, slow=True):
    """Measures all sizes, prints them and writes them to ``target``."""
    with workshop() as (cluster, folder):
        results = []
        for count in sorted(set(sizes)):
            say(f"{count:,} invoices ...")
            results.append(measure(cluster, folder, count))
        say()
        show(results)
        if slow:
            say()
            say(
                f"{SLOW_INVOICES} invoices, {SLOW_WRITE_SECONDS} s a write, prefork ..."
            )
            seconds, killed = slow_run(cluster, folder)
            say(
                f"done after {seconds:.0f} s with a limit of {SLOW_LIMIT_SECONDS} s a "
                f"job; {killed} jobs were killed"
            )
    if target:
        Path(target).write_text(
            json.dumps([one for one, _made in results], indent=1) + "\n"
        )
