from odoo import api, models

from ..gateway import errors
from .problems import RecordProblem


class IntacctClosedPeriods(models.AbstractModel):
    """Nothing is posted, taken back or applied in a period that is closed in Intacct,
    by what the connection knows of it: the date is the one of its own entity."""

    _name = "intacct.closed.periods"
    _description = "Closed Periods of Sage Intacct"

    @api.model
    def _look_again(self, ctx, days):
        """Asks Intacct until when its books are closed if something would be held by
        what was read last: somebody may have opened the period. Once a job.

        :param days: dates of what is about to leave
        """
        closed = ctx.backend.closed_books_date
        if not closed or "closed_books" in ctx.caches:
            return
        if not any(day and day <= closed for day in days):
            return
        ctx.caches["closed_books"] = True
        try:
            now = self.env["intacct.flow.lists"]._closed_books(
                ctx.gateway, ctx.deadline
            )
        except (errors.AuthorizationError, errors.RecordError):
            # Who may not know goes on with what was read last.
            return
        if now != closed:
            ctx.backend.closed_books_date = now

    @api.model
    def _check(self, ctx, day, advice=None):
        """:param date day: on which Intacct would book it
        :param str advice: what to do, where the date cannot be changed
        :raises RecordProblem: Intacct's books are closed on that day
        """
        closed = ctx.backend.closed_books_date
        if closed and day <= closed:
            raise RecordProblem(
                f"closed_period:{closed}",
                self.env._(
                    "Its date %(date)s is in a closed period: Intacct's books are "
                    "closed until %(closed)s.",
                    date=day,
                    closed=closed,
                ),
                advice or self.env._("Open the period in Intacct, or change the date."),
            )
