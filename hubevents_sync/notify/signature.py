"""Sign a message as the Standard Webhooks specification says, so that receivers need not write the check themselves.

https://www.standardwebhooks.com: HMAC-SHA256 over ``ID.TIMESTAMP.BODY``, in base 64, with ``v1,`` before it.
"""

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"


def read_secret(text: str) -> bytes:
    """The key in *text*: what follows ``whsec_`` in base 64, or the text itself. Raises ValueError for bad base 64."""
    if not text.startswith(PREFIX):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("what follows whsec_ is no base 64") from None


def sign(key: bytes, *, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of the header ``webhook-signature``. *timestamp* is in seconds since 1970."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"
