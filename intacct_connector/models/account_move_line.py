from odoo import api, fields, models
from odoo.exceptions import UserError

# Amounts, accounts, taxes and partner of an imported document are Intacct's. What
# reconciliation writes stays free.
GUARDED_FIELDS = {
    "account_id",
    "amount_currency",
    "balance",
    "credit",
    "currency_id",
    "debit",
    "discount",
    "move_id",
    "partner_id",
    "price_unit",
    "product_id",
    "quantity",
    "tax_ids",
    "tax_line_id",
    "tax_tag_ids",
}


class _Lift:
    """Marks a context in which the connector itself works. An object can't be sent
    over RPC, so nobody else can put it there."""


LIFT_GUARD = _Lift()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    intacct_values = fields.Json(
        string="Values in Sage Intacct",
        readonly=True,
        copy=False,
        help="Account, label, dimensions and record number of the line in Intacct.",
    )
    intacct_summary = fields.Char(
        string="In Intacct", compute="_compute_intacct_summary"
    )

    @api.depends("intacct_values")
    def _compute_intacct_summary(self):
        shown = ("ACCOUNTLABEL", "ACCOUNTNO", "LOCATIONID", "DEPARTMENTID", "CLASSID")
        for line in self:
            values = line.intacct_values or {}
            line.intacct_summary = " · ".join(
                values[name] for name in shown if values.get(name)
            )

    def _lift_intacct_guard(self):
        """For the connector's own changes to imported documents."""
        return self.with_context(intacct_guard=LIFT_GUARD)

    @api.model
    def _check_intacct_guard(self, moves):
        if self.env.context.get("intacct_guard") is LIFT_GUARD:
            return
        guarded = moves.filtered(
            lambda move: move.intacct_imported and not move.intacct_unlinked
        )
        if guarded:
            raise UserError(
                self.env._(
                    "%(number)s was imported from Sage Intacct: its lines can only be "
                    "changed there. Change it in Intacct, or unlink it first.",
                    number=guarded[0].name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("intacct_guard") is not LIFT_GUARD:
            moves = {vals.get("move_id") for vals in vals_list} - {None, False}
            self._check_intacct_guard(self.env["account.move"].browse(moves))
        return super().create(vals_list)

    def write(self, vals):
        if GUARDED_FIELDS & vals.keys() and self._changes_guarded(vals):
            self._check_intacct_guard(self.move_id)
        return super().write(vals)

    def _changes_guarded(self, vals):
        """Whether the values differ from what is stored: Odoo itself writes accounts
        and amounts again when a document is posted."""
        if self.env.context.get("intacct_guard") is LIFT_GUARD:
            return False
        for line in self:
            if not line.move_id.intacct_imported or line.move_id.intacct_unlinked:
                continue
            for name in GUARDED_FIELDS & vals.keys():
                field = self._fields[name]
                new = field.convert_to_cache(vals[name], line)
                if field.convert_to_record(new, line) != line[name]:
                    return True
        return False

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_intacct_guarded(self):
        self._check_intacct_guard(self.move_id)
