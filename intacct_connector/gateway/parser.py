"""lxml, hardened: no entities, no document type, no network, no huge trees."""

import re

from lxml import etree

_SAFE = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
_FIRST_TAG = re.compile(rb"<[A-Za-z_]")
_REFERENCE = re.compile(rb"&#(?:x([0-9a-fA-F]+)|([0-9]+));")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}".encode()


class UnsafeDocument(Exception):
    """A document that declares a document type, which no answer has."""


def refuse_doctype(body):
    """Raise UnsafeDocument if a document type stands before the first element."""
    first = _FIRST_TAG.search(body)
    if b"<!DOCTYPE" in body[: first.start() if first else None]:
        raise UnsafeDocument("document type declaration")


def refuse_declared(element):
    """The same, asked of a document already begun: an encoding may hide the bytes."""
    if element.getroottree().docinfo.doctype:
        raise UnsafeDocument("document type declaration")


def pull_parser(tags):
    """A parser that is fed and hands out the ends of elements named in ``tags``."""
    return etree.XMLPullParser(events=("start", "end"), tag=tags, **_SAFE)


def parse_trusted(body):
    """Parse text of our own, as hardened as any other."""
    return etree.fromstring(body, etree.XMLParser(**_SAFE))


def replace_forbidden(body):
    """Return the bytes with control characters, raw or as references, replaced.

    XML has no way to write them, yet a field may hold one: a single record would
    make a whole page unreadable. Answers are in UTF-8; what has NUL bytes, as
    UTF-16 has, is no XML any more afterwards.
    """

    def reference(match):
        digits, base = (match[1], 16) if match[1] else (match[2], 10)
        number = int(digits[:8], base)
        allowed = (
            number in (0x9, 0xA, 0xD)
            or 0x20 <= number <= 0xD7FF
            or 0xE000 <= number <= 0xFFFD
            or 0x10000 <= number <= 0x10FFFF
        )
        return match[0] if allowed else REPLACEMENT

    return _CONTROLS.sub(REPLACEMENT, _REFERENCE.sub(reference, body))
