"""Links between Odoo records and Intacct's, and decisions about them."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError
from psycopg2.errors import CheckViolation, UniqueViolation

from .model_case import ModelCase


@tagged("post_install", "-at_install")
class TestLinks(ModelCase):
    def refuse(self, violation, *args, **values):
        with self.assertRaises(violation), mute_logger("odoo.sql_db"):
            self.new_binding(*args, **values)
            self.env.flush_all()

    def test_a_link_points_to_exactly_one_record(self):
        move = self.imported()
        self.refuse(CheckViolation, self.partner_a, "CUSTOMER", "1", move_id=move.id)
        self.refuse(CheckViolation, self.partner_a, "CUSTOMER", "1", partner_id=False)

    def test_an_intacct_record_is_linked_once(self):
        self.new_binding(self.partner_a, "CUSTOMER", "1")
        self.refuse(UniqueViolation, self.partner_b, "CUSTOMER", "1")

    def test_also_by_two_connections_to_one_company_in_other_letters(self):
        self.backend.entity = "100"
        other = self.new_backend(name="Second", intacct_company=" acme ", entity="200")
        self.new_binding(self.partner_a, "CUSTOMER", "1")
        self.refuse(UniqueViolation, self.partner_b, "CUSTOMER", "1", backend=other)

    def test_numbers_of_other_objects_and_companies_are_others(self):
        other = self.new_backend(name="Second", intacct_company="OTHER")
        self.new_binding(self.imported("1"), "ARINVOICE", "1")
        self.new_binding(self.imported("2"), "ARADJUSTMENT", "1")
        self.new_binding(self.imported("3"), "ARINVOICE", "1", backend=other)
        self.env.flush_all()

    def test_an_odoo_record_may_have_several(self):
        move = self.imported()
        self.new_binding(move, "ARINVOICE", "1")
        self.new_binding(move, "ARPYMTDETAIL", "1")
        self.assertEqual(len(move.intacct_binding_ids), 2)

    def test_what_is_linked_cannot_be_deleted(self):
        self.new_binding(self.partner_a, "CUSTOMER", "1")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.partner_a.unlink()
            self.env.flush_all()

    def test_found_by_record_number_and_by_number(self):
        links = self.env["intacct.binding"]
        link = self.new_binding(self.partner_a, "CUSTOMER", "1", number="C-1")
        by_key = links._by_recordno(self.backend, "CUSTOMER", ["1", "2"])
        by_number = links._by_number(self.backend, "CUSTOMER", ["C-1", "C-2"])
        self.assertEqual((by_key, by_number), ({"1": link}, {"C-1": link}))

    def test_people_read_what_it_is(self):
        link = self.new_binding(self.partner_a, "CUSTOMER", "1", number="C-1")
        self.assertEqual(link.display_name, "Customer C-1")
        self.assertEqual(link.odoo_name, "partner_a")
        bare = self.new_binding(self.imported(), "ARINVOICE", "77")
        self.assertEqual(bare.display_name, "Invoice #77")

    def test_a_page_of_intacct_is_opened_only_where_it_is_safe(self):
        link = self.new_binding(self.partner_a, "CUSTOMER", "1")
        for address in (False, "http://plain.example", "javascript:alert(1)"):
            link.record_url = address
            with self.assertRaises(UserError):
                link.action_open_in_intacct()
        link.record_url = "https://www.intacct.com/ia/acct/ur.phtml?.r=1"
        self.assertEqual(link.action_open_in_intacct()["url"], link.record_url)


@tagged("post_install", "-at_install")
class TestDecisions(ModelCase):
    def setUp(self):
        super().setUp()
        self.manager = self.person("manager")
        self.customer = self.new_binding(
            self.partner_a,
            "CUSTOMER",
            "1",
            number="C-1",
            sync_state="proposed",
            values_seen={"row": {"RECORDNO": "1"}},
        )

    def queued(self):
        return self.backend.run_ids.filtered(lambda run: run.state == "queued")

    def test_an_accepted_link_is_one_and_what_waits_goes_on(self):
        self.customer.with_user(self.manager)._accept_links("It is the same")
        self.assertEqual(self.customer.sync_state, "synced")
        self.assertEqual(self.customer.origin, "link")
        self.assertEqual(self.queued().trigger, "retry")

    def test_who_decided_stands_on_the_record(self):
        self.customer.with_user(self.manager)._accept_links("It is the same")
        message = self.partner_a.message_ids[0]
        self.assertEqual(message.author_id, self.manager.partner_id)
        self.assertIn("Customer C-1", message.body)

    def ask(self, button, links=None):
        """The dialog that a manager opens from links, as that person sees it."""
        links = (links or self.customer).with_user(self.manager)
        action = getattr(links, button)()
        self.assertEqual(action["target"], "new")
        dialogs = self.env["intacct.accept"].with_user(self.manager)
        return dialogs.browse(action["res_id"])

    def decision(self):
        return self.env["intacct.decision"].search([], limit=1)

    def test_accepting_asks_why_and_offers_what_the_sync_found(self):
        self.customer.sudo().reason = "Same tax ID"
        dialog = self.ask("action_accept_link")
        self.assertEqual(dialog.reason, "Same tax ID")
        self.assertEqual(self.customer.sync_state, "proposed")
        dialog.reason = "Same tax ID, and they confirmed it by phone"
        dialog.action_confirm()
        self.assertEqual(self.customer.sync_state, "synced")
        decision = self.decision()
        self.assertEqual(
            (decision.kind, decision.user_id, decision.partner_id, decision.reason),
            ("link", self.manager, self.partner_a, dialog.reason),
        )
        self.assertIn("by phone", self.partner_a.message_ids[0].body)

    def test_one_reason_for_many(self):
        other = self.new_binding(
            self.partner_b,
            "CUSTOMER",
            "2",
            sync_state="proposed",
            reason="The name is the same.",
        )
        self.customer.sudo().reason = "The tax ID is the same."
        dialog = self.ask("action_accept_link", self.customer | other)
        for reason in (self.customer.reason, other.reason):
            self.assertIn(reason, dialog.reason)
        dialog.reason = "Checked against the list of March"
        dialog.action_confirm()
        decisions = self.env["intacct.decision"].search([], limit=2)
        self.assertEqual(decisions.partner_id, self.partner_a | self.partner_b)
        self.assertEqual(set(decisions.mapped("reason")), {dialog.reason})

    def test_nothing_is_decided_without_a_reason(self):
        for button in ("action_accept_link", "action_create_instead"):
            dialog = self.ask(button)
            for reason in (False, "  "):
                dialog.reason = reason
                with self.subTest(button=button), self.assertRaises(UserError):
                    dialog.action_confirm()
        self.assertEqual(self.customer.sync_state, "proposed")
        self.assertFalse(self.decision())

    def test_why_it_is_another_one_only_the_person_knows(self):
        self.customer.sudo().reason = "The name is the same."
        dialog = self.ask("action_create_instead")
        self.assertFalse(dialog.reason)
        dialog.reason = "A namesake in another town"
        dialog.action_confirm()
        self.assertFalse(self.customer.exists())
        self.assertEqual(self.decision().reason, dialog.reason)

    def test_there_has_to_be_something_to_decide(self):
        self.customer.sync_state = "synced"
        with self.assertRaises(UserError):
            self.ask("action_accept_link")

    def test_only_managers_confirm(self):
        dialog = self.ask("action_accept_link")
        for person in ("user", "invoicing"):
            with self.subTest(person=person), self.assertRaises(AccessError):
                dialog.with_user(self.person(person)).action_confirm()

    def test_a_refusal_is_kept_too(self):
        self.customer.with_user(self.manager)._create_instead("It is another one")
        decision = self.env["intacct.decision"].search([], limit=1)
        self.assertEqual(
            (decision.kind, decision.user_id, decision.partner_id),
            ("create", self.manager, self.partner_a),
        )

    def test_a_refused_link_goes_and_the_next_sync_creates(self):
        self.customer.with_user(self.manager)._create_instead("It is another one")
        self.assertFalse(self.customer.exists())
        event = (
            self.env["intacct.sync.event"]
            .sudo()
            ._waiting(self.backend, "CUSTOMER", ["1"])
        )
        self.assertEqual(len(event), 1)
        self.assertTrue(event.payload["force"])
        self.assertEqual(self.queued().trigger, "retry")
        self.assertIn("Not linked", self.partner_a.message_ids[0].body)

    def test_many_are_decided_at_once(self):
        other = self.new_binding(self.partner_b, "CUSTOMER", "2", sync_state="proposed")
        (self.customer | other).with_user(self.manager)._accept_links("It is the same")
        self.assertEqual(other.sync_state, "synced")
        self.assertEqual(len(self.queued()), 1)

    def test_what_is_linked_already_is_left_alone(self):
        self.customer.sync_state = "synced"
        self.customer.with_user(self.manager)._create_instead("It is another one")
        self.assertTrue(self.customer.exists())
        self.assertFalse(self.queued())

    def test_an_invoice_is_linked_only_when_both_balances_agree(self):
        move = self.own_invoice(amount=100.0)
        link = self.new_binding(
            move, "ARINVOICE", "9", sync_state="proposed", remote_balance=60.0
        )
        with self.assertRaisesRegex(UserError, "open by 100.0 in Odoo and by 60.0"):
            link.with_user(self.manager)._accept_links("It is the same")
        self.assertEqual(link.sync_state, "proposed")
        link.remote_balance = 100.0
        link.with_user(self.manager)._accept_links("It is the same")
        self.assertEqual(link.sync_state, "synced")

    def test_one_that_disagrees_holds_back_the_whole_selection(self):
        link = self.new_binding(
            self.own_invoice(amount=100.0),
            "ARINVOICE",
            "9",
            sync_state="proposed",
            remote_balance=60.0,
        )
        with self.assertRaises(UserError):
            links = (self.customer | link).with_user(self.manager)
            links._accept_links("It is the same")
        self.assertEqual(self.customer.sync_state, "proposed")

    def test_a_credit_note_is_compared_with_its_sign(self):
        refund = self.own_invoice(move_type="out_refund", amount=40.0)
        link = self.new_binding(
            refund, "ARADJUSTMENT", "9", sync_state="proposed", remote_balance=-40.0
        )
        self.assertEqual(link.odoo_balance, -40.0)
        link.with_user(self.manager)._accept_links("It is the same")
        self.assertEqual(link.sync_state, "synced")

    def test_a_proposed_customer_shows_no_customer_id_yet(self):
        partners = self.env["res.partner"]
        domain = [("intacct_customer_code", "=", "C-1")]
        self.assertFalse(self.partner_a.intacct_customer_code)
        self.assertNotIn(self.partner_a, partners.search(domain))
        self.customer.sync_state = "synced"
        self.assertEqual(self.partner_a.intacct_customer_code, "C-1")
        self.assertIn(self.partner_a, partners.search(domain))
        unlinked = partners.search([("intacct_customer_code", "=", False)])
        self.assertNotIn(self.partner_a, unlinked)
        self.assertIn(self.partner_b, unlinked)

    def test_contacts_show_the_id_of_their_company(self):
        self.customer.sync_state = "synced"
        contact = self.env["res.partner"].create(
            {"name": "Bill-to", "parent_id": self.partner_a.id, "type": "invoice"}
        )
        self.assertEqual(contact.intacct_customer_code, "C-1")
