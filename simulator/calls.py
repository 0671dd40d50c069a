"""One function of a request, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from .context import Context
from .failures import FunctionFailure
from .protocol import Answer


@dataclass
class Call:
    """A function element to execute in a context."""

    context: Context
    element: etree._Element
    answer: Answer
    resultsets: dict = field(default_factory=dict)
    endpoint: str = ""

    @property
    def name(self) -> str:
        return self.element.tag

    @property
    def company(self):
        return self.context.company


@dataclass
class Outcome:
    """What goes into the result after the control id.

    ``raw`` is (content type, body) of an answer without envelope;
    ``transactions`` is what the call costs on the meter; ``failure`` is that of an
    object whose predecessors in the same function were made and stay.
    """

    inner: str = ""
    raw: tuple[str, str] | None = None
    transactions: int = 1
    failure: FunctionFailure | None = None
