"""Scans find every row once, however the server orders, counts or fails."""

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import tagged

from ..gateway import Query, errors, where
from .gateway_case import GatewayCase
from .gateway_server import answered, data, error, failure, success

NUMBER, TEXT = int, str


class Table:
    """Rows served as Intacct does: ordered, filtered by key, cut into pages.

    ``order`` and ``compare`` say whether keys stand in the order of numbers or of
    texts, in the answer and in a filter. ``largest`` is the server's own page limit.
    """

    def __init__(self, keys, order=NUMBER, compare=NUMBER, largest=2000):
        self.keys = [str(key) for key in keys]
        self.order = order
        self.compare = compare
        self.largest = largest
        self.asked = []
        self.before_page = {}

    def __call__(self, received):
        return answered(
            received, *(success(one, self.page(one[0])) for one in received.functions)
        )

    def page(self, query):
        self.asked.append(query)
        self.before_page.get(len(self.asked), lambda: None)()
        behind = [
            condition.findtext("value")
            for condition in query.iter("greaterthan")
            if condition.findtext("field") == "RECORDNO"
        ]
        found = [
            key
            for key in self.keys
            if all(self.compare(key) > self.compare(last) for last in behind)
        ]
        found.sort(key=self.order)
        start = int(query.findtext("offset"))
        size = min(int(query.findtext("pagesize")), self.largest)
        part = found[start : start + size]
        return data(
            [{"RECORDNO": key} for key in part],
            total=len(found),
            remaining=max(len(found) - start - len(part), 0),
        )


class Doubling(Table):
    """Sends the fifth row twice."""

    def page(self, query):
        once = "<ARINVOICE><RECORDNO>5</RECORDNO></ARINVOICE>"
        return super().page(query).replace(once, once * 2)


class Holed(Table):
    """Counts the seventh row and never sends it."""

    def page(self, query):
        return (
            super()
            .page(query)
            .replace("<RECORDNO>7</RECORDNO>", "")
            .replace("<ARINVOICE></ARINVOICE>", "")
        )


@tagged("post_install", "-at_install")
class TestGatewayPaging(GatewayCase):
    def scan(self, table, size=10, **options):
        """(pages, keys of their rows) of a whole scan."""
        server = self.serve()
        server.script = _Forever(table)
        query = Query("ARINVOICE", ("STATE",), page_size=size)
        pages = list(self.gateway(server).query_all(query, **options))
        return pages, [row["RECORDNO"] for page in pages for row in page.rows]

    def test_every_row_once_in_either_order(self):
        for order in (NUMBER, TEXT):
            for count in (0, 1, 9, 10, 11, 20, 137):
                with self.subTest(order=order, count=count):
                    table = Table(range(1, count + 1), order, order)
                    pages, keys = self.scan(table)
                    self.assertEqual(len(keys), count)
                    self.assertEqual(set(keys), set(table.keys))
                    self.assertEqual(
                        [page.complete for page in pages[:-1]].count(True), 0
                    )
                    self.assertTrue(pages[-1].complete)
                    self.assertEqual(len(table.asked), max(1, -(-count // 10)))
                    self.assertTrue(all(page.total == count for page in pages))

    def test_later_pages_ask_behind_the_last_key_and_not_by_offset(self):
        table = Table(range(1, 26))
        self.scan(table)
        self.assertEqual({query.findtext("offset") for query in table.asked}, {"0"})
        behind = [query.findtext("filter/greaterthan/value") for query in table.asked]
        self.assertEqual(behind, [None, "10", "20"])

    def test_the_condition_of_the_query_stays(self):
        server = self.serve()
        server.script = _Forever(Table(range(1, 16)))
        query = Query(
            "ARINVOICE", ("STATE",), where=where.eq("STATE", "Posted"), page_size=10
        )
        list(self.gateway(server).query_all(query))
        for call in server.calls:
            self.assertEqual(len(call.root.findall(".//equalto")), 1)
        self.assertIsNotNone(server.calls[1].root.find(".//filter/and/greaterthan"))

    def test_a_scan_goes_on_behind_a_page(self):
        table = Table(range(1, 36))
        pages, _keys = self.scan(table)
        again, keys = self.scan(table, after=pages[1].last_key)
        self.assertEqual(keys, [str(key) for key in range(21, 36)])
        self.assertTrue(again[-1].complete)
        _pages, keys = self.scan(table, after=pages[-1].last_key)
        self.assertEqual(keys, [])

    def test_a_server_whose_order_and_comparison_differ_loses_nothing(self):
        for order, compare in ((NUMBER, TEXT), (TEXT, NUMBER)):
            for count in (95, 1003):
                with self.subTest(order=order, count=count):
                    table = Table(range(1, count + 1), order, compare)
                    pages, keys = self.scan(table)
                    self.assertEqual(len(keys), count)
                    self.assertEqual(set(keys), set(table.keys))
                    self.assertTrue(pages[-1].complete)
                    self.assertIsNone(pages[-1].last_key)

    @settings(max_examples=60, deadline=None)
    @given(
        keys=st.sets(st.integers(1, 3000), max_size=60),
        order=st.sampled_from([NUMBER, TEXT]),
        compare=st.sampled_from([NUMBER, TEXT]),
        size=st.integers(1, 25),
        largest=st.integers(1, 25),
    )
    def test_whatever_keys_and_pages(self, keys, order, compare, size, largest):
        table = Table(keys, order, compare, largest)
        pages, found = self.scan(table, size)
        self.assertEqual(len(found), len(keys))
        self.assertEqual(set(found), set(table.keys))
        self.assertTrue(pages[-1].complete)

    def test_a_row_sent_twice_is_handed_out_once(self):
        pages, keys = self.scan(Doubling(range(1, 26)))
        self.assertEqual(sorted(map(int, keys)), list(range(1, 26)))
        self.assertTrue(pages[-1].complete)

    def test_rows_that_leave_the_selection_meanwhile_are_no_hole(self):
        table = Table(range(1, 26))
        table.before_page[2] = lambda: table.keys.remove("23")
        pages, keys = self.scan(table)
        self.assertEqual(len(keys), 24)
        self.assertTrue(pages[-1].complete)
        self.assertEqual(len(table.asked), 4)

    def test_rows_that_join_meanwhile_are_read(self):
        table = Table(range(1, 26))
        table.before_page[2] = lambda: table.keys.append("26")
        _pages, keys = self.scan(table)
        self.assertEqual(len(keys), 26)

    def test_a_hole_that_stays_is_an_error(self):
        with self.assertRaises(errors.IncompleteReadError) as caught:
            self.scan(Holed(range(1, 26)))
        self.assertEqual(
            (caught.exception.object, caught.exception.expected, caught.exception.got),
            ("ARINVOICE", 25, 24),
        )
        self.assertIn("ARINVOICE", str(caught.exception))

    def test_a_scan_needs_a_unique_ascending_order(self):
        server = self.serve()
        for order in ((("RECORDNO", "descending"),), (("A", "ascending"),) * 2, ()):
            query = Query("ARINVOICE", ("STATE",), order_by=order)
            with self.assertRaises(errors.RequestError):
                list(self.gateway(server).query_all(query))

    def test_first_pages_of_several_queries_share_one_request(self):
        server = self.serve()
        tables = {"CUSTOMER": Table(range(1, 8)), "ARINVOICE": Table(range(1, 26))}
        server.script = _Forever(
            lambda received: answered(
                received,
                *(
                    success(one, tables[one[0].findtext("object")].page(one[0]))
                    for one in received.functions
                ),
            )
        )
        gateway = self.gateway(server)
        queries = [Query(name, ("STATE",), page_size=10) for name in tables]
        customers, invoices = gateway.query_many(queries)
        self.assertEqual(len(server.calls), 1)
        self.assertTrue(customers.complete)
        self.assertEqual((len(customers.rows), customers.total), (7, 7))
        self.assertFalse(invoices.complete)
        pages = list(gateway.query_all(queries[1], first=invoices))
        self.assertEqual(pages[0].rows, invoices.rows)
        self.assertEqual(sum(len(page.rows) for page in pages), 25)
        self.assertEqual(len(server.calls), 3)

    def test_a_refused_query_among_several(self):
        refusal = error(
            "PL04000005",
            "You do not have permission for API operation READ_BY_QUERY on objects "
            "of type arinvoice",
        )

        def half(received):
            first, second = received.functions
            return answered(
                received,
                failure(first, refusal),
                success(second, data([{"RECORDNO": 1}], "CUSTOMER")),
            )

        server = self.serve(half, half)
        queries = [Query("ARINVOICE", ("STATE",)), Query("CUSTOMER", ("NAME",))]
        gateway = self.gateway(server)
        refused, granted = gateway.query_many(queries, return_errors=True)
        self.assertIsInstance(refused.error, errors.AuthorizationError)
        self.assertFalse(refused.complete)
        self.assertEqual(len(granted.rows), 1)
        with self.assertRaises(errors.AuthorizationError):
            gateway.query_many(queries)


class _Forever(list):
    """A script that never ends."""

    def __init__(self, step):
        super().__init__([step])

    def pop(self, index=-1):
        return self[index]
