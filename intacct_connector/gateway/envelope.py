"""The request around the functions."""

from lxml import etree

from .schema import grammar

DTD_VERSION = "3.0"
_HEAD = '<?xml version="1.0" encoding="utf-8"?>'


def authentication_by_login(login, locationid=None):
    """The authentication element with user and password; only getAPISession gets it.

    :param str locationid: entity to sign in to, None for none
    """
    return _render(
        "authentication",
        login={
            "userid": login.user_id,
            "companyid": login.company_id,
            "password": login.password,
            "locationid": locationid,
        },
    )


def authentication_by_session(session):
    """The authentication element with a session id."""
    return _render("authentication", sessionid=session.session_id)


def build(sender, authentication, functions, *, control_id, unique, transaction):
    """Return the bytes of a request.

    The functions' texts are put in as they are, so a stored one is sent again byte
    for byte. White space is asked not to be included in the answer.
    """
    control = _render(
        "control",
        senderid=sender.sender_id,
        password=sender.password,
        controlid=control_id,
        uniqueid=unique,
        dtdversion=DTD_VERSION,
        includewhitespace=False,
    )
    content = "".join(function.xml for function in functions)
    flag = "true" if transaction else "false"
    return (
        f'{_HEAD}<request>{control}<operation transaction="{flag}">'
        f"{authentication}<content>{content}</content></operation></request>"
    ).encode()


def _render(name, **arguments):
    parent = etree.Element("request")
    grammar().render(parent, name, arguments)
    return etree.tostring(parent[0], encoding="unicode")
