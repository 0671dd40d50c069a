"""How values are kept and how they look on the wire.

Kept: money as whole cents (int), rates as decimal text, dates as YYYY-MM-DD,
stamps as epoch seconds, booleans as bool, enumerations as their raw code.
Shown: numbers without padding zeros, empty text for nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from . import clock

CENT = Decimal("0.01")


def cents(text: str | int | float | Decimal) -> int:
    """An amount as cents, silently rounded to two decimals as Intacct does."""
    try:
        number = Decimal(str(text).strip())
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not an amount") from error
    if not number.is_finite():
        raise ValueError(f"{text!r} is not an amount")
    return int(number.quantize(CENT, ROUND_HALF_UP) * 100)


def show_cents(amount: int) -> str:
    """590000 as ``5900``, 2039909 as ``20399.09``."""
    sign = "-" if amount < 0 else ""
    whole, part = divmod(abs(amount), 100)
    if not part:
        return f"{sign}{whole}"
    return f"{sign}{whole}.{part:02d}".rstrip("0")


def share(part: int, whole: int, total: int) -> int:
    """``total`` × part ÷ whole in cents, half up; exact when part is whole."""
    ratio = Decimal(total) * part / whole
    return int(ratio.quantize(Decimal(1), ROUND_HALF_UP))


def convert(amount: int, rate: Decimal) -> int:
    """Cents of one currency into cents of the base currency."""
    return int((amount * rate).quantize(Decimal(1), ROUND_HALF_UP))


def show_rate(rate: Decimal) -> str:
    text = format(rate.normalize(), "f")
    return text


def truth(text: str | bool) -> bool:
    """Intacct's spellings of a boolean: true, T, yes, 1."""
    if isinstance(text, bool):
        return text
    return str(text).strip().lower() in ("true", "t", "yes", "y", "1")


def _show_bool(value: bool) -> str:
    return "true" if value else "false"


def _show_tf(value: bool) -> str:
    return "T" if value else "F"


_PLAIN: dict[str, Callable] = {
    "text": str,
    "int": str,
    "money": show_cents,
    "rate": str,
    "bool": _show_bool,
    "tf": _show_tf,
    "date": clock.show_date,
}


def shower(kind: str, offset: int, labels: dict | None = None) -> Callable:
    """A function from a kept value (never None) to its text."""
    if labels is not None:
        return lambda value: labels.get(value, str(value))
    if kind == "stamp":
        return lambda value: clock.show_stamp(value, offset)
    if kind == "utcstamp":
        return lambda value: clock.show_stamp(value, 0)
    return _PLAIN[kind]


def reader(kind: str, offset: int, labels: dict | None = None) -> Callable:
    """The inverse of :func:`shower`; raises ValueError for a bad text."""
    if labels is not None:
        codes = {label: code for code, label in labels.items()}
        return lambda text: codes.get(text, "\0" + text)
    if kind == "stamp":
        return lambda text: clock.read_stamp(text, offset)
    if kind == "utcstamp":
        return lambda text: clock.read_stamp(text, 0)
    return _READERS[kind]


def _read_number(text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not a number") from error


def _read_int(text: str) -> int | Decimal:
    number = _read_number(text)
    return int(number) if number == number.to_integral_value() else number


_READERS: dict[str, Callable] = {
    "text": str,
    "int": _read_int,
    "money": lambda text: _read_number(text) * 100,
    "rate": _read_number,
    "bool": truth,
    "tf": truth,
    "date": clock.read_date,
}
