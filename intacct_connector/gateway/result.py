"""What became of each function of a request."""

from dataclasses import dataclass, field

from .answer import Data
from .classify import classify
from .errors import InDoubtError, IntacctError, TransientError
from .functions import Function

_IDENTITY = ("RECORDNO", "KEY")


@dataclass
class Result:
    """The answer to one function.

    :ivar Function function: what was asked
    :ivar str status: ``success``, ``failure``, ``aborted`` (rolled back with its
        transaction) or ``missing`` (the answer does not mention it)
    :ivar str key: RECORDNO of the record written, or None
    :ivar list rows: dicts of text; names in upper case, related fields with dots,
        owned lines as list of dicts, None for empty. A failure may have rows too:
        then they **were** created
    :ivar Data data: ``listtype``, ``count``, ``totalcount``, ``numremaining``,
        ``offset`` and ``resultId`` of the rows
    :ivar list errors: ErrorText items
    :ivar error: typed IntacctError, None on success
    :ivar dict authentication: texts of the authentication block
    """

    function: Function
    status: str
    key: str | None = None
    rows: list = field(default_factory=list)
    data: Data = field(default_factory=Data)
    errors: list = field(default_factory=list)
    error: IntacctError | None = None
    authentication: dict = field(default_factory=dict, repr=False)

    @property
    def ok(self):
        """True when Intacct reports success."""
        return self.status == "success"

    @property
    def name(self):
        """Name of the function."""
        return self.function.name

    @property
    def control_id(self):
        """Control id of the function."""
        return self.function.control_id

    def raise_for_error(self):
        """Return self, or raise the error there is."""
        if self.error is not None:
            raise self.error
        return self


def match(functions, answer, reply, unique):
    """Results of the functions, in their order, found by control id."""
    blocks = {}
    for block in answer.results:
        blocks.setdefault(block.texts.get("controlid"), block)
    facts = (reply, unique, answer.authentication.texts)
    return [_result(item, blocks.get(item.control_id), *facts) for item in functions]


def _result(function, block, reply, unique, authentication):
    if block is None or block.status not in ("success", "failure", "aborted"):
        return Result(function, "missing", error=_missing(function, reply, unique))
    error = None
    if block.status != "success":
        error = classify(
            "function",
            reply.status,
            block.errors,
            function=function.name,
            control_id=function.control_id,
            retry_after=reply.retry_after,
        )
    return Result(
        function,
        block.status,
        _key(block),
        block.rows,
        block.data,
        block.errors,
        error,
        authentication,
    )


def _missing(function, reply, unique):
    kind = InDoubtError if unique else TransientError
    error = kind(
        "The answer does not say what became of this.",
        function=function.name,
        control_id=function.control_id,
        status=reply.status,
    )
    if unique:
        error.control_ids = (function.control_id,)
    return error


def _key(block):
    """The key of a record that was written: object-specific functions name it
    themselves, the generic ones list the record."""
    if block.texts.get("key"):
        return block.texts["key"]
    if block.data.listtype == "objects" and len(block.rows) == 1:
        return next(filter(None, map(block.rows[0].get, _IDENTITY)), None)
    return None
