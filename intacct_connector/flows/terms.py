from datetime import date, timedelta

FROM_DATE = "from invoice/bill date"
# How many months after that of the document a term counts its day, by DUEFROM
# (API.md 10.7).
MONTHS = {
    "of the month of invoice/bill date": 0,
    "of next month from invoice/bill date": 1,
    "of 2nd month from invoice/bill date": 2,
    "of 3rd month from invoice/bill date": 3,
    "of 4th month from invoice/bill date": 4,
    "of 5th month from invoice/bill date": 5,
    "of 6th month from invoice/bill date": 6,
}


def due_date(details, day):
    """When a document of a day is due by an Intacct term.

    :param dict details: the term's DUEDATE (days, or day of the month) and DUEFROM
    :param date day: date of the document
    :return: the date, None where the term cannot be read
    :rtype: date
    """
    number, rule = details.get("DUEDATE"), details.get("DUEFROM")
    if not str(number or "").isdigit():
        return None
    if rule == FROM_DATE:
        return day + timedelta(days=int(number))
    if rule not in MONTHS:
        return None
    month = day.month - 1 + MONTHS[rule]
    first = date(day.year + month // 12, month % 12 + 1, 1)
    last = date(first.year + first.month // 12, first.month % 12 + 1, 1) - first
    return first + timedelta(days=min(int(number), last.days) - 1)
