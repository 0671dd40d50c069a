"""What the gateway refuses about customers, accounts, labels and dimensions."""

from __future__ import annotations

from ..context import Context
from ..failures import Fault, FunctionFailure, refuse
from ..objects.documents import DIMENSIONS

REQUIRED = {
    "REQUIREDEPT": ("DEPARTMENTID", "Department"),
    "REQUIRELOC": ("LOCATIONID", "Location"),
    "REQUIREPROJECT": ("PROJECTID", "Project"),
    "REQUIRETASK": ("TASKID", "Task"),
    "REQUIRECUSTOMER": ("CUSTOMERID", "Customer"),
    "REQUIREVENDOR": ("VENDORID", "Vendor"),
    "REQUIREEMPLOYEE": ("EMPLOYEEID", "Employee"),
    "REQUIREITEM": ("ITEMID", "Item"),
    "REQUIRECLASS": ("CLASSID", "Class"),
    "REQUIRECONTRACT": ("CONTRACTID", "Contract"),
    "REQUIREWAREHOUSE": ("WAREHOUSEID", "Warehouse"),
}


def active(row: dict | None) -> bool:
    return row is not None and row.get("STATUS", "T") == "T"


def customer(context: Context, customer_id: str | None) -> dict:
    """A customer that documents may be written for in this session."""
    if not customer_id:
        raise refuse("Required field Vendor ID/Customer ID is missing", "BL03000018")
    row = context.tables.first("CUSTOMER", "CUSTOMERID", customer_id)
    if row is None:
        raise refuse(f"Invalid Customer '{customer_id}' specified.")
    if not active(row) or not context.sees(row.get("MEGAENTITYID")):
        raise refuse(f"Customer '{customer_id}' specified is not valid.")
    return row


def account(context: Context, number: str) -> dict:
    row = context.tables.first("GLACCOUNT", "ACCOUNTNO", number)
    if not active(row) or not context.sees(row.get("MEGAENTITYID")):
        raise refuse(f"Account {number} is not valid")
    return row


def find_label(context: Context, label: str) -> dict | None:
    return context.tables.first("ARACCOUNTLABEL", "ACCOUNTLABEL", label)


def line_account(context: Context, line: dict, number: int) -> dict:
    """Resolve a line's label or account, whichever the company uses."""
    label, account_no = line.get("ACCOUNTLABEL"), line.get("ACCOUNTNO")
    if context.settings["account_labels"]:
        if not label:
            raise refuse(
                f"Enter an account label on line item {number}, in transaction '', "
                "and try again"
            )
        row = find_label(context, label)
        if not active(row):
            raise refuse(f"Invalid Account Label '{label}' specified.")
        if row.get("SUBTOTAL"):
            raise refuse(f"Account Label '{label}' specified is not valid.")
        line["ACCOUNTNO"] = row["GLACCOUNTNO"]
        if row.get("OFFSETGLACCOUNTNO"):
            line.setdefault("OFFSETGLACCOUNTNO", row["OFFSETGLACCOUNTNO"])
    elif not account_no:
        raise refuse(
            f"Enter an account number on line item {number}, in transaction '', "
            "and try again"
        )
    return account(context, line["ACCOUNTNO"])


def lines(context: Context, name: str, header: dict, given: list[dict]) -> None:
    """All rules of lines; accounts and locations are filled in."""
    if not given:
        raise refuse("Enter at least one line item, and try again", "BL03002101")
    for number, line in enumerate(given, 1):
        if line.get("TRX_AMOUNT") is None:
            raise refuse(
                "Remove the extra line item in the request, then reclassify the bill.",
                "BL03002101",
            )
        row = line_account(context, line, number)
        place(context, line, row["ACCOUNTNO"])
        dimensions(context, line)
        required(line, row)
        restricted(context, line)
        _project_fits(context, header, line)
        if line.get("OFFSETGLACCOUNTNO"):
            account(context, line["OFFSETGLACCOUNTNO"])
    _inline_credits(context, given)
    taxes(context, header, given)


def place(context: Context, line: dict, account_no: str) -> None:
    """Multi-entity: a location at top level, the own entity's in an entity."""
    if not context.company.multi_entity:
        return
    location = line.get("LOCATIONID")
    if not location:
        if context.entity is None:
            raise refuse(
                f"Missing the Location dimension for Account {account_no}",
                "BL03000018",
            )
        line["LOCATIONID"] = context.entity
        return
    owner = context.company.entity_of(location)
    if context.entity is not None and owner not in (None, context.entity):
        raise refuse(f"The location '{location}' is invalid.")


def dimensions(context: Context, line: dict) -> None:
    for name, (key, _title) in DIMENSIONS.items():
        value = line.get(key)
        if not value:
            continue
        row = context.tables.first(name, key, value)
        title = name.capitalize()
        if row is None:
            raise refuse(f"Invalid {title} '{value}' specified.")
        delay = context.settings["dimension_delay_seconds"]
        new = row.get("WHENCREATED", 0) > context.company.clock.now() - delay
        if (delay and new) or not context.sees(row.get("MEGAENTITYID")):
            raise refuse(f"Invalid {title} '{value}' specified.")
        if not active(row):
            if name in ("LOCATION", "DEPARTMENT"):
                raise refuse(f"The {name.lower()} '{value}' is invalid.")
            raise refuse(f"{title} '{value}' specified is not valid.")


def required(line: dict, account_row: dict) -> None:
    number = account_row["ACCOUNTNO"]
    for flag, (key, title) in REQUIRED.items():
        if account_row.get(flag) and not line.get(key):
            raise refuse(
                f"This transaction is missing the {title} dimension for the Account "
                f"{number}"
            )


def restricted(context: Context, line: dict) -> None:
    """Dimensions that an account accepts only some values of."""
    for rule in context.tables.meta.get("restrictions", ()):
        value = line.get(rule["DIMENSION"])
        if rule["ACCOUNTNO"] != line["ACCOUNTNO"] or not value:
            continue
        if value not in rule["ALLOWED"]:
            title = rule["DIMENSION"].removesuffix("ID").capitalize()
            raise refuse(
                f"{title} '{value}': '{value}' specified is not valid. {title} is "
                "restricted by GL account."
            )


def _project_fits(context: Context, header: dict, line: dict) -> None:
    project = line.get("PROJECTID")
    if not project or not context.settings["projects_belong_to_customers"]:
        return
    owner = context.tables.first("PROJECT", "PROJECTID", project).get("CUSTOMERID")
    if owner and owner != header.get("CUSTOMERID", owner):
        raise refuse(
            f"The project dimension you selected --{project}-- is not related to your "
            "header-level Customer ID value."
        )


def _inline_credits(context: Context, given: list[dict]) -> None:
    if not context.settings["credits_limited_to_entity"]:
        return
    if not any(line["TRX_AMOUNT"] < 0 for line in given):
        return
    _one_owner(context, given)


def credit_owner(context: Context, target: list, source: list) -> None:
    """A credit of one entity on a document of another, part by part."""
    if context.settings["credits_limited_to_entity"]:
        _one_owner(context, [part.line for part in (*target, *source)])


def _one_owner(context: Context, lines: list[dict]) -> None:
    owners = {context.company.entity_of(line.get("LOCATIONID")) for line in lines}
    if len(owners) > 1:
        raise refuse(
            "Your configuration limits credits to the entity owners.", "BL03002073"
        )


def taxes(context: Context, header: dict, given: list[dict]) -> None:
    """With a tax solution every line needs a tax detail of it; none otherwise."""
    solution = header.get("TAXSOLUTIONID")
    missing = FunctionFailure(
        Fault(
            "BL01001973",
            "Tax details are either missing or don't belong to the tax solution "
            f"{solution or ''}. Ensure each line item has a tax detail that belongs "
            "to the applicable tax solution.",
        )
    )
    if solution:
        if context.tables.first("TAXSOLUTION", "SOLUTIONID", solution) is None:
            raise refuse(f"Invalid Tax Solution '{solution}' specified.")
        if any(not line.get("TAXENTRIES") for line in given):
            raise missing
    for line in given:
        for entry in line.get("TAXENTRIES") or ():
            detail = context.tables.first("TAXDETAIL", "DETAILID", entry["DETAILID"])
            if detail is None or detail.get("TAXTYPE") != "S":
                raise missing
            if solution and detail.get("TAXSOLUTIONID") != solution:
                raise missing
