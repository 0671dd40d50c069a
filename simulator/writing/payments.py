"""Receipts: ``ARPYMT`` with a detail per document, over-payments, drafts."""

from __future__ import annotations

from decimal import Decimal

from ..books import (
    applications,
    batches,
    ledger,
    numbering,
    periods,
    posting,
    rates,
)
from ..books.applications import Cash, Part
from ..books.ledger import Entry
from ..clock import day_of
from ..context import Context
from ..failures import FunctionFailure, refuse
from ..objects.payments import bank_row
from ..reading.access import rights_of
from ..values import cents, convert, show_rate
from . import checks, spreading, targets

# The total in base currency and in that of the receipt.
TOTALS = ("AMOUNTTOPAY", "TRX_AMOUNTTOPAY")
METHODS = (
    "Printed Check",
    "Check",
    "Cash",
    "EFT",
    "Credit Card",
    "Online",
    "Online Charge Card",
    "Online ACH Debit",
)


def load(context: Context, row: dict, details: list[dict]) -> dict:
    """A receipt of a load: the same books, without the gateway's rules."""
    row = dict(row)
    row.setdefault("PAYMENTMETHOD", "Printed Check")
    row.setdefault("RECEIPTDATE", row.get("WHENCREATED") or row.get("WHENPAID"))
    if not row["RECEIPTDATE"]:
        row["RECEIPTDATE"] = day_of(context.company.clock.now())
    try:
        return create(context, row, details, strict=False)
    except FunctionFailure as failure:
        raise ValueError(str(failure)) from failure


def create(
    context: Context,
    row: dict,
    details: list[dict],
    strict: bool = True,
    cashless: bool = False,
) -> dict:
    """Make a receipt from typed fields; the kept ARPYMT (the parent of parts).

    ``strict`` applies the gateway's rules, ``cashless`` is for credits that need
    no account because no money moves.
    """
    row = dict(row)
    totals = [row.pop(field, None) for field in TOTALS]
    action = str(row.pop("ACTION", None) or "Submit").lower()
    over = {
        "amount": cents(row.pop("OVERPAYMENTAMOUNT", None) or 0),
        "location": row.pop("OVERPAYMENTLOCATIONID", None),
        "department": row.pop("OVERPAYMENTDEPARTMENTID", None),
    }
    if strict:
        _check_header(context, row)
    _set_currency(context, row, details)
    _set_received(context, row, details, over, totals)
    row["_CASHACCOUNT"] = "" if cashless else targets.cash_account(context, row, strict)
    if strict:
        _check_place(context, row, details, over)
    if context.settings["payment_numbering"] == "sequence":
        row.setdefault("RECORDID", numbering.next_number(context, "ARPYMT"))
    groups = _by_entity(context, row, details, over)
    if len(groups) < 2:
        return _one(context, row, details, over, action)
    return _parts(context, row, groups, over, action)


# ----------------------------------------------------------------------- checks


def _check_header(context: Context, row: dict) -> None:
    if row.get("CUSTOMERID"):
        checks.customer(context, row["CUSTOMERID"])
    elif not row.get("PAYERNAME"):
        raise refuse("Required field Vendor ID/Customer ID is missing", "BL03000018")
    method = row.get("PAYMENTMETHOD")
    if not method:
        raise refuse("Required field Payment Method is missing", "BL03000018")
    if method not in METHODS:
        raise refuse(f"Invalid Payment Method '{method}' specified.")
    if not row.get("RECEIPTDATE"):
        raise refuse("Required field Receipt Date is missing", "BL03000018")


def _check_place(context: Context, row: dict, details: list[dict], over: dict) -> None:
    entities = {targets.entity_of_detail(context, row, d) for d in details}
    periods.check_open(context, row["RECEIPTDATE"], entities, ("AR", "GL", "CM"))
    if not details and not over["amount"]:
        raise refuse("Enter at least one line item, and try again", "BL03002101")
    if not over["amount"]:
        return
    needs_place = context.company.multi_entity and context.entity is None
    if needs_place and not over["location"]:
        raise refuse(
            "Missing the Location dimension for Account "
            f"{context.company.configuration['ARACCOUNT']}",
            "BL03000018",
        )
    place = {"LOCATIONID": over["location"], "DEPARTMENTID": over["department"]}
    checks.dimensions(context, place)


def _set_currency(context: Context, row: dict, details: list[dict]) -> None:
    """Currency and rate; without a currency that of the base."""
    currency = row.get("CURRENCY") or context.company.base_currency
    rate = row.pop("EXCHANGE_RATE", None)
    kind = row.pop("EXCH_RATE_TYPE_ID", None)
    day = row.get("EXCH_RATE_DATE") or row["RECEIPTDATE"]
    row.update(rates.resolve(context, currency, day, rate, kind))


def _set_received(
    context: Context, row: dict, details: list[dict], over: dict, totals: list
) -> None:
    """Money in base currency for documents in another: both totals tell the rate.

    Where the bank account is in the currency of the receipt they are ignored.
    """
    bank = bank_row(context.company, row.get("FINANCIALENTITY") or "")
    base = context.company.base_currency
    if bank is None or row["CURRENCY"] == base:
        return
    if (bank.get("CURRENCY") or base) != base or not all(totals):
        return
    if not context.settings["cross_currency_receipts"]:
        return
    received, trx = (cents(total) for total in totals)
    paid = sum(detail.get("TRX_PAYMENTAMOUNT") or 0 for detail in details)
    if trx != paid + over["amount"]:
        raise refuse("The payment amount exceeds total amount due ()")
    row["_CROSSCURRENCY"] = True
    row["EXCHANGE_RATE"] = show_rate(Decimal(received) / trx)


# ------------------------------------------------------------------------ parts


def _by_entity(
    context: Context, row: dict, details: list[dict], over: dict
) -> dict[str | None, list[dict]]:
    """Details grouped by the entity that owns the receivable."""
    company = context.company
    split = context.settings["split_payments_by_entity"] and company.multi_entity
    if not split or context.entity is not None:
        return {None: details}
    groups: dict[str | None, list[dict]] = {}
    for detail in details:
        entity = targets.entity_of_detail(context, row, detail)
        groups.setdefault(entity, []).append(detail)
    if over["amount"]:
        groups.setdefault(company.entity_of(over["location"]), [])
    return groups


def _parts(
    context: Context,
    row: dict,
    groups: dict[str | None, list[dict]],
    over: dict,
    action: str,
) -> dict:
    """One receipt over several entities: a parent and a part for each."""
    parent = _insert(context, {**row, "_PARENT": True}, 0, 0)
    place = context.company.entity_of(over["location"])
    none = {"amount": 0, "location": None, "department": None}
    trx = base = due = due_base = 0
    for entity, details in groups.items():
        part = {
            **row,
            "RECORDNO": None,
            "MULTIENTITYPYMTKEY": parent["RECORDNO"],
            "PARENTPAYMENTKEY": parent["RECORDNO"],
            "_ENTITY": entity,
        }
        made = _one(context, part, details, over if entity == place else none, action)
        trx += made["TRX_TOTALENTERED"]
        base += made["TOTALENTERED"]
        due += made["TRX_TOTALDUE"]
        due_base += made["TOTALDUE"]
    changes = {
        "TRX_TOTALENTERED": trx,
        "TOTALENTERED": base,
        "TRX_TOTALPAID": trx - due,
        "TOTALPAID": base - due_base,
        "TRX_TOTALDUE": due,
        "TOTALDUE": due_base,
        "RAWSTATE": made["RAWSTATE"],
    }
    return context.change("ARPYMT", parent, changes, touch=False)


def _insert(context: Context, row: dict, trx: int, base: int) -> dict:
    day = row["RECEIPTDATE"]
    return context.create(
        "ARPYMT",
        {
            "RECORDTYPE": "rp",
            "WHENCREATED": day,
            "WHENPAID": row.get("PAYMENTDATE") or day,
            "PAYMENTDATE": day,
            "CLEARED": False,
            "RAWSTATE": "D",
            **row,
            "TRX_TOTALENTERED": trx,
            "TOTALENTERED": base,
            "TRX_TOTALPAID": trx,
            "TOTALPAID": base,
            "TRX_TOTALDUE": 0,
            "TOTALDUE": 0,
        },
    )


def _one(
    context: Context, row: dict, details: list[dict], over: dict, action: str
) -> dict:
    draft = action == "draft" or "post" not in rights_of(context, "ARPYMT")
    payment = _insert(context, row, 0, 0)
    if draft or "ARPYMT" in context.settings["approvals"]:
        state = "D" if draft else "S"
        context.change("ARPYMT", payment, {"RAWSTATE": state}, touch=False)
        select(context, payment, details, over)
        return payment
    post(context, payment, details, over)
    return payment


# ---------------------------------------------------------------------- posting


def post(context: Context, payment: dict, details: list[dict], over: dict) -> None:
    """Apply all details and keep the over-payment."""
    day = payment["RECEIPTDATE"]
    batches.enter(context, "ARPYMT", payment)
    cash = Cash(payment["_CASHACCOUNT"], Decimal(payment["EXCHANGE_RATE"]))
    received = sum(detail.get("TRX_PAYMENTAMOUNT") or 0 for detail in details)
    received += over["amount"]
    if received:
        entry = _cash_entry(context, payment, cash, received)
        context.change("ARPYMT", payment, {"_ENTRYKEY": entry["RECORDNO"]}, touch=False)
    base = 0
    for detail in details:
        for application in spreading.spread(context, payment, detail, cash):
            kept = applications.apply(context, payment, application, day)
            if application.kind == "cash":
                base += kept["_SOURCEBASE"]
    over_base = _overpay(context, payment, cash, over)
    context.change(
        "ARPYMT",
        payment,
        {
            "RAWSTATE": "C",
            "TRX_TOTALENTERED": received,
            "TOTALENTERED": base + over_base,
            "TRX_TOTALPAID": received - over["amount"],
            "TOTALPAID": base,
            "TRX_TOTALDUE": over["amount"],
            "TOTALDUE": over_base,
        },
    )


def _cash_entry(context: Context, payment: dict, cash: Cash, received: int) -> dict:
    return context.create(
        "ARPYMTENTRY",
        {
            "RECORDKEY": payment["RECORDNO"],
            "ACCOUNTNO": cash.account,
            "TRX_AMOUNT": received,
            "AMOUNT": convert(received, cash.rate),
            "CURRENCY": payment["CURRENCY"],
            "LINE_NO": 1,
        },
    )


def _overpay(context: Context, payment: dict, cash: Cash, over: dict) -> int:
    """Keep what is above the details as a credit on account; its base cents."""
    amount = over["amount"]
    if not amount:
        return 0
    if amount < 0:
        raise refuse("exceeds total amount due ()")
    base = convert(amount, cash.rate)
    row = context.create(
        "ARPOSTEDOVERPAYMENT",
        {
            "RECORDTYPE": "ro",
            "RAWSTATE": "A",
            "PRBATCHKEY": payment["PRBATCHKEY"],
            "CUSTOMERID": payment.get("CUSTOMERID"),
            "CURRENCY": payment["CURRENCY"],
            "EXCHANGE_RATE": payment["EXCHANGE_RATE"],
            "DOCUMENTNUMBER": payment.get("DOCNUMBER"),
            "MEMO": payment.get("DESCRIPTION"),
            "WHENCREATED": payment["RECEIPTDATE"],
            "PAYMENTDATE": payment["RECEIPTDATE"],
            "RECEIPTDATE": payment["RECEIPTDATE"],
            "PAYMENTTYPE": payment.get("PAYMENTMETHOD"),
            "FINANCIALACCOUNT": payment.get("FINANCIALENTITY"),
            "LOCATIONID": over["location"],
            "DEPARTMENTID": over["department"],
            "PARENTPAYMENTKEY": payment["RECORDNO"],
            "TRX_TOTALENTERED": amount,
            "PAYMENTAMOUNT": base,
            "TRX_TOTALPAID": 0,
            "TOTALPAID": 0,
            "TRX_TOTALDUE": amount,
            "TOTALDUE": base,
        },
    )
    debit = Entry(cash.account, amount, base, payment["CURRENCY"])
    credit = ledger.receivable(context, row, row, -amount, -base)
    day = payment["RECEIPTDATE"]
    ledger.post(context, "ARPYMT", payment["RECORDNO"], day, [debit, credit])
    return base


# ----------------------------------------------------------------------- drafts


def select(context: Context, payment: dict, details: list[dict], over: dict) -> None:
    """A draft only reserves: its invoices become *Selected*."""
    cash = Cash(payment["_CASHACCOUNT"], Decimal(payment["EXCHANGE_RATE"]))
    reserved = []
    for detail in details:
        for application in spreading.spread(context, payment, detail, cash):
            part, amount = application.target, application.amount
            _reserve(context, part, amount)
            keys = [part.name, part.header["RECORDNO"], part.line["RECORDNO"]]
            reserved.append([*keys, amount])
        row = {**detail, "PAYMENTKEY": payment["RECORDNO"], "STATE": "D"}
        row.pop("TRX_TOTALDISCOUNTTOAPPLY", None)
        row["CURRENCY"] = payment["CURRENCY"]
        context.create("ARPYMTDETAIL", {**row, "_KIND": "draft", "RECORDNO": None})
    received = sum(detail.get("TRX_PAYMENTAMOUNT") or 0 for detail in details)
    received += over["amount"]
    context.change(
        "ARPYMT",
        payment,
        {
            "_DETAILS": details,
            "_OVER": over,
            "_RESERVED": reserved,
            "TRX_TOTALENTERED": received,
            "TOTALENTERED": convert(received, cash.rate),
        },
        touch=False,
    )


def _reserve(context: Context, part: Part, amount: int) -> None:
    line = part.line
    base = convert(amount, Decimal(part.header["EXCHANGE_RATE"]))
    changes = {
        "TRX_TOTALSELECTED": line["TRX_TOTALSELECTED"] + amount,
        "TOTALSELECTED": line["TOTALSELECTED"] + base,
    }
    context.change(part.items, line, changes, touch=False)
    posting.total(context, part.name, part.header, touch=True)


def unselect(context: Context, payment: dict) -> None:
    """Give back what a draft has reserved."""
    for name, header_key, line_key, amount in payment.get("_RESERVED") or ():
        header = context.tables.get(name, header_key)
        line = context.tables.get(f"{name}ITEM", line_key)
        _reserve(context, Part(name, header, line), -amount)
    for detail in context.tables.find(
        "ARPYMTDETAIL", "PAYMENTKEY", payment["RECORDNO"]
    ):
        context.tables.delete("ARPYMTDETAIL", detail)
