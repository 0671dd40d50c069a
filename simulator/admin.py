"""The admin paths under ``/_simulator``: JSON in, JSON out, loopback only."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from datetime import date

from werkzeug.wrappers import Request, Response

from . import changing, demo_company, loading, pages
from .books import proof
from .clock import any_moment, day_of, iso_stamp
from .company import Company
from .context import Context
from .failures import FunctionFailure
from .faults import Faults, RuleError
from .gateway import Gateway
from .objects import REGISTRY
from .reading.columns import all_columns
from .requestlog import RequestLog
from .settings import SettingError

PREFIX = "/_simulator/"
DEFAULT_COMPANY = "DEMO"
SENDER = "odoo_sender"
CREDENTIALS = {
    "SENDERS": [
        {"SENDERID": SENDER, "PASSWORD": "sender-demo"},
        {"SENDERID": "other_sender", "PASSWORD": "other-demo"},
    ],
    "USERS": [{"LOGINID": "odoo", "PASSWORD": "odoo-demo", "GMTOFFSET": "-08:00"}],
}
EMPTY_COMPANY = {
    "COMPANY": {"NAME": "Demo Company"},
    "GLACCOUNT": [
        {"ACCOUNTNO": number, "TITLE": title, "ACCOUNTTYPE": kind}
        for number, title, kind in (
            ("1000", "Bank", "balancesheet"),
            ("1050", "Undeposited Funds", "balancesheet"),
            ("1100", "Accounts Receivable", "balancesheet"),
            ("2200", "Sales Tax Payable", "balancesheet"),
            ("2400", "Customer Advances", "balancesheet"),
            ("4000", "Sales", "incomestatement"),
            ("4900", "Discounts Given", "incomestatement"),
            ("8100", "Exchange Gain or Loss", "incomestatement"),
        )
    ],
    "ARTERM": [{"NAME": "Net 30", "DUEDATE": 30, "DUEFROM": "from invoice/bill date"}],
    "CHECKINGACCOUNT": [
        {
            "BANKACCOUNTID": "BOA",
            "BANKNAME": "Bank of Anywhere",
            "GLACCOUNTNO": "1000",
            "CURRENCY": "USD",
        }
    ],
}


class BadRequest(ValueError):
    """Something the caller has to correct."""


class Admin:
    """Routes the admin paths and the page at ``/``."""

    def __init__(self, gateway: Gateway, faults: Faults, log: RequestLog) -> None:
        self.gateway = gateway
        self.faults = faults
        self.log = log
        self.routes: dict[tuple[str, str], Callable] = {
            ("POST", "reset"): self.reset,
            ("POST", "load"): self.load,
            ("POST", "change"): self.change,
            ("POST", "settings"): self.set_settings,
            ("GET", "settings"): self.settings,
            ("GET", "books"): self.books,
            ("GET", "requests"): self.requests,
            ("DELETE", "requests"): self.clear_requests,
            ("GET", "meter"): self.meter,
            ("DELETE", "meter"): self.clear_meter,
            ("POST", "faults"): self.set_faults,
            ("GET", "faults"): self.shown_faults,
            ("DELETE", "faults"): self.clear_faults,
            ("GET", "health"): self.health,
        }

    def respond(self, request: Request) -> Response:
        if not ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:
            return Response("Forbidden", 403)
        if not request.path.startswith(PREFIX):
            return self.page(request)
        name = request.path.removeprefix(PREFIX)
        try:
            if request.method == "GET" and name.startswith("objects/"):
                return answer(self.objects(request, name.removeprefix("objects/")))
            handler = self.routes.get((request.method, name))
            if handler is None:
                return answer({"error": f"no such path: {name}"}, 404)
            with self.gateway.database.lock:
                return answer(handler(request))
        except (BadRequest, loading.LoadError, RuleError, SettingError) as error:
            return answer({"error": str(error)}, 400)
        except changing.ChangeError as error:
            return answer({"error": str(error)}, 400)
        except FunctionFailure as failure:
            return answer({"error": str(failure)}, 409)

    def page(self, request: Request) -> Response:
        """The page for people: the company's receivables."""
        with self.gateway.database.lock:
            company = self.company(request)
            status, html = pages.page(
                company,
                request.path,
                request.args,
                proof.summary(company),
                self.log.since(0, bodies=False),
                self.faults.shown(),
            )
        return Response(html, status, content_type="text/html; charset=utf-8")

    def company(self, request: Request) -> Company:
        """The company of ``?company=``, else the one loaded or reset last."""
        name = request.args.get("company", self.gateway.current)
        company = self.gateway.companies.get(name)
        if company is None:
            raise BadRequest(f"there is no company {name}")
        return company

    # ---------------------------------------------------------------- writing

    def reset(self, request: Request) -> dict:
        data = body(request, {})
        unknown = set(data) - {"company", "settings", "now"}
        if unknown:
            raise BadRequest(f"unknown keys: {', '.join(sorted(unknown))}")
        counts = reset(self.gateway, data.get("company", "empty"))
        company = self.gateway.companies[DEFAULT_COMPANY]
        if data.get("settings"):
            with company.tables.transaction():
                company.set_settings(data["settings"])
        if data.get("now"):
            moment = any_moment(data["now"])
            self.gateway.move_clock(lambda clock: clock.set(moment))
        self.faults.clear()
        self.log.clear()
        return {"loaded": counts}

    def load(self, request: Request) -> dict:
        """Load into the company named in the query or in the data, made if new."""
        data = body(request)
        named = (data.get("COMPANY") or {}).get("COMPANYID")
        name = request.args.get("company") or named or self.gateway.current
        known = name in self.gateway.companies
        company = self.gateway.company(name)
        try:
            counts = loading.load(self.gateway, company, data)
        except Exception:
            if not known:
                del self.gateway.companies[name]
            raise
        self.gateway.set_current(name)
        return {"loaded": counts}

    def change(self, request: Request) -> dict:
        company = self.company(request)
        data = body(request)
        if data.get("action") == "clock":
            return self._clock(data)
        context = Context(company, source="ui")
        with company.tables.transaction():
            return changing.change(context, data)

    def _clock(self, data: dict) -> dict:
        if "advance" in data:
            seconds = float(data["advance"])
            self.gateway.move_clock(lambda clock: clock.advance(seconds))
        else:
            moment = any_moment(data["now"])
            self.gateway.move_clock(lambda clock: clock.set(moment))
        return {"now": iso_stamp(self.gateway.clock.now())}

    def set_settings(self, request: Request) -> dict:
        company = self.company(request)
        with company.tables.transaction():
            company.set_settings(body(request))
        return dict(company.settings)

    def set_faults(self, request: Request) -> dict:
        rules = body(request)
        self.faults.set(rules if isinstance(rules, list) else [rules])
        return {"faults": self.faults.shown()}

    def clear_faults(self, request: Request) -> dict:
        self.faults.clear()
        return {"faults": []}

    def clear_requests(self, request: Request) -> dict:
        self.log.clear()
        return {}

    def clear_meter(self, request: Request) -> dict:
        self.gateway.meter.clear()
        return {}

    # ---------------------------------------------------------------- reading

    def settings(self, request: Request) -> dict:
        return dict(self.company(request).settings)

    def shown_faults(self, request: Request) -> dict:
        return {"faults": self.faults.shown()}

    def books(self, request: Request) -> dict:
        return proof.summary(self.company(request))

    def requests(self, request: Request) -> list[dict]:
        since = int(request.args.get("since", 0))
        bodies = request.args.get("bodies", "true") != "false"
        return self.log.since(since, bodies)

    def meter(self, request: Request) -> dict:
        return self.gateway.meter.shown()

    def health(self, request: Request) -> dict:
        return {
            "status": "ok",
            "companies": sorted(self.gateway.companies),
            "now": iso_stamp(self.gateway.clock.now()),
            "endpoint": self.gateway.address,
        }

    def objects(self, request: Request, name: str) -> list[dict]:
        """All rows of an object, all fields, as a user on GMT would read them."""
        declared = REGISTRY.get(name)
        if declared is None:
            raise BadRequest(f"there is no object {name}")
        with self.gateway.database.lock:
            context = Context(self.company(request))
            columns = all_columns(context, declared, unqueryable=True)
            rows = context.tables.rows[declared.source or name].values()
            if declared.where is not None:
                rows = [row for row in rows if declared.where(row)]
            wanted = {
                field: value
                for field, value in request.args.items()
                if field != "company"
            }
            shown = (
                {column.name: column.text(row) for column in columns} for row in rows
            )
            return [
                row
                for row in shown
                if all(row.get(field) == value for field, value in wanted.items())
            ]


def body(request: Request, default=None):
    text = request.get_data(as_text=True)
    if not text and default is not None:
        return default
    try:
        return json.loads(text)
    except ValueError as error:
        raise BadRequest(f"the body is not JSON: {error}") from error


def answer(data, status: int = 200) -> Response:
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return Response(text + "\n", status, content_type="application/json")


def reset(gateway: Gateway, kind: str) -> dict[str, int]:
    """Start again with the empty or the demo company."""
    if kind not in ("empty", "demo"):
        raise BadRequest("company must be demo or empty")
    gateway.clear()
    data = EMPTY_COMPANY
    if kind == "demo":
        data = demo_company.records(date.fromisoformat(day_of(gateway.clock.now())))
    company = gateway.company(DEFAULT_COMPANY)
    gateway.set_current(DEFAULT_COMPANY)
    counts = loading.load(gateway, company, data)
    senders = [*company.configuration["SENDERS"], SENDER]
    authorised = {"COMPANY": {"SENDERS": sorted(set(senders))}}
    loading.load(gateway, company, {**CREDENTIALS, **authorised})
    return counts
