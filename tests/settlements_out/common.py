"""Whatever settles a receivable in Odoo reaches Intacct once: the base of its tests."""

from odoo.fields import Command

from tests.flows.common import SimulatorCase

DAY = "2026-10-18"
# What a sync must leave alone when there is nothing to do.
LEDGER_TABLES = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "account_payment",
    "intacct_allocation",
    "intacct_operation",
)
WRITTEN = ("create", "create_invoice", "create_aradjustment", "apply_arpayment")


class SettlementCase(SimulatorCase):
    """A connection that exports from 2026-10-01 on, with a customer C1 on both
    sides, and both ledgers compared after every sync."""

    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.backend.write(
            {
                "export_start_date": "2026-10-01",
                "send_delay": 0,
                "advance_reference_id": self.reference("account", "2400").id,
                "refund_reference_id": self.reference("account", "4900").id,
            }
        )
        self.import_all()
        self.customer_partner = self.env["res.partner"].search(
            [("intacct_binding_ids.number", "=", "C1")]
        )
        self.bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )

    # ------------------------------------------------------------------
    # What people do in Odoo
    # ------------------------------------------------------------------
    def sold(self, amount=100, day="2026-10-05", **values):
        """A posted invoice of Odoo's own."""
        values = {"invoice_date": day, "invoice_date_due": day, **values}
        return self.own_invoice(
            self.customer_partner, amount, invoice_payment_term_id=False, **values
        )

    def credited(self, amount=30, day="2026-10-10", **values):
        """A posted credit note of Odoo's own."""
        return self.sold(amount, day, move_type="out_refund", **values)

    def pay(self, moves, amount=None, day=DAY, group=True, **values):
        """Registers a payment on documents."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create(
                {
                    "payment_date": day,
                    "group_payment": group,
                    **({"amount": amount} if amount else {}),
                    **values,
                }
            )
        )
        return wizard._create_payments()

    def payment(self, amount, day=DAY, **values):
        """A posted payment that pays no document."""
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.customer_partner.id,
                "partner_type": "customer",
                "payment_type": "inbound",
                "amount": amount,
                "date": day,
                "journal_id": self.bank.id,
                **values,
            }
        )
        payment.action_post()
        return payment

    def without_entry(self, amount, *documents, kind="inbound"):
        """A posted payment without journal entry, entered for documents."""
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.customer_partner.id,
                "partner_type": "customer",
                "payment_type": kind,
                "amount": amount,
                "date": DAY,
                "journal_id": self.bank.id,
                "invoice_ids": [Command.link(document.id) for document in documents],
            }
        )
        payment.outstanding_account_id = False
        payment.action_post()
        self.assertFalse(payment.move_id)
        return payment

    def receivable(self, *records):
        """The open receivable lines of some entries."""
        lines = self.env["account.move.line"]
        for record in records:
            move = record.move_id if record._name == "account.payment" else record
            lines |= move.line_ids
        return lines.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )

    def reconcile(self, *records):
        self.receivable(*records).reconcile()

    def account(self, code, kind, name="Account"):
        return self.env["account.account"].create(
            {"code": code, "name": name, "account_type": kind}
        )

    def map(self, source, record, kind, code, **values):
        field = {
            "account": "account_id",
            "journal": "journal_id",
            "method": "payment_method_line_id",
            "tax": "tax_id",
        }[source]
        return self.env["intacct.mapping"].create(
            {
                "backend_id": self.backend.id,
                "source": source,
                field: record.id,
                **({"reference_id": self.reference(kind, code).id} if code else {}),
                **values,
            }
        )

    def entry(self, *lines, day=DAY, journal=None):
        """A posted manual entry.

        :param lines: (account, balance) or (account, balance, partner)
        """
        journal = journal or self.env["account.journal"].search(
            [
                ("type", "=", "general"),
                ("company_id", "=", self.company.id),
                ("intacct_backend_id", "=", False),
            ],
            limit=1,
        )
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "journal_id": journal.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "balance": balance,
                            "partner_id": (partner or [self.customer_partner])[0].id,
                            "name": "Entry",
                        }
                    )
                    for account, balance, *partner in lines
                ],
            }
        )
        move.action_post()
        return move

    def bank_line(self, amount, *invoices, day=DAY, extra=()):
        """A statement line, reconciled with documents.

        :param extra: further counterparts, (account, balance) pairs
        """
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": day,
                "amount": amount,
                "payment_ref": "Transfer",
                "partner_id": self.customer_partner.id,
            }
        )
        move = line.move_id
        _liquidity, suspense, _other = line._seek_for_lines()
        values = [
            {
                "account_id": self.receivable_account.id,
                "balance": -value,
                "partner_id": invoice.partner_id.id,
                "name": invoice.name,
            }
            for invoice, value in invoices
        ] + [
            {"account_id": account.id, "balance": balance, "name": "Other"}
            for account, balance in extra
        ]
        rest = -amount - sum(value["balance"] for value in values)
        commands = [(1, suspense.id, values[0])]
        commands += [(0, 0, value) for value in values[1:]]
        if rest:
            commands.append(
                (
                    0,
                    0,
                    {
                        "account_id": self.bank.suspense_account_id.id,
                        "balance": rest,
                        "name": "Rest",
                    },
                )
            )
        move.with_context(force_delete=True, skip_readonly_check=True).write(
            {"line_ids": commands}
        )
        for invoice, _value in invoices:
            mine = move.line_ids.filtered(
                lambda item, name=invoice.name: item.name == name
                and item.account_type == "asset_receivable"
            )
            (mine | self.receivable(invoice)).reconcile()
        return move

    @property
    def receivable_account(self):
        return self.customer_partner.property_account_receivable_id

    # ------------------------------------------------------------------
    # Both ledgers
    # ------------------------------------------------------------------
    def sync(self, state="done", **arguments):
        """A run, after which both books hold; then another one that does nothing."""
        run = super().sync(state, **arguments)
        self.assert_books()
        return run

    def sync_twice(self, state="done"):
        """A second run finds nothing to do: nothing is sent, booked or brought back
        as if it were somebody else's."""
        run = self.sync(state)
        before = self.rows_of(*LEDGER_TABLES)
        requests = len(self.written())
        self.sync(state)
        after = self.rows_of(*LEDGER_TABLES)
        for table in LEDGER_TABLES:
            self.assertEqual(before[table], after[table], table)
        self.assertEqual(len(self.written()), requests)
        return run

    def written(self):
        """The writing functions that Intacct got from us."""
        return [
            function
            for request in self.intacct.requests()
            for function in request["functions"]
            if any(str(function).startswith(name) for name in WRITTEN)
        ]

    def assert_books(self):
        books = self.intacct.simulator.admin("books")
        self.assertEqual(books["proof"], "ok", books["differences"])

    def there(self, move):
        """RECORDNO of a document in Intacct, with its object."""
        binding = move.intacct_binding_ids.filtered(
            lambda binding: binding.intacct_object in ("ARINVOICE", "ARADJUSTMENT")
        )
        self.assertEqual(len(binding), 1, f"{move.name} is not in Intacct")
        return binding.recordno, binding.intacct_object

    def assert_agree(self, *moves, open_amounts=None):
        """Both ledgers have the same open on documents, and no difference shows.

        :param list open_amounts: what it must be, document by document
        """
        for index, move in enumerate(moves):
            due = float(abs(self.intacct.due(*self.there(move))))
            self.assertAlmostEqual(move.amount_residual, due, 4, move.name)
            if open_amounts is not None:
                self.assertAlmostEqual(due, open_amounts[index], 4, move.name)
            self.assertNotEqual(
                move.intacct_status, "difference", move.intacct_difference
            )

    def operations(self, record, *actions):
        """Operations of a record, those that were given up left out."""
        return record.intacct_operation_ids.filtered(
            lambda operation: operation.state != "superseded"
            and (not actions or operation.action in actions)
        )

    def receipts(self):
        """All receipts in Intacct, details included."""
        return self.intacct.rows("ARPYMT")

    def receipt(self, record):
        """The one ARPYMT of a payment or entry that is money."""
        (operation,) = self.operations(record, "payment")
        self.assertEqual(operation.state, "done", operation.message)
        return self.intacct.one("ARPYMT", RECORDNO=operation.recordno)

    def waiting(self, record):
        """The one open event of an Odoo record."""
        return self.open_event(str(record.id), record._name)
