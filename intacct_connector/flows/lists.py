from odoo import api, models

from ..gateway import Query, errors, formats, functions

# kind -> object, field of the code, field of the name, further fields. The field
# lists are those of Intacct's documentation (API.md 10.7).
LISTS = {
    "account": (
        "GLACCOUNT",
        "ACCOUNTNO",
        "TITLE",
        (
            "STATUS",
            "ACCOUNTTYPE",
            "REQUIREDEPT",
            "REQUIRELOC",
            "REQUIRECUSTOMER",
            "REQUIREITEM",
            "REQUIRECLASS",
            "REQUIREPROJECT",
        ),
    ),
    "label": (
        "ARACCOUNTLABEL",
        "ACCOUNTLABEL",
        "DESCRIPTION",
        ("STATUS", "GLACCOUNTNO", "ISTAX", "SUBTOTAL"),
    ),
    "entity": ("LOCATIONENTITY", "LOCATIONID", "NAME", ("STATUS", "CURRENCY")),
    "location": ("LOCATION", "LOCATIONID", "NAME", ("STATUS", "PARENTID")),
    "department": ("DEPARTMENT", "DEPARTMENTID", "TITLE", ("STATUS", "PARENTID")),
    "class": ("CLASS", "CLASSID", "NAME", ("STATUS",)),
    "project": ("PROJECT", "PROJECTID", "NAME", ("STATUS",)),
    "item": ("ITEM", "ITEMID", "NAME", ("STATUS",)),
    "term": (
        "ARTERM",
        "NAME",
        "DESCRIPTION",
        ("STATUS", "DUEDATE", "DUEFROM", "DISCDATE", "DISCAMOUNT", "DISCPERCAMN"),
    ),
    "bank": (
        "CHECKINGACCOUNT",
        "BANKACCOUNTID",
        "BANKNAME",
        ("STATUS", "GLACCOUNTNO", "CURRENCY"),
    ),
    "tax": ("TAXDETAIL", "DETAILID", "DESCRIPTION", ("STATUS", "TAXTYPE")),
}
# Without these nothing can be mapped; any other list may be missing.
REQUIRED_KINDS = ("account",)


class IntacctFlowLists(models.AbstractModel):
    """Intacct's reference lists, so that people choose instead of typing."""

    _name = "intacct.flow.lists"
    _inherit = "intacct.flow"
    _description = "Sage Intacct Lists"

    @api.model
    def _run(self, ctx, step):
        warnings = self._load(ctx.backend, ctx.gateway, ctx.deadline)
        for warning in warnings:
            self.env["intacct.sync.event"]._note(
                ctx.run, "lists", warning, level="warning"
            )
        references = self.env["intacct.reference"].with_context(active_test=False)
        step._count(read=references.search_count([("backend_id", "=", ctx.backend.id)]))

    @api.model
    def _load(self, backend, gateway, deadline):
        """Brings all lists up to date.

        :return: what could not be read, for people
        :rtype: list[str]
        :raises IntacctError: the gateway cannot be used, or a list without which
            nothing can be mapped is refused
        """
        warnings = []
        for kind, (intacct_object, code, name, further) in LISTS.items():
            query = Query(intacct_object, ["RECORDNO", code, name, *further])
            try:
                rows = self._read_list(gateway, query, (code, name), deadline)
            except (
                errors.AuthorizationError,
                errors.RecordError,
                errors.QueryFieldError,
            ) as error:
                if kind in REQUIRED_KINDS:
                    raise
                warnings.append(
                    self.env._("%(list)s: %(error)s", list=intacct_object, error=error)
                )
                continue
            self._store(backend, kind, rows, code, name)
        backend.closed_books_date = self._closed_books(gateway, deadline)
        return warnings

    @api.model
    def _closed_books(self, gateway, deadline):
        """Until when the general ledger is closed; False where nobody may know.

        :rtype: date
        """
        function = functions.render("get_closedbooksdate")
        (result,) = gateway.execute([function], deadline=deadline)
        text = result.rows[0].get("CLOSEDBOOKSDATE") if result.rows else None
        return formats.parse_date(text) if text else False

    @api.model
    def _read_list(self, gateway, query, required, deadline):
        try:
            return self._all_rows(gateway, query, deadline)
        except errors.QueryFieldError as error:
            kept = [
                field
                for field in query.fields
                if field in (*required, "RECORDNO")
                or (error.fields and field not in error.fields)
            ]
            if len(kept) == len(query.fields):
                raise
            return self._all_rows(gateway, Query(query.object, kept), deadline)

    @api.model
    def _all_rows(self, gateway, query, deadline):
        return [
            row
            for page in gateway.query_all(query, deadline=deadline)
            for row in page.rows
        ]

    @api.model
    def _store_one(self, backend, kind, row, code, name):
        """Creates or updates one item of a list.

        :param dict row: as Intacct answered it
        :rtype: intacct.reference
        """
        references = (
            self.env["intacct.reference"].sudo().with_context(active_test=False)
        )
        values = self._reference_values(row, name)
        known = references.search(
            [
                ("backend_id", "=", backend.id),
                ("kind", "=", kind),
                ("code", "=", row[code]),
            ],
            limit=1,
        )
        if known:
            known.write(values)
            return known
        return references.create(
            {**values, "backend_id": backend.id, "kind": kind, "code": row[code]}
        )

    @api.model
    def _store(self, backend, kind, rows, code, name):
        """Creates, updates and archives the items of one list; nothing is deleted,
        as mappings may point to it."""
        references = (
            self.env["intacct.reference"].sudo().with_context(active_test=False)
        )
        known = {
            reference.code: reference
            for reference in references.search(
                [("backend_id", "=", backend.id), ("kind", "=", kind)]
            )
        }
        fresh = []
        for row in rows:
            if not row.get(code):
                continue
            values = self._reference_values(row, name)
            reference = known.pop(row[code], None)
            if reference is None:
                fresh.append(
                    {
                        **values,
                        "backend_id": backend.id,
                        "kind": kind,
                        "code": row[code],
                    }
                )
                continue
            changed = {
                field: value
                for field, value in values.items()
                if (reference[field] or False) != (value or False)
            }
            if changed:
                reference.write(changed)
        references.create(fresh)
        gone = references.browse().union(*known.values())
        gone.filtered("active").write({"active": False})

    @api.model
    def _reference_values(self, row, name):
        return {
            "name": row.get(name),
            "active": row.get("STATUS") in (None, "active", "T"),
            "parent_code": row.get("PARENTID"),
            "currency": row.get("CURRENCY"),
            "gl_account": row.get("GLACCOUNTNO"),
            "details": {key: value for key, value in row.items() if value is not None},
        }
