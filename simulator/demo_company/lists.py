"""Reference lists of the demo company: what an administrator set up once.

Field names are Intacct's, as documented for each object; every value is text, the way
the gateway answers it.
"""

BASE_CURRENCY = "USD"

AR_CONTROL = "1200"
UNDEPOSITED_FUNDS = "1120"
CUSTOMER_ADVANCES = "2400"
GAIN_LOSS = "7500"
DISCOUNTS_GIVEN = "4900"
BAD_DEBT = "6900"
SUSPENSE = "3999"
SALES_TAX = "2200"
VAT_PAYABLE = "2210"
INSTRUMENTS = "4000"
SERVICES = "4100"
FREIGHT = "4300"

ENTITIES = {
    "E100-US": "Tessmark Instruments, Inc.",
    "E200-DE": "Tessmark Messtechnik GmbH",
    "E300-JP": "テスマーク株式会社",
}

LOCATIONS = {
    "110-BOS": ("Boston works", "E100-US"),
    "120-AUS": ("Austin service centre", "E100-US"),
    "210-MUC": ("München laboratory", "E200-DE"),
    "310-TYO": ("Tokyo office", "E300-JP"),
}

DEPARTMENTS = {
    "SAL": ("Sales", ""),
    "SAL-INST": ("Instrument sales", "SAL"),
    "SRV": ("Calibration and service", ""),
    "SUP": ("Customer support", "SRV"),
    "LOG": ("Logistics", ""),
}

BANK_ACCOUNTS = {
    # bank account: (bank, general ledger account, currency)
    "HNB-USD": ("Harbor National Bank", "1010", "USD"),
    "ISAR-EUR": ("Isartaler Bank", "1020", "EUR"),
    "SMD-JPY": ("Sumida Bank", "1030", "JPY"),
}

BANK_OF_CURRENCY = {
    currency: bank for bank, (_name, _account, currency) in BANK_ACCOUNTS.items()
}

GL_ACCOUNTS = (
    # number, title, type, normal balance, required dimensions
    ("1010", "Harbor National operating, USD", "balancesheet", "debit", ""),
    ("1020", "Isartaler Bank, EUR", "balancesheet", "debit", ""),
    ("1030", "Sumida Bank, JPY", "balancesheet", "debit", ""),
    ("1040", "Harbor National reserve, USD", "balancesheet", "debit", ""),
    (UNDEPOSITED_FUNDS, "Undeposited funds", "balancesheet", "debit", ""),
    (AR_CONTROL, "Accounts receivable", "balancesheet", "debit", ""),
    (SALES_TAX, "Sales tax payable", "balancesheet", "credit", ""),
    (VAT_PAYABLE, "VAT payable", "balancesheet", "credit", ""),
    (CUSTOMER_ADVANCES, "Customer advances", "balancesheet", "credit", ""),
    ("2410", "Refund clearing", "balancesheet", "credit", ""),
    (SUSPENSE, "Migration suspense", "balancesheet", "credit", ""),
    (INSTRUMENTS, "Instrument sales", "incomestatement", "credit", ""),
    (SERVICES, "Calibration and service", "incomestatement", "credit", "DEPT"),
    ("4200", "Software subscriptions", "incomestatement", "credit", ""),
    (FREIGHT, "Freight charged to customers", "incomestatement", "credit", ""),
    (DISCOUNTS_GIVEN, "Discounts given", "incomestatement", "debit", ""),
    (BAD_DEBT, "Bad debt written off", "incomestatement", "debit", ""),
    (GAIN_LOSS, "Realized exchange gain or loss", "incomestatement", "credit", ""),
)

ACCOUNT_LABELS = (
    # label, description, account, is tax
    ("Instruments", "Instrument sales", INSTRUMENTS, "false"),
    ("Service", "Calibration and repair", SERVICES, "false"),
    ("Subscription", "Software subscriptions", "4200", "false"),
    ("Freight", "Freight charged to customers", FREIGHT, "false"),
    ("Sales tax", "Sales tax", SALES_TAX, "true"),
)

FROM_INVOICE_DATE = "from invoice/bill date"
OF_THE_MONTH = "of the month of invoice/bill date"

TERMS = {
    # name: (description, due day, due from, discount day, discount percent)
    "N30": ("Net 30 days", 30, FROM_INVOICE_DATE, "", ""),
    "N15": ("Net 15 days", 15, FROM_INVOICE_DATE, "", ""),
    "2/10 N30": ("2 % in 10 days, net 30", 30, FROM_INVOICE_DATE, 10, 2),
    "EOM": ("End of the month", 31, OF_THE_MONTH, "", ""),
}

ITEMS = {
    "TS-200": "Spectrometer TS-200",
    "TS-450": "Spectrometer TS-450",
    "PH-12": "pH probe, set of 12",
    "CAL-STD": "Standard calibration",
    "CAL-ISO": "Accredited calibration, ISO/IEC 17025",
    "LAB-SUITE": "LabSuite subscription",
}

CLASSES = {"NEW": "New business", "REN": "Renewals"}

PROJECTS = {"P-2041": "Harbor water monitoring", "P-2055": "Clean room refit"}


def _active(**fields):
    return {**fields, "STATUS": "active"}


def _gl_account(number, title, kind, normal_balance, required):
    closing = "closing account" if kind == "incomestatement" else "non-closing account"
    return _active(
        ACCOUNTNO=number,
        TITLE=title,
        ACCOUNTTYPE=kind,
        NORMALBALANCE=normal_balance,
        CLOSINGTYPE=closing,
        ALTERNATIVEACCOUNT=("Receivables account" if number == AR_CONTROL else "None"),
        REQUIREDEPT="true" if "DEPT" in required else "false",
        REQUIRELOC="false",
    )


def _term(name, description, due, due_from, discount_day, percent):
    return _active(
        NAME=name,
        DESCRIPTION=description,
        DUEDATE=str(due),
        DUEFROM=due_from,
        DISCDATE=str(discount_day),
        DISCFROM=FROM_INVOICE_DATE if discount_day else "",
        DISCAMOUNT=str(percent),
        DISCPERCAMN="%" if percent else "",
        DISCCALCON="Invoice total",
    )


def company():
    """The company itself and the accounts its subledger posts to."""
    return {
        "NAME": "Tessmark Instruments Group",
        "BASECURR": BASE_CURRENCY,
        "CURRENCIES": ["EUR", "JPY", "GBP"],
        "ARACCOUNT": AR_CONTROL,
        "ADVANCEACCOUNT": CUSTOMER_ADVANCES,
        "GAINACCOUNT": GAIN_LOSS,
        "DISCOUNTACCOUNT": DISCOUNTS_GIVEN,
        "TAXACCOUNT": SALES_TAX,
    }


def reference_lists():
    """Every list that documents choose from, keyed by Intacct object."""
    entities = [
        _active(LOCATIONID=key, NAME=name, CURRENCY=BASE_CURRENCY)
        for key, name in ENTITIES.items()
    ]
    locations = [
        _active(LOCATIONID=key, NAME=name, PARENTID=entity)
        for key, (name, entity) in LOCATIONS.items()
    ]
    checking = [
        _active(BANKACCOUNTID=key, BANKNAME=name, GLACCOUNTNO=account, CURRENCY=code)
        for key, (name, account, code) in BANK_ACCOUNTS.items()
    ]
    savings = [
        _active(
            BANKACCOUNTID="HNB-RES",
            BANKNAME="Harbor National Bank",
            GLACCOUNTNO="1040",
            CURRENCY=BASE_CURRENCY,
        )
    ]
    return {
        "LOCATIONENTITY": entities,
        "LOCATION": locations,
        "DEPARTMENT": [
            _active(DEPARTMENTID=key, TITLE=title, PARENTID=parent)
            for key, (title, parent) in DEPARTMENTS.items()
        ],
        "CLASS": [_active(CLASSID=key, NAME=name) for key, name in CLASSES.items()],
        "PROJECT": [
            _active(PROJECTID=key, NAME=name) for key, name in PROJECTS.items()
        ],
        "ITEM": [_active(ITEMID=key, NAME=name) for key, name in ITEMS.items()],
        "GLACCOUNT": [_gl_account(*row) for row in GL_ACCOUNTS],
        "ARACCOUNTLABEL": [
            _active(
                ACCOUNTLABEL=label,
                DESCRIPTION=description,
                GLACCOUNTNO=account,
                TAXABLE="false",
                ISTAX=is_tax,
            )
            for label, description, account, is_tax in ACCOUNT_LABELS
        ],
        "ARTERM": [_term(name, *row) for name, row in TERMS.items()],
        "CHECKINGACCOUNT": checking,
        "SAVINGSACCOUNT": savings,
        # Kept for a later subscription to Intacct's tax module: documents of a company
        # with an active solution would need tax entries on every line.
        "TAXSOLUTION": [
            {
                "SOLUTIONID": "Germany - VAT",
                "TAXMETHOD": "VAT",
                "STATUS": "inactive",
            }
        ],
        "TAXDETAIL": [
            _active(
                DETAILID=f"DE output {rate} %",
                DESCRIPTION=f"German VAT {rate} %",
                TAXTYPE="S",
                VALUE=str(rate),
                TAXSOLUTIONID="Germany - VAT",
            )
            for rate in (19, 7)
        ],
    }
