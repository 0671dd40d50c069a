"""The schema of our requests, and zeep's engine that fills it.

Element order lives in ``schema/*.xsd`` alone. Keyword arguments are converted by the
type their element has there, zeep puts them in order, and what zeep does not check
(a choice left open) the same schema does.
"""

import datetime
from functools import cache
from pathlib import Path

from lxml import etree
from zeep.exceptions import LookupError as UnknownElement
from zeep.exceptions import ValidationError
from zeep.transports import Transport
from zeep.xsd import Element, Schema
from zeep.xsd.types import ComplexType

from . import formats
from .errors import FormatError, RequestError

_ROOT = Path(__file__).parent / "schema" / "request.xsd"


class Grammar:
    """Our schema, loaded: renders elements from keywords.

    :param path: the file of the schema, with its includes beside it
    """

    def __init__(self, path=_ROOT):
        document = etree.parse(str(path), etree.XMLParser(remove_comments=True))
        self._validator = etree.XMLSchema(document)
        self._schema = Schema(
            document.getroot(), transport=Transport(), location=str(path)
        )
        self._children = {}

    def render(self, parent, name, arguments):
        """Append element ``name`` to ``parent`` and return the paths of texts in
        which characters had to be dropped.

        :raise RequestError: for an unknown, missing or unfit argument, by its name
        """
        try:
            element = self._schema.get_element(name)
        except UnknownElement:
            raise RequestError(
                f"The schema of requests has no element {name}.", function=name
            ) from None
        changed = []
        try:
            content = self._convert(element, arguments, name, changed)
            # Plain dicts instead of zeep's value objects: half the time.
            element.render(parent, content)
            _refuse_dropped(parent[-1], content, name)
        except (ValidationError, FormatError) as error:
            raise RequestError(f"{name}: {error}", function=name) from error
        return changed

    def check(self, function):
        """Raise RequestError unless this ``function`` element is valid."""
        if not self._validator.validate(function):
            name = function[0].tag
            reason = "; ".join(
                dict.fromkeys(entry.message for entry in self._validator.error_log)
            )
            raise RequestError(f"{name}: {reason}", function=name)

    def _members(self, complex_type):
        """Name -> element of everything that may stand in this type."""
        if complex_type not in self._children:
            found = {}

            def collect(parts):
                for part in parts:
                    if isinstance(part, Element):
                        found[part.name] = part
                    else:
                        collect(part)

            collect(part for _name, part in complex_type.elements_nested)
            found.update(complex_type.attributes)
            self._children[complex_type] = found
        return self._children[complex_type]

    def _convert(self, element, value, path, changed):
        kind = element.type
        if isinstance(value, list | tuple):
            return [
                self._convert(element, item, f"{path}[{place}]", changed)
                for place, item in enumerate(value, 1)
            ]
        if not isinstance(kind, ComplexType):
            return _leaf(kind, value, path, changed)
        if kind.name == "splitDate":
            return formats.format_split_date(_date(value, path))
        if not isinstance(value, dict):
            raise FormatError(f"{path} takes a dict, not {type(value).__name__}")
        return self._content(kind, value, path, changed)

    def _content(self, kind, values, path, changed):
        members = self._members(kind)
        content = {}
        for name, value in values.items():
            if value is None:
                continue
            if name == "_value_1":
                content[name] = [
                    self._content(kind, item, path, changed) for item in value
                ]
            elif name in members:
                content[name] = self._convert(
                    members[name], value, f"{path}.{name}", changed
                )
            else:
                raise FormatError(f"{path} takes no {name}")
        for name, attribute in kind.attributes:
            # zeep would write its mark for "not set" into it.
            if attribute.required and name not in content:
                raise FormatError(f"{path} needs {name}")
        return content


@cache
def grammar():
    """The schema beside this module, parsed when it is first needed."""
    return Grammar()


def _refuse_dropped(element, content, path):
    """Of the alternatives of a choice zeep renders one and forgets the others."""
    if not isinstance(content, dict) or "_value_1" in content:
        return
    rendered = {}
    for child in element:
        rendered.setdefault(child.tag, []).append(child)
    for name, value in content.items():
        children = rendered.get(name, ())
        if not children and name not in element.attrib:
            raise FormatError(f"{path}.{name} excludes another argument given")
        values = value if isinstance(value, list) else [value]
        for child, item in zip(children, values, strict=False):
            _refuse_dropped(child, item, f"{path}.{name}")


def _date(value, path):
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise FormatError(f"{path} takes a date, not {type(value).__name__}")
    return value


def _leaf(kind, value, path, changed):
    if kind.name == "usDate":
        return formats.format_date(_date(value, path))
    if kind.name == "boolean":
        if not isinstance(value, bool):
            raise FormatError(f"{path} takes True or False")
        return formats.format_bool(value)
    if isinstance(value, str):
        text, dropped = formats.clean_text(value)
        if dropped:
            changed.append(path)
        return text
    try:
        return formats.format_decimal(value)
    except FormatError as error:
        raise FormatError(f"{path}: {error}") from None
