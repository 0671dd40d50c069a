"""An adjustment and the opposite one that takes it back count as nothing."""

import pytest

from dev.lib.chaos_intacct import IntacctBook

NAME = "RINV/2026/00001"


class Company:
    ours = True
    labels = False


class Rows:
    """The simulator's admin path over rows that a test gives."""

    def __init__(self, **rows):
        self.given = rows

    def admin(self, path):
        return self.given.get(path.partition("/")[2], [])


def adjustment(key, amount, name=NAME, number=None, due="0", **values):
    marker = f"{int(key):016x}"
    return {
        "RECORDNO": key,
        "RECORDID": number or name,
        "DESCRIPTION": f"[odoo:{marker}] {name} takes back",
        "STATE": "Paid",
        "CUSTOMERID": "C1",
        "CURRENCY": "USD",
        "WHENCREATED": "11/23/2026",
        "WHENPOSTED": "11/23/2026",
        "TRX_TOTALENTERED": amount,
        "TOTALENTERED": amount,
        "TRX_TOTALDUE": due,
        **values,
    }


def line(key, amount, **values):
    return {"RECORDKEY": key, "ACCOUNTNO": "4000", "TRX_AMOUNT": amount, **values}


def book(**changed):
    """A credit memo, its opposite, and the payment that applies them; a test
    changes one of the parts."""
    parts = {
        "memo": adjustment("1", "-30"),
        "opposite": adjustment("2", "30", number=f"{NAME}-R1"),
        "line": line("1", "-30"),
        "opposite_line": line("2", "30"),
        "detail": {
            "RECORDNO": "8",
            "PAYMENTKEY": "7",
            "STATE": "A",
            "POSADJKEY": "2",
            "ADJUSTMENTKEY": "1",
            "TRX_ADJUSTMENTAMOUNT": "30",
        },
    }
    for name, values in changed.items():
        parts[name] = {**parts[name], **values}
    payment = {
        "RECORDNO": "7",
        "STATE": "Complete",
        "DESCRIPTION": f"[odoo:{7:016x}] {NAME}",
        "TRX_TOTALENTERED": "0",
    }
    rows = Rows(
        ARADJUSTMENT=[parts["memo"], parts["opposite"]],
        ARADJUSTMENTITEM=[parts["line"], parts["opposite_line"]],
        ARPYMT=[payment],
        ARPYMTDETAIL=[parts["detail"]],
    )
    return IntacctBook(rows, Company()).read(set())


def test_a_pair_that_cancels_out_is_taken_back():
    read = book()
    assert not read.documents
    assert not read.applications


@pytest.mark.parametrize(
    "changed",
    [
        {"opposite": {"TRX_TOTALDUE": "5"}},
        {"memo": {"TRX_TOTALDUE": "-5"}},
        {"opposite": {"CUSTOMERID": "C2"}},
        {"opposite": {"CURRENCY": "EUR"}},
        {"opposite": {"TOTALENTERED": "31"}},
        {"opposite": {"DESCRIPTION": ""}},
        {"memo": {"DESCRIPTION": ""}, "opposite": {"DESCRIPTION": ""}},
        {"opposite": {"DESCRIPTION": f"[odoo:{2:016x}] RINV/2026/00002"}},
        {"opposite_line": {"ACCOUNTNO": "4100"}},
        {"opposite_line": {"TRX_AMOUNT": "29"}},
        {"opposite_line": {"DEPARTMENTID": "D1"}},
        {"detail": {"TRX_ADJUSTMENTAMOUNT": "29"}},
        {"detail": {"STATE": "V"}},
    ],
)
def test_what_does_not_cancel_out_is_seen(changed):
    assert sum(len(found) for found in book(**changed).documents.values()) == 2
