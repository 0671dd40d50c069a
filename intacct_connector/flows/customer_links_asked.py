from odoo import api, models

from ..gateway import where


class IntacctLinksAsked(models.AbstractModel):
    """Customers that a person said a contact is: the customer is read, and linked
    unless it is another contact already."""

    _inherit = "intacct.links.asked"

    @api.model
    def _confirm_customers(self, ctx, step):
        company = ctx.backend.company_id
        partners = (
            self.env["res.partner"]
            .with_company(company)
            .with_context(active_test=False)
            .search(
                [
                    ("intacct_link_asked", "!=", False),
                    ("company_id", "in", (False, company.id)),
                ]
            )
        )
        if not partners:
            return
        condition = where.in_("CUSTOMERID", sorted(partners.mapped(self._asked_code)))
        query = self.env["intacct.flow.customers"]._query(
            ctx.backend, "CUSTOMER", condition
        )
        (rows,) = ctx.query_rows([query])
        by_code = {row["CUSTOMERID"].casefold(): row for row in rows}
        for partner in partners:
            row = by_code.get(self._asked_code(partner).casefold())
            self._link_customer(ctx, step, partner, row)
        ctx.commit(len(partners))

    @api.model
    def _asked_code(self, partner):
        return partner.intacct_link_asked.strip()

    @api.model
    def _link_customer(self, ctx, step, partner, row):
        """:param dict row: of CUSTOMER, None where Intacct shows none"""
        code = self._asked_code(partner)
        partner.sudo().intacct_link_asked = False
        bindings = self.env["intacct.binding"]
        if row is None:
            self._refuse_customer(
                ctx,
                step,
                partner,
                code,
                self.env._("Intacct does not show such a customer"),
            )
            return
        known = bindings._by_recordno(ctx.backend, "CUSTOMER", [row["RECORDNO"]]).get(
            row["RECORDNO"], bindings
        )
        if known.partner_id - partner and not known._is_left_alone():
            self._refuse_customer(
                ctx,
                step,
                partner,
                code,
                self.env._("it is %s in Odoo already", known.odoo_name),
            )
            return
        self._let_go(ctx, known.partner_id - partner)
        self._drop_proposals(ctx, partner, known)
        self._keep_link(ctx, known, partner, row)
        partner.sudo().intacct_ignored = False
        partner._intacct_own_operations().filtered(
            lambda operation: operation.state in ("failed", "waiting", "ready")
        ).write({"state": "superseded"})
        events = self.env["intacct.sync.event"]
        events._resolve(ctx.backend, "res.partner", [str(partner.id)])
        events._resolve(ctx.backend, "CUSTOMER", [row["RECORDNO"]])
        step._count(updated=1)

    @api.model
    def _let_go(self, ctx, partner):
        """A contact that was unlinked from the customer stays out, now that another
        one is it, until a person wants to have it there."""
        partner.with_company(ctx.backend.company_id).sudo().intacct_ignored = True

    @api.model
    def _drop_proposals(self, ctx, partner, chosen):
        """Other customers that it might have been are contacts of their own."""
        others = partner.intacct_binding_ids.filtered(
            lambda binding: binding.sync_state == "proposed" and binding != chosen
        )
        self.env["intacct.sync.event"]._wait_for_creation(others)
        others.unlink()

    @api.model
    def _keep_link(self, ctx, known, partner, row):
        values = self.env["intacct.binding"]._identity(
            ctx.backend,
            "CUSTOMER",
            row,
            company_id=False,
            number=row["CUSTOMERID"],
            partner_id=partner.id,
            origin="link",
            sync_state="synced",
            reason=False,
            remote_state=row.get("STATUS"),
            values_seen={"row": row},
            run_id=ctx.run.id,
        )
        if known:
            known.write(values)
        else:
            known.create(values)

    @api.model
    def _refuse_customer(self, ctx, step, partner, code, why):
        step._count(failed=1)
        self.env["intacct.sync.event"]._fail(
            ctx.run,
            "customers",
            "res.partner",
            str(partner.id),
            self.env._(
                "%(contact)s was not linked to customer %(code)s: %(why)s.",
                contact=partner.display_name,
                code=code,
                why=why,
            ),
            document=partner.display_name,
            cause="link_refused",
            advice=self.env._(
                "Choose Link to Existing on the contact and another customer, or "
                "correct the customer ID."
            ),
            partner_id=partner.id,
        )
