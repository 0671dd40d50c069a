from .problems import RecordProblem


def rated_currencies(ctx):
    """Ids of the currencies that Odoo can convert, the company's own among them."""
    if "rated" not in ctx.caches:
        company = ctx.backend.company_id
        rates = ctx.env["res.currency.rate"]._read_group(
            [("company_id", "in", (False, company.root_id.id))], ["currency_id"]
        )
        found = {currency.id for (currency,) in rates}
        ctx.caches["rated"] = found | {company.currency_id.id}
    return ctx.caches["rated"]


def check_booked_rate(ctx, currency, date, rate):
    """Odoo books 1:1 where it has no rate; neither ledger should.

    :param currency: of a posted document or receipt
    :param date: of its rate
    :param float rate: by which it was booked
    :raises RecordProblem: it was booked 1:1 for want of a rate
    """
    company = ctx.backend.company_id
    own = company.currency_id
    if currency == own or rate != 1:
        return
    known = currency.id in rated_currencies(ctx)
    if known and own._get_conversion_rate(own, currency, company, date) == 1:
        return
    raise RecordProblem(
        f"no_rate:{currency.name}",
        ctx.env._(
            "It was booked at 1:1, because Odoo had no exchange rate for %s.",
            currency.name,
        ),
        ctx.env._(
            "Add a rate under Invoicing > Configuration > Currencies. Then reset an "
            "invoice to draft, press the button that refreshes its rate and post it "
            "again; a payment is cancelled and registered anew."
        ),
    )
