"""Where requests may go. Credentials and sessions travel in them, so an address
that an answer names is trusted only inside Intacct's own domain."""

import re
from urllib.parse import urlsplit

DEFAULT_URL = "https://api.intacct.com/ia/xml/xmlgw.phtml"
_HOST = re.compile(r"([a-z0-9-]+\.)+intacct\.com")
_PORTS = {"https": 443, "http": 80}


def _origin(url):
    """(scheme, host, port) in comparable form, or None for what is no plain URL."""
    if not url.isprintable() or "\\" in url or " " in url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname or parts.username is not None or parts.password is not None:
        return None
    return parts.scheme, parts.hostname, port or _PORTS.get(parts.scheme)


def is_trusted(url, configured):
    """Whether a session's calls may go to ``url``.

    True for https on the standard port of a host in intacct.com, and for exactly
    the scheme, host and port that were configured.
    """
    origin = _origin(url)
    if origin is None:
        return False
    if origin == _origin(configured):
        return True
    scheme, host, port = origin
    return scheme == "https" and port == 443 and bool(_HOST.fullmatch(host))
