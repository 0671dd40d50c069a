"""Errors of what comes from Intacct."""

from datetime import timedelta

from odoo.fields import Command, Datetime
from odoo.tools import mute_logger

from .common import ErrorCase


class TestIncoming(ErrorCase):
    def came(self, state="errors", **values):
        """The failure of a document that Intacct has."""
        recordno = self.intacct.invoice("BAD", **values)
        self.sync(state)
        return self.open_event(recordno)

    def rule_currency_off(self):
        action = yield self.came(CURRENCY="GBP")
        pounds = self.opened(action)
        self.assertEqual(pounds.name, "GBP")
        pounds.active = True
        self.give_rate(pounds)

    def give_rate(self, currency):
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "rate": 0.75,
            }
        )

    def rule_no_rate(self):
        pounds = self.env.ref("base.GBP")
        pounds.active = True
        pounds.rate_ids.unlink()
        action = yield self.came(CURRENCY="GBP")
        self.give_rate(self.opened(action))

    def rule_locked_period(self):
        self.lock_until("2026-10-31")
        action = yield self.came()
        self.opened(action).lock_policy = "first_open"

    def rule_date_moved(self):
        self.backend.lock_policy = "first_open"
        recordno = self.intacct.invoice("INV-9", WHENCREATED="10/05/2026")
        self.sync()
        self.lock_until("2026-10-31")
        self.intacct.pay({recordno: 40}, day="10/20/2026")
        self.sync()
        yield self.events(cause="date_moved")[:1]

    def rule_lines_total(self):
        event = self.came(lines=[40], TRX_TOTALENTERED="50")
        action = yield event
        self.assertTrue(action)
        self.intacct.remove(event.recordno)
        event.state = "ignored"

    def rule_no_lines(self):
        event = self.came(lines=[], TRX_TOTALENTERED="50")
        action = yield event
        self.assertTrue(action)
        self.intacct.remove(event.recordno)
        event.state = "ignored"

    def rule_precision(self):
        dinar = self.env.ref("base.KWD")
        dinar.active = True
        invoice = self.sold(1.125, currency_id=dinar.id)
        self.sync("errors")
        action = yield self.waiting(invoice)
        self.confirm_decision(action)

    def rule_unmapped_account(self):
        income = self.env["account.account"].search(
            [("account_type", "=", "income")], limit=1
        )
        self.backend.import_policy = "mapped"
        action = yield self.came(lines=[{"ACCOUNTNO": "4100", "TRX_AMOUNT": 5}])
        rule = self.save_mapping(action, account_id=income.id)
        self.assertEqual(rule.reference_id.code, "4100")

    def rule_sign_changed(self):
        recordno = self.intacct.invoice("INV-9", lines=[100])
        self.sync()
        self.intacct.change(
            "update", key=recordno, lines=[{"LINE_NO": 1, "TRX_AMOUNT": "-20"}]
        )
        self.sync("errors")
        action = yield self.open_event(recordno)
        self.confirm_decision(action)

    def rule_record_moved(self):
        self.intacct.load(
            SODOCUMENT=[
                {
                    "DOCID": "SO-1",
                    "DOCNO": "1",
                    "PRRECORDKEY": (key := self.intacct.invoice("INV-9")),
                }
            ]
        )
        self.sync()
        self.intacct.change("recreate", key=key)
        self.sync()
        yield self.events(cause="record_moved")

    def rule_difference(self):
        recordno = self.intacct.invoice("INV-9", lines=[100])
        self.sync()
        move = self.move(recordno)
        payment = self.receive(move, 100)
        self.intacct.pay({recordno: 100}, day="10/17/2026", DOCNUMBER="X")
        self.sync(None)
        found = self.events(cause="difference", state="open")
        action = yield found[:1]
        self.assertEqual(self.opened(action), move)
        payment.action_draft()
        payment.action_cancel()

    def rule_gone(self):
        recordno = self.intacct.invoice("INV-9")
        self.sync()
        self.intacct.remove(recordno)
        self.backend.compared_at = Datetime.now() - timedelta(days=1, minutes=1)
        self.sync(None)
        action = yield self.open_event(recordno)
        self.confirm_decision(action)

    def rule_value_changed(self):
        self.intacct.customer("C7", **{"DISPLAYCONTACT.EMAIL1": "not-an-address"})
        self.import_all()
        yield self.events(cause="value_changed")[:1]

    def rule_provisional(self):
        recordno = self.intacct.invoice("INV-9", lines=[100])
        self.intacct.settings(custom_discounts=True)
        self.intacct.pay(
            {recordno: {"TRX_PAYMENTAMOUNT": 20, "TRX_TOTALDISCOUNTTOAPPLY": 5}}
        )
        self.sync()
        yield self.events(cause="provisional")

    def rule_unknown_customer(self):
        recordno = self.intacct.invoice("BAD", customer="GHOST")
        self.sync("errors")
        yield self.open_event(recordno)
        self.intacct.customer("GHOST")

    def rule_chosen_unknown(self):
        wizard = self.env["intacct.import"].create(
            {
                "scope": "customers",
                "backend_id": self.backend.id,
                "which": "chosen",
                "customer_codes": "C99",
            }
        )
        wizard.action_start()
        self.work()
        yield self.events(cause="chosen_unknown")

    def rule_copied_mark(self):
        invoice = self.sold()
        self.sync()
        row = self.intacct.one("ARINVOICE", RECORDID=invoice.name)
        copy = self.intacct.invoice("COPY", DESCRIPTION=row["DESCRIPTION"])
        self.sync()
        yield self.open_event(copy)
        self.intacct.update_invoice(copy, description="A document of its own")

    def edit(self, recordno, **values):
        self.intacct.change(
            "update_record", object="ARINVOICE", key=recordno, values=values
        )

    def rule_base_currency(self):
        recordno = self.intacct.invoice("BAD")
        self.edit(recordno, BASECURR="EUR")
        self.sync("errors")
        yield self.open_event(recordno)
        self.edit(recordno, BASECURR="USD")

    def rule_no_date(self):
        recordno = self.intacct.invoice("BAD")
        self.edit(recordno, WHENPOSTED="", WHENCREATED="")
        self.sync("errors")
        yield self.open_event(recordno)
        self.edit(recordno, WHENPOSTED="10/05/2026", WHENCREATED="10/05/2026")

    def rule_unexpected(self):
        recordno = self.intacct.invoice("BAD", DOCNUMBER="explodes")
        self.env.cr.execute(
            "ALTER TABLE account_move ADD CONSTRAINT test_explosion"
            " CHECK (ref IS DISTINCT FROM 'explodes')"
        )
        self.backend._queue_run("manual")
        quiet = mute_logger("odoo.sql_db", "odoo.addons.intacct_connector.flows.base")
        with quiet, self.assertRaisesRegex(AssertionError, "test_explosion"):
            self.work()
        self.env.invalidate_all()
        yield self.open_event(recordno)
        self.env.cr.execute("ALTER TABLE account_move DROP CONSTRAINT test_explosion")

    def rule_no_origin(self):
        recordno = self.intacct.invoice("INV-9", lines=[100])
        self.sync()
        original = self.move(recordno)
        credit = original._reverse_moves([{"invoice_date": "2026-10-20"}])
        credit.invoice_line_ids = [
            Command.create(
                {"name": "Extra", "quantity": 1, "price_unit": 5, "tax_ids": []}
            )
        ]
        credit.action_post()
        self.sync("errors")
        action = yield self.waiting(credit)
        self.assertEqual(self.opened(action), credit)
        credit.button_draft()
        credit.invoice_line_ids.filtered(lambda line: line.name == "Extra").unlink()
        credit.action_post()
