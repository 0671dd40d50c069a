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
    key: int
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
    forced_state: str = ""
    unexplained: Decimal = ZERO
    paid: Decimal = ZERO
    base_paid: Decimal = ZERO
    selected: Decimal = ZERO
    paid_day: date | None = None

    @property
    def total(self) -> Decimal:
        return sum((line.trx for line in self.lines), self.unexplained)

    @property
    def base_total(self) -> Decimal:
        return sum(
            (to_base(line.trx, self.rate) for line in self.lines),
            to_base(self.unexplained, self.rate),
        )

    @property
    def is_open_item(self) -> bool:
        """Whether it can be due: drafts and reversed pairs can not."""
        return not self.forced_state

    @property
    def due(self) -> Decimal:
        return self.total - self.paid if self.is_open_item else ZERO

    @property
    def base_due(self) -> Decimal:
        return self.base_total - self.base_paid if self.is_open_item else ZERO

    @property
    def state(self) -> str:
        """Intacct's label of the state, derived from the balances."""
        if self.forced_state:
            return self.forced_state
        if not self.total:
            return "No Value"
        if self.selected:
            return "Selected"
        if not self.due:
            return "Paid"
        return "Partially Paid" if self.paid else "Posted"

    def apply(self, amount: Decimal, day: date) -> Decimal:
        """Settle ``amount`` (signed like the total); return its base value.

        The application that closes the document takes what is left of the base amount,
        so that both balances reach zero together.
        """
        if not self.is_open_item or abs(amount) > abs(self.due) or not amount:
            raise ValueError(f"{self.number}: {amount} does not fit {self.due} due")
        base = self.base_due if amount == self.due else to_base(amount, self.rate)
        self.paid += amount
        self.base_paid += base
        if not self.due:
            self.paid_day = day
        return base


@dataclass(frozen=True)
class Application:
    """A part of a receipt: cash, or some of ``credit``, given to ``target``."""

    target: Document
    amount: Decimal
    credit: "Document | Receipt | None" = None


@dataclass(eq=False)
class Receipt:
    """A payment: cash on documents, an over-payment, or an application of credits."""

    key: int
    customer: str
    entity: str
    day: date
    currency: str
    rate: Decimal
    applications: list[Application]
    state: str = "Complete"
    overpaid: Decimal = ZERO
    overpaid_used: Decimal = ZERO
    method: str = "EFT"
    bank: str = ""
    reference: str = ""
    reverses: int | None = None
    object: str = "ARPYMT"

    @property
    def cash(self) -> Decimal:
        """What reached the bank, the over-payment included."""
        used = (row.amount for row in self.applications if row.credit is None)
        return sum(used, self.overpaid)

    @property
    def due(self) -> Decimal:
        """Minus what is still on account for the customer."""
        return self.overpaid_used - self.overpaid

    def apply(self, amount: Decimal, day: date) -> Decimal:
        """Use ``amount`` (negative, it is a credit) of the over-payment."""
        if not self.due <= amount < 0:
            raise ValueError(f"over-payment {self.key}: {amount} of {self.due}")
        self.overpaid_used -= amount
        return to_base(amount, self.rate)


@dataclass
class Books:
    """All documents and receipts, with the keys and rates they are booked under."""

    rates: dict[str, dict[date, Decimal]]
    first_key: int = 60
    documents: list[Document] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)

    def rate(self, currency: str, day: date) -> Decimal:
        return Decimal(1) if currency == BASE_CURRENCY else self.rates[currency][day]

    def _next_key(self) -> int:
        """One sequence for documents and receipts, as Intacct keeps them together."""
        return self.first_key + len(self.documents) + len(self.receipts)

    def add(self, kind: str, customer, number: str, day: date, lines, **fields):
        """Book a document of a customer, in its currency unless one is given."""
        currency = fields.pop("currency", customer.currency)
        rate = fields.pop("rate", None) or self.rate(currency, day)
        document = Document(
            object=kind,
            key=self._next_key(),
            number=number,
            customer=customer.id,
            entity=customer.entity,
            day=day,
            currency=currency,
            rate=rate,
            lines=list(lines),
            **fields,
        )
        self.documents.append(document)
        return document

    def settle(self, applications, day: date, **fields) -> Receipt:
        """Book a payment over documents of one customer, currency and entity.

        A draft only selects its documents; anything else settles them and uses up the
        credits it names.
        """
        first = applications[0].target
        receipt = Receipt(
            key=self._next_key(),
            customer=first.customer,
            entity=first.entity,
            day=day,
            currency=first.currency,
            rate=self.rate(first.currency, day),
            applications=list(applications),
            **fields,
        )
        for row in receipt.applications:
            if receipt.state == "Draft":
                row.target.selected += row.amount
            elif receipt.state == "Complete":
                row.target.apply(row.amount, day)
                if row.credit:
                    row.credit.apply(-row.amount, day)
        self.receipts.append(receipt)
        return receipt

    def reverse(self, receipt: Receipt, day: date) -> Receipt:
        """Take back a receipt that settled nothing since, with a counter record."""
        for row in receipt.applications:
            row.target.paid -= row.amount
            row.target.base_paid = to_base(row.target.paid, row.target.rate)
            row.target.paid_day = None
        receipt.state = "Reversed"
        return self.settle(
            [Application(row.target, -row.amount) for row in receipt.applications],
            day,
            state="Reversal",
            bank=receipt.bank,
            method=receipt.method,
            reference=receipt.reference,
            reverses=receipt.key,
        )


def money_account(currency: str, bank: str) -> dict[str, str]:
    """Where cash goes: a bank account, else undeposited funds (base currency only)."""
    if bank or currency != BASE_CURRENCY:
        return {"FINANCIALENTITY": bank or BANK_OF_CURRENCY[currency]}
    return {"UNDEPOSITEDACCOUNTNO": UNDEPOSITED_FUNDS}


def advance_line(amount: Decimal, location: str) -> Line:
    """The only line of an advance."""
    return Line(CUSTOMER_ADVANCES, -amount, "Advance received", location)
