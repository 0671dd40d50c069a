"""Fields of an object as columns: found by name, read from a row, shown as text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..context import Context
from ..objects import REGISTRY, Field, ObjectType
from ..objects.fields import ENUMERATIONS
from ..values import reader, shower

MAX_HOPS = 6


class UnknownField(Exception):
    """A field that does not exist or that a query may not use."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


@dataclass(frozen=True)
class Column:
    """A field of the queried object or of a related one.

    ``value(row)`` is what comparisons and sorting use (None for nothing),
    ``show(value)`` its text, ``read(text)`` the inverse.
    """

    name: str
    kind: str
    value: Callable
    show: Callable
    read: Callable

    def text(self, row: dict) -> str:
        value = self.value(row)
        return "" if value is None else self.show(value)


def find_column(
    context: Context,
    declared: ObjectType,
    name: str,
    raw: bool = False,
    unqueryable: bool = False,
) -> Column:
    """The column for a name like ``CUSTOMERID`` or ``BILLTO.EMAIL1``.

    ``raw`` columns hold stored codes (readByQuery filters), others what people
    see. UnknownField when there is no such field, or query refuses it and
    ``unqueryable`` does not allow that.
    """
    wanted = name.strip().upper()
    getter, owner, rest = _walk(context, declared, wanted)
    field = owner.fields.get(rest) or Field(rest)
    if not (field.queryable or unqueryable):
        raise UnknownField(name)
    return _column(context, owner, field, wanted, getter, raw)


def custom(context: Context, declared: ObjectType) -> list[str]:
    """The custom fields that the company has on an object."""
    return context.tables.meta.get("custom_fields", {}).get(declared.name, [])


def _walk(context: Context, declared: ObjectType, name: str):
    """Follow relations: (row -> related row, its object type, field name)."""
    steps: list[Callable] = []
    previous_hierarchical = False
    rest = name
    while rest not in declared.fields and rest not in custom(context, declared):
        relation_name, dot, rest = rest.partition(".")
        relation = declared.relations.get(relation_name)
        if not dot or relation is None or len(steps) >= MAX_HOPS:
            raise UnknownField(name)
        if relation.hierarchical and previous_hierarchical:
            raise UnknownField(name)
        previous_hierarchical = relation.hierarchical
        steps.append(_step(context, relation))
        declared = REGISTRY[relation.target]

    def getter(row: dict) -> dict | None:
        for step in steps:
            row = step(row)
            if row is None:
                return None
        return row

    return (getter if steps else None), declared, rest


def _step(context: Context, relation) -> Callable:
    tables, company, local = context.tables, context.company, relation.local

    def step(row: dict) -> dict | None:
        key = local(company, row) if callable(local) else row.get(local)
        if key is None:
            return None
        if relation.remote == "RECORDNO":
            return tables.get(relation.target, key)
        return tables.first(relation.target, relation.remote, key)

    return step


def _column(
    context: Context,
    owner: ObjectType,
    field: Field,
    name: str,
    getter: Callable | None,
    raw: bool,
) -> Column:
    field, labels = _as_seen(owner, field, raw)
    company = context.company
    stored, compute = field.name, field.compute
    if compute is None:

        def plain(row):
            return row.get(stored)

    else:

        def plain(row):
            return compute(company, row)

    if labels is not None:
        unlabelled = plain

        def plain(row):
            value = unlabelled(row)
            return labels.get(value, value)

    value = plain
    if getter is not None:

        def value(row):
            related = getter(row)
            return None if related is None else plain(related)

    kind = field.kind if labels is None and field.kind != "enum" else "text"
    if _ordered_as_text(context, owner, stored):
        numbered = value

        def value(row):
            number = numbered(row)
            return None if number is None else str(number)

        kind = "text"
    offset = context.offset
    return Column(name, kind, value, shower(kind, offset), reader(kind, offset))


def _as_seen(owner: ObjectType, field: Field, raw: bool):
    """Codes or labels: which field and which labels a reader gets.

    Audit history is the other way round: letters in query, words in
    readByQuery.
    """
    if owner.name == "AUDITHISTORY" and field.name == "ACCESSMODE":
        return field, ENUMERATIONS["accessmode"] if raw else None
    if raw and field.name == "STATE" and "RAWSTATE" in owner.fields:
        return owner.fields["RAWSTATE"], None
    return field, None if raw else field.labels


def _ordered_as_text(context: Context, owner: ObjectType, name: str) -> bool:
    return (
        name == "RECORDNO"
        and owner.text_recordno
        and context.settings["recordno_order"] == "text"
    )


def all_columns(
    context: Context,
    declared: ObjectType,
    unqueryable: bool = False,
    raw: bool = False,
) -> list[Column]:
    """Every field of an object itself, in the order of its declaration."""
    fields = [*declared.fields.values(), *map(Field, custom(context, declared))]
    return [
        _column(context, declared, field, field.name, None, raw)
        for field in fields
        if field.queryable or unqueryable
    ]
