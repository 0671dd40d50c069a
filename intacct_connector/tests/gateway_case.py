"""What the tests of the gateway client share."""

import datetime
from pathlib import Path

from lxml import etree
from odoo.tests import BaseCase

from ..gateway import Gateway, Login, Query, Sender, envelope, functions
from .gateway_server import GatewayServer, answered, data, success

READ = Query("ARINVOICE", ("RECORDNO", "STATE"))
SENDER = Sender("acme-sender", "s3nder<&>pw")
LOGIN = Login("Acme", "robot", "l0gin\"'pw")
_ROOT = Path(__file__).resolve().parents[1]
# Reference material beside the project, where there is some.
REFERENCE = _ROOT.parents[1] / "shared" / "intacct"
OWN_SCHEMA = _ROOT / "gateway" / "schema" / "request.xsd"


def schemas():
    """Our schema of requests, and Intacct's own where it is at hand."""
    official = REFERENCE / "schema" / "api.libxml2.xsd"
    paths = [OWN_SCHEMA, official] if official.exists() else [OWN_SCHEMA]
    return [etree.XMLSchema(etree.parse(str(path))) for path in paths]


def request(function, **options):
    """A whole request with one function, parsed."""
    options = {"unique": True, "transaction": False, **options}
    return etree.fromstring(
        envelope.build(
            SENDER,
            envelope.authentication_by_login(LOGIN, "E100"),
            [function],
            control_id="c",
            **options,
        )
    )


def rows(received, *found):
    """Each function of a request answers these rows."""
    return answered(
        received, *(success(one, data(found)) for one in received.functions)
    )


def one_row(received):
    """Each function of a request answers one invoice."""
    return rows(received, {"RECORDNO": 1, "STATE": "Posted"})


def write(control_id=None):
    """A function that changes something."""
    return functions.render(
        "reverse_invoice", control_id, key="7", datereversed=datetime.date(2026, 1, 2)
    )


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


class GatewayCase(BaseCase):
    """Tests that talk to a scripted server."""

    def setUp(self):
        super().setUp()
        self.clock = Clock()
        self.exchanges = []

    def serve(self, *script, tls=None):
        """A running GatewayServer."""
        server = GatewayServer(*script, tls=tls)
        self.enterContext(server)
        return server

    def gateway(self, server, login=LOGIN, **options):
        """A Gateway to it, on the test's clock."""
        return Gateway(
            SENDER,
            login,
            url=server.url,
            clock=self.clock,
            sleep=self.clock.sleep,
            rng=lambda: 0.0,
            on_exchange=self.exchanges.append,
            **options,
        )
