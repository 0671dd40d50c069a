"""From Intacct's error texts to the class of error.

errorno alone says little (BL01001973 stands for a hundred causes), so rules look at
number and text. The texts are those recorded in API.md, section 13; ``level`` is
where the failure sat: ``control``, ``authentication`` or ``function``.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from . import errors

ROLLED_BACK = "XL03000009"
_TAIL = re.compile(r"\s*\[(Support|Request) ID:?\s*([^\]]*)\]", re.IGNORECASE)
_GENERIC = re.compile(
    r"could not create [\w ]+ record|error while saving|currently, we can['’]t create"
    r"|check the transaction for errors or inconsistencies"
    r"|validate \w+ record failed",
    re.IGNORECASE,
)
_FIELD_LISTS = re.compile(r"\[\s*[\w.]+\s*:\s*\[([^\]]*)\]")
_ONE_FIELD = re.compile(
    r"field requested is not valid:\s*([\w.]+)|invalid fields list\s+(\S.*)",
    re.IGNORECASE,
)
_OPERATION = re.compile(r"API operation '?(\w+)'?", re.IGNORECASE)
_OBJECT = re.compile(r"objects of type (\w+)", re.IGNORECASE)


@dataclass(frozen=True)
class ErrorText:
    """One ``error`` of an answer, its texts without the support id.

    ``additional`` holds what ``additionalinfo`` says: ``errorid``, ``category`` and
    ``placeholders``.
    """

    errorno: str = ""
    description: str = ""
    description2: str = ""
    correction: str = ""
    support_id: str | None = None
    additional: dict = field(default_factory=dict)

    @classmethod
    def from_texts(
        cls, errorno, description, description2, correction, additional=None
    ):
        """Build one from the raw texts of the answer; None means empty."""
        found = []

        def clean(text):
            found.extend(unquote(match[1]) for match in _TAIL.findall(text or ""))
            return _TAIL.sub("", text or "").strip()

        texts = [clean(text) for text in (description, description2, correction)]
        number = clean(errorno)
        return cls(
            number,
            *texts,
            support_id=next(filter(None, found), None),
            additional=additional or {},
        )

    @property
    def texts(self):
        """Its texts, each once; errorno where Intacct put the message there."""
        told = (self.description2, self.description, self.correction)
        return list(dict.fromkeys(filter(None, told))) or [self.errorno or "no text"]

    @property
    def sentence(self):
        """Its texts as one readable line."""
        lead = (self.description, self.description2, self.correction)
        parts = list(dict.fromkeys(filter(None, lead))) or self.texts
        return " ".join(part if part[-1] in ".!?" else f"{part}." for part in parts)

    @property
    def is_generic(self):
        """True for the wrapper that follows the error which tells the cause."""
        return self.errorno == ROLLED_BACK or all(
            _GENERIC.search(text) for text in self.texts
        )


def _any(*needles):
    """A test for one of these texts, in any case."""
    return lambda number, text: any(needle in text for needle in needles)


def _number(*numbers):
    return lambda number, text: number in numbers


# (level or None for any, test, class); the first that fits wins.
_RULES = (
    (
        None,
        _any("already been recorded with the control id"),
        errors.AlreadyRecordedError,
    ),
    (None, _any("concurrent request in process"), errors.ConcurrentRequestError),
    (None, _number("GW-0010"), errors.RateLimitError),
    (None, _any("rate limit exceeded"), errors.RateLimitError),
    (
        None,
        _any("service is temporarily off-line", "please try again later"),
        errors.TransientError,
    ),
    (
        "control",
        _number("GW-0011", "XMLGW_JPP0002", "UJPP0002"),
        errors.CredentialsError,
    ),
    (
        "control",
        _any("partner id or password", "sign-in information is incorrect"),
        errors.CredentialsError,
    ),
    ("control", _number("XL03000003"), errors.RequestError),
    (
        "control",
        _any("not a valid transport policy", "demo company and has expired"),
        errors.ConfigurationError,
    ),
    (
        "authentication",
        _any("invalid web services authorization", "is not authorized to make"),
        errors.SenderNotAuthorizedError,
    ),
    ("authentication", _any("invalid session"), errors.InvalidSessionError),
    ("authentication", lambda number, text: True, errors.CredentialsError),
    (
        None,
        _any(
            "fields cannot be queried",
            "field requested is not valid",
            "invalid fields list",
        ),
        errors.QueryFieldError,
    ),
    (None, _number("PL04000005"), errors.AuthorizationError),
    (None, _any("you do not have permission"), errors.AuthorizationError),
    (
        "function",
        _any("cannot be performed on objects of type", "object definition"),
        errors.ConfigurationError,
    ),
    ("function", _number("DL02000001"), errors.RequestError),
    ("function", lambda number, text: True, errors.RecordError),
    ("control", lambda number, text: True, errors.ProtocolError),
)


def _telling(found):
    """The errors that name a cause, or all when none does."""
    return [error for error in found if not error.is_generic] or [
        error for error in found if error.errorno != ROLLED_BACK
    ]


def _class_for(level, status, found, telling):
    if status == 401:
        return errors.CredentialsError
    if status == 429:
        return errors.RateLimitError
    if status is not None and status >= 500:
        return errors.TransientError
    if found and not telling:
        return errors.AbortedError
    if (
        level == "function"
        and telling
        and all(error.is_generic for error in telling)
        and any("try again" in text for error in telling for text in error.texts)
    ):
        return errors.TransientError
    # The order of the rules counts, not that of the errors: a permission is named
    # before or after the wrapper, depending on the function.
    for rule_level, test, error_class in _RULES:
        if rule_level in (None, level) and any(
            test(error.errorno, " ".join([error.errorno, *error.texts]).lower())
            for error in telling
        ):
            return error_class
    return errors.ProtocolError


def _refused_fields(texts):
    names = []
    for text in texts:
        for group in _FIELD_LISTS.findall(text):
            names += group.split(",")
        for one, several in _ONE_FIELD.findall(text):
            # "gldetail.STATUS": the object in lower case, then the field asked for.
            prefix, dot, rest = one.partition(".")
            names += [rest] if dot and prefix.islower() else (one or several).split(",")
    return list(dict.fromkeys(name.strip().upper() for name in names if name.strip()))


def _details(found):
    additional = [error.additional for error in found if error.additional]
    return {"additional": additional} if additional else {}


def classify(level, status, found, *, function=None, control_id=None, retry_after=None):
    """Return the typed error for the errors of one failure.

    :param str level: ``control``, ``authentication`` or ``function``
    :param int status: HTTP status of the answer, None for unknown
    :param found: the failure's ErrorText items, in the answer's order
    :param float retry_after: seconds the answer asked to wait
    """
    telling = _telling(found)
    error_class = _class_for(level, status, found, telling)
    ordered = telling + [error for error in found if error not in telling]
    texts = list(dict.fromkeys(text for error in ordered for text in error.texts))
    message = ordered[0].sentence if ordered else "Intacct refused without a reason."
    if status == 401:
        # The words by which users of such connectors search for this.
        message = f"non-200 status code: 401. {message}"
    error = error_class(
        message,
        errorno=ordered[0].errorno if ordered else None,
        texts=texts,
        support_id=next((e.support_id for e in found if e.support_id), None),
        function=function,
        control_id=control_id,
        status=status,
        details=_details(found),
    )
    if isinstance(error, errors.TransientError):
        error.retry_after = retry_after
    elif isinstance(error, errors.QueryFieldError):
        error.fields = _refused_fields(texts)
    elif isinstance(error, errors.AuthorizationError):
        joined = " ".join(texts)
        operation, name = _OPERATION.search(joined), _OBJECT.search(joined)
        error.operation = operation and operation[1].upper()
        error.object = name and name[1].upper()
    return error
