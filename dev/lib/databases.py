"""Odoo databases in the checkout's cluster: templates made once, copied fast.

Two templates are kept.  The *base* one has what the addon depends on (`account`
among it) installed for a company in the United States: chart of accounts ``us``,
currency USD, language en_US, user and password ``admin``.  The *addon* one has
intacct_connector on top and is made again when a file of the addon changed.  A
copy takes about a second.
"""

import ast
import configparser
import contextlib
import fcntl
import hashlib
import inspect
import os
import re
import shutil
import subprocess
import uuid

import odoo.release
import psutil

from dev.lib.cluster import ClusterError
from dev.lib.paths import ADDON, DATA_DIR, DEV, LOG_DIR, PYTHON, ROOT, odoo_addons_paths

ODOO = [str(PYTHON), "-m", "odoo"]
# Loaded by account for a company of the country the database is made with.
CHART = "us"
# In every database, beside what the addon's manifest names.
BASE_MODULES = ("account", "mail", "l10n_us")


class InstallError(Exception):
    """Odoo refused to make or fill a database; the text ends with its log."""


def write_config(cluster, path, database=None, **options):
    """Writes an odoo.conf for ``cluster`` to ``path`` and returns ``path``.

    ``options`` are entries of its section [options] and win over ours.
    """
    values = {
        "addons_path": ",".join(odoo_addons_paths()),
        "data_dir": DATA_DIR,
        "db_host": cluster.host,
        "db_port": cluster.port,
        "db_user": cluster.user,
        "db_template": "template0",
        "http_interface": "127.0.0.1",
        "list_db": False,
    }
    if database:
        values |= {"db_name": database, "dbfilter": f"^{database}$"}
    parser = configparser.RawConfigParser()
    parser["options"] = {key: str(value) for key, value in (values | options).items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    # Replaced in one step: a parallel command may be reading it.
    work = path.with_suffix(f".{os.getpid()}")
    with open(work, "w") as config:
        parser.write(config)
    return work.rename(path)


def filestore(database):
    return DATA_DIR / "filestore" / database


def copy_database(cluster, source, target):
    """Copies a database and its files."""
    cluster.create(target, template=source)
    shutil.rmtree(filestore(target), ignore_errors=True)
    if filestore(source).is_dir():
        # Odoo names a stored file by its content and never changes one.
        shutil.copytree(filestore(source), filestore(target), copy_function=os.link)


def drop_database(cluster, name):
    """Drops a database and its files."""
    cluster.drop(name)
    shutil.rmtree(filestore(name), ignore_errors=True)


def fresh_database(cluster, name=None, addon=True):
    """Makes a new database and returns its name; one of that name is replaced.

    Without a ``name`` it gets one of its own, by which it is found and dropped
    once this process is gone, should nobody drop it before.  With ``addon``
    intacct_connector is installed in it, else only what it depends on.
    """
    name = name or f"temporary-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    with _templates_locked():
        _drop_abandoned(cluster)
        source = _base_template(cluster)
        if addon:
            source = _addon_template(cluster, source)
        drop_database(cluster, name)
        copy_database(cluster, source, name)
    return name


@contextlib.contextmanager
def temporary_database(cluster, name=None, addon=True):
    """A fresh database for the ``with`` block, dropped after it."""
    name = fresh_database(cluster, name, addon)
    try:
        yield name
    finally:
        drop_database(cluster, name)


def install(cluster, database, modules):
    """Installs modules in a database that no server is using."""
    _odoo(cluster, database, "-i", ",".join(modules), "--stop-after-init", "--no-http")


def run_script(cluster, database, script):
    """Runs Python text in an Odoo shell, with ``env``; it commits by itself."""
    _odoo(cluster, database, "--no-http", command="shell", stdin=script)


def _drop_abandoned(cluster):
    """Drops the databases of commands that were killed before they could."""
    for name in cluster.databases():
        made = re.fullmatch(r"temporary-(\d+)-[0-9a-f]{8}", name)
        if made and not psutil.pid_exists(int(made[1])):
            drop_database(cluster, name)


def _base_template(cluster):
    modules = sorted({*BASE_MODULES, *_manifest_depends()} - {"base"})
    recipe = inspect.getsource(_fill_base), PREPARE
    built = os.stat(odoo.release.__file__).st_mtime
    key = _digest([], odoo_addons_paths(), built, modules, recipe)

    def fill(name):
        _fill_base(cluster, name, modules)

    return template(cluster, "base", key, fill)


def _addon_template(cluster, base):
    folder = ROOT / ADDON
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix != ".pyc"
        and path.relative_to(folder).parts[0] != "tests"
    ]

    def fill(name):
        copy_database(cluster, base, name)
        install(cluster, name, [ADDON])
        run_script(cluster, name, PREPARE)

    return template(cluster, "addon", _digest(files, base, PREPARE), fill)


def template(cluster, kind, key, fill):
    """The name of a template; ``fill(name)`` makes it when there is none of that kind
    and key; those of the kind with another key are dropped."""
    name = f"template-{kind}-{key}"
    existing = cluster.databases()
    # Its files are gone when somebody removed .dev: the cluster is not in there.
    if name in existing and filestore(name).is_dir():
        return name
    for old in existing:
        if old.startswith(f"template-{kind}-"):
            drop_database(cluster, old)
    print(f"making the {kind} database, which later runs copy ...", flush=True)
    # Renamed once it is complete, so that an interrupted one is never used.
    work = f"template-{kind}-unfinished"
    drop_database(cluster, work)
    fill(work)
    cluster.rename(work, name)
    shutil.rmtree(filestore(name), ignore_errors=True)
    if filestore(work).is_dir():
        filestore(work).rename(filestore(name))
    return name


def _fill_base(cluster, name, modules):
    country = ["--country", CHART, "--language", "en_US"]
    _odoo(cluster, None, "init", name, *country, command="db")
    install(cluster, name, modules)
    run_script(cluster, name, PREPARE)
    found = cluster.execute(
        "SELECT chart_template, currency.name FROM res_company"
        " JOIN res_currency currency ON currency.id = currency_id",
        database=name,
    )
    if found != [(CHART, "USD")]:
        raise InstallError(f"the base database came out as {found}, not US in USD")


# The bundles every page loads are made here, not in the first browser test.
PREPARE = """
if env.company.chart_template != "us":
    env["account.chart.template"].try_loading("us", env.company, install_demo=False)
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
"""


def _odoo(cluster, database, *args, command=None, stdin=None):
    """Runs Odoo's command line to its end; raises InstallError when it fails."""
    LOG_DIR.mkdir(parents=True, exist_ok=True)
    name = f"install-{database or 'base'}"
    config = write_config(cluster, DEV / "conf" / f"{name}.conf", database)
    log = LOG_DIR / f"{name}.log"
    # A subcommand's options follow its own name; the server has no name.
    line = [*ODOO, *([command] if command else []), "-c", str(config), *args]
    with open(log, "w") as output:
        result = subprocess.run(
            line, input=stdin, text=True, stdout=output, stderr=subprocess.STDOUT
        )
    text = log.read_text()
    # A shell script that raises, and a module that does not load, may end with 0.
    if result.returncode or "Traceback (most recent call last)" in text:
        tail = "\n".join(text.splitlines()[-40:])
        raise InstallError(f"{' '.join(line)} failed ({log}):\n{tail}")


def _manifest_depends():
    path = ROOT / ADDON / "__manifest__.py"
    if not path.exists():
        raise ClusterError(f"{path} is missing: the addon is not there")
    return ast.literal_eval(path.read_text())["depends"]


def _digest(files, *values):
    digest = hashlib.sha256(repr(values).encode())
    for path in files:
        digest.update(f"\0{path}\0".encode())
        with open(path, "rb") as source:
            digest.update(source.read())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def _templates_locked():
    """Held while templates are made or copied: a copy wants its source unused."""
    with open(DEV / "templates.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
