"""A person with a browser: syncs and looks at what arrived.

With UPDATE_IMAGES=1 in the environment the pictures become those of docs/.
"""

from dev.lib.waiting import wait_until

from .pages import sign_in_to_odoo
from .pictures import pictures


def test_a_person_syncs_and_reads_an_invoice(browser, odoo, connection):
    connection.enable_auto_sync("The planted failures stay in Intacct.")
    runs = [("scope", "=", "sync")]
    (first,) = wait_until(
        lambda: connection.call("intacct.sync.run", "search", [runs]),
        60,
        "the first sync",
    )
    first = connection.wait(first)
    assert first.values["state"] == "errors", "with the planted failures"
    sign_in_to_odoo(browser, odoo)
    browser.see(".o_data_row", "Tessmark")

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
