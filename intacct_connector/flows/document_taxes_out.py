from decimal import Decimal

from .problems import RecordProblem

# How many tax entries a line may have in Intacct's schema (API.md 10.2).
LARGEST_COUNT = 2


class TaxEntries:
    """Turns the taxes of an Odoo document into tax entries of its lines, as a company
    with a tax solution wants them: on every line, and never a line of their own.

    While lines are being made, each carries its taxes as ids under ``taxes``.

    :param backend: the connection
    :param dict rules: the mapping rules, by source and id
    """

    def __init__(self, backend, rules):
        self._backend = backend
        self._env = backend.env
        self._rules = rules
        self.used = bool(backend.tax_solution)

    def of(self, item):
        """What a line keeps of its journal item until all lines are known.

        :rtype: dict
        """
        if not self.used:
            return {}
        return {"taxes": tuple(item.tax_ids.flatten_taxes_hierarchy().ids)}

    def spread(self, move, lines, tax_items):
        """Gives each line its share of the tax, by its amount; the last one takes
        what rounding leaves, so that they add up to Odoo's tax.

        :param tax_items: the journal items of the taxes
        :raises RecordProblem: a tax stands for no tax detail, or a line has too many
        """
        shares = [{} for _line in lines]
        for tax in tax_items.tax_line_id:
            items = tax_items.filtered(lambda item, tax=tax: item.tax_line_id == tax)
            total = -sum(items.mapped("amount_currency"))
            bearers = [
                index for index, line in enumerate(lines) if tax.id in line["taxes"]
            ]
            if not bearers:
                raise self._without_base(tax)
            base = float(sum(lines[index]["amount"] for index in bearers))
            left = move.currency_id.round(total)
            for index in bearers[:-1]:
                part = float(lines[index]["amount"]) / base * total if base else 0
                part = move.currency_id.round(part)
                shares[index][tax.id] = part
                left -= part
            shares[bearers[-1]][tax.id] = move.currency_id.round(left)
        for line, share in zip(lines, shares, strict=True):
            line["taxentries"] = {
                "taxentry": self._entries(move, line.pop("taxes"), share)
            }

    def exempt(self):
        """The entry of a line that no tax is charged on.

        :rtype: dict
        :raises RecordProblem: no tax detail was chosen for these
        """
        reference = self._backend.exempt_reference_id
        if not reference:
            raise RecordProblem(
                "no_exempt_detail",
                self._env._(
                    "A line bears no tax, and there is no tax detail for such lines."
                ),
                self._env._("Choose “Tax Detail Without Tax” on the connection."),
            )
        return {"detailid": reference.code, "trx_tax": Decimal("0.00")}

    def _entries(self, move, tax_ids, share):
        """:return: arguments of the ``taxentry`` elements of one line"""
        amounts = {}
        for tax in self._env["account.tax"].browse(tax_ids):
            code = self._code(tax)
            amounts[code] = amounts.get(code, 0.0) + share.get(tax.id, 0.0)
        if len(amounts) > LARGEST_COUNT:
            raise RecordProblem(
                f"too_many_taxes:{', '.join(amounts)}",
                self._env._(
                    "A line has %(count)s taxes; Intacct takes %(most)s at most: "
                    "%(names)s.",
                    count=len(amounts),
                    most=LARGEST_COUNT,
                    names=", ".join(amounts),
                ),
                self._env._(
                    "Split the line, or book it in Intacct and ignore it here."
                ),
            )
        if not amounts:
            return [self.exempt()]
        return [
            {"detailid": code, "trx_tax": Decimal(str(round(value, 2)))}
            for code, value in amounts.items()
        ]

    def _code(self, tax):
        code = self._rules.get(("tax", tax.id), {}).get("tax")
        if not code:
            raise RecordProblem(
                f"unmapped:account.tax:{tax.id}",
                self._env._("%s has no tax detail in Intacct.", tax.display_name),
                self._env._("Add it under Configuration > Sage Intacct Mapping."),
            )
        return code

    def _without_base(self, tax):
        return RecordProblem(
            "lines_differ",
            self._env._("No line bears its tax %s.", tax.display_name),
            self._env._("Reset it to draft and let Odoo compute the tax again."),
        )


def total_of(lines):
    """What Intacct makes of lines: their amounts and the tax on them.

    :param list[dict] lines: arguments of ``lineitem`` elements
    :rtype: Decimal
    """
    return sum(
        (
            line["amount"]
            + sum(
                entry["trx_tax"]
                for entry in line.get("taxentries", {}).get("taxentry", ())
            )
            for line in lines
        ),
        Decimal(),
    )
