"""The comparison of both books sees each single value that is not as it must be."""

import contextlib

import pytest
from werkzeug.test import Client

from dev.lib.chaos import running
from dev.lib.chaos_check import Comparison
from dev.lib.chaos_plan import draw_switches
from simulator.gateway import Gateway
from simulator.server import Application

LINES = [
    {"price": 100.0, "taxed": True, "product": None, "shares": [60, 40]},
    {"price": 50.0, "taxed": False, "product": 1, "shares": None},
]
AMOUNTS = [70.0, 30.0]
SYNCS = 4
# Rows as the simulator keeps them: amounts in cents, days in ISO format.
DAY = "2026-11-29"


class Switches:
    """Draws the first of all choices, so that this does not depend on a seed."""

    def random(self):
        return 0.99

    def choice(self, values):
        return values[0]

    def randrange(self, first, _last):
        return first


class Store:
    """The simulator's store in this process: what a Comparison needs of it, and its
    rows to tamper with."""

    def __init__(self, path):
        gateway = Gateway(str(path))
        self._client = Client(Application(gateway))
        self._tables = gateway.companies[gateway.current].tables

    def admin(self, path):
        loopback = {"REMOTE_ADDR": "127.0.0.1"}
        return self._client.get(f"/_simulator/{path}", environ_base=loopback).json

    def rows(self, intacct_object, **values):
        """Copies of the rows with some values, by RECORDNO."""
        return {
            recordno: dict(row)
            for recordno, row in self._tables.rows[intacct_object].items()
            if all(row.get(name) == value for name, value in values.items())
        }

    def row(self, intacct_object, **values):
        """The first row with some values.

        :return: its RECORDNO and a copy of it
        """
        return next(iter(self.rows(intacct_object, **values).items()))

    @contextlib.contextmanager
    def tampered(self, intacct_object, recordno, row):
        """Another row in place of one, or one more."""
        with self.all_tampered(intacct_object, {recordno: row}):
            yield

    @contextlib.contextmanager
    def all_tampered(self, intacct_object, changed):
        """Other rows in place of some."""
        rows = self._tables.rows[intacct_object]
        before = dict(rows)
        rows.update(changed)
        self._tables.version += 1
        try:
            yield
        finally:
            rows.clear()
            rows.update(before)
            self._tables.version += 1


class Books:
    """Both books after people have worked."""

    def __init__(self, run):
        self.run = run
        self._serial = 0
        self._work()
        run.calm_down(SYNCS)
        run.intacct.stop()
        self.store = Store(run.intacct.store)
        self.row, self.tampered = self.store.row, self.store.tampered
        self.all_tampered = self.store.all_tampered
        self.comparison = Comparison(run.call, self.store, run.company)
        self.verdict = self.comparison.run()

    def _do(self, name, **values):
        self._serial += 1
        act = {
            "act": name,
            "serial": self._serial,
            "pick": 0,
            "second_pick": 0,
            "customer": 1,
            "clerks_customer": 1,
            "currency": "USD",
            "day": 3,
            "documents": 1,
            "part": 0.5,
            "lines": [
                {"name": f"Line {place}", "quantity": 2, "discount": 0, **line}
                for place, line in enumerate(LINES)
            ],
            "amounts": AMOUNTS,
        }
        self.run.people.do({**act, **values})
        assert self.run.people.acts.get(name), self.run.people.acts
        assert not self.run.people.refusals, self.run.people.refusals

    def _work(self):
        self._do("invoice")
        self._do("pay")
        for customer in (2, 3, 4):
            self._do("invoice", customer=customer)
        self._do("pay", pick=0.3, part=1.2)
        self._do("write_off", pick=0.4)
        self._do("pay_in_advance", customer=5)
        self._do("invoice", customer=6)
        self._do("credit_note", customer=6)
        self._do("apply_credit", pick=0.99)
        for serial in (90, 91):
            self._do("clerk_invoices", serial=serial)
        self.run.calm_down(1)
        self._do("clerk_is_paid")
        self._do("pay_imported")


@pytest.fixture(scope="module")
def books():
    with running(draw_switches(Switches())) as run:
        yield Books(run)


def test_untouched_books_agree_on_something_of_each_kind(books):
    assert books.verdict.holds(), books.verdict
    kinds = ("documents", "receipts", "write_offs", "imported", "customers")
    for kind in (*kinds, "applications", "settled there"):
        assert books.verdict.compared[kind], kind


OWN = ("ARINVOICE", {"CUSTOMERID": "CH1"})
THEIRS = ("ARINVOICE", {"CUSTOMERID": "K1"})
CREDIT = ("ARADJUSTMENT", {"CUSTOMERID": "CH6"})
WRITE_OFF = ("ARADJUSTMENT", {"CUSTOMERID": "CH3"})
RECEIPT = ("ARPYMT", {"CUSTOMERID": "CH1"})
ADVANCE = ("ARADVANCE", {"CUSTOMERID": "CH5"})
CASH = ("ARPYMTDETAIL", {"_KIND": "cash"})
CREDITED = ("ARPYMTDETAIL", {"_KIND": "credit_memo"})


@pytest.mark.parametrize(
    "where, changes, found",
    [
        (OWN, {"RECORDID": "INV/2026/99999"}, ": number is "),
        (OWN, {"CUSTOMERID": "CH2"}, ": customer is "),
        (OWN, {"WHENCREATED": DAY}, ": date is "),
        (OWN, {"WHENPOSTED": DAY}, ": GL date is "),
        (OWN, {"WHENDUE": DAY}, ": due date is "),
        (OWN, {"CURRENCY": "EUR"}, ": currency is "),
        (OWN, {"DOCNUMBER": "Other"}, ": reference is "),
        (OWN, {"TRX_TOTALENTERED": 1}, ": total is "),
        (OWN, {"TRX_TOTALDUE": 1}, ": open is "),
        (OWN, {"_OPEN": 0}, ": state is "),
        (OWN, {"RAWSTATE": "S"}, ": state is "),
        (THEIRS, {"RECORDID": "CLERK-99"}, ": number is "),
        (THEIRS, {"CUSTOMERID": "K2"}, ": customer is "),
        (THEIRS, {"WHENCREATED": DAY}, ": date is "),
        (THEIRS, {"WHENPOSTED": DAY}, ": GL date is "),
        (THEIRS, {"WHENDUE": DAY}, ": due date is "),
        (THEIRS, {"TRX_TOTALDUE": 1}, ": open is "),
        (CREDIT, {"WHENCREATED": DAY}, ": date is "),
        (CREDIT, {"TRX_TOTALDUE": -1}, ": open is "),
        (CREDIT, {"DOCNUMBER": "INV/2026/00001"}, ": reference is "),
        (WRITE_OFF, {"TRX_TOTALENTERED": -1}, ": total is "),
        (WRITE_OFF, {"WHENPOSTED": DAY}, ": date is "),
        (RECEIPT, {"CUSTOMERID": "CH2"}, ": customer is "),
        (RECEIPT, {"RECEIPTDATE": DAY}, ": date is "),
        (RECEIPT, {"CURRENCY": "EUR"}, ": currency is "),
        (RECEIPT, {"TRX_TOTALENTERED": 1}, ": total is "),
        (RECEIPT, {"TRX_TOTALDUE": 1}, ": open is "),
        (RECEIPT, {"UNDEPOSITEDACCOUNTNO": "1000"}, ": account is "),
        (ADVANCE, {"TRX_TOTALDUE": 1}, ": open is "),
        (CASH, {"TRX_PAYMENTAMOUNT": 1}, ": amount is "),
        (CREDITED, {"TRX_ADJUSTMENTAMOUNT": 1}, ": amount is "),
        (("CUSTOMER", {"CUSTOMERID": "CH1"}), {"NAME": "Other"}, ": name is "),
    ],
)
def test_one_value(books, where, changes, found):
    intacct_object, values = where
    recordno, row = books.row(intacct_object, **values)
    with books.tampered(intacct_object, recordno, {**row, **changes}):
        verdict = books.comparison.run()
    assert any(found in sentence for sentence in verdict.wrong), verdict
    assert not verdict.duplicated


@pytest.mark.parametrize(
    "where, text, changes",
    [
        (OWN, "Line 0 (2 × 100)", {"TRX_AMOUNT": 1}),
        (OWN, "Line 0 (2 × 100)", {"ENTRYDESCRIPTION": "Other"}),
        (OWN, "Line 0 (2 × 100)", {"ACCOUNTNO": "4900"}),
        (OWN, "Line 0 (2 × 100)", {"DEPARTMENTID": "D9"}),
        (OWN, "Line 0 (2 × 100)", {"CLASSID": "C9"}),
        (OWN, "Line 1 (2 × 50)", {"ACCOUNTNO": "4000"}),
        (OWN, "Line 1 (2 × 50)", {"DEPARTMENTID": "D1"}),
        (OWN, "Chaos 7%", {"ACCOUNTNO": "4000"}),
        (CREDIT, "Line 0 (2 × 100)", {"TRX_AMOUNT": -1}),
        (CREDIT, "Line 0 (2 × 100)", {"CLASSID": "C9"}),
        (WRITE_OFF, "Discount", {"ACCOUNTNO": "4000"}),
        (THEIRS, "CLERK-90/0", {"TRX_AMOUNT": 1}),
        (THEIRS, "CLERK-90/0", {"ENTRYDESCRIPTION": "Other"}),
        (THEIRS, "CLERK-90/0", {"ACCOUNTNO": "4900"}),
        (THEIRS, "CLERK-90/0", {"DEPARTMENTID": "D1"}),
    ],
)
def test_one_value_of_a_line(books, where, text, changes):
    intacct_object, values = where
    header, _row = books.row(intacct_object, **values)
    items = f"{intacct_object}ITEM"
    recordno, row = books.row(items, RECORDKEY=header, ENTRYDESCRIPTION=text)
    with books.tampered(items, recordno, {**row, **changes}):
        verdict = books.comparison.run()
    assert any("Line" in s or "“" in s or "on (" in s for s in verdict.wrong), verdict


@pytest.mark.parametrize(
    "where", [OWN, CREDIT, WRITE_OFF, RECEIPT, ADVANCE, ("CUSTOMER", OWN[1])]
)
def test_what_is_gone_is_lost_and_what_is_there_twice_is_duplicated(books, where):
    intacct_object, values = where
    recordno, row = books.row(intacct_object, **values)
    twin = {**row, "RECORDNO": 9999}
    with books.tampered(intacct_object, 9999, twin):
        assert books.comparison.run().duplicated
    gone = {**row, "RAWSTATE": "V"}
    if intacct_object == "CUSTOMER":
        gone = {**row, "CUSTOMERID": "CH99"}
    with books.tampered(intacct_object, recordno, gone):
        assert books.comparison.run().lost


@pytest.mark.parametrize("kind, customer", [("cash", "CH1"), ("credit_memo", "CH6")])
def test_an_application_in_one_of_the_books_only(books, kind, customer):
    target, _invoice = books.row("ARINVOICE", CUSTOMERID=customer)
    other, _invoice = books.row("ARINVOICE", CUSTOMERID="CH3")
    details = "ARPYMTDETAIL"
    rows = books.store.rows(details, RECORDKEY=target, _KIND=kind)
    voided = {recordno: {**row, "STATE": "V"} for recordno, row in rows.items()}
    with books.all_tampered(details, voided):
        verdict = books.comparison.run()
    assert any("in Odoo only" in text for text in verdict.lost), verdict

    moved = {recordno: {**row, "RECORDKEY": other} for recordno, row in rows.items()}
    with books.all_tampered(details, moved):
        verdict = books.comparison.run()
    assert any("in Odoo only" in text for text in verdict.lost), verdict
    assert any("in Intacct only" in text for text in verdict.wrong), verdict


def test_a_receipt_of_intacct_s_own_that_odoo_has_otherwise(books):
    _recordno, invoice = books.row("ARINVOICE", RECORDID="CLERK-90")
    recordno, row = books.row("ARPYMTDETAIL", RECORDKEY=invoice["RECORDNO"])
    with books.tampered("ARPYMTDETAIL", recordno, {**row, "TRX_PAYMENTAMOUNT": 1}):
        wrong = books.comparison.run().wrong
    assert any("on CLERK-90" in text or "CLERK-90" in text for text in wrong), wrong


def test_an_invoice_of_intacct_s_own_that_odoo_lacks(books):
    recordno, row = books.row("ARINVOICE", RECORDID="CLERK-91")
    twin = {**row, "RECORDNO": 9999, "RECORDID": "CLERK-97"}
    with books.tampered("ARINVOICE", 9999, twin):
        assert any("CLERK-97" in text for text in books.comparison.run().lost)
    with books.tampered("ARINVOICE", recordno, {**row, "RAWSTATE": "V"}):
        assert any("CLERK-91" in text for text in books.comparison.run().duplicated)


def test_books_that_contradict_themselves(books):
    recordno, row = books.row("JOURNAL")
    with books.tampered("JOURNAL", recordno, {**row, "AMOUNT": row["AMOUNT"] + 1}):
        assert books.comparison.run().wrong


def test_what_is_still_to_be_done_is_stuck(books):
    run = books.run
    change = "UPDATE intacct_operation SET state = '%s' WHERE id = (%s)"
    first = "SELECT MIN(id) FROM intacct_operation WHERE state IN ('done', 'failed')"
    run.cluster.execute(change % ("failed", first), database=run.database)
    stuck = books.comparison.run().stuck
    run.cluster.execute(change % ("done", first), database=run.database)
    assert len(stuck) == 1
    assert not books.comparison.run().stuck
