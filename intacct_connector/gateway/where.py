"""Conditions of a query: ``and_(eq("STATE", "Posted"), gt("TOTALDUE", 0))``.

A value may be str, int, Decimal, bool, date, or naive datetime in the clock of the
API user. ``query`` compares display values (``Posted``, ``active``, ``true``).
"""

import datetime
from dataclasses import dataclass

from . import formats
from .errors import FormatError, RequestError

# The schema's limit of values for one in or notin.
MOST_VALUES = 1000


@dataclass(frozen=True)
class Comparison:
    """One operator on one field, with its values as they are sent."""

    operator: str
    field: str
    values: tuple = ()

    def arguments(self):
        """Return ``{operator: {...}}`` as the request's schema takes it."""
        content = {"field": self.field}
        if self.operator in ("between", "in", "notin"):
            content["value"] = list(self.values)
        elif self.values:
            (content["value"],) = self.values
        return {self.operator: content}


@dataclass(frozen=True)
class Junction:
    """``and`` or ``or`` of two conditions or more."""

    operator: str
    parts: tuple

    def arguments(self):
        """Return ``{operator: {...}}`` as the request's schema takes it."""
        return {self.operator: {"_value_1": [part.arguments() for part in self.parts]}}


def _text(value):
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return formats.format_bool(value)
    if isinstance(value, datetime.datetime):
        return formats.format_datetime(value)
    if isinstance(value, datetime.date):
        return formats.format_date(value)
    return formats.format_decimal(value)


def _comparison(operator, field, *values):
    try:
        return Comparison(operator, field, tuple(_text(value) for value in values))
    except FormatError as error:
        raise RequestError(f"{field} {operator}: {error}") from None


def eq(field, value):
    """Field is value."""
    return _comparison("equalto", field, value)


def ne(field, value):
    """Field is not value."""
    return _comparison("notequalto", field, value)


def lt(field, value):
    """Field is less than value."""
    return _comparison("lessthan", field, value)


def le(field, value):
    """Field is value or less."""
    return _comparison("lessthanorequalto", field, value)


def gt(field, value):
    """Field is greater than value."""
    return _comparison("greaterthan", field, value)


def ge(field, value):
    """Field is value or greater."""
    return _comparison("greaterthanorequalto", field, value)


def between(field, low, high):
    """Field is low, high or between them."""
    return _comparison("between", field, low, high)


def like(field, pattern):
    """Field fits pattern: ``%`` any text, ``_`` one character."""
    return _comparison("like", field, pattern)


def not_like(field, pattern):
    """Field does not fit pattern."""
    return _comparison("notlike", field, pattern)


def is_null(field):
    """Field has no value."""
    return _comparison("isnull", field)


def is_not_null(field):
    """Field has a value."""
    return _comparison("isnotnull", field)


def _membership(operator, join, field, values):
    values = list(values)
    if not values:
        raise RequestError(f"{field} {operator}: no values given")
    return join(
        *(
            _comparison(operator, field, *values[start : start + MOST_VALUES])
            for start in range(0, len(values), MOST_VALUES)
        )
    )


def in_(field, values):
    """Field is one of values; more than a request's limit are split."""
    return _membership("in", or_, field, values)


def not_in(field, values):
    """Field is none of values; more than a request's limit are split."""
    return _membership("notin", and_, field, values)


def _junction(operator, parts):
    flat = []
    for part in parts:
        if isinstance(part, Junction) and part.operator == operator:
            flat += part.parts
        elif part is not None:
            flat.append(part)
    if len(flat) < 2:
        return flat[0] if flat else None
    return Junction(operator, tuple(flat))


def and_(*parts):
    """All of the conditions; None is left out, one alone stays itself."""
    return _junction("and", parts)


def or_(*parts):
    """Any of the conditions; None is left out, one alone stays itself."""
    return _junction("or", parts)
