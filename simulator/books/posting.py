"""Invoices, adjustments and advances as rows: header, lines, totals."""

from __future__ import annotations

from decimal import Decimal

from ..context import Context
from ..values import convert

RECORD_TYPES = {"ARINVOICE": "ri", "ARADJUSTMENT": "ra", "ARADVANCE": "rr"}


def lines_of(context: Context, name: str, header: dict) -> list[dict]:
    """A document's lines in their order, tax rows behind their line."""
    found = context.tables.find(f"{name}ITEM", "RECORDKEY", header["RECORDNO"])
    return sorted(found, key=lambda line: (line["LINE_NO"], line["RECORDNO"]))


def line_due(line: dict) -> tuple[int, int]:
    """What a line has open: (transaction cents, base cents), signed."""
    trx = line["TRX_AMOUNT"] - line["TRX_TOTALPAID"]
    base = line["AMOUNT"] - line["TOTALPAID"]
    return (
        trx - line.get("TRX_DISCOUNTAPPLIED", 0),
        base - line.get("_DISCOUNTBASE", 0),
    )


def add_line(context: Context, name: str, header: dict, line: dict) -> dict:
    """Insert a line; its base amount follows the header's rate unless given."""
    rate = Decimal(header["EXCHANGE_RATE"])
    line = {
        "TRX_TOTALPAID": 0,
        "TOTALPAID": 0,
        "TRX_TOTALSELECTED": 0,
        "TOTALSELECTED": 0,
        "LINEITEM": True,
        "CURRENCY": header["CURRENCY"],
        "BASECURR": header["BASECURR"],
        "EXCHANGE_RATE": header["EXCHANGE_RATE"],
        "EXCH_RATE_DATE": header.get("EXCH_RATE_DATE"),
        "ENTRY_DATE": header.get("WHENPOSTED") or header.get("WHENCREATED"),
        "RECORDTYPE": RECORD_TYPES[name],
        **line,
        "RECORDKEY": header["RECORDNO"],
    }
    if line.get("AMOUNT") is None:
        line["AMOUNT"] = convert(line["TRX_AMOUNT"], rate)
    return context.create(f"{name}ITEM", line)


def set_base(context: Context, name: str, header: dict, line: dict) -> None:
    """Bring a line's base amount in line with its amount and the rate."""
    base = convert(line["TRX_AMOUNT"], Decimal(header["EXCHANGE_RATE"]))
    context.change(f"{name}ITEM", line, {"AMOUNT": base}, touch=False)


def add_document(context: Context, name: str, header: dict, lines: list[dict]) -> dict:
    """Insert an unposted document with its lines and totals."""
    header = {
        "RECORDTYPE": RECORD_TYPES[name],
        "MODULEKEY": "4.AR",
        "SYSTEMGENERATED": False,
        "BASECURR": context.company.base_currency,
        "RAWSTATE": "D",
        **header,
    }
    header = context.create(name, header)
    for number, line in enumerate(lines, 1):
        taxes = line.pop("TAXENTRIES", None) or ()
        kept = add_line(context, name, header, {"LINE_NO": number, **line})
        for tax in taxes:
            add_line(
                context,
                name,
                header,
                {**tax, "LINE_NO": kept["LINE_NO"], "PARENTENTRY": kept["RECORDNO"]},
            )
    total(context, name, header, touch=False)
    return header


def total(context: Context, name: str, header: dict, touch: bool) -> None:
    """Bring a header in line with its lines."""
    sums = dict.fromkeys(("TRX_AMOUNT", "AMOUNT", "TRX_TOTALPAID", "TOTALPAID"), 0)
    discount = discount_base = selected = selected_base = still_open = 0
    for line in context.tables.find(f"{name}ITEM", "RECORDKEY", header["RECORDNO"]):
        for field in sums:
            sums[field] += line[field]
        discount += line.get("TRX_DISCOUNTAPPLIED", 0)
        discount_base += line.get("_DISCOUNTBASE", 0)
        selected += line["TRX_TOTALSELECTED"]
        selected_base += line["TOTALSELECTED"]
        still_open += abs(line_due(line)[0])
    if header["RAWSTATE"] == "V":
        still_open = 0
    changes = {
        "TRX_TOTALENTERED": sums["TRX_AMOUNT"],
        "TOTALENTERED": sums["AMOUNT"],
        "TRX_TOTALPAID": sums["TRX_TOTALPAID"],
        "TOTALPAID": sums["TOTALPAID"],
        "TRX_TOTALDUE": sums["TRX_AMOUNT"] - sums["TRX_TOTALPAID"] - discount,
        "TOTALDUE": sums["AMOUNT"] - sums["TOTALPAID"] - discount_base,
        "TRX_TOTALSELECTED": selected,
        "TOTALSELECTED": selected_base,
        "_OPEN": still_open,
    }
    if name == "ARINVOICE":
        changes["TRX_TOTALDISCOUNTAPPLIED"] = discount
    if header["RAWSTATE"] == "V":
        changes["TRX_TOTALDUE"] = changes["TOTALDUE"] = 0
    context.change(name, header, changes, touch=touch)


def posting_day(name: str, header: dict) -> str:
    if name == "ARADVANCE":
        return header["RECEIPTDATE"]
    return header.get("WHENPOSTED") or header["WHENCREATED"]
