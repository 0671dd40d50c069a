"""From the demo books to Intacct's field names and formats."""

from .books import Document, Receipt, as_date, money_account, to_base
from .lists import BASE_CURRENCY

LINES_OF = {
    "ARINVOICE": "ARINVOICEITEMS",
    "ARADJUSTMENT": "ARADJUSTMENTITEMS",
    "ARADVANCE": "ARADVANCEITEMS",
}


def _amounts(name, trx, base):
    return {f"TRX_{name}": str(trx), name: str(base)}


def _currency(record):
    return {
        "BASECURR": BASE_CURRENCY,
        "CURRENCY": record.currency,
        "EXCH_RATE_DATE": as_date(record.day),
        "EXCHANGE_RATE": str(record.rate),
    }


def _header(document: Document) -> dict:
    """What invoices, adjustments and advances have in common."""
    # An advance is money received: Intacct states it positive, our books as a credit.
    sign = -1 if document.object == "ARADVANCE" else 1
    selected = document.selected * sign
    return {
        "RECORDNO": str(document.key),
        "CUSTOMERID": document.customer,
        "STATE": document.state,
        "DOCNUMBER": document.reference,
        "DESCRIPTION": document.description,
        "MEGAENTITYID": document.entity if document.module == "4.AR" else "",
        **_currency(document),
        **_amounts("TOTALENTERED", document.total * sign, document.base_total * sign),
        **_amounts("TOTALPAID", document.paid * sign, document.base_paid * sign),
        **_amounts("TOTALDUE", document.due * sign, document.base_due * sign),
        **_amounts("TOTALSELECTED", selected, to_base(selected, document.rate)),
    }


def _line(document, line):
    sign = -1 if document.object == "ARADVANCE" else 1
    row = {
        "ACCOUNTNO": line.account,
        **_amounts("AMOUNT", line.trx * sign, to_base(line.trx, document.rate) * sign),
        "LOCATIONID": line.location,
        "DEPARTMENTID": line.department,
        "ENTRYDESCRIPTION": line.memo,
        "ITEMID": line.item,
        "CLASSID": line.class_id,
    }
    return {name: value for name, value in row.items() if value != ""}


def document_row(document: Document) -> dict:
    """One document with its lines, as the loader takes it."""
    row = _header(document)
    if document.object == "ARADVANCE":
        row |= money_account(document.currency, document.bank)
        row |= {
            "PAYMENTMETHOD": "EFT",
            "RECEIPTDATE": as_date(document.day),
            "PAYMENTDATE": as_date(document.day),
        }
    else:
        row |= {
            "RECORDID": document.number,
            "WHENCREATED": as_date(document.day),
            "WHENPOSTED": as_date(document.day),
            "WHENPAID": as_date(document.paid_day),
            "MODULEKEY": document.module,
        }
    if document.object == "ARINVOICE":
        row |= {"TERMNAME": document.term, "WHENDUE": as_date(document.due_day)}
    row[LINES_OF[document.object]] = [_line(document, line) for line in document.lines]
    return row


def _detail(receipt, application):
    """One row of ARPYMTDETAIL: the target, the source and its amount, positive."""
    target, credit, amount = (
        application.target,
        application.credit,
        application.amount,
    )
    target_field = "RECORDKEY" if target.object == "ARINVOICE" else "POSADJKEY"
    row = {target_field: str(target.key), "PAYMENTDATE": as_date(receipt.day)}
    if credit is None:
        return row | _amounts("PAYMENTAMOUNT", amount, to_base(amount, receipt.rate))
    key, amount_name = {
        "ARPYMT": ("OVERPAYMENTKEY", "POSTEDOVERPAYMENTAMOUNT"),
        "ARADVANCE": ("ADVANCEKEY", "POSTEDADVANCEAMOUNT"),
        "ARADJUSTMENT": ("ADJUSTMENTKEY", "ADJUSTMENTAMOUNT"),
        "ARINVOICE": ("NEGATIVEINVOICEKEY", "NEGATIVEINVOICEAMOUNT"),
    }[credit.object]
    return row | {
        key: str(credit.key),
        **_amounts(amount_name, amount, to_base(amount, credit.rate)),
    }


def receipt_row(receipt: Receipt) -> dict:
    """One payment with its details, as the loader takes it."""
    row = {
        "RECORDNO": str(receipt.key),
        "CUSTOMERID": receipt.customer,
        "STATE": receipt.state,
        "MEGAENTITYID": receipt.entity,
        **money_account(receipt.currency, receipt.bank),
        "PAYMENTMETHOD": receipt.method,
        "DOCNUMBER": receipt.reference,
        "RECEIPTDATE": as_date(receipt.day),
        "WHENPAID": as_date(receipt.day),
        **_currency(receipt),
        **_amounts("TOTALENTERED", receipt.cash, to_base(receipt.cash, receipt.rate)),
        "ARPYMTDETAILS": [_detail(receipt, row) for row in receipt.applications],
    }
    if receipt.overpaid:
        location = receipt.applications[0].target.lines[0].location
        row["OVERPAYMENTAMOUNT"] = str(receipt.overpaid)
        row["OVERPAYMENTLOCATIONID"] = location
    if receipt.reverses is not None:
        row["PARENTPAYMENTKEY"] = str(receipt.reverses)
    return row
