from odoo import models


class IntacctBackend(models.Model):
    """Proofs that the books hold what the connection booked in them."""

    _inherit = "intacct.backend"

    def _clearing_proof(self):
        """Compares the clearing account with the imported documents.

        Its balance must be the opposite of what is open on them plus what was
        received on them in Odoo: everything else that reduces an imported document
        was booked against this very account, as are credit notes of Odoo on them.

        :return: balance, expected balance, in the company's currency
        :rtype: tuple[float, float]
        """
        self.ensure_one()
        lines = self.env["account.move.line"].sudo()
        ((balance,),) = lines._read_group(
            [
                ("account_id", "=", self.clearing_account_id.id),
                ("parent_state", "=", "posted"),
            ],
            aggregates=["balance:sum"],
        )
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT COALESCE(SUM(line.amount_residual), 0),
                   COALESCE(SUM(received.amount), 0)
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
              JOIN account_move move ON move.id = line.move_id
              LEFT JOIN account_move origin
                ON origin.id = move.reversed_entry_id AND origin.intacct_imported
              JOIN account_journal journal
                ON journal.id = COALESCE(origin.journal_id, move.journal_id)
              LEFT JOIN LATERAL (
                    SELECT SUM(CASE WHEN partial.debit_move_id = line.id
                                    THEN partial.amount ELSE -partial.amount END)
                           AS amount
                      FROM account_partial_reconcile partial
                      JOIN account_move_line other
                        ON other.id = CASE WHEN partial.debit_move_id = line.id
                                           THEN partial.credit_move_id
                                           ELSE partial.debit_move_id END
                      JOIN account_move counterpart ON counterpart.id = other.move_id
                      LEFT JOIN account_move credited
                        ON credited.id = counterpart.reversed_entry_id
                     WHERE line.id IN (partial.debit_move_id, partial.credit_move_id)
                       AND counterpart.intacct_settlement IS NOT TRUE
                       AND counterpart.intacct_imported IS NOT TRUE
                       AND credited.intacct_imported IS NOT TRUE
                   ) received ON TRUE
             WHERE account.account_type = 'asset_receivable'
               AND move.state = 'posted'
               AND journal.intacct_backend_id = %(backend)s
               AND (move.intacct_imported
                    OR origin.id IS NOT NULL
                    -- what settles Odoo's own documents is booked elsewhere
                    OR move.intacct_settlement
                       AND EXISTS (SELECT FROM account_move_line cleared
                                    WHERE cleared.move_id = move.id
                                      AND cleared.account_id = %(clearing)s))
            """,
            {"backend": self.id, "clearing": self.clearing_account_id.id},
        )
        residual, received = self.env.cr.fetchone()
        expected = -float(residual + received) - self._booked_on_mapped_accounts()
        return balance or 0.0, expected

    def _booked_on_mapped_accounts(self):
        """What imported documents booked elsewhere than on the clearing account: all
        where the connection is set to do so, else those whose lines were changed
        after they had been unlinked.

        :return: balance in the company's currency
        :rtype: float
        """
        unlinked = [("move_id.intacct_unlinked", "=", True)]
        ((balance,),) = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("parent_state", "=", "posted"),
                    ("account_id", "!=", self.clearing_account_id.id),
                    ("account_type", "!=", "asset_receivable"),
                    *([] if self.import_policy == "mapped" else unlinked),
                    "|",
                    "&",
                    ("journal_id.intacct_backend_id", "=", self.id),
                    ("move_id.intacct_imported", "=", True),
                    "&",
                    (
                        "move_id.reversed_entry_id.journal_id.intacct_backend_id",
                        "=",
                        self.id,
                    ),
                    ("move_id.reversed_entry_id.intacct_imported", "=", True),
                ],
                aggregates=["balance:sum"],
            )
        )
        return balance or 0.0
