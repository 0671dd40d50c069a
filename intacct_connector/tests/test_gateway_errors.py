"""Each known refusal becomes the error that says what to do about it."""

import pickle

from odoo.tests import BaseCase, tagged

from ..gateway import ErrorText, classify, errors
from ..gateway.backoff import delay, parse_retry_after
from ..gateway.endpoint import DEFAULT_URL, is_trusted
from ..gateway.redact import redact


def text(errorno="", description2="", description="", correction="", additional=None):
    return ErrorText.from_texts(
        errorno, description, description2, correction, additional
    )


WRAPPER = text("BL01001973", "Could not create customer record!")
BUSY = text(
    "BL01001973",
    "Currently, we can't create the transaction",
    correction="Check the transaction for errors or inconsistencies, then try again.",
)
UNDONE = text(
    "XL03000009",
    "The entire transaction in this operation has been rolled back due to an error.",
)


@tagged("post_install", "-at_install")
class TestGatewayErrors(BaseCase):
    def test_the_class_for_a_refusal(self):
        permission = (
            "You do not have permission for API operation READ_BY_QUERY on objects of "
            "type arinvoice"
        )
        cases = [
            (
                "control",
                200,
                text("XL03000003", "XML Parse error"),
                errors.RequestError,
            ),
            (
                "control",
                200,
                text("XL03000006", "Incorrect Intacct XML Partner ID or password."),
                errors.CredentialsError,
            ),
            (
                "control",
                200,
                text("XL03000006", "test is not a valid transport policy."),
                errors.ConfigurationError,
            ),
            (
                "control",
                200,
                text("PL04000055", "This company is a demo company and has expired."),
                errors.ConfigurationError,
            ),
            ("control", 400, text("GW-0011", "Invalid"), errors.CredentialsError),
            ("control", 401, text("UJPP0002", "x"), errors.CredentialsError),
            ("control", 429, text("GW-0010", "x"), errors.RateLimitError),
            (
                "control",
                200,
                text("", "API rate limit exceeded"),
                errors.RateLimitError,
            ),
            (
                "control",
                200,
                text("", "The Service is Temporarily Off-line"),
                errors.TransientError,
            ),
            ("control", 503, text("", "x"), errors.TransientError),
            ("control", 200, text("", "who knows"), errors.ProtocolError),
            (
                "authentication",
                200,
                text("XL03000006", "Sign-in information is incorrect"),
                errors.CredentialsError,
            ),
            (
                "authentication",
                200,
                text("XL03000006", "Invalid session q...."),
                errors.InvalidSessionError,
            ),
            (
                "authentication",
                200,
                text("XL03000006", description="Invalid Web Services Authorization"),
                errors.SenderNotAuthorizedError,
            ),
            (
                "function",
                200,
                text("PL04000005", permission),
                errors.AuthorizationError,
            ),
            (
                "function",
                200,
                text("", "You do not have permission to view audit history"),
                errors.AuthorizationError,
            ),
            (
                "function",
                200,
                text("Query Failed", "Object definition BADOBJECT not found"),
                errors.ConfigurationError,
            ),
            (
                "function",
                200,
                text("DL02000001", "There was an error processing the request."),
                errors.RequestError,
            ),
            (
                "function",
                200,
                text(
                    "BL1",
                    "A successful transaction has already been recorded with the "
                    "control id odoo-1",
                ),
                errors.AlreadyRecordedError,
            ),
            (
                "function",
                200,
                text("BL1", "There is a Concurrent request in process"),
                errors.ConcurrentRequestError,
            ),
            (
                "function",
                200,
                text("", "A transaction with the number 'XXX' already exists."),
                errors.RecordError,
            ),
            ("function", 200, BUSY, errors.TransientError),
            ("function", 200, WRAPPER, errors.RecordError),
            ("function", 200, UNDONE, errors.AbortedError),
        ]
        for level, status, found, expected in cases:
            with self.subTest(found.texts[0]):
                error = classify(level, status, [found])
                self.assertIs(type(error), expected)
                self.assertEqual(error.status, status)

    def test_every_class_has_a_kind_of_its_own(self):
        kinds = {
            errors.TransientError: "transient",
            errors.RateLimitError: "transient",
            errors.CredentialsError: "credentials",
            errors.InvalidSessionError: "credentials",
            errors.AuthorizationError: "permission",
            errors.ConfigurationError: "configuration",
            errors.QueryFieldError: "configuration",
            errors.RecordError: "record",
            errors.InDoubtError: "in_doubt",
            errors.RequestError: "request",
            errors.ProtocolError: "protocol",
            errors.IncompleteReadError: "protocol",
            errors.AlreadyRecordedError: "recorded",
            errors.ConcurrentRequestError: "concurrent",
            errors.AbortedError: "aborted",
        }
        self.assertEqual({one: one.kind for one in kinds}, kinds)

    def test_a_cause_beats_the_wrapper_that_follows(self):
        cause = text("BL34000061", "Another Contact with the given value(s)   exists")
        for order in ([cause, WRAPPER, BUSY], [WRAPPER, cause, BUSY], [BUSY, cause]):
            error = classify("function", 200, order)
            self.assertIs(type(error), errors.RecordError)
            self.assertEqual(error.errorno, "BL34000061")
            self.assertEqual(error.texts[0], cause.description2)

    def test_a_cause_that_asks_to_try_again_is_not_transient(self):
        cause = text("BL03002128", "Enter a Bill number, and try again.")
        error = classify("function", 200, [cause, BUSY])
        self.assertIs(type(error), errors.RecordError)

    def test_the_rollback_is_not_the_cause(self):
        cause = text("BL1", "The term name N9 is invalid")
        error = classify("function", 200, [cause, UNDONE])
        self.assertIs(type(error), errors.RecordError)
        self.assertEqual(str(error), "The term name N9 is invalid.")
        busy = classify("function", 200, [BUSY, UNDONE])
        self.assertIs(type(busy), errors.TransientError)

    def test_the_support_id_stands_apart_and_decoded(self):
        error = classify(
            "function",
            200,
            [
                text(
                    "BL01001973",
                    "The account number '5000.11' already exists "
                    "[Support ID: EsppO%7EZEcj0DEGV_L5hm95Ec91twAAABA]",
                    "Duplicate account number",
                    "Enter unique account number",
                ),
                text("BL01001973", "Could not create GL Account record."),
            ],
            function="create",
            control_id="f1",
        )
        self.assertEqual(error.support_id, "EsppO~ZEcj0DEGV_L5hm95Ec91twAAABA")
        self.assertEqual(
            str(error),
            "Duplicate account number. The account number '5000.11' already exists. "
            "Enter unique account number.",
        )
        self.assertEqual(
            error.texts,
            [
                "The account number '5000.11' already exists",
                "Duplicate account number",
                "Enter unique account number",
                "Could not create GL Account record.",
            ],
        )
        self.assertEqual((error.function, error.control_id), ("create", "f1"))

    def test_a_message_in_errorno_is_shown(self):
        error = classify("function", 200, [text("Something odd happened")])
        self.assertEqual(str(error), "Something odd happened.")

    def test_a_failure_without_any_error(self):
        for level in ("control", "authentication", "function"):
            error = classify(level, 200, [])
            self.assertTrue(str(error))

    def test_refused_fields_are_named(self):
        several = (
            "The following fields cannot be queried: [arinvoice: [ENTITY, CUSTENTITY]]"
        )
        cases = [
            (text("XL03000006", several), ["ENTITY", "CUSTENTITY"]),
            (
                text(
                    "XL03000006",
                    "… cannot be queried: [a: [X]] fields cannot be "
                    "queried: [b: [Y.Z, x]]",
                ),
                ["X", "Y.Z"],
            ),
            (
                text("XL03000010", "Field requested is not valid: gldetail.STATUS"),
                ["STATUS"],
            ),
            (
                text("XL03000010", "Field requested is not valid: BILLTO.EMAIL9"),
                ["BILLTO.EMAIL9"],
            ),
            (text("Invalid fields list x"), ["X"]),
        ]
        for found, fields in cases:
            error = classify("function", 200, [found])
            self.assertIsInstance(error, errors.QueryFieldError)
            self.assertEqual(error.fields, fields)

    def test_a_permission_names_operation_and_object(self):
        error = classify(
            "function",
            200,
            [
                text(
                    "PL04000005",
                    "You do not have permission for API operation CREATE on objects "
                    "of type arinvoice [Support ID: x]",
                )
            ],
        )
        self.assertEqual((error.operation, error.object), ("CREATE", "ARINVOICE"))
        self.assertIn("CREATE on objects of type arinvoice", str(error))
        nameless = classify(
            "function",
            200,
            [text("", "You do not have permission to view audit history")],
        )
        self.assertIsNone(nameless.object)

    def test_the_additional_codes_are_kept(self):
        codes = {"errorid": "GL-0493", "placeholders": {"ACCOUNTNO": "5000.11"}}
        error = classify("function", 200, [text("BL1", "x", additional=codes)])
        self.assertEqual(error.details["additional"], [codes])

    def test_errors_survive_pickling(self):
        error = classify("function", 200, [text("BL1", "x [Support ID: y]")])
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((str(again), again.support_id), (str(error), "y"))
        hole = pickle.loads(pickle.dumps(errors.IncompleteReadError("A", 3, 2)))
        self.assertEqual((hole.object, hole.expected, hole.got), ("A", 3, 2))


@tagged("post_install", "-at_install")
class TestGatewayEndpoint(BaseCase):
    def test_only_intacct_and_what_was_configured(self):
        path = "/ia/xml/xmlgw.phtml"
        for host in ("na12.intacct.com", "api.intacct.com", "NA12.Intacct.COM:443"):
            self.assertTrue(is_trusted(f"https://{host}{path}", DEFAULT_URL), host)
        for url in (
            "http://na12.intacct.com" + path,
            "https://evilintacct.com" + path,
            "https://intacct.com.evil.example" + path,
            "https://evil.example/.intacct.com",
            "https://evil.example#.intacct.com",
            "https://evil.example?.intacct.com",
            "https://evil.example\\.intacct.com",
            "https://evil.example%2f.intacct.com/",
            "https://na12.intacct.com@evil.example/",
            "https://user@na12.intacct.com/",
            "https://user:pw@na12.intacct.com/",
            "https://@na12.intacct.com/",
            "https://na12.intacct.com:8443/",
            "https://na12.intacct.com:x/",
            "https://na12.intacct.com./",
            "https://.intacct.com/",
            "https://na12..intacct.com/",
            "https://evil.example\uff0f.intacct.com/",
            "https://evil.example\n.intacct.com/",
            "https://[::1].intacct.com/",
            "https://intacct.com/",
            "//na12.intacct.com/",
            "ftp://na12.intacct.com/",
            "javascript:x",
            "",
        ):
            with self.subTest(url):
                self.assertFalse(is_trusted(url, DEFAULT_URL))

    def test_the_configured_host_counts_with_scheme_and_port(self):
        own = "http://127.0.0.1:8123/ia/xml/xmlgw.phtml"
        self.assertTrue(is_trusted("http://127.0.0.1:8123/other", own))
        for url in (
            "https://127.0.0.1:8123/",
            "http://127.0.0.1:8124/",
            "http://127.0.0.1/",
            "http://user@127.0.0.1:8123/",
            "http://localhost:8123/",
        ):
            self.assertFalse(is_trusted(url, own), url)
        self.assertTrue(is_trusted("http://sim.example:80/", "http://sim.example/x"))


@tagged("post_install", "-at_install")
class TestGatewayBackoff(BaseCase):
    def test_it_doubles_to_a_limit_and_jitter_takes_at_most_half(self):
        self.assertEqual([delay(n, 0.0) for n in range(7)], [1, 2, 4, 8, 16, 30, 30])
        self.assertEqual(delay(2, 0.5), 3.0)
        self.assertGreater(delay(2, 0.999), 2.0)

    def test_retry_after_as_number_and_as_date(self):
        self.assertEqual(parse_retry_after({"Retry-After": "30"}), 30.0)
        dates = {
            "Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT",
            "Date": "Wed, 21 Oct 2026 07:28:00 GMT",
        }
        self.assertEqual(parse_retry_after(dates), 30.0)
        for headers in ({}, {"Retry-After": "soon"}, {"Retry-After": "-1"}):
            self.assertIsNone(parse_retry_after(headers))
        del dates["Date"]
        self.assertIsNone(parse_retry_after(dates))


@tagged("post_install", "-at_install")
class TestGatewayRedaction(BaseCase):
    def test_elements_and_values(self):
        self.assertEqual(
            redact(
                "<a><password>x</password><SESSIONID>y</SESSIONID>z&lt;</a>", ["z<"]
            ),
            "<a><password>***</password><SESSIONID>***</SESSIONID>***</a>",
        )
        self.assertEqual(redact("<password>cut of"), "<password>***</password>")
        self.assertEqual(redact("plain", ["", None]), "plain")
