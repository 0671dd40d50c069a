from .problems import RecordProblem


def field_word(env, name):
    """What people call a field of Intacct; its own name where there is no word.

    :param str name: as the gateway spells it
    :rtype: str
    """
    words = {
        "CURRENCY": env._("currency"),
        "CUSTOMERID": env._("customer"),
        "DESCRIPTION": env._("description"),
        "DOCNUMBER": env._("reference"),
        "EXCHANGE_RATE": env._("exchange rate"),
        "RECEIPTDATE": env._("date of receipt"),
        "RECORDID": env._("number"),
        "STATE": env._("state"),
        "TERMNAME": env._("payment term"),
        "TOTALENTERED": env._("total in the base currency"),
        "TRX_TOTALDUE": env._("open amount"),
        "TRX_TOTALENTERED": env._("total"),
        "WHENCREATED": env._("date"),
        "WHENDUE": env._("due date"),
        "WHENPOSTED": env._("accounting date"),
    }
    return words.get(name, name)


def difference(env, what, sent, got):
    """One difference of what Intacct shows, for people.

    :param str what: a field's word, or a document's number
    :rtype: str
    """
    return env._(
        "%(what)s: sent %(sent)s, Intacct has %(got)s",
        what=what,
        sent=sent,
        got=got or env._("nothing"),
    )


def read_back_problem(env, differences):
    """:param list[str] differences: as difference() tells them"""
    return RecordProblem(
        "read_back",
        env._("Intacct has other values than were sent: %s", "; ".join(differences)),
        env._("Set it in Intacct to what was sent; the next sync compares again."),
    )
