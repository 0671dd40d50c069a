"""Invoices and adjustments: rules, numbers, periods, entities, dimensions, drafts."""

import pytest

from .harness import compare, create_invoice, line, reverse

TRANSIENT = "Check the transaction for errors or inconsistencies, then try again."


def invoice_rows(client, fields, key=None):
    where = compare("equalto", "RECORDNO", key) if key else ""
    return client.query("ARINVOICE", fields, where)


def test_an_invoice_with_its_lines(client, admin):
    result = client.do(
        create_invoice(
            number="A-1",
            reference="PO 7",
            description="marker",
            posted="03/02/2026",
            lines=[line("70.10", memo="first"), line("29.905", memo="second")],
        )
    )
    assert result.data is None
    (row,) = invoice_rows(
        client,
        "RECORDNO RECORDID DOCNUMBER DESCRIPTION WHENCREATED WHENPOSTED WHENDUE STATE "
        "TOTALENTERED TRX_TOTALDUE CURRENCY BASECURR PRBATCH TRX_ENTITYDUE",
    )
    assert row == {
        "RECORDNO": result.key,
        "RECORDID": "A-1",
        "DOCNUMBER": "PO 7",
        "DESCRIPTION": "marker",
        "WHENCREATED": "03/01/2026",
        "WHENPOSTED": "03/02/2026",
        "WHENDUE": "03/31/2026",
        "STATE": "Posted",
        "TOTALENTERED": "100.01",
        "TRX_TOTALDUE": "100.01",
        "CURRENCY": "USD",
        "BASECURR": "USD",
        "PRBATCH": "Invoices: 2026/03/02 Batch",
        "TRX_ENTITYDUE": "100.01",
    }
    lines = client.query(
        "ARINVOICEITEM", "LINE_NO AMOUNT ENTRYDESCRIPTION STATE", order="LINE_NO"
    )
    assert [list(item.values()) for item in lines] == [
        ["1", "70.1", "first", "A"],
        ["2", "29.91", "second", "A"],
    ]


@pytest.mark.parametrize(
    "values, text",
    [
        ({"customer": "C9"}, "Invalid Customer 'C9' specified."),
        ({"due": None}, "Required field Date Due is missing"),
        ({"term": "Net 99"}, "The term name Net 99 is invalid"),
        ({"lines": [line(1, "9999")]}, "Account 9999 is not valid"),
        ({"lines": [line(1, department="D9")]}, "Invalid Department 'D9' specified."),
        ({"lines": [line(1, projectid="P9")]}, "Invalid Project 'P9' specified."),
        ({"lines": [line("ten")]}, "Invalid Amount 'ten' specified."),
        ({"lines": [line("")]}, "Remove the extra line item in the request"),
        ({"lines": [line(1, label="Sales")]}, "Enter an account number on line item 1"),
        ({"day": "02/30/2026"}, "Invalid date '02/30/2026' specified."),
        ({"currency": "EUR"}, "Enable foreign-currency transactions, and try again"),
        ({"action": "Explode"}, "Invalid Action 'Explode' specified."),
        ({"batch": 7}, "Invalid Batch '7' specified."),
    ],
)
def test_what_is_wrong_comes_first_and_the_generic_text_last(
    client, admin, values, text
):
    errors = client.call(create_invoice(**values)).errors
    assert text in errors[0][1]
    assert TRANSIENT in errors[-1][1]
    assert admin.rows("ARINVOICE") == []


def test_inactive_things(client, admin):
    admin.post(
        "load",
        {
            "CUSTOMER": [{"CUSTOMERID": "C1", "NAME": "x", "STATUS": "inactive"}],
            "DEPARTMENT": [{"DEPARTMENTID": "D1", "TITLE": "x", "STATUS": "inactive"}],
            "CLASS": [{"CLASSID": "K1", "NAME": "x", "STATUS": "inactive"}],
        },
    )
    said = client.call(create_invoice()).text
    assert "Customer 'C1' specified is not valid." in said
    bad = create_invoice(customer="C2", lines=[line(1, department="D1")])
    assert "The department 'D1' is invalid." in client.call(bad).text
    bad = create_invoice(customer="C2", lines=[line(1, classid="K1")])
    assert "Class 'K1' specified is not valid." in client.call(bad).text


def test_accounts_may_restrict_dimensions(client, admin):
    admin.post(
        "load",
        {
            "DEPARTMENT": [{"DEPARTMENTID": d, "TITLE": d} for d in ("D1", "D2")],
            "RESTRICTIONS": [
                {"ACCOUNTNO": "4000", "DIMENSION": "DEPARTMENTID", "ALLOWED": ["D1"]}
            ],
        },
    )
    bad = create_invoice(lines=[line(1, department="D2")])
    assert (
        "Department 'D2': 'D2' specified is not valid. Department is restricted by GL "
        "account."
    ) in client.call(bad).text
    assert client.call(create_invoice(lines=[line(1, department="D1")])).ok


def test_projects_may_belong_to_customers(client, admin):
    project = {"PROJECTID": "P1", "NAME": "x", "CUSTOMERID": "C2"}
    admin.post("load", {"PROJECT": [project]})
    function = create_invoice(lines=[line(1, projectid="P1")])
    assert client.call(function).ok
    admin.settings(projects_belong_to_customers=True)
    said = client.call(function).text
    assert "The project dimension you selected --P1-- is not related" in said
    assert client.call(
        create_invoice(customer="C2", lines=[line(1, projectid="P1")])
    ).ok


# ----------------------------------------------------------------------- numbers


def test_a_number_may_be_required(client, admin):
    admin.settings(number_required=True)
    assert client.call(create_invoice()).errors[0] == (
        "PL01000127",
        "Document Number is missing Make desired changes and press Save to continue.",
    )
    assert client.call(create_invoice(number="A-1")).ok


def test_a_number_is_used_once(client, admin):
    client.invoice(number="A-1")
    assert (
        "BL03002185",
        "A transaction with the number 'A-1' already exists.",
    ) in client.call(create_invoice(number="A-1")).errors
    client.memo(number="A-1")
    admin.settings(allow_duplicate_numbers=True)
    client.invoice(number="A-1")


def test_numbers_may_be_blank(client):
    client.invoice()
    client.invoice()
    assert [row["RECORDID"] for row in invoice_rows(client, "RECORDID")] == ["", ""]


@pytest.mark.parametrize(
    "mode, sent, kept",
    [
        ("sequence", "MINE", "N-0042"),
        ("sequence_unless_given", "MINE", "MINE"),
        ("sequence_unless_given", None, "N-0042"),
    ],
)
def test_a_sequence_may_ignore_the_sent_number(client, admin, mode, sent, kept):
    admin.settings(invoice_numbering=mode)
    rule = {"OBJECT": "ARINVOICE", "PREFIX": "N-", "WIDTH": 4, "NEXT": 42}
    admin.post("load", {"SEQUENCES": [rule]})
    key = client.invoice(number=sent)
    assert admin.row("ARINVOICE", key)["RECORDID"] == kept


def test_a_reversed_number_stays_taken(client):
    key = client.invoice(number="A-1")
    client.do(reverse("reverse_invoice", key))
    assert "already exists" in client.call(create_invoice(number="A-1")).text


# ----------------------------------------------------------------------- periods


def closed(place, through):
    return {"MODULE": "AR", "LOCATIONID": place, "CLOSEDTHROUGH": through}


def test_closed_periods_by_entity_and_at_the_top(client, admin):
    admin.post(
        "load",
        {
            "LOCATIONENTITY": [{"LOCATIONID": e, "NAME": e} for e in ("E1", "E2")],
            "CLOSEDBOOKS": [closed("E1", "03/31/2026"), closed("", "01/31/2026")],
        },
    )
    said = (
        "Periods are closed. Your transaction date (03/01/2026) is within a period "
        "that's been closed."
    )
    assert said in client.call(create_invoice(lines=[line(1, location="E1")])).text
    assert client.call(create_invoice(lines=[line(1, location="E2")])).ok
    january = create_invoice(lines=[line(1, location="E2")], day="01/15/2026")
    assert "Periods are closed" in client.call(january).text
    later = create_invoice(lines=[line(1, location="E1")], posted="04/01/2026")
    assert client.call(later).ok


def test_another_module_being_closed_does_not_matter(client, admin):
    rule = {"MODULE": "AP", "LOCATIONID": "", "CLOSEDTHROUGH": "12/31/2026"}
    admin.post("load", {"CLOSEDBOOKS": [rule]})
    assert client.call(create_invoice()).ok


# ---------------------------------------------------------------------- entities


def test_top_level_lines_need_a_location(client, admin, entities):
    assert (
        "BL03000018",
        "Missing the Location dimension for Account 4000",
    ) in client.call(create_invoice()).errors
    assert client.call(create_invoice(lines=[line(1, location="L1")])).ok


def test_an_entity_session_writes_for_its_entity_only(client, admin, entities):
    inside = client.open_session("E1")
    key = client.do(create_invoice(), auth=inside).recordno
    assert admin.row("ARINVOICE", key)["MEGAENTITYID"] == "E1"
    assert admin.rows("ARINVOICEITEM")[0]["LOCATIONID"] == "E1"
    other = create_invoice(lines=[line(1, location="E2")])
    assert "The location 'E2' is invalid." in client.call(other, auth=inside).text


def test_entity_private_customers(client, admin, entities):
    private = {"CUSTOMERID": "P1", "NAME": "P", "MEGAENTITYID": "E1"}
    admin.post("load", {"CUSTOMER": [private]})
    function = create_invoice(customer="P1", lines=[line(1, location="E1")])
    assert "Customer 'P1' specified is not valid." in client.call(function).text
    assert client.call(function, auth=client.open_session("E1")).ok
    assert not client.call(function, auth=client.open_session("E2")).ok


def test_sequences_may_run_per_entity(client, admin, entities):
    admin.settings(invoice_numbering="sequence", sequence_per_entity=True)
    for entity in ("E1", "E2"):
        client.do(create_invoice(), auth=client.open_session(entity))
    assert [row["RECORDID"] for row in admin.rows("ARINVOICE")] == ["INV00001"] * 2


# -------------------------------------------------------------------- dimensions


@pytest.mark.parametrize(
    "flag, title",
    [
        ("REQUIREDEPT", "Department"),
        ("REQUIRECLASS", "Class"),
        ("REQUIREITEM", "Item"),
        ("REQUIRELOC", "Location"),
        ("REQUIRECUSTOMER", "Customer"),
        ("REQUIREPROJECT", "Project"),
    ],
)
def test_accounts_may_require_dimensions(client, admin, flag, title):
    account = {"ACCOUNTNO": "4500", "TITLE": "x", flag: "true"}
    admin.post("load", {"GLACCOUNT": [account]})
    said = client.call(create_invoice(lines=[line(1, "4500")])).text
    assert f"missing the {title} dimension for the Account 4500" in said


def test_labels_on(client, admin):
    admin.settings(account_labels=True)
    labels = [
        {"ACCOUNTLABEL": "Sales", "DESCRIPTION": "d", "GLACCOUNTNO": "4000"},
        {
            "ACCOUNTLABEL": "Sum",
            "DESCRIPTION": "d",
            "GLACCOUNTNO": "4000",
            "SUBTOTAL": "true",
        },
    ]
    admin.post("load", {"ARACCOUNTLABEL": labels})
    assert "Enter an account label" in client.call(create_invoice()).text
    bad = create_invoice(lines=[line(1, label="Sum")])
    assert "is not valid" in client.call(bad).text
    client.do(create_invoice(lines=[line(1, label="Sales")]))
    (row,) = client.query("ARINVOICEITEM", "ACCOUNTLABEL ACCOUNTNO")
    assert row == {"ACCOUNTLABEL": "Sales", "ACCOUNTNO": "4000"}


def test_a_new_dimension_may_not_be_visible_at_once(client, admin):
    admin.post("load", {"DEPARTMENT": [{"DEPARTMENTID": "D1", "TITLE": "x"}]})
    admin.settings(dimension_delay_seconds=60)
    function = create_invoice(lines=[line(1, department="D1")])
    assert "Invalid Department 'D1'" in client.call(function).text
    admin.post("change", {"action": "clock", "advance": 61})
    assert client.call(function).ok


# ------------------------------------------------------------- drafts and approval


def test_a_draft_has_no_effect_until_it_is_submitted(client, admin):
    key = client.invoice(action="Draft")
    assert admin.row("ARINVOICE", key)["STATE"] == "Draft"
    assert admin.books()["control_account"]["base"] == "0"
    client.do(f'<update_invoice key="{key}"><action>Submit</action></update_invoice>')
    assert admin.row("ARINVOICE", key)["STATE"] == "Posted"
    assert admin.books()["control_account"]["base"] == "100"


def test_approval_stops_at_submitted(client, admin):
    admin.settings(approvals=["ARINVOICE", "ARADJUSTMENT"])
    key = client.invoice()
    memo = client.memo()
    assert admin.row("ARINVOICE", key)["STATE"] == "Submitted"
    assert client.query("ARINVOICE", "RAWSTATE") == [{"RAWSTATE": "S"}]
    admin.change("submit", key=key)
    admin.change("decline", key=memo)
    assert admin.row("ARINVOICE", key)["STATE"] == "Posted"
    assert admin.row("ARADJUSTMENT", memo)["STATE"] == "Declined"


def test_without_the_right_to_post_only_drafts_are_made(client, admin):
    operations = ["list", "view", "add", "edit"]
    rights = {"USERID": "odoo", "OBJECT": "ARINVOICE", "OPERATIONS": operations}
    admin.post("load", {"PERMISSIONS": [rights]})
    key = client.invoice()
    assert admin.row("ARINVOICE", key)["STATE"] == "Draft"
