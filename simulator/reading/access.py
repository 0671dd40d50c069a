"""Which rows a session may see, and which operations its user may do."""

from __future__ import annotations

import random

from ..context import Context
from ..failures import PERMISSION, Fault, FunctionFailure, refuse
from ..objects import REGISTRY, ObjectType

OPERATIONS = ("list", "view", "add", "edit", "delete", "post", "reverse")
API_OPERATIONS = {
    "list": "READ_BY_QUERY",
    "view": "READ",
    "add": "CREATE",
    "edit": "UPDATE",
    "delete": "DELETE",
    "post": "UPDATE",
    "reverse": "REVERSE",
}
# A line or an application is seen by whoever sees its document.
GOVERNED_BY = {
    "ARINVOICEITEM": "ARINVOICE",
    "ARINVOICEBATCH": "ARINVOICE",
    "ARINVOICEPAYMENT": "ARINVOICE",
    "ARADJUSTMENTITEM": "ARADJUSTMENT",
    "ARADVANCEITEM": "ARADVANCE",
    "ARPYMTDETAIL": "ARPYMT",
    "ARPYMTENTRY": "ARPYMT",
    "ARPAYMENT": "ARPYMT",
    "ARPOSTEDOVERPAYMENT": "ARPYMT",
    "ARPAYMENTBATCH": "ARPYMT",
    "DEPOSITENTRY": "DEPOSIT",
}
DIMENSION_OBJECTS = {"DEPARTMENT", "CLASS", "PROJECT", "ITEM", "LOCATION"}


def find_object(name: str) -> ObjectType:
    declared = REGISTRY.get(name.strip().upper())
    if declared is None or declared.hidden:
        fault = Fault("Query Failed", f"Object definition {name.strip()} not found")
        raise FunctionFailure(fault)
    return declared


def rights_of(context: Context, name: str) -> set[str]:
    """The operations that the user may do on an object."""
    permissions = context.tables.meta.get("permissions", {})
    mine = permissions.get(context.user.get("LOGINID"), {})
    governed = GOVERNED_BY.get(name, name)
    for wanted in (name, governed, "*"):
        if wanted in mine:
            return set(mine[wanted])
    return set(OPERATIONS)


def require(context: Context, name: str, operation: str) -> None:
    """Refuse an operation that the user's role does not have, or any on an object of
    an application that the company has not subscribed to."""
    if name in context.settings["unavailable_objects"]:
        raise refuse(
            f"API operation '{API_OPERATIONS[operation]}' cannot be performed on "
            f"objects of type {name.lower()}",
            errorno="",
        )
    if operation in rights_of(context, name):
        return
    if name == "AUDITHISTORY":
        raise refuse("You do not have permission to view audit history", errorno="")
    raise refuse(
        f"You do not have permission for API operation {API_OPERATIONS[operation]} "
        f"on objects of type {name.lower()}",
        PERMISSION,
    )


def visible_rows(
    context: Context, declared: ObjectType, private: bool = False
) -> list[dict]:
    """The rows that a session sees; ``private`` is showprivate at top level."""
    rows = context.tables.rows[declared.source or declared.name].values()
    if declared.where is not None:
        rows = [row for row in rows if declared.where(row)]
    rows = _not_yet(context, declared, rows)
    if not context.company.multi_entity or (private and context.entity is None):
        return list(rows)
    owner, company, entity = declared.owner, context.company, context.entity
    if owner is None:
        return [row for row in rows if row.get("MEGAENTITYID") in (None, "", entity)]
    return [row for row in rows if owner(company, row) in (None, "", entity)]


def is_visible(context: Context, declared: ObjectType, row: dict) -> bool:
    """Whether one row is reached by its key (top level reaches everything)."""
    owner = (
        declared.owner(context.company, row)
        if declared.owner
        else row.get("MEGAENTITYID")
    )
    return context.entity is None or not owner or owner == context.entity


def _not_yet(context: Context, declared: ObjectType, rows):
    """Leave out what shows up only some time after it was written."""
    now = context.company.clock.now()
    if declared.name == "APIUSAGEDETAIL":
        limit = now - context.settings["usage_delay_seconds"]
        return [row for row in rows if row["CREATED_TIME"] <= limit]
    delay = context.settings["dimension_delay_seconds"]
    if delay and declared.name in DIMENSION_OBJECTS:
        return [row for row in rows if row.get("WHENCREATED", 0) <= now - delay]
    return rows


def in_arbitrary_order(context: Context, rows: list[dict]) -> list[dict]:
    """Shuffled anew for every call, reproducibly by the seed."""
    company = context.company
    company.reads += 1
    seed = f"{context.settings['random_seed']}:{company.reads}"
    random.Random(seed).shuffle(rows)
    return rows
