"""Passwords and sessions go in and never come out again."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .model_case import API_PASSWORD, SENDER_PASSWORD, ModelCase

SECRETS = ("api_password_secret", "sender_password_secret")
TYPED = ("api_password", "sender_password")


@tagged("post_install", "-at_install")
class TestSecrets(ModelCase):
    def everyone(self):
        """Whoever could read a secret would be one of these."""
        manager = self.person("manager")
        manager.sudo().group_ids += self.env.ref("base.group_allow_export")
        return (self.env.user, manager)

    def sent_secrets(self, backend=None):
        """The passwords of user and sender with which a connection signs in."""
        with self.gateway_server() as server:
            (backend or self.backend)._new_gateway().connect()
        (request,) = server.received
        return (
            request.text("operation/authentication/login/password"),
            request.text("control/password"),
        )

    def test_the_connector_itself_can_sign_in_with_them(self):
        self.assertEqual(self.sent_secrets(), (API_PASSWORD, SENDER_PASSWORD))

    def test_no_call_answers_them(self):
        for person in self.everyone():
            for field in SECRETS:
                for method, args in (
                    ("read", ([field],)),
                    ("web_read", ({field: {}},)),
                    ("export_data", ([field],)),
                ):
                    with self.subTest(user=person.login, method=method, field=field):
                        with self.assertRaises(AccessError):
                            self.remote(
                                person,
                                "intacct.backend",
                                method,
                                self.backend.ids,
                                *args,
                            )
            described = self.remote(person, "intacct.backend", "fields_get")
            self.assertFalse(set(SECRETS) & described.keys())

    def test_no_search_or_grouping_tells_them_apart(self):
        for person in self.everyone():
            for field in SECRETS:
                for model, path in (
                    ("intacct.backend", field),
                    ("intacct.mapping", f"backend_id.{field}"),
                    ("intacct.sync.run", f"backend_id.{field}"),
                ):
                    with self.subTest(user=person.login, model=model, field=field):
                        with self.assertRaises(AccessError):
                            self.remote(
                                person, model, "search", [(path, "=like", "open%")]
                            )
                with self.assertRaises(AccessError):
                    self.remote(person, "intacct.backend", "search", [], order=field)
                with self.assertRaises(AccessError):
                    self.remote(
                        person,
                        "intacct.backend",
                        "formatted_read_group",
                        [],
                        groupby=[field],
                    )

    def test_what_was_typed_is_not_answered_by_the_call_that_saved_it(self):
        manager = self.person("manager")
        specification = {name: {} for name in (*TYPED, "has_api_password")}
        (answer,) = self.remote(
            manager,
            "intacct.backend",
            "web_save",
            self.backend.ids,
            {"api_password": "brand-new", "sender_password": "new-too"},
            specification,
        )
        self.assertEqual([answer[name] for name in TYPED], [False, False])
        self.assertIs(answer["has_api_password"], True)
        (answer,) = self.remote(
            manager, "intacct.backend", "web_read", self.backend.ids, specification
        )
        self.assertEqual([answer[name] for name in TYPED], [False, False])
        self.assertEqual(self.sent_secrets(), ("brand-new", "new-too"))

    def test_a_new_connection_keeps_both_and_answers_neither(self):
        manager = self.person("manager")
        (answer,) = self.remote(
            manager,
            "intacct.backend",
            "web_save",
            [],
            {
                "name": "Second",
                "intacct_company": "SECOND",
                "api_user": "robot",
                "api_password": "one",
                "sender_code": "acme-sender",
                "sender_password": "two",
            },
            {name: {} for name in TYPED},
        )
        self.assertEqual([answer[name] for name in TYPED], [False, False])
        backend = self.env["intacct.backend"].browse(answer["id"])
        self.assertEqual(self.sent_secrets(backend), ("one", "two"))

    def test_saving_a_form_whose_password_was_not_touched_keeps_it(self):
        self.backend.write({"name": "Renamed", "api_password": False})
        self.assertEqual(self.sent_secrets(), (API_PASSWORD, SENDER_PASSWORD))

    def test_a_copy_of_the_record_has_none(self):
        copy = self.backend.copy({"intacct_company": "OTHER"})
        self.assertFalse(copy.has_api_password or copy.has_sender_password)

    def test_the_history_of_the_connection_has_none(self):
        backend = self.backend.with_context(tracking_disable=False, mail_notrack=False)
        backend.write({"api_password": "tracked-secret", "name": "Renamed"})
        backend.flush_recordset()
        messages = backend.message_ids
        told = " ".join(
            [
                *(str(body) for body in messages.mapped("body")),
                *(
                    str(value)
                    for tracked in messages.sudo().tracking_value_ids
                    for value in tracked.read()[0].values()
                ),
            ]
        )
        self.assertNotIn("secret", told)

    def test_open_sessions_are_for_nobody(self):
        self.env["intacct.session"].sudo().create(
            {"backend_id": self.backend.id, "token": "session-token"}
        )
        for person in self.everyone():
            for method, args in (
                ("search_read", ([],)),
                ("search_count", ([],)),
                ("create", ({"backend_id": self.backend.id},)),
            ):
                with self.subTest(user=person.login, method=method):
                    with self.assertRaises(AccessError):
                        self.remote(person, "intacct.session", method, *args)

    def test_other_identity_or_password_ends_the_open_sessions(self):
        sessions = self.env["intacct.session"].sudo()
        for values in (
            {"api_password": "other"},
            {"api_user": "other"},
            {"sender_code": "other"},
        ):
            session = sessions.create({"backend_id": self.backend.id, "token": "t"})
            self.backend.name = "Renamed"
            self.assertTrue(session.exists())
            self.backend.write(values)
            self.assertFalse(session.exists(), values)

    def test_values_that_wait_in_an_event_are_for_the_connector(self):
        event = self.fail_record(self.new_run(), payload={"row": {}})
        for person in self.everyone():
            with self.assertRaises(AccessError):
                self.remote(
                    person, "intacct.sync.event", "read", event.ids, ["payload"]
                )

    def test_the_address_of_the_gateway_is_no_field(self):
        addresses = [
            name
            for name in self.backend._fields
            if "url" in name or "endpoint" in name or "gateway" in name
        ]
        self.assertEqual(addresses, [])
