"""What can go wrong at the gateway, by what a caller does about it.

``kind`` is one word for the class, for storing: ``transient`` (again later),
``credentials`` (stop and tell the owner), ``permission``, ``configuration`` (a
setting or a field the company lacks), ``record`` (this document needs a fix),
``in_doubt`` (executed or not, nobody knows), ``request`` (we asked wrongly),
``protocol`` (the answer is not one), ``recorded`` and ``concurrent`` (a control id
used before, or running now), ``aborted`` (rolled back with its transaction).
"""


class IntacctError(Exception):
    """Base of all errors that the gateway client raises.

    :ivar str errorno: Intacct's number of the first telling error
    :ivar list texts: every text of the answer, clean, most telling first
    :ivar str support_id: what Intacct's support asks for, decoded
    :ivar str function: name of the function that failed
    :ivar str control_id: its control id
    :ivar int status: HTTP status, None when there was no answer
    :ivar dict details: further facts, such as the codes of ``additionalinfo``
    """

    kind = "unknown"

    def __init__(
        self,
        message,
        *,
        errorno=None,
        texts=(),
        support_id=None,
        function=None,
        control_id=None,
        status=None,
        details=None,
    ):
        super().__init__(message)
        self.errorno = errorno
        self.texts = list(texts)
        self.support_id = support_id
        self.function = function
        self.control_id = control_id
        self.status = status
        self.details = dict(details or {})

    def __str__(self):
        return str(self.args[0])


class TransientError(IntacctError):
    """Nothing was executed (or it only read): the same again later is safe.

    :ivar float retry_after: seconds the gateway asked to wait, or None
    """

    kind = "transient"
    retry_after = None


class RateLimitError(TransientError):
    """GW-0010, HTTP 429: too many calls at once."""


class DeadlineError(TransientError):
    """The caller's deadline left no time to ask."""


class CredentialsError(IntacctError):
    """Company, user, password or sender refused: asking again changes nothing."""

    kind = "credentials"


class SenderNotAuthorizedError(CredentialsError):
    """The company does not list our sender ID in its Web Services authorizations."""


class InvalidSessionError(CredentialsError):
    """The session is unknown or over; refused before any function was executed."""


class AuthorizationError(IntacctError):
    """The web services user may not do this.

    :ivar str operation: for instance ``READ_BY_QUERY``, or None
    :ivar str object: for instance ``ARINVOICE``, or None
    """

    kind = "permission"
    operation = None
    object = None


class ConfigurationError(IntacctError):
    """A setting, here or in the company, has to change first."""

    kind = "configuration"


class QueryFieldError(ConfigurationError):
    """Fields that this company does not have or can't be asked for.

    :ivar list fields: their names in upper case; ask again without them
    """

    fields = ()


class RecordError(IntacctError):
    """Intacct refused this record."""

    kind = "record"


class AlreadyRecordedError(IntacctError):
    """The control id was executed and completed before; the record exists."""

    kind = "recorded"


class ConcurrentRequestError(IntacctError):
    """The same control id is running right now."""

    kind = "concurrent"


class AbortedError(IntacctError):
    """Rolled back, because another function of the transaction failed."""

    kind = "aborted"


class InDoubtError(IntacctError):
    """A write was sent and no readable answer came back.

    :ivar tuple control_ids: the control ids that were sent
    """

    kind = "in_doubt"
    control_ids = ()


class RequestError(IntacctError):
    """What we asked is not what the gateway takes: a mistake of the caller."""

    kind = "request"


class ProtocolError(IntacctError):
    """The answer is not one this protocol knows."""

    kind = "protocol"


class FormatError(ProtocolError):
    """A value that is not in the gateway's form."""


class IncompleteReadError(ProtocolError):
    """A scan did not find as many rows as Intacct counts.

    :ivar str object: the object that was read
    :ivar int expected: rows that Intacct counts
    :ivar int got: different rows that arrived
    """

    def __init__(self, object_name, expected, got):
        super().__init__(
            f"Intacct counts {expected} rows of {object_name}, but only {got} "
            "could be read.",
            function="query",
        )
        self.object = object_name
        self.expected = expected
        self.got = got

    def __reduce__(self):
        return type(self), (self.object, self.expected, self.got)
