"""Whatever a document is made of, what Intacct stores adds up to it."""

from collections import defaultdict
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.fields import Command

from .common import ExportCase

TAXES = {"ten": "2400", "odd": "1090", "included": "1010"}
SHARES = st.sampled_from(
    [{}, {"D1": 100}, {"D1": 50, "D2": 50}, {"D1": 33.33, "D2": 66.67}, {"D2": 12.5}]
)
CENTS = st.integers(1, 99_999_99)
LINES = st.fixed_dictionaries(
    {
        "cents": CENTS,
        "quantity": st.sampled_from([1, 2, 3, 7, 0.333, 12.75]),
        "discount": st.sampled_from([0, 0, 5, 12.5, 33.33, 99.99]),
        "negative": st.sampled_from([False, False, False, True]),
        "taxes": st.sets(st.sampled_from(sorted(TAXES)), max_size=2),
        "shares": SHARES,
        "other_account": st.booleans(),
    }
)
DOCUMENTS = st.fixed_dictionaries(
    {
        "currency": st.sampled_from(["USD", "EUR", "JPY"]),
        "credit": st.booleans(),
        "lines": st.lists(LINES, min_size=1, max_size=5),
    }
)


class TestAddsUp(ExportCase):
    def setUp(self):
        super().setUp()
        self.intacct.load(DEPARTMENT=[{"DEPARTMENTID": "D2", "TITLE": "Service"}])
        self.sync(scope="lists")
        country = self.company.account_fiscal_country_id.id
        self.taxes = {}
        for name, percent, included in (
            ("ten", 10, False),
            ("odd", 7.25, False),
            ("included", 19, True),
        ):
            self.taxes[name] = self.env["account.tax"].create(
                {
                    "name": name,
                    "amount": percent,
                    "type_tax_use": "sale",
                    "country_id": country,
                    "price_include_override": "tax_included"
                    if included
                    else "tax_excluded",
                }
            )
            self.map("tax", self.taxes[name], "account", TAXES[name])
        self.other = self.env["account.account"].create(
            {"name": "Other", "code": "400777", "account_type": "income"}
        )
        self.map("account", self.other, "account", "4100")
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        self.analytic = {}
        for code in ("D1", "D2"):
            account = self.env["account.analytic.account"].create(
                {"name": code, "plan_id": plan.id}
            )
            self.map("analytic", account, "department", code)
            self.analytic[code] = account.id

    def map(self, source, record, kind, code):
        self.env["intacct.mapping"].create(
            {
                "backend_id": self.backend.id,
                "source": source,
                f"{source}_id": record.id,
                "reference_id": self.reference(kind, code).id,
            }
        )

    def make(self, document):
        """The posted document, or None where Odoo would not post it."""
        lines = [self.values(line, document["currency"]) for line in document["lines"]]
        move = self.draft(
            *lines,
            credit=document["credit"],
            currency_id=self.env.ref(f"base.{document['currency']}").id,
        )
        if move.currency_id.compare_amounts(move.amount_total, 0) <= 0:
            move.unlink()
            return None
        move.action_post()
        return move

    def values(self, line, currency):
        price = line["cents"] if currency == "JPY" else line["cents"] / 100
        shares = {
            str(self.analytic[code]): share for code, share in line["shares"].items()
        }
        values = {
            "price_unit": -price if line["negative"] else price,
            "quantity": line["quantity"],
            "discount": line["discount"],
            "tax_ids": [Command.set([self.taxes[name].id for name in line["taxes"]])],
            "analytic_distribution": shares,
        }
        if line["other_account"]:
            values["account_id"] = self.other.id
        return values

    @settings(
        max_examples=20,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(DOCUMENTS, min_size=1, max_size=4))
    def test_what_is_stored_adds_up_to_the_document(self, documents):
        moves = [move for move in map(self.make, documents) if move]
        self.sync()
        stored = defaultdict(list)
        for name in ("ARINVOICE", "ARADJUSTMENT"):
            for line in self.intacct.rows(f"{name}ITEM"):
                stored[name, line["RECORDKEY"]].append(line)
            for row in self.intacct.rows(name):
                stored[name, row["RECORDID"]] = row
        for move in moves:
            self.check(move, stored)

    def check(self, move, stored):
        credit = move.move_type == "out_refund"
        name = "ARADJUSTMENT" if credit else "ARINVOICE"
        row = stored[name, move.name]
        lines = stored[name, row["RECORDNO"]]
        digits = Decimal("0.01")
        total = Decimal(str(move.amount_total)).quantize(digits) * (-1 if credit else 1)
        self.assertEqual(sum(Decimal(line["TRX_AMOUNT"]) for line in lines), total)
        self.assertEqual(Decimal(row["TRX_TOTALENTERED"]), total)
        self.assertEqual(Decimal(row["TRX_TOTALDUE"]), total)
        base = Decimal(str(move.amount_total_signed)).quantize(digits)
        self.assertLessEqual(
            abs(Decimal(row["TOTALENTERED"]) - base), digits * len(lines)
        )
        for tax, account in TAXES.items():
            ours = -sum(
                item.amount_currency
                for item in move.line_ids
                if item.tax_line_id == self.taxes[tax]
            )
            theirs = sum(
                float(line["TRX_AMOUNT"])
                for line in lines
                if line["ACCOUNTNO"] == account
            )
            self.assertAlmostEqual(theirs, ours, places=2)
        self.assertEqual(move.intacct_status, "in")
