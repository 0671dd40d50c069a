"""Advances: money received before there is anything to pay."""

from __future__ import annotations

from ..books import documents, periods, posting, rates
from ..context import Context
from ..failures import FunctionFailure, refuse
from . import checks, receivables, targets
from .payments import METHODS


def load(context: Context, row: dict, lines: list[dict]) -> dict:
    try:
        return create(context, row, lines, strict=False)
    except FunctionFailure as failure:
        raise ValueError(str(failure)) from failure


def create(context: Context, row: dict, lines: list[dict], strict: bool = True) -> dict:
    """Make an advance from typed fields; the kept ARADVANCE."""
    row = dict(row)
    action = str(row.pop("ACTION", None) or "Submit")
    row.pop("STATE", None)
    if strict:
        _check(context, row)
    row.setdefault("RECEIPTDATE", row.get("PAYMENTDATE"))
    currency = row.get("CURRENCY") or context.company.base_currency
    day = row.get("EXCH_RATE_DATE") or row["RECEIPTDATE"]
    rate = row.pop("EXCHANGE_RATE", None)
    row.update(
        rates.resolve(context, currency, day, rate, row.pop("EXCH_RATE_TYPE_ID", None))
    )
    row["_CASHACCOUNT"] = targets.cash_account(context, row, strict, "advance_summary")
    if strict:
        check_lines(context, lines)
        entities = periods.entities_of(context, lines)
        periods.check_open(context, row["RECEIPTDATE"], entities, ("AR", "GL", "CM"))
    else:
        _complete_lines(context, lines)
    kept = posting.add_document(context, "ARADVANCE", row, lines)
    if strict:
        receivables.submit(context, "ARADVANCE", kept, action)
    elif action.lower() != "draft":
        documents.post_document(context, "ARADVANCE", kept)
    return kept


def _check(context: Context, row: dict) -> None:
    checks.customer(context, row.get("CUSTOMERID"))
    if row.get("PAYMENTMETHOD") not in METHODS:
        raise refuse(f"Invalid Payment Method '{row.get('PAYMENTMETHOD')}' specified.")
    for field, title in (
        ("RECEIPTDATE", "Receipt Date"),
        ("PAYMENTDATE", "Payment Date"),
    ):
        if not row.get(field):
            raise refuse(f"Required field {title} is missing", "BL03000018")


def check_lines(context: Context, lines: list[dict]) -> None:
    if not lines:
        raise refuse("Enter at least one line item, and try again", "BL03002101")
    for number, line in enumerate(lines, 1):
        if not line.get("TRX_AMOUNT") or line["TRX_AMOUNT"] < 0:
            raise refuse("Required field Amount is missing", "BL03000018")
        account = checks.line_account(context, line, number)
        checks.place(context, line, account["ACCOUNTNO"])
        checks.dimensions(context, line)
        checks.required(line, account)


def _complete_lines(context: Context, lines: list[dict]) -> None:
    for line in lines:
        label = line.get("ACCOUNTLABEL")
        if label and not line.get("ACCOUNTNO"):
            found = checks.find_label(context, label)
            line["ACCOUNTNO"] = found["GLACCOUNTNO"] if found else None
        line.setdefault("ACCOUNTNO", context.company.configuration["ADVANCEACCOUNT"])
