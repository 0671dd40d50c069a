"""The SQL-like text of ``readByQuery`` into a test of a row.

``< > >= <= = !=``, like, in, is null with NOT, AND, OR and parentheses. Stored
codes are compared, not labels. Everything else, ORDER BY for instance, is
DL02000001.
"""

from __future__ import annotations

import re

from ..context import Context
from ..objects import ObjectType
from .columns import Column, UnknownField, find_column
from .conditions import Test, comparison, matching, parse_value, processing_error

TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>'(?:[^'\\]|\\.)*')
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<operator><=|>=|!=|<>|=|<|>)
      | (?P<word>[A-Za-z_][A-Za-z0-9_.]*)
      | (?P<mark>[(),])
    )""",
    re.VERBOSE,
)
OPERATORS = {
    "=": "equalto",
    "!=": "notequalto",
    "<>": "notequalto",
    "<": "lessthan",
    "<=": "lessthanorequalto",
    ">": "greaterthan",
    ">=": "greaterthanorequalto",
}
KEYWORDS = {"AND", "OR", "NOT", "LIKE", "IN", "IS", "NULL", "ORDER", "BY", "BETWEEN"}


def compile_text(context: Context, declared: ObjectType, text: str) -> Test | None:
    """A test for the text, None when it is empty."""
    if not text.strip():
        return None
    parser = _Parser(context, declared, _tokens(text))
    test = parser.disjunction()
    parser.end()
    return test


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, position = [], 0
    text = text.rstrip()
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            raise processing_error()
        tokens.append((match.lastgroup, match.group(match.lastgroup)))
        position = match.end()
    return tokens


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


class _Parser:
    """Recursive descent; every surprise is DL02000001."""

    def __init__(
        self, context: Context, declared: ObjectType, tokens: list[tuple[str, str]]
    ) -> None:
        self.context = context
        self.declared = declared
        self.tokens = tokens
        self.position = 0

    def _peek(self) -> tuple[str, str]:
        if self.position < len(self.tokens):
            return self.tokens[self.position]
        return "end", ""

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self.position += 1
        return token

    def _accept(self, word: str) -> bool:
        kind, text = self._peek()
        if kind in ("word", "mark") and text.upper() == word:
            self.position += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            raise processing_error()

    def end(self) -> None:
        if self._peek()[0] != "end":
            raise processing_error()

    def disjunction(self) -> Test:
        tests = [self._conjunction()]
        while self._accept("OR"):
            tests.append(self._conjunction())
        if len(tests) == 1:
            return tests[0]
        return lambda row: any(test(row) for test in tests)

    def _conjunction(self) -> Test:
        tests = [self._negation()]
        while self._accept("AND"):
            tests.append(self._negation())
        if len(tests) == 1:
            return tests[0]
        return lambda row: all(test(row) for test in tests)

    def _negation(self) -> Test:
        if self._accept("NOT"):
            inner = self._negation()
            return lambda row: not inner(row)
        if self._accept("("):
            test = self.disjunction()
            self._expect(")")
            return test
        return self._condition()

    def _condition(self) -> Test:
        kind, name = self._next()
        if kind != "word" or name.upper() in KEYWORDS:
            raise processing_error()
        try:
            column = find_column(self.context, self.declared, name, raw=True)
        except UnknownField as error:
            raise processing_error() from error
        if self._accept("IS"):
            negated = self._accept("NOT")
            self._expect("NULL")
            return lambda row: (column.value(row) is None) != negated
        negated = self._accept("NOT")
        if self._accept("LIKE"):
            return matching(column, self._string(), negated, False)
        if self._accept("IN"):
            values = self._list(column)
            operator = "notin" if negated else "in"
            return comparison(column, operator, values, False)
        kind, operator = self._next()
        if kind != "operator" or negated:
            raise processing_error()
        return comparison(column, OPERATORS[operator], [self._literal(column)], False)

    def _string(self) -> str:
        kind, text = self._next()
        if kind != "string":
            raise processing_error()
        return _unquoted(text)

    def _literal(self, column: Column):
        """A number may stay unquoted only for fields that are numbers."""
        kind, text = self._next()
        if kind == "string":
            return parse_value(column, _unquoted(text))
        if kind != "number":
            raise processing_error()
        if column.kind == "text" and not column.name.endswith("RECORDNO"):
            raise processing_error()
        return parse_value(column, text)

    def _list(self, column: Column) -> list:
        self._expect("(")
        values = [self._literal(column)]
        while self._accept(","):
            values.append(self._literal(column))
        self._expect(")")
        return values
