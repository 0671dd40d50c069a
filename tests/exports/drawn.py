"""Documents as hypothesis draws them, and how they are made in Odoo."""

from decimal import Decimal

from hypothesis import strategies as st
from odoo.fields import Command

# Percent or amount, and further values of a tax.
TAXES = {
    "ten": (10, {}),
    "none": (0, {}),
    "on_analytic": (7.25, {"analytic": True}),
    "included": (19, {"price_include_override": "tax_included"}),
    "division": (
        15,
        {"price_include_override": "tax_included", "amount_type": "division"},
    ),
    "fixed": (0.35, {"amount_type": "fixed"}),
    "base_of_next": (5, {"include_base_amount": True, "sequence": 0}),
    "withheld": (-3, {}),
    "two_accounts": (12, {}),
}
# A tax that is made of others.
GROUP = {"first": (4, {}), "second": (3, {})}
SINGLE_TAXES = (*TAXES, *GROUP)
# Percent by the analytic accounts of a row; D and K are the two plans.
SHARES = (
    {},
    {"D1": 100},
    {"D1": 33.33, "D2": 33.33, "D3": 33.33},
    {"D1": 16.67, "D2": 16.67, "D3": 66.67},
    {"D2": 12.5},
    {"D1": 80, "D2": 40},
    {"D1": 50, "D2": 50, "K1": 100},
    {"D1": 33.33, "D2": 33.33, "D3": 33.33, "K1": 33.33, "K2": 66.67},
    {"D1,K1": 70, "D2,K2": 30},
    {"D1,K1": 60, "D2": 40, "K2": 40},
)
DECIMALS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}
LINES = st.fixed_dictionaries(
    {
        # The price in the smallest unit of the currency.
        "units": st.integers(1, 99_999_99),
        "quantity": st.sampled_from(["1", "2", "3", "7", "0.33", "12.75"]),
        "discount": st.sampled_from([0, 0, 5, 12.5, 33.33, 99.99]),
        "negative": st.sampled_from([False, False, False, True]),
        "taxes": st.lists(
            st.sampled_from([*TAXES, "group"]), max_size=2, unique=True
        ).map(sorted),
        "shares": st.sampled_from(SHARES),
        "other_account": st.booleans(),
    }
)
DOCUMENTS = st.fixed_dictionaries(
    {
        "currency": st.sampled_from(["USD", "USD", "EUR", "EUR", "JPY", "JPY", "KWD"]),
        "rate": st.sampled_from([None, 0.8137, 1.0931]),
        "credit": st.booleans(),
        "rounding": st.sampled_from([None, "add_invoice_line", "biggest_tax"]),
        "discount": st.sampled_from([0, 0, 10, 33.33]),
        "lines": st.lists(LINES, min_size=1, max_size=4),
    }
)
BATCHES = st.fixed_dictionaries(
    {
        "tax_rounding": st.sampled_from(["round_per_line", "round_globally"]),
        "discount_account": st.booleans(),
        "documents": st.lists(DOCUMENTS, min_size=4, max_size=8),
    }
)


def price(line, currency):
    """The price of one piece, as people write it.

    :rtype: Decimal
    """
    sign = -1 if line["negative"] else 1
    return sign * Decimal(line["units"]).scaleb(-DECIMALS[currency])


def memo(number, line, currency):
    """What is to be read on the line in Intacct, where Odoo has quantity and price."""
    if line["quantity"] == "1":
        return f"Line {number}"
    each = f"{price(line, currency).normalize():f}"
    return f"Line {number} ({line['quantity']} × {each})"


class Maker:
    """Makes drawn documents in Odoo.

    :param case: the ExportCase
    """

    def __init__(self, case):
        self.case = case
        self.env = case.env
        for currency in DECIMALS:
            self.env.ref(f"base.{currency}").active = True
        self.taxes = self._make_taxes()
        self.other = self._account("Other", "400777")
        self.discounts = self._account("Discounts", "400778")
        self.roundings = {
            (strategy, step): self._rounding(strategy, step)
            for strategy in ("add_invoice_line", "biggest_tax")
            for step in (0.05, 5)
        }
        self.analytic = {
            code: self._analytic(plan, code)
            for plan, codes in (
                (self._plan("Departments"), ("D1", "D2", "D3")),
                (self._plan("Classes"), ("K1", "K2")),
            )
            for code in codes
        }

    def _make_taxes(self):
        made = {
            name: self._tax(name, amount, **values)
            for name, (amount, values) in {**TAXES, **GROUP}.items()
        }
        for lines in (
            made["two_accounts"].invoice_repartition_line_ids,
            made["two_accounts"].refund_repartition_line_ids,
        ):
            tax_line = lines.filtered(lambda part: part.repartition_type == "tax")
            tax_line.factor_percent = 60
            tax_line.copy({"factor_percent": 40})
        made["group"] = self._tax(
            "group",
            0,
            amount_type="group",
            children_tax_ids=[Command.set([made[name].id for name in GROUP])],
        )
        return made

    def _tax(self, name, amount, **values):
        return self.env["account.tax"].create(
            {
                "name": name,
                "amount": amount,
                "type_tax_use": "sale",
                "price_include_override": "tax_excluded",
                "country_id": self.case.company.account_fiscal_country_id.id,
                **values,
            }
        )

    def _account(self, name, code):
        return self.env["account.account"].create(
            {"name": name, "code": code, "account_type": "income"}
        )

    def _rounding(self, strategy, step):
        return self.env["account.cash.rounding"].create(
            {
                "name": f"{strategy} {step}",
                "rounding": step,
                "strategy": strategy,
                "rounding_method": "HALF-UP",
                "profit_account_id": self.other.id,
                "loss_account_id": self.other.id,
            }
        )

    def _plan(self, name):
        return self.env["account.analytic.plan"].create({"name": name})

    def _analytic(self, plan, code):
        return self.env["account.analytic.account"].create(
            {"name": code, "plan_id": plan.id}
        )

    def make(self, document):
        """The posted document, or None where Odoo would not post it."""
        currency = document["currency"]
        values = {"currency_id": self.env.ref(f"base.{currency}").id}
        if document["rounding"]:
            step = 5 if currency == "JPY" else 0.05
            rounding = self.roundings[document["rounding"], step]
            values["invoice_cash_rounding_id"] = rounding.id
        if document["rate"] and currency != "USD":
            pieces = 100 if currency == "JPY" else 1
            values["invoice_currency_rate"] = document["rate"] * pieces
        lines = [*document["lines"], *self._discount_lines(document)]
        move = self.case.draft(
            *(self._line(line, currency) for line in lines),
            credit=document["credit"],
            **values,
        )
        if move.currency_id.compare_amounts(move.amount_total, 0) <= 0:
            move.unlink()
            return None
        move.action_post()
        return move

    def _discount_lines(self, document):
        """The discount on a document as a whole: a line against those of each kind."""
        if not document["discount"]:
            return []
        found = {}
        for line in document["lines"]:
            if not line["negative"]:
                units = line["units"] * document["discount"] / 100
                key = tuple(line["taxes"])
                found[key] = found.get(key, 0) + round(units)
        return [
            {
                "units": units,
                "quantity": "1",
                "discount": 0,
                "negative": True,
                "taxes": taxes,
                "shares": {},
                "other_account": False,
            }
            for taxes, units in found.items()
            if units
        ]

    def _line(self, line, currency):
        shares = {
            ",".join(str(self.analytic[code].id) for code in codes.split(",")): share
            for codes, share in line["shares"].items()
        }
        values = {
            "price_unit": float(price(line, currency)),
            "quantity": float(line["quantity"]),
            "discount": line["discount"],
            "tax_ids": [Command.set([self.taxes[name].id for name in line["taxes"]])],
            "analytic_distribution": shares,
        }
        if line["other_account"]:
            values["account_id"] = self.other.id
        return values
