"""Declaring objects: fields with kinds, relations, owned lines.

A field is written ``NAME``, ``NAME:kind`` or ``NAME:kind!``; the mark says that
``query`` refuses it although ``inspect`` lists it. The kinds are those of
:mod:`simulator.values` plus the enumerations below.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

ENUMERATIONS: dict[str, dict[str, str]] = {
    "status": {"T": "active", "F": "inactive"},
    "accounttype": {"N": "balancesheet", "I": "incomestatement"},
    "normalbalance": {"1": "debit", "-1": "credit"},
    "opened": {"T": "Open", "F": "Closed"},
    "taxtype": {"S": "Sale", "P": "Purchase"},
    "restriction": {"U": "Unrestricted", "R": "RootOnly", "S": "Restricted"},
    "usertype": {"B": "business user", "E": "employee user"},
    "accessmode": {
        "A": "Access",
        "M": "Modify",
        "C": "Create",
        "D": "Delete",
        "W": "Workflow",
        "T": "Activity",
        "U": "User action",
    },
}


@dataclass(frozen=True)
class Field:
    """One field of an object; ``compute(company, row)`` makes a derived one."""

    name: str
    kind: str = "text"
    queryable: bool = True
    compute: Callable | None = None
    labels: dict[str, str] | None = None


@dataclass(frozen=True)
class Relation:
    """Many-to-one: rows of ``target`` whose ``remote`` equals our ``local``."""

    target: str
    local: str | Callable
    remote: str = "RECORDNO"
    hierarchical: bool = False


@dataclass(frozen=True)
class Lines:
    """Owned lines that ``read`` nests, for instance ARINVOICEITEMS/arinvoiceitem.

    ``remote`` is the line's field that holds the header's key; the element has the
    letter case that was seen or documented.
    """

    container: str
    target: str
    remote: str = "RECORDKEY"
    upper: bool = False

    @property
    def element(self) -> str:
        return self.target if self.upper else self.target.lower()


@dataclass
class ObjectType:
    """What the gateway knows about an object.

    ``source`` names the object whose rows it shows (``where`` chooses them),
    ``owner(company, row)`` the entity that a line belongs to, ``text_recordno``
    that RECORDNO is declared as text there, ``hidden`` that only the admin
    paths show it.
    """

    name: str
    fields: dict[str, Field]
    key: str = "RECORDNO"
    relations: dict[str, Relation] = field(default_factory=dict)
    lines: tuple[Lines, ...] = ()
    owner: Callable | None = None
    label: str = ""
    text_recordno: bool = False
    hidden: bool = False
    source: str | None = None
    where: Callable | None = None
    loadable: frozenset[str] = frozenset()


STAMPS = "WHENCREATED:stamp WHENMODIFIED:stamp CREATEDBY:int MODIFIEDBY:int"
ENTITY = "MEGAENTITYKEY:int MEGAENTITYID MEGAENTITYNAME"
TRAIL = f"{STAMPS} {ENTITY} RECORD_URL"


def _entity_row(company, row):
    entity = row.get("MEGAENTITYID")
    return company.tables.first("LOCATION", "LOCATIONID", entity) if entity else None


def _entity_key(company, row):
    found = _entity_row(company, row)
    return found["RECORDNO"] if found else None


def _entity_name(company, row):
    found = _entity_row(company, row)
    return found.get("NAME") if found else None


COMMON_COMPUTES: dict[str, Callable] = {
    "MEGAENTITYKEY": _entity_key,
    "MEGAENTITYNAME": _entity_name,
}


def joined(target: str, local: str, remote: str, wanted: str) -> Callable:
    """A field read from the row that another field points to."""

    def compute(company, row):
        value = row.get(local)
        if value is None:
            return None
        if remote == "RECORDNO":
            found = company.tables.get(target, value)
        else:
            found = company.tables.first(target, remote, value)
        return found.get(wanted) if found else None

    return compute


def declare(
    name: str,
    text: str,
    computes: dict[str, Callable] | None = None,
    extra: str = "",
    **options,
) -> ObjectType:
    """Build an object type; ``extra`` names keys that only the loader takes."""
    all_computes = {**COMMON_COMPUTES, **(computes or {})}
    all_computes.setdefault("RECORD_URL", _record_url(name))
    parsed = {}
    for token in text.split():
        queryable = not token.endswith("!")
        field_name, _, kind = token.rstrip("!").partition(":")
        labels = ENUMERATIONS.get(kind)
        parsed[field_name] = Field(
            field_name,
            "enum" if labels else kind or "text",
            queryable,
            all_computes.get(field_name),
            labels,
        )
    stored = {n for n, f in parsed.items() if f.compute is None}
    options["loadable"] = frozenset(stored | set(extra.split()))
    return ObjectType(name, parsed, **options)


def _record_url(name: str) -> Callable:
    def compute(company, row):
        return (
            f"https://www.intacct.com/ia/acct/ur.phtml?.r={company.company_id}"
            f"-{name}-{row['RECORDNO']}"
        )

    return compute
