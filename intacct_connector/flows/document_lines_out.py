from decimal import Decimal

from .problems import RecordProblem

DIMENSION_KINDS = {
    "location": "locationid",
    "department": "departmentid",
    "class": "classid",
}
# What a GL account may require, by field of GLACCOUNT.
REQUIRED_DIMENSIONS = {
    "REQUIRELOC": "locationid",
    "REQUIREDEPT": "departmentid",
    "REQUIRECLASS": "classid",
}
MEMO_LENGTH = 1000
AMOUNT_FIELDS = ("glaccountno", "accountlabel", *DIMENSION_KINDS.values())


def exact(value, digits=2):
    """A float of Odoo as the decimal it stands for.

    :param float value: an amount, already rounded in its currency
    :rtype: Decimal
    """
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits))


class LineBuilder:
    """Turns the journal items of an Odoo document into Intacct lines.

    The items, not the invoice lines, are sent: they include taxes and rounding, and
    always add up to the document. One object serves a whole chunk.
    """

    def __init__(self, ctx):
        self.env = ctx.env
        self.backend = ctx.backend
        rules = self.env["intacct.mapping"].search(
            [("backend_id", "=", ctx.backend.id)]
        )
        self._rules = {}
        for rule in rules:
            self._rules.setdefault(rule._source_key(), {}).setdefault(
                rule.reference_id.kind, rule.reference_id
            )

    def lines(self, move):
        """Lines that add up to the document, positive for what it charges.

        :return: arguments of ``lineitem`` elements
        :rtype: list[dict]
        :raises RecordProblem: an account or dimension is missing
        """
        items = move.line_ids.filtered(
            lambda item: item.display_type in ("product", "tax", "rounding")
        )
        lines = []
        for item in items:
            lines += self._split(move, item)
        lines = self._net(lines)
        if not lines:
            raise RecordProblem(
                "no_lines",
                self.env._("It has no lines with an amount."),
                self.env._("Nothing has to be sent; ignore it."),
            )
        for line in lines:
            self._check_required(line)
        return lines

    # ------------------------------------------------------------------
    # One journal item
    # ------------------------------------------------------------------
    def _split(self, move, item):
        """A journal item, as several lines where its analytic distribution has
        several parts; they add up to it."""
        total = -item.amount_currency
        if item.display_type == "product" and move.currency_id.is_zero(total):
            return []
        account = self._account(move, item)
        parts = self._distribution(item)
        lines, left = [], total
        for index, (share, dimensions) in enumerate(parts):
            last = index == len(parts) - 1
            value = left if last else move.currency_id.round(total * share)
            left -= value
            lines.append(
                {
                    **account,
                    "amount": exact(value),
                    "memo": self._memo(item),
                    **self._defaults(),
                    **self._product_dimensions(item),
                    **dimensions,
                }
            )
        return lines

    def _memo(self, item):
        """The text, with the quantity and price that a line has no field for."""
        text = " ".join((item.name or item.product_id.display_name or "").split())
        if item.display_type == "product" and item.quantity not in (0, 1):
            text = f"{text} ({item.quantity:g} × {item.price_unit:g})"
        return text[:MEMO_LENGTH] or None

    def _account(self, move, item):
        """By the line's account, its product, the product's category, the default.

        :raises RecordProblem: there is none
        """
        kind = self.backend.line_target
        if move.reversed_entry_id.intacct_imported and item.display_type == "product":
            if known := self._account_of_origin(move, item):
                return known
        if item.tax_line_id:
            sources = [("tax", item.tax_line_id), ("account", item.account_id)]
            default = None
        else:
            sources = [
                ("account", item.account_id),
                ("product", item.product_id),
                ("category", item.product_id.categ_id),
            ]
            default = self.backend.item_reference_id
        for source, record in sources:
            reference = self._rules.get((source, record.id), {}).get(kind)
            if record and reference:
                return self._account_argument(reference)
        if default:
            return self._account_argument(default)
        record = item.tax_line_id or item.account_id
        raise RecordProblem(
            f"unmapped:{record._name}:{record.id}",
            self.env._("%s has no account in Intacct.", record.display_name),
            self.env._("Add it under Configuration > Sage Intacct Mapping."),
        )

    def _account_argument(self, reference):
        name = "accountlabel" if reference.kind == "label" else "glaccountno"
        return {name: reference.code}

    def _account_of_origin(self, move, item):
        """A credit note on an imported document uses what Intacct had there."""
        origin = move.reversed_entry_id.invoice_line_ids.filtered(
            lambda line: line.name == item.name and line.intacct_values
        )[:1]
        values = origin.intacct_values or {}
        if self.backend.line_target == "label" and values.get("ACCOUNTLABEL"):
            return {"accountlabel": values["ACCOUNTLABEL"]}
        if self.backend.line_target == "account" and values.get("ACCOUNTNO"):
            return {"glaccountno": values["ACCOUNTNO"]}
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
    def _defaults(self):
        return {
            name: reference.code
            for name, reference in (
                ("locationid", self.backend.location_reference_id),
                ("departmentid", self.backend.department_reference_id),
            )
            if reference
        }

    def _product_dimensions(self, item):
        dimensions = {}
        for source, record in (
            ("category", item.product_id.categ_id),
            ("product", item.product_id),
        ):
            dimensions.update(self._dimensions(source, record))
        return dimensions

    def _dimensions(self, source, record):
        return {
            DIMENSION_KINDS[kind]: reference.code
            for kind, reference in self._rules.get((source, record.id), {}).items()
            if kind in DIMENSION_KINDS
        }

    def _distribution(self, item):
        """The parts of the analytic distribution that make a difference in Intacct.

        :return: (share, dimensions) pairs, at least one
        :rtype: list[tuple]
        """
        parts = {}
        for ids, percentage in (item.analytic_distribution or {}).items():
            dimensions = {}
            for account_id in ids.split(","):
                account = self.env["account.analytic.account"].browse(int(account_id))
                dimensions.update(self._dimensions("analytic", account))
            key = tuple(sorted(dimensions.items()))
            parts[key] = parts.get(key, 0.0) + percentage / 100
        shares = [(share, dict(key)) for key, share in parts.items() if share]
        rest = 1.0 - sum(share for share, _dimensions in shares)
        if abs(rest) > 1e-9:
            shares.append((rest, {}))
        return shares or [(1.0, {})]

    def _check_required(self, line):
        """What the GL account demands is checked before anything is sent."""
        code = line.get("glaccountno")
        label = line.get("accountlabel")
        references = self.env["intacct.reference"]
        if label:
            code = references.search(
                [
                    ("backend_id", "=", self.backend.id),
                    ("kind", "=", "label"),
                    ("code", "=", label),
                ]
            ).gl_account
        account = references.search(
            [
                ("backend_id", "=", self.backend.id),
                ("kind", "=", "account"),
                ("code", "=", code),
            ]
        )
        for name, dimension in REQUIRED_DIMENSIONS.items():
            required = (account.details or {}).get(name) in ("true", "T")
            if required and not line.get(dimension):
                raise RecordProblem(
                    f"dimension:{dimension}:{code}",
                    self.env._(
                        "This transaction is missing the %(dimension)s dimension for "
                        "the account %(account)s.",
                        dimension=dimension.removesuffix("id").title(),
                        account=code,
                    ),
                    self.env._(
                        "Set a default on the connection, or map the product or "
                        "analytic account."
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
        total = sum(line["amount"] for line in lines)
        sign = -1 if total < 0 else 1
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
        return all(line.get(name) == other.get(name) for name in AMOUNT_FIELDS)
