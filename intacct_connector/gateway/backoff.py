"""How long to wait before asking again."""

from email.utils import parsedate_to_datetime

BASE = 1.0
CAP = 30.0
LONGEST_RETRY_AFTER = 120.0


def delay(attempt, jitter, retry_after=None):
    """Seconds to wait after failed attempt number ``attempt`` (0 is the first).

    It doubles from BASE up to CAP, and ``jitter`` in [0, 1) takes up to half of it
    away, so that many clients don't return at the same moment. ``retry_after`` is
    what the gateway asked for, obeyed up to LONGEST_RETRY_AFTER.
    """
    waiting = min(CAP, BASE * 2**attempt) * (1 - jitter / 2)
    if retry_after is None:
        return waiting
    return max(waiting, min(retry_after, LONGEST_RETRY_AFTER))


def parse_retry_after(headers):
    """Seconds named by an answer's Retry-After header (number or date), or None."""
    value = headers.get("Retry-After")
    if not value:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        # Both dates are the server's: its clock need not be ours.
        until = parsedate_to_datetime(value)
        asked = parsedate_to_datetime(headers.get("Date") or "")
        return max(0.0, (until - asked).total_seconds())
    except (TypeError, ValueError):
        return None
