"""Odoo is killed in the middle of an import and finishes it after a restart."""

from collections import Counter

from dev.lib import demo_check
from dev.lib.demo import connect
from dev.lib.demo_books import open_items
from dev.lib.stack import OdooServer
from dev.lib.waiting import wait_until
from simulator.demo_company import PLANTED


def imported(cluster, database):
    """How many documents are in the database, told by itself."""
    query = "SELECT count(*) FROM account_move WHERE intacct_imported"
    ((count,),) = cluster.execute(query, database=database)
    return count


def run_rows(cluster, database):
    query = "SELECT id, state FROM intacct_sync_run ORDER BY id"
    return cluster.execute(query, database=database)


def slow_down(intacct, seconds):
    """Makes the gateway take its time for the applications of payments, which are
    read after the first documents are in."""
    rule = {"action": "delay", "object": "ARADVANCE", "seconds": seconds}
    intacct.admin("faults", [{**rule, "times": None}])


def test_a_killed_import_is_finished_by_the_same_run(cluster, database, intacct):
    odoo = OdooServer(cluster, database, gateway_url=intacct.gateway_url)
    with odoo:
        connection = connect(odoo)
        connection.act("action_sync_now")
        wait_until(lambda: imported(cluster, database), 120, "the first documents")
        odoo.kill()
        killed_with = imported(cluster, database)
        ((run_id, state),) = run_rows(cluster, database)
        assert state == "running"

        odoo.start()
        connection.call = odoo.rpc()
        run = connection.wait(run_id)
        assert [row_id for row_id, _state in run_rows(cluster, database)] == [run_id]

        ours, theirs = demo_check.imported_items(connection), open_items(intacct)
        planted = {row["document"] for row in PLANTED}
        assert killed_with < len(ours), "it was killed in the middle"
        assert not [
            *demo_check.compare_steps(run),
            *demo_check.compare_items(ours, theirs, planted),
            *demo_check.compare_customers(connection, theirs),
            *demo_check.compare_clearing(connection),
            *demo_check.compare_failures(run.failures, PLANTED),
        ]
        names = cluster.execute(
            "SELECT name, journal_id FROM account_move WHERE intacct_imported",
            database=database,
        )
        assert not [name for name, count in Counter(names).items() if count > 1]
