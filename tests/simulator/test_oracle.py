"""Our schema beside Intacct's own: every sample is accepted or refused alike.

The samples and the official schema lie beside the project where it is developed;
elsewhere the requests written here have to do.
"""

import re
from functools import lru_cache
from pathlib import Path

import pytest
from lxml import etree

from simulator import requestschema
from simulator.functions import FUNCTIONS

from .harness import (
    Client,
    cash,
    compare,
    create_customer,
    create_invoice,
    create_memo,
    create_payment,
    line,
    query,
    reverse,
)

SHARED = Path(__file__).resolve().parents[3] / "shared" / "intacct"
OWN = {
    "a session": "<getAPISession/>",
    "a query": query(
        "ARINVOICE",
        "RECORDNO",
        f"<or>{compare('in', 'STATE', 'a', 'b')}{compare('between', 'X', 1, 2)}</or>",
        order="RECORDNO",
        pagesize=2000,
        offset=0,
        options="<showprivate>true</showprivate>",
    ),
    "an invoice": create_invoice(
        number="1",
        posted="03/02/2026",
        currency="EUR",
        lines=[line(1, location="L", projectid="P", customerid="C", classid="K")],
    ),
    "a memo": create_memo(number="1", currency="EUR", rate="1.1"),
    "a receipt": create_payment(cash(1, 2)),
    "a customer": create_customer("C", "C"),
    "a reversal": reverse("reverse_invoice", 1),
    "an unknown function": "<dance/>",
    "a wrong order": "<reverse_invoice key='1'><description/><datereversed/>"
    "</reverse_invoice>",
    "a page too big": query("A", "B", pagesize=2001),
    "a page of nothing": query("A", "B", pagesize=0),
    "an and of one": query("A", "B", f"<and>{compare('equalto', 'X', 1)}</and>"),
    "two filters": query(
        "A", "B", compare("equalto", "X", 1) + compare("equalto", "X", 1)
    ),
    "too many values": query("A", "B", compare("in", "X", *range(1001))),
    "no key": "<delete_invoice/>",
    "no lines": "<create_invoice><customerid/><datecreated><year/><month/><day/>"
    "</datecreated></create_invoice>",
    "three taxes": create_invoice(
        lines=[line(1, taxentries="<taxentry><detailid>a</detailid></taxentry>" * 3)]
    ),
    "both accounts": create_invoice(
        lines=[line(1).replace("<amount>", "<accountlabel>x</accountlabel><amount>")]
    ),
    "the parameters of an old kit": create_invoice().replace(
        "<invoiceitems>", "<customfields/><supdocid>1</supdocid><invoiceitems>"
    ),
    "a control id too long": "<getAPISession/>",
}


def whole(function, controlid="f"):
    """A complete request document."""
    return etree.fromstring(
        Client("", user="u")
        .body([(controlid, function)], auth="<sessionid>x</sessionid>")
        .encode()
    )


@lru_cache(maxsize=1)
def official():
    """Intacct's schema, or None where it is not at hand."""
    path = SHARED / "schema" / "api.libxml2.xsd"
    return etree.XMLSchema(etree.parse(str(path))) if path.exists() else None


def samples():
    found = {}
    for path in sorted(SHARED.glob("samples/*.request.*.xml")):
        text = re.sub(r"^<!--.*?-->\s*", "", path.read_text(), flags=re.DOTALL)
        tag = re.match(r"\s*<([A-Za-z_]+)", text)
        if tag and tag.group(1) in FUNCTIONS:
            found[path.name] = text
    return found


ALL = {**OWN, **samples()}


@pytest.mark.parametrize("name", ALL)
def test_our_schema_decides_like_the_official_one(name):
    controlid = "x" * 257 if name == "a control id too long" else "f"
    document = whole(ALL[name], controlid)
    ours = requestschema.schema().validate(document)
    if official() is None:
        assert name in OWN
    else:
        assert ours is official().validate(document)
    if name in list(OWN)[:7]:
        assert ours
    elif name in OWN:
        assert not ours


def test_every_function_has_a_schema():
    """Whatever the simulator can do, a request may ask for."""
    names = set()
    for path in requestschema.FOLDER.glob("*.xsd"):
        for group in etree.parse(str(path)).iter("{*}group"):
            if (group.get("name") or "").endswith("Functions"):
                choice = group.find("{*}choice")
                names |= {element.get("name") for element in choice}
    assert names == set(FUNCTIONS)
