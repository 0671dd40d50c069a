"""Locked periods: nothing is posted on another date without consent."""

from odoo.fields import Date

from .common import SimulatorCase


class TestLockedPeriods(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()

    def test_held_by_default_with_the_date_named(self):
        self.lock_until("2026-10-31")
        locked = self.intacct.invoice("OLD", WHENPOSTED="10/05/2026")
        open_ = self.intacct.invoice("NEW", WHENPOSTED="11/05/2026")

        self.sync(state="errors")

        self.assertFalse(self.move(locked))
        self.assertTrue(self.move(open_))
        event = self.open_event(locked)
        self.assertEqual(event.cause, "locked_period")
        self.assertIn("OLD", event.message)
        self.assertIn("2026-10-05", event.message)

    def test_it_comes_once_the_period_is_open(self):
        self.lock_until("2026-10-31")
        locked = self.intacct.invoice("OLD", WHENPOSTED="10/05/2026")
        self.sync(state="errors")

        self.lock_until("2026-09-30")
        self.sync()

        self.assertEqual(self.move(locked).date, Date.to_date("2026-10-05"))
        self.assertFalse(self.events(state="open"))

    def test_on_the_first_open_date_with_both_dates_told(self):
        self.lock_until("2026-10-31")
        self.backend.lock_policy = "first_open"
        locked = self.intacct.invoice("OLD", WHENPOSTED="10/05/2026")

        self.sync()

        move = self.move(locked)
        self.assertEqual(move.date, Date.to_date("2026-11-01"))
        self.assertEqual(move.invoice_date, Date.to_date("2026-10-05"))
        (event,) = self.events(level="warning", recordno=locked)
        self.assertIn("2026-10-05", event.message)
        self.assertIn("2026-11-01", event.message)

    def test_a_receipt_in_a_locked_period_is_held(self):
        invoice = self.intacct.invoice(WHENPOSTED="10/05/2026")
        self.sync()
        self.lock_until("2026-10-31")

        self.intacct.pay({invoice: 30}, day="10/20/2026")
        self.sync(state="errors")

        self.assert_open(invoice, 100)
        causes = self.events(state="open").mapped("cause")
        self.assertEqual(set(causes), {"locked_period"})

        self.lock_until("2026-09-30")
        self.sync()

        self.assert_open(invoice, 70)
        self.assertFalse(self.events(state="open"))

    def test_a_receipt_on_the_first_open_date(self):
        invoice = self.intacct.invoice(WHENPOSTED="10/05/2026")
        self.sync()
        self.lock_until("2026-10-31")
        self.backend.lock_policy = "first_open"

        self.intacct.pay({invoice: 30}, day="10/20/2026")
        self.sync()

        self.assert_open(invoice, 70)
        entry = self.env["account.move"].search(
            [("journal_id", "=", self.backend.settlement_journal_id.id)]
        )
        self.assertEqual(entry.date, Date.to_date("2026-11-01"))
        self.assertTrue(self.events(cause="date_moved"))

    def test_a_change_of_a_document_in_a_locked_period_is_held(self):
        invoice = self.intacct.invoice("OLD", lines=[100], WHENPOSTED="10/05/2026")
        self.sync()
        self.lock_until("2026-10-31")

        self.intacct.update_invoice(
            invoice,
            lines='<updatelineitem line_num="1"><amount>120</amount></updatelineitem>',
        )
        self.sync(state="errors")

        move = self.move(invoice)
        self.assertEqual((move.state, move.amount_total), ("posted", 100))
        self.assertEqual(self.open_event(invoice).cause, "locked_period")

        self.lock_until("2026-09-30")
        self.sync()

        self.assertEqual(move.amount_total, 120)
        self.assertFalse(self.events(state="open"))

    def test_a_reversal_in_an_open_period_of_a_document_in_a_locked_one(self):
        invoice = self.intacct.invoice("OLD", WHENPOSTED="10/05/2026")
        self.sync()
        self.lock_until("2026-10-31")

        self.intacct.reverse_invoice(invoice, day="11/10/2026")
        self.sync()

        self.assertEqual(self.move(invoice).date, Date.to_date("2026-10-05"))
        self.assertEqual(
            self.move(invoice).reversal_move_ids.date, Date.to_date("2026-11-10")
        )

    def test_an_advance_in_a_locked_period_is_held(self):
        self.lock_until("2026-10-31")
        advance = self.intacct.advance(60, day="10/15/2026")

        self.sync(state="errors")

        self.assertFalse(self.move(advance, "ARADVANCE"))
        self.assertEqual(self.open_event(advance, "ARADVANCE").cause, "locked_period")

        self.lock_until("2026-09-30")
        self.sync()
        self.assertTrue(self.move(advance, "ARADVANCE"))
