"""Takes a visitor's address and scheme from our own proxies, and from nobody else.

werkzeug's ProxyFix reads X-Forwarded-For as a list that may hold quoted parts: a visitor who sends
a lone quotation mark makes one part of his own words and of what our proxy adds, and so has no
address and no limits. Here a comma parts, whatever stands around it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WITH_PORT = re.compile(r"\[(?P<six>[0-9A-Fa-f:.]+)\](?::\d{1,5})?|(?P<four>[0-9.]+):\d{1,5}")
"""Some proxies name the port as well."""
SCHEMES = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class OurProxies:
    """Stands before the service where *hops* proxies of ours do, one at least.

    Each adds at the right end of X-Forwarded-For who asked it, so the entry that counts is the one
    at *hops* from the right: what stands left of it is the visitor's own claim. Where no address
    stands there, that of the proxy itself is kept: nobody gets an address that he made up.
    """

    service: WSGIApplication
    hops: int

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Put address and scheme where the service looks for them."""
        given = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(given) >= self.hops and (address := read_address(given[-self.hops])):
            environ["REMOTE_ADDR"] = address
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
        if scheme in SCHEMES:
            environ["wsgi.url_scheme"] = scheme
        return self.service(environ, start_response)


def read_address(text: str) -> str:
    """Give the address that *text* is, without a port; nothing for anything else."""
    text = text.strip()
    if found := WITH_PORT.fullmatch(text):
        text = found["six"] or found["four"]
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return ""
    return text
