"""API transactions as Intacct counts them, and the rows that show them.

Each created, changed or deleted object is one, each page of a read is one,
refused functions count too; opening a session is free.
"""

from __future__ import annotations

import threading
from collections import Counter

from .clock import day_of
from .context import Context
from .protocol import Control


class Meter:
    """What passed through this process since the start or the last reset."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self.requests = 0
        self.bytes_in = 0
        self.bytes_out = 0
        self.transactions = 0
        self.by_function: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()

    def add_request(self, received: int, sent: int) -> None:
        with self._lock:
            self.requests += 1
            self.bytes_in += received
            self.bytes_out += sent

    def add_function(self, name: str, transactions: int) -> None:
        with self._lock:
            self.transactions += transactions
            self.by_function[name] += transactions
            self.calls[name] += 1

    def shown(self) -> dict:
        with self._lock:
            return {
                "requests": self.requests,
                "bytes_in": self.bytes_in,
                "bytes_out": self.bytes_out,
                "transactions": self.transactions,
                "transactions_by_function": dict(self.by_function),
                "calls_by_function": dict(self.calls),
            }


def record(
    context: Context,
    control: Control,
    function: str,
    controlid: str,
    transactions: int,
    success: bool,
) -> None:
    """Add the row of APIUSAGEDETAIL that readers see after a delay."""
    now = context.company.clock.now()
    context.tables.insert(
        "APIUSAGEDETAIL",
        {
            "CLIENT_TYPE": "XML Gateway",
            "PARTNERID": context.sender,
            "FUNCTION": function,
            "CONTROLID": control.controlid,
            "DOCCONTROLID": controlid,
            "DTDVERSION": control.dtdversion,
            "LOGINID": context.user.get("LOGINID"),
            "N_TRANS": transactions,
            "CREATED_DATE": day_of(now + context.offset),
            "CREATED_TIME": now,
            "STATUS": "Success" if success else "Failure",
        },
    )
