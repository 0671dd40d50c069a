"""The parts that demo, benches, chaos runs and end-to-end tests are built from.

    with Cluster() as cluster, temporary_database(cluster) as database:
        with Simulator(folder / "books.sqlite") as intacct:
            with OdooServer(cluster, database, gateway_url=intacct.gateway_url) as odoo:
                call = odoo.rpc("admin", "admin")
                call("res.partner", "search_count", [[]])

Leaving a block stops what it started, on an error, on Ctrl-C and on SIGTERM too
(the latter after ``stop_on_sigterm()``).
"""

import contextlib
import ctypes
import signal
import sys

import psutil

from dev.lib.cluster import Cluster, ClusterError
from dev.lib.databases import (
    InstallError,
    copy_database,
    drop_database,
    fresh_database,
    install,
    run_script,
    temporary_database,
    write_config,
)
from dev.lib.paths import ADDON, DEV, LOG_DIR, PYTHON, ROOT
from dev.lib.servers import (
    OdooServer,
    RpcError,
    Server,
    ServerError,
    Simulator,
    free_port,
    memory_mb,
)

__all__ = [
    "ADDON",
    "DEV",
    "LOG_DIR",
    "PYTHON",
    "ROOT",
    "Cluster",
    "ClusterError",
    "InstallError",
    "OdooServer",
    "RpcError",
    "Server",
    "ServerError",
    "Simulator",
    "copy_database",
    "drop_database",
    "free_port",
    "fresh_database",
    "install",
    "memory_mb",
    "no_process_left",
    "run_script",
    "stop_on_sigterm",
    "temporary_database",
    "write_config",
]

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def stop_on_sigterm():
    """Lets SIGTERM and SIGHUP unwind the program as Ctrl-C does, with status 143."""

    def unwind(number, frame):
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, unwind)
    signal.signal(signal.SIGHUP, unwind)


@contextlib.contextmanager
def no_process_left():
    """Kills whatever descends from this process when the block ends.

    Browsers start helpers in sessions of their own which outlive a parent that is
    interrupted; as their "subreaper" we inherit them and so can find them.  Enter
    the Cluster first: its server is then not ours, and others may be using it.
    """
    before = set(psutil.Process().children(recursive=True))
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        # Killing a parent may hand us children that were born meanwhile.
        for _ in range(10):
            left = set(psutil.Process().children(recursive=True)) - before
            for process in left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(left, timeout=5)
