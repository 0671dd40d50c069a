"""Documents that change in Intacct after they came, or in Odoo, or on both sides."""

from odoo.fields import Date

from .common import SimulatorCase


def line(number, amount=None, memo=None):
    """A changed line of update_invoice, counted from 1."""
    parts = f"<amount>{amount}</amount>" if amount else ""
    parts += f"<memo>{memo}</memo>" if memo else ""
    return f'<updatelineitem line_num="{number}">{parts}</updatelineitem>'


class ImportedCase(SimulatorCase):
    """An invoice of Intacct and its copy in Odoo."""

    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.invoice = self.intacct.invoice("INV-1", lines=[60, 40])
        self.sync()
        self.copy = self.move(self.invoice)


class TestChangesInIntacct(ImportedCase):
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


class TestEditsInIntacct(ImportedCase):
    """What only Intacct's own pages can change."""

    def edit(self, **values):
        self.intacct.change("update", key=self.invoice, force=True, **values)

    def test_another_customer_who_is_not_here_yet(self):
        other = self.intacct.customer("C2")
        self.edit(values={"CUSTOMERID": "C2"})
        self.sync()

        self.assertEqual(self.copy.partner_id, self.partner(other))
        self.assertEqual(self.copy.line_ids.partner_id, self.partner(other))
        self.assert_open(self.invoice, 100)

    def test_another_posting_date(self):
        self.edit(values={"WHENPOSTED": "10/09/2026"})
        self.sync()

        self.assertEqual(self.copy.date, Date.to_date("2026-10-09"))
        self.assertEqual(self.copy.invoice_date, Date.to_date("2026-10-05"))
        self.assertEqual(self.copy.name, "INV-1")

    def test_a_line_less(self):
        self.edit(remove=[2])
        self.sync()

        self.assertEqual(self.copy.invoice_line_ids.price_subtotal, 60)
        self.assert_open(self.invoice, 60)

    def test_another_sign_is_told_and_nothing_is_written(self):
        self.edit(lines=[{"LINE_NO": 1, "TRX_AMOUNT": "-90"}])
        self.sync(state="errors")

        self.assertEqual(
            (self.copy.move_type, self.copy.amount_total), ("out_invoice", 100)
        )
        self.assertEqual(self.open_event(self.invoice).cause, "sign_changed")

    def test_an_amount_changed_in_another_currency(self):
        invoice = self.intacct.invoice(CURRENCY="EUR", EXCHANGE_RATE="1.1")
        self.sync()
        self.intacct.change(
            "update",
            key=invoice,
            force=True,
            lines=[{"LINE_NO": 1, "TRX_AMOUNT": "33.33"}],
        )
        self.sync()

        move = self.move(invoice)
        self.assertEqual(move.amount_total, 33.33)
        self.assertEqual(move.amount_total_signed, 36.66)

    def test_settlements_stay_where_lines_are_written_anew(self):
        self.intacct.pay({self.invoice: 30})
        self.sync()
        self.assert_open(self.invoice, 70)

        self.intacct.update_invoice(self.invoice, lines=line(2, memo="New memo"))
        self.sync()

        self.assertIn("New memo", self.copy.invoice_line_ids.mapped("name"))
        self.assert_open(self.invoice, 70)
        self.assertEqual(self.copy.payment_state, "partial")


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


class TestChangesOnBothSides(ImportedCase):
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
