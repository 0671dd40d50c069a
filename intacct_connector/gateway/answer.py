"""Reads an answer: its three levels of failure and its rows.

Rows become dicts. Names are in upper case, since Intacct mixes cases; related fields
keep their dots. ``read`` nests: a nested element is flattened with dots
(``BILLTO.EMAIL1``), owned lines are a list of dicts under the container's name
(``ARINVOICEITEMS``). An empty element is None. Attributes come as ``@NAME``.
"""

import re
from dataclasses import dataclass, field

from lxml import etree

from . import parser
from .classify import ErrorText

_PIECE = 1 << 16
_PARTS = ("response", "control", "authentication", "result", "errormessage")
_ROW_NAME = re.compile(rb"<data(?:\s[^>]*)?>\s*<([A-Za-z_][\w.-]*)")


class Unreadable(Exception):
    """A body that is no complete, well-formed, safe answer."""


@dataclass
class Data:
    """The attributes of a result's data element; None where it has none."""

    listtype: str | None = None
    count: int | None = None
    totalcount: int | None = None
    numremaining: int | None = None
    offset: int | None = None
    resultId: str | None = None


@dataclass
class Block:
    """Status, leaf texts, errors and rows of control, authentication or a result."""

    status: str | None = None
    texts: dict = field(default_factory=dict)
    errors: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    data: Data = field(default_factory=Data)


@dataclass
class Answer:
    """A whole answer. ``acknowledged``: only an asynchronous receipt of it."""

    control: Block = field(default_factory=Block)
    authentication: Block | None = None
    results: list = field(default_factory=list)
    acknowledged: bool = False


def read(body):
    """Parse the bytes of an answer.

    A control character that a field of the answer holds is replaced by U+FFFD, as
    XML has no way to carry it.

    :raise Unreadable: for anything that is not one complete answer: other XML,
        several roots, a truncated or empty body, HTML, a document type
    """
    if not body.strip():
        raise Unreadable("an empty answer")
    body = parser.replace_forbidden(body)
    try:
        parser.refuse_doctype(body)
        return _parse(body)
    except (etree.XMLSyntaxError, parser.UnsafeDocument) as error:
        raise Unreadable(f"an answer that is not XML as agreed ({error})") from None


def _parse(body):
    names = {name.decode() for name in _ROW_NAME.findall(body)}
    stream = parser.pull_parser([*_PARTS, "acknowledgement", *names])
    reader = _Reader()
    for start in range(0, len(body), _PIECE):
        stream.feed(body[start : start + _PIECE])
        reader.consume(stream.read_events())
    root = stream.close()
    reader.consume(stream.read_events())
    if root.tag != "response" or reader.answer.control.status is None:
        raise Unreadable("XML that is no answer of the gateway")
    return reader.answer


class _Reader:
    """Builds an Answer from the ends of elements, dropping what it has read."""

    def __init__(self):
        self.answer = Answer()
        self._begun = False
        self._rows = []
        self._last = None

    def consume(self, events):
        for event, element in events:
            if event == "start":
                if not self._begun:
                    parser.refuse_declared(element)
                    self._begun = True
                continue
            self._ended(element)

    def _ended(self, element):
        parent = element.getparent()
        place = parent.tag if parent is not None else None
        if place == "data":
            if parent.getparent().tag == "result":
                self._row_ended(parent, element)
        elif place == "response":
            if element.tag == "control":
                self.answer.control = _block(element, self.answer.control.errors)
            elif element.tag == "errormessage":
                self.answer.control.errors = _errors(element)
            elif element.tag == "acknowledgement":
                self.answer.acknowledged = True
        elif place == "operation":
            self._operation(element)

    def _row_ended(self, data, element):
        """Read a row and drop the one before it; lxml still needs the latest.

        Rows of another name wait for the end of the result, and so do all behind
        them, which keeps the order.
        """
        if element.getprevious() is self._last:
            self._rows.append(_row(element))
            element.clear()
            if self._last is not None:
                data.remove(self._last)
            self._last = element

    def _operation(self, element):
        answer = self.answer
        if element.tag == "authentication":
            answer.authentication = _block(element)
        elif element.tag == "errormessage":
            if answer.authentication is not None:
                answer.authentication.errors = _errors(element)
        elif element.tag == "result":
            block = _block(element, _errors(element.find("errormessage")))
            data = element.find("data")
            if data is not None:
                waiting = [row for row in data if row is not self._last]
                block.rows = self._rows + [_row(row) for row in waiting]
                block.data = _data(data)
            self._rows, self._last = [], None
            listed = element.find("listtype")
            if listed is not None:
                block.data.listtype = listed.text
            answer.results.append(block)
            element.clear()


def _block(element, errors=()):
    texts = {child.tag: child.text for child in element if not len(child)}
    return Block(texts.get("status"), texts, list(errors))


def _data(element):
    def number(name):
        text = element.get(name)
        return int(text) if text and text.isdigit() else None

    return Data(
        element.get("listtype"),
        number("count"),
        number("totalcount"),
        number("numremaining"),
        number("offset"),
        element.get("resultId") or None,
    )


def _errors(message):
    if message is None:
        return []
    return [
        ErrorText.from_texts(
            error.findtext("errorno"),
            error.findtext("description"),
            error.findtext("description2"),
            error.findtext("correction"),
            _additional(error.find("additionalinfo")),
        )
        for error in message.iter("error")
    ]


def _additional(info):
    if info is None:
        return None
    placeholders = {
        item.get("name"): item.get("value") for item in info.iter("placeholder")
    }
    found = {
        "errorid": info.findtext("errorid"),
        "category": info.findtext("category"),
        "placeholders": placeholders,
    }
    return {name: value for name, value in found.items() if value}


def _row(element):
    row = {f"@{name.upper()}": value for name, value in element.attrib.items()}
    if len(element):
        _fill(row, element, "")
    else:
        row[element.tag.upper()] = element.text
    return row


def _fill(row, element, prefix):
    for child in element:
        name = prefix + child.tag.upper()
        if not len(child):
            value = child.text
        elif _is_container(child):
            value = [_item(item) for item in child]
        elif element.find(child.tag) is not child or _has_twin(child):
            value = [_item(child)]
        else:
            _fill(row, child, f"{name}.")
            continue
        if isinstance(value, list) and isinstance(row.get(name), list):
            row[name] += value
        else:
            row[name] = value


def _item(element):
    return _row(element) if len(element) or element.attrib else element.text


def _has_twin(element):
    following = element.getnext()
    while following is not None:
        if following.tag == element.tag:
            return True
        following = following.getnext()
    return False


def _is_container(element):
    """Whether an element holds owned lines: equal names, and a plural around them."""
    names = {child.tag for child in element}
    if len(names) != 1:
        return False
    name, outer = names.pop().upper(), element.tag.upper()
    # CUSTOMERCONTACTS holds CUSTOMERENTITYCONTACTS, so a plural alone is enough
    # where the lines have fields of their own.
    plurals = (f"{name}S", f"{name}ES", f"{name[:-1]}IES")
    return (
        len(element) > 1
        or outer in plurals
        or (outer.endswith("S") and len(element[0]) > 0)
    )
