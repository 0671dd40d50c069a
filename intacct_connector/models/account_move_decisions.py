from odoo import fields, models
from odoo.exceptions import UserError

from .intacct_decidable import THERE

NUMBER_LENGTH = 45


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "intacct.changeable"]

    intacct_unlinked = fields.Boolean(
        string="Unlinked from Sage Intacct",
        readonly=True,
        copy=False,
        help="It came from Intacct and is a document of its own now.",
    )
    intacct_number = fields.Char(
        string="Number in Intacct",
        readonly=True,
        copy=False,
        help="Under which it is sent where Odoo's number is taken there.",
    )
    intacct_decision_ids = fields.One2many("intacct.decision", "move_id")

    def _intacct_unlink(self):
        result = super()._intacct_unlink()
        self.sudo().filtered("intacct_imported").write({"intacct_unlinked": True})
        return result

    def _intacct_send_under(self, number):
        """It leaves under another number; the one in Odoo stays."""
        self.ensure_one()
        self._check_not_under_way()
        if self._intacct_records(*THERE):
            raise UserError(self.env._("%s is in Intacct already.", self.display_name))
        number = (number or "").strip()
        if not number or len(number) > NUMBER_LENGTH:
            raise UserError(
                self.env._("A number has 1 to %s characters.", NUMBER_LENGTH)
            )
        self._withdraw_operations("superseded")
        self.sudo().write({"intacct_number": number})
        self._close_intacct_events("resolved")


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment", "intacct.changeable"]

    intacct_decision_ids = fields.One2many("intacct.decision", "payment_id")

    def action_intacct_number(self):
        self._check_may_decide()
        raise UserError(
            self.env._(
                "Intacct numbers receipts itself: only invoices and credit notes are "
                "sent under another number."
            )
        )

    def _check_own_receipts(self):
        for payment in self:
            if (
                payment._intacct_backend().forbid_own_ignore
                and payment.create_uid == self.env.user
            ):
                raise UserError(
                    self.env._(
                        "You registered %s yourself; somebody else has to decide that "
                        "it stays out of Intacct.",
                        payment.display_name,
                    )
                )
