"""Hold the two secrets of an installation: the key that signs checkpoints and the key that hides image URLs."""

import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from storage.durable import sync_folder
from storage.errors import KeysMissing

SIGNING_KEY = "altsieve.signing-key"
HMAC_KEY = "altsieve.hmac-key"
_ENVIRONMENT = {SIGNING_KEY: "ALTSIEVE_SIGNING_KEY", HMAC_KEY: "ALTSIEVE_HMAC_KEY"}
_KEY_BYTES = 32


class KeyRing:
    """Both keys, each 32 bytes, as hex in a file that only its owner can read, or from the environment."""

    def __init__(self, *, signing: bytes, hiding: bytes) -> None:
        self._signing = Ed25519PrivateKey.from_private_bytes(signing)
        self._hiding = hiding

    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls(signing=_read(folder, SIGNING_KEY), hiding=_read(folder, HMAC_KEY))

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Make what is neither in the environment nor in `folder`; what is there stays as it is."""
        for name in (SIGNING_KEY, HMAC_KEY):
            if _ENVIRONMENT[name] not in os.environ:
                _make(folder / name, lambda: secrets.token_hex(_KEY_BYTES))
        return cls.load(folder)

    def hmac(self, *parts: str) -> str:
        """Return HMAC-SHA-256 of the parts in hex; each is preceded by its length, so no two lists look the same."""
        encoded = [each.encode(errors="surrogatepass") for each in parts]
        message = b"".join(len(each).to_bytes(8) + each for each in encoded)
        return hmac.digest(self._hiding, message, "sha256").hex()

    @property
    def public_key(self) -> bytes:
        """The public half of the signing key, 32 bytes: whoever has it can check what was signed."""
        return self._signing.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._signing.sign(message)

    def verify(self, signature: bytes, message: bytes) -> bool:
        try:
            self._signing.public_key().verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def __repr__(self) -> str:
        return "<KeyRing>"


def _read(folder: Path, name: str) -> bytes:
    variable = _ENVIRONMENT[name]
    path = folder / name
    where = variable if variable in os.environ else str(path)
    try:
        key = bytes.fromhex(os.environ.get(variable) or _owned(path))
    except FileNotFoundError:
        raise KeysMissing(
            f"{path} is missing; type `altsieve db upgrade` for a new database, or bring the file back from a backup"
        ) from None
    except ValueError:
        raise KeysMissing(f"{where} does not hold 64 hex digits; bring the key back from a backup") from None
    if len(key) != _KEY_BYTES:
        raise KeysMissing(f"{where} does not hold 64 hex digits; bring the key back from a backup")
    return key


def _owned(path: Path) -> str:
    if path.stat().st_mode & 0o077:
        raise KeysMissing(f"{path} can be read by others; type: chmod 600 {path}")
    return path.read_text(encoding="ascii")


def _make(path: Path, key: Callable[[], str]) -> None:
    """Write the whole key under another name first, then link it: it is there whole or not at all, and never twice."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key() + "\n")
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(unfinished)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
    sync_folder(path.parent)
