"""HTTP: one POST, its time-outs, and what is left of it for logs."""

import logging
import ssl
import time
from dataclasses import dataclass

import requests
import urllib3

from . import backoff
from .errors import ConfigurationError
from .redact import redact

_logger = logging.getLogger(__name__)
_HEADERS = {"Content-Type": "application/xml; charset=utf-8"}
_PIECE = 1 << 14
LARGEST_BODY = 128 * 1024 * 1024


class Unsent(Exception):
    """No connection came about, so nothing was sent."""


class Untrusted(Unsent):
    """The server's certificate does not prove that it is the gateway."""


class Unanswered(Exception):
    """Sent, but no complete answer arrived."""


@dataclass(frozen=True)
class Reply:
    """Status, body and what Retry-After said (seconds), of a complete answer."""

    status: int
    body: bytes
    retry_after: float | None = None


@dataclass(frozen=True)
class Exchange:
    """One HTTP exchange, for logs and debugging; the texts hold no secrets.

    :ivar tuple functions: names of the functions
    :ivar str control_id: that of the request
    :ivar int status: HTTP status, None without an answer
    :ivar float seconds: from sending to the end of the answer
    :ivar str request: the request's text
    :ivar str response: the answer's text, None without one
    :ivar str error: why there is no answer, or None
    """

    functions: tuple
    control_id: str
    status: int | None
    seconds: float
    request: str
    response: str | None
    error: str | None


class _Adapter(requests.adapters.HTTPAdapter):
    """Gives connecting less time than answering.

    requests takes a pair for that, but what stands between us and it (Odoo's test
    classes, for one) expects a number.
    """

    def __init__(self, connect):
        super().__init__()
        self._connect = connect

    def send(self, request, *args, timeout=None, **options):
        limits = (min(self._connect, timeout), timeout)
        return super().send(request, *args, timeout=limits, **options)


def _pooled(connect):
    """A session that keeps its connections open."""
    http = requests.Session()
    for scheme in ("https://", "http://"):
        http.mount(scheme, _Adapter(connect))
    return http


class Transport:
    """Posts requests and keeps the count of them.

    An injected ``http`` uses the time-out for the answer for connecting, too.
    """

    def __init__(self, http, timeout, meter, clock, on_exchange):
        connect, self._timeout = timeout
        self._http = http or _pooled(connect)
        if self._http.verify is False:
            raise ConfigurationError(
                "TLS certificates of the gateway are always checked"
            )
        self._meter = meter
        self._clock = clock
        self._on_exchange = on_exchange

    def post(self, url, body, functions, control_id, *, deadline, secrets):
        """Send it once and return the Reply, whatever its status.

        :param float deadline: moment of the clock by which to be done, or None
        :param secrets: values that must not reach an Exchange
        :raise Unsent: nothing left this machine
        :raise Unanswered: sent, and cut off
        """
        names = tuple(function.name for function in functions)
        started = time.perf_counter()
        reply = error = None
        try:
            reply = self._exchange(url, body, deadline)
        except (Unsent, Unanswered) as failure:
            error = failure
        seconds = time.perf_counter() - started
        self._count(functions, body, reply, error, seconds)
        status = reply.status if reply else None
        _logger.info("%s: %s in %.3f s", ",".join(names), status or error, seconds)
        if self._on_exchange is not None:
            received = reply and redact(reply.body.decode(errors="replace"), secrets)
            self._on_exchange(
                Exchange(
                    names,
                    control_id,
                    status,
                    seconds,
                    redact(body.decode(), secrets),
                    received,
                    str(error) if error else None,
                )
            )
        if error is not None:
            raise error
        return reply

    def _count(self, functions, body, reply, error, seconds):
        self._meter.seconds += seconds
        if isinstance(error, Unsent):
            return
        self._meter.requests += 1
        self._meter.bytes_sent += len(body)
        self._meter.bytes_received += len(reply.body) if reply else 0
        self._meter.transactions += sum(item.transactions for item in functions)

    def _exchange(self, url, body, deadline):
        timeout = self._timeout
        if deadline is not None:
            timeout = min(timeout, max(deadline - self._clock(), 0.001))
        # The exceptions of requests hold the request with its password: none of
        # them may travel on, not even as a context.
        failure = None
        try:
            with self._http.post(
                url,
                data=body,
                headers=_HEADERS,
                timeout=timeout,
                allow_redirects=False,
                stream=True,
                # Otherwise a .netrc of the host would add its own credentials.
                auth=_leave,
            ) as response:
                return Reply(
                    response.status_code,
                    self._body(response, timeout),
                    backoff.parse_retry_after(response.headers),
                )
        except requests.RequestException as error:
            failure = _failure(error)
        raise failure

    def _body(self, response, limit):
        """The whole body; a server that drips it is not waited for."""
        end = time.monotonic() + limit
        expected = response.headers.get("Content-Length", "")
        pieces, size = [], 0
        for piece in response.iter_content(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST_BODY:
                raise Unanswered(f"an answer of more than {LARGEST_BODY} bytes")
            # The last piece may be late: an answer that is here is worth having.
            if time.monotonic() > end and str(size) != expected:
                raise Unanswered("an answer that took too long")
        return b"".join(pieces)


def _leave(request):
    return request


def _failure(error):
    """Unsent or Unanswered for an exception of requests, in our own words.

    Only what can happen before the first byte of the request counts as unsent.
    """
    reason = error.args[0] if error.args else None
    cause = getattr(reason, "reason", reason)
    if isinstance(cause, urllib3.exceptions.ProxyError):
        cause = cause.original_error
    if isinstance(cause, urllib3.exceptions.SSLError) and cause.args:
        cause = cause.args[0]
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Untrusted(f"its certificate was refused ({cause.verify_message})")
    # NewConnectionError is one of these: refused, unreachable, unknown name.
    if isinstance(cause, urllib3.exceptions.ConnectTimeoutError):
        return Unsent("no connection")
    if isinstance(
        error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema
    ):
        return Unsent("an address that is none")
    if isinstance(error, requests.Timeout):
        return Unanswered("no answer in time")
    return Unanswered(f"a connection that broke ({type(cause or error).__name__})")
