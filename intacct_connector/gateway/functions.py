"""Functions of a request, rendered from keywords or taken as stored text."""

import uuid
from dataclasses import dataclass, field

from lxml import etree

from .errors import RequestError
from .parser import parse_trusted
from .schema import grammar

# What Intacct bills, API.md section 14: each object written, each page read.
_FREE = {"getAPISession"}


@dataclass(frozen=True)
class Function:
    """One function, ready to be sent.

    :ivar str name: such as ``create_invoice`` or ``query``
    :ivar str control_id: what makes it unique in Intacct, 1 to 256 characters
    :ivar str xml: its exact text, ``<function controlid="…">…</function>``
    :ivar str object: what it works on (``ARINVOICE``), where it says so
    :ivar int transactions: API transactions that Intacct meters for it
    :ivar tuple changed: paths of texts that lost characters XML can't carry
    """

    name: str
    control_id: str
    xml: str = field(repr=False)
    object: str | None = None
    transactions: int = 1
    changed: tuple = ()

    @classmethod
    def from_xml(cls, xml):
        """Take a stored function; its text is sent byte for byte as it is.

        :raise RequestError: when it is not one ``function`` with a control id
        """
        text = xml.decode() if isinstance(xml, bytes) else xml
        try:
            element = parse_trusted(text.encode())
        except etree.XMLSyntaxError as error:
            raise RequestError(f"Not a stored function: {error}") from error
        if element.tag != "function" or len(element) != 1:
            raise RequestError("Not a stored function: no single function element")
        return cls._of(element, text)

    @classmethod
    def _of(cls, element, text, changed=()):
        control_id = element.get("controlid") or ""
        if not 0 < len(control_id) <= 256:
            raise RequestError("A control id has 1 to 256 characters")
        body = element[0]
        return cls(
            body.tag,
            control_id,
            text,
            object=_object(body),
            transactions=_transactions(body),
            changed=tuple(changed),
        )


def render(name, /, control_id=None, **arguments):
    """Return the Function of that name, filled from keywords.

    Names and nesting are those of the protocol: ``render("create_invoice",
    customerid="C1", datecreated=date(…), invoiceitems={"lineitem": [{…}]})``,
    ``render("create", CUSTOMER={…})``. Dates are given as date, amounts as Decimal,
    flags as bool; None leaves the element out, "" sends it empty. Without
    ``control_id`` a random UUID is used.

    :raise RequestError: names the argument that is unknown, missing or unfit
    """
    control_id = control_id or str(uuid.uuid4())
    element = etree.Element("function", controlid=control_id)
    rules = grammar()
    changed = rules.render(element, name, arguments)
    rules.check(element)
    return Function._of(element, etree.tostring(element, encoding="unicode"), changed)


def _object(body):
    if body.tag in ("create", "update", "retrievepdf") and len(body):
        return body[0].tag
    return body.findtext("object")


def _transactions(body):
    if body.tag in _FREE:
        return 0
    if body.tag in ("create", "update"):
        return len(body)
    if body.tag == "delete":
        return (body.findtext("keys") or "").count(",") + 1
    return 1
