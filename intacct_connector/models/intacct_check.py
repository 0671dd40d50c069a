from odoo import api, fields, models


class IntacctCheck(models.Model):
    """What the last check of permissions and configuration found: one right, or one
    setting of the Intacct company."""

    _name = "intacct.check"
    _description = "Sage Intacct Check"
    _order = "backend_id, sequence, id"

    backend_id = fields.Many2one(
        "intacct.backend",
        string="Connection",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="backend_id.company_id", store=True, index=True
    )
    sequence = fields.Integer()
    code = fields.Char(required=True, help="What was checked, for programs.")
    area = fields.Selection(
        [("right", "Permission"), ("setting", "Configuration")], required=True
    )
    module = fields.Char(help="Where it belongs in Intacct.")
    name = fields.Char(required=True)
    purpose = fields.Char(string="Needed For")
    result = fields.Selection(
        [
            ("missing", "Missing"),
            ("unknown", "Cannot Be Known"),
            ("ok", "In Order"),
        ],
        required=True,
    )
    required = fields.Boolean(
        help="What this connection does now cannot be done without it."
    )
    detail = fields.Text(string="Found")
    advice = fields.Text(string="Where to Change It")
    checked_at = fields.Datetime(required=True)

    _code_uniq = models.UniqueIndex("(backend_id, code)")

    @api.model
    def _replace(self, backend, found):
        """Keeps the outcome of a check instead of that of the one before.

        :param list[dict] found: values, in the order in which they are shown
        """
        self.search([("backend_id", "=", backend.id)]).unlink()
        now = fields.Datetime.now()
        self.create(
            [
                {
                    "backend_id": backend.id,
                    "sequence": sequence,
                    "checked_at": now,
                    **values,
                }
                for sequence, values in enumerate(found)
            ]
        )
