# What the gateway client puts in place of a control character that Intacct sent.
UNREADABLE = "\N{REPLACEMENT CHARACTER}"


def is_unreadable(row):
    """Whether some text of a row held characters that no system can show.

    :param dict row: a row as Intacct answered it
    """
    return any(UNREADABLE in value for value in row.values() if isinstance(value, str))


class RecordProblem(Exception):
    """One record cannot be synced until somebody mends something.

    :param str cause: groups records that are mended in the same way
    :param str message: what is wrong, for the person who reads the sync
    :param str advice: what to do about it
    :param str level: ``error``, or ``warning`` where the record only waits for a
        decision
    """

    def __init__(self, cause, message, advice="", level="error"):
        super().__init__(message)
        self.cause = cause
        self.message = message
        self.advice = advice
        self.level = level


class OutOfTime(Exception):
    """The job's time is used up; everything done so far is committed."""
