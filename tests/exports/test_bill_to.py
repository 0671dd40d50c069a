"""The contact that an invoice is addressed to is its bill-to in Intacct."""

from .common import ExportCase


class TestBillTo(ExportCase):
    def contact(self, name="Accounts Payable", **values):
        return self.env["res.partner"].create(
            {
                "name": name,
                "parent_id": self.partner.id,
                "type": "invoice",
                "street": "Side street 2",
                "city": "Graz",
                "country_id": self.env.ref("base.at").id,
                "email": "ap@example.com",
                **values,
            }
        )

    def bill_to(self, move):
        """The contact of the invoice in Intacct, None for the customer's own."""
        name = self.sent(move)["BILLTOPAYTOCONTACTNAME"]
        return self.intacct.one("CONTACT", CONTACTNAME=name) if name else None

    def test_it_is_created_once_with_its_address(self):
        contact = self.contact()
        first, second = self.invoice(10, partner=contact), self.invoice(partner=contact)
        self.sync()
        there = self.bill_to(first)
        self.assertEqual(there["PRINTAS"], "Accounts Payable")
        self.assertEqual(there["MAILADDRESS.CITY"], "Graz")
        self.assertEqual(there["MAILADDRESS.COUNTRY"], "Austria")
        self.assertEqual(there["EMAIL1"], "ap@example.com")
        self.assertEqual(self.bill_to(second), there)
        self.assertEqual(self.sent(first)["CUSTOMERID"], "C1")
        self.assert_in_step(first)

        third = self.invoice(30, partner=contact)
        self.sync()
        self.assertEqual(self.bill_to(third), there)
        made = [row for row in self.intacct.rows("CONTACT") if row == there]
        self.assertEqual(len(made), 1)

    def test_a_contact_of_a_new_customer(self):
        company = self.new_partner()
        contact = self.contact(parent_id=company.id)
        move = self.invoice(10, partner=contact)
        self.sync()
        self.assertEqual(self.bill_to(move)["COMPANYNAME"], "New Ltd")
        self.assertEqual(self.sent(move)["CUSTOMERID"], "NEW1")

    def test_one_that_intacct_had_is_used_by_its_name(self):
        self.intacct.load(CONTACT=[{"CONTACTNAME": "Desk 7", "PRINTAS": "Desk 7"}])
        contact = self.contact(intacct_contact="Desk 7")
        move = self.invoice(10, partner=contact)
        self.sync()
        self.assertEqual(self.bill_to(move)["PRINTAS"], "Desk 7")

    def test_the_customer_itself_needs_none(self):
        move = self.invoice(10)
        self.sync()
        self.assertFalse(
            [call for call in self.writes() if call["function"] != "create_invoice"]
        )
        self.assert_in_step(move)

    def test_a_cut_while_it_is_made_makes_no_second_one(self):
        contact = self.contact()
        move = self.invoice(10, partner=contact)
        self.intacct.faults({"action": "cut", "object": "CONTACT"})
        self.sync(state=None)
        self.later()
        self.assert_in_step(move)
        names = [row["PRINTAS"] for row in self.intacct.rows("CONTACT")]
        self.assertEqual(names.count("Accounts Payable"), 1)

    def test_a_refused_contact_holds_the_invoice_and_says_so(self):
        contact = self.contact(name="Bad", email="bad@example.com")
        self.intacct.faults(
            {"action": "error", "object": "CONTACT", "text": "Bad e-mail"}
        )
        move = self.invoice(10, partner=contact)
        self.sync(state="errors")
        self.assertIn("Bad", self.message(move).message)
        self.assertFalse(self.copies(move))

    def test_another_contact_afterwards_is_updated(self):
        first, second = self.contact("First"), self.contact("Second")
        move, other = self.invoice(10, partner=first), self.invoice(20, partner=second)
        self.sync()
        move.button_draft()
        move.partner_id = second
        move.action_post()
        self.sync()
        self.assertEqual(self.bill_to(move)["PRINTAS"], "Second")
        self.assertEqual(self.bill_to(other)["PRINTAS"], "Second")
