"""Looking at processes from outside."""

import contextlib
import time

import psutil


def alive(processes):
    """Those that still run; one that only waits to be reaped does not."""
    found = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def alive_after(processes, seconds=30):
    """Those that still run when all the others ended, at most ``seconds`` later."""
    deadline = time.monotonic() + seconds
    while alive(processes) and time.monotonic() < deadline:
        time.sleep(0.05)
    return alive(processes)
