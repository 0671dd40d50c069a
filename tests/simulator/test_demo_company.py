"""The demo company is believable, complete, and right to the cent."""

import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from stdnum import get_cc_module

from simulator import demo_company, loading
from simulator.books.proof import summary
from simulator.clock import read_date
from simulator.gateway import Gateway
from simulator.objects.documents import document_state
from simulator.values import cents

TODAY = date(2026, 11, 22)
LINES = {
    "ARINVOICE": "ARINVOICEITEMS",
    "ARADJUSTMENT": "ARADJUSTMENTITEMS",
    "ARADVANCE": "ARADVANCEITEMS",
}
CREDITS = {
    "ADJUSTMENTKEY": "ADJUSTMENTAMOUNT",
    "ADVANCEKEY": "POSTEDADVANCEAMOUNT",
    "OVERPAYMENTKEY": "POSTEDOVERPAYMENTAMOUNT",
    "NEGATIVEINVOICEKEY": "NEGATIVEINVOICEAMOUNT",
}


@pytest.fixture(scope="module")
def company():
    return demo_company.records(TODAY)


def documents(company, *kinds):
    for kind in kinds or LINES:
        for row in company[kind]:
            yield kind, row


def planted(row):
    return row.get("RECORDID") in {p["document"] for p in demo_company.PLANTED}


def test_the_same_day_gives_the_same_company(company):
    again = demo_company.records(TODAY)
    assert json.dumps(again) == json.dumps(company)


def test_another_day_moves_the_dates_and_keeps_the_amounts(company):
    later = demo_company.records(TODAY + timedelta(days=100))
    assert demo_company.outstanding(later) == demo_company.outstanding(company)
    assert [row["TOTALENTERED"] for row in later["ARINVOICE"]] == [
        row["TOTALENTERED"] for row in company["ARINVOICE"]
    ]


@pytest.mark.parametrize("today", [date(2028, 2, 29), date(2027, 1, 1)])
def test_it_stands_on_any_day(today):
    company = demo_company.records(today)
    days = {rate["DATE"] for rate in company["EXCHANGERATE"]}
    for _kind, row in documents(company):
        assert row["EXCH_RATE_DATE"] in days


def test_it_has_the_promised_size(company):
    assert len(company["CUSTOMER"]) >= 60
    assert len(company["ARINVOICE"]) >= 400
    assert len(company["LOCATIONENTITY"]) == 3
    currencies = Counter(row["CURRENCY"] for row in company["ARINVOICE"])
    assert set(currencies) == {"USD", "EUR", "JPY", "GBP"}
    assert min(currencies["USD"], currencies["EUR"], currencies["JPY"]) > 20


def test_invoices_are_in_every_state(company):
    states = Counter(row["STATE"] for row in company["ARINVOICE"])
    assert set(states) == {
        "Draft", "Posted", "Partially Paid", "Paid", "Selected", "Reversed", "No Value",
    }  # fmt: skip
    assert min(states["Posted"], states["Partially Paid"]) > 30


def test_keys_are_unique_and_leave_room_for_counter_records(company):
    """A reversal and an over-payment get the RECORDNO behind their record's."""
    taken = []
    for kind in ("ARINVOICE", "ARADJUSTMENT", "ARADVANCE", "ARPYMT"):
        for row in company[kind]:
            taken.append(int(row["RECORDNO"]))
            if row["STATE"] == "Reversed" or "OVERPAYMENTAMOUNT" in row:
                taken.append(taken[-1] + 1)
    assert taken == list(range(taken[0], taken[0] + len(taken)))
    assert len(str(taken[0])) < len(str(taken[-1]))


def test_numbers_are_as_odd_as_in_life(company):
    numbers = Counter(row["RECORDID"] for row in company["ARINVOICE"])
    assert {"INV-2019-0042", "2024-017", "25-001", "2020", ""} <= set(numbers)
    outstanding = Counter(
        row["RECORDID"]
        for row in company["ARINVOICE"]
        if row["STATE"] in demo_company.OUTSTANDING_STATES
    )
    assert outstanding["10045"] == 2
    assert any(row["MODULEKEY"] == "8.SO" for row in company["ARINVOICE"])


def test_customers_are_as_odd_as_in_life(company):
    customers = {row["CUSTOMERID"]: row for row in company["CUSTOMER"]}
    names = Counter(row["NAME"] for row in customers.values())
    assert names["Summit Analytics LLC"] == 2
    assert any(set("<&>") <= set(name) for name in names)
    assert any(not name.isascii() for name in names)
    inactive = {key for key, row in customers.items() if row["STATUS"] == "inactive"}
    assert len(inactive) == 2
    owing = {
        row["CUSTOMERID"]
        for row in company["ARINVOICE"]
        if row["STATE"] in demo_company.OUTSTANDING_STATES
    }
    assert len(inactive & owing) == 1
    mails = [row["DISPLAYCONTACT"]["EMAIL1"] for row in customers.values()]
    assert mails.count("") >= 4
    assert sum(bool(mail) and "@" not in mail for mail in mails) >= 2


def test_some_tax_ids_are_valid_and_some_are_not(company):
    valid = set()
    for row in company["CUSTOMER"]:
        country = row["DISPLAYCONTACT"]["MAILADDRESS"]["COUNTRYCODE"].lower()
        checker = get_cc_module(country, "vat")
        if row["TAXID"] and checker:
            valid.add(bool(checker.is_valid(row["TAXID"])))
    assert valid == {True, False}


def test_contact_names_are_unique_as_intacct_demands(company):
    names = Counter(
        row[role]["CONTACTNAME"]
        for row in company["CUSTOMER"]
        for role in ("DISPLAYCONTACT", "SHIPTO")
        if role in row
    )
    assert names.most_common(1)[0][1] == 1


def test_everything_named_exists(company):
    known = {
        "CUSTOMERID": {row["CUSTOMERID"] for row in company["CUSTOMER"]},
        "TERMNAME": {row["NAME"] for row in company["ARTERM"]},
        "ACCOUNTNO": {row["ACCOUNTNO"] for row in company["GLACCOUNT"]},
        "LOCATIONID": {row["LOCATIONID"] for row in company["LOCATION"]},
        "MEGAENTITYID": {row["LOCATIONID"] for row in company["LOCATIONENTITY"]} | {""},
        "DEPARTMENTID": {row["DEPARTMENTID"] for row in company["DEPARTMENT"]},
        "CLASSID": {row["CLASSID"] for row in company["CLASS"]},
        "ITEMID": {row["ITEMID"] for row in company["ITEM"]},
        "FINANCIALENTITY": {row["BANKACCOUNTID"] for row in company["CHECKINGACCOUNT"]},
        "PARENTID": {row["CUSTOMERID"] for row in company["CUSTOMER"]} | {""},
    }
    rows = [*company["CUSTOMER"], *company["ARPYMT"]]
    for kind, row in documents(company):
        rows += [row, *row[LINES[kind]]]
    for row in rows:
        for name, values in known.items():
            assert row.get(name, next(iter(values))) in values, row


def test_accounts_that_require_a_department_get_one(company):
    demanding = {
        row["ACCOUNTNO"] for row in company["GLACCOUNT"] if row["REQUIREDEPT"] == "true"
    }
    lines = [line for kind, row in documents(company) for line in row[LINES[kind]]]
    on_them = [line for line in lines if line["ACCOUNTNO"] in demanding]
    assert on_them
    assert all(line.get("DEPARTMENTID") for line in on_them)


@pytest.mark.parametrize("prefix", ["TRX_", ""])
def test_lines_add_up_to_the_total(company, prefix):
    for kind, row in documents(company):
        if planted(row) and row["CURRENCY"] == "USD":
            continue
        lines = sum(Decimal(line[f"{prefix}AMOUNT"]) for line in row[LINES[kind]])
        assert lines == Decimal(row[f"{prefix}TOTALENTERED"]), row


def test_due_is_the_total_less_what_was_paid(company):
    for _kind, row in documents(company):
        total, paid, due = (
            Decimal(row[f"TRX_{name}"])
            for name in ("TOTALENTERED", "TOTALPAID", "TOTALDUE")
        )
        assert due == (0 if row["STATE"] == "Reversed" else total - paid), row


def test_the_state_says_what_the_balances_say(company):
    selected = {
        detail["RECORDKEY"]
        for payment in company["ARPYMT"]
        for detail in payment["ARPYMTDETAILS"]
        if payment["STATE"] == "Draft"
    }
    for _kind, row in documents(company):
        total, paid, due = (
            Decimal(row[f"TRX_{name}"])
            for name in ("TOTALENTERED", "TOTALPAID", "TOTALDUE")
        )
        if row["STATE"] in ("Draft", "Reversed"):
            continue
        if not total:
            expected = "No Value"
        elif row["RECORDNO"] in selected:
            expected = "Selected"
        elif not due:
            expected = "Paid"
        else:
            expected = "Partially Paid" if paid else "Posted"
        assert row["STATE"] == expected, row


def applied_amounts(company):
    """Signed amount applied per document or over-payment key, from the payments."""
    sign = {
        row["RECORDNO"]: -1 if Decimal(row["TRX_TOTALENTERED"]) < 0 else 1
        for _kind, row in documents(company)
    }
    applied = defaultdict(Decimal)
    for payment in company["ARPYMT"]:
        if payment["STATE"] != "Complete":
            continue
        for detail in payment["ARPYMTDETAILS"]:
            target = detail.get("RECORDKEY") or detail["POSADJKEY"]
            names = [name for name in detail if name.startswith("TRX_")]
            assert len(names) == 1, detail
            amount = Decimal(detail[names[0]])
            applied[target] += amount
            for key, name in CREDITS.items():
                if key in detail:
                    assert names == [f"TRX_{name}"]
                    applied[detail[key]] += amount * sign.get(detail[key], 1)
    return applied


def test_what_is_paid_is_what_the_payments_say(company):
    applied = applied_amounts(company)
    for _kind, row in documents(company):
        assert Decimal(row["TRX_TOTALPAID"]) == applied[row["RECORDNO"]], row


def test_over_payments_are_used_up_to_what_was_received(company):
    applied = applied_amounts(company)
    left = [
        Decimal(row["OVERPAYMENTAMOUNT"]) - applied[str(int(row["RECORDNO"]) + 1)]
        for row in company["ARPYMT"]
        if "OVERPAYMENTAMOUNT" in row
    ]
    assert all(amount >= 0 for amount in left)
    assert 0 < sum(amount > 0 for amount in left) < len(left)


def test_nothing_is_paid_before_it_exists_or_after_today(company):
    issued = {
        row["RECORDNO"]: row.get("WHENCREATED") or row["RECEIPTDATE"]
        for _kind, row in documents(company)
    }

    def day(text):
        return date(int(text[6:]), int(text[:2]), int(text[3:5]))

    for payment in company["ARPYMT"]:
        assert day(payment["RECEIPTDATE"]) <= TODAY
        for detail in payment["ARPYMTDETAILS"]:
            for key in ("RECORDKEY", "POSADJKEY", *CREDITS):
                if detail.get(key) in issued:
                    assert day(issued[detail[key]]) <= day(payment["RECEIPTDATE"])


def test_undeposited_funds_hold_the_base_currency_only(company):
    for row in [*company["ARPYMT"], *company["ARADVANCE"]]:
        assert ("FINANCIALENTITY" in row) != ("UNDEPOSITEDACCOUNTNO" in row)
        if "UNDEPOSITEDACCOUNTNO" in row:
            assert row["CURRENCY"] == "USD"


def test_yen_have_no_decimals(company):
    for kind, row in documents(company):
        if row["CURRENCY"] == "JPY":
            amounts = [row["TRX_TOTALENTERED"], row["TRX_TOTALDUE"]]
            amounts += [line["TRX_AMOUNT"] for line in row[LINES[kind]]]
            assert all(Decimal(amount) % 1 == 0 for amount in amounts), row


def test_every_kind_of_credit_is_there_open_and_used(company):
    used = {key for row in company["ARPYMT"] for d in row["ARPYMTDETAILS"] for key in d}
    assert set(CREDITS) | {"POSADJKEY"} <= used
    for kind in ("ARADJUSTMENT", "ARADVANCE"):
        states = {row["STATE"] for row in company[kind]}
        assert {"Posted", "Partially Paid", "Paid"} <= states
    open_memos = [Decimal(row["TRX_TOTALDUE"]) for row in company["ARADJUSTMENT"]]
    assert min(open_memos) < 0 < max(open_memos)


def test_only_the_planted_documents_cannot_be_imported(company):
    broken = set()
    for kind, row in documents(company, "ARINVOICE", "ARADJUSTMENT"):
        if row["STATE"] not in demo_company.OUTSTANDING_STATES:
            continue
        lines = row[LINES[kind]]
        total = sum(Decimal(line["TRX_AMOUNT"]) for line in lines)
        foreign = row["CURRENCY"] not in ("USD", "EUR", "JPY")
        if not lines or foreign or total != Decimal(row["TRX_TOTALENTERED"]):
            broken.add((kind, row["RECORDID"]))
    assert broken == {(p["object"], p["document"]) for p in demo_company.PLANTED}


# Loaded into the simulator ---------------------------------------------------------


@pytest.fixture(scope="module")
def loaded(company):
    gateway = Gateway(":memory:")
    target = gateway.company("DEMO")
    loading.load(gateway, target, company)
    yield target
    gateway.database.close()


def test_the_books_agree_once_it_is_loaded(loaded):
    books = summary(loaded)
    assert books["differences"] == []
    assert books["control_account"]["base"] == books["open_items"]["base"]


def test_the_simulator_arrives_at_the_same_open_balance(loaded, company):
    """Invoices, memos, advances and over-payments, worked out twice."""
    expected = demo_company.outstanding(company)
    for row in company["ARADVANCE"]:
        expected[row["CURRENCY"]] -= Decimal(row["TRX_TOTALDUE"])
    applied = applied_amounts(company)
    for row in company["ARPYMT"]:
        if "OVERPAYMENTAMOUNT" in row:
            left = Decimal(row["OVERPAYMENTAMOUNT"])
            expected[row["CURRENCY"]] -= left - applied[str(int(row["RECORDNO"]) + 1)]
    found = summary(loaded)["open_by_currency"]
    assert {code: cents(amount) for code, amount in found.items()} == {
        code: cents(amount) for code, amount in expected.items()
    }


def test_reversals_come_with_their_counter_records(loaded, company):
    """The counter record has the RECORDNO left free and the day of the reversal."""
    expected = {
        int(row["RECORDNO"]) + 1: row["REVERSALDATE"]
        for row in company["ARINVOICE"]
        if row["STATE"] == "Reversed"
    }
    for row in company["ARINVOICE"]:
        if row["STATE"] == "Reversed":
            assert row["REVERSALDATE"] > read_date(row["WHENCREATED"])
    assert expected == {
        row["RECORDNO"]: row["WHENPOSTED"]
        for row in loaded.tables.all("ARINVOICE")
        if document_state(loaded, row) == "Reversal"
    }


def test_every_state_and_balance_arrives_as_stated(loaded, company):
    for kind, row in documents(company):
        kept = loaded.tables.get(kind, int(row["RECORDNO"]))
        assert document_state(loaded, kept) == row["STATE"], row
        assert kept["TRX_TOTALDUE"] == cents(row["TRX_TOTALDUE"]), row
