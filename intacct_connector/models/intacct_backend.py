from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import escape_psql
from odoo.tools.safe_eval import safe_eval

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

    def action_sync_now(self):
        """Queues a sync; the connection's job does it."""
        self._check_user()
        queued = self.browse()
        for backend in self:
            backend._check_ready()
            if backend._queue_run("manual"):
                queued |= backend
        if queued:
            title = self.env._("Sync started")
            message = self.env._("It runs in the background: see Recent Syncs.")
        else:
            title = self.env._("A sync is already under way")
            message = self.env._("No second one was started: see Recent Syncs.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": title,
                "message": message,
                "type": "success" if queued else "warning",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _queue_run(self, trigger, scope="sync", filters=False):
        """Queues a run unless the same one waits or works already.

        :param str trigger: a value of intacct.sync.run.trigger
        :param str scope: a value of intacct.sync.run.scope
        :param dict filters: what is wanted of it, as ImportFilter.as_json() returns it
        :return: the new run, or an empty record set
        """
        self.ensure_one()
        runs = self.env["intacct.sync.run"].sudo()
        # A run that works already may be past what is to be tried again.
        states = ("queued",) if trigger == "retry" else UNDER_WAY
        if self._same_run(scope, filters, states):
            return runs.browse()
        run = runs.create(
            {
                "backend_id": self.id,
                "trigger": trigger,
                "scope": scope,
                "filters": filters,
                "user_id": self.env.uid,
            }
        )
        self.sudo().cron_id._trigger()
        return run

    def _same_run(self, scope, filters=False, states=UNDER_WAY):
        """The run of that scope and filter that is in one of the states, or none."""
        return (
            self.env["intacct.sync.run"]
            .sudo()
            .search(
                [
                    ("backend_id", "=", self.id),
                    ("scope", "=", scope),
                    ("state", "in", states),
                ]
            )
            .filtered(lambda run: (run.filters or False) == filters)[:1]
        )

    def _queue_retry(self):
        """Something that held records up is settled: try them again soon."""
        for backend in self:
            if backend.state == "connected" and not backend._missing_setup():
                backend._queue_run("retry")

    def action_import_customers(self):
        """Queues the import of the entire customer list."""
        self._check_user()
        for backend in self:
            backend._check_ready()
            backend._queue_run("import", scope="customers")
        return self.action_open_runs()

    def action_refresh_lists(self):
        """Queues a fresh read of Intacct's lists (accounts, terms, locations …)."""
        self._check_user()
        for backend in self:
            backend._queue_run("manual", scope="lists")
        return self.action_open_runs()

    def action_enable_auto_sync(self):
        self._check_manager()
        for backend in self:
            backend._check_ready()
            backend.write({"auto_sync": True, "next_sync": fields.Datetime.now()})
            backend.sudo().cron_id._trigger()

    def action_disable_auto_sync(self):
        self._check_manager()
        self.write({"auto_sync": False, "next_sync": False})

    def action_open_runs(self):
        return self._open_list("intacct_connector.intacct_sync_run_action")

    def action_open_failures(self):
        return self._open_list("intacct_connector.intacct_sync_event_action_failures")

    def action_open_proposals(self):
        return self._open_list("intacct_connector.intacct_binding_action_proposed")

    def _open_list(self, xmlid):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        domain = safe_eval(action.get("domain") or "[]", {"uid": self.env.uid})
        action["domain"] = [*domain, ("backend_id", "in", self.ids)]
        return action

    # ------------------------------------------------------------------
    # Schedule and state
    # ------------------------------------------------------------------
    def _queue_if_due(self):
        """Queues the scheduled sync of a connection whose hour has come."""
        self.ensure_one()
        now = fields.Datetime.now()
        if (
            not self.auto_sync
            or self.state != "connected"
            or (self.next_sync and self.next_sync > now)
        ):
            return
        if self._missing_setup():
            return
        self._queue_run("schedule")
        self.next_sync = now + timedelta(minutes=self.sync_interval)

    def _needs_attention(self, message):
        """Stops the connection until a person has looked at it, and tells its
        owner once."""
        self.ensure_one()
        self.write({"state": "attention", "state_message": message})
        activity_type = self.env.ref("intacct_connector.mail_activity_connection")
        if not self.activity_ids.filtered(
            lambda activity: activity.activity_type_id == activity_type
        ):
            self.activity_schedule(
                activity_type_id=activity_type.id,
                user_id=(self.user_id or self.env.ref("base.user_admin")).id,
                note=message,
            )

    def _attention_over(self):
        """Connected again: the activity closes itself."""
        self.ensure_one()
        self.write({"state": "connected", "state_message": False})
        self.activity_unlink(["intacct_connector.mail_activity_connection"])

    # ------------------------------------------------------------------
    # Proofs
    # ------------------------------------------------------------------
    def _clearing_proof(self):
        """Compares the clearing account with the imported documents.

        Its balance must be the opposite of what is open on them plus what was
        received on them in Odoo: everything else that reduces an imported document
        was booked against this very account, as are credit notes of Odoo on them.

        :return: balance, expected balance, in the company's currency
        :rtype: tuple[float, float]
        """
        self.ensure_one()
        lines = self.env["account.move.line"].sudo()
        ((balance,),) = lines._read_group(
            [
                ("account_id", "=", self.clearing_account_id.id),
                ("parent_state", "=", "posted"),
            ],
            aggregates=["balance:sum"],
        )
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT COALESCE(SUM(line.amount_residual), 0),
                   COALESCE(SUM(received.amount), 0)
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
              JOIN account_move move ON move.id = line.move_id
              LEFT JOIN account_move origin
                ON origin.id = move.reversed_entry_id AND origin.intacct_imported
              JOIN account_journal journal
                ON journal.id = COALESCE(origin.journal_id, move.journal_id)
              LEFT JOIN LATERAL (
                    SELECT SUM(CASE WHEN partial.debit_move_id = line.id
                                    THEN partial.amount ELSE -partial.amount END)
                           AS amount
                      FROM account_partial_reconcile partial
                      JOIN account_move_line other
                        ON other.id = CASE WHEN partial.debit_move_id = line.id
                                           THEN partial.credit_move_id
                                           ELSE partial.debit_move_id END
                      JOIN account_move counterpart ON counterpart.id = other.move_id
                      LEFT JOIN account_move credited
                        ON credited.id = counterpart.reversed_entry_id
                     WHERE line.id IN (partial.debit_move_id, partial.credit_move_id)
                       AND counterpart.intacct_settlement IS NOT TRUE
                       AND counterpart.intacct_imported IS NOT TRUE
                       AND credited.intacct_imported IS NOT TRUE
                   ) received ON TRUE
             WHERE account.account_type = 'asset_receivable'
               AND move.state = 'posted'
               AND journal.intacct_backend_id = %(backend)s
               AND (move.intacct_imported
                    OR origin.id IS NOT NULL
                    -- what settles Odoo's own documents is booked elsewhere
                    OR move.intacct_settlement
                       AND EXISTS (SELECT FROM account_move_line cleared
                                    WHERE cleared.move_id = move.id
                                      AND cleared.account_id = %(clearing)s))
            """,
            {"backend": self.id, "clearing": self.clearing_account_id.id},
        )
        residual, received = self.env.cr.fetchone()
        expected = -float(residual + received) - self._booked_on_mapped_accounts()
        return balance or 0.0, expected

    def _booked_on_mapped_accounts(self):
        """What imported documents booked elsewhere than on the clearing account: all
        where the connection is set to do so, else those whose lines were changed
        after they had been unlinked.

        :return: balance in the company's currency
        :rtype: float
        """
        unlinked = [("move_id.intacct_unlinked", "=", True)]
        ((balance,),) = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("parent_state", "=", "posted"),
                    ("account_id", "!=", self.clearing_account_id.id),
                    ("account_type", "!=", "asset_receivable"),
                    *([] if self.import_policy == "mapped" else unlinked),
                    "|",
                    "&",
                    ("journal_id.intacct_backend_id", "=", self.id),
                    ("move_id.intacct_imported", "=", True),
                    "&",
                    (
                        "move_id.reversed_entry_id.journal_id.intacct_backend_id",
                        "=",
                        self.id,
                    ),
                    ("move_id.reversed_entry_id.intacct_imported", "=", True),
                ],
                aggregates=["balance:sum"],
            )
        )
        return balance or 0.0
