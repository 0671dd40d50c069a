from odoo import api, fields, models
from odoo.tools import groupby


class ReportStatement(models.AbstractModel):
    """What a customer owes and holds in credit today, by currency."""

    _name = "report.intacct_connector.report_statement"
    _description = "Customer Statement"

    @api.model
    def _get_report_values(self, docids, data=None):
        partners = self.env["res.partner"].browse(docids).commercial_partner_id
        self.env["account.move.line"].check_access("read")
        today = fields.Date.context_today(self)
        by_partner = {partner.id: [] for partner in partners}
        query = self.env["intacct.open.items"]._select(
            self.env.company, today, partners.ids
        )
        for item in self.env.execute_query_dict(query):
            by_partner[item["partner_id"]].append(item)
        return {
            "doc_ids": partners.ids,
            "doc_model": "res.partner",
            "docs": partners,
            "company": self.env.company,
            "today": today,
            "sections": {
                partner_id: self._sections(items, today)
                for partner_id, items in by_partner.items()
            },
        }

    @api.model
    def _sections(self, items, today):
        """The items of one customer by currency, with what is open and overdue.

        :rtype: list[dict]
        """
        sections = []
        items.sort(key=lambda item: item["date_due"])
        for currency_id, rows in groupby(items, lambda item: item["currency_id"]):
            overdue = [
                row
                for row in rows
                if row["date_due"] < today and row["amount_currency"] > 0
            ]
            sections.append(
                {
                    "currency": self.env["res.currency"].browse(currency_id),
                    "items": rows,
                    "open": sum(row["amount_currency"] for row in rows),
                    "overdue": sum(row["amount_currency"] for row in overdue),
                }
            )
        return sections
