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
