"""Intacct's numbers in Odoo, and Odoo's own beside them."""

import contextlib

from .common import SimulatorCase

YEAR_LOOKING = [
    "INV-2019-0042",
    "25-001",
    "99-123",
    "ACME 21/2",
    "RPC-19-20-0007",
    "2019-INV",
    "INV 10/12/2025",
    "2026-10-0007",
    "QN1000",
    "12345",
    "4711-B",
    "INVOICE",
    " A-1 ",
    "INV/2026/00001",
    "ÄÖÜ-ß/1",
    "X" * 200,
]


class Undone(Exception):
    """Takes back what was done to see what would happen."""


class TestNumbers(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()

    def test_the_number_is_intacct_s_whatever_it_looks_like(self):
        made = {number: self.intacct.invoice(number) for number in YEAR_LOOKING}

        self.sync()

        for number, recordno in made.items():
            self.assertEqual(self.move(recordno).name, number.strip())

    def test_a_number_survives_reset_to_draft_and_posting_again(self):
        recordno = self.intacct.invoice("INV-2019-0042")
        self.sync()
        move = self.move(recordno)

        move.button_draft()
        move.action_post()

        self.assertEqual(move.name, "INV-2019-0042")

    def test_a_blank_number_becomes_the_record_number(self):
        recordno = self.intacct.invoice("")
        self.sync()

        self.assertEqual(self.move(recordno).name, f"#{recordno}")

    def test_a_slash_is_a_blank_number(self):
        recordno = self.intacct.invoice("/")
        self.sync()

        self.assertEqual(self.move(recordno).name, f"#{recordno}")

    def test_repeated_numbers_are_told_apart_by_the_record_number(self):
        first = self.intacct.invoice("10045")
        second = self.intacct.invoice("10045", lines=[200])

        self.sync()

        names = {self.move(first).name, self.move(second).name}
        self.assertEqual(len(names), 2)
        self.assertIn("10045", names)
        (event,) = self.events(level="warning")
        self.assertIn("10045", event.message)

    def test_a_number_taken_by_an_earlier_sync(self):
        self.intacct.invoice("10045")
        self.sync()
        second = self.intacct.invoice("10045", lines=[200])

        self.sync()

        self.assertEqual(self.move(second).name, f"10045 ({second})")

    def test_an_invoice_and_a_memo_may_share_a_number(self):
        invoice = self.intacct.invoice("7")
        memo = self.intacct.adjustment("7")

        self.sync()

        self.assertEqual(self.move(invoice).name, "7")
        self.assertEqual(self.move(memo, "ARADJUSTMENT").name, "7")


class TestOwnNumbers(SimulatorCase):
    """The company's own sequences go on as if nothing had been imported."""

    def setUp(self):
        super().setUp()
        self.intacct.customer()

    def next_number(self):
        """The number that an own invoice would get now; none is made."""
        # Odoo remembers it while a transaction lasts, here: all the test.
        self.env.cr.precommit.data.pop("sequence.mixin", None)
        with contextlib.suppress(Undone), self.env.cr.savepoint():
            number = self.own_invoice().name
            raise Undone
        return number

    def test_the_next_own_number_is_the_same_as_without_the_import(self):
        self.own_invoice()
        expected = self.next_number()
        prefix = expected.rstrip("0123456789")
        for number in ("QN1000", "4711-B", f"{prefix}00900", "INV-2026-0005"):
            self.intacct.invoice(number)
        self.intacct.adjustment(f"{prefix}00950")

        self.sync()

        self.assertEqual(self.next_number(), expected)

    def test_the_first_own_number_ever_is_odoo_s(self):
        expected = self.next_number()
        self.intacct.invoice("QN1000")

        self.sync()

        self.assertEqual(self.next_number(), expected)

    def test_imported_numbers_are_no_gaps(self):
        recordno = self.intacct.invoice("QN1000")
        self.intacct.invoice("QN1005")
        self.sync()

        self.assertFalse(self.move(recordno).journal_id.has_sequence_holes)
