"""read, readByName and the metadata functions."""

import base64
import json

import pytest

from .harness import cash, compare, query
from .test_query import invoices


def read(name, keys, fields="*", function="read", **more):
    extra = "".join(f"<{tag}>{value}</{tag}>" for tag, value in more.items())
    return (
        f"<{function}><object>{name}</object><keys>{keys}</keys>"
        f"<fields>{fields}</fields>{extra}</{function}>"
    )


@pytest.fixture
def ten(admin):
    admin.post("load", {"ARINVOICE": invoices(10)})


def test_lines_are_nested(client, ten):
    data = client.do(read("ARINVOICE", "97")).data
    assert (data.get("listtype"), data.get("count")) == ("ARINVOICE", "1")
    (invoice,) = data
    assert invoice.tag == "ARINVOICE"
    (line,) = invoice.findall("ARINVOICEITEMS/arinvoiceitem")
    assert (line.findtext("RECORDKEY"), line.findtext("AMOUNT")) == ("97", "12")
    assert line.findtext("LINE_NO") == "1"
    assert invoice.findtext("BILLTO/CONTACTNAME") == "Second Customer(CC2)"
    assert invoice.findtext("ENTITY") == "CC2"


def test_several_keys_and_a_field_list(client, ten):
    result = client.do(read("ARINVOICE", "97, 95", "RECORDNO,BILLTO.PRINTAS"))
    assert [row["RECORDNO"] for row in result.rows] == ["97", "95"]
    assert result.data[0].findtext("BILLTO/PRINTAS") == "Second Customer"
    assert result.data[0].find("ARINVOICEITEMS") is None


def test_an_unknown_field_is_named_in_errorno(client, ten):
    assert client.call(read("ARINVOICE", "97", "RECORDNO,NOSUCH")).errors == [
        ("Invalid fields list NOSUCH", "")
    ]


@pytest.mark.parametrize("mode, ok", [("skip", True), ("refuse", False)])
def test_missing_keys(client, admin, ten, mode, ok):
    admin.settings(read_missing_keys=mode)
    result = client.call(read("ARINVOICE", "97,9999", "RECORDNO"))
    assert result.ok is ok
    if ok:
        assert result.data.get("count") == "1"


def test_there_is_a_largest_number_of_keys(client, admin, ten):
    admin.settings(read_max_keys=3)
    assert client.call(read("ARINVOICE", "95,96,97")).ok
    assert not client.call(read("ARINVOICE", "95,96,97,98")).ok


def test_by_name(client, admin):
    result = client.do(read("CUSTOMER", "C1", function="readByName"))
    (customer,) = result.data
    assert customer.findtext("NAME") == "First Customer"
    assert customer.findtext("DISPLAYCONTACT/PRINTAS") == "First Customer"
    assert client.do(read("ARTERM", "Net 30", function="readByName")).rows
    assert client.do(read("GLACCOUNT", "4000", function="readByName")).rows


def test_json(client, ten):
    body = client.body([read("ARINVOICE", "97", "RECORDNO,STATE", returnFormat="json")])
    assert json.loads(client.post(body).text) == [{"RECORDNO": "97", "STATE": "Posted"}]


def test_a_receipt_brings_its_applications(client):
    key = client.invoice(amount=100)
    payment = client.pay(cash(key, 40))
    (row,) = client.do(read("ARPYMT", payment)).data
    (detail,) = row.findall("ARPYMTDETAILS/ARPYMTDETAIL")
    assert detail.findtext("RECORDKEY") == str(key)
    assert detail.findtext("ENTRYKEY")
    (entry,) = row.findall("ARPYMTENTRIES/ARPYMTENTRY")
    assert entry.findtext("TRX_AMOUNT") == "40"
    assert row.findtext("STATE") == "C"


def test_the_deprecated_payment_object(client):
    payment = client.pay(cash(client.invoice(), 40))
    (row,) = client.query("ARPAYMENT", "RECORDNO PAYMENTAMOUNT PAYMENTTYPE")
    assert row == {
        "RECORDNO": str(payment),
        "PAYMENTAMOUNT": "40",
        "PAYMENTTYPE": "EFT",
    }


# --------------------------------------------------------------------- metadata


def test_lookup_tells_fields_and_relations(client):
    kind = client.do("<lookup><object>ARINVOICE</object></lookup>").data.find("Type")
    assert kind.get("Name") == "ARINVOICE"
    fields = {f.findtext("ID"): f for f in kind.findall("Fields/Field")}
    assert fields["RECORDNO"].findtext("DATATYPE") == "TEXT"
    assert fields["TOTALDUE"].findtext("DATATYPE") == "CURRENCY"
    assert fields["WHENMODIFIED"].findtext("DATATYPE") == "TIMESTAMP"
    relations = kind.findall("Relationships/Relationship")
    assert "CUSTOMER" in {r.findtext("OBJECTNAME") for r in relations}


def test_inspect_lists_objects_and_fields(client):
    names = client.do("<inspect><object>*</object></inspect>").data
    assert {"CUSTOMER", "ARINVOICE"} <= {node.text for node in names}
    detailed = client.do('<inspect detail="1"><object>CUSTOMER</object></inspect>').data
    assert detailed.find("Type").get("Name") == "CUSTOMER"


def test_formatting_tells_the_offset_of_stamps(client, admin):
    admin.post(
        "load", {"USERS": [{"LOGINID": "x", "PASSWORD": "y", "GMTOFFSET": "+09:30"}]}
    )
    data = client.do("<readUserFormatting><userId>x</userId></readUserFormatting>").data
    assert data.findtext("userformatting/gmtoffset") == "+09:30"


def test_permissions_are_listed_by_policy(client, admin):
    admin.post(
        "load",
        {
            "PERMISSIONS": [
                {
                    "USERID": "odoo",
                    "OBJECT": "ARINVOICE",
                    "OPERATIONS": ["list", "view"],
                }
            ]
        },
    )
    data = client.do(
        "<getUserPermissions><userId>odoo</userId></getUserPermissions>"
    ).data
    rights = {
        policy.findtext("policyName"): policy.findtext("rights")
        for policy in data.iter("policy")
    }
    assert rights["Invoices"] == "List|View"
    assert rights["Customers"] == "List|View|Add|Edit|Delete|Post|Reverse"


def test_preferences_and_closed_books(client, admin):
    admin.post(
        "load",
        {
            "COMPANYPREFS": [
                {"APPLICATION": "AR", "PREFERENCE": "X", "PREFVALUE": "Y"}
            ],
            "CLOSEDBOOKS": [{"MODULE": "GL", "CLOSEDTHROUGH": "12/31/2025"}],
        },
    )
    data = client.do('<get_companyprefs application="AR"/>').data
    assert data.findtext(".//prefvalue") == "Y"
    data = client.do("<get_closedbooksdate/>").data
    assert data.findtext("closedbooksdate") == "12/31/2025"


def test_entities_that_the_user_may_enter(client, admin):
    admin.post(
        "load",
        {"LOCATIONENTITY": [{"LOCATIONID": "E1", "NAME": "One", "CURRENCY": "EUR"}]},
    )
    data = client.do("<readEntityDetails/>").data
    assert data.findtext("entity/id") == "E1"
    assert data.findtext("entity/currency") == "EUR"
    (row,) = client.query("LOCATIONENTITY", "LOCATIONID NAME")
    assert row == {"LOCATIONID": "E1", "NAME": "One"}


def test_the_pdf_is_one_and_marks_the_invoice(client, admin):
    key = client.invoice(number="PDF-1", description="d")
    function = (
        f"<retrievepdf><ARINVOICE><RECORDNO>{key}</RECORDNO></ARINVOICE></retrievepdf>"
    )
    data = client.do(function).data
    assert data.findtext("arinvoice/recordno") == str(key)
    content = base64.b64decode(data.findtext("arinvoice/pdfdata"))
    assert content.startswith(b"%PDF-1.4") and content.rstrip().endswith(b"%%EOF")
    assert b"PDF-1" in content
    assert admin.row("ARINVOICE", key)["PRINTED"] == "true"


# ------------------------------------------------------------------------ clocks


def test_stamps_are_on_the_users_clock_and_creation_on_another(client, admin):
    client.invoice(number="S1")
    (row,) = client.query("ARINVOICE", "WHENMODIFIED AUWHENCREATED")
    assert row["WHENMODIFIED"].startswith("06/01/2026 04:00:0")
    assert row["AUWHENCREATED"].startswith("06/01/2026 12:00:0")
    after = compare("greaterthanorequalto", "WHENMODIFIED", "{}")
    assert client.query("ARINVOICE", "RECORDNO", after.format("06/01/2026 04:00:00"))
    assert not client.query(
        "ARINVOICE", "RECORDNO", after.format("06/01/2026 12:00:00")
    )


def test_rows_show_up_later_than_their_stamp(client, admin):
    admin.settings(stamp_lag_seconds=300)
    client.invoice(number="S1")
    (row,) = client.query("ARINVOICE", "WHENMODIFIED")
    assert row["WHENMODIFIED"].startswith("06/01/2026 03:55:0")


def test_a_stamp_may_be_missing_until_the_first_change(client, admin):
    admin.settings(null_stamp_every=1)
    key = client.invoice(number="S1")
    assert client.query("ARINVOICE", "WHENMODIFIED")[0]["WHENMODIFIED"] == ""
    client.do(
        f'<update_invoice key="{key}"><description>x</description></update_invoice>'
    )
    assert client.query("ARINVOICE", "WHENMODIFIED")[0]["WHENMODIFIED"]


# ------------------------------------------------------------------------- audit


def test_deletions_show_in_the_audit_history_only(client, admin):
    key = client.invoice(number="D1", action="Draft")
    client.do(f'<delete_invoice key="{key}"/>')
    assert client.query("ARINVOICE", "RECORDNO") == []
    letters = client.query("AUDITHISTORY", "OBJECTKEY OBJECTTYPE ACCESSMODE SOURCE ID")
    deleted = [row for row in letters if row["ACCESSMODE"] == "D"]
    assert [(row["OBJECTKEY"], row["OBJECTTYPE"]) for row in deleted] == [
        (f"{key}--REC", "arinvoice")
    ]
    words = client.do(
        "<readByQuery><object>AUDITHISTORY</object><fields>*</fields>"
        "<query>ACCESSMODE = 'Delete'</query></readByQuery>"
    ).rows
    assert [row["ACCESSMODE"] for row in words] == ["Delete"]


def test_the_audit_trail_of_one_record(client):
    key = client.invoice(number="A1")
    data = client.do(
        f"<getAuditTrail><object>ARINVOICE</object><recordNo>{key}</recordNo></getAuditTrail>"
    ).data
    assert data.findtext("auditTrailDetail/accessMode") == "create"
    assert data.findtext("auditTrailDetail/accessTime") == "2026-06-01T12:00:00+00:00"


def test_journal_is_no_api_object(client):
    assert client.call(query("JOURNAL", "RECORDNO")).errors[0][0] == "Query Failed"
