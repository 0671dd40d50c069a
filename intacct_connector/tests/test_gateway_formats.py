"""Values survive the way to Intacct's forms and back."""

import datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from odoo.tests import BaseCase, tagged

from ..gateway import errors, formats


@tagged("post_install", "-at_install")
class TestGatewayFormats(BaseCase):
    @given(st.dates())
    def test_dates(self, day):
        self.assertEqual(formats.parse_date(formats.format_date(day)), day)
        parts = formats.format_split_date(day)
        self.assertEqual(
            datetime.date(*(int(parts[name]) for name in ("year", "month", "day"))), day
        )

    @given(st.datetimes())
    def test_moments(self, moment):
        moment = moment.replace(microsecond=0)
        self.assertEqual(
            formats.parse_datetime(formats.format_datetime(moment)), moment
        )

    @given(st.decimals(allow_nan=False, allow_infinity=False))
    def test_numbers(self, number):
        text = formats.format_decimal(number)
        self.assertNotIn("E", text)
        self.assertEqual(formats.parse_decimal(text), number)

    @given(st.text())
    def test_texts(self, text):
        cleaned, changed = formats.clean_text(text)
        self.assertEqual(changed, cleaned != text)
        element = etree.Element("a")
        element.text = cleaned
        again = etree.fromstring(etree.tostring(element)).text or ""
        self.assertEqual(again, cleaned)
        self.assertEqual(formats.clean_text(cleaned), (cleaned, False))

    def test_what_a_text_loses(self):
        self.assertEqual(formats.clean_text("a\x0bb\x00\x1fc"), ("a bc", True))
        self.assertEqual(
            formats.clean_text("tab\tline\n\r\x85é\U0001f600"),
            ("tab\tline\n\r\x85é\U0001f600", False),
        )

    def test_forms_of_intacct(self):
        day = datetime.date(2026, 3, 4)
        self.assertEqual(formats.format_date(day), "03/04/2026")
        self.assertEqual(formats.parse_date("03/04/2026 05:06:07"), day)
        self.assertEqual(formats.parse_date("2026-03-04T05:06:07+00:00"), day)
        moment = datetime.datetime(2026, 3, 4, 5, 6, 7)
        self.assertEqual(formats.format_datetime(moment), "03/04/2026 05:06:07")
        self.assertEqual(
            formats.parse_datetime("03/04/2026"), datetime.datetime(2026, 3, 4)
        )
        self.assertEqual(
            formats.parse_datetime("2026-03-04T05:06:07-07:00").utcoffset(),
            datetime.timedelta(hours=-7),
        )
        self.assertEqual(formats.parse_decimal("5900"), Decimal("5900"))
        self.assertEqual(
            [formats.parse_bool(text) for text in ("true", "F", "T", "False")],
            [True, False, True, False],
        )
        self.assertEqual(
            formats.parse_offset("+09:30"), datetime.timedelta(hours=9, minutes=30)
        )
        self.assertEqual(formats.parse_offset("-07:00"), datetime.timedelta(hours=-7))
        self.assertEqual(formats.parse_multiple("100#~#200"), ["100", "200"])
        self.assertEqual(formats.format_multiple(["a", "b"]), "a#~#b")

    def test_empty_is_none(self):
        for parse in (
            formats.parse_date,
            formats.parse_datetime,
            formats.parse_decimal,
            formats.parse_bool,
            formats.parse_offset,
        ):
            self.assertIsNone(parse(None))
            self.assertIsNone(parse(""))
        self.assertEqual(formats.parse_multiple(None), [])

    def test_other_forms_are_refused_by_their_value(self):
        for parse, text in (
            (formats.parse_date, "31/12/2026"),
            (formats.parse_date, "yesterday"),
            (formats.parse_datetime, "03/04/2026 25:00:00"),
            (formats.parse_decimal, "1,234.5"),
            (formats.parse_decimal, "NaN"),
            (formats.parse_decimal, "Infinity"),
            (formats.parse_bool, "maybe"),
            (formats.parse_offset, "GMT"),
        ):
            with self.subTest(text), self.assertRaises(errors.FormatError) as caught:
                parse(text)
            self.assertIn(text, str(caught.exception))
        for number in (1.5, True, Decimal("NaN"), "1"):
            with self.subTest(number), self.assertRaises(errors.FormatError):
                formats.format_decimal(number)
        aware = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
        with self.assertRaises(errors.FormatError):
            formats.format_datetime(aware)
