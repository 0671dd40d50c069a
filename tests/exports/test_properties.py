"""Whatever a document is made of, what Intacct stores adds up to it."""

from collections import Counter, defaultdict
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, settings

from tests.flows.intacct import tax_solution

from .common import ExportCase
from .drawn import BATCHES, DECIMALS, SINGLE_TAXES, Maker, memo

# The same examples each time: what CI has seen pass is what everybody sees pass. What
# fails is not made smaller: that would post and send thousands of documents.
PROFILE = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
CENT = Decimal("0.01")
# How far from 1 shares may be that people have rounded.
THIRDS = Decimal("0.0003")
SOLUTION = "Testland - VAT"
DEPARTMENTS = ("D1", "D2", "D3", "D9")
DIMENSIONS = {"DEPARTMENTID": DEPARTMENTS, "CLASSID": ("K1", "K2")}
DEFAULT_DEPARTMENT = "D9"
# What Odoo's tax amounts are booked on in a company without tax solution.
TAX_ACCOUNTS = {name: f"25{index:02}" for index, name in enumerate(SINGLE_TAXES)}
# Why a document may be held back.
PRECISION, TOO_MANY = "precision:KWD", "too_many_taxes"
PARTS = ("product", "tax", "rounding", "discount")


def exact(value):
    return Decimal(str(round(value, 2)))


class TestAddsUp(ExportCase):
    """A company without tax solution: each tax is a line on its account."""

    def setUp(self):
        super().setUp()
        self.intacct.load(
            DEPARTMENT=[{"DEPARTMENTID": code, "TITLE": code} for code in DEPARTMENTS],
            CLASS=[{"CLASSID": code, "NAME": code} for code in ("K1", "K2")],
            GLACCOUNT=[
                {"ACCOUNTNO": number, "TITLE": name, "ACCOUNTTYPE": "balancesheet"}
                for name, number in TAX_ACCOUNTS.items()
            ],
        )
        self.sync(scope="lists")
        self.maker = Maker(self)
        self.map("account", self.maker.other, "account", "4100")
        self.map("account", self.maker.discounts, "account", "4900")
        for code, account in self.maker.analytic.items():
            kind = "department" if code.startswith("D") else "class"
            self.map("analytic", account, kind, code)
        self.backend.department_reference_id = self.reference(
            "department", DEFAULT_DEPARTMENT
        )
        self.choose_taxes()
        self.seen = Counter()

    def choose_taxes(self):
        for name, account in TAX_ACCOUNTS.items():
            self.map("tax", self.maker.taxes[name], "account", account)

    def map(self, source, record, kind, code):
        self.env["intacct.mapping"].create(
            {
                "backend_id": self.backend.id,
                "source": source,
                f"{source}_id": record.id,
                "reference_id": self.reference(kind, code).id,
            }
        )

    def test_what_is_stored_adds_up_to_the_document(self):
        @PROFILE
        @given(BATCHES)
        def adds_up(batch):
            self.send(batch)

        adds_up()
        # Examples that never show something prove nothing about it.
        self.assertGreaterEqual(set(self.seen), self.kinds(), self.seen)

    def kinds(self):
        """What the examples must have shown, among what was sent or refused."""
        return {
            *(f"currency {name}" for name in DECIMALS),
            *(f"tax {name}" for name in SINGLE_TAXES),
            *(f"rounding {name}" for name in ("add_invoice_line", "biggest_tax")),
            *("credit", "foreign rate", "discount of the document"),
            *("inline credit", "netted", "several taxes", "split", "two plans"),
            *("discount account", f"refused: {PRECISION}"),
        }

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------
    def send(self, batch):
        self.company.write(
            {
                "tax_calculation_rounding_method": batch["tax_rounding"],
                "account_discount_expense_allocation_id": self.maker.discounts.id
                if batch["discount_account"]
                else False,
            }
        )
        made = [(drawn, self.maker.make(drawn)) for drawn in batch["documents"]]
        made = [(drawn, move) for drawn, move in made if move]
        foretold = self.preflight()
        self.sync(state=None)
        stored = self.stored()
        for drawn, move in made:
            row, lines = stored.get(move.name, (None, []))
            reason = self.refusal(move)
            if not foretold[move.name].startswith("would_"):
                self.assertTrue(reason, foretold[move.name])
                self.assertTrue(foretold[move.name].startswith(reason), foretold)
                self.assertTrue(self.message(move).cause.startswith(reason))
                self.assertIsNone(row, "It was refused and sent all the same")
                self.seen[f"refused: {reason}"] += 1
            else:
                self.assertNotEqual(reason, PRECISION)
                self.assertIsNotNone(row, f"{move.name} was not sent")
                self.check(move, row, lines)
                self.check_memos(drawn, lines)
            self.note(batch, drawn, move, lines)

    def preflight(self):
        """Causes of what the dry run says, by document."""
        action = self.backend.action_preflight()
        events = self.env["intacct.sync.event"].search(action["domain"])
        return {event.document: event.cause for event in events}

    def refusal(self, move):
        """The one cause for which a document may be held back, or None."""
        return PRECISION if move.currency_id.decimal_places > 2 else None

    def stored(self):
        """Header and lines of each document of Intacct, by its number."""
        found = {}
        for name in ("ARINVOICE", "ARADJUSTMENT"):
            lines = defaultdict(list)
            for line in self.intacct.rows(f"{name}ITEM"):
                lines[line["RECORDKEY"]].append(line)
            for row in self.intacct.rows(name):
                self.assertNotIn(row["RECORDID"], found, "It is there twice")
                found[row["RECORDID"]] = row, lines[row["RECORDNO"]]
        return found

    # ------------------------------------------------------------------
    # Both books
    # ------------------------------------------------------------------
    def check(self, move, row, lines):
        items = move.line_ids.filtered(lambda item: item.display_type in PARTS)
        total = -sum(exact(item.amount_currency) for item in items)
        self.assertEqual(abs(total), exact(move.amount_total))
        self.assertEqual(Decimal(row["TRX_TOTALENTERED"]), total)
        self.assertEqual(Decimal(row["TRX_TOTALDUE"]), total)
        self.assertEqual(row["CURRENCY"], move.currency_id.name)
        self.assertEqual(sum(Decimal(line["TRX_AMOUNT"]) for line in lines), total)
        base = -sum(exact(item.balance) for item in items)
        self.assert_base(move, Decimal(row["TOTALENTERED"]), base, len(lines))
        self.check_accounts(move, items, lines)
        self.check_dimensions(items, lines)
        self.assertEqual(move.intacct_status, "in")

    def assert_base(self, move, theirs, ours, roundings):
        """Each line is rounded by itself, on either side."""
        if move.currency_id == move.company_currency_id:
            self.assertEqual(theirs, ours)
        else:
            self.assertLessEqual(abs(theirs - ours), CENT * roundings)

    def check_accounts(self, move, items, lines):
        ours, base, theirs, theirs_base = Counter(), Counter(), Counter(), Counter()
        roundings = Counter()
        for item in items:
            if key := self.booked_on(item):
                ours[key] -= exact(item.amount_currency)
                base[key] -= exact(item.balance)
                roundings[key] += 1
        for line in lines:
            key = self.found_on(line)
            theirs[key] += Decimal(line["TRX_AMOUNT"])
            theirs_base[key] += Decimal(line["AMOUNT"])
            roundings[key] += 1
        for key in {*ours, *theirs}:
            self.assertEqual(theirs[key], ours[key], key)
            self.assert_base(move, theirs_base[key], base[key], roundings[key])

    def booked_on(self, item):
        """Where a journal item has to be found in Intacct."""
        if item.tax_line_id:
            return TAX_ACCOUNTS[item.tax_line_id.name]
        accounts = {self.maker.other: "4100", self.maker.discounts: "4900"}
        return accounts.get(item.account_id, "4000")

    def found_on(self, line):
        return line["ACCOUNTNO"]

    def bears_dimensions(self, record):
        """Whether a journal item, or a line of Intacct, is a line to be analysed."""
        return True

    def check_dimensions(self, items, lines):
        """Each part is rounded to the unit of its currency; the last one takes what
        is left, and so at most half a unit a part."""
        names = {account.id: code for code, account in self.maker.analytic.items()}
        unit = Decimal(10) ** -items.currency_id.decimal_places
        ours, tolerance = Counter(), Counter()
        for item in filter(self.bears_dimensions, items):
            amount = -exact(item.amount_currency)
            parts = [
                ([names[int(account)] for account in ids.split(",")], share)
                for ids, share in (item.analytic_distribution or {}).items()
            ]
            everything = sum(Decimal(str(share)) for _known, share in parts)
            for dimension, codes in DIMENSIONS.items():
                shares = Counter()
                for known, share in parts:
                    for code in {*known} & {*codes}:
                        shares[code] += Decimal(str(share)) / 100
                for whole in (everything / 100, sum(shares.values())):
                    if whole != 1 and abs(whole - 1) < THIRDS:
                        shares = {code: shares[code] / whole for code in shares}
                        break
                if dimension == "DEPARTMENTID":
                    rest = 1 - sum(shares.values())
                    shares[DEFAULT_DEPARTMENT] = rest
                for code, share in shares.items():
                    ours[code] += amount * share
                    tolerance[code] += unit * (1 + 2 * len(parts)) / 2
        theirs = Counter()
        for line in filter(self.bears_dimensions, lines):
            for dimension in DIMENSIONS:
                if line[dimension]:
                    theirs[line[dimension]] += Decimal(line["TRX_AMOUNT"])
        for code in {*ours, *theirs}:
            self.assertLessEqual(abs(theirs[code] - ours[code]), tolerance[code], code)

    def check_memos(self, drawn, lines):
        own = {
            memo(number, line, drawn["currency"])
            for number, line in enumerate(drawn["lines"], 1)
        }
        told = {line["ENTRYDESCRIPTION"] for line in lines}
        of_lines = {text for text in told if text and text.startswith("Line ")}
        rest = {
            f"Line {number}"
            for number in range(len(drawn["lines"]) + 1, len(drawn["lines"]) + 9)
        }
        self.assertLessEqual(of_lines, own | rest)

    # ------------------------------------------------------------------
    # What the examples have shown
    # ------------------------------------------------------------------
    def note(self, batch, drawn, move, lines):
        self.seen[f"currency {drawn['currency']}"] += 1
        if not lines:
            return
        items = move.line_ids.filtered(lambda item: item.display_type in PARTS)
        products = items.filtered(lambda item: item.display_type == "product")
        for tax in items.tax_line_id | products.tax_ids.flatten_taxes_hierarchy():
            self.seen[f"tax {tax.name}"] += 1
        if rounding := items.filtered(lambda item: item.display_type == "rounding"):
            kind = "biggest_tax" if rounding.tax_line_id else "add_invoice_line"
            self.seen[f"rounding {kind}"] += 1
        split = [line for line in drawn["lines"] if line["shares"]]
        signs = {Decimal(line["TRX_AMOUNT"]) > 0 for line in lines}
        booked = sum(abs(item.amount_currency) for item in items)
        moved = sum(abs(float(line["TRX_AMOUNT"])) for line in lines)
        shown = {
            "credit": drawn["credit"],
            "foreign rate": drawn["rate"] and drawn["currency"] != "USD",
            "discount of the document": drawn["discount"],
            "inline credit": len(signs) == 2,
            "netted": moved < booked - 0.005,
            "several taxes": any(len(item.tax_ids) > 1 for item in products),
            "split": any(len(line["shares"]) > 1 for line in split),
            "two plans": any("K1" in line["shares"] for line in split),
            "discount account": self.maker.discounts in items.account_id,
        }
        self.seen.update(name for name, is_shown in shown.items() if is_shown)


class TestAddsUpWithTaxSolution(TestAddsUp):
    """A company with a tax solution: taxes are entries of the lines that bear them."""

    company_data = tax_solution(SOLUTION, **dict.fromkeys((*SINGLE_TAXES, "Exempt"), 1))

    def choose_taxes(self):
        self.backend.write(
            {
                "tax_solution": SOLUTION,
                "exempt_reference_id": self.reference("tax", "Exempt").id,
            }
        )
        for name in SINGLE_TAXES:
            self.map("tax", self.maker.taxes[name], "tax", name)

    def refusal(self, move):
        products = move.invoice_line_ids
        if any(len(line.tax_ids.flatten_taxes_hierarchy()) > 2 for line in products):
            return super().refusal(move) or TOO_MANY
        return super().refusal(move)

    def kinds(self):
        return {*super().kinds(), f"refused: {TOO_MANY}"}

    def booked_on(self, item):
        return item.tax_line_id.name or super().booked_on(item)

    def found_on(self, line):
        return line["DETAILID"] if line["PARENTENTRY"] else super().found_on(line)

    def bears_dimensions(self, record):
        if isinstance(record, dict):
            return not record["PARENTENTRY"]
        return not record.tax_line_id
