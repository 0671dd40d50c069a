"""The arithmetic of the demo company's receivables: documents, receipts, balances.

Amounts are :class:`~decimal.Decimal`, signed from the customer's debt: an invoice or
a debit memo is positive, a credit memo, a negative invoice or money received in advance
is negative. ``trx`` amounts are in the currency of the document, others in the base
currency.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from .lists import (
    BANK_OF_CURRENCY,
    BASE_CURRENCY,
    CUSTOMER_ADVANCES,
    UNDEPOSITED_FUNDS,
)

ZERO = Decimal(0)


def to_currency(amount: Decimal, currency: str) -> Decimal:
    """Round half up to what the currency can pay: whole yen, else cents."""
    unit = Decimal(1) if currency == "JPY" else Decimal("0.01")
    return amount.quantize(unit, ROUND_HALF_UP)


def to_base(amount: Decimal, rate: Decimal) -> Decimal:
    """An amount in the base currency, half up to the cent."""
    return to_currency(amount * rate, BASE_CURRENCY)


def as_date(day: date | None) -> str:
    """The gateway's date format, MM/DD/YYYY, or nothing."""
    return day.strftime("%m/%d/%Y") if day else ""


@dataclass
class Line:
    """One line of a document."""

    account: str
    trx: Decimal
    memo: str = ""
    location: str = ""
    department: str = ""
    item: str = ""
    class_id: str = ""


@dataclass(eq=False)
class Document:
    """An invoice, an adjustment or an advance, and what has been applied to it."""

    object: str
    number: str
    customer: str
    entity: str
    day: date
    currency: str
    rate: Decimal
    lines: list[Line]
    due_day: date | None = None
    term: str = ""
    module: str = "4.AR"
    reference: str = ""
    description: str = ""
    bank: str = ""
    draft: bool = False
    reversed_day: date | None = None
    unexplained: Decimal = ZERO
    paid: Decimal = ZERO
    selected: Decimal = ZERO
    key: int = 0

    @property
    def total(self) -> Decimal:
        """The sum of the lines, and what a planted failure adds to it."""
        return sum((line.trx for line in self.lines), self.unexplained)

    @property
    def base_total(self) -> Decimal:
        return sum(
            (to_base(line.trx, self.rate) for line in self.lines),
            to_base(self.unexplained, self.rate),
        )

    @property
    def due(self) -> Decimal:
        return ZERO if self.reversed_day else self.total - self.paid

    @property
    def state(self) -> str:
        """Intacct's label of the state, derived from the balances."""
        if self.draft:
            return "Draft"
        if self.reversed_day:
            return "Reversed"
        if not self.total:
            return "No Value"
        if self.selected:
            return "Selected"
        if not self.due:
            return "Paid"
        return "Partially Paid" if self.paid else "Posted"

    @property
    def keys(self) -> int:
        """How many RECORDNOs it takes: a reversal gets the one behind its original."""
        return 2 if self.reversed_day else 1

    def apply(self, amount: Decimal) -> None:
        """Settle ``amount``, signed like the total; ValueError if it is too much."""
        if self.draft or not amount or abs(amount) > abs(self.due):
            raise ValueError(f"{self.number}: {amount} does not fit {self.due} due")
        self.paid += amount


@dataclass(frozen=True)
class Application:
    """A part of a receipt: cash, or some of ``credit``, given to ``target``."""

    target: Document
    amount: Decimal
    credit: "Document | Receipt | None" = None


@dataclass(eq=False)
class Receipt:
    """A payment: cash on documents, an over-payment, or an application of credits."""

    customer: str
    entity: str
    day: date
    currency: str
    rate: Decimal
    applications: list[Application]
    draft: bool = False
    reversed_day: date | None = None
    overpaid: Decimal = ZERO
    overpaid_used: Decimal = ZERO
    method: str = "EFT"
    bank: str = ""
    reference: str = ""
    key: int = 0
    object: str = "ARPYMT"

    @property
    def state(self) -> str:
        if self.draft:
            return "Draft"
        return "Reversed" if self.reversed_day else "Complete"

    @property
    def keys(self) -> int:
        """How many RECORDNOs it takes: over-payment and reversal have their own."""
        return 2 if self.overpaid or self.reversed_day else 1

    @property
    def overpayment_key(self) -> int:
        return self.key + 1

    def apply(self, amount: Decimal) -> None:
        """Use ``amount`` (negative, it is a credit) of the over-payment."""
        if not self.overpaid_used - self.overpaid <= amount < 0:
            raise ValueError(f"over-payment {self.reference}: {amount} is too much")
        self.overpaid_used -= amount


@dataclass
class Books:
    """All documents and receipts, and the rates they are booked at."""

    rates: dict[str, dict[date, Decimal]]
    documents: list[Document] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)

    def rate(self, currency: str, day: date) -> Decimal:
        return Decimal(1) if currency == BASE_CURRENCY else self.rates[currency][day]

    def add(self, kind: str, customer, number: str, day: date, lines, **fields):
        """Book a document of a customer, in its currency unless one is given."""
        currency = fields.pop("currency", customer.currency)
        document = Document(
            object=kind,
            number=number,
            customer=customer.id,
            entity=customer.entity,
            day=day,
            currency=currency,
            rate=self.rate(currency, day),
            lines=list(lines),
            **fields,
        )
        self.documents.append(document)
        return document

    def settle(self, applications, day: date, **fields) -> Receipt:
        """Book a payment over documents of one customer, currency and entity.

        A draft only selects its documents, a reversed one left them as they were;
        anything else settles them and uses up the credits it names.
        """
        first = applications[0].target
        receipt = Receipt(
            customer=first.customer,
            entity=first.entity,
            day=day,
            currency=first.currency,
            rate=self.rate(first.currency, day),
            applications=list(applications),
            **fields,
        )
        for row in receipt.applications:
            if receipt.draft:
                row.target.selected += row.amount
            elif not receipt.reversed_day:
                row.target.apply(row.amount)
                if row.credit:
                    row.credit.apply(-row.amount)
        self.receipts.append(receipt)
        return receipt

    def assign_keys(self, first: int) -> None:
        """Give everything its RECORDNO, in the order in which the loader takes it.

        One sequence for all of it, as Intacct keeps documents and payments together.
        """
        order = ("ARINVOICE", "ARADJUSTMENT", "ARADVANCE", "ARPYMT")
        everything = [*self.documents, *self.receipts]
        for record in sorted(everything, key=lambda one: order.index(one.object)):
            record.key = first
            first += record.keys


def money_account(currency: str, bank: str) -> dict[str, str]:
    """Where cash goes: a bank account, else undeposited funds (base currency only)."""
    if bank or currency != BASE_CURRENCY:
        return {"FINANCIALENTITY": bank or BANK_OF_CURRENCY[currency]}
    return {"UNDEPOSITEDACCOUNTNO": UNDEPOSITED_FUNDS}


def advance_line(amount: Decimal, location: str) -> Line:
    """The only line of an advance."""
    return Line(CUSTOMER_ADVANCES, -amount, "Advance received", location)
