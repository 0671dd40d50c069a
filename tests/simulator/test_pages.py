"""The pages show a company's receivables, whatever its texts contain."""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from simulator import pages
from simulator.books.proof import summary
from simulator.clock import Clock
from simulator.company import Company
from simulator.store import Database

HOSTILE = "<script>alert(\"1\")</script> & 'Söhne'"
MANY = 5000


class Text(HTMLParser):
    """Collects tags, links and visible text, and insists on closed elements."""

    VOID = ("meta", "link", "input", "br")

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.links, self.words = [], [], [], []
        self.feed(html)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def add_invoice(company, key, **fields):
    row = {
        "RECORDNO": key,
        "RECORDID": f"INV-{key}",
        "CUSTOMERID": "C1",
        "WHENCREATED": "2026-03-01",
        "WHENDUE": "2026-03-31",
        "CURRENCY": "USD",
        "RAWSTATE": "A",
        "TRX_TOTALENTERED": 100050,
        "TOTALENTERED": 100050,
        "TRX_TOTALDUE": 100050,
        "TOTALDUE": 100050,
        "TRX_TOTALPAID": 0,
        "TOTALPAID": 0,
        "_OPEN": True,
    }
    company.tables.insert("ARINVOICE", {**row, **fields})


@pytest.fixture
def company():
    database = Database(":memory:")
    company = Company(database, "acme", Clock())
    tables = company.tables
    with tables.transaction():
        tables.set_meta("configuration", {"NAME": "Acme <Group>", "ARACCOUNT": "1200"})
        contact = tables.insert("CONTACT", {"CONTACTNAME": "x", "EMAIL1": HOSTILE})
        tables.insert(
            "CUSTOMER",
            {
                "CUSTOMERID": "C1",
                "NAME": HOSTILE,
                "STATUS": "T",
                "DISPLAYCONTACTKEY": contact["RECORDNO"],
            },
        )
        tables.insert("CUSTOMER", {"CUSTOMERID": "2/3", "NAME": "東京", "STATUS": "F"})
        user = tables.insert("USERINFO", {"LOGINID": "api-user"})
        add_invoice(company, 10, RECORDID=HOSTILE, CREATEDBY=user["RECORDNO"])
        add_invoice(company, 11, RECORDID=None)
        add_invoice(
            company,
            12,
            CUSTOMERID="2/3",
            CURRENCY="JPY",
            TRX_TOTALENTERED=123456700,
            TRX_TOTALDUE=100000000,
            TRX_TOTALPAID=23456700,
            DESCRIPTION=HOSTILE,
            MODULEKEY="8.SO",
        )
        add_invoice(company, 13, RAWSTATE="D")
        tables.insert(
            "ARINVOICEITEM",
            {
                "RECORDKEY": 12,
                "LINE_NO": 2,
                "ACCOUNTNO": "4100",
                "TRX_AMOUNT": 0,
                "AMOUNT": 0,
            },
        )
        tables.insert(
            "ARINVOICEITEM",
            {
                "RECORDKEY": 11,
                "LINE_NO": 1,
                "ENTRYDESCRIPTION": "unseen",
                "TRX_AMOUNT": 100050,
                "_HIDDEN": True,
            },
        )
        tables.insert(
            "ARINVOICEITEM",
            {
                "RECORDKEY": 12,
                "LINE_NO": 1,
                "ACCOUNTNO": "4000",
                "ENTRYDESCRIPTION": HOSTILE,
                "TRX_AMOUNT": 123456700,
                "AMOUNT": 800000,
            },
        )
        tables.insert(
            "ARPYMT",
            {
                "RECORDNO": 20,
                "CUSTOMERID": "2/3",
                "CURRENCY": "JPY",
                "RAWSTATE": "C",
                "DOCNUMBER": "CK-20",
                "RECEIPTDATE": "2026-03-05",
                "TRX_TOTALENTERED": 23456700,
            },
        )
        tables.insert(
            "ARPYMTDETAIL",
            {
                "RECORDKEY": 12,
                "PAYMENTKEY": 20,
                "PAYMENTDATE": "2026-03-05",
                "TRX_PAYMENTAMOUNT": 23456700,
            },
        )
        overpayment = tables.insert(
            "ARPOSTEDOVERPAYMENT", {"PARENTPAYMENTKEY": 20, "CURRENCY": "JPY"}
        )
        tables.insert(
            "ARPYMTDETAIL",
            {
                "RECORDKEY": 11,
                "PAYMENTKEY": 21,
                "OVERPAYMENTKEY": overpayment["RECORDNO"],
                "TRX_POSTEDOVERPAYMENTAMOUNT": 4200,
            },
        )
        tables.insert(
            "ARADJUSTMENT",
            {
                "RECORDNO": 30,
                "CUSTOMERID": "C1",
                "CURRENCY": "USD",
                "RAWSTATE": "A",
                "TRX_TOTALENTERED": -50000,
                "TRX_TOTALDUE": -50000,
                "TOTALDUE": -50000,
            },
        )
        tables.insert(
            "AUDITHISTORY",
            {
                "OBJECTTYPE": "arinvoice",
                "OBJECTKEY": "12--REC",
                "ACCESSTIME": 1772400000,
                "ACCESSMODE": "C",
                "USERID": "api-user",
                "SOURCE": "api",
            },
        )
    yield company
    database.close()


def show(company, path, status=200, requests=(), faults=(), **args):
    found, html = pages.page(company, path, args, summary(company), requests, faults)
    assert found == status
    return Text(html)


EVERY_PATH = (
    "/", "/customers", "/customer/C1", "/customer/2/3", "/invoices", "/invoice/10",
    "/invoice/12", "/adjustments", "/payments", "/payment/20", "/advances", "/requests",
)  # fmt: skip


@pytest.mark.parametrize("path", EVERY_PATH)
def test_no_text_of_the_company_becomes_markup(company, path):
    page = show(company, path)
    assert "script" not in [tag for tag, _attrs in page.tags]
    assert "Acme <Group>" in page.text


@pytest.mark.parametrize("path", EVERY_PATH)
def test_a_page_asks_for_nothing_else(company, path):
    for tag, attrs in show(company, path).tags:
        assert tag not in ("script", "img", "iframe")
        for name in ("src", "href", "action"):
            assert re.match(r"/(?!/)|data:,$", attrs.get(name, "/")), attrs
    assert "url(" not in pages.STYLE and "@import" not in pages.STYLE


def test_every_link_leads_somewhere(company):
    seen, queue = set(), ["/"]
    while queue:
        path = queue.pop()
        if path in seen:
            continue
        seen.add(path)
        parts = urlsplit(path)
        queue += show(
            company, unquote(parts.path), **dict(parse_qsl(parts.query))
        ).links
    assert {"/invoice/12", "/customer/2/3", "/payment/20"} <= seen


@pytest.mark.parametrize(
    "path",
    ["/nope", "/invoice/99", "/invoice/x", "/invoice/²", "/customer/", "/payment/12"],
)
def test_what_is_not_there_is_404(company, path):
    assert "No such page" in show(company, path, status=404).text


def test_the_overview_shows_the_open_balance_per_currency(company):
    text = show(company, "/").text
    assert "Open balance, USD 1,501.00" in text
    assert "Open balance, JPY 1,000,000" in text


def test_the_overview_says_that_the_books_differ_when_they_do(company):
    assert "the books differ" in show(company, "/").text.lower()
    with company.tables.transaction():
        for name in ("ARINVOICE", "ARADJUSTMENT"):
            for row in company.tables.all(name):
                company.tables.delete(name, row)
    assert "agrees with the open items" in show(company, "/").text


def test_invoices_can_be_filtered(company):
    def numbers(**args):
        links = show(company, "/invoices", **args).links
        return {link for link in links if link.startswith("/invoice/")}

    everything = {f"/invoice/{key}" for key in (10, 11, 12, 13)}
    assert numbers() == everything
    assert numbers(state="Draft") == {"/invoice/13"}
    assert numbers(currency="JPY") == {"/invoice/12"}
    assert numbers(state="Posted", currency="JPY") == set()
    assert numbers(customer="2/3") == {"/invoice/12"}
    assert numbers(q="東") == {"/invoice/12"}
    assert numbers(q="inv-13") == {"/invoice/13"}
    assert numbers(q="none such") == set()


def test_an_invoice_without_a_number_can_be_reached(company):
    page = show(company, "/invoices")
    assert "#11" in page.text
    assert "/invoice/11" in page.links


def test_the_invoice_page_shows_lines_applications_and_history(company):
    page = show(company, "/invoice/12")
    for wanted in (
        "Partially Paid", "1,234,567", "234,567", "1,000,000", "4000", HOSTILE,
        "2026-03-05", "CK-20", "cash", "created", "api-user",
    ):  # fmt: skip
        assert wanted in page.text
    assert "/payment/20" in page.links


def test_lines_are_shown_in_their_order_however_they_are_kept(company):
    text = show(company, "/invoice/12").text
    assert text.index("1 4000") < text.index("2 4100")


def test_a_total_that_the_lines_do_not_explain_is_pointed_out(company):
    text = show(company, "/invoice/11").text
    assert "not what the lines add up to: 0.00" in text
    assert "unseen" not in text
    assert "add up" not in show(company, "/invoice/12").text


def test_the_payment_page_shows_what_it_paid_and_where_its_excess_went(company):
    page = show(company, "/payment/20")
    assert {"/invoice/12", "/invoice/11"} <= set(page.links)
    assert "over-payment CK-20" in page.text


def test_a_list_shows_who_made_a_document_and_where_it_came_from(company):
    text = show(company, "/invoices").text
    assert "by api-user" in text
    assert "Order Entry" in text


def test_thousands_of_invoices_make_no_long_page(company):
    with company.tables.transaction():
        for key in range(1000, 1000 + MANY):
            add_invoice(company, key, WHENCREATED=f"2026-02-{key % 28 + 1:02d}")
    first = show(company, "/invoices")
    last = show(company, "/invoices", page="101")
    rows = [tag for tag, _attrs in first.tags if tag == "tr"]
    assert len(rows) == 51
    assert "5,004 in all" in first.text
    assert len([tag for tag, _attrs in last.tags if tag == "tr"]) == 5
    assert "/invoices?page=2" in first.links


@pytest.mark.parametrize("wanted", ["0", "-1", "x", "²", "999"])
def test_a_page_number_out_of_range_is_the_nearest(company, wanted):
    assert "4 in all" in show(company, "/invoices", page=wanted).text
    assert "/invoice/10" in show(company, "/invoices", page=wanted).links


def test_filters_survive_turning_the_page(company):
    with company.tables.transaction():
        for key in range(1000, 1100):
            add_invoice(company, key)
    links = show(company, "/invoices", state="Posted", q="inv").links
    assert "/invoices?state=Posted&q=inv&page=2" in links


def request(number, **fields):
    call = {"function": "query", "objects": ["ARINVOICE"], "controlid": "x"}
    entry = {"number": number, "status": 200, "seconds": 0.5, "faults": []}
    return {**entry, "functions": [call], **fields}


def test_requests_are_shown_newest_first_with_what_came_of_them(company):
    log = [
        request(1),
        request(2, status=502, faults=["html"], result="failure", functions=[]),
        request(3, functions=[{"function": "create_invoice"}] * 3),
    ]
    text = show(company, "/requests", requests=log).text
    newest, middle, oldest = (
        text.index(part)
        for part in ("create_invoice × 3", "502 failure 0.500 html", "query ARINVOICE")
    )
    assert newest < middle < oldest
    assert "create_invoice × 3" in show(company, "/", requests=log).text


def test_faults_in_force_are_shown(company):
    rule = {"action": "cut", "function": HOSTILE, "times": 1, "nth": None}
    used = {"action": "html", "times": 0}
    assert "Faults in force" not in show(company, "/", faults=[used]).text
    assert "nth" not in show(company, "/", faults=[rule]).text
    assert f"function: {HOSTILE}" in show(company, "/", faults=[rule]).text
