"""The page for people: what the company's receivables look like right now.

Rendered on the server from one company's tables, without scripts and without anything
from elsewhere; it only reads.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from importlib.resources import files

from markupsafe import Markup

from . import data, details, lists
from .markup import (
    Column,
    address,
    badge,
    card,
    cards,
    join,
    link,
    money,
    section,
    table,
)

STYLE = Markup((files(__name__) / "style.css").read_text(encoding="utf-8"))

TABS = {
    "/": "Overview",
    "/customers": "Customers",
    **{kind.path: kind.title for kind in lists.KINDS.values()},
    "/requests": "Requests",
}
OBJECT_OF_PATH = {path: name for name, path in data.DOCUMENT_PATHS.items()}
TAB_OF_KIND = {
    "customer": "/customers",
    **{data.DOCUMENT_PATHS[kind.name]: kind.path for kind in lists.KINDS.values()},
}
LATEST = 8


def page(
    company,
    path: str,
    args: Mapping[str, str],
    books: Mapping,
    requests: Sequence[Mapping] = (),
    faults: Sequence[Mapping] = (),
) -> tuple[int, str]:
    """Status and HTML of a page.

    ``path`` is decoded, ``args`` the query string's first values, ``books`` the answer
    of ``GET /_simulator/books``, ``requests`` the log (oldest first), ``faults`` the
    rules in force. Unknown paths and records give a page with status 404.
    """
    if path == "/":
        found = "Overview", overview(company, books, requests, faults)
    elif path in lists.KINDS:
        kind = lists.KINDS[path]
        found = kind.title, lists.documents(company, kind, args)
    elif path == "/customers":
        found = "Customers", lists.customers(company, args)
    elif path == "/requests":
        found = "Requests", lists.requests(requests, args)
    else:
        found = detail(company, path)
        path = TAB_OF_KIND.get(path.split("/")[1], "")
    if found is None:
        return 404, layout(
            company, "", "Not found", Markup('<p class="empty">No such page.</p>')
        )
    title, content = found
    return 200, layout(company, path, title, content)


def detail(company, path: str) -> tuple[str, Markup] | None:
    """The page of one record, None if there is none."""
    kind, _, key = path.lstrip("/").partition("/")
    if kind == "customer":
        return details.customer(company, key)
    if kind in OBJECT_OF_PATH:
        found = data.find_document(company, key, OBJECT_OF_PATH[kind])
        return details.document(company, *found) if found else None
    return None


def layout(company, path: str, title: str, content: Markup) -> str:
    configuration = company.configuration
    tabs = join(
        Markup('<a href="{}"{}>{}</a>').format(
            address(tab), Markup(' class="here"') if tab == path else "", name
        )
        for tab, name in TABS.items()
    )
    return Markup(
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,"><title>{} · {}</title>'
        "<style>{}</style></head><body>"
        '<div class="top"><div><div class="brand"><strong>{}</strong>'
        "<span>company ID {} · base currency {} · simulated Sage Intacct</span></div>"
        '<nav class="tabs">{}</nav></div></div>'
        "<main>{}</main><footer>A simulator: nothing here is real, "
        "nothing here leaves this machine.</footer></body></html>"
    ).format(
        title,
        configuration["NAME"] or company.company_id,
        STYLE,
        configuration["NAME"] or company.company_id,
        company.company_id,
        company.base_currency,
        tabs,
        content,
    )


def overview(company, books, requests, faults) -> Markup:
    invoices, payments = lists.KINDS["/invoices"], lists.KINDS["/payments"]
    owing = sorted(
        company.tables.all("CUSTOMER"),
        key=lambda row: -company.customer_due(row.get("CUSTOMERID")),
    )
    return join(
        (
            Markup("<h1>Accounts receivable</h1>"),
            balances(company, books),
            fault_list(faults),
            section("Open items", open_items(company)),
            Markup('<div class="pair">{}{}</div>').format(
                section("Invoices by state", states(company)),
                section(
                    "Who owes most",
                    lists.customer_table(company, owing[:LATEST]),
                    link("all customers", "/customers"),
                ),
            ),
            *(
                section(
                    f"Latest {kind.title.lower()}",
                    lists.document_table(
                        company,
                        kind,
                        data.newest_first(company, kind.name, kind.date)[:LATEST],
                    ),
                    link(f"all {kind.title.lower()}", kind.path),
                )
                for kind in (invoices, payments)
            ),
            section(
                "Latest requests",
                lists.request_table(list(reversed(requests))[:LATEST]),
                link("all requests", "/requests"),
            ),
        )
    )


def balances(company, books) -> Markup:
    """A card per currency, and whether the ledger agrees with the open items."""
    shown = [
        card(f"Open balance, {currency}", money(sum(parts.values()), currency))
        for currency, parts in data.open_balances(company).items()
    ]
    sound = books["proof"] == "ok"
    account = books["control_account"]["account"]
    control, items = (
        money(int(Decimal(books[name]["base"]) * 100), company.base_currency)
        for name in ("control_account", "open_items")
    )
    shown.append(
        card(
            f"Receivables account {account}, {company.base_currency}",
            control,
            Markup("agrees with the open items" if sound else "open items: {}").format(
                items
            ),
            "good" if sound else "bad",
        )
    )
    parts = [cards(*shown)]
    if not sound:
        rows = ([difference] for difference in books["differences"])
        parts.append(section("The books differ", table([Column("Where")], rows, "")))
    return join(parts)


def open_items(company) -> Markup:
    """Open amounts per currency, by the kind of document they stand on."""
    titles = {
        "ARINVOICE": "Invoices",
        "ARADJUSTMENT": "Memos",
        "ARADVANCE": "Advances",
        "ARPOSTEDOVERPAYMENT": "Over-payments",
    }
    columns = [Column("Currency"), *(Column(t, number=True) for t in titles.values())]
    return table(
        [*columns, Column("Together", number=True)],
        (
            [
                link(currency, "/invoices", currency=currency),
                *(money(parts.get(name, 0), currency) for name in titles),
                money(sum(parts.values()), currency),
            ]
            for currency, parts in data.open_balances(company).items()
        ),
        "Nothing is open.",
    )


def states(company) -> Markup:
    """How many invoices there are in each state."""
    counts: dict[str, int] = {}
    for row in company.tables.all("ARINVOICE"):
        state = data.state_of(company, "ARINVOICE", row)
        counts[state] = counts.get(state, 0) + 1
    return table(
        [Column("State"), Column("Invoices", number=True)],
        (
            [badge(state), link(f"{count:,}", "/invoices", state=state)]
            for state, count in sorted(counts.items(), key=lambda item: -item[1])
        ),
        "No invoices.",
    )


def fault_list(faults) -> Markup:
    """The rules that still apply to a request; used up ones have no times left."""
    rows = [
        [", ".join(f"{name}: {value}" for name, value in rule.items() if value)]
        for rule in faults
        if rule.get("times") != 0
    ]
    if not rows:
        return Markup("")
    return section("Faults in force", table([Column("Rule")], rows, ""))
