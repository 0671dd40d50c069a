"""Closed books: per entity and per subledger, the top level closes everybody."""

from __future__ import annotations

from collections.abc import Iterable

from ..clock import show_date
from ..context import Context
from ..failures import refuse


def check_open(
    context: Context,
    day: str,
    entities: Iterable[str | None],
    modules: tuple[str, ...] = ("AR", "GL"),
) -> None:
    """Refuse a date in a closed period of one of the entities or the top level."""
    places = {"", *(entity or "" for entity in entities)}
    for row in context.tables.meta.get("closed", ()):
        if row["MODULE"] not in modules or row["LOCATIONID"] not in places:
            continue
        if day <= row["THROUGH"]:
            raise refuse(
                f"Periods are closed. Your transaction date ({show_date(day)}) is "
                "within a period that's been closed.",
                context.settings["closed_period_errorno"],
            )


def entities_of(context: Context, lines: Iterable[dict]) -> set[str]:
    """The entities that the lines of a document belong to."""
    found = {context.company.entity_of(line.get("LOCATIONID")) for line in lines}
    found.add(context.entity)
    return {entity for entity in found if entity}
