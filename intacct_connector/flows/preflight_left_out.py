from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .documents_out import ACTIONS


class IntacctFlowPreflight(models.AbstractModel):
    """Documents that a sync would leave alone, and why."""

    _inherit = "intacct.flow.preflight"

    @api.model
    def _left_out(self, backend):
        """How many posted documents stay here, and why.

        :return: one event a reason and currency
        """
        own = (
            Domain("company_id", "=", backend.company_id.id)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", list(ACTIONS))
            & Domain("intacct_imported", "=", False)
            & Domain("intacct_binding_ids", "=", False)
        )
        events = []
        for cause, domain, why in self._reasons_to_stay(backend):
            counts, totals = Counter(), Counter()
            for currency, move_type, count, total in self.env[
                "account.move"
            ]._read_group(
                own & domain,
                ["currency_id", "move_type"],
                ["__count", "amount_total:sum"],
            ):
                counts[currency] += count
                totals[currency] += -total if move_type == "out_refund" else total
            events += [
                self._event(
                    cause,
                    self.env._(
                        "%(count)s documents stay here, %(amount)s: %(why)s.",
                        count=count,
                        amount=self._amount(totals[currency], currency),
                        why=why,
                    ),
                    self.env._("Stays here: %s", why),
                    amount=totals[currency],
                    currency_id=currency.id,
                )
                for currency, count in counts.items()
            ]
        return events

    @api.model
    def _reasons_to_stay(self, backend):
        """:return: cause, domain and text of each; a document has one of them
        :rtype: list[tuple]
        """
        reasons = [
            (
                "skipped_ignored",
                Domain("intacct_ignored", "=", True),
                self.env._("ignored"),
            )
        ]
        if not backend._exports():
            return reasons
        start = Domain("date", ">=", backend.export_start_date)
        in_scope = Domain("intacct_ignored", "=", False)
        reasons.append(
            (
                "skipped_before_start",
                in_scope & ~start,
                self.env._("dated before the start of the export"),
            )
        )
        in_scope &= start
        if journals := backend.export_journal_ids:
            chosen = Domain("journal_id", "in", journals.ids) | Domain(
                "reversed_entry_id.intacct_imported", "=", True
            )
            reasons.append(
                (
                    "skipped_journal",
                    in_scope & ~chosen,
                    self.env._("in a journal that is not exported"),
                )
            )
            in_scope &= chosen
        posted_until = fields.Datetime.now() - timedelta(minutes=backend.send_delay)
        reasons.append(
            (
                "skipped_delay",
                in_scope & Domain("intacct_posted_at", ">", posted_until),
                self.env._("posted just now, may still be corrected"),
            )
        )
        return reasons
