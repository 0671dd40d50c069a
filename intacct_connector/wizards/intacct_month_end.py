from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class IntacctMonthEnd(models.TransientModel):
    """Asks which month, and prints what a reviewer wants to see of it."""

    _name = "intacct.month.end"
    _description = "Month-End Pack"

    backend_id = fields.Many2one(
        "intacct.backend",
        string="Connection",
        required=True,
        default=lambda self: self.env["intacct.backend"].search([], limit=1),
    )
    company_id = fields.Many2one(related="backend_id.company_id")
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: self._last_month() + relativedelta(day=1),
    )
    date_to = fields.Date(
        string="To",
        required=True,
        default=lambda self: self._last_month() + relativedelta(day=31),
    )

    @api.model
    def _last_month(self):
        return fields.Date.context_today(self) - relativedelta(months=1)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for wizard in self:
            if wizard.date_from > wizard.date_to:
                raise ValidationError(self.env._("The month begins after it ends."))

    def action_print(self):
        self.ensure_one()
        return self.env.ref("intacct_connector.action_report_month_end").report_action(
            self
        )
