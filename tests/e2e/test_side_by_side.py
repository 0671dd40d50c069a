"""Two checkouts do not meet: neither in the database server nor on a port."""

import shutil
import subprocess
import sys

import pytest

from dev.lib.stack import ROOT, Simulator

FROM_PYTHON = "from dev.lib.paths import cluster_dir; print(cluster_dir())"
FROM_SHELL = '. dev/lib/common.sh; echo "$CLUSTER_DIR"'


def cluster_dirs(checkout):
    """The folder of the database server, as Python and as the shell derive it."""
    commands = ([sys.executable, "-c", FROM_PYTHON], ["bash", "-c", FROM_SHELL])
    return [
        subprocess.check_output(command, cwd=checkout, text=True).strip()
        for command in commands
    ]


@pytest.fixture
def checkouts(tmp_path):
    """Two copies of what derives the folder, one under a very long name."""
    folders = tmp_path / "one", tmp_path / ("two-" * 50)
    for folder in folders:
        target = folder / "dev" / "lib"
        target.mkdir(parents=True)
        for name in ("common.sh", "paths.py"):
            shutil.copy(ROOT / "dev" / "lib" / name, target)
    return folders


def test_each_checkout_has_a_database_server_of_its_own(checkouts):
    one, two = map(cluster_dirs, checkouts)
    assert one[0] == one[1] and two[0] == two[1]
    assert one != two
    socket = f"{two[0]}/.s.PGSQL.5432"
    assert len(socket) <= 107, "the system allows no longer ones"


def test_simulators_share_no_port(tmp_path):
    with (
        Simulator(tmp_path / "one.sqlite", company="empty") as one,
        Simulator(tmp_path / "two.sqlite", company="empty") as two,
    ):
        assert one.port != two.port
        health = [simulator.admin("health")["endpoint"] for simulator in (one, two)]
        assert health == [one.gateway_url, two.gateway_url]
