from datetime import timedelta

from odoo import fields, models


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
