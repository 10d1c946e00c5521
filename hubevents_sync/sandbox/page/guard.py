"""Who may see the page: only a browser that reached it by a name of this very machine.

The page needs no token, so a foreign web site must not read it through its visitor's browser by pointing a name of its
own at 127.0.0.1 (DNS rebinding). Such a request has the foreign name in its Host header.
"""

import ipaddress
import re

_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[^:\[\]]+))(?::\d{1,5})?")


def is_loopback(host: str) -> bool:
    """Whether a Host header's value is ``localhost``, a name below it, or a loopback address, with a port or without.

    Names below localhost never leave the machine: RFC 6761, section 6.3.
    """
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    name = (found["six"] or found["name"]).lower().removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
