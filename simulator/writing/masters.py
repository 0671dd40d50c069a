"""Terms, account labels and simple lists."""

from __future__ import annotations

from lxml import etree

from ..calls import Call, Outcome
from ..context import Context
from ..failures import refuse
from ..objects import REGISTRY
from ..reading.access import require
from . import checks, customers, outcomes
from .elements import generic_row, text_of

FORBIDDEN = set("<>@#&\"\\'`;=")
NAME_FIELDS = {
    "CUSTTYPE": "NAME",
    "DEPARTMENT": "TITLE",
    "LOCATION": "NAME",
    "CLASS": "NAME",
    "PROJECT": "NAME",
    "ITEM": "NAME",
}


def check_name(name: str | None, title: str) -> str:
    """Names of terms, labels and customer types exclude some characters."""
    if not name:
        raise refuse(f"Required field {title} is missing", "BL03000018")
    if FORBIDDEN & set(name):
        raise refuse(f"The {title} '{name}' contains a character that isn't allowed.")
    return name


# ----------------------------------------------------------------------- labels


def create_label(context: Context, element: etree._Element) -> dict:
    row = generic_row(context, "ARACCOUNTLABEL", element)
    return add_label(context, row)


def add_label(context: Context, row: dict) -> dict:
    name = check_name(row.get("ACCOUNTLABEL"), "Account Label")
    if not row.get("DESCRIPTION"):
        raise refuse("Required field Description is missing", "BL03000018")
    checks.account(context, row.get("GLACCOUNTNO") or "")
    if checks.find_label(context, name):
        raise customers.duplicate("Account Label", name)
    return context.create("ARACCOUNTLABEL", {"STATUS": "T", **row})


def update_label(context: Context, element: etree._Element) -> dict:
    row = generic_row(context, "ARACCOUNTLABEL", element)
    found = context.tables.get("ARACCOUNTLABEL", row.pop("RECORDNO", None))
    if found is None:
        raise refuse("Cannot find account label with key '' to update.")
    if row.get("GLACCOUNTNO"):
        checks.account(context, row["GLACCOUNTNO"])
    return context.change("ARACCOUNTLABEL", found, row)


def legacy_label(call: Call) -> Outcome:
    """create_araccountlabel and update_araccountlabel."""
    element, context = call.element, call.context
    require(context, "ARACCOUNTLABEL", "add" if "create" in call.name else "edit")
    row = {
        field: text_of(element, tag)
        for tag, field in (
            ("accountlabel", "ACCOUNTLABEL"),
            ("description", "DESCRIPTION"),
            ("glaccountno", "GLACCOUNTNO"),
            ("offsetglaccountno", "OFFSETGLACCOUNTNO"),
        )
        if element.find(tag) is not None
    }
    if call.name == "create_araccountlabel":
        return outcomes.keyed(add_label(context, row)["RECORDNO"])
    label = element.get("accountlabel") or ""
    found = checks.find_label(context, label)
    if found is None:
        raise refuse(f"Invalid Account Label '{label}' specified.")
    return outcomes.keyed(context.change("ARACCOUNTLABEL", found, row)["RECORDNO"])


# ------------------------------------------------------------------------ lists


def create_account(context: Context, element: etree._Element) -> dict:
    row = generic_row(context, "GLACCOUNT", element)
    number = row.get("ACCOUNTNO")
    if not number or not row.get("TITLE"):
        raise refuse("Required field Account Number is missing", "BL03000018")
    if context.tables.first("GLACCOUNT", "ACCOUNTNO", number):
        raise customers.duplicate("GL Account", number)
    return context.create("GLACCOUNT", {"STATUS": "T", **row})


def create_named(context: Context, element: etree._Element) -> dict:
    name = element.tag.upper()
    row = generic_row(context, name, element)
    key = REGISTRY[name].key
    if not row.get(key) or not row.get(NAME_FIELDS[name]):
        raise refuse(f"Required field {key} is missing", "BL03000018")
    if context.tables.first(name, key, row[key]):
        raise customers.duplicate(name.capitalize(), row[key])
    return context.create(name, {"STATUS": "T", **row})


# ------------------------------------------------------------------------ terms


def _term_row(element: etree._Element) -> dict:
    row: dict = {}
    for path, field in (
        ("description", "DESCRIPTION"),
        ("due/dueday", "DUEDATE"),
        ("due/duefrom", "DUEFROM"),
        ("discount/discday", "DISCDATE"),
        ("discount/discfrom", "DISCFROM"),
        ("discount/discamount", "DISCAMOUNT"),
        ("discount/discpercamn", "DISCPERCAMN"),
        ("discount/discgracedays", "DISCFUDGEDAYS"),
        ("disccalcon", "DISCCALCON"),
        ("penalty/pen_type", "PEN_TYPES"),
        ("penalty/penamount", "PENAMOUNT"),
        ("penalty/penpercamn", "PENPERCAMN"),
        ("penalty/pengracedays", "PENFUDGEDAYS"),
    ):
        value = text_of(element, path)
        if value is not None:
            row[field] = value
    for field in ("DUEDATE", "DISCDATE", "DISCFUDGEDAYS", "PENFUDGEDAYS"):
        if field in row:
            if not row[field].isdigit():
                raise refuse(f"Invalid {field} '{row[field]}' specified.")
            row[field] = int(row[field])
    status = text_of(element, "status")
    if status:
        row["STATUS"] = "F" if status == "inactive" else "T"
    return row


def term(call: Call) -> Outcome:
    """create_arterm, update_arterm, delete_arterm."""
    context, element = call.context, call.element
    verb = call.name.split("_")[0]
    operation = {"create": "add", "update": "edit", "delete": "delete"}[verb]
    require(context, "ARTERM", operation)
    if verb == "create":
        name = check_name(text_of(element, "name"), "Name")
        if context.tables.first("ARTERM", "NAME", name):
            raise customers.duplicate("AR Term", name)
        row = {"STATUS": "T", "NAME": name, **_term_row(element)}
        return outcomes.keyed(context.create("ARTERM", row)["RECORDNO"])
    found = context.tables.first("ARTERM", "NAME", element.get("name"))
    if found is None:
        raise refuse(f"The term name {element.get('name')} is invalid")
    if verb == "update":
        row = context.change("ARTERM", found, _term_row(element))
        return outcomes.keyed(row["RECORDNO"])
    if any(row.get("TERMNAME") == found["NAME"] for row in _users(context)):
        raise refuse(f"The term {found['NAME']} is in use and can't be deleted.")
    context.remove("ARTERM", found)
    return Outcome()


def _users(context: Context) -> list[dict]:
    return context.tables.all("CUSTOMER") + context.tables.all("ARINVOICE")


# -------------------------------------------------------------- legacy customers

LEGACY_CUSTOMER = {
    "customerid": "CUSTOMERID",
    "name": "NAME",
    "parentid": "PARENTID",
    "termname": "TERMNAME",
    "custrepid": "CUSTREPID",
    "shippingmethod": "SHIPPINGMETHOD",
    "custtype": "CUSTTYPE",
    "taxid": "TAXID",
    "creditlimit": "CREDITLIMIT",
    "territoryid": "TERRITORYID",
    "resaleno": "RESALENO",
    "deliveryoptions": "DELIVERY_OPTIONS",
    "accountlabel": "ACCOUNTLABEL",
    "glaccountno": "ARACCOUNT",
    "glgroup": "GLGROUP",
    "onhold": "ONHOLD",
    "comments": "COMMENTS",
    "status": "STATUS",
    "currency": "CURRENCY",
    "supdocid": "SUPDOCID",
    "offsetglaccountno": "OFFSETGLACCOUNTNO",
    "retainagepercentage": "RETAINAGEPERCENTAGE",
}


def legacy_customer(call: Call) -> Outcome:
    """create_customer and update_customer, by way of the generic object."""
    context, element = call.context, call.element
    creating = call.name == "create_customer"
    require(context, "CUSTOMER", "add" if creating else "edit")
    generic = etree.Element("CUSTOMER")
    for tag, field in LEGACY_CUSTOMER.items():
        found = element.find(tag)
        if found is not None:
            etree.SubElement(generic, field).text = found.text
    _legacy_contacts(context, element, generic)
    if creating:
        if generic.find("DISPLAYCONTACT") is None:
            display = etree.SubElement(generic, "DISPLAYCONTACT")
            etree.SubElement(display, "PRINTAS").text = text_of(element, "name")
        row = customers.create_customer(context, generic)
    else:
        etree.SubElement(generic, "CUSTOMERID").text = element.get("customerid")
        row = customers.update_customer(context, generic)
    return outcomes.keyed(row["RECORDNO"])


def _legacy_contacts(
    context: Context, element: etree._Element, generic: etree._Element
) -> None:
    """contactinfo/contact becomes the display contact, names stay references."""
    for tag, field in (
        ("contactinfo", "DISPLAYCONTACT"),
        ("primary", "CONTACTINFO"),
        ("billto", "BILLTO"),
        ("shipto", "SHIPTO"),
    ):
        contact = element.find(f"{tag}/contact")
        name = text_of(element, f"{tag}/contactname")
        if contact is None and name is None:
            continue
        target = etree.SubElement(generic, field)
        if contact is not None and field == "DISPLAYCONTACT":
            for child in contact:
                target.append(child)
            continue
        if contact is not None:
            customers.create_contact(context, contact)
            name = text_of(contact, "contactname")
        if field == "DISPLAYCONTACT":
            generic.remove(target)
            target = etree.SubElement(generic, "CONTACTINFO")
        etree.SubElement(target, "CONTACTNAME").text = name


def delete_customer(call: Call) -> Outcome:
    context = call.context
    require(context, "CUSTOMER", "delete")
    customer_id = call.element.get("customerid")
    found = context.tables.first("CUSTOMER", "CUSTOMERID", customer_id)
    if found is None:
        raise refuse(f"Cannot find customer with key '{customer_id}' to delete.")
    customers.delete_customer(context, found)
    return Outcome()
