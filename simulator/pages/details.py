"""The pages of one customer, one document, one payment."""

from collections.abc import Mapping

from markupsafe import Markup

from . import data
from .lists import KINDS, customer_link, day, document_table, number_link
from .markup import Column, badge, card, cards, facts, join, link, money, section, table

LISTED_ON_CUSTOMER = 15

DOCUMENT_FACTS = {
    "Invoice date": "WHENCREATED",
    "Received": "RECEIPTDATE",
    "GL date": "WHENPOSTED",
    "Due": "WHENDUE",
    "Term": "TERMNAME",
    "Paid on": "WHENPAID",
    "Reference": "DOCNUMBER",
    "Payment method": "PAYMENTMETHOD",
    "Bank account": "FINANCIALENTITY",
    "Undeposited funds": "UNDEPOSITEDACCOUNTNO",
    "Description": "DESCRIPTION",
    "Module": "MODULEKEY",
    "Entity": "MEGAENTITYID",
    "Currency": "CURRENCY",
    "Exchange rate": "EXCHANGE_RATE",
}
TITLES = {
    "ARINVOICE": "Invoice",
    "ARADJUSTMENT": "Adjustment",
    "ARADVANCE": "Advance",
    "ARPYMT": "Payment",
}
MODES = {"C": "created", "M": "modified", "D": "deleted", "A": "accessed"}


def customer(company, customer_id: str) -> tuple[str, Markup] | None:
    """Title and content of a customer's page, None if there is no such customer."""
    row = company.tables.first("CUSTOMER", "CUSTOMERID", customer_id)
    if row is None:
        return None
    base = company.base_currency
    due = company.customer_due(customer_id)
    contact = company.tables.get("CONTACT", row.get("DISPLAYCONTACTKEY")) or {}
    place = [contact.get(f"MAILADDRESS.{part}") for part in ("ZIP", "CITY", "COUNTRY")]
    parts = [
        heading(row.get("NAME"), customer_id, "inactive" if inactive(row) else ""),
        cards(card(f"Open balance, {base}", money(due, base))),
        section(
            "Master data",
            facts(
                {
                    "Parent": row.get("PARENTID")
                    and customer_link(company, {"CUSTOMERID": row["PARENTID"]}),
                    "Term": row.get("TERMNAME"),
                    "Currency": row.get("CURRENCY"),
                    "Tax ID": row.get("TAXID"),
                    "E-mail": contact.get("EMAIL1"),
                    "Phone": contact.get("PHONE1"),
                    "Address": contact.get("MAILADDRESS.ADDRESS1"),
                    "Place": " ".join(part for part in place if part),
                    "Comments": row.get("COMMENTS"),
                    "RECORDNO": row["RECORDNO"],
                    **stamps(company, row),
                }
            ),
        ),
    ]
    for kind in KINDS.values():
        rows = [
            found
            for found in data.newest_first(company, kind.name, kind.date)
            if found.get("CUSTOMERID") == customer_id
        ]
        if rows:
            more = link(f"all {len(rows)}", kind.path, customer=customer_id)
            listing = document_table(company, kind, rows[:LISTED_ON_CUSTOMER], False)
            parts.append(section(kind.title, listing, more))
    return row.get("NAME") or customer_id, join(parts)


def inactive(row: Mapping) -> bool:
    return row.get("STATUS") == "F"


def heading(title, note="", state="") -> Markup:
    return Markup("<h1>{} <small>{}</small> {}</h1>").format(
        title or "Without a number", note, badge(state) if state else ""
    )


def stamps(company, row: Mapping) -> dict[str, str]:
    """Who and when, in UTC."""
    found = {}
    for title, field, person in (
        ("Created", "AUWHENCREATED", "CREATEDBY"),
        ("Modified", "WHENMODIFIED", "MODIFIEDBY"),
    ):
        stamp = row.get(field) or (
            row.get("WHENCREATED") if field == "AUWHENCREATED" else None
        )
        if isinstance(stamp, int):
            login = data.login(company, row.get(person))
            found[title] = data.moment(stamp) + (f" by {login}" if login else "")
    return found


def document(company, name: str, row: Mapping) -> tuple[str, Markup]:
    """Title and content of the page of a document or a payment."""
    currency, base = row.get("CURRENCY") or "", company.base_currency
    number = row.get("RECORDID") or row.get("DOCNUMBER") or ""
    state = data.state_of(company, name, row)
    shown = {title: row.get(field) for title, field in DOCUMENT_FACTS.items()}
    if row.get("RECEIPTDATE"):
        del shown["Invoice date"]
    parts = [
        heading(
            f"{TITLES[name]} {number}".strip(), f"RECORDNO {row['RECORDNO']}", state
        ),
        amounts(row, currency, base),
        section(
            "Document",
            facts(
                {
                    "Customer": customer_link(company, row),
                    **shown,
                    **stamps(company, row),
                }
            ),
        ),
    ]
    if name != "ARPYMT":
        parts.append(section("Lines", lines(company, name, row, currency, base)))
    parts.append(section("Applications", applications(company, name, row, currency)))
    parts.append(section("History", history(company, name, row)))
    return f"{TITLES[name]} {number or row['RECORDNO']}", join(parts)


def amounts(row: Mapping, currency: str, base: str) -> Markup:
    shown = []
    for title, field in (
        ("Total", "TOTALENTERED"),
        ("Paid", "TOTALPAID"),
        ("Open", "TOTALDUE"),
        ("Selected", "TOTALSELECTED"),
    ):
        cents = row.get(f"TRX_{field}") or 0
        if field == "TOTALSELECTED" and not cents:
            continue
        in_base = ""
        if currency != base:
            in_base = Markup("{} {}").format(money(row.get(field) or 0, base), base)
        shown.append(card(f"{title}, {currency}", money(cents, currency), in_base))
    return cards(*shown)


def lines(company, name: str, row: Mapping, currency: str, base: str) -> Markup:
    def account_of(line):
        account = company.tables.first("GLACCOUNT", "ACCOUNTNO", line.get("ACCOUNTNO"))
        title = account.get("TITLE") if account else ""
        return f"{line.get('ACCOUNTLABEL') or line.get('ACCOUNTNO') or ''} {title}"

    def cells(line):
        yield line.get("LINE_NO")
        yield account_of(line)
        yield line.get("ENTRYDESCRIPTION")
        yield line.get("LOCATIONID")
        yield line.get("DEPARTMENTID")
        yield money(line.get("TRX_AMOUNT") or 0, currency)
        if base != currency:
            yield money(line.get("AMOUNT") or 0, base)
        yield money(line.get("TRX_TOTALPAID") or 0, currency)

    columns = [Column("#", number=True), Column("Account"), Column("Text")]
    columns += [Column("Location", extra=True), Column("Department", extra=True)]
    columns.append(Column(f"Amount, {currency}", number=True))
    if base != currency:
        columns.append(Column(f"Amount, {base}", number=True, extra=True))
    columns.append(Column("Paid", number=True, extra=True))
    found = data.lines_of(company, name, row)
    listing = table(columns, map(list, map(cells, found)), "No lines.")
    summed = sum(line.get("TRX_AMOUNT") or 0 for line in found)
    if summed == (row.get("TRX_TOTALENTERED") or 0):
        return listing
    warning = Markup('<p class="neg">The total is not what the lines add up to: {}</p>')
    return listing + warning.format(money(summed, currency))


def applications(company, name: str, row: Mapping, currency: str) -> Markup:
    """What was settled with what, from the rows of ARPYMTDETAIL."""

    def named(key):
        found = data.find_any(company, key)
        if found is None:
            return ""
        kind, target = found
        if kind == "ARPOSTEDOVERPAYMENT":
            return named(target.get("PARENTPAYMENTKEY"))
        return number_link(kind, target)

    rows = []
    for detail in data.applications_of(company, name, row):
        for source, cents, credit in data.sources(detail):
            rows.append(
                [
                    day(detail.get("PAYMENTDATE")),
                    named(detail.get("PAYMENTKEY")),
                    named(detail.get("RECORDKEY") or detail.get("POSADJKEY")),
                    Markup("{} {}").format(source, named(credit)),
                    money(cents, currency),
                ]
            )
    return table(
        [
            Column("Date"),
            Column("Payment"),
            Column("Applied to"),
            Column("From"),
            Column(f"Amount, {currency}", number=True),
        ],
        rows,
        "Nothing has been applied.",
    )


def history(company, name: str, row: Mapping) -> Markup:
    """The audit history of a record, newest first."""
    key = f"{row['RECORDNO']}--REC"
    found = [
        entry
        for entry in company.tables.find("AUDITHISTORY", "OBJECTKEY", key)
        if (entry.get("OBJECTTYPE") or "").upper() == name
    ]
    return table(
        [Column("Time, UTC"), Column("What"), Column("Who"), Column("Through")],
        (
            [
                day(data.moment(entry["ACCESSTIME"])),
                entry.get("WORKFLOWACTION")
                or MODES.get(entry.get("ACCESSMODE"), entry.get("ACCESSMODE")),
                entry.get("USERID"),
                entry.get("SOURCE"),
            ]
            for entry in reversed(found)
        ),
        "No history.",
    )
