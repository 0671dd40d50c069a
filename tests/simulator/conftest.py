"""One simulator process for all tests; each starts with an empty company."""

import pytest

from .harness import Admin, Client, Process

CUSTOMERS = [
    {"CUSTOMERID": "C1", "NAME": "First Customer"},
    {"CUSTOMERID": "C2", "NAME": "Second Customer"},
]
EASY = {"stamp_lag_seconds": 0, "null_stamp_every": 0}


@pytest.fixture(scope="session")
def process(tmp_path_factory):
    running = Process(tmp_path_factory.mktemp("simulator") / "store.sqlite")
    yield running
    running.kill()


@pytest.fixture
def admin(process):
    """An empty company with two customers in June 2026.

    At the end of every test its books have to prove themselves.
    """
    found = Admin(process.url)
    found.post("reset", {"now": "2026-06-01T12:00:00Z", "settings": EASY})
    found.post("load", {"CUSTOMER": CUSTOMERS})
    yield found
    assert found.proof() == []


@pytest.fixture
def entities(admin):
    """Two entities, the first with a location of its own."""
    admin.post(
        "load",
        {
            "LOCATIONENTITY": [{"LOCATIONID": e, "NAME": e} for e in ("E1", "E2")],
            "LOCATION": [{"LOCATIONID": "L1", "NAME": "L1", "PARENTID": "E1"}],
        },
    )


@pytest.fixture
def client(admin, process):
    return Client(process.url)


@pytest.fixture
def own_process(tmp_path):
    """A process of the test's own, to be killed."""
    running = Process(tmp_path / "store.sqlite")
    Admin(running.url).post("load", {"CUSTOMER": CUSTOMERS, "SETTINGS": EASY})
    yield running
    running.kill()
