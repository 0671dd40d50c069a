from decimal import Decimal

from .document_shares_out import AnalyticShares
from .document_taxes_out import TaxEntries, total_of
from .document_values import TAX_LINE
from .problems import RecordProblem

# Kind of reference -> element of a line.
DIMENSION_KINDS = {
    "location": "locationid",
    "department": "departmentid",
    "class": "classid",
    "project": "projectid",
    "item": "itemid",
}
# What a GL account may require, by field of GLACCOUNT (API.md 10.7).
REQUIRED_DIMENSIONS = {
    "REQUIRELOC": "locationid",
    "REQUIREDEPT": "departmentid",
    "REQUIRECLASS": "classid",
    "REQUIREPROJECT": "projectid",
    "REQUIREITEM": "itemid",
    "REQUIRECUSTOMER": "customerid",
}
# What an imported line keeps -> element of a line that credits it.
KEPT_DIMENSIONS = {
    "LOCATIONID": "locationid",
    "DEPARTMENTID": "departmentid",
    "CLASSID": "classid",
    "PROJECTID": "projectid",
    "ITEMID": "itemid",
}
# Journal items that make up the amount of a document.
AMOUNT_ITEMS = ("product", "tax", "rounding", "discount", "epd")
MEMO_LENGTH = 1000
# Part of a line's text by which people recognise it.
REASON_LENGTH = 40
TARGET_FIELDS = ("glaccountno", "accountlabel", "taxes", *DIMENSION_KINDS.values())


def exact(value, digits=2):
    """A float of Odoo as the decimal it stands for.

    :param float value: an amount, already rounded in its currency
    :rtype: Decimal
    """
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits))


def plain(value):
    """A quantity or price as people write it: all digits, no trailing zeros.

    :param float value: as Odoo stores it
    :rtype: str
    """
    return f"{Decimal(str(value)).normalize():f}"


class LineBuilder:
    """Turns the journal items of an Odoo document into Intacct lines.

    The items, not the invoice lines, are sent: they include taxes and rounding, and
    always add up to the document. One object serves a whole step: it keeps the rules
    and what the accounts require.
    """

    def __init__(self, ctx):
        self.env = ctx.env
        self.backend = ctx.backend
        self._kind = ctx.backend.line_target
        self._item = self._code(ctx.backend.item_reference_id)
        self._defaults = {
            DIMENSION_KINDS[reference.kind]: reference.code
            for reference in (
                ctx.backend.location_reference_id,
                ctx.backend.department_reference_id,
            )
            if reference
        }
        self._rules = {}
        for rule in self.env["intacct.mapping"].search(
            [("backend_id", "=", ctx.backend.id)]
        ):
            self._rules.setdefault(rule._source_key(), {}).setdefault(
                rule.reference_id.kind, rule.reference_id.code
            )
        self._required, self._account_of_label = self._read_accounts()
        self.taxes = TaxEntries(ctx.backend, self._rules)
        self._shares = AnalyticShares(
            self.env, lambda account_id: self._dimensions("analytic", account_id)
        )
        self._reasons = {}

    def why(self):
        """Why the lines of the last document have their account and dimensions.

        :return: one text for all lines with the same reasons
        :rtype: list[str]
        """
        return [
            self.env._(
                "%(lines)s: %(reasons)s",
                lines=", ".join(dict.fromkeys(names)),
                reasons="; ".join(reasons),
            )
            for reasons, names in self._reasons.items()
        ]

    def _read_accounts(self):
        """What each GL account requires, and the account behind each label.

        :rtype: tuple[dict, dict]
        """
        references = self.env["intacct.reference"].search(
            [
                ("backend_id", "=", self.backend.id),
                ("kind", "in", ("account", "label")),
            ]
        )
        required = {
            reference.code: [
                dimension
                for name, dimension in REQUIRED_DIMENSIONS.items()
                if (reference.details or {}).get(name) in ("true", "T")
            ]
            for reference in references
            if reference.kind == "account"
        }
        labels = {
            reference.code: reference.gl_account
            for reference in references
            if reference.kind == "label"
        }
        return required, labels

    def account_behind(self, reference):
        """The GL account of an item of the lists: its own, or its label's."""
        if reference.kind == "label":
            return self._account_of_label.get(reference.code)
        return reference.code

    def required_dimensions(self, account):
        """What Intacct demands of a line on a GL account.

        :return: elements such as ``locationid``
        """
        return self._required.get(account, [])

    def lines(self, move, customer_code):
        """Lines that add up to the document, positive for what it charges.

        :param str customer_code: CUSTOMERID, for accounts that require it
        :return: arguments of ``lineitem`` elements
        :rtype: list[dict]
        :raises RecordProblem: an account or dimension is missing
        """
        items = move.line_ids.filtered(lambda item: item.display_type in AMOUNT_ITEMS)
        origins = self._origins(move, items)
        partner = self._dimensions("partner", move.commercial_partner_id.id)
        self._reasons = {}
        taxes = items.filtered("tax_line_id") if self.taxes.used else items.browse()
        lines = []
        for item in items - taxes:
            lines += self._split(move, item, origins.get(item.id), partner)
        lines = self._net(lines)
        if not lines:
            raise RecordProblem(
                "no_lines",
                self.env._("It has no lines with an amount."),
                self.env._("Nothing has to be sent; ignore it."),
            )
        if self.taxes.used:
            self.taxes.spread(move, lines, taxes)
        sign = 1 if move.is_outbound() else -1
        total = exact(-sign * move.amount_total)
        if total_of(lines) != total:
            raise RecordProblem(
                "lines_differ",
                self.env._(
                    "Its lines do not add up to its total of %(total)s.", total=total
                ),
                self.env._("Reset it to draft and post it again."),
            )
        for line in lines:
            self._check_required(line, customer_code)
        return lines

    # ------------------------------------------------------------------
    # One journal item
    # ------------------------------------------------------------------
    def _split(self, move, item, origin, partner):
        """A journal item, as several lines where its analytic distribution has
        several parts; they add up to it.

        :param dict origin: values of the imported line that it credits, or None
        :param dict partner: dimensions of the customer
        """
        total = -item.amount_currency
        if move.currency_id.is_zero(total):
            return []
        if origin is None:
            account = self._account(item)
            common = {**self._defaults, **partner, **self._product_dimensions(item)}
        else:
            account = self._account_of_origin(item, origin)
            common = {
                element: origin[name]
                for name, element in KEPT_DIMENSIONS.items()
                if origin.get(name)
            }
        parts = self._shares.parts(item) if origin is None else [(1.0, {})]
        self._explain(item, origin, account, common, partner)
        lines, left = [], total
        for index, (share, dimensions) in enumerate(parts):
            last = index == len(parts) - 1
            value = left if last else move.currency_id.round(total * share)
            left -= value
            lines.append(
                {
                    **account,
                    "amount": exact(move.currency_id.round(value)),
                    "memo": self._memo(item),
                    **self.taxes.of(item),
                    **common,
                    **dimensions,
                }
            )
        return lines

    def _explain(self, item, origin, account, common, partner):
        """Remembers by which rule a line got its account and dimensions."""
        (code,) = account.values()
        if origin is not None:
            reasons = (self.env._("account %s, as on the imported document", code),)
        else:
            rule = next(
                (
                    record.display_name
                    for source, record in self._account_sources(item)
                    if record and self._mapped_account(source, record)
                ),
                self.env._("the default of the connection"),
            )
            product = self._product_dimensions(item)
            layers = (
                (product, self.env._("product")),
                (partner, self.env._("customer")),
                (self._defaults, self.env._("the default of the connection")),
            )
            reasons = (
                self.env._("account %(code)s by %(rule)s", code=code, rule=rule),
                *(
                    self.env._(
                        "%(dimension)s %(code)s by %(rule)s",
                        dimension=element.removesuffix("id"),
                        code=value,
                        rule=next(name for layer, name in layers if layer.get(element)),
                    )
                    for element, value in common.items()
                ),
            )
        name = self._memo(item) or item.display_type
        self._reasons.setdefault(reasons, []).append(name[:REASON_LENGTH])

    def _memo(self, item):
        """The text, with the quantity and price that a line has no field for."""
        text = " ".join((item.name or item.product_id.display_name or "").split())
        if item.display_type == "product" and item.quantity not in (0, 1):
            text = f"{text} ({plain(item.quantity)} × {plain(item.price_unit)})"
        return text[:MEMO_LENGTH] or None

    def _account(self, item):
        """By the line's account, its product, the product's category, the default.

        :raises RecordProblem: there is none
        """
        for source, record in self._account_sources(item):
            code = self._mapped_account(source, record)
            if record and code:
                return self._account_argument(code)
        if self._item and not item.tax_line_id:
            return self._account_argument(self._item)
        record = item.tax_line_id or item.account_id
        raise RecordProblem(
            f"unmapped:{record._name}:{record.id}",
            self.env._("%s has no account in Intacct.", record.display_name),
            self.env._("Add it under Configuration > Sage Intacct Mapping."),
        )

    def _account_sources(self, item):
        """What may be mapped to an account for a line, the first that is wins."""
        if item.tax_line_id:
            return [("tax", item.tax_line_id), ("account", item.account_id)]
        return [
            ("account", item.account_id),
            ("product", item.product_id),
            ("category", item.product_id.categ_id),
        ]

    def _mapped_account(self, source, record):
        return self._rules.get((source, record.id), {}).get(self._kind)

    def _code(self, reference):
        return reference.code if reference.kind == self._kind else None

    def _account_argument(self, code):
        return {"accountlabel" if self._kind == "label" else "glaccountno": code}

    # ------------------------------------------------------------------
    # Credit notes on imported documents
    # ------------------------------------------------------------------
    def _origins(self, move, items):
        """What Intacct had on the lines that a credit note takes back: each line of
        the original stands for one line, the one with the same text and price first.

        :return: values of the imported line by journal item; empty values where a
            line has no counterpart
        :rtype: dict[int, dict]
        """
        if not move.reversed_entry_id.intacct_imported:
            return {}
        free = list(move.reversed_entry_id.invoice_line_ids.filtered("intacct_values"))
        origins = {}
        items = items.filtered(lambda item: item.display_type == "product")
        for same_price in (True, False):
            for item in items.filtered(lambda item: item.id not in origins):
                for origin in free:
                    if origin.name == item.name and (
                        not same_price
                        or abs(origin.price_subtotal) == abs(item.price_subtotal)
                    ):
                        origins[item.id] = origin.intacct_values
                        free.remove(origin)
                        break
        return {item.id: origins.get(item.id, {}) for item in items}

    def _account_of_origin(self, item, values):
        """:raises RecordProblem: the imported line had none, there is no such line,
        or it stands for what Intacct itself computed as tax"""
        if self.taxes.used and values.get(TAX_LINE):
            # Which tax details it is made of is not known, and without them
            # Intacct's tax report would count tax as sales.
            raise RecordProblem(
                "tax_of_import",
                self.env._(
                    "Intacct computed the tax on %s, so the credit needs tax details "
                    "that Odoo does not have.",
                    item.move_id.reversed_entry_id.name,
                ),
                self.env._("Credit it in Intacct, then ignore it here."),
            )
        name = "ACCOUNTLABEL" if self._kind == "label" else "ACCOUNTNO"
        if code := values.get(name):
            return self._account_argument(code)
        raise RecordProblem(
            "no_origin",
            self.env._(
                "The line “%s” has no counterpart in the imported document.", item.name
            ),
            self.env._("Take it off the credit note, or credit an imported line."),
        )

    # ------------------------------------------------------------------
    # Dimensions
    # ------------------------------------------------------------------
    def _product_dimensions(self, item):
        return {
            **self._dimensions("category", item.product_id.categ_id.id),
            **self._dimensions("product", item.product_id.id),
        }

    def _dimensions(self, source, record_id):
        return {
            DIMENSION_KINDS[kind]: code
            for kind, code in self._rules.get((source, record_id), {}).items()
            if kind in DIMENSION_KINDS
        }

    def _check_required(self, line, customer_code):
        """What the GL account demands is checked before anything is sent; the
        customer is known and filled in."""
        code = line.get("glaccountno") or self._account_of_label.get(
            line.get("accountlabel")
        )
        for dimension in self._required.get(code, ()):
            if dimension == "customerid":
                line[dimension] = customer_code
            elif not line.get(dimension):
                raise RecordProblem(
                    f"dimension:{dimension}:{code}",
                    self.env._(
                        "This transaction is missing the %(dimension)s dimension for "
                        "the account %(account)s.",
                        dimension=dimension.removesuffix("id").title(),
                        account=code,
                    ),
                    self.env._(
                        "Set a default on the connection, or map the product, its "
                        "category, the customer or the analytic account."
                    ),
                )

    # ------------------------------------------------------------------
    # Negative lines
    # ------------------------------------------------------------------
    def _net(self, lines):
        """Lines against the sign of the document are taken off lines with the same
        account and dimensions (discounts, down payments); what remains stays.

        :param list[dict] lines: in the order of the document
        """
        sign = -1 if sum(line["amount"] for line in lines) < 0 else 1
        for line in lines:
            if line["amount"] * sign >= 0:
                continue
            for other in lines:
                if other["amount"] * sign <= 0 or not self._same_target(line, other):
                    continue
                moved = min(-line["amount"] * sign, other["amount"] * sign)
                line["amount"] += sign * moved
                other["amount"] -= sign * moved
                if not line["amount"]:
                    break
        return [line for line in lines if line["amount"]]

    def _same_target(self, line, other):
        return all(line.get(name) == other.get(name) for name in TARGET_FIELDS)
