"""A person with a browser: sends a document and a payment, and sees what became of
them; somebody without rights sees the status and no more.

With UPDATE_IMAGES=1 in the environment the pictures become those of docs/.
"""

from datetime import date

import pytest

from dev.lib.demo import connect
from dev.lib.waiting import wait_until

from .pictures import pictures

TODAY = date.today().isoformat()
CLERK = "clerk"
FORM = ".o_form_view"
CHATTER = ".o-mail-Chatter"


@pytest.fixture
def connection(odoo):
    """Connected, sending, auto-sync off: what leaves leaves at a click."""
    found = connect(odoo)
    values = {"export_start_date": TODAY, "send_delay": 10}
    found.call("intacct.backend", "write", [[found.id], values])
    return found


def sign_in(browser, odoo, login):
    browser.open(f"{odoo.url}/web/login")
    browser.fill("#login", login)
    browser.fill("#password", login)
    browser.click("button[type=submit]", "Log in")
    browser.see(".o_main_navbar")


def sell(call, **values):
    """A draft invoice of a customer that Intacct does not have."""
    partner = {"name": "Bluebird Labs", "ref": "BLUEBIRD", "customer_rank": 1}
    (customer,) = call("res.partner", "create", [[partner]])
    lines = [
        {"name": name, "price_unit": price, "tax_ids": [(5,)]}
        for name, price in (("Spectrometer rental", 1250), ("Probes", 480.50))
    ]
    document = {
        "move_type": "out_invoice",
        "partner_id": customer,
        "invoice_date": TODAY,
        "invoice_line_ids": [(0, 0, line) for line in lines],
        **values,
    }
    (move,) = call("account.move", "create", [[document]])
    return move


def status(call, model, record):
    (values,) = call(model, "read", [[record], ["intacct_status"]])
    return values["intacct_status"]


def wait_for(call, model, record, expected):
    wait_until(
        lambda: status(call, model, record) == expected,
        120,
        f"the status {expected} of {model} {record}",
    )


def receive(call, move):
    context = {"active_model": "account.move", "active_ids": [move]}
    (wizard,) = call(
        "account.payment.register",
        "create",
        [[{"payment_date": TODAY}]],
        {"context": context},
    )
    action = call(
        "account.payment.register",
        "action_create_payments",
        [[wizard]],
        {"context": context},
    )
    return action["res_id"]


def test_an_invoice_and_its_payment_are_sent_at_a_click(browser, odoo, connection):
    call = connection.call
    move = sell(call)
    sign_in(browser, odoo, "admin")
    invoice = f"{odoo.url}/odoo/customer-invoices/{move}"

    browser.open(invoice)
    browser.click("button[name=action_post]", "Confirm")
    browser.click("button[name=action_intacct_send_now]", "Send to Intacct Now")
    browser.see(".o_notification", "On the way to Sage Intacct")
    wait_for(call, "account.move", move, "in")
    browser.open(invoice)
    browser.see(".oe_stat_button", "Sage Intacct")
    browser.see(CHATTER, "In Sage Intacct as INV/")
    browser.see(CHATTER, "by the default of the connection")
    pictures(browser, "document-sent", (FORM, "Customer Invoice"))

    payment = receive(call, move)
    receipt = f"{odoo.url}/odoo/customer-payments/{payment}"
    browser.open(receipt)
    browser.see(FORM, "Not in Intacct")
    browser.click("button[name=action_intacct_send_now]", "Send to Intacct Now")
    browser.see(".o_notification", "On the way to Sage Intacct")
    wait_for(call, "account.payment", payment, "in")
    browser.open(receipt)
    browser.see(FORM, "In Intacct")
    browser.see(CHATTER, "undeposited funds of the connection")
    pictures(browser, "payment-sent", (FORM, "In Intacct"))

    browser.open(f"{odoo.url}/odoo/intacct-outbox")
    # Shown at first is what still needs something.
    browser.click(".o_facet_remove")
    browser.see(".o_data_row", "Done")
    pictures(browser, "outbox")
    assert not browser.errors


def test_a_refusal_is_explained_on_the_document(browser, odoo, intacct, connection):
    call = connection.call
    move = sell(call)
    call("account.move", "action_post", [[move]])
    fault = {
        "action": "error",
        "function": "create_invoice",
        "text": "This transaction cannot be saved.",
    }
    intacct.admin("faults", [fault])
    call("account.move", "action_intacct_send_now", [[move]])
    wait_for(call, "account.move", move, "failed")

    sign_in(browser, odoo, "admin")
    browser.open(f"{odoo.url}/odoo/customer-invoices/{move}")
    browser.see(".alert-warning", "This transaction cannot be saved.")
    pictures(
        browser,
        "document-refused",
        (".alert-warning", "This transaction cannot be saved."),
    )
    browser.click("button[name=action_intacct_retry]", "Retry")
    browser.see(".o_notification", "Tried again")
    wait_for(call, "account.move", move, "in")
    browser.open(f"{odoo.url}/odoo/customer-invoices/{move}")
    browser.see(CHATTER, "In Sage Intacct as INV/")
    browser.unseen(".alert-warning")
    assert not browser.errors


def test_without_rights_people_see_the_status_only(browser, odoo, connection):
    call = connection.call
    move = sell(call)
    call("account.move", "action_post", [[move]])
    named = [("module", "=", "account"), ("name", "=", "group_account_invoice")]
    (group,) = call("ir.model.data", "search_read", [named, ["res_id"]])
    clerk = {
        "name": "Clerk",
        "login": CLERK,
        "password": CLERK,
        "group_ids": [(4, group["res_id"])],
    }
    call("res.users", "create", [[clerk]])
    sign_in(browser, odoo, CLERK)

    browser.open(f"{odoo.url}/odoo/customer-invoices/{move}")
    browser.click(".o_notebook .nav-link", "Other Info")
    browser.see(FORM, "Not in Intacct")
    for button in ("action_intacct_send_now", "action_intacct_retry"):
        browser.unseen(f"button[name={button}]")
    browser.click(".o_cp_action_menus button")
    browser.see(".o-dropdown--menu", "Duplicate")
    menu = browser.see(".o-dropdown--menu", "Duplicate")["text"]
    assert "Intacct" not in menu
    assert not browser.errors
