"""People by keyed hash."""

import hashlib
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.errors import ConfigurationError
from hubevents_sync.state.identity import Identity, normalise_email

IDENTITY = Identity(b"k" * 32)


def test_a_person_is_the_keyed_blake2b_of_the_normalised_address() -> None:
    expected = hashlib.blake2b(b"email:ana@example.com", key=b"k" * 32, digest_size=16).digest()
    assert IDENTITY.person(email=" Ana@Example.COM ") == expected


def test_a_contact_id_is_hashed_under_a_name_of_its_own() -> None:
    expected = hashlib.blake2b(b"vid:543954422478", key=b"k" * 32, digest_size=16).digest()
    assert IDENTITY.person(vid=543_954_422_478) == expected
    assert IDENTITY.person(vid=7) != IDENTITY.person(email="7")


def test_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="an e-mail or a contact id"):
        IDENTITY.person()


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Ana@Example.com", "ana@example.com"),
        ("\tana@example.com\n", "ana@example.com"),
        ("ana@BÜCHER.example", "ana@xn--bcher-kva.example"),
        ("ana@bu\u0308cher.example", "ana@xn--bcher-kva.example"),
        ("A\u0301na@example.com", "\u00e1na@example.com"),
        ("MÜLLER@example.com", "müller@example.com"),
        ("\u00a0ana@example.com", "ana@example.com"),
        ("no-address", "no-address"),
        ("ü@" + "ü" * 70, "ü@" + "ü" * 70),
    ],
)
def test_addresses_that_reach_the_same_mailbox_are_one_person(written: str, compared: str) -> None:
    assert normalise_email(written) == compared


@given(st.text())
def test_normalising_twice_changes_nothing(written: str) -> None:
    once = normalise_email(written)
    assert normalise_email(once) == once


def test_another_key_makes_other_people() -> None:
    other = Identity(b"l" * 32)
    assert other.person(email="ana@example.com") != IDENTITY.person(email="ana@example.com")
    assert other.fingerprint != IDENTITY.fingerprint
    assert other.digest_key() != IDENTITY.digest_key()


def test_neither_fingerprint_nor_digest_key_gives_the_key_away() -> None:
    assert IDENTITY.key.hex() not in (IDENTITY.fingerprint, IDENTITY.digest_key().hex())
    assert IDENTITY.fingerprint != IDENTITY.digest_key().hex()


def test_the_public_identity_is_the_same_everywhere() -> None:
    assert Identity.public() == Identity.public()
    assert Identity.fresh() != Identity.fresh()
    there = pickle.loads(pickle.dumps(Identity.public()))  # noqa: S301  our own bytes
    assert there.person(email="Ana@example.com") == Identity.public().person(email="ana@example.com")


@pytest.mark.parametrize("identity", [IDENTITY, Identity.public()])
def test_many_people_are_hashed_as_each_of_them_is(identity: Identity) -> None:
    emails = ["ana@example.com", " Ben@Example.com", "vid:5@example.com", "cem@exämple.com"]
    each = [identity.person(email=email) for email in emails]
    assert identity.people(emails) == each
    assert identity.people(emails[::2]) == each[::2]
    assert len({*each, identity.person(vid=5)}) == 5


def test_the_repr_hides_the_key() -> None:
    assert repr(IDENTITY) == f"<Identity {IDENTITY.fingerprint[:8]}>"


def test_the_environment_holds_the_key_or_none() -> None:
    assert Identity.from_environment({}) is None
    held = Identity.from_environment({"HUBEVENTS_IDENTITY_KEY": "sixteen letters!"})
    assert held is not None
    assert held == Identity.from_environment({"HUBEVENTS_IDENTITY_KEY": " sixteen letters!\n"})


@pytest.mark.parametrize("secret", ["", "fifteen letters", " " * 20])
def test_a_short_key_is_refused_with_a_remedy(secret: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Identity.from_environment({"HUBEVENTS_IDENTITY_KEY": secret})
    assert caught.value.message == (
        f"HUBEVENTS_IDENTITY_KEY has {len(secret.strip())} characters; at least 16 are needed"
    )
    assert caught.value.hint == (
        "set it to a long random text (openssl rand -hex 32), or unset it: a new state makes its own key"
    )


def test_an_identity_goes_to_another_process_with_its_key() -> None:
    identity = Identity.fresh()
    found = pickle.loads(pickle.dumps(identity))  # noqa: S301  our own bytes
    assert found == identity
    assert found.people(["ana@example.com"]) == [identity.person(email="ana@example.com")]
