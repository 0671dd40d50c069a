"""Compares both books, document by document."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

OBJECTS = ("ARINVOICE", "ARADJUSTMENT", "ARPYMT", "ARADVANCE")
GONE_STATES = ("Reversed", "Reversal")
MARKER = "odoo:"
MARKER_LENGTH = len(MARKER) + 16
BUSY_STATES = ("waiting", "ready", "sent", "in_doubt", "approval", "failed")
CENT = Decimal("0.01")


@dataclass
class Verdict:
    """What is not as it must be, as sentences.

    :ivar list lost: in one of the books only
    :ivar list duplicated: more than once
    :ivar list wrong: there, with another value
    :ivar list stuck: still to be done although nothing is in the way
    """

    lost: list = field(default_factory=list)
    duplicated: list = field(default_factory=list)
    wrong: list = field(default_factory=list)
    stuck: list = field(default_factory=list)
    compared: Counter = field(default_factory=Counter)

    def counts(self):
        return {
            name: len(getattr(self, name))
            for name in ("lost", "duplicated", "wrong", "stuck")
        }

    def holds(self):
        return not any(self.counts().values())


def money(value):
    return Decimal(str(value or 0)).quantize(CENT)


def day(text):
    """MM/DD/YYYY as Odoo writes it."""
    if not text:
        return False
    month, of_month, year = text.split("/")
    return f"{year}-{month}-{of_month}"


class Comparison:
    """One look into both books.

    :param call: calls Odoo as OdooServer.rpc() does
    :param intacct: the Simulator
    :param company: the chaos_company.Company
    """

    def __init__(self, call, intacct, company):
        self.call = call
        self.intacct = intacct
        self.company = company
        self.verdict = Verdict()
        self.rows = {name: intacct.admin(f"objects/{name}") for name in OBJECTS}
        self.operations = self._read(
            "intacct.operation",
            [],
            ["action", "state", "document", "marker", "move_id", "payment_id"]
            + ["message", "cause"],
        )
        self.bindings = self._read(
            "intacct.binding",
            [],
            ["intacct_object", "recordno", "move_id", "payment_id", "origin"],
        )

    def _read(self, model, domain, names):
        return self.call(model, "search_read", [domain, names], {"order": "id"})

    def run(self):
        self._find_stuck()
        self._compare_own_documents()
        self._compare_imported()
        self._compare_receipts()
        self._compare_books()
        return self.verdict

    # ------------------------------------------------------------------
    # Nothing is left
    # ------------------------------------------------------------------
    def _find_stuck(self):
        for operation in self.operations:
            if operation["state"] in BUSY_STATES:
                self.verdict.stuck.append(
                    f"{operation['action']} {operation['document']} is "
                    f"{operation['state']}: {operation['message']}"
                )
        for event in self._read(
            "intacct.sync.event",
            [("state", "=", "open")],
            ["document", "message", "level"],
        ):
            self.verdict.stuck.append(f"open {event['level']}: {event['message']}")

    # ------------------------------------------------------------------
    # Documents of Odoo
    # ------------------------------------------------------------------
    def _ours(self, name):
        """Rows of Intacct that carry our marker, by marker."""
        found = defaultdict(list)
        for row in self.rows[name]:
            text = row.get("DESCRIPTION") or ""
            place = text.find(MARKER)
            state = row.get("DISPLAYSTATE") or row.get("STATE")
            if place >= 0 and state not in GONE_STATES:
                found[text[place : place + MARKER_LENGTH]].append(row)
        return found

    def _markers(self, model_field, actions):
        """Markers of the operations of each Odoo record."""
        markers = defaultdict(set)
        for operation in self.operations:
            if operation[model_field] and operation["action"] in actions:
                markers[operation[model_field][0]].add(operation["marker"])
        return markers

    def _compare_own_documents(self):
        moves = self._read(
            "account.move",
            [
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("intacct_imported", "=", False),
                ("intacct_ignored", "=", False),
            ],
            ["name", "move_type", "state", "commercial_partner_id", "invoice_date"]
            + ["date", "invoice_date_due", "currency_id", "amount_total"]
            + ["amount_residual", "amount_total_signed"],
        )
        customers = {
            partner["id"]: partner["ref"]
            for partner in self._read("res.partner", [("ref", "!=", False)], ["ref"])
        }
        markers = self._markers("move_id", ("invoice", "adjustment"))
        ours = {name: self._ours(name) for name in ("ARINVOICE", "ARADJUSTMENT")}
        for move in moves:
            credit = move["move_type"] == "out_refund"
            rows = [
                row
                for marker in markers[move["id"]]
                for row in ours["ARADJUSTMENT" if credit else "ARINVOICE"][marker]
            ]
            wanted = 1 if move["state"] == "posted" else 0
            if self._is_once(move["name"], rows, wanted) and wanted:
                code = customers.get(move["commercial_partner_id"][0])
                self._compare_document(move, rows[0], code, -1 if credit else 1)

    def _is_once(self, name, rows, wanted=1):
        if len(rows) < wanted:
            self.verdict.lost.append(f"{name} is not in Intacct; {self._story(name)}")
        elif len(rows) > wanted:
            keys = [row["RECORDNO"] for row in rows]
            self.verdict.duplicated.append(
                f"{name} is in Intacct as {keys}; {self._story(name)}"
            )
        return len(rows) == wanted

    def _story(self, name):
        """What was done about a document, for whoever looks for the cause."""
        told = [
            f"{operation['action']} {operation['state']} {operation['cause'] or ''}"
            for operation in self.operations
            if operation["document"] == name
        ]
        return f"operations: {', '.join(told) or 'none'}"

    def _compare_document(self, move, row, code, sign):
        number = row["RECORDID"] if self.company.ours else row.get("DOCNUMBER")
        pairs = {
            "customer": (code, row["CUSTOMERID"]),
            "date": (move["invoice_date"], day(row["WHENCREATED"])),
            "GL date": (move["date"], day(row["WHENPOSTED"])),
            "currency": (move["currency_id"][1], row["CURRENCY"]),
            "total": (
                money(sign * move["amount_total"]),
                money(row["TRX_TOTALENTERED"]),
            ),
            "open": (money(sign * move["amount_residual"]), money(row["TRX_TOTALDUE"])),
        }
        if sign > 0:
            pairs["due date"] = (move["invoice_date_due"], day(row["WHENDUE"]))
        if sign > 0 or self.company.ours:
            base = self._base_number(number)
            pairs["number"] = (move["name"], base)
        self._differ(move["name"], pairs)
        lines = [
            money(line["TRX_AMOUNT"])
            for line in self._lines(row, "ARINVOICE" if sign > 0 else "ARADJUSTMENT")
        ]
        if sum(lines) != money(sign * move["amount_total"]):
            self.verdict.wrong.append(f"{move['name']}: lines {lines}")
        self.verdict.compared["documents"] += 1

    def _base_number(self, number):
        """A replacement bears ``-R1`` behind the number."""
        head, _dash, tail = (number or "").rpartition("-R")
        return head if tail.isdigit() else number

    def _lines(self, row, name):
        if not hasattr(self, "_items"):
            self._items = defaultdict(list)
            for intacct_object in ("ARINVOICE", "ARADJUSTMENT"):
                for line in self.intacct.admin(f"objects/{intacct_object}ITEM"):
                    self._items[intacct_object, line["RECORDKEY"]].append(line)
        return self._items[name, row["RECORDNO"]]

    def _differ(self, name, pairs):
        for what, (odoo, intacct) in pairs.items():
            if odoo != intacct:
                self.verdict.wrong.append(
                    f"{name}: {what} is {odoo} in Odoo and {intacct} in Intacct"
                )

    # ------------------------------------------------------------------
    # Documents of Intacct
    # ------------------------------------------------------------------
    def _compare_imported(self):
        moves = self._read(
            "account.move",
            [("intacct_imported", "=", True)],
            ["name", "amount_residual", "state", "intacct_binding_ids"],
        )
        by_key = defaultdict(list)
        keys = {
            binding["move_id"][0]: binding["recordno"]
            for binding in self.bindings
            if binding["move_id"] and binding["intacct_object"] == "ARINVOICE"
        }
        for move in moves:
            by_key[keys.get(move["id"])].append(move)
        for row in self.rows["ARINVOICE"]:
            if MARKER in (row.get("DESCRIPTION") or "") or row["STATE"] in GONE_STATES:
                continue
            found = by_key.pop(row["RECORDNO"], [])
            if not found and money(row["TRX_TOTALDUE"]):
                self.verdict.lost.append(f"{row['RECORDID']} is not in Odoo")
            elif len(found) > 1:
                self.verdict.duplicated.append(f"{row['RECORDID']} is in Odoo twice")
            elif found:
                due = (money(found[0]["amount_residual"]), money(row["TRX_TOTALDUE"]))
                self._differ(row["RECORDID"], {"open": due})
                self.verdict.compared["imported"] += 1
        for key, left in by_key.items():
            for move in left:
                self.verdict.duplicated.append(
                    f"{move['name']} was imported from {key}, which is ours or gone"
                )

    # ------------------------------------------------------------------
    # Money
    # ------------------------------------------------------------------
    def _compare_receipts(self):
        payments = self._read(
            "account.payment",
            [("partner_type", "=", "customer"), ("payment_type", "=", "inbound")],
            ["name", "state", "amount", "currency_id", "date"],
        )
        markers = self._markers("payment_id", ("payment", "advance"))
        ours = {name: self._ours(name) for name in ("ARPYMT", "ARADVANCE")}
        for payment in payments:
            rows = [
                row
                for marker in markers[payment["id"]]
                for name in ("ARPYMT", "ARADVANCE")
                for row in ours[name][marker]
            ]
            live = payment["state"] in ("in_process", "paid")
            if self._is_once(payment["name"], rows, 1 if live else 0) and live:
                self._differ(
                    payment["name"],
                    {
                        "amount": (
                            money(payment["amount"]),
                            money(rows[0]["TRX_TOTALENTERED"]),
                        ),
                        "currency": (payment["currency_id"][1], rows[0]["CURRENCY"]),
                        "date": (payment["date"], day(rows[0]["RECEIPTDATE"])),
                    },
                )
                self.verdict.compared["receipts"] += 1

    def _compare_books(self):
        for problem in self.intacct.admin("books").get("problems", []):
            self.verdict.wrong.append(f"Intacct's books: {problem}")
