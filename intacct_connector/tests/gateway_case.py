"""What the tests of the gateway client share."""

from pathlib import Path

from lxml import etree
from odoo.tests import BaseCase

from ..gateway import Gateway, Login, Sender
from .gateway_server import GatewayServer

SENDER = Sender("acme-sender", "s3nder<&>pw")
LOGIN = Login("Acme", "robot", "l0gin\"'pw")
_ROOT = Path(__file__).parents[1]
# Reference material beside the project, where there is some.
REFERENCE = _ROOT.parents[1] / "shared" / "intacct"
OWN_SCHEMA = _ROOT / "gateway" / "schema" / "request.xsd"


def schemas():
    """Our schema of requests, and Intacct's own where it is at hand."""
    official = REFERENCE / "schema" / "api.libxml2.xsd"
    paths = [OWN_SCHEMA, official] if official.exists() else [OWN_SCHEMA]
    return [etree.XMLSchema(etree.parse(str(path))) for path in paths]


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

    def serve(self, *script):
        """A running GatewayServer."""
        server = GatewayServer(*script)
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
