from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .intacct_backend_exports import PAYMENT_METHODS

SOURCES = {
    "account": "account_id",
    "product": "product_id",
    "category": "category_id",
    "tax": "tax_id",
    "analytic": "analytic_id",
    "partner": "partner_id",
    "journal": "journal_id",
    "method": "payment_method_line_id",
    "term": "term_id",
}
DIMENSIONS = ["location", "department", "class", "project", "item"]
KINDS = {
    "account": ["account", "label"],
    "product": ["account", "label", *DIMENSIONS],
    "category": ["account", "label", *DIMENSIONS],
    "tax": ["account", "label", "tax"],
    "analytic": DIMENSIONS,
    "partner": DIMENSIONS,
    "journal": ["account", "label", "bank"],
    "method": ["account", "label", "bank"],
    "term": ["term"],
}


class IntacctMapping(models.Model):
    """A rule: which Odoo record stands for which item of an Intacct list."""

    _name = "intacct.mapping"
    _description = "Sage Intacct Mapping"
    _check_company_auto = True
    _order = "source, id"

    backend_id = fields.Many2one(
        "intacct.backend", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="backend_id.company_id", store=True, index=True
    )
    source = fields.Selection(
        [
            ("account", "Account"),
            ("product", "Product"),
            ("category", "Product Category"),
            ("tax", "Tax"),
            ("analytic", "Analytic Account"),
            ("partner", "Customer"),
            ("journal", "Payment Journal"),
            ("method", "Payment Method"),
            ("term", "Payment Terms"),
        ],
        string="Maps",
        required=True,
        default="account",
    )
    account_id = fields.Many2one("account.account", check_company=True)
    product_id = fields.Many2one("product.product", check_company=True)
    category_id = fields.Many2one("product.category")
    tax_id = fields.Many2one("account.tax", check_company=True)
    analytic_id = fields.Many2one("account.analytic.account", check_company=True)
    partner_id = fields.Many2one("res.partner", string="Customer", check_company=True)
    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash', 'credit'))]",
    )
    payment_method_line_id = fields.Many2one(
        "account.payment.method.line", string="Odoo Payment Method"
    )
    payment_method = fields.Selection(
        PAYMENT_METHODS,
        string="Method in Intacct",
        help="Empty: the connection's default.",
    )
    term_id = fields.Many2one(
        "account.payment.term", string="Payment Terms", check_company=True
    )
    reference_id = fields.Many2one(
        "intacct.reference",
        string="In Intacct",
        ondelete="cascade",
        domain="[('backend_id', '=', backend_id), ('kind', 'in', reference_kinds)]",
    )
    reference_kinds = fields.Json(compute="_compute_reference_kinds")

    _reference_uniq = models.UniqueIndex(
        "(backend_id, source, reference_id) WHERE source IN ('account', 'term')",
        "This item of Intacct is mapped already.",
    )

    @api.depends("source")
    def _compute_reference_kinds(self):
        for mapping in self:
            mapping.reference_kinds = KINDS.get(mapping.source, [])

    @api.constrains("source", *SOURCES.values(), "reference_id", "payment_method")
    def _check_source(self):
        for mapping in self:
            if not mapping[SOURCES[mapping.source]]:
                raise ValidationError(
                    self.env._("Choose the Odoo record that this rule maps.")
                )
            if not mapping.reference_id:
                if mapping.source == "method" and mapping.payment_method:
                    continue
                raise ValidationError(self.env._("Choose what it is in Intacct."))
            if mapping.reference_id.backend_id != mapping.backend_id:
                raise ValidationError(
                    self.env._("The item belongs to another connection.")
                )

    def _source_key(self):
        """:return: source and id of the Odoo record that the rule maps"""
        self.ensure_one()
        return self.source, self[SOURCES[self.source]].id

    def _odoo_by_code(self, backend, source):
        """Odoo records by Intacct code, for the way in.

        :param str source: key of SOURCES
        :rtype: dict[str, recordset]
        """
        mappings = self.search(
            [("backend_id", "=", backend.id), ("source", "=", source)]
        )
        return {
            mapping.reference_id.code: mapping[SOURCES[source]] for mapping in mappings
        }
