from odoo import api, fields, models

# States of an operation that has settled nothing and never will.
DEAD_STATES = ("failed", "superseded", "ignored")
# States of an operation whose record is in Intacct.
THERE_STATES = ("done", "approval")


class IntacctAllocation(models.Model):
    """What one operation settles between two entries: the amount that Intacct has,
    or will have, from us. Compared with Odoo's reconciliation it tells what is still
    to be sent, so that nothing is sent twice.
    """

    _name = "intacct.allocation"
    _description = "Amount Settled in Sage Intacct"
    _order = "id"

    operation_id = fields.Many2one(
        "intacct.operation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="operation_id.company_id", store=True, index=True
    )
    debit_move_id = fields.Many2one(
        "account.move",
        string="Settles",
        index="btree_not_null",
        ondelete="set null",
    )
    credit_move_id = fields.Many2one(
        "account.move",
        string="With",
        index="btree_not_null",
        ondelete="set null",
        help="Empty for a payment without journal entry, until a bank line confirms "
        "it.",
    )
    amount = fields.Float(
        digits=(16, 6), help="In the currency of the documents, positive."
    )
    target_object = fields.Char(help="ARINVOICE or ARADJUSTMENT.")
    target_recordno = fields.Char()
    source_object = fields.Char(help="What the credit is; empty for cash.")
    source_recordno = fields.Char()

    @api.model
    def _sent(self, move):
        """What Intacct has of us on a document, on either of its sides.

        :return: amount in the document's currency, positive
        :rtype: float
        """
        ((amount,),) = self.sudo()._read_group(
            [
                ("operation_id.state", "in", THERE_STATES),
                "|",
                "&",
                ("debit_move_id", "=", move.id),
                ("credit_move_id", "!=", move.id),
                "&",
                ("credit_move_id", "=", move.id),
                ("debit_move_id", "!=", move.id),
            ],
            aggregates=["amount:sum"],
        )
        return amount or 0.0
