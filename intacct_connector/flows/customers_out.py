from odoo import api, models

from ..gateway import functions
from .problems import RecordProblem

# Longest customer ID and name that Intacct takes (API.md 10.1, grade C).
ID_LENGTH = 20
NAME_LENGTH = 100


class IntacctFlowCustomersOut(models.AbstractModel):
    """Commercial partners that a document needs -> CUSTOMER."""

    _name = "intacct.flow.customers.out"
    _inherit = "intacct.flow"
    _description = "Odoo Customers to Sage Intacct"

    @api.model
    def _binding(self, ctx, partner):
        """The link of a commercial partner in this Intacct company."""
        bindings = self.env["intacct.binding"]
        return bindings.search(
            [
                ("partner_id", "=", partner.id),
                ("intacct_company", "=", bindings._key(ctx.backend)),
                ("intacct_object", "=", "CUSTOMER"),
            ],
            limit=1,
        )

    @api.model
    def _prepare(self, ctx, partner):
        """The operation that creates a customer; an existing live one is kept.

        :rtype: intacct.operation
        :raises RecordProblem: it cannot be created as it is
        """
        operations = self.env["intacct.operation"]
        live = operations.search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("partner_id", "=", partner.id),
                ("action", "=", "customer"),
                ("state", "not in", ("superseded", "ignored", "failed")),
            ],
            limit=1,
        )
        if live:
            return live
        refused = operations.search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("partner_id", "=", partner.id),
                ("action", "=", "customer"),
                ("state", "=", "failed"),
            ],
            limit=1,
        )
        if refused:
            raise RecordProblem(
                "customer_refused",
                self.env._(
                    "Its customer %(name)s was refused by Intacct: %(why)s",
                    name=partner.display_name,
                    why=refused.message,
                ),
                self.env._("Mend the customer and press Retry on it."),
                level="warning",
            )
        code = self._customer_id(ctx, partner)
        operation = operations.new({})
        values = {
            "backend_id": ctx.backend.id,
            "action": "customer",
            "document": partner.display_name,
            "partner_id": partner.id,
            "marker": operation.marker or operations._fields["marker"].default(self),
            "control_id": operations._fields["control_id"].default(self),
            "expected": {
                "number": code,
                "fields": {"CUSTOMERID": code, "NAME": self._name_of(partner)},
            },
        }
        function = functions.render(
            "create",
            values["control_id"],
            CUSTOMER=self._customer(partner, code, values["marker"]),
        )
        return operations.create({**values, "function_xml": function.xml})

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
        country = partner.country_id.with_context(lang="en_US")
        name = self._name_of(partner)
        return {
            "CUSTOMERID": code,
            "NAME": name,
            "DISPLAYCONTACT": {
                "PRINTAS": name,
                "CONTACTNAME": f"{name[:80]} ({code or marker})",
                "COMPANYNAME": name,
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
            },
            "TAXID": partner.vat or None,
            "COMMENTS": f"[{marker}]",
            "STATUS": "active",
        }
