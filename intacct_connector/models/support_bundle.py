from odoo import models


class IntacctSyncRun(models.Model):
    _inherit = "intacct.sync.run"

    def action_support_bundle(self):
        """Downloads what somebody needs who is asked for help."""
        return self.env["intacct.support.bundle"]._download(self)


class IntacctFixable(models.AbstractModel):
    _inherit = "intacct.fixable"

    def action_support_bundle(self):
        """Downloads what somebody needs who is asked for help."""
        return self.env["intacct.support.bundle"]._download(self)


class IntacctDecidable(models.AbstractModel):
    _inherit = "intacct.decidable"

    def action_intacct_support_bundle(self):
        """Downloads what somebody needs who is asked for help."""
        return self.env["intacct.support.bundle"]._download(self)
