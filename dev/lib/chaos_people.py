"""What people do in Odoo and in Intacct while everything breaks."""

from datetime import date, timedelta

from dev.lib.stack import RpcError, ServerError

FIRST_DAY = date(2026, 11, 1)
DAYS = 20
CURRENCIES = ("USD", "USD", "USD", "EUR", "JPY")


class People:
    """Draws acts from a seed and does them.

    :param call: calls Odoo as OdooServer.rpc() does
    :param intacct: the Simulator
    :param random.Random draw: decides
    :ivar dict acts: how often each act was done, refusals as ``<act> refused``
    :ivar dict refusals: the first reason of each kind
    """

    def __init__(self, call, intacct, draw, company):
        self.call = call
        self.intacct = intacct
        self.draw = draw
        self.company = company
        self.acts = {}
        self.refusals = {}
        self._serial = 0
        self._acts = (
            (self.invoice, 8),
            (self.credit_note, 3),
            (self.pay, 6),
            (self.clerk_invoices, 3),
            (self.pay_imported, 2),
            (self.edit, 2),
            (self.cancel, 1),
            (self.clerk_is_paid, 2),
        )

    def act(self):
        """One act of somebody; a refusal by Odoo is an answer, too."""
        acts, weights = zip(*self._acts, strict=True)
        (act,) = self.draw.choices(acts, weights)
        name = act.__name__
        try:
            if act() is False:
                name += " (nothing to do)"
        except (RpcError, ServerError) as error:
            name = f"{name} refused"
            self.refusals.setdefault(name, " ".join(str(error).split())[:200])
        self.acts[name] = self.acts.get(name, 0) + 1

    def day(self):
        return FIRST_DAY + timedelta(self.draw.randrange(DAYS))

    def amount(self, currency):
        value = self.draw.randrange(100, 500000)
        return float(value) if currency == "JPY" else value / 100

    # ------------------------------------------------------------------
    # In Odoo
    # ------------------------------------------------------------------
    def customer(self):
        """A customer of Odoo, now and then a new one."""
        if self.company.partners and self.draw.random() < 0.85:
            return self.draw.choice(self.company.partners)
        self._serial += 1
        (partner,) = self.call(
            "res.partner",
            "create",
            [[{"name": f"Chaos {self._serial} & Co", "ref": f"CH{self._serial}"}]],
        )
        self.company.partners.append(partner)
        return partner

    def invoice(self, credit=False):
        currency = self.draw.choice(CURRENCIES)
        lines = []
        for number in range(self.draw.randrange(1, 5)):
            taxes = [self.company.tax] if self.draw.random() < 0.3 else []
            lines.append(
                {
                    "name": f"Line {number}",
                    "quantity": self.draw.choice((1, 1, 2, 3)),
                    "price_unit": self.amount(currency),
                    "discount": self.draw.choice((0, 0, 0, 10, 33.3)),
                    "tax_ids": [(6, 0, taxes)],
                }
            )
        if self.draw.random() < 0.15:
            taken = min(line["price_unit"] for line in lines) / 2
            lines.append(
                {"name": "Less", "price_unit": -round(taken), "tax_ids": [(5,)]}
            )
        day = self.day()
        (move,) = self.call(
            "account.move",
            "create",
            [
                [
                    {
                        "move_type": "out_refund" if credit else "out_invoice",
                        "partner_id": self.customer(),
                        "invoice_date": str(day),
                        "invoice_date_due": str(day + timedelta(30)),
                        "currency_id": self.company.currencies[currency],
                        "invoice_line_ids": [(0, 0, line) for line in lines],
                    }
                ]
            ],
        )
        self.call("account.move", "action_post", [[move]])

    def credit_note(self):
        self.invoice(credit=True)

    def pay(self, imported=False):
        """Receives a part or all of one to three invoices of one customer."""
        found = self.call(
            "account.move",
            "search_read",
            [
                [
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                    ("payment_state", "in", ("not_paid", "partial")),
                    ("intacct_imported", "=", imported),
                    ("currency_id.name", "in", ("USD", "EUR")),
                ],
                ["name", "amount_residual", "partner_id", "currency_id", "date"],
            ],
            {"order": "id", "limit": 200},
        )
        if imported:
            found = [move for move in found if not self._is_paid_there(move["name"])]
        if not found:
            return False
        first = self.draw.choice(found)
        same = [
            move
            for move in found
            if move["partner_id"] == first["partner_id"]
            and move["currency_id"] == first["currency_id"]
        ][: self.draw.randrange(1, 4)]
        moves = [first, *(move for move in same if move != first)]
        due = sum(move["amount_residual"] for move in moves)
        part = self.draw.choice((1, 1, 0.5, 0.37))
        latest = max(move["date"] for move in moves)
        values = {
            "payment_date": max(latest, str(self.day())),
            "amount": round(due * part, 2),
            "group_payment": True,
        }
        if journal := self.company.journals.get(first["currency_id"][1]):
            values["journal_id"] = journal
        wizard = self.call(
            "account.payment.register",
            "create",
            [values],
            {"context": _active(moves)},
        )
        wizard = wizard if isinstance(wizard, list) else [wizard]
        self.call("account.payment.register", "action_create_payments", [wizard])
        return None

    def edit(self):
        """Resets an invoice to draft, changes its first price and posts it again."""
        move = self._take_back("draft", "button_draft")
        if not move:
            return False
        domain = [("move_id", "=", move), ("display_type", "=", "product")]
        (line,) = self.call(
            "account.move.line", "search", [domain], {"order": "id", "limit": 1}
        )
        price = float(self.draw.randrange(500000, 900000))
        values = {"invoice_line_ids": [(1, line, {"price_unit": price})]}
        self.call("account.move", "write", [[move], values])
        self.call("account.move", "action_post", [[move]])
        return None

    def cancel(self):
        return bool(self._take_back("cancel", "button_cancel"))

    def _take_back(self, kind, button):
        """Presses a button that may reverse what is in Intacct, and goes on.

        :return: id of the invoice, None where there is none
        """
        domain = [
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("intacct_imported", "=", False),
            ("payment_state", "=", "not_paid"),
        ]
        moves = self.call("account.move", "search", [domain], {"order": "id"})
        if not moves:
            return None
        move = self.draw.choice(moves)
        try:
            self.call("account.move", button, [[move]])
        except RpcError as error:
            if not error.name or not error.name.endswith("RedirectWarning"):
                raise
            values = {"kind": kind, "move_ids": [(6, 0, [move])], "reason": "Chaos"}
            (wizard,) = self.call("intacct.change", "create", [[values]])
            self.call("intacct.change", "action_confirm", [[wizard]])
        return move

    def pay_imported(self):
        return self.pay(imported=True)

    # ------------------------------------------------------------------
    # In Intacct
    # ------------------------------------------------------------------
    def clerk_invoices(self):
        """An invoice of Intacct's own."""
        self._serial += 1
        day = self.day()
        lines = [
            {"TRX_AMOUNT": str(self.amount("USD")), "ACCOUNTNO": "4000"}
            for _line in range(self.draw.randrange(1, 4))
        ]
        if self.company.labels:
            for line in lines:
                line["ACCOUNTLABEL"] = "Sales"
        record = {
            "RECORDID": f"CLERK-{self._serial}",
            "CUSTOMERID": self.draw.choice(self.company.clerks_customers),
            "STATE": "Posted",
            "WHENCREATED": day.strftime("%m/%d/%Y"),
            "WHENDUE": (day + timedelta(30)).strftime("%m/%d/%Y"),
            "ARINVOICEITEMS": lines,
        }
        add = {"action": "add", "object": "ARINVOICE", "record": record}
        self.intacct.admin("change", add)

    def _is_paid_there(self, number):
        """Every other invoice of the clerk is paid in Intacct, the rest in Odoo: who
        pays on both sides has to decide what becomes of the excess."""
        head, _dash, serial = number.partition("-")
        return head == "CLERK" and serial.isdigit() and int(serial) % 2 == 0

    def clerk_is_paid(self):
        """A receipt in Intacct on an invoice of its own."""
        open_ones = [
            row
            for row in self.intacct.admin("objects/ARINVOICE")
            if self._is_paid_there(row["RECORDID"] or "")
            and float(row["TRX_TOTALDUE"]) > 1
        ]
        if not open_ones:
            return False
        row = self.draw.choice(sorted(open_ones, key=lambda row: int(row["RECORDNO"])))
        part = float(row["TRX_TOTALDUE"]) * self.draw.choice((0.5, 1))
        day = row["WHENPOSTED"]
        record = {
            "CUSTOMERID": row["CUSTOMERID"],
            "STATE": "Complete",
            "FINANCIALENTITY": "BOA",
            "PAYMENTMETHOD": "EFT",
            "RECEIPTDATE": day,
            "PAYMENTDATE": day,
            "CURRENCY": row["CURRENCY"],
            "ARPYMTDETAILS": [
                {
                    "RECORDKEY": row["RECORDNO"],
                    "TRX_PAYMENTAMOUNT": f"{round(part, 2):.2f}",
                }
            ],
        }
        add = {"action": "add", "object": "ARPYMT", "record": record}
        self.intacct.admin("change", add)
        return None


def _active(moves):
    return {
        "active_model": "account.move",
        "active_ids": [move["id"] for move in moves],
    }
