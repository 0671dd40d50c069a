"""What a company holds, in memory for speed and in SQLite for keeps.

Every change belongs to a transaction: it is written to SQLite and committed
there before anybody else can see it in memory, and undone in memory when it
fails. One lock serialises all work, so readers never see half a transaction.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

Row = dict

COMPACT = json.JSONEncoder(separators=(",", ":"))
INDEXES = {
    "COMPANY": ("COMPANYID",),
    "CUSTOMER": ("CUSTOMERID",),
    "CONTACT": ("CONTACTNAME",),
    "ARINVOICE": ("RECORDID", "CUSTOMERID"),
    "ARADJUSTMENT": ("RECORDID", "CUSTOMERID"),
    "ARPYMT": ("CUSTOMERID", "MULTIENTITYPYMTKEY"),
    "ARADVANCE": ("CUSTOMERID",),
    "ARPOSTEDOVERPAYMENT": ("CUSTOMERID", "PARENTPAYMENTKEY"),
    "ARINVOICEITEM": ("RECORDKEY",),
    "ARADJUSTMENTITEM": ("RECORDKEY",),
    "ARADVANCEITEM": ("RECORDKEY",),
    "ARPYMTENTRY": ("RECORDKEY",),
    "ARPYMTDETAIL": (
        "RECORDKEY",
        "PAYMENTKEY",
        "PARENTPAYMENTKEY",
        "_TARGETKEY",
        "_SOURCEKEY",
    ),
    "ARINVOICEPAYMENT": ("RECORDKEY", "PARENTPYMT", "DETAILKEY"),
    "ARINVOICEBATCH": ("TITLE",),
    "ARPAYMENTBATCH": ("TITLE",),
    "GLACCOUNT": ("ACCOUNTNO",),
    "ARACCOUNTLABEL": ("ACCOUNTLABEL",),
    "ARTERM": ("NAME",),
    "LOCATION": ("LOCATIONID",),
    "DEPARTMENT": ("DEPARTMENTID",),
    "CLASS": ("CLASSID",),
    "PROJECT": ("PROJECTID",),
    "ITEM": ("ITEMID",),
    "VENDOR": ("VENDORID",),
    "EMPLOYEE": ("EMPLOYEEID",),
    "WAREHOUSE": ("WAREHOUSEID",),
    "CONTRACT": ("CONTRACTID",),
    "TASK": ("TASKID",),
    "CHECKINGACCOUNT": ("BANKACCOUNTID",),
    "SAVINGSACCOUNT": ("BANKACCOUNTID",),
    "TAXDETAIL": ("DETAILID",),
    "TAXSOLUTION": ("SOLUTIONID",),
    "USERINFO": ("LOGINID",),
    "CUSTTYPE": ("NAME",),
    "TERRITORY": ("TERRITORYID",),
    "EXCHANGERATETYPES": ("NAME",),
    "DEPOSITENTRY": ("DEPOSITKEY", "PAYMENTKEY"),
    "SODOCUMENT": ("DOCID", "PRRECORDKEY"),
    "AUDITHISTORY": ("OBJECTKEY",),
    "APIUSAGEDETAIL": ("CONTROLID",),
    "JOURNAL": ("DOCUMENTKEY",),
    "CONTROLID": ("SCOPED",),
    "SESSION": ("SESSIONID",),
}

# Objects that draw their RECORDNO from one sequence: a payment's key, an
# invoice's key and a memo's key never coincide, as apply_arpayment needs.
SHARED_SEQUENCES = {
    **dict.fromkeys(
        ("ARINVOICE", "ARADJUSTMENT", "ARPYMT", "ARADVANCE", "ARPOSTEDOVERPAYMENT"),
        "document",
    ),
    **dict.fromkeys(
        ("ARINVOICEITEM", "ARADJUSTMENTITEM", "ARADVANCEITEM", "ARPYMTENTRY"),
        "line",
    ),
    **dict.fromkeys(("ARINVOICEBATCH", "ARPAYMENTBATCH"), "batch"),
    **dict.fromkeys(("CHECKINGACCOUNT", "SAVINGSACCOUNT"), "bank"),
}


class Database:
    """The SQLite file and the one lock over everything in it."""

    def __init__(self, path: str) -> None:
        self.lock = threading.RLock()
        self.connection = sqlite3.connect(
            path, check_same_thread=False, isolation_level=None
        )
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=NORMAL")
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS record (company TEXT, object TEXT, "
            "recordno INTEGER, data TEXT, PRIMARY KEY (company, object, recordno))"
        )
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS meta (company TEXT, name TEXT, data TEXT, "
            "PRIMARY KEY (company, name))"
        )

    def companies(self) -> list[str]:
        query = "SELECT DISTINCT company FROM meta WHERE company != '' ORDER BY 1"
        return [company for (company,) in self.connection.execute(query)]

    def clear(self) -> None:
        """Forget every company."""
        with self.connection:
            self.connection.execute("BEGIN")
            self.connection.execute("DELETE FROM record")
            self.connection.execute("DELETE FROM meta")

    def close(self) -> None:
        self.connection.close()


class Tables:
    """The rows of one company, by object and RECORDNO, with undo.

    A row is a dict that must only be changed through :meth:`update`; fields
    without a value are absent or None. ``version`` grows with every change, so
    that sums can be kept until the next one.
    """

    def __init__(self, database: Database, company: str) -> None:
        self.database = database
        self.company = company
        self.rows: dict[str, dict[int, Row]] = defaultdict(dict)
        self.meta: dict[str, object] = {}
        self.version = 0
        self._indexes: dict[tuple[str, str], dict[object, dict[int, None]]] = {}
        self._undo: list[tuple] = []
        self._dirty: set[tuple[str, int]] = set()
        self._dirty_meta: set[str] = set()
        self._read()

    def _read(self) -> None:
        connection = self.database.connection
        query = "SELECT object, recordno, data FROM record WHERE company = ? ORDER BY 2"
        for name, recordno, data in connection.execute(query, (self.company,)):
            self.rows[name][recordno] = json.loads(data)
        query = "SELECT name, data FROM meta WHERE company = ?"
        for name, data in connection.execute(query, (self.company,)):
            self.meta[name] = json.loads(data)
        for name in self.rows:
            self._rebuild_indexes(name)

    # ------------------------------------------------------------- reading

    def get(self, name: str, recordno: int | None) -> Row | None:
        return self.rows[name].get(recordno) if recordno is not None else None

    def all(self, name: str) -> list[Row]:
        return list(self.rows[name].values())

    def find(self, name: str, field: str, value: object) -> list[Row]:
        """All rows with an exact value in an indexed field, oldest first."""
        index = self._index(name, field)
        rows = self.rows[name]
        return [rows[recordno] for recordno in index.get(value, ())]

    def first(self, name: str, field: str, value: object) -> Row | None:
        found = self.find(name, field, value)
        return found[0] if found else None

    # ------------------------------------------------------------- writing

    def next_number(self, sequence: str) -> int:
        sequences = dict(self.meta.get("sequences", {}))
        number = sequences.get(sequence, 0) + 1
        sequences[sequence] = number
        self.set_meta("sequences", sequences)
        return number

    def _reserve(self, sequence: str, recordno: int) -> None:
        sequences = self.meta.get("sequences", {})
        if sequences.get(sequence, 0) < recordno:
            self.set_meta("sequences", {**sequences, sequence: recordno})

    def insert(self, name: str, row: Row) -> Row:
        """Add a row; its RECORDNO is drawn unless given. ValueError if taken."""
        sequence = SHARED_SEQUENCES.get(name, name)
        if row.get("RECORDNO") is None:
            row["RECORDNO"] = self.next_number(sequence)
        else:
            if row["RECORDNO"] in self.rows[name]:
                raise ValueError(f"{name} RECORDNO {row['RECORDNO']} exists already")
            self._reserve(sequence, row["RECORDNO"])
        recordno = row["RECORDNO"]
        self.rows[name][recordno] = row
        self._index_row(name, row)
        self.version += 1
        self._undo.append(("insert", name, recordno, None))
        self._dirty.add((name, recordno))
        return row

    def update(self, name: str, row: Row, changes: Row) -> Row:
        """Change fields of a kept row in place."""
        recordno = row["RECORDNO"]
        self.version += 1
        self._undo.append(("update", name, recordno, dict(row)))
        indexed = any(
            field in changes and changes[field] != row.get(field)
            for field in INDEXES.get(name, ())
        )
        if indexed:
            self._unindex_row(name, row)
        row.update(changes)
        if indexed:
            self._index_row(name, row)
        self._dirty.add((name, recordno))
        return row

    def delete(self, name: str, row: Row) -> None:
        recordno = row["RECORDNO"]
        self.version += 1
        self._undo.append(("delete", name, recordno, row))
        self._unindex_row(name, row)
        del self.rows[name][recordno]
        self._dirty.add((name, recordno))

    def set_meta(self, name: str, value: object) -> None:
        """Keep a JSON value under a name; give a new object, never a mutated one."""
        self._undo.append(("meta", name, None, self.meta.get(name)))
        self.meta[name] = value
        self._dirty_meta.add(name)

    # -------------------------------------------------------- transactions

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit on a normal end, undo everything on an exception."""
        with self.database.lock:
            try:
                yield
                self._commit()
            except BaseException:
                self._roll_back(0)
                self._forget()
                raise

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo only what happened inside when an exception leaves the block."""
        mark = len(self._undo)
        try:
            yield
        except BaseException:
            self._roll_back(mark)
            raise

    def _commit(self) -> None:
        if not self._dirty and not self._dirty_meta:
            self._forget()
            return
        connection = self.database.connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            self._write(connection)
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        self._forget()

    def _write(self, connection: sqlite3.Connection) -> None:
        kept, gone = [], []
        for name, recordno in self._dirty:
            row = self.rows[name].get(recordno)
            key = (self.company, name, recordno)
            if row is None:
                gone.append(key)
            else:
                kept.append((*key, COMPACT.encode(row)))
        connection.executemany("REPLACE INTO record VALUES (?, ?, ?, ?)", kept)
        connection.executemany(
            "DELETE FROM record WHERE company = ? AND object = ? AND recordno = ?",
            gone,
        )
        connection.executemany(
            "REPLACE INTO meta VALUES (?, ?, ?)",
            [(self.company, m, json.dumps(self.meta[m])) for m in self._dirty_meta],
        )

    def _forget(self) -> None:
        self._undo.clear()
        self._dirty.clear()
        self._dirty_meta.clear()

    def _roll_back(self, mark: int) -> None:
        while len(self._undo) > mark:
            what, name, recordno, old = self._undo.pop()
            self.version += 1
            if what == "meta":
                self.meta[name] = old
            elif what == "insert":
                self._unindex_row(name, self.rows[name].pop(recordno))
            elif what == "delete":
                self.rows[name][recordno] = old
                self._index_row(name, old)
            else:
                row = self.rows[name][recordno]
                self._unindex_row(name, row)
                row.clear()
                row.update(old)
                self._index_row(name, row)

    # -------------------------------------------------------------- indexes

    def _index(self, name: str, field: str) -> dict[object, dict[int, None]]:
        if field not in INDEXES[name]:
            raise KeyError(f"{name} has no index on {field}")
        return self._indexes.setdefault((name, field), {})

    def _rebuild_indexes(self, name: str) -> None:
        for row in self.rows[name].values():
            self._index_row(name, row)

    def _index_row(self, name: str, row: Row) -> None:
        for field in INDEXES.get(name, ()):
            value = row.get(field)
            if value is not None:
                index = self._index(name, field)
                index.setdefault(value, {})[row["RECORDNO"]] = None

    def _unindex_row(self, name: str, row: Row) -> None:
        for field in INDEXES.get(name, ()):
            value = row.get(field)
            if value is not None:
                self._index(name, field)[value].pop(row["RECORDNO"], None)
