from odoo import api, fields, models

PAYMENT_METHODS = [
    ("Printed Check", "Printed Check"),
    ("Cash", "Cash"),
    ("EFT", "EFT"),
    ("Credit Card", "Credit Card"),
]


class IntacctBackend(models.Model):
    """What a connection writes to Intacct, and how."""

    _inherit = "intacct.backend"

    export_start_date = fields.Date(
        string="Export From",
        tracking=True,
        help="Accounting date from which documents of Odoo are written to Intacct. "
        "Empty: nothing is written.",
    )
    export_journal_ids = fields.Many2many(
        "account.journal",
        string="Journals to Export",
        check_company=True,
        domain="[('type', '=', 'sale'), ('intacct_backend_id', '=', False)]",
        help="Empty: all sales journals.",
    )
    send_delay = fields.Integer(
        string="Wait After Posting (minutes)",
        default=10,
        help="Time to correct a document before it leaves.",
    )
    doubt_hours = fields.Integer(
        string="Resend Doubts For (hours)",
        default=24,
        help="An operation whose outcome is unknown for longer is never sent again by "
        "itself.",
    )
    customer_id_rule = fields.Selection(
        [
            ("intacct", "Intacct's own sequence"),
            ("reference", "The partner's reference"),
            ("prefix", "Prefix and number"),
        ],
        default="reference",
        required=True,
    )
    customer_id_prefix = fields.Char(default="ODOO-")
    rate_rule = fields.Selection(
        [("odoo", "Odoo's rate"), ("intacct", "Intacct Daily Rate")],
        string="Exchange Rate",
        default="odoo",
        required=True,
    )
    number_rule = fields.Selection(
        [("ours", "Odoo's number"), ("intacct", "Intacct's own sequence")],
        string="Document Numbers",
        default="ours",
        required=True,
    )
    payment_method = fields.Selection(
        PAYMENT_METHODS, string="Default Payment Method", default="EFT"
    )
    advance_reference_id = fields.Many2one(
        "intacct.reference",
        string="Customer Advances",
        domain="[('backend_id', '=', id), ('kind', '=', item_kind)]",
    )
    refund_reference_id = fields.Many2one(
        "intacct.reference",
        string="Refund Clearing",
        domain="[('backend_id', '=', id), ('kind', '=', item_kind)]",
        help="Account of the debit memo that a refund of a credit becomes.",
    )
    customer_refunds = fields.Boolean(
        string="Refunds Are Made in Intacct",
        help="The company uses Customer Refunds: nothing is sent, the person is told "
        "to make it there.",
    )
    advance_hours = fields.Integer(
        string="Advances After (hours)",
        default=24,
        help="A payment that pays no document yet waits this long before it leaves as "
        "an advance.",
    )
    closed_books_date = fields.Date(
        string="Books Closed Until",
        readonly=True,
        copy=False,
        help="General ledger of Intacct, when its lists were read last.",
    )
    operation_ids = fields.One2many("intacct.operation", "backend_id")
    doubt_count = fields.Integer(compute="_compute_operation_counts")
    waiting_count = fields.Integer(compute="_compute_operation_counts")

    _check_delay = models.Constraint(
        "CHECK (send_delay >= 0 AND doubt_hours >= 0 AND advance_hours >= 0)",
        "Waiting times are positive.",
    )

    @api.depends("operation_ids.state")
    def _compute_operation_counts(self):
        counts = {
            (backend, state): number
            for backend, state, number in self.env["intacct.operation"]._read_group(
                [
                    ("backend_id", "in", self.ids),
                    ("state", "in", ("waiting", "ready", "sent", "in_doubt")),
                ],
                ["backend_id", "state"],
                ["__count"],
            )
        }
        for backend in self:
            backend.doubt_count = counts.get((backend, "in_doubt"), 0)
            backend.waiting_count = sum(
                counts.get((backend, state), 0)
                for state in ("waiting", "ready", "sent")
            )

    def action_preflight(self):
        """What the next sync would send, and what would hold it up: a dry run."""
        self.ensure_one()
        self._check_user()
        run = self.env["intacct.flow.preflight"].sudo()._check_all(self.sudo())
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "intacct_connector.intacct_sync_event_action_preflight"
        )
        action["domain"] = [("run_id", "=", run.id), ("flow", "=", "preflight")]
        return action

    def _exports(self):
        """Whether anything may leave at all."""
        self.ensure_one()
        return bool(self.export_start_date)
