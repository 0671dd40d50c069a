"""The adjustment that takes another one back, from the function that made that one."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

DATE_PARTS = ["year", "month", "day"]
# A rate of the day would be another one: that of the record itself is used.
RATES = ("exchrate", "exchratetype", "exchratedate")
OWN = ("datecreated", "dateposted", "adjustmentno", "description", *RATES)
# Amounts of a line and of its tax entries (API.md 10.4).
AMOUNTS = ("amount", "totaltrxamount", "trx_tax")


@dataclass
class Opposite:
    """What an opposite adjustment is made of.

    :ivar dict arguments: of ``create_aradjustment``, without dates, number,
        description and rate
    :ivar Decimal debits: what its positive lines add up to, with their tax
    :ivar Decimal credits: what its negative lines add up to, positive
    """

    arguments: dict
    debits: Decimal
    credits: Decimal

    @property
    def total(self):
        return self.debits - self.credits


def opposite_of(xml):
    """Same customer, accounts, dimensions, tax details and currency, and each amount
    with the other sign.

    :param str xml: a stored function that creates an adjustment
    :rtype: Opposite
    """
    arguments = _arguments(etree.fromstring(xml)[0])
    for name in OWN:
        arguments.pop(name, None)
    lines = arguments["aradjustmentitems"]["lineitem"]
    if isinstance(lines, dict):
        lines = [lines]
    lines = [_negated(line) for line in lines]
    arguments["aradjustmentitems"] = {"lineitem": lines}
    totals = [_total(line) for line in lines]
    return Opposite(
        arguments,
        debits=sum((total for total in totals if total > 0), Decimal()),
        credits=-sum((total for total in totals if total < 0), Decimal()),
    )


def _arguments(element):
    """An element as the keywords that render it."""
    tags = [child.tag for child in element]
    if tags == DATE_PARTS:
        return date(*(int(child.text) for child in element))
    if not tags:
        return element.text or ""
    arguments = {}
    for child in element:
        value = _arguments(child)
        if tags.count(child.tag) > 1:
            arguments.setdefault(child.tag, []).append(value)
        else:
            arguments[child.tag] = value
    return arguments


def _negated(values):
    """:param values: keywords of a line, or of a part of it"""
    if isinstance(values, list):
        return [_negated(item) for item in values]
    if not isinstance(values, dict):
        return values
    return {
        name: -Decimal(value) if name in AMOUNTS else _negated(value)
        for name, value in values.items()
    }


def _total(line):
    entries = line.get("taxentries", {}).get("taxentry", [])
    if isinstance(entries, dict):
        entries = [entries]
    taxes = (entry.get("trx_tax", Decimal()) for entry in entries)
    return line["amount"] + sum(taxes, Decimal())
