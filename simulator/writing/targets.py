"""What a receipt's keys mean: accounts for the money, documents, credits."""

from __future__ import annotations

from ..books import applications, posting
from ..books.applications import SOURCE_OBJECTS, Part
from ..context import Context
from ..failures import Fault, FunctionFailure, refuse
from ..objects.payments import bank_row
from ..values import cents
from . import checks


def wrong_key(key: object) -> FunctionFailure:
    """The failure of a key that names nothing payable; the text comes twice."""
    fault = Fault("DL03000005", f"No record exits for the recordkey {key}")
    return FunctionFailure(fault, fault)


# --------------------------------------------------------------------- the money


def cash_account(
    context: Context, row: dict, strict: bool, summary: str = "payment_summary"
) -> str:
    """The GL account that a receipt or advance is received on."""
    if row.get("PRBATCH"):
        return _batch_account(context, row)
    if strict and context.settings[summary] == "user":
        raise refuse("Please provide a payment batch key.")
    bank_id, undeposited = row.get("FINANCIALENTITY"), row.get("UNDEPOSITEDACCOUNTNO")
    if bank_id:
        return _bank_account(context, row, bank_id, strict)
    if not undeposited:
        raise refuse("Required field Bank Account is missing", "BL03000018")
    if strict:
        check_undeposited(context, row, undeposited)
    return undeposited


def _bank_account(context: Context, row: dict, bank_id: str, strict: bool) -> str:
    bank = bank_row(context.company, bank_id)
    if bank is None or not checks.active(bank):
        raise refuse(f"Invalid Bank Account '{bank_id}' specified.")
    currency = bank.get("CURRENCY") or context.company.base_currency
    if strict and currency != row["CURRENCY"] and not row.get("_CROSSCURRENCY"):
        raise refuse(
            f"The currency of the bank account '{bank_id}' is {currency}. Select a "
            f"bank account in {row['CURRENCY']}, and try again"
        )
    return bank["GLACCOUNTNO"]


def check_undeposited(context: Context, row: dict, number: str) -> None:
    checks.account(context, number)
    for name in ("CHECKINGACCOUNT", "SAVINGSACCOUNT"):
        for bank in context.tables.all(name):
            if bank.get("GLACCOUNTNO") == number:
                raise refuse(
                    f"The account number {number} is associated to the bank account "
                    f"{bank['BANKACCOUNTID']}"
                )
    if row["CURRENCY"] != context.company.base_currency:
        raise refuse(
            "You cannot make payment for foreign currency invoice for payment method "
            f'"{row.get("PAYMENTMETHOD")}" using Undeposited Fund Account.',
            "BL02000051",
        )


def _batch_account(context: Context, row: dict) -> str:
    """An open summary, by its number or its title."""
    wanted = str(row.pop("PRBATCH"))
    batch = context.tables.first("ARPAYMENTBATCH", "TITLE", wanted)
    if batch is None and wanted.isdigit():
        batch = context.tables.get("ARPAYMENTBATCH", int(wanted))
    if batch is None or batch.get("OPEN") != "T":
        raise refuse(f"Invalid Payment Batch '{wanted}' specified.")
    row["PRBATCHKEY"] = batch["RECORDNO"]
    number = batch.get("ACCOUNTNOKEY") or ""
    bank = bank_row(context.company, number)
    if bank is not None:
        row["FINANCIALENTITY"] = number
        return bank["GLACCOUNTNO"]
    row["UNDEPOSITEDACCOUNTNO"] = number
    return number


# ------------------------------------------------------------------- the documents


def _document(context: Context, row: dict, detail: dict) -> tuple[str, dict]:
    """The document a detail pays; DL03000005 if it cannot be paid."""
    name, key = ("ARINVOICE", detail.get("RECORDKEY"))
    if key is None:
        name, key = ("ARADJUSTMENT", detail.get("POSADJKEY"))
    if key is None:
        raise refuse("Required field Record Key is missing", "BL03000018")
    header = context.tables.get(name, key)
    customer = row.get("CUSTOMERID")
    if header is None or header["RAWSTATE"] != "A":
        raise wrong_key(key)
    if customer and header["CUSTOMERID"] != customer:
        raise wrong_key(key)
    if header["CURRENCY"] != row["CURRENCY"]:
        raise refuse(
            f"The payment currency {row['CURRENCY']} must be the currency "
            f"{header['CURRENCY']} of the transaction, and try again"
        )
    return name, header


def target_parts(context: Context, row: dict, detail: dict) -> list[Part]:
    name, header = _document(context, row, detail)
    entry = detail.get("ENTRYKEY") or detail.get("POSADJENTRYKEY")
    parts = applications.open_parts(context, name, header, entry)
    if not parts:
        raise wrong_key(entry)
    if context.entity is not None:
        for part in parts:
            owner = context.company.entity_of(part.line.get("LOCATIONID"))
            if owner not in (None, context.entity):
                raise wrong_key(header["RECORDNO"])
    return parts


def entity_of_detail(context: Context, row: dict, detail: dict) -> str | None:
    name, header = _document(context, row, detail)
    for line in posting.lines_of(context, name, header):
        entity = context.company.entity_of(line.get("LOCATIONID"))
        if entity:
            return entity
    return None


def source_parts(
    context: Context, row: dict, kind: str, key: int, entry: int | None
) -> list[Part]:
    """The lines of a credit; DL03000005 if it is none of that kind."""
    name = SOURCE_OBJECTS[kind]
    header = context.tables.get(name, key)
    if kind == "overpayment" and header is None:
        header = context.tables.first(name, "PARENTPAYMENTKEY", key)
    if header is None or header["RAWSTATE"] != "A":
        raise wrong_key(key)
    customer = row.get("CUSTOMERID")
    if customer and header.get("CUSTOMERID") != customer:
        raise wrong_key(key)
    if header["CURRENCY"] != row["CURRENCY"]:
        raise wrong_key(key)
    if name == "ARPOSTEDOVERPAYMENT":
        entry = None
    parts = applications.open_parts(context, name, header, entry)
    if not parts:
        raise wrong_key(entry)
    return parts


def discount_of(context: Context, row: dict, detail: dict) -> int:
    """The discount of a detail in cents: a custom one or the term's."""
    given = detail.get("TRX_TOTALDISCOUNTTOAPPLY")
    if given:
        taxed = bool(context.tables.rows["TAXSOLUTION"])
        if not context.settings["custom_discounts"] or taxed:
            raise refuse("Custom discounts are not enabled.")
        return cents(given)
    if not detail.get("DISCOUNTDATE"):
        return 0
    _name, header = _document(context, row, detail)
    term = context.tables.first("ARTERM", "NAME", header.get("TERMNAME"))
    last = header.get("WHENDISCOUNT")
    if term is None or last is None or detail["DISCOUNTDATE"] > last:
        raise refuse("Invalid Discount Date specified.")
    amount = _term_discount(term, header)
    due = header["TRX_TOTALDUE"]
    if amount + (detail.get("TRX_PAYMENTAMOUNT") or 0) != due:
        raise refuse("The payment must be the full amount due net of the discount.")
    return amount


def _term_discount(term: dict, header: dict) -> int:
    rate = cents(term["DISCAMOUNT"])
    if term.get("DISCPERCAMN") == "$":
        return rate
    return round(header["TRX_TOTALENTERED"] * rate / 10000)
