"""The remarkable cases of the demo company, written out one by one.

Each is something a connector meets in real companies: numbers that look like years,
negative lines, credits of every kind, and the few documents nobody could import.
"""

from datetime import date
from decimal import Decimal

from .books import Books
from .lists import BAD_DEBT, FREIGHT, INSTRUMENTS, SUSPENSE
from .trade import Story

# Keys of three and of four digits: they sort differently as text and as numbers.
FIRST_KEY = 903


def odd_numbers(story: Story):
    """Numbers that look like years, a blank one, repeated ones."""
    line = story.line
    story.invoice("10001", 410, [line("10001", 1840, "Audit 2019")], "INV-2019-0042")
    story.invoice("20001", 396, [line("20001", 2499.5, "Messung")], "2024-017")
    story.invoice("30001", 388, [line("30001", 184000, "校正サービス")], "25-001")
    story.invoice("11004", 61, [line("11004", 725.1, "Emergency visit")], "2020")
    story.invoice("11009", 44, [line("11009", 310, "Phone order, no number")], "")
    story.invoice("11013", 58, [line("11013", 1290, "Spring service")], "10045")
    story.invoice("20006", 51, [line("20006", 860.25, "Spring service")], "10045")
    story.invoice("11020", 33, [line("11020", 95.95, "Shared number")], "CM-7")
    story.memo("11020", 30, "-45.95", "CM-7", text="Same number as the invoice")


def odd_lines(story: Story):
    """Discounts as negative lines, free goods, a credit written as an invoice."""
    discounted = [
        story.line("11002", 9800, "Spectrometer TS-200", INSTRUMENTS),
        story.line("11002", -980, "Volume discount 10 %", INSTRUMENTS),
    ]
    story.invoice("11002", 27, discounted)
    down_payment = [
        story.line("20003", 14000, "Spectrometer TS-450", INSTRUMENTS),
        story.line("20003", 1200, "Installation"),
        story.line("20003", "-4200.01", "Acompte déjà facturé", INSTRUMENTS),
    ]
    story.invoice("20003", 22, down_payment)
    settled = [
        story.line("30003", 250000, "Probe sets", INSTRUMENTS),
        story.line("30003", -12500, "値引き", INSTRUMENTS),
    ]
    story.pay(story.invoice("30003", 90, settled), 60)
    free = [
        story.line("11006", 480, "Loan unit"),
        story.line("11006", -480, "Free of charge under warranty"),
    ]
    story.invoice("11006", 40, free)
    story.invoice("10002", 18, [story.line("10002", 0, "Warranty visit")])
    story.invoice("11015", 26, [story.line("11015", "-612.40", "Overbilled hours")])
    credit = story.invoice("11016", 75, [story.line("11016", -350, "Returned probes")])
    target = story.invoice("11016", 70, [story.line("11016", 1350, "Probe refill")])
    story.apply_credit(credit, target, 65, 350)


def every_state(story: Story):
    """States that the ordinary trade does not reach."""
    for customer_id, age in (("11001", 2), ("20008", 1), ("30004", 0)):
        story.invoice(
            customer_id,
            age,
            [story.line(customer_id, 1000 + age, "To be checked")],
            draft=True,
        )
    for customer_id, amount in (("11011", 2280), ("20005", 1750), ("30001", 98000)):
        selected = story.invoice(
            customer_id, 38, [story.line(customer_id, amount, "Service contract")]
        )
        story.pay(selected, 0, draft=True, reference="CK-NEXT")
    for customer_id, age in (("11018", 100), ("20010", 48)):
        story.invoice(
            customer_id,
            age,
            [story.line(customer_id, 4100, "Billed to the wrong customer")],
            reversed_day=story.ago(age - 3),
        )
    bounced = story.invoice("11012", 66, [story.line("11012", 1999.99, "Yearly check")])
    story.pay(
        bounced,
        50,
        reference="CK404",
        method="Printed Check",
        reversed_day=story.ago(46),
    )
    story.invoice(
        "10012", 210, [story.line("10012", "1432.10", "Last service before closing")]
    )


def adjustments(story: Story):
    """Credit and debit memos: open, partly applied, used up."""
    for number, (customer_id, amount) in enumerate(
        (("11003", "-215.50"), ("10006", -90), ("20002", -340), ("30003", -15000)), 1
    ):
        story.memo(customer_id, 20 + number, amount, f"CM-10{number}")
    for number, (customer_id, credit, billed, applied) in enumerate(
        (
            ("10005", -800, 620, 300),
            ("20007", "-455.60", 1900, 200),
            ("30002", -40000, 61000, 25000),
            ("11022", -150, 1150, 150),
            ("20004", -77, 377, 77),
        ),
        1,
    ):
        invoice = story.invoice(
            customer_id, 55, [story.line(customer_id, billed, "Calibration")]
        )
        memo = story.memo(customer_id, 45, credit, f"CM-20{number}")
        story.apply_credit(memo, invoice, 40, applied)
    lost = story.invoice("11024", 330, [story.line("11024", 1275, "Unpaid repair")])
    story.pay(lost, 300, 400)
    write_off = story.memo(
        "11024", 25, -875, "WO-1", BAD_DEBT, "Written off, debtor insolvent"
    )
    story.apply_credit(write_off, lost, 25, 875)
    story.memo("11007", 35, "42.50", "DM-1", FREIGHT, "Express freight not billed")
    story.memo("30002", 31, 5400, "DM-2", FREIGHT, "追加送料")
    part = story.memo("20006", 60, 180, "DM-3", FREIGHT, "Customs duty passed on")
    story.pay(part, 42, 80)
    settled = story.memo("11019", 140, 66, "DM-4", FREIGHT, "Returned check fee")
    story.pay(settled, 120)


def money_on_account(story: Story):
    """Advances and over-payments: untouched, partly used, used up."""
    story.advance("11026", 15, 5000, "ADV-1")
    story.advance("20010", 12, 3250, "ADV-2")
    story.advance("30001", 9, 300000, "ADV-3")
    for customer_id, received, billed, used in (
        ("11027", 2000, 2750, 1200),
        ("20009", 1500, 1900, 1500),
    ):
        advance = story.advance(customer_id, 95, received, f"ADV-{customer_id}")
        invoice = story.invoice(
            customer_id, 80, [story.line(customer_id, billed, "Order")]
        )
        story.apply_credit(advance, invoice, 78, used)
    for customer_id, billed, excess, used in (
        ("11028", 940, "60", 0),
        ("20002", 1210, "121.00", 0),
        ("30004", 88000, "12000", 7000),
        ("11030", 515, "15.15", "15.15"),
    ):
        invoice = story.invoice(
            customer_id, 85, [story.line(customer_id, billed, "Sample analysis")]
        )
        receipt = story.pay(
            invoice,
            72,
            overpaid=Decimal(excess),
            bank=story.bank_of(invoice),
            reference=f"W{customer_id}",
        )
        if used:
            later = story.invoice(
                customer_id, 64, [story.line(customer_id, 2 * billed, "More samples")]
            )
            story.apply_credit(receipt, later, 62, used)


def planted_failures(story: Story):
    """The few documents that cannot be imported; see ``PLANTED``."""
    story.invoice(
        "10015",
        36,
        [story.line("10015", "2150.00", "Site survey, Reading")],
        "UK-0007",
        currency="GBP",
    )
    story.invoice(
        "11033",
        400,
        [],
        "MIG-0001",
        unexplained=Decimal("640.00"),
        description="Opening balance taken over without its lines",
    )
    story.invoice(
        "11034",
        400,
        [story.line("11034", "990.00", "Opening balance", SUSPENSE)],
        "MIG-0002",
        unexplained=Decimal("10.00"),
        description="Opening balance, one line was lost on the way",
    )


def tell(today: date) -> Books:
    """The books of the demo company as they stand on ``today``."""
    story = Story(today)
    story.ordinary_trade()
    for chapter in (
        odd_numbers,
        odd_lines,
        every_state,
        adjustments,
        money_on_account,
        planted_failures,
    ):
        chapter(story)
    story.books.assign_keys(FIRST_KEY)
    return story.books
