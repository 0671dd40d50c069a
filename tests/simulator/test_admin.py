"""The admin paths: reset, load, change, books, log, meter, settings."""

import pytest
import requests

from .harness import Client, cash, compare, create_customer, create_invoice, query


def test_reset_gives_an_empty_company_and_forgets_everything(client, admin):
    client.invoice()
    session = client.open_session()
    admin.post("faults", [{"action": "html"}])
    admin.post("reset", {})
    assert admin.rows("ARINVOICE") == admin.rows("CUSTOMER") == []
    assert admin.get("faults") == {"faults": []}
    assert (
        client.send([query("CUSTOMER", "NAME")], auth=session).find("operation/result")
        is None
    )
    assert admin.get("settings")["stamp_lag_seconds"] == 90


def test_the_demo_company(process, admin):
    admin.post("reset", {"company": "demo"})
    books = admin.books()
    assert books["proof"] == "ok"
    assert set(books["outstanding_invoices"]) >= {"USD", "EUR", "JPY"}
    rows = Client(process.url).query(
        "CUSTOMER",
        "CUSTOMERID",
        pagesize=2000,
        options="<showprivate>true</showprivate>",
    )
    assert len(rows) >= 60


@pytest.mark.parametrize(
    "data, named",
    [
        ({"CUSTOMER": [{"CUSTOMERID": "X", "NAME": "X", "COLOR": 1}]}, "COLOR"),
        ({"NOSUCH": []}, "NOSUCH"),
        ({"COMPANY": {"COLOR": 1}}, "COLOR"),
        ({"SETTINGS": {"color": 1}}, "color"),
        ({"SETTINGS": {"rollback": "never"}}, "rollback"),
        ({"USERS": [{"LOGINID": "a", "PASSWORD": "b", "COLOR": 1}]}, "COLOR"),
        (
            {
                "ARINVOICE": [
                    {
                        "CUSTOMERID": "C1",
                        "WHENCREATED": "01/01/2026",
                        "ARINVOICEITEMS": [{"TRX_AMOUNT": 1, "COLOR": 1}],
                    }
                ]
            },
            "COLOR",
        ),
        (
            {"ARINVOICE": [{"CUSTOMERID": "C1", "WHENCREATED": "yesterday"}]},
            "WHENCREATED",
        ),
    ],
)
def test_what_cannot_be_loaded_is_named_and_nothing_is(admin, data, named):
    good = {"CUSTOMER": [{"CUSTOMERID": "NEW", "NAME": "New"}]}
    error = admin.post("load", {**good, **data}, status=400)["error"]
    assert named in error
    assert admin.rows("CUSTOMER", CUSTOMERID="NEW") == []


def test_claims_of_loaded_documents_are_checked(admin):
    invoice = {
        "RECORDNO": 10,
        "RECORDID": "A-1",
        "CUSTOMERID": "C1",
        "WHENCREATED": "01/01/2026",
        "STATE": "Partially Paid",
        "TRX_TOTALDUE": "60",
        "ARINVOICEITEMS": [{"ACCOUNTNO": "4000", "TRX_AMOUNT": 100}],
    }
    payment = {
        "CUSTOMERID": "C1",
        "FINANCIALENTITY": "BOA",
        "RECEIPTDATE": "2026-01-05",
        "ARPYMTDETAILS": [{"RECORDKEY": 10, "TRX_PAYMENTAMOUNT": "30"}],
    }
    error = admin.post("load", {"ARINVOICE": [invoice], "ARPYMT": [payment]}, 400)
    assert "ARINVOICE A-1: TRX_TOTALDUE is 70" in error["error"]
    assert admin.rows("ARINVOICE") == []
    payment["ARPYMTDETAILS"][0]["TRX_PAYMENTAMOUNT"] = "40"
    loaded = admin.post("load", {"ARINVOICE": [invoice], "ARPYMT": [payment]})
    assert loaded == {"loaded": {"ARINVOICE": 1, "ARPYMT": 1}}


def test_a_total_that_the_lines_do_not_explain(client, admin):
    base = {"CUSTOMERID": "C1", "WHENCREATED": "01/01/2026", "TRX_TOTALENTERED": "100"}
    lines = [{"ACCOUNTNO": "4000", "TRX_AMOUNT": "90"}]
    rows = [{"RECORDNO": 10, **base}, {"RECORDNO": 11, **base, "ARINVOICEITEMS": lines}]
    admin.post("load", {"ARINVOICE": rows})
    found = client.query("ARINVOICE", "TRX_TOTALENTERED")
    assert [row["TRX_TOTALENTERED"] for row in found] == ["100", "100"]
    assert client.query("ARINVOICEITEM", "RECORDKEY TRX_AMOUNT") == [
        {"RECORDKEY": "11", "TRX_AMOUNT": "90"}
    ]


def test_loaded_keys_stamps_and_states(client, admin):
    def invoice(key, **values):
        lines = [{"ACCOUNTNO": "4000", "TRX_AMOUNT": 100}]
        return {
            "RECORDNO": key,
            "CUSTOMERID": "C1",
            "WHENCREATED": "01/01/2026",
            "ARINVOICEITEMS": lines,
            **values,
        }

    admin.post(
        "load",
        {
            "ARINVOICE": [
                invoice(5, WHENMODIFIED="02/01/2026 10:00:00"),
                invoice(7, STATE="Draft"),
                invoice(9, STATE="Reversed", REVERSALDATE="02/02/2026"),
                invoice(20, STATE="Submitted"),
            ]
        },
    )
    assert admin.row("ARINVOICE", 5)["WHENMODIFIED"] == "02/01/2026 10:00:00"
    states = {int(row["RECORDNO"]): row["STATE"] for row in admin.rows("ARINVOICE")}
    assert states == {
        5: "Posted",
        7: "Draft",
        9: "Reversed",
        10: "Reversal",
        20: "Submitted",
    }
    assert client.invoice() == 21
    assert admin.get("meter")["transactions"] == 1


def test_several_companies_behind_one_address(process, client, admin):
    admin.post(
        "load",
        {
            "COMPANY": {"COMPANYID": "TWO", "NAME": "Two", "SENDERS": ["odoo_sender"]},
            "USERS": [{"LOGINID": "u", "PASSWORD": "p"}],
            "CUSTOMER": [{"CUSTOMERID": "T1", "NAME": "Two's"}],
        },
    )
    two = Client(process.url, user="u", company="TWO", password="p")
    assert two.query("CUSTOMER", "CUSTOMERID") == [{"CUSTOMERID": "T1"}]
    assert {row["CUSTOMERID"] for row in client.query("CUSTOMER", "CUSTOMERID")} == {
        "C1",
        "C2",
    }
    assert [row["CUSTOMERID"] for row in admin.rows("CUSTOMER")] == ["T1"]
    assert len(admin.rows("CUSTOMER", company="DEMO")) == 2


def test_the_log_shows_everything_but_secrets(client, admin):
    session = client.open_session()
    client.call(query("CUSTOMER", "NAME"), auth=session)
    first, second = admin.get("requests")
    assert "sender-demo" not in first["request"] + second["request"]
    assert "odoo-demo" not in first["request"]
    secret = session.removeprefix("<sessionid>").removesuffix("</sessionid>")
    assert secret not in first["answer"] + second["request"]
    assert "<password>***</password>" in first["request"]
    assert second["functions"] == [
        {
            "function": "query",
            "objects": ["CUSTOMER"],
            "controlid": second["functions"][0]["controlid"],
        }
    ]
    assert "<CUSTOMER>" in second["answer"]
    assert (second["number"], second["status"]) == (2, 200)
    assert [entry["number"] for entry in admin.get("requests", since=1)] == [2]
    admin.delete("requests")
    assert admin.get("requests") == []


def test_the_meter_counts_as_intacct_does(client, admin):
    admin.delete("meter")
    both = create_customer("N1", "N1").replace("</create>", "")
    both += create_customer("N2", "N2").replace("<create>", "")
    client.open_session()
    client.do(both)
    client.call(create_customer("N1", "again"))
    client.do(query("CUSTOMER", "NAME"))
    client.do(create_invoice())
    meter = admin.get("meter")
    assert meter["transactions_by_function"] == {
        "getAPISession": 0,
        "create": 3,
        "query": 1,
        "create_invoice": 1,
    }
    assert meter["transactions"] == 5
    assert meter["requests"] == 5
    assert meter["bytes_out"] > 0


def test_settings_are_checked(admin):
    assert "unknown setting" in admin.post("settings", {"color": 1}, 400)["error"]
    assert "must be one of" in admin.post("settings", {"rollback": "x"}, 400)["error"]
    admin.post("settings", {"account_labels": "yes"}, 400)
    admin.post("settings", {"session_seconds": -1}, 400)
    assert admin.get("settings")["account_labels"] is False


def test_books_by_currency_and_customer(client, admin):
    client.invoice(amount=100)
    client.pay(cash(client.invoice(customer="C2", amount=50), 20), CUSTOMERID="C2")
    books = admin.books()
    assert books["outstanding_invoices"] == {"USD": "130"}
    assert books["open_by_customer"] == {"C1": {"USD": "100"}, "C2": {"USD": "30"}}
    assert books["control_account"]["base"] == "130"
    assert books["accounts"] == {"1000": "20", "1100": "130", "4000": "-150"}
    assert books["proof"] == "ok"


# -------------------------------------------------------------------------- changes


def test_people_change_invoices(client, admin):
    key = client.invoice(amount=100, number="A-1")
    admin.change(
        "update",
        key=key,
        values={"WHENDUE": "05/05/2026", "DESCRIPTION": "by hand"},
        lines=[
            {"LINE_NO": 1, "TRX_AMOUNT": "80"},
            {"ACCOUNTNO": "4000", "TRX_AMOUNT": "5"},
        ],
    )
    row = admin.row("ARINVOICE", key)
    assert (row["WHENDUE"], row["TOTALDUE"]) == ("05/05/2026", "85")
    admin.change("update", key=key, remove=[2])
    assert admin.row("ARINVOICE", key)["TOTALDUE"] == "80"
    where = compare("equalto", "OBJECTKEY", f"{key}--REC")
    sources = {row["SOURCE"] for row in client.query("AUDITHISTORY", "SOURCE", where)}
    assert sources == {"api", "ui"}


def test_people_receive_and_reverse(client, admin):
    key = client.invoice(amount=100)
    record = {
        "CUSTOMERID": "C1",
        "FINANCIALENTITY": "BOA",
        "RECEIPTDATE": "04/01/2026",
        "ARPYMTDETAILS": [{"RECORDKEY": key, "TRX_PAYMENTAMOUNT": "100"}],
    }
    (payment,) = admin.change("add", object="ARPYMT", record=record)["made"]
    assert admin.row("ARINVOICE", key)["STATE"] == "Paid"
    refused = admin.change("reverse", key=key, date="04/02/2026", status=409)
    assert "Reverse the payments first" in refused["error"]
    counter = admin.change("reverse", key=payment, date="04/02/2026")["counter"]
    assert admin.row("ARPYMT", counter)["DISPLAYSTATE"] == "Reversal"
    admin.change("reverse", key=key, date="04/02/2026")
    assert admin.row("ARINVOICE", key)["STATE"] == "Reversed"


def test_people_delete(client, admin):
    key = client.invoice()
    assert "Reverse it instead" in admin.change("delete", key=key, status=409)["error"]
    admin.change("delete", key=key, force=True)
    assert admin.rows("ARINVOICE") == []
    admin.change("delete_record", object="CUSTOMER", id="C1")
    assert len(admin.rows("CUSTOMER")) == 1


def test_people_edit_masters(client, admin):
    before = admin.rows("CUSTOMER", CUSTOMERID="C1")[0]["WHENMODIFIED"]
    admin.post("change", {"action": "clock", "advance": 60})
    values = {"NAME": "Renamed", "DISPLAYCONTACT.EMAIL1": "n@n.example"}
    admin.change("update_record", object="CUSTOMER", id="C1", values=values)
    (row,) = client.query(
        "CUSTOMER",
        "NAME DISPLAYCONTACT.EMAIL1 WHENMODIFIED",
        compare("equalto", "CUSTOMERID", "C1"),
    )
    assert (row["NAME"], row["DISPLAYCONTACT.EMAIL1"]) == ("Renamed", "n@n.example")
    assert admin.rows("CUSTOMER", CUSTOMERID="C1")[0]["WHENMODIFIED"] > before


def test_people_reverse_advances_and_adjustments(client, admin):
    memo = client.memo(amount=-30)
    admin.change("reverse", key=memo, date="03/20/2026")
    record = {
        "CUSTOMERID": "C1",
        "FINANCIALENTITY": "BOA",
        "RECEIPTDATE": "03/01/2026",
        "ARADVANCEITEMS": [{"TRX_AMOUNT": "50"}],
    }
    (advance,) = admin.change("add", object="ARADVANCE", record=record)["made"]
    admin.change("reverse", key=advance, date="03/20/2026")
    assert admin.books()["advance_accounts"]["base"] == "0"


def test_people_deposit(client, admin):
    payment = client.pay(
        cash(client.invoice(), 10), FINANCIALENTITY=None, UNDEPOSITEDACCOUNTNO="1050"
    )
    admin.change("deposit", bank="BOA", id="D1", date="03/20/2026", keys=[payment])
    assert admin.books()["accounts"]["1000"] == "10"


@pytest.mark.parametrize(
    "data",
    [
        {"action": "dance"},
        {"action": "update", "key": 1},
        {"action": "update", "key": 1, "color": "red"},
        {"action": "add", "object": "ARPYMT"},
        {"action": "reverse", "key": "x"},
    ],
)
def test_changes_that_make_no_sense(admin, data):
    assert admin.post("change", data, status=400)["error"]


def test_the_page_for_people(process, admin):
    answer = requests.get(process.url, timeout=9)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Demo Company" in answer.text
    assert requests.get(f"{process.url}/nowhere", timeout=9).status_code == 404


def test_health(admin):
    health = admin.get("health")
    assert health["status"] == "ok" and health["companies"] == ["DEMO"]


def test_an_admin_path_that_does_not_exist(process):
    url = f"{process.url}/_simulator/dance"
    assert requests.get(url, timeout=9).status_code == 404
