"""Odoo's command line as a script: ``odoo_server.py ARGUMENTS``.

Its prefork server starts the process for live notifications by running the script
again that it was started with; ``python -m odoo`` is none.
"""

import sys
from pathlib import Path

# As with -m: what stands beside the script must not hide other modules.
sys.path[0] = str(Path(__file__).parents[2])

from odoo.cli.command import main  # noqa: E402 - found from there

if __name__ == "__main__":
    main()
