"""A pytest plugin: a test that was skipped was not run, and that is a failure.

Odoo skips a browser test without complaint when there is no browser, or when the
browser does not start in time; a run that proved nothing would then be green.
The one exception is a test that compares with reference material which is not
part of the repository: it says so in its reason.
"""

import sys

import pytest

ALLOWED_REASON = "reference material"
# Odoo waits 100 tenths of a second for a browser to start, too few for a first
# start on a busy machine.
BROWSER_WAIT_TENTHS = 600


def pytest_configure(config):
    common = sys.modules.get("odoo.tests.common")
    if common:  # pytest-odoo is on
        common.CHECK_BROWSER_ITERATIONS = BROWSER_WAIT_TENTHS


def _reason(report):
    # pytest gives (path, line, reason) for a skip.
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else ""


def _refuse_skip(report):
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = _reason(report)
    if ALLOWED_REASON in reason:
        return
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid} was skipped, which counts as failed: {reason}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    _refuse_skip(outcome.get_result())


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector):
    outcome = yield
    _refuse_skip(outcome.get_result())
