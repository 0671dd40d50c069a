"""What the connector can ask of Intacct, and whether Intacct would understand it.

What was sent is valid if it is so by our own schema and, where that is at hand, by
Intacct's.
"""

import ast
from functools import lru_cache
from pathlib import Path

from lxml import etree
from odoo.addons.intacct_connector.tests.gateway_case import OWN_SCHEMA, schemas

from .intacct import CLERK

ADDON = Path(__file__).resolve().parents[2] / "intacct_connector"
SCHEMA_NAMES = {"xs": "http://www.w3.org/2001/XMLSchema"}
# Functions that write any object, which they name in upper case.
GENERIC = ("create", "update")


@lru_cache(maxsize=1)
def _checks():
    return schemas()


def invalid(requests):
    """What the schemas say against requests of the connector.

    :param list[dict] requests: as the simulator has recorded them
    :rtype: list[str]
    """
    clerk = f"<userid>{CLERK}</userid>"
    found = []
    for request in requests:
        if clerk in request["request"]:
            continue
        document = etree.fromstring(request["request"].encode())
        for schema in _checks():
            if not schema.validate(document):
                names = ", ".join(call["function"] for call in request["functions"])
                found.append(f"{names}: {schema.error_log.last_error}")
    return found


def asked(requests):
    """Functions that were asked for, ``create ARPYMT`` for those that name an object.

    :rtype: set[str]
    """
    found = set()
    for request in requests:
        for call in etree.fromstring(request["request"].encode()).iter("function"):
            function = call[0]
            generic = function.tag in GENERIC
            found.add(f"{function.tag} {function[0].tag}" if generic else function.tag)
    return found


def askable():
    """Functions that the addon's source can ask for, as ``asked`` names them.

    Where the source does not write a function's name into the call, it has it as a
    text elsewhere; only names of several words are looked for there.

    :rtype: set[str]
    """
    references = etree.parse(str(OWN_SCHEMA)).xpath(
        "//xs:element[@name='function']//xs:element/@ref", namespaces=SCHEMA_NAMES
    )
    named = {name for name in references if "_" in name}
    found = set()
    for path in ADDON.rglob("*.py"):
        if "tests" in path.relative_to(ADDON).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and node.value in named:
                found.add(node.value)
            elif isinstance(node, ast.Call):
                found |= _rendered(node)
    return found


def _rendered(call):
    """What a call of ``functions.render`` asks for, as far as it says so itself."""
    name = getattr(call.func, "attr", getattr(call.func, "id", None))
    if name != "render" or not call.args or not isinstance(call.args[0], ast.Constant):
        return set()
    function = call.args[0].value
    if function not in GENERIC:
        return {function}
    objects = [keyword.arg for keyword in call.keywords if keyword.arg]
    return {f"{function} {name}" for name in objects if name.isupper()}
