"""Summaries: the posting groups that documents belong to."""

from __future__ import annotations

from ..context import Context
from ..failures import refuse

OBJECTS = {
    "ARINVOICE": "ARINVOICEBATCH",
    "ARADJUSTMENT": "ARINVOICEBATCH",
    "ARPYMT": "ARPAYMENTBATCH",
    "ARADVANCE": "ARPAYMENTBATCH",
}


def enter(context: Context, name: str, header: dict, reversal: bool = False) -> None:
    """Put a document into its summary, made on the first document of the day."""
    if header.get("PRBATCHKEY"):
        return
    day = header.get("WHENPOSTED") or header.get("RECEIPTDATE") or header["WHENCREATED"]
    title = _title(name, header, day, reversal)
    batch = find_or_create(context, OBJECTS[name], title, day)
    if batch.get("OPEN") != "T":
        raise refuse(f"The summary '{title}' is closed.")
    context.change(name, header, {"PRBATCHKEY": batch["RECORDNO"]}, touch=False)


def _title(name: str, header: dict, day: str, reversal: bool) -> str:
    shown = f"{day[:4]}/{day[5:7]}/{day[8:10]}"
    if name == "ARINVOICE":
        return f"Invoices: {shown} Batch"
    if name == "ARADJUSTMENT":
        return f"Adjustments: {shown} Batch"
    bank = header.get("FINANCIALENTITY")
    place = f"(Bank-{bank})" if bank else "(Undeposited)"
    if name == "ARADVANCE":
        return f"Advances{place}: {shown} Batch"
    if reversal:
        return f"Reversed Receipts {place}: {shown} Batch"
    return f"Receipts{place}: {shown} Batch"


def find_or_create(context: Context, name: str, title: str, day: str) -> dict:
    found = context.tables.first(name, "TITLE", title)
    if found:
        return found
    return context.create(
        name,
        {
            "TITLE": title,
            "CREATED": day,
            "STATUS": "T",
            "OPEN": "T",
            "NOGL": False,
            "AUTOCREATED": True,
            "SYSTEMGENERATED": True,
            "RECORDTYPE": "rp" if name == "ARPAYMENTBATCH" else "ri",
        },
    )
