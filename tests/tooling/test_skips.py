"""A skipped test fails the run, whichever way it was skipped."""

import subprocess
import sys

import pytest

SKIPS = {
    "unittest": """
import unittest
class TestBrowser(unittest.TestCase):
    def test_tour(self):
        raise unittest.SkipTest("no browser")
""",
    "decorator": """
import unittest
@unittest.skip("not today")
class TestBrowser(unittest.TestCase):
    def test_tour(self):
        pass
""",
    "module": """
import pytest
pytest.skip("not here", allow_module_level=True)
""",
}


def run_pytest(folder, source):
    """The finished pytest run of one test file, with the project's plugin."""
    (folder / "test_it.py").write_text(source)
    options = ["-p", "no:odoo", "-p", "dev.lib.pytest_plugin", "-c", "/dev/null"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", ".", "."],
        cwd=folder,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("way", SKIPS)
def test_a_skip_is_a_failure_that_says_why(tmp_path, way):
    run = run_pytest(tmp_path, SKIPS[way])
    assert run.returncode != 0
    assert "which counts as failed" in run.stdout


def test_missing_reference_material_may_be_skipped(tmp_path):
    source = "import pytest\n@pytest.mark.skip('reference material is not here')\n"
    run = run_pytest(tmp_path, source + "def test_it():\n    pass\n")
    assert run.returncode == 0
    assert "1 skipped" in run.stdout
