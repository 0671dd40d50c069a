"""Senders, companies, users, entities and sessions."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from lxml import etree

from .company import Company
from .context import Context
from .failures import (
    AUTHENTICATION,
    AuthenticationFailure,
    ControlFailure,
    Fault,
    FunctionFailure,
    refuse,
)
from .protocol import Control, child_text

SIGN_IN = Fault(AUTHENTICATION, "Sign-in information is incorrect")


@dataclass
class Session:
    """A session as the authentication block of an answer shows it."""

    userid: str
    companyid: str
    entity: str | None
    begin: int
    end: int
    sessionid: str = ""


def check_sender(senders: dict[str, str], control: Control) -> None:
    if senders.get(control.senderid) != control.password:
        raise ControlFailure(
            [Fault(AUTHENTICATION, "Incorrect Intacct XML Partner ID or password.")]
        )
    if control.policyid:
        raise ControlFailure(
            [
                Fault(
                    AUTHENTICATION,
                    f"{control.policyid} is not a valid transport policy.",
                )
            ]
        )


def check_expired(company: Company) -> None:
    if company.settings["company_expired"]:
        text = "This company is a demo company and has expired."
        raise ControlFailure([Fault("PL04000055", text)])


def check_authorised(company: Company, control: Control, userid: str) -> None:
    """The company must list the sender in its Web Services authorizations."""
    if control.senderid in company.configuration["SENDERS"]:
        return
    fault = Fault(
        AUTHENTICATION,
        f"The sender ID '{control.senderid}' is not authorized to make Web Services "
        f"requests to company ID '{company.company_id}'.",
        "Invalid Web Services Authorization",
        "Contact the company administrator to grant Web Services authorization to "
        "this sender ID.",
    )
    raise AuthenticationFailure(fault, userid, company.company_id)


def sign_in(companies: dict[str, Company], control: Control, login) -> Context:
    """A login block into a context; the failures of the manual otherwise."""
    userid = child_text(login, "userid")
    company_id, entity = _where(login)
    company = companies.get(company_id)
    if company is None:
        raise _unknown_company(companies)
    check_expired(company)
    check_authorised(company, control, userid)
    user = company.tables.first("USERINFO", "LOGINID", userid)
    password = login.findtext("password") or ""
    right = (
        user is not None
        and user.get("_PASSWORD") == password
        and user.get("STATUS", "T") == "T"
    )
    if not right or not may_enter(company, user, entity):
        raise _refused_login(company, userid)
    return Context(company, user, entity, control.senderid)


def _where(login: etree._Element) -> tuple[str, str | None]:
    """Company and entity, both ways of writing them (pipes or locationid)."""
    parts = child_text(login, "companyid").split("|")
    entity = child_text(login, "locationid") or None
    if len(parts) == 3:
        return parts[1], parts[2] or entity
    if len(parts) == 2:
        return parts[0], parts[1] or entity
    return parts[0], entity


def _unknown_company(companies: dict[str, Company]) -> ControlFailure:
    shape = "GW-0011"
    for company in companies.values():
        shape = company.settings["unknown_company"]
        break
    if shape == "GW-0011":
        request_id = secrets.token_hex(4).upper() + ":" + secrets.token_hex(6).upper()
        fault = Fault("GW-0011", "", f"Invalid Request [Request ID: {request_id}.59]")
        return ControlFailure([fault], status=400, bare=True)
    return _sign_in_401()


def _sign_in_401() -> ControlFailure:
    text = "Sign-in information is incorrect. Please check your request."
    return ControlFailure([Fault("XMLGW_JPP0002", "", text)], status=401)


def _refused_login(company: Company, userid: str) -> Exception:
    if company.settings["wrong_password"] == "XMLGW_JPP0002":
        return _sign_in_401()
    return AuthenticationFailure(SIGN_IN, userid, company.company_id)


def may_enter(company: Company, user: dict, entity: str | None) -> bool:
    """Whether a user may work in an entity, or at top level for None."""
    allowed = user.get("_ENTITIES")
    if entity is None:
        return not allowed
    row = company.tables.first("LOCATION", "LOCATIONID", entity)
    known = row is not None and row.get("_ENTITY") and row.get("STATUS", "T") == "T"
    return bool(known) and (not allowed or entity in allowed)


# ------------------------------------------------------------------ sessions


def open_session(context: Context) -> Session:
    """A new session, kept in the store until it runs out."""
    now = context.company.clock.now()
    for row in context.tables.all("SESSION"):
        if row["END"] <= now:
            context.tables.delete("SESSION", row)
    end = now + int(context.settings["session_seconds"])
    sessionid = secrets.token_urlsafe(24) + ".."
    context.tables.insert(
        "SESSION",
        {
            "SESSIONID": sessionid,
            "USERKEY": context.user["RECORDNO"],
            "ENTITY": context.entity,
            "SENDER": context.sender,
            "BEGIN": now,
            "END": end,
        },
    )
    return _session(context, now, end, sessionid)


def transient_session(context: Context) -> Session:
    """What the answer shows when a request logged in by itself."""
    now = context.company.clock.now()
    return _session(context, now, now + int(context.settings["session_seconds"]), "")


def _session(context: Context, begin: int, end: int, sessionid: str) -> Session:
    user = context.user.get("LOGINID", "")
    company = context.company.company_id
    return Session(user, company, context.entity, begin, end, sessionid)


def resume(
    companies: dict[str, Company], control: Control, sessionid: str
) -> tuple[Context, Session]:
    """The context of a living session, whose end moves with each use."""
    for company in companies.values():
        row = company.tables.first("SESSION", "SESSIONID", sessionid)
        if row is None:
            continue
        now = company.clock.now()
        user = company.tables.get("USERINFO", row["USERKEY"])
        if row["END"] <= now or user is None or user.get("STATUS", "T") != "T":
            break
        check_expired(company)
        check_authorised(company, control, user["LOGINID"])
        end = now + int(company.settings["session_seconds"])
        with company.tables.transaction():
            company.tables.update("SESSION", row, {"END": end})
        context = Context(
            company, user, row["ENTITY"], control.senderid, session=sessionid
        )
        return context, _session(context, row["BEGIN"], end, sessionid)
    raise AuthenticationFailure(
        Fault(AUTHENTICATION, f"Invalid session {sessionid[:1]}....")
    )


def expire_sessions(company: Company) -> int:
    """End every session now; how many there were."""
    rows = company.tables.all("SESSION")
    for row in rows:
        company.tables.delete("SESSION", row)
    return len(rows)


def get_api_session(context: Context, element: etree._Element) -> Session:
    """getAPISession: same place, another entity, or back to top level."""
    wanted = element.find("locationid")
    entity = context.entity
    if wanted is not None:
        entity = (wanted.text or "").strip() or None
        if not may_enter(context.company, context.user, entity):
            raise _no_entity(entity)
    moved = Context(context.company, context.user, entity, context.sender)
    return open_session(moved)


def _no_entity(entity: str | None) -> FunctionFailure:
    return refuse(
        f"Invalid Location '{entity or ''}' specified.", errorno=AUTHENTICATION
    )
