"""create, update and delete of generic objects, one or several in a function."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from ..books import documents
from ..calls import Call, Outcome
from ..context import Context
from ..failures import Fault, FunctionFailure, refuse
from ..objects import REGISTRY
from ..reading.access import require
from . import customers, invoices, masters, outcomes, receipts

CREATORS: dict[str, Callable[[Context, etree._Element], dict]] = {
    "CUSTOMER": customers.create_customer,
    "CONTACT": customers.create_contact,
    "ARPYMT": receipts.create_payment,
    "ARADVANCE": receipts.create_advance,
    "ARACCOUNTLABEL": masters.create_label,
    "GLACCOUNT": masters.create_account,
    "CUSTTYPE": masters.create_named,
    "DEPARTMENT": masters.create_named,
    "LOCATION": masters.create_named,
    "CLASS": masters.create_named,
    "PROJECT": masters.create_named,
    "ITEM": masters.create_named,
}
UPDATERS: dict[str, Callable[[Context, etree._Element], dict]] = {
    "CUSTOMER": customers.update_customer,
    "CONTACT": customers.update_contact,
    "ARPYMT": receipts.update_payment,
    "ARADVANCE": receipts.update_advance,
    "ARACCOUNTLABEL": masters.update_label,
}


def create(call: Call) -> Outcome:
    return _each(call, CREATORS, "add")


def update(call: Call) -> Outcome:
    return _each(call, UPDATERS, "edit")


def _each(call: Call, handlers: dict[str, Callable], operation: str) -> Outcome:
    """Every object by itself: what comes before a failing one stays.

    The failure then carries ``data`` with what was done, and the outcome carries
    the failure: the caller keeps the transaction, unless transaction="true".
    """
    done: list[tuple[int, str, str]] = []
    name = ""
    for element in call.element:
        name = element.tag.upper()
        handler = handlers.get(name)
        if handler is None:
            raise _unsupported(name, call.name)
        require(call.context, name, operation)
        try:
            with call.context.tables.savepoint():
                row = handler(call.context, element)
        except FunctionFailure as failure:
            if not done:
                failure.data = outcomes.nothing_created()
                raise
            failure.data = outcomes.created(call.answer, name, done)
            return Outcome(transactions=len(done) + 1, failure=failure)
        key = REGISTRY[name].key
        done.append((row["RECORDNO"], key, row.get(key) or ""))
    return Outcome(outcomes.created(call.answer, name, done), transactions=len(done))


def _unsupported(name: str, function: str) -> FunctionFailure:
    if name not in REGISTRY:
        return FunctionFailure(
            Fault("Query Failed", f"Object definition {name} not found")
        )
    return refuse(
        f"API operation '{function.upper()}' cannot be performed on objects of type "
        f"{name.lower()}",
        "PL04000005",
    )


def delete(call: Call) -> Outcome:
    """Delete by keys; the first key that cannot be deleted stops the rest."""
    context = call.context
    name = (call.element.findtext("object") or "").strip().upper()
    keys = [key.strip() for key in (call.element.findtext("keys") or "").split(",")]
    if name not in REGISTRY:
        fault = Fault("WS", f"Object definition {name} not found")
        raise FunctionFailure(fault)
    require(context, name, "delete")
    for key in keys:
        row = context.tables.get(name, int(key)) if key.isdigit() else None
        if row is None:
            raise refuse(f"Cannot find {name.lower()} with key '{key}' to delete.")
        _delete_one(context, name, row)
    return Outcome(transactions=len(keys))


def _delete_one(context: Context, name: str, row: dict) -> None:
    if name in ("ARINVOICE", "ARADJUSTMENT"):
        invoices.delete(context, name, row)
    elif name == "ARPYMT":
        receipts.delete_draft(context, row)
    elif name == "ARADVANCE":
        if row["RAWSTATE"] not in ("D", "S"):
            raise refuse("Only a draft advance can be deleted.")
        documents.delete_document(context, name, row)
    elif name == "CUSTOMER":
        customers.delete_customer(context, row)
    elif name in ("CONTACT", "ARACCOUNTLABEL", "CUSTTYPE"):
        context.remove(name, row)
    else:
        raise _unsupported(name, "delete")
