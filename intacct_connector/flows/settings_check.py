import re

from ..gateway import Query, errors, where
from .document_lines_out import LineBuilder

# Titles that Intacct gives to summaries it makes itself (API.md 10.6):
# "Invoices: 2024/09/24 Batch", "Receipts(Bank-BOA): 2024/10/10 Batch".
AUTOMATIC_TITLE = re.compile(r".*: \d{4}/\d{2}(/\d{2})? Batch$")
SUMMARIES = ("ARINVOICE", "ARADJUSTMENT", "ARPYMT", "ARADVANCE")
# Documents show that they are approved before they are posted (API.md 9.2).
APPROVAL_STATES = ("Submitted", "Partially Approved", "Declined")
DIMENSION_FIELDS = {
    "locationid": "location_reference_id",
    "departmentid": "department_reference_id",
}


class SettingsCheck:
    """How the Intacct company is set up, as far as its answers show it.

    Preferences have no public names (API.md 19, question 8), so they are concluded
    from what is there, and unknown where nothing is.

    :param SyncContext ctx: of the run
    :param env: whose language the texts are in
    """

    def __init__(self, ctx, env):
        self.ctx = ctx
        self.env = env
        self.backend = ctx.backend.with_env(env)
        self.settings = env["intacct.setup.guide"]._settings()
        self.samples = self._read_samples()

    def _read_samples(self):
        """The newest record of each kind, in one request.

        :return: by name, rows, or None where they may not be read
        """
        newest = (("RECORDNO", "descending"),)
        queries = {
            "line": Query(
                "ARINVOICEITEM",
                ["RECORDNO", "ACCOUNTNO", "ACCOUNTLABEL"],
                order_by=newest,
                page_size=20,
            ),
            "approval": Query(
                "ARINVOICE",
                ["RECORDNO", "STATE"],
                where=where.in_("STATE", APPROVAL_STATES),
                page_size=1,
            ),
            "receipt": Query(
                "ARPYMT", ["RECORDNO", "RECORDID"], order_by=newest, page_size=1
            ),
        }
        for name in SUMMARIES:
            queries[name] = Query(
                name, ["RECORDNO", "PRBATCH"], order_by=newest, page_size=1
            )
        pages = self.ctx.gateway.query_many(
            queries.values(), deadline=self.ctx.deadline, return_errors=True
        )
        samples = {}
        for name, page in zip(queries, pages, strict=True):
            if isinstance(page.error, errors.TransientError | errors.CredentialsError):
                raise page.error
            samples[name] = None if page.error else page.rows
        return samples

    def all(self):
        """:return: values of intacct.check, in the order of a set-up"""
        exports = self.backend._exports()
        return [
            self._values("base_currency", *self._base_currency(), required=True),
            self._values("line_target", *self._line_target(), required=exports),
            *self._summaries(exports),
            self._values("numbers", *self._numbers(), required=False),
            self._values("approvals", *self._approvals(), required=False),
            self._values("dimensions", *self._dimensions(), required=exports),
            self._values("closed", *self._closed(), required=exports),
            self._values("undeposited", *self._undeposited(), required=exports),
            self._values("clock", *self._clock(), required=False),
        ]

    def _values(self, key, result, detail, required, code=None):
        title, path = self.settings[key]
        return {
            "code": code or f"setting:{key}",
            "area": "setting",
            "module": self.env._("Configuration"),
            "name": title,
            "purpose": False,
            "required": required,
            "result": result,
            "detail": detail,
            "advice": path if result != "ok" else False,
        }

    # ------------------------------------------------------------------
    # One method a setting: (result, what was found)
    # ------------------------------------------------------------------
    def _base_currency(self):
        if self.backend.base_currency:
            return "ok", self.env._("Both books are kept in %s.", self._currency)
        return "unknown", self.env._(
            "No entity and no invoice tells it. Odoo's books are kept in %s; a "
            "document in other books is refused.",
            self._currency,
        )

    @property
    def _currency(self):
        return self.backend.company_id.currency_id.name

    def _line_target(self):
        lines = self.samples["line"]
        if not lines:
            return "unknown", self.env._("There is no invoice line that would show it.")
        labels = any(line.get("ACCOUNTLABEL") for line in lines)
        right = "label" if labels else "account"
        names = dict(
            self.backend._fields["line_target"]._description_selection(self.env)
        )
        if self.backend.line_target == right:
            return "ok", self.env._("Its latest invoices use %s.", names[right])
        return "missing", self.env._(
            "Its latest invoices use %(theirs)s, the connection is set to %(ours)s.",
            theirs=names[right],
            ours=names[self.backend.line_target],
        )

    def _summaries(self, exports):
        policies = self.env["intacct.setup.guide"]._policies()
        for name in SUMMARIES:
            values = self._values(
                "summaries",
                *self._summary(self.samples[name]),
                required=exports,
                code=f"setting:summary:{name}",
            )
            yield {**values, "name": f"{values['name']}: {policies[name]}"}

    def _summary(self, rows):
        title = rows and rows[0].get("PRBATCH")
        if not title:
            return "unknown", self.env._("There is none yet that would show it.")
        if AUTOMATIC_TITLE.match(title):
            return "ok", self.env._("The newest stands in “%s”.", title)
        return "missing", self.env._(
            "The newest stands in “%s”, which Intacct did not name by itself. With "
            "summaries of the user nothing can be sent.",
            title,
        )

    def _numbers(self):
        receipts = self.samples["receipt"]
        if receipts and receipts[0].get("RECORDID"):
            return "unknown", self.env._(
                "Payments have a sequence. Whether invoices and adjustments have one "
                "shows only when the first is sent."
            )
        return "unknown", self.env._(
            "Whether invoices and adjustments have a sequence shows only when the "
            "first is sent: its number is read back."
        )

    def _approvals(self):
        rows = self.samples["approval"]
        if rows:
            return "missing", self.env._(
                "Invoices wait for approval there (%s): what Odoo sends may have to "
                "wait too.",
                rows[0]["STATE"],
            )
        return "unknown", self.env._("No invoice waits for approval there now.")

    def _dimensions(self):
        """Whether the accounts that are mapped get the dimensions they require."""
        builder = LineBuilder(self.ctx)
        given = {
            element
            for element, field in DIMENSION_FIELDS.items()
            if self.backend[field]
        } | {"customerid"}
        gaps = [
            f"{account}: {element.removesuffix('id')}"
            for account in self._mapped_accounts(builder)
            for element in builder.required_dimensions(account)
            if element not in given
        ]
        if gaps:
            return "missing", self.env._(
                "Required without a default: %s. Lines that no mapping gives it are "
                "refused.",
                ", ".join(sorted(set(gaps))),
            )
        return "ok", self.env._("The mapped accounts get what they require.")

    def _mapped_accounts(self, builder):
        references = (
            self.backend.item_reference_id
            | self.backend.advance_reference_id
            | self.backend.refund_reference_id
            | self.backend.mapping_ids.reference_id
        ).filtered(lambda reference: reference.kind in ("account", "label"))
        return {builder.account_behind(reference) for reference in references}

    def _closed(self):
        closed = self.backend.closed_books_date
        start = self.backend.export_start_date
        if not closed:
            return "unknown", self.env._(
                "Intacct names no closed date of the general ledger; Accounts "
                "Receivable is closed on its own, which no function tells."
            )
        if start and start <= closed:
            return "missing", self.env._(
                "The general ledger is closed until %(closed)s, documents leave from "
                "%(start)s: those between are refused.",
                closed=closed,
                start=start,
            )
        return "ok", self.env._(
            "The general ledger is closed until %s. Accounts Receivable is closed on "
            "its own, which no function tells.",
            closed,
        )

    def _undeposited(self):
        reference = self.backend.undeposited_reference_id
        if not reference:
            return "missing", self.env._("Not chosen yet.")
        number = self.env["intacct.receipt.accounts"]._account_number(reference)
        if not number:
            return "unknown", self.env._(
                "The label %s does not tell its GL account.", reference.code
            )
        bank = self.backend._bank_of_account(number)
        if bank:
            return "missing", self.env._(
                "%(account)s is the account of the bank %(bank)s.",
                account=number,
                bank=bank.display_name,
            )
        return "ok", self.env._("%s belongs to no bank account.", number)

    def _clock(self):
        offset = self.backend.gmt_offset
        if offset:
            return "ok", self.env._("GMT %s.", offset)
        return "unknown", self.env._(
            "The user may not read its own time zone. GMT is taken; set the user to it."
        )
