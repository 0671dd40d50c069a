"""The database server lives as long as somebody uses it, and not longer."""

import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import psutil
import pytest

from dev.lib.cluster import Cluster
from tests.tooling.processes import alive, alive_after

HOLD = """
import pathlib, sys
from dev.lib.cluster import Cluster
with Cluster(*map(pathlib.Path, sys.argv[1:])):
    print("ready", flush=True)
    input()
"""


@pytest.fixture
def place():
    """Folders of a cluster apart from the checkout's, which this run is using."""
    # A short path that the postgres user can reach, as for the real one.
    folder = Path(tempfile.mkdtemp(prefix="intacct-test-", dir="/var/tmp"))
    locks = Path(tempfile.mkdtemp())
    yield folder, locks
    shutil.rmtree(folder)
    shutil.rmtree(locks)


@pytest.fixture
def user(place):
    """Starts other commands that use the cluster until they are told to end."""
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, *map(str, place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def server_processes(folder):
    """What runs for the cluster in ``folder``, its guard included."""
    return [
        process
        for process in alive(psutil.process_iter(["cmdline"]))
        if str(folder) in " ".join(process.info["cmdline"] or ())
    ]


def ask(place):
    return Cluster(*place).execute("SELECT 1")


def test_the_last_user_stops_it(place, user):
    folder = place[0]
    with Cluster(*place):
        other = user()
    assert ask(place) == [(1,)]
    assert server_processes(folder)
    other.communicate("")
    assert not server_processes(folder)


def test_a_killed_user_does_not_leave_it_running(place, user):
    folder = place[0]
    process = user()
    server = [p for p in server_processes(folder) if "postgres" in p.name()]
    assert server
    process.kill()
    process.wait()
    assert not alive_after(server)


def test_the_last_user_stops_it_even_when_its_guard_was_killed(place, user):
    folder = place[0]
    process = user()
    guard = []
    while len(guard) < 2:  # it waits for two locks, one process each
        guard = [p for p in server_processes(folder) if p.name() == "flock"]
    for part in guard:
        part.kill()
    process.communicate("")
    assert not server_processes(folder)


def test_users_who_come_and_go_at_once_all_find_it_running(place):
    answers = []

    def come_and_go():
        for _ in range(5):
            with Cluster(*place):
                answers.extend(ask(place))

    threads = [threading.Thread(target=come_and_go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(1,)] * 15
    assert not server_processes(place[0])


def test_it_listens_on_a_socket_only(place):
    with Cluster(*place) as cluster:
        assert cluster.execute("SHOW listen_addresses") == [("",)]
        sockets = list(Path(cluster.host).glob(".s.PGSQL.*"))
    assert sockets
