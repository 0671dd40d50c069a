from odoo import api, models

from ..gateway import functions
from ..models.intacct_operation import LIVE_STATES
from .customers_out import CONTACT_NAME_LENGTH
from .problems import RecordProblem


class IntacctFlowContactsOut(models.AbstractModel):
    """Contacts of a customer that invoices are addressed to -> CONTACT, the bill-to of
    the invoice.

    Contact names are unique in an Intacct company, so each carries the marker, by
    which it is found again, too.
    """

    _name = "intacct.flow.contacts.out"
    _inherit = "intacct.flow.customers.out"
    _description = "Odoo Contacts to Sage Intacct"

    @api.model
    def _bill_to(self, ctx, move):
        """CONTACTNAME of the contact that an invoice is addressed to, None where that
        is the customer, or not in Intacct yet.

        :rtype: str
        """
        contact = move.partner_id
        if contact == move.commercial_partner_id:
            return None
        return self._linked_contact(ctx, contact).number or contact.intacct_contact

    @api.model
    def _linked_contact(self, ctx, contact):
        bindings = self.env["intacct.binding"]
        return bindings.search(
            [
                ("partner_id", "=", contact.id),
                ("intacct_company", "=", bindings._key(ctx.backend)),
                ("intacct_object", "=", "CONTACT"),
            ],
            limit=1,
        )

    @api.model
    def _needed(self, ctx, move):
        """The operation that makes the bill-to of an invoice first, none where it is
        there or is the customer.

        :raises RecordProblem: Intacct has refused it
        """
        operations = self.env["intacct.operation"]
        contact = move.partner_id
        addressed = move.move_type == "out_invoice" and (
            contact != move.commercial_partner_id
        )
        if not addressed or self._bill_to(ctx, move):
            return operations
        known = operations.search(
            [
                ("backend_id", "=", ctx.backend.id),
                ("partner_id", "=", contact.id),
                ("action", "=", "contact"),
                ("state", "in", (*LIVE_STATES, "failed")),
            ],
            limit=1,
        )
        if known.state == "failed":
            raise RecordProblem(
                "contact_refused",
                self.env._(
                    "Its contact %(name)s was refused by Intacct: %(why)s",
                    name=contact.display_name,
                    why=known.message or "",
                ),
                self.env._("Mend the contact and press Retry on it."),
                level="warning",
            )
        return known or self._make(ctx, contact)

    @api.model
    def _make(self, ctx, contact):
        operation = self.env["intacct.operation"].create(
            {
                "backend_id": ctx.backend.id,
                "action": "contact",
                "document": contact.display_name,
                "partner_id": contact.id,
                "state": "waiting",
            }
        )
        shown = self._name_of(contact) or self._name_of(contact.commercial_partner_id)
        name = f"{shown[:CONTACT_NAME_LENGTH]} [{operation.marker}]"
        company = self._name_of(contact.commercial_partner_id)
        function = functions.render(
            "create",
            operation.control_id,
            CONTACT={
                "CONTACTNAME": name,
                "PRINTAS": shown,
                **self._contact_details(contact, company),
            },
        )
        operation.write(
            {
                "function_xml": function.xml,
                "state": "ready",
                "expected": {"number": name, "fields": {"CONTACTNAME": name}},
            }
        )
        return operation
