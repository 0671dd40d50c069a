"""Reversals: a second record with opposite amounts, the first one marked."""

from __future__ import annotations

from ..context import Context
from ..failures import refuse
from . import batches, ledger, periods, posting, undoing

AMOUNTS = (
    "TRX_TOTALENTERED",
    "TOTALENTERED",
    "TRX_TOTALPAID",
    "TOTALPAID",
    "TRX_TOTALSELECTED",
    "TOTALSELECTED",
)
NOT_COPIED = (
    "RECORDNO",
    "AUWHENCREATED",
    "WHENCREATED",
    "WHENMODIFIED",
    "CREATEDBY",
    "MODIFIEDBY",
    "PRBATCHKEY",
    "WHENPAID",
)


def _copy(row: dict) -> dict:
    return {key: value for key, value in row.items() if key not in NOT_COPIED}


# -------------------------------------------------------------------- documents


def check_document(context: Context, name: str, header: dict, day: str) -> None:
    """The rules for reversing an invoice or adjustment."""
    what = "invoice" if name == "ARINVOICE" else "adjustment"
    if header["RAWSTATE"] == "V":
        raise refuse(f"This {what} is already reversed.")
    if header["RAWSTATE"] != "A":
        raise refuse(f"Only a posted {what} can be reversed.")
    if header.get("MODULEKEY") not in (None, "4.AR"):
        raise refuse(
            f"This {what} was created in another application. Reverse it there."
        )
    if applied(context, header):
        raise refuse(
            f"You can't reverse this {what} because payments are applied to it. "
            "Reverse the payments first."
        )
    if header.get("TRX_TOTALSELECTED"):
        raise refuse(f"This {what} is selected for payment.")
    if header.get("_RECONCILED"):
        raise refuse(f"This {what} is cleared in a bank reconciliation.")
    if day < posting.posting_day(name, header):
        raise refuse(f"Date must be on or after the {what} date")
    lines = posting.lines_of(context, name, header)
    periods.check_open(context, day, periods.entities_of(context, lines))


def applied(context: Context, header: dict) -> list[dict]:
    """The living applications of a document by payments, on either side."""
    return [
        detail
        for detail in details_of(context, header["RECORDNO"])
        if detail.get("PAYMENTKEY") is not None
    ]


def details_of(context: Context, key: int) -> list[dict]:
    """Living applications to or from the document with a RECORDNO."""
    tables, name = context.tables, "ARPYMTDETAIL"
    found = tables.find(name, "_TARGETKEY", key) + tables.find(name, "_SOURCEKEY", key)
    by_number = {detail["RECORDNO"]: detail for detail in found}
    return [detail for detail in by_number.values() if detail["STATE"] == "A"]


def reverse_document(
    context: Context, name: str, header: dict, day: str, description: str | None = None
) -> dict:
    """Reverse a document; the counter record."""
    counter = _copy(header)
    counter.update({field: -(header.get(field) or 0) for field in AMOUNTS})
    counter.update(
        RAWSTATE="V",
        _REVERSAL=True,
        WHENCREATED=day,
        WHENPOSTED=day,
        TRX_TOTALDUE=0,
        TOTALDUE=0,
        _OPEN=0,
        DESCRIPTION=description or header.get("DESCRIPTION"),
    )
    if name == "ARINVOICE":
        counter["WHENDUE"] = day
    if name == "ARADVANCE":
        counter["RECEIPTDATE"] = counter["PAYMENTDATE"] = day
    counter = context.create(name, counter)
    batches.enter(context, name, counter, reversal=True)
    for line in posting.lines_of(context, name, header):
        context.create(f"{name}ITEM", _opposite_line(line, counter, day))
    ledger.counter(context, name, header["RECORDNO"], counter["RECORDNO"], day)
    for detail in details_of(context, header["RECORDNO"]):
        context.change("ARPYMTDETAIL", detail, {"STATE": "V"})
        for link in context.tables.find(
            "ARINVOICEPAYMENT", "DETAILKEY", detail["RECORDNO"]
        ):
            context.change("ARINVOICEPAYMENT", link, {"STATE": "V"})
    changes = {"RAWSTATE": "V", "TRX_TOTALDUE": 0, "TOTALDUE": 0, "_OPEN": 0}
    context.change(name, header, changes)
    return counter


def _opposite_line(line: dict, counter: dict, day: str) -> dict:
    copy = _copy(line)
    for field in ("TRX_AMOUNT", "AMOUNT", "TRX_TOTALPAID", "TOTALPAID"):
        copy[field] = -copy[field]
    copy.update(RECORDKEY=counter["RECORDNO"], ENTRY_DATE=day)
    return copy


# --------------------------------------------------------------------- receipts


def check_payment(context: Context, payment: dict, day: str) -> None:
    """The rules for reversing a receipt or unapplying credits."""
    if payment["RAWSTATE"] == "V":
        raise refuse("This payment is already reversed.")
    if payment["RAWSTATE"] != "C":
        raise refuse("Only a posted payment can be reversed.")
    if day < payment["RECEIPTDATE"]:
        raise refuse("Date must be on or after the payment date")
    if payment.get("_DEPOSITED"):
        raise refuse(
            "This payment is included in a deposit. Reverse the deposit first."
        )
    if payment.get("CLEARED") and day <= (payment.get("CLRDATE") or ""):
        raise refuse(
            "This payment is reconciled. Enter a reversal date in a period that's not "
            "reconciled."
        )
    unapply = not payment["TRX_TOTALENTERED"] and not payment.get("_PARENT")
    if unapply and not context.settings["unapply_by_reverse"]:
        raise refuse("This payment has only credits. Unapply it instead.")
    for over in _overpayments(context, payment):
        if over["TRX_TOTALPAID"]:
            raise refuse(
                "You can't reverse this payment because its overpayment is applied. "
                "Reverse that payment first."
            )
    entities = set()
    for detail in _details(context, payment):
        name, key, _line = detail["_TARGET"]
        lines = posting.lines_of(context, name, context.tables.get(name, key))
        entities |= periods.entities_of(context, lines)
    periods.check_open(context, day, entities, ("AR", "GL", "CM"))


def whole_payment(context: Context, payment: dict) -> list[dict]:
    """The records to reverse together: all parts of a payment over entities."""
    parent_key = payment.get("MULTIENTITYPYMTKEY")
    if not payment.get("_PARENT") and parent_key is None:
        return [payment]
    mode = context.settings["reverse_part"]
    if parent_key is not None:
        if mode == "one":
            return [payment]
        if mode == "refuse":
            raise refuse("Reverse the multi-entity payment that this one belongs to.")
        payment = context.tables.get("ARPYMT", parent_key)
    key = payment["RECORDNO"]
    return [*context.tables.find("ARPYMT", "MULTIENTITYPYMTKEY", key), payment]


def reverse_payment(
    context: Context, payment: dict, day: str, description: str | None = None
) -> dict:
    """Reverse a receipt (with its parts); the counter record of the last one."""
    for part in whole_payment(context, payment):
        if part["RAWSTATE"] == "C":
            counter = _reverse_one(context, part, day, description)
    return counter


def _details(context: Context, payment: dict) -> list[dict]:
    found = context.tables.find("ARPYMTDETAIL", "PAYMENTKEY", payment["RECORDNO"])
    return [detail for detail in found if detail["STATE"] == "A"]


def _overpayments(context: Context, payment: dict) -> list[dict]:
    name, key = "ARPOSTEDOVERPAYMENT", payment["RECORDNO"]
    return context.tables.find(name, "PARENTPAYMENTKEY", key)


def _reverse_one(
    context: Context, payment: dict, day: str, description: str | None
) -> dict:
    counter = _copy(payment)
    counter.update({f: -(payment.get(f) or 0) for f in AMOUNTS if f in payment})
    link = payment["RECORDNO"] if context.settings["reversal_link"] else None
    counter.update(
        RAWSTATE="V",
        _REVERSAL=True,
        WHENCREATED=day,
        RECEIPTDATE=day,
        PAYMENTDATE=day,
        WHENPAID=day,
        TRX_TOTALDUE=0,
        TOTALDUE=0,
        PARENTPAYMENTKEY=link,
        MULTIENTITYPYMTKEY=None,
        DESCRIPTION=description or payment.get("DESCRIPTION"),
    )
    counter = context.create("ARPYMT", counter)
    batches.enter(context, "ARPYMT", counter, reversal=True)
    for detail in _details(context, payment):
        undoing.undo(context, detail, counter, day)
    for over in _overpayments(context, payment):
        changes = {"RAWSTATE": "V", "TRX_TOTALDUE": 0, "TOTALDUE": 0}
        context.change("ARPOSTEDOVERPAYMENT", over, changes)
    key = payment["RECORDNO"]
    ledger.counter(context, "ARPYMT", key, counter["RECORDNO"], day)
    changes = {"RAWSTATE": "V", "TRX_TOTALDUE": 0, "TOTALDUE": 0}
    context.change("ARPYMT", payment, changes)
    return counter


# --------------------------------------------------------------------- advances


def reverse_advance(context: Context, advance: dict, day: str) -> dict:
    """Reverse an unapplied advance (in the user interface; XML has no function)."""
    if advance["RAWSTATE"] != "A" or advance["TRX_TOTALPAID"]:
        raise refuse("Only a posted advance that is not applied can be reversed.")
    return reverse_document(context, "ARADVANCE", advance, day)
