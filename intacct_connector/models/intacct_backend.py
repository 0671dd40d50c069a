from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import escape_psql

SECRET_FIELDS = {
    "api_password": "api_password_secret",
    "sender_password": "sender_password_secret",
}
# What people set up; everything else on the record is written by the connector.
IDENTITY_FIELDS = {"intacct_company", "entity", "api_user", "sender_code"}

# States of a run that has not ended.
UNDER_WAY = ("queued", "running")


class IntacctBackend(models.Model):
    """A connection between one Odoo company and one Sage Intacct company (or one
    of its entities): who signs in, what is synchronised, with which defaults."""

    _name = "intacct.backend"
    _description = "Sage Intacct Connection"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _check_company_auto = True
    _order = "name, id"

    name = fields.Char(required=True, default=lambda self: self._default_name())
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        help="Gets an activity when something needs a person.",
    )
    state = fields.Selection(
        [
            ("draft", "Not Connected"),
            ("connected", "Connected"),
            ("attention", "Needs Attention"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    state_message = fields.Text(readonly=True, copy=False)

    # Sign-in
    intacct_company = fields.Char(
        string="Company ID",
        required=True,
        help="In Intacct: Company > Company Info > General Information > ID. "
        "Not the name and not a console ID.",
    )
    entity = fields.Char(
        string="Entity ID",
        help="Leave empty to connect at top level. An entity sees its own and the "
        "shared records only.",
    )
    api_user = fields.Char(
        string="Web Services User",
        required=True,
        help="A user of its own for this connection, marked Web services only.",
    )
    api_password = fields.Char(
        string="Password",
        compute="_compute_secrets",
        inverse="_inverse_secrets",
        copy=False,
        help="Can be set but never read again, by nobody.",
    )
    api_password_secret = fields.Char(groups=fields.NO_ACCESS, copy=False)
    sender_code = fields.Char(
        string="Sender ID",
        help="Case sensitive. Must be listed in Intacct under Company > Company Info "
        "> Security > Web Services authorizations. Empty: the sender ID of the "
        "server's configuration file.",
    )
    sender_password = fields.Char(
        compute="_compute_secrets",
        inverse="_inverse_secrets",
        copy=False,
        help="Can be set but never read again, by nobody.",
    )
    sender_password_secret = fields.Char(groups=fields.NO_ACCESS, copy=False)
    has_api_password = fields.Boolean(compute="_compute_secrets")
    has_sender_password = fields.Boolean(compute="_compute_secrets")

    # What Connect found
    connected_at = fields.Datetime(readonly=True, copy=False)
    connected_to = fields.Char(readonly=True, copy=False)
    is_copy = fields.Boolean(
        compute="_compute_is_copy",
        help="This database is a copy of the one that was connected.",
    )
    sender_effective = fields.Char(
        string="Our Sender ID", compute="_compute_sender_effective"
    )
    setup_missing = fields.Char(
        string="Missing Before the First Sync", compute="_compute_setup_missing"
    )
    base_currency = fields.Char(readonly=True, copy=False)
    gmt_offset = fields.Char(
        string="User's Time Zone in Intacct", readonly=True, copy=False
    )
    server_identity = fields.Char(readonly=True, copy=False, groups="base.group_system")
    has_entities = fields.Boolean(readonly=True, copy=False)
    missing_fields = fields.Json(
        readonly=True,
        copy=False,
        help="Optional Intacct fields that this company does not have, by object.",
    )

    # Mapping
    line_target = fields.Selection(
        [("account", "GL Accounts"), ("label", "Account Labels")],
        string="Invoice Lines Use",
        default="account",
        required=True,
        help="In Intacct: Accounts Receivable > Setup > Configure > Enable account "
        "labels.",
    )
    item_reference_id = fields.Many2one(
        "intacct.reference",
        string="Default Item Account",
        domain="[('backend_id', '=', id), ('kind', '=', item_kind)]",
        help="Used for invoice lines that no mapping rule covers.",
    )
    item_kind = fields.Char(compute="_compute_item_kind")
    undeposited_reference_id = fields.Many2one(
        "intacct.reference",
        string="Undeposited Funds Account",
        domain="[('backend_id', '=', id), ('kind', 'in', ('account', 'label'))]",
        help="Where payments received in Odoo go in Intacct until they are deposited.",
    )
    location_reference_id = fields.Many2one(
        "intacct.reference",
        string="Default Location",
        domain="[('backend_id', '=', id), ('kind', '=', 'location')]",
    )
    department_reference_id = fields.Many2one(
        "intacct.reference",
        string="Default Department",
        domain="[('backend_id', '=', id), ('kind', '=', 'department')]",
    )

    # How imports are booked
    import_policy = fields.Selection(
        [
            ("clearing", "Clearing account (books stay in Intacct)"),
            ("mapped", "Mapped accounts"),
        ],
        default="clearing",
        required=True,
        help="Fixed as soon as the first document has been imported.",
    )
    lock_policy = fields.Selection(
        [
            ("hold", "Hold the document"),
            ("first_open", "Post on the first open date"),
        ],
        string="Documents in a Locked Period",
        default="hold",
        required=True,
    )
    clearing_account_id = fields.Many2one(
        "account.account",
        string="Intacct Clearing",
        check_company=True,
        copy=False,
        help="Counterpart of everything imported. Its balance mirrors the open "
        "imported documents.",
    )
    settled_account_id = fields.Many2one(
        "account.account",
        string="Settled in Intacct",
        check_company=True,
        copy=False,
        help="Counterpart of receipts that Intacct recorded on documents made in Odoo.",
    )
    settlement_journal_id = fields.Many2one(
        "account.journal", check_company=True, copy=False
    )

    # When it runs
    auto_sync = fields.Boolean(readonly=True, copy=False, tracking=True)
    sync_interval = fields.Integer(string="Every (minutes)", default=60)
    next_sync = fields.Datetime(readonly=True, copy=False)
    overlap_minutes = fields.Integer(
        string="Look Back (minutes)",
        default=60,
        help="Each sync reads this much again, since rows may show up late.",
    )
    compared_at = fields.Datetime(
        string="Last Complete Comparison", readonly=True, copy=False
    )
    cron_id = fields.Many2one("ir.cron", readonly=True, copy=False)

    run_ids = fields.One2many("intacct.sync.run", "backend_id", string="Recent Syncs")
    last_run_id = fields.Many2one("intacct.sync.run", compute="_compute_last_run")
    last_run_state = fields.Selection(
        selection=lambda self: self.env["intacct.sync.run"]
        ._fields["state"]
        ._description_selection(self.env),
        string="Last Result",
        compute="_compute_last_run",
    )
    last_run_at = fields.Datetime(string="Last Sync", compute="_compute_last_run")
    mapping_ids = fields.One2many("intacct.mapping", "backend_id", string="Mapping")
    open_failure_count = fields.Integer(compute="_compute_counts")
    proposed_link_count = fields.Integer(compute="_compute_counts")
    running = fields.Boolean(compute="_compute_counts")

    _reach_uniq = models.UniqueIndex(
        "(lower(intacct_company), lower(COALESCE(entity, ''))) WHERE active",
        "Another connection reads the same records of this Intacct company.",
    )
    _check_interval = models.Constraint(
        "CHECK (sync_interval >= 5)", "Syncs need at least 5 minutes between them."
    )
    _check_overlap = models.Constraint(
        "CHECK (overlap_minutes >= 0)", "The look back cannot be negative."
    )

    # ------------------------------------------------------------------
    # Defaults and computes
    # ------------------------------------------------------------------
    def _default_name(self):
        return self.env._("Sage Intacct")

    @api.depends("api_password_secret", "sender_password_secret")
    def _compute_secrets(self):
        for backend in self:
            stored = backend.sudo()
            backend.api_password = False
            backend.sender_password = False
            backend.has_api_password = bool(stored.api_password_secret)
            backend.has_sender_password = bool(stored.sender_password_secret)

    def _inverse_secrets(self):
        """Keeps what was typed where only the connector reads it. An empty value
        means "unchanged": a form that is saved sends the empty field back."""
        for backend in self:
            typed = {
                secret: backend[field]
                for field, secret in SECRET_FIELDS.items()
                if backend[field]
            }
            if typed:
                backend.sudo().write(typed)

    def _forget_typed_secrets(self):
        """What was typed stays in the cache of the request and would be read back
        by the very call that saved it."""
        self.flush_recordset()
        self.invalidate_recordset(list(SECRET_FIELDS))

    @api.depends("line_target")
    def _compute_item_kind(self):
        for backend in self:
            backend.item_kind = backend.line_target

    def _compute_is_copy(self):
        for backend in self:
            backend.is_copy = not backend._is_original_database()

    @api.depends("sender_code")
    def _compute_sender_effective(self):
        for backend in self:
            backend.sender_effective = backend._sender_code()

    @api.depends(
        "item_reference_id",
        "undeposited_reference_id",
        "location_reference_id",
        "has_entities",
        "entity",
    )
    def _compute_setup_missing(self):
        for backend in self:
            backend.setup_missing = ", ".join(backend._missing_setup())

    @api.depends("run_ids.state")
    def _compute_last_run(self):
        latest = dict(
            self.env["intacct.sync.run"]._read_group(
                [
                    ("backend_id", "in", self.ids),
                    (
                        "scope",
                        "not in",
                        ("lists", "preflight", "check", "preview", "send"),
                    ),
                ],
                ["backend_id"],
                ["id:max"],
            )
        )
        for backend in self:
            run = self.env["intacct.sync.run"].browse(latest.get(backend))
            backend.last_run_id = run
            backend.last_run_state = run.state
            backend.last_run_at = run.started_at

    def _compute_counts(self):
        failures = dict(
            self.env["intacct.sync.event"]._read_group(
                [
                    ("backend_id", "in", self.ids),
                    ("state", "=", "open"),
                    ("level", "=", "error"),
                ],
                ["backend_id"],
                ["__count"],
            )
        )
        proposals = dict(
            self.env["intacct.binding"]._read_group(
                [("backend_id", "in", self.ids), ("sync_state", "=", "proposed")],
                ["backend_id"],
                ["__count"],
            )
        )
        running = (
            self.env["intacct.sync.run"]
            .search(
                [
                    ("backend_id", "in", self.ids),
                    ("state", "in", ("queued", "running")),
                ]
            )
            .backend_id
        )
        for backend in self:
            backend.open_failure_count = failures.get(backend, 0)
            backend.proposed_link_count = proposals.get(backend, 0)
            backend.running = backend in running

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------
    @api.constrains("intacct_company", "entity", "active")
    def _check_overlapping(self):
        """Two connections must never see the same document: each would import it."""
        for backend in self.filtered("active"):
            others = self.sudo().search(
                [
                    ("id", "!=", backend.id),
                    ("intacct_company", "=ilike", escape_psql(backend.intacct_company)),
                ]
            )
            for other in others:
                same = (other.entity or "").lower() == (backend.entity or "").lower()
                if same or not other.entity or not backend.entity:
                    raise ValidationError(
                        self.env._(
                            "The connection “%(other)s” already reads Intacct company "
                            "%(company)s (%(entity)s). A second connection would see "
                            "the same records. Use different entities, or archive the "
                            "other connection.",
                            other=other.name,
                            company=other.intacct_company,
                            entity=other.entity or self.env._("top level"),
                        )
                    )

    @api.constrains("import_policy")
    def _check_policy_frozen(self):
        for backend in self:
            if self.env["intacct.binding"].search_count(
                [("backend_id", "=", backend.id), ("move_id", "!=", False)], limit=1
            ):
                raise ValidationError(
                    self.env._(
                        "Documents were imported already; how they are booked cannot "
                        "be changed any more."
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model
    def _clean_identity(self, vals):
        return {
            key: value.strip()
            if key in IDENTITY_FIELDS and isinstance(value, str)
            else value
            for key, value in vals.items()
        }

    @api.model_create_multi
    def create(self, vals_list):
        backends = super().create([self._clean_identity(vals) for vals in vals_list])
        for backend in backends:
            backend._create_worker()
        backends._forget_typed_secrets()
        return backends

    def write(self, vals):
        vals = self._clean_identity(vals)
        if "company_id" in vals and any(
            backend.company_id.id != vals["company_id"] for backend in self
        ):
            raise UserError(
                self.env._("A connection cannot be moved to another company.")
            )
        changed_identity = any(
            (backend[field] or "") != (vals[field] or "")
            for backend in self
            for field in IDENTITY_FIELDS & vals.keys()
        ) or any(vals.get(field) for field in SECRET_FIELDS)
        result = super().write(vals)
        self._forget_typed_secrets()
        if changed_identity:
            # A session belongs to the user and entity that opened it.
            self.env["intacct.session"].sudo().search(
                [("backend_id", "in", self.ids)]
            ).unlink()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        if (
            self.env["intacct.binding"]
            .sudo()
            .search_count([("backend_id", "in", self.ids)], limit=1)
        ):
            raise UserError(
                self.env._(
                    "This connection links Odoo records to Sage Intacct. Archive it "
                    "instead: deleting it would forget what was already transferred."
                )
            )

    def unlink(self):
        crons = self.sudo().cron_id
        result = super().unlink()
        crons.unlink()
        return result

    def _create_worker(self):
        """Each connection has a job of its own: its row lock is the lease that
        keeps two processes from working for the same connection."""
        self.ensure_one()
        self.cron_id = (
            self.env["ir.cron"]
            .sudo()
            .create(
                {
                    "name": f"Sage Intacct: {self.name} ({self.id})",
                    "model_id": self.env["ir.model"]._get_id(self._name),
                    "state": "code",
                    "code": f"model._cron_work({self.id})",
                    "user_id": self.env.ref("base.user_root").id,
                    "interval_number": 5,
                    "interval_type": "minutes",
                    "active": True,
                }
            )
        )

    @api.model
    def _cron_work(self, backend_id):
        """The job of one connection; the only place that syncs."""
        backend = self.browse(backend_id).exists()
        if backend and backend.active:
            self.env["intacct.engine"].with_company(backend.company_id)._work(backend)

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def _check_user(self):
        """Whoever works with syncs is at least a Sage Intacct user."""
        if not self.env.su and not self.env.user.has_group(
            "intacct_connector.group_intacct_user"
        ):
            raise AccessError(
                self.env._("Only Sage Intacct users can synchronise with Intacct.")
            )
        self.check_access("read")

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group(
            "intacct_connector.group_intacct_manager"
        ):
            raise AccessError(
                self.env._("Only Sage Intacct managers can change a connection.")
            )
        self.check_access("write")

    def _missing_setup(self):
        """What has to be set before the first sync, as labels of the form.

        :rtype: list[str]
        """
        self.ensure_one()
        required = ["item_reference_id", "undeposited_reference_id"]
        if self.has_entities and not self.entity:
            required.append("location_reference_id")
        labels = self.fields_get(required, ["string"])
        return [labels[field]["string"] for field in required if not self[field]]

    def _check_ready(self):
        """Refuses to sync, with everything that is missing named at once."""
        self.ensure_one()
        if self.state == "draft":
            raise UserError(
                self.env._(
                    "%s is not connected yet. Open the connection and press Connect.",
                    self.name,
                )
            )
        if missing := self._missing_setup():
            raise UserError(
                self.env._(
                    "Before the first sync, choose on the Mapping tab of “%(name)s”:\n"
                    "%(missing)s",
                    name=self.name,
                    missing="\n".join(f"• {label}" for label in missing),
                )
            )
