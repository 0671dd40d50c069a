"""The documentation keeps up: a section for each cause, no link into nowhere."""

import ast
import re

import pytest

from dev.lib.paths import ADDON, ROOT
from dev.lib.troubleshooting import PAGE, read_rules, render

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# Kinds of refusal that the engine reports under their own name.
GATEWAY_CAUSES = {
    "credentials",
    "configuration",
    "permission",
    "protocol",
    "record",
    "request",
    "transient",
}


def cause_of(node):
    """The fixed beginning of a cause, None where it is computed."""
    if isinstance(node, ast.JoinedStr):
        node = node.values[0]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.partition(":")[0]
    return None


def reported_causes():
    """Every cause that a flow can report on a record."""
    causes = set()
    for path in (ROOT / ADDON / "flows").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            named = {keyword.arg: keyword.value for keyword in node.keywords}
            name = ast.unparse(node.func)
            if name.endswith("RecordProblem"):
                given = node.args[0] if node.args else named.get("cause")
            elif name.endswith(("._note", "._fail")):
                given = named.get("cause")
            else:
                continue
            causes.add(cause_of(given))
    return causes - {None}


def test_every_cause_has_a_rule():
    own = {rule["cause"] for rule in read_rules() if rule["origin"] != "answer"}
    wanted = reported_causes() | GATEWAY_CAUSES
    assert len(wanted) > 30
    known = {rule["cause"] for rule in read_rules()}
    assert wanted - known == set()
    assert own - wanted == set()


def test_the_page_about_errors_is_made_from_the_rules():
    """If it fails: python -m dev.lib.troubleshooting"""
    assert PAGE.read_text() == render()
    headings = re.findall(r"^### .*\(`(\w+)`\)$", PAGE.read_text(), re.MULTILINE)
    assert sorted(headings) == sorted(rule["cause"] for rule in read_rules())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    targets = re.findall(r"\]\(([^)]+)\)", page.read_text())
    for target in targets:
        path, _sharp, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{page.name}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", found.read_text(), re.MULTILINE)
            anchors = {
                re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
                for heading in headings
            }
            assert anchor in anchors, f"{page.name}: {target}"
