"""Every request and answer, secrets taken out, for tests and people."""

from __future__ import annotations

import re
import threading
import zlib
from collections import deque

KEPT = 3000
SECRETS = re.compile(
    r"<(password|sessionid)>[^<]*</\1>|(<(?:password|sessionid)>)[^<]*$", re.I
)


def redact(text: str) -> str:
    return SECRETS.sub(
        lambda match: f"<{match[1]}>***</{match[1]}>" if match[1] else f"{match[2]}***",
        text,
    )


class RequestLog:
    """The last requests, numbered from 1, bodies compressed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[dict] = deque(maxlen=KEPT)
        self._number = 0

    def add(
        self,
        request: bytes,
        answer: str,
        status: int,
        functions: list[dict],
        seconds: float,
        faults: list[str],
    ) -> None:
        entry = {
            "request": _packed(request.decode("utf-8", "replace")),
            "answer": _packed(answer),
            "status": status,
            "functions": functions,
            "seconds": round(seconds, 4),
            "faults": faults,
        }
        with self._lock:
            self._number += 1
            self._entries.append({"number": self._number, **entry})

    def since(self, number: int, bodies: bool = True) -> list[dict]:
        """Entries with a number above ``number``, oldest first."""
        with self._lock:
            entries = [e for e in self._entries if e["number"] > number]
        return [_shown(entry, bodies) for entry in entries]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._number = 0


def _packed(text: str) -> bytes:
    return zlib.compress(redact(text).encode(), 1)


def _shown(entry: dict, bodies: bool) -> dict:
    shown = dict(entry)
    for name in ("request", "answer"):
        packed = shown.pop(name)
        if bodies:
            shown[name] = zlib.decompress(packed).decode()
    return shown
