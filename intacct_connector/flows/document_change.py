"""What differs between two functions that create the same document."""

from datetime import date

from lxml import etree

from ..gateway import errors, formats

# Elements that touch no ledger -> the field that is read back (API.md 9.3, 10.2).
HARMLESS = {
    "datedue": "WHENDUE",
    "termname": "TERMNAME",
    "ponumber": "DOCNUMBER",
    "description": "DESCRIPTION",
    "invoiceno": "RECORDID",
    "adjustmentno": "RECORDID",
    "billto": "BILLTOPAYTOCONTACTNAME",
}
# What the functions that update call it (API.md 10.2).
UPDATED_AS = {"billto": "payto"}
LINES = {"invoiceitems", "aradjustmentitems"}
# What a row shows of a document, to compare a linked one.
ROW_FIELDS = ("CUSTOMERID", "CURRENCY", "WHENCREATED", "WHENPOSTED", "TRX_TOTALENTERED")


class Change:
    """Elements of a document that are not as they were sent.

    :ivar dict changed: new element by name, None where it is left out now
    :ivar dict memos: new texts of lines that are the same otherwise, by line number
    :ivar str now: the function that would create it as it is now
    """

    def __init__(self, changed, now=None, memos=None):
        self.changed = changed
        self.now = now
        self.memos = memos or {}

    @classmethod
    def between(cls, before, now):
        """:rtype: Change, or None if both create the same"""
        old, new = _elements(before), _elements(now)
        changed = {
            name: new.get(name)
            for name in {*old, *new}
            if _text(old.get(name)) != _text(new.get(name))
            # A contact that is not in Intacct yet, or none: the address there stays.
            and not (name == "billto" and name not in new)
        }
        memos = {}
        for name in LINES & changed.keys():
            memos = _memo_changes(old.get(name), new.get(name))
            if memos:
                del changed[name]
        return cls(changed, now, memos) if changed or memos else None

    @classmethod
    def of_row(cls, expected, row):
        """Compares what would be sent with a row of Intacct, for a document that was
        linked and not sent.

        :rtype: Change, or None
        """
        changed = {
            name: None
            for name in ROW_FIELDS
            if name in row and not _equal(expected.get(name), row[name])
        }
        return cls(changed) if changed else None

    @property
    def is_harmless(self):
        return set(self.changed) <= set(HARMLESS)

    def arguments(self):
        """Keywords of the function that updates the document; an element that is
        left out now is sent empty."""
        arguments = {
            UPDATED_AS.get(name, name): _value(name, item)
            for name, item in self.changed.items()
        }
        if self.memos:
            kind = "aradjustment" if "create_aradjustment" in self.now else "invoice"
            arguments[f"update{kind}items"] = {
                "updatelineitem": [
                    {"line_num": number, "memo": memo}
                    for number, memo in sorted(self.memos.items())
                ]
            }
        return arguments

    def expected_fields(self):
        """What Intacct must show afterwards.

        :rtype: dict[str, str]
        """
        shown = {}
        for name in self.changed:
            value = _value(name, self.changed[name])
            if isinstance(value, date):
                value = formats.format_date(value)
            elif isinstance(value, dict):
                value = value["contactname"]
            shown[HARMLESS[name]] = value or ""
        return shown


def _elements(xml):
    function = etree.fromstring(xml)
    return {element.tag: element for element in function[0]}


def _memo_changes(before, now):
    """Texts of lines that changed where nothing else did.

    :rtype: dict[int, str], empty if more than texts changed
    """
    if before is None or now is None or len(before) != len(now):
        return {}
    memos = {}
    for number, (old, new) in enumerate(zip(before, now, strict=True), 1):
        texts = [line.findtext("memo") or "" for line in (old, new)]
        if _without_memo(old) != _without_memo(new):
            return {}
        if texts[0] != texts[1]:
            memos[number] = texts[1]
    return memos


def _without_memo(line):
    return [(part.tag, _text(part)) for part in line if part.tag != "memo"]


def created_fields(xml):
    """Texts of the header of a generic create, by field; empty for other functions.

    :param str xml: a stored function, or nothing
    """
    if not xml:
        return {}
    body = etree.fromstring(xml)[0]
    if body.tag != "create":
        return {}
    return {field.tag: field.text for field in body[0] if not len(field)}


def _text(element):
    return None if element is None else etree.tostring(element)


def _value(name, element):
    if element is None:
        return ""
    if name == "datedue":
        year, month, day = (
            int(element.findtext(part)) for part in ("year", "month", "day")
        )
        return date(year, month, day)
    if name == "billto":
        return {"contactname": element.findtext("contactname")}
    return element.text or ""


def _equal(ours, theirs):
    try:
        return formats.parse_decimal(ours) == formats.parse_decimal(theirs)
    except errors.FormatError:
        return ours == theirs
