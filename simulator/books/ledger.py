"""The journal: every posting is a set of rows that balances in base currency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..context import Context
from .proof import RECEIVABLE


@dataclass
class Entry:
    """One journal row; debits are positive, amounts in cents."""

    account: str
    trx: int
    base: int
    currency: str
    ledger: str = ""
    customer: str | None = None
    location: str | None = None
    department: str | None = None
    description: str | None = None


class Unbalanced(AssertionError):
    """A posting whose rows do not add up to zero: a mistake of the simulator."""


def post(
    context: Context,
    document: str,
    key: int,
    day: str,
    entries: Iterable[Entry],
) -> None:
    """Write the rows of one posting of a document."""
    rows = [entry for entry in entries if entry.trx or entry.base]
    if sum(entry.base for entry in rows):
        raise Unbalanced(f"{document} {key}: {rows}")
    for entry in rows:
        context.create(
            "JOURNAL",
            {
                "ENTRY_DATE": day,
                "ACCOUNTNO": entry.account,
                "AMOUNT": entry.base,
                "TRX_AMOUNT": entry.trx,
                "CURRENCY": entry.currency,
                "CUSTOMERID": entry.customer,
                "LOCATIONID": entry.location,
                "DEPARTMENTID": entry.department,
                "DESCRIPTION": entry.description,
                "DOCUMENTTYPE": document,
                "DOCUMENTKEY": key,
                "LEDGER": entry.ledger or None,
            },
        )


def remove(context: Context, document: str, key: int) -> None:
    """Take back every row of a document that is deleted or changed."""
    for row in context.tables.find("JOURNAL", "DOCUMENTKEY", key):
        if row["DOCUMENTTYPE"] == document:
            context.tables.delete("JOURNAL", row)


def counter(
    context: Context,
    document: str,
    key: int,
    counter_key: int,
    day: str,
) -> None:
    """Post the opposite of everything a document has posted."""
    rows = context.tables.find("JOURNAL", "DOCUMENTKEY", key)
    entries = [
        Entry(
            row["ACCOUNTNO"],
            -row["TRX_AMOUNT"],
            -row["AMOUNT"],
            row["CURRENCY"],
            row.get("LEDGER") or "",
            row.get("CUSTOMERID"),
            row.get("LOCATIONID"),
            row.get("DEPARTMENTID"),
            row.get("DESCRIPTION"),
        )
        for row in rows
        if row["DOCUMENTTYPE"] == document
    ]
    post(context, document, counter_key, day, entries)


def receivable(
    context: Context, header: dict, line: dict, trx: int, base: int
) -> Entry:
    """A row on the control account that a line's receivable stands on."""
    account = line.get("OFFSETGLACCOUNTNO") or header.get("_ARACCOUNT")
    return Entry(
        account or context.company.configuration["ARACCOUNT"],
        trx,
        base,
        header["CURRENCY"],
        RECEIVABLE,
        header["CUSTOMERID"],
        line.get("LOCATIONID"),
        line.get("DEPARTMENTID"),
    )


def difference(context: Context, base: int) -> Entry:
    """Realised gain (credit) or loss (debit) on exchange."""
    configuration = context.company.configuration
    currency = context.company.base_currency
    return Entry(configuration["GAINACCOUNT"], base, base, currency)
