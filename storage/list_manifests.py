"""Hold an import to what the source of a list signed: which list, version and file, how many of which type."""

import binascii
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from filters.indexes.known import HEX_DIGITS, NotAHash, normalise_hash
from storage.hash_formats import Item, ListedHash
from storage.list_lines import BadList

_SIGNATURE_BYTES: Final = 64
_MOST_BYTES: Final = 1 << 20
_CLOCKS_DIFFER: Final = timedelta(minutes=10)


class BadManifest(BadList):
    """A manifest is not signed as it must be, or the list is not what it says. The message holds no hash."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What the source says of one version of a list; `version` is the time of it. Its `repr` shows no canary."""

    list_id: str
    version: datetime
    sha256: str
    counts: Mapping[str, int]
    parent: str | None = None
    max_age_hours: float | None = None
    severity_scheme: str | None = None
    canaries: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def require_named(self, name: str) -> None:
        if self.list_id != name:
            raise BadManifest("the manifest is of another list than the one named with --name; nothing was imported")

    def require_file(self, digest: str) -> None:
        if self.sha256 != digest:
            raise BadManifest("the file is not the one that the manifest was signed for; nothing was imported")

    def require_current(self, newest: datetime | None, max_age_hours: float, now: datetime | None = None) -> None:
        """Refuse a version that is older than the one imported last, too old, or from the future."""
        now = now or datetime.now(UTC)
        if newest is not None and self.version < newest:
            raise BadManifest("an earlier version than the one imported last: nothing was imported")
        if self.version > now + _CLOCKS_DIFFER:
            raise BadManifest("the version of the manifest lies in the future: nothing was imported")
        if now - self.version > timedelta(hours=max_age_hours):
            raise BadManifest(f"the version of the manifest is older than {max_age_hours:g} hours: fetch a newer one")


@dataclass(kw_only=True, slots=True)
class Reconciliation:
    """Counts what is read of a file, and compares it with the manifest once all is read."""

    manifest: Manifest
    _counts: dict[str, int] = field(default_factory=dict)
    _rejected: int = 0

    def of(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield the items; raise `BadManifest` after the last if some are missing, too many, or a canary is."""
        wanted = set(self.manifest.canaries)
        for each in items:
            if isinstance(each, ListedHash):
                self._counts[each.type] = self._counts.get(each.type, 0) + 1
                wanted.discard((each.type, each.value))
            else:
                self._rejected += 1
            yield each
        if wanted:
            raise BadManifest(f"{len(wanted)} of the canaries that the manifest names are not on the list")
        self._require_counts()

    def _require_counts(self) -> None:
        """What was not taken could have been of any type."""
        for type_name in HEX_DIGITS:
            told, found = self.manifest.counts.get(type_name, 0), self._counts.get(type_name, 0)
            if not found <= told <= found + self._rejected:
                raise BadManifest(f"the manifest says {told} entries of {type_name}, the file holds {found}")


def read_manifest(path: Path, public_key: str) -> Manifest:
    """Return a manifest whose signature, in `<manifest>.sig`, is of this Ed25519 key; raise `BadManifest`.

    The signature is 64 bytes, as they are or in hex or base64.
    """
    raw = _bytes_of(path, "manifest")
    _require_signed(raw, _signature(path.with_name(f"{path.name}.sig")), public_key)
    try:
        said = json.loads(raw)
        return _manifest(said)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadManifest("the manifest names no list_id, version, sha256 or counts as it should") from None


def public_key_of(text: str) -> str:
    """Return an Ed25519 public key as 64 hex digits, given so or as a PEM file."""
    plain = text.strip().lower()
    if len(plain) == 64 and set(plain) <= set("0123456789abcdef"):
        return plain
    try:
        key = load_pem_public_key(Path(text).read_bytes())
    except (OSError, ValueError):
        raise BadList("a public key is 64 hex digits, or a PEM file with an Ed25519 public key") from None
    if not isinstance(key, Ed25519PublicKey):
        raise BadList("the key is no Ed25519 public key")
    return key.public_bytes_raw().hex()


def _require_signed(raw: bytes, signature: bytes, public_key: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(signature, raw)
    except (InvalidSignature, ValueError):
        raise BadManifest("the manifest is not signed with the key that the list needs; nothing was imported") from None


def _signature(path: Path) -> bytes:
    raw = _bytes_of(path, "signature of the manifest")
    if len(raw) == _SIGNATURE_BYTES:
        return raw
    for decode in (bytes.fromhex, _base64):
        try:
            return decode(raw.decode().strip())
        except ValueError:
            continue
    raise BadManifest("the signature of the manifest is no 64 bytes, in hex, in base64 or as they are")


def _base64(text: str) -> bytes:
    return binascii.a2b_base64(text, strict_mode=True)


def _bytes_of(path: Path, what: str) -> bytes:
    try:
        with path.open("rb") as source:
            raw = source.read(_MOST_BYTES + 1)
    except OSError:
        raise BadManifest(f"the {what} cannot be read: {path.name}") from None
    if len(raw) > _MOST_BYTES:
        raise BadManifest(f"the {what} is larger than any")
    return raw


def _manifest(said: Any) -> Manifest:
    if said.get("kind", "full") != "full":
        raise BadManifest("the manifest is of a delta; only whole lists are imported")
    return Manifest(
        list_id=_text(said["list_id"]),
        version=_version(said["version"]),
        sha256=_text(said["sha256"]).lower(),
        counts={_text(name): _count(number) for name, number in said["counts"].items()},
        parent=None if said.get("parent") is None else _text(said["parent"]),
        max_age_hours=_hours(said.get("max_age_hours")),
        severity_scheme=None if said.get("severity_scheme") is None else _text(said["severity_scheme"]),
        canaries=tuple(map(_canary, said.get("canaries", ()))),
    )


def _version(text: object) -> datetime:
    version = datetime.fromisoformat(_text(text))
    if version.tzinfo is None:
        raise ValueError("no zone")
    return version.astimezone(UTC)


def _hours(value: object) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < float("inf"):
        raise ValueError("no number of hours")
    return value


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("no count")
    return value


def _canary(text: object) -> tuple[str, str]:
    type_name, _, value = _text(text).partition(":")
    try:
        return type_name, normalise_hash(type_name, value)
    except NotAHash:
        raise ValueError("no canary") from None


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("no text")
    return value
