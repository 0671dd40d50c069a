"""Applications: what pays what, line by line.

An application is one row of ARPYMTDETAIL with a target line, a source (cash,
discount or the line of a credit) and an amount. It remembers the base amounts
it moved on both sides, so that undoing it is exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ..context import Context
from ..values import convert, share
from . import ledger, posting
from .ledger import Entry
from .proof import ADVANCE, RECEIVABLE

# Source kind -> (key field, entry key field, amount field without TRX_).
CREDIT_FIELDS = {
    "credit_memo": ("ADJUSTMENTKEY", "ADJUSTMENTENTRYKEY", "ADJUSTMENTAMOUNT"),
    "inline": ("INLINEKEY", "INLINEENTRYKEY", "INLINEAMOUNT"),
    "advance": ("ADVANCEKEY", "ADVANCEENTRYKEY", "POSTEDADVANCEAMOUNT"),
    "overpayment": (
        "OVERPAYMENTKEY",
        "OVERPAYMENTENTRYKEY",
        "POSTEDOVERPAYMENTAMOUNT",
    ),
    "negative_invoice": (
        "NEGATIVEINVOICEKEY",
        "NEGATIVEINVOICEENTRYKEY",
        "NEGATIVEINVOICEAMOUNT",
    ),
}
SOURCE_OBJECTS = {
    "credit_memo": "ARADJUSTMENT",
    "inline": "ARINVOICE",
    "negative_invoice": "ARINVOICE",
    "advance": "ARADVANCE",
    "overpayment": "ARPOSTEDOVERPAYMENT",
}


@dataclass
class Part:
    """A line that is paid or that pays, with its document."""

    name: str
    header: dict
    line: dict

    @property
    def items(self) -> str:
        return self.name if self.name == "ARPOSTEDOVERPAYMENT" else f"{self.name}ITEM"

    def due(self) -> tuple[int, int]:
        """(transaction, base) cents with the sign of the receivable."""
        if self.name == "ARPOSTEDOVERPAYMENT":
            row = self.line
            return -row["TRX_TOTALDUE"], -row["TOTALDUE"]
        trx, base = posting.line_due(self.line)
        return (-trx, -base) if self.name == "ARADVANCE" else (trx, base)


@dataclass
class Cash:
    """Where the money of a receipt lies and at which rate it came in."""

    account: str
    rate: Decimal


@dataclass
class Application:
    """One amount from a source to a target line."""

    target: Part
    amount: int
    kind: str
    source: Part | None = None
    cash: Cash | None = None


def open_parts(
    context: Context, name: str, header: dict, entry: int | None = None
) -> list[Part]:
    """A document's lines, top down, or the one line with a key."""
    if name == "ARPOSTEDOVERPAYMENT":
        return [Part(name, header, header)]
    lines = posting.lines_of(context, name, header)
    return [
        Part(name, header, line)
        for line in lines
        if entry is None or line["RECORDNO"] == entry
    ]


def waterfall(parts: list[Part], amount: int, sign: int) -> Iterator[tuple[Part, int]]:
    """Spread an amount over open lines of one sign from the top down.

    What does not fit is left over; the caller has checked the sum before.
    """
    for part in parts:
        if amount <= 0:
            return
        free = _free(part, sign)
        if free > 0:
            piece = min(free, amount)
            amount -= piece
            yield part, piece


def _free(part: Part, sign: int) -> int:
    """What a line has open on one side; drafts have taken their part already."""
    due = part.due()[0] * sign
    return due - part.line.get("TRX_TOTALSELECTED", 0) if sign > 0 else due


def available(parts: list[Part], sign: int) -> int:
    """How much the lines of one sign still have open."""
    return sum(max(_free(part, sign), 0) for part in parts)


# --------------------------------------------------------------------- applying


def apply(
    context: Context, payment: dict | None, application: Application, day: str
) -> dict:
    """Do one application: balances, journal, ARPYMTDETAIL and ARINVOICEPAYMENT.

    ``payment`` is the ARPYMT it belongs to, None for an invoice's own inline
    credits.
    """
    target, source = application.target, application.source
    amount = application.amount
    due_trx, due_base = target.due()
    target_base = share(amount, due_trx, due_base)
    if source is not None:
        source_trx, source_base_due = source.due()
        source_base = share(amount, -source_trx, -source_base_due)
    elif application.cash is not None:
        source_base = convert(amount, application.cash.rate)
    else:
        source_base = target_base
    moved = Moved(application.kind, amount, target_base, source_base)
    touch = touches(context, application.kind)
    settle(context, target, moved, 1, touch)
    if source is not None:
        draw(context, source, moved, 1, touch)
    document, key = _document(payment, target)
    entries = _entries(context, application, moved)
    ledger.post(context, document, key, day, entries)
    detail = _add_detail(context, payment, application, moved, day)
    _add_link(context, payment, application, moved, day, detail["RECORDNO"])
    stamp_paid(context, target, day, touch)
    return detail


@dataclass
class Moved:
    """What an application moves: transaction cents, base cents on both sides."""

    kind: str
    amount: int
    target_base: int
    source_base: int


def touches(context: Context, kind: str) -> bool:
    if kind in ("cash", "discount"):
        return bool(context.settings["payment_touches_invoice"])
    return bool(context.settings["credit_touches_invoice"])


def _document(payment: dict | None, target: Part) -> tuple[str, int]:
    if payment is None:
        return target.name, target.header["RECORDNO"]
    return "ARPYMT", payment["RECORDNO"]


def settle(
    context: Context, target: Part, moved: Moved, sign: int, touch: bool
) -> None:
    line = target.line
    if moved.kind == "discount":
        changes = {
            "TRX_DISCOUNTAPPLIED": line.get("TRX_DISCOUNTAPPLIED", 0)
            + sign * moved.amount,
            "_DISCOUNTBASE": line.get("_DISCOUNTBASE", 0) + sign * moved.target_base,
        }
    else:
        changes = {
            "TRX_TOTALPAID": line["TRX_TOTALPAID"] + sign * moved.amount,
            "TOTALPAID": line["TOTALPAID"] + sign * moved.target_base,
        }
    context.change(target.items, line, changes, touch=touch)
    context.change(target.name, target.header, {"_LOCKED": True}, touch=False)
    posting.total(context, target.name, target.header, touch=touch)


def draw(context: Context, source: Part, moved: Moved, sign: int, touch: bool) -> None:
    """Use up a part of a credit; memos and negative lines hold negative amounts."""
    shown = 1 if source.name in ("ARADVANCE", "ARPOSTEDOVERPAYMENT") else -1
    trx, base = sign * shown * moved.amount, sign * shown * moved.source_base
    line = source.line
    changes = {
        "TRX_TOTALPAID": line["TRX_TOTALPAID"] + trx,
        "TOTALPAID": line["TOTALPAID"] + base,
    }
    if source.name == "ARPOSTEDOVERPAYMENT":
        changes["TRX_TOTALDUE"] = line["TRX_TOTALDUE"] - trx
        changes["TOTALDUE"] = line["TOTALDUE"] - base
        context.change(source.name, line, changes, touch=touch)
        _total_payment(context, line, trx, base)
        return
    context.change(source.items, line, changes, touch=touch)
    context.change(source.name, source.header, {"_LOCKED": True}, touch=False)
    posting.total(context, source.name, source.header, touch=touch)


def _total_payment(context: Context, overpayment: dict, trx: int, base: int) -> None:
    """The receipt behind an over-payment shows what is left of it."""
    payment = context.tables.get("ARPYMT", overpayment["PARENTPAYMENTKEY"])
    changes = {
        "TRX_TOTALPAID": payment["TRX_TOTALPAID"] + trx,
        "TOTALPAID": payment["TOTALPAID"] + base,
        "TRX_TOTALDUE": payment["TRX_TOTALDUE"] - trx,
        "TOTALDUE": payment["TOTALDUE"] - base,
    }
    touch = bool(context.settings["credit_touches_invoice"])
    context.change("ARPYMT", payment, changes, touch=touch)


def _entries(context: Context, application: Application, moved: Moved) -> list[Entry]:
    target, source = application.target, application.source
    header, line = target.header, target.line
    credit = ledger.receivable(context, header, line, -moved.amount, -moved.target_base)
    debit = Entry("", moved.amount, moved.source_base, header["CURRENCY"], "", None)
    if application.cash is not None:
        debit.account = application.cash.account
    elif source is None:
        debit.account = context.company.configuration["DISCOUNTACCOUNT"]
    elif source.name == "ARADVANCE":
        debit.account = source.line.get("ACCOUNTNO") or ""
        debit.ledger = ADVANCE
        debit.customer = source.header["CUSTOMERID"]
    else:
        debit = ledger.receivable(
            context, source.header, source.line, moved.amount, moved.source_base
        )
        debit.ledger = RECEIVABLE
    gain = ledger.difference(context, moved.target_base - moved.source_base)
    return [debit, credit, gain]


def _add_detail(
    context: Context,
    payment: dict | None,
    application: Application,
    moved: Moved,
    day: str,
) -> dict:
    target, source = application.target, application.source
    row = {
        "CURRENCY": target.header["CURRENCY"],
        "STATE": "A",
        "PAYMENTDATE": day,
        "PAYMENTKEY": payment["RECORDNO"] if payment else None,
        "PARENTPAYMENTKEY": (payment or target.header).get("PARENTPAYMENTKEY"),
        "_KIND": moved.kind,
        "_AMOUNT": moved.amount,
        "_TARGET": [target.name, target.header["RECORDNO"], target.line["RECORDNO"]],
        "_TARGETKEY": target.header["RECORDNO"],
        "_TARGETBASE": moved.target_base,
        "_SOURCEBASE": moved.source_base,
    }
    if target.name == "ARINVOICE":
        row["RECORDKEY"] = target.header["RECORDNO"]
        row["ENTRYKEY"] = target.line["RECORDNO"]
    else:
        row["POSADJKEY"] = target.header["RECORDNO"]
        row["POSADJENTRYKEY"] = target.line["RECORDNO"]
    row.update(_source_fields(application, moved, payment))
    if source is not None:
        keys = [source.name, source.header["RECORDNO"], source.line["RECORDNO"]]
        row["_SOURCE"] = keys
        row["_SOURCEKEY"] = source.header["RECORDNO"]
    if application.cash is not None:
        row["_CASHACCOUNT"] = application.cash.account
    return context.create("ARPYMTDETAIL", row)


def _source_fields(
    application: Application, moved: Moved, payment: dict | None
) -> dict:
    if application.kind == "cash":
        return {
            "TRX_PAYMENTAMOUNT": moved.amount,
            "PAYMENTAMOUNT": moved.source_base,
            "PAYMENTENTRYKEY": (payment or {}).get("_ENTRYKEY"),
        }
    if application.kind == "discount":
        return {
            "TRX_DISCOUNTAMOUNT": moved.amount,
            "DISCOUNTAMOUNT": moved.source_base,
        }
    key, entry, amount = CREDIT_FIELDS[application.kind]
    source = application.source
    return {
        key: source.header["RECORDNO"],
        entry: source.line["RECORDNO"],
        amount: moved.source_base,
        f"TRX_{amount}": moved.amount,
    }


def _add_link(
    context: Context,
    payment: dict | None,
    application: Application,
    moved: Moved,
    day: str,
    detail: int,
) -> None:
    """The line-level link; PAYMENTKEY is the credit where a credit pays."""
    target, source = application.target, application.source
    parent = payment["RECORDNO"] if payment else target.header["RECORDNO"]
    key, item = parent, (payment or {}).get("_ENTRYKEY")
    if source is not None:
        key, item = source.header["RECORDNO"], source.line["RECORDNO"]
    context.create(
        "ARINVOICEPAYMENT",
        {
            "PAYMENTKEY": key,
            "PAYITEMKEY": item,
            "RECORDKEY": target.header["RECORDNO"],
            "PAIDITEMKEY": target.line["RECORDNO"],
            "AMOUNT": moved.source_base,
            "TRX_AMOUNT": moved.amount,
            "INVBASEAMT": moved.target_base,
            "INVTRXAMT": moved.amount,
            "STATE": "A",
            "PARENTPYMT": parent,
            "PAYMENTDATE": day,
            "CURRENCY": target.header["CURRENCY"],
            "DETAILKEY": detail,
        },
    )


def stamp_paid(context: Context, target: Part, day: str, touch: bool) -> None:
    if target.name not in ("ARINVOICE", "ARADJUSTMENT"):
        return
    paid = day if not target.header["_OPEN"] else None
    if target.header.get("WHENPAID") != paid:
        context.change(target.name, target.header, {"WHENPAID": paid}, touch=touch)


def apply_inline_credits(context: Context, header: dict, lines: list[dict]) -> None:
    """Negative lines pay positive lines of the same invoice at posting.

    Only where something stays to be paid or to be used: a wholly negative
    invoice remains a credit.
    """
    if not context.settings["auto_apply_inline"]:
        return
    parts = [Part("ARINVOICE", header, line) for line in lines]
    credits = [part for part in parts if part.due()[0] < 0]
    day = posting.posting_day("ARINVOICE", header)
    for credit in credits:
        wanted = -credit.due()[0]
        for part, amount in list(waterfall(parts, wanted, 1)):
            application = Application(part, amount, "inline", credit)
            apply(context, None, application, day)
    if credits:
        context.change("ARINVOICE", header, {"_LOCKED": False}, touch=False)
