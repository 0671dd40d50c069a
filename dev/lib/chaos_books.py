"""Documents, receipts and what is applied to what, in the same terms on both sides.

Each side is read over its own door: Odoo's web client, the simulator's admin paths.
What Intacct has is recognised by the number that its description names, never by
what the connector has noted about it.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

CENT = Decimal("0.01")


def money(value):
    return Decimal(str(value or 0)).quantize(CENT)


@dataclass
class Document:
    """An invoice or a credit note with the sign of a debt, or an adjustment that
    stands for a write-off.

    :ivar str name: what people call it in Odoo
    :ivar dict values: what is compared: ``customer``, ``date``, ``currency`` …
    :ivar Counter lines: amount by (text, account or label, dimensions)
    :ivar Decimal due: what Intacct has open of a write-off, negative
    """

    name: str
    values: dict
    lines: Counter = field(default_factory=Counter)
    due: Decimal = Decimal()


@dataclass
class Book:
    """One side.

    :ivar dict documents: Odoo's own documents by name, lists of Document
    :ivar dict imported: Intacct's own invoices by RECORDNO, lists of Document
    :ivar dict receipts: money received in Odoo by name, lists of Document
    :ivar dict write_offs: what was written off, by the name of the payment
    :ivar dict customers: names by CUSTOMERID, of customers made in Odoo
    :ivar Counter applications: amount by (what is settled, what settles it)
    :ivar Counter settled: what was settled in Intacct, amount by (RECORDNO of the
        application, what is settled)
    """

    documents: dict = field(default_factory=lambda: defaultdict(list))
    imported: dict = field(default_factory=lambda: defaultdict(list))
    receipts: dict = field(default_factory=lambda: defaultdict(list))
    write_offs: dict = field(default_factory=lambda: defaultdict(list))
    customers: dict = field(default_factory=lambda: defaultdict(list))
    applications: Counter = field(default_factory=Counter)
    settled: Counter = field(default_factory=Counter)


def document_state(total, due):
    """STATE of a posted document that is open by an amount."""
    if not due:
        return "Paid"
    return "Posted" if due == total else "Partially Paid"


def line_key(text, account, dimensions):
    """Under which a line stands: its place in a document is not compared."""
    return text or "", account, tuple(value or "" for value in dimensions)
