"""Payment terms: when an invoice is due and until when a discount runs."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from ..context import Context

FROM_DATE = "from invoice/bill date"
MONTHS = {
    "of the month of invoice/bill date": 0,
    "of next month from invoice/bill date": 1,
    "of 2nd month from invoice/bill date": 2,
    "of 3rd month from invoice/bill date": 3,
    "of 4th month from invoice/bill date": 4,
    "of 5th month from invoice/bill date": 5,
    "of 6th month from invoice/bill date": 6,
}


def find_term(context: Context, name: str | None) -> dict | None:
    return context.tables.first("ARTERM", "NAME", name) if name else None


def due_date(term: dict, day: str) -> str:
    return _resolve(day, term.get("DUEDATE"), term.get("DUEFROM"))


def discount_date(term: dict, day: str) -> str | None:
    if not term.get("DISCAMOUNT"):
        return None
    return _resolve(day, term.get("DISCDATE"), term.get("DISCFROM"))


def _resolve(day: str, number: int | None, origin: str | None) -> str:
    start = date.fromisoformat(day)
    days = int(number or 0)
    months = MONTHS.get((origin or FROM_DATE).strip())
    if months is None:
        return (start + timedelta(days=days)).isoformat()
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, max(1, min(days or 1, last))).isoformat()
