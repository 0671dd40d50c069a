"""Making invoices and adjustments from typed headers and lines."""

from __future__ import annotations

from ..books import documents, numbering, periods, posting, rates, terms
from ..context import Context
from ..failures import FunctionFailure, refuse
from ..reading.access import rights_of
from . import checks

DAY_FIELDS = ("WHENCREATED", "WHENPOSTED", "WHENDUE")


def load_document(context: Context, name: str, row: dict, lines: list[dict]) -> dict:
    """Insert a document of a load: plausible defaults, no rules of the gateway."""
    row = dict(row)
    day = row["WHENCREATED"]
    row.setdefault("WHENPOSTED", day)
    row["_AUTOAPPLY"] = bool(row.pop("AUTOAPPLY", True))
    currency = row.pop("CURRENCY", None) or context.company.base_currency
    try:
        rate = rates.resolve(
            context, currency, row["WHENPOSTED"], row.pop("EXCHANGE_RATE", None)
        )
    except FunctionFailure as failure:
        raise ValueError(str(failure)) from failure
    term = terms.find_term(context, row.get("TERMNAME"))
    if name == "ARINVOICE" and not row.get("WHENDUE"):
        row["WHENDUE"] = terms.due_date(term, day) if term else day
    if term and name == "ARINVOICE":
        row.setdefault("WHENDISCOUNT", terms.discount_date(term, day))
    set_contacts(context, row)
    for line in lines:
        if line.get("ACCOUNTLABEL") and not line.get("ACCOUNTNO"):
            label = checks.find_label(context, line["ACCOUNTLABEL"])
            line["ACCOUNTNO"] = label["GLACCOUNTNO"] if label else None
    return posting.add_document(context, name, {**rate, **row}, lines)


def set_contacts(context: Context, row: dict) -> None:
    """Bill-to and ship-to by name, else those of the customer."""
    customer = context.tables.first("CUSTOMER", "CUSTOMERID", row["CUSTOMERID"])
    for field, key, own in (
        ("BILLTOPAYTOCONTACTNAME", "BILLTOPAYTOKEY", "BILLTOKEY"),
        ("SHIPTORETURNTOCONTACTNAME", "SHIPTORETURNTOKEY", "SHIPTOKEY"),
    ):
        contact_name = row.pop(field, None)
        if contact_name:
            contact = context.tables.first("CONTACT", "CONTACTNAME", contact_name)
            if contact is None:
                raise refuse(
                    f"The contact {contact_name} does not exist.", "BL03000019"
                )
            row[key] = contact["RECORDNO"]
        elif customer is not None and row.get(key) is None:
            row[key] = customer.get(own) or customer.get("DISPLAYCONTACTKEY")


def create(
    context: Context,
    name: str,
    header: dict,
    lines: list[dict],
    action: str,
    rate: dict,
) -> dict:
    """A document from the gateway, under all its rules; the kept header.

    ``rate`` has currency, rate and kind as sent. FunctionFailure for whatever
    is wrong with it.
    """
    customer = checks.customer(context, header.get("CUSTOMERID"))
    day = header["WHENCREATED"]
    if name == "ARINVOICE":
        _set_due_date(context, header, customer)
    currency = rate.get("currency") or context.company.base_currency
    rate_day = rate.get("date") or header.get("WHENPOSTED") or day
    header.update(
        rates.resolve(context, currency, rate_day, rate.get("rate"), rate.get("kind"))
    )
    if context.settings["default_tax_solution"]:
        header.setdefault("TAXSOLUTIONID", context.settings["default_tax_solution"])
    checks.lines(context, name, header, lines)
    posting_day = header.get("WHENPOSTED") or day
    entities = periods.entities_of(context, lines)
    periods.check_open(context, posting_day, entities)
    header["RECORDID"] = numbering.assign(context, name, header.get("RECORDID"))
    header["WHENPOSTED"] = posting_day
    header["_ARACCOUNT"] = customer.get("OFFSETGLACCOUNTNO")
    set_contacts(context, header)
    kept = posting.add_document(context, name, header, lines)
    submit(context, name, kept, action)
    return kept


def submit(context: Context, name: str, header: dict, action: str) -> None:
    """Leave a draft, wait for approval, or post, by action, rights and set-up."""
    draft = action.strip().lower() == "draft"
    if draft or "post" not in rights_of(context, name):
        return
    if name in context.settings["approvals"]:
        context.change(name, header, {"RAWSTATE": "S"}, touch=False)
        return
    documents.post_document(context, name, header)


def _set_due_date(context: Context, header: dict, customer: dict) -> None:
    term_name = header.get("TERMNAME")
    term = terms.find_term(context, term_name)
    if term_name and (term is None or term.get("STATUS", "T") != "T"):
        raise refuse(f"The term name {term_name} is invalid")
    if not header.get("WHENDUE"):
        if term is None:
            raise refuse("Required field Date Due is missing", "BL03000018")
        header["WHENDUE"] = terms.due_date(term, header["WHENCREATED"])
    if term is not None:
        header["WHENDISCOUNT"] = terms.discount_date(term, header["WHENCREATED"])
