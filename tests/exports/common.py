"""Documents of Odoo that are on their way to a simulated Intacct."""

from datetime import timedelta

from odoo.fields import Command, Datetime

from tests.flows.common import SimulatorCase

DAY = "2026-11-10"
INTACCT_DAY = "11/10/2026"


class ExportCase(SimulatorCase):
    """A connection that exports at once, and one customer that Intacct has.

    ``self.partner`` is linked to C1, ``self.invoice()`` posts a document of its own
    journal, ``self.sent()`` is what Intacct then has.
    """

    def setUp(self):
        super().setUp()
        self.backend.write({"export_start_date": "2026-11-01", "send_delay": 0})
        self.partner = self.linked_partner("C1")

    def linked_partner(self, code):
        """A customer that both sides have, and know of each other."""
        recordno = self.intacct.customer(code)
        partner = self.env["res.partner"].create(
            {"name": f"Customer {code}", "ref": code}
        )
        bindings = self.env["intacct.binding"]
        bindings.create(
            bindings._identity(
                self.backend,
                "CUSTOMER",
                {"RECORDNO": recordno},
                company_id=False,
                number=code,
                partner_id=partner.id,
            )
        )
        return partner

    # ------------------------------------------------------------------
    # What people do in Odoo
    # ------------------------------------------------------------------
    def draft(self, *lines, partner=None, credit=False, **values):
        """:param lines: amounts, or dicts of line values"""
        lines = lines or (100,)
        return self.env["account.move"].create(
            {
                "move_type": "out_refund" if credit else "out_invoice",
                "partner_id": (partner or self.partner).id,
                "invoice_date": DAY,
                "invoice_line_ids": [
                    Command.create(self._line(line, number))
                    for number, line in enumerate(lines, 1)
                ],
                **values,
            }
        )

    def _line(self, line, number):
        if not isinstance(line, dict):
            line = {"price_unit": line}
        if line.get("display_type"):
            return line
        return {"name": f"Line {number}", "quantity": 1, "tax_ids": [], **line}

    def invoice(self, *lines, **values):
        move = self.draft(*lines, **values)
        move.action_post()
        return move

    def credit_note(self, *lines, **values):
        return self.invoice(*lines, credit=True, **values)

    def new_partner(self, name="New Ltd", ref="NEW1", **values):
        return self.env["res.partner"].create({"name": name, "ref": ref, **values})

    # ------------------------------------------------------------------
    # What became of it
    # ------------------------------------------------------------------
    def operation(self, record):
        """The last thing that was to be done with a document."""
        field = {"account.move": "move_id", "account.payment": "payment_id"}.get(
            record._name, "partner_id"
        )
        domain = [(field, "=", record.id)]
        if field == "partner_id":
            domain.append(("action", "=", "customer"))
        return self.env["intacct.operation"].search(domain, order="id desc", limit=1)

    def copies(self, move):
        """All records of Intacct that bear the document's number."""
        name = "ARADJUSTMENT" if move.move_type == "out_refund" else "ARINVOICE"
        return [row for row in self.intacct.rows(name) if row["RECORDID"] == move.name]

    def sent(self, move):
        """The one record that Intacct has of a document."""
        copies = self.copies(move)
        self.assertEqual(len(copies), 1, f"{move.name} is {len(copies)} times there")
        return copies[0]

    def sent_lines(self, move):
        name = "ARADJUSTMENT" if move.move_type == "out_refund" else "ARINVOICE"
        key = self.sent(move)["RECORDNO"]
        lines = [
            line
            for line in self.intacct.rows(f"{name}ITEM")
            if line["RECORDKEY"] == key
        ]
        return sorted(lines, key=lambda line: int(line["LINE_NO"]))

    def amounts(self, move):
        return [float(line["TRX_AMOUNT"]) for line in self.sent_lines(move)]

    def writes(self):
        """Functions that were to change something in Intacct, with their ids."""
        return [
            function
            for request in self.intacct.requests()
            for function in request["functions"]
            if not function["function"].startswith(("query", "read", "get"))
        ]

    def message(self, record):
        """What the open event of a document says."""
        event = self.env["intacct.sync.event"].search(
            [
                ("intacct_object", "=", record._name),
                ("recordno", "=", str(record.id)),
                ("state", "=", "open"),
            ]
        )
        self.assertEqual(len(event), 1, f"No open event of {record.display_name}")
        return event

    def assert_in_step(self, move):
        """Sent once, verified, linked, and nothing left to say about it."""
        operation = self.operation(move)
        self.assertEqual(operation.state, "done", operation.message)
        self.assertTrue(operation.verified_at)
        self.assertEqual(move.intacct_status, "in")
        self.assertEqual(
            move.intacct_binding_ids.recordno, str(self.sent(move)["RECORDNO"])
        )
        self.assertFalse(
            self.events(
                intacct_object="account.move", recordno=str(move.id), state="open"
            )
        )

    # ------------------------------------------------------------------
    # Time
    # ------------------------------------------------------------------
    def later(self, times=1):
        """The waiting time of the run is over, and the job goes on with it."""
        for _time in range(times):
            past = Datetime.now() - timedelta(minutes=1)
            runs = self.env["intacct.sync.run"].search(
                [("state", "in", ("queued", "running"))]
            )
            runs.next_attempt = past
            self.env["intacct.operation"].search(
                [("next_attempt", "!=", False)]
            ).next_attempt = past
            self.work()
        return self.env["intacct.sync.run"].search([], limit=1)
