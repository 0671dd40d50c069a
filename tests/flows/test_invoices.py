"""Which documents come, and that they say in Odoo what they say in Intacct."""

from odoo.fields import Date

from .common import SimulatorCase


class TestDocumentsThatCome(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()

    def test_everything_outstanding_comes_and_nothing_else(self):
        come = {
            "posted": self.intacct.invoice("POSTED"),
            "partly": self.intacct.invoice("PARTLY"),
            "selected": self.intacct.invoice("SELECTED"),
        }
        stay = {
            "draft": self.intacct.invoice("DRAFT", STATE="Draft"),
            "submitted": self.intacct.invoice("SUBMITTED", STATE="Submitted"),
            "paid": self.intacct.invoice("PAID"),
            "reversed": self.intacct.invoice("REVERSED"),
            "zero": self.intacct.invoice("ZERO", lines=[50, -50], STATE=None),
        }
        self.intacct.pay({come["partly"]: 40})
        self.intacct.pay({come["selected"]: 40}, ACTION="Draft")
        self.intacct.pay({stay["paid"]: 100})
        self.intacct.reverse_invoice(stay["reversed"])
        states = {
            row["RECORDID"]: row["STATE"] for row in self.intacct.rows("ARINVOICE")
        }
        self.assertEqual(states["SELECTED"], "Selected")
        self.assertEqual(states["ZERO"], "No Value")

        run = self.sync()

        for name, recordno in come.items():
            self.assertTrue(self.move(recordno), name)
        for name, recordno in stay.items():
            self.assertFalse(self.binding(recordno), name)
        self.assertEqual(run.created_count, 1 + len(come), "documents and customer")
        self.assert_open(come["posted"], 100)
        self.assert_open(come["partly"], 60)
        self.assert_open(come["selected"], 100)

    def test_invoices_become_posted_invoices(self):
        move = self.bring(self.intacct.invoice())

        self.assertEqual((move.move_type, move.state), ("out_invoice", "posted"))
        self.assertTrue(move.intacct_imported)
        self.assertEqual(move.intacct_status, "in")

    def test_negative_invoices_become_refunds(self):
        recordno = self.intacct.invoice(lines=[-30, -12.5])
        move = self.bring(recordno)

        self.assertEqual(move.move_type, "out_refund")
        self.assertEqual((move.amount_total, move.amount_residual), (42.5, 42.5))

    def test_credit_memos_become_refunds(self):
        recordno = self.intacct.adjustment(lines=[-20])
        move = self.bring(recordno, "ARADJUSTMENT")

        self.assertEqual(move.move_type, "out_refund")
        self.assertEqual((move.amount_total, move.amount_residual), (20, 20))

    def test_debit_memos_become_invoices(self):
        recordno = self.intacct.adjustment(lines=[15])
        move = self.bring(recordno, "ARADJUSTMENT")

        self.assertEqual(move.move_type, "out_invoice")
        self.assertEqual((move.amount_total, move.amount_residual), (15, 15))

    def test_negative_lines_stay_on_their_invoice(self):
        recordno = self.intacct.invoice(lines=[100, -25, 30])
        move = self.bring(recordno)

        self.assertEqual(move.move_type, "out_invoice")
        self.assertEqual(move.invoice_line_ids.mapped("price_subtotal"), [100, -25, 30])
        self.assertEqual((move.amount_total, move.amount_residual), (105, 105))

    def bring(self, recordno, intacct_object="ARINVOICE"):
        self.sync()
        return self.move(recordno, intacct_object)


class TestDocumentValues(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()

    def bring(self, **values):
        recordno = self.intacct.invoice("INV-1", **values)
        self.sync()
        return self.move(recordno)

    def test_dates(self):
        move = self.bring(
            WHENCREATED="10/05/2026", WHENPOSTED="10/07/2026", WHENDUE="12/24/2026"
        )

        self.assertEqual(move.invoice_date, Date.to_date("2026-10-05"))
        self.assertEqual(move.date, Date.to_date("2026-10-07"))
        self.assertEqual(move.invoice_date_due, Date.to_date("2026-12-24"))
        receivable = move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        self.assertEqual(receivable.date_maturity, Date.to_date("2026-12-24"))

    def test_number_reference_description_and_terms(self):
        move = self.bring(
            DOCNUMBER="PO 4711",
            DESCRIPTION="October services",
            TERMNAME="Net 30",
            WHENDUE="12/01/2026",
        )

        self.assertEqual(move.name, "INV-1")
        self.assertEqual(move.ref, "PO 4711")
        self.assertEqual(move.intacct_description, "October services")
        self.assertEqual(move.intacct_term, "Net 30")
        self.assertEqual(move.invoice_date_due, Date.to_date("2026-12-01"))

    def test_control_characters_are_told(self):
        # As the gateway client marks each one that it met.
        line = {"TRX_AMOUNT": 5, "ENTRYDESCRIPTION": "Re\ufffdport"}
        move = self.bring(lines=[line])

        self.assertEqual(move.invoice_line_ids.name, "Re\ufffdport")
        (event,) = self.events(level="warning")
        self.assertIn("INV-1", event.message)
        self.assertIn("control characters", event.message)

    def test_lines_keep_their_account_location_and_department(self):
        self.intacct.load(LOCATION=[{"LOCATIONID": "L1", "NAME": "Here"}])
        move = self.bring(
            lines=[
                {
                    "TRX_AMOUNT": 60,
                    "ACCOUNTNO": "4100",
                    "LOCATIONID": "L1",
                    "DEPARTMENTID": "D1",
                    "ENTRYDESCRIPTION": "Consulting",
                },
                {"TRX_AMOUNT": 40, "ENTRYDESCRIPTION": "Travel"},
            ]
        )

        first, second = move.invoice_line_ids
        self.assertEqual((first.name, second.name), ("Consulting", "Travel"))
        self.assertEqual(first.intacct_values["ACCOUNTNO"], "4100")
        self.assertEqual(first.intacct_values["LOCATIONID"], "L1")
        self.assertEqual(first.intacct_values["DEPARTMENTID"], "D1")
        self.assertIn("4100", first.intacct_summary)

    def test_lines_are_booked_on_clearing_without_taxes(self):
        tax = self.env["account.tax"].search([("type_tax_use", "=", "sale")], limit=1)
        self.company.account_sale_tax_id = tax
        move = self.bring(lines=[60, 40])

        clearing = self.backend.clearing_account_id
        self.assertEqual(move.invoice_line_ids.account_id, clearing)
        self.assertFalse(move.line_ids.tax_ids)
        self.assertFalse(move.line_ids.tax_tag_ids)
        self.assertEqual(len(move.line_ids), 3)
        self.assertEqual(clearing.account_type, "asset_current")
        self.assertTrue(clearing.reconcile)

    def test_imported_documents_have_journals_of_their_own(self):
        move = self.bring()
        memo = self.intacct.adjustment()
        self.sync()

        self.assertEqual(move.journal_id.intacct_backend_id, self.backend)
        self.assertNotEqual(self.move(memo, "ARADJUSTMENT").journal_id, move.journal_id)
        self.assertFalse(move.journal_id.restrict_mode_hash_table)

    def test_mapped_accounts_instead_of_clearing(self):
        income = self.import_on_mapped_accounts("4000")

        recordno = self.intacct.invoice(lines=[60, 40])
        self.sync()

        self.assertEqual(self.move(recordno).invoice_line_ids.account_id, income)


class TestTotals(SimulatorCase):
    """To the cent, in every currency, in both ledgers."""

    def setUp(self):
        super().setUp()
        self.intacct.customer()

    def assert_equal_books(self, recordno):
        row = self.intacct.one("ARINVOICE", RECORDNO=recordno)
        move = self.move(recordno)
        self.assertEqual(move.currency_id.name, row["CURRENCY"])
        self.assertEqual(f"{move.amount_total:.2f}", two(row["TRX_TOTALENTERED"]))
        self.assertEqual(f"{move.amount_residual:.2f}", two(row["TRX_TOTALDUE"]))
        self.assertEqual(f"{move.amount_total_signed:.2f}", two(row["TOTALENTERED"]))
        self.assertEqual(f"{move.amount_residual_signed:.2f}", two(row["TOTALDUE"]))
        items = {
            item["RECORDNO"]: item
            for item in self.intacct.rows("ARINVOICEITEM")
            if item["RECORDKEY"] == recordno
        }
        lines = move.invoice_line_ids
        self.assertEqual(len(lines), len(items))
        for line in lines:
            item = items[line.intacct_values["RECORDNO"]]
            self.assertEqual(f"{line.price_subtotal:.2f}", two(item["TRX_AMOUNT"]))
            self.assertEqual(f"{-line.amount_currency:.2f}", two(item["TRX_AMOUNT"]))
            self.assertEqual(f"{-line.balance:.2f}", two(item["AMOUNT"]))

    def test_dollars(self):
        recordno = self.intacct.invoice(lines=["0.10", "0.20", "33.33", "1234567.89"])
        self.sync()
        self.assert_equal_books(recordno)

    def test_euros_at_a_rate_of_intacct(self):
        recordno = self.intacct.invoice(
            lines=["0.10", "33.33", "66.67"], CURRENCY="EUR", EXCHANGE_RATE="1.0937"
        )
        self.sync()
        self.assert_equal_books(recordno)
        self.assertAlmostEqual(
            self.move(recordno).invoice_currency_rate, 1 / 1.0937, places=3
        )

    def test_base_amounts_of_intacct_that_no_rate_explains(self):
        lines = [
            {"TRX_AMOUNT": "33.33", "AMOUNT": "36.40"},
            {"TRX_AMOUNT": "66.67", "AMOUNT": "73.00"},
        ]
        recordno = self.intacct.invoice(
            lines=lines, CURRENCY="EUR", EXCHANGE_RATE="1.0937"
        )
        self.sync()
        self.assert_equal_books(recordno)

    def test_yen_have_no_decimals(self):
        recordno = self.intacct.invoice(
            lines=["1000", "333", "1"], CURRENCY="JPY", EXCHANGE_RATE="0.006789"
        )
        self.sync()
        self.assert_equal_books(recordno)

    def test_partly_paid_in_another_currency(self):
        recordno = self.intacct.invoice(
            lines=["100.00", "50.55"], CURRENCY="EUR", EXCHANGE_RATE="1.1"
        )
        self.intacct.pay({recordno: "33.33"}, currency="EUR", rate="1.2")
        self.sync()
        self.assert_equal_books(recordno)
        self.assert_open(recordno, 117.22)

    def test_many_currencies_in_one_run(self):
        made = [
            self.intacct.invoice(lines=[f"{10 + n}.{n:02}", "5"], CURRENCY=currency)
            for n, currency in enumerate(["USD", "EUR", "USD", "EUR"] * 3)
        ]
        self.sync()
        for recordno in made:
            self.assert_equal_books(recordno)


def two(text):
    """An amount of Intacct with two decimals."""
    return f"{float(text or 0):.2f}"
