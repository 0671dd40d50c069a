"""readByQuery and readMore, as old clients still use them."""

import pytest

from .test_query import invoices


@pytest.fixture
def ten(admin):
    rows = invoices(10)
    rows[3]["RECORDID"] = "O'Neil"
    admin.post("load", {"ARINVOICE": rows})


def read_by_query(name, text, fields="*", pagesize=100):
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        f"<readByQuery><object>{name}</object><fields>{fields}</fields>"
        f"<query>{text}</query><pagesize>{pagesize}</pagesize></readByQuery>"
    )


def keys(result):
    return {int(row["RECORDNO"]) - 95 for row in result.rows}


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", set(range(10))),
        ("RECORDID = 'INV-2'", {2}),
        ("RECORDID = 'O\\'Neil'", {3}),
        ("STATE = 'A'", set(range(10))),
        ("STATE = 'Posted'", set()),
        ("TOTALDUE > 17 AND CUSTOMERID = 'C1'", {9}),
        ("TOTALDUE <= 10 OR TOTALDUE >= '19'", {0, 9}),
        ("NOT (TOTALDUE > 11)", {0, 1}),
        ("RECORDID in ('INV-1', 'INV-2')", {1, 2}),
        ("RECORDID not like 'INV%'", {3}),
        ("WHENPAID IS NULL and RECORDNO = 96", {1}),
        ("WHENPAID is not null", set()),
        ("WHENCREATED >= '01/15/2026'", set(range(10))),
        ("SYSTEMGENERATED = 'F'", set(range(10))),
        ("STATE = 'A' AND TOTALDUE = 0 AND TOTALENTERED != 0", set()),
    ],
)
def test_texts(client, ten, text, expected):
    assert keys(client.do(read_by_query("ARINVOICE", text))) == expected


@pytest.mark.parametrize(
    "text",
    [
        "RECORDID = 'x' ORDER BY RECORDID",
        "NOSUCH = 1",
        "WHENMODIFIED > '2026-01-01'",
        "RECORDID = 100",
        "RECORDID =",
        "RECORDID ; 1",
    ],
)
def test_bad_texts(client, ten, text):
    assert client.call(read_by_query("ARINVOICE", text)).errors == [
        ("DL02000001", "There was an error processing the request.")
    ]


def test_codes_go_in_and_labels_come_out(client, ten):
    (row,) = client.do(read_by_query("ARINVOICE", "RECORDID = 'INV-2'")).rows
    assert (row["STATE"], row["RAWSTATE"]) == ("Posted", "A")
    (customer,) = client.do(
        read_by_query("CUSTOMER", "STATUS = 'T' AND CUSTOMERID = 'C1'")
    ).rows
    assert customer["STATUS"] == "active"
    assert client.do(read_by_query("CUSTOMER", "STATUS = 'active'")).rows == []


def test_pages_are_one_scan(client, ten):
    first = client.do(read_by_query("ARINVOICE", "", "RECORDNO", 4))
    data = first.data
    assert data.get("listtype") == "arinvoice" and data[0].tag == "arinvoice"
    assert (data.get("count"), data.get("totalcount"), data.get("numremaining")) == (
        "4", "10", "6",
    )  # fmt: skip
    seen = keys(first)
    more = f"<readMore><resultId>{data.get('resultId')}</resultId></readMore>"
    seen |= keys(client.do(more))
    last = client.do(more)
    seen |= keys(last)
    assert last.data.get("numremaining") == "0"
    assert seen == set(range(10))


def test_by_object_name_parallel_scans_are_mixed_up(client, ten):
    """The newest result set answers, whoever asks."""
    client.do(read_by_query("ARINVOICE", "CUSTOMERID = 'C1'", "RECORDNO", 4))
    client.do(read_by_query("ARINVOICE", "CUSTOMERID = 'C2'", "RECORDNO", 4))
    result = client.do("<readMore><object>ARINVOICE</object></readMore>")
    assert keys(result) <= {0, 2, 4, 6, 8} and len(result.rows) == 1


def test_nothing_found_has_an_empty_result_id(client):
    data = client.do(read_by_query("ARINVOICE", "")).data
    assert (data.get("count"), data.get("resultId")) == ("0", "")


def test_a_result_set_dies_with_its_session(client, ten):
    session = client.open_session()
    read = read_by_query("ARINVOICE", "", "RECORDNO", 4)
    identifier = client.do(read, auth=session).data.get("resultId")
    more = f"<readMore><resultId>{identifier}</resultId></readMore>"
    assert not client.call(more, auth=client.open_session()).ok
    assert client.call(more, auth=session).ok


def test_the_page_is_capped(client, admin):
    admin.post("load", {"ARINVOICE": invoices(1200)})
    result = client.do(read_by_query("ARINVOICE", "", "RECORDNO", 2000))
    assert result.data.get("count") == "1000"


def test_related_fields_keep_their_dots(client, ten):
    (row,) = client.do(
        read_by_query("ARINVOICE", "RECORDID = 'INV-2'", "RECORDNO,CUSTOMER.NAME")
    ).rows
    assert row["CUSTOMER.NAME"] == "Second Customer"


def test_an_unknown_object(client):
    assert client.call(read_by_query("BADOBJECT", "")).errors == [
        ("Query Failed", "Object definition BADOBJECT not found")
    ]
