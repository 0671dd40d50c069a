"""Who sees what, and that nobody reads a secret."""

import logging

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import SimulatorCase
from .intacct import SENDER_PASSWORD, USER_PASSWORD

SECRETS = (USER_PASSWORD, SENDER_PASSWORD)
STORED = ("api_password_secret", "sender_password_secret")
TYPED = ("api_password", "sender_password")


class TestSecrets(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.manager = new_test_user(
            self.env,
            "intacct_manager",
            groups="intacct_connector.group_intacct_manager,base.group_system",
        )
        self.mine = self.backend.with_user(self.manager)

    def assert_no_secret(self, value):
        for secret in SECRETS:
            self.assertNotIn(secret, str(value))

    def test_a_typed_password_can_not_be_read_back(self):
        self.assert_no_secret(self.mine.read())
        self.assert_no_secret(self.mine.read(list(TYPED)))

    def test_not_even_right_after_it_was_written(self):
        self.mine.write({"api_password": USER_PASSWORD})
        self.assertFalse(self.mine.api_password)
        self.assert_no_secret(self.mine.read(list(TYPED)))

        self.mine.write({"name": "Other", "sender_password": SENDER_PASSWORD})
        self.assert_no_secret(self.mine.read(list(TYPED)))

    def test_not_even_right_after_the_connection_was_made(self):
        made = (
            self.env["intacct.backend"]
            .with_user(self.manager)
            .create(
                {
                    "intacct_company": "OTHER",
                    "api_user": "x",
                    "api_password": USER_PASSWORD,
                    "sender_password": SENDER_PASSWORD,
                }
            )
        )
        self.assertFalse(made.api_password)
        self.assertTrue(made.has_api_password and made.has_sender_password)
        self.assert_no_secret(made.read(list(TYPED)))

    def test_both_passwords_typed_at_once_are_kept(self):
        self.mine.write({"api_password": "new one", "sender_password": "new two"})
        stored = self.backend.sudo()
        self.assertEqual(stored.api_password_secret, "new one")
        self.assertEqual(stored.sender_password_secret, "new two")

    def test_a_form_that_sends_the_empty_field_back_keeps_the_password(self):
        self.mine.write({"name": "Renamed", "api_password": False})
        self.assertEqual(self.backend.sudo().api_password_secret, USER_PASSWORD)

    def test_stored_passwords_are_refused_to_everybody(self):
        for name in STORED:
            with self.assertRaises(AccessError):
                self.mine.read([name])
            with self.assertRaises(AccessError):
                self.mine.search([(name, "=like", "u%")])
            with self.assertRaises(AccessError):
                self.mine._read_group([], [name])
            with self.assertRaises(AccessError):
                self.mine.write({name: "x"})

    def test_they_are_in_no_export(self):
        for name in (*TYPED, *STORED):
            try:
                self.assert_no_secret(self.mine.export_data([name]))
            except AccessError:
                continue

    def test_they_can_not_be_guessed_by_searching(self):
        for name in TYPED:
            with self.assertRaises(ValueError):
                self.mine.search([(name, "=", USER_PASSWORD)])

    def test_a_copy_of_the_record_has_none(self):
        copy = self.backend.copy({"intacct_company": "OTHER"})
        self.assertFalse(copy.has_api_password)
        self.assertFalse(copy.has_sender_password)

    def test_sessions_are_read_by_nobody(self):
        session = self.env["intacct.session"].search([])
        self.assertTrue(session.sudo().token)
        with self.assertRaises(AccessError):
            session.with_user(self.manager).read(["token"])

    def test_they_are_in_no_chatter(self):
        self.mine.with_context(tracking_disable=False).write(
            {"api_password": USER_PASSWORD}
        )
        self.flush_tracking()
        self.assert_no_secret(self.backend.message_ids.mapped("body"))
        self.assert_no_secret(
            self.backend.message_ids.tracking_value_ids.mapped("new_value_char")
        )

    def test_they_are_in_no_log_and_no_refusal(self):
        logging.getLogger("odoo.addons.intacct_connector").setLevel(logging.DEBUG)
        self.intacct.load(COMPANY={"SENDERS": []})
        with self.assertLogs(level=logging.DEBUG) as logs:
            with self.assertRaises(UserError) as refused:
                self.backend.action_connect()
            run = self.sync(state="failed")
        self.assert_no_secret("\n".join(logs.output))
        self.assert_no_secret(refused.exception)
        self.assert_no_secret(run.message)
        self.assert_no_secret(self.events().read(["message", "advice", "raw"]))

    def flush_tracking(self):
        self.env.flush_all()
        self.env.cr.precommit.run()


class TestRights(SimulatorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: new_test_user(cls.env, f"test_{name}", groups=groups)
            for name, groups in {
                "manager": "intacct_connector.group_intacct_manager",
                "user": "intacct_connector.group_intacct_user",
                "invoicing": "account.group_account_invoice",
                "employee": "base.group_user",
            }.items()
        }

    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.invoice = self.intacct.invoice()
        self.sync()

    def as_user(self, name, records):
        return records.with_user(self.users[name])

    def test_a_manager_connects_and_maps(self):
        backend = self.as_user("manager", self.backend)
        backend.action_connect()
        backend.overlap_minutes = 30
        self.open_auto_sync()
        backend.action_enable_auto_sync()
        backend.action_disable_auto_sync()
        backend.action_disconnect()

    def test_a_user_syncs_but_does_not_connect(self):
        backend = self.as_user("user", self.backend)
        backend.action_sync_now()
        self.work()
        run = self.as_user("user", self.backend.run_ids[0])
        self.assertEqual((run.state, run.user_id), ("done", self.users["user"]))
        for action in (
            "action_connect",
            "action_disconnect",
            "action_enable_auto_sync",
            "action_disable_auto_sync",
            "action_confirm_database",
        ):
            with self.assertRaises(AccessError):
                getattr(backend, action)()
        with self.assertRaises(AccessError):
            backend.write({"overlap_minutes": 5})

    def test_a_user_does_not_decide_on_links(self):
        binding = self.as_user("user", self.binding(self.invoice))
        for action in ("action_accept_link", "action_create_instead"):
            with self.assertRaises(AccessError):
                getattr(binding, action)()

    def test_an_invoicing_user_sees_the_state_and_nothing_more(self):
        move = self.as_user("invoicing", self.move(self.invoice))
        self.assertEqual(move.intacct_status, "in")
        self.assertEqual(move.intacct_remote_state, "Posted")
        self.assertEqual(move.intacct_binding_id.number, move.name)
        self.assertEqual(move.partner_id.intacct_customer_code, "C1")
        with self.assertRaises(AccessError):
            self.as_user("invoicing", self.backend).read(["name"])
        with self.assertRaises(AccessError):
            self.as_user("invoicing", self.backend).action_sync_now()
        with self.assertRaises(AccessError):
            self.as_user("invoicing", self.events()).search([]).mapped("message")

    def test_an_employee_sees_nothing(self):
        for records in (self.backend, self.backend.run_ids, self.binding(self.invoice)):
            with self.assertRaises(AccessError):
                self.as_user("employee", records).read(["id", "create_date"])

    def test_nobody_writes_what_the_connector_writes(self):
        run = self.backend.run_ids[0]
        binding = self.binding(self.invoice)
        for records in (run, run.step_ids, binding, self.reference("account", "4000")):
            for name in ("manager", "user"):
                mine = self.as_user(name, records)
                with self.assertRaises(AccessError):
                    mine.write({"create_date": False})
                with self.assertRaises(AccessError):
                    mine.unlink()

    def test_an_invoicing_user_receives_payments_on_imported_invoices(self):
        move = self.as_user("invoicing", self.move(self.invoice))
        wizard = (
            move.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"amount": 40, "payment_date": "2026-10-18"})
        )
        wizard._create_payments()
        self.assert_open(self.invoice, 60)


class TestCompanies(SimulatorCase):
    """Records of another company are invisible."""

    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.invoice = self.intacct.invoice()
        self.sync()
        other = self.env["res.company"].create({"name": "Other Company"})
        self.stranger = new_test_user(
            self.env,
            "stranger",
            groups="intacct_connector.group_intacct_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )

    def test_nothing_of_the_connection_is_seen(self):
        for model in (
            "intacct.backend",
            "intacct.reference",
            "intacct.sync.run",
            "intacct.sync.step",
            "intacct.watermark",
        ):
            found = self.env[model].with_user(self.stranger).search([])
            self.assertFalse(found, model)
            self.assertTrue(self.env[model].search([]), model)

    def test_links_of_documents_are_not_seen(self):
        found = self.env["intacct.binding"].with_user(self.stranger).search([])
        self.assertNotIn(self.binding(self.invoice), found)

    def test_links_of_customers_are_shared(self):
        found = self.env["intacct.binding"].with_user(self.stranger).search([])
        self.assertEqual(found.mapped("intacct_object"), ["CUSTOMER"])
