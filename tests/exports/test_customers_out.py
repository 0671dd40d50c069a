"""Customers that Intacct lacks are created, those that it has are linked."""

from .common import ExportCase

CREATE = "create"


class TestCustomersOut(ExportCase):
    def customers(self, **wanted):
        return [
            row
            for row in self.intacct.rows("CUSTOMER")
            if all(row[name] == value for name, value in wanted.items())
        ]

    def contact(self, customer):
        """The display contact of a customer."""
        return self.intacct.one("CONTACT", RECORDNO=customer["DISPLAYCONTACTKEY"])

    def test_a_new_customer_comes_before_its_invoice(self):
        germany = self.env.ref("base.de")
        partner = self.new_partner(
            "Neu & Söhne <GmbH>",
            "NEW1",
            email="a@b.example",
            street="Weg 1",
            zip="10115",
            city="Berlin",
            country_id=germany.id,
            vat="DE136695976",
        )
        move = self.invoice(partner=partner)

        self.sync()

        self.assert_in_step(move)
        (row,) = self.customers(CUSTOMERID="NEW1")
        self.assertEqual(row["NAME"], "Neu & Söhne <GmbH>")
        self.assertEqual(row["TAXID"], "DE136695976")
        self.assertEqual(self.contact(row)["EMAIL1"], "a@b.example")
        self.assertEqual(self.contact(row)["MAILADDRESS.COUNTRY"], "Germany")
        self.assertEqual(self.contact(row)["MAILADDRESS.CITY"], "Berlin")
        binding = partner.intacct_binding_ids
        self.assertEqual(binding.recordno, str(row["RECORDNO"]))
        self.assertEqual((binding.number, binding.origin), ("NEW1", "odoo"))
        self.assertTrue(self.operation(partner).verified_at)

    def test_the_country_goes_by_its_english_name(self):
        self.env["res.lang"]._activate_lang("de_DE")
        germany = self.env.ref("base.de")
        germany.with_context(lang="de_DE").name = "Deutschland"
        self.env.user.lang = "de_DE"
        partner = self.new_partner(country_id=germany.id)
        self.invoice(partner=partner)
        self.sync()
        (row,) = self.customers(CUSTOMERID="NEW1")
        self.assertEqual(self.contact(row)["MAILADDRESS.COUNTRY"], "Germany")

    def test_several_invoices_create_their_customer_once(self):
        partner = self.new_partner()
        contact = self.env["res.partner"].create(
            {"name": "Purchasing", "parent_id": partner.id, "type": "invoice"}
        )
        moves = [self.invoice(partner=partner), self.invoice(partner=contact)]
        self.sync()
        self.assertEqual(len(self.customers(CUSTOMERID="NEW1")), 1)
        for move in moves:
            self.assert_in_step(move)

    def test_a_prefix_and_number(self):
        self.backend.write({"customer_id_rule": "prefix", "customer_id_prefix": "OD-"})
        partner = self.new_partner(ref=False)
        move = self.invoice(partner=partner)
        self.sync()
        self.assert_in_step(move)
        self.assertEqual(len(self.customers(CUSTOMERID=f"OD-{partner.id}")), 1)

    def test_intacct_s_own_sequence(self):
        self.intacct.settings(customer_numbering="sequence")
        self.backend.customer_id_rule = "intacct"
        partner = self.new_partner(ref=False)
        move = self.invoice(partner=partner)
        self.sync()
        self.assert_in_step(move)
        (row,) = self.customers(NAME="New Ltd")
        self.assertEqual(partner.intacct_binding_ids.number, row["CUSTOMERID"])

    def test_a_missing_reference_is_named(self):
        move = self.invoice(partner=self.new_partner(ref=False))
        self.sync(state="errors")
        self.assertFalse(self.writes())
        self.assertEqual(self.message(move).cause, "no_reference")

    def test_a_reference_of_more_than_20_characters_is_named(self):
        move = self.invoice(partner=self.new_partner(ref="X" * 21))
        self.sync(state="errors")
        self.assertFalse(self.writes())
        self.assertEqual(self.message(move).cause, "long_customer_id")

    def test_the_same_id_and_name_is_the_same_customer(self):
        recordno = self.intacct.customer("NEW1", "NEW Ltd")
        partner = self.new_partner()
        move = self.invoice(partner=partner)
        self.sync()
        self.assertEqual(partner.intacct_binding_ids.recordno, recordno)
        self.assertEqual(partner.intacct_binding_ids.origin, "link")
        self.assert_in_step(move)
        self.assertFalse([call for call in self.writes() if call["objects"]])

    def test_the_same_id_and_tax_id_is_the_same_customer(self):
        recordno = self.intacct.customer("NEW1", "Renamed Inc", TAXID="DE 136695976")
        partner = self.new_partner(vat="DE136695976")
        move = self.invoice(partner=partner)
        self.sync()
        self.assertEqual(partner.intacct_binding_ids.recordno, recordno)
        self.assert_in_step(move)

    def test_the_same_id_of_somebody_else_is_an_error(self):
        self.intacct.customer("NEW1", "Somebody Else")
        partner = self.new_partner()
        move = self.invoice(partner=partner)
        self.sync(state="errors")
        self.assertFalse(self.writes())
        self.assertIn("belongs to “Somebody Else”", self.message(partner).message)
        self.assertFalse(partner.intacct_binding_ids)

        partner.ref = "NEW2"
        self.message(partner).action_retry()
        self.work()
        self.assert_in_step(move)
        self.assertEqual(partner.intacct_binding_ids.number, "NEW2")

    def test_the_same_name_is_a_proposal_and_never_a_silent_link(self):
        recordno = self.intacct.customer("OTHER", "New Ltd")
        partner = self.new_partner()
        move = self.invoice(partner=partner)
        self.sync()
        self.assertFalse(self.writes())
        binding = partner.intacct_binding_ids
        self.assertEqual((binding.recordno, binding.sync_state), (recordno, "proposed"))
        self.assertIn("waits for its customer", self.message(move).message)

        binding._accept_links("It is the same")
        self.work()
        self.assert_in_step(move)
        self.assertEqual(self.sent(move)["CUSTOMERID"], "OTHER")

    def test_the_same_name_may_be_another_customer(self):
        recordno = self.intacct.customer("OTHER", "New Ltd")
        partner = self.new_partner()
        move = self.invoice(partner=partner)
        self.sync()

        partner.intacct_binding_ids._create_instead("It is another one")
        self.work()

        self.assert_in_step(move)
        self.assertEqual(partner.intacct_binding_ids.number, "NEW1")
        self.assertNotEqual(self.partner_of(recordno), partner)

    def partner_of(self, recordno):
        return self.binding(recordno, "CUSTOMER").partner_id

    def test_two_customers_of_one_name_have_contacts_of_their_own(self):
        first, second = self.new_partner("Twin", "T1"), self.new_partner("Twin", "T2")
        moves = [self.invoice(partner=first), self.invoice(partner=second)]
        self.sync()
        for move in moves:
            self.assert_in_step(move)
        names = {
            self.contact(row)["CONTACTNAME"] for row in self.customers(NAME="Twin")
        }
        self.assertEqual(len(names), 2)

    def test_a_refused_customer_holds_its_documents_until_retry(self):
        partner = self.new_partner()
        move = self.invoice(partner=partner)
        self.intacct.faults(
            {
                "action": "error",
                "function": CREATE,
                "object": "CUSTOMER",
                "text": "Illegal format for Contactversion",
            }
        )
        self.sync(state="errors")
        self.assertIn("does not accept the e-mail", self.message(move).message)
        self.assertIn("does not accept the e-mail", self.message(partner).message)
        self.assertIn("Illegal format", self.message(partner).raw)

        self.message(partner).action_retry()
        self.work()
        self.assert_in_step(move)
        self.assertEqual(len(self.customers(CUSTOMERID="NEW1")), 1)

    def test_a_customer_without_an_answer_is_adopted_by_its_marker(self):
        partner = self.new_partner()
        move = self.invoice(partner=partner)
        self.intacct.faults(
            {"action": "cut", "when": "after", "function": CREATE, "object": "CUSTOMER"}
        )
        self.sync(state=None)
        self.assertEqual(self.operation(partner).state, "in_doubt")
        self.later()
        self.assert_in_step(move)
        self.assertEqual(len(self.customers(CUSTOMERID="NEW1")), 1)
        self.assertEqual(partner.intacct_binding_ids.origin, "odoo")
