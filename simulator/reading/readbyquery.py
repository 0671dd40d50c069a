"""The legacy ``readByQuery`` and ``readMore``."""

from __future__ import annotations

import json
import secrets

from ..calls import Call, Outcome
from ..failures import FunctionFailure, refuse
from ..objects import ObjectType
from ..protocol import child_text
from .access import find_object, in_arbitrary_order, require, visible_rows
from .columns import Column, UnknownField, all_columns, find_column
from .conditions import processing_error
from .query import as_csv, as_xml
from .sqltext import compile_text

DEFAULT_PAGE = 100
KEPT_RESULTS = 500


def field_columns(call: Call, declared: ObjectType, fields: str) -> list[Column]:
    """The columns of a fields list; DL02000001 for an unknown one.

    Labels come out, and of the audit history its words.
    """
    words = declared.name == "AUDITHISTORY"
    if not fields or fields == "*":
        return all_columns(call.context, declared, unqueryable=True, raw=words)
    try:
        return [
            find_column(call.context, declared, name, words, unqueryable=True)
            for name in fields.split(",")
            if name.strip()
        ]
    except UnknownField as error:
        raise processing_error() from error


def read_by_query(call: Call) -> Outcome:
    """All matching rows become a result set; the first page is answered."""
    context, element = call.context, call.element
    declared = find_object(child_text(element, "object"))
    require(context, declared.name, "list")
    columns = field_columns(call, declared, child_text(element, "fields"))
    test = compile_text(context, declared, child_text(element, "query"))
    rows = visible_rows(context, declared)
    if test is not None:
        try:
            rows = [row for row in rows if test(row)]
        except TypeError as error:
            raise processing_error() from error
    rows = in_arbitrary_order(context, rows)
    result = {
        "session": context.session,
        "company": context.company.company_id,
        "object": declared.name,
        "keys": [row["RECORDNO"] for row in rows],
        "position": 0,
        "columns": [column.name for column in columns],
        "pagesize": _pagesize(call),
        "format": child_text(element, "returnFormat").lower() or "xml",
    }
    identifier = secrets.token_urlsafe(24) if rows else ""
    if rows:
        call.resultsets[identifier] = result
        while len(call.resultsets) > KEPT_RESULTS:
            del call.resultsets[next(iter(call.resultsets))]
    return _page(call, declared, result, identifier, columns)


def _pagesize(call: Call) -> int:
    said = child_text(call.element, "pagesize") or str(DEFAULT_PAGE)
    if not said.isdigit() or int(said) < 1:
        raise processing_error()
    return min(int(said), int(call.context.settings["readbyquery_max_pagesize"]))


def _page(
    call: Call,
    declared: ObjectType,
    result: dict,
    identifier: str,
    columns: list[Column],
) -> Outcome:
    begin = result["position"]
    keys = result["keys"][begin : begin + result["pagesize"]]
    result["position"] = begin + len(keys)
    kept = call.context.tables.rows[declared.source or declared.name]
    rows = [kept[key] for key in keys if key in kept]
    names = [column.name for column in columns]
    texts = [[column.text(row) for column in columns] for row in rows]
    if result["format"] == "json":
        data = [dict(zip(names, row, strict=True)) for row in texts]
        return Outcome(raw=("application/json", json.dumps(data)))
    if result["format"] == "csv":
        return Outcome(raw=("text/csv", as_csv(names, texts)))
    total = len(result["keys"])
    remaining = total - result["position"]
    head = (
        f'<data listtype="{declared.name.lower()}" count="{len(rows)}" '
        f'totalcount="{total}" numremaining="{remaining}" resultId="{identifier}"'
    )
    if not rows:
        return Outcome(head + "/>")
    body = as_xml(declared.name.lower(), names, texts, call.answer.separator)
    return Outcome(f"{head}>{body}")


def read_more(call: Call) -> Outcome:
    """The next page of a result set; it lives and dies with its session."""
    context, element = call.context, call.element
    identifier = child_text(element, "resultId")
    if not identifier:
        identifier = _latest(call, child_text(element, "object").upper())
    result = call.resultsets.get(identifier)
    company = context.company.company_id
    if result is None or (result["session"], result["company"]) != (
        context.session,
        company,
    ):
        raise _gone()
    declared = find_object(result["object"])
    require(context, declared.name, "list")
    columns = field_columns(call, declared, ",".join(result["columns"]))
    return _page(call, declared, result, identifier, columns)


def _latest(call: Call, name: str) -> str:
    """By object name: the newest result set, whoever's loop it belongs to."""
    for identifier, result in reversed(call.resultsets.items()):
        if result["object"] == name and result["session"] == call.context.session:
            return identifier
    raise _gone()


def _gone() -> FunctionFailure:
    return refuse("The result set is no longer available.", "DL02000001")
