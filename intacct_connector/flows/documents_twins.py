from odoo import api, models

from ..gateway import where


class IntacctFlowDocuments(models.AbstractModel):
    """Documents of Intacct that are in Odoo already, linked or not."""

    _inherit = "intacct.flow.documents"

    @api.model
    def _find_twins(self, ctx, documents, customers):
        """Unlinked Odoo invoices with the same number, customer and total.

        :return: by RECORDNO
        :rtype: dict[str, recordset]
        """
        wanted = [
            document
            for document in documents
            if not document.force and (document.row.get("RECORDID") or "").strip()
        ]
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", ctx.backend.company_id.id),
                ("name", "in", list({document.number for document in wanted})),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
                ("intacct_imported", "=", False),
                ("intacct_binding_ids", "=", False),
            ]
        )
        twins = {}
        for document in wanted:
            binding = customers.get(document.row.get("CUSTOMERID"))
            for move in moves:
                sign = -1 if move.move_type == "out_refund" else 1
                if (
                    binding
                    and move.name == document.number
                    and move.commercial_partner_id == binding.partner_id
                    and move.currency_id.name == document.row.get("CURRENCY")
                    and not move.currency_id.compare_amounts(
                        sign * move.amount_total, float(document.total)
                    )
                ):
                    twins[document.recordno] = move
                    moves -= move
                    break
        return twins

    @api.model
    def _propose(self, ctx, step, document, move):
        self.env["intacct.binding"].create(
            self._binding_values(
                ctx,
                document,
                move,
                sync_state="proposed",
                reason=self.env._("Number, customer and total are the same."),
            )
        ).values_seen = document.payload()
        step._count(skipped=1)
        self.env["intacct.sync.event"]._note(
            ctx.run,
            "documents",
            self.env._(
                "%(number)s of Intacct may be Odoo's invoice of the same number.",
                number=document.number,
            ),
            level="warning",
            intacct_object=document.object,
            recordno=document.recordno,
            document=document.number,
            move_id=move.id,
            cause="link_or_create",
            advice=self.env._("Decide under Links to Decide."),
        )

    @api.model
    def _moved_bindings(self, ctx, intacct_object, rows, bindings):
        """An edit in Order Entry deletes the invoice and makes it anew under another
        RECORDNO: its link moves along.

        :return: the links of such documents by their new RECORDNO
        :rtype: dict[str, recordset]
        """
        candidates = {
            row["RECORDID"]: row
            for row in rows
            if row["RECORDNO"] not in bindings
            and row.get("RECORDID")
            and (row.get("MODULEKEY") or "").startswith("8.")
        }
        if not candidates:
            return {}
        former = self.env["intacct.binding"]._by_number(
            ctx.backend, intacct_object, candidates
        )
        former = {
            number: binding
            for number, binding in former.items()
            if self._may_replace(candidates[number], binding)
        }
        if not former:
            return {}
        (alive,) = ctx.query_rows(
            [
                self._query(
                    ctx.backend,
                    intacct_object,
                    where.in_(
                        "RECORDNO", [binding.recordno for binding in former.values()]
                    ),
                )
            ]
        )
        alive = {row["RECORDNO"] for row in alive}
        moved = {}
        for number, binding in former.items():
            if binding.recordno in alive:
                continue
            row = candidates[number]
            self.env["intacct.sync.event"]._note(
                ctx.run,
                "documents",
                self.env._(
                    "%(number)s was edited in Order Entry: its record number changed "
                    "from %(old)s to %(new)s.",
                    number=number,
                    old=binding.recordno,
                    new=row["RECORDNO"],
                ),
                intacct_object=intacct_object,
                recordno=row["RECORDNO"],
                document=number,
                move_id=binding.move_id.id,
                cause="record_moved",
            )
            binding.recordno = row["RECORDNO"]
            moved[row["RECORDNO"]] = binding
        return moved

    @api.model
    def _may_replace(self, row, binding):
        """Whether a document may be the new edition of a linked one: of the same
        customer, and made later. Stamps can't tell: they may be null, and are no
        finer than a second."""
        before = (binding.values_seen or {}).get("row", {})
        return row.get("CUSTOMERID") == before.get("CUSTOMERID") and int(
            row["RECORDNO"]
        ) > int(binding.recordno)
