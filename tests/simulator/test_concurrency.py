"""Several clients at once: nothing is lost, doubled or held up for nothing."""

import threading
from collections import Counter

from .harness import Admin, Client, cash, create_invoice, create_payment, query


def run(count, work):
    """``work(number)`` in threads; what each returned, exceptions raised."""
    found, failed = [], []

    def one(number):
        try:
            found.append(work(number))
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed
    return found


def test_one_session_in_many_hands(process, client, admin):
    session = client.open_session()

    def work(number):
        mine = Client(process.url)
        for step in range(15):
            mine.do(create_invoice(number=f"A-{number}-{step}"), auth=session)
            rows = mine.do(query("ARINVOICE", "RECORDNO TOTALDUE"), auth=session).rows
            assert {row["TOTALDUE"] for row in rows} == {"100"}
        return number

    run(6, work)
    numbers = Counter(row["RECORDID"] for row in admin.rows("ARINVOICE"))
    assert len(numbers) == 90 and set(numbers.values()) == {1}


def test_two_receipts_for_one_invoice(process, client, admin):
    """Both see the same open amount, one of them comes too late."""
    for _round in range(5):
        key = client.invoice(amount=100)
        functions = create_payment(cash(key, 100))

        def work(_number, functions=functions):
            return Client(process.url).call(functions).ok

        assert sorted(run(2, work)) == [False, True]
        assert admin.row("ARINVOICE", key)["TRX_TOTALDUE"] == "0"


def test_the_same_control_id_from_several_senders(process, client, admin):
    def work(_number):
        function = ("op-1", create_invoice(number="A-1"))
        (result,) = Client(process.url).results([function], unique=True)
        return result.ok

    assert sorted(run(5, work)) == [False] * 4 + [True]
    assert len(admin.rows("ARINVOICE")) == 1


def test_a_slow_request_holds_up_nobody(process, client, admin):
    """Also one that will be a single transaction."""
    admin.post(
        "faults", [{"function": "create_invoice", "action": "delay", "seconds": 3}]
    )
    slow = threading.Thread(
        target=Client(process.url).results,
        args=([create_invoice()],),
        kwargs={"transaction": True},
    )
    slow.start()
    while admin.get("faults")["faults"][0]["times"]:
        assert slow.is_alive()
    assert client.call(query("CUSTOMER", "NAME")).ok
    assert Admin(process.url).rows("ARINVOICE") == []
    assert slow.is_alive()
    slow.join()
    assert len(admin.rows("ARINVOICE")) == 1


def test_at_most_so_many_at_once(process, client, admin):
    admin.settings(concurrent_requests=1)
    admin.post("faults", [{"function": "query", "action": "delay", "seconds": 3}])
    slow = threading.Thread(
        target=Client(process.url).call, args=(query("CUSTOMER", "NAME"),)
    )
    slow.start()
    while admin.get("faults")["faults"][0]["times"]:
        assert slow.is_alive()
    answer = client.post(client.body([query("CUSTOMER", "NAME")]))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    slow.join()
    assert client.call(query("CUSTOMER", "NAME")).ok
