"""People, faults and killed processes; then both books agree."""

import subprocess

from dev.lib.chaos import chaos
from dev.lib.chaos_plan import digest, draw_plan
from dev.lib.paths import ROOT

ROUNDS = 25


def test_a_run_leaves_both_books_equal(capsys):
    assert chaos(rounds=ROUNDS, seed=1)
    printed = capsys.readouterr().out.splitlines()
    assert digest(draw_plan(ROUNDS, 1)) in printed[0]
    assert printed[-1] == (
        f"chaos: rounds={ROUNDS} lost=0 duplicated=0 wrong=0 stuck=0"
    )


def test_the_command_refuses_what_makes_no_sense():
    command = [str(ROOT / "dev" / "chaos"), "--rounds", "0"]
    refused = subprocess.run(command, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "--rounds must be at least 1" in refused.stderr
