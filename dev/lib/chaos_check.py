"""Compares both books, document by document."""

from collections import Counter
from dataclasses import dataclass, field

from dev.lib.chaos_books import CENT
from dev.lib.chaos_intacct import IntacctBook
from dev.lib.chaos_odoo import OdooBook

UNFINISHED = ("waiting", "ready", "sent", "in_doubt", "approval", "failed", "do_it")


@dataclass
class Verdict:
    """What is not as it must be, as sentences.

    :ivar list lost: in one of the books only
    :ivar list duplicated: more than once
    :ivar list wrong: there, with another value
    :ivar list stuck: still to be done although nothing is in the way
    :ivar Counter compared: how many of each kind were looked at
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


class Comparison:
    """Looks into both books; Odoo is read once, Intacct each time.

    :param call: calls Odoo as OdooServer.rpc() does
    :param intacct: the Simulator
    :param company: the chaos_company.Company
    """

    def __init__(self, call, intacct, company):
        self.call = call
        self.intacct = intacct
        self.company = company
        self._odoo = OdooBook(call, company)
        self.here = self._odoo.read()
        self.verdict = Verdict()

    def run(self):
        """:rtype: Verdict"""
        self.verdict = Verdict()
        payments = {payment["name"] for payment in self._odoo.payments}
        there = IntacctBook(self.intacct, self.company).read(payments)
        for kind in ("documents", "receipts", "write_offs"):
            ours, theirs = getattr(self.here, kind), getattr(there, kind)
            self._compare_documents(kind, ours, theirs)
        self._compare_imported(there)
        self._compare_customers(there)
        self._compare_sums("applications", self.here.applications, there.applications)
        self._compare_settled(there)
        self.verdict.wrong += self.intacct.admin("books")["differences"]
        self._find_stuck()
        return self.verdict

    # ------------------------------------------------------------------
    # Nothing is left
    # ------------------------------------------------------------------
    def _read(self, model, domain, names):
        return self.call(model, "search_read", [domain, names], {"order": "id"})

    def _find_stuck(self):
        names = ["action", "state", "document", "message"]
        domain = [("state", "in", UNFINISHED)]
        for operation in self._read("intacct.operation", domain, names):
            self.verdict.stuck.append(
                f"{operation['action']} {operation['document']} is "
                f"{operation['state']}: {operation['message']}"
            )
        domain = [("state", "in", ("queued", "running"))]
        for run in self._read("intacct.sync.run", domain, ["state", "message"]):
            self.verdict.stuck.append(f"a sync is {run['state']}: {run['message']}")
        names = ["level", "message"]
        for event in self._read("intacct.sync.event", [("state", "=", "open")], names):
            self.verdict.stuck.append(f"open {event['level']}: {event['message']}")

    # ------------------------------------------------------------------
    # What was sent
    # ------------------------------------------------------------------
    def _compare_documents(self, kind, here, there):
        for name in sorted(here.keys() | there.keys()):
            ours, theirs = here.get(name, []), there.get(name, [])
            if len(theirs) < len(ours):
                self.verdict.lost.append(f"{name} is not in Intacct{self._story(name)}")
            elif len(theirs) > len(ours):
                self.verdict.duplicated.append(
                    f"{name} is in Intacct {len(theirs)} times and in Odoo "
                    f"{len(ours)} times{self._story(name)}"
                )
            else:
                for mine, other in zip(ours, theirs, strict=True):
                    self._compare(mine, other)
                    self.verdict.compared[kind] += 1

    def _story(self, name):
        """What was done about a document, for whoever looks for the cause."""
        names = ["action", "state", "cause"]
        told = [
            f"{operation['action']} {operation['state']} {operation['cause'] or ''}"
            for operation in self._read(
                "intacct.operation", [("document", "=", name)], names
            )
        ]
        return f"; operations: {', '.join(told) or 'none'}"

    def _compare(self, mine, other):
        for what in mine.values.keys() | other.values.keys():
            self._differ(mine.name, what, mine.values.get(what), other.values.get(what))
        self._compare_lines(mine, other)

    def _differ(self, name, what, odoo, intacct):
        if odoo != intacct:
            self.verdict.wrong.append(
                f"{name}: {what} is {odoo} in Odoo and {intacct} in Intacct"
            )

    def _compare_lines(self, mine, other):
        """Line by line. Lines against the sign of a document are taken off others on
        the same account: there the sums of the accounts are compared, and that no
        line has a text of its own.
        """
        if len({amount > 0 for amount in mine.lines.values() if amount}) > 1:
            self._compare_netted(mine, other)
            return
        texts = {key[0] for key in mine.lines.keys() | other.lines.keys()}
        for text in sorted(texts):
            ours, theirs = _part(mine.lines, text), _part(other.lines, text)
            self._differ(
                mine.name, f"sum of “{text}”", sum(ours.values()), sum(theirs.values())
            )
            for place in ours.keys() | theirs.keys():
                # Which share of a split line takes the odd cent is Intacct's loss.
                odd = place in ours and place in theirs and len(ours) > 1
                tolerance = 1 if mine.values["currency"] == "JPY" else CENT
                apart = abs(ours[place] - theirs[place])
                if apart > (tolerance if odd else 0):
                    what = f"“{text}” on {place}"
                    self._differ(mine.name, what, ours[place], theirs[place])

    def _compare_netted(self, mine, other):
        ours, theirs = _places(mine.lines), _places(other.lines)
        for place in ours.keys() | theirs.keys():
            self._differ(mine.name, f"{place}", ours[place], theirs[place])
        strangers = {key[0] for key in other.lines} - {key[0] for key in mine.lines}
        self._differ(mine.name, "text of lines", set(), strangers)

    # ------------------------------------------------------------------
    # What was imported
    # ------------------------------------------------------------------
    def _compare_imported(self, there):
        for key in sorted(self.here.imported.keys() | there.imported.keys(), key=str):
            ours = self.here.imported.get(key, [])
            theirs = there.imported.get(key, [])
            if not theirs:
                self.verdict.duplicated += [
                    f"{mine.name} was imported from {key}, which is ours or gone"
                    for mine in ours
                ]
            elif len(ours) > 1:
                self.verdict.duplicated.append(f"{theirs[0].name} is in Odoo twice")
            elif ours:
                self._compare(ours[0], theirs[0])
                self.verdict.compared["imported"] += 1
            elif theirs[0].values["open"]:
                self.verdict.lost.append(f"{theirs[0].name} is not in Odoo")

    def _compare_customers(self, there):
        for code in sorted(self.here.customers.keys() | there.customers.keys()):
            ours, theirs = self.here.customers.get(code), there.customers.get(code)
            if ours and not theirs:
                self.verdict.lost.append(f"customer {code} is not in Intacct")
            elif theirs and len(theirs) > 1:
                self.verdict.duplicated.append(f"customer {code} is {theirs}")
            elif ours:
                self._differ(f"customer {code}", "name", ours, theirs)
                self.verdict.compared["customers"] += 1

    def _compare_settled(self, there):
        """What was settled in Intacct is settled in Odoo, if the document is there."""
        names = {
            document.name
            for documents in (self.here.imported, self.here.documents)
            for group in documents.values()
            for document in group
        }
        known = Counter(
            {key: value for key, value in there.settled.items() if key[1] in names}
        )
        self._compare_sums("settled there", self.here.settled, known)

    def _compare_sums(self, kind, here, there):
        for pair in sorted(here.keys() | there.keys()):
            ours, theirs = here[pair], there[pair]
            target, source = pair
            if not theirs and ours:
                self.verdict.lost.append(f"{source} on {target}: {ours} in Odoo only")
            elif not ours and theirs:
                self.verdict.wrong.append(
                    f"{source} on {target}: {theirs} in Intacct only"
                )
            else:
                self._differ(f"{source} on {target}", "amount", ours, theirs)
                self.verdict.compared[kind] += 1


def _part(lines, text):
    """Amounts by place, of the lines with a text."""
    found = Counter()
    for (of, *place), amount in lines.items():
        if of == text:
            found[tuple(place)] += amount
    return found


def _places(lines):
    """Amounts by account and dimensions."""
    found = Counter()
    for (_text, *place), amount in lines.items():
        found[tuple(place)] += amount
    return Counter({place: amount for place, amount in found.items() if amount})
