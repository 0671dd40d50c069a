"""query: what it gives, what it refuses, in which order."""

import csv
import io
import json

import pytest

from .harness import compare, create_customer, query

MANY = 2300


def invoices(count, **values):
    return [
        {
            "RECORDNO": 95 + number,
            "RECORDID": f"INV-{number}",
            "CUSTOMERID": "C1" if number % 2 else "C2",
            "WHENCREATED": "01/15/2026",
            "WHENDUE": "02/15/2026",
            "ARINVOICEITEMS": [{"ACCOUNTNO": "4000", "TRX_AMOUNT": 10 + number}],
            **values,
        }
        for number in range(count)
    ]


@pytest.fixture
def ten(admin):
    admin.post("load", {"ARINVOICE": invoices(10)})


def numbers(rows):
    return [int(row["RECORDNO"]) for row in rows]


def test_rows_and_counts(client, ten):
    result = client.do(
        query("ARINVOICE", "RECORDNO TOTALDUE", order="RECORDID", pagesize=4, offset=2)
    )
    data = result.data
    assert data.get("listtype") == "ARINVOICE"
    assert [data.get(a) for a in ("totalcount", "offset", "count", "numremaining")] == [
        "10", "2", "4", "4",
    ]  # fmt: skip
    assert data[0].tag == "ARINVOICE"
    assert result.rows[0] == {"RECORDNO": "97", "TOTALDUE": "12"}


def test_values_are_what_people_see(client, ten):
    (row,) = client.query(
        "ARINVOICE",
        "STATE RAWSTATE RECORDTYPE SYSTEMGENERATED WHENCREATED WHENPAID MODULEKEY",
        compare("equalto", "RECORDID", "INV-3"),
    )
    assert row == {
        "STATE": "Posted",
        "RAWSTATE": "A",
        "RECORDTYPE": "ri",
        "SYSTEMGENERATED": "F",
        "WHENCREATED": "01/15/2026",
        "WHENPAID": "",
        "MODULEKEY": "4.AR",
    }
    (customer,) = client.query(
        "CUSTOMER", "STATUS ONHOLD", compare("equalto", "CUSTOMERID", "C1")
    )
    assert customer == {"STATUS": "active", "ONHOLD": "false"}


def test_without_order_two_calls_differ_and_the_seed_repeats_them(client, admin, ten):
    first = client.query("ARINVOICE", "RECORDNO")
    second = client.query("ARINVOICE", "RECORDNO")
    assert first != second
    assert sorted(numbers(first)) == sorted(numbers(second)) == list(range(95, 105))


def test_pages_without_order_lose_and_double_rows(client, ten):
    seen = []
    for offset in range(0, 10, 2):
        seen += numbers(
            client.query("ARINVOICE", "RECORDNO", pagesize=2, offset=offset)
        )
    assert len(seen) == 10 and len(set(seen)) < 10


def test_equal_rows_of_an_order_are_in_no_order(client, ten):
    orders = {
        tuple(numbers(client.query("ARINVOICE", "RECORDNO", order="WHENCREATED")))
        for _try in range(5)
    }
    assert len(orders) > 1


@pytest.mark.parametrize("mode, last", [("number", 104), ("text", 99)])
def test_recordno_is_a_number_or_a_text(client, admin, ten, mode, last):
    admin.settings(recordno_order=mode)
    rows = client.query("ARINVOICE", "RECORDNO", order="RECORDNO")
    assert numbers(rows)[-1] == last
    above = compare("greaterthan", "RECORDNO", 97)
    behind = client.query("ARINVOICE", "RECORDNO", above, order="RECORDNO")
    position = numbers(rows).index(97)
    assert numbers(behind) == numbers(rows)[position + 1 :]


def test_pages_hold_two_thousand_rows_and_default_to_a_hundred(client, admin):
    admin.post("load", {"ARINVOICE": invoices(MANY)})
    assert len(client.query("ARINVOICE", "RECORDNO")) == 100
    assert len(client.query("ARINVOICE", "RECORDNO", pagesize=2000)) == 2000


@pytest.mark.parametrize(
    "where, expected",
    [
        (compare("equalto", "RECORDID", "INV-3"), {3}),
        (compare("notequalto", "CUSTOMERID", "C1"), {0, 2, 4, 6, 8}),
        (compare("lessthan", "TOTALDUE", 12), {0, 1}),
        (compare("lessthanorequalto", "TOTALDUE", 12), {0, 1, 2}),
        (compare("greaterthan", "TOTALDUE", "17.99"), {8, 9}),
        (compare("between", "TOTALDUE", 13, 14), {3, 4}),
        (compare("in", "RECORDID", "INV-1", "INV-2", "x"), {1, 2}),
        (compare("notin", "RECORDNO", *range(95, 103)), {8, 9}),
        (compare("like", "RECORDID", "INV-_"), set(range(10))),
        (compare("notlike", "RECORDID", "%-1"), {0, 2, 3, 4, 5, 6, 7, 8, 9}),
        (compare("equalto", "STATE", "Posted"), set(range(10))),
        (compare("equalto", "STATE", "A"), set()),
        (compare("equalto", "RECORDID", ""), set()),
        (compare("between", "TOTALDUE", 13, ""), set()),
        (compare("equalto", "CUSTOMER.NAME", "First Customer"), {1, 3, 5, 7, 9}),
        ("<isnull><field>WHENPAID</field></isnull>", set(range(10))),
        ("<isnotnull><field>WHENPAID</field></isnotnull>", set()),
        (compare("equalto", "RECORDID", "inv-3"), set()),
        (compare("lessthan", "WHENDUE", "02/15/2026"), set()),
        (compare("greaterthanorequalto", "WHENDUE", "02/15/2026"), set(range(10))),
    ],
)
def test_filters(client, ten, where, expected):
    found = client.query("ARINVOICE", "RECORDNO", where)
    assert {number - 95 for number in numbers(found)} == expected


def test_filters_nest_and_may_ignore_case(client, ten):
    either = compare("equalto", "RECORDID", "inv-3") + compare(
        "equalto", "RECORDID", "inv-4"
    )
    where = f"<and><or>{either}</or>{compare('equalto', 'CUSTOMERID', 'C1')}</and>"
    rows = client.query(
        "ARINVOICE",
        "RECORDNO",
        where,
        options="<caseinsensitive>true</caseinsensitive>",
    )
    assert numbers(rows) == [98]


@pytest.mark.parametrize("value", ["2026-01-01", "2026-01-01T00:00:00", "yesterday"])
def test_other_date_formats_are_an_error(client, ten, value):
    result = client.call(
        query("ARINVOICE", "RECORDNO", compare("greaterthan", "WHENMODIFIED", value))
    )
    assert result.errors[0] == (
        "DL02000001",
        "There was an error processing the request.",
    )


@pytest.mark.parametrize(
    "fields, where, order, refused",
    [
        ("RECORDNO ENTITY", "", "", "ENTITY"),
        ("RECORDNO NOSUCH ENTITY", "", "", "NOSUCH, ENTITY"),
        ("RECORDNO", compare("equalto", "CUSTENTITY", "x"), "", "CUSTENTITY"),
        ("RECORDNO", "", "BBRECORDKEY", "BBRECORDKEY"),
        ("RECORDNO CUSTOMER.PARENT.PARENT.NAME", "", "", "CUSTOMER.PARENT.PARENT.NAME"),
    ],
)
def test_one_bad_field_fails_the_call(client, ten, fields, where, order, refused):
    result = client.call(query("ARINVOICE", fields, where, order=order))
    assert result.errors == [
        (
            "XL03000006",
            f"The following fields cannot be queried: [arinvoice: [{refused}]]",
        )
    ]


@pytest.mark.parametrize(
    "name, field",
    [
        ("ARPYMT", "STATE"),
        ("ARPYMT", "RAWSTATE"),
        ("ARPYMTDETAIL", "ENTRYKEY"),
        ("ARADJUSTMENT", "ENTITY"),
        ("CUSTOMER", "ACTIVATIONDATE"),
    ],
)
def test_listed_fields_that_cannot_be_queried(client, name, field):
    assert "cannot be queried" in client.call(query(name, f"RECORDNO {field}")).text


def test_related_fields_over_several_relations(client, admin):
    admin.post(
        "load",
        {
            "CUSTOMER": [
                {
                    "CUSTOMERID": "C9",
                    "NAME": "Ninth",
                    "PARENTID": "C1",
                    "CREDITLIMIT": "5000",
                    "DISPLAYCONTACT": {
                        "CONTACTNAME": "Ninth(C9)",
                        "EMAIL1": "a@b.example",
                        "MAILADDRESS": {"CITY": "Köln", "COUNTRY": "Germany"},
                    },
                }
            ],
            "ARINVOICE": invoices(1, CUSTOMERID="C9"),
        },
    )
    (row,) = client.query(
        "ARINVOICEITEM",
        "ARINVOICE.CUSTOMERID ARINVOICE.CUSTOMER.CREDITLIMIT "
        "ARINVOICE.CUSTOMER.PARENT.NAME",
    )
    assert row == {
        "ARINVOICE.CUSTOMERID": "C9",
        "ARINVOICE.CUSTOMER.CREDITLIMIT": "5000",
        "ARINVOICE.CUSTOMER.PARENT.NAME": "First Customer",
    }
    (customer,) = client.query(
        "CUSTOMER",
        "DISPLAYCONTACT.EMAIL1 BILLTO.MAILADDRESS.CITY "
        "DISPLAYCONTACT.MAILADDRESS.COUNTRYCODE PARENTNAME ENTITY",
        compare("equalto", "CUSTOMERID", "C9"),
    )
    assert list(customer.values()) == [
        "a@b.example",
        "Köln",
        "DE",
        "First Customer",
        "CC9",
    ]


def test_sums_and_counts_group_by_the_other_fields(client, ten):
    rows = client.do(
        query(
            "ARINVOICE",
            "CUSTOMERID",
            select="<count>RECORDNO</count><sum>TOTALDUE</sum><max>TOTALDUE</max>",
        )
    ).rows
    by_customer = {row["CUSTOMERID"]: row for row in rows}
    assert by_customer["C1"] == {
        "CUSTOMERID": "C1",
        "COUNT.RECORDNO": "5",
        "TOTALDUE": "75",
        "MAX.TOTALDUE": "19",
    }


def test_json_and_csv_come_without_envelope(client, ten):
    where = compare("equalto", "RECORDID", "INV-3")
    form = "<returnformat>{}</returnformat>"
    body = query("ARINVOICE", "RECORDNO STATE", where, options=form.format("json"))
    answer = client.post(client.body([body]))
    assert json.loads(answer.text) == [{"RECORDNO": "98", "STATE": "Posted"}]
    body = query("ARINVOICE", "RECORDNO STATE", where, options=form.format("csv"))
    answer = client.post(client.body([body]))
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows == [["RECORDNO", "STATE"], ["98", "Posted"]]
    bad = query("ARINVOICE", "ENTITY", options=form.format("json"))
    assert "cannot be queried" in client.call(bad).text


def test_an_unknown_object(client):
    assert client.call(query("BADOBJECT", "RECORDNO")).errors == [
        ("Query Failed", "Object definition BADOBJECT not found")
    ]


def test_entity_private_rows(client, admin):
    admin.post(
        "load",
        {
            "LOCATIONENTITY": [{"LOCATIONID": e, "NAME": e} for e in ("E1", "E2")],
            "CUSTOMER": [
                {"CUSTOMERID": "P1", "NAME": "Private 1", "MEGAENTITYID": "E1"},
                {"CUSTOMERID": "P2", "NAME": "Private 2", "MEGAENTITYID": "E2"},
            ],
            "ARINVOICE": invoices(2, MEGAENTITYID="E1"),
        },
    )

    def seen(name, field, auth=None, **more):
        function = query(name, field, **more)
        return {row[field] for row in client.do(function, auth=auth).rows}

    private = "<showprivate>true</showprivate>"
    inside = client.open_session("E1")
    assert seen("CUSTOMER", "CUSTOMERID") == {"C1", "C2"}
    assert seen("CUSTOMER", "CUSTOMERID", options=private) == {"C1", "C2", "P1", "P2"}
    assert seen("CUSTOMER", "CUSTOMERID", inside) == {"C1", "C2", "P1"}
    assert seen("ARINVOICEITEM", "RECORDKEY") == set()
    assert seen("ARINVOICEITEM", "RECORDKEY", options=private) == {"95", "96"}
    assert seen("ARINVOICEITEM", "RECORDKEY", inside) == {"95", "96"}


def test_an_application_that_the_company_has_not_subscribed_to(client, admin):
    admin.post("settings", {"unavailable_objects": ["ARADVANCE"]})
    text = "API operation '{}' cannot be performed on objects of type aradvance"
    assert client.call(query("ARADVANCE", "RECORDNO")).errors == [
        ("", text.format("READ_BY_QUERY"))
    ]
    assert client.call(query("ARINVOICE", "RECORDNO")).ok


def test_permissions_by_object_and_operation(client, admin):
    admin.post(
        "load",
        {
            "PERMISSIONS": [
                {"USERID": "odoo", "OBJECT": "CUSTOMER", "OPERATIONS": ["list"]},
                {"USERID": "odoo", "OBJECT": "ARINVOICE", "OPERATIONS": []},
                {"USERID": "odoo", "OBJECT": "AUDITHISTORY", "OPERATIONS": []},
            ]
        },
    )
    text = "You do not have permission for API operation {} on objects of type {}"
    assert client.call(query("CUSTOMER", "NAME")).ok
    assert client.call(query("ARINVOICE", "RECORDNO")).errors == [
        ("PL04000005", text.format("READ_BY_QUERY", "arinvoice"))
    ]
    assert not client.call(query("ARINVOICEITEM", "RECORDNO")).ok
    create = client.call(create_customer("N1", "N1"))
    assert create.errors == [("PL04000005", text.format("CREATE", "customer"))]
    assert client.call(query("AUDITHISTORY", "ID")).errors == [
        ("", "You do not have permission to view audit history")
    ]
    assert client.call("<lookup><object>ARINVOICE</object></lookup>").ok
