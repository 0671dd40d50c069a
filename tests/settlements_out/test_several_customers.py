"""One payment of several customers, with a rest or a write-off -> a part for each."""

from odoo.fields import Command

from .common import SettlementCase


class SeveralCase(SettlementCase):
    """Customers C1, whose money it is, and C2 and C3."""

    def setUp(self):
        super().setUp()
        for code in ("C2", "C3"):
            self.intacct.customer(code)
        self.import_all()
        self.map("journal", self.bank, "bank", "BOA")
        self.second = self.partner("C2")
        self.third = self.partner("C3")
        self.write_off = self.account("655500", "expense", "Write-off")

    def partner(self, code):
        return self.env["res.partner"].search(
            [("intacct_binding_ids.number", "=", code)]
        )

    def sold_to(self, partner, amount, day="2026-10-05"):
        return self.own_invoice(
            partner,
            amount,
            invoice_date=day,
            invoice_date_due=day,
            invoice_payment_term_id=False,
        )

    def settle_own(self, entry, invoice):
        """Reconciles an invoice with what an entry has of its customer."""
        lines = self.receivable(entry).filtered(
            lambda line: line.partner_id == invoice.partner_id
        )
        (lines | self.receivable(invoice)).reconcile()

    def map_write_off(self):
        return self.map("account", self.write_off, "account", "4900")

    def made(self, record, intacct_object="ARPYMT"):
        """What a payment is in Intacct: amount and open credit by customer."""
        bindings = record.intacct_binding_ids.filtered(
            lambda binding: binding.intacct_object == intacct_object
            and binding.sync_state == "synced"
        )
        rows = [
            row
            for binding in bindings
            if (row := self.intacct.one(intacct_object, RECORDNO=binding.recordno))
            and float(row["TRX_TOTALENTERED"])
        ]
        found = {
            row["CUSTOMERID"]: (
                float(row["TRX_TOTALENTERED"]),
                float(row["TRX_TOTALDUE"] or 0),
            )
            for row in rows
        }
        self.assertEqual(len(found), len(rows), "one for each customer")
        return found

    def owed_there(self, code):
        return float(self.intacct.one("CUSTOMER", CUSTOMERID=code)["TOTALDUE"] or 0)

    def assert_owed(self, **amounts):
        """What customers owe, in both ledgers."""
        for code, amount in amounts.items():
            lines = self.env["account.move.line"].search(
                [
                    ("partner_id", "=", self.partner(code).id),
                    ("account_type", "=", "asset_receivable"),
                    ("parent_state", "=", "posted"),
                ]
            )
            here = sum(lines.mapped("amount_residual"))
            self.assertAlmostEqual(here, amount, 2, f"{code} in Odoo")
            self.assertAlmostEqual(self.owed_there(code), amount, 2, f"{code} there")


class TestRest(SeveralCase):
    def test_the_rest_stays_with_the_one_who_paid(self):
        mine, theirs = self.sold(100), self.sold_to(self.second, 50)
        payment = self.payment(180)
        self.reconcile(payment, mine)
        self.reconcile(payment, theirs)

        self.sync_twice()

        self.assert_agree(mine, theirs, open_amounts=[0, 0])
        self.assertEqual(self.made(payment), {"C1": (130, 30), "C2": (50, 0)})
        self.assert_owed(C1=-30, C2=0)
        self.assertFalse(self.events(state="open"))
        self.assertEqual(payment.intacct_status, "in")

    def test_who_has_no_invoice_in_it_gets_an_advance(self):
        theirs, more = self.sold_to(self.second, 50), self.sold_to(self.third, 20)
        payment = self.payment(100)
        self.reconcile(payment, theirs)
        self.reconcile(payment, more)

        self.sync_twice()

        self.assert_agree(theirs, more, open_amounts=[0, 0])
        self.assertEqual(self.made(payment), {"C2": (50, 0), "C3": (20, 0)})
        self.assertEqual(self.made(payment, "ARADVANCE"), {"C1": (30, 30)})
        self.assert_owed(C1=-30, C2=0, C3=0)

    def test_the_rest_is_applied_later(self):
        mine, theirs = self.sold(100), self.sold_to(self.second, 50)
        payment = self.payment(180)
        self.reconcile(payment, mine)
        self.reconcile(payment, theirs)
        self.sync()
        later = self.sold(40, "2026-10-25")
        self.sync()

        self.reconcile(payment, later)
        self.sync_twice()

        self.assert_agree(mine, theirs, later, open_amounts=[0, 0, 10])
        self.assertEqual(self.made(payment)["C1"], (130, 0))

    def test_a_customer_whom_intacct_does_not_know_gets_the_rest(self):
        self.backend.customer_id_rule = "reference"
        payer = self.env["res.partner"].create({"name": "Payer", "ref": "P1"})
        theirs = self.sold_to(self.second, 50)
        payment = self.payment(60, partner_id=payer.id)
        (payment.move_id.line_ids | theirs.line_ids).filtered(
            lambda line: line.account_type == "asset_receivable"
        ).reconcile()

        self.sync_twice()

        self.assertEqual(self.made(payment), {"C2": (50, 0)})
        self.assertEqual(self.made(payment, "ARADVANCE"), {"P1": (10, 10)})

    def test_a_bank_line_leaves_each_rest_with_its_customer(self):
        mine, theirs = self.sold(100), self.sold_to(self.second, 50)
        move = self.bank_line(200, (mine, 130), (theirs, 70))

        self.sync_twice()

        self.assert_agree(mine, theirs, open_amounts=[0, 0])
        self.assertEqual(self.made(move), {"C1": (130, 30), "C2": (70, 20)})
        self.assert_owed(C1=-30, C2=-20)

    def test_a_rest_that_nobody_said_whose_it_is_waits(self):
        mine, theirs = self.sold(100), self.sold_to(self.second, 50)
        nobody = self.env["res.partner"]
        move = self.entry(
            (self.bank.default_account_id, 180),
            (self.receivable_account, -100),
            (self.receivable_account, -50, self.second),
            (self.receivable_account, -30, nobody),
            journal=self.bank,
        )
        for invoice in (mine, theirs):
            self.settle_own(move, invoice)

        self.sync_twice("errors")
        event = self.waiting(move)
        self.assertEqual(event.cause, "several_customers")
        self.assertFalse(self.receipts())

        self.receivable(move).partner_id = self.customer_partner
        self.sync_twice()
        self.assertEqual(self.made(move), {"C1": (130, 30), "C2": (50, 0)})
        self.assertFalse(self.events(state="open"))

    def test_more_than_its_documents_without_entry(self):
        mine, theirs = self.sold(100), self.sold_to(self.second, 50)
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.customer_partner.id,
                "partner_type": "customer",
                "payment_type": "inbound",
                "amount": 180,
                "date": "2026-10-18",
                "journal_id": self.bank.id,
                "invoice_ids": [Command.set((mine | theirs).ids)],
            }
        )
        payment.outstanding_account_id = False
        payment.action_post()

        self.sync_twice()

        self.assertEqual(self.made(payment), {"C1": (130, 30), "C2": (50, 0)})

        self.bank_line(
            180, (mine, 100), (theirs, 50), extra=[(self.receivable_account, -30)]
        )
        self.sync_twice()
        self.assert_agree(mine, theirs, open_amounts=[0, 0])
        self.assertEqual(len(self.receipts()), 2)
        self.assert_owed(C1=-30, C2=0)


class TestWriteOffs(SeveralCase):
    def paid_short(self, invoices, cash):
        """A payment with a write-off, as the wizard of the first customer makes it."""
        payment = self.payment(
            cash,
            write_off_line_vals=[
                {
                    "name": "Small difference",
                    "account_id": self.write_off.id,
                    "partner_id": self.customer_partner.id,
                    "amount_currency": sum(invoices.mapped("amount_total")) - cash,
                    "balance": sum(invoices.mapped("amount_total")) - cash,
                    "currency_id": self.company.currency_id.id,
                }
            ],
        )
        for invoice in invoices:
            self.reconcile(payment, invoice)
        self.assertFalse(any(invoices.mapped("amount_residual")))
        return payment

    def test_each_customer_has_its_own_adjustment(self):
        self.map_write_off()
        mine = self.sold(100, "2026-10-05")
        theirs = self.sold_to(self.second, 50, "2026-10-06")
        more = self.sold_to(self.third, 20, "2026-10-07")
        payment = self.paid_short(mine | theirs | more, 145)

        self.sync_twice()

        self.assert_agree(mine, theirs, more, open_amounts=[0, 0, 0])
        memos = self.made(payment, "ARADJUSTMENT")
        self.assertEqual(memos, {"C2": (-5, 0), "C3": (-20, 0)})
        cash = sum(float(row["TRX_TOTALENTERED"]) for row in self.receipts())
        self.assertEqual(cash, 145)
        self.assertFalse(self.events(state="open"))

    def test_the_invoice_of_another_customer_alone(self):
        self.map_write_off()
        theirs = self.sold_to(self.second, 50)
        payment = self.paid_short(theirs, 47)

        self.sync_twice()

        self.assert_agree(theirs, open_amounts=[0])
        self.assertEqual(self.made(payment, "ARADJUSTMENT"), {"C2": (-3, 0)})
        self.assertEqual(self.made(payment), {"C2": (47, 0)})

    def test_two_accounts_lose_no_cent(self):
        self.map_write_off()
        charge = self.account("655199", "expense", "Bank charge")
        self.map("account", charge, "account", "4100")
        mine, theirs = self.sold(100), self.sold_to(self.second, 50, "2026-10-06")
        move = self.bank_line(
            29.99,
            (mine, 100),
            (theirs, 50),
            extra=[(self.write_off, 100), (charge, 20.01)],
        )

        self.sync_twice()

        self.assert_agree(mine, theirs, open_amounts=[0, 0])
        memos = self.made(move, "ARADJUSTMENT")
        self.assertEqual(memos, {"C1": (-70.01, 0), "C2": (-50, 0)})
        totals = {}
        for row in self.intacct.rows("ARADJUSTMENTITEM"):
            account = row["ACCOUNTNO"]
            value = totals.get(account, 0) + float(row["TRX_AMOUNT"])
            totals[account] = round(value, 2)
        self.assertEqual(totals, {"4900": -100, "4100": -20.01})

    def test_an_entry_without_money_for_several(self):
        self.map_write_off()
        mine, theirs = self.sold(100), self.sold_to(self.second, 50)
        entry = self.entry(
            (self.write_off, 25),
            (self.receivable_account, -15),
            (self.receivable_account, -10, self.second),
        )
        for invoice in (mine, theirs):
            self.settle_own(entry, invoice)

        self.sync_twice()

        self.assert_agree(mine, theirs, open_amounts=[85, 40])
        memos = self.made(entry, "ARADJUSTMENT")
        self.assertEqual(memos, {"C1": (-15, 0), "C2": (-10, 0)})
        self.assert_owed(C1=85, C2=40)

    def test_an_account_that_is_mapped_later(self):
        mine, theirs = self.sold(100), self.sold_to(self.second, 50, "2026-10-06")
        payment = self.paid_short(mine | theirs, 145)
        self.sync("errors")
        self.assertTrue(self.waiting(payment).cause.startswith("unmapped:"))

        self.map_write_off()
        self.sync_twice()

        self.assert_agree(mine, theirs, open_amounts=[0, 0])
        self.assertEqual(self.made(payment, "ARADJUSTMENT"), {"C2": (-5, 0)})


class TestParts(SeveralCase):
    """What becomes of parts: each exactly once, taken back together."""

    def setUp(self):
        super().setUp()
        self.mine, self.theirs = self.sold(100), self.sold_to(self.second, 50)
        self.sync()
        self.payment_of_both = self.payment(180)
        self.reconcile(self.payment_of_both, self.mine)
        self.reconcile(self.payment_of_both, self.theirs)

    def assert_complete(self):
        payment = self.payment_of_both
        self.assert_agree(self.mine, self.theirs, open_amounts=[0, 0])
        self.assertEqual(self.made(payment), {"C1": (130, 30), "C2": (50, 0)})
        self.assert_owed(C1=-30, C2=0)
        self.assertFalse(self.events(state="open"))

    def test_a_lost_answer(self):
        self.intacct.faults({"action": "cut", "function": "create"})
        run = self.sync(state=None)
        run.next_attempt = False
        self.work()
        self.sync_twice()

        self.assert_complete()
        self.assertEqual(len(self.receipts()), 2)

    def test_a_part_that_was_refused_is_sent_alone_after_a_retry(self):
        self.set_status("inactive")
        self.sync("errors")
        operations = self.operations(self.payment_of_both, "payment")
        self.assertEqual(sorted(operations.mapped("state")), ["done", "failed"])
        self.assertTrue(self.waiting(self.payment_of_both))
        self.assertEqual(self.payment_of_both.intacct_status, "failed")

        self.set_status("active")
        operations.filtered(lambda item: item.state == "failed").action_retry()
        self.work()
        self.sync_twice()

        self.assert_complete()
        self.assertEqual(len(self.receipts()), 2)

    def test_an_advance_that_was_refused_is_sent_alone_after_a_retry(self):
        self.reconcile_less()
        self.intacct.faults(
            {
                "action": "error",
                "function": "create",
                "object": "ARADVANCE",
                "text": "Somebody has the record open",
            }
        )
        self.sync("errors")
        payment = self.payment_of_both
        (failed,) = self.operations(payment, "advance")
        self.assertEqual(failed.state, "failed")

        failed.action_retry()
        self.work()
        self.sync_twice()

        self.assertEqual(self.made(payment), {"C2": (50, 0)})
        self.assertEqual(self.made(payment, "ARADVANCE"), {"C1": (130, 130)})

    def reconcile_less(self):
        """The payment settles the other customer's invoice only."""
        self.mine.line_ids.matched_credit_ids.unlink()

    def set_status(self, status):
        """Intacct takes no receipt of a customer that is not active."""
        self.intacct.call(
            "<update><CUSTOMER><CUSTOMERID>C2</CUSTOMERID>"
            f"<STATUS>{status}</STATUS></CUSTOMER></update>"
        )

    def test_one_invoice_taken_off_takes_all_parts_back_and_sends_them_anew(self):
        self.sync()
        self.assert_complete()

        self.theirs.line_ids.matched_credit_ids.unlink()
        self.sync_twice()

        payment = self.payment_of_both
        self.assert_agree(self.mine, self.theirs, open_amounts=[0, 50])
        self.assertEqual(self.made(payment), {"C1": (180, 80)})
        self.assert_owed(C1=-80, C2=50)

    def test_cancelled_all_parts_go(self):
        self.sync()

        payment = self.payment_of_both
        payment.action_draft()
        payment.action_cancel()
        self.sync_twice()

        self.assertFalse(self.made(self.payment_of_both))
        self.assert_owed(C1=100, C2=50)

    def test_posted_again_unchanged_nothing_happens(self):
        self.sync()

        payment = self.payment_of_both
        payment.action_draft()
        payment.action_post()
        self.sync_twice()

        self.assert_complete()
        self.assertEqual(len(self.receipts()), 2)

    def test_the_rest_on_an_invoice_of_somebody_else(self):
        """What lies on the account of one customer in Intacct cannot settle the
        document of another: after a reset it comes in other parts."""
        self.sync()
        more = self.sold_to(self.third, 20)
        self.sync()
        self.reconcile(self.payment_of_both, more)
        self.sync("errors")
        event = self.waiting(self.payment_of_both)
        self.assertEqual(event.cause, "several_customers")

        self.payment_of_both.action_draft()
        self.payment_of_both.action_post()
        self.sync_twice()

        self.assert_agree(self.mine, self.theirs, more, open_amounts=[0, 0, 0])
        parts = {"C1": (110, 10), "C2": (50, 0), "C3": (20, 0)}
        self.assertEqual(self.made(self.payment_of_both), parts)
        self.assertFalse(self.events(state="open"))
