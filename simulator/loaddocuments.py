"""Loading documents: posted, paid and reversed by the same books as the API's."""

from __future__ import annotations

from collections.abc import Callable

from .books import documents, posting, reversals
from .clock import any_day
from .context import Context
from .objects import REGISTRY
from .objects.documents import STATE_CODES, document_state
from .values import show_cents
from .writing import advances, deposits, payments, receivables

ASSERTED = (
    "TRX_TOTALENTERED",
    "TOTALENTERED",
    "TRX_TOTALPAID",
    "TOTALPAID",
    "TRX_TOTALDUE",
    "TOTALDUE",
)
UNPOSTED = {"Draft", "Submitted", "Partially Approved", "Declined"}


def _load_document(context: Context, name: str, row: dict, typed_row: Callable) -> None:
    items = row.pop(f"{name}ITEMS", None) or []
    lines = [typed_row(REGISTRY[f"{name}ITEM"], item) for item in items]
    state = row.pop("STATE", None)
    reversal_day = row.pop("REVERSALDATE", None)
    expected = {field: row.pop(field) for field in ASSERTED if field in row}
    if expected.get("TRX_TOTALENTERED") is not None:
        _add_hidden_line(lines, expected["TRX_TOTALENTERED"])
        if not items:
            expected.pop("TOTALENTERED", None)
    stamp = row.get("WHENMODIFIED")
    header = receivables.load_document(context, name, row, lines)
    if state in UNPOSTED:
        changes = {"RAWSTATE": STATE_CODES[state]}
        context.change(name, header, changes, touch=False)
    else:
        documents.post_document(context, name, header)
    if state == "Reversed":
        day = posting.posting_day(name, header)
        if reversal_day:
            day = any_day(reversal_day)
        reversals.reverse_document(context, name, header, day)
    if stamp is not None:
        context.change(name, header, {"WHENMODIFIED": stamp}, touch=False)
    if state or expected:
        context.claims.append((name, header, state, expected))


def _add_hidden_line(lines: list[dict], total: int) -> None:
    """A total that the visible lines do not explain keeps a line nobody sees."""
    gap = total - sum(line["TRX_AMOUNT"] for line in lines)
    if gap:
        lines.append({"TRX_AMOUNT": gap, "_HIDDEN": True})


def check_claims(context: Context) -> list[str]:
    """States and totals that the data claimed, compared with the books."""
    problems = []
    for name, row, state, expected in context.claims:
        where = f"{name} {row.get('RECORDID') or row['RECORDNO']}"
        actual = document_state(context.company, row)
        if state and actual != state:
            problems.append(f"{where}: STATE is {actual}, not {state}")
        for field, amount in expected.items():
            if row[field] != amount:
                shown = show_cents(row[field])
                problems.append(f"{where}: {field} is {shown}")
    return problems


def load_invoice(context: Context, row: dict, typed_row: Callable) -> None:
    _load_document(context, "ARINVOICE", row, typed_row)


def load_adjustment(context: Context, row: dict, typed_row: Callable) -> None:
    _load_document(context, "ARADJUSTMENT", row, typed_row)


def load_advance(context: Context, row: dict, typed_row: Callable) -> None:
    items = row.pop("ARADVANCEITEMS", None) or []
    lines = [typed_row(REGISTRY["ARADVANCEITEM"], item) for item in items]
    advances.load(context, row, lines)


def load_payment(context: Context, row: dict, typed_row: Callable) -> None:
    items = row.pop("ARPYMTDETAILS", None) or []
    details = [typed_row(REGISTRY["ARPYMTDETAIL"], item) for item in items]
    state = row.pop("STATE", None)
    reversal_day = row.pop("REVERSALDATE", None)
    header = payments.load(context, row, details)
    if state == "Reversed":
        day = any_day(reversal_day) if reversal_day else header["RECEIPTDATE"]
        reversals.reverse_payment(context, header, day)


def load_deposit(context: Context, row: dict, typed_row: Callable) -> None:
    deposits.load(context, row)


def load_order(context: Context, row: dict, typed_row: Callable) -> None:
    """A sales document; the invoice it made becomes an Order Entry invoice."""
    context.create("SODOCUMENT", row)
    invoice = context.tables.get("ARINVOICE", row.get("PRRECORDKEY"))
    if invoice is not None:
        context.change("ARINVOICE", invoice, {"MODULEKEY": "8.SO"}, touch=False)


DOCUMENT_LOADERS: dict[str, Callable] = {
    "ARINVOICE": load_invoice,
    "ARADJUSTMENT": load_adjustment,
    "ARADVANCE": load_advance,
    "ARPYMT": load_payment,
    "DEPOSIT": load_deposit,
    "SODOCUMENT": load_order,
}
