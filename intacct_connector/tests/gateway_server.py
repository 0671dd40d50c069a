"""A scripted gateway for tests: real HTTP on loopback, answers as written down.

It knows nothing of Intacct beyond the shape of an answer: a test says what comes
back, and looks at what was received.
"""

import contextlib
import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

from lxml import etree


@dataclass
class Reply:
    """One answer. ``cut`` closes the connection after so many bytes of the body;
    ``hang`` keeps silent until the server stops; ``drip`` sends a piece of an
    endless body every so many seconds."""

    body: bytes = b""
    status: int = 200
    headers: tuple = ()
    cut: int | None = None
    hang: bool = False
    drip: float | None = None


class Received:
    """One request, as it arrived."""

    def __init__(self, body, headers):
        self.body = body
        self.headers = headers
        self.root = etree.fromstring(body)

    def text(self, path):
        """The text at ``path`` below request, or None."""
        return self.root.findtext(path)

    @property
    def functions(self):
        """The function elements."""
        return self.root.findall("operation/content/function")

    @property
    def names(self):
        """The names of the functions."""
        return [function[0].tag for function in self.functions]

    @property
    def control_ids(self):
        """The control ids of the functions."""
        return [function.get("controlid") for function in self.functions]


def element(name, text=""):
    """``<name>text</name>``, escaped."""
    return f"<{name}>{escape(text)}</{name}>"


def error(errorno="", description2="", description="", correction=""):
    """One ``error`` element."""
    return (
        f"<error>{element('errorno', errorno)}{element('description', description)}"
        f"{element('description2', description2)}{element('correction', correction)}"
        "</error>"
    )


def success(function, inner=""):
    """A successful result of a received function element."""
    return _result(function, "success", inner)


def failure(function, *errors, inner="", status="failure"):
    """A failed result with its errors."""
    message = f"<errormessage>{''.join(errors)}</errormessage>"
    return _result(function, status, inner + message)


def _result(function, status, inner):
    return (
        f"<result><status>{status}</status>"
        f"{element('function', function[0].tag)}"
        f"{element('controlid', function.get('controlid'))}{inner}</result>"
    )


def data(rows, listtype="ARINVOICE", total=None, remaining=0, **attributes):
    """A ``data`` element with rows given as dicts."""
    found = {
        "listtype": listtype,
        "totalcount": len(rows) if total is None else total,
        "count": len(rows),
        "numremaining": remaining,
        **attributes,
    }
    head = " ".join(f'{name}="{value}"' for name, value in found.items())
    body = "".join(
        f"<{listtype}>"
        + "".join(element(name, str(value)) for name, value in row.items())
        + f"</{listtype}>"
        for row in rows
    )
    return f"<data {head}>{body}</data>"


def control(received, status="success", control_id=None):
    """The control block of an answer."""
    return (
        f"<control><status>{status}</status>"
        f"{element('senderid', received.text('control/senderid'))}"
        f"{element('controlid', control_id or received.text('control/controlid'))}"
        "<uniqueid>false</uniqueid><dtdversion>3.0</dtdversion></control>"
    )


def answered(received, *results, **options):
    """A Reply with these results."""
    return Reply(
        (
            f"<response>{control(received)}<operation><authentication>"
            "<status>success</status><userid>robot</userid>"
            "<companyid>Acme</companyid><locationid></locationid>"
            "<sessiontimeout>2026-11-20T03:39:40+00:00</sessiontimeout>"
            f"</authentication>{''.join(results)}</operation></response>"
        ).encode(),
        **options,
    )


def refused(received, *errors, **options):
    """A Reply that fails at control level."""
    return Reply(
        (
            f"<response>{control(received, 'failure')}"
            f"<errormessage>{''.join(errors)}</errormessage></response>"
        ).encode(),
        **options,
    )


def unauthenticated(received, *errors):
    """A Reply that fails at authentication level."""
    return Reply(
        (
            f"<response>{control(received)}<operation><authentication>"
            "<status>failure</status><userid></userid><companyid></companyid>"
            f"</authentication><errormessage>{''.join(errors)}</errormessage>"
            "</operation></response>"
        ).encode()
    )


INVALID_SESSION = error("XL03000006", "Invalid session q....")


def session_expired(received):
    """What a call in a session that is gone gets."""
    return unauthenticated(received, INVALID_SESSION)


def all_succeed(received):
    """Every function succeeds and answers a key."""
    return answered(
        received,
        *(
            success(function, element("key", str(number)))
            for number, function in enumerate(received.functions, 1)
        ),
    )


class _Server(ThreadingHTTPServer):
    """Clients that leave early are what some tests are about, not worth a word."""

    daemon_threads = True

    def handle_error(self, request, client_address):
        gone = isinstance(sys.exc_info()[1], OSError)
        return None if gone else super().handle_error(request, client_address)


class GatewayServer:
    """Serves ``script``: Replies, or callables that take a Received.

    Requests with a login take from ``logins`` instead, and are signed in where that
    is empty: the n-th one gets ``session-n``. Use it as a context manager.
    """

    def __init__(self, *script, tls=None):
        self.script = list(script)
        self.logins = []
        self.received = []
        self.endpoint = None
        self.signed_in = 0
        self._released = threading.Event()
        self._http = _Server(("127.0.0.1", 0), self._handler())
        self._scheme = "http"
        if tls is not None:
            self._scheme = "https"
            self._http.socket = tls.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(0.01,), daemon=True
        )

    @property
    def url(self):
        """Where it listens."""
        return (
            f"{self._scheme}://127.0.0.1:{self._http.server_address[1]}/ia/xml/x.phtml"
        )

    @property
    def calls(self):
        """The requests without those that sign in."""
        return [one for one in self.received if not one.root.findall(".//login")]

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *details):
        self._released.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def sign_in(self, received):
        """The answer to getAPISession."""
        self.signed_in += 1
        return answered(
            received,
            success(
                received.functions[0],
                "<data><api>"
                + element("sessionid", f"session-{self.signed_in}")
                + element("endpoint", self.endpoint or self.url)
                + "<locationid></locationid></api></data>",
            ),
        )

    def _next(self, received):
        self.received.append(received)
        signs_in = received.text("operation/authentication/login/userid") is not None
        steps = self.logins if signs_in else self.script
        if steps:
            step = steps.pop(0)
        elif signs_in:
            step = self.sign_in
        else:
            step = Reply(b"the script of this test is over", status=599)
        return step(received) if callable(step) else step

    def _handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body leave apart, and must not wait for each other.
            disable_nagle_algorithm = True

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                reply = server._next(Received(body, dict(self.headers)))
                if reply.hang:
                    server._released.wait()
                if reply.hang or reply.cut == 0:
                    self.close_connection = True
                    return
                if reply.drip is not None:
                    self.close_connection = True
                    self.drip(reply.drip)
                    return
                self.send_response(reply.status)
                self.send_header("Content-Type", 'text/xml; encoding="UTF-8"')
                self.send_header("Content-Length", str(len(reply.body)))
                for name, value in reply.headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body[: reply.cut])
                if reply.cut is not None:
                    self.close_connection = True

            def drip(self, seconds):
                self.send_response(200)
                self.end_headers()
                with contextlib.suppress(OSError):  # the client has gone
                    while not server._released.wait(seconds):
                        self.wfile.write(b" " * 20_000)

            def log_message(self, *args):
                """Tests look at ``received``."""

        return Handler
