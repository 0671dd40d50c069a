"""Reads every row of a selection exactly once.

Pages asked by offset are independent queries: rows that come or go between them
shift everything. So each page asks for what lies behind the last key of the one
before. Whether a company compares RECORDNO as number or as text does not matter as
long as it orders the same way; where it does not, rows are missing or repeated,
which the keys and Intacct's own count show. Then the selection is read by offset,
without what was handed out already.
"""

from dataclasses import replace

from . import where
from .errors import IncompleteReadError, ProtocolError
from .query import Page

# Rows that come and go shift the pages of a scan by offset; a second one finds most
# of what the first has lost.
_OFFSET_SCANS = 3


def page(query, result):
    """The Page of a first result; complete only if it has all that Intacct counts."""
    rows, total = result.rows, result.data.totalcount
    last = rows[-1].get(query.key) if rows and query.is_scannable else None
    whole = total is None or len(rows) >= total
    return Page(rows, total, last, _is_last(query, result) and whole)


def scan(ask, query, *, after=None, first=None):
    """Iterate over Pages.

    :param ask: takes a Query, returns its successful Result
    :param after: key behind which to start
    :param first: a first Page that was read already, with ``after`` as given here
    """
    return _Scan(ask, query, after, first).pages()


def _is_last(query, result):
    remaining = result.data.numremaining
    if remaining is not None:
        return remaining == 0
    return len(result.rows) < query.page_size


def _increases(keys):
    """Whether keys stand in the order of numbers, or in that of texts."""
    pairs = list(zip(keys, keys[1:], strict=False))
    if all(key.isdigit() for key in keys) and all(
        int(one) < int(other) for one, other in pairs
    ):
        return True
    return all(one < other for one, other in pairs)


class _Scan:
    def __init__(self, ask, query, after, first):
        self._ask = ask
        self._query = replace(query, offset=0)
        self._key = query.key
        self._after = None if after is None else str(after)
        self._first = first
        self._seen = set()
        self._total = None

    def pages(self):
        last = self._after
        part = self._first
        if part is None:
            part = self._behind(last)
        self._total = part.total
        while True:
            keys = self._keys(part.rows)
            rows = self._new(part.rows)
            begin = [] if last is None else [last]
            orderly = _increases(begin + list(dict.fromkeys(keys)))
            stuck = not part.complete and (not rows or keys[-1] == last)
            if not orderly or stuck or (part.complete and not self._is_whole()):
                yield Page(rows, self._total, None, False)
                yield from self._by_offset()
                return
            last = keys[-1] if keys else last
            yield Page(rows, self._total, last, part.complete)
            if part.complete:
                return
            part = self._behind(last)

    def _behind(self, last):
        """The page behind key ``last``, as the server gives it."""
        condition = self._query.where
        if last is not None:
            condition = where.and_(condition, where.gt(self._key, last))
        query = replace(self._query, where=condition)
        result = self._ask(query)
        return Page(result.rows, result.data.totalcount, None, _is_last(query, result))

    def _keys(self, rows):
        keys = [row.get(self._key) for row in rows]
        if not all(keys):
            raise ProtocolError(f"A row of {self._query.object} has no {self._key}.")
        return keys

    def _new(self, rows):
        """The rows not handed out before, each once."""
        fresh = []
        for row in rows:
            if row[self._key] not in self._seen:
                self._seen.add(row[self._key])
                fresh.append(row)
        return fresh

    def _is_whole(self):
        """Whether as many rows came as Intacct counted, or counts by now."""
        if self._total is None or len(self._seen) >= self._total:
            return True
        return len(self._seen) >= self._count()

    def _count(self):
        """Rows of the selection behind ``after`` at this moment."""
        condition = self._query.where
        if self._after is not None:
            condition = where.and_(condition, where.gt(self._key, self._after))
        probe = replace(self._query, where=condition, page_size=1)
        return self._ask(probe).data.totalcount or 0

    def _by_offset(self):
        """The rows still missing, by offset over the whole selection.

        A key says nothing here, so no page names one: who starts again starts at
        the beginning, and ``after`` has no meaning.
        """
        found, total = set(), 0
        for _attempt in range(_OFFSET_SCANS):
            offset = 0
            while True:
                query = replace(self._query, offset=offset)
                result = self._ask(query)
                found.update(self._keys(result.rows))
                total = result.data.totalcount or 0
                offset += len(result.rows)
                ended = not result.rows or _is_last(query, result)
                whole = ended and len(found) >= total
                yield Page(self._new(result.rows), total, None, whole)
                if ended:
                    break
            if whole:
                return
        raise IncompleteReadError(self._query.object, total, len(found))
