"""Contacts as kept rows: flat, with dotted names for the mail address."""

from __future__ import annotations

from .countries import code_of, name_of
from .objects import REGISTRY
from .values import truth

ADDRESS = "MAILADDRESS"


def contact_row(given: dict) -> dict:
    """A loaded CONTACT record (nested or dotted address) as a kept row."""
    return {"STATUS": "T", **contact_fields(given)}


def contact_fields(given: dict) -> dict:
    """Names and values of a contact; ValueError names an unknown key.

    COUNTRY alone also gives the code and the other way round.
    """
    flat: dict = {}
    for key, value in given.items():
        if key == ADDRESS:
            for part, text in (value or {}).items():
                flat[f"{ADDRESS}.{part}"] = text
        else:
            flat[key] = value
    fields = REGISTRY["CONTACT"].fields
    iso = flat.pop(f"{ADDRESS}.ISOCOUNTRYCODE", None)
    if iso:
        flat[f"{ADDRESS}.COUNTRYCODE"] = iso
    unknown = [key for key in flat if key not in fields]
    if unknown:
        raise ValueError(f"unknown keys of a contact: {', '.join(sorted(unknown))}")
    row = {}
    for key, value in flat.items():
        if fields[key].kind == "bool" and value is not None:
            value = truth(value)
        if key == "STATUS" and value in ("active", "inactive"):
            value = "T" if value == "active" else "F"
        row[key] = None if value == "" else value
    _complete_country(row)
    return row


def _complete_country(row: dict) -> None:
    name, code = f"{ADDRESS}.COUNTRY", f"{ADDRESS}.COUNTRYCODE"
    if row.get(name) and not row.get(code):
        row[code] = code_of(row[name])
    elif row.get(code) and not row.get(name):
        row[name] = name_of(row[code])
