"""Imports in a browser: started, left alone, finished after a restart, told."""

import pytest

from dev.lib import demo_check
from dev.lib.demo_books import open_items
from dev.lib.demo_odoo import Connection
from dev.lib.waiting import wait_until
from simulator.demo_company import PLANTED

from .pages import hold, sign_in_to_odoo
from .pictures import NARROW, pictures
from .test_crash import wake

STARTER = "bookkeeper"
NOTICE = ".o_notification"


@pytest.fixture
def starter(odoo, connection):
    """Somebody who may sync and nothing else, with an e-mail address."""
    call = connection.call
    data = [("module", "=", "intacct_connector"), ("name", "=", "group_intacct_user")]
    (found,) = call("ir.model.data", "search_read", [data, ["res_id"]])
    values = {
        "name": "Bo Keeper",
        "login": STARTER,
        "password": STARTER,
        "email": "bo@example.com",
        "group_ids": [(6, 0, [found["res_id"]])],
    }
    return call("res.users", "create", [[values]])


def the_mail(call):
    """The only mail about it to whoever started the import, once it is there. Odoo
    has mails of its own, on some days, and so has whoever is responsible."""
    fields = ["subject", "body_html"]
    domain = [("email_to", "ilike", "bo@example.com"), ("subject", "ilike", "import")]
    (mail,) = wait_until(
        lambda: call("mail.mail", "search_read", [domain, fields]), 60, "the mail"
    )
    return mail


def test_invoices_are_imported_while_one_is_elsewhere(
    browser, odoo, connection, starter
):
    sign_in_to_odoo(browser, odoo, "customer-invoices", STARTER)
    browser.click(".o_control_panel button", "Import from Sage Intacct")
    browser.see(".modal", "you may leave the page")
    pictures(browser, "import")
    with browser.resized(NARROW):
        browser.see(".modal", "you may leave the page")
        pictures(browser, "import-narrow")
    browser.click(".modal button[name=action_start]", "Start")
    browser.see(".o_form_view", "Outstanding Invoices")

    # Somewhere else meanwhile
    browser.open(f"{odoo.url}/odoo/customers")
    browser.see(NOTICE, "The import from Sage Intacct is finished", 180)
    pictures(browser, "import-finished")
    with browser.resized(NARROW):
        browser.see(NOTICE, "The import from Sage Intacct is finished")
        pictures(browser, "import-finished-narrow")
    browser.click(f"{NOTICE} button", "View Records")
    browser.see(".o_data_row", "INV-2026-")
    mail = the_mail(connection.call)
    assert "is finished" in mail["subject"]
    assert "UK-0007" in mail["body_html"], "failures with their numbers"
    assert "/odoo/intacct-syncs/" in mail["body_html"]
    assert not browser.errors


def test_customers_are_imported_from_their_list(browser, odoo, connection, starter):
    connection.enable_auto_sync("The planted failures stay in Intacct.")
    sign_in_to_odoo(browser, odoo, "customer-invoices", STARTER)
    browser.click(".o_control_panel button", "Import from Sage Intacct")
    browser.see(".modal", "this import is not needed")
    browser.click(".modal button", "Discard")
    browser.open(f"{odoo.url}/odoo/customers")
    browser.see(".o_list_view")
    browser.click(
        ".o_cp_action_menus button.dropdown-toggle, .o_cp_action_menus button"
    )
    browser.click(".o_intacct_import_menu", "Import from Sage Intacct")
    browser.see(".modal", "brings the others too")
    browser.click(".modal button[name=action_start]", "Start")

    browser.see(NOTICE, "The import from Sage Intacct is finished", 240)
    browser.click(f"{NOTICE} button", "View Records")
    browser.see(".o_data_row")
    assert "customers imported" in the_mail(connection.call)["body_html"]
    assert not browser.errors


def test_an_import_survives_the_death_of_the_server(
    cluster, database, odoo, intacct, connection, starter
):
    def rows(query):
        return cluster.execute(query, database=database)

    def imported():
        return rows("SELECT id FROM account_move WHERE intacct_imported")

    hold(intacct, "ARADJUSTMENTITEM")
    call = odoo.rpc(STARTER, STARTER)
    values = {"scope": "invoices", "backend_id": connection.id}
    (wizard,) = call("intacct.import", "create", [[values]])
    run_id = call("intacct.import", "action_start", [[wizard]])["res_id"]
    wait_until(imported, 120, "the first documents")
    odoo.kill()
    intacct.no_faults()
    killed_with = len(imported())
    assert rows("SELECT state FROM intacct_sync_run") == [("running",)]

    odoo.start()

    def ended():
        wake(cluster, database)
        states = rows("SELECT state FROM intacct_sync_run")
        return states == [("errors",)]

    wait_until(ended, 240, "the end of the same import", pause=1)
    connection = Connection(odoo.rpc(), connection.id)
    assert killed_with < len(imported())
    ours, theirs = demo_check.imported_items(connection), open_items(intacct)
    planted = {row["document"] for row in PLANTED}
    assert not list(demo_check.compare_items(ours, theirs, planted))
    mail = the_mail(connection.call)
    assert f"/odoo/intacct-syncs/{run_id}" in mail["body_html"]
