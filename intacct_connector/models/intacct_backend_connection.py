import logging
import os
import time

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import config

from ..gateway import (
    DEFAULT_URL,
    Gateway,
    Login,
    Query,
    Sender,
    errors,
    formats,
    functions,
)
from .intacct_session import BackendSessions

_logger = logging.getLogger(__name__)

# Seconds: connection, answer. An interactive check must not outlive the request.
HTTP_TIMEOUT = (10.0, 100.0)
CONNECT_SECONDS = 60


def server_option(name):
    """A server-wide setting: the environment wins over odoo.conf.

    The gateway's address is such a setting, never a field: whoever may edit a
    connection could otherwise have its password sent anywhere.

    :param str name: for example ``intacct_gateway_url``
    :rtype: str | None
    """
    return os.environ.get(name.upper()) or config.get(name) or None


class IntacctBackend(models.Model):
    _inherit = "intacct.backend"

    # ------------------------------------------------------------------
    # Client
    # ------------------------------------------------------------------
    def _gateway(self, deadline=None):
        """The client of this connection; its sessions are kept in the database by
        ``gateway.sessions.save()``.

        :param float deadline: a time.monotonic() no call may outlive
        :rtype: Gateway
        :raises ConfigurationError: something to sign in with is missing, or this
            database is a copy
        """
        self.ensure_one()
        if not self._is_original_database():
            raise errors.ConfigurationError(
                self.env._(
                    "This database is a copy of the one that was connected, so nothing "
                    "was sent. If it is meant to replace the original, press “This is "
                    "the live database”; otherwise leave it disconnected."
                )
            )
        return self._new_gateway()

    def _sender_code(self):
        """The sender ID of the connection, or the server's default."""
        return self.sender_code or server_option("intacct_sender_id")

    def _new_gateway(self):
        secret = self.sudo()
        sender = Sender(
            self._sender_code() or "",
            secret.sender_password_secret
            or server_option("intacct_sender_password")
            or "",
        )
        login = Login(
            self.intacct_company,
            self.api_user,
            secret.api_password_secret or "",
            self.entity or None,
        )
        required = {
            "sender_code": sender.sender_id,
            "sender_password": sender.password,
            "api_password": login.password,
        }
        labels = self.fields_get(list(required), ["string"])
        missing = [
            labels[name]["string"] for name, value in required.items() if not value
        ]
        if missing:
            raise errors.ConfigurationError(
                self.env._("Missing on the connection: %s", ", ".join(missing))
            )
        return Gateway(
            sender,
            login,
            url=server_option("intacct_gateway_url") or DEFAULT_URL,
            sessions=BackendSessions(self),
            timeout=HTTP_TIMEOUT,
        )

    # ------------------------------------------------------------------
    # Copies of the database
    # ------------------------------------------------------------------
    def _current_identity(self):
        """Names this very database: a dump that is restored, or a template copy,
        has another one even under the same name.

        :rtype: str
        """
        self.env.cr.execute(
            """
            SELECT CASE WHEN has_function_privilege('pg_control_system()', 'execute')
                        THEN (SELECT system_identifier FROM pg_control_system())
                   END, oid, datname
              FROM pg_database
             WHERE datname = current_database()
            """
        )
        return ":".join(str(part) for part in self.env.cr.fetchone())

    def _is_original_database(self):
        identity = self.sudo().server_identity
        return not identity or identity == self._current_identity()

    def action_confirm_database(self):
        """A person decides that this copy is the live database from now on."""
        self._check_manager()
        for backend in self:
            backend.sudo().server_identity = backend._current_identity()
            backend._attention_over()
            backend.message_post(
                body=self.env._(
                    "%s confirmed that this is the live database.", self.env.user.name
                )
            )

    # ------------------------------------------------------------------
    # Connect
    # ------------------------------------------------------------------
    def action_connect(self):
        """Signs in, checks what was reached and loads Intacct's lists."""
        self._check_manager()
        self.ensure_one()
        try:
            gateway = self._gateway() if self.state != "draft" else self._new_gateway()
            # A refusal of an old session would hide a wrong password.
            gateway.sessions.drop(self.entity)
            session = gateway.connect()
            self._check_reached(gateway)
            warnings = self.env["intacct.flow.lists"]._load(
                self, gateway, deadline=time.monotonic() + CONNECT_SECONDS
            )
        except errors.IntacctError as error:
            _logger.info("Connection %s refused: %s", self.id, type(error).__name__)
            raise UserError(self._explain(error)) from error
        gateway.sessions.save()
        self._count_usage(gateway)
        self._set_up_accounts()
        self.write(
            {
                "connected_at": fields.Datetime.now(),
                "connected_to": self._describe_reached(session),
            }
        )
        self.sudo().server_identity = self._current_identity()
        self._attention_over()
        return self._connected_notification(warnings)

    def action_disconnect(self):
        """Stops all traffic and keeps every link for a later reconnection."""
        self._check_manager()
        self.env["intacct.session"].sudo().search(
            [("backend_id", "in", self.ids)]
        ).unlink()
        self.write({"state": "draft", "auto_sync": False, "next_sync": False})

    def _check_reached(self, gateway):
        """Learns the company's base currency, entities and clock, and refuses a
        company whose books are in another currency than ours.

        :raises UserError: the base currency differs
        """
        entity_details, formatting, invoice = gateway.execute(
            [
                functions.render("readEntityDetails"),
                functions.render("readUserFormatting", userId=self.api_user),
                # No function tells the currency of a company without entities.
                Query("ARINVOICE", ["RECORDNO", "BASECURR"], page_size=1),
            ]
        )
        entities = entity_details.rows if entity_details.ok else []
        self._learn_clock(formatting)
        currencies = {
            row["CURRENCY"]
            for row in entities
            if row.get("CURRENCY") and (not self.entity or row.get("ID") == self.entity)
        }
        if not currencies and invoice.ok:
            currencies = {row["BASECURR"] for row in invoice.rows if row["BASECURR"]}
        ours = self.company_id.currency_id.name
        if currencies and ours not in currencies:
            raise UserError(
                self.env._(
                    "The books of Intacct company %(company)s are kept in %(theirs)s, "
                    "those of %(name)s in %(ours)s. Connect an Odoo company with the "
                    "same currency.",
                    company=self.intacct_company,
                    theirs=", ".join(sorted(currencies)),
                    name=self.company_id.name,
                    ours=ours,
                )
            )
        self.write(
            {
                "has_entities": bool(entities),
                "base_currency": ours if currencies else False,
            }
        )

    def _learn_clock(self, result):
        """Remembers the offset of the Intacct user's clock, in which all stamps are.
        If it was set, or daylight saving began or ended, more is read again.

        :param Result result: of readUserFormatting; many users may not call it
        """
        self.ensure_one()
        offset = result.rows[0].get("GMTOFFSET") if result.ok and result.rows else None
        if not offset or offset == self.gmt_offset:
            return
        if self.gmt_offset:
            moved = formats.parse_offset(offset) - formats.parse_offset(self.gmt_offset)
            self.env["intacct.watermark"].sudo()._step_back(
                self, abs(moved.total_seconds()) / 3600
            )
        self.gmt_offset = offset

    def _describe_reached(self, session):
        where = session.entity_id or self.env._("top level")
        return f"{session.company_id or self.intacct_company} ({where})"

    def _connected_notification(self, warnings):
        message = self.env._("Connected to %s.", self.connected_to)
        if missing := self._missing_setup():
            message += " " + self.env._("Next: choose %s.", ", ".join(missing))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Sage Intacct is now connected"),
                "message": "\n".join([message, *warnings]),
                "type": "warning" if warnings else "success",
                "sticky": bool(warnings),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _explain(self, error):
        """What a person reads when the gateway refuses.

        :param IntacctError error: the refusal
        :rtype: str
        """
        if isinstance(error, errors.CredentialsError):
            # The literal text is what people search for, whatever shape the
            # refusal had: HTTP 401, or HTTP 200 with the failure in the answer.
            return self.env._(
                "non-200 status code: 401\n\n"
                "We could not connect to Intacct using the credentials you provided. "
                "Please check the company ID, username, and password, the sender ID "
                "and its password, and the entity ID if you use one.\n\n"
                "Intacct says: %s",
                str(error),
            )
        return str(error)

    # ------------------------------------------------------------------
    # Accounts and journals
    # ------------------------------------------------------------------
    def _set_up_accounts(self):
        """Makes the two accounts and the settlement journal of the connection.

        They are the connection's own, so that each balance can be explained by
        the connector alone.
        """
        self.ensure_one()
        values = {}
        if not self.clearing_account_id:
            values["clearing_account_id"] = self._create_account(
                self.env._("Intacct clearing")
            ).id
        if not self.settled_account_id:
            values["settled_account_id"] = self._create_account(
                self.env._("Settled in Intacct")
            ).id
        if not self.settlement_journal_id:
            values["settlement_journal_id"] = (
                self.env["account.journal"]
                ._create_for_intacct(
                    self, self.env._("Settlements from Sage Intacct"), "general", "INS"
                )
                .id
            )
        if values:
            self.write(values)

    def _create_account(self, name):
        accounts = self.env["account.account"].sudo().with_company(self.company_id)
        reference = accounts.search(
            [
                *accounts._check_company_domain(self.company_id),
                ("account_type", "=", "asset_current"),
            ],
            limit=1,
        )
        return accounts.create(
            {
                "name": name,
                "code": accounts._search_new_account_code(reference.code or "101000"),
                "account_type": "asset_current",
                "reconcile": True,
                "tax_ids": False,
                "company_ids": [(4, self.company_id.id)],
            }
        )
