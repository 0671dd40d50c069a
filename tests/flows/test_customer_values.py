"""What of a customer comes to Odoo, and what happens to bad values."""

from .common import SimulatorCase

ADDRESS = {
    "DISPLAYCONTACT.EMAIL1": "billing@acme.example",
    "DISPLAYCONTACT.PHONE1": "+1 202 555 0100",
    "DISPLAYCONTACT.URL1": "https://acme.example",
    "DISPLAYCONTACT.MAILADDRESS.ADDRESS1": "1 Main St",
    "DISPLAYCONTACT.MAILADDRESS.ADDRESS2": "Suite 5",
    "DISPLAYCONTACT.MAILADDRESS.CITY": "Austin",
    "DISPLAYCONTACT.MAILADDRESS.STATE": "TX",
    "DISPLAYCONTACT.MAILADDRESS.ZIP": "73301",
    "DISPLAYCONTACT.MAILADDRESS.COUNTRY": "United States",
    "DISPLAYCONTACT.MAILADDRESS.COUNTRYCODE": "US",
}


class TestCustomerValues(SimulatorCase):
    def bring(self, code="C1", name="Acme", state="done", **values):
        recordno = self.intacct.customer(code, name, **values)
        self.import_all(state)
        return self.partner(recordno)

    def test_address_email_phone_and_website(self):
        partner = self.bring(**ADDRESS)

        self.assertEqual(partner.name, "Acme")
        self.assertEqual((partner.street, partner.street2), ("1 Main St", "Suite 5"))
        self.assertEqual((partner.zip, partner.city), ("73301", "Austin"))
        self.assertEqual(partner.state_id.code, "TX")
        self.assertEqual(partner.country_id.code, "US")
        self.assertEqual(partner.email, "billing@acme.example")
        self.assertEqual(partner.phone, "+1 202 555 0100")
        self.assertEqual(partner.website, "https://acme.example")
        self.assertTrue(partner.is_company)

    def test_a_country_by_its_english_name(self):
        partner = self.bring(**{"DISPLAYCONTACT.MAILADDRESS.COUNTRY": "Germany"})

        self.assertEqual(partner.country_id.code, "DE")

    def test_a_state_that_odoo_does_not_know_stays_in_the_address(self):
        partner = self.bring(
            **{
                "DISPLAYCONTACT.MAILADDRESS.CITY": "Zug",
                "DISPLAYCONTACT.MAILADDRESS.STATE": "Somewhere",
                "DISPLAYCONTACT.MAILADDRESS.COUNTRYCODE": "CH",
            }
        )

        self.assertIn("Zug", partner.city)
        self.assertIn("Somewhere", partner.city)

    def test_terms_currency_parent_and_status(self):
        self.env["account.payment.term"].create({"name": "Net 30"})
        self.intacct.customer("PARENT")
        partner = self.bring(
            PARENTID="PARENT", CURRENCY="EUR", TERMNAME="Net 30", STATUS="inactive"
        )

        self.assertEqual(partner.property_payment_term_id.name, "Net 30")
        self.assertEqual(partner.intacct_term, "Net 30")
        self.assertEqual(partner.intacct_currency, "EUR")
        self.assertEqual(partner.intacct_parent_code, "PARENT")
        self.assertFalse(partner.parent_id, "Both have an account of their own")
        self.assertEqual(partner.intacct_customer_state, "inactive")
        self.assertTrue(partner.active, "Inactive customers may still owe")

    def test_bill_to_and_ship_to_are_contacts(self):
        partner = self.bring(
            **ADDRESS,
            **{
                "BILLTO.CONTACTNAME": "Acme Billing",
                "BILLTO.FIRSTNAME": "Bea",
                "BILLTO.LASTNAME": "Bill",
                "BILLTO.EMAIL1": "bea@acme.example",
                "SHIPTO.CONTACTNAME": "Acme Dock",
                "SHIPTO.PRINTAS": "Dock 7",
                "SHIPTO.MAILADDRESS.CITY": "Houston",
            },
        )

        children = {child.type: child for child in partner.child_ids}
        self.assertEqual(set(children), {"invoice", "delivery"})
        self.assertEqual(children["invoice"].name, "Bea Bill")
        self.assertEqual(children["invoice"].email, "bea@acme.example")
        self.assertEqual(children["invoice"].intacct_contact, "Acme Billing")
        self.assertEqual(children["delivery"].name, "Dock 7")
        self.assertEqual(children["delivery"].city, "Houston")

    def test_the_main_contact_is_no_second_partner(self):
        partner = self.bring(
            **{
                "DISPLAYCONTACT.CONTACTNAME": "Acme Main",
                "BILLTO.CONTACTNAME": "Acme Main",
                "SHIPTO.CONTACTNAME": "Acme Main",
            }
        )

        self.assertFalse(partner.child_ids)

    def test_one_contact_for_both_uses_is_one_partner(self):
        partner = self.bring(
            **{
                "BILLTO.CONTACTNAME": "Acme Office",
                "SHIPTO.CONTACTNAME": "Acme Office",
            }
        )

        self.assertEqual(len(partner.child_ids), 1)

    def test_a_tax_id(self):
        country = {"DISPLAYCONTACT.MAILADDRESS.COUNTRYCODE": "BE"}
        partner = self.bring(TAXID="BE0477472701", **country)

        self.assertEqual(partner.vat, "BE0477472701")
        self.assertEqual(partner.intacct_tax_id, "BE0477472701")


class TestBadCustomerValues(SimulatorCase):
    """A bad value is told and left out; the customer comes all the same."""

    def bring(self, name="Acme", **values):
        recordno = self.intacct.customer("C1", name, **values)
        good = self.intacct.customer("GOOD")
        self.import_all()
        self.assertTrue(self.partner(good), "A good one was lost beside it")
        return self.partner(recordno)

    def told(self):
        (event,) = self.events(document="C1", level="warning")
        self.assertIn("C1", event.message)
        return event.message

    def test_an_invalid_tax_id_is_kept_as_information(self):
        # Odoo's VAT module, where it is installed, answers so.
        self.patch(
            self.registry["res.partner"],
            "_run_vat_checks",
            lambda *args, **options: ("", False),
        )
        country = {"DISPLAYCONTACT.MAILADDRESS.COUNTRYCODE": "BE"}
        partner = self.bring(TAXID="BE0000000000", **country)

        self.assertEqual(partner.name, "Acme")
        self.assertFalse(partner.vat)
        self.assertEqual(partner.intacct_tax_id, "BE0000000000")
        self.assertIn("BE0000000000", self.told())

    def test_a_garbage_email_is_left_out(self):
        partner = self.bring(**{"DISPLAYCONTACT.EMAIL1": "call me @ noon"})

        self.assertFalse(partner.email)
        self.assertIn("call me @ noon", self.told())

    def test_a_name_of_300_characters_is_kept_whole(self):
        name = ("Long Name " * 30).strip().ljust(300, "x")

        partner = self.bring(name)

        self.assertEqual(partner.name, name)

    def test_control_characters_are_left_out_of_the_name(self):
        # As the gateway client marks each one that it met.
        partner = self.bring("Ac\ufffdme\ufffd")

        self.assertEqual(partner.name, "Acme")
        self.assertIn("control characters", self.told())

    def test_control_characters_elsewhere_are_told(self):
        partner = self.bring(**{"DISPLAYCONTACT.MAILADDRESS.CITY": "Aus\ufffdtin"})

        self.assertEqual(partner.city, "Aus\ufffdtin")
        self.assertIn("control characters", self.told())

    def test_names_in_any_script(self):
        partner = self.bring("株式会社ソニー Ünïcødé <&> \"'")

        self.assertEqual(partner.name, "株式会社ソニー Ünïcødé <&> \"'")

    def test_an_unknown_country_and_no_email(self):
        partner = self.bring(**{"DISPLAYCONTACT.MAILADDRESS.COUNTRY": "Atlantis"})

        self.assertFalse(partner.country_id)
        self.assertFalse(partner.email)
