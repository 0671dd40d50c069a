"""Deposits: undeposited receipts moved to a bank account."""

from __future__ import annotations

from ..books import ledger, periods
from ..books.ledger import Entry
from ..context import Context
from ..failures import FunctionFailure, refuse
from ..objects.payments import bank_row
from .targets import wrong_key


def load(context: Context, row: dict) -> dict:
    row = dict(row)
    keys = [int(key) for key in row.pop("RECEIPTKEYS", ())]
    try:
        return create(context, row, keys, strict=False)
    except FunctionFailure as failure:
        raise ValueError(str(failure)) from failure


def create(context: Context, row: dict, keys: list[int], strict: bool = True) -> dict:
    """Deposit receipts by their RECORDNO; the kept DEPOSIT."""
    bank = bank_row(context.company, row.get("BANKACCOUNTID") or "")
    if bank is None:
        raise refuse(f"Invalid Bank Account '{row.get('BANKACCOUNTID')}' specified.")
    if strict:
        periods.check_open(context, row["DEPOSITDATE"], (), ("CM", "GL"))
    receipts = [_receipt(context, key) for key in keys]
    if not receipts:
        raise wrong_key("")
    deposit = context.create(
        "DEPOSIT",
        {
            **row,
            "STATE": "Posted",
            "CURRENCY": receipts[0][1]["CURRENCY"],
            "TRX_TOTALENTERED": sum(r["TRX_TOTALENTERED"] for _n, r in receipts),
            "TOTALENTERED": sum(r["TOTALENTERED"] for _n, r in receipts),
            "CLEARED": False,
        },
    )
    entries = []
    for name, receipt in receipts:
        entries += _move(context, deposit, bank, name, receipt)
    day = row["DEPOSITDATE"]
    ledger.post(context, "DEPOSIT", deposit["RECORDNO"], day, entries)
    return deposit


def _receipt(context: Context, key: int) -> tuple[str, dict]:
    """A posted receipt or advance in undeposited funds, not deposited yet."""
    for name, state in (("ARPYMT", "C"), ("ARADVANCE", "A")):
        row = context.tables.get(name, key)
        if row is None:
            continue
        if row["RAWSTATE"] != state or row.get("FINANCIALENTITY"):
            raise wrong_key(key)
        if row.get("_DEPOSITED") or row.get("_PARENT"):
            raise wrong_key(key)
        return name, row
    raise wrong_key(key)


def _move(
    context: Context, deposit: dict, bank: dict, name: str, receipt: dict
) -> list[Entry]:
    trx, base = receipt["TRX_TOTALENTERED"], receipt["TOTALENTERED"]
    account, currency = receipt["_CASHACCOUNT"], receipt["CURRENCY"]
    context.create(
        "DEPOSITENTRY",
        {
            "DEPOSITKEY": deposit["RECORDNO"],
            "PAYMENTKEY": receipt["RECORDNO"],
            "ACCOUNTNO": account,
            "TRX_AMOUNT": trx,
            "AMOUNT": base,
            "CURRENCY": currency,
        },
    )
    context.change(name, receipt, {"_DEPOSITED": deposit["RECORDNO"]})
    return [
        Entry(bank["GLACCOUNTNO"], trx, base, currency),
        Entry(account, -trx, -base, currency),
    ]
