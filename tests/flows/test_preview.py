"""The preview tells what the sync then does, and writes nothing else."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.fields import Datetime
from odoo.tests import Form

from .common import SimulatorCase

WRITTEN = (
    "res_partner",
    "account_move",
    "account_move_line",
    "account_journal",
    "account_account",
    "account_payment",
    "intacct_binding",
    "intacct_operation",
    "intacct_mapping",
    "intacct_watermark",
)


class PreviewCase(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.backend.advance_reference_id = self.reference("account", "2400")
        self.intacct.customer()

    def preview(self, state="done"):
        """Runs the preview and returns it."""
        self.backend.action_preview()
        self.work()
        self.assert_run(self.backend.run_ids[:1], state)
        return self.backend.preview_id

    def outcomes(self, preview, kind="document", direction="in"):
        return {
            line.name: line.outcome
            for line in preview.line_ids
            if line.kind == kind and line.direction == direction
        }

    def line(self, preview, name):
        found = preview.line_ids.filtered(lambda line: line.name == name)
        self.assertEqual(len(found), 1, preview.line_ids.mapped("name"))
        return found


class TestIncoming(PreviewCase):
    def test_nothing_is_written_but_the_preview(self):
        self.intacct.invoice("A-1")
        self.intacct.advance(30)
        self.own_invoice()
        self.backend.export_start_date = "2026-10-01"
        before = self.rows_of(*WRITTEN)
        runs = self.backend.run_ids
        self.preview()
        self.assertEqual(self.rows_of(*WRITTEN), before)
        self.assertEqual((self.backend.run_ids - runs).scope, "preview")

    def test_the_sync_does_what_was_shown(self):
        """Counts by kind, with a document that cannot be right among them."""
        self.intacct.customer("C2")
        self.intacct.invoice("A-1")
        self.intacct.invoice("A-2", customer="C2", lines=(70, 5))
        self.intacct.adjustment("M-1", lines=(-40,))
        self.intacct.invoice("G-1", CURRENCY="GBP")
        self.intacct.advance(30)
        preview = self.preview()
        self.assertEqual(
            self.outcomes(preview),
            {"A-1": "create", "A-2": "create", "M-1": "create", "G-1": "fail"},
        )
        self.assertIn("GBP", self.line(preview, "G-1").reason)
        planned = preview.line_ids.filtered(lambda line: line.outcome == "create")
        run = self.sync("errors")
        self.assertEqual(run.created_count, len(planned))
        self.assertEqual(run.failed_count, 1)
        for name in ("A-1", "A-2", "M-1"):
            line = self.line(preview, name)
            move = self.move(line.recordno, line.intacct_object)
            self.assertEqual(abs(line.amount), move.amount_total)
            self.assertEqual(abs(line.amount_open), move.amount_residual)

    def test_after_the_sync_everything_is_left_alone_until_it_changes(self):
        first = self.intacct.invoice("A-1")
        self.intacct.invoice("A-2")
        self.sync()
        self.intacct.update_invoice(first, due="12/31/2026")
        preview = self.preview()
        self.assertEqual(self.outcomes(preview), {"A-1": "update", "A-2": "skip"})

    def test_balances_of_each_currency_are_split_by_side(self):
        self.intacct.invoice("A-1", lines=(100,))
        self.intacct.invoice("E-1", lines=(50,), CURRENCY="EUR")
        self.intacct.invoice("G-1", lines=(7,), CURRENCY="GBP")
        self.intacct.advance(30)
        self.own_invoice(amount=12)
        balances = {
            item.currency_id.name: (
                item.open_intacct,
                item.agreed,
                item.only_intacct,
                item.only_odoo,
            )
            for item in self.preview().balance_ids
        }
        self.assertEqual(
            balances,
            {
                "EUR": (50, 50, 0, 0),
                "GBP": (7, 0, 7, 0),
                "USD": (70, 70, 0, 12),
            },
        )

    def test_what_may_not_be_read_fails_the_preview(self):
        self.intacct.permit("ARINVOICE", "add")
        preview = self.preview("errors")
        self.assertEqual(preview.state, "failed")
        with self.assertRaisesRegex(UserError, "complete"):
            preview._accept("It does not matter.")

    def test_an_interrupted_preview_goes_on_where_it_stopped(self):
        """Invoices were read when the adjustments' lines did not come."""
        for number in range(3):
            self.intacct.invoice(f"A-{number}")
        self.intacct.adjustment("M-1")
        self.intacct.faults(
            {
                "action": "html",
                "object": "ARADJUSTMENTITEM",
                "contains": "RECORDKEY",
                "times": None,
            }
        )
        self.backend.action_preview()
        with self.job_seconds(0.9):
            self.work()
        run = self.backend.run_ids[:1]
        preview = self.backend.preview_id
        self.assertEqual((run.state, preview.state), ("running", "running"))
        self.assertEqual(len(self.outcomes(preview)), 3)
        self.intacct.no_faults()
        run.next_attempt = Datetime.now() - timedelta(seconds=1)
        self.work()
        self.assert_run(run, "done")
        self.assertEqual(
            sorted(preview.line_ids.mapped("name")), ["A-0", "A-1", "A-2", "C1", "M-1"]
        )


class TestLinks(PreviewCase):
    def setUp(self):
        super().setUp()
        self.walk_in = self.env["res.partner"].create({"name": "Ours", "ref": "C1"})

    def test_a_customer_that_exists_is_proposed_and_its_documents_wait(self):
        self.intacct.invoice("A-1")
        preview = self.preview()
        self.assertEqual(self.outcomes(preview, "customer"), {"C1": "link"})
        self.assertEqual(self.line(preview, "C1").partner_id, self.walk_in)
        self.assertIn("reference", self.line(preview, "C1").reason)
        self.assertEqual(self.outcomes(preview), {"A-1": "link"})

    def test_links_are_accepted_in_bulk_and_the_sync_finds_them(self):
        mine = self.own_invoice(self.walk_in, amount=100)
        self.intacct.invoice(mine.name, lines=(100,))
        self.intacct.invoice("A-2")
        preview = self.preview()
        self.assertTrue(self.line(preview, mine.name).certain)
        self.assertEqual(preview.link_count, 2)
        action = preview.line_ids.action_link_certain()
        dialog = self.env["intacct.accept"].browse(action["res_id"])
        self.assertTrue(dialog.reason)
        dialog.action_confirm()
        self.assertEqual(preview.link_count, 0)
        run = self.sync()
        self.assertEqual(run.created_count, 1, "A-2 alone")
        self.assertEqual(len(self.walk_in.intacct_binding_ids), 1)
        self.assertEqual(mine.intacct_binding_ids.number, mine.name)
        again = self.preview()
        self.assertEqual(set(self.outcomes(again).values()), {"skip"})
        self.assertFalse(again.has_difference)

    def test_another_number_is_proposed_but_never_certain(self):
        mine = self.own_invoice(self.walk_in, amount=100)
        self.intacct.invoice("X-9", lines=(100,))
        line = self.line(self.preview(), "X-9")
        self.assertEqual((line.outcome, line.certain), ("link", False))
        self.assertEqual(line.move_id, mine)
        self.assertIn(mine.name, line.reason)

    def test_two_that_look_alike_are_not_proposed(self):
        for _each in range(2):
            self.own_invoice(self.walk_in, amount=100)
        self.intacct.invoice("X-9", lines=(100,))
        self.assertFalse(self.line(self.preview(), "X-9").move_id)

    def test_other_customers_amounts_dates_and_currencies_are_no_twins(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        mine = self.own_invoice(self.walk_in, amount=100)
        other = self.own_invoice(stranger, amount=100)
        self.intacct.invoice("X-1", lines=(101,))
        self.intacct.invoice("X-2", lines=(100,), WHENCREATED="10/06/2026")
        self.intacct.invoice("X-3", lines=(100,), CURRENCY="EUR")
        self.intacct.invoice(other.name, lines=(100,), WHENCREATED="10/07/2026")
        preview = self.preview()
        for name in ("X-1", "X-2", "X-3", other.name):
            self.assertNotEqual(self.line(preview, name).move_id, mine, name)
            self.assertFalse(self.line(preview, name).move_id, name)

    def test_a_document_is_linked_after_its_customer(self):
        mine = self.own_invoice(self.walk_in, amount=100)
        self.intacct.invoice(mine.name, lines=(100,))
        preview = self.preview()
        with self.assertRaisesRegex(UserError, "link its customer C1 first"):
            self.line(preview, mine.name)._accept_links("It is the same")

    def test_open_by_another_amount_is_not_linked(self):
        mine = self.own_invoice(self.walk_in, amount=100)
        self.receive(mine, 40)
        self.intacct.invoice(mine.name, lines=(100,))
        preview = self.preview()
        line = self.line(preview, mine.name)
        self.assertFalse(line.certain)
        with self.assertRaisesRegex(UserError, "open by"):
            preview.line_ids._accept_links("It is the same")
        self.assertFalse(mine.intacct_binding_ids)


class TestOutgoing(PreviewCase):
    def test_what_would_leave_is_told_with_amounts(self):
        self.backend.write({"export_start_date": "2026-10-01", "send_delay": 0})
        partner = self.env["res.partner"].create({"name": "Walk-in", "ref": "W1"})
        mine = self.own_invoice(partner, amount=80)
        before = self.own_invoice(amount=9, invoice_date="2026-09-01")
        preview = self.preview()
        line = self.line(preview, mine.name)
        self.assertEqual((line.outcome, line.amount), ("create", 80))
        self.assertEqual(line.direction, "out")
        self.assertFalse(preview.line_ids.filtered(lambda line: line.move_id == before))
        # What leaves is no difference, what stays is.
        usd = preview.balance_ids.filtered(
            lambda item: item.currency_id == self.company.currency_id
        )
        self.assertEqual(usd.only_odoo, 9)
        self.assertIn(
            "Walk-in", preview.summary + " ".join(preview.line_ids.mapped("name"))
        )


class TestGate(PreviewCase):
    def test_auto_sync_is_refused_without_a_preview(self):
        with self.assertRaisesRegex(UserError, "run the preview first"):
            self.backend.action_enable_auto_sync()
        with self.assertRaisesRegex(UserError, "run the preview first"):
            self.backend.auto_sync = True
        self.assertEqual(self.backend.step_preview, "todo")

    def test_auto_sync_is_refused_until_the_preview_is_accepted(self):
        self.intacct.invoice("A-1")
        preview = self.preview()
        with self.assertRaisesRegex(UserError, "press Accept"):
            self.backend.action_enable_auto_sync()
        preview.action_accept()
        self.assertEqual(preview.state, "accepted")
        self.backend.action_enable_auto_sync()
        self.assertTrue(self.backend.auto_sync)
        self.assertEqual(self.backend.step_preview, "done")
        self.assertEqual(self.backend.step_auto, "done")

    def test_it_is_asked_once(self):
        self.preview().action_accept()
        self.backend.action_enable_auto_sync()
        self.backend.action_disable_auto_sync()
        self.preview()
        self.backend.action_enable_auto_sync()
        self.assertTrue(self.backend.auto_sync)

    def test_another_company_needs_another_preview(self):
        self.preview().action_accept()
        self.backend.action_disconnect()
        self.backend.intacct_company = "OTHER"
        self.backend.state = "connected"
        with self.assertRaises(UserError):
            self.backend.action_enable_auto_sync()

    def test_a_difference_is_signed_with_a_reason_that_is_kept(self):
        self.intacct.invoice("G-1", lines=(7,), CURRENCY="GBP")
        preview = self.preview()
        self.assertTrue(preview.has_difference)
        with self.assertRaisesRegex(UserError, "Say why"):
            preview._accept(" ")
        action = preview.action_accept()
        wizard = Form(self.env[action["res_model"]].with_context(**action["context"]))
        wizard.reason = "Disputed; it stays in Intacct."
        wizard.save().action_accept()
        decision = self.env["intacct.decision"].search([("kind", "=", "tie_out")])
        self.assertEqual(decision.reason, "Disputed; it stays in Intacct.")
        self.assertIn("7.00", decision.old_value)
        self.backend.action_enable_auto_sync()

    def test_what_has_to_be_chosen_first_is_named_with_its_place(self):
        self.backend.advance_reference_id = False
        self.backend.undeposited_reference_id = False
        with self.assertRaises(UserError) as refusal:
            self.backend.action_preview()
        for words in ("Customer Advances", "Undeposited Funds", "General Ledger"):
            self.assertIn(words, str(refusal.exception))
            self.assertIn(words, self.backend.preview_missing)
        self.assertNotIn("Refund", str(refusal.exception))
        self.assertEqual(self.backend.step_mapping, "todo")

    def test_a_location_is_asked_for_at_top_level_of_a_company_with_entities(self):
        self.backend.has_entities = True
        self.assertEqual(self.backend._missing_for_preview(), ["location_reference_id"])
        self.backend.action_disconnect()
        self.backend.entity = "E1"
        self.assertFalse(self.backend._missing_for_preview())

    def test_a_connection_without_sender_id_is_told_where_it_comes_from(self):
        self.backend.sender_code = False
        with self.assertRaisesRegex(UserError, "Sender ID.*license"):
            self.backend.action_preview()

    def written_off(self, amount=100, paid=97):
        """An invoice that a payment settles with a write-off; its account."""
        account = self.env["account.account"].create(
            {"code": "699900", "name": "Small losses", "account_type": "expense"}
        )
        invoice = self.own_invoice(
            None, amount, invoice_date="2026-10-05", date="2026-10-05"
        )
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {
                "payment_date": "2026-10-10",
                "amount": paid,
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": account.id,
            }
        )._create_payments()
        return account

    def map_account(self, account):
        return self.env["intacct.mapping"].create(
            {
                "backend_id": self.backend.id,
                "source": "account",
                "account_id": account.id,
                "reference_id": self.reference("account", "4900").id,
            }
        )

    def test_an_account_of_write_offs_is_asked_for_where_it_is_used(self):
        account = self.written_off()
        self.assertFalse(self.backend._missing_named())
        self.backend.export_start_date = "2026-10-01"
        with self.assertRaises(UserError) as refusal:
            self.backend.action_preview()
        for words in ("699900 Small losses", "Sage Intacct Mapping"):
            self.assertIn(words, str(refusal.exception))
            self.assertIn(words, self.backend.preview_missing)
        self.assertEqual(self.backend.step_mapping, "todo")
        self.backend.export_start_date = "2026-10-20"
        self.assertFalse(self.backend._missing_named())
        self.backend.export_start_date = "2026-10-01"
        self.map_account(account)
        self.assertFalse(self.backend._missing_named())

    def test_an_account_of_an_ignored_payment_is_not_asked_for(self):
        account = self.written_off()
        self.backend.export_start_date = "2026-10-01"
        lines = self.env["account.move.line"].search([("account_id", "=", account.id)])
        lines.move_id.origin_payment_id.sudo().intacct_ignored = True
        self.assertFalse(self.backend._missing_named())

    def test_the_account_of_cash_discounts_is_asked_for_where_they_are_offered(self):
        account = self.env["account.account"].create(
            {"code": "699901", "name": "Cash discounts", "account_type": "expense"}
        )
        company = self.backend.company_id
        company.account_journal_early_pay_discount_loss_account_id = account
        term = self.env["account.payment.term"].create(
            {
                "name": "2/10 net 30",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
            }
        )
        self.backend.export_start_date = "2026-10-01"
        self.assertFalse(self.backend._missing_named())
        self.own_invoice(
            None,
            100,
            invoice_date="2026-10-05",
            date="2026-10-05",
            invoice_payment_term_id=term.id,
        )
        ((label, _where),) = self.backend._missing_named()
        self.assertIn("699901 Cash discounts", label)
        self.map_account(account)
        self.assertFalse(self.backend._missing_named())

    def test_refund_clearing_is_asked_for_where_refunds_leave(self):
        self.backend.export_start_date = "2026-10-01"
        self.assertFalse(self.backend._missing_for_preview())
        self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": self.env["res.partner"].create({"name": "X"}).id,
                "amount": 5,
                "date": "2026-10-10",
            }
        ).action_post()
        self.assertEqual(self.backend._missing_for_preview(), ["refund_reference_id"])
        self.backend.customer_refunds = True
        self.assertFalse(self.backend._missing_for_preview())
