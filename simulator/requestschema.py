"""Every request is checked against our own schema before anything else."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path

from lxml import etree

from .failures import ControlFailure
from .protocol import parse_fault

LOCK = threading.Lock()
FOLDER = Path(__file__).parent / "schema"


@lru_cache(maxsize=1)
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(FOLDER / "request.xsd")))


def check(root: etree._Element) -> None:
    """A control failure with one error per violation.

    The error log belongs to the schema object, hence the lock.
    """
    with LOCK:
        loaded = schema()
        if not loaded.validate(root):
            faults = [parse_fault(message) for message in loaded.error_log]
            raise ControlFailure(faults)
