"""Every rule has a case, every case a rule."""

from odoo.tests import TransactionCase, tagged

from . import (
    test_connection,
    test_documents,
    test_incoming,
    test_payments,
    test_taxes,
)
from .common import PREFIX, ErrorCase

MODULES = (test_connection, test_documents, test_incoming, test_payments, test_taxes)
# Rules whose errors are provoked where the feature is tested, without their click.
ELSEWHERE = {"no_exempt_detail", "too_many_taxes"}


def cases():
    """The causes that are provoked somewhere."""
    return {
        name.removeprefix(PREFIX)
        for module in MODULES
        for member in vars(module).values()
        if isinstance(member, type) and issubclass(member, ErrorCase)
        for name in vars(member)
        if name.startswith(PREFIX)
    }


@tagged("post_install", "-at_install")
class TestComplete(TransactionCase):
    def test_every_rule_is_provoked_clicked_and_mended(self):
        rules = self.env["intacct.error.rule"].search([])
        self.assertGreater(len(rules), 90)
        known = cases() | ELSEWHERE
        self.assertEqual(set(rules.mapped("cause")) - known, set())
        self.assertEqual(known - set(rules.mapped("cause")), set())
