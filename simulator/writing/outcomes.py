"""Answers of writing functions."""

from __future__ import annotations

from ..calls import Outcome
from ..protocol import Answer, text


def created(answer: Answer, name: str, rows: list[tuple[int, str, str]]) -> str:
    """``data`` of create and update: lower-case object, RECORDNO, natural ID."""
    parts = [f'<data listtype="objects" count="{len(rows)}">']
    for recordno, key, value in rows:
        parts.append(f"<{name.lower()}>")
        parts.append(f"<RECORDNO>{recordno}</RECORDNO>")
        if key != "RECORDNO":
            parts.append(f"<{key}>{text(value)}</{key}>")
        parts.append(f"</{name.lower()}>")
    parts.append("</data>")
    return answer.join(parts)


def nothing_created() -> str:
    return '<data listtype="objects" count="0"/>'


def keyed(recordno: int, transactions: int = 1) -> Outcome:
    """The answer of a legacy create or update."""
    return Outcome(f"<key>{recordno}</key>", transactions=transactions)


def reversed_outcome(mode: str, original: int, counter: int) -> Outcome:
    """The answer of a reversal: nobody knows whether it names a record."""
    if mode == "none":
        return Outcome()
    return keyed(counter if mode == "counter" else original)
