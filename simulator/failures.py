"""Failures of the three levels, and the texts that several functions share."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

GENERIC = "BL01001973"
SCHEMA = "XL03000003"
AUTHENTICATION = "XL03000006"
ROLLED_BACK = "XL03000009"
QUERY = "DL02000001"
PERMISSION = "PL04000005"
ROLLED_BACK_TEXT = (
    "The entire transaction in this operation has been rolled back due to an error."
)


@dataclass(frozen=True)
class Fault:
    """One ``error`` element."""

    errorno: str = ""
    description2: str = ""
    description: str = ""
    correction: str = ""


class ControlFailure(Exception):
    """The whole request is refused; nothing was executed."""

    def __init__(self, faults: Iterable[Fault], status: int = 200, bare: bool = False):
        self.faults = list(faults)
        self.status = status
        self.bare = bare
        super().__init__(self.faults)


class AuthenticationFailure(Exception):
    """An operation is refused; ``userid`` and ``companyid`` are echoed."""

    def __init__(self, fault: Fault, userid: str = "", companyid: str = ""):
        self.fault = fault
        self.userid = userid
        self.companyid = companyid
        super().__init__(fault)


class FunctionFailure(Exception):
    """A function is refused; ``data`` tells what it did all the same."""

    def __init__(self, *faults: Fault, data: str = ""):
        self.faults = list(faults)
        self.data = data
        super().__init__("; ".join(f"{f.errorno}: {f.description2}" for f in faults))

    def because(self, *faults: Fault) -> FunctionFailure:
        """The same failure with the wrappers that Intacct adds behind it."""
        return FunctionFailure(*self.faults, *faults, data=self.data)


def refuse(text: str, errorno: str = GENERIC, correction: str = "") -> FunctionFailure:
    """A failure of one error."""
    return FunctionFailure(Fault(errorno, text, correction=correction))


def could_not_create(what: str) -> tuple[Fault, ...]:
    """The generic errors behind the specific one when a transaction fails."""
    return (
        Fault(
            GENERIC,
            f"Currently, we can't create the transaction {what}".rstrip(),
            correction="Check the transaction for errors or inconsistencies, "
            "then try again.",
        ),
    )


def transient() -> FunctionFailure:
    """The failure that means nothing and is gone at the next try."""
    return FunctionFailure(*could_not_create(""))


def support_id() -> str:
    """A support ID, URL-encoded as in real answers (``~`` is ``%7E``)."""
    text = secrets.token_urlsafe(12)[:5] + "~" + secrets.token_urlsafe(18)
    return quote(text, safe="").replace("~", "%7E")
