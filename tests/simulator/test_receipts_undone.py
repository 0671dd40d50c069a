"""Receipts over entities, reversed, and deposited."""

import pytest

from .harness import cash, create_payment, date, line, reverse
from .receipts import apply, due

# ------------------------------------------------------------------------- entities


def two_entities(client):
    return [
        client.invoice(amount=50, lines=[line(50, location=e)]) for e in ("E1", "E2")
    ]


def test_a_receipt_over_entities_becomes_several(client, admin, entities):
    keys = two_entities(client)
    parent = client.pay(cash(keys[0], 50), cash(keys[1], 20))
    assert [due(admin, key) for key in keys] == ["0", "30"]
    rows = client.query(
        "ARPYMT", "RECORDNO MULTIENTITYPYMTKEY PARENTPAYMENTKEY TRX_TOTALENTERED"
    )
    parts = [row for row in rows if row["MULTIENTITYPYMTKEY"]]
    assert {row["MULTIENTITYPYMTKEY"] for row in parts} == {str(parent)}
    assert sorted(row["TRX_TOTALENTERED"] for row in parts) == ["20", "50"]
    (whole,) = [row for row in rows if not row["MULTIENTITYPYMTKEY"]]
    assert whole["TRX_TOTALENTERED"] == "70"
    details = client.query("ARPYMTDETAIL", "PAYMENTKEY PARENTPAYMENTKEY")
    assert {row["PARENTPAYMENTKEY"] for row in details} == {str(parent)}


@pytest.mark.parametrize("mode, left", [("all", ["50", "50"]), ("one", ["50", "30"])])
def test_reversing_a_part(client, admin, entities, mode, left):
    admin.settings(reverse_part=mode)
    keys = two_entities(client)
    client.pay(cash(keys[0], 50), cash(keys[1], 20))
    (part,) = [row for row in admin.rows("ARPYMT") if row["TRX_TOTALENTERED"] == "50"]
    client.do(reverse("reverse_arpayment", part["RECORDNO"]))
    assert [due(admin, key) for key in keys] == left


def test_an_overpayment_at_top_level_needs_its_place(client, admin, entities):
    key = two_entities(client)[0]
    bare = create_payment(cash(key, 50), OVERPAYMENTAMOUNT=5)
    assert "Missing the Location dimension" in client.call(bare).text
    placed = create_payment(
        cash(key, 50), OVERPAYMENTAMOUNT=5, OVERPAYMENTLOCATIONID="E1"
    )
    assert client.call(placed).ok


def test_an_entity_session_does_not_reach_another_entity(client, admin, entities):
    keys = two_entities(client)
    inside = client.open_session("E1")
    assert client.call(create_payment(cash(keys[0], 5)), auth=inside).ok
    other = client.call(create_payment(cash(keys[1], 5)), auth=inside)
    assert other.errors[0][0] == "DL03000005"


# ------------------------------------------------------------------------ reversing


def test_a_reversed_receipt_opens_its_invoices_again(client, admin):
    key = client.invoice(amount=100)
    payment = client.pay(cash(key, 60), DOCNUMBER="CHK")
    assert client.do(reverse("reverse_arpayment", payment)).key is None
    row = admin.row("ARINVOICE", key)
    assert (row["STATE"], row["TRX_TOTALDUE"], row["TRX_TOTALPAID"]) == (
        "Posted",
        "100",
        "0",
    )
    rows = {r["DISPLAYSTATE"]: r for r in admin.rows("ARPYMT")}
    assert set(rows) == {"Reversed", "Reversal"}
    assert rows["Reversal"]["TRX_TOTALENTERED"] == "-60"
    assert rows["Reversal"]["PARENTPAYMENTKEY"] == ""
    assert (
        rows["Reversal"]["PRBATCH"] == "Reversed Receipts (Bank-BOA): 2026/03/20 Batch"
    )
    details = admin.rows("ARPYMTDETAIL")
    assert sorted(d["TRX_PAYMENTAMOUNT"] for d in details) == ["-60", "60"]
    assert {d["STATE"] for d in details} == {"V"}
    links = admin.rows("ARINVOICEPAYMENT")
    assert sum(float(link["TRX_AMOUNT"]) for link in links) == 0
    assert not client.call(reverse("reverse_arpayment", payment)).ok


def test_reversal_rows_and_links_are_switches(client, admin):
    admin.settings(reversal_rows="void", reversal_link=True, reverse_returns="counter")
    key = client.invoice(amount=100)
    payment = client.pay(cash(key, 60))
    counter = client.do(reverse("reverse_arpayment", payment)).recordno
    assert admin.row("ARPYMT", counter)["PARENTPAYMENTKEY"] == str(payment)
    assert [d["STATE"] for d in admin.rows("ARPYMTDETAIL")] == ["V"]


def test_unapplying_gives_the_credit_back(client, admin):
    key, memo = client.invoice(amount=100), client.memo(amount=-30)
    applied = client.do(apply(memo, (key, 30))).recordno
    assert not client.call(f'<delete_aradjustment key="{memo}"/>').ok
    admin.settings(unapply_by_reverse=False)
    assert (
        "Unapply it instead" in client.call(reverse("reverse_arpayment", applied)).text
    )
    admin.settings(unapply_by_reverse=True)
    client.do(reverse("reverse_arpayment", applied))
    assert (due(admin, key), due(admin, memo, "ARADJUSTMENT")) == ("100", "-30")
    assert not client.call(f'<delete_aradjustment key="{memo}"/>').ok
    admin.settings(delete_unapplied_memos=True)
    client.do(f'<delete_aradjustment key="{memo}"/>')


def test_an_invoice_with_payments_is_not_reversed(client, admin):
    key = client.invoice(amount=100)
    payment = client.pay(cash(key, 60))
    said = client.call(reverse("reverse_invoice", key)).text
    assert "Reverse the payments first" in said
    client.do(reverse("reverse_arpayment", payment))
    assert client.call(reverse("reverse_invoice", key)).ok


def test_a_used_overpayment_holds_its_receipt(client, admin):
    key, second = client.invoice(amount=100), client.invoice(amount=20)
    payment = client.pay(cash(key, 100), OVERPAYMENTAMOUNT=30)
    used = client.do(apply(payment, (second, 20))).recordno
    assert (
        "its overpayment is applied"
        in client.call(reverse("reverse_arpayment", payment)).text
    )
    client.do(reverse("reverse_arpayment", used))
    client.do(reverse("reverse_arpayment", payment))
    assert (due(admin, key), due(admin, second)) == ("100", "20")
    assert admin.rows("CUSTOMER", CUSTOMERID="C1")[0]["TOTALDUE"] == "120"


@pytest.mark.parametrize("day, ok", [("03/09/2026", False), ("03/10/2026", True)])
def test_the_reversal_is_not_before_the_receipt(client, day, ok):
    payment = client.pay(cash(client.invoice(), 10))
    assert client.call(reverse("reverse_arpayment", payment, day)).ok is ok


def test_reconciled_receipts_need_an_open_bank_period(client, admin):
    payment = client.pay(cash(client.invoice(), 10))
    admin.change("reconcile", key=payment, date="03/31/2026")
    assert admin.row("ARPYMT", payment)["DISPLAYSTATE"] == "Reconciled"
    assert not client.call(reverse("reverse_arpayment", payment, "03/31/2026")).ok
    assert client.call(reverse("reverse_arpayment", payment, "04/01/2026")).ok


# ------------------------------------------------------------------------- deposits


def deposit(*keys):
    inner = "".join(f"<receiptkey>{key}</receiptkey>" for key in keys)
    return (
        "<record_deposit><bankaccountid>BOA</bankaccountid>"
        f"{date('depositdate', '03/12/2026')}<depositid>D1</depositid>"
        f"<receiptkeys>{inner}</receiptkeys></record_deposit>"
    )


def test_deposits_move_undeposited_receipts(client, admin):
    place = {"FINANCIALENTITY": None, "UNDEPOSITEDACCOUNTNO": "1050"}
    keys = [client.pay(cash(client.invoice(), 10 + n), **place) for n in range(2)]
    assert admin.books()["accounts"]["1050"] == "21"
    result = client.do(deposit(*keys))
    accounts = admin.books()["accounts"]
    assert (accounts["1050"], accounts["1000"]) == ("0", "21")
    (row,) = client.query("DEPOSIT", "RECORDNO DEPOSITID TOTALENTERED BANKACCOUNTID")
    assert list(row.values()) == [result.key, "D1", "21", "BOA"]
    entries = client.query("DEPOSITENTRY", "PAYMENTKEY AMOUNT", order="PAYMENTKEY")
    assert [entry["PAYMENTKEY"] for entry in entries] == [str(key) for key in keys]
    assert client.call(deposit(keys[0])).errors[0][0] == "DL03000005"
    assert (
        "included in a deposit"
        in client.call(reverse("reverse_arpayment", keys[0])).text
    )
    banked = client.pay(cash(client.invoice(), 10))
    assert not client.call(deposit(banked)).ok
