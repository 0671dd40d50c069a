"""``read`` and ``readByName``: records by key, with their owned lines."""

from __future__ import annotations

import json

from ..calls import Call, Outcome
from ..context import Context
from ..failures import Fault, FunctionFailure, refuse
from ..objects import REGISTRY, Lines, ObjectType
from ..protocol import child_text, text
from .access import find_object, is_visible, require
from .columns import UnknownField, all_columns, find_column
from .query import as_csv

NESTED_CONTACTS = ("DISPLAYCONTACT", "CONTACTINFO", "BILLTO", "SHIPTO")


def read(call: Call) -> Outcome:
    """By RECORDNO, several separated by commas."""
    declared = find_object(child_text(call.element, "object"))
    kept = call.context.tables.rows[declared.source or declared.name]

    def find(key: str) -> dict | None:
        return kept.get(int(key)) if key.isdigit() else None

    return _read(call, declared, find)


def read_by_name(call: Call) -> Outcome:
    """By the visible ID."""
    declared = find_object(child_text(call.element, "object"))
    source, key_field = declared.source or declared.name, declared.key
    tables = call.context.tables

    def find(key: str) -> dict | None:
        if key_field == "RECORDNO":
            return tables.get(source, int(key)) if key.isdigit() else None
        return tables.first(source, key_field, key)

    return _read(call, declared, find)


def _read(call: Call, declared: ObjectType, find) -> Outcome:
    context = call.context
    require(context, declared.name, "view")
    keys = [key.strip() for key in child_text(call.element, "keys").split(",")]
    limit = int(context.settings["read_max_keys"])
    if limit and len(keys) > limit:
        raise refuse(f"You can read at most {limit} records at once.")
    rows = []
    for key in keys:
        row = find(key)
        if row is not None and declared.where and not declared.where(row):
            row = None
        if row is None or not is_visible(context, declared, row):
            if context.settings["read_missing_keys"] == "refuse":
                raise FunctionFailure(
                    Fault("DL03000005", f"No record exits for the recordkey {key}")
                )
            continue
        rows.append(row)
    return _answer(call, declared, rows)


def _answer(call: Call, declared: ObjectType, rows: list[dict]) -> Outcome:
    fields = child_text(call.element, "fields") or "*"
    trees = _trees(call.context, declared, fields)
    form = child_text(call.element, "returnFormat").lower() or "xml"
    built = [trees(row) for row in rows]
    if form == "json":
        return Outcome(raw=("application/json", json.dumps(built)))
    if form == "csv":
        flat = [{k: v for k, v in tree.items() if isinstance(v, str)} for tree in built]
        names = list(flat[0]) if flat else []
        texts = [[tree[name] for name in names] for tree in flat]
        return Outcome(raw=("text/csv", as_csv(names, texts)))
    separator = call.answer.separator
    parts = [f'<data listtype="{declared.name}" count="{len(rows)}">']
    for tree in built:
        parts.append(f"<{declared.name}>")
        parts.extend(_elements(tree))
        parts.append(f"</{declared.name}>")
    parts.append("</data>")
    return Outcome(separator.join(parts))


def _trees(context: Context, declared: ObjectType, fields: str):
    """A function from a row to nested names and texts."""
    everything = fields.strip() == "*"
    if everything:
        columns = all_columns(context, declared, unqueryable=True)
        columns += _contact_columns(context, declared)
        containers = declared.lines
    else:
        names = [name.strip().upper() for name in fields.split(",") if name.strip()]
        wanted = {lines.container for lines in declared.lines} & set(names)
        containers = tuple(li for li in declared.lines if li.container in wanted)
        try:
            columns = [
                find_column(context, declared, name, unqueryable=True)
                for name in names
                if name not in wanted
            ]
        except UnknownField as error:
            fault = Fault(f"Invalid fields list {error.name}")
            raise FunctionFailure(fault) from error

    def build(row: dict) -> dict:
        tree: dict = {}
        for column in columns:
            _plant(tree, column.name.split("."), column.text(row))
        for lines in containers:
            tree[lines.container] = _nested(context, lines, row)
        return tree

    return build


def _contact_columns(context: Context, declared: ObjectType):
    """All fields of the contacts that a customer or invoice refers to."""
    names = [name for name in NESTED_CONTACTS if name in declared.relations]
    contact_fields = REGISTRY["CONTACT"].fields
    return [
        find_column(context, declared, f"{relation}.{field}")
        for relation in names
        for field in contact_fields
        if field.startswith("MAILADDRESS.")
        or contact_fields[field].compute is None
        and field not in ("RECORDNO", "MEGAENTITYID")
    ]


def _plant(tree: dict, path: list[str], value: str) -> None:
    for name in path[:-1]:
        branch = tree.get(name)
        if not isinstance(branch, dict):
            branch = tree[name] = {}
        tree = branch
    tree[path[-1]] = value


def _nested(context: Context, lines: Lines, row: dict) -> list[tuple[str, dict]]:
    target = REGISTRY[lines.target]
    found = context.tables.find(lines.target, lines.remote, row["RECORDNO"])
    if target.where is not None:
        found = [line for line in found if target.where(line)]
    found.sort(key=lambda line: (line.get("LINE_NO") or 0, line["RECORDNO"]))
    build = _trees(context, target, "*")
    return [(lines.element, build(line)) for line in found]


def _elements(tree: dict):
    for name, value in tree.items():
        if isinstance(value, str):
            yield f"<{name}>{text(value)}</{name}>"
        elif isinstance(value, dict):
            yield f"<{name}>"
            yield from _elements(value)
            yield f"</{name}>"
        else:
            yield f"<{name}>"
            for element, inner in value:
                yield f"<{element}>"
                yield from _elements(inner)
                yield f"</{element}>"
            yield f"</{name}>"
