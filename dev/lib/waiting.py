"""Waiting for something to become true, never for time to pass."""

import time


class TooLate(Exception):
    """What was waited for did not happen in time; the text says what it was."""


def wait_until(condition, seconds, what, pause=0.1):
    """The first true value that ``condition()`` returns.

    :param float seconds: how long at most
    :param str what: names it in the error
    :param float pause: seconds between two looks
    :raises TooLate: it stayed false
    """
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TooLate(f"waited {seconds:g} s in vain for {what}")
        time.sleep(pause)
    return value
