"""Odoo is killed in the middle of an import and finishes it after a restart."""

from collections import Counter

import pytest

from dev.lib import demo_check
from dev.lib.demo import connect
from dev.lib.demo_books import open_items
from dev.lib.stack import OdooServer
from dev.lib.waiting import wait_until
from simulator.demo_company import PLANTED

from .pages import hold


def hold_adjustments(intacct):
    """Intacct does not answer when the lines of the first memos are read, which is
    when the invoices are in."""
    hold(intacct, "ARADJUSTMENTITEM")


def nothing(intacct):
    """Odoo is then killed while it writes the second chunk."""


def wake(cluster, database):
    """Odoo's scheduler, once it listens, looks for work at once instead of within
    the next minute."""
    cluster.execute("SELECT pg_notify('cron_trigger', %s)", [database])


@pytest.mark.parametrize("before", [hold_adjustments, nothing])
def test_a_killed_import_is_finished_by_the_same_run(
    cluster, database, intacct, before
):
    def rows(query):
        return cluster.execute(query, database=database)

    def imported():
        return rows("SELECT name, journal_id FROM account_move WHERE intacct_imported")

    before(intacct)
    with OdooServer(cluster, database, gateway_url=intacct.gateway_url) as odoo:
        connection = connect(odoo)
        connection.act("action_sync_now")
        wait_until(imported, 120, "the first documents")
        odoo.kill()
        intacct.no_faults()
        killed_with = len(imported())
        ((run_id, state),) = rows("SELECT id, state FROM intacct_sync_run")
        assert state == "running"

        odoo.start()

        def goes_on():
            wake(cluster, database)
            return len(imported()) > killed_with

        wait_until(goes_on, 120, "further documents", pause=1)
        connection.call = odoo.rpc()
        run = connection.wait(run_id)
        assert rows("SELECT id FROM intacct_sync_run") == [(run_id,)]

        ours, theirs = demo_check.imported_items(connection), open_items(intacct)
        assert killed_with < len(ours), "it was killed in the middle"
        planted = {row["document"] for row in PLANTED}
        assert not [
            *demo_check.compare_steps(run),
            *demo_check.compare_items(ours, theirs, planted),
            *demo_check.compare_customers(connection, theirs),
            *demo_check.compare_clearing(connection),
            *demo_check.compare_failures(run.failures, PLANTED),
        ]
        assert max(Counter(imported()).values()) == 1, "no document twice"
        assert len(imported()) == len(ours)
