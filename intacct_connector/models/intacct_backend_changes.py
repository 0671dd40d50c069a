from odoo import api, fields, models
from odoo.exceptions import ValidationError


class IntacctBackend(models.Model):
    """What people may decide and change after something was sent."""

    _inherit = "intacct.backend"

    number_pattern = fields.Char(
        string="Other Number",
        default="{number}-O{n}",
        required=True,
        help="Under which a document is sent whose number is taken in Intacct: "
        "{number} is Odoo's, {n} counts up from 1.",
    )
    forbid_reversals = fields.Boolean(
        string="Never Reverse in Intacct",
        tracking=True,
        help="What was sent cannot be reset to draft, cancelled or unreconciled in "
        "Odoo; a credit note is issued instead.",
    )
    forbid_own_ignore = fields.Boolean(
        string="Own Receipts Cannot Be Ignored",
        tracking=True,
        help="Whoever registered a receipt cannot decide that it stays out of Intacct.",
    )
    unpaid_invoices = fields.Selection(
        [("reverse", "Reversed"), ("delete", "Deleted")],
        string="Unpaid Invoices Are",
        default="reverse",
        required=True,
        help="As in Intacct: Accounts Receivable > Setup > Configure > Reversal of "
        "unpaid invoices.",
    )

    @api.constrains("number_pattern")
    def _check_number_pattern(self):
        for backend in self:
            if "{n}" not in backend.number_pattern or (
                "{number}" not in backend.number_pattern
            ):
                raise ValidationError(
                    self.env._("The other number must contain {number} and {n}.")
                )

    def _other_number(self, number, taken=()):
        """The first number by the pattern that is not taken.

        :param str number: Odoo's
        :param taken: numbers that are not free
        """
        self.ensure_one()
        count = 1
        while (
            other := self.number_pattern.replace("{number}", number).replace(
                "{n}", str(count)
            )
        ) in taken:
            count += 1
        return other

    def action_open_operations(self):
        return self._open_list("intacct_connector.intacct_operation_action")
