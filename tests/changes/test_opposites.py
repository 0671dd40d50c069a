"""An adjustment that Intacct does not delete is taken back by an opposite one."""

from lxml import html
from odoo.fields import Date

from .common import ChangeCase


class OppositeCase(ChangeCase):
    """Intacct deletes no memo that was ever applied, as its own pages."""

    def applied(self, amount=30):
        """An invoice, and a credit note that is applied to it."""
        invoice, note = self.sold(100), self.credited(amount)
        self.reconcile(invoice, note)
        self.sync()
        self.assert_agree(invoice, note, open_amounts=[100 - amount, 0])
        return invoice, note

    def memo(self, recordno):
        return self.intacct.one("ARADJUSTMENT", RECORDNO=recordno)

    def memos(self):
        """RECORDNO and total of each adjustment that stands, by its number."""
        return {
            row["RECORDID"]: (str(row["RECORDNO"]), float(row["TRX_TOTALENTERED"]))
            for row in self.intacct.rows("ARADJUSTMENT")
            if row["RAWSTATE"] == "A"
        }

    def lines(self, recordno):
        """Account, department, tax and amount of each line."""
        return sorted(
            (
                line["ACCOUNTNO"],
                line.get("DEPARTMENTID"),
                float(line["TRX_AMOUNT"]),
            )
            for line in self.intacct.rows("ARADJUSTMENTITEM")
            if str(line["RECORDKEY"]) == str(recordno)
        )

    def undoing(self, record):
        (operation,) = self.operations(record, "delete_adjustment")
        return operation

    def told(self, record):
        return [
            (operation.action, operation.state, operation.cause, operation.message)
            for operation in record.intacct_operation_ids
        ]

    def go_on(self):
        """The run that was interrupted, some minutes later."""
        self.intacct.no_faults()
        runs = self.env["intacct.sync.run"].search([("state", "=", "running")])
        runs.next_attempt = False
        self.env["intacct.operation"].search([]).next_attempt = False
        self.work()

    def assert_cancelled_out(self, record, number, opposite):
        """Both stand and nothing of them is open, here and there."""
        memos = self.memos()
        self.assertEqual(self.undoing(record).state, "done", self.told(record))
        for name in (number, opposite):
            key, _total = memos[name]
            self.assertEqual(self.intacct.due(key, "ARADJUSTMENT"), 0, name)
        self.assertEqual(memos[number][1], -memos[opposite][1])
        self.assertEqual(
            self.lines(memos[opposite][0]),
            sorted(
                (account, department, -amount)
                for account, department, amount in self.lines(memos[number][0])
            ),
        )


class TestCreditNotes(OppositeCase):
    def test_one_that_was_applied_is_taken_back_by_an_opposite_one(self):
        invoice, note = self.applied()
        key, _name = self.there(note)

        self.cancel(note)
        self.follow()

        number = f"{note.name}-R1"
        self.assert_cancelled_out(note, note.name, number)
        self.assert_agree(invoice, open_amounts=[100])
        opposite = self.memo(self.memos()[number][0])
        self.assertEqual(opposite["CUSTOMERID"], "C1")
        self.assertEqual(opposite["WHENPOSTED"], Date.today().strftime("%m/%d/%Y"))
        for words in ("odoo:", note.name, f"no. {key}"):
            self.assertIn(words, opposite["DESCRIPTION"])
        self.assertEqual(note.intacct_status, "gone")
        self.assertFalse(self.events(state="open"))
        self.sync_twice()

    def test_neither_is_brought_as_new(self):
        _invoice, note = self.applied()
        before = self.env["account.move"].search_count([])

        self.cancel(note)
        self.follow()
        self.backend.compared_at = "2026-01-01 00:00:00"
        self.import_all()
        self.sync()

        after = self.env["account.move"].search_count([])
        self.assertEqual(after, before)
        self.assertFalse(self.events(state="open"))
        self.assertFalse(self.events(cause="copied_mark"))

    def test_the_document_may_be_deleted_then(self):
        _invoice, note = self.applied()
        self.cancel(note)
        self.follow()

        note.button_draft()
        note.with_context(force_delete=True).unlink()
        self.sync_twice()

        self.assertFalse(self.events(state="open"))
        self.assertFalse(self.events(cause="copied_mark"))

    def test_it_is_told(self):
        _invoice, note = self.applied()
        self.cancel(note)
        self.follow()

        told = " ".join(note.message_ids.mapped("body"))
        for words in (
            "does not delete",
            f"opposite adjustment {note.name}-R1",
            "Nothing of it is open any more",
        ):
            self.assertIn(words, told)

    def test_the_month_end_pack_lists_it(self):
        _invoice, note = self.applied()
        self.cancel(note)
        self.follow()

        today = Date.context_today(self.env.user)
        wizard = self.env["intacct.month.end"].create(
            {
                "backend_id": self.backend.id,
                "date_from": today,
                "date_to": today,
            }
        )
        page, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "intacct_connector.action_report_month_end", wizard.ids
        )
        (row,) = html.fromstring(page).xpath("//*[@name='opposite']")
        text = " ".join(row.text_content().split())
        for words in (note.name, f"{note.name}-R1", "30", "USD"):
            self.assertIn(words, text)
        self.assertNotIn("not applied yet", text)

    def test_a_changed_one_is_sent_anew_under_the_next_number(self):
        invoice, note = self.applied()

        self.reset(note)
        note.with_user(self.reverser).invoice_line_ids.price_unit = 25
        note.action_post()
        self.follow()

        self.assert_cancelled_out(note, note.name, f"{note.name}-R1")
        self.assertEqual(self.row(note)["RECORDID"], f"{note.name}-R2")
        self.assert_agree(invoice, note, open_amounts=[100, 25])
        self.sync_twice()

    def test_one_in_a_closed_period(self):
        note = self.credited(30)
        self.sync()
        self.intacct.change("close_books", through="10/31/2026")

        self.cancel(note)
        self.follow()

        self.assert_cancelled_out(note, note.name, f"{note.name}-R1")
        self.sync_twice()

    def test_one_that_was_never_applied_is_deleted(self):
        note = self.credited(30)
        self.sync()

        self.cancel(note)
        self.follow()

        self.assertFalse(self.memos())
        self.assertFalse(self.operations(note, "oppose"))

    def test_one_on_an_imported_invoice(self):
        theirs = self.intacct.invoice(lines=[100])
        self.sync()
        wizard = self.env["account.move.reversal"].create(
            {
                "move_ids": [(6, 0, self.move(theirs).ids)],
                "journal_id": self.move(theirs).journal_id.id,
                "date": "2026-10-10",
            }
        )
        action = wizard.refund_moves()
        note = self.env["account.move"].browse(action["res_id"])
        if note.state == "draft":
            note.action_post()
        self.reconcile(self.move(theirs), note)
        self.sync()
        self.assertEqual(self.intacct.due(theirs), 0)

        self.cancel(note)
        self.follow()

        (opposite,) = self.operations(note, "oppose")
        self.assertEqual(opposite.state, "done")
        self.assertEqual(self.intacct.due(theirs), 100)
        self.assert_open(theirs, 100)
        self.sync_twice()

    def test_a_foreign_one_has_the_rate_of_what_it_takes_back(self):
        eur = self.env.ref("base.EUR")
        eur.active = True
        self.env["res.currency.rate"].create(
            [
                {"currency_id": eur.id, "name": "2026-10-01", "rate": 0.8},
                {"currency_id": eur.id, "name": "2026-11-01", "rate": 0.5},
            ]
        )
        self.map("journal", self.bank, "bank", "BOA")
        invoice = self.sold(100, currency_id=eur.id)
        note = self.credited(30, currency_id=eur.id)
        self.reconcile(invoice, note)
        self.sync()

        self.cancel(note)
        self.follow()

        self.assert_cancelled_out(note, note.name, f"{note.name}-R1")
        key, _total = self.memos()[f"{note.name}-R1"]
        self.assertEqual(float(self.memo(key)["TOTALENTERED"]), 37.5)
        self.sync_twice()

    def test_intacct_s_daily_rate_was_that_of_its_own_day(self):
        self.backend.rate_rule = "intacct"
        eur = self.env.ref("base.EUR")
        eur.rate_ids.rate = 0.8
        invoice = self.sold(100, currency_id=eur.id)
        note = self.credited(30, currency_id=eur.id)
        self.reconcile(invoice, note)
        self.sync()
        self.intacct.load(
            EXCHANGERATE=[{"FROM": "EUR", "DATE": "11/01/2026", "RATE": "1.5"}]
        )

        self.cancel(note)
        self.follow()

        self.assert_cancelled_out(note, note.name, f"{note.name}-R1")
        key, _total = self.memos()[f"{note.name}-R1"]
        self.assertEqual(float(self.memo(key)["TOTALENTERED"]), 37.5)

    def test_lines_of_both_signs(self):
        self.intacct.load(DEPARTMENT=[{"DEPARTMENTID": "D2", "TITLE": "Service"}])
        invoice = self.sold(100)
        note = self.credited(30)
        note.button_draft()
        other = self.account("655600", "expense", "Handling")
        self.map("account", other, "account", "4100")
        note.write(
            {
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Handling",
                            "price_unit": -10,
                            "account_id": other.id,
                            "tax_ids": [],
                        },
                    )
                ]
            }
        )
        note.action_post()
        self.reconcile(invoice, note)
        self.sync()

        self.cancel(note)
        self.follow()

        self.assert_cancelled_out(note, note.name, f"{note.name}-R1")
        self.assert_agree(invoice, open_amounts=[100])


class TestMemos(OppositeCase):
    def setUp(self):
        super().setUp()
        self.write_off = self.account("655500", "expense", "Write-off")
        self.map("account", self.write_off, "account", "4900")

    def test_a_write_off(self):
        invoice = self.sold(100)
        payment = self.pay(
            invoice,
            97,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.write_off.id,
            writeoff_label="Small difference",
        )
        self.sync()

        self.cancel(payment)
        self.follow()

        self.assert_cancelled_out(payment, payment.name, f"{payment.name}-R1")
        self.assertFalse(
            [row for row in self.live_receipts() if float(row["TRX_TOTALENTERED"] or 0)]
        )
        self.assert_agree(invoice, open_amounts=[100])
        self.assertNotEqual(payment.intacct_status, "in")
        self.sync_twice()
        self.assertFalse(payment._intacct_sent())

    def test_a_refund_which_is_a_debit(self):
        note = self.credited(30)
        refund = self.pay(note)
        self.sync()
        self.assert_agree(note, open_amounts=[0])

        self.cancel(refund)
        self.follow()

        self.assert_cancelled_out(refund, refund.name, f"{refund.name}-R1")
        self.assert_agree(note, open_amounts=[30])
        self.sync_twice()


class TestNotOpposed(OppositeCase):
    def test_a_right_that_lacks_makes_none(self):
        _invoice, note = self.applied()
        self.intacct.permit("ARADJUSTMENT", "list", "view", "add", "edit", "post")

        self.cancel(note)
        self.follow(None)

        self.assertEqual(self.undoing(note).state, "failed")
        self.assertFalse(self.operations(note, "oppose"))
        self.assertEqual(list(self.memos()), [note.name])

    def test_a_fault_that_passes_makes_none(self):
        note = self.credited(30)
        self.sync()
        self.cancel(note)
        self.intacct.faults(
            {
                "action": "error",
                "function": "delete_aradjustment",
                "times": 1,
            }
        )
        self.follow(None)
        self.go_on()

        self.assertFalse(self.operations(note, "oppose"))
        self.assertFalse(self.memos())

    def test_a_connection_that_forbids_reversals_makes_none(self):
        _invoice, note = self.applied()
        self.cancel(note)
        self.backend.forbid_reversals = True

        self.follow(None)

        self.assertEqual(list(self.memos()), [note.name])
        self.assertIn("never reverses", self.waiting(note).message)

    def test_forbidden_after_the_refusal(self):
        _invoice, note = self.applied()
        self.cancel(note)
        self.intacct.faults(
            {"action": "cut", "when": "before", "function": "create_aradjustment"}
        )
        self.follow(None)
        self.backend.forbid_reversals = True
        (opposite,) = self.operations(note, "oppose")
        opposite.state = "superseded"

        self.go_on()

        self.assertEqual(list(self.memos()), [note.name])
        self.assertIn("never reverses", self.waiting(note).message)

        self.backend.forbid_reversals = False
        self.sync()
        self.assert_cancelled_out(note, note.name, f"{note.name}-R1")

    def test_where_none_may_be_added_a_person_does_it(self):
        _invoice, note = self.applied()
        self.intacct.permit("ARADJUSTMENT", "list", "view", "edit", "post", "delete")
        key, _name = self.there(note)

        self.cancel(note)
        self.follow(None)

        operation = self.undoing(note)
        self.assertEqual(operation.state, "do_it")
        self.assertIn(key, operation.message)
        self.assertIn("Do it in Intacct", self.waiting(note).message)
        self.sync(None)
        self.assertEqual(len(note.activity_ids), 1)
        self.assertEqual(list(self.memos()), [note.name])

        self.intacct.change("reverse", key=key, date="11/20/2026")
        self.sync(None)
        self.assertEqual(operation.state, "done")
        self.assertFalse(note.activity_ids)

    def test_one_that_somebody_applied_there_is_unapplied_by_a_person(self):
        invoice, note = self.applied()
        key, _name = self.there(note)
        self.cancel(note)
        other = self.intacct.invoice(lines=[50])
        # Between our unapplying and the opposite adjustment.
        self.intacct.faults(
            {"action": "cut", "when": "before", "function": "delete_aradjustment"}
        )
        self.follow(None)
        self.intacct.no_faults()
        payment = self.intacct.apply_credit(key, other, 10, day="11/22/2026")
        self.go_on()

        operation = self.undoing(note)
        self.assertEqual(operation.state, "do_it", operation.message)
        self.assertIn("unapply", operation.message)

        self.intacct.reverse_payment(payment, day="11/23/2026")
        self.sync(None)
        self.assert_cancelled_out(note, note.name, f"{note.name}-R1")
        self.assertFalse(note.activity_ids)

    def refuse_application(self, note):
        """Both stand there, and Intacct does not apply them to each other."""
        key, _name = self.there(note)
        self.cancel(note)
        self.intacct.faults(
            {
                "action": "error",
                "contains": "<POSADJKEY>",
                "errorno": "BL01001973",
                "text": "The credit is locked",
            }
        )
        self.follow(None)
        self.intacct.no_faults()
        operation = self.undoing(note)
        self.assertEqual(operation.state, "do_it", operation.message)
        opposite, _total = self.memos()[f"{note.name}-R1"]
        return operation, key, opposite

    def test_opposite_of_what_a_person_has_reversed_there_meanwhile(self):
        _invoice, note = self.applied()
        operation, key, _opposite = self.refuse_application(note)

        self.intacct.change("reverse", key=key, date="11/23/2026")
        self.sync(None)
        self.sync()

        self.assertEqual(operation.state, "done")
        self.assertFalse(self.memos())
        self.assertFalse(note.activity_ids)
        self.sync_twice()

    def test_a_refused_application_is_done_by_a_person(self):
        _invoice, note = self.applied()
        operation, key, opposite = self.refuse_application(note)
        for words in (key, opposite, "to each other"):
            self.assertIn(words, operation.message)
        self.sync(None)
        self.assertEqual(operation.state, "do_it")

        self.intacct.call(
            "<create><ARPYMT><FINANCIALENTITY>BOA</FINANCIALENTITY>"
            "<PAYMENTMETHOD>EFT</PAYMENTMETHOD><CUSTOMERID>C1</CUSTOMERID>"
            "<RECEIPTDATE>11/23/2026</RECEIPTDATE>"
            "<PAYMENTDATE>11/23/2026</PAYMENTDATE><CURRENCY>USD</CURRENCY>"
            f"<ARPYMTDETAILS><ARPYMTDETAIL><POSADJKEY>{opposite}</POSADJKEY>"
            f"<ADJUSTMENTKEY>{key}</ADJUSTMENTKEY>"
            "<TRX_ADJUSTMENTAMOUNT>30</TRX_ADJUSTMENTAMOUNT></ARPYMTDETAIL>"
            "</ARPYMTDETAILS></ARPYMT></create>"
        )
        self.sync(None)
        self.assert_cancelled_out(note, note.name, f"{note.name}-R1")
        self.sync_twice()


class TestOnce(OppositeCase):
    def test_an_answer_that_was_lost_is_found_by_its_mark(self):
        for function in ("create_aradjustment", "create"):
            for when in ("before", "after"):
                with self.subTest(function=function, when=when):
                    invoice, note = self.applied()
                    self.cancel(note)
                    self.intacct.faults(
                        {
                            "action": "cut",
                            "when": when,
                            "times": 1,
                            "function": function,
                        }
                    )
                    self.follow(None)
                    self.go_on()

                    self.assert_cancelled_out(note, note.name, f"{note.name}-R1")
                    self.assertNotIn(f"{note.name}-R2", self.memos())
                    self.assert_agree(invoice, open_amounts=[100])
                    self.assert_books()

    def test_it_waits_for_approval(self):
        _invoice, note = self.applied()
        self.intacct.settings(approvals=["ARADJUSTMENT"])
        self.cancel(note)
        self.follow(None)
        (opposite,) = self.operations(note, "oppose")
        self.assertEqual(opposite.state, "approval")
        self.assertFalse(self.operations(note, "apply_opposite"))

        self.intacct.change("submit", key=opposite.recordno)
        self.sync()

        self.assert_cancelled_out(note, note.name, f"{note.name}-R1")
        self.sync_twice()
