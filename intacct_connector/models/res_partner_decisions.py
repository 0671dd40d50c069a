from odoo import api, fields, models
from odoo.exceptions import UserError

from .intacct_decidable import THERE

# What can be decided about a customer.
CUSTOMER_DECISIONS = ("ignore", "restore", "link", "unlink")


class ResPartner(models.Model):
    """Customers that a person keeps out of Intacct, links to one that is there, or
    lets go of. Each company decides for itself; a link is of all companies."""

    _inherit = "res.partner"

    intacct_ignored = fields.Boolean(
        string="Not for Sage Intacct",
        company_dependent=True,
        readonly=True,
        copy=False,
    )
    intacct_link_asked = fields.Char(
        string="Customer ID to Link To",
        company_dependent=True,
        readonly=True,
        copy=False,
        help="A person chose this customer of Intacct; the next sync links it.",
    )
    intacct_held = fields.Char(
        string="Held Back",
        compute="_compute_intacct_held",
        help="What a person decided about the customer, and what waits because of it.",
    )
    intacct_decision_ids = fields.One2many("intacct.decision", "partner_id")

    # ------------------------------------------------------------------
    # What there is in Intacct
    # ------------------------------------------------------------------
    def _intacct_here(self):
        """The contact with what its company decided, read and written past the
        decision."""
        return self.sudo().with_company(self.company_id or self.env.company)

    def _intacct_records(self, *states):
        records = super()._intacct_records(*states)
        if not self:
            return records
        key = records._key(self[:1]._intacct_backend() or records.backend_id[:1])
        return records.filtered(lambda binding: binding.intacct_company == key)

    def _intacct_state_text(self):
        self.ensure_one()
        if self._intacct_here().intacct_ignored:
            return self.env._("ignored")
        return super()._intacct_state_text()

    def _intacct_why_not(self):
        if self._intacct_records("ignored"):
            return self.env._(
                "it was unlinked from Intacct. Choose Link to Existing first."
            )
        return super()._intacct_why_not()

    @api.depends_context("company")
    def _compute_intacct_status(self):
        return super()._compute_intacct_status()

    @api.depends("intacct_ignored", "intacct_binding_ids.sync_state")
    @api.depends_context("company", "lang")
    def _compute_intacct_held(self):
        for partner in self:
            partner.intacct_held = partner._intacct_what_holds()

    def _intacct_what_holds(self):
        self.ensure_one()
        if self._intacct_here().intacct_ignored:
            return self.env._(
                "It stays out of Sage Intacct. Its invoices and payments wait until "
                "you choose Send After All or Link to Existing, or ignore them as well."
            )
        if self._intacct_records("ignored") and not self._intacct_records(*THERE):
            return self.env._(
                "It was unlinked from its customer in Sage Intacct. New invoices and "
                "payments wait until you choose Link to Existing, or ignore them as "
                "well."
            )
        return False

    # ------------------------------------------------------------------
    # Decisions
    # ------------------------------------------------------------------
    def action_intacct_decide(self, kind):
        self._check_may_decide()
        if kind not in CUSTOMER_DECISIONS:
            raise UserError(
                self.env._(
                    "This is decided about documents. A customer is ignored, linked "
                    "or unlinked."
                )
            )
        if kind == "link" and len(self) > 1:
            raise UserError(
                self.env._(
                    "Link customers one by one. What the sync has found by itself is "
                    "accepted for many at once under Links to Decide."
                )
            )
        for partner in self:
            if partner != partner.commercial_partner_id:
                raise UserError(
                    self.env._(
                        "%(contact)s belongs to %(customer)s: decide about that "
                        "customer.",
                        contact=partner.display_name,
                        customer=partner.commercial_partner_id.display_name,
                    )
                )
        return super().action_intacct_decide(kind)

    def _withdraw_operations(self, state):
        """What has not been sent of its documents waits as well: it is made anew as
        soon as the customer is decided."""
        result = super()._withdraw_operations(state)
        self.sudo().intacct_operation_ids.filtered(
            lambda operation: operation.state in ("waiting", "ready")
            and not operation.first_sent_at
        ).write({"state": "superseded"})
        return result

    def _intacct_ignore(self):
        result = super()._intacct_ignore()
        self._intacct_here().write({"intacct_link_asked": False})
        return result

    def _intacct_restore(self):
        if self._intacct_records("ignored"):
            raise UserError(
                self.env._(
                    "%s was unlinked from Intacct: choose Link to Existing, and which "
                    "customer it is there.",
                    self.display_name,
                )
            )
        return super()._intacct_restore()

    def _intacct_link_to(self, intacct_object, recordno):
        """It is that customer of Intacct; the next sync links it, or says why not.

        :param str recordno: the CUSTOMERID, which is what people know
        """
        self.ensure_one()
        self._check_not_under_way()
        if self._intacct_records(*THERE):
            raise UserError(self.env._("It is linked already: unlink it first."))
        backend = self._intacct_backend()
        if not backend:
            raise UserError(self._intacct_refuses_sending(backend))
        bindings = self.env["intacct.binding"].sudo()
        known = bindings._by_number(backend, intacct_object, [recordno]).get(recordno)
        if known and known.partner_id != self and not known._is_left_alone():
            raise UserError(
                self.env._(
                    "%(record)s of Intacct is %(document)s in Odoo already. If that is "
                    "wrong, choose Unlink there first.",
                    record=known.display_name,
                    document=known.odoo_name,
                )
            )
        self._intacct_here().write({"intacct_link_asked": recordno})
