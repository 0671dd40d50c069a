"""Faults: reads are asked again, writes are in doubt, secrets stay where they are."""

import datetime
import logging
import socket
import ssl
import tempfile
import traceback
from contextlib import ExitStack, contextmanager
from decimal import Decimal

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from odoo.tests import tagged
from odoo.tests.common import _super_send

from ..gateway import Gateway, MemorySessions, errors, functions, transport
from .gateway_case import LOGIN, READ, SENDER, GatewayCase, one_row, write
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
    success,
)

RATE_LIMIT = error("GW-0010", description="API rate limit exceeded")
LATER = error("", "The Service is Temporarily Off-line")


class _Collector(logging.Handler):
    """Appends formatted records to a list."""

    def __init__(self, output):
        super().__init__()
        self._output = output

    def emit(self, record):
        self._output.append(self.format(record) + "\n")


class PlainSession(requests.Session):
    """Odoo's test classes raise short time-outs to 10 seconds; not here."""

    def __init__(self):
        super().__init__()
        self.timeouts = []

    def send(self, request, **options):
        self.timeouts.append(options["timeout"])
        return _super_send(self, request, **options)


def _self_signed():
    """Key and certificate of a name that nobody vouches for, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + certificate.public_bytes(serialization.Encoding.PEM)


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
        "someone else's refusal": lambda received: Reply(
            refused(received, RATE_LIMIT).body.replace(
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

    def test_an_answer_that_drips_is_given_up(self):
        for unique, expected in (
            (False, errors.TransientError),
            (True, errors.InDoubtError),
        ):
            server = self.serve(Reply(drip=0.05))
            gateway = self.gateway(
                server, timeout=(0.4, 0.4), max_attempts=1, http=PlainSession()
            )
            with self.assertRaises(expected) as caught:
                gateway.execute([write()], unique=unique)
            self.assertIn("took too long", str(caught.exception))

    def test_a_server_that_cannot_prove_its_name_gets_nothing(self):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile() as file:
            file.write(_self_signed())
            file.flush()
            tls.load_cert_chain(file.name)
        server = self.serve(all_succeed, tls=tls)
        with self.assertRaises(errors.ConfigurationError) as caught:
            self.gateway(server).execute([write()], unique=True)
        self.assertIn("certificate", str(caught.exception))
        self.assertEqual(server.received, [])

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
        server, http = self.serve(all_succeed, all_succeed), PlainSession()
        gateway = self.gateway(server, http=http)
        gateway.execute([write()], unique=True)
        gateway.execute([write()], unique=True, deadline=self.clock() + 7)
        self.assertEqual(http.timeouts, [100.0, 100.0, 7.0])

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

    @contextmanager
    def logged(self):
        """A list of all that the client and the libraries below it log."""
        output = []
        loggers = (transport.__name__, "urllib3", "requests")
        with ExitStack() as stack:
            for name in loggers:
                logger = logging.getLogger(name)
                handler = _Collector(output)
                stack.callback(logger.removeHandler, handler)
                stack.callback(logger.setLevel, logger.level)
                logger.addHandler(handler)
                logger.setLevel(logging.DEBUG)
            yield output

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
            self.assertNoSecret(f"{exchange} {exchange.request} {exchange.response}")
        self.assertIn("<object>ARINVOICE</object>", self.exchanges[1].request)
        self.assertEqual([one.status for one in self.exchanges], [200, 502, 200])

    def test_no_error_or_log_shows_one(self):
        server = self.serve(Reply(b"<response>", cut=0), all_succeed)
        with self.logged() as output, self.assertRaises(errors.InDoubtError) as caught:
            self.gateway(server).execute([write()], unique=True)
        self.assertIn("reverse_invoice: a connection that broke", "".join(output))
        self.assertNoSecret("".join(output))
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
        with self.logged() as output:
            self.gateway(server).execute([function], unique=True)
        self.assertNotIn("Confidential", "".join(output))
        self.assertIn("create: 200 in", "".join(output))
