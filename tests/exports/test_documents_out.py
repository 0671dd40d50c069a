"""Which documents leave, what their header says, and what is read back."""

from datetime import timedelta

from odoo.fields import Command, Date, Datetime

from .common import DAY, INTACCT_DAY, ExportCase


class TestScope(ExportCase):
    def assert_stays(self, move):
        self.sync(state=None)
        self.assertFalse(self.copies(move))
        self.assertFalse(self.operation(move))

    def test_nothing_leaves_without_a_start_date(self):
        self.backend.export_start_date = False
        self.assert_stays(self.invoice())

    def test_nothing_before_the_start_date_leaves(self):
        before = self.invoice(invoice_date="2026-10-31")
        self.assert_stays(before)
        first = self.invoice(invoice_date="2026-11-01")
        self.sync()
        self.assert_in_step(first)

    def test_the_accounting_date_counts(self):
        self.backend.export_start_date = "2026-11-05"
        move = self.invoice(invoice_date="2026-11-04", date="2026-11-05")
        self.sync()
        self.assert_in_step(move)
        row = self.sent(move)
        self.assertEqual(row["WHENCREATED"], "11/04/2026")
        self.assertEqual(row["WHENPOSTED"], "11/05/2026")

    def test_drafts_never_leave(self):
        move = self.draft()
        move.name = "DRAFT/1"
        self.assert_stays(move)

    def test_ignored_documents_stay(self):
        move = self.invoice()
        move.intacct_ignored = True
        self.assert_stays(move)

    def test_other_journals_than_the_chosen_ones_stay(self):
        journal = self.env["account.journal"].create(
            {"name": "Exported", "code": "EXPO", "type": "sale"}
        )
        self.backend.export_journal_ids = journal
        other = self.invoice()
        chosen = self.invoice(journal_id=journal.id)
        self.sync()
        self.assertFalse(self.copies(other))
        self.assert_in_step(chosen)

    def test_imported_documents_are_not_sent_back(self):
        self.intacct.invoice(WHENCREATED=INTACCT_DAY)
        self.sync()
        self.sync()
        self.assertFalse(self.writes())

    def test_a_document_waits_before_it_leaves(self):
        self.backend.send_delay = 10
        move = self.invoice()
        self.assert_stays(move)
        move.intacct_posted_at = Datetime.now() - timedelta(minutes=11)
        self.sync()
        self.assert_in_step(move)

    def test_vendor_bills_and_entries_stay(self):
        bill = self.draft(move_type="in_invoice")
        bill.action_post()
        self.assert_stays(bill)


class TestHeader(ExportCase):
    def test_number_dates_reference_and_person(self):
        move = self.invoice(
            invoice_date_due=Date.to_date("2026-12-24"), ref="PO 4711 <x>"
        )
        self.sync()
        row = self.sent(move)
        self.assertEqual(row["RECORDID"], move.name)
        self.assertEqual(row["CUSTOMERID"], "C1")
        self.assertEqual(row["WHENCREATED"], INTACCT_DAY)
        self.assertEqual(row["WHENPOSTED"], INTACCT_DAY)
        self.assertEqual(row["WHENDUE"], "12/24/2026")
        self.assertEqual(row["DOCNUMBER"], "PO 4711 <x>")
        self.assertIn(self.operation(move).marker, row["DESCRIPTION"])
        self.assertIn(self.env.user.login, row["DESCRIPTION"])
        self.assert_in_step(move)

    # ------------------------------------------------------------------
    # Terms
    # ------------------------------------------------------------------
    def mapped_term(self, days=30, parts=()):
        lines = parts or [(100, days)]
        term = self.env["account.payment.term"].create(
            {
                "name": f"{days} days",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": after}
                    )
                    for share, after in lines
                ],
            }
        )
        self.env["intacct.mapping"].create(
            {
                "backend_id": self.backend.id,
                "source": "term",
                "term_id": term.id,
                "reference_id": self.reference("term", "Net 30").id,
            }
        )
        return term

    def test_a_term_that_yields_the_due_date_is_sent_with_it(self):
        move = self.invoice(invoice_payment_term_id=self.mapped_term(30).id)
        self.sync()
        row = self.sent(move)
        self.assertEqual((row["TERMNAME"], row["WHENDUE"]), ("Net 30", "12/10/2026"))

    def test_a_term_that_yields_another_date_is_left_out(self):
        move = self.invoice(invoice_payment_term_id=self.mapped_term(45).id)
        self.sync()
        row = self.sent(move)
        self.assertFalse(row["TERMNAME"])
        self.assertEqual(row["WHENDUE"], "12/25/2026")

    def test_of_several_instalments_the_last_is_the_due_date(self):
        term = self.mapped_term(parts=[(50, 30), (50, 60)])
        move = self.invoice(invoice_payment_term_id=term.id)
        self.sync()
        row = self.sent(move)
        self.assertFalse(row["TERMNAME"])
        self.assertEqual(row["WHENDUE"], "01/09/2027")
        note = self.events(cause="instalments", move_id=move.id)
        self.assertEqual(len(note), 1)
        self.assertIn("2 instalments", note.message)

    # ------------------------------------------------------------------
    # Currency
    # ------------------------------------------------------------------
    def test_odoo_s_rate_is_sent(self):
        euro = self.env.ref("base.EUR")
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "name": DAY,
                "rate": 1 / 1.3137,
            }
        )
        move = self.invoice(100, 33.33, currency_id=euro.id)
        self.sync()
        row = self.sent(move)
        self.assertEqual(row["CURRENCY"], "EUR")
        self.assertAlmostEqual(float(row["EXCHANGE_RATE"]), 1.3137)
        self.assertAlmostEqual(
            float(row["TOTALENTERED"]), move.amount_total_signed, delta=0.02
        )
        self.assert_in_step(move)

    def test_intacct_s_daily_rate_by_setting(self):
        self.backend.rate_rule = "intacct"
        euro = self.env.ref("base.EUR")
        euro.rate_ids.rate = 0.5
        move = self.invoice(100, currency_id=euro.id)
        self.sync()
        self.assertEqual(float(self.sent(move)["EXCHANGE_RATE"]), 1.25)
        self.assert_in_step(move)

    def test_a_currency_without_decimals(self):
        move = self.invoice(12345, currency_id=self.env.ref("base.JPY").id)
        self.sync()
        row = self.sent(move)
        self.assertEqual(float(row["TRX_TOTALENTERED"]), 12345)
        self.assertEqual(float(row["TOTALENTERED"]), 123.45)
        self.assert_in_step(move)

    def test_a_currency_of_three_decimals_is_refused_before_sending(self):
        dinar = self.env.ref("base.KWD")
        dinar.active = True
        move = self.invoice(10.125, currency_id=dinar.id)
        self.sync(state="errors")
        self.assertFalse(self.writes())
        self.assertIn("more than two decimals", self.message(move).message)


class TestReadBack(ExportCase):
    def test_another_number_is_a_difference(self):
        self.intacct.settings(invoice_numbering="sequence")
        move = self.invoice()
        self.sync(state="errors")
        binding = move.intacct_binding_ids
        self.assertEqual(binding.sync_state, "difference")
        self.assertEqual(binding.number, "INV00001")
        text = self.message(move).message
        self.assertIn(move.name, text)
        self.assertIn("INV00001", text)
        self.sync(state=None)
        self.assertEqual(len(self.intacct.rows("ARINVOICE")), 1)

    def test_intacct_s_number_by_setting_is_none(self):
        self.intacct.settings(
            invoice_numbering="sequence", adjustment_numbering="sequence"
        )
        self.backend.number_rule = "intacct"
        move, credit = self.invoice(), self.credit_note(20)
        self.sync()
        self.assertEqual(move.intacct_status, "in")
        self.assertEqual(move.intacct_binding_ids.number, "INV00001")
        self.assertEqual(credit.intacct_binding_ids.number, "ADJ00001")
        row = self.intacct.one("ARINVOICE", RECORDID="INV00001")
        self.assertEqual(row["DOCNUMBER"], move.name)
        self.assertFalse(self.events(state="open"))

    def change(self, **action):
        self.intacct.simulator.admin("change", action)

    def test_amounts_that_were_changed_there_name_both_values(self):
        self.intacct.settings(approvals=["ARINVOICE"])
        move = self.invoice(100)
        self.sync()
        key = self.sent(move)["RECORDNO"]
        line = {"LINE_NO": "1", "TRX_AMOUNT": "99.99"}
        self.change(action="update", key=key, lines=[line], force=True)
        self.change(action="submit", key=key)

        self.sync(state="errors")

        text = self.message(move).message
        self.assertIn("total: sent 100.00, Intacct has 99.99", text)
        self.assertEqual(move.intacct_status, "difference")

    def test_submitted_is_waiting_and_later_done(self):
        self.intacct.settings(approvals=["ARINVOICE"])
        move = self.invoice()
        self.sync()
        operation = self.operation(move)
        self.assertEqual(operation.state, "approval")
        self.assertEqual(move.intacct_remote_state, "Submitted")
        self.assertFalse(operation.verified_at)

        key = self.sent(move)["RECORDNO"]
        self.change(action="submit", key=key)
        self.sync()
        self.assert_in_step(move)
        self.assertEqual(move.intacct_remote_state, "Posted")

    def test_declined_is_a_difference(self):
        self.intacct.settings(approvals=["ARINVOICE"])
        move = self.invoice()
        self.sync()
        key = self.sent(move)["RECORDNO"]
        self.change(action="decline", key=key)
        self.sync(state="errors")
        self.assertIn("Declined", self.message(move).message)
        self.assertEqual(move.intacct_status, "difference")

    def test_a_closed_period_is_named(self):
        self.intacct.load(
            CLOSEDBOOKS=[
                {"MODULE": "AR", "LOCATIONID": "", "CLOSEDTHROUGH": "11/15/2026"}
            ]
        )
        closed = self.invoice()
        still_open = self.invoice(invoice_date="2026-11-16")
        self.sync(state="errors")
        event = self.message(closed)
        self.assertIn("in a period that is closed in Intacct", event.message)
        self.assertIn("Your transaction date (11/10/2026)", event.raw)
        self.assert_in_step(still_open)

    def test_a_record_that_cannot_be_seen_is_named(self):
        move = self.invoice()
        self.sync()
        key = self.sent(move)["RECORDNO"]
        operation = self.operation(move)
        self.change(action="delete", key=key, force=True)
        operation.verified_at = False
        self.sync(state=None)
        self.assertIn("does not show it", self.message(move).message)
