"""Tables of text for terminals."""


def _text(value):
    if isinstance(value, bool) or value is None:
        return "yes" if value else ""
    return f"{value:,}" if isinstance(value, int) else str(value)


def table(headers, rows):
    """Columns as wide as what is in them, numbers at the right.

    :param list[str] headers: one a column
    :param list[list] rows: int is shown with thousands separators, anything else as
        its text
    :rtype: str
    """
    texts = [[_text(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(headers, *texts, strict=True)]
    right = [
        all(isinstance(value, int | float) or _number(value) for value in column)
        for column in zip(*rows, strict=True)
    ] or [False] * len(headers)

    def line(cells):
        aligned = [
            cell.rjust(width) if at_right else cell.ljust(width)
            for cell, width, at_right in zip(cells, widths, right, strict=True)
        ]
        return "  ".join(aligned).rstrip()

    rule = ["-" * width for width in widths]
    return "\n".join([line(headers), line(rule), *map(line, texts)])


def _number(value):
    return not str(value).strip("+-0123456789.,% x") and bool(value)
