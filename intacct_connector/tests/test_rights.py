"""Who may do what, for users that have one group and nothing else."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .model_case import GROUPS, ModelCase

OPERATIONS = ("read", "write", "create", "unlink")
ALL = set(OPERATIONS)
# What each group may do with the records of a model; a group that is missing may
# do nothing.
RIGHTS = {
    "intacct.backend": {"user": {"read"}, "manager": ALL},
    "intacct.reference": {"user": {"read"}, "manager": {"read"}},
    "intacct.mapping": {"user": {"read"}, "manager": ALL},
    "intacct.error.rule": {"user": {"read"}, "manager": ALL},
    "intacct.sync.run": {"user": {"read"}, "manager": {"read"}},
    "intacct.sync.step": {"user": {"read"}, "manager": {"read"}},
    "intacct.sync.event": {"user": {"read"}, "manager": {"read"}},
    "intacct.binding": {
        "readonly": {"read"},
        "invoicing": {"read"},
        "user": {"read"},
        "manager": {"read"},
    },
    "intacct.operation": {"user": {"read"}, "manager": {"read"}},
    "intacct.allocation": {"user": {"read"}, "manager": {"read"}},
    "intacct.send.request": {"user": {"read"}, "manager": {"read"}},
    "intacct.decision": {
        "readonly": {"read"},
        "user": {"read"},
        "manager": {"read"},
    },
    "intacct.usage": {"user": {"read"}, "manager": {"read"}},
    "intacct.watermark": {"manager": {"read"}},
    "intacct.session": {},
    "intacct.check": {"user": {"read"}, "manager": {"read"}},
    "intacct.preview": {"user": {"read"}, "manager": {"read"}},
    "intacct.preview.line": {"user": {"read"}, "manager": {"read"}},
    "intacct.preview.balance": {"user": {"read"}, "manager": {"read"}},
}
# Buttons of the connection that only a manager may press.
MANAGER_ACTIONS = {
    "action_connect",
    "action_confirm_database",
    "action_disconnect",
    "action_enable_auto_sync",
    "action_disable_auto_sync",
    "action_suggest_mapping",
}


class RightsCase(ModelCase):
    def setUp(self):
        super().setUp()
        run = self.new_run()
        self.event = self.fail_record(run, payload={"row": {"RECORDNO": "7"}})
        self.binding = self.new_binding(
            self.partner_a, "CUSTOMER", "1", sync_state="proposed", number="C1"
        )
        mapping = self.env["intacct.mapping"].create(
            {
                "backend_id": self.backend.id,
                "source": "account",
                "account_id": self.income.id,
                "reference_id": self.account_reference.id,
            }
        )
        self.env["intacct.watermark"].sudo()._advance(
            self.backend, "ARINVOICE", self.event.create_date
        )
        system = self.env(su=True)
        operation = system["intacct.operation"].create(
            {
                "backend_id": self.backend.id,
                "action": "invoice",
                "document": "INV-7",
            }
        )
        self.records = {
            "intacct.backend": self.backend,
            "intacct.reference": self.account_reference,
            "intacct.mapping": mapping,
            "intacct.error.rule": self.env["intacct.error.rule"].create(
                {"name": "Test", "cause": "test"}
            ),
            "intacct.sync.run": run,
            "intacct.sync.step": run.step_ids[0],
            "intacct.sync.event": self.event,
            "intacct.binding": self.binding,
            "intacct.operation": operation,
            "intacct.allocation": system["intacct.allocation"].create(
                {"operation_id": operation.id}
            ),
            "intacct.send.request": system["intacct.send.request"].create(
                {
                    "backend_id": self.backend.id,
                    "partner_id": self.partner_a.id,
                    "send_at": self.event.create_date,
                }
            ),
            "intacct.decision": system["intacct.decision"].create(
                {
                    "company_id": self.company.id,
                    "user_id": self.env.uid,
                    "kind": "ignore",
                    "reason": "It is a test.",
                    "document": "INV-7",
                }
            ),
            "intacct.usage": system["intacct.usage"].create(
                {"backend_id": self.backend.id, "month": self.event.create_date}
            ),
            "intacct.watermark": system["intacct.watermark"].search(
                [("backend_id", "=", self.backend.id)]
            ),
            "intacct.session": system["intacct.session"].create(
                {"backend_id": self.backend.id, "token": "session-token"}
            ),
            "intacct.check": system["intacct.check"].create(
                {
                    "backend_id": self.backend.id,
                    "code": "read:ARINVOICE",
                    "area": "right",
                    "name": "Invoices: List and View",
                    "result": "ok",
                    "checked_at": self.event.create_date,
                }
            ),
            **self.preview_records(),
        }

    def preview_records(self):
        preview = self.new_preview()
        line = {"direction": "in", "kind": "document", "outcome": "link", "name": "7"}
        return {
            "intacct.preview": preview,
            "intacct.preview.line": preview.line_ids.create(
                {"preview_id": preview.id, **line}
            ),
            "intacct.preview.balance": preview.balance_ids.create(
                {"preview_id": preview.id, "currency_id": self.company.currency_id.id}
            ),
        }


@tagged("post_install", "-at_install")
class TestRights(RightsCase):
    def test_the_table_names_every_model_of_the_addon(self):
        models = self.env["ir.model"].sudo().search([("model", "=like", "intacct.%")])
        stored = {
            model.model
            for model in models
            if not self.env[model.model]._abstract and not model.transient
        }
        self.assertEqual(stored, set(RIGHTS))

    def test_each_group_may_do_what_the_table_says(self):
        for group in GROUPS:
            person = self.person(group)
            for model, rights in RIGHTS.items():
                allowed = rights.get(group, set())
                record = self.records[model].with_user(person)
                for operation in OPERATIONS:
                    with self.subTest(group=group, model=model, operation=operation):
                        self.assertEqual(
                            record.has_access(operation), operation in allowed
                        )

    def test_billing_managers_manage_and_bookkeepers_sync(self):
        for account_group, ours in (
            ("account.group_account_manager", "group_intacct_manager"),
            ("account.group_account_user", "group_intacct_user"),
        ):
            implied = self.env.ref(account_group).all_implied_ids
            self.assertIn(self.env.ref(f"intacct_connector.{ours}"), implied)
        invoicing = self.env.ref("account.group_account_invoice").all_implied_ids
        user = self.env.ref("intacct_connector.group_intacct_user")
        self.assertNotIn(user, invoicing)

    def test_nobody_writes_what_only_the_connector_writes(self):
        manager = self.person("manager")
        for model in ("intacct.sync.run", "intacct.sync.event", "intacct.binding"):
            record = self.records[model]
            with self.assertRaises(AccessError):
                self.remote(manager, model, "unlink", record.ids)
        with self.assertRaises(AccessError):
            self.remote(
                manager,
                "intacct.binding",
                "write",
                self.binding.ids,
                {"sync_state": "synced"},
            )

    def buttons(self, model):
        """The public actions that the addon itself gives a model."""
        return {
            name
            for part in type(self.env[model]).mro()
            if part.__module__.startswith("odoo.addons.intacct_connector")
            for name in vars(part)
            if name.startswith("action_")
        }

    def refuse(self, group, model, names):
        person = self.person(group)
        for name in names:
            with self.subTest(group=group, model=model, button=name):
                with self.assertRaises(AccessError):
                    self.remote(person, model, name, self.records[model].ids)

    def test_buttons_of_the_connection_refuse_who_may_not_press_them(self):
        buttons = self.buttons("intacct.backend")
        self.assertLessEqual(MANAGER_ACTIONS, buttons)
        self.refuse("employee", "intacct.backend", buttons)
        self.refuse("invoicing", "intacct.backend", buttons)
        self.refuse("user", "intacct.backend", MANAGER_ACTIONS)

    def test_only_managers_decide_on_links(self):
        decisions = {"action_accept_link", "action_create_instead"}
        self.refuse("invoicing", "intacct.binding", decisions)
        self.refuse("user", "intacct.binding", decisions)
        self.assertEqual(self.binding.sync_state, "proposed")

    def test_invoicing_users_cannot_retry(self):
        self.refuse("invoicing", "intacct.sync.event", {"action_retry"})
        self.assertFalse(self.backend.run_ids - self.records["intacct.sync.run"])

    def test_a_user_syncs_and_a_manager_switches_auto_sync_on(self):
        self.open_auto_sync()
        self.records["intacct.sync.run"].state = "done"
        self.remote(
            self.person("user"), "intacct.backend", "action_sync_now", self.backend.ids
        )
        run = self.backend.run_ids.filtered(lambda run: run.state == "queued")
        self.assertEqual(run.user_id.login, f"user-{self.company.id}")
        self.remote(
            self.person("manager"),
            "intacct.backend",
            "action_enable_auto_sync",
            self.backend.ids,
        )
        self.assertTrue(self.backend.auto_sync)


@tagged("post_install", "-at_install")
class TestCompanies(RightsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.other_company()

    def test_a_manager_of_another_company_sees_nothing(self):
        manager = self.person("manager", company=self.other)
        for model, record in self.records.items():
            # Rules about errors are of no company.
            if model in ("intacct.session", "intacct.binding", "intacct.error.rule"):
                continue
            with self.subTest(model=model):
                self.assertFalse(record.with_user(manager).has_access("read"))
                found = self.env[model].with_user(manager).search([])
                self.assertFalse(found & record)

    def test_a_manager_of_both_companies_sees_both(self):
        manager = self.person("manager")
        manager.company_ids += self.other
        both = self.env(
            user=manager,
            context={"allowed_company_ids": [self.company.id, self.other.id]},
        )
        elsewhere = self.new_backend(
            company_id=self.other.id, intacct_company="OTHER", name="Elsewhere"
        )
        self.assertLessEqual(
            self.backend | elsewhere, both["intacct.backend"].search([])
        )
        only_here = both["intacct.backend"].with_context(
            allowed_company_ids=self.company.ids
        )
        self.assertNotIn(elsewhere, only_here.search([]))

    def test_links_of_customers_are_shared_those_of_documents_are_not(self):
        document = self.new_binding(self.imported(), "ARINVOICE", "5")
        reader = self.person("invoicing", company=self.other)
        visible = self.env["intacct.binding"].with_user(reader).search([])
        self.assertIn(self.binding, visible)
        self.assertNotIn(document, visible)

    def test_a_connection_stays_in_its_company(self):
        with self.assertRaisesRegex(UserError, "cannot be moved"):
            self.backend.company_id = self.other
