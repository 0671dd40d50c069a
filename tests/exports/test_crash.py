"""Processes that die, and two that send at once: real ones, on a real database."""

import os
import random
import signal

import pytest

from dev.lib import chaos
from dev.lib.chaos_plan import draw_act, draw_switches
from dev.lib.waiting import wait_until

WRITE = "create_invoice"
SECONDS = 60
SYNCS = 3


@pytest.fixture(scope="module")
def run():
    """An Odoo server, a simulator and jobs that may be killed."""
    with chaos.running(draw_switches(random.Random(4))) as started:
        yield started


@pytest.fixture
def invoice(run):
    """The id of a posted invoice that nothing has been done about yet."""
    before = operations(run)
    run.people.invoice(draw_act(random.Random(4), 1, 1))
    (move,) = run.call(
        "account.move",
        "search",
        [[("move_type", "=", "out_invoice")]],
        {"order": "id desc", "limit": 1},
    )
    assert operations(run) == before
    return move


def operations(run):
    return run.call("intacct.operation", "search", [[]])


def states(run, move):
    """What the database has committed about a document, oldest first."""
    rows = run.cluster.execute(
        "SELECT state, function_xml, control_id FROM intacct_operation"
        " WHERE move_id = %s ORDER BY id",
        (move,),
        database=run.database,
    )
    return rows


def begin(run, lock=True):
    run.company.connection.act("action_sync_now")
    return run.senders.start(run.backend, lock=lock)


def calls(run):
    return [
        call["controlid"]
        for request in run.intacct.admin("requests?bodies=false")
        for call in request["functions"]
        if call["function"] == WRITE
    ]


def assert_once(run, move):
    run.calm_down(SYNCS)
    verdict = run.compare()
    assert verdict.holds(), verdict
    assert [state for state, _xml, _id in states(run, move)] == ["done"]


def test_the_intent_is_committed_before_anything_is_sent(run, invoice):
    run.intacct.admin("faults", [{"action": "delay", "function": WRITE, "seconds": 5}])
    job, pid = begin(run)
    wait_until(lambda: states(run, invoice), SECONDS, "the operation")
    wait_until(lambda: states(run, invoice)[0][0] == "sent", SECONDS, "the intent")
    assert run.senders.is_running(job), "It was answered before it was asked"
    ((_state, function, control_id),) = states(run, invoice)
    assert control_id in function

    os.kill(pid, signal.SIGKILL)
    assert run.senders.wait(job) == -signal.SIGKILL
    assert states(run, invoice)[0][0] == "sent"
    # The request outlives its sender: until it is through, Intacct is busy with it.
    wait_until(lambda: control_id in calls(run), SECONDS, "the gateway's end of it")

    assert_once(run, invoice)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_gateway_that_dies_before_or_after_its_commit(run, invoice, when):
    fault = {"action": "kill", "when": when, "function": WRITE}
    run.intacct.admin("faults", [fault])
    job, _pid = begin(run)
    wait_until(lambda: not run.intacct.alive(), SECONDS, "the end of the gateway")
    run.intacct.kill()
    run.intacct.start()
    run.senders.wait(job)

    assert_once(run, invoice)


def test_a_control_id_that_is_forgotten_before_the_next_job(run, invoice):
    """Nothing but the look for the marker is left then: Intacct would take the same
    function, under the same number, for another document."""
    switches = {"control_id_hours": 1, "allow_duplicate_numbers": True}
    before = run.intacct.admin("settings")
    run.intacct.admin("settings", switches)
    run.company.connection.act("action_sync_now")
    job, pid = run.senders.prepare(run.backend, lock=True)
    fault = {"action": "kill", "pid": pid, "when": "after", "function": WRITE}
    run.intacct.admin("faults", [fault])
    run.senders.go(job)
    assert run.senders.wait(job) == -signal.SIGKILL
    ((state, _function, control_id),) = states(run, invoice)
    assert state == "sent"
    assert calls(run).count(control_id) == 1

    run._time_passes(hours=2)
    assert_once(run, invoice)
    assert calls(run).count(control_id) == 1
    run.intacct.admin("settings", {name: before[name] for name in switches})


def test_two_senders_that_go_round_the_lock(run, invoice):
    run.intacct.admin("faults", [{"action": "delay", "function": WRITE, "seconds": 3}])
    first, _pid = begin(run, lock=False)
    wait_until(
        lambda: any(state == "sent" for state, _xml, _id in states(run, invoice)),
        SECONDS,
        "the first sender",
    )
    # The second one takes what the first is sending for what a dead job has left.
    second, _pid = run.senders.start(run.backend, lock=False)
    run.senders.wait(second)
    run.senders.wait(first)

    assert_once(run, invoice)
    ours = [control for _state, _xml, control in states(run, invoice)]
    assert set(ours) <= set(calls(run))


def test_a_doubt_that_somebody_else_changes_meanwhile(run, invoice):
    """The job lost against another transaction: the next one goes on."""
    cut = {"action": "cut", "when": "after", "function": WRITE}
    run.intacct.admin("faults", [cut])
    job, _pid = begin(run)
    run.senders.wait(job)
    run.calm_down(0)
    slow = {"action": "delay", "function": "query", "seconds": 3}
    run.intacct.admin("faults", [slow])
    run._time_passes()
    job, _pid = run.senders.start(run.backend, lock=True)
    wait_until(
        lambda: not run.intacct.admin("faults")["faults"][0]["times"],
        SECONDS,
        "the look into Intacct",
    )
    run.cluster.execute(
        f"UPDATE intacct_operation SET message = 'Seen' WHERE move_id = {invoice}",
        database=run.database,
    )
    assert run.senders.wait(job) == 0

    assert_once(run, invoice)
