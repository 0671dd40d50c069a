"""Which rights the connector needs in Intacct, and how an answer tells of them."""

import re
from dataclasses import dataclass

from ..gateway import Query

# A policy may be called otherwise in another release; the names are compared as
# lower-case letters. The public material does not list them (API.md 7.4), so one
# that is not found makes the right unknown, never missing.
POLICY_NAMES = {
    "CUSTOMER": ("customers",),
    "CONTACT": ("contacts",),
    "ARINVOICE": ("invoices", "arinvoices"),
    "ARADJUSTMENT": ("adjustments", "aradjustments"),
    "ARPYMT": ("receivepayments", "payments", "arpayments", "receivedpayments"),
    "ARADVANCE": ("advances", "aradvances"),
}
# For which part of the work a right is needed.
IMPORT, EXPORT, UNDO, LISTS, EXTRA = "import", "export", "undo", "lists", "extra"


@dataclass(frozen=True)
class Read:
    """A right to read, probed by a query of one row.

    :ivar str module: key of ``intacct.setup.guide._modules``
    :ivar str object: what is read
    :ivar str purpose: IMPORT, LISTS or EXTRA
    :ivar bool required: nothing can be synced without it
    :ivar str field: a field that every company has
    """

    module: str
    object: str
    purpose: str
    required: bool = False
    field: str = "RECORDNO"

    @property
    def query(self):
        """The cheapest question: one row (API.md 7.1)."""
        order = (("RECORDNO", "ascending"),) if self.field == "RECORDNO" else ()
        return Query(self.object, [self.field], order_by=order, page_size=1)


READS = (
    Read("ar", "CUSTOMER", IMPORT, True),
    Read("ar", "ARINVOICE", IMPORT, True),
    Read("ar", "ARINVOICEITEM", IMPORT, True),
    Read("ar", "ARADJUSTMENT", IMPORT, True),
    Read("ar", "ARADJUSTMENTITEM", IMPORT, True),
    Read("ar", "ARPYMT", IMPORT, True),
    Read("ar", "ARPYMTDETAIL", IMPORT, True),
    Read("ar", "ARPOSTEDOVERPAYMENT", IMPORT),
    Read("ar", "ARADVANCE", IMPORT, True),
    Read("ar", "ARTERM", LISTS),
    Read("ar", "ARACCOUNTLABEL", LISTS),
    Read("gl", "GLACCOUNT", LISTS, True),
    Read("company", "LOCATION", LISTS),
    Read("company", "LOCATIONENTITY", LISTS),
    Read("company", "DEPARTMENT", LISTS),
    Read("company", "CLASS", LISTS),
    Read("projects", "PROJECT", LISTS),
    Read("inventory", "ITEM", LISTS),
    Read("cm", "CHECKINGACCOUNT", LISTS),
    Read("cm", "DEPOSIT", EXTRA),
    Read("tax", "TAXDETAIL", LISTS),
    Read("platform", "AUDITHISTORY", EXTRA, field="ID"),
)
# (module, object, operation, purpose): what the user's permissions must name.
WRITES = (
    ("ar", "CUSTOMER", "add", EXPORT),
    ("company", "CONTACT", "add", EXPORT),
    ("ar", "ARINVOICE", "add", EXPORT),
    ("ar", "ARINVOICE", "post", EXPORT),
    ("ar", "ARINVOICE", "edit", EXPORT),
    ("ar", "ARADJUSTMENT", "add", EXPORT),
    ("ar", "ARADJUSTMENT", "post", EXPORT),
    ("ar", "ARPYMT", "add", EXPORT),
    ("ar", "ARPYMT", "post", EXPORT),
    ("ar", "ARADVANCE", "add", EXPORT),
    ("ar", "ARADVANCE", "post", EXPORT),
    ("ar", "ARINVOICE", "reverse", UNDO),
    ("ar", "ARPYMT", "reverse", UNDO),
    ("ar", "ARADJUSTMENT", "delete", UNDO),
)


def _plain(text):
    return re.sub(r"[^a-z]", "", (text or "").lower())


class Permissions:
    """What ``getUserPermissions`` answered.

    Its shape is not public (API.md 7.4): wherever a policy's name stands beside its
    rights, they are taken.

    :param list rows: of the Result, None where it was refused
    """

    def __init__(self, rows):
        self._policies = {}
        self._collect(rows or [])
        self._known = {right for rights in self._policies.values() for right in rights}

    def _collect(self, value):
        if isinstance(value, dict):
            name = next((value[key] for key in value if _ends(key, "POLICYNAME")), None)
            rights = next((value[key] for key in value if _ends(key, "RIGHTS")), None)
            if isinstance(name, str):
                found = {_plain(right) for right in re.split(r"[|,#~]+", rights or "")}
                self._policies.setdefault(_plain(name), set()).update(found - {""})
            for inner in value.values():
                self._collect(inner)
        elif isinstance(value, list):
            for inner in value:
                self._collect(inner)

    def allows(self, intacct_object, operation):
        """Whether the user may do it.

        :return: True, False, or None where the answer does not tell: it does not
            name the policy, or no policy at all with such a right, as in releases
            that do not have it
        """
        for name in POLICY_NAMES[intacct_object]:
            if name in self._policies:
                if operation in self._policies[name]:
                    return True
                return False if operation in self._known else None
        return None


def _ends(key, name):
    return key.rpartition(".")[2] == name
