"""Commands of dev/ that run one program with the database server: odoo and test."""

import os
import subprocess
import sys

from dev.lib.databases import ODOO
from dev.lib.paths import DEV
from dev.lib.stack import (
    PYTHON,
    Cluster,
    ClusterError,
    InstallError,
    no_process_left,
    stop_on_sigterm,
    temporary_database,
    write_config,
)


def odoo(args):
    """Runs Odoo's command line and returns its status."""
    with Cluster() as cluster, no_process_left():
        config = write_config(cluster, DEV / "conf" / "cli.conf")
        return _run([*ODOO, *args], {**cluster.environment, "ODOO_RC": str(config)})


def test(args):
    """Runs pytest on a database of its own and returns its status.

    pytest-odoo neither makes nor updates a database.  Without --odoo-http it would
    skip every test that needs Odoo's web server, the browser tests among them.
    """
    with Cluster() as cluster, temporary_database(cluster) as name:
        config = DEV / "conf" / f"{name}.conf"
        write_config(
            cluster,
            config,
            name,
            screenshots=DEV / "screenshots",
            max_cron_threads=0,
            # Odoo would limit the address space of this process, and with it that
            # of every browser which a test starts; none starts with so little.
            limit_memory_hard=0,
        )
        try:
            with no_process_left():
                # Tests run several servers at once: fixed ports are not for them.
                fixed = {"ODOO_PORT": "0", "SIMULATOR_PORT": "0"}
                pytest = [str(PYTHON), "-m", "pytest", "--odoo-http", *args]
                settings = {**cluster.environment, **fixed, "ODOO_RC": str(config)}
                return _run(pytest, settings)
        finally:
            config.unlink()


def _run(command, environment):
    """The status of a child in our terminal, which gets Ctrl-C as we do."""
    # Killed with us, should somebody kill us.
    command = ["setpriv", "--pdeathsig", "TERM", "--", *command]
    process = subprocess.Popen(command, env={**os.environ, **environment})
    interrupts = 0
    while process.returncode is None:
        try:
            # Any child: we inherit orphans, and would keep each as a zombie.
            pid, status = os.wait()
        except KeyboardInterrupt:
            interrupts += 1
            if interrupts == 3:  # it does not listen; our caller kills it
                raise
        else:
            if pid == process.pid:
                process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode


def main():
    stop_on_sigterm()
    commands = {"odoo": odoo, "test": test}
    try:
        return commands[sys.argv[1]](sys.argv[2:])
    except (ClusterError, InstallError) as error:
        print(f"dev/{sys.argv[1]}: error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
