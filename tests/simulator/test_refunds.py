"""A credit that a person pays back in Intacct: its balance falls, the books hold."""

from .harness import cash


def refund(admin, key, amount, **values):
    return admin.change(
        "refund", key=key, amount=amount, account="1000", date="02/01/2026", **values
    )


def test_a_refund_pays_a_credit_back(client, admin):
    memo = client.memo()
    refund(admin, memo, "12.50")
    row = admin.row("ARADJUSTMENT", memo)
    paid = [row[name] for name in ("TRX_TOTALENTERED", "TRX_TOTALDUE", "TOTALDUE")]
    assert paid == ["-100", "-87.5", "-87.5"]
    assert not admin.rows("ARPYMT")
    assert admin.books()["accounts"]["1000"] == "-12.5"
    assert admin.proof() == []


def test_several_lines_are_paid_back_from_the_top(client, admin):
    memo = client.memo(lines=[-30, -70])
    refund(admin, memo, "40")
    paid = [row["TRX_TOTALPAID"] for row in admin.rows("ARADJUSTMENTITEM")]
    assert paid == ["-30", "-10"]
    assert admin.proof() == []


def test_no_more_than_is_open_is_refunded(client, admin):
    memo = client.memo()
    error = refund(admin, memo, "101", status=400)["error"]
    assert "has less open" in error
    assert admin.row("ARADJUSTMENT", memo)["TRX_TOTALDUE"] == "-100"
    assert admin.proof() == []


def overpaid(client):
    return client.pay(cash(client.invoice(), 100), OVERPAYMENTAMOUNT=30)


def test_what_is_left_of_a_receipt_is_paid_back(client, admin):
    receipt = overpaid(client)
    before = float(admin.books()["accounts"]["1000"])
    refund(admin, receipt, "12.50")
    row = admin.row("ARPYMT", receipt)
    assert [row[name] for name in ("TRX_TOTALENTERED", "TRX_TOTALDUE")] == [
        "130",
        "17.5",
    ]
    (over,) = admin.rows("ARPOSTEDOVERPAYMENT")
    paid = [over[name] for name in ("TRX_TOTALPAID", "TRX_TOTALDUE", "TOTALDUE")]
    assert paid == ["12.5", "17.5", "17.5"]
    assert len(admin.rows("ARPYMTDETAIL")) == 1
    assert float(admin.books()["accounts"]["1000"]) == before - 12.5
    assert admin.proof() == []


def test_no_more_than_is_left_of_a_receipt_is_refunded(client, admin):
    receipt = overpaid(client)
    assert "has less open" in refund(admin, receipt, "30.01", status=400)["error"]
    refund(admin, receipt, "30")
    assert "has less open" in refund(admin, receipt, "0.01", status=400)["error"]
    assert admin.proof() == []


def test_a_receipt_without_a_rest_has_nothing_to_refund(client, admin):
    receipt = client.pay(cash(client.invoice(), 100))
    assert "has less open" in refund(admin, receipt, "1", status=400)["error"]
