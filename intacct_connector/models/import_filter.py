import datetime
from dataclasses import dataclass

from odoo.fields import Date

from ..gateway import formats, where

# The day by which people choose, by object: customers have none but the one on which
# they were changed.
DAYS = {
    "CUSTOMER": "WHENMODIFIED",
    "ARINVOICE": "WHENCREATED",
    "ARADJUSTMENT": "WHENCREATED",
    "ARPYMT": "RECEIPTDATE",
    "ARADVANCE": "RECEIPTDATE",
}
ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class ImportFilter:
    """What a person wants of an import; empty is everything.

    :ivar tuple customers: CUSTOMERIDs
    :ivar date first: the first day wanted, or None
    :ivar date last: the last day wanted, or None
    :ivar str entity: ID of the owning entity, or None
    """

    customers: tuple = ()
    first: datetime.date | None = None
    last: datetime.date | None = None
    entity: str | None = None

    @classmethod
    def of(cls, run):
        """The filter of a run, as :meth:`as_json` made it."""
        values = run.filters or {}
        return cls(
            customers=tuple(values.get("customers") or ()),
            first=Date.to_date(values.get("first")),
            last=Date.to_date(values.get("last")),
            entity=values.get("entity"),
        )

    def as_json(self):
        """What is stored on the run; False where everything is wanted."""
        values = {
            "customers": sorted(self.customers),
            "first": Date.to_string(self.first),
            "last": Date.to_string(self.last),
            "entity": self.entity,
        }
        return {name: value for name, value in values.items() if value} or False

    def condition(self, intacct_object):
        """The condition of a query on the object, None for everything."""
        day = DAYS[intacct_object]
        return where.and_(
            where.in_("CUSTOMERID", self.customers) if self.customers else None,
            self._owner(intacct_object),
            where.ge(day, self.first) if self.first else None,
            # Some days carry a time.
            where.lt(day, self.last + ONE_DAY) if self.last else None,
        )

    def _owner(self, intacct_object):
        if not self.entity:
            return None
        owned = where.eq("MEGAENTITYID", self.entity)
        if intacct_object != "CUSTOMER":
            return owned
        # Most customers belong to all entities.
        return where.or_(owned, where.is_null("MEGAENTITYID"))

    def matches(self, intacct_object, row):
        """Whether a row that was read another time is wanted.

        :param dict row: of the object
        """
        if self.customers and row.get("CUSTOMERID") not in self.customers:
            return False
        owners = {self.entity, *([None] if intacct_object == "CUSTOMER" else [])}
        if self.entity and (row.get("MEGAENTITYID") or None) not in owners:
            return False
        day = formats.parse_date(row.get(DAYS[intacct_object]))
        if day is None:
            return not self.first and not self.last
        return not (
            (self.first and day < self.first) or (self.last and day > self.last)
        )
