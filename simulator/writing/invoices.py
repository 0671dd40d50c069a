"""create_invoice and its relatives: made, reversed, deleted."""

from __future__ import annotations

from decimal import Decimal

from lxml import etree

from ..books import batches, documents, periods, posting, reversals
from ..calls import Call, Outcome
from ..context import Context
from ..failures import FunctionFailure, could_not_create, refuse
from ..reading.access import require
from ..values import convert
from . import customers, outcomes, receivables
from .documentelements import NUMBER_TAGS, read_header, read_line, read_rate
from .elements import legacy_date, text_of

KINDS = {
    "create_invoice": "ARINVOICE",
    "update_invoice": "ARINVOICE",
    "reverse_invoice": "ARINVOICE",
    "delete_invoice": "ARINVOICE",
    "create_aradjustment": "ARADJUSTMENT",
    "update_aradjustment": "ARADJUSTMENT",
    "delete_aradjustment": "ARADJUSTMENT",
}
LINES_TAGS = {"ARINVOICE": "invoiceitems", "ARADJUSTMENT": "aradjustmentitems"}


def create(context: Context, name: str, element: etree._Element) -> dict:
    require(context, name, "add")
    items = element.findall(f"{LINES_TAGS[name]}/lineitem")
    number = text_of(element, NUMBER_TAGS[name])
    try:
        header = read_header(context, name, element)
        if not header.get("WHENCREATED"):
            raise refuse("Required field Date Created is missing", "BL03000018")
        check_number(number)
        lines = [read_line(context, name, item) for item in items]
        _choose_batch(context, name, header, element)
        _make_contacts(context, element)
        action = read_action(element)
        if text_of(element, "nogl") in ("true", "T"):
            header["_NOGL"] = True
        kept = receivables.create(
            context, name, header, lines, action, read_rate(element)
        )
        if header.get("_NOGL"):
            _load_history(context, name, kept)
        return kept
    except FunctionFailure as failure:
        raise failure.because(*could_not_create(number or "")) from failure


def _make_contacts(context: Context, element: etree._Element) -> None:
    """A full contact under billto or shipto is made unless its name is known."""
    for tag in ("billto", "shipto"):
        contact = element.find(f"{tag}/contact")
        if contact is None:
            continue
        name = text_of(contact, "contactname")
        if context.tables.first("CONTACT", "CONTACTNAME", name) is None:
            customers.create_contact(context, contact)


def check_number(number: str | None) -> None:
    if number and len(number) > 45:
        raise refuse("The document number may not be longer than 45 characters.")


def read_action(element: etree._Element) -> str:
    action = text_of(element, "action") or "Submit"
    if action.lower() not in ("draft", "submit", "posted"):
        raise refuse(f"Invalid Action '{action}' specified.", "BL03002129")
    return action


def _choose_batch(
    context: Context, name: str, header: dict, element: etree._Element
) -> None:
    """User-specified summaries need an open one; automatic ones take none."""
    setting = "invoice_summary" if name == "ARINVOICE" else "adjustment_summary"
    key = text_of(element, "batchkey")
    if key is None:
        if context.settings[setting] == "user" and not header.get("PRBATCHKEY"):
            raise refuse("Please provide a batch key.")
        return
    batch = None
    if key.isdigit():
        batch = context.tables.get(batches.OBJECTS[name], int(key))
    if batch is None or batch.get("OPEN") != "T":
        raise refuse(f"Invalid Batch '{key}' specified.")
    header["PRBATCHKEY"] = batch["RECORDNO"]


def _load_history(context: Context, name: str, header: dict) -> None:
    """``nogl``: a document that is only a record, with what was paid before."""
    for line in posting.lines_of(context, name, header):
        paid = line.get("_PAID") or 0
        base = convert(paid, Decimal(header["EXCHANGE_RATE"]))
        changes = {"TRX_TOTALPAID": paid, "TOTALPAID": base}
        context.change(f"{name}ITEM", line, changes, touch=False)
    posting.total(context, name, header, touch=False)


def create_document(call: Call) -> Outcome:
    kept = create(call.context, KINDS[call.name], call.element)
    return outcomes.keyed(kept["RECORDNO"])


def create_batch(call: Call) -> Outcome:
    """create_invoicebatch and create_aradjustmentbatch with their documents."""
    invoices = call.name == "create_invoicebatch"
    name = "ARINVOICE" if invoices else "ARADJUSTMENT"
    context, element = call.context, call.element
    require(context, name, "add")
    title = text_of(element, "batchtitle") or ""
    day = legacy_date(element, "datecreated") or ""
    batch = batches.find_or_create(context, "ARINVOICEBATCH", title, day)
    inner = element.findall("create_invoice" if invoices else "create_aradjustment")
    for document in inner:
        key = document.find("batchkey")
        if key is None:
            key = etree.Element("batchkey")
            document.append(key)
        key.text = str(batch["RECORDNO"])
        create(context, name, document)
    return outcomes.keyed(batch["RECORDNO"], 1 + len(inner))


def find_document(context: Context, name: str, key: str | None) -> dict:
    """By RECORDNO, one that this session reaches."""
    row = context.tables.get(name, int(key)) if (key or "").isdigit() else None
    if row is None or (context.entity and row.get("MEGAENTITYID") != context.entity):
        raise refuse("Oops, we can't find this transaction; enter a valid key.")
    return row


def reverse_document(call: Call) -> Outcome:
    name, context, element = KINDS[call.name], call.context, call.element
    require(context, name, "reverse")
    header = find_document(context, name, element.get("key"))
    day = legacy_date(element, "datereversed")
    if day is None:
        raise refuse("Required field Date Reversed is missing", "BL03000018")
    if context.settings["unpaid_reversal"] == "delete":
        raise refuse("Reversal of unpaid invoices is not enabled. Delete it instead.")
    reversals.check_document(context, name, header, day)
    text = text_of(element, "description")
    counter = reversals.reverse_document(context, name, header, day, text)
    mode = context.settings["reverse_returns"]
    return outcomes.reversed_outcome(mode, header["RECORDNO"], counter["RECORDNO"])


def delete_document(call: Call) -> Outcome:
    name = KINDS[call.name]
    require(call.context, name, "delete")
    key = call.element.get("key")
    delete(call.context, name, find_document(call.context, name, key))
    return Outcome()


def delete(context: Context, name: str, header: dict) -> None:
    """Delete a draft, or a posted document where the company allows it."""
    what = "invoice" if name == "ARINVOICE" else "adjustment"
    if header.get("MODULEKEY") not in (None, "4.AR"):
        raise refuse(
            f"This {what} was created in another application. Delete it there."
        )
    if header["RAWSTATE"] == "V":
        raise refuse(f"A reversed {what} can't be deleted.")
    if header["RAWSTATE"] == "A":
        locked = header.get("_LOCKED")
        if name == "ARADJUSTMENT" and context.settings["delete_unapplied_memos"]:
            locked = False
        if locked or reversals.applied(context, header):
            raise refuse(f"This {what} has payments applied and can't be deleted.")
        if header.get("_RECONCILED"):
            raise refuse(f"This {what} is cleared in a bank reconciliation.")
        if name == "ARINVOICE" and context.settings["unpaid_reversal"] == "reverse":
            raise refuse("A posted invoice can't be deleted. Reverse it instead.")
        lines = posting.lines_of(context, name, header)
        periods.check_open(
            context,
            posting.posting_day(name, header),
            periods.entities_of(context, lines),
        )
    if header.get("TRX_TOTALSELECTED"):
        raise refuse(f"This {what} is selected for payment.")
    documents.delete_document(context, name, header)
