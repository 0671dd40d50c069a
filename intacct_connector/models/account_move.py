from odoo import api, fields, models
from odoo.exceptions import UserError

from .account_move_line import LIFT_GUARD

# What only the connector may say of a document: the guard of its lines and the proof
# of the clearing account hang on it.
CONNECTOR_MARKS = ("intacct_imported", "intacct_settlement")
# States of a link to what does not stand for the document any more.
LEFT_STATES = ("gone", "ignored")


class AccountMove(models.Model):
    _inherit = "account.move"

    intacct_imported = fields.Boolean(
        string="Imported from Sage Intacct",
        readonly=True,
        copy=False,
        help="The original is in Intacct; its lines are kept as they are there.",
    )
    intacct_settlement = fields.Boolean(
        string="Settlement from Sage Intacct",
        readonly=True,
        copy=False,
        help="Books what Intacct received, credited or reversed on a document.",
    )
    intacct_ignored = fields.Boolean(
        string="Not for Sage Intacct", readonly=True, copy=False
    )
    intacct_on_account = fields.Boolean(
        string="On Account in Sage Intacct",
        readonly=True,
        copy=False,
        help="A person decided that what Intacct cannot apply goes on account.",
    )
    intacct_posted_at = fields.Datetime(
        string="Posted for Sage Intacct",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    intacct_operation_ids = fields.One2many(
        "intacct.operation", "move_id", string="Sage Intacct Operations"
    )
    intacct_description = fields.Char(
        string="Description in Intacct", readonly=True, copy=False
    )
    intacct_term = fields.Char(string="Terms in Intacct", readonly=True, copy=False)
    intacct_entity = fields.Char(string="Entity in Intacct", readonly=True, copy=False)
    intacct_binding_ids = fields.One2many(
        "intacct.binding", "move_id", string="Sage Intacct Records"
    )
    intacct_binding_id = fields.Many2one(
        "intacct.binding",
        string="Sage Intacct Record",
        compute="_compute_intacct_binding",
    )
    intacct_remote_state = fields.Char(
        string="State in Intacct", compute="_compute_intacct_binding"
    )
    intacct_difference = fields.Char(
        string="Difference to Intacct", compute="_compute_intacct_binding"
    )

    @api.depends(
        "intacct_binding_ids.sync_state",
        "intacct_binding_ids.reason",
        "intacct_binding_ids.remote_state",
    )
    def _compute_intacct_binding(self):
        for move in self:
            # Several records may stand for one document: what is gone or left alone
            # comes last; the document itself first, what was applied to it later.
            binding = move.sudo().intacct_binding_ids.sorted(
                lambda binding: (binding.sync_state in LEFT_STATES, binding.id)
            )[:1]
            move.intacct_binding_id = binding
            move.intacct_remote_state = binding.remote_state
            move.intacct_difference = (
                binding.reason if binding.sync_state == "difference" else False
            )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        for name in CONNECTOR_MARKS:
            if any(vals.get(name) for vals in vals_list):
                self._check_connector_at_work()
        return super().create(vals_list)

    def write(self, vals):
        for name in CONNECTOR_MARKS:
            if name in vals and any(move[name] != bool(vals[name]) for move in self):
                self._check_connector_at_work()
        return super().write(vals)

    @api.model
    def _check_connector_at_work(self):
        if self.env.context.get("intacct_guard") is not LIFT_GUARD:
            raise UserError(
                self.env._(
                    "Whether a document was imported from Sage Intacct is for the "
                    "connection to say."
                )
            )

    def _compute_made_sequence_gap(self):
        """Numbers given by Intacct have gaps for reasons that Odoo cannot know."""
        foreign = self.filtered("journal_id.intacct_backend_id")
        foreign.made_sequence_gap = False
        return super(AccountMove, self - foreign)._compute_made_sequence_gap()

    def action_open_intacct_binding(self):
        self.ensure_one()
        return self.intacct_binding_id._open_form()
