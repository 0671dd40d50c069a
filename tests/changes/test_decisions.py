"""Ignore, link, unlink, another number: by managers, with a reason that stays."""

from odoo.exceptions import AccessError, UserError

from .common import WHY, ChangeCase


class TestIgnore(ChangeCase):
    def test_an_ignored_invoice_never_leaves_and_says_who_why_and_when(self):
        invoice = self.sold(100)
        decision = self.decide("ignore", invoice)
        self.follow()
        self.assertFalse(self.intacct.rows("ARINVOICE"))
        self.assertEqual(invoice.intacct_status, "ignored")
        self.assertEqual(decision.user_id, self.manager)
        self.assertEqual(decision.reason, WHY)
        self.assertEqual(decision.move_id, invoice)
        self.assertEqual(decision.kind, "ignore")
        self.assertTrue(decision.decided_at)
        self.assertEqual(decision.old_value, "not in Intacct")
        self.assertEqual(decision.new_value, "ignored")

    def test_what_was_decided_cannot_be_changed_or_deleted(self):
        decision = self.decide("ignore", self.sold(100))
        for user in (self.manager, self.env.user):
            with self.assertRaises(UserError):
                decision.with_user(user).write({"reason": "Something else"})
            with self.assertRaises(UserError):
                decision.with_user(user).unlink()
        self.assertEqual(decision.reason, WHY)

    def test_a_decision_needs_a_reason(self):
        invoice = self.sold(100)
        for reason in (False, "   "):
            with self.assertRaises(UserError):
                self.decide("ignore", invoice, reason=reason)
        self.assertFalse(invoice.intacct_ignored)

    def test_only_managers_decide(self):
        invoice = self.sold(100)
        for user in (self.clerk, self.biller, self.reverser):
            for kind in ("ignore", "link", "unlink", "number", "restore", "resend"):
                with self.assertRaises(AccessError, msg=f"{user.login} {kind}"):
                    self.decide(kind, invoice, user=user)
        wizard = self.env["intacct.decide"]._ask("ignore", invoice)["res_id"]
        for user in (self.clerk, self.biller, self.reverser):
            with self.assertRaises(AccessError):
                dialog = self.env["intacct.decide"].browse(wizard).with_user(user)
                dialog.action_confirm()
        self.assertFalse(invoice.intacct_ignored)

    def test_many_are_ignored_at_once_from_the_list(self):
        invoices = self.sold(100) | self.sold(200)
        action = self.env.ref("intacct_connector.account_move_action_intacct_ignore")
        dialog = (
            action.with_user(self.manager)
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .run()
        )
        wizard = self.env["intacct.decide"].browse(dialog["res_id"])
        wizard.with_user(self.manager).reason = WHY
        wizard.with_user(self.manager).action_confirm()
        self.follow()
        self.assertFalse(self.intacct.rows("ARINVOICE"))
        decisions = self.env["intacct.decision"].search([])
        self.assertEqual(decisions.move_id, invoices)

    def test_an_ignored_payment_never_leaves(self):
        invoice = self.sold(100)
        payment = self.pay(invoice)
        self.decide("ignore", payment)
        self.follow()
        self.assertFalse(self.receipts())
        self.assertEqual(len(self.intacct.rows("ARINVOICE")), 1)

    def test_a_payment_waits_for_an_ignored_invoice(self):
        invoice = self.sold(100)
        payment = self.pay(invoice)
        self.decide("ignore", invoice)
        self.follow()
        self.assertFalse(self.receipts())
        self.assertIn(invoice.name, self.waiting(payment).message)

    def test_it_is_sent_after_all(self):
        invoice = self.sold(100)
        self.decide("ignore", invoice)
        self.follow()
        self.decide("restore", invoice)
        self.follow()
        self.assert_agree(invoice, open_amounts=[100])

    def test_a_refused_payment_is_sent_after_all(self):
        invoice = self.sold(100)
        payment = self.pay(invoice)
        refused = {"action": "error", "function": "create", "object": "ARPYMT"}
        self.intacct.faults({**refused, "text": "no"})
        self.follow("errors")
        self.decide("ignore", payment)
        self.follow()
        self.assertFalse(self.receipts())

        self.decide("restore", payment)
        self.follow()

        self.assertEqual(len(self.live_receipts()), 1)
        self.assert_agree(invoice, open_amounts=[0])

    def test_what_is_there_is_not_ignored_but_unlinked(self):
        invoice = self.sold(100)
        self.sync()
        with self.assertRaises(UserError):
            self.decide("ignore", invoice)

    def test_nobody_ignores_a_receipt_of_his_own_where_that_is_forbidden(self):
        self.backend.forbid_own_ignore = True
        payment = self.pay(self.sold(100))
        self.env.cr.execute(
            "UPDATE account_payment SET create_uid = %s WHERE id = %s",
            [self.manager.id, payment.id],
        )
        payment.invalidate_recordset()
        with self.assertRaises(UserError):
            self.decide("ignore", payment)
        other = self.person("other", "intacct_connector.group_intacct_manager")
        self.decide("ignore", payment, user=other)
        self.assertTrue(payment.intacct_ignored)


class TestUnlink(ChangeCase):
    def imported(self):
        key = self.intacct.invoice()
        self.sync()
        return key, self.move(key)

    def test_an_unlinked_import_can_be_edited_and_does_not_come_again(self):
        key, move = self.imported()
        self.decide("unlink", move)
        self.assertEqual(self.binding(key).sync_state, "ignored")
        move.button_draft()
        move.invoice_line_ids.price_unit = 80
        move.action_post()
        self.intacct.update_invoice(key, description="Changed there")
        self.follow()
        self.follow()
        self.assertEqual(self.env["account.move"].search_count([("ref", "=", "x")]), 0)
        self.assertEqual(len(self.binding(key)), 1)
        self.assertEqual(move.amount_total, 80)
        self.assertEqual(move.intacct_status, "ignored")
        self.assertEqual(len(self.intacct.rows("ARINVOICE")), 1)

    def test_the_lines_of_an_import_stay_guarded_without_it(self):
        _key, move = self.imported()
        move.button_draft()
        with self.assertRaises(UserError):
            move.invoice_line_ids.price_unit = 80

    def test_lines_moved_off_the_clearing_account_stay_explained(self):
        _key, move = self.imported()
        self.decide("unlink", move)
        sales = self.account("SALES1", "income")
        move.button_draft()
        move.invoice_line_ids.account_id = sales
        move.action_post()
        self.assert_clearing()
        self.follow()

    def test_an_unlinked_export_is_neither_sent_again_nor_followed(self):
        invoice = self.sold(100)
        self.sync()
        key, _name = self.there(invoice)
        self.decide("unlink", invoice)
        invoice.with_user(self.biller).button_draft()
        invoice.invoice_line_ids.price_unit = 70
        invoice.action_post()
        self.follow()
        row = self.intacct.one("ARINVOICE", RECORDNO=key)
        self.assertEqual(float(row["TRX_TOTALENTERED"]), 100)
        self.assertEqual(len(self.intacct.rows("ARINVOICE")), 1)

    def test_an_unlinked_invoice_takes_no_payment_along(self):
        invoice = self.sold(100)
        self.sync()
        self.decide("unlink", invoice)
        payment = self.pay(invoice)
        self.follow()
        self.assertFalse(self.receipts())
        self.assertTrue(self.waiting(payment))

    def test_an_unlinked_receipt_is_left_alone(self):
        invoice = self.sold(100)
        payment = self.pay(invoice)
        self.sync()
        self.decide("unlink", payment)
        invoice.line_ids.matched_credit_ids.with_user(self.biller).unlink()
        self.follow(None)
        self.assertEqual(len(self.receipts()), 1)
        self.assertEqual(self.receipts()[0]["RAWSTATE"], "C")


class TestCollision(ChangeCase):
    def setUp(self):
        super().setUp()
        self.other = self.intacct.customer("C2")

    def taken(self):
        """An invoice of Odoo's, and another document with its number there, which is
        paid and so never came here."""
        invoice = self.sold(100)
        key = self.intacct.invoice(invoice.name, "C2", (75,))
        self.intacct.pay({key: 75}, "C2")
        self.sync("errors")
        return invoice, key

    def test_another_document_with_the_number_is_shown_with_three_ways_on(self):
        invoice, key = self.taken()
        event = self.waiting(invoice)
        text = f"A transaction with the number '{invoice.name}' already exists."
        self.assertIn(text, event.message)
        for part in (f"#{key}", "C2", "75"):
            self.assertIn(part, event.message)
        for way in ("link", "another number", "ignore"):
            self.assertIn(way, event.advice.lower())
        operation = self.operations(invoice)
        self.assertEqual(operation.state, "failed")
        self.assertEqual([row["RECORDNO"] for row in operation.candidates], [key])

    def test_it_leaves_under_another_number_and_keeps_odoos(self):
        invoice, _key = self.taken()
        name = invoice.name
        decision = self.decide("number", invoice)
        self.follow()
        self.assertEqual(invoice.name, name)
        self.assertEqual(self.row(invoice)["RECORDID"], f"{name}-O1")
        self.assertEqual(decision.old_value, name)
        self.assertEqual(decision.new_value, f"{name}-O1")
        self.assert_agree(invoice, open_amounts=[100])
        self.assertFalse(self.events(state="open", recordno=str(invoice.id)))

    def test_the_pattern_is_the_connections(self):
        self.backend.number_pattern = "X{n}/{number}"
        invoice, _key = self.taken()
        self.decide("number", invoice)
        self.follow()
        self.assertEqual(self.row(invoice)["RECORDID"], f"X1/{invoice.name}")

    def test_it_is_ignored(self):
        invoice, _key = self.taken()
        self.decide("ignore", invoice)
        self.follow()
        self.assertEqual(len(self.intacct.rows("ARINVOICE")), 1)
        self.assertFalse(self.events(state="open", recordno=str(invoice.id)))

    def test_the_same_document_entered_there_is_linked(self):
        invoice = self.sold(100)
        payment = self.pay(invoice, 40)
        key = self.intacct.invoice(invoice.name)
        self.sync(None)
        self.decide("link", invoice)
        self.follow()
        self.assertEqual(self.there(invoice), (key, "ARINVOICE"))
        self.assertEqual(len(self.intacct.rows("ARINVOICE")), 1)
        self.follow()
        self.assert_agree(invoice, open_amounts=[60])
        self.assertEqual(self.operations(payment).state, "done")

    def test_another_document_is_not_linked_by_mistake(self):
        invoice, key = self.taken()
        self.decide("link", invoice)
        self.follow("errors")
        message = self.waiting(invoice).message
        self.assertIn("customer", message)
        self.assertIn("total", message)
        self.assertFalse(
            invoice.intacct_binding_ids.filtered(lambda item: item.recordno == key)
        )
        self.decide("number", invoice)
        self.follow()
        self.assert_agree(invoice, open_amounts=[100])

    def test_what_came_here_as_another_document_is_not_linked(self):
        invoice = self.sold(100)
        key = self.intacct.invoice(invoice.name, "C2", (75,))
        self.sync("errors")
        self.assertTrue(self.move(key))
        with self.assertRaises(UserError):
            self.decide("link", invoice)

    def test_our_own_document_of_an_earlier_try_is_adopted(self):
        invoice = self.sold(100)
        self.sync()
        key, _name = self.there(invoice)
        # The link was lost, and what is sent has another control id and marker.
        invoice.intacct_binding_ids.unlink()
        invoice.intacct_operation_ids.state = "superseded"
        self.sync()
        self.assertEqual(self.there(invoice)[0], key)
        self.assertEqual(len(self.intacct.rows("ARINVOICE")), 1)
