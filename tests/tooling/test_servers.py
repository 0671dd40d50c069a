"""Servers end with the command that started them, however that one ends."""

import contextlib
import signal
import subprocess
import sys

import psutil
import pytest

from tests.tooling.processes import alive, alive_after

# A command that starts a server, which starts a helper in a session of its own.
COMMAND = """
import subprocess, sys
from dev.lib.paths import PYTHON
from dev.lib.stack import Server, no_process_left, stop_on_sigterm

HELPER = "import time; time.sleep(600)"
SERVER = f'''
import http.server, subprocess, sys
subprocess.Popen([sys.executable, "-c", "{HELPER}"], start_new_session=True)
address = ("127.0.0.1", int(sys.argv[1]))
handler = http.server.SimpleHTTPRequestHandler
http.server.ThreadingHTTPServer(address, handler).serve_forever()
'''

class Example(Server):
    name = "example"
    def command(self):
        return [str(PYTHON), "-c", SERVER, str(self.port)]

stop_on_sigterm()
with no_process_left(), Example() as server:
    print("ready", flush=True)
    sys.stdin.read()
"""


def descendants(process):
    return psutil.Process(process.pid).children(recursive=True)


@pytest.fixture
def command():
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout.readline() == "ready\n"
    started = descendants(process)
    assert len(started) == 2, "the server and its helper"
    yield process
    process.kill()
    process.communicate()
    # A helper is out of everybody's reach when both its parents were killed.
    for left in started:
        with contextlib.suppress(psutil.NoSuchProcess):
            left.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_no_process(command, number):
    started = descendants(command)
    command.send_signal(number)
    assert command.wait(60) != 0
    assert not alive(started)


def test_an_ordinary_end_leaves_no_process(command):
    started = descendants(command)
    command.communicate("")
    assert command.returncode == 0
    assert not alive(started)


def test_the_server_of_a_killed_command_ends_too(command):
    server = next(p for p in descendants(command) if "http.server" in str(p.cmdline()))
    command.kill()
    assert not alive_after([server])
