from odoo import fields, models


class IntacctBackend(models.Model):
    """How tax leaves: as lines of its own, or as tax entries of a tax solution."""

    _inherit = "intacct.backend"

    tax_solution = fields.Char(
        tracking=True,
        help="As Intacct calls it under Taxes > Setup > Tax solutions. Each line then "
        "leaves with tax entries, and taxes are mapped to tax details. Empty: the "
        "company has none, and tax leaves as a line on the mapped account.",
    )
    exempt_reference_id = fields.Many2one(
        "intacct.reference",
        string="Tax Detail Without Tax",
        domain="[('backend_id', '=', id), ('kind', '=', 'tax')]",
        help="Of lines that bear no tax: exempt, 0 % or rounding.",
    )
