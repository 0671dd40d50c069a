"""The ways into Odoo that the import is measured against.

Each takes ``env``, rows as bench_rows.invoices() makes them and the names that
prepare() returned, and leaves posted invoices.
"""

from odoo.fields import Command

from dev.lib import bench_rows

CHUNK = 100
# The web client hands a file over in parts of two thousand lines.
CSV_INVOICES = 2000 // bench_rows.LINES
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
}


def use_euro(env):
    """Activates the euro and gives it its rates."""
    euro = env.ref("base.EUR")
    euro.active = True
    env["res.currency.rate"].create(
        [
            {"currency_id": euro.id, "name": day, "inverse_company_rate": float(rate)}
            for day, rate in bench_rows.euro_rates().items()
        ]
    )


def prepare(env):
    """A journal, an account and the customers.

    :return: the ids by name: ``journal``, ``account``, by currency, by customer
    :rtype: dict[str, int]
    """
    names = {"USD": env.ref("base.USD").id, "EUR": env.ref("base.EUR").id}
    account = env["account.account"].create(
        {"name": "Bench", "code": "101999", "account_type": "asset_current"}
    )
    journal = env["account.journal"].create(
        {"name": "Bench", "code": "BEN", "type": "sale"}
    )
    partners = env["res.partner"].create(
        [{"name": name, "ref": code} for code, name in bench_rows.customers()]
    )
    names |= {partner.ref: partner.id for partner in partners}
    return names | {"journal": journal.id, "account": account.id}


def _values(row, names):
    return {
        "move_type": "out_invoice",
        "journal_id": names["journal"],
        "name": row["number"],
        "partner_id": names[row["customer"]],
        "invoice_date": row["day"],
        "date": row["day"],
        "invoice_date_due": row["due"],
        "currency_id": names[row["currency"]],
        "ref": row["reference"],
        "invoice_line_ids": [
            Command.create(
                {
                    "name": text,
                    "account_id": names["account"],
                    "quantity": 1.0,
                    "price_unit": float(amount),
                    "tax_ids": [],
                }
            )
            for text, amount in row["lines"]
        ],
    }


def create_together(env, rows, names):
    """Posted invoices, made by one create() and one action_post()."""
    moves = env["account.move"].with_context(**QUIET)
    created = moves.create([_values(row, names) for row in rows])
    created.action_post()
    return created


def batch(env, rows, names):
    """A hundred at a time, without tracking."""
    for start in range(0, len(rows), CHUNK):
        create_together(env, rows[start : start + CHUNK], names)
        env.cr.commit()


def one_by_one(env, rows, names):
    """What a simple script does."""
    for row in rows:
        env["account.move"].create(_values(row, names)).action_post()
        env.cr.commit()


CSV_FIELDS = [
    "name",
    "move_type",
    "journal_id/.id",
    "partner_id/.id",
    "invoice_date",
    "date",
    "invoice_date_due",
    "currency_id/.id",
    "ref",
    "invoice_line_ids/name",
    "invoice_line_ids/account_id/.id",
    "invoice_line_ids/quantity",
    "invoice_line_ids/price_unit",
    "invoice_line_ids/tax_ids",
]


def _csv_lines(row, names):
    head = [
        row["number"],
        "out_invoice",
        str(names["journal"]),
        str(names[row["customer"]]),
        row["day"],
        row["day"],
        row["due"],
        str(names[row["currency"]]),
        row["reference"],
    ]
    for text, amount in row["lines"]:
        yield [*head, text, str(names["account"]), "1", amount, ""]
        head = [""] * len(head)


def csv(env, rows, names):
    """The import of a file, as the web client does it, then action_post()."""
    moves = env["account.move"].with_context(**QUIET, import_file=True)
    for start in range(0, len(rows), CSV_INVOICES):
        part = rows[start : start + CSV_INVOICES]
        lines = [line for row in part for line in _csv_lines(row, names)]
        result = moves.load(CSV_FIELDS, lines)
        if not result["ids"]:
            raise ValueError(f"the file was refused: {result['messages'][:3]}")
        env.cr.commit()
        for at in range(0, len(part), CHUNK):
            ids = result["ids"][at : at + CHUNK]
            moves.browse(ids).action_post()
            env.cr.commit()


PEERS = {"batch": batch, "csv": csv, "single": one_by_one}
