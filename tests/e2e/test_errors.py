"""A number that is taken in Intacct, resolved by clicks in each of the three ways.

With UPDATE_IMAGES=1 in the environment the pictures become those of docs/.
"""

import pytest

from dev.lib.demo_odoo import Connection
from tests.flows import intacct as company

from .pictures import IMAGES, NARROW, pictures

WHY = "Looked at it in Intacct"


@pytest.fixture
def clerk(intacct):
    """Somebody who works in Intacct too, in small books."""
    clerk = company.Intacct(intacct)
    clerk.start_over()
    clerk.customer("C1")
    clerk.customer("C2")
    return clerk


@pytest.fixture
def connection(odoo, clerk):
    """A connection that exports at once."""
    connection = Connection.create(
        odoo.rpc(),
        name="Intacct",
        intacct_company=company.COMPANY,
        api_user=company.USER,
        api_password=company.USER_PASSWORD,
        sender_code=company.SENDER,
        sender_password=company.SENDER_PASSWORD,
        export_start_date="2026-10-01",
        send_delay=0,
    )
    connection.act("action_connect")
    connection.choose(
        item_reference_id=("account", "4000"),
        undeposited_reference_id=("account", "1090"),
    )
    connection.act("action_import_customers")
    call = connection.call
    (run,) = call("intacct.sync.run", "search", [[("scope", "=", "customers")]])
    connection.wait(run)
    return connection


def sold(call):
    """A posted invoice of Odoo for C1 over 100; its id and number."""
    (partner,) = call(
        "res.partner", "search", [[("intacct_binding_ids.number", "=", "C1")]]
    )
    values = {
        "move_type": "out_invoice",
        "partner_id": partner,
        "invoice_date": "2026-10-05",
        "invoice_date_due": "2026-10-05",
        "invoice_payment_term_id": False,
        "invoice_line_ids": [
            (0, 0, {"name": "Item", "quantity": 1, "price_unit": 100, "tax_ids": []})
        ],
    }
    (move,) = call("account.move", "create", [[values]])
    call("account.move", "action_post", [[move]])
    (read,) = call("account.move", "read", [[move], ["name"]])
    return move, read["name"]


def collision(connection, clerk, customer, total):
    """An invoice whose number is taken in Intacct, as the sync has found it.

    What is open there would come, or be proposed for linking, by itself: another
    customer's is paid, the same one is still a draft.
    """
    move, number = sold(connection.call)
    same = customer == "C1"
    key = clerk.invoice(number, customer, (total,), STATE="Draft" if same else "Posted")
    if not same:
        clerk.pay({key: total}, customer)
    run = connection.sync()
    assert [failure["cause"] for failure in run.failures] == ["number_taken"]
    return move, number, key


def sign_in(browser, odoo):
    browser.open(f"{odoo.url}/web/login?redirect=/odoo/intacct-failures")
    browser.fill("#login", "admin")
    browser.fill("#password", "admin")
    browser.click("button[type=submit]", "Log in")
    browser.see(".o_action_manager", "Sync Failures")


def open_failure(browser, odoo, number):
    browser.open(f"{odoo.url}/odoo/intacct-failures")
    browser.click(".o_data_row .o_data_cell[name=document]", number)
    browser.see("button[name=action_fix]", "Link, Renumber or Ignore")


def decide(browser, button, **values):
    """Clicks through the dialogs to the decision, with its reason."""
    browser.click("button[name=action_fix]")
    browser.click(f".modal button[name={button}]")
    browser.see(".modal [name=reason] textarea")
    for name, text in values.items():
        browser.fill(f".modal [name={name}] input", text)
    browser.fill(".modal [name=reason] textarea", WHY)
    browser.click(".modal button[name=action_confirm]", "Confirm")
    browser.unseen(".modal")


def settled(connection):
    """The failures that the run of the decision left."""
    call = connection.call
    (run,) = call("intacct.sync.run", "search", [[]], {"limit": 1})
    return connection.wait(run).failures


def test_a_taken_number_is_resolved_in_each_of_its_three_ways(
    browser, odoo, connection, clerk
):
    sign_in(browser, odoo)

    _move, number, _key = collision(connection, clerk, "C2", 75)
    open_failure(browser, odoo, number)
    browser.see(".o_form_view", f"A transaction with the number '{number}'")
    pictures(browser, "failure", ("button[name=action_fix]", "Link"))
    browser.click("button[name=action_fix]")
    browser.see(".modal", "C2")
    pictures(browser, "failure-fix")
    narrow_dialog(browser)
    browser.click(".modal button.btn-close")
    browser.unseen(".modal")
    decide(browser, "action_number")
    assert not settled(connection)
    assert (
        len([row for row in clerk.rows("ARINVOICE") if number in row["RECORDID"]]) == 2
    )

    move, number, key = collision(connection, clerk, "C1", 100)
    open_failure(browser, odoo, number)
    clerk.change("submit", key=key)
    decide(browser, "action_link")
    assert not settled(connection)
    bindings = connection.call(
        "intacct.binding", "search_read", [[("move_id", "=", move)], ["recordno"]]
    )
    assert [binding["recordno"] for binding in bindings] == [key]

    move, number, _key = collision(connection, clerk, "C2", 60)
    open_failure(browser, odoo, number)
    decide(browser, "action_ignore")
    assert not settled(connection)
    (read,) = connection.call("account.move", "read", [[move], ["intacct_ignored"]])
    assert read["intacct_ignored"]
    assert not browser.errors


def narrow_dialog(browser):
    """The same dialog on a telephone."""
    address = browser.js("location.href")
    with browser.tab(NARROW):
        browser.open(address)
        browser.click("button[name=action_fix]")
        browser.see(".modal", "C2")
        browser.screenshot(IMAGES / "failure-fix-narrow.png")
