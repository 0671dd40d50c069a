from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# States of a link in which Intacct has the record, and those that a status shows as
# they are.
LINKED = ("synced", "provisional")
THERE = (*LINKED, "difference")
# States of an operation that is not over.
UNFINISHED = ("waiting", "ready", "sent", "in_doubt", "approval", "do_it")
STATUSES = [
    ("not_in", "Not in Intacct"),
    ("waiting", "Waiting"),
    ("in", "In Intacct"),
    ("failed", "Failed"),
    ("changed", "Changed Since"),
    ("proposed", "Link or Create?"),
    ("difference", "Differs"),
    ("gone", "Gone from Intacct"),
    ("ignored", "Ignored"),
]


class IntacctStatus(models.AbstractModel):
    """How a document, payment or customer stands with Intacct, in one word.

    It is computed from the links, the outbox and the open events, which are written by
    the connection's job only: a column of its own on the record would let the job and
    the people who work with the record get in each other's way.
    """

    _name = "intacct.status"
    _description = "Status in Sage Intacct"

    # The column of links, operations and requests that points to the record.
    _intacct_link = None

    intacct_status = fields.Selection(
        STATUSES,
        string="Sage Intacct",
        compute="_compute_intacct_status",
        search="_search_intacct_status",
    )

    @api.model
    def _intacct_subjects(self):
        """Hook: records of the model that Intacct is concerned with at all."""
        return Domain.TRUE

    @api.model
    def _intacct_own_actions(self):
        """Hook: operations that are about the record itself, none for all."""
        return ()

    @api.model
    def _intacct_ignored_domain(self):
        return Domain("intacct_ignored", "=", True)

    @api.model
    def _intacct_changed_domain(self):
        return Domain("intacct_changed_at", "!=", False)

    # ------------------------------------------------------------------
    # What the status is made of
    # ------------------------------------------------------------------
    @api.model
    def _intacct_marks(self):
        """Conditions that decide about the status.

        :return: a condition on the table alias by name
        :rtype: dict[str, callable]
        """
        link = SQL.identifier(self._intacct_link)
        actions = SQL()
        if self._intacct_own_actions():
            actions = SQL("AND o.action IN %s", self._intacct_own_actions())

        def linked(*states, more=None):
            return lambda alias: SQL(
                """EXISTS (SELECT FROM intacct_binding b
                            WHERE b.%s = %s.id AND b.sync_state IN %s %s)""",
                link,
                SQL.identifier(alias),
                states,
                more or SQL(),
            )

        def listed(table, condition):
            """Few rows only: read once, not for each record."""
            return lambda alias: SQL(
                "%s.id IN (SELECT o.%s FROM %s o WHERE o.%s IS NOT NULL AND %s)",
                SQL.identifier(alias),
                link,
                SQL.identifier(table),
                link,
                condition,
            )

        def told(level):
            return lambda alias: SQL(
                """%s.id IN (SELECT e.recordno::integer FROM intacct_sync_event e
                             WHERE e.state = 'open' AND e.intacct_object = %s
                               AND e.level = %s)""",
                SQL.identifier(alias),
                self._name,
                level,
            )

        operation = "intacct_operation"
        return {
            "there": linked(*THERE),
            "linked": linked(*LINKED),
            "difference": linked("difference"),
            "proposed": linked("proposed"),
            "gone": linked("gone", more=SQL("AND b.replaced IS NOT TRUE")),
            "replaced": linked("gone"),
            "left": linked("ignored"),
            "refunded": listed(
                operation, SQL("o.state = 'done' AND o.action = 'refund'")
            ),
            "refused": listed(operation, SQL("o.state = 'failed' %s", actions)),
            "under_way": listed(
                operation, SQL("o.state IN %s %s", UNFINISHED, actions)
            ),
            "queued": listed("intacct_send_request", SQL("TRUE")),
            "error": told("error"),
            "warning": told("warning"),
        }

    @api.model
    def _intacct_status_rules(self):
        """The statuses in the order in which they are looked for: the first whose
        conditions hold is shown. A name after "not " must not hold.

        :return: (status, alternatives); an alternative is a tuple of names
        """
        return [
            ("difference", [("difference",)]),
            ("proposed", [("proposed",)]),
            ("gone", [("gone", "not there")]),
            ("ignored", [("ignored",)]),
            ("failed", [("refused",), ("error", "not under_way", "not queued")]),
            ("changed", [("changed", "linked")]),
            ("waiting", [("under_way",), ("queued",), ("warning",)]),
            ("in", [("linked",), ("refunded",)]),
            ("gone", [("replaced",)]),
            ("ignored", [("left",)]),
            ("not_in", [("subject",)]),
        ]

    # ------------------------------------------------------------------
    # Compute and search
    # ------------------------------------------------------------------
    @api.model
    def _intacct_status_depends(self):
        """Hook: fields of the record that the status hangs on."""
        return []

    @api.depends(
        lambda self: [
            "intacct_binding_ids.sync_state",
            "intacct_binding_ids.replaced",
            "intacct_operation_ids.state",
            "intacct_request_ids",
            *self._intacct_status_depends(),
        ]
    )
    def _compute_intacct_status(self):
        self._flush_intacct_marks()
        known = dict.fromkeys(self._origin.ids, False)
        left = set(known)
        for status, alternatives in self._intacct_status_rules():
            if not left:
                break
            domain = Domain("id", "in", list(left)) & self._intacct_any(alternatives)
            found = self.sudo().with_context(active_test=False)._search(domain)
            known.update(dict.fromkeys(found, status))
            left.difference_update(found)
        for record in self:
            record.intacct_status = known.get(record._origin.id, False)

    @api.model
    def _search_intacct_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._flush_intacct_marks()
        wanted, before = Domain.FALSE, Domain.TRUE
        for status, alternatives in self._intacct_status_rules():
            if status in value:
                wanted |= self._intacct_any(alternatives) & before
            before &= self._intacct_none(alternatives)
        if False in value:
            wanted |= before
        return wanted

    @api.model
    def _flush_intacct_marks(self):
        for model in ("binding", "operation", "send.request", "sync.event"):
            self.env[f"intacct.{model}"].flush_model()

    @api.model
    def _intacct_any(self, alternatives):
        return Domain.OR(
            Domain.AND(self._intacct_mark(name) for name in names)
            for names in alternatives
        )

    @api.model
    def _intacct_none(self, alternatives):
        return Domain.AND(
            Domain.OR(self._intacct_mark(name, holds=False) for name in names)
            for names in alternatives
        )

    @api.model
    def _intacct_mark(self, name, holds=True):
        """One condition as a domain.

        :param str name: of a mark, after "not " where it must not hold
        """
        if name.startswith("not "):
            return self._intacct_mark(name.removeprefix("not "), not holds)
        domains = {
            "ignored": self._intacct_ignored_domain,
            "changed": self._intacct_changed_domain,
            "subject": self._intacct_subjects,
        }
        if name in domains:
            return domains[name]() if holds else ~domains[name]()
        condition = self._intacct_marks()[name]
        return Domain.custom(
            to_sql=lambda model, alias, query: (
                condition(alias) if holds else SQL("NOT (%s)", condition(alias))
            )
        )
