"""Requests into elements, answers into XML text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from lxml import etree

from . import clock
from .failures import SCHEMA, ControlFailure, Fault, FunctionFailure, support_id

HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'
_QUOTES = {"'": "&#039;", '"': "&quot;"}
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


_MESSAGE = "<messageid></messageid><target/><placeholders></placeholders>"
# The shape of showadditionalerrorinfo; the catalogue behind it is not public.
ADDITIONAL_INFO = (
    "<additionalinfo><errorid></errorid><category></category><target/>"
    f"<description>{_MESSAGE}</description><cdescription>{_MESSAGE}</cdescription>"
    f"<correction>{_MESSAGE}</correction></additionalinfo>"
)


def text(value: object) -> str:
    """Escaped the way the gateway escapes, apostrophes included.

    Characters that XML cannot hold are left out.
    """
    return escape(_FORBIDDEN.sub("", str(value)), _QUOTES)


def parse(body: bytes) -> etree._Element:
    """The request's root element; a parser's complaint is a control failure."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        messages = getattr(error, "error_log", None) or [error]
        raise ControlFailure(parse_fault(message) for message in messages) from error


def parse_fault(message: object) -> Fault:
    """One XL03000003 with libxml2's number, message, line and column."""
    number = getattr(message, "type", 1)
    line = getattr(message, "line", 1)
    column = getattr(message, "column", 0)
    said = str(getattr(message, "message", message)).strip()
    return Fault(
        SCHEMA,
        f"XML Parse schema error: Error {number}: {said} "
        f"Line: {line}, column: {column}.",
    )


@dataclass(frozen=True)
class Control:
    """The control block of a request, for execution and for the echo."""

    senderid: str = ""
    password: str = ""
    controlid: str = ""
    uniqueid: bool = True
    dtdversion: str = "3.0"
    policyid: str = ""
    whitespace: bool = True
    error_info: bool = False


def child_text(element: etree._Element, name: str, default: str = "") -> str:
    found = element.findtext(name)
    return default if found is None else found.strip()


def is_true(said: str) -> bool:
    return said.strip().lower() in ("true", "1")


def read_control(root: etree._Element) -> Control:
    control = root.find("control")
    if control is None:
        return Control()
    return Control(
        senderid=child_text(control, "senderid"),
        password=child_text(control, "password"),
        controlid=child_text(control, "controlid"),
        uniqueid=is_true(child_text(control, "uniqueid", "true") or "true"),
        dtdversion=child_text(control, "dtdversion", "3.0") or "3.0",
        policyid=child_text(control, "policyid"),
        whitespace=is_true(child_text(control, "includewhitespace", "true") or "true"),
        error_info=is_true(child_text(control, "showadditionalerrorinfo", "false")),
    )


def guess_control(body: bytes) -> Control:
    """What can still be echoed of a request that is not well-formed."""
    said = body.decode("utf-8", "replace")
    found = {
        name: match.group(1)
        for name in ("senderid", "controlid", "dtdversion")
        if (match := re.search(rf"<{name}>([^<]*)</{name}>", said))
    }
    control = replace(Control(), **found)
    if re.search(r"<uniqueid>\s*false\s*</uniqueid>", said):
        control = replace(control, uniqueid=False)
    return control


class Answer:
    """Builds the XML of one response, with or without white space."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.separator = "\n" if control.whitespace else ""

    def join(self, parts) -> str:
        return self.separator.join(part for part in parts if part)

    def control_block(self, status: str) -> str:
        control = self.control
        return self.join(
            (
                "<control>",
                f"<status>{status}</status>",
                f"<senderid>{text(control.senderid)}</senderid>",
                f"<controlid>{text(control.controlid)}</controlid>",
                f"<uniqueid>{'true' if control.uniqueid else 'false'}</uniqueid>",
                f"<dtdversion>{text(control.dtdversion)}</dtdversion>",
                "</control>",
            )
        )

    def control_failure(self, failure: ControlFailure) -> str:
        block = (
            "<control><status>failure</status></control>"
            if failure.bare
            else self.control_block("failure")
        )
        return HEADER + self.join(
            ("<response>", block, self.errors(failure.faults), "</response>")
        )

    def response(self, operations: list[str]) -> str:
        return HEADER + self.join(
            ("<response>", self.control_block("success"), *operations, "</response>")
        )

    def refused_operation(self, userid: str, companyid: str, fault: Fault) -> str:
        return self.join(
            (
                "<operation>",
                "<authentication>",
                "<status>failure</status>",
                f"<userid>{text(userid)}</userid>",
                f"<companyid>{text(companyid)}</companyid>",
                "</authentication>",
                self.errors([fault]),
                "</operation>",
            )
        )

    def operation(self, session, results: list[str]) -> str:
        return self.join(
            (
                "<operation>",
                "<authentication>",
                "<status>success</status>",
                f"<userid>{text(session.userid)}</userid>",
                f"<companyid>{text(session.companyid)}</companyid>",
                f"<locationid>{text(session.entity or '')}</locationid>",
                f"<sessiontimestamp>{clock.iso_stamp(session.begin)}"
                "</sessiontimestamp>",
                f"<sessiontimeout>{clock.iso_stamp(session.end)}</sessiontimeout>",
                "</authentication>",
                *results,
                "</operation>",
            )
        )

    def result(
        self,
        status: str,
        function: str,
        controlid: str,
        inner: str = "",
        failure: FunctionFailure | None = None,
        support: bool = False,
    ) -> str:
        errors = self.errors(failure.faults, support) if failure else ""
        return self.join(
            (
                "<result>",
                f"<status>{status}</status>",
                f"<function>{text(function)}</function>",
                f"<controlid>{text(controlid)}</controlid>",
                inner,
                errors,
                "</result>",
            )
        )

    def errors(self, faults: list[Fault], support: bool = False) -> str:
        parts = ["<errormessage>"]
        for position, fault in enumerate(faults):
            parts.append(self._error(fault, support and position == 0))
        parts.append("</errormessage>")
        return self.join(parts)

    def _error(self, fault: Fault, support: bool) -> str:
        second = fault.description2
        if support and second:
            second += f" [Support ID: {support_id()}]"
        info = ADDITIONAL_INFO if self.control.error_info else ""
        if fault.errorno.startswith("GW-"):
            return (
                f"<error><errorno>{fault.errorno}</errorno>"
                f"<description>{text(fault.description)}</description></error>"
            )
        return self.join(
            (
                "<error>",
                f"<errorno>{text(fault.errorno)}</errorno>",
                f"<description>{text(fault.description)}</description>",
                f"<description2>{text(second)}</description2>",
                f"<correction>{text(fault.correction)}</correction>",
                info,
                "</error>",
            )
        )
