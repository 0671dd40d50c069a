"""What people do in Odoo while everything breaks."""

from datetime import date, timedelta

import requests

from dev.lib.chaos_clerk import FIRST_DAY, Clerk, is_paid_there
from dev.lib.stack import RpcError, ServerError

WARNING = "odoo.exceptions.RedirectWarning"


def pick(found, number):
    """The item that a number from 0 up to 1 stands for, None where there is none."""
    return found[int(number * len(found))] if found else None


class People:
    """Does the acts of a plan.

    :param call: calls Odoo as OdooServer.rpc() does
    :param intacct: the Simulator
    :param Company company: as set_up() made it
    :ivar dict acts: how often each act was done; refusals as ``<act> refused``, those
        without an object as ``<act> (nothing to do)``
    :ivar dict refusals: the first reason of each kind
    :ivar int confirmed: how often somebody confirmed what happens in Intacct
    """

    def __init__(self, call, intacct, company):
        self.call = call
        self.company = company
        self.clerk = Clerk(intacct, company)
        self.acts = {}
        self.refusals = {}
        self.confirmed = 0
        self._partners = {}

    def do(self, act):
        """One act of somebody; a refusal by Odoo is an answer, too.

        :param dict act: as draw_act() made it
        """
        name = act["act"]
        doing = getattr(self, name, None) or getattr(self.clerk, name)
        try:
            if doing(act) is False:
                name += " (nothing to do)"
        except (RpcError, ServerError) as error:
            name = f"{name} refused"
            self.refusals.setdefault(name, " ".join(str(error).split())[:300])
        except requests.ConnectionError:
            # The gateway has just been killed: Intacct's own page is down, too.
            name += " (gateway down)"
        self.acts[name] = self.acts.get(name, 0) + 1

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------
    def customer(self, number):
        """The id of the customer with a number, made when first wanted."""
        if number not in self._partners:
            values = {"name": f"Chaos {number} & Co", "ref": f"CH{number}"}
            (self._partners[number],) = self.call("res.partner", "create", [[values]])
        return self._partners[number]

    def invoice(self, act, move_type="out_invoice"):
        day = FIRST_DAY + timedelta(act["day"])
        values = {
            "move_type": move_type,
            "partner_id": self.customer(act["customer"]),
            "invoice_date": str(day),
            "invoice_date_due": str(day + timedelta(30)),
            "invoice_payment_term_id": False,
            "currency_id": self.company.currencies[act["currency"]],
            "invoice_line_ids": [(0, 0, self._line(line)) for line in act["lines"]],
        }
        (move,) = self.call("account.move", "create", [[values]])
        self.call("account.move", "action_post", [[move]])

    def _line(self, line):
        company = self.company
        product, shares = line["product"], line["shares"]
        return {
            "product_id": product is not None and company.products[product],
            "name": line["name"],
            "quantity": line["quantity"],
            "price_unit": line["price"],
            "discount": line["discount"],
            "tax_ids": [(6, 0, [company.tax] if line["taxed"] else [])],
            "analytic_distribution": shares
            and {
                str(analytic): share
                for analytic, share in zip(company.analytics, shares, strict=False)
            },
        }

    def credit_note(self, act):
        self.invoice(act, "out_refund")

    def reverse(self, act, imported=False):
        """A credit note that takes back an invoice."""
        move = pick(self._open_invoices(imported), act["pick"])
        if not move:
            return False
        return self._reverse(move, act)

    def _reverse(self, move, act):
        day = max(move["date"], str(FIRST_DAY + timedelta(act["day"])))
        context = {"context": _active([move])}
        values = {"date": day, "journal_id": move["journal_id"][0]}
        if move["intacct_imported"]:
            values["journal_id"] = self._sales_journal()
        wizard = self._wizard("account.move.reversal", values, context)
        self.call("account.move.reversal", "refund_moves", [[wizard]], context)
        domain = [("reversed_entry_id", "=", move["id"]), ("state", "=", "draft")]
        drafts = self.call("account.move", "search", [domain])
        self.call("account.move", "action_post", [drafts])
        return None

    def _sales_journal(self):
        domain = [("type", "=", "sale"), ("intacct_backend_id", "=", False)]
        (journal, *_others) = self.call("account.journal", "search", [domain])
        return journal

    def _open_invoices(self, imported=False):
        domain = [
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("payment_state", "in", ("not_paid", "partial")),
            ("intacct_imported", "=", imported),
        ]
        found = self._search("account.move", domain, limit=200)
        if imported:
            found = [move for move in found if not is_paid_there(move["name"])]
        return found

    def _search(self, model, domain, limit=None):
        names = ["name", "date", "partner_id", "currency_id", "state"]
        if model == "account.move":
            names += ["amount_residual", "intacct_imported", "journal_id"]
        options = {"order": "id", "limit": limit}
        return self.call(model, "search_read", [domain, names], options)

    def _wizard(self, model, values, options=None):
        made = self.call(model, "create", [values], options)
        return made[0] if isinstance(made, list) else made

    # ------------------------------------------------------------------
    # Money
    # ------------------------------------------------------------------
    def pay(self, act, imported=False):
        """Receives a part, all or more of one to three invoices of one customer."""
        found = self._open_invoices(imported)
        first = pick(found, act["pick"])
        if not first:
            return False
        same = [
            move
            for move in found
            if move["partner_id"] == first["partner_id"]
            and move["currency_id"] == first["currency_id"]
            and move != first
        ][: act["documents"] - 1]
        moves = [first, *same]
        due = sum(move["amount_residual"] for move in moves)
        self._register(moves, act, amount=self._part(moves, due * act["part"]))
        return None

    def pay_imported(self, act):
        return self.pay({**act, "part": min(act["part"], 1)}, imported=True)

    def credit_imported(self, act):
        return self.reverse(act, imported=True)

    def write_off(self, act):
        """Receives nearly all of an invoice; the rest is written off."""
        move = pick(self._open_invoices(), act["pick"])
        if not move:
            return False
        self._register(
            [move],
            act,
            amount=self._part([move], move["amount_residual"] * 0.97),
            payment_difference_handling="reconcile",
            writeoff_account_id=self.company.discounts,
            writeoff_label="Discount",
        )
        return None

    def _part(self, moves, amount):
        return round(amount, 0 if moves[0]["currency_id"][1] == "JPY" else 2)

    def _register(self, moves, act, **values):
        day = str(FIRST_DAY + timedelta(act["day"]))
        values |= {
            "payment_date": max(day, *(move["date"] for move in moves)),
            "group_payment": True,
        }
        if journal := self.company.journals.get(moves[0]["currency_id"][1]):
            values["journal_id"] = journal
        model = "account.payment.register"
        options = {"context": _active(moves)}
        wizard = self._wizard(model, values, options)
        self.call(model, "action_create_payments", [[wizard]], options)

    def pay_in_advance(self, act):
        """Money of a customer that pays nothing yet."""
        currency = act["currency"]
        values = {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.customer(act["customer"]),
            "amount": act["lines"][0]["price"],
            "currency_id": self.company.currencies[currency],
            "date": str(FIRST_DAY + timedelta(act["day"])),
        }
        if journal := self.company.journals.get(currency):
            values["journal_id"] = journal
        (payment,) = self.call("account.payment", "create", [[values]])
        self.call("account.payment", "action_post", [[payment]])

    def apply_credit(self, act):
        """Uses what is left of a payment or a credit note for an invoice."""
        credits = self.call(
            "account.move.line",
            "search_read",
            [
                [
                    ("account_type", "=", "asset_receivable"),
                    ("parent_state", "=", "posted"),
                    ("amount_residual_currency", "<", 0),
                    ("move_id.intacct_imported", "=", False),
                    ("move_id.intacct_settlement", "=", False),
                ],
                ["partner_id", "currency_id"],
            ],
            {"order": "id"},
        )
        invoices = self._open_invoices()
        for credit in credits[int(act["pick"] * len(credits)) :]:
            same = [
                move
                for move in invoices
                if move["partner_id"] == credit["partner_id"]
                and move["currency_id"] == credit["currency_id"]
            ]
            if move := pick(same, act["second_pick"]):
                arguments = [[move["id"]], credit["id"]]
                self.call("account.move", "js_assign_outstanding_line", arguments)
                return None
        return False

    # ------------------------------------------------------------------
    # Changes
    # ------------------------------------------------------------------
    def _own(self, *states):
        domain = [
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("state", "in", states),
            ("intacct_imported", "=", False),
            ("posted_before", "=", True),
        ]
        return self._search("account.move", domain)

    def edit(self, act):
        """Resets a document to draft, changes its first price and posts it again."""
        move = pick(self._own("posted", "draft"), act["pick"])
        if not move:
            return False
        self._to_draft(move)
        domain = [("move_id", "=", move["id"]), ("display_type", "=", "product")]
        (line,) = self.call(
            "account.move.line", "search", [domain], {"order": "id", "limit": 1}
        )
        values = {"invoice_line_ids": [(1, line, {"price_unit": act["price"]})]}
        self.call("account.move", "write", [[move["id"]], values])
        self.call("account.move", "action_post", [[move["id"]]])
        return None

    def post_again(self, act):
        """Resets a document to draft and posts it again as it was."""
        move = pick(self._own("posted", "draft"), act["pick"])
        if not move:
            return False
        self._to_draft(move)
        self.call("account.move", "action_post", [[move["id"]]])
        return None

    def post_drafts(self):
        """Nobody leaves a draft of something that was posted before."""
        for move in self._own("draft"):
            self.do({"act": "post_draft", "move": move["id"]})

    def post_draft(self, act):
        self.call("account.move", "action_post", [[act["move"]]])

    def _to_draft(self, move):
        if move["state"] == "posted":
            self._take_back("account.move", move["id"], "draft", "button_draft")

    def edit_header(self, act):
        """Changes the due date and the reference of a posted document."""
        move = pick(self._own("posted"), act["pick"])
        if not move:
            return False
        due = date.fromisoformat(move["date"]) + timedelta(act["serial"] % 40)
        values = {"invoice_date_due": str(due), "ref": f"Ref {act['serial']}"}
        self.call("account.move", "write", [[move["id"]], values])
        return None

    def cancel(self, act):
        move = pick(self._own("posted"), act["pick"])
        if not move:
            return False
        self._take_back("account.move", move["id"], "cancel", "button_cancel")
        return None

    def revive(self, act):
        """Posts a cancelled document again."""
        move = pick(self._own("cancel"), act["pick"])
        if not move:
            return False
        self.call("account.move", "button_draft", [[move["id"]]])
        self.call("account.move", "action_post", [[move["id"]]])
        return None

    def cancel_payment(self, act):
        domain = [("partner_type", "=", "customer")]
        domain += [("state", "in", ("in_process", "paid"))]
        payment = pick(self._search("account.payment", domain), act["pick"])
        if not payment:
            return False
        self._take_back("account.payment", payment["id"], "cancel", "action_cancel")
        return None

    def unreconcile(self, act):
        """Takes a payment or a credit note off an invoice."""
        found = self.call(
            "account.partial.reconcile",
            "search_read",
            [
                [
                    ("debit_move_id.move_id.move_type", "=", "out_invoice"),
                    ("debit_move_id.move_id.intacct_imported", "=", False),
                    ("credit_move_id.move_id.intacct_settlement", "=", False),
                ],
                ["debit_move_id"],
            ],
            {"order": "id"},
        )
        partial = pick(found, act["pick"])
        if not partial:
            return False
        (line,) = self.call(
            "account.move.line",
            "read",
            [[partial["debit_move_id"][0]], ["move_id"]],
        )
        move = line["move_id"][0]
        arguments = [[move], partial["id"]]
        self._confirmed(
            lambda: self.call(
                "account.move", "js_remove_outstanding_partial", arguments
            ),
            kind="unreconcile",
            move_ids=[(6, 0, [move])],
            partial_ids=[(6, 0, [partial["id"]])],
        )
        return None

    def _take_back(self, model, record, kind, button):
        """Presses a button that may reverse what is in Intacct, and goes on."""
        link = "payment_ids" if model == "account.payment" else "move_ids"
        self._confirmed(
            lambda: self.call(model, button, [[record]]),
            kind=kind,
            **{link: [(6, 0, [record])]},
        )

    def _confirmed(self, press, **values):
        """Presses a button; where it asks, the person says why and goes on."""
        try:
            press()
        except RpcError as error:
            if error.name != WARNING:
                raise
            values["reason"] = "Chaos"
            wizard = self._wizard("intacct.change", values)
            self.call("intacct.change", "action_confirm", [[wizard]])
            self.confirmed += 1


def _active(moves):
    return {
        "active_model": "account.move",
        "active_ids": [move["id"] for move in moves],
    }
