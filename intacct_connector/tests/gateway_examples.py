"""One example or more of every function that the gateway client can render."""

import datetime
from decimal import Decimal

DAY = datetime.date(2026, 3, 4)
LINE = {
    "glaccountno": "4000",
    "amount": Decimal("76343.43"),
    "memo": "Café & co <1>",
    "locationid": "100",
    "departmentid": "SAL",
    "projectid": "P1",
    "customerid": "C1",
    "classid": "X",
    "taxentries": {"taxentry": [{"detailid": "G1", "trx_tax": Decimal("7.60")}]},
}
CURRENCY = {
    "basecurr": "USD",
    "currency": "EUR",
    "exchratedate": DAY,
    "exchratetype": "Intacct Daily Rate",
}
CONTACT = {
    "PRINTAS": "Acme",
    "COMPANYNAME": "Acme",
    "EMAIL1": "a@b.example",
    "PHONE1": "12",
    "MAILADDRESS": {"ADDRESS1": "x", "CITY": "Zürich", "COUNTRY": "Switzerland"},
}
EXAMPLES = [
    ("getAPISession", {}),
    ("getAPISession", {"locationid": "E100"}),
    ("getAPISession", {"locationid": ""}),
    ("readEntityDetails", {}),
    ("readUserFormatting", {"userId": "robot"}),
    ("readUserFormatting", {"key": 177}),
    ("getUserPermissions", {"userId": "robot"}),
    ("get_companyprefs", {"application": "AR"}),
    ("get_closedbooksdate", {}),
    ("readByQuery", {"object": "ARINVOICE", "fields": "*", "query": "A > '1'"}),
    ("readByQuery", {"object": "CUSTOMER", "query": "", "pagesize": 1000}),
    ("readMore", {"resultId": "7765"}),
    ("read", {"object": "ARINVOICE", "keys": 1, "fields": "*"}),
    ("readByName", {"object": "CUSTOMER", "keys": "C1"}),
    ("inspect", {"object": "*"}),
    ("inspect", {"object": "DEPARTMENT", "detail": "1"}),
    ("lookup", {"object": "GLBATCH"}),
    ("retrievepdf", {"ARINVOICE": {"RECORDNO": 3086}}),
    ("delete", {"object": "ARINVOICE", "keys": "112"}),
    (
        "create",
        {
            "CUSTOMER": {
                "CUSTOMERID": "C1",
                "NAME": "Acme",
                "DISPLAYCONTACT": CONTACT,
                "STATUS": "active",
                "ONHOLD": False,
                "CREDITLIMIT": Decimal("1234.5"),
                "CONTACTINFO": {"CONTACTNAME": "Acme"},
                "CUSTOMERCONTACTS": {
                    "CUSTOMERENTITYCONTACTS": [
                        {"CATEGORYNAME": "Fax", "CONTACT": {"NAME": "Linda"}}
                    ]
                },
            }
        },
    ),
    ("update", {"CUSTOMER": {"RECORDNO": 12, "CUSTOMERCONTACTS": {}}}),
    ("update", {"CUSTOMER": {"CUSTOMERID": "C1", "DISPLAYCONTACT": CONTACT}}),
    ("create", {"CONTACT": {"CONTACTNAME": "Acme (1)", **CONTACT}}),
    ("update", {"CONTACT": {"RECORDNO": 5, "EMAIL1": ""}}),
    (
        "create_invoice",
        {
            "customerid": "C1",
            "datecreated": DAY,
            "dateposted": DAY,
            "datedue": DAY,
            "termname": "N30",
            "action": "Submit",
            "invoiceno": "INV-2019-0042",
            "ponumber": "S1",
            "description": "marker",
            "billto": {"contactname": "Acme"},
            "shipto": {"contactname": "Acme"},
            **CURRENCY,
            "nogl": False,
            "customfields": {
                "customfield": [{"customfieldname": "a", "customfieldvalue": "b"}]
            },
            "invoiceitems": {"lineitem": [LINE, LINE]},
        },
    ),
    (
        "create_invoice",
        {
            "customerid": "C1",
            "datecreated": DAY,
            "currency": "EUR",
            "exchrate": Decimal("1.0950"),
            "invoiceitems": {
                "lineitem": [{"accountlabel": "Sales", "amount": Decimal("-1")}]
            },
        },
    ),
    (
        "update_invoice",
        {
            "key": 123,
            "datedue": DAY,
            "payto": {"contactname": "Acme"},
            "currency": "EUR",
            "exchratetype": "Intacct Daily Rate",
            "updateinvoiceitems": {
                "updatelineitem": [{"line_num": 1, "memo": "hello"}],
                "lineitem": [LINE],
            },
        },
    ),
    ("reverse_invoice", {"key": 1234, "datereversed": DAY, "description": "m"}),
    ("delete_invoice", {"key": 1234}),
    (
        "create_aradjustment",
        {
            "customerid": "C1",
            "datecreated": DAY,
            "adjustmentno": "R1",
            "invoiceno": "INV1",
            "description": "marker",
            **CURRENCY,
            "aradjustmentitems": {"lineitem": [LINE]},
        },
    ),
    (
        "update_aradjustment",
        {
            "key": 9,
            "description": "x",
            "updatearadjustmentitems": {
                "updatelineitem": [{"line_num": 2, "amount": Decimal("1")}]
            },
        },
    ),
    ("delete_aradjustment", {"key": 9}),
    (
        "create",
        {
            "ARPYMT": {
                "UNDEPOSITEDACCOUNTNO": "1020",
                "PAYMENTMETHOD": "Cash",
                "CUSTOMERID": "C1",
                "DOCNUMBER": "PAY1",
                "DESCRIPTION": "marker",
                "RECEIPTDATE": DAY,
                "PAYMENTDATE": DAY,
                "CURRENCY": "USD",
                "ACTION": "Submit",
                "ARPYMTDETAILS": {
                    "ARPYMTDETAIL": [
                        {"RECORDKEY": 101, "TRX_PAYMENTAMOUNT": Decimal("125")},
                        {
                            "POSADJKEY": 104,
                            "ADJUSTMENTKEY": 105,
                            "TRX_ADJUSTMENTAMOUNT": Decimal("10"),
                        },
                    ]
                },
            }
        },
    ),
    (
        "create",
        {
            "ARADVANCE": {
                "FINANCIALENTITY": "BOA",
                "PAYMENTMETHOD": "Cash",
                "CUSTOMERID": "C1",
                "RECEIPTDATE": DAY,
                "PAYMENTDATE": DAY,
                "EXCHANGE_RATE": Decimal("1.1"),
                "ARADVANCEITEMS": {
                    "ARADVANCEITEM": [{"ACCOUNTNO": "4055", "TRX_AMOUNT": 9}]
                },
            }
        },
    ),
    (
        "apply_arpayment",
        {
            "arpaymentkey": 136,
            "paymentdate": DAY,
            "memo": "m",
            "arpaymentitems": {
                "arpaymentitem": [{"invoicekey": 135, "amount": Decimal("10.99")}]
            },
        },
    ),
    ("reverse_arpayment", {"key": 1234, "datereversed": DAY}),
    (
        "create_arterm",
        {
            "name": "2-10 N30",
            "due": {"dueday": 30, "duefrom": "from invoice/bill date"},
            "discount": {"discday": 10, "discamount": 2, "discpercamn": "%"},
            "disccalcon": "Line items total",
        },
    ),
    (
        "record_deposit",
        {
            "bankaccountid": "BOA",
            "depositdate": DAY,
            "depositid": "D1",
            "receiptkeys": {"receiptkey": [1, 2]},
        },
    ),
]
