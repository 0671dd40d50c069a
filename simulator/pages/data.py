"""What the pages read from a company: rows, names, balances. Nothing is changed."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..books.proof import open_items
from ..clock import iso_stamp
from ..objects.documents import document_state
from ..objects.payments import SOURCES, display_state

PAGE_SIZE = 50

CREDIT_NAMES = {
    "PAYMENT": "cash",
    "ADJUSTMENT": "credit memo",
    "INLINE": "credit line",
    "POSTEDADVANCE": "advance",
    "POSTEDOVERPAYMENT": "over-payment",
    "NEGATIVEINVOICE": "negative invoice",
    "DISCOUNT": "discount",
}
DOCUMENT_PATHS = {
    "ARINVOICE": "invoice",
    "ARADJUSTMENT": "adjustment",
    "ARADVANCE": "advance",
    "ARPYMT": "payment",
}


@dataclass(frozen=True)
class Page:
    """One page of a list: its rows, its number from 1, how many there are."""

    rows: list[dict]
    number: int
    pages: int
    total: int


def cut(rows: list[dict], args: Mapping[str, str]) -> Page:
    """The page that the query string asks for; a page out of range is the nearest."""
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    wanted = args.get("page", "1")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() else 1
    number = min(max(1, number), pages)
    start = (number - 1) * PAGE_SIZE
    return Page(rows[start : start + PAGE_SIZE], number, pages, len(rows))


def state_of(company, name: str, row: Mapping) -> str:
    """The state that people see on a document or a payment."""
    show: Callable = display_state if name == "ARPYMT" else document_state
    return show(company, row)


def customer_name(company, customer_id: str | None) -> str:
    found = company.tables.first("CUSTOMER", "CUSTOMERID", customer_id)
    return found.get("NAME") or "" if found else ""


def login(company, user_key: int | None) -> str:
    found = company.tables.get("USERINFO", user_key)
    return found.get("LOGINID") or "" if found else ""


def newest_first(company, name: str, date_field: str) -> list[dict]:
    return sorted(
        company.tables.all(name),
        key=lambda row: (row.get(date_field) or "", row["RECORDNO"]),
        reverse=True,
    )


def matches(company, name: str, row: Mapping, args: Mapping[str, str]) -> bool:
    """Whether a document or a payment passes the filters of the query string."""
    if args.get("customer") and row.get("CUSTOMERID") != args["customer"]:
        return False
    if args.get("currency") and row.get("CURRENCY") != args["currency"]:
        return False
    if args.get("state") and state_of(company, name, row) != args["state"]:
        return False
    sought = args.get("q", "").casefold().strip()
    if not sought:
        return True
    texts = [row.get(field) for field in ("RECORDID", "DOCNUMBER", "CUSTOMERID")]
    texts += [str(row["RECORDNO"]), customer_name(company, row.get("CUSTOMERID"))]
    return any(sought in (text or "").casefold() for text in texts)


def currencies(company, name: str) -> list[str]:
    return sorted({row.get("CURRENCY") or "" for row in company.tables.all(name)})


def states(company, name: str) -> list[str]:
    found = {state_of(company, name, row) for row in company.tables.all(name)}
    return sorted(found)


def find_document(company, number: str, *names: str) -> tuple[str, dict] | None:
    """A document by its RECORDNO in the given objects."""
    if not (number.isascii() and number.isdigit()):
        return None
    for name in names:
        row = company.tables.get(name, int(number))
        if row:
            return name, row
    return None


def find_any(company, key: int | None) -> tuple[str, dict] | None:
    """Whatever document or payment a key of an application names."""
    for name in (*DOCUMENT_PATHS, "ARPOSTEDOVERPAYMENT"):
        row = company.tables.get(name, key)
        if row:
            return name, row
    return None


def sources(detail: Mapping) -> list[tuple[str, int, int | None]]:
    """What a row of ARPYMTDETAIL gave: the kind, its amount, the key of the credit."""
    found = []
    for kind in ("PAYMENT", "ADJUSTMENT", "DISCOUNT", *SOURCES):
        amount = detail.get(f"TRX_{kind}AMOUNT")
        if amount:
            credit = None
            if kind != "PAYMENT":
                credit = detail.get(f"{kind.removeprefix('POSTED')}KEY")
            found.append((CREDIT_NAMES[kind], amount, credit))
    return found


def applications_of(company, name: str, row: Mapping) -> list[dict]:
    """The rows of ARPYMTDETAIL that touch a document, as target or as credit."""
    fields = {
        "ARINVOICE": ("RECORDKEY", "INLINEKEY", "NEGATIVEINVOICEKEY"),
        "ARADJUSTMENT": ("POSADJKEY", "ADJUSTMENTKEY"),
        "ARADVANCE": ("ADVANCEKEY",),
        "ARPYMT": ("PAYMENTKEY",),
    }[name]
    wanted = {(field, row["RECORDNO"]) for field in fields}
    if name == "ARPYMT":
        kept = company.tables.find(
            "ARPOSTEDOVERPAYMENT", "PARENTPAYMENTKEY", row["RECORDNO"]
        )
        wanted |= {("OVERPAYMENTKEY", overpayment["RECORDNO"]) for overpayment in kept}
    return [
        detail
        for detail in company.tables.all("ARPYMTDETAIL")
        if any(detail.get(field) == key for field, key in wanted)
    ]


def lines_of(company, name: str, row: Mapping) -> list[dict]:
    """A document's lines as the gateway shows them, from the top down."""
    found = [
        line
        for line in company.tables.find(f"{name}ITEM", "RECORDKEY", row["RECORDNO"])
        if not line.get("_HIDDEN")
    ]
    return sorted(found, key=lambda line: (line["LINE_NO"], line["RECORDNO"]))


def moment(stamp: int) -> str:
    """Seconds since the epoch as date and time, UTC."""
    return iso_stamp(stamp)[:19].replace("T", " ")


def open_balances(company) -> dict[str, dict[str, int]]:
    """Open amounts in cents per currency and object; credits are negative."""
    totals: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for name, row, trx, _base, _ledger in open_items(company):
        if trx:
            totals[row["CURRENCY"]][name] += trx
    base_first = sorted(totals, key=lambda code: (code != company.base_currency, code))
    return {currency: totals[currency] for currency in base_first}
