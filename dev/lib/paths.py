"""Where things are: the checkout, what dev/setup made, the cluster's folder."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT / ".dev"
DATA_DIR = DEV / "data"
LOG_DIR = DEV / "log"
PYTHON = DEV / "venv" / "bin" / "python"
ADDON = "intacct_connector"


def cluster_dir():
    """The folder of this checkout's database cluster and of its socket.

    dev/lib/common.sh derives the same one, and says why it is not in the checkout.
    """
    digest = hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]
    return Path(f"/var/tmp/intacct-{digest}")


def odoo_addons_paths():
    """The folders Odoo finds its own addons in, the checkout itself last."""
    import odoo.release

    package = Path(odoo.release.__file__).resolve().parent
    inside, beside = package / "addons", package.parent / "addons"
    # A source checkout keeps most addons beside the package.  Debian moved them
    # inside, and left useless halves of them in the other place.
    folders = (
        [inside, ROOT] if (inside / "account").is_dir() else [inside, beside, ROOT]
    )
    return [str(folder) for folder in folders]
