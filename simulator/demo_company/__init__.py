"""The demo company: Tessmark Instruments, a maker of laboratory instruments.

Three legal entities on three continents keep their receivables in one Intacct
company with the US dollar as base currency. :func:`records` returns all of it in the
load format of ``POST /_simulator/load``, the same for every run of a given day.
"""

from datetime import date
from decimal import Decimal

from .cases import tell
from .customers import customer_records
from .emit import document_row, receipt_row
from .lists import BASE_CURRENCY, company, reference_lists

PLANTED = [
    {
        "object": "ARINVOICE",
        "document": "UK-0007",
        "reason": "Its currency, GBP, is not enabled in the Odoo company.",
    },
    {
        "object": "ARINVOICE",
        "document": "MIG-0001",
        "reason": "It has a total of 640.00 USD and no lines.",
    },
    {
        "object": "ARINVOICE",
        "document": "MIG-0002",
        "reason": "Its lines add up to 990.00 USD, its total is 1,000.00 USD.",
    },
]

OUTSTANDING_STATES = ("Posted", "Partially Paid", "Selected")


def records(today: date) -> dict:
    """Everything the demo company keeps in Intacct, by object name.

    Amounts, dates and booleans are texts in the gateway's formats; ``RECORDNO`` is
    given for every document because payments name what they settle by it. Senders and
    users are not part of it.
    """
    books = tell(today)
    kinds = {"ARINVOICE": [], "ARADJUSTMENT": [], "ARADVANCE": []}
    for document in books.documents:
        kinds[document.object].append(document_row(document))
    return {
        "COMPANY": company(),
        **reference_lists(),
        "EXCHANGERATE": [
            {
                "FROM": currency,
                "TO": BASE_CURRENCY,
                "DATE": day.strftime("%m/%d/%Y"),
                "RATE": str(rate),
            }
            for currency, days in books.rates.items()
            for day, rate in days.items()
        ],
        "CUSTOMER": customer_records(),
        **kinds,
        "ARPYMT": [receipt_row(receipt) for receipt in books.receipts],
    }


def outstanding(loaded: dict) -> dict[str, Decimal]:
    """Sum of TRX_TOTALDUE per currency over the outstanding invoices and memos.

    Credit memos and negative invoices count negative; the planted failures count.
    """
    totals: dict[str, Decimal] = {}
    for kind in ("ARINVOICE", "ARADJUSTMENT"):
        for row in loaded[kind]:
            if row["STATE"] in OUTSTANDING_STATES:
                due = Decimal(row["TRX_TOTALDUE"])
                currency = row["CURRENCY"]
                totals[currency] = totals.get(currency, Decimal(0)) + due
    return totals
