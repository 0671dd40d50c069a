"""People who decide about, and change, what Intacct has: the base of their tests."""

from odoo.exceptions import RedirectWarning
from odoo.tests import new_test_user

from tests.settlements_out.common import SettlementCase

MANAGER = "intacct_connector.group_intacct_manager"
REVERSER = "intacct_connector.group_intacct_reverse"
USER = "intacct_connector.group_intacct_user"
BILLING = "account.group_account_invoice"
WHY = "The customer asked for it"


class ChangeCase(SettlementCase):
    """``self.manager``, ``self.reverser``, ``self.clerk`` and ``self.biller`` have
    one right each and nothing else."""

    def setUp(self):
        super().setUp()
        self.manager = self.person("manager", MANAGER)
        self.reverser = self.person("reverser", REVERSER)
        self.clerk = self.person("clerk", USER)
        self.biller = self.person("biller", BILLING)

    def person(self, login, group):
        return new_test_user(
            self.env, f"{login}-{self._testMethodName}"[:60], groups=group
        )

    # ------------------------------------------------------------------
    # Runs
    # ------------------------------------------------------------------
    def follow(self, state="done"):
        """The run that a decision has queued, or a new one."""
        queued = self.env["intacct.sync.run"].search([("state", "=", "queued")])
        if not queued:
            return self.sync(state)
        self.work()
        if state:
            self.assert_run(queued, state)
        self.assert_clearing()
        self.assert_books()
        return queued

    # ------------------------------------------------------------------
    # What people do
    # ------------------------------------------------------------------
    def decide(self, kind, records, user=None, reason=WHY, **values):
        """A manager opens the dialog from records and confirms it."""
        records = records.with_user(user or self.manager)
        if records._name == "intacct.operation":
            action = getattr(records, f"action_ask_{kind}")()
        else:
            action = getattr(records, f"action_intacct_{kind}")()
        wizard = self.env["intacct.decide"].with_user(user or self.manager)
        wizard = wizard.browse(action["res_id"])
        wizard.write({"reason": reason, **values})
        wizard.action_confirm()
        return self.env["intacct.decision"].search([], limit=1)

    def warned(self, act):
        """What a person is told before something is taken back in Intacct.

        :return: the text, and the context of the dialog that goes on
        """
        with self.assertRaises(RedirectWarning) as caught:
            act()
        message, _action, _button, context = caught.exception.args
        return message, context

    def confirm(self, act, user=None, reason=WHY):
        """Goes on after the warning, with a reason; returns what was said."""
        message, context = self.warned(act)
        wizard = (
            self.env["intacct.change"]
            .with_user(user or self.reverser)
            .with_context(**context)
            .create({"reason": reason})
        )
        wizard.action_confirm()
        return message

    def reset(self, record, user=None):
        """Resets a document or payment to draft, as a person with the right."""
        record = record.with_user(user or self.reverser)
        name = "button_draft" if record._name == "account.move" else "action_draft"
        return self.confirm(getattr(record, name), user)

    def cancel(self, record, user=None):
        record = record.with_user(user or self.reverser)
        name = "button_cancel" if record._name == "account.move" else "action_cancel"
        return self.confirm(getattr(record, name), user)

    # ------------------------------------------------------------------
    # What became of it
    # ------------------------------------------------------------------
    def there(self, move):
        """RECORDNO of what stands for a document in Intacct now, with its object."""
        binding = move.intacct_binding_ids.filtered(
            lambda binding: binding.intacct_object in ("ARINVOICE", "ARADJUSTMENT")
            and not binding.replaced
        )
        self.assertEqual(len(binding), 1, f"{move.name} is not in Intacct")
        return binding.recordno, binding.intacct_object

    def row(self, move):
        recordno, name = self.there(move)
        return self.intacct.one(name, RECORDNO=recordno)

    def documents(self, name="ARINVOICE"):
        """Numbers of the documents that stand in Intacct."""
        return sorted(
            row["RECORDID"] for row in self.intacct.rows(name) if row["RAWSTATE"] == "A"
        )

    def live_receipts(self):
        """Receipts in Intacct that stand."""
        return [row for row in self.receipts() if row["RAWSTATE"] == "C"]
