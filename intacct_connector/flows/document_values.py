from dataclasses import dataclass, field
from decimal import Decimal

from odoo.fields import Command, Date

from ..gateway import formats
from .problems import UNREADABLE, RecordProblem, is_unreadable
from .rates import rated_currencies

OUTSTANDING_STATES = ("Posted", "Partially Paid", "Selected")
# Set, by us, on the line that stands for all the tax of a document.
TAX_LINE = "TAX"
# Kept on each line as information, for people and for credit notes that go back.
LINE_FIELDS = (
    "RECORDNO",
    "LINE_NO",
    "ACCOUNTNO",
    "ACCOUNTLABEL",
    "LOCATIONID",
    "DEPARTMENTID",
    "CLASSID",
    "ITEMID",
    "PROJECTID",
    TAX_LINE,
)


@dataclass
class Document:
    """A document of Intacct with all that was read of it.

    :ivar str object: ARINVOICE or ARADJUSTMENT
    :ivar dict row: the header as Intacct answered it
    :ivar list lines: its lines, likewise
    :ivar list details: rows of ARPYMTDETAIL that touch it, each with the state of
        its payment as ``PAYMENTSTATE``
    :ivar bool force: a person decided to create it although one like it exists
    """

    object: str
    row: dict
    lines: list = field(default_factory=list)
    details: list = field(default_factory=list)
    force: bool = False

    @property
    def recordno(self):
        return self.row["RECORDNO"]

    @property
    def number(self):
        """What people call it; a blank number becomes ``#<RECORDNO>``."""
        number = (self.row.get("RECORDID") or "").strip()
        # Odoo reads "/" as "no number yet".
        return f"#{self.recordno}" if number in ("", "/") else number

    @property
    def total(self):
        return amount(self.row, "TRX_TOTALENTERED")

    @property
    def due(self):
        return amount(self.row, "TRX_TOTALDUE")

    @property
    def is_outstanding(self):
        return bool(self.due) and self.row.get("STATE") in OUTSTANDING_STATES

    def payload(self):
        return {
            "row": self.row,
            "lines": self.lines,
            "details": self.details,
            "force": self.force,
        }


def amount(row, name):
    """An amount of a row, zero where Intacct has none.

    :rtype: Decimal
    """
    return formats.parse_decimal(row.get(name)) or Decimal()


def first_open_date(locks):
    """The day after the last of some violated lock dates.

    :param list locks: as res.company._get_violated_lock_dates returns them
    :rtype: date
    """
    return Date.add(max(lock for lock, _field in locks), days=1)


class DocumentValues:
    """Translates documents of Intacct into values of account.move.

    Lines come finished, with Intacct's own base amounts, so that Odoo neither
    converts nor taxes anything. One object serves a whole chunk.
    """

    def __init__(self, ctx):
        self.env = ctx.env
        self.backend = ctx.backend
        self.company = ctx.backend.company_id
        self._caches = ctx.caches
        self._rated = rated_currencies(ctx)
        if "currencies" not in self._caches:
            currencies = self.env["res.currency"].with_context(active_test=False)
            self._caches["currencies"] = {
                currency.name: currency.id for currency in currencies.search([])
            }
            self._caches["journals"] = {}
            self._caches["accounts"] = {
                code: account.id
                for code, account in self.env["intacct.mapping"]
                ._odoo_by_code(self.backend, "account")
                .items()
            }
        if "receivables" not in self._caches:
            self._caches["receivables"] = {}

    # ------------------------------------------------------------------
    # Whole document
    # ------------------------------------------------------------------
    def prepare(self, document, partner):
        """Values of the move, and what was changed on the way.

        :param Document document: with its lines
        :param partner: the customer
        :return: values for create, and notes
        :rtype: tuple[dict, list[str]]
        :raises RecordProblem: it cannot be booked as it is
        """
        row = document.row
        currency = self.currency(document)
        lines = self.lines(document, currency)
        refund = document.total < 0
        journal = self.journal(document)
        date = formats.parse_date(row.get("WHENPOSTED") or row.get("WHENCREATED"))
        invoice_date = formats.parse_date(row.get("WHENCREATED")) or date
        if not date:
            raise RecordProblem(
                "no_date", self.env._("It has no posting date."), self._ask_intacct()
            )
        notes = self._unreadable(document)
        date = self.open_date(document, date, journal, notes)
        due_date = formats.parse_date(row.get("WHENDUE")) or invoice_date
        base = amount(row, "TOTALENTERED")
        vals = {
            "move_type": "out_refund" if refund else "out_invoice",
            "journal_id": journal.id,
            "name": document.number,
            "partner_id": partner.id,
            "invoice_date": invoice_date,
            "date": date,
            "invoice_date_due": due_date,
            "invoice_payment_term_id": False,
            "fiscal_position_id": False,
            "currency_id": currency.id,
            "invoice_currency_rate": self.rate(document, base),
            "ref": row.get("DOCNUMBER"),
            "intacct_imported": True,
            "intacct_description": row.get("DESCRIPTION"),
            "intacct_term": row.get("TERMNAME"),
            "intacct_entity": row.get("MEGAENTITYID"),
            "line_ids": [
                *(
                    Command.create(self.line_values(document, line, partner, currency))
                    for line in lines
                ),
                Command.create(
                    {
                        "display_type": "payment_term",
                        "account_id": self.receivable(partner),
                        "partner_id": partner.id,
                        "currency_id": currency.id,
                        "amount_currency": float(document.total),
                        "balance": float(base),
                        "date_maturity": due_date,
                        "name": document.number,
                    }
                ),
            ],
        }
        return vals, notes

    def _unreadable(self, document):
        if not any(map(is_unreadable, (document.row, *document.lines))):
            return []
        note = self.env._(
            "%(number)s: Intacct sent control characters, which are shown as %(mark)s. "
            "Correct it in Intacct.",
            number=document.number,
            mark=UNREADABLE,
        )
        return [note]

    def rate(self, document, base):
        """Units of the document's currency a unit of the books' currency, as Intacct
        booked it."""
        if base:
            return float(document.total / base)
        quoted = formats.parse_decimal(document.row.get("EXCHANGE_RATE"))
        return float(1 / quoted) if quoted else 1.0

    def currency(self, document):
        """:raises RecordProblem: off, unknown, without a rate, or other books"""
        row = document.row
        ours = self.company.currency_id
        if (row.get("BASECURR") or ours.name) != ours.name:
            raise RecordProblem(
                "base_currency",
                self.env._(
                    "Its books are kept in %(theirs)s, those of %(company)s in "
                    "%(ours)s.",
                    theirs=row["BASECURR"],
                    company=self.company.name,
                    ours=ours.name,
                ),
                self.env._("Connect the entity to an Odoo company of that currency."),
            )
        name = row.get("CURRENCY") or ours.name
        currency = self.env["res.currency"].browse(self._caches["currencies"].get(name))
        if not currency or not currency.active:
            raise RecordProblem(
                f"currency_off:{name}",
                self.env._("Its currency %s is not active in Odoo.", name),
                self.env._(
                    "Activate %s under Invoicing > Configuration > Currencies and give "
                    "it a rate; the next sync brings the document.",
                    name,
                ),
            )
        if currency.id not in self._rated:
            raise RecordProblem(
                f"no_rate:{name}",
                self.env._("Odoo has no exchange rate for its currency %s.", name),
                self.env._(
                    "Add a rate under Invoicing > Configuration > Currencies: without "
                    "one Odoo would take 1:1. The next sync brings the document."
                ),
            )
        return currency

    def journal(self, document):
        """The connection's own journal for the entity and type of a document."""
        journals = self._caches["journals"]
        entity = document.row.get("MEGAENTITYID") or ""
        key = (document.object, entity)
        if key not in journals:
            journals[key] = self._find_journal(document.object, entity).id
        return self.env["account.journal"].browse(journals[key])

    def _find_journal(self, intacct_object, entity):
        kinds = {
            "ARINVOICE": (self.env._("Invoices from Sage Intacct"), "INI"),
            "ARADJUSTMENT": (self.env._("Adjustments from Sage Intacct"), "INA"),
        }
        name, prefix = kinds[intacct_object]
        if entity:
            name = f"{name} ({entity})"
        journal = self.env["account.journal"].search(
            [
                ("intacct_backend_id", "=", self.backend.id),
                ("type", "=", "sale"),
                ("name", "=", name),
            ],
            limit=1,
        )
        return journal or journal._create_for_intacct(
            self.backend, name, "sale", prefix
        )

    def receivable(self, partner):
        receivables = self._caches["receivables"]
        if partner.id not in receivables:
            receivables[partner.id] = partner.with_company(
                self.company
            ).property_account_receivable_id.id
        return receivables[partner.id]

    def open_date(self, document, date, journal, notes):
        """The accounting date, unless it lies in a locked period.

        :raises RecordProblem: it does, and the connection holds such documents
        """
        locks = self.company._get_violated_lock_dates(date, False, journal)
        if not locks:
            return date
        if self.backend.lock_policy == "hold":
            raise RecordProblem(
                "locked_period",
                self.env._(
                    "Its accounting date %(date)s lies in a locked period (%(locks)s).",
                    date=date,
                    locks=self.company._format_lock_dates(locks),
                ),
                self.env._(
                    "Open the period, or choose “Post on the first open date” on the "
                    "connection; the next sync brings the document."
                ),
            )
        opened = first_open_date(locks)
        notes.append(
            self.env._(
                "%(number)s is dated %(date)s in Intacct, which is locked here: posted "
                "on %(opened)s.",
                number=document.number,
                date=date,
                opened=opened,
            )
        )
        return opened

    # ------------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------------
    def lines(self, document, currency):
        """The lines in order, tax lines put together, adding up to the total.

        :rtype: list[dict]
        :raises RecordProblem: there are none, or they do not add up
        """
        rows = sorted(document.lines, key=lambda row: int(row.get("LINE_NO") or 0))
        if not rows:
            raise RecordProblem(
                "no_lines", self.env._("It has no lines."), self._ask_intacct()
            )
        taxes = [row for row in rows if self._is_tax(row)]
        lines = [row for row in rows if not self._is_tax(row)]
        if taxes:
            lines.append(self._tax_line(taxes))
        for row in lines:
            if amount(row, "TRX_AMOUNT") % Decimal(str(currency.rounding)):
                raise RecordProblem(
                    "precision",
                    self.env._(
                        "Line %(line)s is %(amount)s, more exact than %(currency)s "
                        "allows.",
                        line=row.get("LINE_NO"),
                        amount=row.get("TRX_AMOUNT"),
                        currency=currency.name,
                    ),
                    self._ask_intacct(),
                )
        for line_field, total_field, unit in (
            ("TRX_AMOUNT", "TRX_TOTALENTERED", currency),
            ("AMOUNT", "TOTALENTERED", self.company.currency_id),
        ):
            total = amount(document.row, total_field)
            added = sum((amount(row, line_field) for row in lines), Decimal())
            if unit.compare_amounts(float(added), float(total)):
                raise RecordProblem(
                    "lines_total",
                    self.env._(
                        "Its lines add up to %(added)s, its total is %(total)s.",
                        added=self._shown(added, unit),
                        total=self._shown(total, unit),
                    ),
                    self._ask_intacct(),
                )
        return lines

    def _shown(self, value, currency):
        digits = currency.decimal_places
        return f"{value:,.{digits}f} {currency.name}"

    def _is_tax(self, row):
        # Tax rows hang below the line they belong to; API.md 11 leaves open how far
        # other rows do.
        return bool(row.get("PARENTENTRY")) or row.get("SUBTOTAL") in ("T", "true")

    def _tax_line(self, rows):
        """What Intacct itself booked as tax, as one plain amount."""
        merged = {
            name: str(sum((amount(row, name) for row in rows), Decimal()))
            for name in ("TRX_AMOUNT", "AMOUNT")
        }
        return {
            **rows[0],
            **merged,
            TAX_LINE: "true",
            "ENTRYDESCRIPTION": self.env._("Tax per Intacct"),
        }

    def line_values(self, document, row, partner, currency):
        sign = -1 if document.total < 0 else 1
        value = amount(row, "TRX_AMOUNT")
        return {
            "display_type": "product",
            "name": row.get("ENTRYDESCRIPTION") or document.number,
            "account_id": self.account(row),
            "partner_id": partner.id,
            "currency_id": currency.id,
            "quantity": 1.0,
            "price_unit": float(sign * value),
            "tax_ids": [],
            "amount_currency": float(-value),
            "balance": float(-amount(row, "AMOUNT")),
            "intacct_values": {
                name: row[name] for name in LINE_FIELDS if row.get(name)
            },
        }

    def account(self, row):
        """:raises RecordProblem: mapped accounts are wanted and this one is not"""
        if self.backend.import_policy == "clearing":
            return self.backend.clearing_account_id.id
        for name in ("ACCOUNTLABEL", "ACCOUNTNO"):
            if account := self._caches["accounts"].get(row.get(name)):
                return account
        code = row.get("ACCOUNTLABEL") or row.get("ACCOUNTNO")
        raise RecordProblem(
            f"unmapped_account:{code}",
            self.env._("Intacct's account %s is not mapped to an Odoo account.", code),
            self.env._(
                "Add it under Configuration > Sage Intacct Mapping; the next sync "
                "brings the document."
            ),
        )

    def _ask_intacct(self):
        return self.env._("Look at it in Intacct and correct it there.")
