"""The gateway client against a scripted server: sessions, retries, doubt, secrets."""

import datetime
import logging
import socket
import traceback
from decimal import Decimal

import requests
from odoo.tests import tagged
from odoo.tests.common import _super_send

from ..gateway import Gateway, Login, MemorySessions, Query, errors, functions
from .gateway_case import LOGIN, SENDER, GatewayCase, schemas
from .gateway_server import (
    Reply,
    all_succeed,
    answered,
    control,
    data,
    element,
    error,
    failure,
    refused,
    session_expired,
    success,
    unauthenticated,
)

READ = Query("ARINVOICE", ("RECORDNO", "STATE"))
RATE_LIMIT = error("GW-0010", description="API rate limit exceeded")
LATER = error("", "The Service is Temporarily Off-line")


def rows(received, *found):
    """Each function of a request answers these rows."""
    return answered(
        received, *(success(one, data(found)) for one in received.functions)
    )


def one_row(received):
    return rows(received, {"RECORDNO": 1, "STATE": "Posted"})


def write(control_id=None):
    return functions.render(
        "reverse_invoice", control_id, key="7", datereversed=datetime.date(2026, 1, 2)
    )


class PlainSession(requests.Session):
    """Odoo's test classes raise short time-outs to 10 seconds; not here."""

    def send(self, request, **options):
        return _super_send(self, request, **options)


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


@tagged("post_install", "-at_install")
class TestGatewayFaults(GatewayCase):
    FAULTS = {
        "HTML": Reply(b"<!DOCTYPE html><html><body>Sorry</body></html>"),
        "HTML with 502": Reply(b"<html>cf-error-details</html>", status=502),
        "empty": Reply(b""),
        "empty with 500": Reply(b"", status=500),
        "truncated": Reply(b"<response><control><status>succ"),
        "several roots": Reply(b"<response/><response/>"),
        "other XML": Reply(b"<page/>"),
        "cut before": Reply(b"<response>", cut=0),
        "cut within": Reply(b"<response><control></control></response>", cut=12),
        "receipt": lambda received: Reply(
            (
                "<response><acknowledgement><status>success</status>"
                f"</acknowledgement>{control(received)}</response>"
            ).encode()
        ),
        "no results": answered,
        "someone else's": lambda received: Reply(
            one_row(received).body.replace(
                received.text("control/controlid").encode(), b"another"
            )
        ),
        "server error": lambda received: refused(received, LATER, status=503),
    }

    def test_a_read_is_asked_again_after_any_fault(self):
        for name, fault in self.FAULTS.items():
            with self.subTest(name):
                server = self.serve(fault, one_row)
                (result,) = self.gateway(server).execute([READ])
                self.assertTrue(result.ok)
                self.assertEqual(len(server.calls), 2)

    def test_a_write_without_a_readable_answer_is_in_doubt_and_sent_once(self):
        for name, fault in self.FAULTS.items():
            with self.subTest(name):
                server = self.serve(fault, all_succeed)
                function = write()
                with self.assertRaises(errors.InDoubtError) as caught:
                    self.gateway(server).execute([function], unique=True)
                self.assertEqual(caught.exception.control_ids, (function.control_id,))
                self.assertEqual(len(server.calls), 1)

    def test_a_write_that_was_not_mentioned_is_in_doubt_alone(self):
        server = self.serve(
            lambda received: answered(
                received, success(received.functions[0], element("key", "1"))
            )
        )
        told, untold = self.gateway(server).execute([write(), write()], unique=True)
        self.assertTrue(told.ok)
        self.assertEqual(untold.status, "missing")
        self.assertIsInstance(untold.error, errors.InDoubtError)
        self.assertEqual(untold.error.control_ids, (untold.control_id,))

    def test_a_write_that_never_left_is_not_in_doubt(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
            server = self.serve(all_succeed)
            sessions = MemorySessions()
            self.gateway(server, sessions=sessions).connect()
            gone = Gateway(
                SENDER,
                LOGIN,
                url=f"http://127.0.0.1:{port}/",
                sessions=sessions,
                clock=self.clock,
            )
            session = sessions.get(None)
            sessions.put(
                None,
                type(session)(session.session_id, f"http://127.0.0.1:{port}/"),
            )
            with self.assertRaises(errors.TransientError):
                gone.execute([write()], unique=True)
        self.assertEqual(gone.meter.requests, 0)

    def test_a_write_refused_for_the_rate_was_not_executed(self):
        for answer in (
            Reply(b"slow down", status=429),
            lambda received: refused(received, RATE_LIMIT, status=429),
            lambda received: refused(received, RATE_LIMIT),
        ):
            server = self.serve(answer)
            with self.assertRaises(errors.RateLimitError):
                self.gateway(server).execute([write()], unique=True)
            self.assertEqual(len(server.calls), 1)

    def test_no_answer_in_time(self):
        for unique, expected in (
            (False, errors.TransientError),
            (True, errors.InDoubtError),
        ):
            server = self.serve(Reply(hang=True))
            gateway = self.gateway(
                server, timeout=(0.2, 0.2), max_attempts=1, http=PlainSession()
            )
            with self.assertRaises(expected) as caught:
                gateway.execute([write()], unique=unique)
            self.assertIn("no answer in time", str(caught.exception))

    def test_the_gateways_wish_to_wait_is_obeyed_within_bounds(self):
        for asked, waited in (("7", 7.0), ("86400", 120.0), ("0", 1.0), ("soon", 1.0)):
            self.clock.slept.clear()
            server = self.serve(
                Reply(b"", status=429, headers=(("Retry-After", asked),)), one_row
            )
            self.gateway(server).execute([READ])
            self.assertEqual(self.clock.slept, [waited])

    def test_waiting_doubles_and_ends_after_the_last_attempt(self):
        server = self.serve(*[Reply(b"", status=503)] * 5)
        with self.assertRaises(errors.TransientError) as caught:
            self.gateway(server).execute([READ])
        self.assertEqual(self.clock.slept, [1.0, 2.0, 4.0])
        self.assertEqual(len(server.calls), 4)
        self.assertEqual(caught.exception.status, 503)

    def test_no_wait_reaches_beyond_the_deadline(self):
        server = self.serve(*[Reply(b"", status=503)] * 5)
        with self.assertRaises(errors.TransientError):
            self.gateway(server).execute([READ], deadline=self.clock() + 2.5)
        self.assertEqual(self.clock.slept, [1.0])

    def test_nothing_is_sent_after_the_deadline(self):
        server = self.serve()
        for unique in (True, False):
            with self.assertRaises(errors.DeadlineError):
                self.gateway(server).execute(
                    [write()], unique=unique, deadline=self.clock()
                )
        self.assertEqual(server.received, [])

    def test_the_time_out_shrinks_to_what_is_left(self):
        server = self.serve(Reply(hang=True))
        gateway = self.gateway(server, http=PlainSession())
        gateway.connect()
        with self.assertRaises(errors.InDoubtError):
            gateway.execute([write()], unique=True, deadline=self.clock() + 0.2)

    def test_only_the_function_with_a_transient_failure_is_asked_again(self):
        busy = error(
            "BL01001973",
            "Currently, we can't create the transaction",
            correction="Check the transaction for errors or inconsistencies, then "
            "try again.",
        )
        server = self.serve(
            lambda received: answered(
                received,
                failure(received.functions[0], busy),
                success(received.functions[1], data([{"RECORDNO": 2}])),
            ),
            one_row,
        )
        found = self.gateway(server).execute([READ, READ])
        self.assertEqual([one.rows[0]["RECORDNO"] for one in found], ["1", "2"])
        self.assertEqual(len(server.calls[1].functions), 1)

    def test_a_lasting_transient_failure_of_one_function_keeps_the_others(self):
        def half(received):
            first, *rest = received.functions
            return answered(
                received,
                failure(first, RATE_LIMIT),
                *(success(one, data([{"RECORDNO": 2}])) for one in rest),
            )

        server = self.serve(*[half] * 4)
        bad, good = self.gateway(server).execute([READ, READ])
        self.assertIsInstance(bad.error, errors.TransientError)
        self.assertTrue(good.ok)


@tagged("post_install", "-at_install")
class TestGatewaySecrets(GatewayCase):
    SECRETS = (
        SENDER.password,
        "s3nder&lt;&amp;&gt;pw",
        LOGIN.password,
        "l0gin&quot;",
        "session-1",
    )

    def assertNoSecret(self, text):
        for secret in self.SECRETS:
            self.assertNotIn(secret, text)

    def test_no_repr_shows_one(self):
        server = self.serve(one_row)
        gateway = self.gateway(server)
        session = gateway.connect()
        for thing in (SENDER, LOGIN, session, gateway, gateway.sessions):
            self.assertNoSecret(f"{thing!r} {thing}")

    def test_no_exchange_shows_one(self):
        echo = Reply(f"<html>{LOGIN.password} session-1".encode(), status=502)
        server = self.serve(echo, one_row)
        self.gateway(server).execute([READ])
        self.assertEqual(
            [one.functions for one in self.exchanges],
            [("getAPISession",), ("query",), ("query",)],
        )
        for exchange in self.exchanges:
            self.assertNoSecret(f"{exchange}")
        self.assertIn("<object>ARINVOICE</object>", self.exchanges[1].request)
        self.assertEqual([one.status for one in self.exchanges], [200, 502, 200])

    def test_no_error_or_log_shows_one(self):
        server = self.serve(Reply(b"<response>", cut=0), all_succeed)
        with self.assertLogs("", logging.DEBUG) as logs:
            with self.assertRaises(errors.InDoubtError) as caught:
                self.gateway(server).execute([write()], unique=True)
        self.assertNoSecret("".join(logs.output))
        seen = caught.exception
        while seen is not None:
            self.assertNoSecret(f"{seen!r} {seen} {seen.args} {vars(seen)}")
            self.assertFalse(hasattr(seen, "request"))
            seen = seen.__cause__ or seen.__context__
        self.assertNoSecret("".join(traceback.format_exception(caught.exception)))

    def test_the_content_of_documents_is_not_logged(self):
        server = self.serve(all_succeed)
        function = functions.render(
            "create",
            CUSTOMER={
                "NAME": "Confidential Ltd",
                "DISPLAYCONTACT": {"PRINTAS": "x"},
                "CREDITLIMIT": Decimal("12345.67"),
            },
        )
        with self.assertLogs("", logging.DEBUG) as logs:
            self.gateway(server).execute([function], unique=True)
        output = "".join(logs.output)
        self.assertNotIn("Confidential", output)
        self.assertIn("create: 200 in", output)
