"""What people of the demo company sell and receive in Odoo, and where it must be
found in Intacct after the next sync."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

EXPORT_MAPPING = {
    "advance_reference_id": ("account", "2400"),
    "refund_reference_id": ("account", "2410"),
}
PRICES = (1250, 480.50)
DOWN_PAYMENT = 500


@dataclass(frozen=True)
class Sold:
    """What was booked in Odoo.

    :ivar str number: of the invoice that Odoo made
    :ivar str settled: RECORDNO of the imported invoice that was paid in Odoo
    :ivar dict receipts: what was received, by the name of the payment
    """

    number: str
    total: Decimal
    settled: str
    receipts: dict

    @property
    def open(self):
        """What is left of Odoo's own invoice."""
        return self.total - Decimal(DOWN_PAYMENT)


def sell_and_receive(connection, theirs):
    """An invoice of Odoo's own with a down payment, and an imported one of the same
    customer that is paid; both leave with the next sync.

    :param Connection connection: after its first sync
    :param list[OpenItem] theirs: Intacct's open items
    :rtype: Sold
    """
    today = date.today().isoformat()
    values = {"export_start_date": today, "send_delay": 0}
    connection.call("intacct.backend", "write", [[connection.id], values])
    connection.choose(**EXPORT_MAPPING)
    recordno, imported = _to_be_paid(connection, theirs)
    invoice = _sell(connection.call, imported["partner_id"][0], today)
    receipts = {
        **_receive(connection.call, invoice["id"], today, amount=DOWN_PAYMENT),
        **_receive(connection.call, imported["id"], today),
    }
    total = Decimal(repr(invoice["amount_total"]))
    return Sold(invoice["name"], total, recordno, receipts)


def _to_be_paid(connection, theirs):
    """The youngest imported invoice that nobody has paid yet, in the base currency.

    :return: its RECORDNO and what Odoo has of it
    """
    base = connection.read("base_currency")["base_currency"]
    open_now = {
        item.recordno
        for item in theirs
        if item.object == "ARINVOICE"
        and item.currency == base
        and item.total == item.due > 0
    }
    bindings = connection.call(
        "intacct.binding",
        "search_read",
        [
            [("backend_id", "=", connection.id), ("intacct_object", "=", "ARINVOICE")],
            ["recordno", "move_id"],
        ],
    )
    keys = {
        row["move_id"][0]: row["recordno"]
        for row in bindings
        if row["recordno"] in open_now
    }
    names = ["name", "partner_id"]
    (move,) = connection.call(
        "account.move",
        "search_read",
        [[("id", "in", list(keys)), ("payment_state", "=", "not_paid")], names],
        {"limit": 1, "order": "date desc, id"},
    )
    return keys[move["id"]], move


def _sell(call, partner, today):
    lines = [
        {"name": name, "price_unit": price, "tax_ids": [(5,)]}
        for name, price in zip(("Spectrometer rental", "Probes"), PRICES, strict=True)
    ]
    values = {
        "move_type": "out_invoice",
        "partner_id": partner,
        "invoice_date": today,
        "invoice_line_ids": [(0, 0, line) for line in lines],
    }
    (move,) = call("account.move", "create", [[values]])
    call("account.move", "action_post", [[move]])
    (invoice,) = call("account.move", "read", [[move], ["name", "amount_total"]])
    return invoice


def _receive(call, move, today, **values):
    """Registers a payment, as a person does.

    :return: its amount by its name
    """
    context = {"active_model": "account.move", "active_ids": [move]}
    wizard = call(
        "account.payment.register",
        "create",
        [{"payment_date": today, **values}],
        {"context": context},
    )
    action = call(
        "account.payment.register",
        "action_create_payments",
        [[wizard]],
        {"context": context},
    )
    names = ["name", "amount"]
    (payment,) = call("account.payment", "read", [[action["res_id"]], names])
    return {payment["name"]: Decimal(repr(payment["amount"]))}


def compare_exports(sold, simulator):
    """Invoice and receipts are in Intacct once and as they were sent; the paid
    invoice is closed there.

    :param Sold sold: what was booked
    :param Simulator simulator: running
    """
    own = _rows(simulator, "ARINVOICE", RECORDID=sold.number)
    yield from _compare_invoice(own, sold.number, sold.total, sold.open)
    settled = _rows(simulator, "ARINVOICE", RECORDNO=sold.settled)
    number = settled[0]["RECORDID"]
    total = Decimal(settled[0]["TRX_TOTALENTERED"])
    yield from _compare_invoice(settled, number, total, Decimal())
    payments = _rows(simulator, "ARPYMT")
    for name, amount in sold.receipts.items():
        found = [row for row in payments if name in (row["DESCRIPTION"] or "").split()]
        amounts = [Decimal(row["TRX_TOTALENTERED"]) for row in found]
        if amounts != [amount]:
            yield f"{name} of {amount} is {amounts} in Intacct"


def _rows(simulator, name, **values):
    """The records of an object with these values, as Intacct shows them."""
    return [
        row
        for row in simulator.admin(f"objects/{name}")
        if all(row[field] == value for field, value in values.items())
    ]


def _compare_invoice(found, number, total, due):
    if len(found) != 1:
        yield f"{number} is {len(found)} times in Intacct"
        return
    for name, expected in (("TRX_TOTALENTERED", total), ("TRX_TOTALDUE", due)):
        if Decimal(found[0][name]) != expected:
            yield f"{number}: {name} is {found[0][name]} in Intacct, not {expected}"
