"""The ``query`` function."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal

from lxml import etree

from ..calls import Call, Outcome
from ..failures import AUTHENTICATION, Fault, FunctionFailure
from ..objects import ObjectType
from ..protocol import child_text, is_true, text
from ..values import show_cents, show_rate
from .access import find_object, in_arbitrary_order, require, visible_rows
from .columns import Column, UnknownField, find_column
from .conditions import FilterReader, Test, processing_error

DEFAULT_PAGE = 100
AGGREGATES = ("count", "avg", "min", "max", "sum")


class Query:
    """A query element read, checked and ready to run."""

    def __init__(self, call: Call) -> None:
        self.context = call.context
        element = call.element
        self.declared: ObjectType = find_object(child_text(element, "object"))
        require(self.context, self.declared.name, "list")
        options = element.find("options")
        self.ignore_case = self._option(options, "caseinsensitive")
        self.private = self._option(options, "showprivate")
        self.format = "xml"
        if options is not None:
            self.format = child_text(options, "returnformat", "xml").lower() or "xml"
        self.pagesize = int(child_text(element, "pagesize") or DEFAULT_PAGE)
        self.offset = int(child_text(element, "offset") or 0)
        self.refused: list[str] = []
        self.columns, self.aggregates = self._select(element.find("select"))
        self.test = self._filter(element.find("filter"))
        self.order = self._order(element.find("orderby"))
        if self.refused:
            raise self._refusal()

    @staticmethod
    def _option(options: etree._Element | None, name: str) -> bool:
        return options is not None and is_true(child_text(options, name, "false"))

    def _find(self, name: str) -> Column:
        return find_column(self.context, self.declared, name)

    def _try(self, name: str) -> Column | None:
        try:
            return self._find(name)
        except UnknownField:
            self.refused.append(name)
            return None

    def _select(self, element: etree._Element):
        plain, aggregates = [], []
        for child in element:
            name = (child.text or "").strip()
            column = self._try(name)
            if column is None:
                continue
            if child.tag == "field":
                plain.append(column)
            else:
                aggregates.append((child.tag, column))
        return plain, aggregates

    def _filter(self, element: etree._Element | None) -> Test | None:
        if element is None:
            return None
        reader = FilterReader(self._find, self.ignore_case)
        test = reader.compile(element[0])
        self.refused.extend(reader.refused)
        return test

    def _order(self, element: etree._Element | None) -> list[tuple[Column, bool]]:
        if element is None:
            return []
        order = []
        for item in element:
            column = self._try(item.findtext("field") or "")
            if column is not None:
                order.append((column, item.find("descending") is not None))
        return order

    def _refusal(self) -> FunctionFailure:
        names = ", ".join(dict.fromkeys(self.refused))
        where = self.declared.name.lower()
        return FunctionFailure(
            Fault(
                AUTHENTICATION,
                f"The following fields cannot be queried: [{where}: [{names}]]",
            )
        )

    # ------------------------------------------------------------- running

    def rows(self) -> list[dict]:
        """All matching rows: ordered as asked, otherwise in no order at all."""
        rows = visible_rows(self.context, self.declared, self.private)
        test = self.test
        if test is not None:
            try:
                rows = [row for row in rows if test(row)]
            except TypeError as error:
                raise processing_error() from error
        rows = in_arbitrary_order(self.context, rows)
        for column, descending in reversed(self.order):
            rows.sort(key=_sort_key(column), reverse=descending)
        return rows

    def table(self) -> tuple[list[str], list[list[str]], int]:
        """(names, texts of the page, number of rows in all)."""
        rows = self.rows()
        if self.aggregates:
            names, texts = self._grouped(rows)
            return names, texts[self.offset : self.offset + self.pagesize], len(texts)
        page = rows[self.offset : self.offset + self.pagesize]
        names = [column.name for column in self.columns]
        texts = [[column.text(row) for column in self.columns] for row in page]
        return names, texts, len(rows)

    def _grouped(self, rows: list[dict]) -> tuple[list[str], list[list[str]]]:
        groups: dict[tuple, list[dict]] = {}
        for row in rows:
            key = tuple(column.text(row) for column in self.columns)
            groups.setdefault(key, []).append(row)
        if not groups and not self.columns:
            groups[()] = []
        names = [column.name for column in self.columns]
        names += [_aggregate_name(kind, column) for kind, column in self.aggregates]
        texts = [
            [*key, *(_aggregate(kind, c, members) for kind, c in self.aggregates)]
            for key, members in groups.items()
        ]
        return names, texts


def _sort_key(column: Column) -> Callable:
    value = column.value
    return lambda row: (0, 0) if (v := value(row)) is None else (1, v)


def _aggregate_name(kind: str, column: Column) -> str:
    """Sums keep the plain name, the others are prefixed (documented samples)."""
    return column.name if kind == "sum" else f"{kind.upper()}.{column.name}"


def _aggregate(kind: str, column: Column, rows: list[dict]) -> str:
    values = [value for row in rows if (value := column.value(row)) is not None]
    if kind == "count":
        return str(len(values))
    if not values:
        return ""
    if kind in ("min", "max"):
        return column.show(min(values) if kind == "min" else max(values))
    if column.kind not in ("int", "money", "rate"):
        raise processing_error()
    total = sum(Decimal(str(value)) for value in values)
    if kind == "avg":
        total /= len(values)
    if column.kind == "money":
        return show_cents(int(total.to_integral_value()))
    return show_rate(total)


def run_query(call: Call) -> Outcome:
    query = Query(call)
    names, texts, total = query.table()
    if query.format == "json":
        rows = [dict(zip(names, row, strict=True)) for row in texts]
        return Outcome(raw=("application/json", json.dumps(rows)))
    if query.format == "csv":
        return Outcome(raw=("text/csv", as_csv(names, texts)))
    remaining = max(total - query.offset - len(texts), 0)
    head = (
        f'<data listtype="{query.declared.name}" totalcount="{total}" '
        f'offset="{query.offset}" count="{len(texts)}" numremaining="{remaining}">'
    )
    separator = call.answer.separator
    return Outcome(head + as_xml(query.declared.name, names, texts, separator))


def as_xml(
    element: str, names: list[str], texts: list[list[str]], separator: str
) -> str:
    """Rows as elements, closed by ``</data>``."""
    tags = [(f"<{name}>", f"</{name}>{separator}") for name in names]
    parts = [separator]
    for row in texts:
        parts.append(f"<{element}>{separator}")
        for (begin, end), value in zip(tags, row, strict=True):
            parts.append(f"{begin}{text(value) if value else ''}{end}")
        parts.append(f"</{element}>{separator}")
    parts.append("</data>")
    return "".join(parts)


def as_csv(names: list[str], texts: list[list[str]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(names)
    writer.writerows(texts)
    return buffer.getvalue()
