"""Proof that something wrote nothing: everything that both sides have stored."""

import hashlib
import sqlite3
from contextlib import closing

from odoo.tools import SQL

# What a dry run is: its own run, steps and events.
OWN_TABLES = ("intacct_sync_run", "intacct_sync_step", "intacct_sync_event")


def everything_in_odoo(env):
    """Where each row of each table is (any write moves it), and how far each
    sequence has counted.

    Left out: runs and events, and Odoo's tables of itself (``ir_``), except for the
    sequences that documents are numbered by.

    :return: by name of the table or sequence
    :rtype: dict
    """
    env.flush_all()
    tables = [
        name
        for (name,) in env.execute_query(
            SQL("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        )
        if name not in OWN_TABLES and not name.startswith("ir_")
    ]
    places = {
        name: env.execute_query(
            SQL(
                "SELECT count(*), md5(string_agg(ctid::text, ',' ORDER BY ctid))"
                " FROM %s",
                SQL.identifier(name),
            )
        )[0]
        for name in (*tables, "ir_sequence", "ir_sequence_date_range")
    }
    sequences = {
        name: value
        for name, value in env.execute_query(
            SQL("SELECT sequencename, last_value FROM pg_sequences")
        )
        if not name.startswith(OWN_TABLES)
        and (not name.startswith("ir_") or name.startswith("ir_sequence"))
    }
    return {**places, **sequences}


def everything_in_intacct(simulator):
    """Digests of all tables of the simulator's store.

    :rtype: dict[str, str]
    """
    with closing(sqlite3.connect(f"file:{simulator.store}?mode=ro", uri=True)) as store:
        names = [
            name
            for (name,) in store.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            )
        ]
        return {
            name: hashlib.sha256(
                repr(store.execute(f'SELECT * FROM "{name}"').fetchall()).encode()
            ).hexdigest()
            for name in names
        }


def changed(before, after):
    """Names of what is not as it was."""
    return sorted(
        name
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name)
    )
