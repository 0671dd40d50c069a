"""One Intacct company: its tables, configuration and derived sums."""

from __future__ import annotations

from decimal import Decimal

from . import store
from .books.proof import dues_by_customer
from .clock import Clock
from .settings import Settings

CONFIGURATION = {
    "COMPANYID": "",
    "NAME": "",
    "BASECURR": "USD",
    "CURRENCIES": (),
    "ARACCOUNT": "1100",
    "ADVANCEACCOUNT": "2400",
    "GAINACCOUNT": "8100",
    "DISCOUNTACCOUNT": "4900",
    "TAXACCOUNT": "2200",
    "SENDERS": (),
}


class Company:
    """A company's data and everything that is worked out from it.

    Sums over open items are worked out once per state of the tables.
    """

    def __init__(self, database: store.Database, company_id: str, clock: Clock):
        self.company_id = company_id
        self.clock = clock
        self.tables = store.Tables(database, company_id)
        self._sums: tuple[int, dict] = (-1, {})
        self._made: dict[str, tuple] = {}
        self.reads = 0

    # --------------------------------------------------------- configuration

    def _derived(self, name: str, make):
        """Something made of one kept value, until that is replaced."""
        kept = self.tables.meta.get(name)
        known = self._made.get(name)
        if known is None or known[0] is not kept:
            known = self._made[name] = (kept, make(kept or {}))
        return known[1]

    @property
    def configuration(self) -> dict:
        return self._derived("configuration", lambda kept: {**CONFIGURATION, **kept})

    @property
    def settings(self) -> Settings:
        return self._derived("settings", Settings)

    def configure(self, changes: dict) -> None:
        """Change the configuration; the object COMPANY shows a part of it."""
        kept = self.tables.meta.get("configuration", {})
        self.tables.set_meta("configuration", {**kept, **changes})
        shown = {
            "COMPANYID": self.company_id,
            "NAME": self.configuration["NAME"],
            "BASECURR": self.base_currency,
        }
        known = self.tables.first("COMPANY", "COMPANYID", self.company_id)
        if known:
            self.tables.update("COMPANY", known, shown)
        else:
            self.tables.insert("COMPANY", shown)

    def set_settings(self, changes: dict) -> None:
        changed = self.settings.with_changes(changes).changed
        self.tables.set_meta("settings", changed)

    @property
    def base_currency(self) -> str:
        return self.configuration["BASECURR"]

    @property
    def currencies(self) -> set[str]:
        return {self.base_currency, *self.configuration["CURRENCIES"]}

    # -------------------------------------------------------------- entities

    def entities(self) -> list[dict]:
        return [row for row in self.tables.all("LOCATION") if row.get("_ENTITY")]

    @property
    def multi_entity(self) -> bool:
        return bool(self.entities())

    def entity_of(self, location_id: str | None) -> str | None:
        """The entity that a location belongs to, by its chain of parents."""
        seen = set()
        while location_id and location_id not in seen:
            seen.add(location_id)
            row = self.tables.first("LOCATION", "LOCATIONID", location_id)
            if row is None:
                return None
            if row.get("_ENTITY"):
                return location_id
            location_id = row.get("PARENTID")
        return None

    # ----------------------------------------------------------------- rates

    def rate(self, currency: str, day: str, kind: str | None = None) -> Decimal | None:
        """Base units per unit of a currency on a day; None when unknown."""
        if currency == self.base_currency:
            return Decimal(1)
        best: tuple[str, str] | None = None
        for row in self.tables.meta.get("rates", ()):
            if row["FROM"] != currency or row["DATE"] > day:
                continue
            if kind and row.get("TYPE") != kind:
                continue
            if best is None or row["DATE"] >= best[0]:
                best = (row["DATE"], row["RATE"])
        return Decimal(best[1]) if best else None

    # ------------------------------------------------------------------ sums

    def _cached(self, name: str, make):
        version, sums = self._sums
        if version != self.tables.version:
            sums = {}
            self._sums = (self.tables.version, sums)
        if name not in sums:
            sums[name] = make()
        return sums[name]

    def customer_due(self, customer_id: str | None) -> int:
        """What a customer owes in base currency, credits deducted, in cents."""
        return self._cached("due", lambda: dues_by_customer(self)).get(customer_id, 0)

    def last_invoice_date(self, customer_id: str | None) -> str | None:
        def make():
            dates: dict[str, str] = {}
            for row in self.tables.all("ARINVOICE"):
                customer, day = row.get("CUSTOMERID"), row.get("WHENCREATED")
                if customer and day and day > dates.get(customer, ""):
                    dates[customer] = day
            return dates

        return self._cached("last", make).get(customer_id)

    def batch_total(self, batch: int) -> int:
        def make():
            totals: dict[int, int] = {}
            for name in ("ARINVOICE", "ARADJUSTMENT", "ARPYMT", "ARADVANCE"):
                for row in self.tables.all(name):
                    key = row.get("PRBATCHKEY")
                    if key is not None:
                        amount = row.get("TOTALENTERED", 0)
                        totals[key] = totals.get(key, 0) + amount
            return totals

        return self._cached("batches", make).get(batch, 0)
