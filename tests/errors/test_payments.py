"""Errors of payments, and of changes to what Intacct has."""

from .common import ErrorCase


class TestPayments(ErrorCase):
    def paid(self, amount=100, **values):
        """A payment of a new invoice, with the failure of the sync that takes it."""
        payment = self.pay(self.sold(amount), **values)
        return payment, self.told(payment)

    def told(self, record):
        self.sync(None)
        return self.waiting(record)

    def book_by_hand(self, move, amount, **values):
        """What the advice says before a receipt is ignored: it is entered there."""
        self.intacct.pay({self.there(move)[0]: amount}, **values)

    def ignore(self, record):
        self.decide("ignore", record)

    def rule_waits_for_document(self):
        invoice = self.sold()
        self.backend.send_delay = 60
        invoice.intacct_posted_at = self.env.cr.now()
        payment = self.pay(invoice)
        payment.intacct_posted_at = False
        yield self.told(payment)
        self.backend.send_delay = 0

    def rule_waits_for_approval(self):
        self.intacct.settings(approvals=["ARINVOICE"])
        invoice = self.sold()
        payment = self.pay(invoice)
        self.sync(None)
        self.sync(None)
        yield self.waiting(payment)
        self.intacct.change("submit", key=self.there(invoice)[0])

    def rule_stays_out(self):
        old, new = self.sold(60, "2026-09-20"), self.sold(100)
        action = yield self.told(self.pay(old | new))
        self.confirm_decision(action)

    def rule_before_start(self):
        invoice = self.sold()
        action = yield self.told(self.pay(invoice, day="2026-09-20"))
        self.book_by_hand(invoice, 100)
        self.confirm_decision(action)

    def rule_unapplied(self):
        payment = self.payment(80)
        event = self.told(payment)
        action = yield event
        self.assertEqual(self.opened(action), payment)
        self.reconcile(payment, self.sold(100))

    def rule_no_advance_account(self):
        self.backend.write({"advance_hours": 0, "advance_reference_id": False})
        action = yield self.told(self.payment(80))
        self.opened(action).advance_reference_id = self.reference("account", "2400")

    def rule_no_refund_account(self):
        self.backend.refund_reference_id = False
        action = yield self.told(self.pay(self.credited(30), day="2026-10-20"))
        self.opened(action).refund_reference_id = self.reference("account", "4900")

    def rule_BL02000051(self):
        invoice = self.sold(currency_id=self.env.ref("base.EUR").id)
        action = yield self.told(self.pay(invoice))
        rule = self.save_mapping(action)
        self.assertEqual((rule.journal_id, rule.reference_id.code), (self.bank, "BOE"))

    def rule_undeposited_bank(self):
        # A bank account takes the GL account over that was chosen here before.
        self.intacct.load(
            CHECKINGACCOUNT=[
                {
                    "BANKACCOUNTID": "NEW",
                    "BANKNAME": "New Bank",
                    "GLACCOUNTNO": "1090",
                    "CURRENCY": "USD",
                }
            ]
        )
        self.backend.action_refresh_lists()
        self.work()
        _payment, event = self.paid()
        action = yield event
        self.opened(action).undeposited_reference_id = self.reference("account", "1100")
        event.action_retry()

    def rule_no_bank(self):
        move = self.bank_line(100, (self.sold(), 100))
        action = yield self.told(move)
        self.save_mapping(action)

    def rule_suspense(self):
        self.map("journal", self.bank, "bank", "BOA")
        move = self.bank_line(150, (self.sold(), 100))
        yield self.told(move)
        other = self.sold(50)
        rest = move.line_ids.filtered(lambda line: line.name == "Rest")
        move.with_context(force_delete=True, skip_readonly_check=True).write(
            {
                "line_ids": [
                    (
                        1,
                        rest.id,
                        {
                            "account_id": self.receivable_account.id,
                            "partner_id": self.customer_partner.id,
                        },
                    )
                ]
            }
        )
        (rest | self.receivable(other)).reconcile()

    def rule_less_due(self):
        invoice = self.sold()
        self.sync()
        payment = self.pay(invoice)
        key = self.there(invoice)[0]
        self.intacct.pay({key: 70}, day="10/16/2026", DOCNUMBER="X")
        action = yield self.told(payment)
        self.confirm_decision(action)

    def rule_settled_otherwise(self):
        invoice = self.sold()
        payment = self.without_entry(80, invoice)
        self.map("journal", self.bank, "bank", "BOA")
        self.bank_line(60, (invoice, 60))
        action = yield self.told(payment)
        self.confirm_decision(action)

    def rule_less_open(self):
        invoice, note = self.sold(100), self.credited(30)
        self.sync()
        other = self.intacct.invoice(lines=[30])
        self.intacct.apply_credit(self.there(note)[0], other, 30)
        self.reconcile(invoice, note)
        action = yield self.told(note)
        self.assertEqual(self.opened(action), note)
        invoice.line_ids.matched_credit_ids.with_context(
            intacct_confirmed=True
        ).sudo().unlink()

    def rule_over_due(self):
        self.refuse("exceeds total amount due ()", "create", object="ARPYMT")
        _payment, event = self.paid()
        yield event

    def rule_wrong_key(self):
        self.refuse(
            "No record exits for the recordkey 43",
            "create",
            "DL03000005",
            object="ARPYMT",
        )
        _payment, event = self.paid()
        self.assertIn("43", event.message)
        yield event

    def rule_cross_currency(self):
        invoice = self.sold()
        payment = self.pay(invoice, currency_id=self.env.ref("base.EUR").id)
        action = yield self.told(payment)
        self.book_by_hand(invoice, 100)
        self.confirm_decision(action)

    def rule_netting(self):
        invoice = self.sold()
        payable = self.customer_partner.property_account_payable_id
        entry = self.entry((payable, 100), (self.receivable_account, -100))
        self.reconcile(invoice, entry)
        action = yield self.told(entry)
        self.book_by_hand(invoice, 100)
        self.confirm_decision(action)

    def rule_several_customers(self):
        self.map("journal", self.bank, "bank", "BOA")
        self.intacct.customer("C2")
        self.import_all()
        other = self.env["res.partner"].search(
            [("intacct_binding_ids.number", "=", "C2")]
        )
        entry = self.entry(
            (self.bank.default_account_id, 180),
            (self.receivable_account, -100),
            (self.receivable_account, -50, other),
            (self.receivable_account, -30, other.browse()),
            journal=self.bank,
        )
        documents = self.sold(100) | self.own_invoice(
            other, 50, invoice_payment_term_id=False
        )
        *paid, nobodys = self.receivable(entry).sorted("balance")
        for line, document in zip(paid, documents, strict=True):
            (line | self.receivable(document)).reconcile()
        action = yield self.told(entry)
        self.assertEqual(self.opened(action), entry)
        nobodys.partner_id = other

    def rule_do_it(self):
        self.backend.customer_refunds = True
        note = self.credited(30)
        yield self.told(self.pay(note, day="2026-10-20"))
        key, _name = self.there(note)
        self.intacct.change(
            "refund", key=key, amount=30, account="1000", date="10/21/2026"
        )

    def rule_applied_otherwise(self):
        invoice = self.sold()
        payment = self.pay(invoice, 60)
        self.sync()
        operation = self.operations(payment, "payment")
        operation.followed_at = False
        key = operation.allocation_ids.target_recordno
        operation.allocation_ids.target_recordno = "999"
        yield self.told(payment)
        operation.allocation_ids.target_recordno = key


class TestChanges(ErrorCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.sold()
        self.sync()
        self.key, _name = self.there(self.invoice)

    def told(self, record=None):
        self.follow(None)
        return self.waiting(record or self.invoice)

    def rule_draft_there_posted(self):
        self.reset(self.invoice)
        action = yield self.told()
        self.opened(action).action_post()

    def rule_reversals_forbidden(self):
        self.reset(self.invoice)
        self.invoice.invoice_line_ids.price_unit = 80
        self.invoice.action_post()
        self.backend.forbid_reversals = True
        yield self.told()
        self.backend.forbid_reversals = False
        self.reset(self.invoice)
        self.invoice.invoice_line_ids.price_unit = 100
        self.invoice.action_post()

    def reprice(self):
        self.reset(self.invoice)
        self.invoice.invoice_line_ids.price_unit = 80
        self.invoice.action_post()

    def rule_paid_there(self):
        self.reprice()
        paid = self.intacct.pay({self.key: 40})
        yield self.told()
        self.intacct.reverse_payment(paid)

    def rule_unlinked_receipt(self):
        payment = self.pay(self.invoice)
        self.sync()
        self.decide("unlink", payment)
        self.invoice.line_ids.matched_credit_ids.with_user(self.biller).unlink()
        self.follow(None)
        self.cancel(self.invoice)
        yield self.told()
        receipt = self.receipts()[0]["RECORDNO"]
        self.intacct.reverse_payment(receipt)

    def rule_not_undone(self):
        self.cancel(self.invoice)
        self.intacct.faults(
            {"action": "cut", "when": "before", "function": "reverse_invoice"}
        )
        self.sync(None)
        self.intacct.no_faults()
        operation = self.operations(self.invoice, "reverse_invoice")
        operation.write({"state": "done", "verified_at": False})
        self.env["intacct.sync.run"].search(
            [("state", "=", "running")]
        ).state = "failed"
        yield self.told()
        self.intacct.reverse_invoice(self.key)

    def updated(self):
        self.invoice.write({"ref": "PO 7", "invoice_date_due": "2026-12-24"})
        return self.told()

    def rule_selected(self):
        self.intacct.call(
            "<create><ARPYMT><FINANCIALENTITY>BOA</FINANCIALENTITY><PAYMENTMETHOD>EFT"
            "</PAYMENTMETHOD><CUSTOMERID>C1</CUSTOMERID><RECEIPTDATE>10/20/2026"
            "</RECEIPTDATE><CURRENCY>USD</CURRENCY><ACTION>Draft</ACTION>"
            f"<ARPYMTDETAILS><ARPYMTDETAIL><RECORDKEY>{self.key}</RECORDKEY>"
            "<TRX_PAYMENTAMOUNT>10</TRX_PAYMENTAMOUNT></ARPYMTDETAIL></ARPYMTDETAILS>"
            "</ARPYMT></create>"
        )
        draft = self.receipts()[0]["RECORDNO"]
        self.intacct.settings(unpaid_reversal="delete")
        self.backend.unpaid_invoices = "delete"
        self.reprice()
        event = self.told()
        yield event
        self.intacct.call(
            f"<delete><object>ARPYMT</object><keys>{draft}</keys></delete>"
        )
        event.action_retry()

    def rule_wrong_state(self):
        self.refuse(
            "A submitted transaction can't be changed.", "update_invoice", "BL03002129"
        )
        event = self.updated()
        yield event
        event.action_retry()

    def rule_transaction_gone(self):
        self.refuse(
            "Oops, we can't find this transaction; enter a valid key.",
            "update_invoice",
        )
        event = self.updated()
        action = yield event
        self.confirm_decision(action)
