"""``python -m simulator --port P --store FILE.sqlite [--company demo]``."""

from __future__ import annotations

import argparse
import ipaddress
import signal
import sys

from . import admin, server
from .gateway import Gateway


def main() -> int:
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 chooses a free one")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--store", required=True, help="the SQLite file")
    parser.add_argument(
        "--company",
        choices=("demo", "empty"),
        default="empty",
        help="what a new store starts with",
    )
    options = parser.parse_args()
    if not ipaddress.ip_address(options.host).is_loopback:
        parser.error("the simulator listens on loopback only")
    gateway = Gateway(options.store)
    if not gateway.companies:
        admin.reset(gateway, options.company)
    running = server.serve(gateway, options.host, options.port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"Intacct gateway simulator at {gateway.address}", flush=True)
    try:
        running.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        gateway.database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
