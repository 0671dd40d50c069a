"""What Odoo's books say must be in Intacct."""

from collections import Counter
from functools import cached_property

from dev.lib.chaos_books import Book, Document, document_state, line_key, money
from dev.lib.chaos_company import (
    BANKS,
    CLASSES,
    CLERKS_CUSTOMERS,
    DEPARTMENTS,
    DISCOUNTS,
    PRODUCT_ACCOUNTS,
    SALES,
    TAX,
    UNDEPOSITED,
)

# Journal items that make up the amount of a document.
AMOUNT_ITEMS = ("product", "tax", "rounding", "discount", "epd")
RECEIVED = ("in_process", "paid")


class OdooBook:
    """Reads Odoo and says in Intacct's terms what it holds.

    :param call: calls Odoo as OdooServer.rpc() does
    :param Company company: as set_up() made it
    """

    def __init__(self, call, company):
        self.call = call
        self.company = company

    def read(self):
        """:rtype: Book"""
        book = Book()
        for move in self.moves.values():
            if move["move_type"] not in ("out_invoice", "out_refund"):
                continue
            if move["intacct_imported"]:
                book.imported[self.keys.get(move["id"])].append(self._imported(move))
            elif move["state"] == "posted":
                book.documents[move["name"]].append(self._document(move))
        for payment in self.payments:
            if payment["state"] in RECEIVED:
                book.receipts[payment["name"]].append(self._receipt(payment))
                self._write_off(book, payment)
        self._applications(book)
        for partner in self.partners.values():
            made_here = partner["ref"] and partner["ref"] not in CLERKS_CUSTOMERS
            if made_here and partner["id"] in self._invoiced:
                book.customers[partner["ref"]].append(partner["name"])
        return book

    # ------------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------------
    def _read(self, model, domain, names):
        rows = self.call(model, "search_read", [domain, names], {"order": "id"})
        return {row["id"]: row for row in rows}

    @cached_property
    def moves(self):
        names = ["name", "move_type", "state", "commercial_partner_id", "ref"]
        names += ["invoice_date", "date", "invoice_date_due", "currency_id"]
        names += ["amount_total", "amount_residual", "reversed_entry_id"]
        names += ["intacct_imported", "intacct_settlement", "origin_payment_id"]
        return self._read("account.move", [], names)

    @cached_property
    def lines(self):
        names = ["move_id", "display_type", "name", "quantity", "price_unit"]
        names += ["product_id", "tax_line_id", "account_id", "analytic_distribution"]
        names += ["amount_currency", "amount_residual_currency", "account_type"]
        names += ["currency_id", "price_subtotal", "intacct_values"]
        return self._read("account.move.line", [], names)

    @cached_property
    def lines_of(self):
        found = {}
        for line in self.lines.values():
            found.setdefault(line["move_id"][0], []).append(line)
        return found

    @cached_property
    def payments(self):
        names = ["name", "state", "amount", "currency_id", "date", "partner_id"]
        names += ["memo", "move_id"]
        domain = [("partner_type", "=", "customer"), ("payment_type", "=", "inbound")]
        return list(self._read("account.payment", domain, names).values())

    @cached_property
    def partners(self):
        return self._read("res.partner", [], ["name", "ref"])

    @cached_property
    def bindings(self):
        names = ["intacct_object", "recordno", "move_id", "partner_id", "number"]
        domain = [("sync_state", "!=", "gone"), ("replaced", "=", False)]
        return self._read("intacct.binding", domain, names).values()

    @cached_property
    def keys(self):
        """RECORDNO of each imported invoice."""
        return {
            binding["move_id"][0]: binding["recordno"]
            for binding in self.bindings
            if binding["move_id"] and binding["intacct_object"] == "ARINVOICE"
        }

    @cached_property
    def _codes(self):
        """CUSTOMERID by partner: Odoo's reference, or what it was imported from."""
        codes = {
            binding["partner_id"][0]: binding["number"]
            for binding in self.bindings
            if binding["intacct_object"] == "CUSTOMER" and binding["partner_id"]
        }
        own = {id_: row["ref"] for id_, row in self.partners.items() if row["ref"]}
        return codes | own

    @cached_property
    def _invoiced(self):
        """Customers that something was posted for."""
        posted = [
            move["commercial_partner_id"][0]
            for move in self.moves.values()
            if move["state"] == "posted" and move["commercial_partner_id"]
        ]
        return set(posted)

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------
    def _document(self, move):
        credit = move["move_type"] == "out_refund"
        sign = -1 if credit else 1
        total = money(sign * move["amount_total"])
        due = money(sign * move["amount_residual"])
        values = {
            "number": move["name"],
            "customer": self._codes.get(move["commercial_partner_id"][0]),
            "date": move["invoice_date"],
            "GL date": move["date"],
            "currency": move["currency_id"][1],
            "total": total,
            "open": due,
            "state": document_state(total, due),
        }
        origin = self.moves.get(
            move["reversed_entry_id"] and move["reversed_entry_id"][0]
        )
        if credit:
            values["reference"] = (origin and origin["name"]) or ""
            if not self.company.ours:
                # An adjustment has no field for a second number.
                values["number"] = ""
        else:
            values["due date"] = move["invoice_date_due"]
            reference = move["ref"] if self.company.ours else move["name"]
            values["reference"] = reference or ""
        return Document(move["name"], values, self._own_lines(move, origin))

    def _own_lines(self, move, origin):
        lines = Counter()
        imported = origin and origin["intacct_imported"]
        for item in self.lines_of[move["id"]]:
            if item["display_type"] not in AMOUNT_ITEMS:
                continue
            text = self._text(item)
            if imported:
                kept = self._kept(item, origin)
                lines[line_key(text, *kept)] -= money(item["amount_currency"])
                continue
            account = self._account(item)
            for dimensions, part in self._parts(item):
                lines[line_key(text, account, dimensions)] += part
        return lines

    def _text(self, item):
        text = item["name"] or ""
        if item["display_type"] == "product" and item["quantity"] not in (0, 1):
            price = f"{item['price_unit']:.2f}".rstrip("0").rstrip(".")
            text = f"{text} ({item['quantity']:g} × {price})"
        return text

    def _account(self, item):
        if item["tax_line_id"]:
            return self.company.code(TAX)
        product = item["product_id"] and item["product_id"][0]
        if product in self.company.products:
            return self.company.code(
                PRODUCT_ACCOUNTS[self.company.products.index(product)]
            )
        return self.company.code(SALES)

    def _parts(self, item):
        """The amount of a journal item on the dimensions of its analytic accounts;
        what is left to 100 % stands on none."""
        total = -money(item["amount_currency"])
        shares = {
            self.company.analytics.index(int(analytic)): money(percentage)
            for analytic, percentage in (item["analytic_distribution"] or {}).items()
        }
        places = Counter()
        for index, percentage in shares.items():
            share = (total * percentage / 100).quantize(self._unit(item))
            places[DEPARTMENTS[index], CLASSES[index]] += share
        if rest := 100 - sum(shares.values()):
            share = (total * rest / 100).quantize(self._unit(item))
            places["", ""] += share
        return list(places.items())

    def _unit(self, item):
        return (
            money(1).to_integral() if item["currency_id"][1] == "JPY" else money(0.01)
        )

    def _kept(self, item, origin):
        """Account and dimensions of the imported line that a credit note takes back."""
        for line in self.lines_of[origin["id"]]:
            if line["intacct_values"] and line["name"] == item["name"]:
                return self._imported_place(line)
        return "", ()

    def _imported_place(self, line):
        values = line["intacct_values"] or {}
        name = "ACCOUNTLABEL" if self.company.labels else "ACCOUNTNO"
        dimensions = values.get("DEPARTMENTID"), values.get("CLASSID")
        return values.get(name), dimensions

    def _imported(self, move):
        total, due = money(move["amount_total"]), money(move["amount_residual"])
        values = {
            "number": move["name"],
            "customer": self._codes.get(move["commercial_partner_id"][0]),
            "date": move["invoice_date"],
            "GL date": move["date"],
            "due date": move["invoice_date_due"],
            "currency": move["currency_id"][1],
            "total": total,
            "open": due,
            "state": document_state(total, due)
            if move["state"] == "posted"
            else f"({move['state']} in Odoo)",
        }
        lines = Counter()
        for line in self.lines_of[move["id"]]:
            if line["display_type"] == "product":
                key = line_key(line["name"], *self._imported_place(line))
                lines[key] += money(line["price_subtotal"])
        return Document(move["name"], values, lines)

    # ------------------------------------------------------------------
    # Money
    # ------------------------------------------------------------------
    def _receivable(self, move):
        return [
            line
            for line in self.lines_of.get(move, ())
            if line["account_type"] == "asset_receivable"
        ]

    def _receipt(self, payment):
        currency = payment["currency_id"][1]
        due = sum(
            -money(line["amount_residual_currency"])
            for line in self._receivable(payment["move_id"][0])
        )
        bank, _account = BANKS.get(currency, ("", ""))
        values = {
            "customer": self._codes.get(payment["partner_id"][0]),
            "date": payment["date"],
            "currency": currency,
            "total": money(payment["amount"]),
            "open": money(due),
            "account": bank or UNDEPOSITED,
        }
        return Document(payment["name"], values)

    def _write_off(self, book, payment):
        """What a payment settles beyond the money: an adjustment in Intacct."""
        discounts = [
            line
            for line in self.lines_of[payment["move_id"][0]]
            if line["account_id"][0] == self.company.discounts
        ]
        total = -sum(money(line["amount_currency"]) for line in discounts)
        if not total:
            return
        values = {
            "customer": self._codes.get(payment["partner_id"][0]),
            "date": payment["date"],
            "currency": payment["currency_id"][1],
            "total": total,
        }
        account = self.company.code(DISCOUNTS)
        lines = Counter(
            {
                line_key(line["name"], account, ()): -money(line["amount_currency"])
                for line in discounts
            }
        )
        book.write_offs[payment["name"]].append(
            Document(payment["name"], values, lines)
        )

    # ------------------------------------------------------------------
    # What is applied to what
    # ------------------------------------------------------------------
    def _applications(self, book):
        names = ["debit_move_id", "credit_move_id", "debit_amount_currency"]
        names += ["exchange_move_id"]
        partials = self._read("account.partial.reconcile", [], names).values()
        exchange = {
            row["exchange_move_id"][0] for row in partials if row["exchange_move_id"]
        }
        applied = self._settlements
        for partial in partials:
            debit = self.lines[partial["debit_move_id"][0]]
            credit = self.lines[partial["credit_move_id"][0]]
            if debit["account_type"] != "asset_receivable":
                continue
            moves = [self.moves[line["move_id"][0]] for line in (debit, credit)]
            if exchange & {move["id"] for move in moves}:
                continue
            amount = money(partial["debit_amount_currency"])
            debtor, creditor = moves
            if creditor["id"] in applied:
                book.settled[applied[creditor["id"]], self._name(debtor)] += amount
            elif not (debtor["intacct_settlement"] or creditor["intacct_settlement"]):
                pair = self._name(debtor), self._name(creditor)
                book.applications[pair] += amount

    @cached_property
    def _settlements(self):
        """RECORDNO of the application that a settlement entry was made of."""
        return {
            binding["move_id"][0]: binding["recordno"]
            for binding in self.bindings
            if binding["move_id"] and binding["intacct_object"] == "ARPYMTDETAIL"
        }

    def _name(self, move):
        if move["origin_payment_id"]:
            (payment,) = [
                payment
                for payment in self.payments
                if payment["id"] == move["origin_payment_id"][0]
            ]
            return payment["name"]
        return move["name"]
