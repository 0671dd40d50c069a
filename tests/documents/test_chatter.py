"""The chatter of a document tells what became of it in Intacct, each thing once."""

from odoo.tools import html2plaintext

from .common import AutoSyncCase


class ChatterCase(AutoSyncCase):
    def story(self, record):
        """What the chatter says about Intacct, oldest first."""
        texts = [
            " ".join(html2plaintext(body).split())
            for body in record.message_ids.sorted("id").mapped("body")
        ]
        return [text for text in texts if "Intacct" in text]

    def assert_story(self, record, *parts):
        story = self.story(record)
        self.assertEqual(len(story), len(parts), story)
        for text, part in zip(story, parts, strict=True):
            self.assertIn(part, text)


class TestStory(ChatterCase):
    def test_queued_and_sent_and_why(self):
        move = self.invoice({"name": "Work", "price_unit": 100})
        self.assert_story(move, "Queued for Sage Intacct; it leaves in 10 minutes.")

        self.minutes_pass()
        self.work()
        self.work()

        key = self.sent(move)["RECORDNO"]
        self.assert_story(
            move, "Queued", f"In Sage Intacct as {move.name}, record no. {key}."
        )
        self.assertIn(
            "Work: account 4000 by the default of the connection", self.story(move)[1]
        )

    def test_the_rule_that_chose_the_account_is_named(self):
        product = self.env["product.product"].create({"name": "Consulting"})
        self.env["intacct.mapping"].create(
            {
                "backend_id": self.backend.id,
                "source": "product",
                "product_id": product.id,
                "reference_id": self.reference("account", "4100").id,
            }
        )
        move = self.invoice({"product_id": product.id, "price_unit": 100})
        self.minutes_pass()
        self.work()

        self.assertIn("account 4100 by Consulting", self.story(move)[-1])

    def test_a_payment_tells_where_it_went(self):
        move = self.invoice()
        payment = self.pay(move)
        self.minutes_pass()
        self.work()

        self.assertIn("record no.", self.story(payment)[-1])
        self.assertIn(
            "Account 1090: undeposited funds of the connection",
            self.story(payment)[-1],
        )

    def test_paid_and_reversed_there(self):
        move = self.invoice()
        self.minutes_pass()
        self.work()
        receipt = self.intacct.pay({self.sent(move)["RECORDNO"]: 40})
        self.sync()
        self.intacct.reverse_payment(receipt)
        self.sync()

        story = self.story(move)
        self.assertEqual(len(story), 4, story)
        self.assertIn("Settled in Sage Intacct: $ 40.00", story[2])
        self.assertIn("Reversed in Sage Intacct: $ 40.00", story[3])

    def test_a_failure_is_told_once_however_often_it_is_tried(self):
        move = self.invoice()
        fault = {"action": "error", "function": "create_invoice", "text": "Bad moon."}
        self.intacct.faults({**fault, "times": 2})
        self.minutes_pass()
        self.work()
        move.action_intacct_retry()
        self.work()
        move.action_intacct_retry()
        self.work()

        self.assert_story(move, "Queued", "Bad moon.", "In Sage Intacct as")

    def test_what_was_changed_afterwards(self):
        move = self.invoice()
        self.minutes_pass()
        self.work()
        move.ref = "PO 77"
        move.action_intacct_send_now()
        self.work()

        self.assertIn("Updated in Sage Intacct", self.story(move)[-1])

    def test_many_documents_are_told_in_few_queries(self):
        moves = [self.invoice() for _number in range(30)]
        self.minutes_pass()
        self.work()

        for move in moves:
            self.assert_story(move, "Queued", "In Sage Intacct as")
