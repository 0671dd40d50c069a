"""Who asks, and the sessions that Intacct gives for it."""

import datetime
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sender:
    """The integrating software: sender ID (case sensitive) and its password."""

    sender_id: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Login:
    """A web services user of a company; ``entity_id`` None means top level."""

    company_id: str
    user_id: str
    password: str = field(repr=False)
    entity_id: str | None = None


@dataclass(frozen=True)
class Session:
    """An open session; it belongs to one entity (None: top level).

    ``endpoint`` is where its calls go. ``expires`` is what Intacct said when it was
    opened; each call extends it.
    """

    session_id: str = field(repr=False)
    endpoint: str
    entity_id: str | None = None
    company_id: str | None = None
    user_id: str | None = None
    expires: datetime.datetime | None = None


class MemorySessions:
    """Keeps sessions for as long as the object lives, one per entity."""

    def __init__(self):
        self._sessions = {}

    def get(self, entity_id):
        """Return the session of that entity, or None."""
        return self._sessions.get(entity_id)

    def put(self, entity_id, session):
        """Keep it for later calls."""
        self._sessions[entity_id] = session

    def drop(self, entity_id):
        """Forget it, if there is one."""
        self._sessions.pop(entity_id, None)

    def __repr__(self):
        return f"<MemorySessions of {len(self._sessions)} entities>"
