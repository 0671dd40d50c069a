"""Which function is done by what."""

from __future__ import annotations

from collections.abc import Callable

from . import auth
from .calls import Call, Outcome
from .protocol import text
from .reading.query import run_query


def get_api_session(call: Call) -> Outcome:
    session = auth.get_api_session(call.context, call.element)
    inner = call.answer.join(
        (
            "<data>",
            "<api>",
            f"<sessionid>{text(session.sessionid)}</sessionid>",
            f"<endpoint>{text(call.endpoint)}</endpoint>",
            f"<locationid>{text(session.entity or '')}</locationid>",
            "</api>",
            "</data>",
        )
    )
    return Outcome(inner, transactions=0)


FUNCTIONS: dict[str, Callable[[Call], Outcome]] = {
    "getAPISession": get_api_session,
    "query": run_query,
}
