from odoo import api, fields, models
from odoo.fields import Domain

CREATE_ACTION = "customer"
# States of a link in which the contact is not that customer.
UNDECIDED = ("proposed", "ignored")


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "intacct.decidable"]

    _intacct_link = "partner_id"

    intacct_operation_ids = fields.One2many("intacct.operation", "partner_id")
    intacct_request_ids = fields.One2many("intacct.send.request", "partner_id")
    intacct_binding_ids = fields.One2many(
        "intacct.binding", "partner_id", string="Sage Intacct Records"
    )
    intacct_customer_code = fields.Char(
        string="Intacct Customer ID",
        compute="_compute_intacct_customer",
        search="_search_intacct_customer_code",
    )
    intacct_customer_state = fields.Char(
        string="Status in Intacct", compute="_compute_intacct_customer"
    )
    intacct_parent_code = fields.Char(
        string="Parent in Intacct",
        readonly=True,
        copy=False,
        help="Customer ID of the parent. It is no Odoo parent: the child keeps an "
        "account of its own.",
    )
    intacct_term = fields.Char(string="Terms in Intacct", readonly=True, copy=False)
    intacct_currency = fields.Char(
        string="Currency in Intacct", readonly=True, copy=False
    )
    intacct_tax_id = fields.Char(
        string="Tax ID in Intacct",
        readonly=True,
        copy=False,
        help="As Intacct has it, valid or not.",
    )
    intacct_contact = fields.Char(
        string="Contact in Intacct",
        readonly=True,
        copy=False,
        help="Contact name of a bill-to or ship-to address.",
    )

    @api.depends(
        "commercial_partner_id.intacct_binding_ids.number",
        "commercial_partner_id.intacct_binding_ids.sync_state",
        "commercial_partner_id.intacct_binding_ids.remote_state",
    )
    def _compute_intacct_customer(self):
        for partner in self:
            bindings = partner.commercial_partner_id.sudo().intacct_binding_ids
            binding = bindings.filtered(
                lambda binding: binding.intacct_object == "CUSTOMER"
                and binding.sync_state not in UNDECIDED
            )[:1]
            partner.intacct_customer_code = binding.number
            partner.intacct_customer_state = binding.remote_state

    def _search_intacct_customer_code(self, operator, value):
        if operator not in ("in", "like", "ilike", "=like", "=ilike"):
            return NotImplemented

        def linked(condition):
            return (
                "intacct_binding_ids",
                "any",
                [
                    ("intacct_object", "=", "CUSTOMER"),
                    ("sync_state", "not in", UNDECIDED),
                    *condition,
                ],
            )

        if operator == "in" and False in value:
            codes = [code for code in value if code]
            return ["|", "!", linked([]), linked([("number", "in", codes)])]
        return [linked([("number", operator, value)])]

    # ------------------------------------------------------------------
    # Status and sending
    # ------------------------------------------------------------------
    @api.model
    def _intacct_subjects(self):
        return Domain("customer_rank", ">", 0) & Domain("parent_id", "=", False)

    @api.model
    def _intacct_own_actions(self):
        return (CREATE_ACTION,)

    @api.model
    def _intacct_changed_domain(self):
        """Customers are changed in Intacct only."""
        return Domain.FALSE

    @api.model
    def _intacct_status_depends(self):
        return ["customer_rank", "parent_id", "intacct_ignored"]

    def _intacct_main_binding(self):
        return super(ResPartner, self.commercial_partner_id)._intacct_main_binding()

    def _intacct_backend(self):
        """The connection that it would be sent by, or an empty record set."""
        self.ensure_one()
        company = self.company_id or self.env.company
        return (
            self.env["intacct.backend"]
            .sudo()
            .search([("company_id", "=", company.id)], limit=1)
        )

    def _intacct_may_leave(self, backend):
        self.ensure_one()
        partner = self._intacct_here()
        linked = partner.intacct_binding_ids.filtered(
            lambda binding: binding.intacct_company
            == self.env["intacct.binding"]._key(backend)
        )
        created = self._intacct_own_operations().filtered(
            lambda operation: operation.state not in ("superseded", "ignored")
        )
        return self == self.commercial_partner_id and not (
            linked or created or partner.intacct_ignored
        )

    def action_open_intacct_binding(self):
        self.ensure_one()
        binding = self.commercial_partner_id.intacct_binding_ids.filtered(
            lambda binding: binding.intacct_object == "CUSTOMER"
        )[:1]
        return binding._open_form()
