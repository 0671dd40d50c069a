"""Documents that come back under another key, or that Odoo has already."""

from .common import SimulatorCase


class TestOrderEntry(SimulatorCase):
    """An edit in Order Entry deletes the invoice and makes it anew."""

    def setUp(self):
        super().setUp()
        self.intacct.customer()

    def order_invoice(self, number, lines):
        return self.intacct.invoice(number, lines=lines, MODULEKEY="8.SO")

    def test_the_copy_stays_and_points_to_the_new_record(self):
        old = self.order_invoice("SI-1", [100])
        self.sync()
        copy = self.move(old)

        new = self.recreate(old, "SI-1", [100])
        self.sync()

        self.assertNotEqual(old, new)
        self.assertEqual(self.move(new), copy)
        self.assertFalse(self.binding(old))
        self.assertEqual(
            self.env["account.move"].search_count([("name", "like", "SI-1")]), 1
        )

    def test_its_new_amount_is_followed(self):
        old = self.order_invoice("SI-1", [100])
        self.sync()
        copy = self.move(old)

        new = self.recreate(old, "SI-1", [120])
        self.sync()

        self.assertEqual(self.move(new), copy)
        self.assertEqual(copy.amount_total, 120)
        self.assert_open(new, 120)

    def recreate(self, old, number, lines):
        self.intacct.change(
            "recreate",
            key=old,
            lines=[{"ACCOUNTNO": "4000", "TRX_AMOUNT": str(value)} for value in lines],
        )
        return str(self.intacct.one("ARINVOICE", RECORDID=number)["RECORDNO"])


class TestKnownInvoices(SimulatorCase):
    """An Odoo invoice that looks like Intacct's is proposed, nothing made beside."""

    def setUp(self):
        super().setUp()
        self.customer = self.intacct.customer()
        self.import_all()
        self.own = self.own_invoice(self.partner(self.customer), amount=100)
        self.own_sync = self.env["account.move"].search_count([])

    def bring(self, **values):
        recordno = self.intacct.invoice(self.own.name, **{"lines": [100], **values})
        self.sync()
        return recordno

    def test_number_customer_and_total_agree(self):
        recordno = self.bring()

        binding = self.binding(recordno)
        self.assertEqual(binding.sync_state, "proposed")
        self.assertEqual(binding.move_id, self.own)
        self.assertEqual(self.env["account.move"].search_count([]), self.own_sync)
        self.assertEqual(self.own.intacct_status, "proposed")

    def test_another_total_is_another_invoice(self):
        recordno = self.bring(lines=[99])

        self.assertEqual(self.binding(recordno).sync_state, "synced")
        self.assertNotEqual(self.move(recordno), self.own)

    def test_another_customer_is_another_invoice(self):
        self.intacct.customer("C2")
        recordno = self.bring(customer="C2")

        self.assertNotEqual(self.move(recordno), self.own)

    def test_accepted_it_is_bound_and_followed(self):
        recordno = self.bring()

        self.binding(recordno)._accept_links("It is the same")
        self.work()
        self.intacct.pay({recordno: 30})
        self.sync()

        self.assertEqual(self.move(recordno), self.own)
        self.assertFalse(self.own.intacct_imported)
        self.assert_open(recordno, 70)
        settled = self.backend.settled_account_id
        lines = self.env["account.move.line"].search([("account_id", "=", settled.id)])
        self.assertEqual(lines.mapped("balance"), [30])

    def test_it_is_accepted_only_when_the_open_amounts_agree(self):
        recordno = self.bring()
        self.receive(self.own, 30)

        with self.assertRaisesRegex(Exception, "open by 70"):
            self.binding(recordno)._accept_links("It is the same")

    def test_created_instead_it_is_a_document_of_its_own(self):
        recordno = self.bring()

        self.binding(recordno)._create_instead("It is another one")
        self.work()

        copy = self.move(recordno)
        self.assertTrue(copy.intacct_imported)
        self.assertNotEqual(copy, self.own)
        self.assertEqual(self.own.intacct_status, "not_in")
        self.assert_clearing()
