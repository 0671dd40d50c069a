"""Which customers come, who they are, and what happens to people Odoo knows."""

from .common import SimulatorCase


class TestCustomersThatCome(SimulatorCase):
    def test_auto_sync_brings_only_customers_with_outstanding_documents(self):
        owing = self.intacct.customer("OWES")
        credited = self.intacct.customer("CREDIT")
        paid = self.intacct.customer("PAID")
        idle = self.intacct.customer("IDLE")
        self.intacct.invoice(customer="OWES")
        self.intacct.adjustment(customer="CREDIT", lines=[-20])
        invoice = self.intacct.invoice(customer="PAID")
        self.intacct.pay({invoice: 100}, customer="PAID")

        self.sync()

        self.assertTrue(self.partner(owing))
        self.assertTrue(self.partner(credited))
        self.assertFalse(self.partner(paid))
        self.assertFalse(self.partner(idle))

    def test_the_import_of_all_brings_everyone(self):
        active = self.intacct.customer("ACTIVE")
        inactive = self.intacct.customer("INACTIVE", STATUS="inactive")
        invoice = self.intacct.invoice(customer="ACTIVE")

        run = self.import_all()

        self.assertTrue(self.partner(active))
        self.assertTrue(self.partner(inactive))
        self.assertEqual(self.partner(inactive).intacct_customer_state, "inactive")
        self.assertEqual(run.created_count, 2)
        self.assertFalse(self.move(invoice))

    def test_a_customer_that_is_known_comes_with_later_syncs_too(self):
        recordno = self.intacct.customer("C1", "Before")
        self.import_all()

        self.intacct.update_customer(recordno, NAME="After")
        self.sync()

        self.assertEqual(self.partner(recordno).name, "After")

    def test_later_syncs_bring_no_customer_without_documents(self):
        self.intacct.customer("C1")
        self.intacct.invoice(customer="C1")
        self.sync()

        idle = self.intacct.customer("IDLE")
        self.sync()

        self.assertFalse(self.partner(idle))

    def test_a_new_invoice_brings_its_new_customer(self):
        self.intacct.customer("C1")
        self.intacct.invoice(customer="C1")
        self.sync()

        late = self.intacct.customer("LATE")
        invoice = self.intacct.invoice(customer="LATE")
        self.sync()

        self.assertEqual(self.move(invoice).partner_id, self.partner(late))


class TestIdentity(SimulatorCase):
    def test_a_renamed_customer_keeps_its_partner(self):
        recordno = self.intacct.customer("C1", "Old Name")
        self.import_all()
        partner = self.partner(recordno)

        self.intacct.update_customer(recordno, NAME="New Name")
        self.import_all()

        self.assertEqual(self.partner(recordno), partner)
        self.assertEqual(partner.name, "New Name")
        self.assertEqual(self.env["res.partner"].search_count([("ref", "=", "C1")]), 1)

    def test_two_customers_of_one_name_are_two_partners(self):
        first = self.intacct.customer("C1", "Same Name")
        second = self.intacct.customer("C2", "Same Name")

        self.import_all()

        self.assertTrue(self.partner(first))
        self.assertNotEqual(self.partner(first), self.partner(second))

    def test_the_reference_is_the_customer_id(self):
        recordno = self.intacct.customer("C-77", "Somebody")

        self.import_all()

        partner = self.partner(recordno)
        self.assertEqual(partner.ref, "C-77")
        self.assertEqual(partner.intacct_customer_code, "C-77")
        self.assertIn(
            partner,
            self.env["res.partner"].search([("intacct_customer_code", "=", "C-77")]),
        )


class TestProposedLinks(SimulatorCase):
    def known(self, **values):
        return self.env["res.partner"].create({"name": "Known Here", **values})

    def assert_proposed(self, recordno, partner):
        binding = self.binding(recordno, "CUSTOMER")
        self.assertEqual(binding.sync_state, "proposed")
        self.assertEqual(binding.partner_id, partner)
        self.assertTrue(binding.reason)

    def test_the_same_reference_is_proposed(self):
        partner = self.known(ref="C1")
        recordno = self.intacct.customer("C1", "Other Name")

        self.import_all()

        self.assert_proposed(recordno, partner)

    def test_the_same_tax_id_is_proposed(self):
        partner = self.known(vat="US12-3456789")
        recordno = self.intacct.customer("C1", "Other Name", TAXID="US12-3456789")

        self.import_all()

        self.assert_proposed(recordno, partner)

    def test_the_same_email_and_name_are_proposed(self):
        partner = self.known(email="Bill@Example.com")
        recordno = self.intacct.customer(
            "C1", "known here", **{"DISPLAYCONTACT.EMAIL1": "bill@example.com"}
        )

        self.import_all()

        self.assert_proposed(recordno, partner)

    def test_the_same_email_alone_is_not_enough(self):
        partner = self.known(email="bill@example.com")
        recordno = self.intacct.customer(
            "C1", "Other Name", **{"DISPLAYCONTACT.EMAIL1": "bill@example.com"}
        )

        self.import_all()

        self.assertNotEqual(self.partner(recordno), partner)
        self.assertEqual(self.binding(recordno, "CUSTOMER").sync_state, "synced")

    def test_the_same_name_alone_is_not_enough(self):
        partner = self.known()
        recordno = self.intacct.customer("C1", "Known Here")

        self.import_all()

        self.assertNotEqual(self.partner(recordno), partner)
        self.assertEqual(self.binding(recordno, "CUSTOMER").sync_state, "synced")

    def test_nothing_is_made_beside_a_proposal_and_the_run_counts_it(self):
        self.known(ref="C1")
        self.intacct.customer("C1", "Other Name")
        before = self.env["res.partner"].search_count([])

        run = self.import_all()

        self.assertEqual(self.env["res.partner"].search_count([]), before)
        self.assertEqual((run.created_count, run.skipped_count), (0, 1))
        self.assertEqual(self.backend.proposed_link_count, 1)

    def test_a_proposed_partner_is_not_touched(self):
        partner = self.known(ref="C1", phone="1")
        self.intacct.customer("C1", "Other Name", **{"DISPLAYCONTACT.PHONE1": "1"})
        self.import_all()

        self.intacct.change_contact("Other Name(CC1)", PHONE1="2")
        self.import_all()

        self.assertEqual((partner.name, partner.phone), ("Known Here", "1"))

    def test_the_email_of_one_and_the_name_of_another_are_nobody(self):
        self.known(email="two@example.com")
        mail = "DISPLAYCONTACT.EMAIL1"
        one = self.intacct.customer("C1", "Known Here", **{mail: "one@example.com"})
        two = self.intacct.customer("C2", "Other Name", **{mail: "two@example.com"})

        self.import_all()

        for recordno in (one, two):
            self.assertEqual(self.binding(recordno, "CUSTOMER").sync_state, "synced")

    def test_one_partner_is_proposed_to_one_customer_only(self):
        partner = self.known(vat="US12-3456789")
        first = self.intacct.customer("C1", TAXID="US12-3456789")
        second = self.intacct.customer("C2", TAXID="US12-3456789")

        self.import_all()

        proposed = self.binding(first, "CUSTOMER") + self.binding(second, "CUSTOMER")
        self.assertEqual(
            proposed.filtered(lambda b: b.sync_state == "proposed").partner_id, partner
        )
        self.assertEqual(sorted(proposed.mapped("sync_state")), ["proposed", "synced"])

    def test_documents_wait_for_their_customer_and_come_once_it_is_linked(self):
        partner = self.known(ref="C1")
        recordno = self.intacct.customer("C1")
        invoice = self.intacct.invoice("INV-1", customer="C1")

        self.sync()

        self.assertFalse(self.move(invoice))
        event = self.open_event(invoice)
        self.assertEqual((event.level, event.cause), ("warning", "customer_waits"))
        self.assertIn("INV-1", event.message)

        self.binding(recordno, "CUSTOMER")._accept_links("It is the same")
        self.work()

        self.assertEqual(self.move(invoice).partner_id, partner)
        self.assertEqual(event.state, "resolved")
        self.assert_clearing()

    def test_documents_wait_for_their_customer_and_come_once_it_is_created(self):
        partner = self.known(ref="C1")
        recordno = self.intacct.customer("C1", "Another One")
        invoice = self.intacct.invoice(customer="C1")
        self.sync()

        self.binding(recordno, "CUSTOMER")._create_instead("It is another one")
        self.work()

        created = self.partner(recordno)
        self.assertTrue(created)
        self.assertNotEqual(created, partner)
        self.assertEqual(created.name, "Another One")
        self.assertEqual(self.move(invoice).partner_id, created)
        self.assertFalse(self.events(state="open"))

    def test_many_links_are_accepted_at_once(self):
        for code in ("C1", "C2", "C3"):
            self.known(ref=code)
            self.intacct.customer(code)
            self.intacct.invoice(customer=code)
        self.sync()

        self.env["intacct.binding"].search(
            [("sync_state", "=", "proposed")]
        )._accept_links("It is the same")
        self.work()

        moves = self.env["account.move"].search([("intacct_imported", "=", True)])
        self.assertEqual(sorted(moves.partner_id.mapped("ref")), ["C1", "C2", "C3"])

    def test_a_linked_customer_is_followed_from_then_on(self):
        partner = self.known(ref="C1")
        recordno = self.intacct.customer("C1", "Name There")
        self.import_all()
        self.binding(recordno, "CUSTOMER")._accept_links("It is the same")

        self.intacct.update_customer(recordno, COMMENTS="irrelevant", TAXID="12-3")
        self.import_all()

        self.assertEqual(partner.name, "Known Here")
        self.assertEqual(partner.intacct_tax_id, "12-3")
