"""The lines of an imported document are Intacct's: nobody changes them in Odoo, and
everything else works as with any other document."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.account_move_line import LIFT_GUARD
from .model_case import ModelCase

REFUSAL = "was imported from Sage Intacct"


@tagged("post_install", "-at_install")
class TestLineGuard(ModelCase):
    def setUp(self):
        super().setUp()
        self.posted = self.imported("4711")
        self.draft = self.imported("4712", post=False)
        self.people = (
            self.person("invoicing"),
            self.person("manager"),
            self.env.user,
        )

        self.tax = self.env["account.tax"].create({"name": "10 %", "amount": 10.0})
        self.product = self.env["product.product"].create({"name": "Work"})

    def changes(self):
        """Values that would make the line another one than Intacct's."""
        return (
            {"price_unit": 1.0},
            {"quantity": 2.0},
            {"discount": 10.0},
            {"balance": -1.0},
            {"credit": 1.0},
            {"amount_currency": -1.0},
            {"account_id": self.income.id},
            {"tax_ids": [Command.set(self.tax.ids)]},
            {"partner_id": self.partner_b.id},
            {"product_id": self.product.id},
            {"move_id": self.own_invoice().id},
        )

    def refuse(self, person, model, method, *args, **kwargs):
        with self.assertRaisesRegex(UserError, REFUSAL):
            self.remote(person, model, method, *args, **kwargs)

    def test_no_line_can_be_changed_by_anyone(self):
        for move in (self.posted, self.draft):
            line = move.invoice_line_ids
            for person in self.people:
                for values in self.changes():
                    with self.subTest(
                        user=person.login, state=move.state, values=values
                    ):
                        self.refuse(
                            person, "account.move.line", "write", line.ids, values
                        )

    def test_no_line_can_be_changed_through_its_document(self):
        line = self.draft.invoice_line_ids
        for person in self.people:
            for field in ("invoice_line_ids", "line_ids"):
                for command in (
                    Command.update(line.id, {"price_unit": 1.0}),
                    Command.delete(line.id),
                    Command.create({"name": "More", "price_unit": 5.0}),
                ):
                    with self.subTest(user=person.login, field=field, command=command):
                        self.refuse(
                            person,
                            "account.move",
                            "write",
                            self.draft.ids,
                            {field: [command]},
                        )

    def test_no_line_can_be_added_or_deleted(self):
        for move in (self.posted, self.draft):
            for person in self.people:
                with self.subTest(user=person.login, state=move.state):
                    self.refuse(
                        person,
                        "account.move.line",
                        "create",
                        [
                            {
                                "move_id": move.id,
                                "name": "More",
                                "account_id": self.income.id,
                            }
                        ],
                    )
                    # Odoo itself keeps the lines of what is posted.
                    with self.assertRaises(UserError):
                        self.remote(
                            person,
                            "account.move.line",
                            "unlink",
                            move.invoice_line_ids.ids,
                        )

    def test_the_customer_of_a_draft_stays(self):
        for person in self.people:
            self.refuse(
                person,
                "account.move",
                "write",
                self.draft.ids,
                {"partner_id": self.partner_b.id},
            )

    def test_a_key_in_the_context_does_not_lift_it(self):
        line = self.draft.invoice_line_ids
        for forged in (True, 1, "LIFT_GUARD", {}, [], repr(LIFT_GUARD)):
            for person in self.people:
                with self.subTest(user=person.login, forged=forged):
                    self.refuse(
                        person,
                        "account.move.line",
                        "write",
                        line.ids,
                        {"price_unit": 1.0},
                        context={"intacct_guard": forged, "dynamic_unlink": True},
                    )

    def test_the_flag_cannot_be_taken_off_first(self):
        for person in self.people:
            with self.subTest(user=person.login):
                with self.assertRaisesRegex(UserError, "for the connection to say"):
                    self.remote(
                        person,
                        "account.move",
                        "write",
                        self.draft.ids,
                        {"intacct_imported": False},
                    )
                self.assertTrue(self.draft.intacct_imported)

    def test_what_is_decided_with_a_reason_is_not_written_past_it(self):
        """An unlinked document is not guarded, an ignored one stays out."""
        decided = {
            "account.move": {
                "intacct_unlinked": True,
                "intacct_ignored": True,
                "intacct_number": "OTHER-1",
            },
            "account.payment": {"intacct_ignored": True, "intacct_on_account": True},
        }
        payment = self.env["account.payment"].create(
            {"partner_id": self.partner_a.id, "amount": 10.0}
        )
        records = {"account.move": self.draft, "account.payment": payment}
        for person in self.people:
            for model, values in decided.items():
                for field, value in values.items():
                    with self.subTest(user=person.login, model=model, field=field):
                        with self.assertRaisesRegex(AccessError, "reason is kept"):
                            self.remote(
                                person,
                                model,
                                "write",
                                records[model].ids,
                                {field: value},
                            )
                        with self.assertRaisesRegex(AccessError, "reason is kept"):
                            self.remote(person, model, "create", [{field: value}])

    def test_the_connector_changes_them(self):
        line = self.draft.invoice_line_ids._lift_intacct_guard()
        line.write({"name": "Renamed", "account_id": self.income.id})
        self.assertEqual(line.account_id, self.income)

    def test_texts_on_a_line_are_free(self):
        line = self.posted.invoice_line_ids
        self.remote(
            self.person("invoicing"),
            "account.move.line",
            "write",
            line.ids,
            {"name": "What the customer knows it by"},
        )
        self.assertEqual(line.name, "What the customer knows it by")

    def test_documents_made_in_odoo_are_free(self):
        move = self.own_invoice()
        move.button_draft()
        move.invoice_line_ids.price_unit = 70.0
        move.write(
            {
                "invoice_line_ids": [
                    Command.create({"name": "More", "price_unit": 5.0, "tax_ids": []})
                ]
            }
        )
        move.action_post()
        self.assertEqual(move.amount_total, 75.0)


@tagged("post_install", "-at_install")
class TestHeaderChanges(ModelCase):
    """What people change on the document does not change its lines behind their
    back, in a currency with rates of its own."""

    def setUp(self):
        super().setUp()
        self.euro = self.env.ref("base.EUR")
        self.euro.active = True
        self.euro.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            [
                {"currency_id": self.euro.id, "name": day, "rate": rate}
                for day, rate in (("2026-01-01", 0.5), ("2026-12-01", 0.25))
            ]
        )
        # Intacct's rate is not Odoo's, and its rounding neither.
        self.move = self.imported(
            "4711", amount=100.0, base=133.37, currency_id=self.euro.id
        )
        self.clerk = self.move.with_user(self.person("invoicing"))
        self.before = self.image()

    def image(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return [
            (line.id, line.account_id, line.amount_currency, line.balance)
            for line in self.move.line_ids.sorted("id")
        ]

    def test_draft_and_posting_keep_intacct_s_base_amounts(self):
        self.clerk.button_draft()
        self.assertEqual(self.image(), self.before)
        self.clerk.action_post()
        self.assertEqual(self.image(), self.before)
        self.assertEqual(self.move.amount_total_signed, 133.37)

    def test_a_change_of_the_header_is_refused_or_harmless(self):
        self.clerk.button_draft()
        instalments = self.env["account.payment.term"].create(
            {
                "name": "Half now",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50.0}),
                    Command.create(
                        {"value": "percent", "value_amount": 50.0, "nb_days": 30}
                    ),
                ],
            }
        )
        moved = self.env["account.fiscal.position"].create(
            {
                "name": "Elsewhere",
                "account_ids": [
                    Command.create(
                        {
                            "account_src_id": self.backend.clearing_account_id.id,
                            "account_dest_id": self.income.id,
                        }
                    )
                ],
            }
        )
        for values in (
            {"invoice_currency_rate": 2.0},
            {"invoice_date": "2026-12-15"},
            {"date": "2026-12-15"},
            {"invoice_date_due": "2026-12-15"},
            {"invoice_payment_term_id": instalments.id},
            {"fiscal_position_id": moved.id},
            {"currency_id": self.company.currency_id.id},
            {"partner_id": self.partner_b.id},
        ):
            with self.subTest(values=values):
                try:
                    with self.env.cr.savepoint():
                        self.remote(
                            self.clerk.env.user,
                            "account.move",
                            "write",
                            self.move.ids,
                            values,
                        )
                except UserError as refusal:
                    self.assertIn("imported from Sage Intacct", str(refusal))
                self.assertEqual(self.image(), self.before)

    def test_posted_on_another_date_it_is_as_it_was(self):
        self.clerk.button_draft()
        self.clerk.write({"date": "2026-12-15", "invoice_date_due": "2026-12-20"})
        self.clerk.action_post()
        self.assertEqual(self.image(), self.before)

    def test_marks_of_the_connector_are_not_set_by_people(self):
        for person in (self.person("invoicing"), self.person("manager")):
            for field in ("intacct_imported", "intacct_settlement"):
                with self.subTest(user=person.login, field=field):
                    with self.assertRaises(UserError):
                        self.remote(
                            person,
                            "account.move",
                            "create",
                            [{"move_type": "out_invoice", field: True}],
                        )
                    with self.assertRaises(UserError):
                        self.remote(
                            person,
                            "account.move",
                            "write",
                            self.own_invoice().ids,
                            {field: True},
                        )


@tagged("post_install", "-at_install")
class TestImportedDocumentsWork(ModelCase):
    """What a person does every day with an invoice, as an invoicing user."""

    def setUp(self):
        super().setUp()
        self.invoicing = self.person("invoicing")
        self.move = self.imported("4711", amount=100.0)
        self.clerk = self.move.with_user(self.invoicing)

    def pay(self, amount, **values):
        register = self.env["account.payment.register"].with_user(self.invoicing)
        wizard = register.with_context(
            active_model="account.move", active_ids=self.move.ids
        ).create({"amount": amount, **values})
        return wizard._create_payments()

    def test_a_payment_closes_it(self):
        self.pay(100.0)
        self.assertEqual(self.move.amount_residual, 0.0)
        self.assertIn(self.move.payment_state, ("paid", "in_payment"))

    def test_a_part_payment_leaves_the_rest(self):
        self.pay(30.0)
        self.assertEqual(self.move.amount_residual, 70.0)
        self.assertEqual(self.move.payment_state, "partial")

    def test_a_write_off_closes_it(self):
        self.pay(
            97.0,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.expense.id,
        )
        self.assertEqual(self.move.amount_residual, 0.0)

    def test_reconciling_can_be_taken_back(self):
        self.pay(100.0)
        self.clerk.line_ids.remove_move_reconcile()
        self.assertEqual(self.move.amount_residual, 100.0)

    def test_a_credit_note_closes_it(self):
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.invoicing)
            .with_context(active_model="account.move", active_ids=self.move.ids)
            .create({"journal_id": self.sales_journal.id})
        )
        wizard.refund_moves()
        refund = wizard.new_move_ids
        self.assertFalse(refund.intacct_imported)
        refund.action_post()
        self.assertEqual(self.move.amount_residual, 0.0)

    def test_back_to_draft_and_posted_again_it_is_the_same(self):
        before = self.image()
        self.clerk.button_draft()
        self.assertEqual(self.move.state, "draft")
        self.clerk.action_post()
        self.assertEqual(self.image(), before)

    def test_cancelled_and_back_it_is_the_same(self):
        before = self.image()
        self.clerk.button_draft()
        self.clerk.button_cancel()
        self.clerk.button_draft()
        self.clerk.action_post()
        self.assertEqual(self.image(), before)

    def test_its_due_date_and_reference_are_free(self):
        self.clerk.write({"invoice_date_due": "2026-12-24", "ref": "PO 1"})
        self.assertEqual(str(self.move.invoice_date_due), "2026-12-24")
        self.assertEqual(self.move.ref, "PO 1")

    def image(self):
        lines = self.move.line_ids.sorted("id")
        return (
            self.move.name,
            self.move.date,
            self.move.invoice_date_due,
            self.move.amount_total,
            lines.mapped(lambda line: (line.id, line.account_id, line.balance)),
        )
