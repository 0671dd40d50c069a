"""Fixtures of the browser tests."""

import pytest

from dev.lib.demo import connect
from dev.lib.stack import DEV, OdooServer

from .browser import Browser


@pytest.fixture
def odoo(cluster, database, intacct):
    """Odoo as people run it: its scheduled actions run by themselves."""
    with OdooServer(cluster, database, gateway_url=intacct.gateway_url) as server:
        yield server


@pytest.fixture
def connection(odoo):
    """A connection to the demo company, ready for its first sync."""
    return connect(odoo)


@pytest.fixture
def browser(request):
    """Its last page is kept as a picture, to see why a test failed."""
    with Browser() as running:
        yield running
        folder = DEV / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        running.screenshot(folder / f"last-{request.node.name}.png")
