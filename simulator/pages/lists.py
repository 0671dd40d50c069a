"""The list pages: customers, invoices, adjustments, payments, advances, requests."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from . import data
from .data import Page
from .markup import (
    Column,
    badge,
    join,
    link,
    money,
    pager,
    search_form,
    section,
    select,
    table,
)

NUMBER = Column("Number")
CUSTOMER = Column("Customer")
CURRENCY = Column("Currency", extra=True)
STATE = Column("State")


@dataclass(frozen=True)
class Kind:
    """A kind of document: its object, title, path and the date it is listed by."""

    name: str
    title: str
    path: str
    date: str
    due: bool = False


KINDS = {
    kind.path: kind
    for kind in (
        Kind("ARINVOICE", "Invoices", "/invoices", "WHENCREATED", due=True),
        Kind("ARADJUSTMENT", "Adjustments", "/adjustments", "WHENCREATED"),
        Kind("ARPYMT", "Payments", "/payments", "RECEIPTDATE"),
        Kind("ARADVANCE", "Advances", "/advances", "RECEIPTDATE"),
    )
}


def day(text: str | None) -> Markup:
    return Markup('<span class="d">{}</span>').format(text or "")


def number_link(name: str, row: Mapping) -> Markup:
    """A document's number, or its RECORDNO when it has none, linked to its page."""
    text = row.get("RECORDID") or row.get("DOCNUMBER") or f"#{row['RECORDNO']}"
    target = link(text, f"/{data.DOCUMENT_PATHS[name]}/{row['RECORDNO']}")
    return Markup('<span class="d">{}</span>').format(target)


def customer_link(company, row: Mapping) -> Markup:
    customer_id = row.get("CUSTOMERID") or ""
    name = data.customer_name(company, customer_id) or customer_id
    return link(name, f"/customer/{customer_id}")


def document_table(
    company, kind: Kind, rows: Sequence[Mapping], with_customer: bool = True
) -> Markup:
    """Documents or payments of one kind, with the amounts in their currency."""
    columns = [NUMBER]
    if with_customer:
        columns.append(CUSTOMER)
    columns.append(Column("Date"))
    if kind.due:
        columns.append(Column("Due", extra=True))
    columns += [CURRENCY, Column("Total", number=True, extra=True)]
    columns.append(Column("Open", number=True))
    columns += [STATE, Column("Remark", extra=True)]

    def cells(row):
        currency = row.get("CURRENCY") or ""
        yield number_link(kind.name, row)
        if with_customer:
            yield customer_link(company, row)
        yield day(row.get(kind.date))
        if kind.due:
            yield day(row.get("WHENDUE"))
        yield currency
        yield money(row.get("TRX_TOTALENTERED") or 0, currency)
        yield money(row.get("TRX_TOTALDUE") or 0, currency)
        yield badge(data.state_of(company, kind.name, row))
        yield remark(company, row)

    return table(columns, (list(cells(row)) for row in rows), "None.")


def remark(company, row: Mapping) -> Markup:
    """Where a document came from, what its author wrote on it, who that was."""
    origin = "Order Entry" if row.get("MODULEKEY") == "8.SO" else ""
    login = data.login(company, row.get("CREATEDBY"))
    texts = [origin, row.get("PAYMENTMETHOD"), row.get("DESCRIPTION")]
    texts.append(f"by {login}" if login else "")
    return Markup('<span class="soft">{}</span>').format(
        join((text for text in texts if text), " · ")
    )


def documents(company, kind: Kind, args: Mapping[str, str]) -> Markup:
    rows = [
        row
        for row in data.newest_first(company, kind.name, kind.date)
        if data.matches(company, kind.name, row, args)
    ]
    page = data.cut(rows, args)
    form = search_form(
        kind.path,
        "number, reference or customer",
        args.get("q", ""),
        select(
            "state",
            data.states(company, kind.name),
            args.get("state", ""),
            "every state",
        ),
        select(
            "currency",
            data.currencies(company, kind.name),
            args.get("currency", ""),
            "every currency",
        ),
        hidden("customer", args.get("customer", "")),
    )
    note = Markup("")
    if args.get("customer"):
        note = Markup('<p class="soft">Only {} · {}</p>').format(
            customer_link(company, {"CUSTOMERID": args["customer"]}),
            link("show all customers", kind.path),
        )
    listing = document_table(company, kind, page.rows)
    return join((form, note, paged(kind.title, kind.path, listing, page, args)))


def hidden(name: str, value: str) -> Markup:
    if not value:
        return Markup("")
    return Markup('<input type="hidden" name="{}" value="{}">').format(name, value)


def paged(title: str, path: str, listing: Markup, page: Page, args) -> Markup:
    foot = pager(path, page.number, page.pages, page.total, args)
    return section(title, join((listing, foot)))


def customers(company, args: Mapping[str, str]) -> Markup:
    sought = args.get("q", "").casefold().strip()
    rows = [
        row
        for row in company.tables.all("CUSTOMER")
        if sought in f"{row.get('CUSTOMERID')} {row.get('NAME')}".casefold()
    ]
    rows.sort(key=lambda row: row.get("CUSTOMERID") or "")
    page = data.cut(rows, args)
    form = search_form("/customers", "name or customer ID", args.get("q", ""))
    listing = customer_table(company, page.rows)
    return join((form, paged("Customers", "/customers", listing, page, args)))


def customer_table(company, rows: Sequence[Mapping]) -> Markup:
    base = company.base_currency
    return table(
        [
            Column("ID"),
            Column("Name"),
            Column("Parent", extra=True),
            Column("Term", extra=True),
            Column("Currency", extra=True),
            Column(f"Open, {base}", number=True),
            Column("Status"),
        ],
        (
            [
                link(row["CUSTOMERID"], f"/customer/{row['CUSTOMERID']}"),
                row.get("NAME"),
                row.get("PARENTID"),
                row.get("TERMNAME"),
                row.get("CURRENCY"),
                money(company.customer_due(row["CUSTOMERID"]), base),
                badge("inactive" if row.get("STATUS") == "F" else "active"),
            ]
            for row in rows
        ),
        "No such customer.",
    )


def calls(request: Mapping) -> str:
    """The functions of a request with their objects, repeated ones counted."""
    names = Counter(
        " ".join((call["function"], *call.get("objects", ())))
        for call in request.get("functions", ())
    )
    return ", ".join(
        name if count == 1 else f"{name} × {count}" for name, count in names.items()
    )


def request_table(requests: Sequence[Mapping]) -> Markup:
    """What was called, and what came of it."""
    return table(
        [
            Column("#", number=True),
            Column("Time, UTC", extra=True),
            Column("Functions"),
            Column("HTTP"),
            Column("Result"),
            Column("Seconds", number=True, extra=True),
            Column("Faults", extra=True),
        ],
        (
            [
                request["number"],
                day((request.get("time") or "")[:19].replace("T", " ")),
                calls(request),
                request["status"],
                badge(request["result"]) if request.get("result") else "",
                f"{request['seconds']:.3f}",
                ", ".join(request["faults"]),
            ]
            for request in requests
        ),
        "No requests yet.",
    )


def requests(log: Sequence[Mapping], args: Mapping[str, str]) -> Markup:
    page = data.cut(list(reversed(log)), args)
    return paged("Requests", "/requests", request_table(page.rows), page, args)
