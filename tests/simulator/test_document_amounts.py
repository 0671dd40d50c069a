"""Invoices and adjustments: currencies, taxes, and lines that pay each other."""

import pytest

from .harness import create_invoice, line, update

# --------------------------------------------------------------------- currencies


@pytest.fixture
def euro(admin):
    admin.post(
        "load",
        {
            "COMPANY": {"CURRENCIES": ["EUR", "JPY"]},
            "EXCHANGERATE": [
                {"FROM": "EUR", "DATE": "01/01/2026", "RATE": "1.10"},
                {"FROM": "EUR", "DATE": "03/01/2026", "RATE": "1.20"},
                {"FROM": "JPY", "DATE": "01/01/2026", "RATE": "0.0067"},
            ],
        },
    )


@pytest.mark.parametrize(
    "values, rate, base",
    [
        ({"day": "02/28/2026"}, "1.1", "110"),
        ({"day": "03/01/2026"}, "1.2", "120"),
        ({"day": "02/28/2026", "posted": "03/02/2026"}, "1.2", "120"),
        ({"rate": "1.23456"}, "1.23456", "123.46"),
    ],
)
def test_base_amounts_follow_the_rate_of_the_day(
    client, admin, euro, values, rate, base
):
    key = client.invoice(currency="EUR", **values)
    row = admin.row("ARINVOICE", key)
    assert (row["EXCHANGE_RATE"], row["TOTALENTERED"]) == (rate, base)
    assert (row["CURRENCY"], row["TRX_TOTALENTERED"]) == ("EUR", "100")
    assert row["TOTALDUE"] == base


def test_a_missing_rate(client, admin, euro):
    early = create_invoice(currency="EUR", day="12/31/2025")
    assert "The exchange rate from EUR to USD" in client.call(early).text


def test_a_currency_without_decimals(client, admin, euro):
    key = client.invoice(currency="JPY", lines=[line(1000), line(-1)])
    row = admin.row("ARINVOICE", key)
    assert (row["TRX_TOTALENTERED"], row["TOTALENTERED"]) == ("999", "6.69")


# -------------------------------------------------------------------------- taxes


@pytest.fixture
def vat(admin):
    admin.post(
        "load",
        {
            "TAXSOLUTION": [{"SOLUTIONID": "UK", "TAXMETHOD": "VAT"}],
            "TAXDETAIL": [
                {
                    "DETAILID": "UK 20",
                    "TAXTYPE": "Sale",
                    "VALUE": "20",
                    "GLACCOUNT": "2200",
                    "TAXSOLUTIONID": "UK",
                },
                {"DETAILID": "IN", "TAXTYPE": "Purchase", "VALUE": "20"},
            ],
        },
    )


def taxed(detail="UK 20", tax=""):
    sent = f"<trx_tax>{tax}</trx_tax>" if tax else ""
    return line(
        100,
        taxentries=f"<taxentry><detailid>{detail}</detailid>{sent}</taxentry>",
    )


def test_a_company_may_put_its_documents_under_a_tax_solution(client, admin, vat):
    admin.post("settings", {"default_tax_solution": "UK"})
    assert "Tax details are either missing" in client.call(create_invoice()).text
    assert client.call(create_invoice(lines=[taxed()])).ok


@pytest.mark.parametrize("tax, total", [("", "120"), ("19.99", "119.99")])
def test_tax_is_added_as_a_row_of_its_own(client, admin, vat, tax, total):
    key = client.invoice(solution="UK", lines=[taxed(tax=tax)])
    assert admin.row("ARINVOICE", key)["TOTALDUE"] == total
    lines = client.query("ARINVOICEITEM", "RECORDNO LINEITEM PARENTENTRY ACCOUNTNO")
    by_kind = {row["LINEITEM"]: row for row in lines}
    assert by_kind["F"]["PARENTENTRY"] == by_kind["T"]["RECORDNO"]
    assert by_kind["F"]["ACCOUNTNO"] == "2200"


def test_tax_entries_of_a_change_replace_the_set(client, admin, vat):
    key = client.invoice(solution="UK", lines=[taxed()])
    entry = "<taxentry><detailid>UK 20</detailid><trx_tax>7</trx_tax></taxentry>"
    items = (
        '<updateinvoiceitems><updatelineitem line_num="1">'
        f"<taxentries>{entry}</taxentries></updatelineitem></updateinvoiceitems>"
    )
    client.do(update(key, items))
    assert admin.row("ARINVOICE", key)["TOTALDUE"] == "107"
    assert len(admin.rows("ARINVOICEITEM")) == 2


@pytest.mark.parametrize("lines", [[line(100)], [taxed("IN")], [taxed("NO")]])
def test_a_tax_solution_wants_its_details_on_every_line(client, vat, lines):
    said = client.call(create_invoice(solution="UK", lines=lines)).text
    assert "Tax details are either missing or don't belong to the tax solution" in said


# ------------------------------------------------------------------ inline credits


def test_negative_lines_pay_positive_ones_of_the_same_invoice(client, admin):
    key = client.invoice(lines=[line(100), line(50), line(-120)])
    row = admin.row("ARINVOICE", key)
    assert (row["TOTALENTERED"], row["TOTALDUE"], row["STATE"]) == (
        "30",
        "30",
        "Posted",
    )
    paid = [item["TOTALPAID"] for item in admin.rows("ARINVOICEITEM")]
    assert paid == ["100", "20", "-120"]
    links = admin.rows("ARINVOICEPAYMENT")
    assert {link["PAYMENTKEY"] for link in links} == {str(key)}
    assert {link["PARENTPYMT"] for link in links} == {str(key)}


def test_without_auto_apply_negative_lines_wait(client, admin):
    admin.settings(auto_apply_inline=False)
    key = client.invoice(lines=[line(100), line(-20)])
    assert [item["TOTALPAID"] for item in admin.rows("ARINVOICEITEM")] == ["0", "0"]
    assert admin.row("ARINVOICE", key)["TOTALDUE"] == "80"


def test_a_negative_invoice_is_a_credit(client, admin):
    key = client.invoice(lines=[line(-100)])
    row = admin.row("ARINVOICE", key)
    assert (row["TOTALDUE"], row["STATE"]) == ("-100", "Posted")
    assert admin.rows("CUSTOMER", CUSTOMERID="C1")[0]["TOTALDUE"] == "-100"


def test_a_zero_invoice_has_no_value(client, admin):
    for lines in ([line(0)], [line(10), line(-10)]):
        key = client.invoice(lines=lines)
        assert admin.row("ARINVOICE", key)["STATE"] == "No Value"


def test_credits_across_entities(client, admin, entities):
    lines = [line(100, location="E1"), line(-10, location="E2")]
    assert client.call(create_invoice(lines=lines)).errors[0][0] == "BL03002073"
