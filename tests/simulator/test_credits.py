"""What pays without money: memos, negative lines, advances, over-payments."""

import pytest

from .harness import cash, compare, create_payment, line, query
from .receipts import advance, advance_lines, apply, due, state

# ------------------------------------------------------------------------- credits


def test_a_credit_memo_pays_by_detail(client, admin):
    key, memo = client.invoice(amount=100), client.memo(amount=-30)
    detail = {"RECORDKEY": key, "ADJUSTMENTKEY": memo, "TRX_ADJUSTMENTAMOUNT": 20}
    payment = client.pay(detail)
    assert (due(admin, key), due(admin, memo, "ARADJUSTMENT")) == ("80", "-10")
    assert state(admin, memo, "ARADJUSTMENT") == "Partially Paid"
    row = admin.row("ARPYMT", payment)
    assert row["TRX_TOTALENTERED"] == "0"
    (kept,) = client.query(
        "ARPYMTDETAIL", "ADJUSTMENTKEY TRX_ADJUSTMENTAMOUNT TRX_PAYMENTAMOUNT"
    )
    assert list(kept.values()) == [str(memo), "20", ""]
    too_much = {**detail, "TRX_ADJUSTMENTAMOUNT": 11}
    assert "exceeds total amount due" in client.call(create_payment(too_much)).text


def test_cash_and_credit_in_one_detail(client, admin):
    key, memo = client.invoice(amount=100), client.memo(amount=-30)
    client.pay(
        {
            "RECORDKEY": key,
            "TRX_PAYMENTAMOUNT": 70,
            "ADJUSTMENTKEY": memo,
            "TRX_ADJUSTMENTAMOUNT": 30,
        }
    )
    assert (due(admin, key), due(admin, memo, "ARADJUSTMENT")) == ("0", "0")


def test_a_debit_memo_is_paid(client, admin):
    memo = client.memo(amount=40)
    client.pay({"POSADJKEY": memo, "TRX_PAYMENTAMOUNT": 15})
    assert due(admin, memo, "ARADJUSTMENT") == "25"


def test_a_negative_invoice_pays(client, admin):
    key, credit = client.invoice(amount=100), client.invoice(amount=-30)
    client.pay(
        {
            "RECORDKEY": key,
            "NEGATIVEINVOICEKEY": credit,
            "TRX_NEGATIVEINVOICEAMOUNT": 30,
        }
    )
    assert (due(admin, key), due(admin, credit)) == ("70", "0")
    assert state(admin, credit) == "Paid"


def test_an_inline_credit_pays_another_invoice(client, admin):
    admin.settings(auto_apply_inline=False)
    key = client.invoice(amount=100)
    source = client.invoice(lines=[line(50), line(-30)])
    client.pay({"RECORDKEY": key, "INLINEKEY": source, "TRX_INLINEAMOUNT": 30})
    assert (due(admin, key), due(admin, source)) == ("70", "50")


def test_an_advance_is_used_up(client, admin):
    given = client.do(advance(80)).recordno
    row = admin.row("ARADVANCE", given)
    assert (row["STATE"], row["TRX_TOTALENTERED"], row["TRX_TOTALDUE"]) == (
        "Posted",
        "80",
        "80",
    )
    assert admin.books()["advance_accounts"]["base"] == "-80"
    assert admin.rows("CUSTOMER", CUSTOMERID="C1")[0]["TOTALDUE"] == "-80"
    key = client.invoice(amount=100)
    client.pay({"RECORDKEY": key, "ADVANCEKEY": given, "TRX_POSTEDADVANCEAMOUNT": 50})
    assert (due(admin, key), due(admin, given, "ARADVANCE")) == ("50", "30")
    client.do(apply(given, (key, 30)))
    assert due(admin, given, "ARADVANCE") == "0"
    assert admin.rows("CUSTOMER", CUSTOMERID="C1")[0]["TOTALDUE"] == "20"


def test_what_is_above_the_details_stays_on_account(client, admin):
    key = client.invoice(amount=100)
    payment = client.pay(cash(key, 100), OVERPAYMENTAMOUNT=30)
    row = admin.row("ARPYMT", payment)
    assert (row["TRX_TOTALENTERED"], row["TRX_TOTALPAID"], row["TRX_TOTALDUE"]) == (
        "130", "100", "30",
    )  # fmt: skip
    (over,) = client.query(
        "ARPOSTEDOVERPAYMENT", "RECORDNO PARENTPAYMENTKEY TRX_TOTALDUE"
    )
    assert over["PARENTPAYMENTKEY"] == str(payment)
    second = client.invoice(amount=25)
    client.pay(
        {
            "RECORDKEY": second,
            "OVERPAYMENTKEY": payment,
            "TRX_POSTEDOVERPAYMENTAMOUNT": 25,
        }
    )
    assert due(admin, second) == "0"
    assert due(admin, payment, "ARPYMT") == "5"
    third = client.invoice(amount=5)
    client.do(apply(over["RECORDNO"], (third, 5)))
    assert due(admin, third) == "0"


@pytest.mark.parametrize("kind", ["memo", "negative"])
def test_apply_takes_credits_of_other_kinds(client, admin, kind):
    credit = client.memo(amount=-30) if kind == "memo" else client.invoice(amount=-30)
    keys = [client.invoice(amount=20), client.invoice(amount=20)]
    result = client.do(apply(credit, (keys[0], 20), (keys[1], 10)))
    assert [due(admin, key) for key in keys] == ["0", "10"]
    assert admin.row("ARPYMT", result.recordno)["RECEIPTDATE"] == "03/12/2026"


def test_credits_of_another_customer_and_wrong_kinds(client):
    key, memo = client.invoice(), client.memo(customer="C2")
    detail = {"RECORDKEY": key, "ADJUSTMENTKEY": memo, "TRX_ADJUSTMENTAMOUNT": 1}
    assert client.call(create_payment(detail)).errors[0][0] == "DL03000005"
    wrong = {"RECORDKEY": key, "ADVANCEKEY": memo, "TRX_POSTEDADVANCEAMOUNT": 1}
    assert client.call(create_payment(wrong)).errors[0][0] == "DL03000005"
    assert client.call(apply(99999, (key, 1))).errors[0][0] == "DL03000005"


def test_applying_credits_may_leave_no_stamp_on_the_invoice(client, admin):
    key, memo = client.invoice(amount=100), client.memo(amount=-30)
    paid = client.invoice(amount=100)
    before = admin.row("ARINVOICE", key)["WHENMODIFIED"]
    admin.post("change", {"action": "clock", "advance": 10})
    client.do(apply(memo, (key, 30)))
    client.pay(cash(paid, 10))
    assert due(admin, key) == "70"
    assert admin.row("ARINVOICE", key)["WHENMODIFIED"] == before
    assert admin.row("ARINVOICE", paid)["WHENMODIFIED"] != before
    (detail,) = client.query(
        "ARPYMTDETAIL", "WHENMODIFIED", compare("equalto", "ADJUSTMENTKEY", memo)
    )
    assert detail["WHENMODIFIED"]


# ------------------------------------------------------------------------- advances


def test_advances_can_be_drafts(client, admin):
    given = client.do(advance(80, ACTION="Draft")).recordno
    assert state(admin, given, "ARADVANCE") == "Draft"
    change = f"<update><ARADVANCE><RECORDNO>{given}</RECORDNO>{{}}</ARADVANCE></update>"
    client.do(change.format(advance_lines(70) + "<ACTION>Submit</ACTION>"))
    row = admin.row("ARADVANCE", given)
    assert (row["STATE"], row["TRX_TOTALDUE"]) == ("Posted", "70")
    client.do(change.format("<DESCRIPTION>x</DESCRIPTION>"))
    assert not client.call(change.format("<RECEIPTDATE>03/03/2026</RECEIPTDATE>")).ok


@pytest.mark.parametrize(
    "values, text",
    [
        ({"CUSTOMERID": "C9"}, "Invalid Customer"),
        ({"RECEIPTDATE": None}, "Required field Receipt Date is missing"),
        ({"PAYMENTMETHOD": "Barter"}, "Invalid Payment Method"),
        ({"FINANCIALENTITY": None}, "Required field Bank Account is missing"),
    ],
)
def test_advances_are_checked(client, values, text):
    assert text in client.call(advance(80, **values)).text


def test_who_may_not_post_makes_drafts(client, admin):
    rights = {"USERID": "odoo", "OBJECT": "ARPYMT", "OPERATIONS": ["list", "add"]}
    admin.post("load", {"PERMISSIONS": [rights]})
    client.pay(cash(client.invoice(), 10))
    assert client.do(query("ARPYMT", "DISPLAYSTATE")).rows == [
        {"DISPLAYSTATE": "Draft"}
    ]


def test_a_credit_stays_with_the_entity_that_owns_it(client, admin, entities):
    admin.settings(credits_limited_to_entity=True)
    key = client.invoice(lines=[line(100, locationid="E1")])
    memos = [client.memo(lines=[line(-20, locationid=e)]) for e in ("E1", "E2")]
    client.do(apply(memos[0], (key, 20)))
    assert client.call(apply(memos[1], (key, 20))).errors[0][0] == "BL03002073"
    admin.settings(credits_limited_to_entity=False)
    client.do(apply(memos[1], (key, 20)))
    assert due(admin, key) == "60"
