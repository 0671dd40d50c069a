"""The control id of a function: executed and completed at most once.

An id is kept in the same transaction as the work it stands for, so it survives
a restart together with that work or not at all. While a function runs its id
is only in memory: a killed process frees it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .context import Context
from .failures import Fault, FunctionFailure


class Repeated(FunctionFailure):
    """The control id was used before, or is in use."""


class ControlIds:
    """Control ids that are being executed at this moment."""

    def __init__(self) -> None:
        self._running: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def running(self, context: Context, controlid: str) -> Iterator[None]:
        """Hold an id while its function runs; refuse it if another one does."""
        key = scoped(context, controlid)
        with self._lock:
            if key in self._running:
                raise self._busy(context)
            self._running.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(key)

    @staticmethod
    def _busy(context: Context) -> Repeated:
        return _repeated(context, "There is a concurrent request in process.")


def _repeated(context: Context, text: str) -> Repeated:
    return Repeated(Fault(context.settings["repeated_control_id_errorno"], text))


def scoped(context: Context, controlid: str) -> str:
    scope = context.settings["control_id_scope"]
    owner = context.company.company_id
    if scope != "company":
        owner += f"|{context.sender}"
    if scope == "user":
        owner += f"|{context.user.get('LOGINID')}"
    return f"{owner}|{controlid}"


def refuse_repeated(context: Context, controlid: str) -> None:
    """Refuse an id whose work was completed within the retention."""
    row = context.tables.first("CONTROLID", "SCOPED", scoped(context, controlid))
    if row is None:
        return
    age = context.company.clock.now() - row["DONE"]
    if age < context.settings["control_id_hours"] * 3600:
        raise _repeated(
            context,
            "A successful transaction has already been recorded with the control id "
            f"{controlid}",
        )
    context.tables.delete("CONTROLID", row)


def remember(context: Context, controlid: str) -> None:
    context.tables.insert(
        "CONTROLID",
        {
            "SCOPED": scoped(context, controlid),
            "DONE": context.company.clock.now(),
        },
    )
