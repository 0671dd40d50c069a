"""Accounting Sync in a browser: progress that moves by itself, failures retried."""

from dev.lib.waiting import wait_until

from .pages import has_stayed, hold, sign_in_to_odoo, stay
from .pictures import pictures

# What the progress bar showed, in the order in which it did.
WATCH = """
(() => {
    window.intacctSeen = [];
    new MutationObserver(() => {
        const bar = document.querySelector(".o_intacct_progress .progress");
        const now = bar && Number(bar.getAttribute("aria-valuenow"));
        if (bar && now !== window.intacctSeen.at(-1)) window.intacctSeen.push(now);
    }).observe(document.body, {subtree: true, childList: true, attributes: true});
})()
"""


def test_a_sync_is_watched_from_the_click_to_the_end(
    browser, odoo, intacct, connection
):
    hold(intacct, "ARADJUSTMENTITEM")
    sign_in_to_odoo(browser, odoo, "accounting-sync")
    browser.see(".o_kanban_record", "Ready")
    stay(browser)

    browser.click(".o_kanban_record button[name=action_sync_now]", "Sync Now")
    browser.see(".o_kanban_record", "A sync is under way")
    browser.click(".o_kanban_record a[name=action_open_running]")
    browser.see(".o_form_view .o_arrow_button_current", "Running")
    browser.see(".o_intacct_progress .progress")
    browser.js(WATCH)
    browser.until("window.intacctSeen.at(-1) > 30", "progress")
    pictures(browser, "sync-running", (".o_intacct_progress", "%"))
    intacct.no_faults()
    browser.see(".o_form_view .o_arrow_button_current", "Done with Errors", 180)

    seen = browser.js("window.intacctSeen")
    assert len(seen) > 1 and seen == sorted(seen), f"it moved, and never back: {seen}"
    assert has_stayed(browser), "without a reload"
    browser.unseen(".o_intacct_progress")
    browser.see("[name=failures]", "UK-0007")
    browser.see("button[name=action_open_documents]", "Documents")
    assert not browser.errors


def test_the_card_moves_by_itself(browser, odoo, intacct, connection):
    sign_in_to_odoo(browser, odoo, "accounting-sync")
    browser.see(".o_kanban_record", "Ready")
    stay(browser)

    connection.act("action_sync_now")

    browser.see(".o_kanban_record", "Done with Errors", 180)
    browser.see(".o_kanban_record", "failures")
    browser.see(".o_kanban_record", "API transactions")
    assert has_stayed(browser)
    connection.enable_auto_sync("The planted failures stay in Intacct.")
    connection.act("action_disable_auto_sync")
    browser.open(f"{odoo.url}/odoo/accounting-sync")
    browser.see(".o_kanban_record", "Paused")


def test_all_failures_of_one_cause_are_retried(browser, odoo, connection):
    call = connection.call
    (euro,) = call("res.currency", "search", [[("name", "=", "EUR")]])
    call("res.currency", "write", [[euro], {"active": False}])
    connection.sync()
    domain = [("cause", "=like", "currency_off%"), ("state", "=", "open")]
    failed = call("intacct.sync.event", "search_count", [domain])
    assert failed > 2, "several documents in EUR"
    sign_in_to_odoo(browser, odoo, "intacct-failures")
    browser.see(".o_group_header", "currency is not active")
    pictures(browser, "failures", (".o_action_manager", "UK-0007"))
    stay(browser)

    call("res.currency", "write", [[euro], {"active": True}])
    browser.click(".o_group_header button[name=action_retry_failures]", "Retry All")
    browser.see(".o_notification", "tried again")

    def only_pounds():
        left = call("intacct.sync.event", "search_read", [domain, ["document"]])
        return [row["document"] for row in left] == ["UK-0007"]

    wait_until(only_pounds, 180, "the documents in EUR")
    browser.until(
        f"document.querySelectorAll('.o_data_row').length < {failed}",
        "a shorter list",
    )
    assert has_stayed(browser)
    assert not browser.errors
