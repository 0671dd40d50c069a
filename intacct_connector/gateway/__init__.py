"""How we speak to Intacct's XML gateway. Plain Python: no Odoo, no global state."""

from . import errors, formats, functions, where
from .classify import ErrorText, classify
from .client import Gateway
from .credentials import Login, MemorySessions, Sender, Session
from .endpoint import DEFAULT_URL
from .functions import Function
from .meter import Meter
from .query import Page, Query
from .result import Result
from .transport import Exchange

__all__ = [
    "DEFAULT_URL",
    "ErrorText",
    "Exchange",
    "Function",
    "Gateway",
    "Login",
    "MemorySessions",
    "Meter",
    "Page",
    "Query",
    "Result",
    "Sender",
    "Session",
    "classify",
    "errors",
    "formats",
    "functions",
    "where",
]
