"""Customers of the demo company: the odd ones listed, the ordinary ones generated.

The odd ones carry what real address books carry: foreign scripts, groups, blanks where
an e-mail should be, remarks in the tax ID field, markup characters in a name.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

US, DE, JP = "E100-US", "E200-DE", "E300-JP"

# code: (English name, the beginning of its telephone numbers)
COUNTRIES = {
    "US": ("United States", "+1 617 555"),
    "CA": ("Canada", "+1 514 555"),
    "DE": ("Germany", "+49 89 555"),
    "AT": ("Austria", "+43 1 555"),
    "FR": ("France", "+33 1 55 55"),
    "PL": ("Poland", "+48 42 555"),
    "NL": ("Netherlands", "+31 15 555"),
    "BE": ("Belgium", "+32 2 555"),
    "ES": ("Spain", "+34 976 55"),
    "IT": ("Italy", "+39 011 555"),
    "SE": ("Sweden", "+46 31 555"),
    "GB": ("United Kingdom", "+44 118 555"),
    "BR": ("Brazil", "+55 11 5555"),
    "JP": ("Japan", "+81 3 5555"),
}


@dataclass(frozen=True)
class Customer:
    """One customer, and how the company bills it.

    ``entity`` is the legal entity that invoices it, ``email`` and ``tax_id`` are stored
    as somebody once typed them.
    """

    id: str
    name: str
    street: str
    city: str
    state: str
    zip: str
    country: str
    entity: str
    currency: str
    term: str
    email: str
    tax_id: str = ""
    parent: str = ""
    status: str = "active"
    ship_city: str = ""


CITIES = (
    ("Cleveland", "OH", "44114"),
    ("Portland", "OR", "97204"),
    ("Raleigh", "NC", "27601"),
    ("Tucson", "AZ", "85701"),
    ("Houston", "TX", "77002"),
    ("Madison", "WI", "53703"),
    ("Springfield", "MA", "01103"),
)
FIRST_WORDS = (
    "Granite", "Juniper", "Lakeside", "Ironwood", "Prairie", "Bluestone", "Cascade",
    "Harborview", "Silverleaf", "Tidewater", "Willow Creek", "Kestrel",
)  # fmt: skip
TRADES = ("Water Works", "Diagnostics", "Food Labs")


def _odd_customers():
    path = Path(__file__).with_name("odd_customers.csv")
    with path.open(encoding="utf-8", newline="") as rows:
        return [Customer(**row) for row in csv.DictReader(rows)]


def _ordinary_customers():
    """Thirty-six firms nobody remembers: three trades under twelve names."""
    for number, (word, trade) in enumerate(
        (word, trade) for trade in TRADES for word in FIRST_WORDS
    ):
        city, state, zip_code = CITIES[number % len(CITIES)]
        yield Customer(
            id=str(11001 + number),
            name=f"{word} {trade}, Inc.",
            street=f"{100 + 17 * number} Main St",
            city=city,
            state=state,
            zip=zip_code,
            country="US",
            entity=US,
            currency="USD",
            term=("N30", "N30", "N15", "2/10 N30", "EOM")[number % 5],
            email=f"accounts@{word}-{trade}.example".replace(" ", "-").lower(),
        )


CUSTOMERS = {row.id: row for row in (*_odd_customers(), *_ordinary_customers())}


def _contact(customer, name, city, with_email=True):
    country, phone = COUNTRIES[customer.country]
    return {
        "CONTACTNAME": name,
        "COMPANYNAME": customer.name,
        "PRINTAS": customer.name,
        "PHONE1": f"{phone} {customer.id[1:]}",
        "EMAIL1": customer.email if with_email else "",
        "MAILADDRESS": {
            "ADDRESS1": customer.street,
            "ADDRESS2": "",
            "CITY": city,
            "STATE": customer.state,
            "ZIP": customer.zip,
            "COUNTRY": country,
            "COUNTRYCODE": customer.country,
        },
    }


def customer_records():
    """The rows of CUSTOMER; contact names are unique, as Intacct demands."""
    rows = []
    for customer in CUSTOMERS.values():
        row = {
            "CUSTOMERID": customer.id,
            "NAME": customer.name,
            "PARENTID": customer.parent,
            "TERMNAME": customer.term,
            "TAXID": customer.tax_id,
            "CURRENCY": customer.currency,
            "STATUS": customer.status,
            "ONHOLD": "false",
            "DISPLAYCONTACT": _contact(
                customer, f"{customer.name}(C{customer.id})", customer.city
            ),
        }
        if customer.ship_city:
            row["SHIPTO"] = _contact(
                customer,
                f"{customer.name} goods in(C{customer.id})",
                customer.ship_city,
                with_email=False,
            )
        rows.append(row)
    return rows
