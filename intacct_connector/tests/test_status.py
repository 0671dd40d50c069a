"""The status in Intacct: computed and searched for by the same rules."""

from odoo import fields
from odoo.tests import tagged

from .model_case import ModelCase

EVERY = [
    "not_in",
    "waiting",
    "in",
    "failed",
    "changed",
    "proposed",
    "difference",
    "gone",
    "ignored",
]


@tagged("post_install", "-at_install")
class TestEveryStatus(ModelCase):
    """One record in each status, of each model."""

    def setUp(self):
        super().setUp()
        self.run_record = self.new_run()
        self.recordno = 100

    def link(self, record, state, **values):
        self.recordno += 1
        intacct_object = {
            "account.move": "ARINVOICE",
            "account.payment": "ARPYMT",
            "res.partner": "CUSTOMER",
        }[record._name]
        return self.new_binding(
            record, intacct_object, str(self.recordno), sync_state=state, **values
        )

    def operate(self, record, state, action):
        return (
            self.env["intacct.operation"]
            .sudo()
            .create(
                {
                    "backend_id": self.backend.id,
                    "action": action,
                    "document": record.display_name,
                    "state": state,
                    record._intacct_link: record.id,
                }
            )
        )

    def report(self, record, level):
        self.env["intacct.sync.event"].sudo()._fail(
            self.run_record,
            "documents_out",
            record._name,
            str(record.id),
            "It cannot be sent.",
            level=level,
        )

    def assert_statuses(self, expected):
        """:param list expected: (record, status) pairs of one model"""
        records = expected[0][0].browse([record.id for record, _status in expected])
        for record, status in expected:
            self.assertEqual(record.intacct_status, status, record.display_name)
        for status in [*EVERY, False]:
            found = records.search(
                [("id", "in", records.ids), ("intacct_status", "=", status)]
            )
            wanted = [record.id for record, own in expected if own == status]
            self.assertEqual(sorted(found.ids), sorted(wanted), status)
        rest = records.search(
            [("id", "in", records.ids), ("intacct_status", "not in", ["in", "failed"])]
        )
        wanted = [item.id for item, own in expected if own not in ("in", "failed")]
        self.assertEqual(sorted(rest.ids), sorted(wanted))

    def cases(self, new, action):
        """(record, status) for everything that holds for all models.

        :param new: makes a record
        :param str action: of the operation that creates it in Intacct
        """
        made = []

        def case(status, *steps):
            record = new()
            for step in steps:
                step(record)
            made.append((record, status))

        case("not_in")
        case("in", lambda record: self.link(record, "synced"))
        case("in", lambda record: self.link(record, "provisional"))
        case("proposed", lambda record: self.link(record, "proposed"))
        case("difference", lambda record: self.link(record, "difference"))
        case(
            "difference",
            lambda record: self.link(record, "difference"),
            lambda record: self.report(record, "error"),
        )
        case("gone", lambda record: self.link(record, "gone"))
        case(
            "gone",
            lambda record: self.link(record, "gone"),
            lambda record: self.report(record, "warning"),
        )
        case(
            "waiting",
            lambda record: self.link(record, "gone", replaced=True),
            lambda record: self.operate(record, "ready", action),
        )
        case("ignored", lambda record: self.link(record, "ignored"))
        case("failed", lambda record: self.report(record, "error"))
        case("failed", lambda record: self.operate(record, "failed", action))
        case(
            "failed",
            lambda record: self.link(record, "synced"),
            lambda record: self.report(record, "error"),
        )
        case("not_in", lambda record: self.operate(record, "superseded", action))
        for state in ("waiting", "ready", "sent", "in_doubt", "approval", "do_it"):
            case(
                "waiting",
                lambda record, state=state: self.operate(record, state, action),
            )
        case("waiting", lambda record: self.report(record, "warning"))
        case(
            "waiting",
            lambda record: self.report(record, "error"),
            lambda record: self.env["intacct.send.request"]._add(
                self.backend.sudo(), record, fields.Datetime.now()
            ),
        )
        return made

    def test_documents(self):
        cases = self.cases(self.own_invoice, "invoice")
        changed, ignored, draft = (self.own_invoice() for _number in range(3))
        self.link(changed, "synced")
        changed.sudo().intacct_changed_at = fields.Datetime.now()
        ignored.sudo().intacct_ignored = True
        draft.button_draft()
        bill = self.env["account.move"].create({"move_type": "in_invoice"})
        self.assert_statuses(
            [
                *cases,
                (changed, "changed"),
                (ignored, "ignored"),
                (draft, False),
                (bill, False),
            ]
        )

    def payment(self):
        payment = self.env["account.payment"].create(
            {"partner_id": self.partner_a.id, "amount": 10, "payment_type": "inbound"}
        )
        payment.action_post()
        return payment

    def test_payments(self):
        cases = self.cases(self.payment, "payment")
        draft = self.payment()
        draft.action_draft()
        self.assert_statuses([*cases, (draft, False)])

    def test_customers(self):
        def new():
            return self.env["res.partner"].create({"name": "X", "customer_rank": 1})

        cases = self.cases(new, "customer")
        vendor = self.env["res.partner"].create({"name": "Vendor"})
        # What is done with a customer's documents says nothing about the customer.
        other = new()
        self.operate(other, "failed", "customer").action = "invoice"
        self.assert_statuses([*cases, (vendor, False), (other, "not_in")])

    def test_only_secure_addresses_are_opened(self):
        move = self.own_invoice()
        binding = self.link(move, "synced", record_url="https://intacct.example/1")
        action = move.action_open_in_intacct()
        self.assertEqual(action["url"], "https://intacct.example/1")
        self.assertEqual(action["target"], "new")
        for address in ("http://intacct.example/1", "javascript:alert(1)", False):
            binding.record_url = address
            self.assertEqual(
                move.action_open_in_intacct()["res_model"], "intacct.binding"
            )
