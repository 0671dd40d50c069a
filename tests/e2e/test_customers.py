"""A person with a browser decides on a customer: keeps it out of Intacct, sees what
waits because of it, and links it to one that Intacct has.

With UPDATE_IMAGES=1 in the environment the pictures become those of docs/.
"""

from dev.lib.waiting import wait_until

from .pages import sign_in_to_odoo
from .pictures import IMAGES, NARROW, pictures
from .test_documents import FORM, TODAY, sell, wait_for

WHY = "They pay the parent company"
DIALOG = ".modal .o_form_view"


def decide(browser, button, label, picture=None, **values):
    """Clicks on a decision, and gives the reason."""
    browser.click(f"button[name={button}]", label)
    browser.see(f"{DIALOG} [name=reason] textarea")
    for name, text in values.items():
        browser.fill(f"{DIALOG} [name={name}] input", text)
    browser.fill(f"{DIALOG} [name=reason] textarea", WHY)
    if picture:
        pictures(browser, picture)
    browser.click(".modal button[name=action_confirm]", "Confirm")
    browser.unseen(".modal")


def test_a_customer_is_kept_out_and_then_linked(browser, odoo, connection, intacct):
    call = connection.call
    values = {"export_start_date": TODAY, "send_delay": 0}
    call("intacct.backend", "write", [[connection.id], values])
    move = sell(call)
    call("account.move", "action_post", [[move]])
    (read,) = call("account.move", "read", [[move], ["partner_id"]])
    customer = read["partner_id"][0]
    page = f"{odoo.url}/odoo/customers/{customer}"
    sign_in_to_odoo(browser, odoo)

    browser.open(page)
    browser.click(".o_notebook_headers a", "Sage Intacct")
    browser.see("button[name=action_intacct_link]", "Link to Existing")
    pictures(browser, "customer")
    with browser.tab(NARROW):
        browser.open(page)
        browser.click(".o_notebook_headers a", "Sage Intacct")
        browser.see("button[name=action_intacct_ignore]", "Ignore")
        browser.screenshot(IMAGES / "customer-narrow.png")
    decide(browser, "action_intacct_ignore", "Ignore", "customer-ignore")
    browser.see(".alert-warning", "It stays out of Sage Intacct.")
    pictures(
        browser, "customer-ignored", (".alert-warning", "It stays out of Sage Intacct.")
    )

    call("account.move", "action_intacct_send_now", [[move]])
    event = [("move_id", "=", move), ("cause", "=", "customer_ignored")]
    wait_until(
        lambda: call("intacct.sync.event", "search", [event]), 120, "what it waits for"
    )
    invoice = f"{odoo.url}/odoo/customer-invoices/{move}"
    browser.open(invoice)
    browser.see(".alert-warning", "Its customer Bluebird Labs stays out of Intacct")
    pictures(browser, "document-waits", (".alert-warning", "Bluebird Labs stays out"))

    known = call("intacct.binding", "search_read", [[], ["number"]])
    taken = {item["number"] for item in known}
    rows = intacct.admin("objects/CUSTOMER")
    code = next(row["CUSTOMERID"] for row in rows if row["CUSTOMERID"] not in taken)
    browser.open(page)
    decide(
        browser,
        "action_intacct_link",
        "Link to Existing",
        "customer-link",
        customer_code=code,
    )
    wait_for(call, "res.partner", customer, "in")
    wait_for(call, "account.move", move, "in")
    browser.open(page)
    browser.see(".oe_stat_button", code)
    browser.see(FORM, "Bluebird Labs")
    decisions = call(
        "intacct.decision",
        "search_read",
        [[("partner_id", "=", customer)], ["kind", "reason"]],
    )
    assert [item["kind"] for item in decisions] == ["link", "ignore"]
    assert {item["reason"] for item in decisions} == {WHY}
    assert not browser.errors
