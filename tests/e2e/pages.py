"""What the browser tests share."""


def hold(intacct, intacct_object):
    """Intacct does not answer a query for an object, until ``intacct.no_faults()``."""
    held = {"action": "delay", "function": "query", "object": intacct_object}
    intacct.admin("faults", [{**held, "seconds": 600}])


def sign_in_to_odoo(browser, odoo, path="intacct-connections", login="admin"):
    """Opens a page as somebody whose password is their login."""
    browser.open(f"{odoo.url}/web/login?redirect=/odoo/{path}")
    browser.fill("#login", login)
    browser.fill("#password", login)
    browser.click("button[type=submit]", "Log in")
    browser.see(".o_action_manager .o_control_panel")


def stay(browser):
    """Marks the page: a reload would lose the mark."""
    browser.js("window.intacctStayed = true")


def has_stayed(browser):
    return browser.js("window.intacctStayed === true")
