"""An advance may be the first that Intacct hears of a customer."""

from .common import SettlementCase


class TestAdvanceCustomers(SettlementCase):
    def setUp(self):
        super().setUp()
        self.backend.advance_hours = 0
        self.partner = self.env["res.partner"].create({"name": "New Ltd"})

    def customers_there(self):
        return [
            row["CUSTOMERID"]
            for row in self.intacct.rows("CUSTOMER")
            if row["NAME"] == "New Ltd"
        ]

    def test_a_customer_of_the_same_name_is_looked_for_first(self):
        self.backend.write({"customer_id_rule": "prefix", "customer_id_prefix": "OD-"})
        self.intacct.customer("OLD1", "New Ltd")
        payment = self.payment(80, partner_id=self.partner.id)

        self.sync(None)

        self.assertEqual(self.customers_there(), ["OLD1"])
        self.assertEqual(self.waiting(payment).cause, "customer_waits")

        self.partner.intacct_binding_ids._accept_links("It is the same")
        self.work()
        self.sync_twice()

        self.assertEqual(self.customers_there(), ["OLD1"])
        (advance,) = self.intacct.rows("ARADVANCE")
        self.assertEqual(advance["CUSTOMERID"], "OLD1")
        self.assertFalse(self.events(state="open"))

    def test_the_number_that_intacct_gives_is_known_before_the_money_leaves(self):
        self.intacct.settings(customer_numbering="sequence")
        self.backend.customer_id_rule = "intacct"
        self.payment(80, partner_id=self.partner.id)

        self.sync_twice()

        (advance,) = self.intacct.rows("ARADVANCE")
        self.assertEqual([advance["CUSTOMERID"]], self.customers_there())
