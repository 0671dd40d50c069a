import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Causes under which the gateway client's kinds of refusal stand when no rule knows
# their words (gateway/errors.py).
REFUSED = "record"
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
SECTIONS = [
    ("connection", "Connection"),
    ("customers_in", "Customers from Intacct"),
    ("documents_in", "Documents from Intacct"),
    ("payments_in", "Payments from Intacct"),
    ("documents_out", "Documents to Intacct"),
    ("customers_out", "Customers to Intacct"),
    ("payments_out", "Payments to Intacct"),
    ("changes_out", "Later Changes to Intacct"),
]
# What one click does, and what its button is called.
ACTIONS = [
    ("credentials", "Edit Credentials"),
    ("settings", "Open Connection"),
    ("sender", "Copy Sender ID"),
    ("path", "Show Where in Intacct"),
    ("bank_account", "Choose Bank Account"),
    ("map", "Map It"),
    ("term", "Map Payment Terms"),
    ("dimension", "Set Default Dimension"),
    ("currency", "Open Currency"),
    ("collision", "Link, Renumber or Ignore"),
    ("link", "Link to Existing"),
    ("number", "Send Under Another Number"),
    ("ignore", "Ignore"),
    ("unlink", "Unlink"),
    ("on_account", "Send on Account"),
    ("resend", "Send Again"),
    ("wait", "Wait for the Period"),
    ("proposals", "Decide on Links"),
    ("outbox", "Open Operation"),
    ("open_document", "Open Document"),
    ("open_customer", "Open Customer"),
    ("open_intacct", "Open in Intacct"),
    ("retry", "Retry"),
]


class IntacctErrorRule(models.Model):
    """A known error: how it is recognised, and what a person is told and offered.

    A refusal of Intacct is recognised by its number and words; what the connector
    itself finds has a cause of its own. Both end in the same rule where the mending
    is the same.
    """

    _name = "intacct.error.rule"
    _description = "Sage Intacct Error Rule"
    _order = "sequence, id"

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10, help="The first rule that fits is used.")
    name = fields.Char(string="Error", required=True, translate=True)
    section = fields.Selection(SECTIONS, required=True, default="documents_out")
    cause = fields.Char(
        required=True,
        help="One word. Failures with the same cause are grouped and retried together.",
    )
    origin = fields.Selection(
        [
            ("answer", "Intacct's answer"),
            ("check", "The connector's own check"),
            ("both", "Both"),
        ],
        string="Found By",
        required=True,
        default="answer",
    )
    errorno = fields.Char(
        string="Error Numbers", help="Separated by commas. Empty: any number."
    )
    pattern = fields.Char(
        string="Words",
        help="Regular expression, in any case, for one of the texts of the answer. "
        "Named groups, such as (?P<account>[\\w.-]+), can be used in What Happened as "
        "%(account)s, and keep failures apart that are mended differently; a digit "
        "behind the name is left out.",
    )
    function = fields.Char(
        string="Functions",
        help="Separated by commas, such as create_invoice. Empty: any function.",
    )
    grade = fields.Selection(
        [
            ("D", "Documented by Sage"),
            ("F", "Example of a client of Sage"),
            ("R", "Seen on a live company"),
            ("C", "Told by others"),
            ("U", "Text not known for certain"),
            ("O", "Our own check"),
        ],
        string="Known From",
        default="R",
    )
    happened = fields.Text(string="What Happened", translate=True)
    why = fields.Text(translate=True)
    advice = fields.Text(string="What to Do", translate=True)
    path = fields.Char(string="Where in Intacct", translate=True)
    action = fields.Selection(ACTIONS, string="One Click")
    retries = fields.Selection(
        [
            ("self", "Yes, with every sync"),
            ("retry", "No, press Retry"),
            ("never", "There is nothing to retry"),
        ],
        string="Tries Again by Itself",
        required=True,
        default="retry",
    )
    event_count = fields.Integer(string="Open Failures", compute="_compute_event_count")

    _cause_uniq = models.UniqueIndex("(cause)", "There is a rule for this cause.")

    def _compute_event_count(self):
        counts = dict(
            self.env["intacct.sync.event"]._read_group(
                [("rule_id", "in", self.ids), ("state", "=", "open")],
                ["rule_id"],
                ["__count"],
            )
        )
        for rule in self:
            rule.event_count = counts.get(rule, 0)

    @api.constrains("pattern")
    def _check_pattern(self):
        for rule in self:
            try:
                re.compile(rule.pattern or "")
            except re.error as error:
                raise ValidationError(
                    self.env._(
                        "The words of “%(rule)s” are no regular expression: %(why)s",
                        rule=rule.name,
                        why=error,
                    )
                ) from error

    @api.constrains("cause")
    def _check_cause(self):
        for rule in self:
            if not re.fullmatch(r"\w+", rule.cause):
                raise ValidationError(
                    self.env._("A cause is one word: letters, digits and underscores.")
                )

    # ------------------------------------------------------------------
    # Recognising
    # ------------------------------------------------------------------
    @api.model
    def _for_cause(self, cause):
        """The rule for a cause, whatever stands behind its colon."""
        word = (cause or "").partition(":")[0]
        return self.search([("cause", "=", word)], limit=1) if word else self

    @api.model
    def _for_error(self, error):
        """The rule for a refusal and the facts that its words give.

        :param IntacctError error: as the gateway client raised or returned it
        :rtype: tuple[intacct.error.rule, dict]
        """
        for rule in self.search(
            ["|", ("errorno", "!=", False), ("pattern", "!=", False)]
        ):
            facts = rule._facts(error)
            if facts is not None:
                return rule, facts
        return self._for_cause(error.kind), {}

    def _facts(self, error):
        """What the named groups found, None if the rule does not fit."""
        self.ensure_one()
        if self.errorno and error.errorno not in self._listed("errorno"):
            return None
        if self.function and error.function not in self._listed("function"):
            return None
        if not self.pattern:
            return {}
        words = re.compile(self.pattern, re.IGNORECASE)
        for text in (*error.texts, str(error)):
            if found := words.search(str(text)):
                return self._named(words, found.groupdict())
        return None

    @api.model
    def _named(self, words, groups):
        """What the groups of a pattern found. Alternatives of a group have a digit
        behind its name; the order is that of the pattern, not of the text."""
        facts = {}
        for name in words.groupindex:
            facts.setdefault(name.rstrip("0123456789"), None)
        for name, value in groups.items():
            if value:
                facts[name.rstrip("0123456789")] = value.strip()
        return {name: value for name, value in facts.items() if value}

    def _listed(self, field):
        return {item.strip() for item in self[field].split(",")}

    @api.model
    def _explain(self, error):
        """What a person reads about a refusal, without the document's number.

        :param IntacctError error: the refusal
        :return: cause, message, advice, and Intacct's words as raw
        :rtype: dict
        """
        rule, facts = self._for_error(error)
        cause = error.errorno or error.kind
        if rule and rule.cause != REFUSED:
            cause = ":".join((rule.cause, *facts.values()))
        known = {"object": getattr(error, "object", None) or ""}
        known["fields"] = ", ".join(getattr(error, "fields", ()))
        texts = {**known, "text": str(error), **facts}
        happened = PLACEHOLDER.sub(
            lambda found: texts.get(found[1], "—"), rule.happened or ""
        )
        return {
            "cause": cause,
            "message": happened or str(error),
            "advice": rule.advice
            or self.env._("Mend what Intacct names, then press Retry."),
            "raw": "\n".join(
                filter(None, [error.errorno, *(str(text) for text in error.texts)])
            ),
        }

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_open_events(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "intacct_connector.intacct_sync_event_action"
        )
        action["domain"] = [("rule_id", "=", self.id), ("state", "=", "open")]
        return action
