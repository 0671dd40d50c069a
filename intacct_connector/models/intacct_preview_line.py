from odoo import api, fields, models
from odoo.exceptions import UserError

from .intacct_preview import DIRECTIONS, OUTCOMES


class IntacctPreviewLine(models.Model):
    """One record of a preview, and what would become of it."""

    _name = "intacct.preview.line"
    _description = "Sage Intacct Preview Record"
    _order = "id"

    preview_id = fields.Many2one(
        "intacct.preview", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="preview_id.company_id", store=True, index=True
    )
    direction = fields.Selection(DIRECTIONS, required=True)
    kind = fields.Selection(
        [
            ("customer", "Customers"),
            ("document", "Invoices and Credits"),
            ("payment", "Payments on Account"),
            ("other", "Others"),
        ],
        string="What",
        required=True,
    )
    outcome = fields.Selection(OUTCOMES, required=True)
    name = fields.Char(string="Number", required=True)
    customer = fields.Char()
    date = fields.Date()
    currency_id = fields.Many2one("res.currency")
    amount = fields.Monetary()
    amount_open = fields.Monetary(string="Open")
    count = fields.Integer(default=1, help="How many records the line stands for.")
    reason = fields.Text(string="Why")
    advice = fields.Text(string="What to Do")
    certain = fields.Boolean(
        help="Nothing speaks against the link: number, customer and amount agree."
    )
    decided = fields.Boolean(help="A person accepted the link.")
    intacct_object = fields.Char()
    recordno = fields.Char(string="Record Number")
    payload = fields.Json(groups=fields.NO_ACCESS)
    partner_id = fields.Many2one("res.partner", ondelete="set null")
    move_id = fields.Many2one("account.move", ondelete="set null")

    def action_link(self):
        """Asks why links are accepted.

        :return: the action that opens the dialog
        """
        self.preview_id._check_manager()
        return self.env["intacct.accept"]._ask("link", self._to_decide())

    def _to_decide(self):
        """Those that a person has not decided yet, customers first: their documents
        need them."""
        return self.filtered(
            lambda line: line.outcome == "link" and not line.decided
        ).sorted(lambda line: line.kind != "customer")

    def _accept_links(self, reason):
        """:param str reason: why, in the words of the person
        :raises UserError: what is open differs, or the customer is not linked
        """
        self.preview_id._check_manager()
        for line in self._to_decide():
            line._link(reason)

    def action_link_certain(self):
        """Accepts, of the selected ones, the links that nothing speaks against."""
        return self.filtered("certain").action_link()

    def _link(self, reason):
        """Binds the Odoo record to the one of Intacct; it was there on both sides."""
        bindings = self.env["intacct.binding"].sudo()
        line = self.sudo()
        backend = line.preview_id.backend_id
        row = line.payload["row"]
        target = line.move_id or line.partner_id
        if not target:
            raise UserError(
                self.env._("%s: the Odoo record does not exist any more.", self.name)
            )
        values = {
            "number": line.name,
            "remote_state": row.get("STATE") or row.get("STATUS"),
            "values_seen": line.payload,
            "origin": "link",
            "reason": line.reason,
            "run_id": line.preview_id.run_id.id,
        }
        if line.kind == "customer":
            values.update(partner_id=line.partner_id.id, company_id=False)
        else:
            line._check_customer(bindings, backend, row)
            values.update(
                move_id=line.move_id.id,
                number=row.get("RECORDID"),
                remote_total=line.amount,
                remote_balance=line.amount_open,
                remote_currency=row.get("CURRENCY"),
            )
        values = bindings._identity(backend, line.intacct_object, row, **values)
        bindings.new(values)._check_balances_agree()
        binding = bindings.create(values)
        binding.with_user(self.env.user)._keep_decision(
            "link", self.env._("Linked to Sage Intacct %s."), reason
        )
        line.decided = True

    def _check_customer(self, bindings, backend, row):
        """:raises UserError: a document is linked after its customer"""
        code = row.get("CUSTOMERID")
        known = bindings._by_number(backend, "CUSTOMER", [code]).get(code)
        if not known or known.partner_id != self.move_id.commercial_partner_id:
            raise UserError(
                self.env._(
                    "%(number)s: link its customer %(customer)s first.",
                    number=self.name,
                    customer=code,
                )
            )

    def action_open_record(self):
        self.ensure_one()
        self.check_access("read")
        record = self.move_id or self.partner_id
        return bool(record) and record._get_records_action()


class IntacctPreviewBalance(models.Model):
    """The opening tie-out in one currency: what is open there, and here."""

    _name = "intacct.preview.balance"
    _description = "Sage Intacct Opening Balance"
    _order = "id"

    preview_id = fields.Many2one(
        "intacct.preview", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="preview_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one("res.currency", required=True)
    open_intacct = fields.Monetary(string="Open in Intacct")
    agreed = fields.Monetary(
        string="On Both Sides",
        help="In Odoo after the first sync with the same open amount.",
    )
    only_intacct = fields.Monetary(
        string="Only in Intacct", help="What fails, or waits for a decision on a link."
    )
    only_odoo = fields.Monetary(
        string="Only in Odoo",
        help="Open invoices of Odoo that are not linked and do not leave.",
    )

    @api.depends("currency_id")
    def _compute_display_name(self):
        for balance in self:
            balance.display_name = balance.currency_id.name
