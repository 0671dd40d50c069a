from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..gateway import errors, functions, where
from .document_fields import IN_LIMIT, LINE_OBJECTS
from .document_values import OUTSTANDING_STATES, Document
from .documents_follow import GONE_STATES

# Between two complete comparisons of what is open.
COMPARE_HOURS = 24


class IntacctFlowCompare(models.AbstractModel):
    """Finds what no stamp shows: once a day everything open on either side is
    compared, and after every sync the clearing account must add up."""

    _name = "intacct.flow.compare"
    _inherit = "intacct.flow.documents"
    _description = "Sage Intacct Comparison"

    @api.model
    def _poll(self, ctx):
        return {}

    @api.model
    def _run(self, ctx, step):
        if self._is_due(ctx.backend):
            self._check_clock(ctx)
            for intacct_object in LINE_OBJECTS:
                self._compare(ctx, step, intacct_object)
            ctx.backend.compared_at = fields.Datetime.now()
        self._check_clearing(ctx, step)

    @api.model
    def _is_due(self, backend):
        now = fields.Datetime.now()
        if not backend.compared_at:
            # The first sync has just read everything that is open.
            backend.compared_at = now
            return False
        return backend.compared_at < now - timedelta(hours=COMPARE_HOURS)

    @api.model
    def _check_clock(self, ctx):
        (formatting,) = ctx.gateway.execute(
            [functions.render("readUserFormatting", userId=ctx.backend.api_user)],
            deadline=ctx.deadline,
        )
        ctx.backend._learn_clock(formatting)

    @api.model
    def _compare(self, ctx, step, intacct_object):
        """Keys, states and balances of everything open, on both sides.

        :raises ConfigurationError: so much is missing that the user must have lost
            rights
        """
        remote = {}
        query = self._query(
            ctx.backend,
            intacct_object,
            where.and_(
                where.ne("TRX_TOTALDUE", 0), where.in_("STATE", OUTSTANDING_STATES)
            ),
        )
        for page in ctx.gateway.query_all(query, deadline=ctx.deadline):
            remote.update({row["RECORDNO"]: row for row in page.rows})
        step._count(read=len(remote))
        known = self._open_links(ctx, intacct_object)
        missing = [
            binding
            for key, binding in known.items()
            if key not in remote and binding.remote_balance
        ]
        rows = [
            row
            for key, row in remote.items()
            if key not in known or self._has_changed(Document("", row), known[key])
        ]
        rows += self._look_up_missing(ctx, step, intacct_object, missing)
        for part in self._parts(rows, IN_LIMIT):
            self._apply_page(ctx, step, intacct_object, part)
        changed = {row["RECORDNO"] for row in rows}
        self._compare_ours(
            ctx,
            intacct_object,
            [binding for key, binding in known.items() if key not in changed],
        )
        ctx.commit()

    @api.model
    def _open_links(self, ctx, intacct_object):
        """Links to what was open in Intacct when it was last read, or is in Odoo.
        What was settled on both sides is left out, as there is ever more of it: open
        in Intacct again, it has changed in any case.

        :return: links by RECORDNO
        :rtype: dict
        """
        of_object = Domain("backend_id", "=", ctx.backend.id)
        of_object &= Domain("intacct_object", "=", intacct_object)
        of_object &= Domain("sync_state", "not in", ("proposed", "ignored", "gone"))
        open_here = Domain("remote_balance", "!=", 0)
        open_here |= Domain("move_id.amount_residual", "!=", 0)
        found = self.env["intacct.binding"].search(of_object & open_here)
        return {binding.recordno: binding for binding in found}

    @api.model
    def _compare_ours(self, ctx, intacct_object, bindings):
        """Odoo's side of documents that did not change in Intacct: somebody may have
        taken a settlement off."""
        for binding in bindings:
            move = binding.move_id
            due = abs(binding.remote_balance)
            if move.state != "posted" or not move.currency_id.compare_amounts(
                move.amount_residual, due
            ):
                continue
            row = (binding.values_seen or {}).get("row")
            if row and row.get("STATE") not in GONE_STATES:
                self._check_balance(ctx, Document(intacct_object, row), move)

    @api.model
    def _look_up_missing(self, ctx, step, intacct_object, missing):
        """Documents that were open and are not any more: paid meanwhile, or gone.

        :return: rows of those that still exist
        """
        if not missing:
            return []
        rows = []
        keys = [binding.recordno for binding in missing]
        for part in self._parts(keys, IN_LIMIT):
            (found,) = ctx.query_rows(
                [self._query(ctx.backend, intacct_object, where.in_("RECORDNO", part))]
            )
            rows += found
        alive = {row["RECORDNO"] for row in rows}
        gone = [binding for binding in missing if binding.recordno not in alive]
        total = self.env["intacct.binding"].search_count(
            [
                ("backend_id", "=", ctx.backend.id),
                ("intacct_object", "=", intacct_object),
            ]
        )
        if len(gone) > max(5, total // 100):
            raise errors.ConfigurationError(
                self.env._(
                    "%(count)s documents of type %(object)s are not visible in Intacct "
                    "any more. More likely the web services user lost rights than so "
                    "many were deleted, so the connection was stopped. Check the "
                    "user's roles and entities, then press Connect.",
                    count=len(gone),
                    object=intacct_object,
                )
            )
        for binding in gone:
            binding.write(
                {
                    "sync_state": "gone",
                    "reason": self.env._("It does not exist in Intacct any more."),
                }
            )
            step._count(failed=1)
            self.env["intacct.sync.event"]._fail(
                ctx.run,
                "compare",
                intacct_object,
                binding.recordno,
                self.env._(
                    "%(number)s does not exist in Intacct any more.",
                    number=binding.move_id.name,
                ),
                document=binding.number,
                move_id=binding.move_id.id,
                cause="gone",
                advice=self._advice_for_gone(binding),
            )
        return rows

    @api.model
    def _advice_for_gone(self, binding):
        if binding.origin == "intacct":
            return self.env._(
                "If it was deleted there on purpose, reverse it in Odoo with a credit "
                "note."
            )
        return self.env._("Open the document: send it again, or unlink it.")

    # ------------------------------------------------------------------
    # The clearing account
    # ------------------------------------------------------------------
    @api.model
    def _check_clearing(self, ctx, step):
        """After every sync the clearing account mirrors the imported documents."""
        balance, expected = ctx.backend._clearing_proof()
        key = str(ctx.backend.id)
        if not ctx.backend.company_id.currency_id.compare_amounts(balance, expected):
            self.env["intacct.sync.event"]._resolve(ctx.backend, "clearing", [key])
            return
        step._count(failed=1)
        self.env["intacct.sync.event"]._fail(
            ctx.run,
            "compare",
            "clearing",
            key,
            self.env._(
                "%(account)s stands at %(balance)s, the open imported "
                "documents say %(expected)s.",
                account=ctx.backend.clearing_account_id.display_name,
                balance=balance,
                expected=expected,
            ),
            document=ctx.backend.clearing_account_id.display_name,
            cause="clearing",
            advice=self.env._(
                "Somebody booked on this account by hand, or changed an imported "
                "document. Look at its journal items."
            ),
        )
