"""Credits applied in Odoo -> applied in Intacct, without any money."""

from .common import SettlementCase


class TestAppliedCredits(SettlementCase):
    def applications(self):
        return [row for row in self.receipts() if not float(row["TRX_TOTALENTERED"])]

    def test_a_credit_note_on_an_exported_invoice(self):
        invoice, note = self.sold(100), self.credited(30)
        self.reconcile(invoice, note)

        self.sync_twice()

        self.assert_agree(invoice, note, open_amounts=[70, 0])
        (application,) = self.applications()
        self.assertEqual(application["RECEIPTDATE"], "10/10/2026")

    def test_a_credit_note_on_several_invoices_in_part(self):
        theirs = self.intacct.invoice(lines=[25])
        self.sync()
        imported = self.move(theirs)
        first, note = self.sold(40), self.credited(100)
        self.reconcile(first, note)
        self.reconcile(imported, note)

        self.sync_twice()

        self.assert_agree(imported, first, note, open_amounts=[0, 0, 35])

    def test_a_credit_note_applied_later(self):
        invoice, note = self.sold(100), self.credited(30)
        self.sync()
        self.assert_agree(invoice, note, open_amounts=[100, 30])

        self.reconcile(invoice, note)
        self.sync_twice()

        self.assert_agree(invoice, note, open_amounts=[70, 0])

    def test_credits_that_came_from_intacct(self):
        invoice = self.intacct.invoice()
        memo = self.intacct.adjustment(lines=[-20])
        negative = self.intacct.invoice(lines=[-15])
        advance = self.intacct.advance(10)
        self.sync()
        imported = self.move(invoice)

        for move in (
            self.move(memo, "ARADJUSTMENT"),
            self.move(negative),
            self.move(advance, "ARADVANCE"),
        ):
            self.reconcile(imported, move)
        self.sync_twice()

        self.assert_agree(imported, self.move(negative), open_amounts=[55, 0])
        self.assertEqual(self.intacct.due(memo, "ARADJUSTMENT"), 0)
        self.assertEqual(self.intacct.due(advance, "ARADVANCE"), 0)
        self.assertFalse(self.events(state="open"))

    def test_an_over_payment_that_came_from_intacct(self):
        other = self.intacct.invoice(lines=[10])
        receipt = self.intacct.pay({other: 10}, overpaid=40)
        self.sync()
        invoice = self.sold(100)

        self.reconcile(invoice, self.move(receipt, "ARPYMT"))
        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[60])
        self.assertEqual(self.intacct.due(receipt, "ARPYMT"), 0)

    def test_a_credit_note_that_reverses_an_imported_invoice(self):
        invoice = self.intacct.invoice(lines=[60, 40])
        self.sync()
        wizard = (
            self.env["account.move.reversal"]
            .with_context(
                active_model="account.move", active_ids=self.move(invoice).ids
            )
            .create({"date": "2026-10-20", "journal_id": self.sold().journal_id.id})
        )
        wizard.refund_moves()
        note = wizard.new_move_ids
        note.action_post()

        self.sync_twice()

        self.assert_agree(self.move(invoice), note, open_amounts=[0, 0])

    def test_a_debit_memo_that_came_from_intacct_is_paid(self):
        memo = self.intacct.adjustment(lines=[45])
        self.sync()

        self.pay(self.move(memo, "ARADJUSTMENT"), 45)
        self.sync_twice()

        self.assert_agree(self.move(memo, "ARADJUSTMENT"), open_amounts=[0])

    def test_a_credit_used_up_in_intacct_is_told(self):
        invoice, note = self.sold(100), self.credited(30)
        self.sync()
        other = self.intacct.invoice(lines=[30])
        self.intacct.apply_credit(self.there(note)[0], other, 30)
        self.reconcile(invoice, note)

        self.sync(state=None)

        self.assertEqual(self.waiting(note).cause, "less_open")
        self.assertEqual(self.intacct.due(self.there(invoice)[0]), 100)

    def test_credits_in_another_currency(self):
        eur = self.env.ref("base.EUR").id
        invoice = self.sold(100, currency_id=eur)
        note = self.credited(30, currency_id=eur)
        self.reconcile(invoice, note)

        self.sync_twice()

        self.assert_agree(invoice, note, open_amounts=[70, 0])

    def test_one_without_an_answer_is_found_and_not_sent_again(self):
        for when in ("after", "before"):
            with self.subTest(when=when):
                invoice, note = self.sold(100), self.credited(30)
                self.sync()
                self.reconcile(invoice, note)
                fault = {"action": "cut", "when": when, "function": "create"}
                self.intacct.faults(fault)
                run = self.sync(state=None)
                self.assertEqual(self.operations(note, "apply").state, "in_doubt")

                run.next_attempt = False
                self.work()
                self.sync_twice()

                self.assert_agree(invoice, note, open_amounts=[70, 0])
        self.assertEqual(len(self.applications()), 2)


class TestInlineCredits(SettlementCase):
    def test_negative_lines_that_intacct_left_open_are_applied(self):
        self.intacct.settings(auto_apply_inline=False)
        self.map(
            "account",
            self.account("499901", "income", "Discount given"),
            "account",
            "4900",
        )
        discount = self.env["account.account"].search([("code", "=", "499901")])
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer_partner.id,
                "invoice_date": "2026-10-05",
                "invoice_line_ids": [
                    (0, 0, {"name": "Item", "price_unit": 100, "tax_ids": []}),
                    (
                        0,
                        0,
                        {
                            "name": "Discount",
                            "price_unit": -10,
                            "tax_ids": [],
                            "account_id": discount.id,
                        },
                    ),
                ],
            }
        )
        invoice.action_post()

        self.sync_twice()

        self.assert_agree(invoice, open_amounts=[90])
        recordno = self.there(invoice)[0]
        for line in self.intacct.rows("ARINVOICEITEM"):
            if str(line["RECORDKEY"]) == recordno and float(line["TRX_AMOUNT"]) < 0:
                self.assertEqual(
                    float(line["TRX_AMOUNT"]), float(line["TRX_TOTALPAID"])
                )
        (apply,) = self.operations(invoice, "apply")
        self.assertEqual(apply.state, "done")
        payment = self.pay(invoice)
        self.sync_twice()
        self.assert_agree(invoice, open_amounts=[0])
        self.assertEqual(float(self.receipt(payment)["TRX_TOTALENTERED"]), 90)
