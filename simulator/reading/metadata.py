"""What there is and who may do what: metadata, preferences, entities, PDF."""

from __future__ import annotations

import base64

from ..calls import Call, Outcome
from ..clock import iso_stamp, show_date
from ..context import Context
from ..failures import refuse
from ..objects import REGISTRY, Field, ObjectType
from ..objects.fields import ENUMERATIONS
from ..pdf import one_page
from ..protocol import child_text, text
from ..values import show_cents
from .access import OPERATIONS, find_object, require, rights_of

DATATYPES = {
    "text": "TEXT",
    "enum": "ENUM",
    "int": "INTEGER",
    "money": "CURRENCY",
    "rate": "DECIMAL",
    "bool": "BOOLEAN",
    "tf": "TEXT",
    "date": "DATE",
    "stamp": "TIMESTAMP",
    "utcstamp": "TIMESTAMP",
}
# Application, policy and the object whose operations it stands for.
POLICIES = (
    ("Accounts Receivable", "Customers", "CUSTOMER"),
    ("Accounts Receivable", "Invoices", "ARINVOICE"),
    ("Accounts Receivable", "Adjustments", "ARADJUSTMENT"),
    ("Accounts Receivable", "Receive Payments", "ARPYMT"),
    ("Accounts Receivable", "Advances", "ARADVANCE"),
    ("Accounts Receivable", "AR Terms", "ARTERM"),
    ("Accounts Receivable", "AR Account Labels", "ARACCOUNTLABEL"),
    ("Cash Management", "Deposits", "DEPOSIT"),
    ("Cash Management", "Checking Accounts", "CHECKINGACCOUNT"),
    ("Cash Management", "Savings Accounts", "SAVINGSACCOUNT"),
    ("General Ledger", "Accounts", "GLACCOUNT"),
    ("Company", "Contacts", "CONTACT"),
    ("Company", "Departments", "DEPARTMENT"),
    ("Company", "Locations", "LOCATION"),
    ("Company", "Entities", "LOCATIONENTITY"),
    ("Company", "Users", "USERINFO"),
    ("Taxes", "Tax Details", "TAXDETAIL"),
    ("Platform Services", "Custom Reports", "AUDITHISTORY"),
)
LABELS = {"STATE": "State", "RECORDNO": "Record number"}


# -------------------------------------------------------------------- inspection


def inspect(call: Call) -> Outcome:
    """All objects, or the fields of one; data permission is not needed."""
    element = call.element
    wanted = child_text(element, "object") or child_text(element, "name")
    if wanted == "*":
        names = sorted(name for name, found in REGISTRY.items() if not found.hidden)
        types = "".join(f"<type typename='{name}'>{name}</type>" for name in names)
        inner = f"<data listtype='All' count='{len(names)}'>{types}</data>"
        return Outcome(inner)
    declared = find_object(wanted)
    detailed = element.get("detail") == "1"
    fields = "".join(
        _field(declared, field) if detailed else f"<Field>{field.name}</Field>"
        for field in declared.fields.values()
    )
    return Outcome(
        f"<data listtype='All' count='1'><Type Name='{declared.name}'>"
        f"<Fields>{fields}{_custom(call.context, declared)}</Fields></Type></data>"
    )


def lookup(call: Call) -> Outcome:
    """Fields, enumerations and relationships of an object."""
    declared = find_object(child_text(call.element, "object"))
    fields = "".join(_field(declared, field) for field in declared.fields.values())
    fields += _custom(call.context, declared)
    relations = "".join(
        f"<Relationship><OBJECTPATH>{name}</OBJECTPATH>"
        f"<OBJECTNAME>{relation.target}</OBJECTNAME><LABEL></LABEL>"
        "<RELATIONSHIPTYPE>MANY2ONE</RELATIONSHIPTYPE>"
        f"<RELATEDBY>{name}</RELATEDBY></Relationship>"
        for name, relation in declared.relations.items()
    )
    return Outcome(
        f'<data listtype="All" count="1"><Type Name="{declared.name}" '
        f'DocumentType=""><Fields>{fields}</Fields>'
        f"<Relationships>{relations}</Relationships></Type></data>"
    )


def _field(declared: ObjectType, field: Field) -> str:
    values = _values(declared, field)
    valid = ""
    if values:
        items = "".join(f"<VALIDVALUE>{text(v)}</VALIDVALUE>" for v in values)
        valid = f"<VALIDVALUES>{items}</VALIDVALUES>"
    readonly = "true" if field.compute is not None else "false"
    required = "true" if field.name == declared.key else "false"
    kind = DATATYPES[field.kind]
    if field.name == "RECORDNO" and declared.text_recordno:
        kind = "TEXT"
    label = LABELS.get(field.name, field.name.title())
    return (
        f"<Field><ID>{field.name}</ID><LABEL>{label}</LABEL><DESCRIPTION>"
        f"</DESCRIPTION><REQUIRED>{required}</REQUIRED><READONLY>{readonly}</READONLY>"
        f"<DATATYPE>{kind}</DATATYPE>{valid}<ISCUSTOM>false</ISCUSTOM></Field>"
    )


def _values(declared: ObjectType, field: Field) -> list[str]:
    if field.labels is not None:
        return list(field.labels.values())
    if field.name == "ACCESSMODE":
        return list(ENUMERATIONS["accessmode"].values())
    return []


def _custom(context: Context, declared: ObjectType) -> str:
    names = context.tables.meta.get("custom_fields", {}).get(declared.name, ())
    return "".join(
        f"<Field><ID>{name}</ID><LABEL>{name}</LABEL><DESCRIPTION></DESCRIPTION>"
        "<REQUIRED>false</REQUIRED><READONLY>false</READONLY><DATATYPE>TEXT</DATATYPE>"
        "<ISCUSTOM>true</ISCUSTOM></Field>"
        for name in names
    )


# ------------------------------------------------------------------ users, company


def user_permissions(call: Call) -> Outcome:
    """The rights of a user, by application and policy, joined with bars."""
    context = call.context
    wanted = child_text(call.element, "userId")
    user = context.tables.first("USERINFO", "LOGINID", wanted)
    if user is None:
        raise refuse(f"Invalid User '{wanted}' specified.")
    asked = Context(context.company, user)
    applications: dict[str, list[str]] = {}
    for application, policy, name in POLICIES:
        rights = rights_of(asked, name)
        shown = "|".join(o.capitalize() for o in OPERATIONS if o in rights)
        applications.setdefault(application, []).append(
            f"<policy><policyName>{policy}</policyName><rights>{shown}</rights></policy>"
        )
    inner = "".join(
        f"<appSubscription><applicationName>{application}</applicationName>"
        f"<policies>{''.join(policies)}</policies></appSubscription>"
        for application, policies in applications.items()
    )
    data = f'<data listtype="permissions" count="1"><permissions>{inner}</permissions>'
    return Outcome(f"{data}</data>")


def user_formatting(call: Call) -> Outcome:
    """Locale, date format and the GMT offset that stamps are shown in."""
    context, element = call.context, call.element
    key = child_text(element, "key")
    user = (
        context.tables.get("USERINFO", int(key))
        if key.isdigit()
        else context.tables.first("USERINFO", "LOGINID", child_text(element, "userId"))
    )
    if user is None:
        raise refuse("Invalid User specified.")
    return Outcome(
        '<data listtype="userformatting" count="1"><userformatting>'
        f"<recordno>{user['RECORDNO']}</recordno><locale>{user['_LOCALE']}</locale>"
        "<dateformat>/mdY</dateformat>"
        f"<gmtoffset>{user['_GMTOFFSET']}</gmtoffset><clock>24</clock>"
        "</userformatting></data>"
    )


def company_preferences(call: Call) -> Outcome:
    """The preferences of an application, as loaded."""
    wanted = call.element.get("application", "").upper()
    rows = [
        row
        for row in call.context.tables.meta.get("preferences", ())
        if row["APPLICATION"].upper() == wanted
    ]
    inner = "".join(
        f"<companypref><application>{wanted}</application>"
        f"<preference>{text(row['PREFERENCE'])}</preference>"
        f"<prefvalue>{text(row['PREFVALUE'])}</prefvalue></companypref>"
        for row in rows
    )
    return Outcome(f'<data listtype="companyprefs" count="{len(rows)}">{inner}</data>')


def closed_books(call: Call) -> Outcome:
    """The last closed day of the general ledger for this session's place."""
    context = call.context
    days = [
        row["THROUGH"]
        for row in context.tables.meta.get("closed", ())
        if row["MODULE"] == "GL" and row["LOCATIONID"] in ("", context.entity)
    ]
    day = show_date(max(days)) if days else ""
    return Outcome(f"<data><closedbooksdate>{day}</closedbooksdate></data>")


def entity_details(call: Call) -> Outcome:
    """The entities that the user may enter."""
    context = call.context
    allowed = context.user.get("_ENTITIES")
    rows = [
        row
        for row in context.company.entities()
        if not allowed or row["LOCATIONID"] in allowed
    ]
    inner = "".join(
        f"<entity><id>{text(row['LOCATIONID'])}</id><name>{text(row['NAME'])}</name>"
        f"<recordno>{row['RECORDNO']}</recordno>"
        f"<currency>{row.get('CURRENCY') or context.company.base_currency}</currency>"
        f"<firstfiscalmonth>{row.get('FIRSTMONTH') or 1}</firstfiscalmonth>"
        "<firstfiscaltaxmonth></firstfiscaltaxmonth><weekstart></weekstart></entity>"
        for row in rows
    )
    return Outcome(f'<data listtype="entity" count="{len(rows)}">{inner}</data>')


MODES = {"A": "access", "M": "modify", "C": "create", "D": "delete", "W": "workflow"}


def audit_trail(call: Call) -> Outcome:
    """The audit rows of one record, with ISO times and words."""
    context, element = call.context, call.element
    require(context, "AUDITHISTORY", "list")
    declared = find_object(child_text(element, "object"))
    key = child_text(element, "objectKey")
    if not key:
        key = f"{child_text(element, 'recordNo')}--REC"
    rows = [
        row
        for row in context.tables.find("AUDITHISTORY", "OBJECTKEY", key)
        if row["OBJECTTYPE"] == declared.name.lower()
    ]
    inner = "".join(
        f"<auditTrailDetail><userId>{text(row['USERID'])}</userId>"
        f"<object>{row['OBJECTTYPE']}</object>"
        f"<objectKey>{text(key.removesuffix('--REC'))}</objectKey>"
        f"<accessTime>{iso_stamp(row['ACCESSTIME'])}</accessTime>"
        f"<accessMode>{MODES[row['ACCESSMODE']]}</accessMode>"
        f"<workflowAction>{row.get('WORKFLOWACTION') or ''}</workflowAction>"
        f"<source>{row['SOURCE']}</source></auditTrailDetail>"
        for row in rows
    )
    return Outcome(f'<data listtype="auditTrail" count="{len(rows)}">{inner}</data>')


# ---------------------------------------------------------------------------- PDF


def retrieve_pdf(call: Call) -> Outcome:
    """The invoice as PDF, base64; fetching it may mark the invoice as printed."""
    context = call.context
    require(context, "ARINVOICE", "view")
    key = (call.element.findtext("ARINVOICE/RECORDNO") or "").strip()
    row = context.tables.get("ARINVOICE", int(key)) if key.isdigit() else None
    if row is None:
        raise refuse(f"Cannot find arinvoice with key '{key}'.")
    if context.settings["pdf_marks_printed"]:
        context.change("ARINVOICE", row, {"PRINTED": True})
    content = base64.b64encode(one_page(_invoice_text(context, row))).decode()
    return Outcome(
        f'<data listtype="arinvoice" count="1"><arinvoice><recordno>{key}</recordno>'
        f"<pdfdata>{content}</pdfdata></arinvoice></data>"
    )


def _invoice_text(context: Context, row: dict) -> list[str]:
    customer = context.tables.first("CUSTOMER", "CUSTOMERID", row["CUSTOMERID"])
    lines = context.tables.find("ARINVOICEITEM", "RECORDKEY", row["RECORDNO"])
    return [
        context.company.configuration["NAME"],
        "",
        f"Invoice {row.get('RECORDID') or row['RECORDNO']}",
        f"Date {show_date(row['WHENCREATED'])}, due {show_date(row['WHENDUE'])}",
        f"Customer {(customer or {}).get('NAME') or row['CUSTOMERID']}",
        "",
        *(
            f"{line.get('ENTRYDESCRIPTION') or ''}  {show_cents(line['TRX_AMOUNT'])}"
            for line in lines
            if not line.get("_HIDDEN")
        ),
        "",
        f"Total {row['CURRENCY']} {show_cents(row['TRX_TOTALENTERED'])}",
    ]
