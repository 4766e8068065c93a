"""Sign a text as a C2SP note with Ed25519, and open one that was signed (c2sp.org/signed-note)."""

import binascii
import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from storage.errors import StorageError

_ED25519: Final = b"\x01"
_ID_BYTES: Final = 4
_KEY_BYTES: Final = 32
_DASH: Final = "\N{EM DASH} "
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


class NotANoteKey(StorageError):
    """What should be the public key of a note is none."""


class NotSigned(StorageError):
    """A note is not one, or not signed with the key that was asked for, or was changed since."""


@dataclass(frozen=True, slots=True)
class NoteKey:
    """The public half of a key that signs notes, under the name it signs with."""

    name: str
    public_key: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `name+id+key`, as `str()` writes it and as the tools of transparency logs do."""
        try:
            name, key_id, encoded = text.strip().split("+", 2)
            kind_and_key = b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            raise NotANoteKey("a key is written as name+id+key, on one line") from None
        key = cls(name=name, public_key=kind_and_key[1:])
        if not name or kind_and_key[:1] != _ED25519 or len(key.public_key) != _KEY_BYTES:
            raise NotANoteKey("this is not an Ed25519 key of a note")
        if key.id.hex() != key_id:
            raise NotANoteKey("the id of the key is not that of its name and its bytes: a letter is wrong in it")
        return key

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256(name, line feed, 0x01, key): they find the key, and prove nothing."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public_key).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.public_key).decode()}"


def signed(text: str, key: NoteKey, sign: Callable[[bytes], bytes]) -> str:
    """Return the note of a text that ends with a line feed; `sign` has the private half of the key."""
    signature = b64encode(key.id + sign(text.encode())).decode()
    return f"{text}\n{_DASH}{key.name} {signature}\n"


def opened(note: str, key: NoteKey) -> str:
    """Return the text of a note. Signatures with other keys, such as those of witnesses, are not looked at."""
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or not signatures.endswith("\n") or _CONTROL.search(note):
        raise NotSigned("it is not a signed note")
    ours = [each for line in signatures[:-1].split("\n") if (each := _signature(line, key)) is not None]
    if not ours:
        raise NotSigned(f"it is not signed with the key of {key.name}")
    text += "\n"
    public = Ed25519PublicKey.from_public_bytes(key.public_key)
    for each in ours:
        try:
            public.verify(each, text.encode())
        except InvalidSignature:
            raise NotSigned("it was changed after it was signed, or somebody else has signed it") from None
    return text


def _signature(line: str, key: NoteKey) -> bytes | None:
    """Return the signature in a line that says it is of this key."""
    name, _, encoded = line.removeprefix(_DASH).rpartition(" ")
    if not line.startswith(_DASH):
        raise NotSigned("it is not a signed note")
    try:
        decoded = b64decode(encoded, validate=True)
    except binascii.Error:
        raise NotSigned("a signature of it cannot be read") from None
    return decoded[_ID_BYTES:] if (name, decoded[:_ID_BYTES]) == (key.name, key.id) else None
