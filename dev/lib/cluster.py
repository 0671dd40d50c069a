"""A PostgreSQL cluster of this checkout alone, shared by its commands.

It listens on a Unix socket only.  Every command that uses it holds a shared lock
on a file; the first one starts the server.  The last one to leave stops it, and
should that one be killed, a guard process does: it waits for the exclusive lock,
which the kernel grants when the last user is gone in whatever way.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
from psycopg2 import sql

from dev.lib.paths import DEV, cluster_dir

ROLE = "odoo"
PORT = 5432  # only part of the socket's name

# The data are thrown away with the checkout, so durability buys nothing.
SETTINGS = """
listen_addresses = ''
max_connections = 200
shared_buffers = 256MB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
jit = off
log_min_messages = warning
"""


class ClusterError(Exception):
    """The database server cannot be used; the text says what to do."""


def binary(name):
    """The path of a PostgreSQL program, from the newest version installed."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
        key=lambda path: float(path.parts[-3]),
    )
    if versions:
        return str(versions[-1])
    found = shutil.which(name)
    if not found:
        raise ClusterError(f"PostgreSQL's {name} is missing: run dev/setup")
    return found


class Cluster:
    """The checkout's database server, for as long as the ``with`` block lasts.

    ``host`` (the socket's folder), ``port`` and ``user`` are what a client needs;
    ``environment`` holds them under libpq's names.  ``folder`` and ``locks`` are
    the folders of its files and of the lock files, unless it is the checkout's.
    """

    def __init__(self, folder=None, locks=DEV):
        self.folder = folder or cluster_dir()
        self.locks = locks
        self.data = self.folder / "data"
        self.log = self.folder / "postgresql.log"
        self.host = str(self.folder)
        self.port = PORT
        self.user = ROLE
        self._lock = None

    def __enter__(self):
        self.locks.mkdir(exist_ok=True)
        self._lock = self._open_lock("users")
        # Waits while a guard or another command is just stopping the server.
        fcntl.flock(self._lock, fcntl.LOCK_SH)
        try:
            with self._exclusive("start"):
                self._prepare()
                if not self.running():
                    self._start()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(self, *exc_info):
        self._leave()

    @property
    def environment(self):
        return {"PGHOST": self.host, "PGPORT": str(self.port), "PGUSER": self.user}

    def running(self):
        return self._control("status", check=False).returncode == 0

    def connect(self, database="postgres"):
        """An autocommit psycopg2 connection to ``database``."""
        connection = psycopg2.connect(
            host=self.host, port=self.port, user=self.user, dbname=database
        )
        connection.autocommit = True
        return connection

    def execute(self, query, params=None, database="postgres"):
        """The rows of one statement, run outside a transaction block."""
        with contextlib.closing(self.connect(database)) as connection:
            with connection.cursor() as cursor:
                cursor.execute(query, params)
                return cursor.fetchall() if cursor.description else []

    def databases(self):
        rows = self.execute("SELECT datname FROM pg_database WHERE NOT datistemplate")
        return {name for (name,) in rows} - {"postgres"}

    def create(self, name, template="template0"):
        """An empty database, or a copy of ``template``, which nobody may use."""
        # Copying files beats replaying a log of every page when nothing is
        # synced; PostgreSQL 15 made the log the default.
        strategy = " STRATEGY file_copy" if self._version() >= 150000 else ""
        query = sql.SQL("CREATE DATABASE {} TEMPLATE {}" + strategy)
        self.execute(query.format(sql.Identifier(name), sql.Identifier(template)))

    def drop(self, name):
        """Drops a database, ending the sessions that are still in it."""
        query = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self.execute(query.format(sql.Identifier(name)))

    def rename(self, old, new):
        query = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        self.execute(query.format(sql.Identifier(old), sql.Identifier(new)))

    def _lock_path(self, name):
        return self.locks / f"cluster.{name}.lock"

    def _open_lock(self, name):
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        return os.open(self._lock_path(name), flags, 0o600)

    @contextlib.contextmanager
    def _exclusive(self, name):
        descriptor = self._open_lock(name)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _version(self):
        with contextlib.closing(self.connect()) as connection:
            return connection.server_version

    def _leave(self):
        lock, self._lock = self._lock, None
        fcntl.flock(lock, fcntl.LOCK_UN)
        try:
            while not _try_lock(lock, fcntl.LOCK_EX):
                if _try_lock(lock, fcntl.LOCK_SH):
                    return  # others use the server
                # Somebody is stopping it; do not return before that is done.
                time.sleep(0.05)
            self._control("stop", "-m", "fast", check=False)
            fcntl.flock(lock, fcntl.LOCK_UN)
            with self._exclusive("guard"):
                pass  # the guard has found nothing to do and is gone
        finally:
            os.close(lock)

    def _prepare(self):
        """Makes the cluster on first use."""
        owner = _cluster_owner()
        self.folder.mkdir(mode=0o700, exist_ok=True)
        found = self.folder.stat().st_uid
        if found == os.getuid() != owner.pw_uid and not any(self.folder.iterdir()):
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        elif found != owner.pw_uid:
            raise ClusterError(
                f"{self.folder} belongs to another user than {owner.pw_name}: run "
                "dev/setup --clean as that user, or work as that user"
            )
        if (self.data / "intacct_ready").exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)
        initdb = [binary("initdb"), "-D", str(self.data), "-U", ROLE, "-E", "UTF8"]
        self._run([*initdb, "--auth=trust", "--locale=C.UTF-8", "--no-sync"])
        with open(self.data / "postgresql.conf", "a") as config:
            config.write(SETTINGS)
            config.write(f"unix_socket_directories = '{self.folder}'\n")
        (self.data / "intacct_ready").touch()

    def _start(self):
        try:
            self._control("start", "-w", "-t", "120", "-l", str(self.log))
        except subprocess.CalledProcessError as error:
            raise ClusterError(
                f"PostgreSQL did not start; {self.log} says why.  If its files are "
                "damaged, run dev/setup --clean and dev/setup"
            ) from error
        stop = self._control_command("stop", "-m", "fast")
        # Each lock is held while the command after it runs.  setsid --fork gives
        # the guard to init, out of reach of our terminal and of our own sweep.
        guard = ["flock", str(self._lock_path("users")), *stop]
        subprocess.run(
            ["setsid", "--fork", "flock", str(self._lock_path("guard")), *guard],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )

    def _control_command(self, action, *args):
        return _as_owner([binary("pg_ctl"), action, "-D", str(self.data), *args])

    def _control(self, action, *args, check=True):
        return self._run(self._control_command(action, *args), check, prefixed=True)

    def _run(self, command, check=True, prefixed=False):
        # The server inherits what pg_ctl was given: never a pipe, whose end we
        # would then wait for.
        return subprocess.run(
            command if prefixed else _as_owner(command),
            check=check,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )


def _cluster_owner():
    """Ourselves, or the postgres user when we are root, whom initdb refuses."""
    return pwd.getpwnam("postgres") if os.getuid() == 0 else pwd.getpwuid(os.getuid())


def _as_owner(command):
    if os.getuid() != 0:
        return command
    # Not on the path of a shell that became root without a login.
    runuser = shutil.which("runuser") or "/usr/sbin/runuser"
    return [runuser, "-u", _cluster_owner().pw_name, "--", *command]


def _try_lock(descriptor, kind):
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def main():
    """``run COMMAND...``: a command with the server running, by hand."""
    if sys.argv[1:2] != ["run"] or len(sys.argv) < 3:
        sys.exit("usage: python -m dev.lib.cluster run COMMAND [ARGUMENT ...]")
    with Cluster() as cluster:
        environment = {**os.environ, **cluster.environment}
        return subprocess.run(sys.argv[2:], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
