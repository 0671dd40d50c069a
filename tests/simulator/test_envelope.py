"""The envelope: what is refused before anything runs, and what is echoed."""

import pytest
import requests
from lxml import etree

from .harness import Client, compare, create_customer, create_invoice, errors_of, query

ALL_CUSTOMERS = query("CUSTOMER", "RECORDNO CUSTOMERID")


def control_errors(root):
    assert root.findtext("control/status") == "failure"
    assert root.find("operation") is None
    return errors_of(root)


def refused(root):
    """The authentication block and errors of a refused operation."""
    operation = root.find("operation")
    assert operation.findtext("authentication/status") == "failure"
    assert operation.find("result") is None
    block = operation.find("authentication")
    return (block.findtext("userid"), block.findtext("companyid")), errors_of(operation)


@pytest.mark.parametrize(
    "function",
    [
        "<quer/>",
        "<create_invoice><datecreated/></create_invoice>",
        # the currency alone needs a rate or a type
        create_invoice().replace(
            "<invoiceitems>", "<currency>EUR</currency><invoiceitems>"
        ),
        query("CUSTOMER", "NAME", pagesize=2001),
        query("CUSTOMER", "NAME", f"<and>{compare('equalto', 'NAME', 'x')}</and>"),
        "<readByQuery><object>CUSTOMER</object></readByQuery>",
        "<readByQuery><object>CUSTOMER</object><query/><orderby/></readByQuery>",
    ],
)
def test_a_request_against_the_schema_runs_nothing(client, admin, function):
    root = client.send([create_customer("NEW", "New"), function])
    assert control_errors(root)[0][0] == "XL03000003"
    assert admin.rows("CUSTOMER", CUSTOMERID="NEW") == []


def test_a_malformed_request_echoes_what_can_be_read(client):
    body = client.body([ALL_CUSTOMERS]).replace("</query>", "</quer>")
    answer = client.post(body)
    root = etree.fromstring(answer.content)
    assert answer.status_code == 200
    (number, text), *_more = control_errors(root)
    assert number == "XL03000003" and text.startswith("XML Parse schema error: ")
    assert "Line: " in text and "column: " in text
    assert root.findtext("control/controlid") == "request-1"


def test_the_control_block_is_echoed(client):
    control = client.send([ALL_CUSTOMERS], unique=True).find("control")
    assert [(child.tag, child.text) for child in control] == [
        ("status", "success"),
        ("senderid", "odoo_sender"),
        ("controlid", "request-1"),
        ("uniqueid", "true"),
        ("dtdversion", "3.0"),
    ]


def test_a_wrong_sender_is_a_control_failure(process, admin):
    root = Client(process.url, sender_password="wrong").send([ALL_CUSTOMERS])
    assert control_errors(root) == [
        ("XL03000006", "Incorrect Intacct XML Partner ID or password.")
    ]


def test_a_sender_that_the_company_does_not_list_is_refused(process, admin):
    client = Client(process.url, sender="other_sender", sender_password="other-demo")
    who, errors = refused(client.send([ALL_CUSTOMERS]))
    assert who == ("odoo", "DEMO")
    assert "Invalid Web Services Authorization" in errors[0][1]
    assert "'other_sender' is not authorized" in errors[0][1]


@pytest.mark.parametrize(
    "who", [{"user": "nobody"}, {"password": "wrong"}, {"company": "DEMO|E999"}]
)
def test_a_wrong_login_and_a_wrong_entity_read_alike(process, admin, who):
    client = Client(process.url, **who)
    echoed, errors = refused(client.send([ALL_CUSTOMERS]))
    assert errors == [("XL03000006", "Sign-in information is incorrect")]
    assert echoed == (who.get("user", "odoo"), "DEMO")


def test_a_wrong_password_may_also_be_a_401(process, admin):
    admin.settings(wrong_password="XMLGW_JPP0002")
    client = Client(process.url, password="wrong")
    answer = client.post(client.body([ALL_CUSTOMERS]))
    assert answer.status_code == 401
    assert control_errors(etree.fromstring(answer.content))[0][0] == "XMLGW_JPP0002"


@pytest.mark.parametrize("shape, status", [("GW-0011", 400), ("XMLGW_JPP0002", 401)])
def test_an_unknown_company_has_two_shapes(process, admin, shape, status):
    admin.settings(unknown_company=shape)
    client = Client(process.url, company="NOWHERE")
    answer = client.post(client.body([ALL_CUSTOMERS]))
    assert answer.status_code == status
    assert control_errors(etree.fromstring(answer.content))[0][0] == shape


def test_a_policy_that_does_not_exist(client):
    root = client.send([ALL_CUSTOMERS], control="<policyid>test</policyid>")
    assert control_errors(root) == [
        ("XL03000006", "test is not a valid transport policy.")
    ]


def test_a_company_that_has_expired(client, admin):
    admin.settings(company_expired=True)
    assert control_errors(client.send([ALL_CUSTOMERS])) == [
        ("PL04000055", "This company is a demo company and has expired.")
    ]


def test_errors_may_carry_additional_information(client):
    extra = "<showadditionalerrorinfo>true</showadditionalerrorinfo>"
    function = query("BADOBJECT", "NAME")
    error = client.send([function], control=extra).find(".//error")
    assert [child.tag for child in error][-1] == "additionalinfo"
    assert error.find("additionalinfo/cdescription/messageid") is not None
    assert client.send([function]).find(".//additionalinfo") is None


def test_get_is_refused_and_a_form_post_is_read(client):
    assert (
        requests.get(f"{client.url}/ia/xml/xmlgw.phtml", timeout=9).status_code == 405
    )
    answer = requests.post(
        f"{client.url}/ia/xml/xmlgw.phtml",
        data={"xmlrequest": client.body([ALL_CUSTOMERS])},
        timeout=9,
    )
    assert etree.fromstring(answer.content).findtext("operation/result/status") == (
        "success"
    )


def test_white_space_is_as_asked(client):
    plain = "<includewhitespace>false</includewhitespace>"
    assert "\n<status>" in client.post(client.body([ALL_CUSTOMERS])).text
    assert (
        "\n<status>"
        not in client.post(client.body([ALL_CUSTOMERS], control=plain)).text
    )


def test_results_come_in_order_with_their_control_ids(client):
    results = client.results([("a", ALL_CUSTOMERS), ("b", "<readEntityDetails/>")])
    assert [r.element.findtext("controlid") for r in results] == ["a", "b"]
    assert [r.element.findtext("function") for r in results] == [
        "query",
        "readEntityDetails",
    ]


# -------------------------------------------------------------------- sessions


def test_a_session_slides_and_then_ends(client, admin):
    admin.settings(session_seconds=100)
    session = client.open_session()
    for _use in range(3):
        admin.post("change", {"action": "clock", "advance": 60})
        assert client.call(ALL_CUSTOMERS, auth=session).ok
    admin.post("change", {"action": "clock", "advance": 101})
    who, errors = refused(client.send([ALL_CUSTOMERS], auth=session))
    assert who == ("", "")
    assert errors[0][0] == "XL03000006"
    assert errors[0][1].startswith("Invalid session ")


def test_the_answer_says_when_the_session_ends(client, admin):
    admin.settings(session_seconds=3600)
    block = client.send(["<getAPISession/>"]).find("operation/authentication")
    assert block.findtext("sessiontimestamp") == "2026-06-01T12:00:00+00:00"
    assert block.findtext("sessiontimeout") == "2026-06-01T13:00:00+00:00"


def test_the_endpoint_is_the_configured_one(client, admin):
    assert (
        client.do("<getAPISession/>")
        .data.findtext(".//endpoint")
        .startswith(client.url)
    )
    admin.settings(endpoint="https://na12.intacct.com/ia/xml/xmlgw.phtml")
    assert client.do("<getAPISession/>").data.findtext(".//endpoint") == (
        "https://na12.intacct.com/ia/xml/xmlgw.phtml"
    )


def test_sessions_belong_to_an_entity(client, admin):
    entities = [{"LOCATIONID": e, "NAME": e} for e in ("E1", "E2")]
    admin.post("load", {"LOCATIONENTITY": entities})
    session = client.open_session("E1")
    root = client.send([ALL_CUSTOMERS], auth=session)
    assert root.findtext("operation/authentication/locationid") == "E1"
    other = client.call("<getAPISession><locationid>E9</locationid></getAPISession>")
    assert not other.ok
    top = client.do("<getAPISession><locationid/></getAPISession>", auth=session)
    assert top.data.findtext(".//locationid") in ("", None)


def test_a_user_of_one_entity_cannot_go_to_the_top(process, client, admin):
    admin.post(
        "load",
        {
            "LOCATIONENTITY": [{"LOCATIONID": "E1", "NAME": "E1"}],
            "USERS": [{"LOGINID": "local", "PASSWORD": "x", "ENTITIES": ["E1"]}],
        },
    )
    top = Client(process.url, user="local", password="x")
    assert refused(top.send([ALL_CUSTOMERS]))[1][0][0] == "XL03000006"
    inside = Client(process.url, user="local", password="x", company="DEMO|E1")
    assert inside.call(ALL_CUSTOMERS).ok
    back = inside.call("<getAPISession><locationid/></getAPISession>")
    assert not back.ok


# ----------------------------------------------------------------- transactions


def test_functions_stand_alone_without_transaction(client, admin):
    first, second = client.results(
        [create_customer("N1", "N1"), create_customer("C1", "again")]
    )
    assert first.ok and not second.ok
    assert len(admin.rows("CUSTOMER", CUSTOMERID="N1")) == 1


@pytest.mark.parametrize(
    "rollback, statuses",
    [
        ("culprit", ["aborted", "failure"]),
        ("all_aborted", ["aborted", "aborted", "aborted"]),
    ],
)
def test_a_transaction_is_rolled_back_as_a_whole(client, admin, rollback, statuses):
    admin.settings(rollback=rollback)
    functions = [
        create_customer("N1", "N1"),
        create_customer("C1", "again"),
        create_customer("N2", "N2"),
    ]
    results = client.results(functions, transaction=True)
    assert [result.status for result in results] == statuses
    assert [number for number, _text in results[0].errors] == ["XL03000009"]
    culprit = results[1].errors
    assert culprit[0][0] == "BL34000061" and culprit[-1][0] == "XL03000009"
    assert {row["CUSTOMERID"] for row in admin.rows("CUSTOMER")} == {"C1", "C2"}


def test_several_objects_in_one_create_may_be_made_in_part(client, admin):
    both = create_customer("N1", "N1").replace("</create>", "")
    both += create_customer("C1", "again").replace("<create>", "")
    result = client.call(both)
    assert result.status == "failure"
    assert result.data.get("count") == "1"
    assert result.data.findtext("customer/CUSTOMERID") == "N1"
    assert len(admin.rows("CUSTOMER", CUSTOMERID="N1")) == 1
    late = create_customer("N4", "N4").replace(
        "</CUSTOMER>",
        "<BILLTO><CONTACTNAME>Nobody</CONTACTNAME></BILLTO></CUSTOMER>",
    )
    function = create_customer("N5", "N5").replace("</create>", "")
    assert client.call(function + late.replace("<create>", "")).status == "failure"
    assert admin.rows("CONTACT", CONTACTNAME="N4(CN4)") == []
    assert len(admin.rows("CONTACT", CONTACTNAME="N5(CN5)")) == 1
    whole = both.replace("N1", "N3")
    assert client.call(whole, transaction=True).status == "failure"
    assert admin.rows("CUSTOMER", CUSTOMERID="N3") == []
