"""The addon installs with pip: as a wheel that holds all of it."""

import ast
import os
import subprocess
import sys
import zipfile
from email.parser import Parser

import pytest

from dev.lib.paths import ADDON, ROOT

PLACE = f"odoo/addons/{ADDON}/"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built with what is installed, so that no network is needed."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet"),
            *("--no-deps", "--no-build-isolation", "--wheel-dir", folder),
            ROOT / ADDON,
        ],
        check=True,
        # The version of a release, whatever was committed since.
        env={**os.environ, "WHOOL_POST_VERSION_STRATEGY_OVERRIDE": "none"},
    )
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.fixture(scope="module")
def manifest():
    return ast.literal_eval((ROOT / ADDON / "__manifest__.py").read_text())


def test_it_holds_every_file_of_the_addon(wheel):
    files = {
        path.relative_to(ROOT / ADDON).as_posix()
        for path in (ROOT / ADDON).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = {
        name.removeprefix(PLACE) for name in wheel.namelist() if name.startswith(PLACE)
    }
    assert "gateway/schema/customer.xsd" in files, "what is no Python goes along, too"
    assert files - packed - {"pyproject.toml"} == set()


def test_it_asks_for_what_the_addon_needs(wheel, manifest):
    (name,) = [name for name in wheel.namelist() if name.endswith("/METADATA")]
    metadata = Parser().parsestr(wheel.read(name).decode())
    wanted = set(metadata.get_all("Requires-Dist"))
    assert wanted == {
        "odoo==19.0.*",
        *manifest["external_dependencies"]["python"],
    }
    assert metadata["Version"] == manifest["version"]
