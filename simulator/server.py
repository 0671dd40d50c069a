"""The HTTP server: the gateway's address, the admin paths, the page at ``/``."""

from __future__ import annotations

import socket
import threading
import time
from collections import deque

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from . import faults as fault_rules
from .admin import Admin
from .faults import Faults, Interrupted, Plan
from .gateway import Gateway, Reply
from .protocol import HEADER
from .requestlog import RequestLog

GATEWAY_PATH = "/ia/xml/xmlgw.phtml"
MAX_BODY = 32 * 1024 * 1024
TOO_MANY = (
    f"{HEADER}<response><control><status>failure</status></control>"
    "<errormessage><error><errorno>GW-0010</errorno>"
    "<description>API rate limit exceeded</description></error>"
    "</errormessage></response>"
)


class Handler(WSGIRequestHandler):
    """Keeps connections open and quiet; small answers leave at once."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, code="-", size="-") -> None:
        """Requests are in the simulator's own log."""


class Throttle:
    """Requests of the last minute and those in process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: deque[float] = deque()
        self.running = 0

    def enter(self, per_minute: int, at_once: int) -> int | None:
        """None, or after how many seconds to come back."""
        now = time.monotonic()
        with self._lock:
            while self._times and self._times[0] < now - 60:
                self._times.popleft()
            if per_minute and len(self._times) >= per_minute:
                return max(1, int(self._times[0] + 60 - now) + 1)
            if at_once and self.running >= at_once:
                return 1
            self._times.append(now)
            self.running += 1
            return None

    def leave(self) -> None:
        with self._lock:
            self.running -= 1


class Application:
    """The WSGI application around one gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.faults = Faults()
        self.log = RequestLog()
        self.throttle = Throttle()
        self.admin = Admin(gateway, self.faults, self.log)

    def __call__(self, environ, start_response):
        request = Request(environ)
        request.max_content_length = MAX_BODY
        try:
            response = self.respond(request)
        except HTTPException as error:
            response = error.get_response(environ)
        return response(environ, start_response)

    def respond(self, request: Request) -> Response:
        if request.path == GATEWAY_PATH:
            return self.serve(request)
        return self.admin.respond(request)

    # ----------------------------------------------------------- the gateway

    def serve(self, request: Request) -> Response:
        if request.method != "POST":
            return Response("Method Not Allowed", 405)
        body = request_body(request)
        limits = self._limits()
        wait = self.throttle.enter(*limits)
        if wait is not None:
            return self._busy(wait, body)
        try:
            return self._execute(request, body)
        finally:
            self.throttle.leave()

    def _limits(self) -> tuple[int, int]:
        per_minute = at_once = 0
        for company in list(self.gateway.companies.values()):
            per_minute = max(per_minute, int(company.settings["rate_limit_per_minute"]))
            at_once = max(at_once, int(company.settings["concurrent_requests"]))
        return per_minute, at_once

    def _busy(self, wait: int, body: bytes) -> Response:
        self.log.add(body, TOO_MANY, 429, [], 0, [])
        response = Response(TOO_MANY, 429, {"Retry-After": str(wait)})
        response.content_type = 'text/xml; encoding="UTF-8"'
        return response

    def _execute(self, request: Request, body: bytes) -> Response:
        begin = time.monotonic()
        functions: list[dict] = []
        plan = Plan()

        def plan_for(control, elements):
            nonlocal plan
            functions.extend(describe(element) for element in elements)
            plan = self.faults.plan(control, elements, body)
            return plan

        try:
            reply, plan = self.gateway.answer(body, plan_for)
            plan.after(self.gateway)
            when = "after"
        except Interrupted:
            reply, when = Reply(""), "before"
        response, answer = self._faulty(request, reply, plan, when)
        seconds = time.monotonic() - begin
        used = [rule.action for rule in plan.rules]
        self.log.add(body, answer, response.status_code, functions, seconds, used)
        self.gateway.meter.add_request(len(body), len(answer))
        return response

    def _faulty(
        self, request: Request, reply: Reply, plan: Plan, when: str
    ) -> tuple[Response, str]:
        """The answer as the faults leave it, and its text for the log."""
        rule = plan.first(when, "cut", "truncate", "status", "html", "empty")
        if rule is None:
            response = Response(reply.body, reply.status, reply.headers)
            response.content_type = reply.content_type
            return response, reply.body
        if rule.action == "cut":
            cut(request)
            return Response("", 200), ""
        if rule.action == "truncate":
            kept = reply.body.encode()[: int(rule.options.get("bytes", 100))]
            text = kept.decode("utf-8", "ignore")
            send_and_cut(request, reply, kept)
            return Response("", reply.status), text
        if rule.action == "empty":
            return Response("", int(rule.options.get("status", 200))), ""
        body = rule.options.get("body", fault_rules.HTML_PAGE)
        default = 200 if rule.action == "html" else 500
        status = int(rule.options.get("status", default))
        if status == 429 and "body" not in rule.options:
            body = TOO_MANY
        response = Response(body, status, rule.options.get("headers", {}))
        response.content_type = "text/html" if body.startswith("<!") else "text/xml"
        return response, body


def request_body(request: Request) -> bytes:
    """The XML document: the body itself, or the form field ``xmlrequest``."""
    if request.mimetype == "application/x-www-form-urlencoded":
        return request.form.get("xmlrequest", "").encode()
    try:
        return request.get_data()
    except RequestEntityTooLarge:
        return b""


def describe(element) -> dict:
    """A function for the log: its name, objects and control id."""
    return {
        "function": element.tag,
        "objects": sorted(fault_rules.objects_of(element))
        if element.tag in ("query", "read", "readByQuery", "create", "update", "delete")
        else [],
        "controlid": element.getparent().get("controlid", ""),
    }


def cut(request: Request) -> None:
    """Close the connection without another byte."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)


def send_and_cut(request: Request, reply: Reply, kept: bytes) -> None:
    """Announce the whole answer, send a part of it, close the connection."""
    connection = request.environ.get("werkzeug.socket")
    if connection is None:
        return
    head = (
        f"HTTP/1.1 {reply.status} OK\r\nContent-Type: {reply.content_type}\r\n"
        f"Content-Length: {len(reply.body.encode())}\r\n\r\n"
    )
    connection.sendall(head.encode() + kept)
    connection.shutdown(socket.SHUT_RDWR)


def serve(gateway: Gateway, host: str, port: int):
    """A threaded server, bound but not running yet."""
    application = Application(gateway)
    server = make_server(
        host, port, application, threaded=True, request_handler=Handler
    )
    server.daemon_threads = True
    gateway.address = f"http://{host}:{server.server_port}{GATEWAY_PATH}"
    return server
