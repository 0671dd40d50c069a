"""Which exchange rate a document gets."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from ..clock import show_date
from ..context import Context
from ..failures import refuse
from ..values import show_rate

DAILY = "Intacct Daily Rate"


def resolve(
    context: Context,
    currency: str,
    day: str,
    rate: str | None = None,
    kind: str | None = None,
) -> dict:
    """CURRENCY, BASECURR, EXCHANGE_RATE and EXCH_RATE_DATE of a header.

    ``rate`` is one that was sent, ``kind`` the name of a rate type (empty means
    the daily rate). An unknown currency or a missing rate is refused.
    """
    company = context.company
    if currency not in company.currencies:
        raise refuse("Enable foreign-currency transactions, and try again")
    if currency == company.base_currency:
        found = Decimal(1)
    elif rate:
        found = _sent(rate)
    else:
        found = company.rate(currency, day, None if kind in (None, "", DAILY) else kind)
    if found is None or found <= 0:
        raise refuse(
            f"The exchange rate from {currency} to {company.base_currency} for "
            f"{show_date(day)} is missing."
        )
    return {
        "CURRENCY": currency,
        "BASECURR": company.base_currency,
        "EXCHANGE_RATE": show_rate(found),
        "EXCH_RATE_DATE": day,
        "EXCH_RATE_TYPE_ID": None if rate else -1,
    }


def _sent(rate: str) -> Decimal:
    try:
        return Decimal(rate)
    except InvalidOperation as error:
        raise refuse(f"Invalid exchange rate '{rate}' specified.") from error
