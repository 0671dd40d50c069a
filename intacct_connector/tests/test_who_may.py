"""Who may do what with documents, payments and customers: the table of the rights,
by calls as that person's browser makes them."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .model_case import GROUPS, ModelCase

SENDERS = {"user", "manager"}
DECIDERS = {"manager"}
SENDS = ("action_intacct_send_now", "action_intacct_retry")
DECISIONS = (
    "action_intacct_ignore",
    "action_intacct_restore",
    "action_intacct_link",
    "action_intacct_unlink",
    "action_intacct_number",
    "action_intacct_resend",
    "action_intacct_on_account",
)
CUSTOMER_DECISIONS = DECISIONS[:4]
SEES = ("readonly", "invoicing", "user", "manager")
KINDS = ("ignore", "link", "unlink", "number")


@tagged("post_install", "-at_install")
class TestWhoMay(ModelCase):
    def setUp(self):
        super().setUp()
        self.backend.export_start_date = "2026-01-01"
        self.move = self.own_invoice()
        self.payment = self.env["account.payment"].create(
            {
                "partner_id": self.partner_a.id,
                "amount": 10,
                "payment_type": "inbound",
                "date": "2026-11-06",
            }
        )
        self.payment.action_post()

    def records(self):
        return {
            "account.move": self.move,
            "account.payment": self.payment,
            "res.partner": self.partner_a,
        }

    def allowed(self, person, model, button, record):
        """Whether the person got past the question of the right."""
        try:
            with self.env.cr.savepoint():
                self.remote(self.person(person), model, button, record.ids)
        except AccessError:
            return False
        except UserError:
            # There is nothing to do just now; the right was there.
            return True
        return True

    def test_who_sees_the_status(self):
        for person in SEES:
            for model, record in self.records().items():
                with self.subTest(person=person, model=model):
                    (values,) = self.remote(
                        self.person(person),
                        model,
                        "read",
                        record.ids,
                        ["intacct_status", "intacct_problem", "intacct_can_send"],
                    )
                    self.assertIn("intacct_status", values)
                    found = self.remote(
                        self.person(person),
                        model,
                        "search_count",
                        [
                            ("id", "=", record.id),
                            ("intacct_status", "=", values["intacct_status"]),
                        ],
                    )
                    self.assertEqual(found, 1)

    def test_who_sends_and_retries(self):
        for person in GROUPS:
            for model, record in self.records().items():
                for button in SENDS:
                    with self.subTest(person=person, model=model, button=button):
                        self.assertEqual(
                            self.allowed(person, model, button, record),
                            person in SENDERS,
                        )

    def test_who_syncs(self):
        for person in GROUPS:
            with self.subTest(person=person):
                self.assertEqual(
                    self.allowed(
                        person, "intacct.backend", "action_sync_now", self.backend
                    ),
                    person in SENDERS,
                )

    def test_who_decides(self):
        for person in GROUPS:
            for model, record in self.records().items():
                customer = model == "res.partner"
                for button in CUSTOMER_DECISIONS if customer else DECISIONS:
                    with self.subTest(person=person, model=model, button=button):
                        self.assertEqual(
                            self.allowed(person, model, button, record),
                            person in DECIDERS,
                        )

    def test_who_connects_and_maps(self):
        for person in GROUPS:
            with self.subTest(person=person):
                may = person in DECIDERS
                self.assertEqual(
                    self.allowed(
                        person, "intacct.backend", "action_disconnect", self.backend
                    ),
                    may,
                )
                mapping = self.env["intacct.mapping"].with_user(self.person(person))
                self.assertEqual(mapping.has_access("create"), may)

    def test_nobody_gets_past_the_dialog(self):
        manager = self.person("manager")
        for person in ("invoicing", "user"):
            with self.subTest(person=person), self.assertRaises(AccessError):
                self.remote(
                    self.person(person),
                    "intacct.decide",
                    "create",
                    {"kind": "ignore", "move_ids": [(6, 0, self.move.ids)]},
                )
        for field, value in (
            ("intacct_ignored", True),
            ("intacct_number", "X-1"),
            ("intacct_unlinked", True),
        ):
            with self.subTest(field=field), self.assertRaises(AccessError):
                self.remote(
                    manager, "account.move", "write", self.move.ids, {field: value}
                )
        manager.sudo().group_ids += self.env.ref("base.group_partner_manager")
        for field, value in (("intacct_ignored", True), ("intacct_link_asked", "C1")):
            with self.subTest(field=field), self.assertRaises(AccessError):
                self.remote(
                    manager, "res.partner", "write", self.partner_a.ids, {field: value}
                )
            with self.subTest(created=field), self.assertRaises(AccessError):
                self.remote(
                    manager, "res.partner", "create", {"name": "New", field: value}
                )

    def test_a_decision_needs_a_reason_and_stands_for_good(self):
        manager = self.person("manager")
        for kind in KINDS:
            with self.subTest(kind=kind):
                dialog = self.remote(
                    manager,
                    "account.move",
                    "action_intacct_decide",
                    self.move.ids,
                    kind,
                )["res_id"]
                self.remote(
                    manager, "intacct.decide", "write", [dialog], {"reason": "  "}
                )
                with self.assertRaisesRegex(UserError, "Say why"):
                    self.remote(manager, "intacct.decide", "action_confirm", [dialog])
        dialog = self.remote(
            manager, "account.move", "action_intacct_ignore", self.move.ids
        )["res_id"]
        self.remote(
            manager, "intacct.decide", "write", [dialog], {"reason": "Booked by hand"}
        )
        self.remote(manager, "intacct.decide", "action_confirm", [dialog])

        decision = self.env["intacct.decision"].search([("move_id", "=", self.move.id)])
        self.assertEqual(decision.reason, "Booked by hand")
        self.assertEqual(decision.user_id, manager)
        self.assertTrue(decision.old_value)
        self.assertTrue(decision.new_value)
        for call, arguments in (("write", [{"reason": "Other"}]), ("unlink", [])):
            with self.assertRaises(UserError):
                self.remote(manager, "intacct.decision", call, decision.ids, *arguments)
            with self.assertRaises(UserError):
                getattr(decision.sudo(), call)(*arguments)

    def test_a_receipt_of_ones_own_may_be_kept_from_being_ignored(self):
        self.backend.forbid_own_ignore = True
        manager = self.person("manager")
        own = self.payment.with_user(manager).copy({"date": "2026-11-06"})
        own.action_post()
        for payment, may in ((own, False), (self.payment, True)):
            dialog = self.remote(
                manager, "account.payment", "action_intacct_ignore", payment.ids
            )["res_id"]
            self.remote(
                manager, "intacct.decide", "write", [dialog], {"reason": "Elsewhere"}
            )
            if may:
                self.remote(manager, "intacct.decide", "action_confirm", [dialog])
            else:
                with self.assertRaisesRegex(UserError, "You registered"):
                    self.remote(manager, "intacct.decide", "action_confirm", [dialog])
            self.assertEqual(payment.intacct_ignored, may)

    def test_who_has_which_right_by_accounting_group(self):
        ours = {
            name: self.env.ref(f"intacct_connector.group_intacct_{name}")
            for name in ("user", "manager", "reverse")
        }
        for group, rights in (
            ("account.group_account_invoice", set()),
            ("account.group_account_readonly", set()),
            ("account.group_account_user", {"user"}),
            ("account.group_account_manager", {"user", "manager", "reverse"}),
        ):
            implied = self.env.ref(group).all_implied_ids
            found = {name for name, right in ours.items() if right in implied}
            self.assertEqual(found, rights, group)
