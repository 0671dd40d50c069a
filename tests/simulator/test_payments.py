"""Receipts: details, currencies, discounts, drafts, the legacy function."""

import pytest

from .harness import cash, compare, create_payment, date, line, tags
from .receipts import apply, due, line_payments, state

# -------------------------------------------------------------------------- cash


def test_cash_runs_down_the_lines(client, admin):
    key = client.invoice(lines=[line(10), line(20), line(30)])
    payment = client.pay(cash(key, 25))
    assert line_payments(admin) == ["10", "15", "0"]
    assert state(admin, key) == "Partially Paid"
    client.pay(cash(key, 35), RECEIPTDATE="03/15/2026")
    row = admin.row("ARINVOICE", key)
    assert (row["STATE"], row["TRX_TOTALDUE"], row["WHENPAID"]) == (
        "Paid", "0", "03/15/2026",
    )  # fmt: skip
    details = client.query(
        "ARPYMTDETAIL",
        "RECORDKEY TRX_PAYMENTAMOUNT PAYMENTDATE STATE",
        compare("equalto", "PAYMENTKEY", payment),
    )
    assert sorted(row["TRX_PAYMENTAMOUNT"] for row in details) == ["10", "15"]


def test_an_entry_key_pays_its_line(client, admin):
    key = client.invoice(lines=[line(10), line(20)])
    lines = client.query("ARINVOICEITEM", "RECORDNO", order="LINE_NO")
    client.pay(cash(key, 5, ENTRYKEY=lines[1]["RECORDNO"]))
    assert line_payments(admin) == ["0", "5"]


def test_one_receipt_over_several_invoices(client, admin):
    keys = [client.invoice(amount=50), client.invoice(amount=60)]
    payment = client.pay(
        cash(keys[0], 50), cash(keys[1], 20), DOCNUMBER="CHK 1", DESCRIPTION="m"
    )
    assert [due(admin, key) for key in keys] == ["0", "40"]
    (row,) = client.query(
        "ARPYMT",
        "RECORDNO RECORDTYPE DISPLAYSTATE TRX_TOTALENTERED TRX_TOTALDUE DOCNUMBER "
        "DESCRIPTION CUSTOMERID RECEIPTDATE PRBATCH FINANCIALACCOUNTNAME",
    )
    assert row == {
        "RECORDNO": str(payment),
        "RECORDTYPE": "rp",
        "DISPLAYSTATE": "Complete",
        "TRX_TOTALENTERED": "70",
        "TRX_TOTALDUE": "0",
        "DOCNUMBER": "CHK 1",
        "DESCRIPTION": "m",
        "CUSTOMERID": "C1",
        "RECEIPTDATE": "03/10/2026",
        "PRBATCH": "Receipts(Bank-BOA): 2026/03/10 Batch",
        "FINANCIALACCOUNTNAME": "Bank of Anywhere",
    }


def test_links_tell_which_line_was_paid_by_what(client, admin):
    key = client.invoice(amount=50)
    memo = client.memo(amount=-20)
    paid = client.pay(cash(key, 10))
    credited = client.do(apply(memo, (key, 20))).recordno
    rows = client.query(
        "ARINVOICEPAYMENT", "PAYMENTKEY PARENTPYMT RECORDKEY TRX_AMOUNT STATE"
    )
    assert sorted(tuple(row.values()) for row in rows) == sorted(
        [
            (str(paid), str(paid), str(key), "10", "A"),
            (str(memo), str(credited), str(key), "20", "A"),
        ]
    )


@pytest.mark.parametrize(
    "values, text",
    [
        ({"PAYMENTMETHOD": "Barter"}, "Invalid Payment Method 'Barter' specified."),
        ({"CUSTOMERID": "C9"}, "Invalid Customer 'C9' specified."),
        ({"FINANCIALENTITY": "NOBANK"}, "Invalid Bank Account 'NOBANK' specified."),
        ({"FINANCIALENTITY": None}, "Required field Bank Account is missing"),
        ({"RECEIPTDATE": None}, "Required field Receipt Date is missing"),
        (
            {"FINANCIALENTITY": None, "UNDEPOSITEDACCOUNTNO": "1000"},
            "The account number 1000 is associated to the bank account BOA",
        ),
        ({"CURRENCY": "EUR"}, "Enable foreign-currency transactions"),
        ({"PRBATCH": "none"}, "Invalid Payment Batch 'none' specified."),
    ],
)
def test_what_is_refused(client, admin, values, text):
    key = client.invoice()
    assert text in client.call(create_payment(cash(key, 10), **values)).text
    assert due(admin, key) == "100"
    assert admin.rows("ARPYMT") == []


@pytest.mark.parametrize("amount", ["100.01", "-5"])
def test_no_more_than_is_due(client, admin, amount):
    key = client.invoice(amount=100)
    said = client.call(create_payment(cash(key, amount))).text
    assert "exceeds total amount due ()" in said
    twice = create_payment(cash(key, 60), cash(key, 60))
    assert "exceeds total amount due ()" in client.call(twice).text


def test_wrong_keys_say_so_twice(client):
    text = "No record exits for the recordkey {}"
    errors = client.call(create_payment(cash(4711, 10))).errors
    assert errors[:2] == [("DL03000005", text.format(4711))] * 2
    other = client.invoice(customer="C2")
    assert client.call(create_payment(cash(other, 10))).errors[0][0] == "DL03000005"
    draft = client.invoice(action="Draft")
    assert client.call(create_payment(cash(draft, 10))).errors[0][0] == "DL03000005"


def test_summaries_by_the_user(client, admin):
    admin.settings(payment_summary="user")
    key = client.invoice()
    assert (
        "Please provide a payment batch key."
        in client.call(create_payment(cash(key, 1))).text
    )
    batch = client.do(
        "<create_arpaymentbatch><batchtitle>Mine</batchtitle><bankaccountid>BOA"
        "</bankaccountid></create_arpaymentbatch>"
    ).key
    client.pay(cash(key, 1), FINANCIALENTITY=None, PRBATCH=batch)
    (row,) = client.query("ARPYMT", "PRBATCH FINANCIALENTITY")
    assert row == {"PRBATCH": "Mine", "FINANCIALENTITY": "BOA"}


def test_the_date_of_the_receipt_counts_not_that_of_the_invoice(client, admin):
    key = client.invoice(day="01/15/2026")
    admin.change("close_books", through="01/31/2026")
    assert client.call(create_payment(cash(key, 10))).ok
    late = create_payment(cash(key, 10), RECEIPTDATE="01/20/2026")
    assert "Your transaction date (01/20/2026)" in client.call(late).text


def test_numbers_of_receipts(client, admin):
    admin.settings(payment_numbering="sequence")
    client.pay(cash(client.invoice(), 10))
    assert client.query("ARPYMT", "RECORDID") == [{"RECORDID": "PAY-00001"}]


# --------------------------------------------------------------------- currencies


@pytest.fixture
def euro(admin):
    admin.post(
        "load",
        {
            "COMPANY": {"CURRENCIES": ["EUR"]},
            "GLACCOUNT": [{"ACCOUNTNO": "1010", "TITLE": "Bank EUR"}],
            "CHECKINGACCOUNT": [
                {"BANKACCOUNTID": "BOE", "GLACCOUNTNO": "1010", "CURRENCY": "EUR"}
            ],
            "EXCHANGERATE": [
                {"FROM": "EUR", "DATE": "01/01/2026", "RATE": "1.10"},
                {"FROM": "EUR", "DATE": "03/10/2026", "RATE": "1.20"},
            ],
        },
    )


def test_undeposited_funds_are_for_the_base_currency(client, admin, euro):
    key = client.invoice(currency="EUR")
    place = {"FINANCIALENTITY": None, "UNDEPOSITEDACCOUNTNO": "1050", "CURRENCY": "EUR"}
    assert client.call(create_payment(cash(key, 10), **place)).errors[0] == (
        "BL02000051",
        "You cannot make payment for foreign currency invoice for payment method "
        '"EFT" using Undeposited Fund Account.',
    )
    usd = client.invoice()
    client.pay(cash(usd, 10), FINANCIALENTITY=None, UNDEPOSITEDACCOUNTNO="1050")


def test_a_bank_account_takes_its_own_currency(client, admin, euro):
    key = client.invoice(currency="EUR")
    wrong = create_payment(cash(key, 10), CURRENCY="EUR")
    assert "The currency of the bank account 'BOA' is USD" in client.call(wrong).text
    crossed = create_payment(cash(key, 10))
    assert "must be the currency EUR" in client.call(crossed).text


def test_money_in_base_currency_pays_another_with_both_totals(client, admin, euro):
    key = client.invoice(currency="EUR", amount=100)
    totals = {"CURRENCY": "EUR", "AMOUNTTOPAY": "125", "TRX_AMOUNTTOPAY": "100"}
    wrong = create_payment(cash(key, 99), **totals)
    assert "exceeds total amount due" in client.call(wrong).text
    client.pay(cash(key, 100), **totals)
    (row,) = admin.rows("ARPYMT")
    assert (row["TRX_TOTALENTERED"], row["TOTALENTERED"]) == ("100", "125")
    accounts = admin.books()["accounts"]
    assert (accounts["1000"], accounts["1100"]) == ("125", "0")


def test_a_company_may_not_take_another_currency(client, admin, euro):
    admin.settings(cross_currency_receipts=False)
    key = client.invoice(currency="EUR", amount=100)
    totals = {"CURRENCY": "EUR", "AMOUNTTOPAY": "125", "TRX_AMOUNTTOPAY": "100"}
    refused = client.call(create_payment(cash(key, 100), **totals))
    assert "The currency of the bank account 'BOA' is USD" in refused.text


def test_both_totals_mean_nothing_in_the_bank_s_own_currency(client, admin):
    key = client.invoice(amount=100)
    client.pay(cash(key, 40), AMOUNTTOPAY="9", TRX_AMOUNTTOPAY="8")
    assert due(admin, key) == "60"


def test_gains_are_realised_at_the_rate_of_the_receipt(client, admin, euro):
    key = client.invoice(
        currency="EUR", day="03/01/2026", lines=[line("33.33"), line("66.67")]
    )
    assert admin.row("ARINVOICE", key)["TOTALENTERED"] == "110"
    client.pay(cash(key, "50.01"), FINANCIALENTITY="BOE", CURRENCY="EUR")
    client.pay(
        cash(key, "49.99"), FINANCIALENTITY="BOE", CURRENCY="EUR", EXCHANGE_RATE="1"
    )
    row = admin.row("ARINVOICE", key)
    assert (row["TOTALDUE"], row["TOTALPAID"], row["STATE"]) == ("0", "110", "Paid")
    bases = {row["TOTALENTERED"] for row in admin.rows("ARPYMT")}
    assert bases == {"60.02", "49.99"} or bases == {"60.01", "49.99"}
    accounts = admin.books()["accounts"]
    assert accounts["1100"] == "0"
    assert float(accounts["8100"]) == pytest.approx(110 - float(accounts["1010"]))


# ------------------------------------------------------------------------ discounts


def test_custom_discounts(client, admin):
    key = client.invoice(amount=100)
    function = create_payment(cash(key, 90, TRX_TOTALDISCOUNTTOAPPLY=10))
    assert "Custom discounts are not enabled." in client.call(function).text
    admin.settings(custom_discounts=True)
    client.do(function)
    row = admin.row("ARINVOICE", key)
    names = ("TRX_TOTALDUE", "TRX_TOTALPAID", "TRX_TOTALDISCOUNTAPPLIED")
    assert tuple(row[name] for name in names) == (
        "0", "90", "10",
    )  # fmt: skip
    assert admin.books()["accounts"]["4900"] == "10"


def test_the_terms_discount_wants_the_full_rest(client, admin):
    term = {
        "NAME": "2/10",
        "DUEDATE": 30,
        "DISCDATE": 10,
        "DISCAMOUNT": "2",
        "DISCPERCAMN": "%",
    }
    admin.post("load", {"ARTERM": [term]})
    key = client.invoice(amount=100, term="2/10")
    assert admin.row("ARINVOICE", key)["WHENDISCOUNT"] == "03/11/2026"
    part = create_payment(cash(key, 50, DISCOUNTDATE="03/10/2026"))
    assert "full amount due net of the discount" in client.call(part).text
    late = create_payment(cash(key, 98, DISCOUNTDATE="03/12/2026"))
    assert "Invalid Discount Date" in client.call(late).text
    client.pay(cash(key, 98, DISCOUNTDATE="03/10/2026"))
    assert state(admin, key) == "Paid"


# --------------------------------------------------------------------------- drafts


def test_a_draft_selects_and_submitting_pays(client, admin):
    key = client.invoice(amount=100)
    payment = client.pay(cash(key, 60), ACTION="Draft")
    assert state(admin, key) == "Selected"
    assert due(admin, key) == "100"
    assert client.query("ARPYMT", "DISPLAYSTATE") == [{"DISPLAYSTATE": "Draft"}]
    assert "exceeds" in client.call(create_payment(cash(key, 50))).text
    change = f"<update><ARPYMT><RECORDNO>{payment}</RECORDNO>{{}}</ARPYMT></update>"
    detail = "<ARPYMTDETAILS><ARPYMTDETAIL>{}</ARPYMTDETAIL></ARPYMTDETAILS>"
    client.do(change.format(detail.format(tags(**cash(key, 30)))))
    assert admin.row("ARINVOICE", key)["TRX_TOTALSELECTED"] == "30"
    client.do(change.format("<ACTION>Submit</ACTION>"))
    assert (state(admin, key), due(admin, key)) == ("Partially Paid", "70")
    again = client.call(change.format("<ACTION>Submit</ACTION>"))
    assert again.errors[0][0] == "BL03002129"


def test_a_draft_may_change_its_account(client, admin):
    payment = client.pay(cash(client.invoice(), 60), ACTION="Draft")
    change = (
        f"<update><ARPYMT><RECORDNO>{payment}</RECORDNO>{{}}<ACTION>Submit</ACTION>"
        "</ARPYMT></update>"
    )
    admin.post(
        "load",
        {
            "GLACCOUNT": [{"ACCOUNTNO": "1001", "TITLE": "Other"}],
            "CHECKINGACCOUNT": [{"BANKACCOUNTID": "BOB", "GLACCOUNTNO": "1001"}],
        },
    )
    client.do(change.format("<FINANCIALENTITY>BOB</FINANCIALENTITY>"))
    assert admin.books()["accounts"]["1001"] == "60"


def test_a_deleted_draft_gives_back_what_it_selected(client, admin):
    key = client.invoice(amount=100)
    payment = client.pay(cash(key, 60), ACTION="Draft")
    client.do(f"<delete><object>ARPYMT</object><keys>{payment}</keys></delete>")
    assert state(admin, key) == "Posted"
    posted = client.pay(cash(key, 60))
    assert not client.call(
        f"<delete><object>ARPYMT</object><keys>{posted}</keys></delete>"
    ).ok
    assert not client.call(f'<delete_arpayment key="{posted}"/>').ok


# --------------------------------------------------------------------------- legacy


def legacy(amount, *items, **more):
    inner = "".join(
        f"<arpaymentitem>{tags(invoicekey=k, amount=a)}</arpaymentitem>"
        for k, a in items
    )
    return (
        "<create_arpayment><customerid>C1</customerid>"
        + tags(paymentamount=amount, bankaccountid="BOA", refid="R", **more)
        + date("datereceived", "03/10/2026")
        + f"<paymentmethod>Printed Check</paymentmethod>{inner}</create_arpayment>"
    )


def test_a_legacy_receipt(client, admin):
    key = client.invoice(amount=100)
    result = client.do(legacy(130, (key, 100)))
    assert due(admin, key) == "0"
    row = admin.row("ARPYMT", result.recordno)
    assert (row["TRX_TOTALDUE"], row["DOCNUMBER"]) == ("30", "R")


def test_a_legacy_receipt_without_invoices_is_an_advance(client, admin):
    client.invoice(amount=100)
    result = client.do(legacy(130))
    assert due(admin, result.recordno, "ARADVANCE") == "130"


def test_balance_forward_customers_pay_the_oldest_first(client, admin):
    admin.settings(balance_forward_customers=["C1"])
    new = client.invoice(amount=100, day="03/05/2026")
    old = client.invoice(amount=100, day="02/05/2026")
    client.do(legacy(130))
    assert (due(admin, old), due(admin, new)) == ("0", "70")


def test_approval_of_receipts(client, admin):
    admin.settings(approvals=["ARPYMT"])
    key = client.invoice()
    payment = client.pay(cash(key, 10))
    assert admin.row("ARPYMT", payment)["DISPLAYSTATE"] == "Submitted"
    admin.change("submit", key=payment)
    assert due(admin, key) == "90"
