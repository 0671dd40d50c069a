"""``dev/demo`` as people call it."""

import contextlib
import re
import signal
import subprocess

import psutil
import pytest
import requests

from dev.lib.stack import PYTHON, ROOT, free_port
from dev.lib.waiting import wait_until

DEMO = [str(PYTHON), "-m", "dev.lib.demo"]
LAST_LINE = re.compile(
    r"demo ok: customers=(\d+) invoices=(\d+)"
    r" outstanding=USD:\d+\.\d\d,EUR:\d+\.\d\d,JPY:\d+ failed=3"
)


def test_the_outcome_agrees_with_intacct_and_a_second_sync_changes_nothing():
    done = subprocess.run(
        [*DEMO, "--check"], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    counts = LAST_LINE.fullmatch(lines[-1])
    assert counts, lines[-1]
    assert int(counts[1]) >= 50 and int(counts[2]) >= 100
    for number in ("UK-0007", "MIG-0001", "MIG-0002"):
        assert any(f"failed: ARINVOICE {number}" == line for line in lines)


@pytest.fixture
def demo(monkeypatch):
    """A demo that serves, on ports of our choice, and everything it started."""
    ports = {"ODOO_PORT": free_port(), "SIMULATOR_PORT": free_port()}
    for name, port in ports.items():
        monkeypatch.setenv(name, str(port))
    process = subprocess.Popen(
        DEMO, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    output = []
    while not output or not output[-1].startswith("Ctrl-C"):
        line = process.stdout.readline()
        assert line, f"it ended: {output}"
        output.append(line)
    process.ports = ports
    process.output = output
    process.started = psutil.Process(process.pid).children(recursive=True)
    yield process
    process.kill()
    process.communicate()
    for left in process.started:
        with contextlib.suppress(psutil.NoSuchProcess):
            left.kill()


def test_what_was_booked_in_odoo_is_on_the_page_of_intacct(demo):
    booked = re.search(
        r"booked in Odoo: invoice (\S+), receipts (.+)", "".join(demo.output)
    )
    page = f"http://127.0.0.1:{demo.ports['SIMULATOR_PORT']}"
    invoices = requests.get(f"{page}/invoices", timeout=30).text
    assert booked[1] in invoices
    payments = requests.get(f"{page}/payments", timeout=30).text
    keys = re.findall(r'href="(/payment/\d+)"', payments)[:4]
    details = "".join(requests.get(page + key, timeout=30).text for key in keys)
    for receipt in booked[2].split(", "):
        assert receipt in details


def test_ctrl_c_leaves_nothing_behind(demo):
    addresses = re.findall(r"http://127\.0\.0\.1:(\d+)/", "".join(demo.output[-3:]))
    assert sorted(map(int, addresses)) == sorted(demo.ports.values())
    for port in addresses:
        assert requests.get(f"http://127.0.0.1:{port}/", timeout=30).ok
    names = " ".join(" ".join(process.cmdline()) for process in demo.started)
    assert "-m simulator" in names and "-m odoo" in names
    demo.send_signal(signal.SIGINT)
    assert demo.wait(60) == 130
    wait_until(
        lambda: not [process for process in demo.started if process.is_running()],
        10,
        "the end of everything the demo started",
    )
