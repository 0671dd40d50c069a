"""Every page opens for those who see it, and shows values they may read."""

from lxml import etree
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .test_rights import RightsCase

PAGES = (
    "intacct_backend_action",
    "intacct_backend_action_sync",
    "intacct_sync_run_action",
    "intacct_sync_event_action",
    "intacct_sync_event_action_failures",
    "intacct_binding_action",
    "intacct_binding_action_proposed",
    "intacct_reference_action",
    "intacct_mapping_action",
)
RECORD_VIEWS = ("list", "form", "kanban")


@tagged("post_install", "-at_install")
class TestViews(RightsCase):
    def open(self, person, records, *types):
        """Opens views and reads what they show of some records, as the web client
        does."""
        model = records._name
        answer = self.remote(
            person, model, "get_views", [(False, name) for name in (*types, "search")]
        )
        for name in types:
            if name in RECORD_VIEWS:
                arch = etree.fromstring(answer["views"][name]["arch"])
                shown = self.remote(
                    person, model, "web_read", records.ids, self.shown(arch)
                )
                self.assertEqual(len(shown), len(records))

    def shown(self, arch):
        """The fields of a view as web_read wants them, lists inside forms too."""
        specification = {}
        for node in arch.iter("field"):
            if any(parent.tag == "field" for parent in node.iterancestors()):
                continue
            inner = [child for child in node if child.tag in RECORD_VIEWS]
            fields = {}
            for child in inner:
                fields |= self.shown(self.detached(child))
            specification[node.get("name")] = {"fields": fields} if inner else {}
        return specification

    def detached(self, node):
        return etree.fromstring(etree.tostring(node))

    def test_users_and_managers_can_open_every_page(self):
        for group in ("user", "manager"):
            person = self.person(group)
            for name in PAGES:
                action = self.env.ref(f"intacct_connector.{name}")
                with self.subTest(group=group, page=name):
                    self.open(
                        person,
                        self.records[action.res_model],
                        *action.view_mode.split(","),
                    )

    def test_the_records_that_a_page_lists_are_found(self):
        manager = self.person("manager")
        for name in PAGES:
            action = self.env.ref(f"intacct_connector.{name}")
            domain = safe_eval(action.domain or "[]", {"uid": manager.id})
            found = self.remote(manager, action.res_model, "search", domain)
            with self.subTest(page=name):
                self.assertIn(self.records[action.res_model].id, found)

    def test_whoever_invoices_sees_documents_with_their_state_in_intacct(self):
        move = self.imported()
        self.new_binding(move, "ARINVOICE", "5", remote_state="Posted")
        for group in ("readonly", "invoicing", "user", "manager"):
            with self.subTest(group=group):
                self.open(self.person(group), move, "list", "form")

    def test_whoever_invoices_can_open_the_link_of_a_document(self):
        move = self.imported()
        binding = self.new_binding(move, "ARINVOICE", "5", remote_state="Posted")
        for group in ("readonly", "invoicing", "user", "manager"):
            person = self.person(group)
            with self.subTest(group=group):
                action = self.remote(
                    person, "account.move", "action_open_intacct_binding", move.ids
                )
                self.assertEqual(action["res_id"], binding.id)
                self.open(person, binding, "form")

    def test_everybody_sees_customers(self):
        self.binding.sudo().sync_state = "synced"
        for group in ("employee", "readonly", "invoicing", "user", "manager"):
            with self.subTest(group=group):
                self.open(self.person(group), self.partner_a, "list", "form")

    def test_menus_are_for_those_who_can_use_them(self):
        menus = {
            name: self.env.ref(f"intacct_connector.{name}")
            for name in ("intacct_sync_menu", "intacct_configuration_menu")
        }
        for group, expected in (
            ("employee", set()),
            ("invoicing", set()),
            ("user", {"intacct_sync_menu"}),
            ("manager", set(menus)),
        ):
            with self.subTest(group=group):
                visible = self.env["ir.ui.menu"].with_user(self.person(group))
                visible = visible.search([])._filter_visible_menus()
                found = {name for name, menu in menus.items() if menu in visible}
                self.assertEqual(found, expected)
