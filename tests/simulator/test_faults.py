"""Injected faults: what the network, the gateway or the session may do."""

import signal
import subprocess
import time

import pytest
import requests
from lxml import etree

from .harness import Client, create_customer, query
from .test_idempotency import make
from .test_readbyquery import read_by_query

LOOK = query("CUSTOMER", "CUSTOMERID")


def rule(admin, **values):
    admin.post("faults", [values])


def made(admin):
    return len(admin.rows("CUSTOMER", CUSTOMERID="N1"))


@pytest.mark.parametrize("when, done", [("before", 0), ("after", 1)])
def test_a_cut_connection_before_or_after_executing(client, admin, when, done):
    rule(admin, function="create", action="cut", when=when)
    with pytest.raises(requests.ConnectionError):
        make(client, "op-1")
    assert made(admin) == done
    again = make(client, "op-1")
    assert again.ok is not bool(done)
    assert made(admin) == 1


@pytest.mark.parametrize("size", [0, 1, 200])
def test_a_truncated_answer(client, admin, size):
    rule(admin, action="truncate", bytes=size)
    broken = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
    with pytest.raises(broken):
        make(client, "op-1")
    assert made(admin) == 1


def test_too_many_requests(client, admin):
    rule(admin, action="status", status=429, headers={"Retry-After": "3"})
    answer = client.post(client.body([LOOK]))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
    root = etree.fromstring(answer.content)
    assert root.findtext(".//errorno") == "GW-0010"
    assert client.call(LOOK).ok


def test_a_500_after_the_commit(client, admin):
    rule(admin, function="create", action="status", status=500, when="after")
    body = client.body([("op-1", create_customer("N1", "N1"))], unique=True)
    assert client.post(body).status_code == 500
    assert made(admin) == 1


@pytest.mark.parametrize("status", [502, 503])
def test_an_html_page_of_a_proxy(client, admin, status):
    rule(admin, action="status", status=status)
    answer = client.post(client.body([LOOK]))
    assert answer.status_code == status
    assert "cf-error-details" in answer.text
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("action", ["html", "empty"])
def test_a_200_that_is_no_answer(client, admin, action):
    rule(admin, action=action)
    answer = client.post(client.body([("op", create_customer("N1", "N1"))]))
    assert answer.status_code == 200
    assert ("<html>" in answer.text) is (action == "html")
    assert made(admin) == 1


def test_an_expired_session(client, admin):
    session = client.open_session()
    rule(admin, action="expire_session")
    root = client.send([LOOK], auth=session)
    assert root.findtext("operation/errormessage/error/description2").startswith(
        "Invalid session "
    )
    assert root.findtext("operation/authentication/userid") in ("", None)


def test_a_session_that_ends_between_two_pages(client, admin):
    session = client.open_session()
    rule(admin, function="readMore", action="expire_session")
    read = read_by_query("CUSTOMER", "", pagesize=1)
    identifier = client.do(read, auth=session).data.get("resultId")
    root = client.send(
        [f"<readMore><resultId>{identifier}</resultId></readMore>"], auth=session
    )
    assert root.find("operation/result") is None


def test_a_refusal_that_means_nothing(client, admin):
    rule(admin, function="create", action="error")
    errors = make(client, "op-1")
    assert errors.errors == [
        (
            "BL01001973",
            "Currently, we can't create the transaction Check the transaction for "
            "errors or inconsistencies, then try again.",
        )
    ]
    assert made(admin) == 0
    assert make(client, "op-1").ok


def test_a_refusal_with_a_text_of_ones_own(client, admin):
    rule(admin, object="CUSTOMER", action="error", errorno="BL04002055", text="no")
    assert make(client, "op-1").errors == [("BL04002055", "no")]


def test_an_aborted_function(client, admin):
    rule(admin, function="create", action="abort")
    result = make(client, "op-1")
    assert result.status == "aborted"
    assert result.errors[0][0] == "XL03000009"
    assert made(admin) == 0


def test_a_delay(client, admin):
    rule(admin, function="query", action="delay", seconds=0.4)
    begin = time.monotonic()
    client.call(LOOK)
    assert time.monotonic() - begin >= 0.4


def test_rules_count_requests_and_choose_them(process, client, admin):
    admin.post(
        "faults",
        [
            {"nth": 2, "action": "status", "status": 500},
            {"sender": "other_sender", "action": "status", "status": 501, "times": 2},
            {"contains": "NOSUCH", "action": "status", "status": 503},
        ],
    )
    statuses = [client.post(client.body([LOOK])).status_code for _try in range(3)]
    assert statuses == [200, 500, 200]
    other = Client(process.url, sender="other_sender", sender_password="other-demo")
    for _try in range(2):
        assert other.post(other.body([LOOK])).status_code == 501
    assert client.post(client.body([query("CUSTOMER", "NOSUCH")])).status_code == 503
    admin.delete("faults")
    assert other.post(other.body([LOOK])).status_code == 200


@pytest.mark.parametrize(
    "bad", [{"action": "explode"}, {"action": "cut", "color": "red"}, {}]
)
def test_a_rule_that_makes_no_sense(admin, bad):
    admin.post("faults", [bad], status=400)


def test_one_write_in_so_many_is_refused_for_no_reason(client, admin):
    admin.settings(transient_every=3)
    results = [client.call(create_customer(f"N{n}", f"N{n}")).ok for n in range(6)]
    assert results == [True, True, False] * 2


def test_a_rate_limit(client, admin):
    admin.settings(rate_limit_per_minute=3)
    statuses = []
    while 429 not in statuses:
        answer = client.post(client.body([LOOK]))
        statuses.append(answer.status_code)
        assert len(statuses) < 10
    assert int(answer.headers["Retry-After"]) >= 1
    admin.settings(rate_limit_per_minute=0)
    assert client.call(LOOK).ok


@pytest.mark.parametrize("when", ["before", "after"])
def test_another_process_is_killed_at_its_request(client, admin, when):
    with subprocess.Popen(["sleep", "60"]) as victim:
        rule(admin, action="kill", pid=victim.pid, nth=2, when=when)
        assert client.call(LOOK).ok
        assert victim.poll() is None
        assert make(client, "op-1").ok
        assert victim.wait(10) == -signal.SIGKILL
    rule(admin, action="kill", pid=victim.pid)
    assert client.call(LOOK).ok
    assert made(admin) == 1
