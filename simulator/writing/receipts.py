"""ARPYMT and ARADVANCE as elements, and the legacy receipt functions."""

from __future__ import annotations

from lxml import etree

from ..books import batches, posting, reversals
from ..books.applications import CREDIT_FIELDS
from ..calls import Call, Outcome
from ..context import Context
from ..failures import FunctionFailure, could_not_create, refuse
from ..reading.access import require
from . import advances, outcomes, payments, receivables, targets
from .elements import amount_of, find_child, generic_row, legacy_date, text_of

PAYMENT_EXTRA = (
    "ACTION",
    "AMOUNTTOPAY",
    "TRX_AMOUNTTOPAY",
    "AMOUNTOPAY",
    "OVERPAYMENTAMOUNT",
    "OVERPAYMENTLOCATIONID",
    "OVERPAYMENTDEPARTMENTID",
    "PAYMENTDATE",
    "PRBATCH",
    "CUSTOMERNAME",
)
IGNORED = ("AMOUNTOPAY", "CUSTOMERNAME")


# ---------------------------------------------------------------------- receipts


def read_payment(
    context: Context, element: etree._Element
) -> tuple[dict, list[dict] | None]:
    """An ARPYMT element: header and details, None when it has no details."""
    nested = {"ARPYMTDETAILS", "ONLINECARDPAYMENT", "ONLINEACHPAYMENT"}
    row = generic_row(context, "ARPYMT", element, PAYMENT_EXTRA, nested)
    for field in IGNORED:
        row.pop(field, None)
    if row.get("EXCH_RATE_TYPE_ID") == -1:
        row["EXCH_RATE_TYPE_ID"] = None
    if row.get("PAYMENTDATE"):
        row["WHENPAID"] = row["PAYMENTDATE"]
    container = find_child(element, "ARPYMTDETAILS")
    if container is None:
        return row, None
    details = [
        generic_row(
            context,
            "ARPYMTDETAIL",
            item,
            ("TRX_TOTALDISCOUNTTOAPPLY", "TRX_CREDITTOAPPLY"),
        )
        for item in container
    ]
    return row, details


def create_payment(context: Context, element: etree._Element) -> dict:
    try:
        row, details = read_payment(context, element)
        row.pop("RECORDNO", None)
        return payments.create(context, row, details or [])
    except FunctionFailure as failure:
        raise failure.because(*could_not_create("")) from failure


def update_payment(context: Context, element: etree._Element) -> dict:
    """Only drafts: details given replace the set, ACTION Submit posts."""
    row, details = read_payment(context, element)
    payment = context.tables.get("ARPYMT", row.pop("RECORDNO", None))
    if payment is None:
        raise targets.wrong_key("")
    if payment["RAWSTATE"] != "D":
        raise refuse("Only a draft payment can be changed.", "BL03002129")
    action = str(row.pop("ACTION", None) or "Draft").lower()
    over = dict(payment["_OVER"])
    if row.get("OVERPAYMENTAMOUNT"):
        over["amount"] = amount_of(row["OVERPAYMENTAMOUNT"])
    for field in ("LOCATIONID", "DEPARTMENTID"):
        value = row.pop(f"OVERPAYMENT{field}", None)
        if value:
            over[field.removesuffix("ID").lower()] = value
    for field in ("OVERPAYMENTAMOUNT", *payments.TOTALS):
        row.pop(field, None)
    payments.unselect(context, payment)
    if row:
        context.change("ARPYMT", payment, {k: v for k, v in row.items() if v})
        account = targets.cash_account(context, dict(payment), strict=True)
        context.change("ARPYMT", payment, {"_CASHACCOUNT": account}, touch=False)
    if details is None:
        details = payment["_DETAILS"]
    if action == "submit":
        require(context, "ARPYMT", "post")
        payments.post(context, payment, details, over)
    else:
        payments.select(context, payment, details, over)
    return payment


def delete_draft(context: Context, payment: dict) -> None:
    if payment["RAWSTATE"] not in ("D", "S"):
        raise refuse("Only a draft payment can be deleted.", "BL03002129")
    payments.unselect(context, payment)
    context.remove("ARPYMT", payment)


def delete_payment(call: Call) -> Outcome:
    require(call.context, "ARPYMT", "delete")
    delete_draft(call.context, find_payment(call.context, call.element.get("key")))
    return Outcome()


def find_payment(context: Context, key: str | None) -> dict:
    row = context.tables.get("ARPYMT", int(key)) if (key or "").isdigit() else None
    if row is None or (context.entity and row.get("MEGAENTITYID") != context.entity):
        raise targets.wrong_key(key or "")
    return row


def reverse_payment(call: Call) -> Outcome:
    """reverse_arpayment: a receipt, or a payment made of credits only."""
    context, element = call.context, call.element
    require(context, "ARPYMT", "reverse")
    payment = find_payment(context, element.get("key"))
    day = legacy_date(element, "datereversed")
    if day is None:
        raise refuse("Required field Date Reversed is missing", "BL03000018")
    for part in reversals.whole_payment(context, payment):
        reversals.check_payment(context, part, day)
    text = text_of(element, "description")
    counter = reversals.reverse_payment(context, payment, day, text)
    mode = context.settings["reverse_returns"]
    return outcomes.reversed_outcome(mode, payment["RECORDNO"], counter["RECORDNO"])


# ---------------------------------------------------------------------- advances


def read_advance(
    context: Context, element: etree._Element
) -> tuple[dict, list[dict] | None]:
    extra = ("ACTION", "PRBATCH")
    row = generic_row(context, "ARADVANCE", element, extra, {"ARADVANCEITEMS"})
    if row.get("PRBATCHKEY"):
        row["PRBATCH"] = str(row.pop("PRBATCHKEY"))
    if row.get("EXCH_RATE_TYPE_ID") == -1:
        row["EXCH_RATE_TYPE_ID"] = None
    container = find_child(element, "ARADVANCEITEMS")
    if container is None:
        return row, None
    return row, [generic_row(context, "ARADVANCEITEM", item) for item in container]


def create_advance(context: Context, element: etree._Element) -> dict:
    try:
        row, lines = read_advance(context, element)
        row.pop("RECORDNO", None)
        return advances.create(context, row, lines or [])
    except FunctionFailure as failure:
        raise failure.because(*could_not_create("")) from failure


def update_advance(context: Context, element: etree._Element) -> dict:
    """Header fields alone, or with the full set of lines; unapplied ones only."""
    row, lines = read_advance(context, element)
    advance = context.tables.get("ARADVANCE", row.pop("RECORDNO", None))
    if advance is None or advance["RAWSTATE"] == "V":
        raise targets.wrong_key("")
    action = str(row.pop("ACTION", None) or "")
    if lines is not None:
        if advance["RAWSTATE"] != "D":
            raise refuse("Only a draft advance can be changed.", "BL03002129")
        advances.check_lines(context, lines)
        for line in posting.lines_of(context, "ARADVANCE", advance):
            context.tables.delete("ARADVANCEITEM", line)
        for number, line in enumerate(lines, 1):
            kept = {"LINE_NO": number, **line, "RECORDNO": None}
            posting.add_line(context, "ARADVANCE", advance, kept)
        posting.total(context, "ARADVANCE", advance, touch=False)
    harmless = {"DESCRIPTION", "DOCNUMBER", "SUPDOCID", "PAYMENTMETHOD"}
    if advance["RAWSTATE"] != "D" and set(row) - harmless:
        raise refuse("Only a draft advance can be changed.", "BL03002129")
    context.change("ARADVANCE", advance, row)
    if action.lower() == "submit" and advance["RAWSTATE"] == "D":
        receivables.submit(context, "ARADVANCE", advance, action)
    return advance


# -------------------------------------------------------------- legacy functions


def _legacy_currency(element: etree._Element) -> dict:
    found = {
        "CURRENCY": text_of(element, "currency"),
        "EXCHANGE_RATE": text_of(element, "exchrate"),
        "EXCH_RATE_DATE": legacy_date(element, "exchratedate"),
    }
    return {field: value for field, value in found.items() if value}


def create_legacy(call: Call) -> Outcome:
    require(call.context, "ARPYMT", "add")
    kept = legacy_payment(call.context, call.element)
    return outcomes.keyed(kept["RECORDNO"])


def legacy_payment(context: Context, element: etree._Element) -> dict:
    """create_arpayment: an ARPYMT, or an advance when no invoice is named."""
    customer_id = text_of(element, "customerid") or ""
    amount = amount_of(text_of(element, "paymentamount")) or 0
    day = legacy_date(element, "datereceived")
    row = {
        "CUSTOMERID": customer_id,
        "PAYMENTMETHOD": text_of(element, "paymentmethod") or "Printed Check",
        "RECEIPTDATE": day,
        "PAYMENTDATE": day,
        "DOCNUMBER": text_of(element, "refid"),
        "FINANCIALENTITY": text_of(element, "bankaccountid"),
        "UNDEPOSITEDACCOUNTNO": text_of(element, "undepfundsacct"),
        "PRBATCH": text_of(element, "batchkey"),
        **_legacy_currency(element),
    }
    row = {field: value for field, value in row.items() if value is not None}
    details = [
        {
            "RECORDKEY": _key(text_of(item, "invoicekey")),
            "TRX_PAYMENTAMOUNT": amount_of(text_of(item, "amount")),
        }
        for item in element.findall("arpaymentitem")
    ]
    if not details and customer_id in context.settings["balance_forward_customers"]:
        details = _oldest_first(context, customer_id, amount)
    if not details:
        line = {
            "ACCOUNTNO": context.company.configuration["ADVANCEACCOUNT"],
            "TRX_AMOUNT": amount,
            "LOCATIONID": text_of(element, "overpaylocid"),
            "DEPARTMENTID": text_of(element, "overpaydeptid"),
        }
        return _plain_advance(context, row, line)
    paid = sum(detail["TRX_PAYMENTAMOUNT"] or 0 for detail in details)
    if paid > amount:
        raise refuse("The payment amount exceeds total amount due ()")
    if paid < amount:
        row["OVERPAYMENTAMOUNT"] = f"{(amount - paid) / 100:.2f}"
        row["OVERPAYMENTLOCATIONID"] = text_of(element, "overpaylocid")
        row["OVERPAYMENTDEPARTMENTID"] = text_of(element, "overpaydeptid")
    return payments.create(context, row, details)


def _plain_advance(context: Context, row: dict, line: dict) -> dict:
    """An advance on the company's advance account, labels or not."""
    if context.settings["account_labels"]:
        for label in context.tables.all("ARACCOUNTLABEL"):
            if label["GLACCOUNTNO"] == line["ACCOUNTNO"]:
                line["ACCOUNTLABEL"] = label["ACCOUNTLABEL"]
    return advances.create(context, row, [line])


def _oldest_first(context: Context, customer_id: str, amount: int) -> list[dict]:
    rows = [
        row
        for row in context.tables.find("ARINVOICE", "CUSTOMERID", customer_id)
        if row["RAWSTATE"] == "A" and row["TRX_TOTALDUE"] > 0
    ]
    details = []
    for row in sorted(rows, key=lambda row: (row["WHENCREATED"], row["RECORDNO"])):
        piece = min(row["TRX_TOTALDUE"], amount)
        if piece > 0:
            amount -= piece
            detail = {"RECORDKEY": row["RECORDNO"], "TRX_PAYMENTAMOUNT": piece}
            details.append(detail)
    return details


def _key(text: str | None) -> int:
    if not (text or "").isdigit():
        raise targets.wrong_key(text or "")
    return int(text)


def apply_legacy(call: Call) -> Outcome:
    require(call.context, "ARPYMT", "add")
    kept = apply_credit(call.context, call.element)
    return outcomes.keyed(kept["RECORDNO"])


def apply_credit(context: Context, element: etree._Element) -> dict:
    """apply_arpayment: a credit of any kind onto invoices and debit memos."""
    key = _key(text_of(element, "arpaymentkey"))
    kind, header = _credit(context, key)
    day = legacy_date(element, "paymentdate")
    if day is None:
        raise refuse("Required field Payment Date is missing", "BL03000018")
    row = {
        "CUSTOMERID": header["CUSTOMERID"],
        "CURRENCY": header["CURRENCY"],
        "PAYMENTMETHOD": "Printed Check",
        "RECEIPTDATE": day,
        "PAYMENTDATE": day,
        "DESCRIPTION": text_of(element, "memo"),
        "EXCHANGE_RATE": header["EXCHANGE_RATE"],
    }
    key_field, _entry, amount_field = CREDIT_FIELDS[kind]
    details = []
    for item in element.findall("arpaymentitems/arpaymentitem"):
        target = _key(text_of(item, "invoicekey"))
        name = (
            "POSADJKEY" if context.tables.get("ARADJUSTMENT", target) else "RECORDKEY"
        )
        amount = amount_of(text_of(item, "amount"))
        details.append({name: target, key_field: key, f"TRX_{amount_field}": amount})
    return payments.create(context, row, details, cashless=True)


def _credit(context: Context, key: int) -> tuple[str, dict]:
    """What an arpaymentkey names."""
    over = context.tables.get("ARPOSTEDOVERPAYMENT", key)
    over = over or context.tables.first("ARPOSTEDOVERPAYMENT", "PARENTPAYMENTKEY", key)
    if over is not None:
        return "overpayment", over
    for kind, name in (("advance", "ARADVANCE"), ("credit_memo", "ARADJUSTMENT")):
        row = context.tables.get(name, key)
        if row is not None:
            return kind, row
    row = context.tables.get("ARINVOICE", key)
    if row is None:
        raise targets.wrong_key(key)
    return ("negative_invoice" if row["TRX_TOTALENTERED"] < 0 else "inline"), row


def create_batch(call: Call) -> Outcome:
    """create_arpaymentbatch with its receipts and applications."""
    context, element = call.context, call.element
    require(context, "ARPYMT", "add")
    title = text_of(element, "batchtitle") or ""
    day = legacy_date(element, "datecreated") or ""
    batch = batches.find_or_create(context, "ARPAYMENTBATCH", title, day)
    account = text_of(element, "bankaccountid") or text_of(element, "undepfundsacct")
    changes = {"ACCOUNTNOKEY": account, "AUTOCREATED": False}
    context.change("ARPAYMENTBATCH", batch, changes, touch=False)
    inner = element.findall("create_arpayment")
    for item in inner:
        if item.find("batchkey") is None:
            key = etree.Element("batchkey")
            key.text = str(batch["RECORDNO"])
            item.append(key)
        legacy_payment(context, item)
    applied = element.findall("apply_arpayment")
    for item in applied:
        apply_credit(context, item)
    return outcomes.keyed(batch["RECORDNO"], 1 + len(inner) + len(applied))
