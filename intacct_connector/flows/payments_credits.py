from decimal import Decimal

from odoo import api, models

from ..gateway import formats
from ..models.account_move_line import LIFT_GUARD
from .document_fields import IN_LIMIT
from .document_values import Document, DocumentValues, amount
from .payments import VOID_CREDITS
from .problems import RecordProblem
from .settlement_rows import SOURCES, source_key


class IntacctFlowPayments(models.AbstractModel):
    """Advances and over-payments become open credits of their customer."""

    _inherit = "intacct.flow.payments"

    @api.model
    def _bring_credits(self, ctx, step, intacct_object, rows):
        """Open credits that are no documents: without them people would dun
        customers who hold money with us."""
        bindings = self.env["intacct.binding"]._by_recordno(
            ctx.backend, intacct_object, [row["RECORDNO"] for row in rows]
        )
        state_field = "STATE" if intacct_object == "ARADVANCE" else "DISPLAYSTATE"
        fresh = [
            Document(intacct_object, row)
            for row in rows
            if row["RECORDNO"] not in bindings
            and amount(row, "TRX_TOTALDUE")
            and row.get(state_field) not in VOID_CREDITS
        ]
        waiting = self.env["intacct.sync.event"]._waiting(ctx.backend, intacct_object)
        here = {document.recordno for document in fresh} | bindings.keys()
        fresh += [
            Document(intacct_object, **event.sudo().payload)
            for event in self._wanted_again(ctx, intacct_object, waiting)
            if event.recordno not in here
        ]
        self._follow_credits(ctx, intacct_object, rows, bindings, state_field)
        if not fresh:
            return
        self._add_uses(ctx, intacct_object, fresh)
        self.env["intacct.flow.customers"]._ensure(
            ctx,
            {
                document.row["CUSTOMERID"]
                for document in fresh
                if document.row.get("CUSTOMERID")
            },
        )
        for document in fresh:
            self._apply(
                ctx,
                [document],
                lambda items: self._create_credit(ctx, step, items[0]),
                lambda item, problem: self._failed(ctx, step, item, problem),
            )
        ctx.commit(len(fresh))

    @api.model
    def _follow_credits(self, ctx, intacct_object, rows, bindings, state_field):
        """An advance that was reversed in Intacct is no credit any more."""
        for row in rows:
            binding = bindings.get(row["RECORDNO"])
            if not binding:
                continue
            state = row.get(state_field)
            if state in ("Reversed", "Voided") and binding.sync_state == "synced":
                self.env["intacct.settlement"]._take_back(
                    ctx, binding, {**row, "PAYMENTSTATE": state}
                )
            values = {
                "remote_state": state,
                "remote_balance": -abs(float(amount(row, "TRX_TOTALDUE"))),
            }
            if any(binding[name] != value for name, value in values.items()):
                binding.write(values)

    @api.model
    def _add_uses(self, ctx, intacct_object, documents):
        """The rows by which a credit was used before it came here."""
        keys = [document.recordno for document in documents]
        if intacct_object == "ARPYMT":
            keys += self._over_payments(ctx, "PARENTPAYMENTKEY", keys)
        queries = [
            self._query(
                ctx.backend,
                "ARPYMTDETAIL",
                self._touching(ctx.backend, intacct_object, part),
            )
            for part in self._parts(keys, IN_LIMIT)
        ]
        details = [row for rows in self._query_rows(ctx, queries) for row in rows]
        by_key = {document.recordno: document for document in documents}
        self._add_details(ctx, intacct_object, by_key, details)

    @api.model
    def _create_credit(self, ctx, step, document):
        """An entry that credits the customer, and the uses made of it so far."""
        customers = self.env["intacct.binding"]._by_number(
            ctx.backend, "CUSTOMER", [document.row.get("CUSTOMERID") or ""]
        )
        partner = self._partner(document, customers)
        values = DocumentValues(ctx)
        currency = values.currency(document)
        settlement = self.env["intacct.settlement"]
        used = sum(
            (
                self._used(row, document)
                for row in document.details
                if not settlement._is_void(row)
            ),
            Decimal(),
        )
        credit = abs(document.due) + used
        entry_values = self._credit_values(
            ctx, document, partner, currency, credit, values
        )
        (entry,) = settlement._create_entries(ctx, [entry_values])
        entry.with_context(intacct_guard=LIFT_GUARD).intacct_imported = True
        bindings = self.env["intacct.binding"]
        bindings.create(
            bindings._identity(
                ctx.backend,
                document.object,
                document.row,
                number=document.row.get("RECORDID") or document.row.get("DOCNUMBER"),
                remote_state=document.row.get("STATE")
                or document.row.get("DISPLAYSTATE"),
                remote_total=-float(credit),
                remote_balance=-abs(float(document.due)),
                remote_currency=document.row.get("CURRENCY"),
                values_seen={"row": document.row},
                move_id=entry.id,
                run_id=ctx.run.id,
            )
        )
        settlement._settle(ctx, document.details)
        self.env["intacct.sync.event"]._resolve(
            ctx.backend, document.object, [document.recordno]
        )
        step._count(created=1)

    @api.model
    def _used(self, row, document):
        return next(
            (
                amount(row, amount_field)
                for name, amount_field in SOURCES.items()
                if source_key(row, name) == document.recordno
            ),
            Decimal(),
        )

    @api.model
    def _credit_values(self, ctx, document, partner, currency, credit, values):
        row = document.row
        date = formats.parse_date(row.get("RECEIPTDATE") or row.get("WHENCREATED"))
        if not date:
            raise RecordProblem(
                "no_date",
                self.env._("It has no receipt date."),
                self.env._("Look at it in Intacct and correct it there."),
            )
        notes = []
        date = values.open_date(
            document, date, ctx.backend.settlement_journal_id, notes
        )
        company_currency = ctx.backend.company_id.currency_id
        share = self._base_share(row)
        base = company_currency.round(float(credit * share))
        label = {
            "ARADVANCE": self.env._("Advance in Intacct: %s", document.number),
            "ARPYMT": self.env._("Over-payment in Intacct: %s", document.number),
        }[document.object]
        common = {"partner_id": partner.id, "currency_id": currency.id, "name": label}
        return {
            "move_type": "entry",
            "journal_id": ctx.backend.settlement_journal_id.id,
            "date": date,
            "ref": label,
            "partner_id": partner.id,
            "intacct_settlement": True,
            "intacct_description": row.get("DESCRIPTION"),
            "intacct_entity": row.get("MEGAENTITYID"),
            "line_ids": [
                (
                    0,
                    0,
                    {
                        **common,
                        "account_id": values.receivable(partner),
                        "amount_currency": -float(credit),
                        "balance": -base,
                    },
                ),
                (
                    0,
                    0,
                    {
                        **common,
                        "account_id": ctx.backend.clearing_account_id.id,
                        "amount_currency": float(credit),
                        "balance": base,
                    },
                ),
            ],
        }

    @api.model
    def _base_share(self, row):
        """Base amount of one unit of the credit's currency, as Intacct booked it."""
        for base, foreign in (
            ("TOTALDUE", "TRX_TOTALDUE"),
            ("TOTALENTERED", "TRX_TOTALENTERED"),
        ):
            if amount(row, base) and amount(row, foreign):
                return amount(row, base) / amount(row, foreign)
        return Decimal(1)
