"""An imported document keeps Intacct's number, and Odoo's own numbers go on as if it
were not there."""

from datetime import date

from odoo.fields import Command
from odoo.tests import tagged

from .model_case import DAY, ModelCase

# Numbers that an ordinary journal refuses on this date: it reads years or months of
# another date in them.
AWKWARD = (
    "INV-2019-0042",
    "25-001",
    "99-123",
    "CUST19-7",
    "ACME 21/2",
    "QN1000-10s1",
    "10-05-7",
    "RPC-19-20-0007",
    "2019-INV",
    "INV 10/12/2025",
    "2026-10-0007",
    "X/1795369300.71/10",
)
OTHERS = (
    "QN1000",
    "12345",
    "A19",
    "2025001",
    "1-0009",
    "4711-B",
    "INVOICE",
    "#889",
    "INV/2026/00002",
    "Facture n° 7 – août",
    "99999999999999999999",
    "N" * 45,
)


@tagged("post_install", "-at_install")
class TestImportedNumbers(ModelCase):
    def test_any_number_fits(self):
        for number in (*AWKWARD, *OTHERS):
            with self.subTest(number=number):
                self.assertEqual(self.imported(number).name, number)

    def test_an_ordinary_journal_refuses_some(self):
        """Else the test above would prove nothing."""
        ordinary = self.sales_journal
        refused = []
        for number in AWKWARD:
            with self.env.cr.savepoint() as savepoint:
                try:
                    move = self.imported(number, journal_id=ordinary.id)
                    if move.name != number:
                        refused.append(number)
                except Exception:
                    refused.append(number)
                savepoint.rollback()
                self.env.invalidate_all()
        self.assertEqual(tuple(refused), AWKWARD)

    def test_it_keeps_its_number_through_draft_other_date_and_posting(self):
        clerk = self.person("invoicing")
        for number in AWKWARD:
            with self.subTest(number=number):
                move = self.imported(number).with_user(clerk)
                move.button_draft()
                move.write({"date": "2025-02-03", "invoice_date": "2025-02-03"})
                self.assertEqual(move.name, number)
                move.action_post()
                self.assertEqual((move.name, move.date), (number, date(2025, 2, 3)))

    def test_a_draft_that_was_never_posted_keeps_it_too(self):
        for number in AWKWARD:
            with self.subTest(number=number):
                move = self.imported(number, post=False)
                move.date = "2025-02-03"
                self.assertEqual(move.name, number)

    def test_own_numbers_go_on_undisturbed(self):
        prefix, number = self.own_invoice().name.rsplit("/", 1)
        for step, foreign in enumerate((AWKWARD, OTHERS, ("INV/2026/99999",)), 1):
            for text in foreign:
                self.imported(text)
            own = self.own_invoice().name
            self.assertEqual(own, f"{prefix}/{int(number) + step:0{len(number)}}")

    def test_the_settlement_journal_is_numbered_by_odoo(self):
        entries = self.env["account.move"].create(
            [
                {
                    "move_type": "entry",
                    "journal_id": self.backend.settlement_journal_id.id,
                    "date": DAY,
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": self.backend.clearing_account_id.id,
                                "balance": balance,
                            }
                        )
                        for balance in (1.0, -1.0)
                    ],
                }
                for _number in range(2)
            ]
        )
        entries._post(soft=False)
        numbers = [int(name.rsplit("/", 1)[1]) for name in entries.mapped("name")]
        self.assertEqual(numbers[1] - numbers[0], 1)

    def test_gaps_are_nobodys_fault(self):
        for number in ("INV-1", "INV-5", "INV-9"):
            self.imported(number)
        moves = self.env["account.move"].search(
            [("journal_id", "=", self.import_journal.id)]
        )
        self.assertEqual(set(moves.mapped("made_sequence_gap")), {False})
        self.assertFalse(self.import_journal.has_sequence_holes)

    def test_gaps_of_own_numbers_are_still_told(self):
        """Else the test above would prove nothing."""
        first, second, third = (self.own_invoice() for _number in range(3))
        third.button_draft()
        third.name = third.name[:-1] + "9"
        third.action_post()
        self.assertTrue(third.made_sequence_gap)
        self.assertTrue(third.journal_id.has_sequence_holes)
        self.assertFalse((first | second).filtered("made_sequence_gap"))


@tagged("post_install", "-at_install")
class TestJournals(ModelCase):
    def test_a_code_that_is_taken_is_not_used_again(self):
        codes = {self.import_journal.code}
        for _number in range(11):
            journal = self.env["account.journal"]._create_for_intacct(
                self.backend, "Another", "sale", "INI"
            )
            self.assertNotIn(journal.code, codes)
            self.assertLessEqual(len(journal.code), 5)
            codes.add(journal.code)

    def test_an_archived_journal_keeps_its_code(self):
        self.import_journal.active = False
        journal = self.env["account.journal"]._create_for_intacct(
            self.backend, "Another", "sale", "INI"
        )
        self.assertNotEqual(journal.code, self.import_journal.code)

    def test_it_neither_hashes_nor_clutters_the_dashboard(self):
        self.assertFalse(self.import_journal.restrict_mode_hash_table)
        self.assertFalse(self.import_journal.show_on_dashboard)
        self.assertEqual(self.import_journal.intacct_backend_id, self.backend)

    def test_own_invoices_do_not_land_in_it(self):
        self.assertEqual(self.own_invoice().journal_id, self.sales_journal)
