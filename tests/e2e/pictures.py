"""Pictures of what a person sees, for the documentation.

With UPDATE_IMAGES=1 in the environment they become those of docs/.
"""

import os

from dev.lib.stack import DEV, ROOT

UPDATE = os.environ.get("UPDATE_IMAGES")
IMAGES = ROOT / "docs" / "images" if UPDATE else DEV / "screenshots"
NARROW = 420


def pictures(browser, name, *steps):
    """Takes the page at two widths.

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
