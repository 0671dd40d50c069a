"""``dev/bench``: what an import costs, beside other ways into Odoo."""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from dev.lib import bench_export, bench_rows, bench_views
from dev.lib.bench_place import workshop
from dev.lib.stack import (
    LOG_DIR,
    PYTHON,
    ROOT,
    ClusterError,
    InstallError,
    ServerError,
    Simulator,
    stop_on_sigterm,
    temporary_database,
    write_config,
)
from dev.lib.table import table

SIZES = (1000, 5000)
WAYS = ("addon", "batch", "csv", "single")
# One at a time does not get cheaper or dearer with their number.
SINGLE_SAMPLE = 300
LOAD_PART = 500
JOB_SECONDS = 3600
FIRST_KEY = 1001
FIRST_PAYMENT = 1_000_001
# The aims: cost against the batch, cost of the largest size against the smallest,
# memory.
BATCH_RATIO = 1.15
SIZE_RATIO = 1.1
GROWTH_MB = 60


def say(text=""):
    print(text, flush=True)


class Bench:
    """Measures in fresh processes on fresh databases.

    :ivar Cluster cluster: running
    :ivar Path folder: for what is needed meanwhile
    """

    def __init__(self, cluster, folder):
        self.cluster = cluster
        self.folder = folder

    def addon(self, rows, paid=False):
        """The import of the rows out of the simulator.

        :param bool paid: with a receipt of a part of each
        :rtype: dict
        """
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            store = Path(folder) / "intacct.sqlite"
            with Simulator(store, company="empty") as intacct:
                intacct.admin("load", bench_rows.company_load())
                for start in range(0, len(rows), LOAD_PART):
                    part = rows[start : start + LOAD_PART]
                    key = FIRST_KEY + start
                    intacct.admin("load", bench_rows.invoice_load(part, key))
                    if paid:
                        payments = bench_rows.payment_load(
                            part, key, FIRST_PAYMENT + 2 * start
                        )
                        intacct.admin("load", payments)
                return self._work("addon", rows, intacct.gateway_url)

    def peer(self, way, rows):
        """The same rows in another way, in an Odoo without the addon."""
        return self._work(way, rows)

    def _work(self, way, rows, gateway=None):
        """What bench_worker measured.

        :raises InstallError: it failed
        """
        with temporary_database(self.cluster, addon=bool(gateway)) as database:
            files = self.folder / f"{database}.conf", self.folder / f"{database}.json"
            config, data = files
            # One job does it all: how often a slow machine would interrupt it is
            # no property of the import.
            options = {"log_level": "warn", "limit_time_real_cron": 2 * JOB_SECONDS}
            write_config(self.cluster, config, database, **options)
            data.write_text(json.dumps(rows))
            log = LOG_DIR / f"bench-{way}.log"
            LOG_DIR.mkdir(parents=True, exist_ok=True)
            environment = {**os.environ, "INTACCT_GATEWAY_URL": gateway or ""}
            worker = [str(PYTHON), "-m", "dev.lib.bench_worker", way, database]
            command = [*worker, *map(str, files)]
            with open(log, "w") as errors:
                done = subprocess.run(
                    ["setpriv", "--pdeathsig", "TERM", "--", *command],
                    cwd=ROOT,
                    env=environment,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    text=True,
                )
        if done.returncode:
            tail = "\n".join(log.read_text().splitlines()[-15:])
            raise InstallError(f"the measurement of {way} failed ({log}):\n{tail}")
        return json.loads(done.stdout.splitlines()[-1])


def per_invoice(seconds, count):
    """Milliseconds for each of ``count``."""
    return round(1000 * seconds / count, 2)


def measure(bench, count, repeat):
    """One size: the addon, then its peers on the same rows.

    :param int repeat: how often; the fastest counts, as only the machine's other
        work makes a difference
    :rtype: dict
    """
    rows = bench_rows.invoices(count)
    sample = rows[:SINGLE_SAMPLE]
    attempts = {way: [] for way in WAYS}
    for attempt in range(repeat):
        for way in WAYS:
            part = sample if way == "single" else rows
            done = bench.addon(part) if way == "addon" else bench.peer(way, part)
            attempts[way].append(done | {"count": len(part)})
            say(
                f"{len(part):,} invoices, attempt {attempt + 1}: {way} "
                f"{per_invoice(done['seconds'], len(part)):.2f} ms per invoice, "
                f"{per_invoice(done['cpu_seconds'], len(part)):.2f} ms of a processor, "
                f"{done['rss_mb']:.0f} MB"
            )
    fastest = {
        way: min(done, key=lambda one: one["seconds"]) for way, done in attempts.items()
    }
    ours = fastest["addon"]
    costs = {
        f"{way}_ms": per_invoice(done["seconds"], done["count"])
        for way, done in fastest.items()
    }
    return {
        "invoices": count,
        **costs,
        "gateway_ms": per_invoice(ours["gateway_seconds"], count),
        "http_requests": ours["http_requests"],
        "api_transactions": ours["api_transactions"],
        "rss_mb": round(ours["rss_mb"], 1),
    }


def request_bound(count):
    """The most HTTP requests that an import may need."""
    return math.ceil(count / 1000 + count * bench_rows.LINES / 2000 + 5)


def show(results):
    """Prints the costs, each with its ratio to the batch's."""
    ways = ("addon", "gateway", "batch", "csv", "single")
    rows = [
        [
            one["invoices"],
            *(f"{one[f'{way}_ms']:.2f}" for way in ways),
            *(
                f"{one[f'{way}_ms'] / one['batch_ms']:.2f} x"
                for way in ("addon", "csv", "single")
            ),
            one["http_requests"],
            one["api_transactions"],
            f"{one['rss_mb']:.0f}",
        ]
        for one in results
    ]
    heads = ["invoices", *(f"{way} ms" for way in ways)]
    heads += ["addon/batch", "csv/batch", "single/batch", "HTTP", "API", "MB"]
    say(table(heads, rows))
    say(
        f"ms are per invoice; addon without gateway; single measured on at most "
        f"{SINGLE_SAMPLE} invoices"
    )


def show_aims(results):
    """Prints what was aimed at beside what was measured."""
    rows = []
    for one in results:
        ratio = one["addon_ms"] / one["batch_ms"]
        count = one["invoices"]
        rows += [
            _aim(f"{count:,}: addon / batch", ratio, BATCH_RATIO),
            _aim(f"{count:,}: requests", one["http_requests"], request_bound(count)),
        ]
    small, large = results[0], results[-1]
    if len(results) > 1:
        growth = large["rss_mb"] - small["rss_mb"]
        between = f"{large['invoices']:,} against {small['invoices']:,}"
        cost = large["addon_ms"] / small["addon_ms"]
        rows += [
            _aim(f"{between}: cost per invoice", cost, SIZE_RATIO),
            _aim(f"{between}: memory, MB", growth, GROWTH_MB),
        ]
    say()
    say(table(["aim", "measured", "allowed", "met"], rows))


def _aim(name, measured, allowed):
    met = "yes" if measured <= allowed else "NO"
    return [name, f"{measured:.2f}", f"{allowed:.2f}", met]


def import_bench(sizes, repeat, target):
    """Measures all sizes, prints them and writes them to ``target``."""
    with workshop() as (cluster, folder):
        bench = Bench(cluster, folder)
        results = [measure(bench, count, repeat) for count in sorted(set(sizes))]
        say("partly paid ones ...")
        count = results[0]["invoices"]
        paid = bench.addon(bench_rows.invoices(count), paid=True)
    say()
    show(results)
    say(
        f"partly paid, one receipt each: {per_invoice(paid['seconds'], count):.2f} ms "
        f"per invoice and {per_invoice(paid['gateway_seconds'], count):.2f} ms in the "
        f"gateway, {paid['http_requests']} HTTP requests ({count:,} invoices)"
    )
    show_aims(results)
    if target:
        Path(target).write_text(json.dumps(results, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(prog="dev/bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    importing = commands.add_parser(
        "import", help="the first sync, beside other ways to get invoices into Odoo"
    )
    importing.add_argument(
        "--invoices",
        type=int,
        action="append",
        metavar="N",
        help=f"how many; can be repeated (default: {' and '.join(map(str, SIZES))})",
    )
    importing.add_argument(
        "--repeat",
        type=int,
        default=1,
        metavar="N",
        help="measure so often and take the fastest (default: 1)",
    )
    importing.add_argument("--json", metavar="FILE", help="write the figures there")
    exporting = commands.add_parser("export", help="invoices of Odoo to Intacct")
    exporting.add_argument(
        "--invoices",
        type=int,
        action="append",
        metavar="N",
        help="how many; can be repeated (default: 1000)",
    )
    exporting.add_argument("--json", metavar="FILE", help="write the figures there")
    exporting.add_argument(
        "--no-slow",
        action="store_true",
        help="leave out the run at a slow gateway",
    )
    exporting.set_defaults(repeat=1)
    viewing = commands.add_parser("views", help="the addon's lists with many records")
    viewing.add_argument("--bindings", type=int, default=bench_views.BINDINGS)
    viewing.add_argument("--runs", type=int, default=bench_views.RUNS)
    viewing.add_argument("--json", metavar="FILE", help="write the figures there")
    viewing.set_defaults(repeat=1, invoices=None)
    arguments = parser.parse_args()
    if min(arguments.repeat, *(arguments.invoices or SIZES)) < 1:
        parser.error("--invoices and --repeat must be at least 1")
    stop_on_sigterm()
    try:
        if arguments.command == "views":
            quick = bench_views.views_bench(
                arguments.bindings, arguments.runs, arguments.json
            )
            return 0 if quick else 1
        if arguments.command == "export":
            sizes = arguments.invoices or bench_export.SIZES
            bench_export.export_bench(sizes, arguments.json, not arguments.no_slow)
        else:
            sizes = arguments.invoices or SIZES
            import_bench(sizes, arguments.repeat, arguments.json)
    except (ClusterError, InstallError, ServerError) as error:
        print(f"dev/bench: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
