"""A copy of the database must not work for the company that the original works for."""

import uuid

import pytest

from dev.lib.demo import connect
from dev.lib.demo_books import last_request
from dev.lib.stack import OdooServer, copy_database, drop_database


@pytest.fixture
def copy(cluster, database, intacct):
    """Odoo on a copy of the database that was connected, as ``createdb -T`` makes it,
    and the connection in it.
    """
    with OdooServer(cluster, database, gateway_url=intacct.gateway_url) as odoo:
        connection = connect(odoo)
    name = f"{database}-copy-{uuid.uuid4().hex[:4]}"
    copy_database(cluster, database, name)
    try:
        with OdooServer(cluster, name, gateway_url=intacct.gateway_url) as odoo:
            connection.call = odoo.rpc()
            yield connection
    finally:
        drop_database(cluster, name)


def test_a_copy_stops_by_itself_and_asks(copy, intacct):
    before = last_request(intacct)
    run = copy.sync()
    assert run.values["state"] == "failed"
    assert "copy" in run.values["message"]
    assert last_request(intacct) == before, "nothing was sent"
    found = copy.read("state", "state_message", "activity_ids")
    assert found["state"] == "attention"
    assert "copy" in found["state_message"]
    assert found["activity_ids"], "its owner was told"

    copy.act("action_confirm_database")
    assert copy.sync().values["state"] == "errors", "with the planted failures"
    now = copy.read("state", "activity_ids")
    assert now["state"] == "connected"
    told = set(found["activity_ids"]) & set(now["activity_ids"])
    assert not told, "what was told about the copy is over"
