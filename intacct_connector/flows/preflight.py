from collections import Counter

from odoo import api, fields, models

from ..gateway import errors
from .context import SyncContext
from .documents_out import ACTIONS
from .problems import RecordProblem

# Stands for what the operation will get when it is made.
UNKNOWN = {"control_id": "preflight", "marker": "preflight"}
UPDATES = ("would_update", "would_replace", "would_reverse", "would_apply")


class IntacctFlowPreflight(models.AbstractModel):
    """What a sync would do with everything that is about to leave.

    It asks nobody and writes nothing but its own run and events: one for each
    record, so that the list can be grouped by what holds it up.
    """

    _name = "intacct.flow.preflight"
    _inherit = "intacct.flow.documents.out"
    _description = "Sage Intacct Preflight"

    @api.model
    def _check_all(self, backend):
        """The dry run.

        :return: its run, with what was found as events
        :rtype: intacct.sync.run
        """
        run = self.env["intacct.sync.run"].create(
            {
                "backend_id": backend.id,
                "scope": "preflight",
                "user_id": self.env.uid,
                "state": "running",
                "started_at": fields.Datetime.now(),
            }
        )
        ctx = SyncContext(run, None, 0.0)
        found = []
        if backend._exports():
            found += self._changes(ctx)
            moves = self._select(backend)
            new = self._new_customers(ctx, moves, found)
            leaving = self.env["account.move"]
            for move in moves:
                outcome = self._document(ctx, move, new)
                found.append(outcome)
                if outcome["cause"].startswith("would_"):
                    leaving |= move
            found += self._settlements(ctx, leaving)
        found += self._pending(backend)
        found += self._proposed(backend)
        found += self._left_out(backend)
        self._keep(run, found)
        return run

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------
    @api.model
    def _new_customers(self, ctx, moves, found):
        """Adds what would become of the customers that have no link.

        :return: problems by partner, None where it would be created
        :rtype: dict
        """
        customers = self.env["intacct.flow.customers.out"]
        partners = self.env["res.partner"].union(
            *(move.commercial_partner_id for move in moves)
        )
        linked = customers._bindings(ctx, partners)
        outcome = {}
        for partner in partners.filtered(lambda partner: partner.id not in linked):
            outcome[partner.id] = problem = self._customer_problem(ctx, partner)
            if problem is None:
                found.append(
                    self._would(
                        "create_customer",
                        self.env._(
                            "Customer %s: would be created, unless Intacct has one of "
                            "the same ID or name.",
                            partner.display_name,
                        ),
                        partner_id=partner.id,
                        document=partner.display_name,
                    )
                )
        return outcome

    @api.model
    def _customer_problem(self, ctx, partner):
        customers = self.env["intacct.flow.customers.out"]
        try:
            customers._check_decided(ctx, partner, self.env["intacct.binding"])
            customers._customer_id(ctx, partner)
        except RecordProblem as problem:
            return problem
        return None

    @api.model
    def _document(self, ctx, move, new):
        sign = -1 if move.move_type == "out_refund" else 1
        keys = {
            "document": move.name,
            "move_id": move.id,
            "partner_id": move.commercial_partner_id.id,
            "amount": sign * move.amount_total,
            "currency_id": move.currency_id.id,
        }
        try:
            self._try_document(ctx, move, new)
        except (RecordProblem, errors.IntacctError) as error:
            return self._refusal(self._as_record_problem(error), **keys)
        return self._would(
            f"create_{ACTIONS[move.move_type]}",
            self.env._(
                "%(number)s: would be created, %(amount)s.%(term)s",
                number=move.name,
                amount=self._amount(keys["amount"], move.currency_id),
                term=self._term_note(ctx, move),
            ),
            **keys,
        )

    @api.model
    def _term_note(self, ctx, move):
        """What Intacct will not know of the payment terms."""
        term = move.invoice_payment_term_id
        if move.move_type != "out_invoice" or not term or self._term(ctx, move):
            return ""
        return " " + self.env._(
            "Its payment terms “%s” stand for none of Intacct's with this due date: "
            "only the due date is sent.",
            term.name,
        )

    @api.model
    def _try_document(self, ctx, move, new):
        """Goes all the way to the function, which is then thrown away.

        :raises RecordProblem: it would not be sent
        """
        self._check(ctx, move)
        partner = move.commercial_partner_id
        code = "?"
        if partner.id in new:
            if new[partner.id]:
                raise new[partner.id]
        else:
            customers = self.env["intacct.flow.customers.out"]
            binding = customers._binding(ctx, partner)
            customers._check_decided(ctx, partner, binding)
            code = binding.number
        lines = self._builder(ctx).lines(move, code)
        action = ACTIONS[move.move_type]
        render = {"invoice": self._invoice, "adjustment": self._adjustment}
        render[action](ctx, move, {"action": action, **UNKNOWN}, code, lines)

    @api.model
    def _as_record_problem(self, error):
        if isinstance(error, RecordProblem):
            return error
        return RecordProblem("not_renderable", str(error))

    # ------------------------------------------------------------------
    # The rest
    # ------------------------------------------------------------------
    @api.model
    def _pending(self, backend):
        """What was decided before and only waits to be sent."""
        operations = self.env["intacct.outbox"]._operations(
            backend, "waiting", "ready", "in_doubt", "failed", "do_it"
        )
        labels = dict(operations._fields["state"]._description_selection(self.env))
        return [
            self._event(
                f"pending_{operation.state}",
                f"{operation.display_name}: {labels[operation.state]}",
                self.env._("In the outbox: %s", labels[operation.state]),
                level="error" if operation.state == "failed" else "info",
                document=operation.document,
                move_id=operation.move_id.id,
                partner_id=operation.partner_id.id,
                advice=operation.advice,
            )
            for operation in operations
        ]

    @api.model
    def _proposed(self, backend):
        """Links that wait for a person; nothing is made beside them."""
        bindings = self.env["intacct.binding"]
        proposed = bindings.search(
            [
                ("intacct_company", "=", bindings._key(backend)),
                ("sync_state", "=", "proposed"),
            ],
            order="id",
        )
        return [
            self._event(
                "would_link",
                self.env._(
                    "%(name)s: would be linked when the proposal is accepted. %(why)s",
                    name=binding.display_name,
                    why=binding.reason or "",
                ),
                self.env._("Links to Decide"),
                level="warning",
                document=binding.number,
                move_id=binding.move_id.id,
                partner_id=binding.partner_id.id,
                advice=self.env._("Decide under Links to Decide."),
            )
            for binding in proposed
        ]

    # ------------------------------------------------------------------
    # Events
    # ------------------------------------------------------------------
    @api.model
    def _amount(self, value, currency):
        return f"{float(value):,.{currency.decimal_places}f} {currency.name}"

    @api.model
    def _event(self, cause, message, outcome, level="info", **values):
        return {
            "cause": cause,
            "message": message,
            "outcome": outcome,
            "level": level,
            **values,
        }

    @api.model
    def _would(self, what, message, **values):
        """What would be done, when nothing is in its way.

        :param str what: one of _deeds()
        """
        return self._event(f"would_{what}", message, self._deeds()[what], **values)

    @api.model
    def _deeds(self):
        return {
            "create_customer": self.env._("Would be created: customers"),
            "create_invoice": self.env._("Would be created: invoices"),
            "create_adjustment": self.env._("Would be created: credit notes"),
            "create_payment": self.env._("Would be created: payments"),
            "create_advance": self.env._("Would be created: advances"),
            "create_memo": self.env._("Would be created: write-offs and refunds"),
            "apply": self.env._("Would be applied: credits"),
            "update": self.env._("Would be updated"),
            "replace": self.env._("Would be reversed and sent again"),
            "reverse": self.env._("Would be reversed"),
        }

    @api.model
    def _refusal(self, problem, amount, currency_id, document, **values):
        currency = self.env["res.currency"].browse(currency_id)
        return self._event(
            problem.cause,
            self.env._(
                "%(number)s, %(amount)s: %(why)s",
                number=document,
                amount=self._amount(amount, currency),
                why=problem.message,
            ),
            self._obstacle(problem),
            level=problem.level,
            document=document,
            advice=problem.advice,
            amount=amount,
            currency_id=currency_id,
            **values,
        )

    @api.model
    def _obstacle(self, problem):
        """What holds records up, in words that are the same for all of them.

        Causes are ``KIND:SUBJECT``; a message that names its record gives way to
        a text of its kind.
        """
        kind, __, subject = problem.cause.partition(":")
        if kind == "unmapped":
            model, __, record_id = subject.partition(":")
            subject = self.env[model].browse(int(record_id)).display_name
        elif kind in ("BL02000051", "no_bank"):
            journal, __, rest = subject.partition(":")
            name = self.env["account.journal"].browse(int(journal)).name
            subject = f"{name}, {rest.replace(':', ', ')}"
        texts = {
            "unmapped": self.env._("Without an account in Intacct: %s"),
            "dimension": self.env._("Missing dimension: %s"),
            "closed_period": self.env._("In a closed period, until %s"),
            "precision": self.env._("More than two decimals: %s"),
            "BL02000051": self.env._("Cannot go to undeposited funds: %s"),
            "no_bank": self.env._("Without a bank account in Intacct: %s"),
            "too_many_taxes": self.env._("More tax entries than Intacct takes: %s"),
        }
        if kind in texts:
            return texts[kind] % subject.replace(":", ", ")
        names = {
            "no_reference": self.env._("Customer without a reference"),
            "long_customer_id": self.env._("Customer ID too long"),
            "customer_waits": self.env._("Customer to be decided"),
            "customer_ignored": self.env._("Customer that stays out of Intacct"),
            "long_number": self.env._("Number too long"),
            "no_origin": self.env._(
                "Line without counterpart on the imported document"
            ),
            "waits_for_document": self.env._("Waits for its document"),
            "waits_for_approval": self.env._("Waits for approval in Intacct"),
            "stays_out": self.env._("Settles a document that is not meant for Intacct"),
            "cross_currency": self.env._("Settles a document in another currency"),
            "draft_there_posted": self.env._("Draft here, posted in Intacct"),
        }
        return names.get(kind, problem.message)

    @api.model
    def _keep(self, run, found):
        self.env["intacct.sync.event"].create(
            [
                {
                    "run_id": run.id,
                    "last_run_id": run.id,
                    "backend_id": run.backend_id.id,
                    "flow": "preflight",
                    **values,
                }
                for values in found
            ]
        )
        levels = Counter(values["level"] for values in found)
        created = [value for value in found if value["cause"].startswith("would_c")]
        updated = [value for value in found if value["cause"] in UPDATES]
        run.step_ids.write(
            {
                "state": "done",
                "read_count": len(found),
                "created_count": len(created),
                "updated_count": len(updated),
                "skipped_count": levels["warning"],
                "failed_count": levels["error"],
            }
        )
        run.write(
            {
                "state": "errors" if levels["error"] else "done",
                "ended_at": fields.Datetime.now(),
            }
        )
