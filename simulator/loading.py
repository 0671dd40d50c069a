"""``POST /_simulator/load``: data as JSON with Intacct's field names.

Everything of one load happens in one transaction. An unknown key is an error
that names it; nothing is metered or written to the audit history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from . import clock, loadsections
from .company import Company
from .context import Context
from .loaddocuments import DOCUMENT_LOADERS, check_claims
from .objects import REGISTRY, ObjectType
from .objects.fields import Field
from .settings import SettingError
from .values import cents, truth

ORDER = (
    "LOCATIONENTITY",
    "LOCATION",
    "DEPARTMENT",
    "GLACCOUNT",
    "ARACCOUNTLABEL",
    "ARTERM",
    "TAXSOLUTION",
    "TAXDETAIL",
    "CUSTTYPE",
    "TERRITORY",
    "EXCHANGERATETYPES",
    "CHECKINGACCOUNT",
    "SAVINGSACCOUNT",
    "CONTACT",
    "CUSTOMER",
    "CLASS",
    "PROJECT",
    "TASK",
    "ITEM",
    "VENDOR",
    "EMPLOYEE",
    "WAREHOUSE",
    "CONTRACT",
    "ARINVOICE",
    "ARADJUSTMENT",
    "ARADVANCE",
    "ARPYMT",
    "DEPOSIT",
    "SODOCUMENT",
)


class LoadError(ValueError):
    """Data that cannot be loaded; the text names the place."""


def load(gateway, company: Company, data: dict) -> dict[str, int]:
    """Load all sections; how many records of each came in."""
    unknown = set(data) - set(loadsections.SECTIONS) - set(ORDER)
    if unknown:
        raise LoadError(f"unknown sections: {', '.join(sorted(unknown))}")
    if "SENDERS" in data:
        gateway.add_senders(loadsections.senders(data["SENDERS"]))
    context = Context(company, source="csv", audited=False, lag=False)
    counts = {}
    with company.tables.transaction():
        for name, section in loadsections.SECTIONS.items():
            if name in data:
                counts[name] = _guard(name, section, context, data[name])
        for name in ORDER:
            if name in data:
                counts[name] = _load_object(context, name, data[name])
        problems = check_claims(context)
        if problems:
            raise LoadError("; ".join(problems[:20]))
    return counts


def _guard(name: str, section: Callable, context: Context, data) -> int:
    try:
        return section(context, data)
    except (SettingError, ValueError, KeyError, TypeError) as error:
        raise LoadError(f"{name}: {error}") from error


def _load_object(context: Context, name: str, rows: list[dict]) -> int:
    for position, row in enumerate(rows):
        where = f"{name}[{position}]"
        try:
            add_record(context, name, row)
        except (ValueError, KeyError, TypeError) as error:
            raise LoadError(f"{where}: {error}") from error
    return len(rows)


def add_record(context: Context, name: str, row: dict) -> None:
    """One JSON record of an object into the books."""
    custom = context.tables.meta.get("custom_fields", {}).get(name, ())
    typed = typed_row(REGISTRY[name], row, custom)
    if name in DOCUMENT_LOADERS:
        DOCUMENT_LOADERS[name](context, typed, typed_row)
    else:
        loadsections.add_master(context, name, typed)


def typed_row(declared: ObjectType, row: dict, custom: Iterable[str] = ()) -> dict:
    """A JSON record with its texts turned into kept values.

    ``custom`` names the company's own fields of the object.
    """
    unknown = set(row) - declared.loadable - set(custom)
    if declared.name == "CUSTOMER":
        unknown = {
            key
            for key in unknown
            if not key.startswith(("DISPLAYCONTACT.", "BILLTO.", "SHIPTO."))
        }
    if unknown:
        raise LoadError(f"unknown keys: {', '.join(sorted(unknown))}")
    typed = {}
    for key, value in row.items():
        field = declared.fields.get(key)
        if field is None or value is None or field.compute is not None:
            typed[key] = value
        else:
            try:
                typed[key] = kept_value(field, value)
            except ValueError as error:
                raise LoadError(f"{key}: {error}") from error
    return typed


def kept_value(field: Field, value):
    """One JSON value as it is kept: text as people see it, or the raw code."""
    if value == "":
        return None
    if field.labels is not None:
        codes = {label: code for code, label in field.labels.items()}
        return codes.get(value, value)
    return _KEPT[field.kind](value)


_KEPT: dict[str, Callable] = {
    "text": str,
    "int": int,
    "money": cents,
    "rate": str,
    "bool": truth,
    "tf": truth,
    "date": clock.any_day,
    "stamp": clock.any_moment,
    "utcstamp": clock.any_moment,
}
