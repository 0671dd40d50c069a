"""Sections of a load that are not plain documents: company, users, masters."""

from __future__ import annotations

from collections.abc import Callable

from .clock import offset_seconds, read_date
from .company import CONFIGURATION
from .contacts import contact_fields, contact_row
from .context import Context
from .objects import REGISTRY
from .reading.access import OPERATIONS

USER_KEYS = {
    "LOGINID",
    "PASSWORD",
    "DESCRIPTION",
    "STATUS",
    "USERTYPE",
    "ADMIN",
    "WEBSERVICESONLY",
    "GMTOFFSET",
    "ENTITIES",
    "LOCALE",
    "RECORDNO",
}


def _refuse_unknown(data: dict, known) -> None:
    unknown = set(data) - set(known)
    if unknown:
        raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")


def senders(rows: list[dict]) -> dict[str, str]:
    """``[{"SENDERID": …, "PASSWORD": …}]`` as a mapping."""
    for row in rows:
        _refuse_unknown(row, ("SENDERID", "PASSWORD"))
    return {row["SENDERID"]: row["PASSWORD"] for row in rows}


def load_company(context: Context, data: dict) -> int:
    """Name, base currency, currencies, accounts, authorised senders."""
    _refuse_unknown(data, CONFIGURATION)
    context.company.configure(data)
    return 1


def load_settings(context: Context, data: dict) -> int:
    context.company.set_settings(data)
    return len(data)


def load_users(context: Context, rows: list[dict]) -> int:
    for row in rows:
        _refuse_unknown(row, USER_KEYS)
        user = {
            "LOGINID": row["LOGINID"],
            "DESCRIPTION": row.get("DESCRIPTION", row["LOGINID"]),
            "STATUS": "F" if row.get("STATUS") in ("inactive", "F") else "T",
            "USERTYPE": "B",
            "ADMIN": bool(row.get("ADMIN", False)),
            "WEBSERVICESONLY": bool(row.get("WEBSERVICESONLY", True)),
            "_PASSWORD": row["PASSWORD"],
            "_GMTOFFSET": row.get("GMTOFFSET", "+00:00"),
            "_OFFSET": offset_seconds(row.get("GMTOFFSET", "+00:00")),
            "_ENTITIES": list(row.get("ENTITIES", ())),
            "_LOCALE": row.get("LOCALE", "en_US"),
        }
        known = context.tables.first("USERINFO", "LOGINID", row["LOGINID"])
        if known:
            context.tables.update("USERINFO", known, user)
        else:
            context.create("USERINFO", {**user, "RECORDNO": row.get("RECORDNO")})
    return len(rows)


def load_permissions(context: Context, rows: list[dict]) -> int:
    """``{"USERID", "OBJECT" (or "*"), "OPERATIONS": [...]}``: all that is allowed."""
    permissions = {
        user: dict(rights)
        for user, rights in context.tables.meta.get("permissions", {}).items()
    }
    for row in rows:
        _refuse_unknown(row, ("USERID", "OBJECT", "OPERATIONS"))
        wrong = set(row["OPERATIONS"]) - set(OPERATIONS)
        if wrong or (row["OBJECT"] != "*" and row["OBJECT"] not in REGISTRY):
            raise ValueError(f"bad permission {row}")
        permissions.setdefault(row["USERID"], {})[row["OBJECT"]] = list(
            row["OPERATIONS"]
        )
    context.tables.set_meta("permissions", permissions)
    return len(rows)


def load_rates(context: Context, rows: list[dict]) -> int:
    """``{"FROM": "EUR", "DATE": …, "RATE": "1.08", "TYPE": …}`` into base."""
    rates = list(context.tables.meta.get("rates", ()))
    for row in rows:
        _refuse_unknown(row, ("FROM", "TO", "DATE", "RATE", "TYPE"))
        day = row["DATE"]
        rates.append(
            {
                "FROM": row["FROM"],
                "DATE": read_date(day) if "/" in day else day,
                "RATE": str(row["RATE"]),
                "TYPE": row.get("TYPE", "Intacct Daily Rate"),
            }
        )
    context.tables.set_meta("rates", rates)
    return len(rows)


def load_closed(context: Context, rows: list[dict]) -> int:
    """``{"MODULE": "AR", "LOCATIONID": "", "CLOSEDTHROUGH": date}``."""
    closed = list(context.tables.meta.get("closed", ()))
    for row in rows:
        _refuse_unknown(row, ("MODULE", "LOCATIONID", "CLOSEDTHROUGH"))
        day = row["CLOSEDTHROUGH"]
        entry = {
            "MODULE": row.get("MODULE", "AR"),
            "LOCATIONID": row.get("LOCATIONID") or "",
            "THROUGH": read_date(day) if day and "/" in day else day,
        }
        closed = [
            other
            for other in closed
            if (other["MODULE"], other["LOCATIONID"])
            != (entry["MODULE"], entry["LOCATIONID"])
        ]
        if day:
            closed.append(entry)
    context.tables.set_meta("closed", closed)
    return len(rows)


def load_sequences(context: Context, rows: list[dict]) -> int:
    """``{"OBJECT", "PREFIX", "NEXT", "WIDTH"}``: how numbers are drawn."""
    sequences = dict(context.tables.meta.get("numbering", {}))
    for row in rows:
        _refuse_unknown(row, ("OBJECT", "PREFIX", "NEXT", "WIDTH"))
        sequences[row["OBJECT"]] = {
            "PREFIX": row.get("PREFIX", ""),
            "WIDTH": int(row.get("WIDTH", 5)),
            "NEXT": int(row.get("NEXT", 1)),
        }
    context.tables.set_meta("numbering", sequences)
    return len(rows)


def _adding_to(name: str, *keys: str) -> Callable[[Context, list[dict]], int]:
    """A section whose rows are kept as they come."""

    def load(context: Context, rows: list[dict]) -> int:
        for row in rows:
            _refuse_unknown(row, keys)
        kept = list(context.tables.meta.get(name, ()))
        context.tables.set_meta(name, kept + rows)
        return len(rows)

    return load


def load_custom_fields(context: Context, rows: list[dict]) -> int:
    """``{"OBJECT", "NAME"}``: custom text fields by integration name."""
    fields = {
        name: list(names)
        for name, names in context.tables.meta.get("custom_fields", {}).items()
    }
    for row in rows:
        _refuse_unknown(row, ("OBJECT", "NAME"))
        fields.setdefault(row["OBJECT"], []).append(row["NAME"])
    context.tables.set_meta("custom_fields", fields)
    return len(rows)


SECTIONS = {
    "COMPANY": load_company,
    "SETTINGS": load_settings,
    "SENDERS": lambda context, rows: len(rows),
    "USERS": load_users,
    "PERMISSIONS": load_permissions,
    "EXCHANGERATE": load_rates,
    "CLOSEDBOOKS": load_closed,
    "SEQUENCES": load_sequences,
    "COMPANYPREFS": _adding_to("preferences", "APPLICATION", "PREFERENCE", "PREFVALUE"),
    "CUSTOMFIELDS": load_custom_fields,
    "RESTRICTIONS": _adding_to("restrictions", "ACCOUNTNO", "DIMENSION", "ALLOWED"),
}

# --------------------------------------------------------------------- masters


def add_master(context: Context, name: str, row: dict) -> None:
    """One record of a list; a known visible ID is an update."""
    if name == "LOCATIONENTITY":
        row, name = {**row, "_ENTITY": True}, "LOCATION"
    if name == "CONTACT":
        row = contact_row(row)
    if name == "CUSTOMER":
        row = _customer(context, row)
    key = REGISTRY[name].key
    known = None
    if key != "RECORDNO":
        if not row.get(key):
            raise ValueError(f"{key} is missing")
        known = context.tables.first(name, key, row[key])
    if known is not None:
        row.pop("RECORDNO", None)
        context.change(name, known, row, touch="WHENMODIFIED" not in row)
    else:
        if "STATUS" in REGISTRY[name].fields:
            row.setdefault("STATUS", "T")
        context.create(name, row)


CONTACT_KEYS = {
    "DISPLAYCONTACT": "DISPLAYCONTACTKEY",
    "CONTACTINFO": "CONTACTKEY",
    "BILLTO": "BILLTOKEY",
    "SHIPTO": "SHIPTOKEY",
}


def _customer(context: Context, row: dict) -> dict:
    """A customer's contacts: nested, dotted, or by name of an existing one."""
    row = dict(row)
    known = context.tables.first("CUSTOMER", "CUSTOMERID", row.get("CUSTOMERID"))
    if known is not None:
        return customer_values(context, known, row)
    display = _taken_out(row, "DISPLAYCONTACT")
    display.setdefault("CONTACTNAME", f"{row['NAME']}(C{row['CUSTOMERID']})")
    display.setdefault("PRINTAS", row["NAME"])
    row["DISPLAYCONTACT"] = display
    row.setdefault("ONHOLD", False)
    row.setdefault("OBJECTRESTRICTION", "U")
    return customer_values(context, {}, row)


def customer_values(context: Context, known: dict, values: dict) -> dict:
    """New values of a customer with contacts replaced by their keys."""
    values = dict(values)
    for relation, key in CONTACT_KEYS.items():
        given = _taken_out(values, relation)
        if not given:
            continue
        if "CONTACTNAME" not in given:
            contact = context.tables.get("CONTACT", known.get(key))
            if contact is None:
                raise ValueError(f"{relation}.CONTACTNAME is missing")
            given["CONTACTNAME"] = contact["CONTACTNAME"]
        values[key] = _contact(context, given)
    return values


def _taken_out(row: dict, relation: str) -> dict:
    """The nested and the dotted fields of a contact, removed from the row."""
    nested = row.pop(relation, None)
    given = dict(nested) if isinstance(nested, dict) else {}
    for dotted in [key for key in row if key.startswith(relation + ".")]:
        given[dotted.removeprefix(relation + ".")] = row.pop(dotted)
    return given


def _contact(context: Context, given: dict) -> int:
    """The key of the contact with a name, made or changed."""
    known = context.tables.first("CONTACT", "CONTACTNAME", given["CONTACTNAME"])
    fields = contact_fields(given)
    if known is None:
        return context.create("CONTACT", {"STATUS": "T", **fields})["RECORDNO"]
    if len(fields) > 1:
        context.change("CONTACT", known, fields)
    return known["RECORDNO"]
