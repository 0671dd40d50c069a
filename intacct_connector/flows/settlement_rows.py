"""How a row of ARPYMTDETAIL names what is paid and what is used up."""

from dataclasses import dataclass
from decimal import Decimal

# Where an application row names a credit, and its amount in the currency of the
# document (API.md 10.3).
SOURCES = {
    "ADJUSTMENTKEY": "TRX_ADJUSTMENTAMOUNT",
    "INLINEKEY": "TRX_INLINEAMOUNT",
    "NEGATIVEINVOICEKEY": "TRX_NEGATIVEINVOICEAMOUNT",
    "ADVANCEKEY": "TRX_POSTEDADVANCEAMOUNT",
    "POSTEDADVANCEKEY": "TRX_POSTEDADVANCEAMOUNT",
    "OVERPAYMENTKEY": "TRX_POSTEDOVERPAYMENTAMOUNT",
    "POSTEDOVERPAYMENTKEY": "TRX_POSTEDOVERPAYMENTAMOUNT",
}
# The documents that each kind of credit is.
SOURCE_OBJECTS = {
    "ADJUSTMENTKEY": "ARADJUSTMENT",
    "INLINEKEY": "ARINVOICE",
    "NEGATIVEINVOICEKEY": "ARINVOICE",
    "ADVANCEKEY": "ARADVANCE",
    "POSTEDADVANCEKEY": "ARADVANCE",
    "OVERPAYMENTKEY": "ARPYMT",
    "POSTEDOVERPAYMENTKEY": "ARPYMT",
}
TARGETS = {"RECORDKEY": "ARINVOICE", "POSADJKEY": "ARADJUSTMENT"}
PAID_FIELDS = ("TRX_PAYMENTAMOUNT", *dict.fromkeys(SOURCES.values()))
# Rows and payments in these states settle nothing. A reversed payment and its
# counter record cancel each other, so both are left out.
VOID_STATES = {
    "draft",
    "d",
    "reversed",
    "reversal",
    "voided",
    "v",
    "submitted",
    "declined",
}
BOUND_STATES = ("synced", "difference", "provisional")
# Binding objects of the two ends of one application row.
TARGET_SIDE = "ARPYMTDETAIL"
CREDIT_SIDE = "ARPYMTDETAIL/credit"


def source_key(row, name):
    """RECORDNO of the credit that an application row names.

    An over-payment is a record of its own; here it is the receipt it came with,
    which the flow has looked up as ``OVERPAIDBY``.

    :param dict row: a row of ARPYMTDETAIL
    :param str name: one of SOURCES
    """
    if SOURCE_OBJECTS[name] == "ARPYMT" and row.get(name):
        return row.get("OVERPAIDBY") or row[name]
    return row.get(name)


@dataclass
class Settlement:
    """One end of an application row on one document.

    :ivar move: the document in Odoo
    :ivar str side: TARGET_SIDE for what is paid, CREDIT_SIDE for what is used up
    :ivar dict row: the row of ARPYMTDETAIL
    :ivar Decimal value: in the document's currency; positive reduces what is open
    """

    move: object
    side: str
    row: dict
    value: Decimal
