"""What the tests of the models share: a connection that looks connected, the lists
it chose from, and documents as an import makes them."""

import contextlib
import os
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import TransactionCase, new_test_user

from ..models.account_move_line import LIFT_GUARD
from .gateway_server import GatewayServer

DAY = fields.Date.to_date("2026-11-05")
API_PASSWORD = "open-sesame-user"
SENDER_PASSWORD = "open-sesame-sender"
GROUPS = {
    "employee": "base.group_user",
    "readonly": "account.group_account_readonly",
    "invoicing": "account.group_account_invoice",
    "user": "intacct_connector.group_intacct_user",
    "manager": "intacct_connector.group_intacct_manager",
    "settings": "base.group_system",
}


class ModelCase(TransactionCase):
    """``cls.backend`` is connected and mapped; nothing of it ever leaves.

    Tests run as the administrator, who is no superuser.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(user=cls.env.ref("base.user_admin"), su=False)
        cls.company = cls.env.company
        cls.partner_a, cls.partner_b = cls.env["res.partner"].create(
            [{"name": "partner_a"}, {"name": "partner_b"}]
        )
        cls.income = cls.account("income")
        cls.expense = cls.account("expense")
        cls.sales_journal = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "sale")], limit=1
        )
        cls.backend = cls.new_backend()
        cls.account_reference = cls.new_reference("account", "4000", "Sales")
        cls.backend.write(
            {
                "item_reference_id": cls.account_reference.id,
                "undeposited_reference_id": cls.new_reference("account", "1120").id,
                "state": "connected",
                "connected_at": fields.Datetime.now(),
            }
        )
        cls.backend._set_up_accounts()
        cls.import_journal = cls.env["account.journal"]._create_for_intacct(
            cls.backend, "Invoices from Sage Intacct", "sale", "INI"
        )

    @classmethod
    def account(cls, account_type, company=None):
        """A new account of a company, of the test's own if none is given."""
        company = company or cls.company
        accounts = cls.env["account.account"].sudo().with_company(company)
        return accounts.create(
            {
                "name": account_type,
                "code": accounts._search_new_account_code("990000"),
                "account_type": account_type,
                "company_ids": [Command.link(company.id)],
            }
        )

    @classmethod
    def other_company(cls):
        return cls.env["res.company"].sudo().create({"name": "Elsewhere"})

    # ------------------------------------------------------------------
    # Records of the connector
    # ------------------------------------------------------------------
    @classmethod
    def new_backend(cls, **values):
        return cls.env["intacct.backend"].create(
            {
                "name": "Intacct",
                "company_id": cls.company.id,
                "intacct_company": "ACME",
                "api_user": "robot",
                "api_password": API_PASSWORD,
                "sender_code": "acme-sender",
                "sender_password": SENDER_PASSWORD,
                **values,
            }
        )

    @classmethod
    def new_reference(cls, kind, code, name=None, backend=None):
        return (
            cls.env["intacct.reference"]
            .sudo()
            .create(
                {
                    "backend_id": (backend or cls.backend).id,
                    "kind": kind,
                    "code": code,
                    "name": name or code,
                }
            )
        )

    @classmethod
    def new_binding(cls, record, intacct_object, recordno, backend=None, **values):
        """A link of a partner, move or payment."""
        backend = backend or cls.backend
        field = {
            "res.partner": "partner_id",
            "account.move": "move_id",
            "account.payment": "payment_id",
        }[record._name]
        company = False if intacct_object == "CUSTOMER" else backend.company_id.id
        bindings = cls.env["intacct.binding"].sudo()
        identity = bindings._identity(
            backend, intacct_object, {"RECORDNO": recordno}, company_id=company
        )
        return bindings.create({**identity, field: record.id, **values})

    @classmethod
    def new_run(cls, backend=None, **values):
        backend = backend or cls.backend
        return (
            cls.env["intacct.sync.run"]
            .sudo()
            .create({"backend_id": backend.id, **values})
        )

    @classmethod
    def new_preview(cls, backend=None, **values):
        """A complete preview, which nobody has accepted yet."""
        backend = backend or cls.backend
        return (
            cls.env["intacct.preview"]
            .sudo()
            .create(
                {
                    "backend_id": backend.id,
                    "identity": backend._identity_key(),
                    "complete": True,
                    **values,
                }
            )
        )

    def open_auto_sync(self, backend=None):
        """What the first time needs: a preview that somebody accepted."""
        self.new_preview(backend, accepted_at=fields.Datetime.now())

    def fail_record(self, run, recordno="7", message="It has no lines.", **values):
        """The open event of an invoice that could not be synced."""
        return (
            self.env["intacct.sync.event"]
            .sudo()
            ._fail(
                run,
                "documents",
                "ARINVOICE",
                recordno,
                message,
                **{"cause": "no_lines", "document": "INV-7", **values},
            )
        )

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------
    def imported(
        self, number="4711", date=DAY, amount=100.0, base=None, post=True, **values
    ):
        """An invoice as the import makes it, posted.

        :param float base: what ``amount`` is in the company's currency, if that is
            not the document's
        """
        base = amount if base is None else base
        move = (
            self.env["account.move"]
            .with_context(intacct_guard=LIFT_GUARD, skip_invoice_sync=True)
            .create(
                {
                    "move_type": "out_invoice",
                    "journal_id": self.import_journal.id,
                    "name": number,
                    "partner_id": self.partner_a.id,
                    "invoice_date": date,
                    "date": date,
                    "invoice_date_due": date,
                    "invoice_payment_term_id": False,
                    "intacct_imported": True,
                    "invoice_currency_rate": amount / base,
                    "line_ids": [
                        Command.create(
                            {
                                "display_type": "product",
                                "name": number,
                                "account_id": self.backend.clearing_account_id.id,
                                "price_unit": amount,
                                "tax_ids": [],
                                "amount_currency": -amount,
                                "balance": -base,
                            }
                        ),
                        Command.create(
                            {
                                "display_type": "payment_term",
                                "account_id": (
                                    self.partner_a.property_account_receivable_id.id
                                ),
                                "amount_currency": amount,
                                "balance": base,
                                "date_maturity": date,
                            }
                        ),
                    ],
                    **values,
                }
            )
        )
        if post:
            move._post(soft=False)
        return move.with_env(self.env)

    def own_invoice(self, date=DAY, amount=100.0, **values):
        """An invoice that a person makes in Odoo, posted."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": date,
                "date": date,
                "invoice_payment_term_id": False,
                "invoice_date_due": date,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Work", "price_unit": amount, "tax_ids": []}
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    # ------------------------------------------------------------------
    # The gateway
    # ------------------------------------------------------------------
    @contextlib.contextmanager
    def gateway_server(self, *script):
        """A scripted gateway that the connections talk to."""
        with GatewayServer(*script) as server:
            with patch.dict(os.environ, {"INTACCT_GATEWAY_URL": server.url}):
                yield server

    # ------------------------------------------------------------------
    # People
    # ------------------------------------------------------------------
    def person(self, name, company=None, **values):
        """A user with one group of GROUPS and nothing else but being an employee."""
        company = company or self.company
        login = f"{name}-{company.id}"
        known = self.env["res.users"].sudo().search([("login", "=", login)])
        return known or new_test_user(
            self.env(su=True),
            login=login,
            groups=f"base.group_user,{GROUPS[name]}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            **values,
        )

    def remote(self, user, model, method, *args, **kwargs):
        """Calls a method as that user would over RPC.

        :param args: the ids first, unless the method is of the model
        """
        return call_kw(self.env[model].with_user(user), method, args, kwargs)
