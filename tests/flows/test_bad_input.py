"""Bad input is a clear event; nothing else is lost, nothing half-written stays."""

from .common import SimulatorCase


class BadInputCase(SimulatorCase):
    """Each test plants one bad document between two good ones."""

    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.first = self.intacct.invoice("GOOD-1", lines=[11])

    def sync_beside_good_ones(self, state="errors"):
        last = self.intacct.invoice("GOOD-2", lines=[22])
        run = self.sync(state=state)
        self.assert_open(self.first, 11)
        self.assert_open(last, 22)
        return run

    def assert_told(self, recordno, cause, *texts, intacct_object="ARINVOICE"):
        """An open event names the document, why, and what to do."""
        event = self.open_event(recordno, intacct_object)
        self.assertEqual((event.level, event.cause), ("error", cause))
        for text in texts:
            self.assertIn(text, event.message)
        self.assertTrue(event.advice)
        self.assertFalse(self.binding(recordno, intacct_object))
        return event


class TestBadDocuments(BadInputCase):
    def test_no_lines(self):
        bad = self.intacct.invoice("BAD", lines=[], TRX_TOTALENTERED="50")
        run = self.sync_beside_good_ones()
        self.assert_told(bad, "no_lines", "BAD", "no lines")
        self.assertEqual(run.failed_count, 1)

    def test_lines_that_do_not_add_up(self):
        bad = self.intacct.invoice("BAD", lines=[40], TRX_TOTALENTERED="50")
        self.sync_beside_good_ones()
        self.assert_told(bad, "lines_total", "BAD", "40", "50")

    def test_a_currency_that_odoo_has_off(self):
        self.assertFalse(self.env.ref("base.GBP").active)
        bad = self.intacct.invoice("BAD", CURRENCY="GBP")
        self.sync_beside_good_ones()
        event = self.assert_told(bad, "currency_off:GBP", "BAD", "GBP")
        self.assertIn("Currencies", event.advice)

    def test_a_currency_without_a_rate(self):
        pounds = self.env.ref("base.GBP")
        pounds.active = True
        pounds.rate_ids.unlink()
        bad = self.intacct.invoice("BAD", CURRENCY="GBP")
        self.sync_beside_good_ones()
        self.assert_told(bad, "no_rate:GBP", "BAD", "GBP")

    def test_an_unmapped_account_where_accounts_are_mapped(self):
        self.import_on_mapped_accounts("4000")
        bad = self.intacct.invoice(
            "BAD", lines=[{"ACCOUNTNO": "4100", "TRX_AMOUNT": 5}]
        )
        self.sync_beside_good_ones()
        self.assert_told(bad, "unmapped_account:4100", "BAD", "4100")

    def test_yen_with_decimals(self):
        bad = self.intacct.invoice("BAD", lines=["10.50"], CURRENCY="JPY")
        self.sync_beside_good_ones()
        self.assert_told(bad, "precision", "BAD", "10.5")

    def test_an_advance_in_a_currency_that_is_off(self):
        bad = self.intacct.advance(60, currency="EUR", rate="1.2")
        self.env.ref("base.EUR").active = False
        self.sync_beside_good_ones()
        self.assert_told(bad, "currency_off:EUR", "EUR", intacct_object="ARADVANCE")

    def test_many_kinds_at_once(self):
        kinds = {
            self.intacct.invoice("B1", lines=[], TRX_TOTALENTERED="5"): "no_lines",
            self.intacct.invoice("B2", CURRENCY="GBP"): "currency_off:GBP",
            self.intacct.invoice("B3", lines=[4], TRX_TOTALENTERED="5"): "lines_total",
        }
        run = self.sync_beside_good_ones()
        for recordno, cause in kinds.items():
            self.assert_told(recordno, cause)
        self.assertEqual(run.failed_count, 3)
        self.assertEqual(self.backend.open_failure_count, 3)


class TestInvisibleCustomers(BadInputCase):
    """A connection to one entity does not see what another one owns."""

    company_data = {
        "LOCATIONENTITY": [
            {"LOCATIONID": "E1", "NAME": "First", "CURRENCY": "USD"},
            {"LOCATIONID": "E2", "NAME": "Second", "CURRENCY": "USD"},
        ]
    }

    def new_backend(self, **values):
        return super().new_backend(entity="E1", **values)

    def test_an_unknown_customer(self):
        self.intacct.customer("HIDDEN", MEGAENTITYID="E2")
        bad = self.intacct.invoice("BAD", customer="HIDDEN")
        self.sync_beside_good_ones()
        self.assert_told(bad, "unknown_customer", "BAD", "HIDDEN")


class TestMending(BadInputCase):
    """What failed is tried again from what was read, and closes itself."""

    def setUp(self):
        super().setUp()
        self.bad = self.intacct.invoice("BAD", lines=[70, 30], CURRENCY="GBP")
        self.intacct.pay({self.first: 1})
        self.sync(state="errors")
        self.event = self.open_event(self.bad)

    def activate_pounds(self):
        pounds = self.env.ref("base.GBP")
        pounds.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": pounds.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "rate": 0.66,
            }
        )

    def test_the_next_sync_brings_it_without_reading_it_again(self):
        self.activate_pounds()

        run = self.sync()

        self.assert_open(self.bad, 100)
        self.assertEqual(self.move(self.bad).amount_total_signed, 150)
        self.assertEqual(self.event.state, "resolved")
        self.assertFalse(self.event.sudo().payload)
        self.assertEqual(run.http_requests, 1)
        self.assertEqual(run.created_count, 1)

    def test_retry_queues_a_run(self):
        self.activate_pounds()

        self.event.action_retry()
        self.work()

        self.assert_open(self.bad, 100)

    def test_as_long_as_it_is_not_mended_the_event_stays_one(self):
        self.sync(state="errors")
        self.sync(state="errors")

        self.assertEqual(self.open_event(self.bad), self.event)
        self.assertEqual(len(self.events(recordno=self.bad)), 1)

    def test_paid_there_meanwhile_it_waits_no_longer(self):
        self.intacct.change(
            "add",
            object="ARPYMT",
            record={
                "CUSTOMERID": "C1",
                "FINANCIALENTITY": "BOE",
                "PAYMENTMETHOD": "EFT",
                "CURRENCY": "GBP",
                "RECEIPTDATE": "10/20/2026",
                "ARPYMTDETAILS": [{"RECORDKEY": self.bad, "TRX_PAYMENTAMOUNT": "100"}],
            },
        )
        self.sync()

        self.assertEqual(self.event.state, "resolved")
        self.assertFalse(self.move(self.bad))

    def test_changed_there_meanwhile_the_new_values_come(self):
        self.intacct.update_invoice(self.bad, description="Second edition")
        self.activate_pounds()
        self.sync()

        self.assertEqual(self.move(self.bad).intacct_description, "Second edition")


class TestPermissions(BadInputCase):
    def test_one_object_may_not_be_read(self):
        self.intacct.permit("ARADJUSTMENT")
        advance = self.intacct.advance(60)
        run = self.sync_beside_good_ones()

        event = self.events(state="open")
        self.assertEqual(len(event), 1)
        self.assertIn("ARADJUSTMENT", event.message.upper())
        self.assertEqual(event.cause, "permission")
        self.assertIn("right", event.advice)
        self.assertTrue(self.move(advance, "ARADVANCE"), "Payments were lost")
        self.assertEqual(run.state, "errors")

    def test_once_it_is_allowed_the_event_closes(self):
        memo = self.intacct.adjustment()
        self.intacct.permit("ARADJUSTMENT")
        self.sync(state="errors")

        self.intacct.permit("ARADJUSTMENT", "list", "view")
        self.sync()

        self.assertTrue(self.move(memo, "ARADJUSTMENT"))
        self.assertFalse(self.events(state="open"))

    def test_customers_may_not_be_read(self):
        self.intacct.permit("CUSTOMER")
        self.sync(state="errors")

        self.assertFalse(self.move(self.first))
        texts = "\n".join(self.events(state="open").mapped("message"))
        self.assertIn("CUSTOMER", texts.upper())

    def test_invoices_may_not_be_read(self):
        memo = self.intacct.adjustment(lines=[-20])
        self.intacct.permit("ARINVOICE")

        self.sync(state="errors")

        self.assert_open(memo, 20, "ARADJUSTMENT")
        self.assertIn("ARINVOICE", self.events(state="open").message.upper())

    def test_advances_may_not_be_read(self):
        # Of long ago, and not stamped by what is applied to it.
        old = {"WHENMODIFIED": "01/02/2026 00:00:00"}
        memo = self.intacct.adjustment(lines=[-20], **old)
        invoice = self.intacct.invoice(**old)
        self.intacct.adjustment()
        self.intacct.permit("ARADVANCE")
        self.sync_beside_good_ones()
        self.assertIn("ARADVANCE", self.events(state="open").message.upper())

        self.intacct.apply_credit(memo, invoice, 4)
        self.sync(state="errors")

        self.assert_open(invoice, 96)
        self.assert_open(memo, 16, "ARADJUSTMENT")

        self.intacct.permit("ARADVANCE", "list", "view")
        advance = self.intacct.advance(60)
        self.sync()

        self.assertTrue(self.move(advance, "ARADVANCE"))
        self.assertFalse(self.events(state="open"))


class TestMissingFields(BadInputCase):
    """Fields that this company does not have, or the user may not ask for."""

    def refuse(self, intacct_object, *fields, times=1):
        names = ", ".join(fields)
        self.intacct.faults(
            {
                "action": "error",
                "function": "query",
                "object": intacct_object,
                "contains": f"<field>{fields[0]}</field>",
                "times": times,
                "errorno": "XL03000006",
                "text": "The following fields cannot be queried: "
                f"[{intacct_object.lower()}: [{names}]]",
            }
        )

    def test_of_the_documents(self):
        self.refuse("ARINVOICE", "MODULEKEY", times=None)
        self.sync_beside_good_ones(state="done")
        self.assert_dropped("ARINVOICE", "MODULEKEY")

    def test_of_the_lines(self):
        self.refuse("ARINVOICEITEM", "CLASSID", "ITEMID", times=None)
        self.sync_beside_good_ones(state="done")
        self.assert_dropped("ARINVOICEITEM", "CLASSID", "ITEMID")

    def test_of_the_customers(self):
        self.refuse("CUSTOMER", "SHIPTO.URL1", times=None)
        self.sync_beside_good_ones(state="done")
        self.assert_dropped("CUSTOMER", "SHIPTO.URL1")

    def test_of_the_payments(self):
        self.refuse("ARPYMT", "DOCNUMBER", times=None)
        invoice = self.intacct.invoice()
        payment = self.intacct.pay({invoice: 100}, overpaid=5)
        self.sync_beside_good_ones(state="done")
        self.assert_dropped("ARPYMT", "DOCNUMBER")
        self.assertTrue(self.move(payment, "ARPYMT"))

    def test_one_that_is_needed(self):
        self.refuse("ARINVOICE", "TRX_TOTALDUE", times=None)
        self.sync(state="errors")
        self.assertIn("TRX_TOTALDUE", self.events(state="open").message)

    def assert_dropped(self, intacct_object, *fields):
        dropped = self.backend.missing_fields[intacct_object]
        self.assertEqual(dropped, sorted(fields))
        (event,) = self.events(cause="missing_field")
        self.assertEqual(event.level, "warning")
        for text in (intacct_object, *fields):
            self.assertIn(text, event.message)
