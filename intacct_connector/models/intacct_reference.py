from odoo import api, fields, models


class IntacctReference(models.Model):
    """One item of an Intacct list that people choose from; never typed."""

    _name = "intacct.reference"
    _description = "Sage Intacct Reference"
    _order = "kind, code"
    _rec_names_search = ["code", "name"]

    backend_id = fields.Many2one(
        "intacct.backend", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="backend_id.company_id", store=True, index=True
    )
    kind = fields.Selection(
        [
            ("account", "GL Account"),
            ("label", "Account Label"),
            ("entity", "Entity"),
            ("location", "Location"),
            ("department", "Department"),
            ("class", "Class"),
            ("project", "Project"),
            ("item", "Item"),
            ("term", "AR Term"),
            ("bank", "Bank Account"),
            ("tax", "Tax Detail"),
        ],
        required=True,
    )
    code = fields.Char(required=True, help="What Intacct expects in a transaction.")
    name = fields.Char()
    active = fields.Boolean(default=True)
    parent_code = fields.Char()
    currency = fields.Char()
    gl_account = fields.Char(
        string="GL Account", help="Account behind a label or bank account."
    )
    details = fields.Json(help="Further values as Intacct answered them.")

    _code_uniq = models.UniqueIndex("(backend_id, kind, code)")

    @api.depends("code", "name")
    def _compute_display_name(self):
        for reference in self:
            if reference.name and reference.name != reference.code:
                reference.display_name = f"{reference.code} {reference.name}"
            else:
                reference.display_name = reference.code
