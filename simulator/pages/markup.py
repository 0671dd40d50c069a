"""Building blocks of the pages: every value goes through markupsafe, so is escaped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from markupsafe import Markup

WHOLE_CURRENCIES = ("JPY", "KRW", "CLP", "VND")
NOTHING = Markup("")


@dataclass(frozen=True)
class Column:
    """A column: its heading, ``number`` to align right, ``extra`` to drop if narrow."""

    title: str
    number: bool = False
    extra: bool = False

    @property
    def classes(self) -> str:
        return " ".join(
            name for name, on in (("n", self.number), ("x", self.extra)) if on
        )


def join(parts: Iterable, separator: str = "") -> Markup:
    return Markup(separator).join(parts)


def money(cents: int, currency: str) -> Markup:
    """An amount in cents with its currency's decimals and thousands separators.

    What is below zero or nothing is marked for the style sheet.
    """
    digits = 0 if currency in WHOLE_CURRENCIES and cents % 100 == 0 else 2
    text = f"{abs(cents) / 100:,.{digits}f}"
    if cents < 0:
        return Markup('<span class="neg">−{}</span>').format(text)
    if not cents:
        return Markup('<span class="soft">{}</span>').format(text)
    return Markup("{}").format(text)


def address(path: str, **args) -> str:
    """A link to a page of this site; empty arguments are left out."""
    query = urlencode({name: value for name, value in args.items() if value})
    return quote(path) + (f"?{query}" if query else "")


def link(text, path: str, **args) -> Markup:
    return Markup('<a href="{}">{}</a>').format(address(path, **args), text)


def badge(state: str) -> Markup:
    """A state as a small coloured label; the colour follows its name."""
    kind = state.lower().replace(" ", "-")
    return Markup('<span class="badge {}">{}</span>').format(kind, state)


def table(columns: list[Column], rows: Iterable[Iterable], empty: str) -> Markup:
    """A table in a frame that scrolls sideways when the window is narrow."""
    head = join(
        Markup('<th class="{}">{}</th>').format(column.classes, column.title)
        for column in columns
    )
    body = [
        join(
            Markup('<td class="{}">{}</td>').format(
                column.classes, "" if value is None else value
            )
            for column, value in zip(columns, row, strict=True)
        )
        for row in rows
    ]
    if not body:
        return Markup('<p class="empty">{}</p>').format(empty)
    return Markup(
        '<div class="frame"><table><thead><tr>{}</tr></thead><tbody>{}</tbody>'
        "</table></div>"
    ).format(head, join(Markup("<tr>{}</tr>").format(row) for row in body))


def facts(pairs: Mapping[str, object]) -> Markup:
    """Names and values side by side; what has no value is left out."""
    return Markup('<dl class="facts">{}</dl>').format(
        join(
            Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, value)
            for name, value in pairs.items()
            if value not in (None, "")
        )
    )


def section(title, content, aside=NOTHING) -> Markup:
    return Markup(
        "<section><header><h2>{}</h2><div>{}</div></header>{}</section>"
    ).format(title, aside, content)


def card(title, value, note="", kind="") -> Markup:
    return Markup(
        '<div class="card {}"><h3>{}</h3><strong>{}</strong><p>{}</p></div>'
    ).format(kind, title, value, note)


def cards(*shown: Markup) -> Markup:
    return Markup('<div class="cards">{}</div>').format(join(shown))


def select(name: str, choices: Iterable[str], chosen: str, everything: str) -> Markup:
    """A drop-down filter whose first choice is not to filter."""
    options = [Markup('<option value="">{}</option>').format(everything)]
    for choice in choices:
        mark = Markup(" selected") if choice == chosen else NOTHING
        options.append(
            Markup('<option value="{}"{}>{}</option>').format(choice, mark, choice)
        )
    return Markup('<select name="{}" aria-label="{}">{}</select>').format(
        name, everything, join(options)
    )


def search_form(path: str, hint: str, text: str, *fields: Markup) -> Markup:
    return Markup(
        '<form action="{}" class="filter"><input type="search" name="q" value="{}" '
        'placeholder="{}" aria-label="{}">{}<button>Show</button></form>'
    ).format(path, text, hint, hint, join(fields))


def pager(path: str, page: int, pages: int, total: int, args: Mapping) -> Markup:
    """How many rows there are, and links to the neighbouring pages."""
    kept = {name: value for name, value in args.items() if name != "page"}
    steps = []
    if page > 1:
        steps.append(link("← previous", path, **kept, page=page - 1))
    if pages > 1:
        steps.append(Markup("<span>page {} of {}</span>").format(page, pages))
    if page < pages:
        steps.append(link("next →", path, **kept, page=page + 1))
    return Markup('<nav class="pager"><span>{} in all</span>{}</nav>').format(
        f"{total:,}", join(steps)
    )
