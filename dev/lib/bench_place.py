"""Where benches work: a database server, folders, simulators and databases."""

import contextlib
import tempfile
from pathlib import Path

from dev.lib.stack import (
    DEV,
    Cluster,
    Simulator,
    no_process_left,
    temporary_database,
)


@contextlib.contextmanager
def workshop():
    """The database server, and a folder for what is needed meanwhile.

    :return: yields the running Cluster and the Path
    """
    DEV.mkdir(exist_ok=True)
    with (
        Cluster() as cluster,
        no_process_left(),
        tempfile.TemporaryDirectory(prefix="bench-", dir=DEV) as folder,
    ):
        yield cluster, Path(folder)


@contextlib.contextmanager
def fresh_place(cluster, folder, load):
    """What one measurement needs.

    :param load: sections for the simulator's empty company
    :return: yields a folder, the running Simulator and the name of a database
    """
    with (
        tempfile.TemporaryDirectory(dir=folder) as name,
        Simulator(Path(name) / "intacct.sqlite", company="empty") as intacct,
        temporary_database(cluster, addon=True) as database,
    ):
        intacct.admin("load", load)
        yield Path(name), intacct, database
