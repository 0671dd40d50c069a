"""Odoo and the Intacct simulator as processes, on loopback, with all their children.

Every process runs in a session of its own, so that Ctrl-C in the terminal reaches
only the command that started it, which then stops its servers in order.  Should
that command be killed, the kernel sends its servers SIGTERM; this is bound to the
*thread* that started them, so start servers in a thread that stays.
"""

import contextlib
import os
import signal
import socket
import subprocess
import time
import uuid

import psutil
import requests

from dev.lib.databases import ODOO, write_config
from dev.lib.paths import DEV, LOG_DIR, PYTHON, ROOT

LOOPBACK = "127.0.0.1"
SCRIPT = ROOT / "dev" / "lib" / "odoo_server.py"
GATEWAY_PATH = "/ia/xml/xmlgw.phtml"


class ServerError(Exception):
    """A server did not start, died, or refused; the text ends with its log."""


class RpcError(Exception):
    """Odoo answered a call with an error: its message, and the server's report.

    ``name`` is the exception's dotted name in Odoo, ``debug`` its traceback.
    """

    def __init__(self, error):
        data = error.get("data", {})
        super().__init__(data.get("message") or error.get("message"))
        self.name = data.get("name")
        self.debug = data.get("debug")


def free_port():
    """A TCP port of the loopback interface that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


class Server:
    """A process that answers HTTP on ``port``; subclasses say how to start it."""

    name = "server"
    health_path = "/"
    start_seconds = 60
    stop_seconds = 20

    def __init__(self, port=None):
        self.port = port or free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.log = LOG_DIR / f"{self.name}-{self.port}.log"
        self.process = None

    def command(self):
        raise NotImplementedError

    def process_environment(self):
        return dict(os.environ)

    @property
    def pid(self):
        return self.process.pid

    def __enter__(self):
        return self.start()

    def __exit__(self, *exc_info):
        self.stop()

    def start(self):
        """Starts the process and returns once it answers; the log is appended to."""
        LOG_DIR.mkdir(parents=True, exist_ok=True)
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", *self.command()],
                cwd=ROOT,
                env=self.process_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise
        return self

    def stop(self):
        """Ends the process in its own way, and what it leaves behind by force."""
        if self.process is None:
            return
        if self.alive():
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.stop_seconds)
        self.kill()

    def kill(self):
        """kill -9 for the process and its children: it gets no chance to tidy up."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def log_tail(self, lines=30):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _wait_until_ready(self):
        deadline = time.monotonic() + self.start_seconds
        while time.monotonic() < deadline:
            if not self.alive():
                self._fail("ended while starting")
            with contextlib.suppress(requests.ConnectionError, requests.Timeout):
                if requests.get(self.url + self.health_path, timeout=5).ok:
                    return
            time.sleep(0.1)
        self._fail(f"did not answer within {self.start_seconds} s")

    def _fail(self, what):
        raise ServerError(f"{self.name} {what} ({self.log}):\n{self.log_tail()}")


class Simulator(Server):
    """The simulated Intacct gateway.  ``store`` is its SQLite file.

    ``company`` names the company it is filled with (``demo``), None leaves it
    empty.  ``gateway_url`` is what a client posts to.  The store outlives the
    process, so ``kill()`` followed by ``start()`` is a crash and a restart.
    """

    name = "simulator"

    def __init__(self, store, company="demo", port=None):
        super().__init__(port or int(os.environ.get("SIMULATOR_PORT", 0)))
        self.store = store
        self.company = company
        self.gateway_url = self.url + GATEWAY_PATH

    def command(self):
        store = ["--port", str(self.port), "--store", str(self.store)]
        company = ["--company", self.company] if self.company else []
        return [str(PYTHON), "-m", "simulator", *store, *company]

    def admin(self, path, json=None):
        """Calls an admin path (``reset``, ``load``, ``faults``, ``requests``,
        ``objects/ARINVOICE``): POST when ``json`` is given, else GET.  Returns the
        answer's JSON, or None when it is empty; raises ServerError on a refusal.
        """
        method = "GET" if json is None else "POST"
        url = f"{self.url}/_simulator/{path}"
        answer = requests.request(method, url, json=json, timeout=60)
        if not answer.ok:
            raise ServerError(f"{method} {url}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def no_faults(self):
        """Withdraws all fault rules; what one of them holds back goes on at once."""
        requests.delete(f"{self.url}/_simulator/faults", timeout=30).raise_for_status()


class OdooServer(Server):
    """An Odoo server for one database.

    :param cluster: the running Cluster the database is in
    :param gateway_url: address of the Intacct gateway its addon talks to
    :param workers: 0 is one process with threads, more is Odoo's prefork server
    :param options: entries of odoo.conf's [options] that win over ours
    :param environment: variables added to its environment
    :param cron: whether scheduled actions run by themselves
    """

    name = "odoo"
    health_path = "/web/health"
    start_seconds = 120

    def __init__(
        self,
        cluster,
        database,
        *,
        gateway_url=None,
        port=None,
        workers=0,
        options=None,
        environment=None,
        cron=True,
    ):
        super().__init__(port or int(os.environ.get("ODOO_PORT", 0)))
        self.cluster = cluster
        self.database = database
        self.gateway_url = gateway_url
        self.environment = environment or {}
        self.config = DEV / "conf" / f"odoo-{self.port}.conf"
        self.options = {
            "http_port": self.port,
            "workers": workers,
            "max_cron_threads": 1 if cron else 0,
        }
        if workers:
            self.options["gevent_port"] = free_port()
        self.options |= options or {}

    def command(self):
        # Prefork starts the script again for live notifications.
        odoo = [str(PYTHON), str(SCRIPT)] if self.options["workers"] else ODOO
        return [*odoo, "-c", str(self.config)]

    def process_environment(self):
        gateway = {"INTACCT_GATEWAY_URL": self.gateway_url} if self.gateway_url else {}
        return {**os.environ, **gateway, **self.environment}

    def start(self):
        write_config(self.cluster, self.config, self.database, **self.options)
        return super().start()

    def stop(self):
        super().stop()
        self.config.unlink(missing_ok=True)

    def rpc(self, login="admin", password="admin"):
        """A function ``call(model, method, args=(), kwargs=None)`` for that user.

        It speaks as the web client does, with a session; an error is an RpcError.
        """
        session = requests.Session()

        def post(path, **params):
            body = {"jsonrpc": "2.0", "id": uuid.uuid4().hex, "params": params}
            answer = session.post(self.url + path, json=body, timeout=600)
            answer.raise_for_status()
            result = answer.json()
            if "error" in result:
                raise RpcError(result["error"])
            return result.get("result")

        def call(model, method, args=(), kwargs=None):
            return post(
                f"/web/dataset/call_kw/{model}/{method}",
                model=model,
                method=method,
                args=list(args),
                kwargs=kwargs or {},
            )

        credentials = {"db": self.database, "login": login, "password": password}
        post("/web/session/authenticate", **credentials)
        return call


def memory_mb(pid):
    """Resident memory of a process and its descendants, in MiB."""
    parent = psutil.Process(pid)
    family = [parent, *parent.children(recursive=True)]
    return sum(process.memory_info().rss for process in family) / 2**20
