"""Takes secrets out of texts that are logged, stored or shown."""

import re
from xml.sax.saxutils import escape

MASK = "***"
_ELEMENTS = re.compile(
    r"<(password|sessionid|oauth)(\s[^>]*)?>.*?(</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)


def redact(text, secrets=()):
    """Return text without the content of secret elements and without ``secrets``.

    The second catches what an answer echoes elsewhere, escaped as XML or not. A
    secret element that is cut off is masked up to the end of the text.
    """
    text = _ELEMENTS.sub(rf"<\1>{MASK}</\1>", text)
    spellings = {form for secret in secrets if secret for form in _forms(secret)}
    for form in sorted(spellings, key=len, reverse=True):
        text = text.replace(form, MASK)
    return text


def _forms(secret):
    quotes = {'"': "&quot;", "'": "&#039;"}
    return secret, escape(secret), escape(secret, quotes)
