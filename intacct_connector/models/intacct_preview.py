from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

KEPT_DAYS = 30
OUTCOMES = [
    ("create", "Create"),
    ("link", "Link?"),
    ("update", "Update"),
    ("skip", "Leave Alone"),
    ("fail", "Will Fail"),
]
DIRECTIONS = [("in", "From Intacct"), ("out", "To Intacct")]


class IntacctPreview(models.Model):
    """What a first sync would do, as it was when both books were read.

    It is the only thing that a preview writes. Accepting it opens auto-sync; where
    the open amounts of both sides would not agree, somebody signs with a reason.
    """

    _name = "intacct.preview"
    _description = "Sage Intacct Preview"
    _order = "id desc"

    backend_id = fields.Many2one(
        "intacct.backend",
        string="Connection",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="backend_id.company_id", store=True, index=True
    )
    run_id = fields.Many2one(
        "intacct.sync.run", string="Sync", index="btree_not_null", ondelete="set null"
    )
    user_id = fields.Many2one("res.users", string="Asked By")
    identity = fields.Char(
        required=True, help="The Intacct company and entity that were read."
    )
    complete = fields.Boolean(help="Both books were read to the end.")
    completed_at = fields.Datetime(string="Read At")
    line_ids = fields.One2many("intacct.preview.line", "preview_id", string="Records")
    balance_ids = fields.One2many(
        "intacct.preview.balance", "preview_id", string="Opening Balances"
    )
    has_difference = fields.Boolean(compute="_compute_has_difference", store=True)
    accepted_by = fields.Many2one("res.users")
    accepted_at = fields.Datetime()
    reason = fields.Text(string="Why the Difference Is Right")
    state = fields.Selection(
        [
            ("running", "Under Way"),
            ("failed", "Failed"),
            ("ready", "To Be Read"),
            ("accepted", "Accepted"),
        ],
        compute="_compute_state",
    )
    message = fields.Text(related="run_id.message")
    summary = fields.Html(compute="_compute_summary", sanitize=False)
    link_count = fields.Integer(compute="_compute_link_count")

    @api.depends("balance_ids.only_intacct", "balance_ids.only_odoo")
    def _compute_has_difference(self):
        for preview in self:
            preview.has_difference = any(
                not balance.currency_id.is_zero(balance.only_intacct)
                or not balance.currency_id.is_zero(balance.only_odoo)
                for balance in preview.balance_ids
            )

    @api.depends("complete", "accepted_at", "run_id.state")
    def _compute_state(self):
        for preview in self:
            if preview.accepted_at:
                preview.state = "accepted"
            elif preview.complete:
                preview.state = "ready"
            elif preview.run_id.state in ("queued", "running"):
                preview.state = "running"
            else:
                preview.state = "failed"

    def _compute_display_name(self):
        for preview in self:
            when = fields.Datetime.context_timestamp(
                preview,
                preview.completed_at or preview.create_date or fields.Datetime.now(),
            )
            preview.display_name = f"{preview.backend_id.name} {when:%Y-%m-%d %H:%M}"

    @api.depends("line_ids.decided")
    def _compute_link_count(self):
        counts = dict(
            self.env["intacct.preview.line"]._read_group(
                [
                    ("preview_id", "in", self.ids),
                    ("outcome", "=", "link"),
                    ("decided", "=", False),
                ],
                ["preview_id"],
                ["__count"],
            )
        )
        for preview in self:
            preview.link_count = counts.get(preview, 0)

    # ------------------------------------------------------------------
    # Summary
    # ------------------------------------------------------------------
    def _compute_summary(self):
        for preview in self:
            preview.summary = self.env["ir.qweb"]._render(
                "intacct_connector.preview_summary",
                {"tables": preview._summary_tables()},
            )

    def _summary_tables(self):
        """Counts and amounts by direction, kind of record and outcome.

        :return: one dict a direction, with title, outcomes and rows
        """
        self.ensure_one()
        groups = self.env["intacct.preview.line"]._read_group(
            [("preview_id", "=", self.id)],
            ["direction", "kind", "outcome", "currency_id"],
            ["count:sum", "amount:sum"],
        )
        cells = {}
        for direction, kind, outcome, currency, count, total in groups:
            cell = cells.setdefault(
                (direction, kind, outcome), {"count": 0, "amounts": []}
            )
            cell["count"] += count
            if currency and not currency.is_zero(total):
                cell["amounts"].append(format_amount(self.env, total, currency))
        lines = self.env["intacct.preview.line"]._fields
        kinds = lines["kind"]._description_selection(self.env)
        outcomes = lines["outcome"]._description_selection(self.env)
        return [
            {
                "title": title,
                "outcomes": outcomes,
                "rows": [
                    (label, [cells.get((key, kind, name)) for name, _l in outcomes])
                    for kind, label in kinds
                    if any((key, kind, name) in cells for name, _l in outcomes)
                ],
            }
            for key, title in lines["direction"]._description_selection(self.env)
        ]

    @api.model
    def _begin(self, run):
        """The preview of a run.

        :param run: intacct.sync.run
        """
        return self.search([("run_id", "=", run.id)]) or self.create(
            {
                "backend_id": run.backend_id.id,
                "run_id": run.id,
                "user_id": run.user_id.id,
                "identity": run.backend_id._identity_key(),
            }
        )

    @api.autovacuum
    def _gc_previews(self):
        """What nobody accepted tells of books as they were once."""
        before = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        old = self.search(
            [("accepted_at", "=", False), ("create_date", "<", before)], limit=20
        )
        old.unlink()
        return len(old), len(old) == 20

    # ------------------------------------------------------------------
    # Accepting
    # ------------------------------------------------------------------
    def _accept(self, reason):
        """The current user has read it and lets auto-sync begin.

        :param str reason: why a difference is right; needed where there is one
        """
        self.ensure_one()
        self._check_manager()
        if self.state != "ready":
            raise UserError(
                self.env._("Only a preview that is complete and new can be accepted.")
            )
        reason = (reason or "").strip()
        if self.has_difference and not reason:
            raise UserError(
                self.env._(
                    "The open amounts of both sides will not agree. Say why that is "
                    "right, or mend the causes and run the preview again."
                )
            )
        self.sudo().write(
            {
                "accepted_by": self.env.uid,
                "accepted_at": fields.Datetime.now(),
                "reason": reason,
            }
        )
        if self.has_difference:
            self.env["intacct.decision"].sudo()._keep(
                self, "tie_out", reason, self._differences(), self.env._("Accepted")
            )

    def _differences(self):
        """The opening differences in one line, for people."""
        return "; ".join(
            self.env._(
                "%(theirs)s only in Intacct, %(ours)s only in Odoo",
                theirs=format_amount(self.env, item.only_intacct, item.currency_id),
                ours=format_amount(self.env, item.only_odoo, item.currency_id),
            )
            for item in self.balance_ids
        )

    def _check_manager(self):
        if not self.env.user.has_group("intacct_connector.group_intacct_manager"):
            raise AccessError(
                self.env._("Only Sage Intacct managers decide about a preview.")
            )
        self.check_access("read")

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_accept(self):
        """Accepts at once where both sides agree, else asks for the reason."""
        self.ensure_one()
        self._check_manager()
        if not self.has_difference:
            self._accept("")
            return {"type": "ir.actions.client", "tag": "soft_reload"}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sign the Opening Difference"),
            "res_model": "intacct.preview.accept",
            "view_mode": "form",
            "target": "new",
            "context": {"default_preview_id": self.id},
        }

    def action_open_lines(self):
        """Every record, grouped by what would become of it."""
        self.ensure_one()
        self.check_access("read")
        return self._open_lines({"search_default_group_by_outcome": 1})

    def action_open_links(self):
        self.ensure_one()
        self.check_access("read")
        return self._open_lines({"search_default_link": 1})

    def action_again(self):
        self.ensure_one()
        return self.backend_id.action_preview()

    def _open_lines(self, context):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "intacct_connector.intacct_preview_line_action"
        )
        return {
            **action,
            "domain": [("preview_id", "=", self.id)],
            "context": context,
        }
