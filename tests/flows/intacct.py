"""A person who works in Intacct while the connector is not looking.

Small books are loaded through the simulator's admin paths; later changes are made
through the gateway, as another web services user, with XML written here: what the
connector reads then has the stamps and states that the gateway gave it.
"""

import itertools
import uuid
from decimal import Decimal
from xml.sax.saxutils import escape

import requests
from lxml import etree

COMPANY = "DEMO"  # the one that the simulator makes at a reset
SENDER, SENDER_PASSWORD = "odoo_sender", "sender secret 1"
USER, USER_PASSWORD = "odoo_ws", "user secret 1"
CLERK, CLERK_PASSWORD = "clerk", "clerk secret 1"
# Base units (USD) per unit, from a day before anything happens.
RATES = {"EUR": "1.25", "JPY": "0.01", "GBP": "1.5"}
FIRST_DAY = "01/01/2026"

COMPANY_DATA = {
    "COMPANY": {
        "COMPANYID": COMPANY,
        "NAME": "Test Company",
        "BASECURR": "USD",
        "CURRENCIES": sorted(RATES),
        "ARACCOUNT": "1200",
        "ADVANCEACCOUNT": "2400",
        "GAINACCOUNT": "8100",
        "DISCOUNTACCOUNT": "4900",
        "SENDERS": [SENDER],
    },
    "SENDERS": [{"SENDERID": SENDER, "PASSWORD": SENDER_PASSWORD}],
    "USERS": [
        {"LOGINID": USER, "PASSWORD": USER_PASSWORD},
        {"LOGINID": CLERK, "PASSWORD": CLERK_PASSWORD},
    ],
    "GLACCOUNT": [
        {"ACCOUNTNO": number, "TITLE": title, "ACCOUNTTYPE": kind}
        for number, title, kind in (
            ("1000", "Bank", "balancesheet"),
            ("1010", "Bank EUR", "balancesheet"),
            ("1090", "Undeposited Funds", "balancesheet"),
            ("1200", "Accounts Receivable", "balancesheet"),
            ("2400", "Customer Advances", "balancesheet"),
            ("4000", "Revenue", "incomestatement"),
            ("4100", "Services", "incomestatement"),
            ("4900", "Discounts", "incomestatement"),
            ("8100", "Exchange Gain", "incomestatement"),
        )
    ],
    "ARTERM": [
        {"NAME": "Net 30", "DUEDATE": "30", "DUEFROM": "from invoice/bill date"}
    ],
    "DEPARTMENT": [{"DEPARTMENTID": "D1", "TITLE": "Sales"}],
    "CHECKINGACCOUNT": [
        {
            "BANKACCOUNTID": "BOA",
            "BANKNAME": "Bank",
            "GLACCOUNTNO": "1000",
            "CURRENCY": "USD",
        },
        {
            "BANKACCOUNTID": "BOE",
            "BANKNAME": "Bank EUR",
            "GLACCOUNTNO": "1010",
            "CURRENCY": "EUR",
        },
        {
            "BANKACCOUNTID": "BOJ",
            "BANKNAME": "Bank JPY",
            "GLACCOUNTNO": "1010",
            "CURRENCY": "JPY",
        },
    ],
    "EXCHANGERATE": [
        {"FROM": currency, "DATE": FIRST_DAY, "RATE": rate}
        for currency, rate in RATES.items()
    ],
}
BANKS = {"USD": "BOA", "EUR": "BOE", "JPY": "BOJ"}


def tax_solution(name, **percents):
    """Sections of a company with one tax solution.

    :param percents: the rates of its tax details, by their IDs
    """
    return {
        "TAXSOLUTION": [{"SOLUTIONID": name, "TAXMETHOD": "VAT", "STATUS": "active"}],
        "TAXDETAIL": [
            {
                "DETAILID": detail,
                "DESCRIPTION": detail,
                "TAXTYPE": "Sale",
                "VALUE": str(percent),
                "TAXSOLUTIONID": name,
            }
            for detail, percent in percents.items()
        ],
    }


class Refused(Exception):
    """The gateway refused what the person wanted to do."""


def date_elements(day):
    """``MM/DD/YYYY`` as the year, month and day of a legacy function."""
    month, day, year = day.split("/")
    return f"<year>{year}</year><month>{month}</month><day>{day}</day>"


class Intacct:
    """The books of one small company.

    :param simulator: the running dev.lib.stack.Simulator
    """

    def __init__(self, simulator):
        self.simulator = simulator
        self._numbers = itertools.count(1)

    # ------------------------------------------------------------------
    # Admin paths
    # ------------------------------------------------------------------
    def start_over(self, **sections):
        """Empties the store and loads the company, with sections replaced."""
        self.simulator.admin("reset", {})
        self.load(**{**COMPANY_DATA, **sections})

    def load(self, **sections):
        """Loads sections as the simulator's README tells them."""
        return self.simulator.admin("load", sections)

    def change(self, action, **values):
        """What a person does in Intacct's own pages; ``simulator/changing.py``."""
        return self.simulator.admin("change", {"action": action, **values})

    def settings(self, **switches):
        self.load(SETTINGS=switches)

    def permit(self, intacct_object, *operations):
        """From now on the connector's user may do only this on an object."""
        self.load(
            PERMISSIONS=[
                {
                    "USERID": USER,
                    "OBJECT": intacct_object,
                    "OPERATIONS": list(operations),
                }
            ]
        )

    def faults(self, *rules):
        """Rules for the next requests, as the simulator's README tells them."""
        self.simulator.admin("faults", list(rules))

    def no_faults(self):
        self.simulator.no_faults()

    def rows(self, intacct_object):
        """All records of an object, lines included."""
        return self.simulator.admin(f"objects/{intacct_object}")

    def requests(self):
        """Every request and answer since the last reset, oldest first, with
        ``functions`` as a list of their names and objects."""
        return self.simulator.admin("requests")

    def one(self, intacct_object, **wanted):
        """The one record whose fields are as given."""
        (found,) = (
            row
            for row in self.rows(intacct_object)
            if all(str(row.get(name)) == str(wanted[name]) for name in wanted)
        )
        return found

    # ------------------------------------------------------------------
    # What was there before the connector came
    # ------------------------------------------------------------------
    def customer(self, code="C1", name=None, **values):
        """A customer with an address; returns its RECORDNO.

        Values with a dot, such as ``**{"DISPLAYCONTACT.EMAIL1": …}``, go into its
        contacts.
        """
        name = name or f"Customer {code}"
        row = {
            "CUSTOMERID": code,
            "NAME": name,
            "STATUS": "active",
            "TERMNAME": "Net 30",
            "DISPLAYCONTACT.CONTACTNAME": f"{name}(C{code})"[:200],
            "DISPLAYCONTACT.PRINTAS": name,
            **values,
        }
        self.load(CUSTOMER=[row])
        return str(self.one("CUSTOMER", CUSTOMERID=code)["RECORDNO"])

    def invoice(self, number=None, customer="C1", lines=(100,), **values):
        """A posted invoice of some lines; returns its RECORDNO.

        :param list lines: amounts in its currency, or dicts of line fields
        """
        return self._document("ARINVOICE", number, customer, lines, values)

    def adjustment(self, number=None, customer="C1", lines=(-100,), **values):
        """A memo: a credit if its lines are negative; returns its RECORDNO."""
        return self._document("ARADJUSTMENT", number, customer, lines, values)

    def _document(self, name, number, customer, lines, values):
        if number is None:
            number = f"{name[2:5]}-{next(self._numbers):04}"
        row = {
            "RECORDID": number,
            "CUSTOMERID": customer,
            "STATE": "Posted",
            "WHENCREATED": "10/05/2026",
            f"{name}ITEMS": [self._line(line) for line in lines],
            **values,
        }
        if name == "ARINVOICE":
            row.setdefault("WHENDUE", "11/04/2026")
        before = {str(row["RECORDNO"]) for row in self.rows(name)}
        self.load(**{name: [{key: row[key] for key in row if row[key] is not None}]})
        after = {str(row["RECORDNO"]) for row in self.rows(name)}
        (made,) = after - before
        return made

    def _line(self, line):
        if not isinstance(line, dict):
            line = {"TRX_AMOUNT": line}
        line = {"ACCOUNTNO": "4000", **line}
        if "TRX_AMOUNT" in line:
            line["TRX_AMOUNT"] = str(line["TRX_AMOUNT"])
        return line

    # ------------------------------------------------------------------
    # What a clerk does there
    # ------------------------------------------------------------------
    def call(self, function):
        """One function as the clerk; returns its result element.

        :param str function: the XML below ``<function>``
        :raises Refused: with the texts of the answer
        """
        body = (
            '<?xml version="1.0" encoding="utf-8"?><request><control>'
            f"<senderid>{SENDER}</senderid><password>{SENDER_PASSWORD}</password>"
            f"<controlid>{uuid.uuid4()}</controlid><uniqueid>false</uniqueid>"
            "<dtdversion>3.0</dtdversion></control><operation><authentication><login>"
            f"<userid>{CLERK}</userid><companyid>{COMPANY}</companyid>"
            f"<password>{CLERK_PASSWORD}</password></login></authentication><content>"
            f'<function controlid="{uuid.uuid4()}">{function}</function>'
            "</content></operation></request>"
        )
        answer = requests.post(
            self.simulator.gateway_url,
            data=body.encode(),
            headers={"Content-Type": "application/xml"},
            timeout=30,
        )
        root = etree.fromstring(answer.content)
        result = root.find("operation/result")
        if result is None or result.findtext("status") != "success":
            texts = [text for text in root.itertext() if text.strip()]
            raise Refused(" | ".join(texts))
        return result

    def update_customer(self, recordno, **values):
        """Changes fields of a customer; nested ones are given as XML text."""
        fields = "".join(f"<{name}>{text}</{name}>" for name, text in values.items())
        self.call(
            f"<update><CUSTOMER><RECORDNO>{recordno}</RECORDNO>{fields}"
            "</CUSTOMER></update>"
        )

    def change_contact(self, name, **values):
        """Changes fields of a contact, those of its customers with it."""
        fields = "".join(f"<{key}>{text}</{key}>" for key, text in values.items())
        self.call(
            f"<update><CONTACT><CONTACTNAME>{name}</CONTACTNAME>{fields}"
            "</CONTACT></update>"
        )

    def update_invoice(self, recordno, due=None, number=None, lines="", **texts):
        """Changes a posted, unpaid invoice.

        :param str due: new due date, ``MM/DD/YYYY``
        :param str lines: ``lineitem`` and ``updatelineitem`` elements
        :param texts: ``ponumber`` and ``description``
        """
        parts = [f"<datedue>{date_elements(due)}</datedue>"] if due else []
        if number:
            parts.append(f"<invoiceno>{number}</invoiceno>")
        parts += [
            f"<{name}>{escape(texts[name])}</{name}>"
            for name in ("ponumber", "description")
            if name in texts
        ]
        if lines:
            parts.append(f"<updateinvoiceitems>{lines}</updateinvoiceitems>")
        self.call(f'<update_invoice key="{recordno}">{"".join(parts)}</update_invoice>')

    def reverse_invoice(self, recordno, day="11/10/2026"):
        self.call(
            f'<reverse_invoice key="{recordno}"><datereversed>{date_elements(day)}'
            "</datereversed></reverse_invoice>"
        )

    def remove(self, recordno):
        """Deletes a posted document, which leaves no trace in any read."""
        self.change("delete", key=recordno, force=True)

    def pay(
        self,
        applications,
        customer="C1",
        currency="USD",
        day="10/20/2026",
        overpaid=None,
        rate=None,
        **values,
    ):
        """Registers a receipt; returns the RECORDNO of the ARPYMT.

        :param dict applications: amount by RECORDNO of the invoice, or a dict of
            further detail fields (``ADJUSTMENTKEY``, ``TRX_ADJUSTMENTAMOUNT`` …)
        """
        details = "".join(
            self._detail(key, value) for key, value in applications.items()
        )
        fields = {
            "FINANCIALENTITY": BANKS[currency],
            "PAYMENTMETHOD": "EFT",
            "CUSTOMERID": customer,
            "RECEIPTDATE": day,
            "PAYMENTDATE": day,
            "CURRENCY": currency,
            **({"EXCHANGE_RATE": rate} if rate else {}),
            **({"OVERPAYMENTAMOUNT": str(overpaid)} if overpaid else {}),
            **values,
        }
        body = "".join(f"<{name}>{text}</{name}>" for name, text in fields.items())
        result = self.call(
            f"<create><ARPYMT>{body}<ARPYMTDETAILS>{details}</ARPYMTDETAILS></ARPYMT>"
            "</create>"
        )
        return result.findtext(".//RECORDNO")

    def _detail(self, key, value):
        if not isinstance(value, dict):
            value = {"TRX_PAYMENTAMOUNT": value}
        fields = "".join(f"<{name}>{text}</{name}>" for name, text in value.items())
        return f"<ARPYMTDETAIL><RECORDKEY>{key}</RECORDKEY>{fields}</ARPYMTDETAIL>"

    def reverse_payment(self, recordno, day="11/10/2026"):
        self.call(
            f'<reverse_arpayment key="{recordno}"><datereversed>{date_elements(day)}'
            "</datereversed></reverse_arpayment>"
        )

    def apply_credit(self, memo, invoice, value, customer="C1", day="10/25/2026"):
        """Applies a credit memo to an invoice; returns the ARPYMT's RECORDNO."""
        detail = {"ADJUSTMENTKEY": memo, "TRX_ADJUSTMENTAMOUNT": value}
        return self.pay({invoice: detail}, customer=customer, day=day)

    def advance(
        self, value, customer="C1", day="10/15/2026", currency="USD", rate=None
    ):
        """Money received before any invoice; returns the ARADVANCE's RECORDNO."""
        extra = f"<EXCHANGE_RATE>{rate}</EXCHANGE_RATE>" if rate else ""
        result = self.call(
            f"<create><ARADVANCE><CUSTOMERID>{customer}</CUSTOMERID>"
            f"<PAYMENTMETHOD>EFT</PAYMENTMETHOD><PAYMENTDATE>{day}</PAYMENTDATE>"
            f"<RECEIPTDATE>{day}</RECEIPTDATE>"
            f"<FINANCIALENTITY>{BANKS[currency]}</FINANCIALENTITY>"
            f"<CURRENCY>{currency}</CURRENCY>{extra}<ARADVANCEITEMS><ARADVANCEITEM>"
            f"<ACCOUNTNO>2400</ACCOUNTNO><TRX_AMOUNT>{value}</TRX_AMOUNT>"
            "</ARADVANCEITEM></ARADVANCEITEMS></ARADVANCE></create>"
        )
        return result.findtext(".//RECORDNO")

    # ------------------------------------------------------------------
    # What the books say
    # ------------------------------------------------------------------
    def due(self, recordno, intacct_object="ARINVOICE"):
        """The open balance of a document in its currency."""
        row = self.one(intacct_object, RECORDNO=recordno)
        return Decimal(str(row["TRX_TOTALDUE"]))
