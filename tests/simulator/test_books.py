"""Whatever happens, the receivable accounts equal the open items."""

import random
from collections import Counter

import pytest

from simulator import admin as administration
from simulator import changing, loading
from simulator.books import proof
from simulator.context import Context
from simulator.failures import FunctionFailure
from simulator.gateway import Gateway
from simulator.writing import payments, receipts

COMPANY = {
    "COMPANY": {"CURRENCIES": ["EUR", "JPY"]},
    "CUSTOMER": [{"CUSTOMERID": c, "NAME": c} for c in ("C1", "C2")],
    "GLACCOUNT": [{"ACCOUNTNO": n, "TITLE": n} for n in ("1010", "1020")],
    "CHECKINGACCOUNT": [
        {"BANKACCOUNTID": "BEUR", "GLACCOUNTNO": "1010", "CURRENCY": "EUR"},
        {"BANKACCOUNTID": "BJPY", "GLACCOUNTNO": "1020", "CURRENCY": "JPY"},
    ],
    "EXCHANGERATE": [
        {"FROM": currency, "DATE": f"0{month}/01/2026", "RATE": rate}
        for currency, rates in (
            ("EUR", ("1.10", "1.2345", "0.9")),
            ("JPY", ("0.0067", "0.0071", "0.005")),
        )
        for month, rate in enumerate(rates, 1)
    ],
}
BANKS = {"USD": "BOA", "EUR": "BEUR", "JPY": "BJPY"}
CREDIT_KEYS = {
    "ARADJUSTMENT": ("ADJUSTMENTKEY", "TRX_ADJUSTMENTAMOUNT"),
    "ARADVANCE": ("ADVANCEKEY", "TRX_POSTEDADVANCEAMOUNT"),
    "ARPOSTEDOVERPAYMENT": ("OVERPAYMENTKEY", "TRX_POSTEDOVERPAYMENTAMOUNT"),
    "ARINVOICE": ("NEGATIVEINVOICEKEY", "TRX_NEGATIVEINVOICEAMOUNT"),
}


class Clerk:
    """Does random things in random order; refusals are part of life."""

    def __init__(self, company, seed):
        self.company = company
        self.tables = company.tables
        self.dice = random.Random(seed)
        self.done, self.refused = Counter(), Counter()

    def context(self):
        return Context(self.company, user={"RECORDNO": 1, "LOGINID": "clerk"})

    def day(self):
        return f"2026-0{self.dice.randint(1, 3)}-{self.dice.randint(1, 28):02}"

    def actions(self):
        return [
            *(self.invoice, self.invoice, self.memo, self.advance, self.pay, self.pay),
            *(self.credit, self.reverse, self.unpay, self.change, self.draft),
            *(self.remove, self.deposit),
        ]

    def act(self):
        action = self.dice.choice(self.actions())
        try:
            with self.tables.transaction():
                action()
            self.done[action.__name__] += 1
        except (FunctionFailure, changing.ChangeError):
            self.refused[action.__name__] += 1

    def amount(self):
        return round(self.dice.choice([1, -1, 1, 1]) * self.dice.uniform(0, 500), 2)

    def document(self, name):
        context = self.context()
        currency = self.dice.choice(["USD", "EUR", "JPY"])
        lines = [
            {"ACCOUNTNO": "4000", "TRX_AMOUNT": str(self.amount())}
            for _line in range(self.dice.randint(1, 4))
        ]
        row = {
            "CUSTOMERID": self.dice.choice(["C1", "C2"]),
            "CURRENCY": currency,
            "WHENCREATED": self.day(),
            f"{name}ITEMS": lines,
        }
        loading.add_record(context, name, row)

    def invoice(self):
        self.document("ARINVOICE")

    def memo(self):
        self.document("ARADJUSTMENT")

    def advance(self):
        currency = self.dice.choice(["USD", "EUR"])
        row = {
            "CUSTOMERID": self.dice.choice(["C1", "C2"]),
            "CURRENCY": currency,
            "FINANCIALENTITY": BANKS[currency],
            "RECEIPTDATE": self.day(),
            "ARADVANCEITEMS": [{"TRX_AMOUNT": str(abs(self.amount()) + 1)}],
        }
        loading.add_record(self.context(), "ARADVANCE", row)

    def pick(self, *names, wanted=lambda row: True):
        rows = [
            (name, row)
            for name in names
            for row in self.tables.all(name)
            if wanted(row)
        ]
        if not rows:
            raise changing.ChangeError("nothing there")
        return self.dice.choice(rows)

    def open_invoice(self):
        return self.pick("ARINVOICE", wanted=lambda r: r["TRX_TOTALDUE"] > 0)[1]

    def head(self, invoice, **more):
        place = {"FINANCIALENTITY": BANKS[invoice["CURRENCY"]]}
        if invoice["CURRENCY"] == "USD" and self.dice.random() < 0.4:
            place = {"UNDEPOSITEDACCOUNTNO": "1050"}
        return {
            "CUSTOMERID": invoice["CUSTOMERID"],
            "CURRENCY": invoice["CURRENCY"],
            "PAYMENTMETHOD": "EFT",
            "RECEIPTDATE": self.day(),
            **place,
            **more,
        }

    def part(self, cents):
        return self.dice.choice([cents, self.dice.randint(1, max(1, cents))])

    def pay(self, **more):
        invoice = self.open_invoice()
        paid = self.part(invoice["TRX_TOTALDUE"])
        detail = {"RECORDKEY": invoice["RECORDNO"], "TRX_PAYMENTAMOUNT": paid}
        if self.dice.random() < 0.2:
            more["OVERPAYMENTAMOUNT"] = str(self.dice.randint(1, 90))
        payments.create(self.context(), self.head(invoice, **more), [detail])

    def draft(self):
        self.pay(ACTION="Draft")
        _name, payment = self.pick("ARPYMT", wanted=lambda r: r["RAWSTATE"] == "D")
        if self.dice.random() < 0.5:
            changing.change(
                self.context(), {"action": "submit", "key": payment["RECORDNO"]}
            )
        else:
            receipts.delete_draft(self.context(), payment)

    def credit(self):
        invoice = self.open_invoice()

        def fits(row):
            mine = (row.get("CUSTOMERID"), row.get("CURRENCY"))
            return mine == (invoice["CUSTOMERID"], invoice["CURRENCY"])

        name, source = self.pick(*CREDIT_KEYS, wanted=fits)
        due = abs(source["TRX_TOTALDUE"])
        amount = self.part(min(due, invoice["TRX_TOTALDUE"]))
        key, field = CREDIT_KEYS[name]
        detail = {
            "RECORDKEY": invoice["RECORDNO"],
            key: source["RECORDNO"],
            field: amount,
        }
        payments.create(self.context(), self.head(invoice), [detail])

    def reverse(self):
        name, row = self.pick("ARINVOICE", "ARADJUSTMENT", "ARADVANCE")
        data = {"action": "reverse", "key": row["RECORDNO"], "date": "2026-04-01"}
        changing.change(self.context(), data)

    def unpay(self):
        _name, row = self.pick("ARPYMT")
        data = {"action": "reverse", "key": row["RECORDNO"], "date": "2026-04-01"}
        changing.change(self.context(), data)

    def change(self):
        name, row = self.pick("ARINVOICE", "ARADJUSTMENT")
        line = {"LINE_NO": 1, "TRX_AMOUNT": str(self.amount())}
        data = {"action": "update", "key": row["RECORDNO"], "lines": [line]}
        changing.change(self.context(), data)

    def remove(self):
        name, row = self.pick("ARINVOICE", "ARADJUSTMENT")
        force = self.dice.random() < 0.5
        data = {"action": "delete", "key": row["RECORDNO"], "force": force}
        changing.change(self.context(), data)

    def deposit(self):
        _name, row = self.pick("ARPYMT", "ARADVANCE")
        data = {"action": "deposit", "bank": "BOA", "keys": [row["RECORDNO"]]}
        changing.change(self.context(), data)


def new_company():
    gateway = Gateway(":memory:")
    administration.reset(gateway, "empty")
    found = gateway.companies["DEMO"]
    loading.load(gateway, found, COMPANY)
    return found


@pytest.fixture
def company():
    return new_company()


@pytest.mark.parametrize("auto_apply", [True, False])
def test_random_work_keeps_the_books_sound(auto_apply):
    done, refused = Counter(), Counter()
    for seed in range(8):
        company = new_company()
        with company.tables.transaction():
            company.set_settings({"auto_apply_inline": auto_apply})
        clerk = Clerk(company, seed)
        for _step in range(250):
            clerk.act()
            assert proof.differences(company) == []
        done += clerk.done
        refused += clerk.refused
    assert set(done) == {action.__name__ for action in clerk.actions()}
    assert sum(refused.values()) > 100


def test_a_wrong_balance_is_noticed(company):
    clerk = Clerk(company, 1)
    with company.tables.transaction():
        clerk.invoice()
    (row,) = company.tables.all("ARINVOICE")
    with company.tables.transaction():
        changed = {"TRX_TOTALDUE": row["TRX_TOTALDUE"] + 1}
        company.tables.update("ARINVOICE", row, changed)
    assert proof.differences(company)


def test_a_header_that_is_not_its_lines_sum_is_noticed(company):
    clerk = Clerk(company, 1)
    with company.tables.transaction():
        clerk.invoice()
    line = company.tables.all("ARINVOICEITEM")[0]
    with company.tables.transaction():
        changed = {"TRX_AMOUNT": line["TRX_AMOUNT"] + 1}
        company.tables.update("ARINVOICEITEM", line, changed)
    assert proof.differences(company)


def test_a_wrong_journal_is_noticed(company):
    clerk = Clerk(company, 1)
    with company.tables.transaction():
        clerk.invoice()
    row = company.tables.all("JOURNAL")[0]
    with company.tables.transaction():
        company.tables.update("JOURNAL", row, {"AMOUNT": row["AMOUNT"] + 1})
    assert len(proof.differences(company)) >= 1
