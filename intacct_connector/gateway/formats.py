"""Values as the gateway writes them, and back.

Dates are ``MM/DD/YYYY`` and timestamps ``MM/DD/YYYY HH:MM:SS`` in generic
functions, filters and answers; the object-specific functions split a date into
year, month and day. Timestamps stand in the clock of the API user, so they are
naive here. Numbers have a dot and neither grouping nor exponent. An empty element
of an answer means "no value".
"""

import datetime
import re
from decimal import Decimal, InvalidOperation

from .errors import FormatError

_DATE = "%m/%d/%Y"
_DATETIME = "%m/%d/%Y %H:%M:%S"
_TRUE = {"true", "t"}
_FALSE = {"false", "f"}
_OFFSET = re.compile(r"([+-])?(\d{1,2}):?(\d{2})")
_LINE_BREAKING = re.compile("[\x0b\x0c]")
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MULTIPLE = "#~#"


def clean_text(text):
    """Return ``(text, changed)`` with what XML 1.0 can't carry taken out.

    Vertical tab and form feed separate words, so they become a space; other
    control characters and lone surrogates are dropped. ``changed`` tells whether
    anything was.
    """
    cleaned = _FORBIDDEN.sub("", _LINE_BREAKING.sub(" ", text))
    return cleaned, cleaned != text


def _refuse(kind, text):
    raise FormatError(f"{text!r} is not a {kind} as the gateway writes one")


def parse_date(text):
    """``MM/DD/YYYY`` (a time behind it is ignored) or ISO -> date; empty -> None."""
    if not text:
        return None
    day = text.strip().replace("T", " ").split(" ")[0]
    try:
        if "/" in day:
            return datetime.datetime.strptime(day, _DATE).date()
        return datetime.date.fromisoformat(day)
    except ValueError:
        return _refuse("date", text)


def parse_datetime(text):
    """``MM/DD/YYYY HH:MM:SS`` -> naive datetime in the API user's clock.

    A date alone means its midnight. ISO 8601, as the envelope and the audit trail
    use it, keeps its offset. Empty -> None.
    """
    if not text:
        return None
    text = text.strip()
    try:
        if "/" in text:
            form = _DATETIME if " " in text else _DATE
            return datetime.datetime.strptime(text, form)
        # Python 3.10 does not read the short forms of the offset.
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return _refuse("date and time", text)


def parse_decimal(text):
    """Number with a dot -> Decimal; empty -> None."""
    if text is None or not text.strip():
        return None
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return _refuse("number", text)
    return number if number.is_finite() else _refuse("number", text)


def parse_bool(text):
    """``true``/``false`` or ``T``/``F`` in any case -> bool; empty -> None."""
    if not text:
        return None
    word = text.strip().lower()
    if word in _TRUE:
        return True
    return False if word in _FALSE else _refuse("yes or no", text)


def parse_offset(text):
    """``+09:30`` (``gmtoffset`` of readUserFormatting) -> timedelta; empty -> None."""
    if not text:
        return None
    match = _OFFSET.fullmatch(text.strip())
    if not match:
        return _refuse("offset", text)
    sign, hours, minutes = match.groups()
    offset = datetime.timedelta(hours=int(hours), minutes=int(minutes))
    return -offset if sign == "-" else offset


def parse_multiple(text):
    """``100#~#200`` -> ["100", "200"]; empty -> []."""
    return text.split(MULTIPLE) if text else []


def format_date(day):
    """date -> ``MM/DD/YYYY``."""
    # strftime leaves years before 1000 without their zeros on some platforms.
    return f"{day.month:02}/{day.day:02}/{day.year:04}"


def format_datetime(moment):
    """Naive datetime in the API user's clock -> ``MM/DD/YYYY HH:MM:SS``."""
    if moment.tzinfo is not None:
        raise FormatError(
            "A timestamp for Intacct is naive, in the clock of its API user"
        )
    return f"{format_date(moment)} {moment:%H:%M:%S}"


def format_split_date(day):
    """date -> the three elements of a date in the object-specific functions."""
    return {
        "year": f"{day.year:04}",
        "month": f"{day.month:02}",
        "day": f"{day.day:02}",
    }


def format_decimal(number):
    """Decimal or int -> digits without exponent; zeros after the dot are kept."""
    if isinstance(number, bool) or not isinstance(number, (int, Decimal)):
        raise FormatError(f"{number!r} is not an exact number")
    number = Decimal(number)
    if not number.is_finite():
        raise FormatError(f"{number} can't be sent")
    return format(number, "f")


def format_bool(flag):
    """bool -> ``true`` or ``false``."""
    return "true" if flag else "false"


def format_multiple(values):
    """["100", "200"] -> ``100#~#200``."""
    return MULTIPLE.join(values)
