"""What Intacct's books hold of Odoo's documents, and of its own."""

import re
from collections import Counter, defaultdict
from functools import cached_property

from dev.lib.chaos_books import Book, Document, line_key, money

GONE_STATES = ("Reversed", "Reversal", "V")
# The marker, then Odoo's number, in the description of whatever was sent.
SENT = re.compile(r"\[odoo:[0-9a-f]{16}\] (\S+)")
# How an application names what pays, and where that stands.
SOURCES = {
    "ADJUSTMENTKEY": "ARADJUSTMENT",
    "INLINEKEY": "ARINVOICE",
    "NEGATIVEINVOICEKEY": "ARINVOICE",
    "ADVANCEKEY": "ARADVANCE",
    "OVERPAYMENTKEY": "ARPOSTEDOVERPAYMENT",
}
AMOUNTS = (
    "TRX_PAYMENTAMOUNT",
    "TRX_ADJUSTMENTAMOUNT",
    "TRX_INLINEAMOUNT",
    "TRX_NEGATIVEINVOICEAMOUNT",
    "TRX_POSTEDADVANCEAMOUNT",
    "TRX_POSTEDOVERPAYMENTAMOUNT",
    "TRX_DISCOUNTAMOUNT",
)


def sent_as(row):
    """Odoo's number of something that was sent from there, None of anything else."""
    found = SENT.search(row.get("DESCRIPTION") or "")
    return found and found[1]


def day(text):
    """MM/DD/YYYY as Odoo writes it."""
    if not text:
        return False
    month, of_month, year = text.split("/")
    return f"{year}-{month}-{of_month}"


class IntacctBook:
    """Reads the simulator.

    :param intacct: the Simulator
    :param Company company: as set_up() made it
    """

    def __init__(self, intacct, company):
        self.intacct = intacct
        self.company = company
        self._rows = {}

    def rows(self, name):
        """All rows of an object, as the simulator's admin path answers them."""
        if name not in self._rows:
            self._rows[name] = self.intacct.admin(f"objects/{name}")
        return self._rows[name]

    def _live(self, name):
        for row in self.rows(name):
            state = row.get("DISPLAYSTATE") or row.get("STATE")
            gone = (name, row["RECORDNO"]) in self._cancelled_out
            if state not in GONE_STATES and not gone:
                yield row

    @cached_property
    def _cancelled_out(self):
        """What stands in Intacct and says nothing: adjustments that were sent and
        taken back by an opposite one, and the payments that apply both to each
        other. They are the same with the other sign and wholly used up by each
        other; whatever is not counts as a document of its own.

        :rtype: set[tuple], objects and RECORDNOs
        """
        adjustments = {row["RECORDNO"]: row for row in self.rows("ARADJUSTMENT")}
        pairs = defaultdict(list)
        for detail in self.rows("ARPYMTDETAIL"):
            source, target = detail.get("ADJUSTMENTKEY"), detail.get("POSADJKEY")
            if source in adjustments and target in adjustments:
                if detail["STATE"] not in GONE_STATES:
                    pairs[frozenset((source, target))].append(detail)
        found = set()
        for keys, details in pairs.items():
            if len(keys) == 2 and self._are_opposite(*map(adjustments.get, keys)):
                used = sum(money(row["TRX_ADJUSTMENTAMOUNT"]) for row in details)
                if used == self._turnover(min(keys)):
                    found |= {("ARADJUSTMENT", key) for key in keys}
                    found |= {("ARPYMT", row["PAYMENTKEY"]) for row in details}
                    found |= {("ARPYMTDETAIL", row["RECORDNO"]) for row in details}
        return found

    def _are_opposite(self, one, other):
        """Whether two adjustments are of one document, and each takes back what the
        other says."""
        same = ("CUSTOMERID", "CURRENCY")
        if any(one[name] != other[name] for name in same):
            return False
        lines, others = (self._lines("ARADJUSTMENT", row) for row in (one, other))
        negated = Counter({key: -amount for key, amount in others.items()})
        return (
            sent_as(one) is not None
            and sent_as(one) == sent_as(other)
            and not any(money(row["TRX_TOTALDUE"]) for row in (one, other))
            and money(one["TOTALENTERED"]) == -money(other["TOTALENTERED"])
            and lines == negated
        )

    def _turnover(self, key):
        """What the lines of an adjustment add up to without their signs."""
        return sum(
            abs(money(line["TRX_AMOUNT"]))
            for line in self._lines_of["ARADJUSTMENT", key]
        )

    def read(self, payments):
        """:param payments: names of Odoo's payments
        :rtype: Book
        """
        book = Book()
        for row in self._live("ARINVOICE"):
            if name := sent_as(row):
                book.documents[name].append(self._document("ARINVOICE", row, name))
            else:
                document = self._imported(row)
                book.imported[row["RECORDNO"]].append(document)
        for row in self._live("ARADJUSTMENT"):
            name = sent_as(row) or f"ARADJUSTMENT {row['RECORDNO']}"
            if name in payments:
                book.write_offs[name].append(self._write_off(row, name))
            else:
                book.documents[name].append(self._document("ARADJUSTMENT", row, name))
        for intacct_object in ("ARPYMT", "ARADVANCE"):
            for row in self._live(intacct_object):
                name = sent_as(row)
                # Without money it only applies a credit.
                if name and money(row["TRX_TOTALENTERED"]):
                    receipt = self._receipt(row, name)
                    # What Odoo has in one entry.
                    for memo in book.write_offs.get(name, ()):
                        receipt.values["open"] -= memo.due
                    book.receipts[name].append(receipt)
        for row in self.rows("CUSTOMER"):
            if "odoo:" in (row.get("COMMENTS") or ""):
                book.customers[row["CUSTOMERID"]].append(row["NAME"])
        self._applications(book)
        return book

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------
    def _document(self, intacct_object, row, name):
        values = self._common(row)
        values["reference"] = row.get("DOCNUMBER") or ""
        invoice = intacct_object == "ARINVOICE"
        if invoice:
            values["due date"] = day(row["WHENDUE"])
        if self.company.ours:
            values["number"] = self._number(intacct_object, row, name)
        else:
            values["number"] = values["reference"] if invoice else ""
        return Document(name, values, self._lines(intacct_object, row))

    def _common(self, row):
        return {
            "customer": row["CUSTOMERID"],
            "date": day(row["WHENCREATED"]),
            "GL date": day(row["WHENPOSTED"]),
            "currency": row["CURRENCY"],
            "total": money(row["TRX_TOTALENTERED"]),
            "open": money(row["TRX_TOTALDUE"]),
            "state": row["STATE"],
        }

    def _number(self, intacct_object, row, name):
        """Its number; that of a replacement counts as the one it replaces, if that
        one is still taken."""
        number = row.get("RECORDID") or ""
        head, _dash, tail = number.rpartition("-R")
        if head != name or not tail.isdigit():
            return number
        earlier = {name, *(f"{name}-R{turn}" for turn in range(1, int(tail)))}
        taken = {other.get("RECORDID") for other in self.rows(intacct_object)}
        return name if earlier <= taken else number

    def _lines(self, intacct_object, row):
        lines = Counter()
        for line in self._lines_of[intacct_object, row["RECORDNO"]]:
            key = line_key(line.get("ENTRYDESCRIPTION"), *self._place(line))
            lines[key] += money(line["TRX_AMOUNT"])
        return lines

    def _place(self, line):
        account = line["ACCOUNTLABEL" if self.company.labels else "ACCOUNTNO"]
        return account, (line.get("DEPARTMENTID"), line.get("CLASSID"))

    @cached_property
    def _lines_of(self):
        found = {}
        for intacct_object in ("ARINVOICE", "ARADJUSTMENT"):
            for row in self.rows(intacct_object):
                found[intacct_object, row["RECORDNO"]] = []
            for line in self.rows(f"{intacct_object}ITEM"):
                found.setdefault((intacct_object, line["RECORDKEY"]), []).append(line)
        return found

    def _imported(self, row):
        values = {
            **self._common(row),
            "number": row["RECORDID"],
            "due date": day(row["WHENDUE"]),
        }
        return Document(row["RECORDID"], values, self._lines("ARINVOICE", row))

    # ------------------------------------------------------------------
    # Money
    # ------------------------------------------------------------------
    def _receipt(self, row, name):
        values = {
            "customer": row["CUSTOMERID"],
            "date": day(row["RECEIPTDATE"]),
            "currency": row["CURRENCY"],
            "total": money(row["TRX_TOTALENTERED"]),
            "open": money(row["TRX_TOTALDUE"]),
            "account": row.get("FINANCIALENTITY") or row.get("UNDEPOSITEDACCOUNTNO"),
        }
        return Document(name, values)

    def _write_off(self, row, name):
        values = {
            "customer": row["CUSTOMERID"],
            "date": day(row["WHENPOSTED"]),
            "currency": row["CURRENCY"],
            "total": money(row["TRX_TOTALENTERED"]),
        }
        lines = Counter()
        for (text, account, _dimensions), amount in self._lines(
            "ARADJUSTMENT", row
        ).items():
            lines[line_key(text, account, ())] += amount
        return Document(name, values, lines, money(row["TRX_TOTALDUE"]))

    # ------------------------------------------------------------------
    # What is applied to what
    # ------------------------------------------------------------------
    @cached_property
    def _names(self):
        """What people call each record, by object and RECORDNO."""
        names = {}
        for intacct_object in ("ARINVOICE", "ARADJUSTMENT", "ARPYMT", "ARADVANCE"):
            for row in self.rows(intacct_object):
                name = sent_as(row) or row.get("RECORDID") or f"#{row['RECORDNO']}"
                names[intacct_object, row["RECORDNO"]] = name
        for row in self.rows("ARPOSTEDOVERPAYMENT"):
            receipt = names["ARPYMT", row["PARENTPAYMENTKEY"]]
            names["ARPOSTEDOVERPAYMENT", row["RECORDNO"]] = receipt
        return names

    def _applications(self, book):
        ours = {row["RECORDNO"] for row in self.rows("ARPYMT") if sent_as(row)}
        for row in self._live("ARPYMTDETAIL"):
            if not row.get("PAYMENTKEY"):
                continue  # an invoice's own negative lines
            target = ("ARINVOICE", row.get("RECORDKEY"))
            if not row.get("RECORDKEY"):
                target = ("ARADJUSTMENT", row["POSADJKEY"])
            amount = sum(money(row.get(name)) for name in AMOUNTS)
            debtor, source = self._names[target], self._source(row)
            if row["PAYMENTKEY"] not in ours:
                book.settled[row["RECORDNO"], debtor] += amount
            elif source != target:
                book.applications[debtor, self._names[source]] += amount

    def _source(self, row):
        for field, intacct_object in SOURCES.items():
            if row.get(field):
                return intacct_object, row[field]
        return "ARPYMT", row["PAYMENTKEY"]
