"""What the seed decides: the whole plan of a run, before it begins."""

import json
import subprocess

from dev.lib.chaos_plan import ACTS, digest, draw_plan
from dev.lib.paths import PYTHON, ROOT

ROUNDS = 60


def test_the_same_seed_makes_the_same_plan_in_another_process():
    """Not by the hash of a text, the clock or the order of a set."""
    program = f"from dev.lib.chaos_plan import *; print(digest(draw_plan({ROUNDS}, 7)))"
    printed = subprocess.run(
        [str(PYTHON), "-c", program],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "4711"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == digest(draw_plan(ROUNDS, 7))


def test_another_seed_makes_another_plan():
    plans = {digest(draw_plan(ROUNDS, seed)) for seed in range(20)}
    assert len(plans) == 20


def test_the_digest_is_of_everything():
    plan = draw_plan(3, 7)
    before = digest(plan)
    plan["rounds"][2]["acts"][0]["lines"][0]["price"] += 0.01
    assert digest(plan) != before


def test_a_longer_run_begins_as_a_shorter_one():
    assert draw_plan(30, 7)["rounds"][:10] == draw_plan(10, 7)["rounds"]


def test_a_plan_is_plain_data():
    plan = draw_plan(ROUNDS, 7)
    assert json.loads(json.dumps(plan)) == plan


def test_everything_is_drawn():
    """Each act, fault, kind of death and value of a switch, over a few seeds."""
    plans = [draw_plan(300, seed) for seed in range(1, 6)]
    rounds = [one for plan in plans for one in plan["rounds"]]
    acts = {act["act"] for one in rounds for act in one["acts"] + one["meanwhile"]}
    assert acts == set(ACTS)
    faults = [fault for one in rounds for fault in one["faults"]]
    assert {fault["action"] for fault in faults} == {
        *("cut", "truncate", "status", "empty", "html"),
        *("error", "expire_session", "delay", "kill"),
    }
    for name in ("cut", "kill", "status"):
        when = {fault["when"] for fault in faults if fault["action"] == name}
        assert when == {"before", "after"}
    assert any("nth" in fault for fault in faults)
    deaths = {
        (one["death"]["at"], one["death"]["when"]) for one in rounds if one["death"]
    }
    assert len(deaths) == 4
    assert any(one["second_sender"] for one in rounds)
    switches = [plan["switches"] for plan in plans]
    assert {one["account_labels"] for one in switches} == {False, True}
