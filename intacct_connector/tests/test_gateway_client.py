"""The gateway client against a scripted server: sessions and results."""

import requests
from odoo.tests import tagged

from ..gateway import Gateway, Login, MemorySessions, errors, functions
from .gateway_case import LOGIN, READ, SENDER, GatewayCase, one_row, schemas, write
from .gateway_server import (
    Reply,
    all_succeed,
    answered,
    element,
    error,
    failure,
    refused,
    session_expired,
    success,
    unauthenticated,
)


@tagged("post_install", "-at_install")
class TestGatewaySessions(GatewayCase):
    def test_connect_signs_in_and_names_what_it_reached(self):
        server = self.serve()
        session = self.gateway(server).connect()
        self.assertEqual(session.session_id, "session-1")
        self.assertEqual((session.company_id, session.user_id), ("Acme", "robot"))
        self.assertEqual(session.endpoint, server.url)
        self.assertEqual(session.expires.year, 2026)
        login = server.received[0].root.find("operation/authentication/login")
        self.assertEqual(
            [(child.tag, child.text) for child in login],
            [
                ("userid", "robot"),
                ("companyid", "Acme"),
                ("password", LOGIN.password),
            ],
        )
        self.assertEqual(server.received[0].text("control/senderid"), "acme-sender")
        self.assertEqual(server.received[0].text("control/password"), SENDER.password)

    def test_one_session_serves_all_calls_of_an_entity(self):
        server = self.serve(one_row, one_row, one_row)
        gateway = self.gateway(server)
        gateway.execute([READ])
        gateway.execute([READ])
        gateway.execute([READ], entity_id="E100")
        self.assertEqual(server.signed_in, 2)
        self.assertEqual(
            [call.text("operation/authentication/sessionid") for call in server.calls],
            ["session-1", "session-1", "session-2"],
        )
        asked = [call for call in server.received if call.names == ["getAPISession"]]
        ways = [call.functions[0][0].findtext("locationid") for call in asked]
        self.assertEqual(ways, [None, "E100"])

    def test_the_login_alone_carries_the_password(self):
        server = self.serve(one_row, all_succeed)
        gateway = self.gateway(server)
        gateway.execute([READ])
        gateway.execute([write()], unique=True)
        with_login = [call.names for call in server.received if b"<login>" in call.body]
        self.assertEqual(with_login, [["getAPISession"]])

    def test_a_login_for_an_entity_signs_in_there_and_can_leave_for_top_level(self):
        server = self.serve()
        login = Login("Acme", "robot", "pw", entity_id="E100")
        gateway = self.gateway(server, login)
        self.assertEqual(gateway.connect().entity_id, "E100")
        self.assertIsNone(gateway.connect("").entity_id)
        for call in server.received:
            place = "operation/authentication/login/locationid"
            self.assertEqual(call.text(place), "E100")
        forms = [
            call.functions[0][0].findtext("locationid") for call in server.received
        ]
        self.assertEqual(forms, [None, ""])

    def test_a_session_that_is_gone_is_renewed_once(self):
        server = self.serve(session_expired, one_row)
        (result,) = self.gateway(server).execute([READ])
        self.assertTrue(result.ok)
        self.assertEqual(server.signed_in, 2)
        self.assertEqual(len(server.calls), 2)

    def test_a_session_from_the_store_that_is_gone_is_replaced_in_it(self):
        server = self.serve(one_row, session_expired, one_row)
        sessions = MemorySessions()
        gateway = self.gateway(server, sessions=sessions)
        gateway.execute([READ])
        gateway.execute([READ])
        self.assertEqual(sessions.get(None).session_id, "session-2")

    def test_a_session_refused_again_after_renewal_is_an_error(self):
        server = self.serve(session_expired, session_expired, one_row)
        with self.assertRaises(errors.CredentialsError):
            self.gateway(server).execute([READ])
        self.assertEqual(len(server.calls), 2)

    def test_a_write_refused_for_its_session_goes_again_with_the_same_control_id(self):
        server = self.serve(all_succeed, session_expired, all_succeed)
        gateway = self.gateway(server)
        gateway.execute([write()], unique=True)
        function = write("odoo-7")
        (result,) = gateway.execute([function], unique=True)
        self.assertEqual(result.key, "1")
        self.assertEqual(
            [call.control_ids for call in server.calls[1:]], [["odoo-7"], ["odoo-7"]]
        )

    def test_an_unauthorised_sender_is_not_asked_twice(self):
        refusal = error(
            "XL03000006",
            description="Invalid Web Services Authorization",
            description2="The sender ID 'x' is not authorized to make Web Services "
            "requests to company ID 'y'.",
            correction="Contact the company administrator.",
        )
        server = self.serve(lambda received: unauthenticated(received, refusal))
        with self.assertRaises(errors.SenderNotAuthorizedError) as caught:
            self.gateway(server).execute([READ])
        self.assertEqual(caught.exception.kind, "credentials")
        self.assertIn("Contact the company administrator.", str(caught.exception))
        self.assertEqual(len(server.calls), 1)

    def test_wrong_credentials_in_every_shape(self):
        texts = {
            "user": lambda received: unauthenticated(
                received, error("XL03000006", "Sign-in information is incorrect")
            ),
            "sender": lambda received: refused(
                received,
                error("XL03000006", "Incorrect Intacct XML Partner ID or password."),
            ),
            "company": Reply(
                b"<response><control><status>failure</status></control><errormessage>"
                b"<error><errorno>GW-0011</errorno><description>Invalid Request "
                b"[Request ID: AC47C2BE:D9EE_63EBC07F.59]</description></error>"
                b"</errormessage></response>",
                status=400,
            ),
            "status": lambda received: refused(
                received,
                error(
                    "XMLGW_JPP0002",
                    description="Sign-in information is incorrect. "
                    "Please check your request.",
                ),
                status=401,
            ),
            "bare": Reply(b"<html>Unauthorized</html>", status=401),
        }
        for shape, answer in texts.items():
            with self.subTest(shape):
                server = self.serve()
                server.logins.append(answer)
                with self.assertRaises(errors.CredentialsError) as caught:
                    self.gateway(server).connect()
                self.assertEqual(len(server.received), 1)
                self.assertEqual(
                    "non-200 status code: 401" in str(caught.exception),
                    shape in ("status", "bare"),
                )

    def test_an_entity_that_does_not_open_is_a_matter_of_configuration(self):
        server = self.serve()
        server.logins.append(
            lambda received: answered(
                received,
                failure(received.functions[0], error("BL1", "No such location")),
            )
        )
        with self.assertRaises(errors.ConfigurationError) as caught:
            self.gateway(server).connect("E404")
        self.assertIn("E404", str(caught.exception))
        self.assertIn("No such location", str(caught.exception))

    def test_an_endpoint_outside_intacct_is_not_used(self):
        server, other = self.serve(one_row), self.serve(one_row)
        server.endpoint = other.url
        self.gateway(server).execute([READ])
        self.assertEqual(len(server.calls), 1)
        self.assertEqual(other.received, [])

    def test_a_redirect_is_not_followed(self):
        other = self.serve(one_row)
        away = Reply(b"", status=307, headers=(("Location", other.url),))
        server = self.serve(away)
        with self.assertRaises(errors.TransientError):
            self.gateway(server, max_attempts=1).execute([READ])
        self.assertEqual(other.received, [])

    def test_certificates_are_always_checked(self):
        http = requests.Session()
        http.verify = False
        with self.assertRaises(errors.ConfigurationError):
            Gateway(SENDER, LOGIN, http=http)


@tagged("post_install", "-at_install")
class TestGatewayResults(GatewayCase):
    def test_results_are_found_by_control_id(self):
        server = self.serve(
            lambda received: answered(
                received,
                *(
                    success(one, element("key", one.get("controlid").upper()))
                    for one in reversed(received.functions)
                ),
            )
        )
        found = self.gateway(server).execute([write("a"), write("b")], unique=True)
        self.assertEqual([result.key for result in found], ["A", "B"])

    def test_a_failed_function_does_not_hide_its_neighbour(self):
        server = self.serve(
            lambda received: answered(
                received,
                failure(received.functions[0], error("BL1", "Too late")),
                success(received.functions[1], element("key", "2")),
            )
        )
        bad, good = self.gateway(server).execute([write(), write()], unique=True)
        self.assertEqual((bad.status, good.key), ("failure", "2"))
        with self.assertRaises(errors.RecordError) as caught:
            bad.raise_for_error()
        self.assertEqual(caught.exception.function, "reverse_invoice")
        self.assertEqual(caught.exception.control_id, bad.control_id)
        self.assertIs(good.raise_for_error(), good)

    def test_what_a_failed_function_created_is_told(self):
        created = (
            '<data listtype="objects" count="1"><customer><RECORDNO>1424</RECORDNO>'
            "<CUSTOMERID>C1</CUSTOMERID></customer></data>"
        )
        server = self.serve(
            lambda received: answered(
                received,
                failure(received.functions[0], error("BL1", "No"), inner=created),
            )
        )
        (result,) = self.gateway(server).execute([write()], unique=True)
        self.assertFalse(result.ok)
        self.assertEqual(result.key, "1424")
        self.assertEqual(result.rows, [{"RECORDNO": "1424", "CUSTOMERID": "C1"}])

    def test_both_shapes_of_a_transaction_rolled_back(self):
        undone = error(
            "XL03000009",
            "The entire transaction in this operation has been rolled back due to "
            "an error.",
        )
        cause = error("BL1", "The term name N9 is invalid")
        for status in ("failure", "aborted"):
            with self.subTest(status):
                server = self.serve(
                    lambda received, status=status: answered(
                        received,
                        failure(received.functions[0], undone, status="aborted"),
                        failure(received.functions[1], cause, undone, status=status),
                    )
                )
                found = self.gateway(server).execute(
                    [write(), write()], unique=True, transaction=True
                )
                self.assertEqual([one.ok for one in found], [False, False])
                self.assertIsInstance(found[0].error, errors.AbortedError)
                self.assertIsInstance(found[1].error, errors.RecordError)
                self.assertIn("N9", str(found[1].error))
                flag = server.calls[0].root.find("operation").get("transaction")
                self.assertEqual(flag, "true")

    def test_the_request_says_whether_control_ids_are_checked(self):
        server = self.serve(one_row, all_succeed)
        gateway = self.gateway(server)
        gateway.execute([READ])
        gateway.execute([write()], unique=True)
        flags = [call.text("control/uniqueid") for call in server.calls]
        self.assertEqual(flags, ["false", "true"])
        self.assertEqual(server.calls[0].text("control/dtdversion"), "3.0")
        self.assertEqual(server.calls[0].text("control/includewhitespace"), "false")

    def test_every_request_is_valid(self):
        server = self.serve(one_row, all_succeed)
        gateway = self.gateway(server)
        gateway.execute([READ])
        gateway.execute([write()], unique=True, transaction=True)
        for schema in schemas():
            for received in server.received:
                schema.assertValid(received.root)

    def test_a_stored_function_is_sent_byte_for_byte(self):
        text = (
            '<function controlid="odoo-1"><delete>  <object>ARINVOICE</object>'
            "<keys>1</keys><!-- é --></delete></function>"
        )
        server = self.serve(all_succeed)
        stored = functions.Function.from_xml(text)
        self.gateway(server).execute([stored], unique=True)
        self.assertIn(text.encode(), server.calls[0].body)

    def test_two_functions_may_not_share_a_control_id(self):
        server = self.serve()
        for asked in ([write("a"), write("a")], []):
            with self.assertRaises(errors.RequestError):
                self.gateway(server).execute(asked, unique=True)
        self.assertEqual(server.received, [])

    def test_transactions_are_counted_as_intacct_bills_them(self):
        server = self.serve(one_row, all_succeed, Reply(b"", status=503), one_row)
        gateway = self.gateway(server)
        gateway.execute([READ, READ])
        three = functions.render("delete", object="ARINVOICE", keys="1,2,3")
        gateway.execute([write(), three], unique=True)
        gateway.execute([READ])
        meter = gateway.meter
        self.assertEqual((meter.requests, meter.transactions), (5, 2 + 4 + 2))
        self.assertEqual(
            meter.bytes_sent, sum(len(one.body) for one in server.received)
        )
        self.assertGreater(meter.bytes_received, 0)
