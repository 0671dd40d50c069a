from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_intacct_send_statement(self):
        """Opens the mail with the statement of each of these customers."""
        template = self.env.ref("intacct_connector.mail_template_statement")
        customers = self.commercial_partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Statement"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": "res.partner",
                "default_res_ids": customers.ids,
                "default_template_id": template.id,
                "default_composition_mode": (
                    "comment" if len(customers) == 1 else "mass_mail"
                ),
            },
        }
