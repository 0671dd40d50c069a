"""Companies set up otherwise: labels, taxes, several entities and connections."""

from .common import SimulatorCase
from .intacct import date_elements, tax_solution


class TestAccountLabels(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.load(
            ARACCOUNTLABEL=[
                {
                    "ACCOUNTLABEL": "Consulting",
                    "DESCRIPTION": "Consulting",
                    "GLACCOUNTNO": "4100",
                }
            ],
            SETTINGS={"account_labels": True},
        )
        self.intacct.customer()
        self.line = {"ACCOUNTLABEL": "Consulting", "TRX_AMOUNT": 50}

    def test_lines_keep_their_label(self):
        invoice = self.intacct.invoice(lines=[self.line])

        self.sync()

        line = self.move(invoice).invoice_line_ids
        self.assertEqual(line.intacct_values["ACCOUNTLABEL"], "Consulting")
        self.assertIn("Consulting", line.intacct_summary)

    def test_a_label_is_mapped_before_its_account(self):
        self.backend.action_connect()
        income = self.import_on_mapped_accounts(("label", "Consulting"), "4100")

        invoice = self.intacct.invoice(lines=[self.line])
        self.sync()

        self.assertEqual(self.move(invoice).invoice_line_ids.account_id, income[0])


class TestTaxes(SimulatorCase):
    """Taxes of a company with a tax solution are rows of their own there."""

    company_data = tax_solution("UK", VAT20=20)

    def setUp(self):
        super().setUp()
        self.intacct.customer()

    def bring(self, *amounts, currency=""):
        lines = "".join(
            f"<lineitem><glaccountno>4000</glaccountno><amount>{amount}</amount>"
            "<taxentries><taxentry><detailid>VAT20</detailid></taxentry></taxentries>"
            "</lineitem>"
            for amount in amounts
        )
        result = self.intacct.call(
            "<create_invoice><customerid>C1</customerid>"
            f"<datecreated>{date_elements('10/05/2026')}</datecreated>"
            f"<datedue>{date_elements('11/04/2026')}</datedue>"
            f"<invoiceno>TAXED</invoiceno>{currency}<taxsolutionid>UK</taxsolutionid>"
            f"<invoiceitems>{lines}</invoiceitems></create_invoice>"
        )
        invoice = result.findtext("key")
        self.sync()
        return self.intacct.one("ARINVOICE", RECORDNO=invoice), self.move(invoice)

    def test_taxes_of_intacct_are_one_plain_line(self):
        row, move = self.bring("100", "50")

        self.assertEqual(row["TRX_TOTALENTERED"], "180")
        self.assertEqual(move.amount_total, 180)
        self.assertEqual(move.amount_tax, 0, "Odoo's tax report is not Intacct's")
        self.assertEqual(
            [(line.name, line.price_subtotal) for line in move.invoice_line_ids[2:]],
            [("Tax per Intacct", 30)],
        )
        self.assertFalse(move.line_ids.tax_ids or move.line_ids.tax_tag_ids)

    def test_taxes_in_another_currency(self):
        row, move = self.bring(
            "33.33",
            "66.67",
            currency="<currency>EUR</currency><exchrate>1.0937</exchrate>",
        )

        self.assertEqual(move.amount_total, 120)
        self.assertAlmostEqual(move.amount_total_signed, float(row["TOTALENTERED"]))


class TestEntities(SimulatorCase):
    """Two connections, each to an entity, of one Intacct company."""

    company_data = {
        "LOCATIONENTITY": [
            {"LOCATIONID": "E1", "NAME": "One", "CURRENCY": "USD"},
            {"LOCATIONID": "E2", "NAME": "Two", "CURRENCY": "USD"},
        ]
    }

    def new_backend(self, **values):
        return super().new_backend(**{"entity": "E1", **values})

    def setUp(self):
        super().setUp()
        self.second = self.new_backend(entity="E2", name="Second")
        self.second.action_connect()
        self.choose_mapping(self.second)
        self.shared = self.intacct.customer("SHARED")

    def entity_invoice(self, entity, **values):
        return self.intacct.invoice(
            customer="SHARED",
            MEGAENTITYID=entity,
            lines=[{"TRX_AMOUNT": 100, "LOCATIONID": entity}],
            **values,
        )

    def test_each_brings_the_documents_of_its_entity(self):
        first, second = self.entity_invoice("E1"), self.entity_invoice("E2")

        self.sync()
        self.assertTrue(self.move(first))
        self.assertFalse(self.move(second))

        self.sync(backend=self.second)
        self.assertTrue(self.move(second))
        self.assertEqual(self.binding(first).backend_id, self.backend)
        self.assertEqual(self.binding(second).backend_id, self.second)

    def test_customers_are_shared(self):
        first, second = self.entity_invoice("E1"), self.entity_invoice("E2")

        self.sync()
        self.sync(backend=self.second)

        self.assertEqual(self.move(first).partner_id, self.partner(self.shared))
        self.assertEqual(self.move(second).partner_id, self.partner(self.shared))
        self.assertEqual(
            self.env["res.partner"].search_count([("ref", "=", "SHARED")]), 1
        )

    def test_each_has_accounts_of_its_own(self):
        first, second = self.entity_invoice("E1"), self.entity_invoice("E2")
        self.sync()
        self.sync(backend=self.second)

        self.intacct.pay({second: 30}, customer="SHARED")
        self.sync(backend=self.second)

        self.assert_open(first, 100)
        self.assert_open(second, 70)
        self.assertEqual(self.backend._clearing_proof(), (-100, -100))
        self.assertEqual(self.second._clearing_proof(), (-70, -70))


class TestTopLevel(SimulatorCase):
    """One connection to all entities of a company."""

    company_data = TestEntities.company_data

    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.first, self.second = (
            self.intacct.invoice(
                MEGAENTITYID=entity,
                lines=[{"TRX_AMOUNT": 100, "LOCATIONID": entity}],
            )
            for entity in ("E1", "E2")
        )

    def test_a_receipt_over_several_entities(self):
        self.sync()

        payment = self.intacct.pay({self.first: 40, self.second: 70})
        self.sync()

        self.assert_open(self.first, 60)
        self.assert_open(self.second, 30)

        self.intacct.reverse_payment(payment)
        self.sync()

        self.assert_open(self.first, 100)
        self.assert_open(self.second, 100)

    def test_it_was_there_before(self):
        self.intacct.pay({self.first: 40, self.second: 70})
        self.sync()

        self.assert_open(self.first, 60)
        self.assert_open(self.second, 30)


class TestOtherCompanies(SimulatorCase):
    """Two Odoo companies, each with a connection of its own."""

    company_data = TestEntities.company_data

    def setUp(self):
        super().setUp()
        other = self.env["res.company"].create(
            {"name": "Second Company", "currency_id": self.company.currency_id.id}
        )
        self.env["account.chart.template"].try_loading("us", other, False)
        self.other = other

    def new_backend(self, **values):
        return super().new_backend(**{"entity": "E1", **values})

    def test_documents_go_to_the_company_of_the_connection(self):
        second = self.new_backend(entity="E2", company_id=self.other.id)
        second.action_connect()
        self.choose_mapping(second)
        self.intacct.customer()
        invoice = self.intacct.invoice(
            MEGAENTITYID="E2", lines=[{"TRX_AMOUNT": 100, "LOCATIONID": "E2"}]
        )
        payment = self.intacct.pay({invoice: 30})
        self.assertTrue(payment)

        self.sync(backend=second)

        move = self.move(invoice)
        self.assertEqual(move.company_id, self.other)
        self.assertEqual(move.journal_id.company_id, self.other)
        self.assertIn(self.other, move.line_ids.account_id.company_ids)
        self.assert_open(invoice, 70)
        self.assertEqual(self.binding(invoice).company_id, self.other)
