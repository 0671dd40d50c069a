from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .intacct_error_rule import REFUSED
from .intacct_mapping import SOURCES
from .intacct_sync_event import OPERATION_FIELDS

USER = "intacct_connector.group_intacct_user"
MANAGER = "intacct_connector.group_intacct_manager"
# What a plain user may do; everything else changes the set-up or decides.
USER_ACTIONS = {"open_document", "open_customer", "open_intacct", "outbox", "retry"}
# One click that shows a dialog of its own, with what it needs to know.
DIALOGS = {"sender", "path", "dimension", "collision", "wait"}
# One click that asks for a reason and decides.
DECISIONS = {"link", "number", "ignore", "unlink", "on_account", "resend"}
# Odoo models that a cause may name -> what maps them.
MAPPED = {
    "account.account": "account",
    "account.tax": "tax",
    "account.journal": "journal",
}


class IntacctFixable(models.AbstractModel):
    """A failure that a rule explains, and mends with one click.

    Models that use it have ``cause``, ``raw`` and ``backend_id``.
    """

    _name = "intacct.fixable"
    _description = "Sage Intacct Failure to Fix"

    rule_id = fields.Many2one(
        "intacct.error.rule",
        string="Error",
        compute="_compute_rule_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
    )
    why = fields.Text(related="rule_id.why")
    retries = fields.Selection(related="rule_id.retries")
    fix_label = fields.Char(compute="_compute_fix_label")

    @api.depends("cause", "raw")
    def _compute_rule_id(self):
        rules = self.env["intacct.error.rule"].sudo()
        known = {}
        for record in self:
            word = (record.cause or "").partition(":")[0]
            if word not in known:
                known[word] = rules._for_cause(word)
            record.rule_id = known[word]
            if record.cause and record.raw and not record.rule_id:
                record.rule_id = rules._for_cause(REFUSED)

    @api.depends("rule_id.action")
    @api.depends_context("uid", "lang")
    def _compute_fix_label(self):
        rules = self.env["intacct.error.rule"]
        labels = dict(rules._fields["action"]._description_selection(self.env))
        manager = self.env.user.has_group(MANAGER)
        for record in self:
            action = record.rule_id.action
            allowed = manager or action in USER_ACTIONS
            record.fix_label = allowed and labels.get(action)

    # ------------------------------------------------------------------
    # What it is about
    # ------------------------------------------------------------------
    def _fix_record(self):
        """The Odoo document, payment or customer, or an empty record set."""
        raise NotImplementedError

    def _fix_operation(self):
        """What was refused or is in doubt, or an empty record set."""
        raise NotImplementedError

    def _fix_customer(self):
        record = self._fix_record()
        partner = record if record._name == "res.partner" else record.partner_id
        return partner or self.partner_id

    def _cause_facts(self):
        return (self.cause or "").split(":")[1:]

    # ------------------------------------------------------------------
    # The click
    # ------------------------------------------------------------------
    def action_fix(self):
        """The one click of the rule.

        :return: the action that it opens
        :raises AccessError: it is for managers
        """
        self.ensure_one()
        self.check_access("read")
        action = self.sudo().rule_id.action or "retry"
        group = USER if action in USER_ACTIONS else MANAGER
        if not self.env.user.has_group(group):
            raise AccessError(
                self.env._("Ask a Sage Intacct manager: this changes the set-up.")
            )
        if action in DIALOGS:
            return self.env["intacct.error.fix"]._ask(self)
        if action in DECISIONS:
            return self._fix_decide(action)
        return getattr(self, f"_fix_{action}")()

    def _fix_decide(self, kind):
        record = self._fix_record()
        if record._name not in OPERATION_FIELDS or not record:
            raise UserError(
                self.env._("Decide on the document: it is not in Odoo any more.")
            )
        return record.action_intacct_decide(kind)

    def _fix_form(self, record, name=None, **extra):
        if not record:
            raise UserError(self.env._("There is no record to open in Odoo."))
        return record._get_records_action(name=name or record.display_name, **extra)

    def _fix_credentials(self):
        return self._fix_form(self.backend_id)

    def _fix_settings(self):
        return self._fix_form(self.backend_id)

    def _fix_open_document(self):
        return self._fix_form(self._fix_record() or self.move_id)

    def _fix_open_customer(self):
        return self._fix_form(self._fix_customer())

    def _fix_outbox(self):
        return self._fix_form(self._fix_operation() or self._fix_record())

    def _fix_retry(self):
        return self.action_retry()

    def _fix_open_intacct(self):
        binding = self._fix_bindings().filtered("record_url")[:1]
        if binding:
            return binding.action_open_in_intacct()
        return self.env["intacct.error.fix"]._ask(self)

    def _fix_bindings(self):
        """Links of the document to Intacct."""
        record = self._fix_record()
        return record.intacct_binding_ids if record else self.env["intacct.binding"]

    def _fix_proposals(self):
        return self.backend_id.action_open_proposals()

    def _fix_currency(self):
        names = self._cause_facts()
        currency = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", names[-1] if names else "")], limit=1)
        )
        return self._fix_form(currency)

    # ------------------------------------------------------------------
    # Mapping
    # ------------------------------------------------------------------
    def _fix_mapping(self, **defaults):
        """A new mapping rule, filled in as far as the failure tells."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Map in Sage Intacct"),
            "res_model": "intacct.mapping",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_backend_id": self.backend_id.id,
                **{f"default_{name}": value for name, value in defaults.items()},
            },
        }

    def _fix_map(self):
        facts = self._cause_facts()
        if len(facts) == 2 and facts[0] in MAPPED:
            source = MAPPED[facts[0]]
            return self._fix_mapping(source=source, **{SOURCES[source]: int(facts[1])})
        return self._fix_mapping(
            source="account", reference_id=self._fix_reference(facts).id
        )

    def _fix_reference(self, facts):
        """The item of Intacct's lists that the failure names."""
        return self.env["intacct.reference"].search(
            [
                ("backend_id", "=", self.backend_id.id),
                ("kind", "in", ("account", "label")),
                ("code", "=", facts[0] if facts else ""),
            ],
            limit=1,
        )

    def _fix_bank_account(self):
        """Which bank account of Intacct stands for the journal, in this currency."""
        record = self._fix_record()
        facts = self._cause_facts()
        journal = record.journal_id
        if facts and facts[0].isdigit():
            journal = journal.browse(int(facts[0]))
        banks = self.env["intacct.reference"].search(
            [("backend_id", "=", self.backend_id.id), ("kind", "=", "bank")]
        )
        currency = record.currency_id.name
        fitting = banks.filtered(lambda bank: bank.currency == currency)
        return self._fix_mapping(
            source="journal", journal_id=journal.id, reference_id=fitting[:1].id
        )

    def _fix_term(self):
        """Maps the payment term of the document, or creates it in Intacct."""
        term = self.move_id.invoice_payment_term_id or self._refused_term()
        if not term:
            raise UserError(self.env._("The payment term is not in Odoo any more."))
        return self.env["intacct.term"]._ask(self.backend_id, term)

    def _refused_term(self):
        return (
            self.env["intacct.operation"]
            .search(
                [
                    ("backend_id", "=", self.backend_id.id),
                    ("action", "=", "term"),
                    ("document", "=", self.document),
                ],
                limit=1,
            )
            .term_id
        )
