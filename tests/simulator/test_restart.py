"""What was answered is there after kill -9, and only that."""

import threading

import pytest
import requests

from .harness import Admin, Client, create_customer, create_invoice, line, query
from .test_idempotency import ALREADY, make


def test_records_sessions_and_control_ids_survive(own_process):
    client = Client(own_process.url)
    session = client.open_session()
    key = client.do(create_invoice(number="A-1", lines=[line(70), line(30)])).recordno
    assert make(client, "op-1").ok
    own_process.restart()
    client, admin = Client(own_process.url), Admin(own_process.url)
    assert client.call(query("CUSTOMER", "NAME"), auth=session).ok
    assert ALREADY in make(client, "op-1", "N2").text
    assert admin.row("ARINVOICE", key)["TOTALDUE"] == "100"
    assert len(admin.rows("ARINVOICEITEM")) == 2
    assert client.do(create_invoice()).recordno > key
    assert admin.proof() == []


@pytest.mark.parametrize("when, done", [("before", 0), ("after", 1)])
def test_killed_before_or_after_the_commit(own_process, when, done):
    admin = Admin(own_process.url)
    admin.post("faults", [{"function": "create", "action": "kill", "when": when}])
    with pytest.raises(requests.ConnectionError):
        make(Client(own_process.url), "op-1")
    own_process.process.wait()
    own_process.restart()
    client, admin = Client(own_process.url), Admin(own_process.url)
    assert len(admin.rows("CUSTOMER", CUSTOMERID="N1")) == done
    again = make(client, "op-1")
    assert again.ok is not bool(done)
    assert len(admin.rows("CUSTOMER", CUSTOMERID="N1")) == 1


def test_killed_in_the_middle_of_many_writes(own_process):
    """Every answered write is there, every other one as a whole or not at all."""
    answered = []

    def write():
        client = Client(own_process.url)
        for number in range(500):
            function = create_invoice(number=f"A-{number}", lines=[line(1), line(2)])
            try:
                answered.append(client.do(function, unique=True).recordno)
            except requests.RequestException:
                return

    thread = threading.Thread(target=write)
    thread.start()
    while len(answered) < 20:
        assert thread.is_alive()
    own_process.kill()
    thread.join()
    own_process.start()
    admin = Admin(own_process.url)
    kept = {int(row["RECORDNO"]): row for row in admin.rows("ARINVOICE")}
    assert set(answered) <= set(kept)
    assert len(kept) - len(answered) in (0, 1)
    assert {row["TOTALDUE"] for row in kept.values()} == {"3"}
    assert len(admin.rows("ARINVOICEITEM")) == 2 * len(kept)
    assert admin.proof() == []


def test_the_clock_and_the_companies_survive(own_process):
    admin = Admin(own_process.url)
    admin.post("change", {"action": "clock", "now": "2030-01-01T00:00:00Z"})
    admin.post("load", {"COMPANY": {"COMPANYID": "SECOND", "NAME": "Second"}})
    own_process.restart()
    health = Admin(own_process.url).get("health")
    assert health["companies"] == ["DEMO", "SECOND"]
    assert health["now"].startswith("2030-01-01T00:0")


def test_a_write_is_not_seen_before_it_is_kept(own_process):
    """A transaction that fails leaves nothing, neither now nor after a restart."""
    client = Client(own_process.url)
    functions = [create_customer("N1", "N1"), create_customer("C1", "again")]
    client.results(functions, transaction=True)
    own_process.restart()
    assert Admin(own_process.url).rows("CUSTOMER", CUSTOMERID="N1") == []
