from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

DOCUMENT_TYPES = ("out_invoice", "out_refund")
PAYMENT_STATES = ("in_process", "paid")


class IntacctSendable(models.AbstractModel):
    """What posting means for Intacct."""

    _inherit = "intacct.sendable"

    def _intacct_posted(self):
        """Posted just now: with auto-sync on it leaves by itself after the delay.

        It reads the connection and adds rows of its own, no more: posting waits for
        nobody, and nothing of Intacct can refuse it.
        """
        now = fields.Datetime.now()
        self.sudo().write({"intacct_posted_at": now})
        backends = (
            self.env["intacct.backend"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("auto_sync", "=", True),
                    ("export_start_date", "!=", False),
                ]
            )
        )
        for backend in backends:
            leaving = self.filtered(
                lambda record, backend=backend: record.company_id == backend.company_id
                and record.date >= backend.export_start_date
            )
            if leaving:
                send_at = now + timedelta(minutes=backend.send_delay)
                self.env["intacct.send.request"]._add(backend, leaving, send_at)
                leaving._intacct_log(
                    dict.fromkeys(leaving.ids, leaving._intacct_queued(backend))
                )

    def _intacct_booked_may_leave(self, backend, of_interest):
        """Whether a document or payment has something to send: it was changed after
        it was sent, or it is new and in the time of the connection.

        :param bool of_interest: it is of a kind and in a state to be sent
        """
        if self.intacct_changed_at and self._intacct_records():
            return True
        return bool(
            of_interest
            and not self.intacct_ignored
            and self.date >= backend.export_start_date
            and self._intacct_is_new()
        )

    @api.model
    def _intacct_queued(self, backend):
        if not backend.send_delay:
            return self.env._("Queued for Sage Intacct; it leaves now.")
        return self.env._(
            "Queued for Sage Intacct; it leaves in %s minutes.", backend.send_delay
        )

    def _intacct_log(self, bodies):
        """Notes in the chatter of several records at once.

        :param dict bodies: text by id; records without one get none
        """
        told = self.filtered(lambda record: bodies.get(record.id))
        if told:
            told.sudo()._message_log_batch(bodies)


class AccountMove(models.Model):
    _inherit = "account.move"

    _intacct_link = "move_id"

    intacct_request_ids = fields.One2many("intacct.send.request", "move_id")

    @api.model
    def _intacct_subjects(self):
        return (
            Domain("state", "=", "posted")
            & Domain("move_type", "in", DOCUMENT_TYPES)
            & Domain("intacct_settlement", "=", False)
        )

    @api.model
    def _intacct_status_depends(self):
        return ["state", "intacct_ignored", "intacct_changed_at"]

    def _intacct_may_leave(self, backend):
        self.ensure_one()
        return self._intacct_booked_may_leave(
            backend,
            self.state == "posted"
            and self.move_type in DOCUMENT_TYPES
            and not self.intacct_imported,
        )

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        leaving = posted.filtered(
            lambda move: move.move_type in DOCUMENT_TYPES and not move.intacct_imported
        )
        if leaving:
            leaving._intacct_posted()
        return posted


class AccountPayment(models.Model):
    _inherit = "account.payment"

    _intacct_link = "payment_id"

    intacct_request_ids = fields.One2many("intacct.send.request", "payment_id")
    intacct_posted_at = fields.Datetime(
        string="Posted for Sage Intacct",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    @api.model
    def _intacct_subjects(self):
        return Domain("partner_type", "=", "customer") & Domain(
            "state", "in", PAYMENT_STATES
        )

    @api.model
    def _intacct_status_depends(self):
        return ["state", "intacct_ignored", "intacct_changed_at"]

    def _intacct_may_leave(self, backend):
        self.ensure_one()
        return self._intacct_booked_may_leave(
            backend,
            self.state in PAYMENT_STATES
            and self.partner_type == "customer"
            and bool(self.partner_id),
        )

    def action_post(self):
        result = super().action_post()
        leaving = self.filtered(
            lambda payment: payment.state in PAYMENT_STATES
            and payment.partner_type == "customer"
        )
        if leaving:
            leaving._intacct_posted()
        return result
