"""What a clerk does in Intacct's own pages while everything breaks."""

from datetime import date, timedelta

FIRST_DAY = date(2026, 11, 1)
PREFIX = "CLERK-"


def is_paid_there(number):
    """Every other invoice of the clerk is paid in Intacct, the rest in Odoo: who
    pays on both sides has to decide what becomes of the excess."""
    _head, _dash, serial = number.partition(PREFIX)
    return serial.isdigit() and int(serial) % 2 == 0


class Clerk:
    """Enters invoices and receipts in Intacct, and takes receipts back.

    :param intacct: the Simulator
    :param Company company: as set_up() made it
    """

    def __init__(self, intacct, company):
        self.intacct = intacct
        self.company = company

    def _change(self, **values):
        return self.intacct.admin("change", values)

    def clerk_invoices(self, act):
        """An invoice of Intacct's own."""
        day = FIRST_DAY + timedelta(act["day"])
        number = f"{PREFIX}{act['serial']}"
        account = {"ACCOUNTNO": "4000"}
        if self.company.labels:
            account["ACCOUNTLABEL"] = "Sales"
        lines = [
            {
                **account,
                "TRX_AMOUNT": str(amount),
                "ENTRYDESCRIPTION": f"{number}/{position}",
                "DEPARTMENTID": "D1" if position else "D2",
            }
            for position, amount in enumerate(act["amounts"])
        ]
        record = {
            "RECORDID": number,
            "CUSTOMERID": f"K{act['clerks_customer']}",
            "STATE": "Posted",
            "WHENCREATED": day.strftime("%m/%d/%Y"),
            "WHENDUE": (day + timedelta(30)).strftime("%m/%d/%Y"),
            "ARINVOICEITEMS": lines,
        }
        self._change(action="add", object="ARINVOICE", record=record)

    def _rows(self, name):
        rows = self.intacct.admin(f"objects/{name}")
        return sorted(rows, key=lambda row: int(row["RECORDNO"]))

    def clerk_is_paid(self, act):
        """A receipt in Intacct on an invoice of its own."""
        open_ones = [
            row
            for row in self._rows("ARINVOICE")
            if is_paid_there(row["RECORDID"] or "") and float(row["TRX_TOTALDUE"]) > 1
        ]
        if not open_ones:
            return False
        row = open_ones[int(act["pick"] * len(open_ones))]
        part = float(row["TRX_TOTALDUE"]) * min(act["part"], 1)
        day = row["WHENPOSTED"]
        detail = {
            "RECORDKEY": row["RECORDNO"],
            "TRX_PAYMENTAMOUNT": f"{round(part, 2):.2f}",
        }
        record = {
            "CUSTOMERID": row["CUSTOMERID"],
            "STATE": "Complete",
            "FINANCIALENTITY": "BOA",
            "PAYMENTMETHOD": "EFT",
            "RECEIPTDATE": day,
            "PAYMENTDATE": day,
            "CURRENCY": row["CURRENCY"],
            "ARPYMTDETAILS": [detail],
        }
        self._change(action="add", object="ARPYMT", record=record)
        return None

    def clerk_takes_back(self, act):
        """Reverses a receipt that was entered in Intacct."""
        theirs = [
            row
            for row in self._rows("ARPYMT")
            if not row.get("DESCRIPTION") and row["DISPLAYSTATE"] == "Complete"
        ]
        if not theirs:
            return False
        row = theirs[int(act["pick"] * len(theirs))]
        self._change(action="reverse", key=row["RECORDNO"], date=row["RECEIPTDATE"])
        return None
