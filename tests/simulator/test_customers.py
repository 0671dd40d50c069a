"""Customers, contacts, terms and labels."""

import pytest

from .harness import compare, create_customer


def test_a_customer_and_its_contact(client, admin):
    result = client.do(
        create_customer(
            "N1",
            "Söhne &amp; Co",
            TERMNAME="Net 30",
            CREDITLIMIT="10.005",
            contact={
                "EMAIL1": "a@b.example",
                "MAILADDRESS": "<CITY>Köln</CITY><COUNTRY>Germany</COUNTRY>",
            },
        )
    )
    data = result.data
    assert (data.get("listtype"), data.get("count")) == ("objects", "1")
    assert data[0].tag == "customer"
    assert data.findtext("customer/CUSTOMERID") == "N1"
    (row,) = client.query(
        "CUSTOMER",
        "NAME ENTITY STATUS TOTALDUE CREDITLIMIT DISPLAYCONTACT.CONTACTNAME "
        "DISPLAYCONTACT.MAILADDRESS.COUNTRYCODE BILLTO.EMAIL1",
        compare("equalto", "CUSTOMERID", "N1"),
    )
    assert row == {
        "NAME": "Söhne & Co",
        "ENTITY": "CN1",
        "STATUS": "active",
        "TOTALDUE": "0",
        "CREDITLIMIT": "10.01",
        "DISPLAYCONTACT.CONTACTNAME": "Söhne & Co(CN1)",
        "DISPLAYCONTACT.MAILADDRESS.COUNTRYCODE": "DE",
        "BILLTO.EMAIL1": "a@b.example",
    }


def test_a_country_code_alone_gives_the_name(client, admin):
    address = "<COUNTRYCODE>JP</COUNTRYCODE>"
    client.do(create_customer("N1", "N1", contact={"MAILADDRESS": address}))
    (row,) = admin.rows("CONTACT", CONTACTNAME="N1(CN1)")
    assert row["MAILADDRESS.COUNTRY"] == "Japan"


def test_a_taken_id(client):
    errors = client.call(create_customer("C1", "Another")).errors
    assert errors[0] == (
        "BL34000061",
        "Another Customer with the given value(s) C1  already exists "
        "Use a unique value instead.",
    )
    assert [text for _number, text in errors[1:]] == [
        "Could not create customer record!",
        "Could not create Customer record!",
    ]


def test_a_taken_contact_name_fails_the_customer(client, admin):
    taken = {"CONTACTNAME": "First Customer(CC1)"}
    errors = client.call(create_customer("N1", "N1", contact=taken)).errors
    assert "Another Contact with the given value(s)   already exists" in errors[0][1]
    assert [text for _number, text in errors[1:]] == [
        "Could not create Contact record!",
        "Error While Saving the Display Contact",
        "Could not create Customer record!",
    ]
    assert admin.rows("CUSTOMER", CUSTOMERID="N1") == []


@pytest.mark.parametrize("mail", ["@aeon.org.", "no mail", "a@b", "a@b.c x@y.z"])
def test_a_bad_mail_address_fails_the_customer(client, admin, mail):
    errors = client.call(create_customer("N1", "N1", contact={"EMAIL1": mail})).errors
    assert errors[0] == (
        "BL03000018",
        f"Illegal format for Contactversion : Primary Email Address {mail}.",
    )
    assert [text for _number, text in errors[1:]] == [
        "Validate contactversion record failed!",
        "Could not create contactversion record!",
        "Could not create ContactVersion record!",
        "Could not create Contact record!",
        "Error While Saving the Display Contact",
        "Could not create Customer record!",
    ]
    assert admin.rows("CONTACT", CONTACTNAME="N1(CN1)") == []


@pytest.mark.parametrize(
    "values, text",
    [
        ({"TERMNAME": "Net 99"}, "The term name Net 99 is invalid"),
        ({"PARENTID": "C9"}, "Invalid Parent 'C9' specified."),
        ({"CURRENCY": "XXX"}, "Invalid Currency 'XXX' specified."),
        ({"NOSUCH": "1"}, "Invalid field 'NOSUCH' specified."),
        ({"STATUS": "asleep"}, "Invalid STATUS 'asleep' specified."),
    ],
)
def test_values_that_do_not_exist(client, values, text):
    assert text in client.call(create_customer("N1", "N1", **values)).text


def test_ids_have_twenty_characters_and_names_a_hundred(client):
    assert not client.call(create_customer("X" * 21, "N")).ok
    assert not client.call(create_customer("N1", "N" * 101)).ok
    assert client.call(create_customer("X" * 20, "N" * 100)).ok


def test_ids_from_a_sequence(client, admin):
    assert not client.call(create_customer(None, "N")).ok
    admin.settings(customer_numbering="sequence")
    admin.post(
        "load", {"SEQUENCES": [{"OBJECT": "CUSTOMER", "PREFIX": "K", "NEXT": 7}]}
    )
    assert client.do(create_customer("OWN", "N1")).ok
    result = client.do(create_customer(None, "N2"))
    assert result.data.findtext("customer/CUSTOMERID") == "K00007"


def test_an_update_keeps_what_it_does_not_name(client, admin):
    client.do(create_customer("N1", "N1", contact={"EMAIL1": "a@b.example"}))
    client.do(
        "<update><CUSTOMER><CUSTOMERID>N1</CUSTOMERID><COMMENTS>marker</COMMENTS>"
        "<DISPLAYCONTACT><PHONE1>5</PHONE1></DISPLAYCONTACT></CUSTOMER></update>"
    )
    (row,) = client.query(
        "CUSTOMER",
        "NAME COMMENTS DISPLAYCONTACT.EMAIL1 DISPLAYCONTACT.PHONE1",
        compare("equalto", "CUSTOMERID", "N1"),
    )
    assert list(row.values()) == ["N1", "marker", "a@b.example", "5"]


@pytest.mark.parametrize("clears, left", [(False, "old"), (True, "")])
def test_whether_an_empty_element_clears_is_a_switch(client, admin, clears, left):
    admin.settings(empty_update_clears=clears)
    client.do(create_customer("N1", "N1", COMMENTS="old"))
    client.do(
        "<update><CUSTOMER><CUSTOMERID>N1</CUSTOMERID><COMMENTS/></CUSTOMER></update>"
    )
    assert admin.rows("CUSTOMER", CUSTOMERID="N1")[0]["COMMENTS"] == left


def test_references_name_contacts_that_exist(client, admin):
    billing = (
        "<create><CONTACT><CONTACTNAME>Billing</CONTACTNAME><PRINTAS>B</PRINTAS>"
        "<EMAIL1>bill@b.example</EMAIL1></CONTACT></create>"
    )
    set_it = (
        "<update><CUSTOMER><CUSTOMERID>C1</CUSTOMERID>"
        "<BILLTO><CONTACTNAME>Billing</CONTACTNAME></BILLTO></CUSTOMER></update>"
    )
    assert client.call(set_it).errors == [
        ("BL03000019", "The contact Billing does not exist.")
    ]
    client.do(billing)
    client.do(set_it)
    key = client.invoice()
    (row,) = client.query("ARINVOICE", "BILLTO.EMAIL1 BILLTOPAYTOCONTACTNAME")
    assert row == {
        "BILLTO.EMAIL1": "bill@b.example",
        "BILLTOPAYTOCONTACTNAME": "Billing",
    }
    assert key


def test_the_id_is_fixed(client, admin):
    (row,) = admin.rows("CUSTOMER", CUSTOMERID="C1")
    change = (
        f"<update><CUSTOMER><RECORDNO>{row['RECORDNO']}</RECORDNO>"
        "<CUSTOMERID>NEW</CUSTOMERID></CUSTOMER></update>"
    )
    assert "can't be changed" in client.call(change).text


def test_deleting(client, admin):
    client.invoice(customer="C1")
    keys = {row["CUSTOMERID"]: row["RECORDNO"] for row in admin.rows("CUSTOMER")}
    delete = "<delete><object>CUSTOMER</object><keys>{}</keys></delete>"
    assert not client.call(delete.format(keys["C1"])).ok
    result = client.do(delete.format(keys["C2"]))
    assert result.data is None and result.key is None
    assert client.call(delete.format("")).text == (
        "BL01001973: Cannot find customer with key '' to delete."
    )


def test_the_legacy_functions(client, admin):
    result = client.do(
        "<create_customer><customerid>L1</customerid><name>Legacy</name>"
        "<termname>Net 30</termname><contactinfo><contact><contactname>Legacy 1"
        "</contactname><printas>Legacy</printas><email1>l@l.example</email1></contact>"
        "</contactinfo></create_customer>"
    )
    (row,) = client.query(
        "CUSTOMER",
        "RECORDNO NAME TERMNAME DISPLAYCONTACT.EMAIL1",
        compare("equalto", "CUSTOMERID", "L1"),
    )
    assert row["RECORDNO"] == result.key
    assert row["DISPLAYCONTACT.EMAIL1"] == "l@l.example"
    client.do('<update_customer customerid="L1"><name>Changed</name></update_customer>')
    assert admin.rows("CUSTOMER", CUSTOMERID="L1")[0]["NAME"] == "Changed"
    client.do('<delete_customer customerid="L1"/>')
    assert admin.rows("CUSTOMER", CUSTOMERID="L1") == []


def test_terms(client, admin):
    create = (
        "<create_arterm><name>{}</name><due><dueday>10</dueday>"
        "<duefrom>of next month from invoice/bill date</duefrom></due></create_arterm>"
    )
    client.do(create.format("10th"))
    key = client.invoice(due=None, term="10th", day="01/31/2026")
    assert admin.row("ARINVOICE", key)["WHENDUE"] == "02/10/2026"
    assert "isn't allowed" in client.call(create.format("a;b")).text
    assert "already exists" in client.call(create.format("10th")).text
    assert not client.call('<delete_arterm name="10th"/>').ok


@pytest.mark.parametrize(
    "origin, number, due",
    [
        ("from invoice/bill date", 30, "03/02/2026"),
        ("of the month of invoice/bill date", 31, "01/31/2026"),
        ("of next month from invoice/bill date", 31, "02/28/2026"),
        ("of 2nd month from invoice/bill date", 15, "03/15/2026"),
        ("of 6th month from invoice/bill date", 1, "07/01/2026"),
    ],
)
def test_due_dates(client, admin, origin, number, due):
    term = {"NAME": "T", "DUEDATE": number, "DUEFROM": origin}
    admin.post("load", {"ARTERM": [term]})
    key = client.invoice(due=None, term="T", day="01/31/2026")
    assert admin.row("ARINVOICE", key)["WHENDUE"] == due


def test_labels(client, admin):
    label = (
        "<create><ARACCOUNTLABEL><ACCOUNTLABEL>{}</ACCOUNTLABEL><DESCRIPTION>d"
        "</DESCRIPTION><GLACCOUNTNO>{}</GLACCOUNTNO></ARACCOUNTLABEL></create>"
    )
    assert client.do(label.format("Sales", "4000")).data.findtext(".//ACCOUNTLABEL")
    assert "Account 9999 is not valid" in client.call(label.format("X", "9999")).text
    assert "already exists" in client.call(label.format("Sales", "4000")).text
    (row,) = client.query("ARACCOUNTLABEL", "ACCOUNTLABEL GLACCOUNTTITLE STATUS")
    assert row == {
        "ACCOUNTLABEL": "Sales",
        "GLACCOUNTTITLE": "Sales",
        "STATUS": "active",
    }


def test_custom_fields(client, admin):
    admin.post("load", {"CUSTOMFIELDS": [{"OBJECT": "CUSTOMER", "NAME": "ODOO_REF"}]})
    client.do(create_customer("N1", "N1", ODOO_REF="42"))
    (row,) = client.query("CUSTOMER", "ODOO_REF", compare("equalto", "ODOO_REF", "42"))
    assert row == {"ODOO_REF": "42"}


def test_an_object_that_cannot_be_created(client):
    assert (
        "cannot be performed on objects of type arinvoice"
        in (
            client.call(
                "<create><ARINVOICE><CUSTOMERID>C1</CUSTOMERID></ARINVOICE></create>"
            )
        ).text
    )
