from odoo import api, fields, models

# Any text is a valid number: the digits in front of a final run of non-digits count
# as the sequence, and nothing is read as a year or a month.
ANY_NUMBER_REGEX = r"^(?P<prefix1>.*?)(?P<seq>\d{0,9})(?P<suffix>\D*?)$"


class AccountJournal(models.Model):
    _inherit = "account.journal"

    intacct_backend_id = fields.Many2one(
        "intacct.backend",
        string="Sage Intacct Connection",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="This journal belongs to the connection and holds what it imports.",
    )

    @api.model
    def _create_for_intacct(self, backend, name, journal_type, prefix):
        """A journal of the connection's own: numbers of other systems in it neither
        disturb nor follow the company's own sequences.

        :param str prefix: beginning of the short code, two or three letters
        """
        journals = self.sudo().with_company(backend.company_id)
        values = {
            "name": name,
            "type": journal_type,
            "code": self._free_intacct_code(backend.company_id, prefix),
            "company_id": backend.company_id.id,
            "intacct_backend_id": backend.id,
            "show_on_dashboard": False,
            "restrict_mode_hash_table": False,
        }
        if journal_type == "sale":
            values.update(
                sequence_override_regex=ANY_NUMBER_REGEX,
                refund_sequence=False,
                default_account_id=backend.clearing_account_id.id,
            )
        if "edi_format_ids" in self._fields:
            # The original was reported from Intacct: a copy must not be again.
            values["edi_format_ids"] = [fields.Command.clear()]
        return journals.create(values)

    @api.model
    def _free_intacct_code(self, company, prefix):
        taken = set(
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("company_id", "child_of", company.root_id.id),
                    ("code", "=like", f"{prefix}%"),
                ]
            )
            .mapped("code")
        )
        number = 1
        while f"{prefix}{number}" in taken:
            number += 1
        return f"{prefix}{number}"

    def _compute_has_sequence_holes(self):
        """Numbers given by Intacct have gaps for reasons that Odoo cannot know."""
        imported = self.filtered("intacct_backend_id")
        imported.has_sequence_holes = False
        own = self - imported
        if not own:
            return None
        return super(AccountJournal, own)._compute_has_sequence_holes()
