"""An imported invoice is what Odoo's own create() and action_post() would make."""

from odoo.tests import tagged

from dev.lib import bench_peers, bench_rows
from tests.flows.common import SimulatorCase

FIRST_KEY = 5001
# Who made a record, where it is kept, and what names the record itself.
OWN = {
    "id",
    "create_uid",
    "create_date",
    "write_uid",
    "write_date",
    "journal_id",
    "move_id",
    "access_token",
}
# Intacct rounds the base amount of each line, Odoo spreads that of the invoice: an
# imported document keeps Intacct's, and the rate that follows from them.
BASE = {
    "amount_untaxed_signed": 0.02,
    "amount_total_signed": 0.02,
    "amount_residual_signed": 0.02,
    "balance": 0.02,
    "debit": 0.02,
    "credit": 0.02,
    "amount_residual": 0.02,
    "invoice_currency_rate": 0.001,
    "currency_rate": 0.001,
}


@tagged("post_install", "-at_install")
class TestSameAsBatch(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.rows = bench_rows.invoices(30)
        bench_peers.use_euro(self.env)
        self.intacct.load(**bench_rows.company_load())
        self.intacct.load(**bench_rows.invoice_load(self.rows, FIRST_KEY))

    def imported(self):
        self.sync()
        keys = [str(FIRST_KEY + place) for place in range(len(self.rows))]
        return self.env["account.move"].union(*map(self.move, keys))

    def batch(self, like):
        """The same rows, with the same accounts and customers."""
        names = {partner.ref: partner.id for partner in like.partner_id}
        names |= {currency.name: currency.id for currency in like.currency_id}
        names["account"] = self.backend.clearing_account_id.id
        names["journal"] = like.journal_id.copy({"code": "SAME"}).id
        return bench_peers.create_together(self.env, self.rows, names)

    def values(self, record):
        """All that is stored of it, except OWN and what only the connector knows."""
        values = {}
        for name, field in record._fields.items():
            own = name in OWN or name.startswith("intacct_")
            # Lines are compared by themselves.
            if own or not field.store or field.type == "one2many":
                continue
            value = record[name]
            values[name] = value.ids if field.relational else value
        return values

    def differences(self, ours, theirs):
        """Where two records differ: by field, the imported and the other value."""
        same_currency = ours.currency_id == ours.company_id.currency_id
        allowed = {} if same_currency else BASE
        ours, theirs = self.values(ours), self.values(theirs)
        found = {}
        for name, value in ours.items():
            other = theirs[name]
            near = name in allowed and abs(value - other) < allowed[name]
            if value != other and not near:
                found[name] = value, other
        return found

    def test_every_field_of_invoices_and_lines(self):
        imported = self.imported()
        batch = self.batch(imported)
        self.env.invalidate_all()
        self.assertEqual(imported.mapped("name"), [row["number"] for row in self.rows])
        found = {}
        for ours, theirs in zip(imported, batch, strict=True):
            found |= self.differences(ours, theirs)
            our_lines, their_lines = ours.line_ids, theirs.line_ids
            for our_line, their_line in zip(
                our_lines.sorted("id"), their_lines.sorted("id"), strict=True
            ):
                found |= self.differences(our_line, their_line)
        self.assertFalse(found, "imported, made in a batch")
