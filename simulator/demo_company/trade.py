"""The ordinary trade of the demo company in the last fourteen months.

Drawn from a seeded generator, so that it is the same every time: only the dates follow
the day of the call.
"""

import calendar
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from .books import Application, Books, Line, advance_line, to_currency
from .customers import CUSTOMERS, DE, JP, US
from .lists import (
    BANK_OF_CURRENCY,
    BASE_CURRENCY,
    DISCOUNTS_GIVEN,
    FREIGHT,
    INSTRUMENTS,
    SALES_TAX,
    SERVICES,
    VAT_PAYABLE,
)

SEED = "tessmark"
HISTORY_DAYS = 425
ORDINARY_INVOICES = 380

START_RATES = {"EUR": "1.0840", "JPY": "0.006710", "GBP": "1.2760"}
RATE_DIGITS = {"EUR": 6, "JPY": 8, "GBP": 6}

CATALOGUE = (
    # account, item, text, lowest and highest price in dollars, department, class
    (INSTRUMENTS, "TS-200", "Spectrometer TS-200", 4200, 9800, "SAL-INST", "NEW"),
    (INSTRUMENTS, "TS-450", "Spectrometer TS-450", 11000, 26000, "SAL-INST", "NEW"),
    (INSTRUMENTS, "PH-12", "pH probe, set of 12", 380, 1450, "SAL-INST", ""),
    (SERVICES, "CAL-STD", "Standard calibration", 240, 1900, "SRV", "REN"),
    (SERVICES, "CAL-ISO", "Accredited calibration", 900, 3600, "SRV", "REN"),
    (SERVICES, "", "Repair, labor and parts", 120, 2400, "SUP", ""),
    ("4200", "LAB-SUITE", "LabSuite, 12 months", 1500, 7200, "", "REN"),
    (FREIGHT, "", "Freight and insurance", 35, 310, "LOG", ""),
)

LOCATIONS = {US: ("110-BOS", "120-AUS"), DE: ("210-MUC",), JP: ("310-TYO",)}
DOLLARS = {"USD": Decimal(1), "EUR": Decimal("1.08"), "JPY": Decimal("0.0067")}


def daily_rates(today: date) -> dict[str, dict[date, Decimal]]:
    """Base currency per unit of each foreign currency, for every day of the history."""
    rates = {}
    for currency, start in START_RATES.items():
        walk = random.Random(f"{SEED} {currency}")
        rate, days = Decimal(start), {}
        for age in range(HISTORY_DAYS + 10, -1, -1):
            rate *= Decimal(f"{1 + walk.uniform(-0.004, 0.004):.6f}")
            days[today - timedelta(age)] = round(rate, RATE_DIGITS[currency])
        rates[currency] = days
    return rates


def due_date(term: str, day: date) -> date:
    """The due date that a term gives to an invoice of ``day``."""
    if term == "EOM":
        return day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return day + timedelta(15 if term == "N15" else 30)


class Story:
    """The books of the company while they are being written up to ``today``."""

    def __init__(self, today: date):
        self.today = today
        self.random = random.Random(SEED)
        self.books = Books(daily_rates(today))
        self.numbers = defaultdict(int)

    def ago(self, days: int) -> date:
        return self.today - timedelta(days)

    def price(self, low: int, high: int, currency: str) -> Decimal:
        dollars = Decimal(self.random.randint(low * 100, high * 100)) / 100
        return to_currency(dollars / DOLLARS[currency], currency)

    def next_number(self, entity: str, module: str, day: date) -> str:
        """Each entity numbers in its own way, Order Entry in its own again."""
        series = module if module == "8.SO" else entity
        self.numbers[series] += 1
        number = self.numbers[series]
        return {
            "8.SO": f"SI-{number:05d}",
            US: f"INV-{day.year}-{number:04d}",
            DE: f"{day.year}/{number:05d}",
            JP: f"J{day:%y}-{number:04d}",
        }[series]

    def invoice(self, customer_id: str, age: int, lines, number=None, **fields):
        """An invoice of ``age`` days ago; its number and due date unless given."""
        customer = CUSTOMERS[customer_id]
        day = self.ago(age)
        module = fields.get("module", "4.AR")
        if number is None:
            number = self.next_number(customer.entity, module, day)
        fields.setdefault("term", customer.term)
        fields.setdefault("due_day", due_date(fields["term"], day))
        return self.books.add("ARINVOICE", customer, number, day, lines, **fields)

    def line(self, customer_id: str, amount, memo, account=SERVICES, **fields):
        """A line in the customer's main location; services carry a department."""
        location = LOCATIONS[CUSTOMERS[customer_id].entity][0]
        if account == SERVICES:
            fields.setdefault("department", "SRV")
        return Line(account, Decimal(str(amount)), memo, location, **fields)

    def memo(self, customer_id: str, age: int, amount, number, account=DISCOUNTS_GIVEN,
             text="Credit for returned goods", **fields):  # fmt: skip
        """A debit memo, or a credit memo if the amount is negative."""
        line = self.line(customer_id, amount, text, account)
        return self.books.add(
            "ARADJUSTMENT",
            CUSTOMERS[customer_id],
            number,
            self.ago(age),
            [line],
            description=text,
            **fields,
        )

    def advance(self, customer_id: str, age: int, amount, number):
        customer = CUSTOMERS[customer_id]
        line = advance_line(Decimal(amount), LOCATIONS[customer.entity][0])
        return self.books.add(
            "ARADVANCE",
            customer,
            number,
            self.ago(age),
            [line],
            reference=number,
            description="Down payment received before the order",
            bank=BANK_OF_CURRENCY[customer.currency],
        )

    def pay(self, document, age: int, amount=None, **fields):
        """Settle a document, wholly unless an amount is given."""
        amount = document.due if amount is None else Decimal(str(amount))
        return self.books.settle(
            [Application(document, amount)], self.ago(age), **fields
        )

    def apply_credit(self, credit, document, age: int, amount):
        """Give a part of a credit to a document: a receipt without cash."""
        row = Application(document, Decimal(str(amount)), credit)
        return self.books.settle([row], self.ago(age))

    def ordinary_lines(self, customer):
        lines = []
        for _ in range(self.random.choice((1, 1, 2, 2, 3, 3, 4, 6))):
            account, item, text, low, high, department, class_id = self.random.choice(
                CATALOGUE
            )
            lines.append(
                Line(
                    account,
                    self.price(low, high, customer.currency),
                    text,
                    self.random.choice(LOCATIONS[customer.entity]),
                    department,
                    item,
                    class_id,
                )
            )
        return lines + self.tax_lines(customer, lines)

    def tax_lines(self, customer, lines):
        """Sales tax in two states and VAT in Germany, each as a line of its own."""
        taxes = {
            "MA": ("6.25", SALES_TAX, "Massachusetts sales tax 6.25 %"),
            "TX": ("8.25", SALES_TAX, "Texas sales tax 8.25 %"),
            "DE": ("19", VAT_PAYABLE, "Umsatzsteuer 19 %"),
        }
        region = "DE" if customer.country == "DE" else customer.state
        if region not in taxes:
            return []
        percent, account, text = taxes[region]
        net = sum(line.trx for line in lines)
        tax = to_currency(net * Decimal(percent) / 100, customer.currency)
        return [Line(account, tax, text, lines[0].location)]

    def ordinary_trade(self):
        """Invoices in the order of their dates, then the receipts that came in."""
        billed = [
            row
            for row in CUSTOMERS.values()
            if row.status == "active" and row.country != "GB"
        ]
        invoices = []
        for count in range(ORDINARY_INVOICES):
            age = (HISTORY_DAYS - 5) * (ORDINARY_INVOICES - count) // ORDINARY_INVOICES
            customer = self.random.choice(billed)
            order_entry = customer.entity == US and self.random.random() < 0.15
            reference = f"PO {self.random.randint(1000, 99999)}"
            invoices.append(
                self.invoice(
                    customer.id,
                    age,
                    self.ordinary_lines(customer),
                    module="8.SO" if order_entry else "4.AR",
                    reference=reference if self.random.random() < 0.6 else "",
                )
            )
        self.ordinary_receipts(invoices)

    def ordinary_receipts(self, invoices):
        """Most old invoices are paid, few new ones; some customers pay a part."""
        paying = defaultdict(list)
        for invoice in invoices:
            age = (self.today - invoice.day).days
            patience = 0.93 if age > 120 else 0.55 if age > 35 else 0.12
            chance = self.random.random()
            if chance < patience:
                paying[invoice.customer, invoice.currency].append(invoice)
            elif chance < patience + 0.5 * (1 - patience) and age > 3:
                self.part_payment(invoice, age)
        for queue in paying.values():
            while queue:
                size = self.random.choice((1, 1, 2, 3))
                together, queue[:] = queue[:size], queue[size:]
                self.one_receipt(together)

    def part_payment(self, invoice, age):
        share = Decimal(self.random.randint(15, 85)) / 100
        self.pay(
            invoice,
            self.random.randint(1, max(1, age - 2)),
            to_currency(invoice.total * share, invoice.currency),
            reference=f"CK{self.random.randint(1000, 9999)}",
            method="Printed Check",
        )

    def one_receipt(self, invoices):
        """One payment for one to three invoices of a customer."""
        latest = (self.today - invoices[-1].day).days
        by_check = self.random.random() < 0.5
        foreign = invoices[0].currency != BASE_CURRENCY
        self.books.settle(
            [Application(row, row.due) for row in invoices],
            self.ago(max(0, latest - self.random.randint(2, 45))),
            method="Printed Check" if by_check else "EFT",
            bank="" if by_check and not foreign else self.bank_of(invoices[0]),
            reference=f"{'CK' if by_check else 'W'}{self.random.randint(1000, 99999)}",
        )

    def bank_of(self, document):
        return BANK_OF_CURRENCY[document.currency]
