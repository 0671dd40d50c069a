"""Documents that change in Intacct after they came, or in Odoo, or on both sides."""

from odoo.fields import Date

from .common import SimulatorCase


def line(number, amount=None, memo=None):
    """A changed line of update_invoice, counted from 1."""
    parts = f"<amount>{amount}</amount>" if amount else ""
    parts += f"<memo>{memo}</memo>" if memo else ""
    return f'<updatelineitem line_num="{number}">{parts}</updatelineitem>'


class TestChangesInIntacct(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.invoice = self.intacct.invoice("INV-1", lines=[60, 40])
        self.sync()
        self.copy = self.move(self.invoice)

    def test_a_changed_due_date(self):
        self.intacct.update_invoice(self.invoice, due="12/24/2026")
        self.sync()

        self.assertEqual(self.copy.invoice_date_due, Date.to_date("2026-12-24"))
        receivable = self.copy.line_ids.filtered(
            lambda li: li.account_type == "asset_receivable"
        )
        self.assertEqual(receivable.date_maturity, Date.to_date("2026-12-24"))

    def test_a_changed_reference_and_description(self):
        self.intacct.update_invoice(
            self.invoice, ponumber="PO-9", description="Corrected"
        )
        self.sync()

        self.assertEqual(self.copy.ref, "PO-9")
        self.assertEqual(self.copy.intacct_description, "Corrected")

    def test_a_changed_amount(self):
        self.intacct.update_invoice(self.invoice, lines=line(1, amount=75))
        self.sync()

        self.assertEqual(self.copy.state, "posted")
        self.assertEqual(self.copy.amount_total, 115)
        self.assertEqual(self.copy.name, "INV-1")
        self.assert_open(self.invoice, 115)
        self.assertEqual(self.copy.invoice_line_ids.mapped("price_subtotal"), [75, 40])

    def test_a_line_more(self):
        more = (
            "<lineitem><glaccountno>4000</glaccountno><amount>5</amount>"
            "<memo>Postage</memo></lineitem>"
        )
        self.intacct.update_invoice(self.invoice, lines=more)
        self.sync()

        self.assertEqual(len(self.copy.invoice_line_ids), 3)
        self.assert_open(self.invoice, 105)

    def test_a_changed_memo_of_a_line(self):
        self.intacct.update_invoice(self.invoice, lines=line(2, memo="New memo"))
        self.sync()

        self.assertIn("New memo", self.copy.invoice_line_ids.mapped("name"))
        self.assert_open(self.invoice, 100)

    def test_a_changed_number(self):
        self.intacct.update_invoice(self.invoice, number="INV-2")
        self.sync()

        self.assertEqual(self.copy.name, "INV-2")
        self.assertEqual(self.binding(self.invoice).number, "INV-2")

    def test_what_did_not_change_is_not_written(self):
        other = self.intacct.invoice("INV-9")
        self.sync()
        before = self.rows_of("account_move", "account_move_line")
        self.intacct.update_invoice(self.invoice, due="12/24/2026")
        self.sync()
        after = self.rows_of("account_move", "account_move_line")

        kept = self.move(other)
        self.assertEqual(
            before["account_move"][kept.id], after["account_move"][kept.id]
        )
        for item in kept.line_ids:
            self.assertEqual(
                before["account_move_line"][item.id],
                after["account_move_line"][item.id],
            )


class TestReversals(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.invoice = self.intacct.invoice("INV-1")

    def test_a_reversed_invoice_is_reversed_on_the_date_of_the_act(self):
        self.sync()

        self.intacct.reverse_invoice(self.invoice, day="11/10/2026")
        self.sync()

        copy = self.move(self.invoice)
        self.assertEqual((copy.state, copy.amount_residual), ("posted", 0))
        self.assertEqual(copy.payment_state, "reversed")
        reversal = copy.reversal_move_ids
        self.assertEqual(len(reversal), 1)
        self.assertEqual(reversal.state, "posted")
        self.assertEqual(reversal.date, Date.to_date("2026-11-10"))
        self.assertTrue(reversal.intacct_imported)

    def test_its_counter_record_is_no_document_of_its_own(self):
        self.sync()
        self.intacct.reverse_invoice(self.invoice)
        self.sync()

        imported = self.env["account.move"].search([("intacct_imported", "=", True)])
        self.assertEqual(len(imported), 2)

    def test_it_is_reversed_once(self):
        self.sync()
        self.intacct.reverse_invoice(self.invoice)
        self.sync()
        self.sync()

        self.assertEqual(len(self.move(self.invoice).reversal_move_ids), 1)

    def test_two_reversals_of_one_amount(self):
        second = self.intacct.invoice("INV-2")
        self.sync()

        self.intacct.reverse_invoice(self.invoice, day="11/10/2026")
        self.intacct.reverse_invoice(second, day="11/12/2026")
        self.sync()

        dates = [
            self.move(key).reversal_move_ids.date for key in (self.invoice, second)
        ]
        self.assertEqual(
            dates, [Date.to_date("2026-11-10"), Date.to_date("2026-11-12")]
        )

    def test_reversed_after_its_payment_was_reversed(self):
        payment = self.intacct.pay({self.invoice: 30})
        self.sync()

        self.intacct.reverse_payment(payment, day="11/08/2026")
        self.intacct.reverse_invoice(self.invoice, day="11/10/2026")
        self.sync()

        self.assert_open(self.invoice, 0)
        self.assertFalse(self.events(state="open"))

    def test_money_received_here_is_not_taken_away(self):
        self.sync()
        payment = self.receive(self.move(self.invoice), 40)

        self.intacct.reverse_invoice(self.invoice)
        self.sync(state=None)

        self.assertFalse(self.move(self.invoice).reversal_move_ids)
        self.assert_open(self.invoice, 60)
        self.assertIn(payment.state, ("in_process", "paid"))
        event = self.open_event(self.invoice)
        self.assertIn("reversed in Intacct", event.message)

    def test_once_the_payment_is_taken_back_the_reversal_follows(self):
        self.sync()
        payment = self.receive(self.move(self.invoice), 40)
        self.intacct.reverse_invoice(self.invoice)
        self.sync(state=None)

        payment.action_draft()
        payment.action_cancel()
        self.sync()

        self.assert_open(self.invoice, 0)
        self.assertFalse(self.events(state="open"))


class TestChangesOnBothSides(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.invoice = self.intacct.invoice("INV-1", lines=[60, 40])
        self.sync()
        self.copy = self.move(self.invoice)

    def told(self):
        (event,) = self.events(recordno=self.invoice, level="warning")
        self.assertIn("INV-1", event.message)
        return event.message

    def test_a_due_date_changed_here_is_kept_and_told(self):
        self.copy.invoice_date_due = "2027-01-31"

        self.intacct.update_invoice(self.invoice, due="12/24/2026")
        self.sync()

        self.assertEqual(self.copy.invoice_date_due, Date.to_date("2027-01-31"))
        self.assertIn("Due Date", self.told())

    def test_a_reference_changed_here_is_kept_and_told(self):
        self.copy.ref = "Their PO"

        self.intacct.update_invoice(self.invoice, ponumber="PO-9")
        self.sync()

        self.assertEqual(self.copy.ref, "Their PO")
        self.told()

    def test_lines_of_a_copy_in_draft_are_not_written(self):
        self.copy.button_draft()

        self.intacct.update_invoice(self.invoice, lines=line(1, amount=75))
        self.sync(state=None)

        self.assertEqual(self.copy.state, "draft")
        self.assertEqual(self.copy.amount_total, 100)
        self.assertEqual(self.copy.intacct_status, "difference")
        event = self.open_event(self.invoice)
        self.assertIn("INV-1", event.message)

    def test_lines_of_a_copy_paid_here_are_not_written(self):
        self.receive(self.copy, 30)

        self.intacct.update_invoice(self.invoice, lines=line(1, amount=75))
        self.sync(state=None)

        self.assertEqual(self.copy.amount_total, 100)
        self.assertEqual(self.copy.intacct_status, "difference")

    def test_settlements_stay_when_lines_are_written_anew(self):
        other = self.intacct.invoice("INV-3", lines=[60, 40])
        memo = self.intacct.adjustment(lines=[-10])
        self.sync()
        self.intacct.apply_credit(memo, other, 10)
        self.sync()
        self.assert_open(other, 90)

        self.intacct.update_invoice(other, description="Text only")
        self.sync()

        self.assert_open(other, 90)


class TestOrderEntry(SimulatorCase):
    """An edit in Order Entry deletes the invoice and makes it anew."""

    def setUp(self):
        super().setUp()
        self.intacct.customer()

    def order_invoice(self, number, lines):
        return self.intacct.invoice(number, lines=lines, MODULEKEY="8.SO")

    def test_the_copy_stays_and_points_to_the_new_record(self):
        old = self.order_invoice("SI-1", [100])
        self.sync()
        copy = self.move(old)

        new = self.recreate(old, "SI-1", [100])
        self.sync()

        self.assertNotEqual(old, new)
        self.assertEqual(self.move(new), copy)
        self.assertFalse(self.binding(old))
        self.assertEqual(
            self.env["account.move"].search_count([("name", "like", "SI-1")]), 1
        )

    def test_its_new_amount_is_followed(self):
        old = self.order_invoice("SI-1", [100])
        self.sync()
        copy = self.move(old)

        new = self.recreate(old, "SI-1", [120])
        self.sync()

        self.assertEqual(self.move(new), copy)
        self.assertEqual(copy.amount_total, 120)
        self.assert_open(new, 120)

    def recreate(self, old, number, lines):
        self.intacct.change(
            "recreate",
            key=old,
            lines=[{"ACCOUNTNO": "4000", "TRX_AMOUNT": str(value)} for value in lines],
        )
        return str(self.intacct.one("ARINVOICE", RECORDID=number)["RECORDNO"])


class TestKnownInvoices(SimulatorCase):
    """An Odoo invoice that looks like Intacct's is proposed, nothing made beside."""

    def setUp(self):
        super().setUp()
        self.customer = self.intacct.customer()
        self.import_all()
        self.own = self.own_invoice(self.partner(self.customer), amount=100)
        self.own_sync = self.env["account.move"].search_count([])

    def bring(self, **values):
        recordno = self.intacct.invoice(self.own.name, **{"lines": [100], **values})
        self.sync()
        return recordno

    def test_number_customer_and_total_agree(self):
        recordno = self.bring()

        binding = self.binding(recordno)
        self.assertEqual(binding.sync_state, "proposed")
        self.assertEqual(binding.move_id, self.own)
        self.assertEqual(self.env["account.move"].search_count([]), self.own_sync)
        self.assertEqual(self.own.intacct_status, "proposed")

    def test_another_total_is_another_invoice(self):
        recordno = self.bring(lines=[99])

        self.assertEqual(self.binding(recordno).sync_state, "synced")
        self.assertNotEqual(self.move(recordno), self.own)

    def test_another_customer_is_another_invoice(self):
        self.intacct.customer("C2")
        recordno = self.bring(customer="C2")

        self.assertNotEqual(self.move(recordno), self.own)

    def test_accepted_it_is_bound_and_followed(self):
        recordno = self.bring()

        self.binding(recordno).action_accept_link()
        self.work()
        self.intacct.pay({recordno: 30})
        self.sync()

        self.assertEqual(self.move(recordno), self.own)
        self.assertFalse(self.own.intacct_imported)
        self.assert_open(recordno, 70)
        settled = self.backend.settled_account_id
        lines = self.env["account.move.line"].search([("account_id", "=", settled.id)])
        self.assertEqual(lines.mapped("balance"), [30])

    def test_it_is_accepted_only_when_the_open_amounts_agree(self):
        recordno = self.bring()
        self.receive(self.own, 30)

        with self.assertRaisesRegex(Exception, "open by 70"):
            self.binding(recordno).action_accept_link()

    def test_created_instead_it_is_a_document_of_its_own(self):
        recordno = self.bring()

        self.binding(recordno).action_create_instead()
        self.work()

        copy = self.move(recordno)
        self.assertTrue(copy.intacct_imported)
        self.assertNotEqual(copy, self.own)
        self.assertFalse(self.own.intacct_status)
        self.assert_clearing()
