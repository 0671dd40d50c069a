from odoo import api, fields, models
from odoo.tools import SQL

# In the context of a job: the run on whose behalf records are written.
RUN_CONTEXT = "intacct_run_id"


class IntacctTouched(models.AbstractModel):
    """Records of which a sync remembers that it made or changed them."""

    _name = "intacct.touched"
    _description = "Touched by a Sage Intacct Sync"

    # Table of the many2many between the model and the syncs.
    _run_relation = None

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._remember_run()
        return records

    def write(self, vals):
        result = super().write(vals)
        self._remember_run()
        return result

    def _remember_run(self):
        run_id = self.env.context.get(RUN_CONTEXT)
        if not run_id or not self.ids:
            return
        # A record is written several times by one sync; only the first counts.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO %s (record_id, run_id)
                SELECT unnest(%s), %s
                    ON CONFLICT DO NOTHING
                """,
                SQL.identifier(self._run_relation),
                list(self.ids),
                run_id,
            )
        )


class IntacctBinding(models.Model):
    _name = "intacct.binding"
    _inherit = ["intacct.binding", "intacct.touched"]

    _run_relation = "intacct_sync_run_binding_rel"

    run_ids = fields.Many2many(
        "intacct.sync.run", _run_relation, "record_id", "run_id", string="Syncs"
    )


class IntacctOperation(models.Model):
    _name = "intacct.operation"
    _inherit = ["intacct.operation", "intacct.touched"]

    _run_relation = "intacct_sync_run_operation_rel"

    run_ids = fields.Many2many(
        "intacct.sync.run", _run_relation, "record_id", "run_id", string="Syncs"
    )


class IntacctSyncRun(models.Model):
    """Leads from a sync to every record that it touched."""

    _inherit = "intacct.sync.run"

    customer_count = fields.Integer(compute="_compute_record_counts")
    document_count = fields.Integer(compute="_compute_record_counts")
    payment_count = fields.Integer(compute="_compute_record_counts")
    sent_count = fields.Integer(compute="_compute_record_counts")
    event_count = fields.Integer(compute="_compute_record_counts")

    def _compute_record_counts(self):
        bindings = self.env["intacct.binding"].sudo()
        for run in self:
            mine = [("run_ids", "in", run.ids)]
            ((run.customer_count, run.document_count),) = bindings._read_group(
                [*mine, *self._documents_domain(partner=True)],
                aggregates=["partner_id:count_distinct", "move_id:count_distinct"],
            )
            run.payment_count = bindings.search_count([*mine, *self._payments_domain()])
            run.sent_count = self.env["intacct.operation"].search_count(mine)
            run.event_count = self.env["intacct.sync.event"].search_count(
                [("run_id", "=", run.id)]
            )

    @api.model
    def _documents_domain(self, partner=False):
        """Links of documents themselves, not of what was applied to them.

        :param bool partner: those of customers too
        """
        objects = ["ARINVOICE", "ARADJUSTMENT", *(["CUSTOMER"] if partner else [])]
        return [("intacct_object", "in", objects)]

    @api.model
    def _payments_domain(self):
        return [
            "|",
            ("intacct_object", "in", ("ARPYMT", "ARADVANCE")),
            ("intacct_object", "=like", "ARPYMTDETAIL%"),
        ]

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def _open(self, xmlid, domain, name, **context):
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(xmlid),
            "name": name,
            "domain": domain,
            "context": {"create": False, **context},
        }

    def action_open_form(self):
        """This sync on a page of its own."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sync"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def _open_customers(self, field, name):
        return self._open(
            "account.res_partner_action_customer",
            [(f"intacct_binding_ids.{field}", "in", self.ids)],
            name,
        )

    def _open_documents(self, field, name):
        """Invoices and credit notes; what settles them is a journal entry, seen from
        its document."""
        return self._open(
            "account.action_move_out_invoice_type",
            [
                ("move_type", "in", ("out_invoice", "out_refund")),
                (
                    "intacct_binding_ids",
                    "any",
                    [(field, "in", self.ids), *self._documents_domain()],
                ),
            ],
            name,
            # The list shows the customer and what is due by this.
            default_move_type="out_invoice",
        )

    def action_open_created(self):
        """The records that this run brought: customers where it was about them."""
        name = self.env._("Imported Records")
        if self.scope == "customers":
            return self._open_customers("run_id", name)
        action = self._open_documents("run_id", name)
        action["domain"].append(("intacct_imported", "=", True))
        return action

    def action_open_customers(self):
        return self._open_customers("run_ids", self.env._("Customers of This Sync"))

    def action_open_documents(self):
        return self._open_documents("run_ids", self.env._("Documents of This Sync"))

    def action_open_payments(self):
        return self._open(
            "intacct_connector.intacct_binding_action",
            [("run_ids", "in", self.ids), *self._payments_domain()],
            self.env._("Payments of This Sync"),
        )

    def action_open_sent(self):
        return self._open(
            "intacct_connector.intacct_operation_action",
            [("run_ids", "in", self.ids)],
            self.env._("Sent by This Sync"),
        )

    def action_open_events(self):
        return self._open(
            "intacct_connector.intacct_sync_event_action",
            [("run_id", "=", self.id)],
            self.env._("Events of This Sync"),
        )
