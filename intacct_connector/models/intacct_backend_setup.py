from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

STEPS = ("sender", "user", "connect", "mapping", "preview", "auto")
STEP_STATES = [("todo", "To Do"), ("done", "Done"), ("problem", "Problem")]


def _step_field():
    return fields.Selection(STEP_STATES, compute="_compute_steps")


def _guide_field():
    return fields.Html(compute="_compute_guides", sanitize=False)


class IntacctBackend(models.Model):
    """Set-up by the hand: what is done, what is to do, and where."""

    _inherit = "intacct.backend"

    step_sender = _step_field()
    step_user = _step_field()
    step_connect = _step_field()
    step_mapping = _step_field()
    step_preview = _step_field()
    step_auto = _step_field()
    guide_sender = _guide_field()
    guide_user = _guide_field()
    guide_connect = _guide_field()
    guide_mapping = _guide_field()
    guide_preview = _guide_field()
    guide_auto = _guide_field()
    check_ids = fields.One2many("intacct.check", "backend_id", string="Checks")
    check_problem_count = fields.Integer(compute="_compute_checks")
    checked_at = fields.Datetime(string="Last Check", compute="_compute_checks")
    preview_ids = fields.One2many("intacct.preview", "backend_id", string="Previews")
    preview_id = fields.Many2one(
        "intacct.preview", string="Latest Preview", compute="_compute_preview"
    )
    preview_missing = fields.Html(
        string="Missing Before the Preview",
        compute="_compute_preview_missing",
        sanitize=False,
    )

    # ------------------------------------------------------------------
    # Checklist
    # ------------------------------------------------------------------
    def _compute_guides(self):
        guide = self.env["intacct.setup.guide"]
        for step in STEPS:
            self[f"guide_{step}"] = guide._step_html(step)

    @api.depends("check_ids")
    def _compute_checks(self):
        for backend in self:
            checks = backend.check_ids
            backend.checked_at = checks[:1].checked_at
            backend.check_problem_count = len(
                checks.filtered(
                    lambda check: check.required and check.result == "missing"
                )
            )

    @api.depends("preview_ids")
    def _compute_preview(self):
        for backend in self:
            backend.preview_id = backend.preview_ids[:1]

    @api.depends(
        "state",
        "auto_sync",
        "sender_effective",
        "has_api_password",
        "api_user",
        "check_ids",
        "preview_ids.complete",
        "preview_ids.accepted_at",
        "setup_missing",
    )
    def _compute_steps(self):
        for backend in self:
            for step in STEPS:
                backend[f"step_{step}"] = getattr(backend, f"_step_{step}")()

    def _state_label(self):
        """The state in a word, as the card of Accounting Sync shows it."""
        self.ensure_one()
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _step_sender(self):
        if self.state == "attention":
            return "problem" if self._refused_sender() else "done"
        return "done" if self.state == "connected" else "todo"

    def _refused_sender(self):
        return "sender" in (self.state_message or "").lower().rpartition("says:")[2]

    def _step_user(self):
        missing = self.check_ids.filtered(
            lambda check: check.area == "right"
            and check.required
            and check.result == "missing"
        )
        if missing or (self.state == "attention" and not self._refused_sender()):
            return "problem"
        return "todo" if self.state == "draft" else "done"

    def _step_connect(self):
        return {"draft": "todo", "connected": "done", "attention": "problem"}[
            self.state
        ]

    def _step_mapping(self):
        if not self.connected_at or self._missing_named():
            return "todo"
        wrong = self.check_ids.filtered(
            lambda check: check.area == "setting"
            and check.required
            and check.result == "missing"
        )
        return "problem" if wrong else "done"

    def _step_preview(self):
        if self._opening():
            return "done"
        return "problem" if self.preview_id.state == "failed" else "todo"

    def _step_auto(self):
        return "done" if self.auto_sync else "todo"

    # ------------------------------------------------------------------
    # What has to be chosen
    # ------------------------------------------------------------------
    def _missing_for_preview(self):
        """What has to be chosen before the preview, as names of fields.

        :rtype: list[str]
        """
        self.ensure_one()
        required = ["item_reference_id", "undeposited_reference_id"]
        if self.has_entities and not self.entity:
            required.append("location_reference_id")
        required += ["payment_method", "advance_reference_id"]
        if self._exports() and not self.customer_refunds and self._has_refunds():
            required.append("refund_reference_id")
        missing = [field for field in required if not self[field]]
        return missing if self._sender_code() else ["sender_code", *missing]

    def _has_refunds(self):
        return bool(
            self.env["account.payment"]
            .sudo()
            .search_count(
                [
                    ("company_id", "=", self.company_id.id),
                    ("partner_type", "=", "customer"),
                    ("payment_type", "=", "outbound"),
                    ("state", "in", ("in_process", "paid")),
                    ("date", ">=", self.export_start_date),
                ],
                limit=1,
            )
        )

    def _missing_named(self):
        """What has to be chosen before the preview, and where to find each.

        :rtype: list[tuple[str, str]]
        """
        missing = self._missing_for_preview()
        labels = self.fields_get(missing, ["string"])
        where = self.env["intacct.setup.guide"]._field_places()
        named = [(labels[name]["string"], where[name]) for name in missing]
        if self._exports():
            helper = self.env["intacct.mapping.help"]
            named += [
                (self.env._("Account of the tax %s", tax.name), where["tax"])
                for tax in helper._refused_taxes(self)
            ]
            named += [
                (
                    self.env._("Account of write-offs %s", helper._shown(account)),
                    where["write_off"],
                )
                for account in helper._refused_write_offs(self)
            ]
            named += [
                (
                    self.env._("Account of cash discounts %s", helper._shown(account)),
                    where["write_off"],
                )
                for account in helper._refused_discounts(self)
            ]
        return named

    @api.depends(
        "sender_code",
        "item_reference_id",
        "undeposited_reference_id",
        "location_reference_id",
        "payment_method",
        "advance_reference_id",
        "refund_reference_id",
        "export_start_date",
        "has_entities",
        "entity",
        "mapping_ids",
    )
    def _compute_preview_missing(self):
        for backend in self:
            missing = backend._missing_named() if backend.connected_at else []
            backend.preview_missing = self.env["ir.qweb"]._render(
                "intacct_connector.preview_missing", {"missing": missing}
            )

    # ------------------------------------------------------------------
    # Undeposited funds
    # ------------------------------------------------------------------
    def _bank_of_account(self, number):
        """The bank account of Intacct whose GL account this is, empty if none."""
        self.ensure_one()
        return self.env["intacct.reference"].search(
            [
                ("backend_id", "=", self.id),
                ("kind", "=", "bank"),
                ("gl_account", "=", number),
            ],
            limit=1,
        )

    @api.constrains("undeposited_reference_id")
    def _check_undeposited_account(self):
        """Intacct refuses undeposited funds that belong to a bank (API.md 10.3)."""
        for backend in self.filtered("undeposited_reference_id"):
            reference = backend.undeposited_reference_id
            number = self.env["intacct.receipt.accounts"]._account_number(reference)
            if bank := backend._bank_of_account(number):
                raise ValidationError(
                    self.env._(
                        "%(account)s belongs to Intacct's bank account %(bank)s, so it "
                        "cannot collect undeposited funds. Choose another account.",
                        account=reference.display_name,
                        bank=bank.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # Auto-sync begins with a preview
    # ------------------------------------------------------------------
    def _identity_key(self):
        self.ensure_one()
        return f"{self.intacct_company}|{self.entity or ''}".lower()

    def _opening(self):
        """The preview that opened auto-sync for this Intacct company, empty while
        nobody has accepted one."""
        self.ensure_one()
        return (
            self.env["intacct.preview"]
            .sudo()
            .search(
                [
                    ("backend_id", "=", self.id),
                    ("identity", "=", self._identity_key()),
                    ("accepted_at", "!=", False),
                ],
                limit=1,
            )
        )

    @api.constrains("auto_sync")
    def _check_opening(self):
        for backend in self.filtered("auto_sync"):
            if backend._opening():
                continue
            if backend.preview_id.state == "ready":
                raise UserError(
                    self.env._(
                        "%s: read the preview and press Accept on it. Then auto-sync "
                        "can be enabled.",
                        backend.name,
                    )
                )
            raise UserError(
                self.env._(
                    "%s: run the preview first. It shows what a first sync would "
                    "create, link and skip, and writes nothing. Once it is accepted, "
                    "auto-sync can be enabled.",
                    backend.name,
                )
            )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_check(self):
        """Queues the check of permissions and configuration."""
        self._check_user()
        self.ensure_one()
        self._check_connected()
        self._queue_run("manual", scope="check")
        return self._started(
            self.env._("Check started"),
            self.env._("Its result stands under Checks in a moment."),
        )

    def action_preview(self):
        """Queues the preview, with the check before it."""
        self._check_user()
        self.ensure_one()
        self._check_connected()
        if missing := self._missing_named():
            raise UserError(
                self.env._(
                    "Before the preview, choose for “%(name)s”:\n%(missing)s",
                    name=self.name,
                    missing="\n".join(
                        f"• {label}: {where}" for label, where in missing
                    ),
                )
            )
        if run := self._queue_run("manual", scope="preview"):
            self.env["intacct.preview"].sudo()._begin(run)
        return self._started(
            self.env._("Preview started"),
            self.env._("It reads both books in the background and writes nothing."),
        )

    def _check_connected(self):
        if self.state == "draft":
            raise UserError(
                self.env._(
                    "%s is not connected yet. Open the connection and press Connect.",
                    self.name,
                )
            )

    def _started(self, title, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": title,
                "message": message,
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_suggest_mapping(self):
        """What is still unmapped, with suggestions, and an example."""
        self._check_manager()
        self.ensure_one()
        return self.env["intacct.map"]._open_for(self)

    def action_open_checks(self):
        return self._open_list("intacct_connector.intacct_check_action")

    def action_open_preview(self):
        """The latest preview."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": "intacct.preview",
            "res_id": self.preview_id.id,
            "view_mode": "form",
        }
