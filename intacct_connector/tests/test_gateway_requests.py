"""Requests are rendered in the order and the forms that Intacct checks."""

import copy
import datetime
import re
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from odoo.tests import BaseCase, tagged

from ..gateway import errors, functions
from .gateway_case import LOGIN, OWN_SCHEMA, REFERENCE, SENDER, request, schemas
from .gateway_examples import CURRENCY, DAY, EXAMPLES, LINE

FUNCTIONS = {name for name, _arguments in EXAMPLES} | {"query"}
# Samples with what the connector has no use for, by where that is; and what only
# documentation writes: two accounts for one line, amounts and lists left empty.
UNSUPPORTED = re.compile(
    r"ARACCOUNTLABEL|update\.(ARADVANCE|ARPYMT)|PRINTTEMPLATE|EMAILTEMPLATE|<penalty>"
    r"|<ACCOUNTNO>.*<ACCOUNTLABEL>|<trx_tax></trx_tax>|<action>Posted"
    r"|<CUSTOMERCONTACTS></",
    re.DOTALL,
)


def _arguments(element):
    """The keywords that make such an element."""
    found = dict(element.attrib)
    for child in element:
        text = (child.text or "").strip()
        if child.tag in ("and", "or"):
            value = {"_value_1": [_arguments(_alone(part)) for part in child]}
        elif child.find("year") is not None:
            value = datetime.date(*(int(part.text) for part in child))
        elif len(child) or child.tag in ("ascending", "descending"):
            value = _arguments(child)
        elif re.fullmatch(r"\d\d/\d\d/\d{4}", text) and child.tag != "value":
            value = datetime.datetime.strptime(text, "%m/%d/%Y").date()
        elif text in ("true", "false"):
            value = text == "true"
        else:
            value = text
        if child.tag in found:
            if not isinstance(found[child.tag], list):
                found[child.tag] = [found[child.tag]]
            found[child.tag].append(value)
        else:
            found[child.tag] = value
    return found


def _alone(element):
    """A parent with nothing but this element."""
    parent = etree.Element("alone")
    parent.append(copy.deepcopy(element))
    return parent


def _sorted(element):
    """Tag, attributes, text and children, whatever the order of the latter."""
    text = (element.text or "").strip()
    if element.tag in ("month", "day"):
        text = text.zfill(2)
    return (
        element.tag,
        sorted(element.attrib.items()),
        text,
        sorted(_sorted(child) for child in element),
    )


def body(name, /, **arguments):
    """The element of a rendered function."""
    return etree.fromstring(functions.render(name, **arguments).xml)[0]


def invoice(**changes):
    arguments = {
        "customerid": "C1",
        "datecreated": DAY,
        "invoiceitems": {"lineitem": [LINE]},
        **changes,
    }
    return functions.render("create_invoice", **arguments)


@tagged("post_install", "-at_install")
class TestGatewayRequests(BaseCase):
    def test_every_function_is_valid_in_every_schema(self):
        checks = schemas()
        for name, arguments in EXAMPLES:
            with self.subTest(name):
                document = request(functions.render(name, **arguments))
                for schema in checks:
                    schema.assertValid(document)

    def test_the_samples_of_the_documentation_can_be_rendered(self):
        seen = 0
        for path in sorted((REFERENCE / "samples").glob("*.request.*.xml")):
            text = path.read_text()
            element = etree.fromstring(text, etree.XMLParser(remove_comments=True))
            if UNSUPPORTED.search(path.name + text) or element.tag not in FUNCTIONS:
                continue
            with self.subTest(path.name):
                rendered = body(element.tag, **_arguments(element))
                self.assertEqual(_sorted(rendered), _sorted(element))
                seen += 1
        self.assertTrue(seen > 70 or not REFERENCE.exists(), seen)

    def test_every_function_of_the_schema_has_an_example(self):
        namespace = {"xs": "http://www.w3.org/2001/XMLSchema"}
        names = etree.parse(str(OWN_SCHEMA)).xpath(
            "//xs:element[@name='function']//xs:element/@ref", namespaces=namespace
        )
        self.assertGreater(len(names), 20)
        covered = {name for name, _arguments in EXAMPLES} | {"query"}
        self.assertEqual(set(names), covered)

    def test_arguments_may_come_in_any_order(self):
        one = invoice(termname="N30", invoiceno="1", **CURRENCY)
        other = functions.render(
            "create_invoice",
            one.control_id,
            **{
                "invoiceitems": {"lineitem": [dict(reversed(LINE.items()))]},
                **dict(reversed(CURRENCY.items())),
                "invoiceno": "1",
                "termname": "N30",
                "datecreated": DAY,
                "customerid": "C1",
            },
        )
        self.assertEqual(one.xml, other.xml)

    def test_dates_take_the_form_of_their_dialect(self):
        legacy = body("reverse_invoice", key=1, datereversed=DAY)
        self.assertEqual(
            [(part.tag, part.text) for part in legacy.find("datereversed")],
            [("year", "2026"), ("month", "03"), ("day", "04")],
        )
        payment = dict(EXAMPLES[-5][1]["ARADVANCE"])
        generic = body("create", ARADVANCE=payment)
        self.assertEqual(generic.findtext("ARADVANCE/RECEIPTDATE"), "03/04/2026")

    def test_an_absent_value_is_left_out_and_an_empty_one_is_sent(self):
        element = body("update", CUSTOMER={"RECORDNO": 1, "NAME": None, "TAXID": ""})
        self.assertIsNone(element.find("CUSTOMER/NAME"))
        self.assertEqual(element.find("CUSTOMER/TAXID").text, None)
        cleared = body("update", CUSTOMER={"RECORDNO": 1, "CUSTOMERCONTACTS": {}})
        self.assertEqual(len(cleared.find("CUSTOMER/CUSTOMERCONTACTS")), 0)

    def test_a_wrong_argument_is_named(self):
        two = {**LINE, "accountlabel": "Sales"}
        cases = {
            "create_invoice takes no foo": {"foo": 1},
            "lineitem[2] takes no bar": {
                "invoiceitems": {"lineitem": [LINE, {**LINE, "bar": 1}]}
            },
            "datecreated": {"datecreated": None},
            "create_invoice.datecreated takes a date, not str": {"datecreated": "x"},
            "lineitem[1].amount: 1.5 is not an exact number": {
                "invoiceitems": {"lineitem": [{**LINE, "amount": 1.5}]}
            },
            "excludes another": {"invoiceitems": {"lineitem": [two]}},
            "exchratetype": {"currency": "EUR"},
            "element currency": {"basecurr": "EUR"},
            "'Post'": {"action": "Post"},
            "nogl takes True or False": {"nogl": "true"},
            "NaN can't be sent": {"currency": "EUR", "exchrate": Decimal("NaN")},
            "lineitem": {"invoiceitems": {"lineitem": []}},
        }
        for words, changes in cases.items():
            with self.subTest(words), self.assertRaises(errors.RequestError) as caught:
                invoice(**changes)
            self.assertIn(words, str(caught.exception))
            self.assertIn("create_invoice", str(caught.exception))
        for name, arguments, words in (
            ("create_bill", {}, "create_bill"),
            ("create", {}, "CUSTOMER"),
            ("update", {"CUSTOMER": {"NAME": "x"}}, "RECORDNO"),
            ("read", {"object": "X"}, "keys"),
            ("reverse_invoice", {"datereversed": DAY}, "needs key"),
            ("reverse_invoice", {"datereversed": DAY, "key": None}, "needs key"),
        ):
            with self.subTest(name), self.assertRaises(errors.RequestError) as caught:
                functions.render(name, **arguments)
            self.assertIn(words, str(caught.exception))

    def test_lines_have_a_label_or_an_account(self):
        neither = {key: value for key, value in LINE.items() if key != "glaccountno"}
        with self.assertRaises(errors.RequestError) as caught:
            invoice(invoiceitems={"lineitem": [neither]})
        self.assertIn("accountlabel, glaccountno", str(caught.exception))

    def test_characters_xml_cannot_carry_are_dropped_and_told(self):
        function = invoice(description="a\x01b\x0bc\ud800\ufffe", termname="N30")
        text = etree.fromstring(function.xml).findtext("create_invoice/description")
        self.assertEqual(text, "ab c")
        self.assertEqual(function.changed, ("create_invoice.description",))

    def test_control_ids(self):
        self.assertNotEqual(invoice().control_id, invoice().control_id)
        self.assertEqual(
            functions.render("inspect", "my-id", object="*").control_id, "my-id"
        )
        with self.assertRaises(errors.RequestError):
            functions.render("inspect", "x" * 257, object="*")

    def test_a_function_knows_its_object_and_its_price(self):
        found = {
            (name, tuple(arguments)): functions.render(name, **arguments)
            for name, arguments in EXAMPLES
        }
        customer = found["create", ("CUSTOMER",)]
        self.assertEqual((customer.object, customer.transactions), ("CUSTOMER", 1))
        self.assertEqual(found["getAPISession", ()].transactions, 0)
        several = functions.render("delete", object="ARINVOICE", keys="1,2,3")
        self.assertEqual((several.object, several.transactions), ("ARINVOICE", 3))

    def test_a_stored_function_keeps_its_text(self):
        function = invoice(description="é & <")
        stored = functions.Function.from_xml(function.xml)
        self.assertEqual(stored, function)
        self.assertEqual(functions.Function.from_xml(function.xml.encode()), function)
        inspect = "<inspect><object>*</object></inspect>"
        functions.Function.from_xml(f"<function controlid='x'>{inspect}</function>")
        for wrong in (
            "",
            "<funct",
            "<a/>",
            "<function/>",
            "<function controlid='x'/>",
            f"<function>{inspect}</function>",
            f"<function controlid='{'x' * 257}'>{inspect}</function>",
            f"<function controlid='x'>{inspect * 2}</function>",
        ):
            with self.subTest(wrong), self.assertRaises(errors.RequestError):
                functions.Function.from_xml(wrong)

    def test_the_envelope_is_escaped_and_explicit(self):
        document = request(invoice(), transaction=True)
        login = document.find("operation/authentication/login")
        self.assertEqual(login.findtext("password"), LOGIN.password)
        self.assertEqual(login.findtext("locationid"), "E100")
        self.assertEqual(document.findtext("control/password"), SENDER.password)
        self.assertEqual(document.findtext("control/uniqueid"), "true")
        self.assertEqual(document.find("operation").get("transaction"), "true")

    @settings(max_examples=100, deadline=None)
    @given(st.text(), st.decimals(-(10**12), 10**12, places=10))
    def test_texts_and_amounts_arrive_as_given(self, text, amount):
        function = invoice(
            description=text,
            invoiceitems={"lineitem": [{"glaccountno": "1", "amount": amount}]},
        )
        element = etree.fromstring(function.xml)[0]
        arrived = element.findtext("description") or ""
        if not function.changed:
            self.assertEqual(arrived, text)
        self.assertLessEqual(len(arrived), len(text))
        sent = element.findtext("invoiceitems/lineitem/amount")
        self.assertEqual(Decimal(sent), amount)
        self.assertRegex(sent, r"^-?\d+(\.\d+)?$")
