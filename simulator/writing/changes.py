"""update_invoice and update_aradjustment."""

from __future__ import annotations

from decimal import Decimal

from lxml import etree

from ..books import (
    documents,
    ledger,
    numbering,
    periods,
    posting,
    rates,
    terms,
    undoing,
)
from ..calls import Call, Outcome
from ..context import Context
from ..failures import FunctionFailure, could_not_create, refuse
from ..reading.access import require
from ..values import convert
from . import checks, outcomes, receivables
from .documentelements import read_header, read_line, read_rate
from .elements import text_of
from .invoices import KINDS, check_number, find_document, read_action


def update_document(call: Call) -> Outcome:
    name, context, element = KINDS[call.name], call.context, call.element
    require(context, name, "edit")
    header = find_document(context, name, element.get("key"))
    changes = read_header(context, name, element)
    if element.get("set_nulls") != "true":
        changes = {field: value for field, value in changes.items() if value}
    items = element.find("updateinvoiceitems")
    if items is None:
        items = element.find("updatearadjustmentitems")
    try:
        change(context, name, header, changes, items, element)
    except FunctionFailure as failure:
        raise failure.because(*could_not_create(header.get("RECORDID") or "")) from (
            failure
        )
    return outcomes.keyed(header["RECORDNO"])


LEDGER_FIELDS = {"CUSTOMERID", "WHENCREATED", "WHENPOSTED"}


def change(
    context: Context,
    name: str,
    header: dict,
    changes: dict,
    items: etree._Element | None,
    element: etree._Element,
) -> None:
    """Change a draft freely, a posted document within its rules."""
    draft = header["RAWSTATE"] in ("D", "U")
    if header["RAWSTATE"] == "V":
        raise refuse("A reversed transaction can't be changed.")
    if header.get("MODULEKEY") not in (None, "4.AR"):
        raise refuse("This transaction was created in another application.")
    if header["RAWSTATE"] == "S":
        raise refuse("A submitted transaction can't be changed.", "BL03002129")
    rate = read_rate(element)
    deep = bool(LEDGER_FIELDS & set(changes)) or rate["currency"] or _money(items)
    if deep and not draft:
        check_editable(context, name, header)
        take_out(context, name, header)
    _change_header(context, name, header, changes, rate)
    if items is not None:
        _change_lines(context, name, header, items)
    posting.total(context, name, header, touch=True)
    if draft:
        if text_of(element, "action") and read_action(element).lower() != "draft":
            _submit_draft(context, name, header)
    elif deep:
        post_again(context, name, header)


def _money(items: etree._Element | None) -> bool:
    """Whether lines change anything that the ledger shows."""
    if items is None:
        return False
    harmless = {"memo", "customfields"}
    return any(
        item.tag == "lineitem" or any(child.tag not in harmless for child in item)
        for item in items
    )


def check_editable(context: Context, name: str, header: dict) -> None:
    if header.get("_LOCKED") or header["TRX_TOTALPAID"]:
        raise refuse(
            "You can't change this transaction because a payment was applied to it."
        )
    if header.get("TRX_TOTALSELECTED"):
        raise refuse("This transaction is selected for payment.")
    entities = periods.entities_of(context, posting.lines_of(context, name, header))
    periods.check_open(context, posting.posting_day(name, header), entities)


def _change_header(
    context: Context, name: str, header: dict, changes: dict, rate: dict
) -> None:
    number = changes.get("RECORDID")
    if number and number != header.get("RECORDID"):
        check_number(number)
        numbering.check_free(context, name, number, header["RECORDNO"])
    if changes.get("CUSTOMERID"):
        checks.customer(context, changes["CUSTOMERID"])
    term_name = changes.get("TERMNAME")
    if term_name and not checks.active(terms.find_term(context, term_name)):
        raise refuse(f"The term name {term_name} is invalid")
    if term_name and not changes.get("WHENDUE") and name == "ARINVOICE":
        day = changes.get("WHENCREATED") or header["WHENCREATED"]
        changes["WHENDUE"] = terms.due_date(terms.find_term(context, term_name), day)
    if rate["currency"]:
        day = rate["date"] or changes.get("WHENPOSTED") or header["WHENPOSTED"]
        changes.update(
            rates.resolve(context, rate["currency"], day, rate["rate"], rate["kind"])
        )
    if "BILLTOPAYTOCONTACTNAME" in changes or "SHIPTORETURNTOCONTACTNAME" in changes:
        contacts = {"CUSTOMERID": header["CUSTOMERID"], **changes}
        receivables.set_contacts(context, contacts)
        changes = contacts
    context.change(name, header, changes)


def _change_lines(
    context: Context, name: str, header: dict, items: etree._Element
) -> None:
    lines = posting.lines_of(context, name, header)
    by_number = {line["LINE_NO"]: line for line in lines if line.get("LINEITEM")}
    for item in items:
        line = read_line(context, name, item)
        taxes = line.pop("TAXENTRIES", None)
        if item.tag == "lineitem":
            number = max(by_number, default=0) + 1
            checks.lines(context, name, header, [line])
            kept = posting.add_line(context, name, header, {"LINE_NO": number, **line})
            by_number[number] = kept
        else:
            kept = _changed_line(context, name, header, by_number, item, line)
        if taxes is not None:
            _replace_taxes(context, name, header, kept, taxes)


def _changed_line(
    context: Context,
    name: str,
    header: dict,
    by_number: dict,
    item: etree._Element,
    line: dict,
) -> dict:
    said = item.get("line_num", "")
    kept = by_number.get(int(said)) if said.isdigit() else None
    if kept is None:
        raise refuse(f"Invalid line number '{said}' specified.")
    merged = {**kept, **line}
    if {"ACCOUNTNO", "ACCOUNTLABEL", "TRX_AMOUNT"} & set(line) or "LOCATIONID" in line:
        checks.lines(context, name, {}, [merged])
        line["ACCOUNTNO"] = merged["ACCOUNTNO"]
    if line.get("TRX_AMOUNT") is not None:
        line["AMOUNT"] = convert(line["TRX_AMOUNT"], Decimal(header["EXCHANGE_RATE"]))
    context.change(f"{name}ITEM", kept, line)
    return kept


def _replace_taxes(
    context: Context, name: str, header: dict, kept: dict, taxes: list[dict]
) -> None:
    for line in posting.lines_of(context, name, header):
        if line.get("PARENTENTRY") == kept["RECORDNO"]:
            context.tables.delete(f"{name}ITEM", line)
    for tax in taxes:
        parent = {"LINE_NO": kept["LINE_NO"], "PARENTENTRY": kept["RECORDNO"]}
        posting.add_line(context, name, header, {**tax, **parent})


def _submit_draft(context: Context, name: str, header: dict) -> None:
    require(context, name, "post")
    entities = periods.entities_of(context, posting.lines_of(context, name, header))
    periods.check_open(context, posting.posting_day(name, header), entities)
    receivables.submit(context, name, header, "Submit")


def take_out(context: Context, name: str, header: dict) -> None:
    """Before a posted document changes: its rows and inline credits go."""
    if name == "ARINVOICE":
        undoing.withdraw_inline_credits(context, header)
    ledger.remove(context, name, header["RECORDNO"])


def post_again(context: Context, name: str, header: dict) -> None:
    """A changed posted document: its journal rows are written anew."""
    for line in posting.lines_of(context, name, header):
        changes = {
            "AMOUNT": convert(line["TRX_AMOUNT"], Decimal(header["EXCHANGE_RATE"]))
        }
        changes["CURRENCY"] = header["CURRENCY"]
        context.change(f"{name}ITEM", line, changes, touch=False)
    documents.post_document(context, name, header, touch=True)
