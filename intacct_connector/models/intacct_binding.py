from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..gateway import formats

TARGETS = ("partner_id", "move_id", "payment_id", "partial_id")


class IntacctBinding(models.Model):
    """The identity of an Odoo record in Sage Intacct, and what was last seen of it
    there."""

    _name = "intacct.binding"
    _description = "Link to a Sage Intacct Record"
    _order = "id desc"
    _rec_name = "number"

    backend_id = fields.Many2one(
        "intacct.backend", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Empty for customers: all connections to one Intacct company share them.",
    )
    intacct_company = fields.Char(required=True, help="Company ID, lower case.")
    intacct_object = fields.Char(string="Object", required=True)
    recordno = fields.Char(string="Record Number", required=True)
    number = fields.Char(help="What people call it in Intacct: RECORDID, CUSTOMERID.")
    origin = fields.Selection(
        [("intacct", "Sage Intacct"), ("odoo", "Odoo"), ("link", "Linked")],
        required=True,
        default="intacct",
    )
    sync_state = fields.Selection(
        [
            ("synced", "In Step"),
            ("proposed", "Link or Create?"),
            ("difference", "Differs"),
            ("provisional", "Settled Provisionally"),
            ("ignored", "Ignored"),
            ("gone", "Gone from Intacct"),
        ],
        required=True,
        default="synced",
        index=True,
    )
    replaced = fields.Boolean(
        help="It was reversed from here, or is sent anew: it does not stand for the "
        "Odoo record any more."
    )
    asked = fields.Boolean(
        help="A person chose this record; the next sync compares and confirms it."
    )
    reason = fields.Char(help="Why it is proposed, or what differs.")
    remote_state = fields.Char(string="State in Intacct")
    remote_total = fields.Float(
        string="Total in Intacct", digits=(16, 6), aggregator=None
    )
    remote_balance = fields.Float(
        string="Open in Intacct", digits=(16, 6), aggregator=None
    )
    remote_currency = fields.Char(string="Currency in Intacct")
    entity = fields.Char(string="Owning Entity")
    when_modified = fields.Datetime(
        string="Changed in Intacct", help="In the clock of the Intacct user."
    )
    values_seen = fields.Json(string="Values Last Seen")
    record_url = fields.Char()
    odoo_name = fields.Char(string="In Odoo", compute="_compute_odoo_side")
    odoo_balance = fields.Float(
        string="Open in Odoo", compute="_compute_odoo_side", digits=(16, 6)
    )
    run_id = fields.Many2one(
        "intacct.sync.run",
        string="Created By Sync",
        index="btree_not_null",
        ondelete="set null",
    )

    partner_id = fields.Many2one("res.partner", ondelete="restrict")
    move_id = fields.Many2one("account.move", ondelete="restrict")
    payment_id = fields.Many2one("account.payment", ondelete="restrict")
    partial_id = fields.Many2one("account.partial.reconcile", ondelete="cascade")

    _record_uniq = models.UniqueIndex(
        "(intacct_company, intacct_object, recordno)",
        "This Intacct record is linked already.",
    )
    _one_target = models.Constraint(
        "CHECK (num_nonnulls(partner_id, move_id, payment_id, partial_id) = 1)",
        "A link points to exactly one Odoo record.",
    )
    _partner_idx = models.Index("(partner_id) WHERE partner_id IS NOT NULL")
    _move_idx = models.Index("(move_id) WHERE move_id IS NOT NULL")
    _payment_idx = models.Index("(payment_id) WHERE payment_id IS NOT NULL")
    _partial_idx = models.Index("(partial_id) WHERE partial_id IS NOT NULL")
    _number_idx = models.Index("(intacct_company, intacct_object, number)")

    @api.depends("intacct_object", "number", "recordno")
    def _compute_display_name(self):
        for binding in self:
            kind = self._object_names().get(
                binding.intacct_object, binding.intacct_object
            )
            binding.display_name = f"{kind} {binding.number or '#' + binding.recordno}"

    @api.model
    def _object_names(self):
        """What people call Intacct's objects."""
        return {
            "CUSTOMER": self.env._("Customer"),
            "ARINVOICE": self.env._("Invoice"),
            "ARADJUSTMENT": self.env._("Adjustment"),
            "ARADVANCE": self.env._("Advance"),
            "ARPYMT": self.env._("Payment"),
            "ARPYMTDETAIL": self.env._("Payment applied"),
            "ARPYMTDETAIL/credit": self.env._("Credit used"),
        }

    @api.depends("partner_id", "move_id", "payment_id", "move_id.amount_residual")
    def _compute_odoo_side(self):
        for binding in self:
            record = next(
                (binding[field] for field in TARGETS if binding[field]), self.browse()
            )
            move = binding.move_id
            sign = -1 if move.move_type == "out_refund" else 1
            binding.odoo_name = record.sudo().display_name
            binding.odoo_balance = sign * move.amount_residual

    def _is_the_record(self):
        """Whether it stands for the record itself, not for something
        that was applied to it."""
        self.ensure_one()
        if self.partner_id:
            return self.intacct_object == "CUSTOMER"
        if self.move_id.is_sale_document():
            return self.intacct_object in ("ARINVOICE", "ARADJUSTMENT")
        return self.intacct_object in ("ARADJUSTMENT", "ARPYMT", "ARADVANCE")

    def _is_left_alone(self):
        """Whether nothing that happens to it in Intacct concerns Odoo any more."""
        self.ensure_one()
        return self.replaced or self.sync_state == "ignored"

    # ------------------------------------------------------------------
    # Look-ups
    # ------------------------------------------------------------------
    @api.model
    def _key(self, backend):
        return backend.intacct_company.strip().lower()

    @api.model
    def _by_recordno(self, backend, intacct_object, recordnos):
        """Bindings of the given records.

        :param list[str] recordnos: any number of RECORDNO
        :rtype: dict[str, recordset]
        """
        found = self.search(
            [
                ("intacct_company", "=", self._key(backend)),
                ("intacct_object", "=", intacct_object),
                ("recordno", "in", list(recordnos)),
            ]
        )
        return {binding.recordno: binding for binding in found}

    @api.model
    def _by_number(self, backend, intacct_object, numbers):
        """Bindings by visible ID.

        :rtype: dict[str, recordset]
        """
        found = self.search(
            [
                ("intacct_company", "=", self._key(backend)),
                ("intacct_object", "=", intacct_object),
                ("number", "in", list(numbers)),
            ]
        )
        return {binding.number: binding for binding in found}

    @api.model
    def _identity(self, backend, intacct_object, row, **values):
        """The columns that every new binding has.

        :param dict row: a row as Intacct answered it, with RECORDNO and, where the
            object has them, WHENMODIFIED, MEGAENTITYID and RECORD_URL
        """
        return {
            "backend_id": backend.id,
            "company_id": backend.company_id.id,
            "intacct_company": self._key(backend),
            "intacct_object": intacct_object,
            "recordno": row["RECORDNO"],
            "when_modified": formats.parse_datetime(row.get("WHENMODIFIED")),
            "entity": row.get("MEGAENTITYID"),
            "record_url": row.get("RECORD_URL"),
            **values,
        }

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def _check_manager(self):
        if not self.env.user.has_group("intacct_connector.group_intacct_manager"):
            raise AccessError(
                self.env._("Only Sage Intacct managers can decide on links.")
            )
        self.check_access("read")

    def action_accept_link(self):
        """Asks why the proposed Odoo record is the one.

        :return: the action that opens the dialog
        """
        self._check_manager()
        return self.env["intacct.accept"]._ask("link", self)

    def action_create_instead(self):
        """Asks why the proposed record is another one."""
        self._check_manager()
        return self.env["intacct.accept"]._ask("create", self)

    def _accept_links(self, reason):
        """The proposed Odoo record is the one: what waits for it goes on.

        :param str reason: why, in the words of the person
        :raises UserError: an invoice is open by another amount there
        """
        self._check_manager()
        proposed = self.filtered(lambda binding: binding.sync_state == "proposed")
        for binding in proposed:
            binding._check_balances_agree()
        proposed.sudo().write({"sync_state": "synced", "origin": "link"})
        events = self.env["intacct.sync.event"].sudo()
        for binding in proposed.filtered("partner_id"):
            events._resolve(
                binding.backend_id, "res.partner", [str(binding.partner_id.id)]
            )
        proposed._keep_decision(
            "link", self.env._("Linked to Sage Intacct %s."), reason
        )
        proposed.backend_id._queue_retry()

    def _create_instead(self, reason):
        """The proposed record is another one: Intacct's gets a record of its own
        at the next sync.

        :param str reason: why, in the words of the person
        """
        self._check_manager()
        proposed = self.filtered(lambda binding: binding.sync_state == "proposed")
        backends = proposed.backend_id
        proposed._keep_decision(
            "create", self.env._("Not linked to Sage Intacct %s."), reason
        )
        # Two receipts: what Intacct cannot apply of ours goes on account.
        receipts = proposed.filtered(
            lambda binding: binding.intacct_object in ("ARPYMT", "ARADVANCE")
        )
        receipts.sudo().payment_id.intacct_on_account = True
        receipts.sudo().move_id.intacct_on_account = True
        self.env["intacct.sync.event"].sudo()._wait_for_creation(proposed - receipts)
        proposed.sudo().unlink()
        backends._queue_retry()

    def _check_balances_agree(self):
        """A linked invoice starts with the same open amount in both ledgers."""
        self.ensure_one()
        move = self.move_id
        if not move.is_sale_document():
            return
        sign = -1 if move.move_type == "out_refund" else 1
        if move.currency_id.compare_amounts(
            sign * move.amount_residual, self.remote_balance
        ):
            raise UserError(
                self.env._(
                    "%(number)s is open by %(ours)s in Odoo and by %(theirs)s in "
                    "Intacct. Register or take back payments until both agree, then "
                    "link it.",
                    number=move.name,
                    ours=sign * move.amount_residual,
                    theirs=self.remote_balance,
                )
            )

    def _keep_decision(self, kind, template, reason):
        """Keeps for good who decided on a proposal and why, and writes it on the
        record.

        :param str template: for the chatter, with a place for the Intacct record
        """
        for binding in self:
            record = binding.partner_id or binding.move_id or binding.payment_id
            outcome = template % binding.display_name
            self.env["intacct.decision"]._keep(
                record.sudo(),
                kind,
                reason,
                self.env._("Link or Create?"),
                outcome,
            )
            record.sudo()._message_log(
                body=f"{outcome} {reason.strip()}",
                author_id=self.env.user.partner_id.id,
            )

    def _open_form(self):
        """:return: the action that shows the link, False where there is none"""
        return bool(self) and self._get_records_action()

    def action_open_record(self):
        self.ensure_one()
        self.check_access("read")
        for field in TARGETS:
            if record := self[field]:
                return record._get_records_action()
        raise UserError(self.env._("The Odoo record does not exist any more."))

    def action_open_in_intacct(self):
        self.ensure_one()
        self.check_access("read")
        if not (self.record_url or "").startswith("https://"):
            raise UserError(
                self.env._("Intacct has not told an address for this record.")
            )
        return {"type": "ir.actions.act_url", "url": self.record_url, "target": "new"}
