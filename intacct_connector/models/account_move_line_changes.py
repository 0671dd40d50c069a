from odoo import SUPERUSER_ID, fields, models

from .intacct_changeable import CONFIRMED

# What Odoo lets people change on a posted line, and Intacct has too.
DISTRIBUTION = "analytic_distribution"
POSTED_FIELDS = {"name", DISTRIBUTION}


class AccountMoveLine(models.Model):
    """Texts and analytic distributions of posted lines may be changed in Odoo, in the
    list of journal items for instance: Intacct follows."""

    _inherit = "account.move.line"

    def write(self, vals):
        """:raises RedirectWarning: the person has to confirm what happens in Intacct
        :raises UserError: it cannot be done there, or by somebody else only
        """
        names = POSTED_FIELDS & vals.keys()
        changed = self._intacct_changed_by(vals, names) if names else self.browse()
        moves = changed.move_id
        if DISTRIBUTION in names:
            changed._intacct_before_distribution(vals)
        result = super().write(vals)
        if moves:
            moves.sudo().intacct_changed_at = fields.Datetime.now()
        return result

    def _intacct_changed_by(self, vals, names):
        """Posted lines of documents that were sent, on which a value gets another."""

        def differs(line, name):
            field = line._fields[name]
            new = field.convert_to_record(
                field.convert_to_cache(vals[name], line), line
            )
            return (new or False) != (line[name] or False)

        return self.filtered(
            lambda line: line.parent_state == "posted"
            and line.display_type != "payment_term"
            and line.move_id.is_sale_document()
            and any(differs(line, name) for name in names)
            and line.move_id._intacct_own_records()
        )

    def _intacct_before_distribution(self, vals):
        """Other dimensions are booked anew in Intacct: that is confirmed like a reset
        to draft. Analytic accounts that stand for nothing there are free.

        :raises RedirectWarning: the person has to confirm what happens in Intacct
        :raises UserError: it cannot be done there, or by somebody else only
        """
        new = vals[DISTRIBUTION]
        lines = self.filtered(
            lambda line: line[DISTRIBUTION] != (new or False)
            and line._intacct_stands_for([line[DISTRIBUTION], new])
        )
        confirmed = self.env.context.get("intacct_confirmed") is CONFIRMED
        if not lines or confirmed or self.env.uid == SUPERUSER_ID:
            return
        lines.move_id._intacct_check_change()
        lines.move_id._intacct_ask(
            "distribution",
            default_line_ids=[fields.Command.set(lines.ids)],
            default_distribution=new or {},
        )

    def _intacct_stands_for(self, distributions):
        """Whether one of the analytic accounts has a meaning in Intacct."""
        self.ensure_one()
        keys = ",".join(
            key for one in distributions for key in one or () if key != "__update__"
        )
        return bool(
            self.env["intacct.mapping"]
            .sudo()
            .search_count(
                [
                    ("backend_id", "=", self.move_id._intacct_backend().id),
                    ("analytic_id", "in", [int(key) for key in keys.split(",") if key]),
                ],
                limit=1,
            )
        )
