from odoo import api, fields, models

from .intacct_operation import OBJECTS

# Operations that take something back or change it, by the object of what they act on.
UNDO_OBJECTS = {
    "reverse_invoice": "ARINVOICE",
    "delete_invoice": "ARINVOICE",
    "delete_adjustment": "ARADJUSTMENT",
    "reverse_payment": "ARPYMT",
    "reverse_advance": "ARADVANCE",
}
UPDATE_OBJECTS = {"update_invoice": "ARINVOICE", "update_adjustment": "ARADJUSTMENT"}
CHANGE_OBJECTS = {**UNDO_OBJECTS, **UPDATE_OBJECTS}
# What takes back an adjustment that Intacct does not delete: an opposite one, and the
# payment without money that applies each to the other.
OPPOSE = "oppose"
APPLY_OPPOSITE = "apply_opposite"
OPPOSING = (OPPOSE, APPLY_OPPOSITE)


class IntacctOperation(models.Model):
    """Operations that take back or change what an earlier one made."""

    _inherit = "intacct.operation"

    undoes_id = fields.Many2one(
        "intacct.operation",
        string="Takes Back",
        index="btree_not_null",
        ondelete="restrict",
    )
    instead_of_id = fields.Many2one(
        "intacct.operation",
        index="btree_not_null",
        ondelete="restrict",
        help="What Intacct refused to delete, and this takes back.",
    )
    instead_ids = fields.One2many("intacct.operation", "instead_of_id")
    target_recordno = fields.Char(
        string="Acts On", help="Record number of what it changes or takes back."
    )
    amount = fields.Float(digits=(16, 2), help="What a person is to book by hand.")
    currency_name = fields.Char(string="Currency")
    user_id = fields.Many2one("res.users", string="Responsible")

    @api.model
    def _target_object(self, action):
        """The object that an operation makes or acts on."""
        return CHANGE_OBJECTS.get(action) or OBJECTS.get(action, (None, None))[0]

    def _instead(self, action):
        """What is done instead of deleting an adjustment.

        :param str action: one of OPPOSING
        :return: the operation that stands, or an empty record set
        """
        return self.instead_ids.filtered(
            lambda operation: operation.action == action
            and operation.state not in ("superseded", "ignored")
        )[:1]

    def _remote_number(self):
        """What people call the record that it has made in Intacct."""
        self.ensure_one()
        binding = (
            self.env["intacct.binding"]
            .sudo()
            ._by_recordno(self.backend_id, self._object, [self.recordno or ""])
        )
        number = (self.expected or {}).get("number")
        return next(iter(binding.values())).number if binding else number

    def _asked_refunds(self):
        """Refunds that a person has made in Intacct, or is to make there."""
        return self.filtered(
            lambda operation: operation.action == "refund"
            and operation.state in ("do_it", "done")
        )

    def _ask_responsible(self):
        """Tells the person who is responsible, on the document."""
        for operation in self:
            record = operation._record
            record.activity_schedule(
                "intacct_connector.mail_activity_do_it",
                user_id=operation.user_id.id,
                summary=self.env._("Do it in Sage Intacct: %s", operation.document),
                note=operation.message,
            )

    def _close_activities(self):
        for operation in self:
            operation._record.activity_unlink(["intacct_connector.mail_activity_do_it"])
