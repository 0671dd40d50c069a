"""Invoices and adjustments: rules, numbers, dates, lines, currencies."""

import pytest

from .harness import compare, create_invoice, create_memo, line, query, reverse

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


@pytest.fixture
def entities(admin):
    admin.post(
        "load",
        {
            "LOCATIONENTITY": [{"LOCATIONID": e, "NAME": e} for e in ("E1", "E2")],
            "LOCATION": [{"LOCATIONID": "L1", "NAME": "L1", "PARENTID": "E1"}],
        },
    )


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


# --------------------------------------------------------------------- currencies


@pytest.fixture
def euro(admin):
    admin.post(
        "load",
        {
            "COMPANY": {"CURRENCIES": ["EUR", "JPY"]},
            "EXCHANGERATE": [
                {"FROM": "EUR", "DATE": "01/01/2026", "RATE": "1.10"},
                {"FROM": "EUR", "DATE": "03/01/2026", "RATE": "1.20"},
                {"FROM": "JPY", "DATE": "01/01/2026", "RATE": "0.0067"},
            ],
        },
    )


@pytest.mark.parametrize(
    "values, rate, base",
    [
        ({"day": "02/28/2026"}, "1.1", "110"),
        ({"day": "03/01/2026"}, "1.2", "120"),
        ({"day": "02/28/2026", "posted": "03/02/2026"}, "1.2", "120"),
        ({"rate": "1.23456"}, "1.23456", "123.46"),
    ],
)
def test_base_amounts_follow_the_rate_of_the_day(
    client, admin, euro, values, rate, base
):
    key = client.invoice(currency="EUR", **values)
    row = admin.row("ARINVOICE", key)
    assert (row["EXCHANGE_RATE"], row["TOTALENTERED"]) == (rate, base)
    assert (row["CURRENCY"], row["TRX_TOTALENTERED"]) == ("EUR", "100")
    assert row["TOTALDUE"] == base


def test_a_missing_rate(client, admin, euro):
    early = create_invoice(currency="EUR", day="12/31/2025")
    assert "The exchange rate from EUR to USD" in client.call(early).text


def test_a_currency_without_decimals(client, admin, euro):
    key = client.invoice(currency="JPY", lines=[line(1000), line(-1)])
    row = admin.row("ARINVOICE", key)
    assert (row["TRX_TOTALENTERED"], row["TOTALENTERED"]) == ("999", "6.69")


# -------------------------------------------------------------------------- taxes


@pytest.fixture
def vat(admin):
    admin.post(
        "load",
        {
            "TAXSOLUTION": [{"SOLUTIONID": "UK", "TAXMETHOD": "VAT"}],
            "TAXDETAIL": [
                {
                    "DETAILID": "UK 20",
                    "TAXTYPE": "Sale",
                    "VALUE": "20",
                    "GLACCOUNT": "2200",
                    "TAXSOLUTIONID": "UK",
                },
                {"DETAILID": "IN", "TAXTYPE": "Purchase", "VALUE": "20"},
            ],
        },
    )


def taxed(detail="UK 20", tax=""):
    sent = f"<trx_tax>{tax}</trx_tax>" if tax else ""
    return line(
        100,
        taxentries=f"<taxentry><detailid>{detail}</detailid>{sent}</taxentry>",
    )


def test_a_company_may_put_its_documents_under_a_tax_solution(client, admin, vat):
    admin.post("settings", {"default_tax_solution": "UK"})
    assert "Tax details are either missing" in client.call(create_invoice()).text
    assert client.call(create_invoice(lines=[taxed()])).ok


@pytest.mark.parametrize("tax, total", [("", "120"), ("19.99", "119.99")])
def test_tax_is_added_as_a_row_of_its_own(client, admin, vat, tax, total):
    key = client.invoice(solution="UK", lines=[taxed(tax=tax)])
    assert admin.row("ARINVOICE", key)["TOTALDUE"] == total
    lines = client.query("ARINVOICEITEM", "RECORDNO LINEITEM PARENTENTRY ACCOUNTNO")
    by_kind = {row["LINEITEM"]: row for row in lines}
    assert by_kind["F"]["PARENTENTRY"] == by_kind["T"]["RECORDNO"]
    assert by_kind["F"]["ACCOUNTNO"] == "2200"


def test_tax_entries_of_a_change_replace_the_set(client, admin, vat):
    key = client.invoice(solution="UK", lines=[taxed()])
    entry = "<taxentry><detailid>UK 20</detailid><trx_tax>7</trx_tax></taxentry>"
    items = (
        '<updateinvoiceitems><updatelineitem line_num="1">'
        f"<taxentries>{entry}</taxentries></updatelineitem></updateinvoiceitems>"
    )
    client.do(update(key, items))
    assert admin.row("ARINVOICE", key)["TOTALDUE"] == "107"
    assert len(admin.rows("ARINVOICEITEM")) == 2


@pytest.mark.parametrize("lines", [[line(100)], [taxed("IN")], [taxed("NO")]])
def test_a_tax_solution_wants_its_details_on_every_line(client, vat, lines):
    said = client.call(create_invoice(solution="UK", lines=lines)).text
    assert "Tax details are either missing or don't belong to the tax solution" in said


# ------------------------------------------------------------------ inline credits


def test_negative_lines_pay_positive_ones_of_the_same_invoice(client, admin):
    key = client.invoice(lines=[line(100), line(50), line(-120)])
    row = admin.row("ARINVOICE", key)
    assert (row["TOTALENTERED"], row["TOTALDUE"], row["STATE"]) == (
        "30",
        "30",
        "Posted",
    )
    paid = [item["TOTALPAID"] for item in admin.rows("ARINVOICEITEM")]
    assert paid == ["100", "20", "-120"]
    links = admin.rows("ARINVOICEPAYMENT")
    assert {link["PAYMENTKEY"] for link in links} == {str(key)}
    assert {link["PARENTPYMT"] for link in links} == {str(key)}


def test_without_auto_apply_negative_lines_wait(client, admin):
    admin.settings(auto_apply_inline=False)
    key = client.invoice(lines=[line(100), line(-20)])
    assert [item["TOTALPAID"] for item in admin.rows("ARINVOICEITEM")] == ["0", "0"]
    assert admin.row("ARINVOICE", key)["TOTALDUE"] == "80"


def test_a_negative_invoice_is_a_credit(client, admin):
    key = client.invoice(lines=[line(-100)])
    row = admin.row("ARINVOICE", key)
    assert (row["TOTALDUE"], row["STATE"]) == ("-100", "Posted")
    assert admin.rows("CUSTOMER", CUSTOMERID="C1")[0]["TOTALDUE"] == "-100"


def test_a_zero_invoice_has_no_value(client, admin):
    for lines in ([line(0)], [line(10), line(-10)]):
        key = client.invoice(lines=lines)
        assert admin.row("ARINVOICE", key)["STATE"] == "No Value"


def test_credits_across_entities(client, admin, entities):
    lines = [line(100, location="E1"), line(-10, location="E2")]
    assert client.call(create_invoice(lines=lines)).errors[0][0] == "BL03002073"


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


# -------------------------------------------------------------------------- changes


def update(key, inner, name="update_invoice", attributes=""):
    return f'<{name} key="{key}"{attributes}>{inner}</{name}>'


def test_an_unpaid_invoice_can_be_changed(client, admin):
    key = client.invoice(number="A-1", lines=[line(100), line(50)])
    items = (
        '<updateinvoiceitems><updatelineitem line_num="2"><amount>60</amount>'
        f"</updatelineitem>{line(5)}</updateinvoiceitems>"
    )
    result = client.do(update(key, f"<invoiceno>A-2</invoiceno>{items}"))
    assert result.key == str(key)
    row = admin.row("ARINVOICE", key)
    assert (row["RECORDID"], row["TOTALDUE"]) == ("A-2", "165")
    assert [item["LINE_NO"] for item in admin.rows("ARINVOICEITEM")] == ["1", "2", "3"]


def test_a_paid_invoice_keeps_its_lines_even_after_reversal(client, admin):
    from .harness import cash

    key = client.invoice()
    payment = client.pay(cash(key, 40))
    client.do(reverse("reverse_arpayment", payment))
    items = (
        '<updateinvoiceitems><updatelineitem line_num="1"><amount>60</amount>'
        "</updatelineitem></updateinvoiceitems>"
    )
    assert "because a payment was applied" in client.call(update(key, items)).text
    memo = items.replace("<amount>60</amount>", "<memo>new</memo>")
    assert client.call(update(key, f"<ponumber>7</ponumber>{memo}")).ok


def test_an_empty_element_clears_only_with_set_nulls(client, admin):
    key = client.invoice(reference="PO", description="d")
    client.do(update(key, "<ponumber/>"))
    assert admin.row("ARINVOICE", key)["DOCNUMBER"] == "PO"
    client.do(update(key, "<ponumber/>", attributes=' set_nulls="true"'))
    assert admin.row("ARINVOICE", key)["DOCNUMBER"] == ""


def test_another_documents_number_cannot_be_taken(client):
    client.invoice(number="A-1")
    key = client.invoice(number="A-2")
    said = client.call(update(key, "<invoiceno>A-1</invoiceno>")).text
    assert "number 'A-1' already exists" in said
    assert client.call(update(key, "<invoiceno>A-2</invoiceno>")).ok


def test_an_adjustment_can_be_changed(client, admin):
    key = client.memo(amount=-100)
    items = (
        '<updatearadjustmentitems><updatelineitem line_num="1"><amount>-80</amount>'
        "</updatelineitem></updatearadjustmentitems>"
    )
    client.do(update(key, items, "update_aradjustment"))
    assert admin.row("ARADJUSTMENT", key)["TOTALDUE"] == "-80"


def test_batches(client, admin):
    admin.settings(invoice_summary="user")
    assert "Please provide a batch key." in client.call(create_invoice()).text
    inner = create_invoice(number="B-1") + create_invoice(number="B-2")
    result = client.do(
        f"<create_invoicebatch><batchtitle>Mine</batchtitle>{inner}</create_invoicebatch>"
    )
    (batch,) = client.query("ARINVOICEBATCH", "RECORDNO TITLE OPEN TOTAL")
    assert batch == {
        "RECORDNO": result.key,
        "TITLE": "Mine",
        "OPEN": "Open",
        "TOTAL": "200",
    }
    client.invoice(number="B-3", batch=result.key)


def test_a_closed_summary_takes_nothing(client, admin):
    client.invoice()
    (batch,) = admin.rows("ARINVOICEBATCH")
    admin.change(
        "update_record",
        object="ARINVOICEBATCH",
        key=batch["RECORDNO"],
        values={"OPEN": "Closed"},
    )
    said = client.call(create_invoice()).text
    assert "The summary 'Invoices: 2026/03/01 Batch' is closed." in said


def test_history_without_ledger(client, admin):
    old = line(100, totalpaid=60)
    key = client.invoice(nogl="true", lines=[old])
    row = admin.row("ARINVOICE", key)
    assert (row["TOTALPAID"], row["TOTALDUE"]) == ("60", "40")
    assert admin.books()["control_account"]["base"] == "0"


# ------------------------------------------------------------------ reverse, delete


@pytest.mark.parametrize("mode", ["none", "counter", "original"])
def test_a_reversal_is_a_second_record(client, admin, mode):
    admin.settings(reverse_returns=mode)
    key = client.invoice(number="R-1", lines=[line(100), line(-20)])
    result = client.do(reverse("reverse_invoice", key, "03/20/2026"))
    rows = {row["STATE"]: row for row in admin.rows("ARINVOICE")}
    assert set(rows) == {"Reversed", "Reversal"}
    counter = rows["Reversal"]
    assert (
        result.key
        == {"none": None, "counter": counter["RECORDNO"], "original": str(key)}[mode]
    )
    assert (counter["TOTALENTERED"], counter["TOTALDUE"]) == ("-80", "0")
    assert (rows["Reversed"]["TOTALENTERED"], rows["Reversed"]["TOTALDUE"]) == (
        "80",
        "0",
    )
    assert counter["WHENCREATED"] == "03/20/2026"
    assert counter["RECORDID"] == "R-1"
    assert admin.books()["control_account"]["base"] == "0"
    assert not client.call(reverse("reverse_invoice", key)).ok


def test_a_reversal_has_its_own_date(client, admin):
    key = client.invoice(day="03/01/2026")
    before = client.call(reverse("reverse_invoice", key, "02/28/2026"))
    assert "Date must be on or after" in before.text
    admin.post("load", {"CLOSEDBOOKS": [closed("", "03/31/2026")]})
    assert "Periods are closed" in client.call(reverse("reverse_invoice", key)).text
    assert client.call(reverse("reverse_invoice", key, "04/01/2026")).ok


@pytest.mark.parametrize(
    "mode, reversible, deletable",
    [("reverse", True, False), ("delete", False, True), ("both", True, True)],
)
def test_unpaid_invoices_are_reversed_or_deleted(
    client, admin, mode, reversible, deletable
):
    admin.settings(unpaid_reversal=mode)
    assert client.call(f'<delete_invoice key="{client.invoice()}"/>').ok is deletable
    assert client.call(reverse("reverse_invoice", client.invoice())).ok is reversible


def test_a_reconciled_invoice_stays(client, admin):
    admin.settings(unpaid_reversal="both")
    key = client.invoice()
    admin.change("reconcile", key=key)
    said = "cleared in a bank reconciliation"
    assert said in client.call(reverse("reverse_invoice", key)).text
    assert said in client.call(f'<delete_invoice key="{key}"/>').text


def test_a_full_bill_to_contact_is_made(client, admin):
    contact = (
        "<contact><contactname>New Bill-to</contactname><printas>B</printas>"
        "<email1>b@b.example</email1></contact>"
    )
    for _time in range(2):
        client.invoice(contacts=f"<billto>{contact}</billto>")
    rows = client.query("ARINVOICE", "BILLTO.EMAIL1")
    assert rows == [{"BILLTO.EMAIL1": "b@b.example"}] * 2
    unknown = "<billto><contactname>Nobody</contactname></billto>"
    said = client.call(create_invoice(contacts=unknown)).text
    assert "BL03000019: The contact Nobody does not exist." in said


def test_drafts_and_unapplied_memos_are_deleted(client, admin):
    draft, memo = client.invoice(action="Draft"), client.memo()
    delete = "<delete><object>{}</object><keys>{}</keys></delete>"
    client.do(delete.format("ARINVOICE", draft))
    client.do(f'<delete_aradjustment key="{memo}"/>')
    assert admin.rows("ARINVOICE") == admin.rows("ARADJUSTMENT") == []


def test_order_entry_invoices_belong_to_their_source(client, admin):
    admin.post(
        "load",
        {
            "ARINVOICE": [
                {
                    "RECORDNO": 50,
                    "RECORDID": "SO-1",
                    "CUSTOMERID": "C1",
                    "WHENCREATED": "03/01/2026",
                    "ARINVOICEITEMS": [{"ACCOUNTNO": "4000", "TRX_AMOUNT": "100"}],
                }
            ],
            "SODOCUMENT": [{"DOCID": "Sales-1", "DOCNO": "1", "PRRECORDKEY": 50}],
        },
    )
    assert "another application" in client.call(reverse("reverse_invoice", 50)).text
    assert "another application" in client.call('<delete_invoice key="50"/>').text
    made = admin.change(
        "recreate", key=50, lines=[{"ACCOUNTNO": "4000", "TRX_AMOUNT": "120"}]
    )
    assert made["key"] != 50
    (row,) = client.query("ARINVOICE", "RECORDNO RECORDID MODULEKEY TOTALDUE")
    assert row == {
        "RECORDNO": str(made["key"]),
        "RECORDID": "SO-1",
        "MODULEKEY": "8.SO",
        "TOTALDUE": "120",
    }
    (order,) = client.query("SODOCUMENT", "PRRECORDKEY ARINVOICE.TOTALDUE")
    assert order == {"PRRECORDKEY": str(made["key"]), "ARINVOICE.TOTALDUE": "120"}
    deleted = compare("equalto", "ACCESSMODE", "D")
    (gone,) = client.query("AUDITHISTORY", "OBJECTKEY", deleted)
    assert gone == {"OBJECTKEY": "50--REC"}


def test_an_unknown_key(client):
    assert (
        "we can't find this transaction"
        in client.call(update(77, "<ponumber>1</ponumber>")).text
    )
    said = client.call(
        "<delete><object>ARINVOICE</object><keys>77</keys></delete>"
    ).text
    assert "Cannot find arinvoice with key '77' to delete." in said


def test_lines_of_a_memo(client, admin):
    client.do(create_memo(number="CM-1", lines=[line(-30), line(-20)], description="m"))
    (row,) = client.query(
        "ARADJUSTMENT", "RECORDTYPE RECORDID TOTALDUE STATE DESCRIPTION"
    )
    assert row == {
        "RECORDTYPE": "ra",
        "RECORDID": "CM-1",
        "TOTALDUE": "-50",
        "STATE": "Posted",
        "DESCRIPTION": "m",
    }
    assert len(client.do(query("ARADJUSTMENTITEM", "RECORDNO")).rows) == 2
