"""Elements of invoices and adjustments as typed headers and lines."""

from __future__ import annotations

from lxml import etree

from ..context import Context
from ..values import cents
from .elements import amount_of, custom_fields, given, legacy_date, text_of

LINE_TEXTS = {
    "accountlabel": "ACCOUNTLABEL",
    "glaccountno": "ACCOUNTNO",
    "offsetglaccountno": "OFFSETGLACCOUNTNO",
    "allocationid": "ALLOCATION",
    "memo": "ENTRYDESCRIPTION",
    "locationid": "LOCATIONID",
    "departmentid": "DEPARTMENTID",
    "revrectemplate": "REVRECTEMPLATE",
    "defrevaccount": "DEFERREDREVACCTNO",
    "projectid": "PROJECTID",
    "taskid": "TASKID",
    "customerid": "CUSTOMERID",
    "vendorid": "VENDORID",
    "employeeid": "EMPLOYEEID",
    "itemid": "ITEMID",
    "classid": "CLASSID",
    "contractid": "CONTRACTID",
    "warehouseid": "WAREHOUSEID",
}
NUMBER_TAGS = {"ARINVOICE": "invoiceno", "ARADJUSTMENT": "adjustmentno"}
REFERENCE_TAGS = {"ARINVOICE": "ponumber", "ARADJUSTMENT": "invoiceno"}


def read_line(context: Context, name: str, element: etree._Element) -> dict:
    """A lineitem with the fields that it names."""
    line: dict = {}
    for tag, field in LINE_TEXTS.items():
        if given(element, tag):
            line[field] = text_of(element, tag)
    if given(element, "amount"):
        line["TRX_AMOUNT"] = amount_of(text_of(element, "amount"))
    for tag, field in (
        ("revrecstartdate", "REVRECSTARTDATE"),
        ("revrecenddate", "REVRECENDDATE"),
    ):
        if given(element, tag):
            line[field] = legacy_date(element, tag)
    inclusive = amount_of(text_of(element, "totaltrxamount"))
    entries = [
        {
            "DETAILID": text_of(entry, "detailid"),
            "TRX_TAX": amount_of(text_of(entry, "trx_tax")),
        }
        for entry in element.findall("taxentries/taxentry")
    ]
    if given(element, "taxentries"):
        line["TAXENTRIES"] = _tax_lines(context, line, entries, inclusive)
    for tag, field in (("totalpaid", "_PAID"), ("totaldue", "_DUE")):
        if given(element, tag):
            line[field] = amount_of(text_of(element, tag))
    line.update(custom_fields(context, f"{name}ITEM", element))
    return line


def _tax_lines(
    context: Context, line: dict, entries: list[dict], inclusive: int | None
) -> list[dict]:
    """Tax entries as extra rows behind their line; the sent tax wins."""
    found = []
    for entry in entries:
        detail = context.tables.first("TAXDETAIL", "DETAILID", entry["DETAILID"])
        rate = cents((detail or {}).get("VALUE") or 0)
        tax = entry["TRX_TAX"]
        if tax is None:
            tax = _computed_tax(line.get("TRX_AMOUNT") or 0, rate, inclusive)
        account = (detail or {}).get("GLACCOUNT")
        found.append(
            {
                "DETAILID": entry["DETAILID"],
                "TRX_AMOUNT": tax,
                "ACCOUNTNO": account or context.company.configuration["TAXACCOUNT"],
                "ENTRYDESCRIPTION": (detail or {}).get("DESCRIPTION"),
                "LINEITEM": False,
                "LOCATIONID": line.get("LOCATIONID"),
            }
        )
    return found


def _computed_tax(amount: int, rate: int, inclusive: int | None) -> int:
    """Tax in cents; ``rate`` is in hundredths of a percent."""
    if inclusive is not None:
        return inclusive - amount
    return round(amount * rate / 10000)


def read_rate(element: etree._Element) -> dict:
    return {
        "currency": text_of(element, "currency"),
        "rate": text_of(element, "exchrate"),
        "kind": text_of(element, "exchratetype"),
        "date": legacy_date(element, "exchratedate"),
    }


def read_header(context: Context, name: str, element: etree._Element) -> dict:
    """The header fields that a create or update function names."""
    header: dict = {}
    for tag, field in (
        ("customerid", "CUSTOMERID"),
        ("termname", "TERMNAME"),
        (NUMBER_TAGS[name], "RECORDID"),
        (REFERENCE_TAGS[name], "DOCNUMBER"),
        ("description", "DESCRIPTION"),
        ("supdocid", "SUPDOCID"),
        ("taxsolutionid", "TAXSOLUTIONID"),
    ):
        if given(element, tag):
            header[field] = text_of(element, tag)
    for tag, field in (
        ("datecreated", "WHENCREATED"),
        ("dateposted", "WHENPOSTED"),
        ("datedue", "WHENDUE"),
    ):
        if given(element, tag):
            header[field] = legacy_date(element, tag)
    for tags, field in (
        (("billto", "payto"), "BILLTOPAYTOCONTACTNAME"),
        (("shipto", "returnto"), "SHIPTORETURNTOCONTACTNAME"),
    ):
        for tag in tags:
            found = element.find(f"{tag}/contactname")
            if found is None:
                found = element.find(f"{tag}/contact/contactname")
            if found is not None:
                header[field] = (found.text or "").strip()
    header.update(custom_fields(context, name, element))
    return header
