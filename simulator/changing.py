"""``POST /_simulator/change``: what a person would do in Intacct's own pages.

``{"action": NAME, …}``; documents are named by ``key`` (their RECORDNO), dates are
MM/DD/YYYY or ISO. The rules of the gateway hold unless ``"force": true``.
"""

from __future__ import annotations

from collections.abc import Callable

from . import loading, loadsections
from .books import applications, documents, ledger, posting, reversals
from .clock import any_day, day_of
from .context import Context
from .failures import FunctionFailure
from .objects import REGISTRY
from .values import cents, share
from .writing import changes as updates
from .writing import customers, deposits, invoices, payments, receipts, receivables

DOCUMENTS = ("ARINVOICE", "ARADJUSTMENT", "ARADVANCE", "ARPYMT")


class ChangeError(ValueError):
    """A change that is not understood."""


def change(context: Context, data: dict) -> dict:
    """Do one action; what it made or changed."""
    action = ACTIONS.get(data.get("action"))
    if action is None:
        names = ", ".join(sorted(ACTIONS))
        raise ChangeError(f"action must be clock or one of {names}")
    handler, keys = action
    unknown = set(data) - {"action", "force", *keys.split()}
    if unknown:
        raise ChangeError(f"unknown keys: {', '.join(sorted(unknown))}")
    try:
        return handler(context, data)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, FunctionFailure):
            raise
        raise ChangeError(f"{type(error).__name__}: {error}") from error


def _day(context: Context, data: dict, name: str = "date") -> str:
    given = data.get(name)
    return any_day(given) if given else day_of(context.company.clock.now())


def _find(context: Context, data: dict, *names: str) -> tuple[str, dict]:
    for name in names or DOCUMENTS:
        row = context.tables.get(name, int(data["key"]))
        if row is not None:
            return name, row
    raise ChangeError(f"there is no {' or '.join(names or DOCUMENTS)} {data['key']}")


# --------------------------------------------------------------------- documents


def update_document(context: Context, data: dict) -> dict:
    """Change header fields and lines of an invoice or adjustment.

    ``values`` are header fields; ``lines`` a list whose items have LINE_NO to
    change that line, none to add one; ``remove`` is a list of LINE_NOs.
    """
    name, header = _find(context, data, "ARINVOICE", "ARADJUSTMENT")
    declared = REGISTRY[name]
    values = loading.typed_row(declared, data.get("values", {}))
    lines = [
        loading.typed_row(REGISTRY[f"{name}ITEM"], item)
        for item in data.get("lines", ())
    ]
    removed = [int(number) for number in data.get("remove", ())]
    ledger_fields = {"CURRENCY", "EXCHANGE_RATE", "WHENPOSTED", "CUSTOMERID"}
    deep = bool(lines or removed or ledger_fields & set(values))
    posted = header["RAWSTATE"] == "A"
    if deep:
        _take_out(context, name, header, bool(data.get("force")))
    values.setdefault("CUSTOMERID", header["CUSTOMERID"])
    receivables.set_contacts(context, values)
    context.change(name, header, values)
    for line in lines:
        _put_line(context, name, header, line)
    for line in posting.lines_of(context, name, header):
        if line["LINE_NO"] in removed:
            context.tables.delete(f"{name}ITEM", line)
    posting.total(context, name, header, touch=True)
    if deep and posted:
        updates.post_again(context, name, header)
    return _shown(name, header)


def _take_out(context: Context, name: str, header: dict, force: bool) -> None:
    """Whether lines and amounts may change; a posted document leaves the books."""
    if header["RAWSTATE"] == "V":
        raise ChangeError("a reversed document does not change")
    if header["RAWSTATE"] != "A":
        return
    if reversals.applied(context, header):
        raise ChangeError("it is applied: reverse the payments first")
    if not force:
        updates.check_editable(context, name, header)
    updates.take_out(context, name, header)


def _put_line(context: Context, name: str, header: dict, line: dict) -> None:
    known = {
        kept["LINE_NO"]: kept
        for kept in posting.lines_of(context, name, header)
        if kept.get("LINEITEM")
    }
    number = line.pop("LINE_NO", None)
    if number in known:
        if "TRX_AMOUNT" in line:
            line.setdefault("AMOUNT", None)
        kept = known[number]
        context.change(f"{name}ITEM", kept, line)
        if kept.get("AMOUNT") is None:
            posting.set_base(context, name, header, kept)
    else:
        number = max(known, default=0) + 1
        posting.add_line(context, name, header, {"LINE_NO": number, **line})


def submit(context: Context, data: dict) -> dict:
    """Post a draft, or approve what was submitted."""
    name, header = _find(context, data)
    if header["RAWSTATE"] not in ("D", "S", "PA"):
        raise ChangeError("only a draft or submitted document can be posted")
    if name == "ARPYMT":
        details, over = header["_DETAILS"], header["_OVER"]
        payments.unselect(context, header)
        payments.post(context, header, details, over)
    else:
        documents.post_document(context, name, header, touch=True)
    return _shown(name, header)


def decline(context: Context, data: dict) -> dict:
    name, header = _find(context, data)
    if header["RAWSTATE"] not in ("S", "PA"):
        raise ChangeError("only a submitted document can be declined")
    context.change(name, header, {"RAWSTATE": "U"})
    return _shown(name, header)


def reverse(context: Context, data: dict) -> dict:
    """Reverse an invoice, adjustment, advance or receipt."""
    name, header = _find(context, data)
    day = _day(context, data)
    if name == "ARPYMT":
        if not data.get("force"):
            reversals.check_payment(context, header, day)
        counter = reversals.reverse_payment(context, header, day)
    elif name == "ARADVANCE":
        counter = reversals.reverse_advance(context, header, day)
    else:
        if not data.get("force"):
            reversals.check_document(context, name, header, day)
        counter = reversals.reverse_document(context, name, header, day)
    return {**_shown(name, header), "counter": counter["RECORDNO"]}


def delete(context: Context, data: dict) -> dict:
    """Delete a document; ``force`` also a posted one without applications."""
    name, header = _find(context, data)
    if header["RAWSTATE"] == "V":
        raise ChangeError("a reversed document is never deleted")
    if name == "ARPYMT":
        receipts.delete_draft(context, header)
    elif data.get("force") or name == "ARADVANCE":
        if reversals.applied(context, header):
            raise ChangeError("it is applied: reverse the payments first")
        documents.delete_document(context, name, header)
    else:
        invoices.delete(context, name, header)
    return {"deleted": header["RECORDNO"]}


def add(context: Context, data: dict) -> dict:
    """Enter a record by hand: the load format, stamped and audited."""
    name = data["object"]
    before = set(context.tables.rows[name])
    loading.add_record(context, name, data["record"])
    made = sorted(set(context.tables.rows[name]) - before)
    return {"made": made}


def recreate(context: Context, data: dict) -> dict:
    """Edit an Order Entry invoice at its source: deleted and made again.

    ``values`` and ``lines`` (the full set, if given) are those of the new one.
    The sales document points to the new RECORDNO.
    """
    name, header = _find(context, data, "ARINVOICE")
    if reversals.applied(context, header):
        raise ChangeError("it has payments: Order Entry refuses to edit it")
    lines = _copied_lines(context, name, header)
    if "lines" in data:
        declared = REGISTRY[f"{name}ITEM"]
        lines = [loading.typed_row(declared, item) for item in data["lines"]]
    kept = {
        field: header.get(field)
        for field in REGISTRY[name].loadable
        if header.get(field) is not None
        and field not in ("RECORDNO", "WHENMODIFIED", "AUWHENCREATED", "PRBATCHKEY")
        and not field.startswith(("TRX_TOTAL", "TOTAL"))
    }
    kept.update(loading.typed_row(REGISTRY[name], data.get("values", {})))
    kept["MODULEKEY"] = "8.SO"
    kept.pop("RAWSTATE", None)
    documents.delete_document(context, name, header)
    new = receivables.load_document(context, name, kept, lines)
    documents.post_document(context, name, new)
    for order in context.tables.find("SODOCUMENT", "PRRECORDKEY", header["RECORDNO"]):
        context.change("SODOCUMENT", order, {"PRRECORDKEY": new["RECORDNO"]})
    return {"deleted": header["RECORDNO"], **_shown(name, new)}


def _copied_lines(context: Context, name: str, header: dict) -> list[dict]:
    own = ("RECORDNO", "RECORDKEY", "WHENCREATED", "WHENMODIFIED", "AMOUNT")
    return [
        {
            field: value
            for field, value in line.items()
            if field not in own and "PAID" not in field and "SELECTED" not in field
        }
        for line in posting.lines_of(context, name, header)
    ]


# ----------------------------------------------------------------------- others


def update_record(context: Context, data: dict) -> dict:
    """Change fields of a master record, by its visible ID or RECORDNO."""
    name = data["object"]
    declared = REGISTRY[name]
    source = declared.source or name
    row = None
    if declared.key != "RECORDNO":
        row = context.tables.first(source, declared.key, data.get("id"))
    if row is None:
        row = context.tables.get(source, int(data.get("key") or 0))
    if row is None:
        raise ChangeError(f"there is no such {name}")
    values = loading.typed_row(declared, data["values"])
    if name == "CUSTOMER":
        values = loadsections.customer_values(context, row, values)
    context.change(source, row, values)
    return {"key": row["RECORDNO"]}


def delete_record(context: Context, data: dict) -> dict:
    name = data["object"]
    row = context.tables.first(name, REGISTRY[name].key, data["id"])
    if row is None:
        raise ChangeError(f"there is no {name} {data['id']}")
    if name == "CUSTOMER":
        customers.delete_customer(context, row)
    else:
        context.remove(name, row)
    return {"deleted": row["RECORDNO"]}


def deposit(context: Context, data: dict) -> dict:
    row = {
        "BANKACCOUNTID": data["bank"],
        "DEPOSITID": data.get("id", ""),
        "DEPOSITDATE": _day(context, data),
    }
    keys = [int(key) for key in data["keys"]]
    return {"key": deposits.create(context, row, keys)["RECORDNO"]}


def reconcile(context: Context, data: dict) -> dict:
    """Mark a receipt, advance or invoice as cleared in a bank reconciliation."""
    name, header = _find(context, data, "ARPYMT", "ARADVANCE", "ARINVOICE")
    day = _day(context, data)
    if name == "ARINVOICE":
        context.change(name, header, {"_RECONCILED": True})
        return _shown(name, header)
    context.change(name, header, {"CLEARED": True, "CLRDATE": day})
    return _shown(name, header)


def refund(context: Context, data: dict) -> dict:
    """Pay a credit memo, or what is left of a receipt, back to its customer from an
    account (Customer Refunds).

    Its balance falls; no receipt and no application tells of it.
    """
    name, header = _find(context, data, "ARADJUSTMENT", "ARPYMT")
    pay = _refund_memo if name == "ARADJUSTMENT" else _refund_rest
    entries = pay(context, header, cents(data["amount"]), data["account"])
    ledger.post(
        context, "CUSTOMERREFUND", header["RECORDNO"], _day(context, data), entries
    )
    return _shown(name, header)


def _less_open(name: str, header: dict) -> ChangeError:
    return ChangeError(f"{name} {header['RECORDNO']} has less open")


def _refund_memo(
    context: Context, header: dict, left: int, account: str
) -> list[ledger.Entry]:
    name, entries = "ARADJUSTMENT", []
    for line in posting.lines_of(context, name, header):
        due, due_base = posting.line_due(line)
        paid = max(min(due, 0), -left)
        if not paid:
            continue
        base = share(paid, due, due_base)
        left += paid
        moved = {
            "TRX_TOTALPAID": line["TRX_TOTALPAID"] + paid,
            "TOTALPAID": line["TOTALPAID"] + base,
        }
        context.change(f"{name}ITEM", line, moved)
        entries += [
            ledger.receivable(context, header, line, -paid, -base),
            ledger.Entry(account, paid, base, header["CURRENCY"]),
        ]
    if left:
        raise _less_open(name, header)
    posting.total(context, name, header, touch=True)
    return entries


def _refund_rest(
    context: Context, payment: dict, amount: int, account: str
) -> list[ledger.Entry]:
    """What a receipt has above its documents stands as an over-payment."""
    name = "ARPOSTEDOVERPAYMENT"
    over = context.tables.first(name, "PARENTPAYMENTKEY", payment["RECORDNO"])
    if over is None or over["RAWSTATE"] != "A" or amount > over["TRX_TOTALDUE"]:
        raise _less_open("ARPYMT", payment)
    base = share(amount, over["TRX_TOTALDUE"], over["TOTALDUE"])
    moved = applications.Moved("overpayment", amount, base, base)
    part = applications.Part(name, over, over)
    applications.draw(context, part, moved, 1, touch=True)
    return [
        ledger.receivable(context, over, over, amount, base),
        ledger.Entry(account, -amount, -base, over["CURRENCY"]),
    ]


def close_books(context: Context, data: dict) -> dict:
    """Close (or with an empty date open) a module's books of an entity."""
    loadsections.load_closed(
        context,
        [
            {
                "MODULE": data.get("module", "AR"),
                "LOCATIONID": data.get("entity", ""),
                "CLOSEDTHROUGH": data.get("through") or "",
            }
        ],
    )
    return {"closed": context.tables.meta["closed"]}


def _shown(name: str, header: dict) -> dict:
    return {"object": name, "key": header["RECORDNO"]}


ACTIONS: dict[str, tuple[Callable[[Context, dict], dict], str]] = {
    "update": (update_document, "key values lines remove"),
    "submit": (submit, "key"),
    "decline": (decline, "key"),
    "reverse": (reverse, "key date"),
    "delete": (delete, "key"),
    "add": (add, "object record"),
    "recreate": (recreate, "key values lines"),
    "update_record": (update_record, "object id key values"),
    "delete_record": (delete_record, "object id"),
    "deposit": (deposit, "bank id date keys"),
    "reconcile": (reconcile, "key date"),
    "refund": (refund, "key amount account date"),
    "close_books": (close_books, "module entity through"),
}
