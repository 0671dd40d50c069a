"""A real Chromium, driven through its DevTools protocol as a person would."""

import base64
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import websocket

from dev.lib.waiting import wait_until

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ANSWER_SECONDS = 60
# What a person finds: visible, holding a text, not behind anything.
FIND = """
(selector, text) => {
    for (const element of document.querySelectorAll(selector)) {
        const words = element.innerText || element.value || "";
        if (!element.checkVisibility({visibilityProperty: true})) continue;
        if (text && !words.includes(text)) continue;
        element.scrollIntoView({block: "center", inline: "nearest"});
        const box = element.getBoundingClientRect();
        if (!box.width || !box.height) continue;
        const x = box.left + box.width / 2, y = box.top + box.height / 2;
        const top = document.elementFromPoint(x, y);
        if (!element.contains(top) && !top?.contains(element)) continue;
        return {element, top, x, y, text: words};
    }
    return null;
}
"""
SEE = f"""
(selector, text) => {{
    const found = ({FIND})(selector, text);
    return found && {{x: found.x, y: found.y, text: found.text}};
}}
"""
# Notes whether a click reaches what it was meant for: a page that moves between the
# press and the release of the button, or while the pointer comes, gets another one.
AIM = f"""
(selector, text) => {{
    const found = ({FIND})(selector, text);
    if (!found || found.element.disabled) return null;
    window.clickAim = found;
    window.clickHit = false;
    window.clickWatch ??= ({{target}}) => {{
        const {{element, top}} = window.clickAim;
        window.clickHit ||= element.contains(target) || target === top;
    }};
    window.addEventListener("click", window.clickWatch, true);
    return {{x: found.x, y: found.y}};
}}
"""


class BrowserError(Exception):
    """The browser did not do what it was told; the text says what."""


class Browser:
    """One page in a browser of its own.

    :ivar list[str] errors: exceptions that the page's scripts did not catch
    """

    def __init__(self, width=1280, height=900):
        self.size = width, height
        self.errors = []
        self._sent = 0

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="browser-"))
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        if not program:
            raise BrowserError(f"none of {', '.join(PROGRAMS)} is installed")
        options = [
            "--headless=new",
            "--remote-debugging-port=0",
            f"--user-data-dir={self.folder}",
            "--no-first-run",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--force-device-scale-factor=1",
            "--hide-scrollbars",
            "--remote-allow-origins=*",
        ]
        if os.getuid() == 0:
            options.append("--no-sandbox")
        with open(self.folder / "log", "w") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", program, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            self._attach()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *exc_info):
        self.socket.close()
        self._end()

    def _end(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _attach(self):
        known = self.folder / "DevToolsActivePort"

        def address():
            if self.process.poll() is not None:
                log = (self.folder / "log").read_text()
                raise BrowserError(f"the browser ended while starting:\n{log}")
            lines = known.read_text().split() if known.exists() else []
            return lines if len(lines) == 2 else None

        port, path = wait_until(address, 60, "the browser")
        self.socket = websocket.create_connection(
            f"ws://127.0.0.1:{port}{path}", timeout=ANSWER_SECONDS
        )
        self.session = None
        self._new_tab(*self.size)

    def _new_tab(self, width, height):
        """Opens a tab, to which all further commands go."""
        self.session = None
        target = self.command("Target.createTarget", url="about:blank")["targetId"]
        attached = self.command("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        self.command("Page.enable")
        self.command("Runtime.enable")
        self._resize(width, height)

    def _resize(self, width, height):
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    @contextlib.contextmanager
    def resized(self, width, height=900):
        """The page at that size for the ``with`` block: what has no address, a dialog
        say, cannot be opened in another tab."""
        self._resize(width, height)
        yield
        self._resize(*self.size)

    @contextlib.contextmanager
    def tab(self, width, height=900):
        """Another tab of that size for the ``with`` block."""
        before = self.session
        self._new_tab(width, height)
        try:
            yield
            self.command("Page.close")
        finally:
            self.session = before

    # ------------------------------------------------------------------
    # Protocol
    # ------------------------------------------------------------------
    def command(self, method, **params):
        """The result of one command.

        :raises BrowserError: the browser refused it
        """
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("method") == "Runtime.exceptionThrown":
                details = answer["params"]["exceptionDetails"]
                text = details.get("exception", {}).get("description")
                self.errors.append(text or details["text"])
            if answer.get("id") == self._sent:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def js(self, expression):
        """The value of an expression of the page, a promise's once it is kept."""
        result = self.command(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in result:
            raise BrowserError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    # ------------------------------------------------------------------
    # What a person does
    # ------------------------------------------------------------------
    def open(self, url):
        self.command("Page.navigate", url=url)

    def see(self, selector, text="", seconds=60):
        """Waits until something is visible.

        :param str selector: CSS
        :param str text: part of what it shows
        :return: its place and text
        """
        call = f"({SEE})({json.dumps(selector)}, {json.dumps(text)})"
        what = f"{selector} {text!r}".strip()
        return wait_until(lambda: self.js(call), seconds, what)

    def until(self, expression, what, seconds=60):
        """Waits until an expression of the page is true."""
        wait_until(lambda: self.js(expression), seconds, what)

    def unseen(self, selector):
        """Waits until nothing of the kind is visible."""
        call = f"({SEE})({json.dumps(selector)}, '')"
        wait_until(lambda: not self.js(call), 60, f"the end of {selector}")

    def click(self, selector, text=""):
        """Clicks on what is visible, enabled and at rest, until the click is there."""
        call = f"({AIM})({json.dumps(selector)}, {json.dumps(text)})"
        before = None

        def clicked():
            nonlocal before
            last, before = before, self.js(call)
            if not before or before != last:
                return False
            for kind in ("mousePressed", "mouseReleased"):
                self.command(
                    "Input.dispatchMouseEvent",
                    type=kind,
                    **before,
                    button="left",
                    clickCount=1,
                )
            # A page that is left for another knows nothing of it.
            return self.js("window.clickHit !== false")

        wait_until(clicked, 60, f"a click on {selector} {text!r}".strip(), pause=0.05)

    def fill(self, selector, text):
        """Replaces what an input holds by typing."""
        self.click(selector)
        self.js("document.activeElement.select()")
        self.command("Input.insertText", text=text)

    def choose(self, field, text):
        """Picks an item of a many2one field's list."""
        self.fill(f"[name={field}] input", text)

        def offered():
            # The form takes what was typed back when the answer to an earlier choice
            # arrives, as it does to people: they type again.
            if self.js(f"document.querySelector('[name={field}] input').value") != text:
                self.fill(f"[name={field}] input", text)
                return False
            # At first the list shows everything, and is read anew for what was typed.
            return self.js(
                f"""[...document.querySelectorAll(
                    ".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)"
                )].every((item) => item.innerText.includes({json.dumps(text)}))"""
            )

        wait_until(offered, 60, f"the items with {text!r}")
        self.click(".o-autocomplete--dropdown-item a", text)
        self.until(
            "!document.querySelector('.o-autocomplete--dropdown-menu')",
            "the end of the list",
        )

    def scroll_to_top(self):
        self.js(
            "document.querySelectorAll('*').forEach((one) => { one.scrollTop = 0; })"
        )

    def screenshot(self, path):
        """Writes what is visible as PNG."""
        # Fonts and pictures of the page, and animations of what just opened.
        self.js(
            """Promise.all([
                document.fonts.ready,
                ...[...document.images].map((image) => image.decode().catch(() => 0)),
                ...document.getAnimations()
                    .filter((one) => one.effect?.getTiming().iterations !== Infinity)
                    .map((one) => one.finished.catch(() => 0)),
            ]).then(() => true)"""
        )
        data = self.command("Page.captureScreenshot", format="png")["data"]
        Path(path).write_bytes(base64.b64decode(data))
