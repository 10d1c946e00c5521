"""Know people by a keyed hash, so that the state can tell them apart and nobody can tell who they are."""

import hashlib
import hmac
import os
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Self

from hubevents_sync.errors import ConfigurationError
from hubevents_sync.model.participation import PersonId

KEY_VARIABLE = "HUBEVENTS_IDENTITY_KEY"
KEY_BYTES = 32
SHORTEST_SECRET = 16
PERSON_BYTES = 16


class Identity:
    """A key, and the hash of a person under it. With another key the same person has another hash.

    The hash is BLAKE2b of ``email:<address>`` or ``vid:<number>``, keyed, 16 bytes: by chance two of a billion people
    share one in fewer than one state out of 10**20. Safe to use from several threads at once.
    """

    __slots__ = ("_email_hasher", "_key", "_vid_hasher")

    def __init__(self, key: bytes) -> None:
        self._key = key
        # Keying a hash takes a whole block of its own; a copy of a keyed one does not. Twice as fast over a million.
        self._email_hasher = hashlib.blake2b(b"email:", key=key, digest_size=PERSON_BYTES)
        self._vid_hasher = hashlib.blake2b(b"vid:", key=key, digest_size=PERSON_BYTES)

    @classmethod
    def fresh(cls) -> Self:
        """One with a new random key."""
        return cls(os.urandom(KEY_BYTES))

    @staticmethod
    def public() -> "Identity":
        """One without a secret: for a plan made before there is a state, the same on every machine.

        Its hashes must be stored nowhere.
        """
        return _PublicIdentity(b"hubevents-sync: there's no state")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self | None:
        """The identity of HUBEVENTS_IDENTITY_KEY; None where it is not set.

        An empty one is refused too: that is what a pipeline makes of a secret that it does not know.
        """
        secret = environ.get(KEY_VARIABLE)
        if secret is None:
            return None
        if len(secret.strip()) < SHORTEST_SECRET:
            raise ConfigurationError(
                f"{KEY_VARIABLE} has {len(secret.strip())} characters; at least {SHORTEST_SECRET} are needed",
                hint="set it to a long random text (openssl rand -hex 32), or unset it: a new state makes its own key",
            )
        return cls(_derive(secret.strip().encode(), "environment"))

    @property
    def key(self) -> bytes:
        """The key itself, for the state that keeps it."""
        return self._key

    @property
    def fingerprint(self) -> str:
        """Which key this is, in hex, without giving it away."""
        return _derive(self._key, "fingerprint").hex()

    def entry_hasher(self) -> Any:
        """A hash of 16 bytes for the texts of rosters' entries, keyed: from it nobody can test a guess."""
        return hashlib.blake2b(key=_derive(self._key, "entries"), digest_size=PERSON_BYTES)

    def digest_key(self) -> bytes:
        """A key for the digests of plans: 32 bytes that don't lead back to this key."""
        return _derive(self._key, "digest")

    def person(self, *, email: str | None = None, vid: int | None = None) -> PersonId:
        """The hash of somebody known by an e-mail, or else by a contact id."""
        if email is not None:
            return self._hash_email(normalise_email(email).encode("utf-8", "surrogatepass"))
        if vid is None:
            raise ValueError("a person has an e-mail or a contact id")
        return self._hash_vid(b"%d" % vid)

    def people(self, emails: Sequence[str]) -> list[PersonId]:
        """The hashes of many *emails*, in their order. Of ASCII without spaces they take half the time."""
        text = "\n".join(emails)
        if not text.isascii() or text.count("\n") != len(emails) - 1 or " " in text:
            return [self.person(email=email) for email in emails]
        return self._hash_emails(text.lower().encode().split(b"\n"))

    def _hash_email(self, address: bytes) -> PersonId:
        hasher = self._email_hasher.copy()
        hasher.update(address)
        return hasher.digest()

    def _hash_emails(self, addresses: Sequence[bytes]) -> list[PersonId]:
        copy, found = self._email_hasher.copy, []
        for address in addresses:
            hasher = copy()
            hasher.update(address)
            found.append(hasher.digest())
        return found

    def _hash_vid(self, vid: bytes) -> PersonId:
        hasher = self._vid_hasher.copy()
        hasher.update(vid)
        return hasher.digest()

    def __reduce__(self) -> tuple[type["Identity"], tuple[bytes]]:
        """The key goes to the process that is to hash people."""
        return type(self), (self._key,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identity) and hmac.compare_digest(self._key, other._key)

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        """Without the key."""
        return f"<Identity {self.fingerprint[:8]}>"


class _PublicIdentity(Identity):
    """Its hashes are BLAKE2s without a key, 32 bytes: two thirds of the time of a keyed one for so short a text.

    No address is like the text of a contact id: it has an @.
    """

    __slots__ = ()

    def _hash_email(self, address: bytes) -> PersonId:
        return hashlib.blake2s(address).digest()

    def _hash_emails(self, addresses: Sequence[bytes]) -> list[PersonId]:
        return list(map(hashlib.blake2s.digest, map(hashlib.blake2s, addresses)))

    def _hash_vid(self, vid: bytes) -> PersonId:
        return hashlib.blake2s(b"vid:%b" % vid).digest()


def normalise_email(email: str) -> str:
    """*email* as it is compared: without spaces around it, case folded, composed (NFC), its domain as IDNA writes it.

    HubSpot takes the local part's case for nothing either.
    """
    stripped = email.strip()
    if stripped.isascii():
        return stripped.lower()
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFD", stripped).casefold())
    local, at, domain = folded.rpartition("@")
    if domain.isascii():
        return folded
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii').lower()}"
    except UnicodeError:  # no domain that could receive mail: compare it as it is written
        return folded


def _derive(key: bytes, purpose: str) -> bytes:
    return hashlib.blake2b(key, digest_size=KEY_BYTES, person=f"hubev-{purpose}".encode()[:16]).digest()
