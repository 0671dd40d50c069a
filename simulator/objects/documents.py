"""Receivable documents and their lines: invoices, adjustments, advances, batches."""

from __future__ import annotations

from datetime import date

from ..clock import day_of
from .fields import ENTITY, STAMPS, Lines, Relation, declare, joined

TOTALS = """
    TOTALENTERED:money TOTALSELECTED:money TOTALPAID:money TOTALDUE:money
    TRX_TOTALENTERED:money TRX_TOTALSELECTED:money TRX_TOTALPAID:money
    TRX_TOTALDUE:money"""
RATES = "EXCH_RATE_DATE:date EXCH_RATE_TYPE_ID:int EXCHANGE_RATE:rate"
HEADER_TAIL = f"""
    AUWHENCREATED:utcstamp WHENMODIFIED:stamp CREATEDBY:int MODIFIEDBY:int {ENTITY}
    RECORD_URL"""
STATE_CODES = {
    "Draft": "D",
    "Submitted": "S",
    "Partially Approved": "PA",
    "Declined": "U",
    "Reversed": "V",
    "Reversal": "V",
    "Posted": "A",
    "Partially Paid": "A",
    "Paid": "A",
    "Selected": "A",
    "No Value": "A",
}
_UNPOSTED = {"D": "Draft", "S": "Submitted", "PA": "Partially Approved"}
_UNPOSTED["U"] = "Declined"


def document_state(company, row):
    """The label people see; the raw code is in RAWSTATE."""
    raw = row.get("RAWSTATE")
    if raw in _UNPOSTED:
        return _UNPOSTED[raw]
    if raw == "V":
        return "Reversal" if row.get("_REVERSAL") else "Reversed"
    if not row.get("TRX_TOTALENTERED") and not row.get("_OPEN"):
        return "No Value"
    if row.get("TRX_TOTALSELECTED"):
        return "Selected"
    if not row.get("_OPEN"):
        return "Paid"
    return "Partially Paid" if row.get("TRX_TOTALPAID") else "Posted"


def _entity_due(company, row):
    return company.customer_due(row.get("CUSTOMERID"))


def _due_in_days(company, row):
    if not row.get("WHENDUE"):
        return None
    today = date.fromisoformat(day_of(company.clock.now()))
    return str((date.fromisoformat(row["WHENDUE"]) - today).days)


def _customer_entity(company, row):
    return "C" + row["CUSTOMERID"] if row.get("CUSTOMERID") else None


HEADER_COMPUTES = {
    "STATE": document_state,
    "ENTITY": _customer_entity,
    "CUSTENTITY": _customer_entity,
    "CUSTOMERNAME": joined("CUSTOMER", "CUSTOMERID", "CUSTOMERID", "NAME"),
    "CUSTEMAILOPTIN": joined("CUSTOMER", "CUSTOMERID", "CUSTOMERID", "EMAILOPTIN"),
    "TRX_ENTITYDUE": _entity_due,
    "TERMKEY": joined("ARTERM", "TERMNAME", "NAME", "RECORDNO"),
    "DUE_IN_DAYS": _due_in_days,
    "BILLTOPAYTOCONTACTNAME": joined(
        "CONTACT", "BILLTOPAYTOKEY", "RECORDNO", "CONTACTNAME"
    ),
    "SHIPTORETURNTOCONTACTNAME": joined(
        "CONTACT", "SHIPTORETURNTOKEY", "RECORDNO", "CONTACTNAME"
    ),
    "PRBATCH": joined("ARINVOICEBATCH", "PRBATCHKEY", "RECORDNO", "TITLE"),
}
HEADER_RELATIONS = {
    "CUSTOMER": Relation("CUSTOMER", "CUSTOMERID", "CUSTOMERID"),
    "BILLTO": Relation("CONTACT", "BILLTOPAYTOKEY"),
    "CONTACT": Relation("CONTACT", "BILLTOPAYTOKEY"),
    "SHIPTO": Relation("CONTACT", "SHIPTORETURNTOKEY"),
    "ARTERM": Relation("ARTERM", "TERMNAME", "NAME"),
}
ARINVOICE = declare(
    "ARINVOICE",
    f"""RECORDNO:int RECORDTYPE RECORDID STATE RAWSTATE ENTITY! CUSTENTITY! CUSTOMERID
    CUSTOMERNAME CUSTEMAILOPTIN:bool TRX_ENTITYDUE:money CUSTMESSAGEID
    DELIVERY_OPTIONS DOCNUMBER DESCRIPTION DESCRIPTION2 TERMNAME TERMKEY:int TERMVALUE
    WHENCREATED:date WHENPOSTED:date WHENDISCOUNT:date WHENDUE:date WHENPAID:date
    BASECURR CURRENCY {RATES} {TOTALS} TRX_TOTALDISCOUNTAPPLIED:money
    BILLTOPAYTOCONTACTNAME SHIPTORETURNTOCONTACTNAME BILLTOPAYTOKEY:int
    SHIPTORETURNTOKEY:int PRBATCH PRBATCHKEY:int MODULEKEY SCHOPKEY:int
    SYSTEMGENERATED:tf HASPOSTEDREVREC:tf BBRECORDKEY:int! DUE_IN_DAYS TAXSOLUTIONID
    RETAINAGEPERCENTAGE:rate TRX_TOTALRETAINED:money TRX_TOTALRELEASED:money
    TOTALRETAINED:money SUPDOCID DUNNINGCOUNT:int RETAINAGEINVTYPE!
    RETAINAGERELEASED:bool EXTERNALREFNO PRINTED:bool! {HEADER_TAIL}""",
    computes=HEADER_COMPUTES,
    relations=HEADER_RELATIONS,
    lines=(Lines("ARINVOICEITEMS", "ARINVOICEITEM"),),
    text_recordno=True,
    extra="STATE ARINVOICEITEMS REVERSALDATE BILLTOPAYTOCONTACTNAME "
    "SHIPTORETURNTOCONTACTNAME AUTOAPPLY",
)
ARADJUSTMENT = declare(
    "ARADJUSTMENT",
    f"""RECORDNO:int RECORDTYPE RECORDID STATE RAWSTATE ENTITY! CUSTOMERID CUSTOMERNAME
    CUSTEMAILOPTIN:bool TRX_ENTITYDUE:money DOCNUMBER DESCRIPTION WHENCREATED:date
    WHENPOSTED:date WHENPAID:date BASECURR CURRENCY {RATES} {TOTALS}
    BILLTOPAYTOCONTACTNAME SHIPTORETURNTOCONTACTNAME BILLTOPAYTOKEY:int
    SHIPTORETURNTOKEY:int PRBATCH PRBATCHKEY:int MODULEKEY TAXSOLUTIONID SUPDOCID
    {HEADER_TAIL}""",
    computes=HEADER_COMPUTES,
    relations=HEADER_RELATIONS,
    lines=(Lines("ARADJUSTMENTITEMS", "ARADJUSTMENTITEM"),),
    text_recordno=True,
    extra="STATE ARADJUSTMENTITEMS BILLTOPAYTOCONTACTNAME SHIPTORETURNTOCONTACTNAME",
)
ARADVANCE = declare(
    "ARADVANCE",
    f"""RECORDNO:int PRBATCH PRBATCHKEY:int FINANCIALENTITY UNDEPOSITEDACCOUNTNO
    PAYMENTMETHOD CUSTOMERID CUSTOMERNAME RECORDID DOCNUMBER DESCRIPTION BASECURR
    CURRENCY RECEIPTDATE:date PAYMENTDATE:date {RATES} RECORDTYPE STATE RAWSTATE
    ENTITY! {TOTALS} CLEARED:tf CLRDATE:date SYSTEMGENERATED:tf SUPDOCID
    TAXSOLUTIONID LINKEDDOCID {HEADER_TAIL}""",
    computes={
        **HEADER_COMPUTES,
        "PRBATCH": joined("ARPAYMENTBATCH", "PRBATCHKEY", "RECORDNO", "TITLE"),
    },
    relations={"CUSTOMER": HEADER_RELATIONS["CUSTOMER"]},
    lines=(Lines("ARADVANCEITEMS", "ARADVANCEITEM"),),
    text_recordno=True,
    extra="STATE ACTION ARADVANCEITEMS",
)

DIMENSIONS = {
    "DEPARTMENT": ("DEPARTMENTID", "TITLE"),
    "LOCATION": ("LOCATIONID", "NAME"),
    "CUSTOMER": ("CUSTOMERID", "NAME"),
    "VENDOR": ("VENDORID", "NAME"),
    "EMPLOYEE": ("EMPLOYEEID", "NAME"),
    "ITEM": ("ITEMID", "NAME"),
    "CLASS": ("CLASSID", "NAME"),
    "PROJECT": ("PROJECTID", "NAME"),
    "WAREHOUSE": ("WAREHOUSEID", "NAME"),
    "CONTRACT": ("CONTRACTID", "NAME"),
    "TASK": ("TASKID", "NAME"),
}


def _dimension_computes():
    computes = {}
    for name, (key, title) in DIMENSIONS.items():
        computes[f"{name}NAME"] = joined(name, key, key, title)
        computes[f"{name}DIMKEY"] = joined(name, key, key, "RECORDNO")
    return computes


LINE_COMPUTES = {
    **_dimension_computes(),
    "ACCOUNTKEY": joined("GLACCOUNT", "ACCOUNTNO", "ACCOUNTNO", "RECORDNO"),
    "ACCOUNTTITLE": joined("GLACCOUNT", "ACCOUNTNO", "ACCOUNTNO", "TITLE"),
    "OFFSETGLACCOUNTTITLE": joined(
        "GLACCOUNT", "OFFSETGLACCOUNTNO", "ACCOUNTNO", "TITLE"
    ),
    "ACCOUNTLABELKEY": joined(
        "ARACCOUNTLABEL", "ACCOUNTLABEL", "ACCOUNTLABEL", "RECORDNO"
    ),
}
LINE_DIMENSIONS = " ".join(
    f"{name}DIMKEY:int {key} {name}NAME"
    for name, (key, _title) in DIMENSIONS.items()
    if name not in ("DEPARTMENT", "LOCATION")
)
LINE_RELATIONS = {
    name: Relation(name, key, key) for name, (key, _title) in DIMENSIONS.items()
}
LINE_RELATIONS["GLACCOUNT"] = Relation("GLACCOUNT", "ACCOUNTNO", "ACCOUNTNO")
LINE_RELATIONS["ARACCOUNTLABEL"] = Relation(
    "ARACCOUNTLABEL", "ACCOUNTLABEL", "ACCOUNTLABEL"
)


def _line(name: str, header: str, more: str, relation: str):
    def header_state(company, row):
        found = company.tables.get(header, row.get("RECORDKEY"))
        return found.get("RAWSTATE") if found else None

    def header_entity(company, row):
        found = company.tables.get(header, row.get("RECORDKEY"))
        return found.get("MEGAENTITYID") if found else None

    return declare(
        name,
        f"""RECORDNO:int RECORDKEY:int ACCOUNTKEY:int ACCOUNTNO ACCOUNTTITLE
        OFFSETGLACCOUNTNO OFFSETGLACCOUNTTITLE ACCOUNTLABELKEY:int ACCOUNTLABEL
        ENTRY_DATE:date AMOUNT:money TRX_AMOUNT:money DEPARTMENTID DEPARTMENTNAME
        LOCATIONID LOCATIONNAME ENTRYDESCRIPTION {RATES} LINEITEM:tf LINE_NO:int
        CURRENCY BASECURR TOTALPAID:money TRX_TOTALPAID:money TOTALSELECTED:money
        TRX_TOTALSELECTED:money PARENTENTRY:int STATE RECORDTYPE BASELOCATION:int
        DETAILID! {LINE_DIMENSIONS} {more} {STAMPS} RECORD_URL""",
        computes={**LINE_COMPUTES, "STATE": header_state},
        relations={**LINE_RELATIONS, relation: Relation(header, "RECORDKEY")},
        owner=header_entity,
        where=lambda row: not row.get("_HIDDEN"),
        text_recordno=True,
        extra="TAXENTRIES",
    )


ARINVOICEITEM = _line(
    "ARINVOICEITEM",
    "ARINVOICE",
    """TRX_DISCOUNTAPPLIED:money SUBTOTAL:tf PAYMENTTAXCAPTURE:bool DEFERREVENUE:bool
    REVRECTEMPLATE DEFERREDREVACCTNO REVRECSTARTDATE:date REVRECENDDATE:date
    ALLOCATION BILLABLE:bool! RETAINAGEPERCENTAGE:rate TRX_AMOUNTRETAINED:money
    AMOUNTRETAINED:money ISRETAINAGERELEASE:bool""",
    "ARINVOICE",
)
ARADJUSTMENTITEM = _line("ARADJUSTMENTITEM", "ARADJUSTMENT", "", "ARADJUSTMENT")
ARADVANCEITEM = _line("ARADVANCEITEM", "ARADVANCE", "", "ARADVANCE")


def _batch_total(company, row):
    return company.batch_total(row["RECORDNO"])


def _batch(name: str):
    return declare(
        name,
        f"""RECORDNO:int TITLE CREATED:date STATUS:status RECORDTYPE TOTAL:money
        OPEN:opened PARENTKEY:int NOGL:bool ACCOUNTNOKEY AUTOCREATED:tf
        SYSTEMGENERATED:tf CURRENCY {STAMPS} {ENTITY} RECORD_URL""",
        computes={"TOTAL": _batch_total},
        text_recordno=True,
    )


ARINVOICEBATCH = _batch("ARINVOICEBATCH")
ARPAYMENTBATCH = _batch("ARPAYMENTBATCH")
SODOCUMENT = declare(
    "SODOCUMENT",
    f"""RECORDNO:int DOCNO DOCID DOCPARID CUSTVENDID CUSTVENDNAME STATE
    WHENCREATED:date WHENDUE:date PONUMBER CURRENCY PRRECORDKEY:int TOTAL:money
    TRX_TOTAL:money AUWHENCREATED:utcstamp WHENMODIFIED:stamp CREATEDBY:int
    MODIFIEDBY:int {ENTITY}""",
    computes={"CUSTVENDNAME": joined("CUSTOMER", "CUSTVENDID", "CUSTOMERID", "NAME")},
    key="DOCID",
    relations={"ARINVOICE": Relation("ARINVOICE", "PRRECORDKEY")},
)
TYPES = (
    ARINVOICE,
    ARINVOICEITEM,
    ARADJUSTMENT,
    ARADJUSTMENTITEM,
    ARADVANCE,
    ARADVANCEITEM,
    ARINVOICEBATCH,
    ARPAYMENTBATCH,
    SODOCUMENT,
)
