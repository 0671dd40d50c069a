"""A company with entities: one payment over several of them."""

from .common import SettlementCase

ENTITIES = ("E1", "E2")


class TestEntities(SettlementCase):
    company_data = {
        "LOCATIONENTITY": [
            {"LOCATIONID": code, "NAME": code, "CURRENCY": "USD"} for code in ENTITIES
        ]
    }

    def setUp(self):
        super().setUp()
        recordnos = [
            self.intacct.invoice(
                lines=[{"TRX_AMOUNT": 100, "LOCATIONID": code}], MEGAENTITYID=code
            )
            for code in ENTITIES
        ]
        self.sync()
        self.first, self.second = (self.move(recordno) for recordno in recordnos)

    def choose_mapping(self, backend):
        super().choose_mapping(backend)
        backend.location_reference_id = self.reference("location", "E1", backend)

    def assert_parts(self, payment, count):
        bindings = payment.intacct_binding_ids
        self.assertEqual(set(bindings.mapped("intacct_object")), {"ARPYMT"})
        self.assertEqual(
            sorted(bindings.mapped("recordno")),
            sorted(str(row["RECORDNO"]) for row in self.receipts()),
        )
        self.assertEqual(len(bindings), count)

    def test_all_parts_are_ours(self):
        payment = self.pay(self.first | self.second)

        self.sync_twice()

        self.assert_agree(self.first, self.second, open_amounts=[0, 0])
        self.assert_parts(payment, 3)
        self.assertFalse(self.events(state="open"))

    def test_the_over_payment_of_a_part_is_applied_later(self):
        payment = self.pay(self.first | self.second, 230)
        self.sync_twice()
        later = self.sold(50, "2026-10-25")
        self.sync()

        self.reconcile(payment, later)
        self.sync_twice()

        self.assert_agree(self.first, self.second, later, open_amounts=[0, 0, 20])

    def test_a_credit_note_on_invoices_of_both(self):
        self.intacct.settings(credits_limited_to_entity=False)
        note = self.credited(150)
        self.reconcile(note, self.first)
        self.reconcile(note, self.second)

        self.sync_twice()

        self.assert_agree(self.first, self.second, note, open_amounts=[0, 50, 0])
        self.assertFalse(self.events(state="open"))

    def test_a_credit_of_one_entity_on_an_invoice_of_another_is_told(self):
        note = self.credited(50)
        self.reconcile(note, self.second)

        self.sync("errors")
        event = self.waiting(note)
        self.assertEqual(event.cause, "entity_credits")
        self.assertIn("allow it in Intacct", event.advice)
        self.assertEqual(self.intacct.due(self.there(self.second)[0]), 100)

        self.intacct.settings(credits_limited_to_entity=False)
        self.operations(note, "apply").action_retry()
        self.work()
        self.sync_twice()

        self.assert_agree(self.second, note, open_amounts=[50, 0])
        self.assertFalse(self.events(state="open"))

    def test_a_write_off_lies_in_the_entity_of_its_invoice(self):
        account = self.account("655500", "expense", "Write-off")
        self.map("account", account, "account", "4900")
        payment = self.pay(
            self.second,
            97,
            payment_difference_handling="reconcile",
            writeoff_account_id=account.id,
        )

        self.sync_twice()

        self.assert_agree(self.second, open_amounts=[0])
        (memo,) = self.operations(payment, "memo")
        line = self.intacct.one("ARADJUSTMENTITEM", RECORDKEY=memo.recordno)
        self.assertEqual(line["LOCATIONID"], "E2")

    def test_parts_are_ours_even_before_they_are_linked(self):
        payment = self.pay(self.first | self.second)
        self.sync()
        operation = self.operations(payment, "payment")
        payment.intacct_binding_ids.filtered(
            lambda binding: binding.recordno != operation.recordno
        ).unlink()
        operation.followed_at = False

        self.sync_twice()

        self.assert_agree(self.first, self.second, open_amounts=[0, 0])
        self.assert_parts(payment, 3)

    def test_parts_are_found_after_a_lost_answer(self):
        payment = self.pay(self.first | self.second)
        self.intacct.faults({"action": "cut", "function": "create"})
        run = self.sync(state=None)
        self.assertEqual(self.operations(payment).state, "in_doubt")

        run.next_attempt = False
        self.work()
        self.sync_twice()

        self.assert_agree(self.first, self.second, open_amounts=[0, 0])
        self.assert_parts(payment, 3)
