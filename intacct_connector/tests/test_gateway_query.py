"""Queries and their conditions."""

import datetime
from decimal import Decimal

from lxml import etree
from odoo.tests import BaseCase, tagged

from ..gateway import Query, errors, where
from .gateway_case import request, schemas
from .gateway_examples import DAY


@tagged("post_install", "-at_install")
class TestGatewayQuery(BaseCase):
    def filter(self, condition):
        """The filter element of a query, checked against every schema."""
        function = Query("ARINVOICE", ("RECORDNO",), condition).function()
        document = request(function)
        for schema in schemas():
            schema.assertValid(document)
        return document.find(".//filter")

    def text(self, condition):
        return etree.tostring(self.filter(condition)[0], encoding="unicode")

    def test_every_operator(self):
        one, two = where.eq("A", "1"), where.ne("A", 2)
        for condition in (
            one,
            two,
            where.lt("A", Decimal("3.10")),
            where.le("A", DAY),
            where.gt("A", datetime.datetime(2026, 3, 4, 5, 6, 7)),
            where.ge("A", True),
            where.between("A", 1, 2),
            where.in_("A", ["Posted", "Paid"]),
            where.not_in("A", ["x"]),
            where.like("A", "c%"),
            where.not_like("A", "c_"),
            where.is_null("A"),
            where.is_not_null("A"),
            where.and_(one, where.or_(two, where.and_(one, two))),
        ):
            with self.subTest(condition):
                self.filter(condition)

    def test_values_take_the_gateways_forms(self):
        self.assertEqual(
            self.text(where.ge("W", datetime.datetime(2026, 3, 4, 5, 6, 7))),
            "<greaterthanorequalto><field>W</field><value>03/04/2026 05:06:07</value>"
            "</greaterthanorequalto>",
        )
        self.assertIn("<value>03/04/2026</value>", self.text(where.eq("A", DAY)))
        self.assertIn("<value>1000</value>", self.text(where.eq("A", Decimal("1E3"))))
        self.assertIn("<value>false</value>", self.text(where.eq("A", False)))

    def test_a_moment_with_a_time_zone_is_refused(self):
        moment = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
        for value in (moment, 1.5, None):
            with self.assertRaises(errors.RequestError):
                where.eq("A", value)

    def test_junctions_are_flat_and_never_alone(self):
        one, two = where.eq("A", 1), where.eq("B", 2)
        self.assertIs(where.and_(None, one), one)
        self.assertIsNone(where.or_(None))
        flat = where.and_(one, where.and_(two, one))
        self.assertEqual(len(flat.parts), 3)

    def test_many_values_are_split_at_the_schemas_limit(self):
        values = [str(number) for number in range(2001)]
        found = self.filter(where.in_("A", values))
        parts = [len(part.findall("value")) for part in found.findall("or/in")]
        self.assertEqual(parts, [1000, 1000, 1])
        found = self.filter(where.not_in("A", values))
        self.assertEqual(len(found.findall("and/notin")), 3)
        with self.assertRaises(errors.RequestError):
            where.in_("A", [])

    def test_options_and_defaults(self):
        query = Query("ARINVOICE", ("STATE", "STATE"), case_insensitive=True)
        element = etree.fromstring(query.function("id").xml)[0]
        fields = [field.text for field in element.find("select")]
        self.assertEqual(fields, ["STATE", "RECORDNO"])
        self.assertEqual(element.findtext("pagesize"), "2000")
        self.assertEqual(element.findtext("options/showprivate"), "true")
        self.assertEqual(element.findtext("options/caseinsensitive"), "true")
        self.assertIsNotNone(element.find("orderby/order/ascending"))
        for wrong in (
            {"fields": ()},
            {"fields": ("A",), "order_by": (("A", "up"),)},
        ):
            with self.assertRaises(errors.RequestError):
                Query("ARINVOICE", **wrong)
        with self.assertRaises(errors.RequestError):
            Query("ARINVOICE", ("A",), page_size=2001).function()
