"""Posting documents and taking them out of the books again."""

from __future__ import annotations

from ..context import Context
from . import batches, ledger, undoing
from .applications import apply_inline_credits
from .ledger import Entry
from .posting import lines_of, posting_day, total
from .proof import ADVANCE


def post_document(
    context: Context, name: str, header: dict, touch: bool = False
) -> None:
    """Make a document real: summary, journal, state, inline credits."""
    lines = lines_of(context, name, header)
    if name != "ARADVANCE" and not header.get("WHENPOSTED"):
        context.change(name, header, {"WHENPOSTED": header["WHENCREATED"]}, touch=False)
    batches.enter(context, name, header)
    context.change(name, header, {"RAWSTATE": "A"}, touch=touch)
    if not header.get("_NOGL"):
        entries = _entries(context, name, header, lines)
        day = posting_day(name, header)
        ledger.post(context, name, header["RECORDNO"], day, entries)
    total(context, name, header, touch=False)
    if name == "ARINVOICE" and header.get("_AUTOAPPLY", True):
        apply_inline_credits(context, header, lines)


def _entries(
    context: Context, name: str, header: dict, lines: list[dict]
) -> list[Entry]:
    if name == "ARADVANCE":
        return _advance_entries(context, header, lines)
    entries = []
    for line in lines:
        trx, base = line["TRX_AMOUNT"], line["AMOUNT"]
        entries.append(ledger.receivable(context, header, line, trx, base))
        entries.append(_own(header, line, -trx, -base))
    return entries


def _own(header: dict, line: dict, trx: int, base: int, ledger_name: str = "") -> Entry:
    return Entry(
        line.get("ACCOUNTNO") or "",
        trx,
        base,
        header["CURRENCY"],
        ledger_name,
        header["CUSTOMERID"],
        line.get("LOCATIONID"),
        line.get("DEPARTMENTID"),
        line.get("ENTRYDESCRIPTION"),
    )


def _advance_entries(context: Context, header: dict, lines: list[dict]) -> list[Entry]:
    cash = header["_CASHACCOUNT"]
    entries = []
    for line in lines:
        trx, base = line["TRX_AMOUNT"], line["AMOUNT"]
        entries.append(Entry(cash, trx, base, header["CURRENCY"]))
        entries.append(_own(header, line, -trx, -base, ADVANCE))
    return entries


def delete_document(context: Context, name: str, header: dict) -> None:
    """Remove an unapplied document, its lines and its journal rows."""
    if name == "ARINVOICE":
        undoing.withdraw_inline_credits(context, header)
    ledger.remove(context, name, header["RECORDNO"])
    for line in lines_of(context, name, header):
        context.tables.delete(f"{name}ITEM", line)
    context.remove(name, header)
