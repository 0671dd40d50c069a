"""Each rule about an error is provoked, clicked and mended: the driver.

A case is a generator method ``rule_CAUSE``. It provokes the error by what is the
matter in Odoo or Intacct, yields the failure, gets back what the click of the rule
opened, and mends the matter as a person would from there.
"""

from functools import partialmethod

from tests.changes.common import WHY, ChangeCase

PREFIX = "rule_"


class ErrorCase(ChangeCase):
    """A subclass gets a test for each of its cases."""

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        for name in [name for name in vars(cls) if name.startswith(PREFIX)]:
            cause = name.removeprefix(PREFIX)
            setattr(cls, f"test_{cause}", partialmethod(cls._drive, cause))

    def _drive(self, cause):
        steps = getattr(self, PREFIX + cause)()
        failure = next(steps)
        self.assert_explained(failure, cause)
        action = None
        if failure.fix_label:
            action = failure.with_user(self.manager).action_fix()
        try:
            steps.send(action)
        except StopIteration:
            pass
        else:
            self.fail("A case yields once")
        self.assert_green(failure)

    def assert_explained(self, failure, cause):
        """It is told with its document first, and by the rule that is meant."""
        self.assertEqual(failure.rule_id.cause, cause, failure.message)
        if failure._name == "intacct.sync.event" and failure.document:
            start = failure.message[: len(failure.document)]
            if failure.state == "done":  # told, not asked
                start = failure.message
            self.assertIn(failure.document, start, failure.message)
        self.assertNotIn("%(", failure.message)
        self.assertTrue(failure.why)
        self.assertTrue(failure.rule_id.advice)

    def assert_green(self, failure):
        """Nothing waits for anybody any more."""
        if failure.state == "done" and failure._name == "intacct.sync.event":
            return  # told, not asked
        self.finish()
        # What a record waits for may be told anew when it is tried again.
        if failure.exists():
            self.assertIn(failure.state, ("resolved", "ignored"), failure.message)
        left = self.events(state="open", level="error")
        self.assertFalse(left, left.mapped("message"))
        self.assert_books()

    def finish(self):
        """Runs that the mending queued, and two more: what is mended in Intacct may be
        read before it is known what it was."""
        if self.env["intacct.sync.run"].search([("state", "=", "queued")]):
            self.work()
        self.sync(None)
        self.sync(None)

    # ------------------------------------------------------------------
    # What people do
    # ------------------------------------------------------------------
    def dialog(self, action, **values):
        """The dialog that a click opened, with what was entered there."""
        self.assertEqual(action["target"], "new")
        wizard = self.env[action["res_model"]].with_user(self.manager)
        wizard = wizard.browse(action["res_id"])
        wizard.write(values)
        return wizard

    def confirm_decision(self, action, **values):
        self.assertEqual(action["res_model"], "intacct.decide")
        self.dialog(action, reason=WHY, **values).action_confirm()

    def opened(self, action):
        """The record that a click opened."""
        return self.env[action["res_model"]].browse(action["res_id"])

    def save_mapping(self, action, **values):
        """A mapping rule from the form that a click opened."""
        self.assertEqual(action["res_model"], "intacct.mapping")
        rules = self.env["intacct.mapping"].with_user(self.manager)
        return rules.with_context(**action["context"]).create(values)

    def refuse(self, text, function="create_invoice", errorno="", **rule):
        """Intacct refuses for a reason that its documentation does not tell, so that
        no state of its books can be made that leads there."""
        self.intacct.faults(
            {
                "action": "error",
                "function": function,
                "text": text,
                "errorno": errorno,
                **rule,
            }
        )

    def refused(self, amount=100, **values):
        """The failure of an invoice that a sync sends now."""
        invoice = self.sold(amount, **values)
        self.sync("errors")
        return self.waiting(invoice)
