"""The invoices of the benches: made up, the same every time."""

import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

CUSTOMERS = 300
LINES = 3
SALES, UNDEPOSITED, BANK = "4000", "1050", "BOA"
FIRST_DAY = date(2025, 1, 1)
DAYS = 360
CENT = Decimal("0.01")


def round_cent(amount):
    return amount.quantize(CENT, ROUND_HALF_UP)


def euro_rates():
    """Dollars for a euro, by day."""
    walk, rate, rates = random.Random("euro"), Decimal("1.08"), {}
    for age in range(DAYS):
        rate = (rate * Decimal(f"{1 + walk.uniform(-0.003, 0.003):.6f}")).quantize(
            Decimal("0.000001")
        )
        rates[FIRST_DAY + timedelta(age)] = rate
    return rates


def customers():
    """``(code, name)`` of every customer."""
    return [
        (f"C{number:04d}", f"Bench customer {number}")
        for number in range(1, CUSTOMERS + 1)
    ]


def invoices(count):
    """Invoices of three lines, every third in euro; amounts are texts.

    :return: dicts of number, customer, day, due, currency, rate, reference and
        lines, which are pairs of text and amount
    :rtype: list[dict]
    """
    draw, rates, codes = random.Random("rows"), euro_rates(), customers()
    rows = []
    for index in range(count):
        day = FIRST_DAY + timedelta(draw.randrange(DAYS))
        euro = index % 3 == 2
        lines = [
            (f"Position {line}", str(Decimal(draw.randint(1000, 500000)) / 100))
            for line in range(1, LINES + 1)
        ]
        rows.append(
            {
                "number": f"BENCH-{index + 1:06d}",
                "customer": codes[draw.randrange(CUSTOMERS)][0],
                "day": day.isoformat(),
                "due": (day + timedelta(30)).isoformat(),
                "currency": "EUR" if euro else "USD",
                "rate": str(rates[day]) if euro else "1",
                "reference": f"PO {index + 1}",
                "lines": lines,
            }
        )
    return rows


def total(row):
    """What an invoice adds up to, in its currency."""
    return sum((Decimal(amount) for _text, amount in row["lines"]), Decimal())


# ----------------------------------------------------------------------
# For the simulator
# ----------------------------------------------------------------------
def _day(text):
    year, month, day = text.split("-")
    return f"{month}/{day}/{year}"


def company_load():
    """What the simulator's empty company needs before the invoices."""
    return {
        "COMPANY": {"CURRENCIES": ["EUR"]},
        "EXCHANGERATE": [
            {"FROM": "EUR", "TO": "USD", "DATE": day.isoformat(), "RATE": str(rate)}
            for day, rate in euro_rates().items()
        ],
        "CUSTOMER": [
            {"CUSTOMERID": code, "NAME": name, "STATUS": "active"}
            for code, name in customers()
        ],
    }


def invoice_load(rows, first):
    """Invoices for the simulator.

    :param int first: RECORDNO of the first one
    """
    return {
        "ARINVOICE": [
            _invoice_record(row, str(first + place)) for place, row in enumerate(rows)
        ]
    }


def _invoice_record(row, recordno):
    rate = Decimal(row["rate"])
    return {
        "RECORDNO": recordno,
        "RECORDID": row["number"],
        "CUSTOMERID": row["customer"],
        "STATE": "Posted",
        "DOCNUMBER": row["reference"],
        "WHENCREATED": _day(row["day"]),
        "WHENPOSTED": _day(row["day"]),
        "WHENDUE": _day(row["due"]),
        "BASECURR": "USD",
        "CURRENCY": row["currency"],
        "EXCH_RATE_DATE": _day(row["day"]),
        "EXCHANGE_RATE": row["rate"],
        "ARINVOICEITEMS": [
            {
                "ACCOUNTNO": SALES,
                "TRX_AMOUNT": amount,
                "AMOUNT": str(round_cent(Decimal(amount) * rate)),
                "ENTRYDESCRIPTION": text,
            }
            for text, amount in row["lines"]
        ],
    }


def payment_load(rows, first, first_payment):
    """A receipt of two fifths for every invoice of invoice_load().

    :param int first_payment: RECORDNO of the first one
    """
    return {
        "ARPYMT": [
            _payment_record(row, str(first + place), str(first_payment + place))
            for place, row in enumerate(rows)
        ]
    }


def _payment_record(row, invoice, recordno):
    day = _day(row["due"])
    paid = round_cent(total(row) * Decimal("0.4"))
    return {
        "RECORDNO": recordno,
        "CUSTOMERID": row["customer"],
        "STATE": "Complete",
        "FINANCIALENTITY": BANK,
        "PAYMENTMETHOD": "EFT",
        "RECEIPTDATE": day,
        "PAYMENTDATE": day,
        "BASECURR": "USD",
        "CURRENCY": row["currency"],
        "EXCHANGE_RATE": row["rate"],
        "ARPYMTDETAILS": [{"RECORDKEY": invoice, "TRX_PAYMENTAMOUNT": str(paid)}],
    }
