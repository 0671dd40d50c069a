from odoo import api, models
from odoo.tools import SQL


class IntacctOpenItems(models.AbstractModel):
    """What customers owe and hold in credit on a day, read from the journal items.

    Odoo Community has no aged receivables; both the page and the statement to the
    customer ask here, so that they can never differ.
    """

    _name = "intacct.open.items"
    _description = "Open Receivables on a Day"

    @api.model
    def _select(self, company, as_of, partner_ids=()):
        """One row for each posted receivable item that was open at the end of a day.

        What was matched later, or with something dated later, counts as open.

        :param company: the company whose books are read
        :param date as_of: the day
        :param partner_ids: only these commercial partners, all if empty
        :return: columns ``line_id, move_id, partner_id, number, reference, date,
            date_due, currency_id, company_currency_id, origin, kind, sync_state,
            remote_amount`` (open in Intacct, of the last sync), ``amount_total`` and
            ``amount_currency`` (at first and now open, in the document's currency),
            ``amount`` (open, in the company's); credits are negative
        :rtype: SQL
        """
        # What the query reads must be in the database.
        self.env.flush_all()
        return SQL(
            """
            SELECT line.id AS line_id,
                   move.id AS move_id,
                   partner.commercial_partner_id AS partner_id,
                   move.name AS number,
                   move.ref AS reference,
                   COALESCE(move.invoice_date, line.date) AS date,
                   COALESCE(line.date_maturity, line.date) AS date_due,
                   line.currency_id,
                   line.company_currency_id,
                   CASE WHEN move.intacct_imported OR move.intacct_settlement
                        THEN 'intacct' ELSE 'odoo' END AS origin,
                   CASE WHEN line.balance > 0 THEN 'owed' ELSE 'credit' END AS kind,
                   %(sync_state)s AS sync_state,
                   %(remote_amount)s AS remote_amount,
                   line.amount_currency AS amount_total,
                   line.amount_currency
                       - COALESCE(matched.debit_currency, 0)
                       + COALESCE(matched.credit_currency, 0) AS amount_currency,
                   line.balance - COALESCE(matched.debit, 0)
                       + COALESCE(matched.credit, 0) AS amount
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN account_account account ON account.id = line.account_id
              LEFT JOIN res_partner partner ON partner.id = line.partner_id
              LEFT JOIN LATERAL (
                   SELECT SUM(partial.amount) FILTER (
                              WHERE partial.debit_move_id = line.id) AS debit,
                          SUM(partial.amount) FILTER (
                              WHERE partial.credit_move_id = line.id) AS credit,
                          SUM(partial.debit_amount_currency) FILTER (
                              WHERE partial.debit_move_id = line.id
                          ) AS debit_currency,
                          SUM(partial.credit_amount_currency) FILTER (
                              WHERE partial.credit_move_id = line.id
                          ) AS credit_currency
                     FROM account_partial_reconcile partial
                    WHERE line.id IN (partial.debit_move_id, partial.credit_move_id)
                      AND partial.max_date <= %(as_of)s
              ) matched ON TRUE
             WHERE account.account_type = 'asset_receivable'
               AND line.parent_state = 'posted'
               AND line.company_id = %(company)s
               AND line.date <= %(as_of)s
               AND (%(everyone)s OR partner.commercial_partner_id IN %(partners)s)
               AND (line.reconciled IS NOT TRUE OR EXISTS (
                   SELECT FROM account_partial_reconcile later
                    WHERE line.id IN (later.debit_move_id, later.credit_move_id)
                      AND later.max_date > %(as_of)s))
               AND (line.balance - COALESCE(matched.debit, 0)
                        + COALESCE(matched.credit, 0) <> 0
                    OR line.amount_currency - COALESCE(matched.debit_currency, 0)
                        + COALESCE(matched.credit_currency, 0) <> 0)
            """,
            sync_state=self._sync_state(),
            remote_amount=self._remote_amount(),
            as_of=as_of,
            company=company.id,
            everyone=not partner_ids,
            partners=tuple(partner_ids) or (0,),
        )

    @api.model
    def _sync_state(self):
        """How the document of an item stands with Intacct."""
        return SQL(
            """
            CASE WHEN EXISTS (
                     SELECT FROM intacct_operation operation
                      WHERE operation.state = 'failed'
                        AND (operation.move_id = move.id
                             OR operation.payment_id = move.origin_payment_id))
                   OR EXISTS (
                     SELECT FROM intacct_sync_event event
                      WHERE event.move_id = move.id AND event.state = 'open'
                        AND event.level = 'error')
                 THEN 'failed'
                 WHEN EXISTS (
                     SELECT FROM intacct_operation operation
                      WHERE operation.state NOT IN ('done', 'superseded', 'ignored')
                        AND (operation.move_id = move.id
                             OR operation.payment_id = move.origin_payment_id))
                 THEN 'waiting'
                 WHEN EXISTS (
                     SELECT FROM intacct_binding binding
                      WHERE binding.sync_state NOT IN ('gone', 'ignored', 'proposed')
                        AND binding.replaced IS NOT TRUE
                        AND (binding.move_id = move.id
                             OR binding.payment_id = move.origin_payment_id))
                   OR move.intacct_settlement
                 THEN 'in'
                 ELSE 'not_in' END
            """
        )

    @api.model
    def _remote_amount(self):
        """What Intacct showed as open at the last sync: only of documents that are
        one item here and one record there."""
        return SQL(
            """
            (SELECT MAX(binding.remote_balance)
               FROM intacct_binding binding
              WHERE binding.move_id = move.id
                AND binding.sync_state NOT IN ('gone', 'ignored', 'proposed')
                AND binding.replaced IS NOT TRUE
                AND NOT EXISTS (
                    SELECT FROM account_move_line other
                     WHERE other.move_id = move.id
                       AND other.account_id = line.account_id
                       AND other.id <> line.id)
             HAVING COUNT(*) = 1)
            """
        )
