"""The two companies of a chaos run, set up by a seed."""

from dataclasses import dataclass, field

from dev.lib.demo import sign_in
from dev.lib.demo_odoo import Connection, use_currencies

RATES = {"EUR": "1.25", "JPY": "0.01"}
START = "2026-11-01"


@dataclass
class Company:
    """What people and the comparison need to know of it.

    :ivar dict switches: how the simulator was set
    :ivar dict journals: where money of a currency is received, by its code
    :ivar list partners: customers of Odoo that documents are made for
    """

    connection: Connection
    switches: dict
    labels: bool
    ours: bool
    tax: int
    currencies: dict
    journals: dict
    clerks_customers: list
    partners: list = field(default_factory=list)


def choose_switches(draw):
    """Switches of the simulator: how the company is configured, and what nobody
    knows."""
    sequence = draw.random() < 0.3
    numbering = "sequence" if sequence else "manual"
    return {
        "account_labels": draw.random() < 0.3,
        "invoice_numbering": numbering,
        "adjustment_numbering": numbering,
        "payment_numbering": draw.choice(("none", "sequence")),
        "approvals": draw.choice(([], [], ["ARINVOICE"])),
        "auto_apply_inline": draw.random() < 0.7,
        "control_id_hours": draw.choice((24, 24, 1)),
        "failed_frees_control_id": draw.random() < 0.5,
        "support_ids": draw.random() < 0.5,
        "reverse_returns": draw.choice(("none", "counter", "original")),
        "reversal_rows": draw.choice(("counter", "void")),
        "random_seed": draw.randrange(1, 1000),
        "rollback": draw.choice(("culprit", "all_aborted")),
    }


def books(labels):
    """Sections that the simulator's empty company needs besides."""
    return {
        "COMPANY": {"CURRENCIES": sorted(RATES)},
        "EXCHANGERATE": [
            {"FROM": code, "DATE": "01/01/2026", "RATE": rate}
            for code, rate in RATES.items()
        ],
        "GLACCOUNT": [
            {"ACCOUNTNO": number, "TITLE": number, "ACCOUNTTYPE": "balancesheet"}
            for number in ("1010", "1020", "2300")
        ],
        "CHECKINGACCOUNT": [
            {
                "BANKACCOUNTID": bank,
                "BANKNAME": bank,
                "GLACCOUNTNO": account,
                "CURRENCY": currency,
            }
            for bank, account, currency in (
                ("BOE", "1010", "EUR"),
                ("BOJ", "1020", "JPY"),
            )
        ],
        "CUSTOMER": [
            {"CUSTOMERID": f"K{number}", "NAME": f"Clerk's {number}"}
            for number in range(1, 4)
        ],
        "ARACCOUNTLABEL": [
            {"ACCOUNTLABEL": label, "DESCRIPTION": label, "GLACCOUNTNO": account}
            for label, account in (
                ("Sales", "4000"),
                ("Tax", "2200"),
                ("Advances", "2400"),
                ("Discounts", "4900"),
                ("Refunds", "2300"),
            )
        ]
        if labels
        else [],
    }


def set_up(call, intacct, draw):
    """Both companies, connected and mapped, exporting from START on.

    :rtype: Company
    """
    switches = choose_switches(draw)
    labels = switches["account_labels"]
    intacct.admin("load", books(labels))
    intacct.admin("settings", switches)
    use_currencies(call, {code: [("2026-01-01", rate)] for code, rate in RATES.items()})
    _may_reverse(call)
    connection = Connection.create(call, name="Chaos", **sign_in())
    connection.act("action_connect")
    ours = switches["invoice_numbering"] == "manual"
    kind = "label" if labels else "account"
    call(
        "intacct.backend",
        "write",
        [
            [connection.id],
            {
                "line_target": kind,
                "number_rule": "ours" if ours else "intacct",
                "export_start_date": START,
                "send_delay": 0,
                "advance_hours": 0,
            },
        ],
    )
    connection.choose(
        item_reference_id=(kind, "Sales" if labels else "4000"),
        undeposited_reference_id=("account", "1050"),
        advance_reference_id=(kind, "Advances" if labels else "2400"),
    )
    (tax,) = call(
        "account.tax",
        "create",
        [[{"name": "Chaos 7%", "amount": 7, "type_tax_use": "sale"}]],
    )
    currencies = call(
        "res.currency", "search_read", [[("name", "in", ["USD", *RATES])], ["name"]]
    )
    company = Company(
        connection,
        switches,
        labels,
        ours,
        tax,
        {row["name"]: row["id"] for row in currencies},
        {},
        [f"K{number}" for number in range(1, 4)],
    )
    _map(call, company, "tax", tax, (kind, "Tax" if labels else "2200"))
    (euros,) = call(
        "account.journal",
        "create",
        [
            [
                {
                    "name": "Bank EUR",
                    "code": "BEUR",
                    "type": "bank",
                    "currency_id": company.currencies["EUR"],
                }
            ]
        ],
    )
    _map(call, company, "journal", euros, ("bank", "BOE"))
    company.journals["EUR"] = euros
    return company


def _may_reverse(call):
    """Whoever acts here has the right to take back what is in Intacct."""
    domain = [("model", "=", "res.groups"), ("module", "=", "intacct_connector")]
    groups = call(
        "ir.model.data",
        "search_read",
        [[*domain, ("name", "=", "group_intacct_reverse")], ["res_id"]],
    )
    (user,) = call("res.users", "search", [[("login", "=", "admin")]])
    values = {"group_ids": [(4, group["res_id"]) for group in groups]}
    call("res.users", "write", [[user], values])


def _map(call, company, source, record, item):
    kind, code = item
    domain = [
        ("backend_id", "=", company.connection.id),
        ("kind", "=", kind),
        ("code", "=", code),
    ]
    (reference,) = call("intacct.reference", "search", [domain])
    values = {
        "backend_id": company.connection.id,
        "source": source,
        f"{source}_id": record,
        "reference_id": reference,
    }
    call("intacct.mapping", "create", [[values]])
