"""A simulator process and a client that speaks to it over real HTTP."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from pathlib import Path

import requests
from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"http://[\d.]+:\d+")
LOGIN = (
    "<login><userid>{}</userid><companyid>{}</companyid><password>{}</password></login>"
)


class Process:
    """``python -m simulator`` on a free port; ``kill`` is ``kill -9``."""

    def __init__(self, store: Path, company: str = "empty") -> None:
        self.store = store
        self.company = company
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "simulator", "--store", str(self.store)]
        command += ["--company", self.company]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        line = self.process.stdout.readline().decode()
        self.url = ADDRESS.search(line).group()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def restart(self) -> None:
        self.kill()
        self.start()


class Failed(AssertionError):
    """A function that should have succeeded did not; the text has its errors."""


class Result:
    """One result of an answer."""

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        self.status = element.findtext("status")
        self.key = element.findtext("key")
        self.data = element.find("data")

    @property
    def ok(self) -> bool:
        return self.status == "success"

    @property
    def errors(self) -> list[tuple[str, str]]:
        return errors_of(self.element)

    @property
    def text(self) -> str:
        """errorno and texts of all errors, support IDs taken off."""
        return " | ".join(f"{number}: {said}" for number, said in self.errors)

    @property
    def rows(self) -> list[dict[str, str]]:
        """The rows of a read as flat dicts."""
        return [
            {field.tag: field.text or "" for field in row if not len(field)}
            for row in self.data
        ]

    @property
    def recordno(self) -> int:
        """The RECORDNO that a create or a legacy function answered."""
        return int(self.key or self.data.findtext(".//RECORDNO"))


def errors_of(element: etree._Element) -> list[tuple[str, str]]:
    found = []
    for error in element.findall("errormessage/error"):
        texts = (
            error.findtext("description"),
            error.findtext("description2"),
            error.findtext("correction"),
        )
        said = " ".join(text for text in texts if text)
        said = re.sub(r" \[Support ID: [^\]]*\]", "", said)
        found.append((error.findtext("errorno"), said))
    return found


class Client:
    """Requests of one web services user."""

    numbers = itertools.count(1)

    def __init__(self, url: str, **who) -> None:
        self.url = url
        self.sender = who.get("sender", "odoo_sender")
        self.sender_password = who.get("sender_password", "sender-demo")
        self.login = LOGIN.format(
            who.get("user", "odoo"),
            who.get("company", "DEMO"),
            who.get("password", "odoo-demo"),
        )
        self.session = requests.Session()
        self.timeout = 30

    # --------------------------------------------------------------- envelope

    def body(self, functions, **options) -> str:
        """A request; ``functions`` are XML texts or (control id, XML text)."""
        content = "".join(
            f'<function controlid="{controlid}">{function}</function>'
            for controlid, function in map(self._named, functions)
        )
        unique = "true" if options.get("unique") else "false"
        transaction = "true" if options.get("transaction") else "false"
        authentication = options.get("auth") or self.login
        extra = options.get("control", "")
        return (
            '<?xml version="1.0" encoding="UTF-8"?><request><control>'
            f"<senderid>{self.sender}</senderid>"
            f"<password>{self.sender_password}</password>"
            f"<controlid>request-1</controlid><uniqueid>{unique}</uniqueid>"
            f"<dtdversion>3.0</dtdversion>{extra}</control>"
            f'<operation transaction="{transaction}"><authentication>{authentication}'
            f"</authentication><content>{content}</content></operation></request>"
        )

    def _named(self, function):
        if isinstance(function, tuple):
            return function
        return f"f{next(self.numbers)}", function

    def post(self, body: str, **headers) -> requests.Response:
        return self.session.post(
            f"{self.url}/ia/xml/xmlgw.phtml",
            data=body.encode(),
            headers={"Content-Type": "application/xml", **headers},
            timeout=self.timeout,
        )

    def send(self, functions, **options) -> etree._Element:
        answer = self.post(self.body(functions, **options))
        return etree.fromstring(answer.content)

    def results(self, functions, **options) -> list[Result]:
        root = self.send(functions, **options)
        found = root.findall("operation/result")
        if not found:
            raise Failed(etree.tostring(root).decode())
        return [Result(element) for element in found]

    def call(self, function: str, **options) -> Result:
        (result,) = self.results([function], **options)
        return result

    def do(self, function: str, **options) -> Result:
        """A call that has to succeed."""
        result = self.call(function, **options)
        if not result.ok:
            raise Failed(result.text)
        return result

    def open_session(self, entity: str | None = None) -> str:
        inner = "" if entity is None else f"<locationid>{entity}</locationid>"
        result = self.do(f"<getAPISession>{inner}</getAPISession>")
        return f"<sessionid>{result.data.findtext('.//sessionid')}</sessionid>"

    # ------------------------------------------------------------------ reads

    def query(self, name: str, fields: str, where: str = "", **more) -> list[dict]:
        """Rows of ``query``; ``more``: order, pagesize, offset, private."""
        return self.do(query(name, fields, where, **more)).rows

    # ----------------------------------------------------------------- writes

    def invoice(self, **values) -> int:
        return self.do(create_invoice(**values)).recordno

    def memo(self, **values) -> int:
        return self.do(create_memo(**values)).recordno

    def pay(self, *details: dict, **values) -> int:
        return self.do(create_payment(*details, **values)).recordno


class Admin:
    """The admin paths."""

    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, path: str, data=None, status: int = 200, **query):
        answer = requests.post(
            f"{self.url}/_simulator/{path}", json=data, params=query, timeout=60
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, path: str, **query):
        answer = requests.get(f"{self.url}/_simulator/{path}", params=query, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def delete(self, path: str):
        return requests.delete(f"{self.url}/_simulator/{path}", timeout=60).json()

    def rows(self, name: str, **wanted) -> list[dict]:
        return self.get(f"objects/{name}", **wanted)

    def row(self, name: str, recordno: int) -> dict:
        (found,) = self.rows(name, RECORDNO=str(recordno))
        return found

    def settings(self, **switches) -> None:
        self.post("settings", switches)

    def change(self, action: str, status: int = 200, **data) -> dict:
        return self.post("change", {"action": action, **data}, status)

    def books(self) -> dict:
        return self.get("books")

    def proof(self) -> list[str]:
        return self.books()["differences"]


# -------------------------------------------------------------------- XML texts


def tags(**values) -> str:
    return "".join(
        f"<{name}>{value}</{name}>"
        for name, value in values.items()
        if value is not None
    )


def date(name: str, day: str | None) -> str:
    """MM/DD/YYYY as a legacy date element."""
    if day is None:
        return ""
    month, number, year = day.split("/")
    inner = tags(year=year, month=month, day=number)
    return f"<{name}>{inner}</{name}>"


def query(name: str, fields: str, where: str = "", **more) -> str:
    select = "".join(f"<field>{field}</field>" for field in fields.split())
    order = "".join(
        f"<order><field>{field}</field></order>"
        for field in more.get("order", "").split()
    )
    return (
        f"<query><object>{name}</object>"
        f"<select>{select}{more.get('select', '')}</select>"
        + (f"<filter>{where}</filter>" if where else "")
        + (f"<orderby>{order}</orderby>" if order else "")
        + (f"<options>{more['options']}</options>" if "options" in more else "")
        + tags(pagesize=more.get("pagesize"), offset=more.get("offset"))
        + "</query>"
    )


def compare(operator: str, field: str, *values) -> str:
    inner = "".join(f"<value>{value}</value>" for value in values)
    return f"<{operator}><field>{field}</field>{inner}</{operator}>"


def line(amount, account: str = "4000", **values) -> str:
    """A lineitem; ``label`` instead of the account, ``location``, ``memo`` …"""
    label = values.pop("label", None)
    account_tag = tags(accountlabel=label) if label else tags(glaccountno=account)
    memo, location = values.pop("memo", None), values.pop("location", None)
    department = values.pop("department", None)
    inner = account_tag + tags(
        amount=amount, memo=memo, locationid=location, departmentid=department
    )
    return f"<lineitem>{inner}{tags(**values)}</lineitem>"


def _lines(values: dict) -> str:
    given = values.pop("lines", None)
    if given is None:
        given = [values.pop("amount", 100)]
    return "".join(item if isinstance(item, str) else line(item) for item in given)


def _currency(values: dict) -> str:
    currency = values.pop("currency", None)
    if currency is None:
        return ""
    rate = values.pop("rate", None)
    kind = tags(exchrate=rate) if rate else "<exchratetype></exchratetype>"
    return f"<currency>{currency}</currency>{kind}"


def create_invoice(**values) -> str:
    """``customer number day posted due term action lines amount currency rate``."""
    lines = _lines(values)
    currency = _currency(values)
    due = values.get("due", None if values.get("term") else "03/31/2026")
    return (
        "<create_invoice>"
        + tags(customerid=values.get("customer", "C1"))
        + date("datecreated", values.get("day", "03/01/2026"))
        + date("dateposted", values.get("posted"))
        + date("datedue", due)
        + tags(
            termname=values.get("term"),
            batchkey=values.get("batch"),
            action=values.get("action"),
            invoiceno=values.get("number"),
            ponumber=values.get("reference"),
            description=values.get("description"),
        )
        + values.get("contacts", "")
        + currency
        + tags(nogl=values.get("nogl"), taxsolutionid=values.get("solution"))
        + f"<invoiceitems>{lines}</invoiceitems></create_invoice>"
    )


def create_memo(**values) -> str:
    """An adjustment: negative amounts are credits."""
    values.setdefault("amount", -100)
    lines = _lines(values)
    currency = _currency(values)
    return (
        "<create_aradjustment>"
        + tags(customerid=values.get("customer", "C1"))
        + date("datecreated", values.get("day", "03/05/2026"))
        + tags(
            adjustmentno=values.get("number"),
            action=values.get("action"),
            description=values.get("description"),
        )
        + currency
        + f"<aradjustmentitems>{lines}</aradjustmentitems></create_aradjustment>"
    )


def create_payment(*details: dict, **values) -> str:
    """ARPYMT; details are dicts of ARPYMTDETAIL fields."""
    head = {
        "FINANCIALENTITY": "BOA",
        "PAYMENTMETHOD": "EFT",
        "CUSTOMERID": "C1",
        "RECEIPTDATE": "03/10/2026",
        **values,
    }
    inner = "".join(
        f"<ARPYMTDETAIL>{tags(**detail)}</ARPYMTDETAIL>" for detail in details
    )
    return (
        f"<create><ARPYMT>{tags(**head)}<ARPYMTDETAILS>{inner}</ARPYMTDETAILS>"
        "</ARPYMT></create>"
    )


def cash(key: int, amount, **more) -> dict:
    return {"RECORDKEY": key, "TRX_PAYMENTAMOUNT": amount, **more}


def create_customer(customer_id: str | None, name: str, **values) -> str:
    contact = {"PRINTAS": name, **values.pop("contact", {})}
    return (
        "<create><CUSTOMER>"
        + tags(CUSTOMERID=customer_id, NAME=name, **values)
        + f"<DISPLAYCONTACT>{tags(**contact)}</DISPLAYCONTACT></CUSTOMER></create>"
    )


def update(key, inner, name="update_invoice", attributes=""):
    return f'<{name} key="{key}"{attributes}>{inner}</{name}>'


def reverse(function: str, key: int, day: str = "03/20/2026") -> str:
    return f'<{function} key="{key}">{date("datereversed", day)}</{function}>'
