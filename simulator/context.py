"""Who does something, where and when; every write goes through here.

A context stamps rows, keeps the audit history and knows the entity that a
session is bound to (None at top level).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .company import Company
from .objects import REGISTRY
from .settings import Settings

AUDITED = {
    "CUSTOMER",
    "CONTACT",
    "ARINVOICE",
    "ARADJUSTMENT",
    "ARPYMT",
    "ARADVANCE",
    "ARTERM",
    "ARACCOUNTLABEL",
    "DEPOSIT",
    "SODOCUMENT",
}
NULL_STAMPED = {"CUSTOMER", "ARINVOICE", "ARADJUSTMENT", "ARPYMT"}


@dataclass
class Context:
    """One acting user in one company.

    ``lag`` is whether stamps may be late, ``claims`` what loaded data says about
    states and totals, to be compared with the books at the end.
    """

    company: Company
    user: dict = field(default_factory=dict)
    entity: str | None = None
    sender: str = ""
    source: str = "api"
    session: str = ""
    audited: bool = True
    lag: bool = True
    claims: list = field(default_factory=list)

    @property
    def tables(self):
        return self.company.tables

    @property
    def settings(self) -> Settings:
        return self.company.settings

    @property
    def offset(self) -> int:
        """Seconds east of Greenwich on this user's clock."""
        return self.user.get("_OFFSET", 0)

    def stamp(self) -> int:
        """When the row says that it was written: the transaction's begin.

        A write that takes ``stamp_lag_seconds`` shows up that much later than
        its own stamp.
        """
        now = self.company.clock.now()
        return now - int(self.settings["stamp_lag_seconds"]) if self.lag else now

    # --------------------------------------------------------------- writing

    def create(self, name: str, row: dict) -> dict:
        """Insert a row with its stamps; stamps that the row brings are kept."""
        fields = REGISTRY[name].fields if name in REGISTRY else {}
        stamp = self.stamp()
        if "AUWHENCREATED" in fields:
            row.setdefault("AUWHENCREATED", stamp)
        elif "WHENCREATED" in fields and fields["WHENCREATED"].kind == "stamp":
            row.setdefault("WHENCREATED", stamp)
        own_stamp = "WHENMODIFIED" in row
        if "WHENMODIFIED" in fields:
            row.setdefault("WHENMODIFIED", stamp)
        if "CREATEDBY" in fields:
            by = self.user.get("RECORDNO")
            row.setdefault("CREATEDBY", by)
            row.setdefault("MODIFIEDBY", by)
        if "MEGAENTITYID" in fields and self.entity:
            row.setdefault("MEGAENTITYID", self.entity)
        self.tables.insert(name, row)
        every = int(self.settings["null_stamp_every"])
        if name in NULL_STAMPED and every and not own_stamp:
            if row["RECORDNO"] % every == 0:
                self.tables.update(name, row, {"WHENMODIFIED": None})
        self._audit(name, row, "C")
        return row

    def change(self, name: str, row: dict, changes: dict, touch: bool = True) -> dict:
        """Change a row; ``touch`` decides whether its stamp moves."""
        if touch:
            changes = {
                **changes,
                "WHENMODIFIED": self.stamp(),
                "MODIFIEDBY": self.user.get("RECORDNO"),
            }
        self.tables.update(name, row, changes)
        if touch:
            self._audit(name, row, "M")
        return row

    def remove(self, name: str, row: dict) -> None:
        self._audit(name, row, "D")
        self.tables.delete(name, row)

    def _audit(self, name: str, row: dict, mode: str) -> None:
        if self.audited and name in AUDITED:
            self.record_access(name, row, mode)

    def record_access(self, name: str, row: dict, mode: str, action: str = "") -> None:
        """Add a row of the audit history.

        Documents are named ``<RECORDNO>--REC``, masters by their visible ID.
        """
        natural = REGISTRY[name].key
        key = f"{row['RECORDNO']}--REC" if natural == "RECORDNO" else row[natural]
        self.tables.insert(
            "AUDITHISTORY",
            {
                "USERID": self.user.get("LOGINID", "admin"),
                "ACCESSTIME": self.stamp(),
                "ACCESSMODE": mode,
                "SOURCE": self.source,
                "OBJECTTYPE": name.lower(),
                "OBJECTKEY": key,
                "WORKFLOWACTION": action,
            },
        )

    # ------------------------------------------------------------ visibility

    def sees(self, owner: str | None) -> bool:
        """Whether this session reaches a master that belongs to an entity."""
        return not owner or owner == self.entity
