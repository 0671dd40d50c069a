"""record_deposit."""

from __future__ import annotations

from ..calls import Call, Outcome
from ..failures import refuse
from ..reading.access import require
from . import deposits, outcomes
from .elements import legacy_date, text_of
from .targets import wrong_key


def record_deposit(call: Call) -> Outcome:
    """Move undeposited receipts, named by their RECORDNO, to a bank account."""
    element, context = call.element, call.context
    require(context, "DEPOSIT", "add")
    day = legacy_date(element, "depositdate")
    if day is None:
        raise refuse("Required field Deposit Date is missing", "BL03000018")
    row = {
        "BANKACCOUNTID": text_of(element, "bankaccountid"),
        "DEPOSITDATE": day,
        "DEPOSITID": text_of(element, "depositid"),
        "DESCRIPTION": text_of(element, "description"),
        "SUPDOCID": text_of(element, "supdocid"),
    }
    keys = []
    for item in element.findall("receiptkeys/receiptkey"):
        text = (item.text or "").strip()
        if not text.isdigit():
            raise wrong_key(text)
        keys.append(int(text))
    return outcomes.keyed(deposits.create(context, row, keys)["RECORDNO"])
