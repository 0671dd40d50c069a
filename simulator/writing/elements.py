"""Elements of writing functions as typed values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lxml import etree

from ..clock import read_date
from ..context import Context
from ..failures import refuse
from ..objects import REGISTRY
from ..objects.fields import Field
from ..values import cents, truth


def text_of(element: etree._Element, name: str) -> str | None:
    """The trimmed text of a child, None when absent or empty."""
    found = element.findtext(name)
    return (found or "").strip() or None


def given(element: etree._Element, name: str) -> bool:
    return element.find(name) is not None


def legacy_date(element: etree._Element, name: str) -> str | None:
    """A year, month, day element as YYYY-MM-DD; refused if there is no such day."""
    found = element.find(name)
    if found is None:
        return None
    parts = [text_of(found, part) or "" for part in ("year", "month", "day")]
    if not any(parts):
        return None
    try:
        return date(*(int(part) for part in parts)).isoformat()
    except ValueError as error:
        shown = "/".join((parts[1], parts[2], parts[0]))
        raise refuse(f"Invalid date '{shown}' specified.") from error


def amount_of(text: str | None, title: str = "Amount") -> int | None:
    """An amount in cents, None when there is none."""
    if text is None:
        return None
    try:
        return cents(text)
    except ValueError as error:
        raise refuse(f"Invalid {title} '{text}' specified.") from error


def custom_fields(context: Context, name: str, element: etree._Element) -> dict:
    """``customfields`` of a legacy function; an unknown name is refused."""
    known = set(context.tables.meta.get("custom_fields", {}).get(name, ()))
    found = {}
    for field in element.findall("customfields/customfield"):
        field_name = text_of(field, "customfieldname") or ""
        if field_name not in known:
            raise refuse(f"Invalid Custom Field '{field_name}' specified.")
        found[field_name] = text_of(field, "customfieldvalue")
    return found


# ---------------------------------------------------------------- generic rows


def generic_row(
    context: Context,
    name: str,
    element: etree._Element,
    extra: Iterable[str] = (),
    nested: Iterable[str] = (),
) -> dict:
    """The children of a generic object, by upper-case name, typed.

    ``extra`` names further plain children, ``nested`` those that the caller reads
    itself. An empty element is a field without a value.
    """
    fields = REGISTRY[name].fields
    custom = set(context.tables.meta.get("custom_fields", {}).get(name, ()))
    skipped, plain = set(nested), set(extra) | custom
    row: dict = {}
    for child in element:
        tag = child.tag.upper()
        if tag in skipped:
            continue
        text = (child.text or "").strip() or None
        field = fields.get(tag)
        if tag in plain or (field is not None and field.compute is not None):
            row[tag] = text
        elif field is not None:
            row[tag] = None if text is None else typed(field, text)
        elif context.settings["unknown_create_fields"] == "refuse":
            raise refuse(f"Invalid field '{child.tag}' specified.")
    return row


def typed(field: Field, text: str):
    """A text of a generic object as it is kept; refused when it is malformed."""
    if field.labels is not None:
        return _code(field, text)
    try:
        if field.kind == "date":
            return read_date(text)
        if field.kind == "money":
            return cents(text)
        if field.kind == "int":
            return int(text)
    except ValueError as error:
        raise refuse(f"Invalid {field.name} '{text}' specified.") from error
    if field.kind in ("bool", "tf"):
        return truth(text)
    return text


def _code(field: Field, text: str) -> str:
    codes = {label.lower(): code for code, label in field.labels.items()}
    code = codes.get(text.lower(), text if text in field.labels else None)
    if code is None:
        raise refuse(f"Invalid {field.name} '{text}' specified.")
    return code


def find_child(element: etree._Element, name: str) -> etree._Element | None:
    """A child by its name in any letter case."""
    for child in element:
        if isinstance(child.tag, str) and child.tag.upper() == name:
            return child
    return None
