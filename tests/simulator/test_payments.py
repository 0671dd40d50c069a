"""Receipts: details, credits of every kind, over-payments, drafts, entities."""

import pytest

from .harness import (
    cash,
    compare,
    create_payment,
    date,
    line,
    query,
    reverse,
    tags,
)


def due(admin, key, name="ARINVOICE"):
    return admin.row(name, key)["TRX_TOTALDUE"]


def state(admin, key, name="ARINVOICE"):
    return admin.row(name, key)["STATE"]


def line_payments(admin):
    rows = sorted(admin.rows("ARINVOICEITEM"), key=lambda row: int(row["RECORDNO"]))
    return [row["TRX_TOTALPAID"] for row in rows]


def advance(amount, **values):
    head = {
        "CUSTOMERID": "C1",
        "PAYMENTMETHOD": "EFT",
        "PAYMENTDATE": "03/02/2026",
        "RECEIPTDATE": "03/02/2026",
        "FINANCIALENTITY": "BOA",
        **values,
    }
    return (
        f"<create><ARADVANCE>{tags(**head)}{advance_lines(amount)}</ARADVANCE></create>"
    )


def advance_lines(amount):
    item = tags(ACCOUNTNO="2400", TRX_AMOUNT=amount)
    return f"<ARADVANCEITEMS><ARADVANCEITEM>{item}</ARADVANCEITEM></ARADVANCEITEMS>"


def apply(key, *items, day="03/12/2026"):
    inner = "".join(
        f"<arpaymentitem>{tags(invoicekey=k, amount=a)}</arpaymentitem>"
        for k, a in items
    )
    return (
        f"<apply_arpayment><arpaymentkey>{key}</arpaymentkey>{date('paymentdate', day)}"
        f"<memo>m</memo><arpaymentitems>{inner}</arpaymentitems></apply_arpayment>"
    )


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


# ------------------------------------------------------------------------- credits


def test_a_credit_memo_pays_by_detail(client, admin):
    key, memo = client.invoice(amount=100), client.memo(amount=-30)
    detail = {"RECORDKEY": key, "ADJUSTMENTKEY": memo, "TRX_ADJUSTMENTAMOUNT": 20}
    payment = client.pay(detail)
    assert (due(admin, key), due(admin, memo, "ARADJUSTMENT")) == ("80", "-10")
    assert state(admin, memo, "ARADJUSTMENT") == "Partially Paid"
    row = admin.row("ARPYMT", payment)
    assert row["TRX_TOTALENTERED"] == "0"
    (kept,) = client.query(
        "ARPYMTDETAIL", "ADJUSTMENTKEY TRX_ADJUSTMENTAMOUNT TRX_PAYMENTAMOUNT"
    )
    assert list(kept.values()) == [str(memo), "20", ""]
    too_much = {**detail, "TRX_ADJUSTMENTAMOUNT": 11}
    assert "exceeds total amount due" in client.call(create_payment(too_much)).text


def test_cash_and_credit_in_one_detail(client, admin):
    key, memo = client.invoice(amount=100), client.memo(amount=-30)
    client.pay(
        {
            "RECORDKEY": key,
            "TRX_PAYMENTAMOUNT": 70,
            "ADJUSTMENTKEY": memo,
            "TRX_ADJUSTMENTAMOUNT": 30,
        }
    )
    assert (due(admin, key), due(admin, memo, "ARADJUSTMENT")) == ("0", "0")


def test_a_debit_memo_is_paid(client, admin):
    memo = client.memo(amount=40)
    client.pay({"POSADJKEY": memo, "TRX_PAYMENTAMOUNT": 15})
    assert due(admin, memo, "ARADJUSTMENT") == "25"


def test_a_negative_invoice_pays(client, admin):
    key, credit = client.invoice(amount=100), client.invoice(amount=-30)
    client.pay(
        {
            "RECORDKEY": key,
            "NEGATIVEINVOICEKEY": credit,
            "TRX_NEGATIVEINVOICEAMOUNT": 30,
        }
    )
    assert (due(admin, key), due(admin, credit)) == ("70", "0")
    assert state(admin, credit) == "Paid"


def test_an_inline_credit_pays_another_invoice(client, admin):
    admin.settings(auto_apply_inline=False)
    key = client.invoice(amount=100)
    source = client.invoice(lines=[line(50), line(-30)])
    client.pay({"RECORDKEY": key, "INLINEKEY": source, "TRX_INLINEAMOUNT": 30})
    assert (due(admin, key), due(admin, source)) == ("70", "50")


def test_an_advance_is_used_up(client, admin):
    given = client.do(advance(80)).recordno
    row = admin.row("ARADVANCE", given)
    assert (row["STATE"], row["TRX_TOTALENTERED"], row["TRX_TOTALDUE"]) == (
        "Posted",
        "80",
        "80",
    )
    assert admin.books()["advance_accounts"]["base"] == "-80"
    assert admin.rows("CUSTOMER", CUSTOMERID="C1")[0]["TOTALDUE"] == "-80"
    key = client.invoice(amount=100)
    client.pay({"RECORDKEY": key, "ADVANCEKEY": given, "TRX_POSTEDADVANCEAMOUNT": 50})
    assert (due(admin, key), due(admin, given, "ARADVANCE")) == ("50", "30")
    client.do(apply(given, (key, 30)))
    assert due(admin, given, "ARADVANCE") == "0"
    assert admin.rows("CUSTOMER", CUSTOMERID="C1")[0]["TOTALDUE"] == "20"


def test_what_is_above_the_details_stays_on_account(client, admin):
    key = client.invoice(amount=100)
    payment = client.pay(cash(key, 100), OVERPAYMENTAMOUNT=30)
    row = admin.row("ARPYMT", payment)
    assert (row["TRX_TOTALENTERED"], row["TRX_TOTALPAID"], row["TRX_TOTALDUE"]) == (
        "130", "100", "30",
    )  # fmt: skip
    (over,) = client.query(
        "ARPOSTEDOVERPAYMENT", "RECORDNO PARENTPAYMENTKEY TRX_TOTALDUE"
    )
    assert over["PARENTPAYMENTKEY"] == str(payment)
    second = client.invoice(amount=25)
    client.pay(
        {
            "RECORDKEY": second,
            "OVERPAYMENTKEY": payment,
            "TRX_POSTEDOVERPAYMENTAMOUNT": 25,
        }
    )
    assert due(admin, second) == "0"
    assert due(admin, payment, "ARPYMT") == "5"
    third = client.invoice(amount=5)
    client.do(apply(over["RECORDNO"], (third, 5)))
    assert due(admin, third) == "0"


@pytest.mark.parametrize("kind", ["memo", "negative"])
def test_apply_takes_credits_of_other_kinds(client, admin, kind):
    credit = client.memo(amount=-30) if kind == "memo" else client.invoice(amount=-30)
    keys = [client.invoice(amount=20), client.invoice(amount=20)]
    result = client.do(apply(credit, (keys[0], 20), (keys[1], 10)))
    assert [due(admin, key) for key in keys] == ["0", "10"]
    assert admin.row("ARPYMT", result.recordno)["RECEIPTDATE"] == "03/12/2026"


def test_credits_of_another_customer_and_wrong_kinds(client):
    key, memo = client.invoice(), client.memo(customer="C2")
    detail = {"RECORDKEY": key, "ADJUSTMENTKEY": memo, "TRX_ADJUSTMENTAMOUNT": 1}
    assert client.call(create_payment(detail)).errors[0][0] == "DL03000005"
    wrong = {"RECORDKEY": key, "ADVANCEKEY": memo, "TRX_POSTEDADVANCEAMOUNT": 1}
    assert client.call(create_payment(wrong)).errors[0][0] == "DL03000005"
    assert client.call(apply(99999, (key, 1))).errors[0][0] == "DL03000005"


def test_applying_credits_may_leave_no_stamp_on_the_invoice(client, admin):
    key, memo = client.invoice(amount=100), client.memo(amount=-30)
    paid = client.invoice(amount=100)
    before = admin.row("ARINVOICE", key)["WHENMODIFIED"]
    admin.post("change", {"action": "clock", "advance": 10})
    client.do(apply(memo, (key, 30)))
    client.pay(cash(paid, 10))
    assert due(admin, key) == "70"
    assert admin.row("ARINVOICE", key)["WHENMODIFIED"] == before
    assert admin.row("ARINVOICE", paid)["WHENMODIFIED"] != before
    (detail,) = client.query(
        "ARPYMTDETAIL", "WHENMODIFIED", compare("equalto", "ADJUSTMENTKEY", memo)
    )
    assert detail["WHENMODIFIED"]


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


# ------------------------------------------------------------------------- entities


@pytest.fixture
def entities(admin):
    admin.post(
        "load", {"LOCATIONENTITY": [{"LOCATIONID": e, "NAME": e} for e in ("E1", "E2")]}
    )


def two_entities(client):
    return [
        client.invoice(amount=50, lines=[line(50, location=e)]) for e in ("E1", "E2")
    ]


def test_a_receipt_over_entities_becomes_several(client, admin, entities):
    keys = two_entities(client)
    parent = client.pay(cash(keys[0], 50), cash(keys[1], 20))
    assert [due(admin, key) for key in keys] == ["0", "30"]
    rows = client.query(
        "ARPYMT", "RECORDNO MULTIENTITYPYMTKEY PARENTPAYMENTKEY TRX_TOTALENTERED"
    )
    parts = [row for row in rows if row["MULTIENTITYPYMTKEY"]]
    assert {row["MULTIENTITYPYMTKEY"] for row in parts} == {str(parent)}
    assert sorted(row["TRX_TOTALENTERED"] for row in parts) == ["20", "50"]
    (whole,) = [row for row in rows if not row["MULTIENTITYPYMTKEY"]]
    assert whole["TRX_TOTALENTERED"] == "70"
    details = client.query("ARPYMTDETAIL", "PAYMENTKEY PARENTPAYMENTKEY")
    assert {row["PARENTPAYMENTKEY"] for row in details} == {str(parent)}


@pytest.mark.parametrize("mode, left", [("all", ["50", "50"]), ("one", ["50", "30"])])
def test_reversing_a_part(client, admin, entities, mode, left):
    admin.settings(reverse_part=mode)
    keys = two_entities(client)
    client.pay(cash(keys[0], 50), cash(keys[1], 20))
    (part,) = [row for row in admin.rows("ARPYMT") if row["TRX_TOTALENTERED"] == "50"]
    client.do(reverse("reverse_arpayment", part["RECORDNO"]))
    assert [due(admin, key) for key in keys] == left


def test_an_overpayment_at_top_level_needs_its_place(client, admin, entities):
    key = two_entities(client)[0]
    bare = create_payment(cash(key, 50), OVERPAYMENTAMOUNT=5)
    assert "Missing the Location dimension" in client.call(bare).text
    placed = create_payment(
        cash(key, 50), OVERPAYMENTAMOUNT=5, OVERPAYMENTLOCATIONID="E1"
    )
    assert client.call(placed).ok


def test_an_entity_session_does_not_reach_another_entity(client, admin, entities):
    keys = two_entities(client)
    inside = client.open_session("E1")
    assert client.call(create_payment(cash(keys[0], 5)), auth=inside).ok
    other = client.call(create_payment(cash(keys[1], 5)), auth=inside)
    assert other.errors[0][0] == "DL03000005"


# ------------------------------------------------------------------------ reversing


def test_a_reversed_receipt_opens_its_invoices_again(client, admin):
    key = client.invoice(amount=100)
    payment = client.pay(cash(key, 60), DOCNUMBER="CHK")
    assert client.do(reverse("reverse_arpayment", payment)).key is None
    row = admin.row("ARINVOICE", key)
    assert (row["STATE"], row["TRX_TOTALDUE"], row["TRX_TOTALPAID"]) == (
        "Posted",
        "100",
        "0",
    )
    rows = {r["DISPLAYSTATE"]: r for r in admin.rows("ARPYMT")}
    assert set(rows) == {"Reversed", "Reversal"}
    assert rows["Reversal"]["TRX_TOTALENTERED"] == "-60"
    assert rows["Reversal"]["PARENTPAYMENTKEY"] == ""
    assert (
        rows["Reversal"]["PRBATCH"] == "Reversed Receipts (Bank-BOA): 2026/03/20 Batch"
    )
    details = admin.rows("ARPYMTDETAIL")
    assert sorted(d["TRX_PAYMENTAMOUNT"] for d in details) == ["-60", "60"]
    assert {d["STATE"] for d in details} == {"V"}
    links = admin.rows("ARINVOICEPAYMENT")
    assert sum(float(link["TRX_AMOUNT"]) for link in links) == 0
    assert not client.call(reverse("reverse_arpayment", payment)).ok


def test_reversal_rows_and_links_are_switches(client, admin):
    admin.settings(reversal_rows="void", reversal_link=True, reverse_returns="counter")
    key = client.invoice(amount=100)
    payment = client.pay(cash(key, 60))
    counter = client.do(reverse("reverse_arpayment", payment)).recordno
    assert admin.row("ARPYMT", counter)["PARENTPAYMENTKEY"] == str(payment)
    assert [d["STATE"] for d in admin.rows("ARPYMTDETAIL")] == ["V"]


def test_unapplying_gives_the_credit_back(client, admin):
    key, memo = client.invoice(amount=100), client.memo(amount=-30)
    applied = client.do(apply(memo, (key, 30))).recordno
    assert not client.call(f'<delete_aradjustment key="{memo}"/>').ok
    admin.settings(unapply_by_reverse=False)
    assert (
        "Unapply it instead" in client.call(reverse("reverse_arpayment", applied)).text
    )
    admin.settings(unapply_by_reverse=True)
    client.do(reverse("reverse_arpayment", applied))
    assert (due(admin, key), due(admin, memo, "ARADJUSTMENT")) == ("100", "-30")


def test_an_invoice_with_payments_is_not_reversed(client, admin):
    key = client.invoice(amount=100)
    payment = client.pay(cash(key, 60))
    said = client.call(reverse("reverse_invoice", key)).text
    assert "Reverse the payments first" in said
    client.do(reverse("reverse_arpayment", payment))
    assert client.call(reverse("reverse_invoice", key)).ok


def test_a_used_overpayment_holds_its_receipt(client, admin):
    key, second = client.invoice(amount=100), client.invoice(amount=20)
    payment = client.pay(cash(key, 100), OVERPAYMENTAMOUNT=30)
    used = client.do(apply(payment, (second, 20))).recordno
    assert (
        "its overpayment is applied"
        in client.call(reverse("reverse_arpayment", payment)).text
    )
    client.do(reverse("reverse_arpayment", used))
    client.do(reverse("reverse_arpayment", payment))
    assert (due(admin, key), due(admin, second)) == ("100", "20")
    assert admin.rows("CUSTOMER", CUSTOMERID="C1")[0]["TOTALDUE"] == "120"


@pytest.mark.parametrize("day, ok", [("03/09/2026", False), ("03/10/2026", True)])
def test_the_reversal_is_not_before_the_receipt(client, day, ok):
    payment = client.pay(cash(client.invoice(), 10))
    assert client.call(reverse("reverse_arpayment", payment, day)).ok is ok


def test_reconciled_receipts_need_an_open_bank_period(client, admin):
    payment = client.pay(cash(client.invoice(), 10))
    admin.change("reconcile", key=payment, date="03/31/2026")
    assert admin.row("ARPYMT", payment)["DISPLAYSTATE"] == "Reconciled"
    assert not client.call(reverse("reverse_arpayment", payment, "03/31/2026")).ok
    assert client.call(reverse("reverse_arpayment", payment, "04/01/2026")).ok


# ------------------------------------------------------------------------- deposits


def deposit(*keys):
    inner = "".join(f"<receiptkey>{key}</receiptkey>" for key in keys)
    return (
        "<record_deposit><bankaccountid>BOA</bankaccountid>"
        f"{date('depositdate', '03/12/2026')}<depositid>D1</depositid>"
        f"<receiptkeys>{inner}</receiptkeys></record_deposit>"
    )


def test_deposits_move_undeposited_receipts(client, admin):
    place = {"FINANCIALENTITY": None, "UNDEPOSITEDACCOUNTNO": "1050"}
    keys = [client.pay(cash(client.invoice(), 10 + n), **place) for n in range(2)]
    assert admin.books()["accounts"]["1050"] == "21"
    result = client.do(deposit(*keys))
    accounts = admin.books()["accounts"]
    assert (accounts["1050"], accounts["1000"]) == ("0", "21")
    (row,) = client.query("DEPOSIT", "RECORDNO DEPOSITID TOTALENTERED BANKACCOUNTID")
    assert list(row.values()) == [result.key, "D1", "21", "BOA"]
    entries = client.query("DEPOSITENTRY", "PAYMENTKEY AMOUNT", order="PAYMENTKEY")
    assert [entry["PAYMENTKEY"] for entry in entries] == [str(key) for key in keys]
    assert client.call(deposit(keys[0])).errors[0][0] == "DL03000005"
    assert (
        "included in a deposit"
        in client.call(reverse("reverse_arpayment", keys[0])).text
    )
    banked = client.pay(cash(client.invoice(), 10))
    assert not client.call(deposit(banked)).ok


# ------------------------------------------------------------------------- advances


def test_advances_can_be_drafts(client, admin):
    given = client.do(advance(80, ACTION="Draft")).recordno
    assert state(admin, given, "ARADVANCE") == "Draft"
    change = f"<update><ARADVANCE><RECORDNO>{given}</RECORDNO>{{}}</ARADVANCE></update>"
    client.do(change.format(advance_lines(70) + "<ACTION>Submit</ACTION>"))
    row = admin.row("ARADVANCE", given)
    assert (row["STATE"], row["TRX_TOTALDUE"]) == ("Posted", "70")
    client.do(change.format("<DESCRIPTION>x</DESCRIPTION>"))
    assert not client.call(change.format("<RECEIPTDATE>03/03/2026</RECEIPTDATE>")).ok


@pytest.mark.parametrize(
    "values, text",
    [
        ({"CUSTOMERID": "C9"}, "Invalid Customer"),
        ({"RECEIPTDATE": None}, "Required field Receipt Date is missing"),
        ({"PAYMENTMETHOD": "Barter"}, "Invalid Payment Method"),
        ({"FINANCIALENTITY": None}, "Required field Bank Account is missing"),
    ],
)
def test_advances_are_checked(client, values, text):
    assert text in client.call(advance(80, **values)).text


def test_who_may_not_post_makes_drafts(client, admin):
    rights = {"USERID": "odoo", "OBJECT": "ARPYMT", "OPERATIONS": ["list", "add"]}
    admin.post("load", {"PERMISSIONS": [rights]})
    client.pay(cash(client.invoice(), 10))
    assert client.do(query("ARPYMT", "DISPLAYSTATE")).rows == [
        {"DISPLAYSTATE": "Draft"}
    ]


def test_approval_of_receipts(client, admin):
    admin.settings(approvals=["ARPYMT"])
    key = client.invoice()
    payment = client.pay(cash(key, 10))
    assert admin.row("ARPYMT", payment)["DISPLAYSTATE"] == "Submitted"
    admin.change("submit", key=payment)
    assert due(admin, key) == "90"
