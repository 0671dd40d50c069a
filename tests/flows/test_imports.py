"""Manual imports: what was chosen comes, nothing else, and nothing is missed later."""

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user

from .common import SimulatorCase


class ImportCase(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.starter = new_test_user(
            self.env,
            "starter",
            groups="intacct_connector.group_intacct_user",
            email="starter@example.com",
        )
        self.env["mail.mail"].search([]).unlink()

    def start(self, scope="invoices", **values):
        """Fills in the wizard as the starter and presses Start; returns the run."""
        wizard = (
            self.env["intacct.import"]
            .with_user(self.starter)
            .create({"scope": scope, "backend_id": self.backend.id, **values})
        )
        action = wizard.action_start()
        self.assertEqual(action["res_model"], "intacct.sync.run")
        return self.env["intacct.sync.run"].browse(action["res_id"])

    def bring(self, scope="invoices", state="done", **values):
        run = self.start(scope, **values)
        self.work()
        # What changes after it shares no second with it.
        self.intacct.change("clock", advance=1)
        self.assert_run(run, state)
        self.assert_clearing()
        return run

    def only(self, *codes, **values):
        return {"which": "chosen", "customer_codes": ", ".join(codes), **values}

    def mails(self):
        """What the starter got."""
        return self.env["mail.mail"].search(
            [("email_to", "ilike", "starter@example.com")], order="id"
        )


class TestChosen(ImportCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.intacct.customer("C2")
        self.first = self.intacct.invoice()
        self.second = self.intacct.invoice(customer="C2")

    def test_everything_outstanding_comes_where_nothing_is_chosen(self):
        memo = self.intacct.adjustment(customer="C2")
        advance = self.intacct.advance(33)

        run = self.bring()

        self.assertTrue(self.move(self.first) and self.move(self.second))
        self.assertTrue(self.move(memo, "ARADJUSTMENT"))
        self.assertTrue(self.move(advance, "ARADVANCE"))
        self.assertEqual(run.trigger, "import")

    def test_a_second_import_brings_nothing_twice(self):
        self.bring()
        before = self.rows_of("account_move", "res_partner", "intacct_binding")

        run = self.bring()

        after = self.rows_of("account_move", "res_partner", "intacct_binding")
        self.assertEqual(after, before)
        self.assertEqual(run.created_count + run.updated_count, 0)

    def test_invoices_of_chosen_customers_only(self):
        self.bring(**self.only("C2"))

        self.assertFalse(self.move(self.first))
        self.assertTrue(self.move(self.second))

    def test_a_customer_that_is_here_is_chosen_by_name(self):
        self.bring("customers", **self.only("C2"))
        partner = self.env["res.partner"].search([("intacct_customer_code", "=", "C2")])
        self.assertTrue(partner)

        self.bring(which="chosen", partner_ids=partner.ids)

        self.assertFalse(self.move(self.first))
        self.assertTrue(self.move(self.second))

    def test_dates_choose_by_the_invoice_s_date(self):
        early = self.intacct.invoice(WHENCREATED="08/15/2026", WHENPOSTED="08/15/2026")
        late = self.intacct.invoice(WHENCREATED="08/31/2026", WHENPOSTED="08/31/2026")

        self.bring(first="2026-08-16", last="2026-08-31")

        self.assertFalse(self.move(early))
        self.assertFalse(self.move(self.first), "of October")
        self.assertTrue(self.move(late))

    def test_chosen_customers_come_without_invoices_too(self):
        self.intacct.customer("C3")

        run = self.bring("customers", **self.only("C2", "C3"))

        codes = run.step_ids and self.env["intacct.binding"].search([]).mapped("number")
        self.assertEqual(sorted(codes), ["C2", "C3"])

    def test_an_id_that_intacct_does_not_have_is_told(self):
        for scope in ("customers", "invoices"):
            with self.subTest(scope=scope):
                run = self.bring(scope, **self.only("C2", "NOBODY"))
                event = self.events(run_id=run.id, cause="chosen_unknown")
                self.assertEqual(event.document, "NOBODY")
                self.assertIn("NOBODY", event.message)

    def test_a_document_that_failed_is_tried_again_only_if_chosen(self):
        nowhere = self.intacct.invoice(customer="C2", CURRENCY="EUR")
        self.env.ref("base.EUR").active = False
        self.bring(state="errors")
        self.open_event(nowhere)
        self.env.ref("base.EUR").active = True

        self.bring(**self.only("C1"))
        self.assertFalse(self.move(nowhere))
        self.bring(**self.only("C2"))
        self.assertTrue(self.move(nowhere))


class TestEntity(ImportCase):
    """A connection at top level sees all entities; an import of one of them brings
    nothing of the others."""

    company_data = {
        "LOCATIONENTITY": [
            {"LOCATIONID": "E1", "NAME": "One", "CURRENCY": "USD"},
            {"LOCATIONID": "E2", "NAME": "Two", "CURRENCY": "USD"},
        ]
    }

    def choose_mapping(self, backend):
        result = super().choose_mapping(backend)
        backend.location_reference_id = self.reference("location", "E1", backend)
        return result

    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.own = self.of("E1")
        self.other = self.of("E2")
        self.shared = self.of(None)

    def of(self, entity):
        return self.intacct.invoice(
            MEGAENTITYID=entity,
            lines=[{"TRX_AMOUNT": 100, "LOCATIONID": entity or "E2"}],
        )

    def entity(self, code):
        return {"entity_id": self.reference("entity", code).id}

    def test_only_the_documents_of_the_chosen_entity_come(self):
        run = self.bring(**self.entity("E1"))

        self.assertTrue(self.move(self.own))
        self.assertFalse(self.move(self.other))
        self.assertFalse(self.move(self.shared))
        self.assertEqual(run.created_count, 2, "its invoice and the customer")
        self.assertIn("E1", run.filter_summary)

    def test_the_others_come_with_their_own_import_or_with_all(self):
        self.bring(**self.entity("E1"))
        self.bring(**self.entity("E2"))
        self.assertTrue(self.move(self.other))
        self.assertFalse(self.move(self.shared))
        self.bring()
        self.assertTrue(self.move(self.shared))

    def test_customers_of_an_entity_come_with_those_of_all(self):
        self.intacct.customer("OF-E1", MEGAENTITYID="E1")
        self.intacct.customer("OF-E2", MEGAENTITYID="E2")
        self.bring("customers", **self.entity("E1"))
        codes = self.env["intacct.binding"].search(
            [("intacct_object", "=", "CUSTOMER")]
        )
        self.assertEqual(set(codes.mapped("number")), {"C1", "OF-E1"})


class TestAfterwards(ImportCase):
    """The first complete sync must notice what changed since an import of a part."""

    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.invoice = self.intacct.invoice()
        self.advance = self.intacct.advance(33)
        self.bring()

    def test_an_invoice_that_was_paid_meanwhile_is_settled(self):
        self.assert_open(self.invoice, 100)
        self.intacct.pay({self.invoice: 100})

        self.sync()

        self.assert_open(self.invoice, 0)

    def test_an_import_moves_no_watermark(self):
        watermarks = self.env["intacct.watermark"]
        for name in ("ARINVOICE", "ARADJUSTMENT", "ARPYMT", "CUSTOMER"):
            self.assertFalse(watermarks._get(self.backend, name))
        other = self.intacct.invoice()

        self.sync()

        self.assertTrue(self.move(other))
        self.assertTrue(watermarks._get(self.backend, "ARINVOICE"))


class TestWizard(ImportCase):
    def test_it_says_that_auto_sync_makes_it_superfluous(self):
        self.open_auto_sync()
        self.backend.action_enable_auto_sync()
        with Form(self.env["intacct.import"].with_user(self.starter)) as form:
            self.assertTrue(form.auto_sync)
            self.assertEqual(form.email, "starter@example.com")

    def test_it_refuses_what_would_find_nothing(self):
        with self.assertRaisesRegex(UserError, "find nothing"):
            self.start(first="2026-10-02", last="2026-10-01")
        with self.assertRaisesRegex(UserError, "at least one customer"):
            self.start(which="chosen")
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertRaisesRegex(UserError, "Stranger is not linked"):
            self.start(which="chosen", partner_ids=stranger.ids)

    def test_the_same_import_twice_is_one(self):
        self.assertEqual(self.start(), self.start())
        self.assertNotEqual(self.start(), self.start(**self.only("C2")))


class TestNews(ImportCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.invoice = self.intacct.invoice(RECORDID="A-17")

    def notices(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        found = self.env["bus.bus"].sudo().search([("message", "like", "import_ended")])
        return found.mapped("message")

    def test_whoever_started_it_gets_a_mail_with_the_result(self):
        run = self.bring()

        mail = self.mails()
        self.assertEqual(len(mail), 1)
        self.assertIn("starter@example.com", mail.email_to)
        self.assertIn("is finished", mail.subject)
        self.assertIn("1 documents imported, 0 failed", mail.body_html)
        self.assertIn(f"/odoo/intacct-syncs/{run.id}", mail.body_html)

    def test_failures_are_named_by_their_document(self):
        self.intacct.invoice(RECORDID="B-18", CURRENCY="EUR")
        self.env.ref("base.EUR").active = False

        self.bring(state="errors")

        mail = self.mails()
        self.assertIn("1 documents imported, 1 failed", mail.body_html)
        self.assertIn("B-18", mail.body_html)
        self.assertNotIn("A-17:", mail.body_html)

    def test_there_is_a_notice_for_whoever_is_still_there(self):
        self.bring()

        (notice,) = self.notices()
        self.assertIn("is finished", notice)

    def test_a_mail_comes_when_it_died_too(self):
        run = self.start()
        self.backend.api_password = "wrong"

        self.work()

        self.assertEqual(run.state, "failed")
        mail = self.mails()
        self.assertIn("was not finished", mail.subject)
        self.assertIn("401", mail.body_html)

    def test_a_run_that_is_killed_again_and_again_is_given_up(self):
        run = self.start()
        run.write({"state": "running", "stalls": 5})

        self.work()

        self.assertEqual(run.state, "failed")
        self.assertIn("stopped 5 times", self.mails().body_html)

    def test_a_connection_that_was_archived_meanwhile_is_told_by_mail(self):
        run = self.start()
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.search([]).unlink()
        self.backend.active = False
        self.assertEqual(triggers.search([]).cron_id, self.backend.sudo().cron_id)

        self.work()

        self.assertEqual(run.state, "failed")
        self.assertIn("archived", run.message)
        self.assertFalse(self.move(self.invoice))
        mail = self.mails()
        self.assertEqual(len(mail), 1)
        self.assertIn("was not finished", mail.subject)
        self.assertIn("was archived", mail.body_html)
        self.work()
        self.assertEqual(self.mails(), mail)

    def test_a_sync_that_nobody_waits_for_sends_nothing(self):
        self.sync()
        self.assertFalse(self.mails())

    def test_without_an_address_there_is_no_mail_and_no_harm(self):
        self.starter.email = False
        self.bring()
        self.assertFalse(self.mails())
