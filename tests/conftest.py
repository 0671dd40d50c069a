"""Fixtures of the end-to-end tests: real servers, each test with books of its own."""

import pytest

from dev.lib.stack import Cluster, OdooServer, Simulator, temporary_database


@pytest.fixture(scope="session")
def cluster():
    """The checkout's database server."""
    with Cluster() as running:
        yield running


@pytest.fixture
def database(cluster):
    """The name of a fresh database with the addon installed."""
    with temporary_database(cluster) as name:
        yield name


@pytest.fixture
def intacct(tmp_path):
    """The simulated gateway, a process, with its demo company."""
    with Simulator(tmp_path / "intacct.sqlite") as simulator:
        yield simulator


@pytest.fixture
def odoo_server(cluster, database, intacct):
    """Odoo with the addon, told where the simulator is.  Its scheduled actions do
    not run by themselves: a test runs those it is about.
    """
    gateway = intacct.gateway_url
    with OdooServer(cluster, database, gateway_url=gateway, cron=False) as server:
        yield server
