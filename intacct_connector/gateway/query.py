"""What to read, and the pages that come back."""

from dataclasses import dataclass, field

from . import functions
from .errors import IntacctError, RequestError

LARGEST_PAGE = 2000


@dataclass(frozen=True)
class Query:
    """A ``query`` function: rows of one object.

    :ivar str object: such as ``ARINVOICE``
    :ivar tuple fields: names to read; dots lead over relations (``BILLTO.EMAIL1``)
    :ivar where: condition made with the ``where`` module, or None for every row
    :ivar tuple order_by: (field, ``ascending`` or ``descending``) pairs. Without a
        unique order Intacct loses and doubles rows across pages
    :ivar int page_size: rows a page, 1 to 2000
    :ivar bool show_private: a top-level session also reads what entities own
    :ivar int offset: rows to leave out; scans use the key instead
    :ivar case_insensitive: True, False, or None for Intacct's default
    """

    object: str
    fields: tuple
    where: object = None
    order_by: tuple = (("RECORDNO", "ascending"),)
    page_size: int = LARGEST_PAGE
    show_private: bool = True
    offset: int = 0
    case_insensitive: bool | None = None

    def __post_init__(self):
        if not self.fields:
            raise RequestError(f"A query of {self.object} needs fields")
        if any(
            direction not in ("ascending", "descending")
            for _name, direction in self.order_by
        ):
            raise RequestError("The order is ascending or descending")
        # A scan goes on by what orders the rows, so they have to hold it.
        names = [*self.fields, *(name for name, _direction in self.order_by)]
        unique = {name.upper(): name for name in reversed(names)}
        object.__setattr__(self, "fields", tuple(reversed(unique.values())))

    @property
    def is_scannable(self):
        """Whether its order lets a scan go on behind a key."""
        return len(self.order_by) == 1 and self.order_by[0][1] == "ascending"

    @property
    def key(self):
        """The one ascending field of the order, by which a scan goes on.

        :raise RequestError: when the rows are ordered otherwise
        """
        if not self.is_scannable:
            raise RequestError("A scan is ordered by one unique field, ascending")
        return self.order_by[0][0].upper()

    def function(self, control_id=None):
        """Render it as a Function."""
        order = [{"field": name, direction: {}} for name, direction in self.order_by]
        return functions.render(
            "query",
            control_id,
            object=self.object,
            select={"field": list(self.fields)},
            filter=self.where.arguments() if self.where else None,
            orderby={"order": order} if order else None,
            options={
                "caseinsensitive": self.case_insensitive,
                "showprivate": self.show_private,
            },
            pagesize=self.page_size,
            offset=self.offset,
        )


@dataclass
class Page:
    """Rows of one page.

    :ivar list rows: dicts, see Result.rows
    :ivar int total: rows of the whole selection when its first page was read
    :ivar str last_key: give it as ``after`` to go on behind this page; None: a scan
        has to start again
    :ivar bool complete: True for the last page
    :ivar error: what refused the query, instead of rows
    """

    rows: list = field(default_factory=list)
    total: int | None = None
    last_key: str | None = None
    complete: bool = False
    error: IntacctError | None = None
