"""Seal what an authority needs of a match, so that only the safety officer's private key opens it."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from storage.canonical import canonical
from storage.errors import CannotOpen, NotReady

PRIVATE_KEY_VARIABLE: Final = "ALTSIEVE_INCIDENT_PRIVATE_KEY"
DIRECT: Final = 1
"""Form of a record that was sealed to the public key itself: nothing could be purged of it but the whole."""
WITH_DATA_KEY: Final = 2
"""Form of a record that was sealed with a data key of its own, which is sealed to the public key."""
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_DIRECT_INFO = b"altsieve incident 1"
_INFO = b"altsieve incident 2 "
_NONCE_BYTES = 12
_PADDED_TO = 4096
"""Records are filled up to a multiple of it, so that the length of an address does not show."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealed:
    """What of an incident is stored. All is None if there was no public key: then nothing of the record is kept."""

    record: bytes | None = None
    data_key: bytes | None = None
    key_id: str | None = None
    form: int = WITH_DATA_KEY

    @property
    def digest(self) -> str | None:
        """SHA-256 of the sealed record, which the ledger names."""
        return None if self.record is None else hashlib.sha256(self.record).hexdigest()

    def __repr__(self) -> str:
        return f"<Sealed form={self.form}>"


def new_key_pair() -> tuple[str, str]:
    """Return a new private and public key, 64 hex digits each. The private one never comes near a crawling machine."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw().hex(), private.public_key().public_bytes_raw().hex()


def seal(public_key: str | None, record: Mapping[str, Any], event_id: str) -> Sealed:
    """Seal a record with a data key that is used for it alone; both are bound to the event and open for no other."""
    if public_key is None:
        return Sealed()
    public = read_public_key(public_key)
    text = canonical(record)
    padded = text + b" " * (-len(text) % _PADDED_TO)
    data_key, nonce = AESGCM.generate_key(256), secrets.token_bytes(_NONCE_BYTES)
    bound = _INFO + event_id.encode()
    return Sealed(
        record=nonce + AESGCM(data_key).encrypt(nonce, padded, bound),
        data_key=_SUITE.encrypt(data_key, public, bound),
        key_id=key_id(public_key),
    )


def unseal(private_key: str, sealed: Sealed, event_id: str) -> Any:
    """Open a sealed record, on the safety officer's machine; raise `CannotOpen` if it is not this key's, or changed."""
    if sealed.record is None:
        raise CannotOpen("nothing was kept of it: there was no INCIDENT_PUBLIC_KEY, or it was purged")
    private = read_private_key(private_key)
    try:
        return msgspec.json.decode(_opened(private, sealed.record, sealed, _INFO + event_id.encode()))
    except (InvalidTag, ValueError):
        raise CannotOpen("it was sealed to another key, or it was changed") from None


def key_id(public_key: str) -> str:
    """Return the first 16 hex digits of SHA-256 of the raw public key."""
    return hashlib.sha256(read_public_key(public_key).public_bytes_raw()).hexdigest()[:16]


def key_id_of_private(private_key: str) -> str:
    """Return the id of the public key that belongs to it."""
    return key_id(read_private_key(private_key).public_key().public_bytes_raw().hex())


def read_public_key(public_key: str) -> X25519PublicKey:
    try:
        return X25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    except ValueError:
        raise _unusable() from None


def read_private_key(private_key: str) -> X25519PrivateKey:
    try:
        return X25519PrivateKey.from_private_bytes(bytes.fromhex(private_key.strip()))
    except ValueError:
        raise NotReady("the private key is not a raw X25519 key in 64 hex digits; type: --key FILE") from None


def require_public_key(public_key: str | None) -> None:
    """Try to seal now, not at the first match: some keys of the right length are points that nothing seals to."""
    try:
        seal(public_key, {}, "")
    except ValueError:
        raise _unusable() from None


def _opened(private: X25519PrivateKey, record: bytes, sealed: Sealed, bound: bytes) -> bytes:
    if sealed.form == DIRECT:
        return _SUITE.decrypt(record, private, _DIRECT_INFO)
    if sealed.data_key is None:
        raise CannotOpen("it was purged: its data key is gone, and nobody can open it any more")
    data_key = _SUITE.decrypt(sealed.data_key, private, bound)
    return AESGCM(data_key).decrypt(record[:_NONCE_BYTES], record[_NONCE_BYTES:], bound)


def _unusable() -> NotReady:
    return NotReady(
        "INCIDENT_PUBLIC_KEY is not a raw X25519 key in 64 hex digits; "
        "type: export ALTSIEVE_INCIDENT_PUBLIC_KEY= and the public key of the safety officer"
    )
