from dataclasses import dataclass
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..models.intacct_allocation import DEAD_STATES
from .document_lines_out import exact
from .problems import RecordProblem

DOCUMENT_TYPES = ("out_invoice", "out_refund")
DOCUMENT_OBJECTS = ("ARINVOICE", "ARADJUSTMENT")
CREDIT_OBJECTS = ("ARADVANCE", "ARPYMT")
# How a detail of ARPYMT names what is paid, and the credit that pays (API.md 10.3).
TARGET_KEYS = {"ARINVOICE": "RECORDKEY", "ARADJUSTMENT": "POSADJKEY"}
SOURCE_KEYS = {
    "ARINVOICE": "NEGATIVEINVOICEKEY",
    "ARADJUSTMENT": "ADJUSTMENTKEY",
    "ARADVANCE": "ADVANCEKEY",
    "ARPYMT": "OVERPAYMENTKEY",
}
# States of a document that is not in the books yet.
UNAPPROVED_STATES = ("Draft", "Submitted", "Partially Approved")
# The field of a detail that holds the amount of each kind of credit.
AMOUNT_FIELDS = {
    "ADJUSTMENTKEY": "TRX_ADJUSTMENTAMOUNT",
    "NEGATIVEINVOICEKEY": "TRX_NEGATIVEINVOICEAMOUNT",
    "ADVANCEKEY": "TRX_POSTEDADVANCEAMOUNT",
    "OVERPAYMENTKEY": "TRX_POSTEDOVERPAYMENTAMOUNT",
    "INLINEKEY": "TRX_INLINEAMOUNT",
}
CASH_TYPES = ("asset_cash", "liability_credit_card")


@dataclass
class Pair:
    """Two entries that Odoo has reconciled, and how Intacct differs from that.

    :ivar debit: the entry that is settled
    :ivar credit: the entry that settles it, empty for a payment without entry
    :ivar Decimal amount: still to be sent, in the currency of the debit; negative
        where Intacct has more than Odoo
    :ivar bool same_currency: whether both sides are in one currency
    :ivar datetime.date act: when it was reconciled
    """

    debit: object
    credit: object
    amount: Decimal
    same_currency: bool
    act: object


@dataclass
class Entry:
    """A journal entry, or a payment without one, that settles a receivable without
    being a document, split by its counterparts.

    :ivar Decimal cash: received, negative when paid out
    :ivar others: journal items that are neither cash nor receivable
    :ivar Decimal other: their sum, positive where they settle the receivable
    :ivar partners: customers whose receivable it settles
    :ivar Decimal received: the money in the company's currency, where what it pays is
        in another and everything else here in that one
    """

    move: object
    payment: object
    currency: object
    date: object
    cash: Decimal
    others: object
    other: Decimal
    partners: object
    received: Decimal = None

    @property
    def record(self):
        """What people know it by: its payment, else the entry."""
        return self.payment or self.move

    @property
    def name(self):
        return self.record.display_name

    @property
    def payer(self):
        """Whose money it is; empty where nobody said."""
        if len(self.partners) == 1:
            return self.partners
        return self.record.partner_id.commercial_partner_id

    @property
    def is_bank_line(self):
        return bool(self.move.statement_line_id)

    @property
    def link(self):
        """Columns by which an operation names it."""
        if self.payment:
            return {"payment_id": self.payment.id}
        return {"move_id": self.move.id}


@dataclass
class Place:
    """Where something stands in Intacct.

    :ivar str field: how a detail of ARPYMT names it
    """

    field: str
    object: str
    recordno: str


@dataclass
class Share:
    """A part of a receipt on one document.

    :ivar debit: what it settles
    :ivar Place place: where that stands
    :ivar credit: the credit note that settles it within the receipt, empty for cash
    :ivar Place source: where the credit note stands
    """

    debit: object
    place: Place
    value: Decimal
    credit: object = None
    source: Place = None

    @property
    def detail(self):
        """The fields of its ARPYMTDETAIL."""
        target = {self.place.field: self.place.recordno}
        if not self.source:
            return {**target, "TRX_PAYMENTAMOUNT": self.value}
        return {
            **target,
            self.source.field: self.source.recordno,
            AMOUNT_FIELDS[self.source.field]: self.value,
        }


class IntacctSettling(models.AbstractModel):
    """Classifies what settles a receivable in Odoo by its counterpart."""

    _name = "intacct.settling"
    _description = "What Settles a Receivable"

    # ------------------------------------------------------------------
    # Odoo's reconciliation against what was sent
    # ------------------------------------------------------------------
    @api.model
    def _pairs(self, backend):
        """Everything that Odoo has reconciled and Intacct has not, or the reverse.

        Left out: entries of the connection itself, exchange differences, cash-basis
        entries, and what was reversed in Intacct. What lies before the start date
        does not leave; what Intacct has of it all the same stays there.

        :rtype: list[Pair]
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
WITH there AS (
    SELECT l.debit_move_id AS debit, l.credit_move_id AS credit,
           SUM(l.amount) AS amount
      FROM intacct_allocation l
      JOIN intacct_operation o ON o.id = l.operation_id
     WHERE o.backend_id = %(backend)s
       AND o.state NOT IN %(dead)s
       AND l.debit_move_id <> l.credit_move_id
     GROUP BY 1, 2
), here AS (
    SELECT d.move_id AS debit, c.move_id AS credit,
           SUM(p.debit_amount_currency) AS amount,
           COALESCE(SUM(p.debit_amount_currency) FILTER (
                WHERE p.max_date >= %(start)s
                   OR (dm.intacct_imported AND cm.intacct_imported
                       AND p.create_date >= %(start)s)), 0) AS due,
           BOOL_AND(d.currency_id = c.currency_id) AS same_currency,
           MAX(p.create_date)::date AS act
      FROM account_partial_reconcile p
      JOIN account_move_line d ON d.id = p.debit_move_id
      JOIN account_move_line c ON c.id = p.credit_move_id
      JOIN account_account a ON a.id = d.account_id
      JOIN account_move dm ON dm.id = d.move_id
      JOIN account_move cm ON cm.id = c.move_id
     WHERE p.company_id = %(company)s
       AND a.account_type = 'asset_receivable'
       AND (p.max_date >= %(start)s
            OR (dm.intacct_imported AND cm.intacct_imported
                AND p.create_date >= %(start)s)
            OR (d.move_id, c.move_id) IN (SELECT debit, credit FROM there))
       AND dm.state = 'posted' AND cm.state = 'posted'
       AND (dm.intacct_imported OR dm.intacct_settlement IS NOT TRUE)
       AND (cm.intacct_imported OR cm.intacct_settlement IS NOT TRUE)
       AND dm.tax_cash_basis_origin_move_id IS NULL
       AND cm.tax_cash_basis_origin_move_id IS NULL
       AND (cm.intacct_imported AND dm.intacct_imported
            AND (cm.reversed_entry_id = dm.id OR dm.reversed_entry_id = cm.id)
           ) IS NOT TRUE
       AND NOT EXISTS (
            SELECT FROM account_partial_reconcile x
             WHERE x.exchange_move_id IN (d.move_id, c.move_id))
     GROUP BY d.move_id, c.move_id
), compared AS (
    SELECT debit, credit, here.same_currency, here.act,
           COALESCE(there.amount, 0) AS there,
           LEAST(COALESCE(here.amount, 0),
                 GREATEST(COALESCE(here.due, 0), COALESCE(there.amount, 0))) AS here
      FROM here FULL JOIN there USING (debit, credit)
)
SELECT debit, credit, here - there, COALESCE(same_currency, TRUE), act
  FROM compared
 WHERE ABS(here - there) > 0.000001
 ORDER BY debit, credit
                """,
                company=backend.company_id.id,
                start=backend.export_start_date,
                backend=backend.id,
                dead=DEAD_STATES,
            )
        )
        moves = self.env["account.move"]
        return [
            Pair(moves.browse(debit), moves.browse(credit), exact(amount, 6), same, act)
            for debit, credit, amount, same, act in rows
        ]

    # ------------------------------------------------------------------
    # Entries
    # ------------------------------------------------------------------
    @api.model
    def _is_document(self, move):
        """Whether Intacct knows it by itself: invoices, credit notes, and credits
        that came from there."""
        return move.move_type in DOCUMENT_TYPES or move.intacct_imported

    @api.model
    def _entry(self, move):
        """A journal entry by its counterparts.

        :rtype: Entry
        :raises RecordProblem: it cannot be told in Intacct's terms
        """
        payment = move.origin_payment_id
        mine = move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        rest = move.line_ids - mine
        cash = self._cash_lines(move, payment, rest)
        others = (rest - cash).filtered("amount_currency")
        partners = mine.partner_id.commercial_partner_id
        received = sum(cash.mapped("amount_currency"))
        self._refuse_netting(mine, others, received > 0)
        self._refuse_suspense(move, others)
        currency = mine.currency_id
        if len((mine | cash | others).currency_id) > 1:
            raise RecordProblem(
                "cross_currency",
                self.env._("It has amounts in several currencies."),
                self.env._("Book it in Intacct by hand, then ignore it here."),
            )
        return Entry(
            move=move,
            payment=payment,
            currency=currency,
            date=move.date,
            cash=exact(received),
            others=others,
            other=exact(sum(others.mapped("amount_currency"))),
            partners=partners,
        )

    @api.model
    def _payment_without_entry(self, payment):
        sign = 1 if payment.payment_type == "inbound" else -1
        return Entry(
            move=self.env["account.move"],
            payment=payment,
            currency=payment.currency_id,
            date=payment.date,
            cash=sign * exact(payment.amount),
            others=self.env["account.move.line"],
            other=Decimal(),
            partners=payment.partner_id.commercial_partner_id,
        )

    @api.model
    def _cash_lines(self, move, payment, lines):
        if payment:
            return payment._seek_for_lines()[0] & lines
        company = move.company_id
        journals = self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(company),
                ("type", "in", ("bank", "cash", "credit")),
            ]
        )
        methods = (
            journals.inbound_payment_method_line_ids
            | journals.outbound_payment_method_line_ids
        )
        accounts = methods.payment_account_id | company.transfer_account_id
        templates = self.env["account.chart.template"].with_context(
            allowed_company_ids=company.root_id.ids
        )
        for name in ("debit", "credit"):
            accounts |= (
                templates.ref(
                    f"account_journal_payment_{name}_account_id",
                    raise_if_not_found=False,
                )
                or accounts.browse()
            )
        return lines.filtered(
            lambda line: line.account_type in CASH_TYPES or line.account_id in accounts
        )

    @api.model
    def _refuse_netting(self, mine, others, receives):
        """A receipt may use up a credit note of the same customer; nothing else may
        stand on both sides.

        :raises RecordProblem: the rest is booked by hand
        """
        partners = mine.partner_id.commercial_partner_id
        signs = {line.amount_currency > 0 for line in mine if line.amount_currency}
        both_sides = len(signs) > 1 and (len(partners) > 1 or not receives)
        netted = both_sides or others.filtered(
            lambda line: line.account_type == "liability_payable"
        )
        if netted:
            raise RecordProblem(
                "netting",
                self.env._(
                    "It nets the receivable with a payable or with another partner."
                ),
                self.env._("Book it in Intacct, then ignore it here."),
            )

    @api.model
    def _cross_currency(self, document):
        return RecordProblem(
            "cross_currency",
            self.env._("It settles %s in another currency.", document.name),
            self.env._("Book it in Intacct by hand, then ignore it here."),
        )

    @api.model
    def _refuse_suspense(self, move, others):
        suspense = move.journal_id.suspense_account_id
        if suspense and suspense in others.account_id:
            raise RecordProblem(
                "suspense",
                self.env._("A part of the bank line is not reconciled yet."),
                self.env._("Reconcile all of it in Odoo; it leaves then."),
                level="warning",
            )

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------
    @api.model
    def _document_place(self, ctx, move, keys):
        """Where a document stands in Intacct.

        :param dict keys: TARGET_KEYS or SOURCE_KEYS
        :rtype: Place
        :raises RecordProblem: it is not there (yet)
        """
        if move._intacct_in_change():
            raise RecordProblem(
                "waits_for_document",
                self.env._("Waiting for %s, which is being changed.", move.name),
                self.env._("It leaves as soon as Intacct has followed the change."),
                level="warning",
            )
        objects = DOCUMENT_OBJECTS
        if move.move_type not in DOCUMENT_TYPES:
            objects = CREDIT_OBJECTS
        company = self.env["intacct.binding"]._key(ctx.backend)
        binding = move.intacct_binding_ids.filtered(
            lambda binding: binding.intacct_company == company
            and binding.intacct_object in objects
            and binding.sync_state in ("synced", "difference")
            and not binding.replaced
        ).sorted("id")[:1]
        if not binding:
            raise self._absent(ctx, move)
        if binding.remote_state in UNAPPROVED_STATES:
            raise RecordProblem(
                "waits_for_approval",
                self.env._("Waiting for %s, which waits for approval.", move.name),
                self.env._("Approve it in Intacct; this leaves by itself then."),
                level="warning",
            )
        name = keys[binding.intacct_object]
        return Place(name, binding.intacct_object, binding.recordno)

    @api.model
    def _absent(self, ctx, move):
        """Why a document is not in Intacct, and what that means for what settles
        it."""
        if self._stays_out(ctx.backend, move):
            return RecordProblem(
                "stays_out",
                self.env._("%s is not meant for Intacct.", move.name),
                self.env._(
                    "Decide: send that part on account, or ignore this and book it in "
                    "Intacct by hand."
                ),
                level="warning",
            )
        event = self.env["intacct.sync.event"]._waiting(
            ctx.backend, "account.move", [str(move.id)]
        )
        return RecordProblem(
            "waits_for_document",
            self.env._(
                "Waiting for %(document)s: %(reason)s",
                document=move.name,
                reason=event.message or self.env._("it is not in Intacct yet."),
            ),
            self.env._("It leaves as soon as the document is there."),
            level="warning",
        )

    @api.model
    def _stays_out(self, backend, move):
        if move.intacct_imported or move.reversed_entry_id.intacct_imported:
            return bool(move.intacct_ignored)
        journals = backend.export_journal_ids
        return bool(
            move.intacct_ignored
            or move.date < backend.export_start_date
            or move.journal_id.intacct_backend_id
            or (journals and move.journal_id not in journals)
        )
