from odoo import api, models

from ..gateway import functions, where
from ..models.intacct_operation import LIVE_STATES
from .problems import RecordProblem

# Longest customer ID and name that Intacct takes (API.md 10.1, grade C).
ID_LENGTH = 20
NAME_LENGTH = 100
# Part of the name in the contact's name, which also carries the ID.
CONTACT_NAME_LENGTH = 80
# Values in one "in" condition (API.md 14).
LOOK_UP_PART = 500


class IntacctFlowCustomersOut(models.AbstractModel):
    """Commercial partners that a document needs -> CUSTOMER."""

    _name = "intacct.flow.customers.out"
    _inherit = "intacct.flow"
    _description = "Odoo Customers to Sage Intacct"

    # ------------------------------------------------------------------
    # What is there
    # ------------------------------------------------------------------
    @api.model
    def _bindings(self, ctx, partners):
        """The links of commercial partners in this Intacct company.

        :rtype: dict[int, recordset]
        """
        bindings = self.env["intacct.binding"]
        found = bindings.search(
            [
                ("partner_id", "in", partners.ids),
                ("intacct_company", "=", bindings._key(ctx.backend)),
                ("intacct_object", "=", "CUSTOMER"),
            ],
            order="id desc",
        )
        # What was unlinked stands back behind what it was linked to since.
        found = found.sorted(lambda binding: not binding._is_left_alone())
        return {binding.partner_id.id: binding for binding in found}

    @api.model
    def _binding(self, ctx, partner):
        """The link of one commercial partner, or an empty record set."""
        return self._bindings(ctx, partner).get(partner.id, self.env["intacct.binding"])

    @api.model
    def _check_decided(self, ctx, partner, binding):
        """What leaves for a customer needs one that people have decided to have.

        :param binding: the link of the commercial partner, may be empty
        :raises RecordProblem: whether the customer is the one awaits a person, or it
            was decided that it stays out
        """
        if binding.sync_state == "proposed":
            raise RecordProblem(
                "customer_waits",
                self.env._("It waits for its customer %s.", partner.display_name),
                self.env._("Decide under Links to Decide."),
                level="warning",
            )
        if binding.sync_state == "ignored":
            raise RecordProblem(
                "customer_ignored",
                self.env._(
                    "Its customer %(name)s was unlinked from Intacct.",
                    name=partner.display_name,
                ),
                self.env._(
                    "Choose Link to Existing on the customer, or ignore the document "
                    "as well."
                ),
                level="warning",
            )
        if not binding and self._is_ignored(ctx, partner):
            raise RecordProblem(
                "customer_ignored",
                self.env._(
                    "Its customer %(name)s stays out of Intacct: it is ignored.",
                    name=partner.display_name,
                ),
                self.env._(
                    "Choose Send After All or Link to Existing on the customer, or "
                    "ignore the document as well."
                ),
                level="warning",
            )

    @api.model
    def _is_ignored(self, ctx, partner):
        return partner.with_company(ctx.backend.company_id).intacct_ignored

    # ------------------------------------------------------------------
    # Preparing
    # ------------------------------------------------------------------
    @api.model
    def _prepare(self, ctx, partner):
        """The operation that creates a customer; an existing live one is kept.

        :rtype: intacct.operation
        :raises RecordProblem: it cannot be created as it is
        """
        self._check_decided(ctx, partner, self.env["intacct.binding"])
        operations = self.env["intacct.operation"]
        known = operations.search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("partner_id", "=", partner.id),
                ("action", "=", "customer"),
                ("state", "in", (*LIVE_STATES, "done", "failed")),
            ],
            limit=1,
        )
        if known.state == "failed":
            raise self._refused_customer(known)
        if known:
            return known
        code = self._customer_id(ctx, partner)
        sent = {"NAME": self._name_of(partner)}
        if code:
            sent["CUSTOMERID"] = code
        operation = operations.create(
            {
                "backend_id": ctx.backend.id,
                "action": "customer",
                "document": partner.display_name,
                "partner_id": partner.id,
                "state": "waiting",
                "expected": {"number": code, "fields": sent},
            }
        )
        function = functions.render(
            "create",
            operation.control_id,
            CUSTOMER=self._customer(partner, code, operation.marker),
        )
        operation.write({"function_xml": function.xml, "state": "ready"})
        return operation

    @api.model
    def _refused_customer(self, operation):
        return RecordProblem(
            "customer_refused",
            self.env._(
                "Its customer %(name)s was refused by Intacct: %(why)s",
                name=operation.partner_id.display_name,
                why=operation.message or "",
            ),
            self.env._("Mend the customer and press Retry on it."),
            level="warning",
        )

    @api.model
    def _customer_id(self, ctx, partner):
        """By the connection's rule; None where Intacct's sequence gives it.

        :raises RecordProblem: it has none, or one that is too long
        """
        rule = ctx.backend.customer_id_rule
        if rule == "intacct":
            return None
        code = (
            partner.ref
            if rule == "reference"
            else f"{ctx.backend.customer_id_prefix or ''}{partner.id}"
        )
        if not code:
            raise RecordProblem(
                "no_reference",
                self.env._(
                    "Its customer %s has no reference, which is to be the customer ID.",
                    partner.display_name,
                ),
                self.env._("Enter a reference on the contact, then press Sync Now."),
            )
        if len(code) > ID_LENGTH:
            raise RecordProblem(
                "long_customer_id",
                self.env._(
                    "The customer ID %(code)s has more than %(length)s characters.",
                    code=code,
                    length=ID_LENGTH,
                ),
                self.env._("Shorten the reference of the contact."),
            )
        return code

    @api.model
    def _name_of(self, partner):
        return (partner.name or "")[:NAME_LENGTH]

    @api.model
    def _customer(self, partner, code, marker):
        """Arguments of ``create CUSTOMER``.

        The contact name is unique in an Intacct company, so it carries the ID.
        """
        name = self._name_of(partner)
        return {
            "CUSTOMERID": code,
            "NAME": name,
            "DISPLAYCONTACT": {
                "PRINTAS": name,
                "CONTACTNAME": f"{name[:CONTACT_NAME_LENGTH]} ({code or marker})",
                **self._contact_details(partner, name),
            },
            "TAXID": partner.vat or None,
            "COMMENTS": f"[{marker}]",
            "STATUS": "active",
        }

    @api.model
    def _contact_details(self, partner, company):
        """How to reach a partner; the country by its English name.

        :param str company: the name of the customer
        """
        country = partner.country_id.with_context(lang="en_US")
        return {
            "COMPANYNAME": company,
            "PHONE1": partner.phone or None,
            "EMAIL1": partner.email_normalized or None,
            "URL1": partner.website or None,
            "MAILADDRESS": {
                "ADDRESS1": partner.street or None,
                "ADDRESS2": partner.street2 or None,
                "CITY": partner.city or None,
                "STATE": partner.state_id.code or None,
                "ZIP": partner.zip or None,
                "COUNTRY": country.name or None,
            },
        }

    # ------------------------------------------------------------------
    # Looking before creating
    # ------------------------------------------------------------------
    @api.model
    def _look_up(self, ctx, step):
        """Customers that Intacct has already are not created a second time.

        The same ID links by itself if tax ID or name agrees, otherwise it is an
        error. The same name alone is a proposal to link.
        """
        unsent = self.env["intacct.operation"].search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("action", "=", "customer"),
                ("state", "=", "ready"),
                ("attempts", "=", 0),
            ],
            order="id",
        )
        if not unsent:
            return
        by_code, by_name = self._existing(ctx, unsent)
        for operation in unsent:
            sent = operation.expected["fields"]
            if row := by_code.get(sent.get("CUSTOMERID", "").casefold()):
                self._same_id(ctx, step, operation, row)
            elif row := by_name.get(sent["NAME"].casefold()):
                self._bind(
                    ctx,
                    operation,
                    row,
                    sync_state="proposed",
                    reason=self.env._("The name is the same."),
                )
                self.env["intacct.outbox"]._report(
                    ctx,
                    operation,
                    RecordProblem(
                        "link_or_create",
                        self.env._(
                            "Intacct has a customer %(code)s of the same name.",
                            code=row["CUSTOMERID"],
                        ),
                        self.env._(
                            "Accept the link or create a customer of its own under "
                            "Links to Decide. The documents wait until then."
                        ),
                        level="warning",
                    ),
                )
        ctx.commit(len(unsent))

    @api.model
    def _existing(self, ctx, operations):
        """Intacct's customers with the IDs or names of operations, those of other
        partners of ours left out where only the name is the same.

        :return: rows by ID and rows by name, both without case
        :rtype: tuple[dict, dict]
        """
        sent = [operation.expected["fields"] for operation in operations]
        incoming, queries = self.env["intacct.flow.customers"], []
        for name in ("CUSTOMERID", "NAME"):
            values = list({fields[name] for fields in sent if fields.get(name)})
            for start in range(0, len(values), LOOK_UP_PART):
                condition = where.in_(name, values[start : start + LOOK_UP_PART])
                queries.append(incoming._query(ctx.backend, "CUSTOMER", condition))
        rows = [row for part in ctx.query_rows(queries) for row in part]
        linked = self.env["intacct.binding"]._by_recordno(
            ctx.backend, "CUSTOMER", {row["RECORDNO"] for row in rows}
        )
        by_code = {row["CUSTOMERID"].casefold(): row for row in rows}
        by_name = {
            (row["NAME"] or "").casefold(): row
            for row in rows
            if row["RECORDNO"] not in linked
        }
        return by_code, by_name

    @api.model
    def _same_id(self, ctx, step, operation, row):
        """Links a customer of the same ID, or says why it is another one."""
        partner = operation.partner_id
        linked = self.env["intacct.binding"]._by_recordno(
            ctx.backend, "CUSTOMER", [row["RECORDNO"]]
        )
        compact = self.env["intacct.flow.customers"]._compact
        same_tax = row["TAXID"] and compact(row["TAXID"]) == compact(partner.vat)
        same_name = (row["NAME"] or "").casefold() == self._name_of(partner).casefold()
        if not linked and (same_tax or same_name):
            self._bind(ctx, operation, row, sync_state="synced")
            step._count(updated=1)
            return
        message = self.env._(
            "The customer ID %(code)s belongs to “%(name)s” in Intacct.",
            code=row["CUSTOMERID"],
            name=row["NAME"],
        )
        operation.write({"state": "failed", "cause": "id_taken", "message": message})
        step._count(failed=1)
        self.env["intacct.outbox"]._report(
            ctx,
            operation,
            RecordProblem(
                "id_taken",
                message,
                self.env._(
                    "If it is the same customer, give the contact that name or tax ID; "
                    "otherwise give it another reference. Then press Retry."
                ),
            ),
        )

    @api.model
    def _bind(self, ctx, operation, row, **values):
        """Nothing has to be created: the partner is, or may be, that customer."""
        link = self.env["intacct.flow.customers"]._link
        self.env["intacct.binding"].create(
            link(ctx, row, operation.partner_id, origin="link", **values)
        )
        operation.write({"state": "superseded", "recordno": row["RECORDNO"]})
