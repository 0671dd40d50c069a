"""Filters of ``query``: an element tree into a test of a row."""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from ..failures import QUERY, refuse
from .columns import Column, UnknownField

Test = Callable[[dict], bool]


def processing_error() -> Exception:
    return refuse("There was an error processing the request.", QUERY)


def like_pattern(text: str, ignore_case: bool) -> re.Pattern:
    """SQL's % and _ as a regular expression for the whole value."""
    parts = (".*" if c == "%" else "." if c == "_" else re.escape(c) for c in text)
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    return re.compile("".join(parts), flags)


def parse_value(column: Column, text: str):
    """A literal of the filter; a date or number in another format is DL02000001."""
    try:
        return column.read(text)
    except ValueError as error:
        raise processing_error() from error


def comparison(column: Column, operator: str, values: list, ignore_case: bool) -> Test:
    """A test of one column; nothing equals, precedes or follows a null."""
    get = column.value
    if ignore_case and column.kind == "text":
        values = [v.lower() if isinstance(v, str) else v for v in values]
        plain = get

        def get(row):
            value = plain(row)
            return value.lower() if isinstance(value, str) else value

    first = values[0]
    if operator == "in":
        wanted = set(values)
        return lambda row: get(row) in wanted
    if operator == "notin":
        unwanted = set(values)
        return lambda row: (value := get(row)) is not None and value not in unwanted
    if operator == "between":
        last = values[1]
        return lambda row: (value := get(row)) is not None and first <= value <= last
    return _ORDERINGS[operator](get, first)


_ORDERINGS: dict[str, Callable[[Callable, object], Test]] = {
    "equalto": lambda get, x: lambda row: (v := get(row)) is not None and v == x,
    "notequalto": lambda get, x: lambda row: (v := get(row)) is not None and v != x,
    "lessthan": lambda get, x: lambda row: (v := get(row)) is not None and v < x,
    "lessthanorequalto": lambda get, x: (
        lambda row: (v := get(row)) is not None and v <= x
    ),
    "greaterthan": lambda get, x: lambda row: (v := get(row)) is not None and v > x,
    "greaterthanorequalto": lambda get, x: (
        lambda row: (v := get(row)) is not None and v >= x
    ),
}


def matching(column: Column, pattern: str, negate: bool, ignore_case: bool) -> Test:
    compiled = like_pattern(pattern, ignore_case)
    get, show = column.value, column.show

    def test(row: dict) -> bool:
        value = get(row)
        if value is None:
            return False
        return bool(compiled.fullmatch(show(value))) != negate

    return test


class FilterReader:
    """Compiles a filter; collects the fields that cannot be queried."""

    def __init__(self, find: Callable[[str], Column], ignore_case: bool) -> None:
        self.find = find
        self.ignore_case = ignore_case
        self.refused: list[str] = []

    def compile(self, element: etree._Element) -> Test:
        if element.tag in ("and", "or"):
            tests = [self.compile(child) for child in element]
            if element.tag == "and":
                return lambda row: all(test(row) for test in tests)
            return lambda row: any(test(row) for test in tests)
        try:
            column = self.find(element.findtext("field") or "")
        except UnknownField as error:
            self.refused.append(error.name)
            return lambda row: False
        texts = [value.text or "" for value in element.findall("value")]
        return self._leaf(element.tag, column, texts)

    def _leaf(self, operator: str, column: Column, texts: list[str]) -> Test:
        get = column.value
        if operator == "isnull":
            return lambda row: get(row) is None
        if operator == "isnotnull":
            return lambda row: get(row) is not None
        if operator in ("like", "notlike"):
            return matching(column, texts[0], operator == "notlike", self.ignore_case)
        if operator not in ("in", "notin") and "" in texts:
            return lambda row: False
        values = [parse_value(column, text) for text in texts if text]
        if not values:
            return lambda row: False
        return comparison(column, operator, values, self.ignore_case)
