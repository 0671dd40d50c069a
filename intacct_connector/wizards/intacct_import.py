import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.import_filter import ImportFilter


class IntacctImport(models.TransientModel):
    """A manual import: what is wanted of it. The connection's job does it."""

    _name = "intacct.import"
    _description = "Import from Sage Intacct"

    scope = fields.Selection(
        [("invoices", "Outstanding invoices"), ("customers", "Customers")],
        string="Import",
        required=True,
        default="invoices",
    )
    backend_id = fields.Many2one(
        "intacct.backend",
        string="Connection",
        required=True,
        domain=[("state", "!=", "draft")],
        default=lambda self: self._default_backend(),
    )
    backend_count = fields.Integer(compute="_compute_backend_count")
    auto_sync = fields.Boolean(related="backend_id.auto_sync")
    has_entities = fields.Boolean(compute="_compute_has_entities")
    which = fields.Selection(
        [("all", "All"), ("chosen", "Chosen")],
        string="Customers",
        required=True,
        default="all",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers in Odoo",
        domain=[("intacct_customer_code", "!=", False)],
    )
    customer_codes = fields.Text(
        string="Customer IDs",
        help="Of customers that are not in Odoo yet: as in Intacct, separated by "
        "commas, blanks after them, or lines.",
    )
    first = fields.Date(string="From")
    last = fields.Date(string="To")
    entity_id = fields.Many2one(
        "intacct.reference",
        domain="[('backend_id', '=', backend_id), ('kind', '=', 'entity')]",
        help="Empty: all entities that the connection sees.",
    )
    email = fields.Char(compute="_compute_email")

    def _default_backend(self):
        backends = self.env["intacct.backend"].search([("state", "!=", "draft")])
        return backends[:1]

    def _compute_backend_count(self):
        count = self.env["intacct.backend"].search_count([("state", "!=", "draft")])
        self.backend_count = count

    @api.depends("backend_id")
    def _compute_has_entities(self):
        """A connection to one entity sees no other."""
        for wizard in self:
            backend = wizard.backend_id
            wizard.has_entities = backend.has_entities and not backend.entity

    @api.depends_context("uid")
    def _compute_email(self):
        self.email = self.env.user.email

    @api.onchange("backend_id")
    def _onchange_backend_id(self):
        self.entity_id = False

    # ------------------------------------------------------------------
    # Start
    # ------------------------------------------------------------------
    def action_start(self):
        """Queues the import and opens its page, from which one may go away."""
        self.ensure_one()
        backend = self.backend_id
        backend._check_user()
        backend._check_ready()
        filters = self._filter().as_json()
        run = backend._queue_run("import", self.scope, filters)
        run = run or backend._same_run(self.scope, filters)
        return run.with_env(self.env).action_open_form()

    def _filter(self):
        """:raises UserError: what was typed makes no sense"""
        if self.first and self.last and self.first > self.last:
            raise UserError(
                self.env._(
                    "The import would find nothing: %(first)s is after %(last)s. "
                    "Correct the dates.",
                    first=self.first,
                    last=self.last,
                )
            )
        return ImportFilter(
            customers=self._customers() if self.which == "chosen" else (),
            first=self.first or None,
            last=self.last or None,
            entity=self.entity_id.code or None,
        )

    def _customers(self):
        """:return: the chosen CUSTOMERIDs
        :rtype: tuple[str]
        :raises UserError: there are none, or a contact has none
        """
        typed = {
            code.strip()
            for code in re.split(r"[,;\n]", self.customer_codes or "")
            if code.strip()
        }
        bindings = self.env["intacct.binding"]
        codes = {
            binding.partner_id: binding.number
            for binding in bindings.search(
                [
                    ("partner_id", "in", self.partner_ids.commercial_partner_id.ids),
                    ("intacct_object", "=", "CUSTOMER"),
                    ("intacct_company", "=", bindings._key(self.backend_id)),
                    ("sync_state", "!=", "proposed"),
                ]
            )
        }
        for partner in self.partner_ids:
            if partner.commercial_partner_id not in codes:
                raise UserError(
                    self.env._(
                        "%(partner)s is not linked to a customer of %(connection)s. "
                        "Take it off, or type its customer ID.",
                        partner=partner.display_name,
                        connection=self.backend_id.name,
                    )
                )
        chosen = typed | set(codes.values())
        if not chosen:
            raise UserError(
                self.env._("Choose at least one customer, or import all of them.")
            )
        return tuple(sorted(chosen))
