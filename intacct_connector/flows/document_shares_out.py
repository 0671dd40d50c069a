PRECISION = 1e-9


class AnalyticShares:
    """Turns the analytic distribution of a journal item into shares of its amount
    with the dimensions that they have in Intacct.

    :param env: Odoo's environment
    :param dimensions: called with the id of an analytic account; its dimensions, codes
        by element of a line
    """

    def __init__(self, env, dimensions):
        self._dimensions = dimensions
        # Half of the last digit that people write percentages with.
        digits = env["decimal.precision"].precision_get("Percentage Analytic")
        self._rounding = 0.5 * 10 ** -(digits + 2) + PRECISION

    def parts(self, item):
        """The parts of the distribution that make a difference in Intacct.

        :return: (share, dimensions) pairs, at least one; the shares add up to 1
        :rtype: list[tuple]
        """
        rows = self._rows(item.analytic_distribution or {})
        whole = self._whole(rows.values())
        if sum(rows.values()) / whole <= 1.0 + PRECISION:
            return self._completed(rows, whole)
        # Plans that are distributed independently of each other.
        plans = {}
        for key, share in rows.items():
            for name, _code in key:
                plans.setdefault(name, []).append(share)
        parts = [(1.0, {})]
        for key in sorted(rows, key=len, reverse=True):
            share = rows[key] / self._whole(plans[key[0][0]])
            parts = self._laid_over(parts, dict(key), share)
        return parts

    def _rows(self, distribution):
        """Shares by dimensions, those of mapped accounts only.

        :rtype: dict[tuple, float]
        """
        rows = {}
        for ids, percentage in distribution.items():
            dimensions = {}
            for account_id in ids.split(","):
                dimensions.update(self._dimensions(int(account_id)))
            if dimensions:
                key = tuple(sorted(dimensions.items()))
                rows[key] = rows.get(key, 0.0) + percentage / 100
        return rows

    def _whole(self, shares):
        """What stands for 100 %: people write 33.33 three times and mean all of it."""
        total = sum(shares)
        if abs(total - 1.0) <= len(shares) * self._rounding:
            return total
        return 1.0

    def _completed(self, rows, whole):
        """Rows that exclude each other, with what is left as one without dimensions.

        :param float whole: what the rows are shares of
        """
        parts = [(share / whole, dict(key)) for key, share in rows.items() if share]
        rest = 1.0 - sum(share for share, _dimensions in parts)
        if abs(rest) > PRECISION or not parts:
            parts.append((rest, {}))
        return parts

    def _laid_over(self, parts, dimensions, share):
        """Parts, a share of which gets dimensions: alike of all that have none of
        these yet, so that each combination is there.

        :param dict dimensions: codes by element
        """
        free = sum(part for part, known in parts if not known.keys() & dimensions)
        ratio = min(share / free, 1.0) if free > PRECISION else 0.0
        result = []
        for part, known in parts:
            taken = 0.0 if known.keys() & dimensions else part * ratio
            result += [(taken, {**known, **dimensions}), (part - taken, known)]
        # More than 100 % of a plan: what is too much comes off the rest.
        excess = share - free * ratio
        result += [(excess, dimensions), (-excess, {})]
        return [part for part in result if abs(part[0]) > PRECISION]
