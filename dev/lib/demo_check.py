"""Compares what arrived in Odoo with Intacct's books, document by document.

Both sides are read over their own doors: Odoo's web client, the simulator's admin
paths.  Nothing of the connector is used, so that its mistakes show.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal

MOVE_OBJECTS = ("ARINVOICE", "ARADJUSTMENT", "ARADVANCE", "ARPYMT")
DOCUMENT_OBJECTS = ("ARINVOICE", "ARADJUSTMENT")
ROUNDING = Decimal("0.03")


@dataclass(frozen=True)
class OpenItem:
    """Something that a customer owes us, or we them, with the sign of a debt.

    :ivar str object: one of MOVE_OBJECTS; ARPYMT stands for its over-payment
    :ivar str recordno: its key in Intacct
    :ivar str number: what people call it
    :ivar str customer: CUSTOMERID
    :ivar Decimal total: in ``currency``; None where the two sides keep it
        differently (what is left of a credit has no total in Odoo)
    :ivar Decimal due: what is open of it, in ``currency``
    :ivar Decimal base_total: in the currency of the books
    :ivar Decimal base_due: in the currency of the books
    """

    object: str
    recordno: str
    number: str
    customer: str
    currency: str
    total: Decimal | None
    due: Decimal
    base_total: Decimal | None
    base_due: Decimal

    @property
    def key(self):
        return self.object, self.recordno

    @property
    def name(self):
        return f"{self.object} {self.number or '#' + self.recordno}"


# ----------------------------------------------------------------------
# Odoo's side
# ----------------------------------------------------------------------
def _decimal(value):
    return Decimal(repr(value)).quantize(Decimal("0.01"))


def imported_items(connection):
    """What Odoo holds of Intacct's open items: the linked entries.

    :rtype: list[OpenItem]
    """
    call = connection.call
    bindings = call(
        "intacct.binding",
        "search_read",
        [
            [
                ("backend_id", "=", connection.id),
                ("intacct_object", "in", MOVE_OBJECTS),
                ("sync_state", "=", "synced"),
                ("move_id", "!=", False),
            ],
            ["intacct_object", "recordno", "move_id"],
        ],
    )
    move_ids = [binding["move_id"][0] for binding in bindings]
    moves = _by_id(
        call("account.move", "read", [move_ids, ["name", "state", "move_type", "ref"]])
    )
    lines = defaultdict(list)
    for line in _receivable_lines(call, [("move_id", "in", move_ids)]):
        lines[line["move_id"][0]].append(line)
    customers = _customer_codes(connection)
    return [
        _imported_item(
            binding,
            moves[binding["move_id"][0]],
            lines[binding["move_id"][0]],
            customers,
        )
        for binding in bindings
    ]


def _imported_item(binding, move, lines, customers):
    def total(name):
        return sum((_decimal(line[name]) for line in lines), Decimal())

    document = binding["intacct_object"] in DOCUMENT_OBJECTS
    partners = {line["partner_id"][0] for line in lines}
    currencies = {line["currency_id"][1] for line in lines}
    posted = move["state"] == "posted" and len(partners) == len(currencies) == 1
    return OpenItem(
        binding["intacct_object"],
        binding["recordno"],
        move["name"] if document else "",
        customers.get(partners.pop()) if posted else f"({move['state']})",
        currencies.pop() if posted else "",
        total("amount_currency") if document else None,
        total("amount_residual_currency"),
        total("balance") if document else None,
        total("amount_residual"),
    )


def _receivable_lines(call, domain):
    return call(
        "account.move.line",
        "search_read",
        [
            [*domain, ("account_type", "=", "asset_receivable")],
            [
                "move_id",
                "partner_id",
                "currency_id",
                "balance",
                "amount_currency",
                "amount_residual",
                "amount_residual_currency",
            ],
        ],
    )


def _customer_codes(connection):
    """CUSTOMERID by partner, of the customers that are linked."""
    partners = connection.call(
        "intacct.binding",
        "search_read",
        [
            [
                ("backend_id", "=", connection.id),
                ("intacct_object", "=", "CUSTOMER"),
                ("sync_state", "=", "synced"),
            ],
            ["partner_id", "number"],
        ],
    )
    return {row["partner_id"][0]: row["number"] for row in partners}


def customer_count(connection):
    """How many customers of Intacct are linked to a partner."""
    return len(_customer_codes(connection))


def _by_id(rows):
    return {row["id"]: row for row in rows}


# ----------------------------------------------------------------------
# Comparisons: each yields one sentence for each difference
# ----------------------------------------------------------------------
def compare_items(ours, theirs, planted):
    """Every open item is in Odoo as it is in Intacct, and nothing else is.

    :param list[OpenItem] ours: as imported_items() returns them
    :param list[OpenItem] theirs: Intacct's open items
    :param set[str] planted: numbers of documents that cannot be imported
    """
    here = {item.key: item for item in ours}
    repeated = Counter((item.object, item.number) for item in theirs)
    if len(here) != len(ours):
        yield f"{len(ours)} links in Odoo, but only {len(here)} records of Intacct"
    for item in theirs:
        mine = here.pop(item.key, None)
        if item.number in planted:
            if mine:
                yield f"{item.name} was imported although it cannot be right"
        elif mine is None:
            yield f"{item.name} of {item.customer} ({item.due}) is missing in Odoo"
        else:
            many = repeated[item.object, item.number] > 1
            yield from _compare_item(mine, item, many)
    for mine in here.values():
        # What was settled before it came is here with nothing open.
        if mine.due:
            yield f"{mine.name} is open by {mine.due} in Odoo, not in Intacct"


def _compare_item(mine, item, many):
    names = {item.number or f"#{item.recordno}"}
    if many:
        names.add(f"{item.number} ({item.recordno})")
    if mine.number and mine.number not in names:
        yield f"{item.name} is called {mine.number} in Odoo"
    for field in ("customer", "currency"):
        found, expected = getattr(mine, field), getattr(item, field)
        if found != expected:
            yield f"{item.name}: {field} is {found} in Odoo, {expected} in Intacct"
    for field in ("total", "due", "base_total", "base_due"):
        found, expected = getattr(mine, field), getattr(item, field)
        if found is not None and abs(found - expected) > _tolerance(item, field):
            yield f"{item.name}: {field} is {found} in Odoo, {expected} in Intacct"


def _tolerance(item, field):
    """Intacct converts what was paid line by line, Odoo in one: while a document is
    open, its base amount may be another one by a few cents."""
    partly_paid = item.total is None or item.due != item.total
    return ROUNDING if field == "base_due" and partly_paid else Decimal()


def compare_customers(connection, theirs):
    """The customers with open items, and no others, are linked."""
    here = Counter(_customer_codes(connection).values())
    expected = {item.customer for item in theirs}
    for code in sorted(expected - here.keys()):
        yield f"customer {code} has open items and is not in Odoo"
    for code in sorted(here.keys() - expected):
        yield f"customer {code} is in Odoo without open items"
    for code in sorted(code for code, count in here.items() if count > 1):
        yield f"customer {code} is linked to several partners"


def compare_failures(failures, planted):
    """Exactly the planted documents failed, each with a reason and advice.

    :param list[dict] failures: open events
    :param list[dict] planted: object and document of each
    """
    here = Counter((row["intacct_object"], row["document"]) for row in failures)
    expected = Counter((row["object"], row["document"]) for row in planted)
    for kind, document in (expected - here).elements():
        yield f"{kind} {document} was planted as a failure and did not fail"
    for row in failures:
        if (row["intacct_object"], row["document"]) not in expected:
            yield f"{row['intacct_object']} {row['document']} failed: {row['message']}"
        if not row["message"] or not row["advice"]:
            yield f"the failure of {row['document']} has no reason or no advice"


def compare_sums(ours, theirs, planted, books):
    """The sums of the currencies agree, and Intacct's own with its control account.

    :param dict books: what GET /_simulator/books answers
    """
    if books["proof"] != "ok":
        yield f"Intacct's books contradict themselves: {books['differences']}"
    here, there = sums(ours), sums(theirs, planted)
    for currency in sorted(here.keys() | there.keys()):
        if here[currency] != there[currency]:
            yield f"{currency}: {here[currency]} in Odoo, {there[currency]} in Intacct"
    everything = sums(theirs)
    for currency, amount in books["open_by_currency"].items():
        if everything[currency] != Decimal(amount):
            yield (
                f"{currency}: the open items add up to {everything[currency]}, "
                f"Intacct's books say {amount}"
            )


def sums(items, without=()):
    """What is open by currency, except of documents with the given numbers.

    :rtype: dict[str, Decimal]
    """
    totals = defaultdict(Decimal)
    for item in items:
        if item.number not in without:
            totals[item.currency] += item.due
    return totals


def compare_clearing(connection):
    """The clearing account is the opposite of what is open on imported documents and
    what Odoo has received on them.
    """
    call = connection.call
    account = connection.read("clearing_account_id")["clearing_account_id"][0]
    posted = ("parent_state", "=", "posted")
    lines = call(
        "account.move.line",
        "search_read",
        [[("account_id", "=", account), posted], ["balance"]],
    )
    balance = sum((_decimal(line["balance"]) for line in lines), Decimal())
    own = ("journal_id.intacct_backend_id", "=", connection.id)
    receivables = _receivable_lines(call, [own, posted])
    residual = sum(
        (_decimal(line["amount_residual"]) for line in receivables), Decimal()
    )
    received = _received_here(call)
    if balance != -(residual + received):
        yield (
            f"the clearing account is {balance}, the open items are {residual} and "
            f"{received} were received on them in Odoo"
        )


def _received_here(call):
    """What Odoo's own receipts have settled of imported documents, in the currency
    of the books; what was paid out counts negative."""
    total = Decimal()
    for here, there, sign in (("debit", "credit", 1), ("credit", "debit", -1)):
        imported = "move_id.intacct_imported"
        partials = call(
            "account.partial.reconcile",
            "search_read",
            [
                [
                    (f"{here}_move_id.{imported}", "=", True),
                    (f"{there}_move_id.{imported}", "=", False),
                    (f"{there}_move_id.move_id.intacct_settlement", "=", False),
                    (f"{here}_move_id.account_type", "=", "asset_receivable"),
                ],
                ["amount"],
            ],
        )
        total += sign * sum((_decimal(row["amount"]) for row in partials), Decimal())
    return total


def compare_steps(run):
    """A run went through all its steps; only single records may have failed."""
    if run.values["state"] not in ("done", "errors"):
        yield f"the sync is {run.values['state']}: {run.values['message']}"
    for step in run.steps:
        if step["state"] != "done":
            yield f"its step {step['flow']} is {step['state']}"


def compare_second_run(run, exchanges, connection, marks):
    """A sync right after another changes nothing and asks once.

    :param Run run: the second one
    :param list[list[str]] exchanges: the functions of each request that reached
        Intacct during it
    :param dict marks: what write_marks() returned before it
    """
    yield from compare_steps(run)
    for name in ("created", "updated"):
        if run.count(name):
            yield f"the second sync {name} {run.count(name)} records"
    reads = [names for names in exchanges if names != ["getAPISession"]]
    if len(reads) != 1:
        yield f"the second sync sent {len(reads)} requests: {reads}"
    elif run.values["api_transactions"] != len(reads[0]):
        yield (
            f"the second sync counts {run.values['api_transactions']} transactions "
            f"for {reads[0]}"
        )
    if run.values["http_requests"] != len(exchanges):
        yield (
            f"the second sync counts {run.values['http_requests']} requests, Intacct "
            f"{len(exchanges)}"
        )
    for model, after in write_marks(connection).items():
        if after != marks[model]:
            yield f"the second sync wrote to {model}: {marks[model]} became {after}"


def write_marks(connection):
    """How many records there are and when one was last written, by model."""
    marks = {}
    for model in ("res.partner", "account.move", "account.move.line"):
        latest = connection.call(
            model, "search_read", [[], ["write_date"]], {"order": "write_date desc"}
        )
        marks[model] = len(latest), latest[0]["write_date"]
    return marks
