"""A person with a browser: sets the connection up, from nothing to auto-sync.

With UPDATE_IMAGES=1 in the environment the pictures become those of docs/.
"""

import pytest

from dev.lib.demo import exchange_rates, sign_in
from dev.lib.demo_odoo import Connection, use_currencies

from .pictures import IMAGES, pictures

NOTIFICATION = ".o_notification"


@pytest.fixture
def odoo(odoo):
    """With the currencies of the demo company."""
    use_currencies(odoo.rpc(), exchange_rates())
    return odoo


class Person:
    """What an administrator does, with the words of the pages.

    :param Browser browser: signed in to nothing yet
    :param OdooServer odoo: with an empty company
    """

    def __init__(self, browser, odoo):
        self.browser = browser
        self.odoo = odoo

    def sign_in(self):
        self.browser.open(f"{self.odoo.url}/web/login?redirect=/odoo/settings")
        self.browser.fill("#login", "admin")
        self.browser.fill("#password", "admin")
        self.browser.click("button[type=submit]", "Log in")

    def open_from_settings(self):
        """Settings > Invoicing > Sage Intacct > Connect."""
        self.browser.click(".settings_tab .tab", "Invoicing")
        self.browser.see("#intacct_connections", "Connections")
        # Not from the top of the page: the block is the last one.
        IMAGES.mkdir(parents=True, exist_ok=True)
        self.browser.screenshot(IMAGES / "settings.png")
        self.browser.click("button[name=action_open_intacct]", "Connect")
        self.browser.see(".o_form_view", "Web Services and Sender ID")

    def open_new(self):
        self.browser.see(".o_settings_container")
        self.browser.open(f"{self.odoo.url}/odoo/intacct-connections/new")
        self.browser.see(".o_form_view", "Web Services and Sender ID")

    def type_sign_in(self, **other):
        for name, value in {**sign_in(), **other}.items():
            self.browser.fill(f"[name={name}] input", value)

    def connect(self, button="Connect"):
        self.browser.click("button[name=action_connect]", button)
        self.browser.see(NOTIFICATION, "Sage Intacct is now connected")
        self.browser.click(".o_notification_close")

    def tab(self, name):
        self.browser.click(".o_notebook .nav-link", name)

    def choose(self, **choices):
        for field, code in choices.items():
            self.browser.choose(field, code)

    def save(self):
        self.browser.click("button.o_form_button_save")
        self.browser.unseen("button.o_form_button_save")

    def map(self):
        self.tab("Mapping")
        self.choose(
            item_reference_id="4000",
            undeposited_reference_id="1120",
            location_reference_id="110-BOS",
            department_reference_id="SAL",
        )
        self.save()
        tab = (".o_notebook .nav-link", "Mapping")
        pictures(self.browser, "mapping", tab, ("[name=item_reference_id]", ""))
        self.tab("To Intacct")
        self.choose(advance_reference_id="2400")
        self.save()

    def sell(self):
        """An invoice of Odoo on an account that Intacct has too, posted before
        anything was mapped."""
        call = self.odoo.rpc()
        domain = [("kind", "=", "account"), ("code", "=", "4100")]
        (theirs,) = call("intacct.reference", "search_read", [domain, ["name"]])
        income = [("account_type", "=", "income")]
        account = call("account.account", "search", [income], {"limit": 1})
        same = {"code": "4100", "name": theirs["name"]}
        call("account.account", "write", [account, same])
        partner = call("res.partner", "create", [[{"name": "Odenwald Optik"}]])
        line = {"name": "Repair", "price_unit": 250, "account_id": account[0]}
        invoice = {
            "move_type": "out_invoice",
            "partner_id": partner[0],
            "invoice_line_ids": [(0, 0, {**line, "tax_ids": []})],
        }
        move = call("account.move", "create", [[invoice]])
        call("account.move", "action_post", [move])

    def sees_step(self, name, state):
        """The checklist says so of a step."""
        self.browser.see(f"[name=step_{name}]", state)

    def latest_run(self, scope):
        """The newest run of the only connection, once it has ended."""
        call = self.odoo.rpc()
        (backend,) = call("intacct.backend", "search", [[]])
        domain = [("scope", "=", scope)]
        (run,) = call("intacct.sync.run", "search", [domain], {"limit": 1})
        return Connection(call, backend).wait(run)

    def again(self):
        """Looks at the page anew."""
        self.browser.open(self.browser.js("location.href"))


@pytest.fixture
def person(browser, odoo):
    someone = Person(browser, odoo)
    someone.sign_in()
    return someone


def test_from_nothing_to_auto_sync(person, browser):
    person.open_from_settings()
    person.type_sign_in()
    pictures(browser, "connect", ("[name=action_connect]", "Connect"))
    person.connect()
    person.sees_step("connect", "Done")
    person.sees_step("mapping", "To Do")
    browser.see("[name=preview_missing]", "Customer Advances")

    browser.click("button[name=action_check]", "Check Permissions")
    browser.see(NOTIFICATION, "Check started")
    assert person.latest_run("check").values["state"] == "done"
    person.again()
    browser.click("button[name=action_open_checks]", "What Was Found")
    browser.see(".o_list_view", "In Order")
    pictures(browser, "checks")
    browser.js("history.back()")

    person.map()
    person.tab("Set-Up")
    pictures(browser, "set-up", (".o_form_view", "Auto-Sync"))
    person.sell()
    browser.click("button[name=action_suggest_mapping]", "Suggest Mapping")
    browser.see(".o_data_row", "Certain")
    browser.see("[name=example]", "Repair")
    pictures(browser, "suggest-mapping")
    browser.click("button[name=action_accept_certain]", "Accept All Certain")
    browser.see("[name=example]", "4100")
    browser.unseen("button[name=action_accept_certain]")
    browser.click("button[name=action_back]", "Back to the Connection")
    browser.see("button[name=action_preview]")
    browser.click("button[name=action_enable_auto_sync]", "Enable Auto-Sync")
    browser.see(".modal", "run the preview first")
    browser.click(".modal button", "Close")

    browser.click("button[name=action_preview]", "Preview")
    browser.see(NOTIFICATION, "Preview started")
    assert person.latest_run("preview").values["state"] == "done"
    person.again()
    browser.click("button[name=action_open_preview]", "Read It")
    browser.see(".o_form_view", "Opening Balances")
    browser.see("[name=summary]", "Invoices and Credits")
    pictures(browser, "preview", (".o_form_view", "Opening Balances"))
    browser.click("button[name=action_open_lines]")
    browser.see(".o_list_view", "Will Fail")
    pictures(browser, "preview-records")
    browser.js("history.back()")

    browser.click("button[name=action_accept]", "Sign and Accept")
    browser.see(".modal", "will not agree")
    browser.fill(".modal [name=reason] textarea", "Planted failures stay in Intacct.")
    pictures(browser, "preview-sign")
    browser.click(".modal button[name=action_accept]", "Sign and Accept")
    browser.see(".o_statusbar_status .o_arrow_button_current", "Accepted")

    browser.open(f"{person.odoo.url}/odoo/intacct-connections")
    browser.click(".o_data_row", "Sage Intacct")
    browser.click("button[name=action_enable_auto_sync]", "Enable Auto-Sync")
    browser.see("button[name=action_disable_auto_sync]")
    first = person.latest_run("sync")
    assert first.values["state"] == "errors", "with the planted failures"
    assert shown_and_done(person, first)
    assert not browser.errors


def shown_and_done(person, run):
    """Whether the preview showed what the first sync then did."""
    call = person.odoo.rpc()
    groups = call(
        "intacct.preview.line",
        "formatted_read_group",
        [[("direction", "=", "in")], ["outcome"], ["__count"]],
    )
    shown = {group["outcome"]: group["__count"] for group in groups}
    done = {"create": run.count("created"), "fail": run.count("failed")}
    assert {name: shown.get(name, 0) for name in done} == done
    return True


def test_a_wrong_password_is_told_and_repaired(person, browser):
    person.open_new()
    person.type_sign_in(api_password="not the one")
    browser.click("button[name=action_connect]", "Connect")
    browser.see(".modal", "non-200 status code: 401")
    pictures(browser, "wrong-password")
    browser.click(".modal button", "Close")
    person.type_sign_in()
    person.connect()

    # Somebody changes it in Intacct: the connection stops and says what to do.
    person.tab("Mapping")
    person.choose(
        item_reference_id="4000",
        undeposited_reference_id="1120",
        location_reference_id="110-BOS",
    )
    person.tab("Set-Up")
    browser.fill("[name=api_password] input", "changed since")
    person.save()
    browser.click("button[name=action_sync_now]", "Sync Now")
    assert person.latest_run("sync").values["state"] == "failed"
    person.again()
    browser.see(".alert-danger", "non-200 status code: 401")
    person.sees_step("connect", "Problem")
    pictures(browser, "needs-attention", (".alert-danger", "non-200"))
    browser.fill("[name=api_password] input", sign_in()["api_password"])
    person.connect("Connect Again")
    browser.unseen(".alert-danger")
    person.sees_step("connect", "Done")
    assert not browser.errors
