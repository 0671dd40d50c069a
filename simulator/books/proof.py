"""Does the ledger agree with the open items? It has to, at every moment.

Open items are the unpaid parts of posted invoices and adjustments, less the
unapplied parts of over-payments and advances. Invoices, adjustments and
over-payments stand on receivable control accounts, advances on the accounts of
their lines; the journal marks both kinds of rows in LEDGER.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..values import show_cents

RECEIVABLE = "AR"
ADVANCE = "ADVANCE"
CREDIT_OBJECTS = {"ARADVANCE": ADVANCE, "ARPOSTEDOVERPAYMENT": RECEIVABLE}


def open_items(company) -> Iterator[tuple[str, dict, int, int, str]]:
    """(object, row, transaction cents, base cents, ledger) of all posted items.

    Amounts have the sign of the receivable: credits are negative.
    """
    tables = company.tables
    for name in ("ARINVOICE", "ARADJUSTMENT"):
        for row in tables.rows[name].values():
            if row.get("RAWSTATE") == "A" and not row.get("_NOGL"):
                yield name, row, row["TRX_TOTALDUE"], row["TOTALDUE"], RECEIVABLE
    for name, ledger in CREDIT_OBJECTS.items():
        for row in tables.rows[name].values():
            if row.get("RAWSTATE") == "A":
                yield name, row, -row["TRX_TOTALDUE"], -row["TOTALDUE"], ledger


def dues_by_customer(company) -> dict[str, int]:
    dues: dict[str, int] = defaultdict(int)
    for _name, row, _trx, base, _ledger in open_items(company):
        dues[row["CUSTOMERID"]] += base
    return dues


def _sums(company) -> tuple[dict, dict]:
    journal: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])
    for row in company.tables.rows["JOURNAL"].values():
        if row.get("LEDGER"):
            sums = journal[row["LEDGER"], row["CURRENCY"], row.get("CUSTOMERID")]
            sums[0] += row["TRX_AMOUNT"]
            sums[1] += row["AMOUNT"]
    items: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])
    for _name, row, trx, base, ledger in open_items(company):
        sums = items[ledger, row["CURRENCY"], row["CUSTOMERID"]]
        sums[0] += trx
        sums[1] += base
    return journal, items


def differences(company) -> list[str]:
    """Every place where the books contradict themselves; empty when sound."""
    found = []
    journal, items = _sums(company)
    for key in sorted(set(journal) | set(items), key=str):
        booked, itemised = journal.get(key, [0, 0]), items.get(key, [0, 0])
        if booked != itemised:
            found.append(f"{key}: ledger {booked}, open items {itemised}")
    balance: dict[tuple, int] = defaultdict(int)
    for row in company.tables.rows["JOURNAL"].values():
        balance[row["DOCUMENTTYPE"], row["DOCUMENTKEY"]] += row["AMOUNT"]
    for key, amount in balance.items():
        if amount:
            found.append(f"entries of {key} are off by {show_cents(amount)}")
    found.extend(_header_differences(company))
    return found


def _header_differences(company) -> Iterator[str]:
    """Headers that do not add up to their lines."""
    tables = company.tables
    for name in ("ARINVOICE", "ARADJUSTMENT", "ARADVANCE"):
        for row in tables.rows[name].values():
            if row.get("RAWSTATE") != "A":
                continue
            lines = tables.find(f"{name}ITEM", "RECORDKEY", row["RECORDNO"])
            for total, part in (
                ("TRX_TOTALENTERED", "TRX_AMOUNT"),
                ("TOTALENTERED", "AMOUNT"),
                ("TRX_TOTALPAID", "TRX_TOTALPAID"),
                ("TOTALPAID", "TOTALPAID"),
            ):
                summed = sum(line.get(part) or 0 for line in lines)
                if summed != (row.get(total) or 0):
                    yield f"{name} {row['RECORDNO']}: {total} is not its lines' sum"


def summary(company) -> dict:
    """The books as ``GET /_simulator/books`` shows them."""
    journal, items = _sums(company)
    outstanding: dict[str, int] = defaultdict(int)
    customers: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (_ledger, currency, customer), (trx, _base) in items.items():
        customers[customer][currency] += trx
    for name, row, trx, _base, _ledger in open_items(company):
        if name == "ARINVOICE" and trx:
            outstanding[row["CURRENCY"]] += trx
    found = differences(company)
    return {
        "base_currency": company.base_currency,
        "outstanding_invoices": _shown(outstanding),
        "open_by_currency": _shown(_by_currency(items)),
        "open_by_customer": {
            customer: _shown(amounts)
            for customer, amounts in sorted(customers.items())
            if any(amounts.values())
        },
        "control_account": {
            "account": company.configuration["ARACCOUNT"],
            "base": show_cents(_base_sum(journal, RECEIVABLE)),
            "by_currency": _shown(_by_currency(journal, RECEIVABLE)),
        },
        "advance_accounts": {"base": show_cents(_base_sum(journal, ADVANCE))},
        "open_items": {
            "base": show_cents(_base_sum(items, RECEIVABLE)),
            "advances_base": show_cents(_base_sum(items, ADVANCE)),
        },
        "accounts": _accounts(company),
        "proof": "ok" if not found else "differs",
        "differences": found,
    }


def _shown(amounts: dict[str, int]) -> dict[str, str]:
    return {key: show_cents(amount) for key, amount in sorted(amounts.items())}


def _by_currency(sums: dict, wanted: str | None = None) -> dict[str, int]:
    result: dict[str, int] = defaultdict(int)
    for (ledger, currency, _customer), (trx, _base) in sums.items():
        if wanted in (None, ledger):
            result[currency] += trx
    return result


def _base_sum(sums: dict, wanted: str) -> int:
    return sum(base for (ledger, *_), (_trx, base) in sums.items() if ledger == wanted)


def _accounts(company) -> dict[str, str]:
    balances: dict[str, int] = defaultdict(int)
    for row in company.tables.rows["JOURNAL"].values():
        balances[row["ACCOUNTNO"]] += row["AMOUNT"]
    return _shown(balances)
