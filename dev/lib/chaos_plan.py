"""Everything that a chaos run leaves to chance, drawn from its seed beforehand.

A plan is plain data: the same seed gives the same plan, byte for byte, and its
digest tells two plans apart.  Where an act needs something that exists (an invoice
to pay), the plan holds a number from 0 up to 1 that picks it from what there is.
"""

import hashlib
import json
import random

CURRENCIES = ("USD", "USD", "USD", "EUR", "JPY")
DAYS = 20
PRODUCTS = 2
ANALYTICS = 2
# How often each act is drawn, relative to the others.
ACTS = {
    "invoice": 16,
    "credit_note": 4,
    "pay": 12,
    "pay_in_advance": 2,
    "apply_credit": 4,
    "write_off": 2,
    "reverse": 3,
    "edit": 5,
    "edit_header": 2,
    "post_again": 1,
    "cancel": 3,
    "revive": 1,
    "unreconcile": 2,
    "cancel_payment": 3,
    "clerk_invoices": 6,
    "pay_imported": 4,
    "credit_imported": 2,
    "clerk_is_paid": 4,
    "clerk_takes_back": 1,
}
WRITES = ("create_invoice", "create_aradjustment", "create")
UNDOING = ("reverse_invoice", "reverse_arpayment", "delete_aradjustment")
# A job begins with the session and the first look and rarely needs more requests.
REQUESTS = 12
COMMITS = 40


def draw_plan(rounds, seed):
    """All that is drawn for a run.

    :return: ``seed``, ``switches`` and ``rounds``, JSON throughout
    :rtype: dict
    """
    return {
        "seed": seed,
        "switches": draw_switches(random.Random(f"{seed}/switches")),
        "rounds": [draw_round(seed, number) for number in range(1, rounds + 1)],
    }


def digest(plan):
    """Twelve characters that are the same for the same plan only.

    :rtype: str
    """
    text = json.dumps(plan, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def draw_switches(draw):
    """Switches of the simulator: how the company is configured, and what nobody
    outside Intacct knows."""
    numbering = "sequence" if draw.random() < 0.3 else "manual"
    return {
        "account_labels": draw.random() < 0.5,
        "invoice_numbering": numbering,
        "adjustment_numbering": numbering,
        "payment_numbering": draw.choice(("none", "sequence")),
        "approvals": draw.choice(([], ["ARINVOICE"], ["ARINVOICE", "ARADJUSTMENT"])),
        "auto_apply_inline": draw.random() < 0.6,
        "control_id_hours": draw.choice((24, 1, 0.001)),
        "failed_frees_control_id": draw.random() < 0.5,
        "support_ids": draw.random() < 0.5,
        "reverse_returns": draw.choice(("none", "counter", "original")),
        "reversal_rows": draw.choice(("counter", "void")),
        "random_seed": draw.randrange(1, 1000),
        "rollback": draw.choice(("culprit", "all_aborted")),
        "delete_unapplied_memos": draw.random() < 0.5,
    }


def draw_round(seed, number):
    """One round: acts before the jobs and while they run, and what breaks.

    :rtype: dict
    """
    draw = random.Random(f"{seed}/{number}")
    serial = iter(range(number * 10, number * 10 + 10))
    return {
        "acts": [
            draw_act(draw, next(serial), number) for _ in range(draw.randrange(1, 4))
        ],
        "meanwhile": [
            draw_act(draw, next(serial), number) for _ in range(draw.random() < 0.4)
        ],
        "faults": [draw_fault(draw) for _ in range(draw.choice((0, 0, 1, 1, 2, 3)))],
        "second_sender": draw.random() < 0.25,
        "death": draw_death(draw) if draw.random() < 0.3 else None,
        "approve": draw.random() < 0.5,
        "hours": draw.choice((0,) * 19 + (2,)),
    }


# ----------------------------------------------------------------------
# What people do
# ----------------------------------------------------------------------
def draw_act(draw, serial, number):
    """One act of somebody, with everything that it may need.

    :param int serial: of the act, unique within the run
    :rtype: dict
    """
    (name,) = draw.choices(list(ACTS), list(ACTS.values()))
    currency = draw.choice(CURRENCIES)
    return {
        "act": name,
        "serial": serial,
        "pick": draw.random(),
        "second_pick": draw.random(),
        "customer": draw.randrange(3 + number // 8),
        "clerks_customer": draw.randrange(1, 4),
        "currency": currency,
        "day": draw.randrange(DAYS),
        "documents": draw.randrange(1, 4),
        "part": draw.choice((1, 1, 0.5, 0.37, 1.2)),
        "price": draw.randrange(500000, 900000),
        "lines": draw_lines(draw, currency),
        "amounts": [draw_amount(draw, "USD") for _ in range(draw.randrange(1, 4))],
    }


def draw_lines(draw, currency):
    """Lines of a document; now and then one with a negative price."""
    lines = []
    for position in range(draw.randrange(1, 5)):
        lines.append(
            {
                "name": f"Line {position}",
                "quantity": draw.choice((1, 1, 2, 3)),
                "price": draw_amount(draw, currency),
                "discount": draw.choice((0, 0, 0, 10, 33.3)),
                "taxed": draw.random() < 0.3,
                "product": draw.choice((None, None, *range(PRODUCTS))),
                "shares": draw.choice((None, None, [100], [60, 40], [33.33, 66.67])),
            }
        )
    if draw.random() < 0.15:
        price = -round(min(line["price"] for line in lines) / 2)
        lines.append({**lines[0], "name": "Less", "price": price, "quantity": 1})
    return lines


def draw_amount(draw, currency):
    value = draw.randrange(100, 500000)
    return float(value) if currency == "JPY" else value / 100


# ----------------------------------------------------------------------
# What breaks
# ----------------------------------------------------------------------
def draw_fault(draw):
    """A rule of the simulator, for one request: the n-th of the round, or the first
    that has a certain function.

    :rtype: dict
    """
    when = draw.choice(("before", "after"))
    fault = draw.choice(
        (
            {"action": "cut", "when": when},
            {"action": "cut", "when": when},
            {"action": "truncate", "bytes": draw.randrange(2000)},
            {"action": "status", "when": when, "status": 500},
            {"action": "status", "when": "before", "status": 429},
            {"action": "empty", "when": when},
            {"action": "html", "when": when, "status": 502},
            {"action": "error"},
            {"action": "error", "text": "There is a concurrent request in process."},
            {"action": "expire_session", "when": when},
            {"action": "delay", "seconds": round(draw.random() / 2, 2)},
            {"action": "kill", "when": when},
        )
    )
    if draw.random() < 0.4:
        return {**fault, "nth": draw.randrange(1, REQUESTS)}
    return {**fault, "function": draw.choice((*WRITES, *WRITES, *UNDOING, "query"))}


def draw_death(draw):
    """When the job is killed: by the simulator at its n-th request, or at its n-th
    commit.

    :rtype: dict
    """
    at = draw.choice(("request", "commit"))
    most = REQUESTS if at == "request" else COMMITS
    when = draw.choice(("before", "after"))
    return {"at": at, "nth": draw.randrange(1, most), "when": when}
