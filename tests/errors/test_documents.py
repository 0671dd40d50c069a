"""Errors of documents and customers on their way to Intacct."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command, Datetime

from tests.flows.intacct import COMPANY_DATA

from .common import ErrorCase


class TestDocuments(ErrorCase):
    def rule_unmapped(self):
        account = self.account("251999", "liability_current", "Deposits")
        self.backend.item_reference_id = False
        invoice = self.sold()
        invoice.button_draft()
        invoice.invoice_line_ids.account_id = account
        invoice.action_post()
        self.backend.item_reference_id = self.reference("account", "4000")
        tax = self.env["account.tax"].create(
            {
                "name": "Unmapped",
                "amount": 10,
                "type_tax_use": "sale",
                "country_id": self.company.account_fiscal_country_id.id,
            }
        )
        invoice.button_draft()
        invoice.invoice_line_ids.tax_ids = [Command.set(tax.ids)]
        invoice.action_post()
        self.sync("errors")
        action = yield self.waiting(invoice)
        self.save_mapping(action, reference_id=self.reference("account", "4100").id)

    def rule_dimension(self):
        self.intacct.load(
            GLACCOUNT=[
                {
                    "ACCOUNTNO": "4000",
                    "TITLE": "Revenue",
                    "ACCOUNTTYPE": "incomestatement",
                    "REQUIREDEPT": "true",
                }
            ]
        )
        action = yield self.refused()
        dialog = self.dialog(action)
        self.assertEqual(dialog.dimension, "department")
        dialog.reference_id = self.reference("department", "D1")
        dialog.action_set_dimension()

    def rule_dimension_restricted(self):
        self.intacct.load(
            DEPARTMENT=[{"DEPARTMENTID": "D2", "TITLE": "Service"}],
            RESTRICTIONS=[
                {"ACCOUNTNO": "4000", "DIMENSION": "DEPARTMENTID", "ALLOWED": ["D2"]}
            ],
        )
        self.backend.department_reference_id = self.reference("department", "D1")
        event = self.refused()
        yield event
        self.sync(scope="lists")
        self.backend.department_reference_id = self.reference("department", "D2")
        event.action_retry()

    def rule_project_of_customer(self):
        self.intacct.customer("C2")
        self.intacct.settings(projects_belong_to_customers=True)
        self.intacct.load(
            PROJECT=[{"PROJECTID": "P1", "NAME": "Theirs", "CUSTOMERID": "C2"}]
        )
        self.sync(scope="lists")
        rule = self.env["intacct.mapping"].create(
            {
                "backend_id": self.backend.id,
                "source": "partner",
                "partner_id": self.customer_partner.id,
                "reference_id": self.reference("project", "P1").id,
            }
        )
        event = self.refused()
        yield event
        rule.unlink()
        event.action_retry()

    def rule_customer_invalid(self):
        def status(text):
            self.intacct.change(
                "update_record", object="CUSTOMER", id="C1", values={"STATUS": text}
            )

        status("inactive")
        event = self.refused()
        yield event
        status("active")
        event.action_retry()

    def rule_label_invalid(self):
        self.use_labels("L1", "L2")
        self.intacct.change(
            "update_record",
            object="ARACCOUNTLABEL",
            id="L1",
            values={"STATUS": "inactive"},
        )
        event = self.refused()
        yield event
        self.backend.item_reference_id = self.reference("label", "L2")
        event.action_retry()

    def use_labels(self, *labels):
        self.intacct.load(
            ARACCOUNTLABEL=[
                {"ACCOUNTLABEL": label, "DESCRIPTION": label, "GLACCOUNTNO": "4000"}
                for label in labels
            ]
        )
        self.intacct.settings(account_labels=True)
        self.sync(scope="lists")
        self.backend.write(
            {
                "line_target": "label",
                "item_reference_id": self.reference("label", labels[0]).id,
            }
        )

    def rule_label_needed(self):
        self.intacct.load(
            ARACCOUNTLABEL=[
                {"ACCOUNTLABEL": "L1", "DESCRIPTION": "L1", "GLACCOUNTNO": "4000"}
            ]
        )
        self.intacct.settings(account_labels=True)
        event = self.refused()
        action = yield event
        self.assertEqual(self.opened(action), self.backend)
        self.use_labels("L1")
        event.action_retry()

    def rule_account_needed(self):
        self.use_labels("L1")
        self.intacct.settings(account_labels=False)
        event = self.refused()
        yield event
        self.backend.write(
            {
                "line_target": "account",
                "item_reference_id": self.reference("account", "4000").id,
            }
        )
        event.action_retry()

    def rule_account_invalid(self):
        self.intacct.change(
            "update_record",
            object="GLACCOUNT",
            id="4000",
            values={"STATUS": "inactive"},
        )
        event = self.refused()
        yield event
        self.backend.item_reference_id = self.reference("account", "4100")
        event.action_retry()

    def rule_dimension_invalid(self):
        self.backend.department_reference_id = self.reference("department", "D1")
        self.intacct.change(
            "update_record",
            object="DEPARTMENT",
            id="D1",
            values={"STATUS": "inactive"},
        )
        event = self.refused()
        action = yield event
        self.opened(action).department_reference_id = False
        event.action_retry()

    def rule_tax_details(self):
        self.intacct.load(TAXSOLUTION=[{"SOLUTIONID": "UK", "TAXMETHOD": "VAT"}])
        self.intacct.settings(default_tax_solution="UK")
        action = yield self.refused()
        self.confirm_decision(action)

    def rule_term_invalid(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "A month",
                "line_ids": [Command.create({"value": "percent", "nb_days": 30})],
            }
        )
        rule = self.env["intacct.mapping"].create(
            {
                "backend_id": self.backend.id,
                "source": "term",
                "term_id": term.id,
                "reference_id": self.reference("term", "Net 30").id,
            }
        )
        self.intacct.change(
            "update_record", object="ARTERM", id="Net 30", values={"STATUS": "inactive"}
        )
        invoice = self.sold(day="2026-10-05")
        invoice.button_draft()
        invoice.invoice_payment_term_id = term
        invoice.action_post()
        self.sync("errors")
        event = self.waiting(invoice)
        action = yield event
        dialog = self.dialog(action)
        self.assertEqual(dialog.reference_id, rule.reference_id)
        self.assertIn("30 days", dialog.new_rule)
        dialog.action_create()
        self.work()
        self.assertEqual(rule.reference_id.code, "A month")
        self.assertEqual(self.row(invoice)["TERMNAME"], "A month")

    def rule_term_refused(self):
        self.refuse("You do not have permission", function="create_arterm")
        self.new_term("A month").action_create()
        self.work()
        (event,) = self.events(cause="term_refused", state="open")
        dialog = self.dialog((yield event))
        self.assertEqual(dialog.term_id.name, "A month")
        self.intacct.no_faults()
        dialog.action_create()

    def rule_term_differs(self):
        self.intacct.load(
            ARTERM=[
                {
                    "NAME": "A month",
                    "DUEDATE": "60",
                    "DUEFROM": "from invoice/bill date",
                }
            ]
        )
        self.new_term("A month").action_create()
        self.work()
        yield self.events(cause="term_differs")

    def new_term(self, name):
        """A payment term of Odoo, and the dialog about it."""
        term = self.env["account.payment.term"].create(
            {
                "name": name,
                "line_ids": [Command.create({"value": "percent", "nb_days": 30})],
            }
        )
        return self.dialog(term.with_user(self.manager).action_intacct_term())

    def rule_number_taken(self):
        self.intacct.customer("C2")
        invoice = self.sold()
        key = self.intacct.invoice(invoice.name, "C2", (75,))
        self.intacct.pay({key: 75}, "C2")
        self.sync("errors")
        action = yield self.waiting(invoice)
        dialog = self.dialog(action)
        self.assertIn("75", dialog.candidate_text)
        self.confirm_decision(dialog.action_number())

    def rule_number_missing(self):
        self.intacct.settings(number_required=True)
        self.backend.number_rule = "intacct"
        event = self.refused()
        action = yield event
        self.opened(action).number_rule = "ours"
        event.action_retry()

    def rule_link_refused(self):
        invoice = self.sold()
        self.intacct.customer("C2")
        key = self.intacct.invoice(invoice.name, "C2", (75,))
        self.intacct.pay({key: 75}, "C2")
        self.sync("errors")
        self.decide("link", invoice)
        self.work()
        yield self.waiting(invoice)
        self.decide("ignore", invoice)

    def rule_long_number(self):
        invoice = self.sold()
        invoice.button_draft()
        invoice.name = "X" * 50
        invoice.action_post()
        self.sync("errors")
        action = yield self.waiting(invoice)
        self.confirm_decision(action, number="SHORT")

    def rule_zero(self):
        invoice = self.sold(0)
        self.sync(None)
        action = yield self.waiting(invoice)
        self.confirm_decision(action)

    def rule_instalments(self):
        parts = [
            Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
            for days in (30, 60)
        ]
        term = self.env["account.payment.term"].create(
            {"name": "Two", "line_ids": parts}
        )
        self.own_invoice(self.customer_partner, 100, invoice_payment_term_id=term.id)
        self.sync()
        yield self.events(cause="instalments")

    def rule_read_back(self):
        invoice = self.sold()
        self.sync()
        key, _name = self.there(invoice)
        operation = self.operations(invoice)
        operation.verified_at = False
        self.intacct.update_invoice(key, due="12/31/2026")
        self.sync(None)
        yield self.waiting(invoice)
        self.intacct.update_invoice(key, due="10/05/2026")

    def rule_in_doubt(self):
        invoice = self.sold()
        self.intacct.faults(
            {"action": "cut", "when": "before", "function": "create_invoice"}
        )
        self.sync(None)
        self.intacct.no_faults()
        operation = self.operations(invoice)
        operation.first_sent_at = Datetime.now() - timedelta(days=2)
        self.go_on()
        action = yield self.waiting(invoice)
        self.assertEqual(self.opened(action), operation)
        self.decide("not_there", operation)

    def go_on(self):
        runs = self.env["intacct.sync.run"].search([("state", "=", "running")])
        runs.next_attempt = False
        self.work()

    def rule_closed_period(self):
        self.intacct.change("close_books", module="AR", entity="", through="10/31/2026")
        event = self.refused()
        action = yield event
        dialog = self.dialog(action)
        with self.assertRaises(AccessError):
            dialog.with_user(self.clerk).action_wait()
        dialog.action_wait()
        self.assertEqual(event.level, "warning")
        self.intacct.change("close_books", module="AR", entity="", through="")
        self.sync(None)
        self.assertEqual(event.state, "open", "It is tried once a day")
        self.env.cr.execute(
            "UPDATE intacct_sync_event SET write_date = write_date - interval '1 day'"
        )
        self.env.invalidate_all()

    def rule_batch_key(self):
        self.intacct.settings(invoice_summary="user")
        event = self.refused()
        action = yield event
        dialog = self.dialog(action)
        self.assertIn("Accounts Receivable", dialog.path)
        self.intacct.settings(invoice_summary="automatic")
        dialog.action_retry()

    def rule_currency_disabled(self):
        self.env.ref("base.GBP").active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.env.ref("base.GBP").id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "rate": 0.75,
            }
        )
        self.intacct.load(COMPANY={**self.company_section(), "CURRENCIES": []})
        event = self.refused(currency_id=self.env.ref("base.GBP").id)
        action = yield event
        self.intacct.load(COMPANY=self.company_section())
        self.dialog(action).action_retry()

    def company_section(self):
        return COMPANY_DATA["COMPANY"]

    def rule_rate_missing(self):
        self.backend.rate_rule = "intacct"
        self.intacct.load(COMPANY={**self.company_section(), "CURRENCIES": ["CHF"]})
        franc = self.env.ref("base.CHF")
        franc.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": franc.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "rate": 0.9,
            }
        )
        event = self.refused(currency_id=franc.id)
        action = yield event
        self.opened(action).rate_rule = "odoo"
        event.action_retry()

    def rule_smart_rule(self):
        self.refuse("A PO number is needed.", errorno="BL04002055")
        action = yield self.refused()
        self.dialog(action).action_retry()

    def rule_record(self):
        self.refuse("Invalid Moon phase.")
        yield self.refused()

    def rule_lines_differ(self):
        invoice = self.sold()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET amount_total = 101 WHERE id = %s", [invoice.id]
        )
        self.env.invalidate_all()
        self.sync("errors")
        action = yield self.waiting(invoice)
        self.assertEqual(self.opened(action), invoice)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 101
        invoice.action_post()

    def rule_not_renderable(self):
        invoice = self.sold()
        invoice.invoice_date_due = False
        self.sync(None)
        event = self.waiting(invoice)
        action = yield event
        self.assertEqual(self.opened(action), invoice)
        invoice.invoice_date_due = "2026-10-05"

    def rule_field_missing(self):
        self.backend.customer_id_rule = "intacct"
        partner = self.new_customer()
        self.sold_to(partner)
        self.sync("errors")
        event = self.waiting(partner)
        self.assertIn("Customer ID", event.message)
        yield event
        self.backend.customer_id_rule = "reference"
        event.action_retry()

    # ------------------------------------------------------------------
    # Customers
    # ------------------------------------------------------------------
    def new_customer(self, name="New Ltd", **values):
        return self.env["res.partner"].create({"name": name, "ref": "NEW1", **values})

    def sold_to(self, partner):
        return self.own_invoice(
            partner, 100, invoice_date_due="2026-10-05", invoice_payment_term_id=False
        )

    def rule_no_reference(self):
        invoice = self.sold_to(self.new_customer(ref=False))
        self.sync("errors")
        action = yield self.waiting(invoice)
        self.opened(action).ref = "NEW1"

    def rule_long_customer_id(self):
        invoice = self.sold_to(self.new_customer(ref="N" * 21))
        self.sync("errors")
        action = yield self.waiting(invoice)
        self.opened(action).ref = "NEW1"

    def rule_id_taken(self):
        self.intacct.customer("NEW1", "Somebody Else")
        partner = self.new_customer()
        self.sold_to(partner)
        self.sync("errors")
        event = self.waiting(partner)
        action = yield event
        self.opened(action).ref = "NEW2"
        event.action_retry()

    def rule_customer_refused(self):
        self.intacct.load(
            CONTACT=[{"CONTACTNAME": "New Ltd (NEW1)", "PRINTAS": "Other"}]
        )
        partner = self.new_customer()
        invoice = self.sold_to(partner)
        self.sync("errors")
        action = yield self.waiting(invoice)
        self.opened(action).ref = "NEW2"
        self.waiting(partner).action_retry()

    def rule_customer_exists(self):
        self.intacct.load(
            CONTACT=[{"CONTACTNAME": "New Ltd (NEW1)", "PRINTAS": "Other"}]
        )
        partner = self.new_customer()
        self.sold_to(partner)
        self.sync("errors")
        event = self.waiting(partner)
        action = yield event
        self.opened(action).name = "Newer Ltd"
        event.action_retry()

    def rule_record_exists(self):
        self.refuse("Another record with the value NEW1", "create", object="CUSTOMER")
        partner = self.new_customer()
        self.sold_to(partner)
        self.sync("errors")
        yield self.waiting(partner)

    def rule_bad_email(self):
        partner = self.new_customer(email="new@ltd")
        self.sold_to(partner)
        self.sync("errors")
        event = self.waiting(partner)
        action = yield event
        self.opened(action).email = "new@example.com"
        event.action_retry()

    def rule_contact_refused(self):
        contact = self.new_customer(
            "Accounts Payable",
            parent_id=self.customer_partner.id,
            type="invoice",
            email="desk@ltd",
        )
        invoice = self.sold_to(contact)
        self.sync("errors")
        self.sync(None)
        action = yield self.waiting(invoice)
        self.opened(action).email = "desk@example.com"
        self.waiting(contact).action_retry()

    def rule_link_or_create(self):
        self.intacct.customer("OLD1", "New Ltd")
        partner = self.new_customer()
        self.sold_to(partner)
        self.sync(None)
        event = self.waiting(partner)
        action = yield event
        found = self.env["intacct.binding"].search(action["domain"])
        self.assertEqual(found.partner_id, partner)
        found._accept_links("It is the same")

    def rule_customer_waits(self):
        self.intacct.customer("OLD1", "New Ltd")
        invoice = self.sold_to(self.new_customer())
        self.sync(None)
        action = yield self.waiting(invoice)
        self.env["intacct.binding"].search(action["domain"])._accept_links(
            "It is the same"
        )

    def rule_customer_ignored(self):
        customer = self.new_customer()
        self.decide("ignore", customer)
        invoice = self.sold_to(customer)
        self.work()
        action = yield self.waiting(invoice)
        self.decide("restore", self.opened(action))


class TestEntities(ErrorCase):
    company_data = {
        "LOCATIONENTITY": [
            {"LOCATIONID": code, "NAME": code, "CURRENCY": "USD"}
            for code in ("E1", "E2")
        ]
    }

    def choose_mapping(self, backend):
        super().choose_mapping(backend)
        backend.location_reference_id = self.reference("location", "E1", backend)

    def rule_entity_credits(self):
        product = self.env["product.product"].create({"name": "Discount"})
        rule = self.env["intacct.mapping"].create(
            {
                "backend_id": self.backend.id,
                "source": "product",
                "product_id": product.id,
                "reference_id": self.reference("location", "E2").id,
            }
        )
        line = {"quantity": 1, "tax_ids": []}
        invoice = self.sold(
            invoice_line_ids=[
                Command.create({**line, "name": "Item", "price_unit": 100}),
                Command.create({**line, "product_id": product.id, "price_unit": -10}),
            ]
        )
        self.sync("errors")
        event = self.waiting(invoice)
        yield event
        rule.unlink()
        event.action_retry()
