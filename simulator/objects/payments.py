"""Receipts, their applications, over-payments and deposits."""

from __future__ import annotations

from .documents import HEADER_TAIL, RATES
from .fields import ENTITY, STAMPS, Lines, Relation, declare, joined

CUSTOMER_NAME = joined("CUSTOMER", "CUSTOMERID", "CUSTOMERID", "NAME")
BATCH_TITLE = joined("ARPAYMENTBATCH", "PRBATCHKEY", "RECORDNO", "TITLE")


def bank_row(company, bank_id):
    """The checking or savings account with an ID, or None."""
    for name in ("CHECKINGACCOUNT", "SAVINGSACCOUNT"):
        found = company.tables.first(name, "BANKACCOUNTID", bank_id)
        if found:
            return found
    return None


def _bank_field(wanted):
    def compute(company, row):
        if not row.get("FINANCIALENTITY"):
            return None
        found = bank_row(company, row["FINANCIALENTITY"])
        return found.get(wanted) if found else None

    return compute


def _bank_type(company, row):
    bank_id = row.get("FINANCIALENTITY")
    if not bank_id:
        return None
    checking = company.tables.first("CHECKINGACCOUNT", "BANKACCOUNTID", bank_id)
    return "ba" if checking else "sa"


def display_state(company, row):
    """DISPLAYSTATE of a receipt."""
    if row.get("RAWSTATE") == "D":
        return "Draft"
    if row.get("RAWSTATE") == "S":
        return "Submitted"
    if row.get("RAWSTATE") == "V":
        return "Reversal" if row.get("_REVERSAL") else "Reversed"
    if row.get("CLEARED"):
        return "Reconciled"
    return "Posted" if row.get("TRX_TOTALDUE") else "Complete"


def _customer_entity(company, row):
    return "C" + row["CUSTOMERID"] if row.get("CUSTOMERID") else None


PAYMENT_COMPUTES = {
    "STATE": lambda company, row: row.get("RAWSTATE"),
    "DISPLAYSTATE": display_state,
    "CUSTOMERNAME": CUSTOMER_NAME,
    "CUSTENTITY": _customer_entity,
    "PRBATCH": BATCH_TITLE,
    "SUMMARYTITLE": BATCH_TITLE,
    "FINANCIALENTITYTYPE": _bank_type,
    "FINANCIALACCOUNTNAME": _bank_field("BANKNAME"),
    "FINANCIALACCOUNTCURRENCY": _bank_field("CURRENCY"),
}
ARPYMT = declare(
    "ARPYMT",
    f"""RECORDNO:int PRBATCHKEY:int RECORDTYPE RECORDID FINANCIALENTITY
    FINANCIALENTITYTYPE FINANCIALACCOUNTNAME FINANCIALACCOUNTCURRENCY SUMMARYTITLE
    STATE! RAWSTATE! DISPLAYSTATE PAYMENTMETHOD CUSTOMERID CUSTOMERNAME PAYERNAME
    DOCNUMBER DESCRIPTION WHENCREATED:date RECEIPTDATE:date PAYMENTDATE:date!
    WHENPAID:date BASECURR CURRENCY {RATES} TOTALENTERED:money TOTALPAID:money
    TOTALDUE:money TRX_TOTALENTERED:money TRX_TOTALPAID:money TRX_TOTALDUE:money
    BILLTOPAYTONAME BILLTOPAYTOKEY:int PRBATCH CLEARED:tf CLRDATE:date
    PARENTPAYMENTKEY:int UNDEPOSITEDACCOUNTNO CUSTENTITY! TAXSOLUTIONID SUPDOCID
    MULTIENTITYPYMTKEY:int {HEADER_TAIL}""",
    computes=PAYMENT_COMPUTES,
    relations={"CUSTOMER": Relation("CUSTOMER", "CUSTOMERID", "CUSTOMERID")},
    lines=(
        Lines("ARPYMTDETAILS", "ARPYMTDETAIL", "PAYMENTKEY", upper=True),
        Lines("ARPYMTENTRIES", "ARPYMTENTRY", upper=True),
    ),
    text_recordno=True,
    extra="ACTION ARPYMTDETAILS OVERPAYMENTAMOUNT OVERPAYMENTLOCATIONID "
    "OVERPAYMENTDEPARTMENTID STATE REVERSALDATE",
)
SOURCES = ("INLINE", "POSTEDADVANCE", "POSTEDOVERPAYMENT", "NEGATIVEINVOICE")


def _payment_entity(company, row):
    found = company.tables.get("ARPYMT", row.get("PAYMENTKEY"))
    return found.get("MEGAENTITYID") if found else None


ARPYMTDETAIL = declare(
    "ARPYMTDETAIL",
    f"""RECORDNO:int RECORDKEY:int ENTRYKEY:int! POSADJKEY:int POSADJENTRYKEY:int
    INLINEKEY:int INLINEENTRYKEY:int INLINEAMOUNT:money TRX_INLINEAMOUNT:money
    DISCOUNTKEY:int! DISCOUNTENTRYKEY:int! DISCOUNTDATE:date! DISCOUNTAMOUNT:money!
    TRX_DISCOUNTAMOUNT:money! ADVANCEKEY:int ADVANCEENTRYKEY:int POSTEDADVANCEKEY:int
    POSTEDADVANCEENTRYKEY:int POSTEDADVANCEAMOUNT:money TRX_POSTEDADVANCEAMOUNT:money
    OVERPAYMENTKEY:int OVERPAYMENTENTRYKEY:int POSTEDOVERPAYMENTKEY:int
    POSTEDOVERPAYMENTENTRYKEY:int POSTEDOVERPAYMENTAMOUNT:money
    TRX_POSTEDOVERPAYMENTAMOUNT:money NEGATIVEINVOICEKEY:int
    NEGATIVEINVOICEENTRYKEY:int NEGATIVEINVOICEAMOUNT:money
    TRX_NEGATIVEINVOICEAMOUNT:money ADJUSTMENTKEY:int ADJUSTMENTENTRYKEY:int
    ADJUSTMENTAMOUNT:money TRX_ADJUSTMENTAMOUNT:money PAYMENTKEY:int
    PAYMENTENTRYKEY:int PAYMENTDATE:date PAYMENTAMOUNT:money TRX_PAYMENTAMOUNT:money
    CURRENCY STATE PARENTPAYMENTKEY:int {STAMPS}""",
    relations={
        "ARINVOICE": Relation("ARINVOICE", "RECORDKEY"),
        "ARPYMT": Relation("ARPYMT", "PAYMENTKEY"),
    },
    owner=_payment_entity,
    text_recordno=True,
    extra="TRX_TOTALDISCOUNTTOAPPLY",
)
ARPYMTENTRY = declare(
    "ARPYMTENTRY",
    f"""RECORDNO:int RECORDKEY:int ACCOUNTNO AMOUNT:money TRX_AMOUNT:money LOCATIONID
    DEPARTMENTID ENTRYDESCRIPTION LINE_NO:int CURRENCY {STAMPS}""",
    owner=lambda company, row: None,
    text_recordno=True,
)


def _application_entity(company, row):
    found = company.tables.get("ARPYMT", row.get("PARENTPYMT"))
    return found.get("MEGAENTITYID") if found else None


ARINVOICEPAYMENT = declare(
    "ARINVOICEPAYMENT",
    f"""RECORDNO:int PAYMENTKEY:int PAYITEMKEY:int RECORDKEY:int PAIDITEMKEY:int
    AMOUNT:money STATE PARENTPYMT:int PAYMENTDATE:date CURRENCY TRX_AMOUNT:money
    INVBASEAMT:money INVTRXAMT:money {STAMPS} RECORD_URL""",
    relations={"ARINVOICE": Relation("ARINVOICE", "RECORDKEY")},
    owner=_application_entity,
    text_recordno=True,
)
ARPOSTEDOVERPAYMENT = declare(
    "ARPOSTEDOVERPAYMENT",
    f"""RECORDNO:int PRBATCHKEY:int RECORDTYPE STATE ENTITY CUSTOMERID CUSTOMERNAME
    DOCUMENTNUMBER MEMO WHENCREATED:date PAYMENTTYPE PAYMENTDATE:date CURRENCY {RATES}
    PAYMENTAMOUNT:money TOTALSELECTED:money TOTALPAID:money TOTALDUE:money
    TRX_TOTALENTERED:money TRX_TOTALSELECTED:money TRX_TOTALPAID:money
    TRX_TOTALDUE:money PARENTPAYMENTKEY:int RECEIPTDATE:date FINANCIALACCOUNT
    BATCHTITLE LOCATIONID DEPARTMENTID AUWHENCREATED:utcstamp WHENMODIFIED:stamp
    CREATEDBY:int MODIFIEDBY:int {ENTITY}""",
    computes={
        "STATE": lambda company, row: row.get("RAWSTATE"),
        "ENTITY": _customer_entity,
        "CUSTOMERNAME": CUSTOMER_NAME,
        "BATCHTITLE": BATCH_TITLE,
    },
    relations={"ARPYMT": Relation("ARPYMT", "PARENTPAYMENTKEY")},
    text_recordno=True,
)


def _payment_copy(name):
    return lambda company, row: row.get(name)


ARPAYMENT = declare(
    "ARPAYMENT",
    f"""RECORDNO:int RECORDTYPE RECORDID STATE CUSTOMERID CUSTOMERNAME DOCNUMBER
    DESCRIPTION WHENCREATED:date CLEARED:tf CLRDATE:date RECEIPTDATE:date
    WHENPAID:date BASECURR CURRENCY TOTALENTERED:money TOTALPAID:money TOTALDUE:money
    TRX_TOTALENTERED:money TRX_TOTALPAID:money TRX_TOTALDUE:money PRBATCH
    PRBATCHKEY:int PAYMENTDATE:date PAYMENTAMOUNT:money DOCUMENTNUMBER MEMO
    PAYMENTTYPE FINANCIALACCOUNT BATCHTITLE {HEADER_TAIL}""",
    computes={
        "STATE": lambda company, row: row.get("RAWSTATE"),
        "CUSTOMERNAME": CUSTOMER_NAME,
        "PRBATCH": BATCH_TITLE,
        "BATCHTITLE": BATCH_TITLE,
        "PAYMENTAMOUNT": _payment_copy("TOTALENTERED"),
        "DOCUMENTNUMBER": _payment_copy("DOCNUMBER"),
        "MEMO": _payment_copy("DESCRIPTION"),
        "PAYMENTTYPE": _payment_copy("PAYMENTMETHOD"),
        "FINANCIALACCOUNT": _payment_copy("FINANCIALENTITY"),
    },
    source="ARPYMT",
    text_recordno=True,
)
DEPOSIT = declare(
    "DEPOSIT",
    f"""RECORDNO:int DEPOSITID BANKACCOUNTID DEPOSITDATE:date DESCRIPTION SUPDOCID
    STATE TOTALENTERED:money TRX_TOTALENTERED:money CURRENCY CLEARED:tf CLRDATE:date
    AUWHENCREATED:utcstamp WHENMODIFIED:stamp CREATEDBY:int MODIFIEDBY:int {ENTITY}
    RECORD_URL""",
    lines=(Lines("DEPOSITENTRIES", "DEPOSITENTRY", "DEPOSITKEY"),),
    extra="RECEIPTKEYS",
)
DEPOSITENTRY = declare(
    "DEPOSITENTRY",
    f"""RECORDNO:int DEPOSITKEY:int PAYMENTKEY:int ACCOUNTNO AMOUNT:money
    TRX_AMOUNT:money CURRENCY {STAMPS}""",
    relations={"DEPOSIT": Relation("DEPOSIT", "DEPOSITKEY")},
)
TYPES = (
    ARPYMT,
    ARPYMTDETAIL,
    ARPYMTENTRY,
    ARINVOICEPAYMENT,
    ARPOSTEDOVERPAYMENT,
    ARPAYMENT,
    DEPOSIT,
    DEPOSITENTRY,
)
