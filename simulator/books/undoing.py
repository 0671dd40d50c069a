"""Taking applications back, exactly as they were made."""

from __future__ import annotations

from ..context import Context
from . import applications, posting
from .applications import Part


def withdraw_inline_credits(context: Context, header: dict) -> None:
    """Take back what an invoice's own negative lines paid, without a trace."""
    tables, key = context.tables, header["RECORDNO"]
    for detail in tables.find("ARPYMTDETAIL", "_TARGETKEY", key):
        if detail["STATE"] == "A" and detail.get("PAYMENTKEY") is None:
            undo(context, detail, None, posting.posting_day("ARINVOICE", header))
            for link in tables.find(
                "ARINVOICEPAYMENT", "DETAILKEY", detail["RECORDNO"]
            ):
                tables.delete("ARINVOICEPAYMENT", link)
            tables.delete("ARPYMTDETAIL", detail)
    context.change("ARINVOICE", header, {"_LOCKED": False}, touch=False)


def undo(context: Context, detail: dict, counter: dict | None, day: str) -> None:
    """Take an application back; ``counter`` is the reversing ARPYMT if any."""
    moved = applications.Moved(
        detail["_KIND"],
        detail["_AMOUNT"],
        detail["_TARGETBASE"],
        detail["_SOURCEBASE"],
    )
    touch = applications.touches(context, moved.kind)
    target = _part(context, detail["_TARGET"])
    applications.settle(context, target, moved, -1, touch)
    applications.stamp_paid(context, target, day, touch)
    if detail.get("_SOURCE"):
        applications.draw(context, _part(context, detail["_SOURCE"]), moved, -1, touch)
    _void_rows(context, detail, counter, day)


def _part(context: Context, keys: list) -> Part:
    name, header_key, line_key = keys
    header = context.tables.get(name, header_key)
    if name == "ARPOSTEDOVERPAYMENT":
        return Part(name, header, header)
    return Part(name, header, context.tables.get(f"{name}ITEM", line_key))


def _void_rows(context: Context, detail: dict, counter: dict | None, day: str) -> None:
    links = context.tables.find("ARINVOICEPAYMENT", "DETAILKEY", detail["RECORDNO"])
    if counter is not None and context.settings["reversal_rows"] == "counter":
        copy = _opposite("ARPYMTDETAIL", detail, counter, day)
        made = context.create("ARPYMTDETAIL", copy)
        for link in links:
            row = _opposite("ARINVOICEPAYMENT", link, counter, day)
            row["DETAILKEY"] = made["RECORDNO"]
            context.create("ARINVOICEPAYMENT", row)
    context.change("ARPYMTDETAIL", detail, {"STATE": "V"})
    for link in links:
        context.change("ARINVOICEPAYMENT", link, {"STATE": "V"})


MONEY = ("AMOUNT", "INVBASEAMT", "INVTRXAMT")
STAMPS = ("RECORDNO", "WHENCREATED", "WHENMODIFIED", "CREATEDBY", "MODIFIEDBY")


def _opposite(name: str, row: dict, counter: dict, day: str) -> dict:
    """The same application with opposite amounts, on the counter record."""
    copy = {k: v for k, v in row.items() if k not in STAMPS and not k.startswith("_")}
    for field, value in copy.items():
        if field.endswith(MONEY) and isinstance(value, int):
            copy[field] = -value
    parent = "PAYMENTKEY" if name == "ARPYMTDETAIL" else "PARENTPYMT"
    if name == "ARINVOICEPAYMENT" and row["PAYMENTKEY"] == row["PARENTPYMT"]:
        copy["PAYMENTKEY"] = counter["RECORDNO"]
    copy.update({parent: counter["RECORDNO"], "PAYMENTDATE": day, "STATE": "V"})
    if name == "ARPYMTDETAIL":
        copy["_KIND"] = "counter"
    return copy
