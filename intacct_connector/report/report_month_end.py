from datetime import datetime, time

from odoo import api, fields, models
from odoo.tools import groupby
from pytz import UTC

from ..gateway import formats
from ..models.intacct_operation_undo import OPPOSE


class ReportMonthEnd(models.AbstractModel):
    """What was open, what both ledgers say, what people decided, what still waits."""

    _name = "report.intacct_connector.report_month_end"
    _description = "Month-End Pack"

    @api.model
    def _get_report_values(self, docids, data=None):
        packs = self.env["intacct.month.end"].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": "intacct.month.end",
            "docs": packs,
            "now": fields.Datetime.now(),
            "contents": {pack.id: self._contents(pack) for pack in packs},
        }

    @api.model
    def _contents(self, pack):
        backend = pack.backend_id
        balance, expected = backend._clearing_proof()
        of_backend = ("backend_id", "=", backend.id)
        return {
            "open": self._open(backend, pack.date_to),
            "ledgers": self._ledgers(backend),
            "clearing": balance,
            "clearing_expected": expected,
            "failures": self.env["intacct.sync.event"].search(
                [of_backend, ("state", "=", "open")], order="document, id"
            ),
            "waiting": self.env["intacct.operation"].search(
                [of_backend, ("state", "not in", ("done", "superseded", "ignored"))],
                order="document, id",
            ),
            "opposites": self._opposites(pack),
            "decisions": self._decisions(pack),
            "runs": self._runs(pack),
        }

    @api.model
    def _moments(self, pack, field):
        """From the beginning of the first day to the end of the last, in the time
        zone of whoever prints."""
        first, last = (
            self.env.tz.localize(datetime.combine(day, clock))
            .astimezone(UTC)
            .replace(tzinfo=None)
            for day, clock in ((pack.date_from, time.min), (pack.date_to, time.max))
        )
        return [(field, ">=", first), (field, "<=", last)]

    @api.model
    def _open(self, backend, day):
        """Receivables of the company at the end of a day, by currency and origin.

        :rtype: list[dict]
        """
        query = self.env["intacct.open.items"]._select(backend.company_id, day)
        by_kind = groupby(
            self.env.execute_query_dict(query),
            lambda item: (item["currency_id"], item["origin"]),
        )
        return [
            {
                "currency": self.env["res.currency"].browse(currency_id),
                "origin": origin,
                "count": len(items),
                "amount_currency": sum(item["amount_currency"] for item in items),
                "amount": sum(item["amount"] for item in items),
            }
            for (currency_id, origin), items in sorted(
                by_kind, key=lambda group: group[0]
            )
        ]

    @api.model
    def _ledgers(self, backend):
        """What is open now of the documents that are on both sides, by currency, and
        each one on which they do not agree.

        :rtype: list[dict]
        """
        today = fields.Date.context_today(self)
        query = self.env["intacct.open.items"]._select(backend.company_id, today)
        both = [
            item
            for item in self.env.execute_query_dict(query)
            if item["remote_amount"] is not None
        ]
        ledgers = []
        for currency_id, items in groupby(both, lambda item: item["currency_id"]):
            currency = self.env["res.currency"].browse(currency_id)
            ledgers.append(
                {
                    "currency": currency,
                    "count": len(items),
                    "odoo": sum(item["amount_currency"] for item in items),
                    "intacct": sum(item["remote_amount"] for item in items),
                    "differing": [
                        item
                        for item in items
                        if currency.compare_amounts(
                            item["amount_currency"], item["remote_amount"]
                        )
                    ],
                }
            )
        return ledgers

    @api.model
    def _decisions(self, pack):
        return self.env["intacct.decision"].search(
            [
                ("company_id", "=", pack.backend_id.company_id.id),
                *self._moments(pack, "decided_at"),
            ],
            order="decided_at, id",
        )

    @api.model
    def _opposites(self, pack):
        """Adjustments entered in Intacct in the month because it does not delete what
        was taken back in Odoo: they are in no journal of Odoo.

        :rtype: list[dict]
        """
        operations = self.env["intacct.operation"].search(
            [
                ("backend_id", "=", pack.backend_id.id),
                ("action", "=", OPPOSE),
                ("state", "=", "done"),
                *self._moments(pack, "verified_at"),
            ],
            order="verified_at, id",
        )
        return [
            {
                "document": operation.document,
                "taken": operation.target_recordno,
                "number": operation._remote_number(),
                "recordno": operation.recordno,
                "date": formats.parse_date(operation.expected["fields"]["WHENPOSTED"]),
                "amount": operation.expected["fields"]["TRX_TOTALENTERED"],
                "currency": operation.currency_name,
                "open": not operation.instead_of_id.verified_at,
            }
            for operation in operations
        ]

    @api.model
    def _runs(self, pack):
        """How many syncs began in the month, by outcome.

        :rtype: dict[str, int]
        """
        runs = self.env["intacct.sync.run"]
        counts = runs._read_group(
            [
                ("backend_id", "=", pack.backend_id.id),
                *self._moments(pack, "started_at"),
            ],
            ["state"],
            ["__count"],
        )
        labels = dict(runs._fields["state"]._description_selection(self.env))
        return {labels[state]: count for state, count in counts}
