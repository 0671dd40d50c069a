"""Customers that a person keeps out of Intacct, links by hand or lets go of."""

from odoo.exceptions import AccessError, UserError

from .common import WHY, ChangeCase


class CustomerCase(ChangeCase):
    def new_customer(self, name="New Ltd", ref="NEW1"):
        return self.env["res.partner"].create(
            {"name": name, "ref": ref, "customer_rank": 1}
        )

    def sold_to(self, partner, amount=100):
        return self.own_invoice(
            partner,
            amount,
            invoice_date="2026-10-05",
            invoice_date_due="2026-10-05",
            invoice_payment_term_id=False,
        )

    def codes(self):
        return {row["CUSTOMERID"] for row in self.intacct.rows("CUSTOMER")}

    def link(self, partner):
        return partner.intacct_binding_ids.filtered_domain(
            [("intacct_object", "=", "CUSTOMER")]
        )

    def enter_mail(self, name, code):
        """A clerk enters an e-mail address in Intacct."""
        self.intacct.change_contact(f"{name}(C{code})", EMAIL1="new@example.com")


class TestIgnore(CustomerCase):
    def test_an_ignored_customer_and_its_documents_wait_and_say_so(self):
        customer = self.new_customer()
        decision = self.decide("ignore", customer)
        invoice = self.sold_to(customer)
        payment = self.pay(invoice)
        self.follow()
        self.assertNotIn("NEW1", self.codes())
        self.assertFalse(self.intacct.rows("ARINVOICE"))
        self.assertFalse(self.receipts())
        event = self.waiting(invoice)
        self.assertEqual((event.level, event.cause), ("warning", "customer_ignored"))
        self.assertIn(invoice.name, event.message)
        self.assertIn("New Ltd", event.message)
        self.assertIn("Send After All", event.advice)
        self.assertEqual(invoice.intacct_status, "waiting")
        self.assertTrue(self.waiting(payment))
        self.assertEqual(customer.intacct_status, "ignored")
        self.assertIn("Send After All", customer.intacct_held)
        self.assertEqual((decision.kind, decision.reason), ("ignore", WHY))
        self.assertEqual(decision.partner_id, customer)
        self.assertEqual(decision.user_id, self.manager)
        self.assertEqual(decision.old_value, "not in Intacct")
        self.assertEqual(decision.new_value, "ignored")

    def test_it_goes_on_after_all(self):
        customer = self.new_customer()
        self.decide("ignore", customer)
        invoice = self.sold_to(customer)
        self.follow()
        self.decide("restore", customer)
        self.follow()
        self.assertIn("NEW1", self.codes())
        self.assert_agree(invoice, open_amounts=[100])
        self.assertFalse(self.events(state="open"))
        self.assertFalse(customer.intacct_held)

    def test_an_advance_waits_too(self):
        customer = self.new_customer()
        self.decide("ignore", customer)
        payment = self.payment(60, partner_id=customer.id)
        self.follow()
        self.assertFalse(self.intacct.rows("ARADVANCE"))
        self.assertEqual(self.waiting(payment).cause, "customer_ignored")

    def test_send_now_says_what_keeps_it(self):
        customer = self.new_customer()
        self.decide("ignore", customer)
        with self.assertRaisesRegex(UserError, "Send After All"):
            customer.with_user(self.clerk).action_intacct_send_now()

    def test_one_that_is_there_is_unlinked_instead(self):
        with self.assertRaisesRegex(UserError, "unlink it instead"):
            self.decide("ignore", self.customer_partner)

    def test_the_documents_of_another_company_go_on(self):
        customer = self.new_customer()
        self.decide("ignore", customer)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertFalse(customer.with_company(other).intacct_ignored)
        self.assertTrue(customer.intacct_ignored)

    def test_many_are_ignored_at_once_from_the_list(self):
        customers = self.new_customer() | self.new_customer("Other Ltd", "NEW2")
        action = self.env.ref("intacct_connector.res_partner_action_intacct_ignore")
        dialog = (
            action.with_user(self.manager)
            .with_context(active_model="res.partner", active_ids=customers.ids)
            .run()
        )
        wizard = self.env["intacct.decide"].browse(dialog["res_id"])
        wizard.with_user(self.manager).reason = WHY
        wizard.with_user(self.manager).action_confirm()
        self.assertEqual(set(customers.mapped("intacct_status")), {"ignored"})
        decisions = self.env["intacct.decision"].search([("kind", "=", "ignore")])
        self.assertEqual(decisions.partner_id, customers)

    def test_a_contact_is_decided_with_its_customer(self):
        contact = self.env["res.partner"].create(
            {"name": "Purchasing", "parent_id": self.customer_partner.id}
        )
        with self.assertRaisesRegex(UserError, self.customer_partner.name):
            self.decide("ignore", contact)

    def test_what_is_decided_about_documents_is_not_asked(self):
        for kind in ("number", "resend", "on_account"):
            with self.subTest(kind=kind), self.assertRaises(UserError):
                self.decide(kind, self.new_customer())

    def test_only_managers_decide(self):
        customer = self.new_customer()
        for user in (self.clerk, self.biller, self.reverser):
            for kind in ("ignore", "link", "unlink", "restore"):
                with self.assertRaises(AccessError, msg=f"{user.login} {kind}"):
                    self.decide(kind, customer, user=user)
        self.assertFalse(customer.intacct_ignored)


class TestLink(CustomerCase):
    def test_a_customer_of_another_name_and_id_is_linked(self):
        recordno = self.intacct.customer("C7", "Another Name")
        customer = self.new_customer()
        invoice = self.sold_to(customer)
        decision = self.decide("link", customer, customer_code="C7")
        self.assertEqual(customer.intacct_link_asked, "C7")
        self.follow()
        binding = self.link(customer)
        self.assertEqual(
            (binding.recordno, binding.sync_state, binding.origin),
            (recordno, "synced", "link"),
        )
        self.assertEqual(customer.intacct_customer_code, "C7")
        self.assertEqual(customer.name, "New Ltd")
        self.assertFalse(customer.intacct_link_asked)
        self.assertNotIn("NEW1", self.codes())
        self.assertEqual(self.row(invoice)["CUSTOMERID"], "C7")
        self.assertEqual((decision.kind, decision.reason), ("link", WHY))
        # Later changes there are followed.
        self.enter_mail("Another Name", "C7")
        self.follow()
        self.assertEqual(customer.email, "new@example.com")

    def test_a_taken_id_is_linked(self):
        recordno = self.intacct.customer("NEW1", "Another Name")
        customer = self.new_customer()
        invoice = self.sold_to(customer)
        self.sync("errors")
        self.assertEqual(self.waiting(customer).cause, "id_taken")
        action = customer.with_user(self.manager).action_intacct_link()
        wizard = self.env["intacct.decide"].browse(action["res_id"])
        self.assertEqual(wizard.customer_code, "NEW1")
        wizard.with_user(self.manager).reason = WHY
        wizard.with_user(self.manager).action_confirm()
        self.follow()
        self.assertEqual(self.link(customer).recordno, recordno)
        self.assert_agree(invoice, open_amounts=[100])
        self.assertFalse(self.events(state="open"))

    def test_a_customer_that_is_not_there_is_told(self):
        customer = self.new_customer()
        self.decide("link", customer, customer_code="NOBODY")
        self.follow("errors")
        event = self.waiting(customer)
        self.assertEqual(event.cause, "link_refused")
        self.assertIn("NOBODY", event.message)
        self.assertFalse(customer.intacct_link_asked)
        self.assertFalse(self.link(customer))

    def test_a_customer_that_is_another_contact_is_refused(self):
        with self.assertRaisesRegex(UserError, self.customer_partner.name):
            self.decide("link", self.new_customer(), customer_code="C1")

    def test_an_id_is_needed(self):
        with self.assertRaisesRegex(UserError, "customer ID"):
            self.decide("link", self.new_customer(ref=False))

    def test_an_ignored_one_is_linked(self):
        self.intacct.customer("C7", "Another Name")
        customer = self.new_customer()
        self.decide("ignore", customer)
        self.decide("link", customer, customer_code="C7")
        self.follow()
        self.assertFalse(customer.intacct_ignored)
        self.assertEqual(customer.intacct_status, "in")


class TestUnlink(CustomerCase):
    def test_both_keep_their_customer_and_new_documents_wait(self):
        known = self.sold(100)
        self.sync()
        decision = self.decide("unlink", self.customer_partner)
        self.assertEqual((decision.kind, decision.reason), ("unlink", WHY))
        self.assertIn("C1", decision.old_value)
        invoice = self.sold(70)
        incoming = self.intacct.invoice("THEIRS", "C1", (50,))
        self.follow(None)
        self.assertEqual(self.waiting(invoice).cause, "customer_ignored")
        self.assertEqual(self.open_event(incoming).cause, "customer_ignored")
        self.assertFalse(self.move(incoming))
        self.assertEqual(self.documents(), sorted([known.name, "THEIRS"]))
        self.assertEqual(len(self.intacct.rows("CUSTOMER")), 1)
        self.assertFalse(self.customer_partner.intacct_customer_code)
        self.assertIn("Link to Existing", self.customer_partner.intacct_held)

    def test_a_payment_of_a_linked_document_goes_on(self):
        invoice = self.sold(100)
        self.sync()
        self.decide("unlink", self.customer_partner)
        self.pay(invoice)
        self.follow()
        self.assert_agree(invoice, open_amounts=[0])

    def test_it_follows_nothing_until_it_is_linked_again(self):
        self.decide("unlink", self.customer_partner)
        self.enter_mail("Customer C1", "C1")
        self.follow()
        self.assertFalse(self.customer_partner.email)
        invoice = self.sold(70)
        self.decide("link", self.customer_partner)
        self.follow()
        self.assertEqual(self.link(self.customer_partner).sync_state, "synced")
        self.assert_agree(invoice, open_amounts=[70])

    def test_another_contact_takes_the_customer_over(self):
        self.sync()
        self.decide("unlink", self.customer_partner)
        right = self.new_customer()
        self.decide("link", right, customer_code="C1")
        self.follow()
        self.assertEqual(right.intacct_customer_code, "C1")
        self.assertFalse(self.link(self.customer_partner))
        self.assertTrue(self.customer_partner.intacct_ignored)
        invoice = self.sold(70)
        self.sync()
        self.assertEqual(self.waiting(invoice).cause, "customer_ignored")
        self.assertEqual(len(self.intacct.rows("CUSTOMER")), 1)

    def test_what_was_not_sent_waits_as_well(self):
        invoice = self.sold(100)
        self.intacct.faults(
            {"action": "status", "status": 429, "function": "create_invoice"}
        )
        self.sync(None)
        self.intacct.no_faults()
        self.assertEqual(self.operations(invoice).state, "ready")
        self.decide("unlink", self.customer_partner)
        self.env["intacct.sync.run"].search([]).next_attempt = False
        self.work()
        self.follow(None)
        self.assertFalse(self.intacct.rows("ARINVOICE"))
        self.assertEqual(self.waiting(invoice).cause, "customer_ignored")

    def test_send_after_all_says_what_to_choose(self):
        self.decide("unlink", self.customer_partner)
        with self.assertRaisesRegex(UserError, "Link to Existing"):
            self.decide("restore", self.customer_partner)
