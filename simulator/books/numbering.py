"""Document numbers: by hand, by a sequence, never twice."""

from __future__ import annotations

from ..context import Context
from ..failures import Fault, FunctionFailure, refuse

DEFAULT_PREFIX = {
    "ARINVOICE": "INV",
    "ARADJUSTMENT": "ADJ",
    "ARPYMT": "PAY-",
    "CUSTOMER": "CUST-",
}


def next_number(context: Context, name: str) -> str:
    """Draw the next number of an object's sequence, per entity if so set."""
    place = name
    if context.settings["sequence_per_entity"] and context.entity:
        place = f"{name}|{context.entity}"
    numbering = dict(context.tables.meta.get("numbering", {}))
    default = {"PREFIX": DEFAULT_PREFIX.get(name, ""), "WIDTH": 5, "NEXT": 1}
    rule = dict(numbering.get(place) or {**default, **numbering.get(name, {})})
    if place not in numbering:
        rule["NEXT"] = numbering.get(name, default).get("NEXT", 1)
    number = f"{rule['PREFIX']}{rule['NEXT']:0{rule['WIDTH']}d}"
    rule["NEXT"] += 1
    numbering[place] = rule
    context.tables.set_meta("numbering", numbering)
    return number


def assign(context: Context, name: str, sent: str | None) -> str | None:
    """The number a new document gets, given the one that was sent."""
    setting = "invoice_numbering" if name == "ARINVOICE" else "adjustment_numbering"
    mode = context.settings[setting]
    if mode == "sequence" or (mode == "sequence_unless_given" and not sent):
        return _free_number(context, name)
    if sent:
        check_free(context, name, sent)
    elif context.settings["number_required"]:
        raise FunctionFailure(
            Fault(
                "PL01000127",
                "",
                "Document Number is missing",
                "Make desired changes and press Save to continue.",
            )
        )
    return sent or None


def _free_number(context: Context, name: str) -> str:
    number = next_number(context, name)
    while taken(context, name, number) and not _per_entity(context):
        number = next_number(context, name)
    return number


def _per_entity(context: Context) -> bool:
    return bool(context.settings["sequence_per_entity"])


def taken(context: Context, name: str, number: str) -> dict | None:
    return context.tables.first(name, "RECORDID", number)


def check_free(
    context: Context, name: str, number: str, own: int | None = None
) -> None:
    """Refuse a number that another document of the same kind has."""
    if context.settings["allow_duplicate_numbers"]:
        return
    for row in context.tables.find(name, "RECORDID", number):
        if row["RECORDNO"] != own:
            raise refuse(
                f"A transaction with the number '{number}' already exists.",
                "BL03002185",
            )
