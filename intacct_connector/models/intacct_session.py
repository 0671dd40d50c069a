from odoo import api, fields, models

from ..gateway import Session


class IntacctSession(models.Model):
    """An open session at the gateway, kept so that a login is not paid for by
    every job. Nobody but the connector can read it."""

    _name = "intacct.session"
    _description = "Sage Intacct Session"

    backend_id = fields.Many2one(
        "intacct.backend", required=True, index=True, ondelete="cascade"
    )
    entity = fields.Char()
    token = fields.Char(groups=fields.NO_ACCESS, copy=False)
    endpoint = fields.Char()

    _entity_uniq = models.UniqueIndex("(backend_id, COALESCE(entity, ''))")

    @api.autovacuum
    def _gc_orphans(self):
        """Sessions live for hours at most; older rows are useless secrets."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=2)
        self.search([("write_date", "<", limit)]).unlink()


class BackendSessions:
    """The session store of one backend, as the gateway client expects it.

    It works from memory and writes to the database only in :meth:`save`, which
    the engine calls right before a commit: a chunk that is rolled back must not
    take a session with it that is still good.
    """

    def __init__(self, backend):
        self._backend = backend
        self._known = {}
        self._dirty = set()
        for record in (
            backend.env["intacct.session"]
            .sudo()
            .search([("backend_id", "=", backend.id)])
        ):
            if record.token:
                self._known[record.entity or None] = Session(
                    session_id=record.token,
                    endpoint=record.endpoint,
                    entity_id=record.entity or None,
                )

    def get(self, entity_id):
        return self._known.get(entity_id or None)

    def put(self, entity_id, session):
        self._known[entity_id or None] = session
        self._dirty.add(entity_id or None)

    def drop(self, entity_id):
        self._known.pop(entity_id or None, None)
        self._dirty.add(entity_id or None)

    def save(self):
        """Writes what changed since the last call; the caller commits."""
        if not self._dirty:
            return
        sessions = self._backend.env["intacct.session"].sudo()
        sessions.search(
            [
                ("backend_id", "=", self._backend.id),
                ("entity", "in", [entity or False for entity in self._dirty]),
            ]
        ).unlink()
        sessions.create(
            [
                {
                    "backend_id": self._backend.id,
                    "entity": entity,
                    "token": session.session_id,
                    "endpoint": session.endpoint,
                }
                for entity in self._dirty
                if (session := self._known.get(entity))
            ]
        )
        self._dirty.clear()
