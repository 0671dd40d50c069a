"""Requests are rendered in the order and the forms that Intacct checks."""

import datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from odoo.tests import BaseCase, tagged

from ..gateway import Query, envelope, errors, functions, where
from .gateway_case import LOGIN, OWN_SCHEMA, SENDER, schemas

DAY = datetime.date(2026, 3, 4)
LINE = {
    "glaccountno": "4000",
    "amount": Decimal("76343.43"),
    "memo": "Café & co <1>",
    "locationid": "100",
    "departmentid": "SAL",
    "projectid": "P1",
    "customerid": "C1",
    "classid": "X",
    "taxentries": {"taxentry": [{"detailid": "G1", "trx_tax": Decimal("7.60")}]},
}
CURRENCY = {
    "basecurr": "USD",
    "currency": "EUR",
    "exchratedate": DAY,
    "exchratetype": "Intacct Daily Rate",
}
CONTACT = {
    "PRINTAS": "Acme",
    "COMPANYNAME": "Acme",
    "EMAIL1": "a@b.example",
    "PHONE1": "12",
    "MAILADDRESS": {"ADDRESS1": "x", "CITY": "Zürich", "COUNTRY": "Switzerland"},
}
# One example or more of every function the client can render.
EXAMPLES = [
    ("getAPISession", {}),
    ("getAPISession", {"locationid": "E100"}),
    ("getAPISession", {"locationid": ""}),
    ("readEntityDetails", {}),
    ("readUserFormatting", {"userId": "robot"}),
    ("readUserFormatting", {"key": 177}),
    ("getUserPermissions", {"userId": "robot"}),
    ("get_companyprefs", {"application": "AR"}),
    ("get_closedbooksdate", {}),
    ("readByQuery", {"object": "ARINVOICE", "fields": "*", "query": "A > '1'"}),
    ("readByQuery", {"object": "CUSTOMER", "query": "", "pagesize": 1000}),
    ("readMore", {"resultId": "7765"}),
    ("read", {"object": "ARINVOICE", "keys": 1, "fields": "*"}),
    ("readByName", {"object": "CUSTOMER", "keys": "C1"}),
    ("inspect", {"object": "*"}),
    ("inspect", {"object": "DEPARTMENT", "detail": "1"}),
    ("lookup", {"object": "GLBATCH"}),
    ("retrievepdf", {"ARINVOICE": {"RECORDNO": 3086}}),
    ("delete", {"object": "ARINVOICE", "keys": "112"}),
    (
        "create",
        {
            "CUSTOMER": {
                "CUSTOMERID": "C1",
                "NAME": "Acme",
                "DISPLAYCONTACT": CONTACT,
                "STATUS": "active",
                "ONHOLD": False,
                "CREDITLIMIT": Decimal("1234.5"),
                "CONTACTINFO": {"CONTACTNAME": "Acme"},
                "CUSTOMERCONTACTS": {
                    "CUSTOMERENTITYCONTACTS": [
                        {"CATEGORYNAME": "Fax", "CONTACT": {"NAME": "Linda"}}
                    ]
                },
            }
        },
    ),
    ("update", {"CUSTOMER": {"RECORDNO": 12, "CUSTOMERCONTACTS": {}}}),
    ("update", {"CUSTOMER": {"CUSTOMERID": "C1", "DISPLAYCONTACT": CONTACT}}),
    ("create", {"CONTACT": {"CONTACTNAME": "Acme (1)", **CONTACT}}),
    ("update", {"CONTACT": {"RECORDNO": 5, "EMAIL1": ""}}),
    (
        "create_invoice",
        {
            "customerid": "C1",
            "datecreated": DAY,
            "dateposted": DAY,
            "datedue": DAY,
            "termname": "N30",
            "action": "Submit",
            "invoiceno": "INV-2019-0042",
            "ponumber": "S1",
            "description": "marker",
            "billto": {"contactname": "Acme"},
            "shipto": {"contactname": "Acme"},
            **CURRENCY,
            "nogl": False,
            "customfields": {
                "customfield": [{"customfieldname": "a", "customfieldvalue": "b"}]
            },
            "invoiceitems": {"lineitem": [LINE, LINE]},
        },
    ),
    (
        "create_invoice",
        {
            "customerid": "C1",
            "datecreated": DAY,
            "currency": "EUR",
            "exchrate": Decimal("1.0950"),
            "invoiceitems": {
                "lineitem": [{"accountlabel": "Sales", "amount": Decimal("-1")}]
            },
        },
    ),
    (
        "update_invoice",
        {
            "key": 123,
            "datedue": DAY,
            "payto": {"contactname": "Acme"},
            "currency": "EUR",
            "exchratetype": "Intacct Daily Rate",
            "updateinvoiceitems": {
                "updatelineitem": [{"line_num": 1, "memo": "hello"}],
                "lineitem": [LINE],
            },
        },
    ),
    ("reverse_invoice", {"key": 1234, "datereversed": DAY, "description": "m"}),
    ("delete_invoice", {"key": 1234}),
    (
        "create_aradjustment",
        {
            "customerid": "C1",
            "datecreated": DAY,
            "adjustmentno": "R1",
            "invoiceno": "INV1",
            "description": "marker",
            **CURRENCY,
            "aradjustmentitems": {"lineitem": [LINE]},
        },
    ),
    (
        "update_aradjustment",
        {
            "key": 9,
            "description": "x",
            "updatearadjustmentitems": {
                "updatelineitem": [{"line_num": 2, "amount": Decimal("1")}]
            },
        },
    ),
    ("delete_aradjustment", {"key": 9}),
    (
        "create",
        {
            "ARPYMT": {
                "UNDEPOSITEDACCOUNTNO": "1020",
                "PAYMENTMETHOD": "Cash",
                "CUSTOMERID": "C1",
                "DOCNUMBER": "PAY1",
                "DESCRIPTION": "marker",
                "RECEIPTDATE": DAY,
                "PAYMENTDATE": DAY,
                "CURRENCY": "USD",
                "ACTION": "Submit",
                "ARPYMTDETAILS": {
                    "ARPYMTDETAIL": [
                        {"RECORDKEY": 101, "TRX_PAYMENTAMOUNT": Decimal("125")},
                        {
                            "POSADJKEY": 104,
                            "ADJUSTMENTKEY": 105,
                            "TRX_ADJUSTMENTAMOUNT": Decimal("10"),
                        },
                    ]
                },
            }
        },
    ),
    (
        "create",
        {
            "ARADVANCE": {
                "FINANCIALENTITY": "BOA",
                "PAYMENTMETHOD": "Cash",
                "CUSTOMERID": "C1",
                "RECEIPTDATE": DAY,
                "PAYMENTDATE": DAY,
                "EXCHANGE_RATE": Decimal("1.1"),
                "ARADVANCEITEMS": {
                    "ARADVANCEITEM": [{"ACCOUNTNO": "4055", "TRX_AMOUNT": 9}]
                },
            }
        },
    ),
    (
        "apply_arpayment",
        {
            "arpaymentkey": 136,
            "paymentdate": DAY,
            "memo": "m",
            "arpaymentitems": {
                "arpaymentitem": [{"invoicekey": 135, "amount": Decimal("10.99")}]
            },
        },
    ),
    ("reverse_arpayment", {"key": 1234, "datereversed": DAY}),
    (
        "create_arterm",
        {
            "name": "2-10 N30",
            "due": {"dueday": 30, "duefrom": "from invoice/bill date"},
            "discount": {"discday": 10, "discamount": 2, "discpercamn": "%"},
            "disccalcon": "Line items total",
        },
    ),
    (
        "record_deposit",
        {
            "bankaccountid": "BOA",
            "depositdate": DAY,
            "depositid": "D1",
            "receiptkeys": {"receiptkey": [1, 2]},
        },
    ),
]


def request(function, **options):
    """A whole request with one function, parsed."""
    options = {"unique": True, "transaction": False, **options}
    return etree.fromstring(
        envelope.build(
            SENDER,
            envelope.authentication_by_login(LOGIN, "E100"),
            [function],
            control_id="c",
            **options,
        )
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
        for wrong in ("", "<a/>", "<function/>", "<function controlid='x'/>", "<funct"):
            with self.assertRaises(errors.RequestError):
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
