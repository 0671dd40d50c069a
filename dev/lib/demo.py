"""``dev/demo``: a company in Intacct, its books in Odoo, and the sync between them."""

import argparse
import contextlib
import signal
import sys
import tempfile
from collections import Counter
from datetime import date, datetime
from pathlib import Path

from dev.lib import demo_check as check
from dev.lib.demo_books import exchanges_since, last_request, open_items
from dev.lib.demo_exports import compare_exports, sell_and_receive
from dev.lib.demo_odoo import Connection, use_currencies
from dev.lib.stack import (
    DEV,
    Cluster,
    ClusterError,
    InstallError,
    OdooServer,
    RpcError,
    ServerError,
    Simulator,
    no_process_left,
    stop_on_sigterm,
    temporary_database,
)
from dev.lib.table import table
from dev.lib.waiting import TooLate
from simulator import demo_company
from simulator.admin import CREDENTIALS, DEFAULT_COMPANY

CURRENCIES = ("EUR", "JPY")  # GBP stays off: its invoice is a planted failure
MAPPING = {
    "item_reference_id": ("account", "4000"),
    "undeposited_reference_id": ("account", "1120"),
    "location_reference_id": ("location", "110-BOS"),
    "department_reference_id": ("department", "SAL"),
    "advance_reference_id": ("account", "2400"),
}
COUNTS = ("read", "created", "updated", "unchanged", "skipped", "failed")


def say(text=""):
    print(text, flush=True)


@contextlib.contextmanager
def running_demo():
    """The demo company in a simulator and Odoo with an empty company beside it.

    :return: yields the Simulator and the OdooServer, both running
    """
    DEV.mkdir(exist_ok=True)
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(Cluster())
        stack.enter_context(no_process_left())
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="demo-", dir=DEV)
        )
        database = stack.enter_context(temporary_database(cluster))
        intacct = stack.enter_context(Simulator(Path(folder) / "intacct.sqlite"))
        gateway = intacct.gateway_url
        odoo = stack.enter_context(OdooServer(cluster, database, gateway_url=gateway))
        yield intacct, odoo


def sign_in():
    """What a person types into a new connection to a company of the simulator."""
    sender, user = CREDENTIALS["SENDERS"][0], CREDENTIALS["USERS"][0]
    return {
        "intacct_company": DEFAULT_COMPANY,
        "api_user": user["LOGINID"],
        "api_password": user["PASSWORD"],
        "sender_code": sender["SENDERID"],
        "sender_password": sender["PASSWORD"],
    }


def exchange_rates():
    """The demo company's rates of CURRENCIES, as use_currencies() takes them."""
    rates = {currency: [] for currency in CURRENCIES}
    for row in demo_company.records(date.today())["EXCHANGERATE"]:
        if row["FROM"] in rates:
            day = datetime.strptime(row["DATE"], "%m/%d/%Y").date().isoformat()
            rates[row["FROM"]].append((day, row["RATE"]))
    return rates


def connect(odoo):
    """Connects Odoo with the demo company, ready for the first sync.

    :rtype: Connection
    """
    call = odoo.rpc()
    use_currencies(call, exchange_rates())
    connection = Connection.create(call, name="Tessmark", **sign_in())
    connection.act("action_connect")
    connection.choose(**MAPPING)
    return connection


def show_run(run):
    """Prints what a sync did: its steps, then what failed and why."""
    rows = [
        [step["flow"], step["state"], *(step[f"{name}_count"] for name in COUNTS)]
        for step in run.steps
    ]
    say(table(["step", "state", *COUNTS], rows))
    values = run.values
    say(
        f"{values['duration']:.0f} s, {values['gateway_seconds']:.1f} s of it waiting "
        f"for Intacct; {values['http_requests']} HTTP requests, "
        f"{values['api_transactions']} API transactions"
    )
    for failure in run.failures:
        say(f"failed: {failure['intacct_object']} {failure['document']}")
        say(f"    {failure['message']}")
        say(f"    {failure['advice']}")


def decimal_places(connection):
    """How many decimals each of Odoo's currencies has."""
    names = ["name", "decimal_places"]
    rows = connection.call("res.currency", "search_read", [[], names])
    return {row["name"]: row["decimal_places"] for row in rows}


def show_balances(ours, theirs, planted):
    """Prints what is open on both sides, by currency."""
    here, there = check.sums(ours), check.sums(theirs)
    importable = check.sums(theirs, planted)
    rows = [
        [
            currency,
            f"{there[currency]:,.2f}",
            f"{there[currency] - importable[currency]:,.2f}",
            f"{here[currency]:,.2f}",
        ]
        for currency in sorted(there.keys() | here.keys())
    ]
    say(table(["open", "in Intacct", "of it failed", "in Odoo"], rows))


def summary(ours, connection, failures):
    """The last line: documents that are open in Odoo, and what they add up to."""
    documents = [item for item in ours if item.object in check.DOCUMENT_OBJECTS]
    customers = check.customer_count(connection)
    totals = check.sums(documents)
    base = connection.read("base_currency")["base_currency"]
    ordered = sorted(totals, key=lambda currency: (currency != base, currency))
    places = decimal_places(connection)
    amounts = ",".join(
        f"{currency}:{totals[currency]:.{places[currency]}f}" for currency in ordered
    )
    return (
        f"demo ok: customers={customers} invoices={len(documents)} "
        f"outstanding={amounts} failed={len(failures)}"
    )


def sell(intacct, connection):
    """Books an invoice and two receipts in Odoo, and syncs.

    :return: what was booked, and the Run that brought it to Intacct
    """
    sold = sell_and_receive(connection, open_items(intacct))
    say()
    say(f"booked in Odoo: invoice {sold.number}, receipts {', '.join(sold.receipts)}")
    run = connection.sync()
    show_run(run)
    return sold, run


def check_outcome(intacct, connection, runs, sold):
    """Compares both books, then syncs again and compares what that did.

    :param list[Run] runs: the syncs so far
    :param Sold sold: what was booked in Odoo
    :return: the differences, and the summary
    :rtype: tuple[list[str], str]
    """
    planted = {row["document"] for row in demo_company.PLANTED}
    ours, theirs = check.imported_items(connection), open_items(intacct)
    books = intacct.admin("books")
    differences = [
        *(text for run in runs for text in check.compare_steps(run)),
        *check.compare_failures(runs[-1].failures, demo_company.PLANTED),
        *check.compare_customers(connection, theirs),
        *check.compare_items(ours, theirs, planted),
        *check.compare_sums(ours, theirs, planted, books),
        *check.compare_clearing(connection),
        *compare_exports(sold, intacct),
    ]
    show_balances(ours, theirs, planted)
    marks, number = check.write_marks(connection), last_request(intacct)
    second = connection.sync()
    exchanges = exchanges_since(intacct, number)
    differences += [
        *check.compare_second_run(second, exchanges, connection, marks),
        *check.compare_failures(second.failures, demo_company.PLANTED),
    ]
    functions = Counter(name for names in exchanges for name in names)
    asked = ", ".join(f"{count} {name}" for name, count in functions.items())
    say(f"a second sync: {len(exchanges)} HTTP request(s) with {asked}")
    return differences, summary(ours, connection, runs[-1].failures)


def run(only_check):
    """The whole demo.

    :param bool only_check: compare the outcome and end, instead of serving
    :return: the exit status
    """
    with running_demo() as (intacct, odoo):
        say(f"Intacct (simulator): {intacct.url}/")
        say(f"Odoo: {odoo.url}/web/login  login admin, password admin")
        connection = connect(odoo)
        first = connection.sync()
        show_run(first)
        sold, sent = sell(intacct, connection)
        say()
        if only_check:
            runs = [first, sent]
            differences, line = check_outcome(intacct, connection, runs, sold)
            for difference in differences:
                say(f"differs: {difference}")
            say("demo failed" if differences else line)
            return 1 if differences else 0
        say()
        say(f"Odoo:    {odoo.url}/web/login    login admin, password admin")
        say(f"Intacct: {intacct.url}/")
        say("Ctrl-C ends both.")
        signal.pause()
    return 0


def main():
    parser = argparse.ArgumentParser(prog="dev/demo", description=__doc__)
    parser.add_argument(
        "--check",
        action="store_true",
        help="compare the outcome with Intacct's books and end",
    )
    arguments = parser.parse_args()
    stop_on_sigterm()
    try:
        return run(arguments.check)
    except (ClusterError, InstallError, ServerError, RpcError, TooLate) as error:
        print(f"dev/demo: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
