"""Faults that tests inject: a list of rules, each for a number of requests.

A rule matches by function, object, sender, company, control id, text and by
the count of requests since the rules were set. Some actions concern the
connection, some the execution of one function.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from dataclasses import dataclass, field

from lxml import etree

from . import auth
from .failures import ROLLED_BACK, ROLLED_BACK_TEXT, Fault, FunctionFailure, transient
from .idempotency import Repeated

ACTIONS = {
    "delay": "before",
    "cut": "after",
    "truncate": "after",
    "status": "before",
    "html": "after",
    "empty": "after",
    "expire_session": "before",
    "error": "before",
    "abort": "before",
    "partial": "after",
    "kill": "after",
}
MATCHES = {"function", "object", "sender", "company", "controlid", "contains"}
COUNTS = {"nth", "every", "times"}
OPTIONS = {"action", "when", "seconds", "bytes", "status", "headers", "body"}
OPTIONS |= {"errorno", "text", "correction", "pid"}
BUSY = "concurrent request in process"
HTML_PAGE = (
    "<!DOCTYPE html><html><head><title>api.intacct.com | 502: Bad gateway</title>"
    '</head><body><div id="cf-wrapper"><div id="cf-error-details">'
    "<h1>Error 502</h1><p>Bad gateway</p></div></div></body></html>"
)


class RuleError(ValueError):
    """A fault rule that makes no sense."""


class FunctionFault(Exception):
    """A function ends as *aborted* because a rule says so."""

    def __init__(self, failure: FunctionFailure) -> None:
        self.failure = failure
        super().__init__(str(failure))


class Interrupted(Exception):
    """The request ends here, before execution; the server does the rest."""


@dataclass
class Rule:
    """One fault; ``times`` None means for ever."""

    action: str
    matches: dict[str, str] = field(default_factory=dict)
    when: str = "before"
    nth: int | None = None
    every: int | None = None
    times: int | None = 1
    options: dict = field(default_factory=dict)
    withdrawn: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def read(cls, data: dict) -> Rule:
        unknown = set(data) - MATCHES - COUNTS - OPTIONS
        if unknown:
            raise RuleError(f"unknown keys: {', '.join(sorted(unknown))}")
        action = data.get("action")
        if action not in ACTIONS:
            raise RuleError(f"action must be one of {', '.join(sorted(ACTIONS))}")
        when = data.get("when", ACTIONS[action])
        if when not in ("before", "after"):
            raise RuleError("when must be before or after")
        return cls(
            action,
            {name: str(data[name]) for name in MATCHES & set(data)},
            when,
            data.get("nth"),
            data.get("every"),
            data.get("times", 1),
            {name: data[name] for name in OPTIONS & set(data)},
        )

    def applies_to(self, element: etree._Element) -> bool:
        """Whether a function of the request is meant."""
        if self.matches.get("function", element.tag) != element.tag:
            return False
        wanted = self.matches.get("object")
        return wanted is None or wanted in objects_of(element)

    def wait(self) -> None:
        """The time that a delay takes, or until its rule is withdrawn."""
        self.withdrawn.wait(float(self.options.get("seconds", 1)))

    def shown(self) -> dict:
        shown = {**self.matches, **self.options, "when": self.when}
        shown.update(nth=self.nth, every=self.every, times=self.times)
        return shown


def objects_of(element: etree._Element) -> set[str]:
    """The objects that a function names, in upper case."""
    found = element.findtext("object")
    if found:
        return {found.strip().upper()}
    return {child.tag.upper() for child in element if isinstance(child.tag, str)}


class Faults:
    """The rules in force."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.rules: list[Rule] = []
        self.count = 0

    def clear(self) -> None:
        with self._lock:
            for rule in self.rules:
                rule.withdrawn.set()
            self.rules = []
            self.count = 0

    def set(self, data: list[dict]) -> None:
        rules = [Rule.read(item) for item in data]
        with self._lock:
            self.rules.extend(rules)
            self.count = 0

    def shown(self) -> list[dict]:
        with self._lock:
            return [rule.shown() for rule in self.rules]

    def plan(self, control, functions: list[etree._Element], body: bytes) -> Plan:
        """The rules for this request; each one used counts down."""
        with self._lock:
            self.count += 1
            used = [
                rule
                for rule in self.rules
                if rule.times != 0 and self._matches(rule, control, functions, body)
            ]
            for rule in used:
                if rule.times is not None:
                    rule.times -= 1
        return Plan(used)

    def _matches(self, rule: Rule, control, functions, body: bytes) -> bool:
        if rule.nth is not None and self.count != rule.nth:
            return False
        if rule.every is not None and self.count % rule.every:
            return False
        wanted = rule.matches
        if wanted.get("sender", control.senderid) != control.senderid:
            return False
        for name in ("contains", "company", "controlid"):
            if name in wanted and wanted[name].encode() not in body:
                return False
        if "function" in wanted or "object" in wanted:
            return any(rule.applies_to(element) for element in functions)
        return True


class Plan:
    """What goes wrong with one request."""

    def __init__(self, rules: list[Rule] | None = None) -> None:
        self.rules = rules or []

    def first(self, when: str, *actions: str) -> Rule | None:
        for rule in self.rules:
            if rule.when == when and rule.action in actions:
                return rule
        return None

    def before(self, gateway) -> None:
        """Everything that happens before the request is executed."""
        self._kill("before")
        if self.first("before", "expire_session"):
            expire_all(gateway)
        if self.first("before", "cut", "status", "html", "empty"):
            raise Interrupted

    def after(self, gateway) -> None:
        """Everything that happens between the commit and the answer."""
        self._kill("after")
        if self.first("after", "expire_session"):
            expire_all(gateway)
        rule = self.first("after", "delay")
        if rule:
            rule.wait()

    def _kill(self, when: str) -> None:
        """Kill the process that a rule names, this one where it names none."""
        for rule in self.rules:
            if rule.when == when and rule.action == "kill":
                kill_process(rule.options.get("pid"))

    def delay(self, function: etree._Element) -> None:
        """Let one function take its time; nobody else is held up."""
        for rule in self._meant(function):
            if rule.action == "delay":
                rule.wait()

    def refuse(self, function: etree._Element) -> None:
        """Refuse or abort one function."""
        for rule in self._meant(function):
            if rule.action == "error":
                raise _injected(rule)
            if rule.action == "abort":
                fault = Fault(ROLLED_BACK, ROLLED_BACK_TEXT)
                raise FunctionFault(FunctionFailure(fault))

    def partial(self, function: etree._Element) -> FunctionFailure | None:
        """The failure that goes with what a function has created all the same."""
        for rule in self._meant(function, "after"):
            if rule.action == "partial":
                return _injected(rule)
        return None

    def _meant(self, function: etree._Element, when: str = "before") -> list[Rule]:
        element = function[0]
        return [
            rule
            for rule in self.rules
            if rule.when == when and rule.applies_to(element)
        ]


def _injected(rule: Rule) -> FunctionFailure:
    if "text" not in rule.options and "errorno" not in rule.options:
        return transient()
    fault = Fault(
        str(rule.options.get("errorno", "")),
        str(rule.options.get("text", "")),
        correction=str(rule.options.get("correction", "")),
    )
    # Who is told that its control id is busy has not used it up.
    return (Repeated if BUSY in fault.description2 else FunctionFailure)(fault)


def expire_all(gateway) -> None:
    for company in gateway.companies.values():
        with company.tables.transaction():
            auth.expire_sessions(company)


def kill_process(pid: int | None) -> None:
    """``kill -9``; a process that has ended already is left in peace."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(pid or os.getpid()), signal.SIGKILL)
