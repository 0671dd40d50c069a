from odoo import api, models
from odoo.tools import email_normalize


class IntacctFlowCustomers(models.AbstractModel):
    """Partners that Odoo has already and that may be the customers of Intacct."""

    _inherit = "intacct.flow.customers"

    @api.model
    def _find_partners(self, ctx, rows):
        """Unlinked partners that may be the customers: by reference, by tax ID, by
        e-mail with name. Never by name alone.

        :return: by RECORDNO, the partner and the reason
        :rtype: dict[str, tuple]
        """
        codes = {row["CUSTOMERID"] for row in rows}
        taxes = {
            form
            for row in rows
            if row.get("TAXID")
            for form in (row["TAXID"], self._compact(row["TAXID"]))
        }
        emails = {
            email
            for row in rows
            if (email := email_normalize(row.get("DISPLAYCONTACT.EMAIL1") or ""))
        }
        partners = self.env["res.partner"].search(
            [
                ("company_id", "in", (False, ctx.backend.company_id.id)),
                ("parent_id", "=", False),
                "|",
                ("ref", "in", list(codes)),
                "|",
                ("vat", "in", list(taxes)),
                ("email_normalized", "in", list(emails)),
                "!",
                (
                    "intacct_binding_ids",
                    "any",
                    [
                        ("intacct_object", "=", "CUSTOMER"),
                        (
                            "intacct_company",
                            "=",
                            self.env["intacct.binding"]._key(ctx.backend),
                        ),
                    ],
                ),
            ],
            order="id",
        )
        found = {}
        taken = self.env["res.partner"]
        for row in rows:
            for partner in partners - taken:
                if reason := self._same_customer(row, partner):
                    found[row["RECORDNO"]] = (partner, reason)
                    taken |= partner
                    break
        return found

    @api.model
    def _same_customer(self, row, partner):
        """Why a partner may be the customer, or None."""
        if partner.ref and partner.ref == row["CUSTOMERID"]:
            return self.env._("The reference is the customer ID.")
        tax_id = self._compact(row.get("TAXID"))
        if tax_id and self._compact(partner.vat) == tax_id:
            return self.env._("The tax ID is the same.")
        email = email_normalize(row.get("DISPLAYCONTACT.EMAIL1") or "")
        if (
            email
            and partner.email_normalized == email
            and (partner.name or "").casefold() == (row["NAME"] or "").casefold()
        ):
            return self.env._("E-mail and name are the same.")
        return None

    @api.model
    def _compact(self, tax_id):
        """A tax ID without the blanks and dots that each side sets as it likes."""
        return "".join(filter(str.isalnum, tax_id or "")).upper()

    @api.model
    def _propose(self, ctx, step, row, partner, reason):
        self.env["intacct.binding"].create(
            self._link(ctx, row, partner, sync_state="proposed", reason=reason)
        )
        step._count(skipped=1)
        self.env["intacct.sync.event"]._note(
            ctx.run,
            "customers",
            self.env._(
                "Customer %(code)s %(name)s may be the contact “%(partner)s”. %(why)s",
                code=row["CUSTOMERID"],
                name=row["NAME"],
                partner=partner.display_name,
                why=reason,
            ),
            level="warning",
            intacct_object="CUSTOMER",
            recordno=row["RECORDNO"],
            document=row["CUSTOMERID"],
            partner_id=partner.id,
            cause="link_or_create",
            advice=self.env._(
                "Accept the link or create a new contact under Links to Decide. The "
                "customer's documents wait until then."
            ),
        )
