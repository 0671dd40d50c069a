"""Invoices and adjustments: changed, reversed and deleted."""

import pytest

from .harness import (
    compare,
    create_invoice,
    create_memo,
    line,
    query,
    reverse,
    update,
)


def test_an_unpaid_invoice_can_be_changed(client, admin):
    key = client.invoice(number="A-1", lines=[line(100), line(50)])
    items = (
        '<updateinvoiceitems><updatelineitem line_num="2"><amount>60</amount>'
        f"</updatelineitem>{line(5)}</updateinvoiceitems>"
    )
    result = client.do(update(key, f"<invoiceno>A-2</invoiceno>{items}"))
    assert result.key == str(key)
    row = admin.row("ARINVOICE", key)
    assert (row["RECORDID"], row["TOTALDUE"]) == ("A-2", "165")
    assert [item["LINE_NO"] for item in admin.rows("ARINVOICEITEM")] == ["1", "2", "3"]


def test_a_paid_invoice_keeps_its_lines_even_after_reversal(client, admin):
    from .harness import cash

    key = client.invoice()
    payment = client.pay(cash(key, 40))
    client.do(reverse("reverse_arpayment", payment))
    items = (
        '<updateinvoiceitems><updatelineitem line_num="1"><amount>60</amount>'
        "</updatelineitem></updateinvoiceitems>"
    )
    assert "because a payment was applied" in client.call(update(key, items)).text
    memo = items.replace("<amount>60</amount>", "<memo>new</memo>")
    assert client.call(update(key, f"<ponumber>7</ponumber>{memo}")).ok


def test_an_empty_element_clears_only_with_set_nulls(client, admin):
    key = client.invoice(reference="PO", description="d")
    client.do(update(key, "<ponumber/>"))
    assert admin.row("ARINVOICE", key)["DOCNUMBER"] == "PO"
    client.do(update(key, "<ponumber/>", attributes=' set_nulls="true"'))
    assert admin.row("ARINVOICE", key)["DOCNUMBER"] == ""


def test_another_documents_number_cannot_be_taken(client):
    client.invoice(number="A-1")
    key = client.invoice(number="A-2")
    said = client.call(update(key, "<invoiceno>A-1</invoiceno>")).text
    assert "number 'A-1' already exists" in said
    assert client.call(update(key, "<invoiceno>A-2</invoiceno>")).ok


def test_an_adjustment_can_be_changed(client, admin):
    key = client.memo(amount=-100)
    items = (
        '<updatearadjustmentitems><updatelineitem line_num="1"><amount>-80</amount>'
        "</updatelineitem></updatearadjustmentitems>"
    )
    client.do(update(key, items, "update_aradjustment"))
    assert admin.row("ARADJUSTMENT", key)["TOTALDUE"] == "-80"


def test_batches(client, admin):
    admin.settings(invoice_summary="user")
    assert "Please provide a batch key." in client.call(create_invoice()).text
    inner = create_invoice(number="B-1") + create_invoice(number="B-2")
    result = client.do(
        f"<create_invoicebatch><batchtitle>Mine</batchtitle>{inner}</create_invoicebatch>"
    )
    (batch,) = client.query("ARINVOICEBATCH", "RECORDNO TITLE OPEN TOTAL")
    assert batch == {
        "RECORDNO": result.key,
        "TITLE": "Mine",
        "OPEN": "Open",
        "TOTAL": "200",
    }
    client.invoice(number="B-3", batch=result.key)


def test_a_closed_summary_takes_nothing(client, admin):
    client.invoice()
    (batch,) = admin.rows("ARINVOICEBATCH")
    admin.change(
        "update_record",
        object="ARINVOICEBATCH",
        key=batch["RECORDNO"],
        values={"OPEN": "Closed"},
    )
    said = client.call(create_invoice()).text
    assert "The summary 'Invoices: 2026/03/01 Batch' is closed." in said


def test_history_without_ledger(client, admin):
    old = line(100, totalpaid=60)
    key = client.invoice(nogl="true", lines=[old])
    row = admin.row("ARINVOICE", key)
    assert (row["TOTALPAID"], row["TOTALDUE"]) == ("60", "40")
    assert admin.books()["control_account"]["base"] == "0"


# ------------------------------------------------------------------ reverse, delete


@pytest.mark.parametrize("mode", ["none", "counter", "original"])
def test_a_reversal_is_a_second_record(client, admin, mode):
    admin.settings(reverse_returns=mode)
    key = client.invoice(number="R-1", lines=[line(100), line(-20)])
    result = client.do(reverse("reverse_invoice", key, "03/20/2026"))
    rows = {row["STATE"]: row for row in admin.rows("ARINVOICE")}
    assert set(rows) == {"Reversed", "Reversal"}
    counter = rows["Reversal"]
    assert (
        result.key
        == {"none": None, "counter": counter["RECORDNO"], "original": str(key)}[mode]
    )
    assert (counter["TOTALENTERED"], counter["TOTALDUE"]) == ("-80", "0")
    assert (rows["Reversed"]["TOTALENTERED"], rows["Reversed"]["TOTALDUE"]) == (
        "80",
        "0",
    )
    assert counter["WHENCREATED"] == "03/20/2026"
    assert counter["RECORDID"] == "R-1"
    assert admin.books()["control_account"]["base"] == "0"
    assert not client.call(reverse("reverse_invoice", key)).ok


def test_a_reversal_has_its_own_date(client, admin):
    key = client.invoice(day="03/01/2026")
    before = client.call(reverse("reverse_invoice", key, "02/28/2026"))
    assert "Date must be on or after" in before.text
    closed = {"MODULE": "AR", "LOCATIONID": "", "CLOSEDTHROUGH": "03/31/2026"}
    admin.post("load", {"CLOSEDBOOKS": [closed]})
    assert "Periods are closed" in client.call(reverse("reverse_invoice", key)).text
    assert client.call(reverse("reverse_invoice", key, "04/01/2026")).ok


@pytest.mark.parametrize(
    "mode, reversible, deletable",
    [("reverse", True, False), ("delete", False, True), ("both", True, True)],
)
def test_unpaid_invoices_are_reversed_or_deleted(
    client, admin, mode, reversible, deletable
):
    admin.settings(unpaid_reversal=mode)
    assert client.call(f'<delete_invoice key="{client.invoice()}"/>').ok is deletable
    assert client.call(reverse("reverse_invoice", client.invoice())).ok is reversible


def test_a_reconciled_invoice_stays(client, admin):
    admin.settings(unpaid_reversal="both")
    key = client.invoice()
    admin.change("reconcile", key=key)
    said = "cleared in a bank reconciliation"
    assert said in client.call(reverse("reverse_invoice", key)).text
    assert said in client.call(f'<delete_invoice key="{key}"/>').text


def test_a_full_bill_to_contact_is_made(client, admin):
    contact = (
        "<contact><contactname>New Bill-to</contactname><printas>B</printas>"
        "<email1>b@b.example</email1></contact>"
    )
    for _time in range(2):
        client.invoice(contacts=f"<billto>{contact}</billto>")
    rows = client.query("ARINVOICE", "BILLTO.EMAIL1")
    assert rows == [{"BILLTO.EMAIL1": "b@b.example"}] * 2
    unknown = "<billto><contactname>Nobody</contactname></billto>"
    said = client.call(create_invoice(contacts=unknown)).text
    assert "BL03000019: The contact Nobody does not exist." in said


def test_drafts_and_unapplied_memos_are_deleted(client, admin):
    draft, memo = client.invoice(action="Draft"), client.memo()
    delete = "<delete><object>{}</object><keys>{}</keys></delete>"
    client.do(delete.format("ARINVOICE", draft))
    client.do(f'<delete_aradjustment key="{memo}"/>')
    assert admin.rows("ARINVOICE") == admin.rows("ARADJUSTMENT") == []


def test_order_entry_invoices_belong_to_their_source(client, admin):
    admin.post(
        "load",
        {
            "ARINVOICE": [
                {
                    "RECORDNO": 50,
                    "RECORDID": "SO-1",
                    "CUSTOMERID": "C1",
                    "WHENCREATED": "03/01/2026",
                    "ARINVOICEITEMS": [{"ACCOUNTNO": "4000", "TRX_AMOUNT": "100"}],
                }
            ],
            "SODOCUMENT": [{"DOCID": "Sales-1", "DOCNO": "1", "PRRECORDKEY": 50}],
        },
    )
    assert "another application" in client.call(reverse("reverse_invoice", 50)).text
    assert "another application" in client.call('<delete_invoice key="50"/>').text
    made = admin.change(
        "recreate", key=50, lines=[{"ACCOUNTNO": "4000", "TRX_AMOUNT": "120"}]
    )
    assert made["key"] != 50
    (row,) = client.query("ARINVOICE", "RECORDNO RECORDID MODULEKEY TOTALDUE")
    assert row == {
        "RECORDNO": str(made["key"]),
        "RECORDID": "SO-1",
        "MODULEKEY": "8.SO",
        "TOTALDUE": "120",
    }
    (order,) = client.query("SODOCUMENT", "PRRECORDKEY ARINVOICE.TOTALDUE")
    assert order == {"PRRECORDKEY": str(made["key"]), "ARINVOICE.TOTALDUE": "120"}
    deleted = compare("equalto", "ACCESSMODE", "D")
    (gone,) = client.query("AUDITHISTORY", "OBJECTKEY", deleted)
    assert gone == {"OBJECTKEY": "50--REC"}


def test_an_unknown_key(client):
    assert (
        "we can't find this transaction"
        in client.call(update(77, "<ponumber>1</ponumber>")).text
    )
    said = client.call(
        "<delete><object>ARINVOICE</object><keys>77</keys></delete>"
    ).text
    assert "Cannot find arinvoice with key '77' to delete." in said


def test_lines_of_a_memo(client, admin):
    client.do(create_memo(number="CM-1", lines=[line(-30), line(-20)], description="m"))
    (row,) = client.query(
        "ARADJUSTMENT", "RECORDTYPE RECORDID TOTALDUE STATE DESCRIPTION"
    )
    assert row == {
        "RECORDTYPE": "ra",
        "RECORDID": "CM-1",
        "TOTALDUE": "-50",
        "STATE": "Posted",
        "DESCRIPTION": "m",
    }
    assert len(client.do(query("ARADJUSTMENTITEM", "RECORDNO")).rows) == 2
