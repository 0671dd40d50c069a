from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    intacct_backend_ids = fields.Many2many(
        "intacct.backend", compute="_compute_intacct", string="Sage Intacct Connections"
    )
    intacct_status = fields.Char(compute="_compute_intacct")

    @api.depends("company_id")
    def _compute_intacct(self):
        backends = self.env["intacct.backend"]
        may_read = backends.has_access("read")
        for settings in self:
            settings.intacct_backend_ids = may_read and backends.search(
                [("company_id", "=", settings.company_id.id)]
            )
            settings.intacct_status = ", ".join(
                f"{backend.name}: {backend._state_label()}"
                for backend in settings.intacct_backend_ids
            )

    def action_open_intacct(self):
        """The connections of the company, or a new one where there is none."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "intacct_connector.intacct_backend_action"
        )
        if self.intacct_backend_ids:
            return action
        return {**action, "view_mode": "form", "views": [(False, "form")]}
