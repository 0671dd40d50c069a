"""Errors of the connection itself: signing in, rights, network."""

from tests.flows.intacct import COMPANY_DATA, SENDER, USER, USER_PASSWORD

from .common import ErrorCase


class TestConnection(ErrorCase):
    def stopped(self, scope="sync"):
        """The failure of a connection that stops."""
        run = self.sync("failed", scope=scope)
        self.assertEqual(run.backend_id.state, "attention")
        (event,) = self.events(state="open", intacct_object="connection")
        return event

    def lost_session(self):
        """The next request has to sign in anew."""
        self.env["intacct.session"].search([]).unlink()

    def senders(self, *names):
        self.intacct.load(COMPANY={**COMPANY_DATA["COMPANY"], "SENDERS": list(names)})

    def connect_again(self, action):
        self.opened(action).with_user(self.manager).action_connect()

    def rule_sender_not_authorized(self):
        self.senders()
        action = yield self.stopped()
        dialog = self.dialog(action)
        self.assertEqual(dialog.sender, SENDER)
        self.assertIn("Web Services authorizations", dialog.path)
        self.senders(dialog.sender)
        self.backend.action_connect()

    def rule_sender_refused(self):
        self.backend.sender_password = "wrong"
        action = yield self.stopped()
        self.opened(action).sender_password = "sender secret 1"
        self.connect_again(action)

    def rule_company_unknown(self):
        self.lost_session()
        self.backend.intacct_company = "CONSOLE"
        event = self.stopped()
        self.assertIn("non-200 status code: 401", event.message)
        action = yield event
        self.opened(action).intacct_company = "DEMO"
        self.connect_again(action)

    def rule_company_expired(self):
        self.intacct.settings(company_expired=True)
        action = yield self.stopped()
        self.intacct.settings(company_expired=False)
        self.connect_again(action)

    def rule_session_over(self):
        self.intacct.settings(session_seconds=0)
        self.lost_session()
        action = yield self.stopped()
        self.intacct.settings(session_seconds=7200)
        self.connect_again(action)

    def rule_credentials(self):
        self.lost_session()
        self.intacct.load(USERS=[{"LOGINID": USER, "PASSWORD": "changed"}])
        event = self.stopped()
        self.assertIn("non-200 status code: 401", event.message)
        self.assertNotIn(USER_PASSWORD, event.raw)
        action = yield event
        self.opened(action).api_password = "changed"
        self.connect_again(action)

    def rule_configuration(self):
        self.backend.sudo().api_password_secret = False
        action = yield self.stopped()
        self.opened(action).api_password = USER_PASSWORD
        self.connect_again(action)

    # ------------------------------------------------------------------
    # The network
    # ------------------------------------------------------------------
    def given_up(self, **rule):
        """The failure of a run that waited in vain."""
        self.intacct.faults({"times": None, **rule})
        self.backend._queue_run("manual")
        self.work()
        self.later(9)
        (event,) = self.events(state="open", intacct_object="connection")
        return event

    def later(self, times):
        """The waiting times of the run are over."""
        for _time in range(times):
            self.env["intacct.sync.run"].search(
                [("state", "in", ("queued", "running"))]
            ).next_attempt = False
            self.work()

    def rule_transient(self):
        yield self.given_up(action="html", status=502)
        self.intacct.no_faults()

    def rule_rate_limit(self):
        # A limit of so many a minute lets one pass now and then.
        yield self.given_up(action="status", status=429)
        self.intacct.no_faults()

    def rule_gone_offline(self):
        yield self.given_up(
            action="status",
            status=200,
            body="<response><control><status>failure</status></control><errormessage>"
            "<error><errorno></errorno><description>The Service is Temporarily Off-line"
            "</description><description2>Please Try Again Later</description2></error>"
            "</errormessage></response>",
        )
        self.intacct.no_faults()

    def rule_protocol(self):
        self.intacct.faults(
            {
                "action": "status",
                "status": 200,
                "body": "<response><control><status>failure</status></control>"
                "<errormessage><error><errorno>GW-9999</errorno><description>Odd"
                "</description></error></errormessage></response>",
            }
        )
        self.sync(None)
        (event,) = self.events(state="open", intacct_object="connection")
        yield event
        self.intacct.no_faults()

    # ------------------------------------------------------------------
    # Rights and fields
    # ------------------------------------------------------------------
    def step(self):
        """The failure of the one step that could not read."""
        self.sync("errors")
        (event,) = self.events(state="open", level="error")
        return event

    def rule_permission(self):
        self.intacct.permit("ARADJUSTMENT")
        event = self.step()
        self.assertTrue(event.message.startswith("Invoices and Credits from Intacct:"))
        self.assertIn("aradjustment", event.message)
        action = yield event
        self.assertIn("Roles", self.dialog(action).path)
        self.intacct.permit("ARADJUSTMENT", "list", "view", "add", "edit", "post")

    def rule_no_api_object(self):
        self.intacct.settings(unavailable_objects=["ARADVANCE"])
        self.sync(None)
        event = self.events(state="open", level="error")[:1]
        action = yield event
        self.assertIn("Subscriptions", self.dialog(action).path)
        self.intacct.settings(unavailable_objects=[])
        self.backend.action_connect()

    def refuse_query(self, **values):
        self.intacct.faults(
            {
                "action": "error",
                "function": "query",
                "object": "ARINVOICE",
                "contains": "<field>TRX_TOTALDUE</field>",
                "times": None,
                **values,
            }
        )

    def rule_field_refused(self):
        self.refuse_query(
            errorno="XL03000006",
            text="The following fields cannot be queried: [arinvoice: [TRX_TOTALDUE]]",
        )
        event = self.step()
        self.assertIn("TRX_TOTALDUE", event.message)
        yield event
        self.intacct.no_faults()

    def rule_field_unknown(self):
        self.refuse_query(errorno="Invalid fields list TRX_TOTALDUE")
        event = self.step()
        self.assertIn("TRX_TOTALDUE", event.message)
        yield event
        self.intacct.no_faults()

    def rule_missing_field(self):
        self.intacct.faults(
            {
                "action": "error",
                "function": "query",
                "object": "ARINVOICE",
                "contains": "<field>MODULEKEY</field>",
                "times": None,
                "errorno": "XL03000006",
                "text": "The following fields cannot be queried: "
                "[arinvoice: [MODULEKEY]]",
            }
        )
        self.sync()
        yield self.events(cause="missing_field")

    def rule_DL02000001(self):
        self.refuse_write(
            errorno="DL02000001", text="There was an error processing the request."
        )
        event = self.refused()
        yield event
        event.action_retry()

    def refuse_write(self, action="error", **values):
        self.intacct.faults({"action": action, "function": "create_invoice", **values})

    def rule_request(self):
        self.intacct.faults(
            {
                "action": "status",
                "status": 200,
                "function": "create_invoice",
                "body": "<response><control><status>failure</status></control>"
                "<errormessage><error><errorno>XL03000003</errorno><description2>XML "
                "Parse schema error: Error 76.</description2></error></errormessage>"
                "</response>",
                "times": 1,
            }
        )
        invoice = self.sold()
        self.sync("errors")
        event = self.waiting(invoice)
        action = yield event
        self.assertEqual(self.opened(action), invoice)
        self.intacct.no_faults()
        event.action_retry()

    def rule_aborted(self):
        self.refuse_write("abort")
        yield self.refused()

    # ------------------------------------------------------------------
    # Odoo's own
    # ------------------------------------------------------------------
    def rule_odoo_refused(self):
        recordno = self.intacct.invoice("INV-9")
        constraint = self.refuse_in_odoo()
        self.sync("errors")
        yield self.open_event(recordno)
        constraint()

    def refuse_in_odoo(self):
        """The journal for imports is archived by somebody."""
        self.company.write({"hard_lock_date": False})
        account = self.backend.clearing_account_id
        account.active = False

        def mend():
            account.active = True

        return mend

    def rule_clearing(self):
        recordno = self.intacct.invoice("INV-9")
        self.sync()
        other = self.account("251998", "income", "Other")
        entry = self.entry(
            (self.backend.clearing_account_id, 7), (other, -7), day="2026-10-05"
        )
        self.backend.compared_at = False
        run = self.backend._queue_run("manual")
        self.work()
        self.assertTrue(run)
        yield self.events(cause="clearing", state="open")
        entry.button_draft()
        entry.unlink()
        self.backend.compared_at = False
        self.assertTrue(self.move(recordno))
