"""The gateway: sessions, one request and its results, retries, pages."""

import random
import time
import uuid

from . import answer as answers
from . import backoff, envelope, formats, paging
from .classify import classify
from .credentials import MemorySessions, Session
from .endpoint import DEFAULT_URL, is_trusted
from .errors import (
    ConfigurationError,
    CredentialsError,
    DeadlineError,
    FormatError,
    InDoubtError,
    ProtocolError,
    RequestError,
    SenderNotAuthorizedError,
    TransientError,
)
from .functions import render
from .meter import Meter
from .query import Page, Query
from .result import match
from .transport import Transport, Unanswered, Unsent, Untrusted


def _is_settled(result):
    """Whether a function has its answer and need not be asked again."""
    return result is not None and not isinstance(result.error, TransientError)


def _moment(text):
    """When a session ends; what can't be read is not needed either."""
    try:
        return formats.parse_datetime(text)
    except FormatError:
        return None


class Gateway:
    """Speaks to one Intacct company as one web services user.

    :param sender: Sender
    :param login: Login
    :param str url: where to sign in
    :param sessions: keeps sessions: ``get(entity_id)``, ``put(entity_id, session)``,
        ``drop(entity_id)``; entity None is top level
    :param tuple timeout: seconds for connecting and for the answer
    :param int max_attempts: how often a read is asked in all
    :param clock: moments in seconds, as deadlines are given
    :param sleep: waits seconds
    :param rng: random number in [0, 1)
    :param http: a requests.Session to use
    :param on_exchange: called with an Exchange after each HTTP exchange
    :ivar Meter meter: what it cost so far
    :ivar sessions: the store of sessions
    """

    def __init__(
        self,
        sender,
        login,
        *,
        url=DEFAULT_URL,
        sessions=None,
        timeout=(10.0, 100.0),
        max_attempts=4,
        clock=time.monotonic,
        sleep=time.sleep,
        rng=random.random,
        http=None,
        on_exchange=None,
    ):
        self.meter = Meter()
        self._sender = sender
        self._login = login
        self._url = url
        self.sessions = MemorySessions() if sessions is None else sessions
        self._attempts = max_attempts
        self._clock = clock
        self._sleep = sleep
        self._rng = rng
        self._transport = Transport(http, timeout, self.meter, clock, on_exchange)

    def __repr__(self):
        return f"<Gateway to {self._login.company_id} as {self._login.user_id}>"

    # Sessions

    def connect(self, entity_id=None, *, deadline=None):
        """Sign in and return the new Session, which later calls use.

        :param str entity_id: entity to work in, None for that of the login, "" for
            top level
        :raise CredentialsError: wrong company, user, password, entity or sender
        """
        return self._retrying(lambda: self._sign_in(entity_id, deadline), deadline)

    def _entity(self, entity_id):
        """The entity a call works in; None is top level."""
        if entity_id is None:
            entity_id = self._login.entity_id
        return entity_id or None

    def _sign_in(self, entity_id, deadline):
        entity, home = self._entity(entity_id), self._entity(None)
        function = render(
            "getAPISession", locationid=None if entity == home else entity or ""
        )
        (result,) = self._send(
            self._url,
            envelope.authentication_by_login(self._login, home),
            [function],
            deadline=deadline,
        )
        if isinstance(result.error, TransientError):
            raise result.error
        if result.error is not None:
            raise ConfigurationError(
                f"Intacct did not open entity {entity or 'top level'}: {result.error}",
                errorno=result.error.errorno,
                texts=result.error.texts,
                support_id=result.error.support_id,
                function=function.name,
                control_id=function.control_id,
            )
        session = self._session(result, entity)
        self.sessions.put(entity, session)
        return session

    def _session(self, result, entity):
        row = result.rows[0] if result.rows else {}
        if not row.get("SESSIONID"):
            raise ProtocolError(
                "The answer to getAPISession names no session.", function=result.name
            )
        endpoint = row.get("ENDPOINT") or self._url
        signed_in = result.authentication
        return Session(
            row["SESSIONID"],
            endpoint if is_trusted(endpoint, self._url) else self._url,
            entity,
            signed_in.get("companyid"),
            signed_in.get("userid"),
            _moment(signed_in.get("sessiontimeout")),
        )

    # Requests

    def execute(
        self,
        functions,
        *,
        entity_id=None,
        transaction=False,
        unique=False,
        deadline=None,
    ):
        """Send functions in one HTTP request; return their Results in order.

        A function's own failure is in its result. What concerns the request as a
        whole is raised: with ``unique``, anything raised but InDoubtError means that
        nothing was executed.

        :param functions: Function or Query items
        :param str entity_id: see connect
        :param bool transaction: all of them or none
        :param bool unique: Intacct refuses control ids it has executed. For writes;
            they are sent once. Reads without it are asked again while the fault is
            transient; so are single functions with a transient failure
        :param float deadline: moment of the clock by which to be done
        :raise InDoubtError: ``unique``, and no readable answer came
        """
        functions = [
            item.function() if isinstance(item, Query) else item for item in functions
        ]
        ids = [function.control_id for function in functions]
        if not ids or len(set(ids)) < len(ids):
            raise RequestError("A request has functions, each with its own control id")
        if unique:
            session = self.sessions.get(self._entity(entity_id))
            session = session or self.connect(entity_id, deadline=deadline)
            return self._call(
                functions, entity_id, transaction, True, deadline, session
            )
        latest = {}

        def ask():
            waiting = [
                item
                for item in functions
                if transaction or not _is_settled(latest.get(item.control_id))
            ]
            results = self._call(waiting, entity_id, transaction, False, deadline)
            latest.update((result.control_id, result) for result in results)
            for result in results:
                if isinstance(result.error, TransientError):
                    raise result.error

        try:
            self._retrying(ask, deadline)
        except TransientError:
            if len(latest) < len(ids):
                raise
        return [latest[control_id] for control_id in ids]

    def _retrying(self, ask, deadline):
        """Call ``ask`` until it does not raise TransientError, or time is up."""
        for attempt in range(self._attempts):
            try:
                return ask()
            except TransientError as error:
                wait = backoff.delay(attempt, self._rng(), error.retry_after)
                out_of_time = deadline is not None and self._clock() + wait >= deadline
                if attempt == self._attempts - 1 or out_of_time:
                    raise
            self._sleep(wait)
        raise AssertionError("a client makes at least one attempt")

    def _call(self, functions, entity_id, transaction, unique, deadline, session=None):
        """One request in the entity's session; a session that is gone is renewed."""
        entity = self._entity(entity_id)
        session = session or self.sessions.get(entity)
        session = session or self._sign_in(entity or "", deadline)
        renewed = False
        while True:
            try:
                return self._send(
                    session.endpoint,
                    envelope.authentication_by_session(session),
                    functions,
                    transaction=transaction,
                    unique=unique,
                    deadline=deadline,
                    session=session,
                )
            except CredentialsError as error:
                # Refused before any function ran, so even a write may go again.
                if not error.details.get("authentication") or isinstance(
                    error, SenderNotAuthorizedError
                ):
                    raise
                self.sessions.drop(entity)
                if renewed:
                    raise
            renewed = True
            session = self._sign_in(entity or "", deadline)

    def _send(
        self,
        url,
        authentication,
        functions,
        *,
        transaction=False,
        unique=False,
        deadline=None,
        session=None,
    ):
        if deadline is not None and self._clock() >= deadline:
            raise DeadlineError("No time left to ask Intacct.")
        control_id = str(uuid.uuid4())
        body = envelope.build(
            self._sender,
            authentication,
            functions,
            control_id=control_id,
            unique=unique,
            transaction=transaction,
        )
        secrets = [self._sender.password, self._login.password]
        if session is not None:
            secrets.append(session.session_id)
        reply = None
        try:
            reply = self._transport.post(
                url, body, functions, control_id, deadline=deadline, secrets=secrets
            )
            answer = answers.read(reply.body)
        except Untrusted as error:
            raise ConfigurationError(f"Intacct was not asked: {error}.") from None
        except Unsent as error:
            raise TransientError(f"Intacct could not be reached: {error}.") from None
        except (Unanswered, answers.Unreadable) as error:
            raise self._unanswered(error, reply, functions, unique) from None
        return self._results(answer, reply, functions, control_id, unique)

    def _results(self, answer, reply, functions, control_id, unique):
        """The results of a readable answer, or what refused the whole request."""
        if unique and reply.status >= 500:
            raise self._unanswered("a server error", reply, functions, unique)
        sole = functions[0] if len(functions) == 1 else None
        facts = {
            "function": sole and sole.name,
            "control_id": sole and sole.control_id,
            "retry_after": reply.retry_after,
        }
        echoed = answer.control.texts.get("controlid")
        # A bare control failure names no control id.
        if echoed not in (None, control_id):
            raise self._unanswered(
                "an answer to another request", reply, functions, unique
            )
        if answer.control.status != "success":
            raise classify("control", reply.status, answer.control.errors, **facts)
        signed = answer.authentication
        if signed is not None and signed.status != "success":
            error = classify("authentication", reply.status, signed.errors, **facts)
            error.details["authentication"] = True
            raise error
        if signed is None or not answer.results:
            reason = "only a receipt" if answer.acknowledged else "no results"
            raise self._unanswered(reason, reply, functions, unique)
        return match(functions, answer, reply, unique)

    def _unanswered(self, reason, reply, functions, unique):
        """The error for a request of which nobody knows whether it was executed."""
        status = reply.status if reply else None
        sole = functions[0] if len(functions) == 1 else None
        facts = {
            "function": sole and sole.name,
            "control_id": sole and sole.control_id,
        }
        if status in (401, 429):
            # A refusal even if its text can't be read.
            return classify(
                "control", status, [], retry_after=reply.retry_after, **facts
            )
        where = f" (HTTP status {status})" if status not in (None, 200) else ""
        if unique:
            error = InDoubtError(
                f"Intacct may have done this or not, as it gave {reason}{where}.",
                status=status,
                **facts,
            )
            error.control_ids = tuple(function.control_id for function in functions)
        else:
            error = TransientError(
                f"Intacct gave {reason}{where}.", status=status, **facts
            )
            error.retry_after = reply.retry_after if reply else None
        return error

    # Pages

    def query_many(
        self, queries, *, entity_id=None, deadline=None, return_errors=False
    ):
        """Return the first Page of each query, all asked in one HTTP request.

        :param bool return_errors: a refused query has its error in Page.error;
            otherwise the first one is raised
        """
        queries = list(queries)
        results = self.execute(queries, entity_id=entity_id, deadline=deadline)
        pages = []
        for query, result in zip(queries, results, strict=True):
            if result.ok:
                pages.append(paging.page(query, result))
            elif return_errors:
                pages.append(Page(error=result.error))
            else:
                raise result.error
        return pages

    def query_all(
        self, query, *, entity_id=None, after=None, first=None, deadline=None
    ):
        """Iterate over the Pages of a query, each row once.

        :param query: Query ordered by one unique field, usually RECORDNO
        :param str after: ``last_key`` of a page, to go on behind it
        :param first: first Page that query_many returned, to go on from it
        :raise IncompleteReadError: Intacct counts rows that it does not hand out
        """

        def ask(part):
            (result,) = self.execute([part], entity_id=entity_id, deadline=deadline)
            return result.raise_for_error()

        return paging.scan(ask, query, after=after, first=first)
