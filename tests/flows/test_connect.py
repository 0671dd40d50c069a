"""Connecting: what is refused, what people read then, what is loaded."""

from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import SimulatorCase
from .intacct import COMPANY_DATA, SENDER

PLAIN = "We could not connect to Intacct using the credentials you provided"


class ConnectCase(SimulatorCase):
    connected = False


class TestRefusedCredentials(ConnectCase):
    def assert_refused(self, *texts):
        with self.assertRaises(UserError) as caught:
            self.backend.action_connect()
        for text in ("non-200 status code: 401", PLAIN, *texts):
            self.assertIn(text, str(caught.exception))
        self.assertEqual(self.backend.state, "draft")
        self.assertFalse(self.backend.connected_at)

    def test_a_wrong_password(self):
        self.backend.api_password = "wrong"
        self.assert_refused("company ID, username, and password", "Sign-in information")

    def test_a_wrong_password_answered_by_status_401(self):
        self.intacct.settings(wrong_password="XMLGW_JPP0002")
        self.backend.api_password = "wrong"
        self.assert_refused()

    def test_a_wrong_user(self):
        self.backend.api_user = "nobody"
        self.assert_refused()

    def test_a_wrong_company_answered_by_status_400(self):
        self.backend.intacct_company = "NOWHERE"
        self.assert_refused()

    def test_a_wrong_company_answered_by_status_401(self):
        self.intacct.settings(unknown_company="XMLGW_JPP0002")
        self.backend.intacct_company = "NOWHERE"
        self.assert_refused()

    def test_a_wrong_entity(self):
        self.backend.entity = "NOWHERE"
        self.assert_refused("entity ID")

    def test_a_wrong_sender_password(self):
        self.backend.sender_password = "wrong"
        self.assert_refused("sender ID and its password")

    def test_a_sender_that_the_company_has_not_authorised(self):
        self.intacct.load(COMPANY={"SENDERS": []})
        with self.assertRaises(UserError) as caught:
            self.backend.action_connect()
        self.assertIn(SENDER, str(caught.exception))
        self.assertIn("not authorized", str(caught.exception))

    def test_a_missing_password_is_named(self):
        backend = self.new_backend(
            intacct_company="X", api_password=False, sender_password=False
        )
        with self.assertRaises(UserError) as caught:
            backend.action_connect()
        self.assertIn("Password", str(caught.exception))
        self.assertFalse(self.intacct.requests())

    def test_a_password_put_right_connects(self):
        self.backend.api_password = "wrong"
        with self.assertRaises(UserError):
            self.backend.action_connect()

        self.backend.api_password = "user secret 1"
        self.backend.action_connect()

        self.assertEqual(self.backend.state, "connected")

    def test_a_password_changed_there_is_noticed_although_a_session_is_open(self):
        self.backend.action_connect()
        self.intacct.load(USERS=[{"LOGINID": self.backend.api_user, "PASSWORD": "n"}])
        with self.assertRaises(UserError):
            self.backend.action_connect()

    def test_a_gateway_that_answers_with_a_page(self):
        self.intacct.faults({"action": "html", "when": "before", "times": None})
        with self.job_seconds(2), self.assertRaises(UserError) as caught:
            self.backend.action_connect()
        self.assertNotIn("401", str(caught.exception))


class TestConnected(ConnectCase):
    def test_it_says_which_company_was_reached(self):
        action = self.backend.action_connect()

        self.assertEqual(self.backend.state, "connected")
        self.assertIn("DEMO", self.backend.connected_to)
        self.assertIn("top level", self.backend.connected_to)
        self.assertIn("connected", action["params"]["title"])

    def test_the_lists_are_loaded_to_choose_from(self):
        self.backend.action_connect()

        account = self.reference("account", "4000")
        self.assertEqual(account.name, "Revenue")
        self.assertEqual(self.reference("term", "Net 30").kind, "term")
        self.assertEqual(self.reference("department", "D1").name, "Sales")
        bank = self.reference("bank", "BOE")
        self.assertEqual((bank.currency, bank.gl_account), ("EUR", "1010"))

    def test_connecting_again_brings_the_lists_up_to_date(self):
        self.backend.action_connect()
        kept = self.reference("account", "4000")

        self.intacct.load(
            GLACCOUNT=[
                {"ACCOUNTNO": "4000", "TITLE": "Turnover"},
                {"ACCOUNTNO": "4200", "TITLE": "New"},
                {"ACCOUNTNO": "4100", "TITLE": "Services", "STATUS": "inactive"},
            ]
        )
        self.backend.action_connect()

        self.assertEqual(kept.name, "Turnover")
        self.assertTrue(self.reference("account", "4200"))
        references = self.env["intacct.reference"].with_context(active_test=False)
        self.assertFalse(references.search([("code", "=", "4100")]).active)

    def test_what_is_no_more_in_a_list_can_not_be_chosen_any_more(self):
        self.backend.action_connect()
        self.choose_mapping(self.backend)
        self.intacct.change("delete_record", object="DEPARTMENT", id="D1")
        self.intacct.change("delete_record", object="GLACCOUNT", id="4000")

        self.backend.action_connect()

        references = self.env["intacct.reference"].with_context(active_test=False)
        gone = references.search([("code", "in", ("D1", "4000"))])
        self.assertEqual(gone.mapped("active"), [False, False])
        self.assertEqual(self.backend.item_reference_id.code, "4000")

    def test_a_list_that_may_not_be_read_is_told_and_the_others_come(self):
        self.intacct.permit("ARTERM")

        action = self.backend.action_connect()

        self.assertEqual(self.backend.state, "connected")
        self.assertIn("ARTERM", action["params"]["message"])
        self.assertTrue(self.reference("department", "D1"))

    def test_it_names_what_is_to_be_chosen_next(self):
        action = self.backend.action_connect()

        self.assertIn("Default Item Account", action["params"]["message"])
        self.assertIn("Undeposited Funds Account", action["params"]["message"])

    def test_the_accounts_and_the_journal_are_made_once(self):
        self.backend.action_connect()
        made = (
            self.backend.clearing_account_id,
            self.backend.settled_account_id,
            self.backend.settlement_journal_id,
        )
        self.backend.action_connect()

        self.assertEqual(
            (
                self.backend.clearing_account_id,
                self.backend.settled_account_id,
                self.backend.settlement_journal_id,
            ),
            made,
        )
        for account in made[:2]:
            self.assertEqual(account.account_type, "asset_current")
            self.assertTrue(account.reconcile)
            self.assertFalse(account.tax_ids)

    def test_syncs_before_the_connection_are_refused(self):
        with self.assertRaisesRegex(UserError, "not connected"):
            self.backend.action_sync_now()

    def test_everything_missing_is_named_before_the_first_sync(self):
        self.backend.action_connect()
        with self.assertRaises(UserError) as caught:
            self.backend.action_sync_now()
        self.assertIn("Default Item Account", str(caught.exception))
        self.assertIn("Undeposited Funds Account", str(caught.exception))
        self.assertNotIn("Default Location", str(caught.exception))
        self.assertFalse(self.backend.run_ids)

    def test_disconnected_it_keeps_its_links_and_sends_nothing(self):
        self.backend.action_connect()
        self.choose_mapping(self.backend)
        self.intacct.customer()
        invoice = self.intacct.invoice()
        self.open_auto_sync()
        self.backend.action_enable_auto_sync()
        self.work()
        self.backend.action_disconnect()
        before = len(self.intacct.requests())

        self.work()

        self.assertEqual(len(self.intacct.requests()), before)
        self.assertTrue(self.move(invoice))
        self.assertFalse(self.backend.auto_sync)


class TestEntities(ConnectCase):
    company_data = {
        "LOCATIONENTITY": [
            {"LOCATIONID": "E1", "NAME": "First", "CURRENCY": "USD"},
            {"LOCATIONID": "E2", "NAME": "Second", "CURRENCY": "EUR"},
        ]
    }

    def test_a_location_is_needed_where_entities_exist(self):
        self.backend.action_connect()
        with self.assertRaisesRegex(UserError, "Default Location"):
            self.backend.action_sync_now()

    def test_an_entity_whose_books_are_in_another_currency_is_refused(self):
        self.backend.entity = "E2"
        with self.assertRaisesRegex(UserError, "EUR.*USD"):
            self.backend.action_connect()
        self.assertEqual(self.backend.state, "draft")

    def test_an_entity_of_our_currency_is_connected(self):
        self.backend.entity = "E1"
        self.backend.action_connect()
        self.assertIn("E1", self.backend.connected_to)


class TestOtherBooks(ConnectCase):
    company_data = {"COMPANY": {**COMPANY_DATA["COMPANY"], "BASECURR": "EUR"}}

    def test_a_company_whose_books_are_in_another_currency_is_refused(self):
        self.intacct.customer()
        self.intacct.invoice()
        with self.assertRaisesRegex(UserError, "EUR.*USD"):
            self.backend.action_connect()
        self.assertEqual(self.backend.state, "draft")


class TestOverlappingConnections(ConnectCase):
    def assert_refused(self, **values):
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.new_backend(**values)
        except (ValidationError, IntegrityError):
            # What is exactly the same is refused by the database itself.
            return
        self.fail("A connection that sees the same records was accepted")

    def test_the_same_company_twice(self):
        self.assert_refused(intacct_company=self.backend.intacct_company.lower())

    def test_top_level_sees_the_records_of_every_entity(self):
        self.assert_refused(entity="E1")

    def test_the_same_entity_twice(self):
        self.backend.entity = "E1"
        self.assert_refused(entity="e1")

    def test_an_entity_and_then_top_level(self):
        self.backend.entity = "E1"
        self.assert_refused()

    def assert_accepted(self, **values):
        self.new_backend(**values).unlink()

    def test_two_entities_are_fine(self):
        self.backend.entity = "E1"
        self.assert_accepted(entity="E2")

    def test_two_companies_are_fine(self):
        self.assert_accepted(intacct_company="OTHER")

    def test_an_archived_connection_is_no_obstacle_until_it_comes_back(self):
        self.backend.active = False
        self.assert_accepted()
        self.backend.active = True
        self.assert_refused()
