import uuid
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from psycopg2.errors import SerializationFailure, UniqueViolation

# What an operation makes in Intacct, by action, and the field that carries our
# marker there. Reversals carry none.
OBJECTS = {
    "customer": ("CUSTOMER", "COMMENTS"),
    "contact": ("CONTACT", "CONTACTNAME"),
    "invoice": ("ARINVOICE", "DESCRIPTION"),
    "adjustment": ("ARADJUSTMENT", "DESCRIPTION"),
    "payment": ("ARPYMT", "DESCRIPTION"),
    "advance": ("ARADVANCE", "DESCRIPTION"),
    "memo": ("ARADJUSTMENT", "DESCRIPTION"),
    "apply": ("ARPYMT", "DESCRIPTION"),
    "oppose": ("ARADJUSTMENT", "DESCRIPTION"),
    "apply_opposite": ("ARPYMT", "DESCRIPTION"),
}
# What they make is shared by all connections to an Intacct company.
SHARED_ACTIONS = ("customer", "contact")
# States in which an operation will still do something by itself.
LIVE_STATES = ("waiting", "ready", "sent", "in_doubt")
MARKER_PREFIX = "odoo:"
SUBJECT_FIELDS = ("backend_id", "move_id", "payment_id", "partner_id")


class IntacctOperation(models.Model):
    """One intended write to Sage Intacct: the outbox, and the audit trail.

    It is committed before anything is sent. The rendered function is sent again byte
    for byte, under the same control id, until it is known what became of it.
    """

    _name = "intacct.operation"
    _description = "Sage Intacct Operation"
    _order = "id desc"
    _rec_name = "document"

    backend_id = fields.Many2one(
        "intacct.backend",
        string="Connection",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="backend_id.company_id", store=True, index=True
    )
    action = fields.Selection(
        [
            ("customer", "Create Customer"),
            ("contact", "Create Contact"),
            ("invoice", "Create Invoice"),
            ("adjustment", "Create Adjustment"),
            ("payment", "Create Payment"),
            ("advance", "Create Advance"),
            ("memo", "Create Write-Off or Refund"),
            ("apply", "Apply Credit"),
            ("refund", "Refund in Intacct"),
            ("term", "Create Payment Term"),
            ("update_invoice", "Update Invoice"),
            ("update_adjustment", "Update Adjustment"),
            ("reverse_invoice", "Reverse Invoice"),
            ("delete_invoice", "Delete Invoice"),
            ("delete_adjustment", "Delete Adjustment"),
            ("oppose", "Create Opposite Adjustment"),
            ("apply_opposite", "Apply Opposite Adjustment"),
            ("reverse_payment", "Reverse Payment"),
            ("reverse_advance", "Reverse Advance"),
        ],
        required=True,
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("ready", "Ready"),
            ("sent", "Sent"),
            ("in_doubt", "In Doubt"),
            ("approval", "Waiting for Approval in Intacct"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("do_it", "Do It in Intacct"),
            ("superseded", "Superseded"),
            ("ignored", "Ignored"),
        ],
        required=True,
        default="ready",
        index=True,
    )
    document = fields.Char(required=True, help="The number people know it by.")
    partner_id = fields.Many2one(
        "res.partner", index="btree_not_null", ondelete="restrict"
    )
    move_id = fields.Many2one(
        "account.move", index="btree_not_null", ondelete="set null"
    )
    payment_id = fields.Many2one(
        "account.payment", index="btree_not_null", ondelete="set null"
    )
    term_id = fields.Many2one(
        "account.payment.term", index="btree_not_null", ondelete="set null"
    )
    waits_for_ids = fields.Many2many(
        "intacct.operation",
        "intacct_operation_wait_rel",
        "operation_id",
        "waits_for_id",
        string="Waits For",
    )
    control_id = fields.Char(
        required=True,
        copy=False,
        default=lambda self: self._new_control_id(),
        help="Random, never made from database IDs: those repeat after a restore.",
    )
    marker = fields.Char(
        copy=False,
        index=True,
        default=lambda self: self._new_marker(),
        help="Kept by Intacct on the record, so that it can be found again.",
    )
    function_xml = fields.Text(string="Function", help="Exactly what is sent.")
    expected = fields.Json(help="What Intacct must show afterwards, by field.")
    recordno = fields.Char(string="Record Number")
    attempts = fields.Integer()
    sent_at = fields.Datetime()
    first_sent_at = fields.Datetime()
    answered_at = fields.Datetime()
    verified_at = fields.Datetime()
    followed_at = fields.Datetime(
        string="Applications Compared",
        help="When its applications and the balances were read back.",
    )
    allocation_ids = fields.One2many(
        "intacct.allocation", "operation_id", string="Settles"
    )
    next_attempt = fields.Datetime()
    cause = fields.Char()
    message = fields.Text()
    advice = fields.Text(string="What to Do")
    raw = fields.Text(string="Intacct's Words")
    support_id = fields.Char(string="Support ID")

    slot = fields.Char(
        readonly=True,
        copy=False,
        help="What is done with which record for which time: two processes that "
        "prepare the same at once cannot both do so.",
    )

    _control_id_uniq = models.UniqueIndex("(control_id)")
    _slot_uniq = models.UniqueIndex("(slot)")
    _open_idx = models.Index(
        "(backend_id, state) "
        "WHERE state IN ('waiting', 'ready', 'sent', 'in_doubt', 'approval')"
    )

    @api.depends("action", "document")
    def _compute_display_name(self):
        labels = dict(self._fields["action"]._description_selection(self.env))
        for operation in self:
            operation.display_name = f"{labels[operation.action]} {operation.document}"

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Operations are the audit trail and cannot be deleted.")
        )

    @api.model_create_multi
    def create(self, vals_list):
        """:raises SerializationFailure: another process prepared the same meanwhile,
        which this transaction cannot see; whoever tries again will"""
        taken = self._count_by_subject(vals_list)
        slotted = []
        for vals in vals_list:
            subject = self._subject(vals)
            slotted.append({**vals, "slot": f"{subject}:{taken[subject]}"})
            taken[subject] += 1
        try:
            return super().create(slotted)
        except UniqueViolation as error:
            raise SerializationFailure(str(error)) from error

    @api.model
    def _subject(self, vals):
        """What an operation does, and with which records."""
        ids = [str(vals.get(name) or 0) for name in SUBJECT_FIELDS]
        if vals.get("term_id"):
            ids.append(str(vals["term_id"]))
        return ":".join((vals["action"], *ids))

    @api.model
    def _count_by_subject(self, vals_list):
        """How many operations there are already.

        :rtype: Counter
        """
        move_ids = {vals.get("move_id") for vals in vals_list} - {None, False}
        payment_ids = {vals.get("payment_id") for vals in vals_list} - {None, False}
        partner_ids = {
            vals.get("partner_id") or False
            for vals in vals_list
            if not vals.get("move_id") and not vals.get("payment_id")
        }
        known = self.sudo().search(
            [
                "|",
                "|",
                ("move_id", "in", list(move_ids)),
                ("payment_id", "in", list(payment_ids)),
                "&",
                "&",
                ("move_id", "=", False),
                ("payment_id", "=", False),
                ("partner_id", "in", list(partner_ids)),
            ]
        )
        return Counter((known_one.slot or "").rpartition(":")[0] for known_one in known)

    @api.model
    def _new_control_id(self):
        return str(uuid.uuid4())

    @api.model
    def _new_marker(self):
        return f"{MARKER_PREFIX}{uuid.uuid4().hex[:16]}"

    def _renew_control_id(self):
        """Intacct said that it did nothing: whether that used up the control id is
        unknown (API.md 6), so the same function goes on under another one."""
        self.ensure_one()
        fresh = self._new_control_id()
        self.write(
            {
                "control_id": fresh,
                "function_xml": self.function_xml.replace(self.control_id, fresh, 1),
            }
        )

    @property
    def _object(self):
        return OBJECTS.get(self.action, (None, None))[0]

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def _check_user(self, group="intacct_connector.group_intacct_user"):
        if not self.env.user.has_group(group):
            raise AccessError(self.env._("You may not decide on what is sent."))
        self.check_access("read")

    def action_retry(self):
        """Sends a refused operation again, made anew under a new control id."""
        self._check_user()
        failed = self.filtered(lambda operation: operation.state == "failed")
        failed.sudo().write({"state": "superseded"})
        for backend in failed.backend_id:
            backend._queue_run("retry")
        return True
