"""Intacct's side of the demo: its open items, read from the simulator's admin paths."""

from decimal import Decimal

from dev.lib.demo_check import DOCUMENT_OBJECTS, OpenItem

OUTSTANDING = ("Posted", "Partially Paid", "Selected")
# Credits that are no documents: where they are kept, and the record that Odoo
# knows them by.
CREDITS = {
    "ARADVANCE": ("ARADVANCE", "RECORDNO"),
    "ARPOSTEDOVERPAYMENT": ("ARPYMT", "PARENTPAYMENTKEY"),
}


def _amount(row, name):
    return Decimal(row[name] or 0)


def open_items(simulator):
    """Everything that is open in Intacct, whoever could import it.

    :param Simulator simulator: running
    :rtype: list[OpenItem]
    """
    items = []
    for name in DOCUMENT_OBJECTS:
        for row in simulator.admin(f"objects/{name}"):
            if row["STATE"] in OUTSTANDING and _amount(row, "TRX_TOTALDUE"):
                items.append(_document(name, row))
    for name, (known_as, key) in CREDITS.items():
        for row in simulator.admin(f"objects/{name}"):
            if _amount(row, "TRX_TOTALDUE"):
                items.append(_credit(known_as, row[key], row))
    return items


def _document(name, row):
    return OpenItem(
        name,
        row["RECORDNO"],
        row["RECORDID"],
        row["CUSTOMERID"],
        row["CURRENCY"],
        _amount(row, "TRX_TOTALENTERED"),
        _amount(row, "TRX_TOTALDUE"),
        _amount(row, "TOTALENTERED"),
        _amount(row, "TOTALDUE"),
    )


def _credit(name, recordno, row):
    """Money received is stated positive; as an open item it is owed by us."""
    return OpenItem(
        name,
        recordno,
        "",
        row["CUSTOMERID"],
        row["CURRENCY"],
        None,
        -_amount(row, "TRX_TOTALDUE"),
        None,
        -_amount(row, "TOTALDUE"),
    )


def exchanges_since(simulator, number):
    """The requests that reached the gateway after the one with a number.

    :return: of each, the names of its functions
    :rtype: list[list[str]]
    """
    return [
        [function["function"] for function in entry["functions"]]
        for entry in simulator.admin(f"requests?bodies=false&since={number}")
    ]


def last_request(simulator):
    """The number of the last request that reached the gateway, 0 before the first."""
    entries = simulator.admin("requests?bodies=false")
    return entries[-1]["number"] if entries else 0
