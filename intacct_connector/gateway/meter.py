"""What talking to Intacct cost."""

from dataclasses import dataclass


@dataclass
class Meter:
    """Counts since the client was made.

    :ivar int requests: HTTP requests that were sent, failed ones too
    :ivar int bytes_sent: bytes of request bodies
    :ivar int bytes_received: bytes of answer bodies, unpacked
    :ivar int transactions: API transactions as Intacct bills them: one for each
        object written and each page read, whether it succeeded or not
    :ivar float seconds: time spent in HTTP exchanges
    """

    requests: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    transactions: int = 0
    seconds: float = 0.0
