"""A detail of a receipt as applications: which line is paid by what."""

from __future__ import annotations

from ..books import applications
from ..books.applications import Application, Cash, Part
from ..context import Context
from ..failures import refuse
from . import checks, targets


def spread(
    context: Context, payment: dict, detail: dict, cash: Cash
) -> list[Application]:
    """One detail as applications, credits before discount before cash.

    Computed one detail at a time: the next one finds the new balances.
    """
    parts = targets.target_parts(context, payment, detail)
    plan: list[Application] = []
    free = _Free(parts)
    for kind, (key, entry, amount) in applications.CREDIT_FIELDS.items():
        if detail.get(key) is None:
            continue
        wanted = detail.get(f"TRX_{amount}") or 0
        sources = targets.source_parts(
            context, payment, kind, detail[key], detail.get(entry)
        )
        checks.credit_owner(context, parts, sources)
        plan += _pair(free, sources, wanted, kind)
    discount = targets.discount_of(context, payment, detail)
    plan += free.take(discount, "discount")
    wanted = detail.get("TRX_PAYMENTAMOUNT") or 0
    plan += free.take(wanted, "cash", cash)
    if not plan:
        raise refuse("Enter at least one line item, and try again", "BL03002101")
    return plan


class _Free:
    """What the lines of a target still have open while a detail is spread."""

    def __init__(self, parts: list[Part]) -> None:
        self.left = [[part, applications.available([part], 1)] for part in parts]

    def take(
        self, wanted: int, kind: str, cash: Cash | None = None, source=None
    ) -> list[Application]:
        """Applications for an amount, top down; refused if it does not fit."""
        if wanted < 0 or wanted > sum(free for _part, free in self.left):
            raise refuse("The payment amount exceeds total amount due ()")
        taken = []
        for place in self.left:
            piece = min(place[1], wanted)
            if piece > 0:
                place[1] -= piece
                wanted -= piece
                taken.append(Application(place[0], piece, kind, source, cash))
        return taken


def _pair(
    free: _Free, sources: list[Part], wanted: int, kind: str
) -> list[Application]:
    """Draw an amount from a credit's lines and put it on the target's."""
    if wanted <= 0 or wanted > applications.available(sources, -1):
        raise refuse("The credit amount exceeds total amount due ()")
    plan = []
    for source, piece in applications.waterfall(sources, wanted, -1):
        plan += free.take(piece, kind, source=source)
    return plan
