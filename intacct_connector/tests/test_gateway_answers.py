"""Answers are read as Intacct writes them, and hostile ones are refused."""

import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..gateway import answer, parser
from .gateway_case import REFERENCE

HEAD = (
    b"<response><control><status>success</status><controlid>c</controlid></control>"
    b"<operation><authentication><status>success</status><userid>u</userid>"
    b"<companyid>c</companyid></authentication>"
)
TAIL = b"</operation></response>"


def read(results):
    """The answer with these results, given as text."""
    return answer.read(HEAD + results.encode() + TAIL)


def rows(inner):
    """The rows of one result whose data has this content, given as text or bytes."""
    content = inner if isinstance(inner, bytes) else inner.encode()
    result = b"<result><status>success</status><data>" + content + b"</data></result>"
    return answer.read(HEAD + result + TAIL).results[0].rows


@tagged("post_install", "-at_install")
class TestGatewayAnswers(BaseCase):
    def test_a_row_has_upper_case_names_and_none_for_empty(self):
        self.assertEqual(
            rows("<project><RECORDNO>1</RECORDNO><name>A &amp; B</name><X/></project>"),
            [{"RECORDNO": "1", "NAME": "A & B", "X": None}],
        )

    def test_related_fields_keep_their_dots_and_nested_ones_get_them(self):
        self.assertEqual(
            rows("<A><BILLTO.EMAIL1>a@b</BILLTO.EMAIL1></A>"),
            rows("<A><BILLTO><EMAIL1>a@b</EMAIL1></BILLTO></A>"),
        )
        self.assertEqual(
            rows("<A><C><MAILADDRESS><CITY>Bern</CITY></MAILADDRESS></C></A>"),
            [{"C.MAILADDRESS.CITY": "Bern"}],
        )

    def test_owned_lines_are_a_list(self):
        one = "<arinvoiceitem><RECORDNO>7</RECORDNO><X/></arinvoiceitem>"
        for count in (1, 2):
            self.assertEqual(
                rows(f"<A><ARINVOICEITEMS>{one * count}</ARINVOICEITEMS></A>"),
                [{"ARINVOICEITEMS": [{"RECORDNO": "7", "X": None}] * count}],
            )
        self.assertEqual(
            rows(
                "<A><ARPYMTENTRIES><ARPYMTENTRY><N>1</N></ARPYMTENTRY></ARPYMTENTRIES></A>"
            ),
            [{"ARPYMTENTRIES": [{"N": "1"}]}],
        )
        self.assertEqual(rows("<A><ARINVOICEITEMS/></A>"), [{"ARINVOICEITEMS": None}])

    def test_repeated_groups_without_a_container_are_a_list(self):
        group = "<LIST_INFO><N>{}</N></LIST_INFO>"
        self.assertEqual(
            rows(f"<A>{group.format(1)}<M>x</M>{group.format(2)}</A>"),
            [{"LIST_INFO": [{"N": "1"}, {"N": "2"}], "M": "x"}],
        )

    def test_the_answer_of_lookup(self):
        (row,) = rows(
            '<Type Name="GLBATCH" DocumentType=""><Fields><Field><ID>STATE</ID>'
            "<VALIDVALUES><VALIDVALUE>Draft</VALIDVALUE><VALIDVALUE>Posted"
            "</VALIDVALUE></VALIDVALUES></Field></Fields></Type>"
        )
        self.assertEqual(row["@NAME"], "GLBATCH")
        self.assertEqual(
            row["FIELDS"], [{"ID": "STATE", "VALIDVALUES": ["Draft", "Posted"]}]
        )

    def test_one_leaf_in_its_plural_is_a_list_too(self):
        self.assertEqual(
            rows("<A><VALIDVALUES><VALIDVALUE>x</VALIDVALUE></VALIDVALUES></A>"),
            [{"VALIDVALUES": ["x"]}],
        )

    def test_rows_of_several_kinds_keep_their_order(self):
        self.assertEqual(
            rows("<a><N>1</N></a><b><N>2</N></b><a><N>3</N></a><b><N>4</N></b>"),
            [{"N": "1"}, {"N": "2"}, {"N": "3"}, {"N": "4"}],
        )

    def test_a_row_may_hold_what_is_named_like_itself(self):
        self.assertEqual(
            rows("<a><N>1</N><a><M>2</M></a></a><a><N>3</N></a>"),
            [{"N": "1", "A.M": "2"}, {"N": "3"}],
        )

    def test_the_attributes_of_data(self):
        found = read(
            "<result><status>success</status><controlid>f</controlid>"
            '<data listtype="x" count="1" totalcount="816" numremaining="815" '
            'resultId="77"><x><RECORDNO>1</RECORDNO></x></data></result>'
        ).results[0]
        self.assertEqual(
            (found.data.listtype, found.data.totalcount, found.data.numremaining),
            ("x", 816, 815),
        )
        self.assertEqual(found.data.resultId, "77")
        self.assertEqual(found.data.offset, None)

    def test_the_control_character_of_one_field_does_not_cost_the_page(self):
        for written in (b"&#1;", b"&#x1F;", b"\x02", b"&#xD800;", b"&#99999999999;"):
            with self.subTest(written):
                page = b"<a><N>x" + written + b"y</N></a><a><N>2</N></a>"
                self.assertEqual(rows(page), [{"N": "x\ufffdy"}, {"N": "2"}])

    def test_what_is_no_answer_is_unreadable(self):
        whole = HEAD + b"<result><status>success</status></result>" + TAIL
        answer.read(whole)
        for body in (
            b"",
            b"  \n",
            b"gateway timeout",
            b"<html><body>x</body></html>",
            b"<!doctype html><html></html>",
            b'{"error": 1}',
            b"<response/>",
            b"<other>" + whole + b"</other>",
            whole + whole,
            whole + b"trailing",
            b"<?xml version='1.0'?>",
            *(whole[:cut] for cut in range(len(whole))),
        ):
            with self.subTest(body), self.assertRaises(answer.Unreadable):
                answer.read(body)

    @settings(max_examples=200, deadline=None)
    @given(st.binary(max_size=400), st.integers(0, 400))
    def test_no_bytes_break_the_reader(self, noise, place):
        whole = HEAD + b"<result><status>success</status></result>" + TAIL
        for body in (noise, whole[:place] + noise + whole[place:]):
            try:
                answer.read(body)
            except answer.Unreadable:
                continue

    def test_a_document_type_is_refused_in_any_encoding(self):
        document = '<!DOCTYPE response [<!ENTITY a "x">]>' + (HEAD + TAIL).decode()
        answer.read(HEAD + TAIL)
        for body in (
            document.encode(),
            b"<!-- <x> -->" + document.encode(),
            b"<?xml version='1.0' encoding='utf-7'?>" + document.encode("utf-7"),
            ('<?xml version="1.0" encoding="utf-16"?>' + document).encode("utf-16"),
        ):
            with self.subTest(body), self.assertRaises(answer.Unreadable):
                answer.read(body)
        with self.assertRaises(answer.Unreadable) as caught:
            answer.read(b"<!DOCTYPE x [<!ENTITY a 'x'>]><x>&a;</x>")
        self.assertIn("document type", str(caught.exception))

    def test_entities_are_never_expanded(self):
        laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        bomb = f'<!DOCTYPE response [<!ENTITY l0 "ha">{laughs}]>'
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as secret:
            secret.write("root:x:0:0")
            secret.flush()
            outside = (
                f'<!DOCTYPE response [<!ENTITY l9 SYSTEM "file://{secret.name}">]>'
            )
            remote = (
                '<!DOCTYPE response SYSTEM "http://127.0.0.1:9/x.dtd" '
                '[<!ENTITY l9 SYSTEM "http://127.0.0.1:9/x">]>'
            )
            for prologue in (bomb, outside, remote):
                for encoding in ("utf-8", "utf-7", "utf-16"):
                    text = (
                        f'<?xml version="1.0" encoding="{encoding}"?>{prologue}'
                        + HEAD.decode()
                        + "<result><status>&l9;</status></result>"
                        + TAIL.decode()
                    )
                    with self.assertRaises(answer.Unreadable) as caught:
                        answer.read(text.encode(encoding))
                    self.assertNotIn("root:x", str(caught.exception))

    def test_a_huge_text_is_refused(self):
        with self.assertRaises(answer.Unreadable):
            rows("<a><N>" + "x" * 11_000_000 + "</N></a>")

    def test_a_row_that_was_read_leaves_the_tree(self):
        reader = answer._Reader()
        stream = parser.pull_parser(["response", "a"])
        stream.feed(HEAD + b"<result><data>")
        for number in range(100):
            stream.feed(b"<a><RECORDNO>%d</RECORDNO></a>" % number)
            reader.consume(stream.read_events())
            self.assertLessEqual(len(reader._last.getparent()), 1)
            self.assertEqual(len(reader._rows), number + 1)

    def test_every_recorded_answer_is_read(self):
        recorded = sorted((REFERENCE / "recorded").glob("*.xml"))
        found = {path.stem: answer.read(path.read_bytes()) for path in recorded}
        if not found:
            return
        self.assertEqual(found["execXMLError"].control.errors[0].errorno, "XL03000003")
        for name in ("execLoginInvalid", "sessionInvalid"):
            self.assertEqual(found[name].authentication.status, "failure")
            self.assertEqual(len(found[name].authentication.errors), 1)
        partly = found["execFuncError"].results[0]
        self.assertEqual((partly.status, len(partly.errors)), ("failure", 3))
        self.assertEqual(partly.rows, [{"RECORDNO": "1424", "PROJECTID": "Fellow PD2"}])
        statuses = [one.status for one in found["functionErrorSuccess"].results]
        self.assertEqual(statuses, ["failure", "success", "failure"])
        self.assertEqual(
            found["functionErrorSuccess"].results[0].errors[0].texts,
            ["Invalid fields list x"],
        )
        projects, one = found["execProjectSuccess"].results
        self.assertEqual([len(projects.rows), len(one.rows)], [5, 1])
        self.assertEqual(projects.data.numremaining, 30)
        vendors = found["vendorResponse"].results[0].rows
        self.assertEqual([len(row) for row in vendors], [4, 7])
        self.assertIsNone(vendors[1]["PARENTKEY"])
