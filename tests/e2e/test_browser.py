"""A person with a browser: connects, maps, syncs and looks at what arrived.

With UPDATE_IMAGES=1 in the environment the pictures become those of docs/.
"""

import os

import pytest

from dev.lib.demo import exchange_rates, sign_in
from dev.lib.demo_odoo import Connection, use_currencies
from dev.lib.stack import DEV, ROOT, OdooServer

from .browser import Browser

UPDATE = os.environ.get("UPDATE_IMAGES")
IMAGES = ROOT / "docs" / "images" if UPDATE else DEV / "screenshots"
NARROW = 420


@pytest.fixture
def odoo(cluster, database, intacct):
    """Odoo as people run it: its scheduled actions run by themselves."""
    with OdooServer(cluster, database, gateway_url=intacct.gateway_url) as server:
        use_currencies(server.rpc(), exchange_rates())
        yield server


@pytest.fixture
def browser():
    with Browser() as running:
        yield running


def pictures(browser, name, *steps):
    """Takes the page at two widths, for the documentation.

    :param steps: what to wait for or click on the narrow page: pairs of a selector
        and a text; the last one is only waited for. Without any only the wide one
        is taken: not every page has an address of its own
    """
    IMAGES.mkdir(parents=True, exist_ok=True)
    browser.scroll_to_top()
    browser.screenshot(IMAGES / f"{name}.png")
    if not steps:
        return
    address = browser.js("location.href")
    with browser.tab(NARROW):
        browser.open(address)
        for step in steps[:-1]:
            browser.click(*step)
        browser.see(*steps[-1])
        browser.scroll_to_top()
        browser.screenshot(IMAGES / f"{name}-narrow.png")


def sign_in_to_odoo(browser, odoo):
    browser.open(f"{odoo.url}/web/login?redirect=/odoo/intacct-connections")
    browser.fill("#login", "admin")
    browser.fill("#password", "admin")
    browser.click("button[type=submit]", "Log in")
    browser.see(".o_view_nocontent", "Connect to Sage Intacct")


def connect(browser):
    browser.click("button.o_list_button_add")
    for name, value in sign_in().items():
        browser.fill(f"[name={name}] input", value)
    pictures(browser, "connect", ("[name=action_connect]", "Connect"))
    browser.click("button[name=action_connect]", "Connect")
    browser.see(".o_notification", "Sage Intacct is now connected")
    browser.click(".o_notification_close")


def choose_mapping(browser):
    browser.click(".o_notebook .nav-link", "Mapping")
    browser.choose("item_reference_id", "4000")
    browser.choose("undeposited_reference_id", "1120")
    browser.choose("location_reference_id", "110-BOS")
    browser.choose("department_reference_id", "SAL")
    browser.click("button.o_form_button_save")
    browser.unseen("button.o_form_button_save")
    tab = (".o_notebook .nav-link", "Mapping")
    pictures(browser, "mapping", tab, ("[name=item_reference_id]", ""))


def latest_run(odoo):
    """The newest sync of the only connection, once it has ended."""
    call = odoo.rpc()
    (backend,) = call("intacct.backend", "search", [[]])
    connection = Connection(call, backend)
    (run,) = call("intacct.sync.run", "search", [[]], {"limit": 1})
    return connection.wait(run)


def test_a_person_connects_syncs_and_reads_an_invoice(browser, odoo):
    sign_in_to_odoo(browser, odoo)
    connect(browser)
    choose_mapping(browser)

    browser.click("button[name=action_enable_auto_sync]", "Enable Auto-Sync")
    browser.see("button[name=action_disable_auto_sync]")
    browser.click("button[name=action_sync_now]", "Sync Now")
    browser.see(".o_notification", "ync")
    assert latest_run(odoo).values["state"] == "errors", "with the planted failures"

    browser.open(f"{odoo.url}/odoo/accounting-sync")
    browser.see(".o_kanban_record", "Auto-Sync On")
    pictures(browser, "accounting-sync", (".o_kanban_record", "Auto-Sync On"))
    browser.click("a[name=action_open_runs]", "Recent Syncs")
    browser.see(".o_data_row", "Done with Errors")
    pictures(browser, "recent-syncs", (".o_action_manager", "Done with Errors"))
    browser.click(".o_data_row", "Done with Errors")
    browser.see(".o_form_view", "Invoices and Credits from Intacct")
    pictures(browser, "sync", (".o_form_view", "Done with Errors"))

    browser.click("button[name=action_open_created]")
    browser.see(".o_data_row", "INV-2026-")
    pictures(browser, "imported")
    browser.click(".o_data_row .o_data_cell[name=name]", "INV-2026-")
    browser.see(".o_form_view .o_form_statusbar", "Posted")
    browser.see(".o_form_view", "Customer Invoice")
    pictures(browser, "invoice", (".o_form_view", "Customer Invoice"))

    browser.open(f"{odoo.url}/odoo/accounting-sync")
    browser.click("a[name=action_open_failures]")
    browser.see(".o_action_manager", "UK-0007")
    pictures(browser, "failures", (".o_action_manager", "UK-0007"))
    assert not browser.errors
