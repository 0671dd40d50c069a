"""A control id is worth one execution, now, later and while it runs."""

import threading

import pytest

from .harness import Client, create_customer, query

ALREADY = "A successful transaction has already been recorded with the control id"


def make(client, controlid, customer="N1", **options):
    options.setdefault("unique", True)
    (result,) = client.results(
        [(controlid, create_customer(customer, customer))], **options
    )
    return result


def test_a_completed_id_is_refused_and_names_no_key(client, admin):
    assert make(client, "op-1").ok
    again = make(client, "op-1")
    assert again.status == "failure" and again.key is None
    assert f"{ALREADY} op-1" in again.text
    assert len(admin.rows("CUSTOMER", CUSTOMERID="N1")) == 1


def test_without_uniqueid_an_id_may_be_used_again(client):
    assert make(client, "op-1", "N1", unique=False).ok
    assert make(client, "op-1", "N2", unique=False).ok


def test_reads_use_up_their_id_too(client):
    function = ("look", query("CUSTOMER", "NAME"))
    assert client.results([function], unique=True)[0].ok
    assert ALREADY in client.results([function], unique=True)[0].text


def test_a_refused_function_frees_its_id(client):
    assert not make(client, "op-1", "C1").ok
    assert make(client, "op-1", "N1").ok


def test_a_refused_function_may_also_burn_its_id(client, admin):
    admin.settings(failed_frees_control_id=False)
    assert not make(client, "op-1", "C1").ok
    assert ALREADY in make(client, "op-1", "N1").text
    assert admin.rows("CUSTOMER", CUSTOMERID="N1") == []


def test_a_rolled_back_function_frees_its_id(client):
    functions = [("a", create_customer("N1", "N1")), ("b", create_customer("C1", "x"))]
    client.results(functions, unique=True, transaction=True)
    assert make(client, "a", "N1").ok


def test_ids_are_forgotten_after_their_time(client, admin):
    admin.settings(control_id_hours=2)
    assert make(client, "op-1", "N1").ok
    admin.post("change", {"action": "clock", "advance": 3600})
    assert ALREADY in make(client, "op-1", "N2").text
    admin.post("change", {"action": "clock", "advance": 3601})
    assert make(client, "op-1", "N2").ok


@pytest.mark.parametrize("scope, shared", [("company", True), ("user", False)])
def test_the_scope_of_ids_is_a_switch(process, client, admin, scope, shared):
    admin.settings(control_id_scope=scope)
    admin.post("load", {"USERS": [{"LOGINID": "second", "PASSWORD": "x"}]})
    assert make(client, "op-1", "N1").ok
    other = make(Client(process.url, user="second", password="x"), "op-1", "N2")
    assert other.ok is not shared


def test_the_same_id_twice_in_one_request(client):
    first, second = client.results(
        [("op", create_customer("N1", "N1")), ("op", create_customer("N2", "N2"))],
        unique=True,
    )
    assert first.ok and ALREADY in second.text


def test_a_running_id_is_refused_as_concurrent(process, client, admin):
    admin.post("faults", [{"function": "create", "action": "delay", "seconds": 2}])
    slow = []
    thread = threading.Thread(
        target=lambda: slow.append(make(Client(process.url), "op-1"))
    )
    thread.start()
    while not admin.get("faults")["faults"][0]["times"] == 0:
        assert thread.is_alive()
    racing = make(client, "op-1")
    thread.join()
    assert slow[0].ok
    assert "concurrent request in process" in racing.text
    assert len(admin.rows("CUSTOMER", CUSTOMERID="N1")) == 1


def test_what_was_done_is_in_the_usage_after_its_delay(client, admin):
    admin.settings(usage_delay_seconds=60)
    make(client, "op-1")
    read = query("APIUSAGEDETAIL", "FUNCTION DOCCONTROLID STATUS N_TRANS LOGINID")
    assert client.do(read).rows == []
    admin.post("change", {"action": "clock", "advance": 61})
    (row,) = [r for r in client.do(read).rows if r["DOCCONTROLID"] == "op-1"]
    assert (row["FUNCTION"], row["STATUS"], row["N_TRANS"]) == (
        "create",
        "Success",
        "1",
    )
    assert row["LOGINID"] == "odoo"
