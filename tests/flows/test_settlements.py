"""What Intacct received, credited or reversed, and what stays open in Odoo."""

from datetime import timedelta

from odoo.fields import Date, Datetime

from .common import SimulatorCase


class TestReceiptsInIntacct(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()

    def settlements(self, move):
        """The entries that settle a document, oldest first."""
        line = move.line_ids.filtered(lambda li: li.account_type == "asset_receivable")
        partials = line.matched_credit_ids + line.matched_debit_ids
        entries = partials.credit_move_id.move_id + partials.debit_move_id.move_id
        return (entries - move).sorted("date, id")

    def test_a_partly_paid_invoice_shows_intacct_s_balance(self):
        invoice = self.intacct.invoice(lines=[60, 40])
        self.intacct.pay({invoice: 30})

        self.sync()

        self.assert_open(invoice, 70)
        self.assertEqual(self.move(invoice).payment_state, "partial")

    def test_a_later_receipt_is_followed_on_its_own_date(self):
        invoice = self.intacct.invoice(lines=[100])
        self.sync()

        self.intacct.pay({invoice: 30}, day="10/20/2026")
        self.intacct.pay({invoice: 25}, day="10/25/2026")
        self.sync()

        self.assert_open(invoice, 45)
        dates = self.settlements(self.move(invoice)).mapped("date")
        self.assertEqual(
            dates, [Date.to_date("2026-10-20"), Date.to_date("2026-10-25")]
        )

    def test_a_receipt_is_never_dated_before_its_document(self):
        invoice = self.intacct.invoice(WHENPOSTED="10/07/2026")
        self.intacct.pay({invoice: 30}, day="10/06/2026")

        self.sync()

        (entry,) = self.settlements(self.move(invoice))
        self.assertEqual(entry.date, Date.to_date("2026-10-07"))

    def test_a_receipt_books_clearing_against_the_receivable(self):
        invoice = self.intacct.invoice()
        self.sync()
        self.intacct.pay({invoice: 30})
        self.sync()

        (entry,) = self.settlements(self.move(invoice))
        clearing = self.backend.clearing_account_id
        booked = {line.account_id: line.balance for line in entry.line_ids}
        self.assertEqual(booked[clearing], 30)
        self.assertEqual(set(booked.values()), {30, -30})
        self.assertEqual(entry.journal_id, self.backend.settlement_journal_id)

    def test_an_invoice_paid_in_full_is_paid(self):
        invoice = self.intacct.invoice(lines=[60, 40])
        self.sync()

        self.intacct.pay({invoice: 100})
        self.sync()

        self.assert_open(invoice, 0)
        self.assertEqual(self.move(invoice).payment_state, "paid")
        self.assertEqual(self.move(invoice).intacct_remote_state, "Paid")

    def test_one_receipt_for_many_invoices(self):
        first, second = self.intacct.invoice(), self.intacct.invoice(lines=[50])
        self.sync()

        self.intacct.pay({first: 100, second: 20})
        self.sync()

        self.assert_open(first, 0)
        self.assert_open(second, 30)

    def test_a_receipt_that_was_reversed_reopens_its_invoice(self):
        invoice = self.intacct.invoice()
        payment = self.intacct.pay({invoice: 30})
        self.sync()

        self.intacct.reverse_payment(payment, day="11/10/2026")
        self.sync()

        self.assert_open(invoice, 100)
        self.assertFalse(self.events(state="open"))
        entries = self.env["account.move"].search(
            [("journal_id", "=", self.backend.settlement_journal_id.id)], order="id"
        )
        self.assertEqual(
            entries.mapped("date"),
            [Date.to_date("2026-10-20"), Date.to_date("2026-11-10")],
        )

    def test_a_reversed_receipt_that_never_came_books_nothing(self):
        invoice = self.intacct.invoice()
        payment = self.intacct.pay({invoice: 30})
        self.intacct.reverse_payment(payment)

        self.sync()

        self.assert_open(invoice, 100)
        self.assertFalse(
            self.env["account.move"].search(
                [("journal_id", "=", self.backend.settlement_journal_id.id)]
            )
        )

    def test_a_reversed_receipt_whose_rows_become_void(self):
        self.intacct.settings(reversal_rows="void")
        invoice = self.intacct.invoice()
        payment = self.intacct.pay({invoice: 30})
        self.sync()

        self.intacct.reverse_payment(payment)
        self.sync()

        self.assert_open(invoice, 100)

    def test_paid_again_after_a_reversal(self):
        invoice = self.intacct.invoice()
        payment = self.intacct.pay({invoice: 100})
        self.intacct.reverse_payment(payment)
        self.sync()
        self.assert_open(invoice, 100)

        again = self.intacct.pay({invoice: 100}, day="11/12/2026")
        self.sync()
        self.assert_open(invoice, 0)

        self.intacct.reverse_payment(again, day="11/15/2026")
        self.sync()
        self.assert_open(invoice, 100)

    def test_a_draft_receipt_settles_nothing(self):
        invoice = self.intacct.invoice()
        self.sync()

        self.intacct.pay({invoice: 30}, ACTION="Draft")
        self.sync()

        self.assert_open(invoice, 100)

    def test_a_draft_receipt_that_is_posted_later(self):
        invoice = self.intacct.invoice()
        payment = self.intacct.pay({invoice: 30}, ACTION="Draft")
        self.sync()

        self.intacct.change("submit", key=payment)
        self.sync()

        self.assert_open(invoice, 70)

    def test_a_settlement_that_a_person_took_off_comes_back(self):
        invoice = self.intacct.invoice()
        self.intacct.pay({invoice: 30})
        self.sync()
        self.move(invoice).line_ids.remove_move_reconcile()
        self.assert_open(invoice, 100)

        self.backend.compared_at = Datetime.now() - timedelta(days=2)
        self.sync()

        self.assert_open(invoice, 70)
        self.assertFalse(self.binding(invoice, "ARINVOICE/provisional"))

    def test_a_receipt_in_another_currency_leaves_no_exchange_difference(self):
        invoice = self.intacct.invoice(
            lines=["100.00", "33.33"], CURRENCY="EUR", EXCHANGE_RATE="1.1"
        )
        self.intacct.pay({invoice: "11.11"}, currency="EUR", rate="1.3")
        self.sync()
        self.assert_open(invoice, 122.22)

        self.intacct.pay({invoice: "122.22"}, currency="EUR", rate="1.4")
        self.sync()

        self.assert_open(invoice, 0)
        self.assertEqual(self.move(invoice).payment_state, "paid")
        exchange = self.company.currency_exchange_journal_id
        self.assertFalse(
            self.env["account.move"].search([("journal_id", "=", exchange.id)])
        )


class TestReceiptsOnBothSides(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()

    def test_what_was_received_here_and_there_is_both_counted(self):
        invoice = self.intacct.invoice(lines=[1000])
        self.sync()

        self.receive(self.move(invoice), 300)
        self.intacct.pay({invoice: 400})
        self.sync()

        self.assert_open(invoice, 300)
        self.assertNotEqual(self.move(invoice).intacct_status, "difference")

    def test_the_order_does_not_matter(self):
        invoice = self.intacct.invoice(lines=[1000])
        self.sync()

        self.intacct.pay({invoice: 400})
        self.sync()
        self.receive(self.move(invoice), 300)
        self.intacct.pay({invoice: 100}, day="10/28/2026")
        self.sync()

        self.assert_open(invoice, 200)

    def test_a_payment_here_is_undone_by_nobody(self):
        invoice = self.intacct.invoice(lines=[1000])
        self.sync()
        payment = self.receive(self.move(invoice), 1000)

        self.intacct.update_invoice(invoice, due="12/24/2026")
        self.sync()

        self.assert_open(invoice, 0)
        self.assertIn(payment.state, ("in_process", "paid"))

    def test_received_twice_is_a_difference_and_no_booking(self):
        """Both sides took the money: a person has to say whose it is."""
        invoice = self.intacct.invoice(lines=[100])
        self.sync()
        self.receive(self.move(invoice), 100)

        self.intacct.pay({invoice: 100})
        self.sync(state=None)

        self.assertEqual(self.move(invoice).intacct_status, "difference")
        self.assertEqual(self.open_event(invoice).cause, "difference")


class TestWhatCannotBeRead(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.settings(custom_discounts=True)
        self.intacct.customer()

    def discounted(self, invoice, cash, discount):
        detail = {"TRX_PAYMENTAMOUNT": cash, "TRX_TOTALDISCOUNTTOAPPLY": discount}
        return self.intacct.pay({invoice: detail})

    def test_a_discount_is_settled_provisionally_and_told(self):
        invoice = self.intacct.invoice()
        self.discounted(invoice, 20, 5)

        self.sync()

        self.assert_open(invoice, 75)
        (event,) = self.events(cause="provisional")
        self.assertEqual((event.level, event.recordno), ("warning", invoice))
        self.assertIn("5", event.message)

    def test_a_discount_taken_later(self):
        invoice = self.intacct.invoice()
        self.sync()

        self.discounted(invoice, 95, 5)
        self.sync()

        self.assert_open(invoice, 0)

    def test_a_discount_given_back_with_its_receipt(self):
        invoice = self.intacct.invoice()
        payment = self.discounted(invoice, 20, 5)
        self.sync()

        self.intacct.reverse_payment(payment)
        self.sync()

        self.assert_open(invoice, 100)

    def unreadable(self):
        """An invoice, 30 of 100 paid, that comes while payments can't be read."""
        invoice = self.intacct.invoice()
        self.intacct.pay({invoice: 30})
        self.intacct.permit("ARPYMT")
        run = self.sync(state="errors")
        self.assertIn("payments", run.step_ids.filtered("failed_count").mapped("flow"))
        return invoice

    def test_what_unreadable_payments_settled_is_provisional(self):
        invoice = self.unreadable()

        self.assert_open(invoice, 70)
        provisional = self.binding(invoice, "ARINVOICE/provisional")
        self.assertEqual(provisional.sync_state, "provisional")
        self.assertEqual(self.move(invoice).intacct_binding_id, self.binding(invoice))

    def test_it_is_replaced_once_the_payments_can_be_read(self):
        invoice = self.unreadable()

        self.intacct.permit("ARPYMT", "list", "view")
        self.sync()

        self.assert_replaced(invoice, 70)

    def test_it_is_replaced_when_more_is_paid_too(self):
        invoice = self.unreadable()

        self.intacct.permit("ARPYMT", "list", "view")
        self.intacct.pay({invoice: 70})
        self.sync()

        self.assert_replaced(invoice, 0)

    def assert_replaced(self, invoice, due):
        self.assert_open(invoice, due)
        self.assertFalse(self.binding(invoice, "ARINVOICE/provisional"))
        self.assertFalse(self.events(state="open"))
        rows = self.env["intacct.binding"].search(
            [("intacct_object", "=", "ARPYMTDETAIL")]
        )
        self.assertEqual(sum(rows.mapped("remote_total")), 100 - due)
