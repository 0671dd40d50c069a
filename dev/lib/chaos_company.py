"""The two companies of a chaos run, set up by a seed."""

from dataclasses import dataclass, field

from dev.lib.demo import sign_in
from dev.lib.demo_odoo import Connection, use_currencies

RATES = {"EUR": "1.25", "JPY": "0.01"}
START = "2026-11-01"
# What lines are booked on: a label and the GL account behind it.
SALES, TAX, ADVANCES = ("Sales", "4000"), ("Tax", "2200"), ("Advances", "2400")
DISCOUNTS = ("Discounts", "4900")
PRODUCT_ACCOUNTS = (("Services", "4100"), ("Goods", "4200"))
DEPARTMENTS = ("D1", "D2")
CLASSES = ("C1", "C2")
UNDEPOSITED = "1050"
BANKS = {"EUR": ("BOE", "1010"), "JPY": ("BOJ", "1020")}
CLERKS_CUSTOMERS = ("K1", "K2", "K3")


@dataclass
class Company:
    """What people and the comparison need to know of it.

    :ivar dict switches: how the simulator was set
    :ivar bool labels: lines name account labels instead of GL accounts
    :ivar bool ours: documents bear Odoo's number in Intacct
    :ivar int tax: id of the tax that lines may have
    :ivar int discounts: id of the account that write-offs are booked on
    :ivar dict currencies: ids by code
    :ivar dict journals: where money of a currency is received, by its code
    :ivar list products: ids, as PRODUCT_ACCOUNTS maps them
    :ivar list analytics: ids of analytic accounts, as DEPARTMENTS and CLASSES map
        them
    """

    connection: Connection
    switches: dict
    labels: bool
    ours: bool
    tax: int = 0
    discounts: int = 0
    currencies: dict = field(default_factory=dict)
    journals: dict = field(default_factory=dict)
    products: list = field(default_factory=list)
    analytics: list = field(default_factory=list)

    @property
    def line_kind(self):
        """What a line names: a value of intacct.reference.kind."""
        return "label" if self.labels else "account"

    def code(self, names):
        """What lines name of a pair of label and account."""
        label, account = names
        return label if self.labels else account


def books(labels):
    """Sections that the simulator's empty company needs besides."""
    everything = (SALES, TAX, ADVANCES, DISCOUNTS, *PRODUCT_ACCOUNTS)
    return {
        "COMPANY": {"CURRENCIES": sorted(RATES)},
        "EXCHANGERATE": [
            {"FROM": code, "DATE": "01/01/2026", "RATE": rate}
            for code, rate in RATES.items()
        ],
        "GLACCOUNT": [
            {"ACCOUNTNO": number, "TITLE": number, "ACCOUNTTYPE": kind}
            for number, kind in (
                *((account, "balancesheet") for _bank, account in BANKS.values()),
                *((account, "incomestatement") for _label, account in PRODUCT_ACCOUNTS),
            )
        ],
        "DEPARTMENT": [{"DEPARTMENTID": code, "TITLE": code} for code in DEPARTMENTS],
        "CLASS": [{"CLASSID": code, "NAME": code} for code in CLASSES],
        "CHECKINGACCOUNT": [
            {
                "BANKACCOUNTID": bank,
                "BANKNAME": bank,
                "GLACCOUNTNO": account,
                "CURRENCY": currency,
            }
            for currency, (bank, account) in BANKS.items()
        ],
        "CUSTOMER": [
            {"CUSTOMERID": code, "NAME": f"Clerk's {code}"} for code in CLERKS_CUSTOMERS
        ],
        "ARACCOUNTLABEL": [
            {"ACCOUNTLABEL": label, "DESCRIPTION": label, "GLACCOUNTNO": account}
            for label, account in everything
        ]
        if labels
        else [],
    }


def set_up(call, intacct, switches):
    """Both companies, connected and mapped, exporting from START on.

    :param dict switches: of the simulator
    :rtype: Company
    """
    labels = switches["account_labels"]
    intacct.admin("load", books(labels))
    intacct.admin("settings", switches)
    use_currencies(call, {code: [("2026-01-01", rate)] for code, rate in RATES.items()})
    _allow(call)
    connection = Connection.create(call, name="Chaos", **sign_in())
    connection.act("action_connect")
    ours = switches["invoice_numbering"] == "manual"
    company = Company(connection, switches, labels, ours)
    values = {
        "line_target": company.line_kind,
        "number_rule": "ours" if ours else "intacct",
        "export_start_date": START,
        "send_delay": 0,
        "advance_hours": 0,
    }
    call("intacct.backend", "write", [[connection.id], values])
    connection.choose(
        item_reference_id=(company.line_kind, company.code(SALES)),
        undeposited_reference_id=("account", UNDEPOSITED),
        advance_reference_id=(company.line_kind, company.code(ADVANCES)),
    )
    Masters(call, company).make()
    return company


class Masters:
    """What Odoo has besides documents, mapped to Intacct's."""

    def __init__(self, call, company):
        self.call = call
        self.company = company

    def make(self):
        company, kind = self.company, self.company.line_kind
        found = self.call(
            "res.currency", "search_read", [[("name", "in", ["USD", *RATES])], ["name"]]
        )
        company.currencies = {row["name"]: row["id"] for row in found}
        company.tax = self._create(
            "account.tax", name="Chaos 7%", amount=7, type_tax_use="sale"
        )
        self._map("tax", company.tax, kind, company.code(TAX))
        company.discounts = self._create(
            "account.account",
            name="Discounts",
            code="499900",
            account_type="income_other",
        )
        self._map("account", company.discounts, kind, company.code(DISCOUNTS))
        for currency, (bank, _account) in BANKS.items():
            journal = self._create(
                "account.journal",
                name=f"Bank {currency}",
                code=f"B{currency}",
                type="bank",
                currency_id=company.currencies[currency],
            )
            self._map("journal", journal, "bank", bank)
            company.journals[currency] = journal
        for names in PRODUCT_ACCOUNTS:
            product = self._create("product.product", name=names[0], type="service")
            self._map("product", product, kind, company.code(names))
            company.products.append(product)
        plan = self._create("account.analytic.plan", name="Chaos")
        for codes in zip(DEPARTMENTS, CLASSES, strict=True):
            analytic = self._create(
                "account.analytic.account", name=codes[0], plan_id=plan
            )
            for dimension, code in zip(("department", "class"), codes, strict=True):
                self._map("analytic", analytic, dimension, code)
            company.analytics.append(analytic)

    def _create(self, model, **values):
        (record,) = self.call(model, "create", [[values]])
        return record

    def _map(self, source, record, kind, code):
        backend = self.company.connection.id
        domain = [
            ("backend_id", "=", backend),
            ("kind", "=", kind),
            ("code", "=", code),
        ]
        (reference,) = self.call("intacct.reference", "search", [domain])
        self._create(
            "intacct.mapping",
            backend_id=backend,
            source=source,
            reference_id=reference,
            **{f"{source}_id": record},
        )


def _allow(call):
    """Whoever acts here has the right to take back what is in Intacct, and to use
    analytic accounts."""
    names = ("group_intacct_reverse", "group_analytic_accounting")
    domain = [("model", "=", "res.groups"), ("name", "in", names)]
    groups = call("ir.model.data", "search_read", [domain, ["res_id"]])
    (user,) = call("res.users", "search", [[("login", "=", "admin")]])
    values = {"group_ids": [(4, group["res_id"]) for group in groups]}
    call("res.users", "write", [[user], values])
