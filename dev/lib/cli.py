"""Commands of dev/ that need the environment: ``odoo`` and ``test``."""

import os
import subprocess
import sys

from dev.lib.databases import ODOO
from dev.lib.paths import DEV
from dev.lib.stack import Cluster, no_process_left, stop_on_sigterm, write_config


def odoo(args):
    """Runs Odoo's command line with the cluster running; returns its status."""
    with Cluster() as cluster, no_process_left():
        config = write_config(cluster, DEV / "conf" / "cli.conf")
        environment = {**os.environ, **cluster.environment, "ODOO_RC": str(config)}
        return _wait(subprocess.Popen([*ODOO, *args], env=environment))


def _wait(process):
    """The status of a child in our terminal, which gets Ctrl-C as we do."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # it ends in its own way


if __name__ == "__main__":
    stop_on_sigterm()
    commands = {"odoo": odoo}
    sys.exit(commands[sys.argv[1]](sys.argv[2:]))
