"""From the demo books to Intacct's field names and formats."""

from .books import Document, Receipt, as_date, money_account, to_base
from .lists import BASE_CURRENCY

LINES_OF = {
    "ARINVOICE": "ARINVOICEITEMS",
    "ARADJUSTMENT": "ARADJUSTMENTITEMS",
    "ARADVANCE": "ARADVANCEITEMS",
}


def _currency(record):
    return {
        "BASECURR": BASE_CURRENCY,
        "CURRENCY": record.currency,
        "EXCH_RATE_DATE": as_date(record.day),
        "EXCHANGE_RATE": str(record.rate),
    }


def _sign(document: Document) -> int:
    """An advance is money received: stated positive, a credit in our books."""
    return -1 if document.object == "ARADVANCE" else 1


def _header(document: Document) -> dict:
    """What invoices, adjustments and advances have in common.

    Totals and state are given as assertions: the loader works them out itself.
    """
    return {
        "RECORDNO": str(document.key),
        "CUSTOMERID": document.customer,
        "STATE": document.state,
        "DOCNUMBER": document.reference,
        "DESCRIPTION": document.description,
        "MEGAENTITYID": document.entity if document.module == "4.AR" else "",
        **_currency(document),
        "TRX_TOTALENTERED": str(document.total * _sign(document)),
        "TOTALENTERED": str(document.base_total * _sign(document)),
        "TRX_TOTALPAID": str(document.paid * _sign(document)),
        "TRX_TOTALDUE": str(document.due * _sign(document)),
    }


def _line(document, line):
    sign = _sign(document)
    row = {
        "ACCOUNTNO": line.account,
        "TRX_AMOUNT": str(line.trx * sign),
        "AMOUNT": str(to_base(line.trx, document.rate) * sign),
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
            "MODULEKEY": document.module,
        }
    if document.object == "ARINVOICE":
        row |= {"TERMNAME": document.term, "WHENDUE": as_date(document.due_day)}
    if document.reversed_day:
        row["REVERSALDATE"] = document.reversed_day.isoformat()
    row[LINES_OF[document.object]] = [_line(document, line) for line in document.lines]
    return row


def _detail(application):
    """One row of ARPYMTDETAIL: the target, the source and its amount, positive."""
    target, credit, amount = (
        application.target,
        application.credit,
        application.amount,
    )
    target_field = "RECORDKEY" if target.object == "ARINVOICE" else "POSADJKEY"
    row = {target_field: str(target.key)}
    if credit is None:
        return row | {"TRX_PAYMENTAMOUNT": str(amount)}
    key, amount_field = {
        "ARPYMT": ("OVERPAYMENTKEY", "TRX_POSTEDOVERPAYMENTAMOUNT"),
        "ARADVANCE": ("ADVANCEKEY", "TRX_POSTEDADVANCEAMOUNT"),
        "ARADJUSTMENT": ("ADJUSTMENTKEY", "TRX_ADJUSTMENTAMOUNT"),
        "ARINVOICE": ("NEGATIVEINVOICEKEY", "TRX_NEGATIVEINVOICEAMOUNT"),
    }[credit.object]
    number = credit.overpayment_key if credit.object == "ARPYMT" else credit.key
    return row | {key: str(number), amount_field: str(amount)}


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
        "PAYMENTDATE": as_date(receipt.day),
        **_currency(receipt),
        "ARPYMTDETAILS": [_detail(row) for row in receipt.applications],
    }
    if receipt.draft:
        row["ACTION"] = "Draft"
    if receipt.overpaid:
        location = receipt.applications[0].target.lines[0].location
        row["OVERPAYMENTAMOUNT"] = str(receipt.overpaid)
        row["OVERPAYMENTLOCATIONID"] = location
    if receipt.reversed_day:
        row["REVERSALDATE"] = receipt.reversed_day.isoformat()
    return row
