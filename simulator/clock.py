"""The simulator's clock: real time plus an offset that a test may move.

All stamps are whole seconds since the epoch, UTC; how a stamp is shown depends
on the GMT offset of the API user who reads it.
"""

from __future__ import annotations

import re
import time
from datetime import date, datetime, timedelta, timezone

STAMP_FORMAT = "%m/%d/%Y %H:%M:%S"
OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")


class Clock:
    """Seconds since the epoch, shifted by ``offset`` seconds."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    def now(self) -> int:
        return int(time.time() + self.offset)

    def set(self, when: int) -> None:
        self.offset = when - time.time()

    def advance(self, seconds: float) -> None:
        self.offset += seconds


def offset_seconds(gmtoffset: str) -> int:
    """``-08:00`` as seconds east of Greenwich; ValueError for anything else."""
    match = OFFSET.fullmatch(gmtoffset)
    if not match:
        raise ValueError(f"GMT offset {gmtoffset!r} is not like +09:30")
    sign, hours, minutes = match.groups()
    seconds = int(hours) * 3600 + int(minutes) * 60
    return -seconds if sign == "-" else seconds


def show_stamp(stamp: int, offset: int) -> str:
    """A stamp as ``MM/DD/YYYY HH:MM:SS`` on a clock ``offset`` seconds east."""
    moment = datetime(1970, 1, 1) + timedelta(seconds=stamp + offset)
    return moment.strftime(STAMP_FORMAT)


def read_stamp(text: str, offset: int) -> int:
    """The inverse of :func:`show_stamp`; a bare date means its midnight."""
    text = text.strip()
    form = STAMP_FORMAT if " " in text else "%m/%d/%Y"
    moment = datetime.strptime(text, form)
    return int((moment - datetime(1970, 1, 1)).total_seconds()) - offset


def iso_stamp(stamp: int) -> str:
    """A stamp as the envelope shows it, for instance 2026-01-31T08:00:00+00:00."""
    return datetime.fromtimestamp(stamp, timezone.utc).isoformat()


def day_of(stamp: int) -> str:
    """The UTC calendar day of a stamp as ``YYYY-MM-DD``."""
    return datetime.fromtimestamp(stamp, timezone.utc).date().isoformat()


def show_date(day: str) -> str:
    """``YYYY-MM-DD`` as the gateway's ``MM/DD/YYYY``."""
    return f"{day[5:7]}/{day[8:10]}/{day[:4]}"


def read_date(text: str) -> str:
    """``MM/DD/YYYY`` (a time after it is dropped) as ``YYYY-MM-DD``."""
    part = text.strip().split(" ")[0]
    return datetime.strptime(part, "%m/%d/%Y").date().isoformat()


def add_days(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def any_day(value: str) -> str:
    """MM/DD/YYYY or YYYY-MM-DD (a time after it is dropped) as YYYY-MM-DD."""
    if "/" in value:
        return read_date(value)
    return datetime.strptime(value[:10], "%Y-%m-%d").date().isoformat()


def any_moment(value: str | int) -> int:
    """Epoch seconds, MM/DD/YYYY HH:MM:SS in UTC, or ISO 8601 as a stamp."""
    if isinstance(value, int):
        return value
    if "/" in value:
        return read_stamp(value, 0)
    when = datetime.fromisoformat(value.replace("Z", "+00:00"))
    if when.tzinfo is None:
        when = when.replace(tzinfo=timezone.utc)
    return int(when.timestamp())
