"""CUSTOMER and CONTACT: create and update with their rules about contacts."""

from __future__ import annotations

import re

from lxml import etree

from ..books import numbering, terms
from ..contacts import contact_fields
from ..context import Context
from ..failures import GENERIC, Fault, FunctionFailure, refuse
from . import checks
from .elements import find_child, generic_row

MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
NESTED = {
    "DISPLAYCONTACT",
    "CONTACTINFO",
    "BILLTO",
    "SHIPTO",
    "CONTACT_LIST_INFO",
    "CUSTOMERCONTACTS",
    "CUSTOMERENTITYCONTACTS",
    "CUSTOMEREMAILTEMPLATES",
}
REFERENCES = {
    "CONTACTINFO": "CONTACTKEY",
    "BILLTO": "BILLTOKEY",
    "SHIPTO": "SHIPTOKEY",
}
CUSTOMER_CHAIN = (
    Fault(GENERIC, "Could not create Contact record!"),
    Fault(GENERIC, "Error While Saving the Display Contact"),
    Fault(GENERIC, "Could not create Customer record!"),
)
MAIL_CHAIN = (
    Fault(GENERIC, "Validate contactversion record failed!"),
    Fault(GENERIC, "Could not create contactversion record!"),
    Fault(GENERIC, "Could not create ContactVersion record!"),
)
MAIL_FIELDS = {
    "EMAIL1": "Primary Email Address",
    "EMAIL2": "Secondary Email Address",
}
MAX_ID, MAX_NAME, MAX_CONTACT = 20, 100, 200


def create_customer(context: Context, element: etree._Element) -> dict:
    row = generic_row(context, "CUSTOMER", element, nested=NESTED)
    display = find_child(element, "DISPLAYCONTACT")
    row["CUSTOMERID"] = _new_id(context, row.get("CUSTOMERID"))
    check_values(context, row)
    if not row.get("NAME"):
        raise refuse("Required field Name is missing", "BL03000018")
    fields = contact_of(display)
    if not fields.get("PRINTAS"):
        raise refuse("Required field Print As is missing", "BL03000018").because(
            *CUSTOMER_CHAIN
        )
    default = f"{row['NAME']}(C{row['CUSTOMERID']})"
    fields.setdefault("CONTACTNAME", default[:MAX_CONTACT])
    row["DISPLAYCONTACTKEY"] = _new_display_contact(context, fields)
    references(context, element, row)
    row.setdefault("STATUS", "T")
    row.setdefault("ONHOLD", False)
    row.setdefault("OBJECTRESTRICTION", "U")
    return context.create("CUSTOMER", row)


def _new_id(context: Context, sent: str | None) -> str:
    if not sent:
        if context.settings["customer_numbering"] != "sequence":
            raise refuse("Required field Customer ID is missing", "BL03000018")
        return numbering.next_number(context, "CUSTOMER")
    if context.tables.first("CUSTOMER", "CUSTOMERID", sent):
        raise duplicate("Customer", sent)
    return sent


def duplicate(what: str, value: str) -> FunctionFailure:
    """Another record has the visible ID (the two spaces are real)."""
    return FunctionFailure(
        Fault(
            "BL34000061",
            f"Another {what} with the given value(s) {value}  already exists",
            correction="Use a unique value instead.",
        ),
        Fault(GENERIC, f"Could not create {what.lower()} record!"),
        Fault(GENERIC, f"Could not create {what} record!"),
    )


def check_values(context: Context, row: dict) -> None:
    """Lengths and references of a customer's own fields."""
    for field, limit in (("CUSTOMERID", MAX_ID), ("NAME", MAX_NAME)):
        value = row.get(field)
        if value and len(value) > limit:
            raise refuse(
                f"The {field} may not be longer than {limit} characters.",
                "BL03000018",
            )
    term = row.get("TERMNAME")
    if term and not checks.active(terms.find_term(context, term)):
        raise refuse(f"The term name {term} is invalid")
    currency = row.get("CURRENCY")
    if currency and currency not in context.company.currencies:
        raise refuse(f"Invalid Currency '{currency}' specified.")
    for name, field, key in (
        ("CUSTOMER", "PARENTID", "CUSTOMERID"),
        ("CUSTTYPE", "CUSTTYPE", "NAME"),
        ("TERRITORY", "TERRITORYID", "TERRITORYID"),
        ("GLACCOUNT", "ARACCOUNT", "ACCOUNTNO"),
        ("GLACCOUNT", "OFFSETGLACCOUNTNO", "ACCOUNTNO"),
        ("ARACCOUNTLABEL", "ACCOUNTLABEL", "ACCOUNTLABEL"),
    ):
        value = row.get(field)
        if value and context.tables.first(name, key, value) is None:
            title = "Parent" if field == "PARENTID" else name.capitalize()
            raise refuse(f"Invalid {title} '{value}' specified.")


# --------------------------------------------------------------------- contacts


def contact_of(element: etree._Element | None) -> dict:
    """A contact element (address nested) as the fields of a kept contact."""
    if element is None:
        return {}
    given: dict = {}
    for child in element:
        tag = child.tag.upper()
        if tag == "MAILADDRESS":
            given[tag] = {part.tag.upper(): _text(part) for part in child}
        else:
            given[tag] = _text(child)
    try:
        return contact_fields(given)
    except ValueError as error:
        raise refuse(str(error)) from error


def _text(element: etree._Element) -> str | None:
    return (element.text or "").strip() or None


def check_mail(fields: dict) -> None:
    for field, title in MAIL_FIELDS.items():
        value = fields.get(field)
        if value and not all(MAIL.fullmatch(part.strip()) for part in _mails(value)):
            text = f"Illegal format for Contactversion : {title} {value}."
            raise FunctionFailure(Fault("BL03000018", text), *MAIL_CHAIN)


def _mails(value: str) -> list[str]:
    return re.split(r"[,;]", value)


def check_country(context: Context, fields: dict) -> None:
    """With ISO codes enabled a country needs its code, and an unknown name none."""
    name = fields.get("MAILADDRESS.COUNTRY")
    if context.settings["iso_country_codes"] and name:
        if not fields.get("MAILADDRESS.COUNTRYCODE"):
            raise refuse("Required field ISO Country Code is missing", "BL03000018")


def _new_display_contact(context: Context, fields: dict) -> int:
    if context.tables.first("CONTACT", "CONTACTNAME", fields["CONTACTNAME"]):
        fault = Fault(
            "BL34000061",
            "Another Contact with the given value(s)   already exists",
            correction="Use a unique value instead.",
        )
        raise FunctionFailure(fault, *CUSTOMER_CHAIN)
    try:
        check_mail(fields)
        check_country(context, fields)
    except FunctionFailure as failure:
        raise failure.because(*CUSTOMER_CHAIN) from failure
    return context.create("CONTACT", {"STATUS": "T", **fields})["RECORDNO"]


def references(context: Context, element: etree._Element, row: dict) -> None:
    """CONTACTINFO, BILLTO and SHIPTO name contacts that exist."""
    for tag, key in REFERENCES.items():
        child = find_child(element, tag)
        if child is None:
            continue
        name_element = find_child(child, "CONTACTNAME")
        name = _text(name_element) if name_element is not None else None
        if name is None:
            row[key] = None
            continue
        contact = context.tables.first("CONTACT", "CONTACTNAME", name)
        if contact is None:
            raise refuse(f"The contact {name} does not exist.", "BL03000019")
        row[key] = contact["RECORDNO"]


def create_contact(context: Context, element: etree._Element) -> dict:
    fields = contact_of(element)
    for field, title in (("CONTACTNAME", "Contact Name"), ("PRINTAS", "Print As")):
        if not fields.get(field):
            raise refuse(f"Required field {title} is missing", "BL03000018")
    if context.tables.first("CONTACT", "CONTACTNAME", fields["CONTACTNAME"]):
        raise duplicate("Contact", fields["CONTACTNAME"])
    check_mail(fields)
    check_country(context, fields)
    return context.create("CONTACT", {"STATUS": "T", **fields})


def update_contact(context: Context, element: etree._Element) -> dict:
    fields = contact_of(element)
    recordno = fields.pop("RECORDNO", None)
    name = fields.get("CONTACTNAME")
    known = (
        context.tables.get("CONTACT", int(recordno))
        if recordno
        else context.tables.first("CONTACT", "CONTACTNAME", name)
    )
    if known is None:
        raise refuse(f"The contact {name or recordno} does not exist.", "BL03000019")
    check_mail(fields)
    return context.change("CONTACT", known, fields)


# --------------------------------------------------------------------- customers


def find_customer(context: Context, row: dict) -> dict:
    """By RECORDNO or CUSTOMERID, one that this session reaches."""
    recordno, customer_id = row.get("RECORDNO"), row.get("CUSTOMERID")
    found = (
        context.tables.get("CUSTOMER", recordno)
        if recordno is not None
        else context.tables.first("CUSTOMER", "CUSTOMERID", customer_id)
    )
    if found is None or not context.sees(found.get("MEGAENTITYID")):
        key = recordno if recordno is not None else customer_id
        raise refuse(f"Cannot find customer with key '{key or ''}' to update.")
    return found


def update_customer(context: Context, element: etree._Element) -> dict:
    row = generic_row(context, "CUSTOMER", element, nested=NESTED)
    found = find_customer(context, row)
    row.pop("RECORDNO", None)
    if not context.settings["empty_update_clears"]:
        row = {field: value for field, value in row.items() if value is not None}
    sent = row.pop("CUSTOMERID", None)
    if sent and sent != found["CUSTOMERID"]:
        raise refuse("The Customer ID can't be changed.")
    check_values(context, row)
    references(context, element, row)
    display = contact_of(find_child(element, "DISPLAYCONTACT"))
    if display:
        _change_display_contact(context, found, display)
    return context.change("CUSTOMER", found, row)


def _change_display_contact(context: Context, found: dict, fields: dict) -> None:
    contact = context.tables.get("CONTACT", found["DISPLAYCONTACTKEY"])
    name = fields.get("CONTACTNAME")
    other = context.tables.first("CONTACT", "CONTACTNAME", name) if name else None
    if other is not None and other is not contact:
        raise duplicate("Contact", name)
    try:
        check_mail(fields)
    except FunctionFailure as failure:
        raise failure.because(*CUSTOMER_CHAIN) from failure
    context.change("CONTACT", contact, fields)


def delete_customer(context: Context, found: dict) -> None:
    for name in ("ARINVOICE", "ARADJUSTMENT", "ARPYMT", "ARADVANCE"):
        if context.tables.find(name, "CUSTOMERID", found["CUSTOMERID"]):
            raise refuse(
                f"Customer '{found['CUSTOMERID']}' has transactions and can't be "
                "deleted."
            )
    context.remove("CUSTOMER", found)
