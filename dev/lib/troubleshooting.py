"""docs/troubleshooting.md from the rules about errors: a section an error.

python -m dev.lib.troubleshooting           writes the page
"""

import csv
import re

from dev.lib.paths import ADDON, ROOT

PAGE = ROOT / "docs" / "troubleshooting.md"
RULES = sorted((ROOT / ADDON / "data").glob("intacct.error.rule-*.csv"))
MODEL = ROOT / ADDON / "models" / "intacct_error_rule.py"
WIDTH = 118
INTRO = (
    "# Troubleshooting",
    "Find the message under *Sync Failures*, on the sync in *Recent Syncs*, or on the "
    "document. The word in brackets is its *Cause*. Group *Sync Failures* by cause to "
    "mend the same thing once for all.",
    "Each failure has a button that does what is said here, and *Retry*. What is tried "
    "again by itself needs no click after you have mended it: the next sync does it. "
    "*Intacct's Words* on an entry has the original text and the Support ID, which "
    "Sage's support asks for.",
    "The same texts are under *Invoicing > Configuration > Sage Intacct > Errors and "
    "Fixes*, where managers can add errors of their own company. This page is made "
    "from them.",
)
PLACEHOLDER = re.compile(r"%\(\w+\)s")
LISTED = {
    "credentials": "[Set-up in Intacct](setup-in-intacct.md) has each step.",
    "clearing": "[How documents are booked](how-documents-are-booked.md) has the rule.",
    "permission": "[Table of rights](setup-in-intacct.md#4-rights).",
}


def read_rules():
    """The rules that the addon ships, in their order.

    :rtype: list[dict]
    """
    rules = []
    for path in RULES:
        with path.open(newline="") as file:
            rules += csv.DictReader(file)
    return sorted(rules, key=lambda rule: int(rule["sequence"]))


def choices(name):
    """The labels of a selection in the model's source, by value.

    :rtype: dict[str, str]
    """
    text = MODEL.read_text()
    listed = text[text.index(name) :].partition("]")[0]
    return dict(re.findall(r'\("(\w+)", "([^"]+)"\)', listed))


def wrapped(text):
    """A paragraph in lines that a reader of the source can follow; links stay whole."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\n".join([*lines, line])


def section(rule, actions, retries):
    """One error: what happened, why, what to do, the click, whether it retries."""
    happened = PLACEHOLDER.sub("…", rule["happened"]).strip(" …")
    told = [happened, rule["why"]]
    parts = [" ".join(filter(None, told))]
    advice = [f"**What to do:** {rule['advice']}", LISTED.get(rule["cause"])]
    if rule["path"]:
        advice.append(f"In Intacct: *{rule['path']}*.")
    parts.append(" ".join(filter(None, advice)))
    click = actions.get(rule["action"])
    again = retries[rule["retries"]]
    line = f"**Tries again by itself:** {again[0].lower()}{again[1:]}."
    parts.append(f"**One click:** *{click}*. {line}" if click else line)
    heading = f"### {rule['name']} (`{rule['cause']}`)"
    return "\n\n".join([heading, *map(wrapped, parts)])


def render():
    """The page.

    :rtype: str
    """
    rules = read_rules()
    actions, retries = choices("ACTIONS"), choices("retries = ")
    parts = [wrapped(text) for text in INTRO]
    for key, title in choices("SECTIONS").items():
        parts.append(f"## {title}")
        parts += [
            section(rule, actions, retries) for rule in rules if rule["section"] == key
        ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(render())
