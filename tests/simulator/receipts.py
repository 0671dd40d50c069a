"""Receipts, advances and applications, and what they leave on documents."""

from .harness import date, tags


def due(admin, key, name="ARINVOICE"):
    return admin.row(name, key)["TRX_TOTALDUE"]


def state(admin, key, name="ARINVOICE"):
    return admin.row(name, key)["STATE"]


def line_payments(admin):
    rows = sorted(admin.rows("ARINVOICEITEM"), key=lambda row: int(row["RECORDNO"]))
    return [row["TRX_TOTALPAID"] for row in rows]


def advance(amount, **values):
    head = {
        "CUSTOMERID": "C1",
        "PAYMENTMETHOD": "EFT",
        "PAYMENTDATE": "03/02/2026",
        "RECEIPTDATE": "03/02/2026",
        "FINANCIALENTITY": "BOA",
        **values,
    }
    return (
        f"<create><ARADVANCE>{tags(**head)}{advance_lines(amount)}</ARADVANCE></create>"
    )


def advance_lines(amount):
    item = tags(ACCOUNTNO="2400", TRX_AMOUNT=amount)
    return f"<ARADVANCEITEMS><ARADVANCEITEM>{item}</ARADVANCEITEM></ARADVANCEITEMS>"


def apply(key, *items, day="03/12/2026"):
    inner = "".join(
        f"<arpaymentitem>{tags(invoicekey=k, amount=a)}</arpaymentitem>"
        for k, a in items
    )
    return (
        f"<apply_arpayment><arpaymentkey>{key}</arpaymentkey>{date('paymentdate', day)}"
        f"<memo>m</memo><arpaymentitems>{inner}</arpaymentitems></apply_arpayment>"
    )
