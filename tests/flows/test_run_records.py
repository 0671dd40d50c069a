"""What a sync leaves behind: its progress, the records it touched, what it cost."""

import json

from .common import SimulatorCase


class TestRunRecords(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.intacct.customer()
        self.invoice = self.intacct.invoice()

    def found(self, action):
        return self.env[action["res_model"]].search(action["domain"])

    def test_it_leads_to_every_document_that_it_made_or_changed(self):
        first = self.sync()
        self.assertEqual((first.customer_count, first.document_count), (1, 1))
        self.intacct.update_invoice(self.invoice, due="12/24/2026")
        other = self.intacct.invoice()

        second = self.sync()

        self.assertEqual((second.customer_count, second.document_count), (0, 2))
        changed = self.move(self.invoice) | self.move(other)
        self.assertEqual(self.found(second.action_open_documents()), changed)
        self.assertEqual(
            self.found(second.action_open_created()), self.move(other), "only the new"
        )
        self.assertEqual(
            self.found(first.action_open_documents()), self.move(self.invoice)
        )
        self.assertEqual(
            self.found(first.action_open_customers()), self.move(other).partner_id
        )

    def test_a_payment_is_among_them(self):
        self.sync()
        self.intacct.pay({self.invoice: 40})
        run = self.sync()
        self.assertEqual(run.payment_count, 1)
        found = self.found(run.action_open_payments())
        self.assertEqual(found.intacct_object, "ARPYMTDETAIL")

    def test_a_sync_that_found_nothing_touched_nothing(self):
        self.sync()
        self.sync()
        run = self.sync()
        self.assertEqual((run.customer_count, run.document_count), (0, 0))

    def test_it_tells_how_far_it_is_with_each_commit(self):
        for _number in range(3):
            self.intacct.invoice()

        run = self.backend._queue_run("manual")
        self.env.cr.precommit.run()
        self.work()

        self.env.cr.precommit.run()
        told = self.env["bus.bus"].search([("message", "like", "intacct_run")])
        payloads = [json.loads(one.message)["payload"] for one in told.sorted("id")]
        mine = [one for one in payloads if one["id"] == run.id]
        progress = [one["progress"] for one in mine]
        self.assertEqual((progress[0], progress[-1]), (0, 100))
        self.assertGreater(len(set(progress)), 2)
        states = list(dict.fromkeys(one["state"] for one in mine))
        self.assertEqual(states, ["queued", "running", "done"])

    def test_the_meter_shows_what_the_gateway_counted(self):
        # Connecting was counted as well.
        self.sync()
        self.sync()
        # Signing in is not metered.
        sent = sum(
            function["function"] != "getAPISession"
            for request in self.intacct.requests()
            for function in request["functions"]
        )
        self.backend.invalidate_recordset()
        self.assertEqual(self.backend.api_transactions_month, sent)
