"""Customers that change in Intacct, in Odoo, or on both sides."""

from .common import SimulatorCase


class TestCustomerChanges(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.recordno = self.intacct.customer(
            "C1",
            "Acme",
            **{
                "DISPLAYCONTACT.EMAIL1": "old@acme.example",
                "DISPLAYCONTACT.PHONE1": "1",
                "DISPLAYCONTACT.MAILADDRESS.CITY": "Austin",
            },
        )
        self.import_all()
        self.acme = self.partner(self.recordno)

    def contact(self, **values):
        """Changes the customer's main contact in Intacct."""
        self.intacct.change_contact("Acme(CC1)", **values)

    def test_a_changed_field_is_written_and_no_other(self):
        self.acme.write({"city": "Dallas", "comment": "A note"})

        self.contact(PHONE1="2")
        run = self.import_all()

        self.assertEqual(self.acme.phone, "2")
        self.assertEqual(self.acme.city, "Dallas")
        self.assertIn("A note", self.acme.comment)
        self.assertEqual(run.updated_count, 1)
        self.assertFalse(self.events(level="warning"))

    def test_a_field_that_both_changed_is_kept_and_told(self):
        self.acme.phone = "555"

        self.contact(PHONE1="2")
        self.import_all()

        self.assertEqual(self.acme.phone, "555")
        (event,) = self.events(level="warning", document="C1")
        self.assertIn("Phone", event.message)
        self.assertEqual(event.partner_id, self.acme)

    def test_both_changed_to_the_same_is_no_conflict(self):
        self.acme.phone = "2"

        self.contact(PHONE1="2")
        self.import_all()

        self.assertFalse(self.events(level="warning"))

    def test_the_rest_is_written_beside_a_conflict(self):
        self.acme.phone = "555"

        self.contact(PHONE1="2", EMAIL1="new@acme.example")
        self.import_all()

        self.assertEqual(self.acme.phone, "555")
        self.assertEqual(self.acme.email, "new@acme.example")

    def test_what_was_emptied_in_intacct_is_emptied(self):
        self.contact(EMAIL1="")
        self.import_all()

        self.assertFalse(self.acme.email)

    def test_an_unchanged_customer_is_not_written(self):
        before = self.rows_of("res_partner", "intacct_binding")

        run = self.import_all()

        self.assertEqual(self.rows_of("res_partner", "intacct_binding"), before)
        self.assertEqual((run.updated_count, run.unchanged_count), (0, 1))

    def test_a_changed_bill_to_contact(self):
        self.intacct.load(
            CUSTOMER=[
                {
                    "CUSTOMERID": "C1",
                    "NAME": "Acme",
                    "BILLTO.CONTACTNAME": "Billing",
                    "BILLTO.EMAIL1": "a@acme.example",
                }
            ]
        )
        self.import_all()
        (child,) = self.acme.child_ids
        self.assertEqual(child.email, "a@acme.example")

        self.intacct.change_contact("Billing", EMAIL1="b@acme.example")
        self.import_all()

        self.assertEqual(self.acme.child_ids, child)
        self.assertEqual(child.email, "b@acme.example")

    def test_a_customer_set_inactive(self):
        self.intacct.update_customer(self.recordno, STATUS="inactive")
        self.import_all()

        self.assertEqual(self.acme.intacct_customer_state, "inactive")
        self.assertTrue(self.acme.active)

    def test_a_partner_that_was_archived_here_stays_archived(self):
        self.acme.active = False

        self.contact(PHONE1="2")
        invoice = self.intacct.invoice(customer="C1")
        self.sync()

        self.assertFalse(self.acme.active)
        self.assertEqual(self.move(invoice).partner_id, self.acme)
