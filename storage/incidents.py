"""Seal what an authority needs of a match, so that only the safety officer's private key opens it."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from storage.canonical import canonical
from storage.errors import NotReady

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_INFO = b"altsieve incident 1"
_PADDED_TO = 4096
"""Records are filled up to a multiple of it, so that the length of an address does not show."""


def new_key_pair() -> tuple[str, str]:
    """Return a new private and public key, 64 hex digits each. The private one never comes near a crawling machine."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw().hex(), private.public_key().public_bytes_raw().hex()


def seal(public_key: str | None, record: Mapping[str, Any]) -> tuple[bytes | None, str | None]:
    """Return the sealed record and the id of the key; nothing of the record is kept when there is no key."""
    if public_key is None:
        return None, None
    key = read_public_key(public_key)
    text = canonical(record)
    padded = text + b" " * (-len(text) % _PADDED_TO)
    return _SUITE.encrypt(padded, key, _INFO), key_id(public_key)


def unseal(private_key: str, sealed: bytes) -> Any:
    """Open a sealed record, on the safety officer's machine."""
    key = X25519PrivateKey.from_private_bytes(bytes.fromhex(private_key))
    return msgspec.json.decode(_SUITE.decrypt(sealed, key, _INFO))


def key_id(public_key: str) -> str:
    """Return the first 16 hex digits of SHA-256 of the raw public key."""
    return hashlib.sha256(read_public_key(public_key).public_bytes_raw()).hexdigest()[:16]


def read_public_key(public_key: str) -> X25519PublicKey:
    try:
        return X25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    except ValueError:
        raise _unusable() from None


def require_public_key(public_key: str | None) -> None:
    """Try to seal now, not at the first match: some keys of the right length are points that nothing seals to."""
    try:
        seal(public_key, {})
    except ValueError:
        raise _unusable() from None


def _unusable() -> NotReady:
    return NotReady(
        "INCIDENT_PUBLIC_KEY is not a raw X25519 key in 64 hex digits; "
        "type: export ALTSIEVE_INCIDENT_PUBLIC_KEY= and the public key of the safety officer"
    )
