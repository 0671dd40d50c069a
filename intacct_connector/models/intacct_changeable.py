from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError

from .intacct_decidable import THERE

REVERSE_GROUP = "intacct_connector.group_intacct_reverse"
# States of a receipt in Intacct that let nobody reverse it.
FIXED_STATES = ("Reconciled", "Cleared", "Deposited")


class _Confirmed:
    """Marks a context in which a person has confirmed what will happen. An object
    can't be sent over RPC."""


CONFIRMED = _Confirmed()


class IntacctChangeable(models.AbstractModel):
    """Documents and payments that cannot be taken back unnoticed once Intacct has
    them: the person is told what will happen there, and needs the right for it."""

    _name = "intacct.changeable"
    _inherit = "intacct.decidable"
    _description = "Can Be Changed after It Was Sent to Sage Intacct"

    intacct_changed_at = fields.Datetime(
        string="Changed for Sage Intacct",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Changed in Odoo after it was sent; the next sync compares.",
    )

    def _intacct_unlink(self):
        result = super()._intacct_unlink()
        self.sudo().write({"intacct_changed_at": False})
        return result

    # ------------------------------------------------------------------
    # What is there
    # ------------------------------------------------------------------
    def _intacct_sent(self):
        """Those of these records that Intacct has from us, or may have."""
        return self.filtered(
            lambda record: record._intacct_own_records() or record._intacct_under_way()
        )

    def _intacct_own_records(self):
        """Links to records of Intacct that were sent or linked from here."""
        return self._intacct_records(*THERE).filtered(
            lambda binding: binding.origin != "intacct"
        )

    def _intacct_in_change(self):
        """Whether what Intacct has of it is being changed or taken back: nothing may
        be applied to it meanwhile."""
        self.ensure_one()
        return bool(self.intacct_changed_at and self._intacct_own_records())

    def _intacct_stop_unsent(self):
        """What has not been sent yet is made anew from what the record becomes."""
        self.sudo().intacct_operation_ids.filtered(
            lambda operation: operation.state in ("waiting", "ready")
            and not operation.first_sent_at
        ).write({"state": "superseded"})

    def _intacct_let_go(self):
        """Gone from Intacct and cancelled here: it counts as never sent."""
        gone = self._intacct_records("gone").filtered(lambda item: not item.replaced)
        gone.write({"replaced": True})
        keys = gone.mapped("recordno")
        self.sudo().intacct_operation_ids.filtered(
            lambda operation: operation.recordno in keys
        ).write({"state": "superseded"})
        gone_records = self.filtered(lambda record: record._intacct_records() & gone)
        gone_records._close_intacct_events("resolved")

    # ------------------------------------------------------------------
    # Before a change
    # ------------------------------------------------------------------
    def _intacct_before_change(self, kind):
        """Called before records are reset to draft or cancelled.

        :param str kind: a value of intacct.change.kind
        :raises RedirectWarning: the person has to confirm what happens in Intacct
        :raises UserError: it cannot be done, or by somebody else only
        """
        sent = self._intacct_sent()
        (self - sent)._intacct_stop_unsent()
        if kind == "cancel":
            (self - sent)._intacct_let_go()
        if not sent:
            return
        confirmed = self.env.context.get("intacct_confirmed") is CONFIRMED
        if not confirmed and self.env.uid != SUPERUSER_ID:
            sent._intacct_check_change()
            sent._intacct_ask(kind)
        sent.sudo().write({"intacct_changed_at": fields.Datetime.now()})

    def _intacct_check_change(self):
        """:raises UserError: these records may not be taken back in Intacct"""
        self._intacct_check_right()
        for record in self:
            if why := record._intacct_refusal():
                raise UserError(why)

    def _intacct_check_right(self):
        if not self.env.user.has_group(REVERSE_GROUP):
            raise AccessError(
                self.env._(
                    "%(document)s is in Sage Intacct: taking it back there needs the "
                    "right “Reverse in Intacct”. Issue a credit note instead, or ask "
                    "a Sage Intacct manager.",
                    document=self[:1].display_name,
                )
            )

    def _intacct_refusal(self):
        """Why a record cannot be taken back in Intacct, with the way on.

        :rtype: str or None
        """
        self.ensure_one()
        if self._intacct_backend().forbid_reversals:
            return self.env._(
                "%s is in Sage Intacct, and this connection never reverses anything "
                "there. Issue a credit note.",
                self.display_name,
            )
        return None

    def _intacct_in_closed_period(self, day):
        """Whether Intacct's books are closed on a day, as far as the connection of
        this record knows."""
        closed = self._intacct_backend().sudo().closed_books_date
        return bool(closed and day and day <= closed)

    def _intacct_closed_text(self, document):
        return self.env._(
            "%s lies in a period that is closed in Sage Intacct, so it cannot be taken "
            "back from here. Have the period opened, or reverse it in Intacct: the "
            "next sync sees it.",
            document,
        )

    def _intacct_ask(self, kind, **values):
        """:raises RedirectWarning: always"""
        link = "payment_ids" if self._name == "account.payment" else "move_ids"
        context = {
            "default_kind": kind,
            f"default_{link}": [fields.Command.set(self.ids)],
            **values,
        }
        wizard = self.env["intacct.change"].with_context(**context).new({})
        raise RedirectWarning(
            wizard.consequences,
            self.env.ref("intacct_connector.intacct_change_action").id,
            self.env._("Go On"),
            context,
        )

    def _intacct_before_unlink(self):
        """:raises UserError: Intacct still has one of the records"""
        if sent := self._intacct_sent()[:1]:
            raise UserError(
                self.env._(
                    "%s is in Sage Intacct. Cancel it first: when the next sync has "
                    "taken it back there, it can be deleted.",
                    sent.display_name,
                )
            )
        self._intacct_stop_unsent()
        self.sudo().intacct_binding_ids.filtered("replaced").unlink()
