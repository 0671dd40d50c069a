from odoo import api, models

from ..gateway import Query, formats, where
from .document_lines_out import exact
from .read_back import LOST_STATES, READ_BACK


class IntacctLinksAsked(models.AbstractModel):
    """Links that a person chose by hand: Intacct's record is read, compared and
    linked, or the reason is told why it is another one."""

    _name = "intacct.links.asked"
    _inherit = "intacct.flow"
    _description = "Links Chosen by People"

    @api.model
    def _confirm(self, ctx, step):
        asked = self.env["intacct.binding"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("asked", "=", True),
                ("sync_state", "=", "proposed"),
                ("intacct_object", "in", list(READ_BACK)),
            ]
        )
        if not asked:
            return
        objects = sorted(set(asked.mapped("intacct_object")))
        groups = [
            asked.filtered(lambda binding, name=name: binding.intacct_object == name)
            for name in objects
        ]
        queries = [
            Query(
                name,
                READ_BACK[name],
                where=where.in_("RECORDNO", group.mapped("recordno")),
            )
            for name, group in zip(objects, groups, strict=True)
        ]
        for group, rows in zip(groups, ctx.query_rows(queries), strict=True):
            by_key = {row["RECORDNO"]: row for row in rows}
            for binding in group:
                self._decide(ctx, step, binding, by_key.get(binding.recordno))
        ctx.commit(len(asked))

    @api.model
    def _decide(self, ctx, step, binding, row):
        record = binding.move_id or binding.payment_id
        differences = self._differences(ctx, record, row)
        if differences:
            self._refuse(ctx, step, binding, record, differences)
            return
        binding.write(
            {
                "sync_state": "synced",
                "asked": False,
                "reason": False,
                "number": row.get("RECORDID") or row.get("DOCNUMBER"),
                "remote_state": row.get("STATE") or row.get("DISPLAYSTATE"),
                "remote_total": float(row.get("TRX_TOTALENTERED") or 0),
                "remote_balance": float(row.get("TRX_TOTALDUE") or 0),
                "remote_currency": row.get("CURRENCY"),
                "entity": row.get("MEGAENTITYID"),
                "record_url": row.get("RECORD_URL"),
                "when_modified": formats.parse_datetime(row.get("WHENMODIFIED")),
                "values_seen": {"row": row},
                "run_id": ctx.run.id,
            }
        )
        record.intacct_operation_ids.filtered(
            lambda operation: operation.state in ("failed", "waiting", "ready")
        ).write({"state": "superseded"})
        self.env["intacct.sync.event"]._resolve(
            ctx.backend, record._name, [str(record.id)]
        )
        step._count(updated=1)

    @api.model
    def _refuse(self, ctx, step, binding, record, differences):
        """It is another one: the document stands as it stood before."""
        name = binding.display_name
        binding.unlink()
        step._count(failed=1)
        self.env["intacct.sync.event"]._fail(
            ctx.run,
            "links",
            record._name,
            str(record.id),
            self.env._(
                "%(document)s was not linked to %(record)s: %(differences)s",
                document=record.display_name,
                record=name,
                differences="; ".join(differences),
            ),
            document=record.display_name,
            cause="link_refused",
            advice=self.env._("Choose another record, or correct one of the two."),
            move_id=(
                record.move_id if record._name == "account.payment" else record
            ).id,
            partner_id=record.partner_id.id,
        )

    # ------------------------------------------------------------------
    # Comparing
    # ------------------------------------------------------------------
    @api.model
    def _differences(self, ctx, record, row):
        """Why a record of Intacct is another one, for people.

        :param dict row: as Intacct answered, None where there is none
        :rtype: list[str]
        """
        if row is None:
            return [self.env._("Intacct does not show such a record")]
        state = row.get("STATE") or row.get("DISPLAYSTATE")
        if state in LOST_STATES:
            return [self.env._("it is %s there", state)]
        found = []
        customer = self.env["intacct.flow.customers.out"]._binding(
            ctx, record.partner_id.commercial_partner_id
        )
        pairs = [
            (self.env._("customer"), customer.number or "—", row.get("CUSTOMERID")),
            (self.env._("currency"), record.currency_id.name, row.get("CURRENCY")),
        ]
        amounts = self._amounts(record, row)
        for label, ours, theirs in pairs:
            if ours != theirs:
                found.append((label, ours, theirs))
        for label, ours, theirs in amounts:
            if theirs not in ours:
                found.append((label, ours[0], theirs))
        return [
            self.env._(
                "%(field)s %(ours)s here, %(theirs)s there",
                field=label,
                ours=ours,
                theirs=theirs,
            )
            for label, ours, theirs in found
        ]

    @api.model
    def _amounts(self, record, row):
        """What has to agree: the total, and of a document what is open as well, or
        nothing was received on it there yet.

        :return: label, amounts that are right, Intacct's
        :rtype: list[tuple]
        """
        theirs = exact(float(row.get("TRX_TOTALENTERED") or 0))
        money = (
            record if record._name == "account.payment" else record.statement_line_id
        )
        if money:
            return [(self.env._("amount"), [exact(money.amount)], theirs)]
        sign = -1 if record.move_type == "out_refund" else 1
        total = exact(sign * record.amount_total)
        residual = exact(sign * record.amount_residual)
        due = exact(float(row.get("TRX_TOTALDUE") or 0))
        return [
            (self.env._("total"), [total], theirs),
            (self.env._("open"), [residual, total], due),
        ]
