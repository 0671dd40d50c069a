from odoo import api, models

from ..gateway import formats, where
from ..models.import_filter import ImportFilter
from .customer_values import CONTACT_FIELDS, CONTACTS, CustomerValues

# A query takes at most 1,000 values in one list (API.md 14).
IN_LIMIT = 1000


class IntacctFlowCustomers(models.AbstractModel):
    """CUSTOMER -> res.partner."""

    _name = "intacct.flow.customers"
    _inherit = "intacct.flow"
    _description = "Sage Intacct Customers to Odoo"

    _required_fields = {
        "CUSTOMER": ("RECORDNO", "CUSTOMERID", "NAME", "STATUS", "WHENMODIFIED")
    }
    _optional_fields = {
        "CUSTOMER": (
            "PARENTID",
            "TERMNAME",
            "TAXID",
            "CURRENCY",
            "COMMENTS",
            "MEGAENTITYID",
            "RECORD_URL",
            *(f"{contact}.{field}" for contact in CONTACTS for field in CONTACT_FIELDS),
        )
    }

    # ------------------------------------------------------------------
    # Step
    # ------------------------------------------------------------------
    @api.model
    def _poll(self, ctx):
        if ctx.run.scope == "customers":
            condition = ImportFilter.of(ctx.run).condition("CUSTOMER")
        elif ctx.run.scope == "invoices" or not (
            condition := self._due(ctx, "CUSTOMER", None)
        ):
            # The documents say who is needed.
            return {}
        return {"CUSTOMER": self._query(ctx.backend, "CUSTOMER", condition)}

    @api.model
    def _run(self, ctx, step):
        """Auto-sync follows the customers that are here; a manual import brings the
        entire list, or those that were chosen."""
        self.env["intacct.links.asked"]._confirm_customers(ctx, step)
        self._tell_unknown(ctx, step)
        if query := self._poll(ctx).get("CUSTOMER"):
            everybody = ctx.run.scope == "customers"
            for page in self._pages(ctx, step, "CUSTOMER", query):
                if not self._cursor(step, "CUSTOMER"):
                    step.total = page.total
                step._count(read=len(page.rows))
                for rows in self._chunks(page.rows):
                    self._apply_rows(ctx, step, rows, create=everybody)
                    self._move_cursor(step, "CUSTOMER", rows, rows[-1]["RECORDNO"])
                    step.done += len(rows)
                    ctx.commit(len(rows))
            self._finish_object(ctx, step, "CUSTOMER")
        self._retry_waiting(ctx, step)

    @api.model
    def _tell_unknown(self, ctx, step):
        """Customers that a person asked for by their ID and that are not there."""
        chosen = ImportFilter.of(ctx.run).customers
        if not chosen or self._cursor(step, "CUSTOMER"):
            return
        query = self._query(ctx.backend, "CUSTOMER", where.in_("CUSTOMERID", chosen))
        (rows,) = self._query_rows(ctx, [query])
        for code in sorted({*chosen} - {row["CUSTOMERID"] for row in rows}):
            step._count(skipped=1)
            self.env["intacct.sync.event"]._note(
                ctx.run,
                "customers",
                self.env._("Customer %s: Intacct has none of this ID.", code),
                level="warning",
                intacct_object="CUSTOMER",
                document=code,
                cause="chosen_unknown",
                advice=self.env._(
                    "Check the customer ID in Intacct, and that the web services user "
                    "may see the customer. Then start the import again."
                ),
            )

    @api.model
    def _retry_waiting(self, ctx, step):
        """Customers that a person decided to create, or that failed before."""
        waiting = self.env["intacct.sync.event"]._waiting(ctx.backend, "CUSTOMER")
        rows = [
            {**event.sudo().payload["row"], "force": event.sudo().payload.get("force")}
            for event in self._wanted_again(ctx, "CUSTOMER", waiting)
            if event.last_run_id != ctx.run
        ]
        for chunk in self._chunks(rows):
            self._apply_rows(ctx, step, chunk, create=True)
            ctx.commit(len(chunk))

    @api.model
    def _ensure(self, ctx, codes):
        """Brings the customers that documents need.

        :param set[str] codes: CUSTOMERIDs
        """
        bindings = self.env["intacct.binding"]._by_number(
            ctx.backend, "CUSTOMER", codes
        )
        needed = sorted(codes - bindings.keys())
        step = ctx.step("customers")
        queries = [
            self._query(
                ctx.backend,
                "CUSTOMER",
                where.in_("CUSTOMERID", needed[start : start + IN_LIMIT]),
            )
            for start in range(0, len(needed), IN_LIMIT)
        ]
        for rows in self._query_rows(ctx, queries):
            step._count(read=len(rows))
            for chunk in self._chunks(rows):
                self._apply_rows(ctx, step, chunk, create=True)
                ctx.commit(len(chunk))

    # ------------------------------------------------------------------
    # Applying rows
    # ------------------------------------------------------------------
    @api.model
    def _apply_rows(self, ctx, step, rows, create):
        """Creates, proposes, updates or leaves alone.

        :param list[dict] rows: rows of CUSTOMER
        :param bool create: whether unknown ones are wanted
        """
        bindings = self.env["intacct.binding"]._by_recordno(
            ctx.backend, "CUSTOMER", [row["RECORDNO"] for row in rows]
        )
        unknown = [row for row in rows if row["RECORDNO"] not in bindings]
        known = [
            (row, bindings[row["RECORDNO"]])
            for row in rows
            if row["RECORDNO"] in bindings
        ]
        changed = [
            (row, binding)
            for row, binding in known
            if not binding._is_left_alone() and self._has_changed(row, binding)
        ]
        step._count(unchanged=len(known) - len(changed))
        self._apply(
            ctx,
            changed,
            lambda items: self._update(ctx, step, items),
            lambda item, problem: self._failed(ctx, step, item[0], problem),
        )
        if not create:
            step._count(skipped=len(unknown))
            return
        self._apply(
            ctx,
            unknown,
            lambda items: self._create_or_propose(ctx, step, items),
            lambda row, problem: self._failed(ctx, step, row, problem),
        )

    @api.model
    def _has_changed(self, row, binding):
        seen = (binding.values_seen or {}).get("row", {})
        return any(
            row.get(name) != seen.get(name) for name in row if name != "RECORD_URL"
        )

    @api.model
    def _create_or_propose(self, ctx, step, rows):
        """An existing partner that could be the customer is proposed; nothing is
        made beside it until a person has decided."""
        values = CustomerValues(ctx)
        candidates = self._find_partners(ctx, [r for r in rows if not r.get("force")])
        fresh = []
        for row in rows:
            if match := candidates.get(row["RECORDNO"]):
                self._propose(ctx, step, row, *match)
            else:
                fresh.append(row)
        prepared = [values.prepare(row) for row in fresh]
        partners = (
            self.env["res.partner"]
            .with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
            .create([item.values for item in prepared])
        )
        self.env["intacct.binding"].create(
            [
                self._link(ctx, row, partner)
                for row, partner in zip(fresh, partners, strict=True)
            ]
        )
        for row, partner, item in zip(fresh, partners, prepared, strict=True):
            for note in item.notes:
                self._note(ctx, row, partner, note)
        self._done(ctx, fresh)
        step._count(created=len(fresh))

    @api.model
    def _link(self, ctx, row, partner, **values):
        """The columns of a new link between a customer and a partner.

        :param dict row: the customer as Intacct answered it
        """
        return self.env["intacct.binding"]._identity(
            ctx.backend,
            "CUSTOMER",
            row,
            company_id=False,
            number=row["CUSTOMERID"],
            remote_state=row.get("STATUS"),
            values_seen={"row": self._seen(row)},
            partner_id=partner.id,
            run_id=ctx.run.id,
            **values,
        )

    @api.model
    def _seen(self, row):
        return {name: value for name, value in row.items() if name != "force"}

    @api.model
    def _update(self, ctx, step, items):
        """Writes the fields that changed in Intacct, unless a person changed them
        here too."""
        values = CustomerValues(ctx)
        written = 0
        for row, binding in items:
            if binding.sync_state == "proposed":
                binding.write({"values_seen": {"row": self._seen(row)}})
                continue
            before = values.prepare((binding.values_seen or {}).get("row", {}))
            after = values.prepare(row)
            partner = binding.partner_id
            conflicts = values.write_changes(partner, before, after)
            for note in after.notes:
                if note not in before.notes:
                    self._note(ctx, row, partner, note)
            for label in conflicts:
                self._note(
                    ctx,
                    row,
                    partner,
                    self.env._(
                        "%(customer)s: %(field)s was changed in Intacct and in Odoo. "
                        "Odoo's value was kept.",
                        customer=row["CUSTOMERID"],
                        field=label,
                    ),
                )
            binding.write(
                {
                    "values_seen": {"row": self._seen(row)},
                    "when_modified": formats.parse_datetime(row.get("WHENMODIFIED")),
                    "remote_state": row.get("STATUS"),
                    "number": row["CUSTOMERID"],
                }
            )
            written += 1
        step._count(updated=written, unchanged=len(items) - written)
        self._done(ctx, [row for row, _binding in items])

    # ------------------------------------------------------------------
    # Reporting
    # ------------------------------------------------------------------
    @api.model
    def _note(self, ctx, row, partner, message):
        self.env["intacct.sync.event"]._note(
            ctx.run,
            "customers",
            message,
            level="warning",
            intacct_object="CUSTOMER",
            recordno=row["RECORDNO"],
            document=row["CUSTOMERID"],
            partner_id=partner.id,
            cause="value_changed",
        )

    @api.model
    def _failed(self, ctx, step, row, problem):
        step._count(failed=1)
        self.env["intacct.sync.event"]._fail(
            ctx.run,
            "customers",
            "CUSTOMER",
            row["RECORDNO"],
            self.env._(
                "%(code)s: %(problem)s",
                code=row["CUSTOMERID"],
                problem=problem.message,
            ),
            document=row["CUSTOMERID"],
            cause=problem.cause,
            advice=problem.advice,
            payload={"row": self._seen(row), "force": bool(row.get("force"))},
        )

    @api.model
    def _done(self, ctx, rows):
        self.env["intacct.sync.event"]._resolve(
            ctx.backend, "CUSTOMER", [row["RECORDNO"] for row in rows]
        )
