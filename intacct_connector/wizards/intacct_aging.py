from odoo import api, fields, models
from odoo.tools import SQL

# Days past due up to which an item stands in a column of the aging.
BUCKETS = {"days_30": 30, "days_60": 60, "days_90": 90}
COPIED = (
    "move_id",
    "partner_id",
    "number",
    "reference",
    "date",
    "date_due",
    "currency_id",
    "company_currency_id",
    "origin",
    "kind",
    "sync_state",
    "remote_amount",
    "amount_currency",
    "amount",
)


class IntacctAging(models.TransientModel):
    """Asks for a day and shows what was open at its end."""

    _name = "intacct.aging"
    _description = "Open Items and Aging"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    as_of = fields.Date(
        string="As of", required=True, default=fields.Date.context_today
    )

    def action_open(self):
        """The open items, by customer."""
        self.ensure_one()
        self._fill()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "intacct_connector.intacct_aging_item_action"
        )
        title = self.env._("Open Items as of %s", fields.Date.to_string(self.as_of))
        return {
            **action,
            "display_name": title,
            "name": title,
            "domain": [("aging_id", "=", self.id)],
        }

    def _fill(self):
        # A page loaded anew has forgotten which day it showed: there is but one.
        self.env.cr.execute(
            SQL("DELETE FROM intacct_aging_item WHERE create_uid = %s", self.env.uid)
        )
        past = SQL("(%s::date - item.date_due)", self.as_of)
        lower = 0
        columns = [SQL("CASE WHEN %s <= 0 THEN item.amount ELSE 0 END", past)]
        for upper in BUCKETS.values():
            columns.append(
                SQL(
                    "CASE WHEN %s BETWEEN %s AND %s THEN item.amount ELSE 0 END",
                    past,
                    lower + 1,
                    upper,
                )
            )
            lower = upper
        columns.append(
            SQL("CASE WHEN %s > %s THEN item.amount ELSE 0 END", past, lower)
        )
        names = ("not_due", *BUCKETS, "older")
        # Intacct's balance is of the last sync: it says nothing of an earlier day.
        current = self.as_of >= fields.Date.context_today(self)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO intacct_aging_item (
                    aging_id, create_uid, create_date, write_uid, write_date,
                    remote_known, difference, days_overdue, %(copied)s, %(buckets)s)
                SELECT %(aging)s, %(uid)s, NOW() AT TIME ZONE 'UTC',
                       %(uid)s, NOW() AT TIME ZONE 'UTC',
                       %(current)s AND item.remote_amount IS NOT NULL,
                       CASE WHEN %(current)s AND item.remote_amount IS NOT NULL
                            THEN ROUND(item.amount_currency
                                       - item.remote_amount::numeric, 6)
                            ELSE 0 END,
                       GREATEST(%(past)s, 0), %(values)s, %(columns)s
                  FROM (%(items)s) item
                """,
                copied=SQL(", ").join(SQL.identifier(name) for name in COPIED),
                values=SQL(", ").join(SQL.identifier("item", name) for name in COPIED),
                buckets=SQL(", ").join(SQL.identifier(name) for name in names),
                columns=SQL(", ").join(columns),
                past=past,
                aging=self.id,
                uid=self.env.uid,
                current=current,
                items=self.env["intacct.open.items"]._select(
                    self.company_id, self.as_of
                ),
            )
        )
        self.env["intacct.aging.item"].invalidate_model()


class IntacctAgingItem(models.TransientModel):
    _name = "intacct.aging.item"
    _description = "Open Item"
    _order = "partner_id, date_due, id"
    _rec_name = "number"

    aging_id = fields.Many2one("intacct.aging", index=True, ondelete="cascade")
    move_id = fields.Many2one("account.move", string="Document")
    partner_id = fields.Many2one("res.partner", string="Customer")
    number = fields.Char()
    reference = fields.Char()
    date = fields.Date()
    date_due = fields.Date(string="Due Date")
    days_overdue = fields.Integer(aggregator=None)
    origin = fields.Selection([("odoo", "Odoo"), ("intacct", "Sage Intacct")])
    kind = fields.Selection([("owed", "Owed"), ("credit", "Credit on Account")])
    sync_state = fields.Selection(
        [
            ("in", "In Intacct"),
            ("waiting", "Waiting"),
            ("failed", "Failed"),
            ("not_in", "Not in Intacct"),
        ],
        string="Sage Intacct",
    )
    currency_id = fields.Many2one("res.currency")
    company_currency_id = fields.Many2one("res.currency")
    amount_currency = fields.Monetary(
        string="Open",
        currency_field="currency_id",
        aggregator=None,
        help="In the currency of the document.",
    )
    remote_known = fields.Boolean(string="Compared with Intacct")
    remote_amount = fields.Monetary(
        string="Open in Intacct",
        currency_field="currency_id",
        aggregator=None,
        help="As the last sync read it.",
    )
    difference = fields.Monetary(currency_field="currency_id", aggregator=None)
    amount = fields.Monetary(
        string="Open (Company Currency)", currency_field="company_currency_id"
    )
    not_due = fields.Monetary(currency_field="company_currency_id")
    days_30 = fields.Monetary(string="1–30", currency_field="company_currency_id")
    days_60 = fields.Monetary(string="31–60", currency_field="company_currency_id")
    days_90 = fields.Monetary(string="61–90", currency_field="company_currency_id")
    older = fields.Monetary(string="Over 90", currency_field="company_currency_id")

    @api.readonly
    def action_open_document(self):
        self.ensure_one()
        return self.move_id.get_formview_action()

    def action_send_statement(self):
        """Writes to the customers of the chosen items."""
        return self.partner_id.action_intacct_send_statement()
