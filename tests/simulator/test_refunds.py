"""A credit that a person pays back in Intacct: its balance falls, the books hold."""


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
    assert admin.proof() == []


def test_no_more_than_is_open_is_refunded(client, admin):
    memo = client.memo()
    error = refund(admin, memo, "101", status=400)["error"]
    assert "has less open" in error
    assert admin.row("ARADJUSTMENT", memo)["TRX_TOTALDUE"] == "-100"
    assert admin.proof() == []
