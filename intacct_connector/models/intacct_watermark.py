from datetime import timedelta

from odoo import api, fields, models

# Behind the name of an object: from where changes must be read of the records that
# an import of a part has brought, as long as the object was never read completely.
IMPORTED = "/imported"


class IntacctWatermark(models.Model):
    """How far one object of one connection was read completely.

    The value is a WHENMODIFIED in Intacct's own clock (the API user's offset),
    never a time of this server: the two clocks need not agree.
    """

    _name = "intacct.watermark"
    _description = "Sage Intacct Watermark"

    backend_id = fields.Many2one(
        "intacct.backend", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="backend_id.company_id", store=True, index=True
    )
    intacct_object = fields.Char(required=True)
    value = fields.Datetime(required=True, help="In the clock of the Intacct user.")

    _object_uniq = models.UniqueIndex("(backend_id, intacct_object)")

    def _get(self, backend, intacct_object):
        """The stamp from which to read, overlap already taken off, or None."""
        record = self.search(
            [
                ("backend_id", "=", backend.id),
                ("intacct_object", "=", intacct_object),
            ]
        )
        if not record:
            return None
        return record.value - timedelta(minutes=backend.overlap_minutes)

    def _step_back(self, backend, hours):
        """The clock of the Intacct user was set, so the next sync reads more than the
        usual overlap again.

        :param float hours: at least by how much the clock may have moved
        """
        for record in self.search([("backend_id", "=", backend.id)]):
            record.value -= timedelta(hours=hours)

    @api.model
    def _hold(self, backend, intacct_object, value):
        """A part of an object was read. What changes of it from now on must not be
        missed by the first complete sync, which asks for what is open only.

        :param datetime value: the highest stamp seen; whatever changes later has a
            higher one
        """
        if not value or self._get(backend, intacct_object):
            return
        name = f"{intacct_object}{IMPORTED}"
        record = self.search(
            [("backend_id", "=", backend.id), ("intacct_object", "=", name)]
        )
        if not record:
            self._advance(backend, name, value)
        elif value < record.value:
            record.value = value

    @api.model
    def _lowest_hold(self, backend):
        """From where changes of anything imported in part must be read, or None."""
        records = self.search(
            [
                ("backend_id", "=", backend.id),
                ("intacct_object", "=like", f"%{IMPORTED}"),
            ]
        )
        return min(records.mapped("value"), default=None)

    def _advance(self, backend, intacct_object, value):
        """Moves the stamp forward; it never goes back by itself."""
        if not value:
            return
        record = self.search(
            [
                ("backend_id", "=", backend.id),
                ("intacct_object", "=", intacct_object),
            ]
        )
        if not record:
            self.create(
                {
                    "backend_id": backend.id,
                    "intacct_object": intacct_object,
                    "value": value,
                }
            )
        elif value > record.value:
            record.value = value
