"""Hold hashes of known material with the list each came from, and refuse entries that would match innocent pictures."""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

HEX_DIGITS: Final = {"md5": 32, "sha1": 40, "sha256": 64, "pdq": 64, "phash16": 64}
"""Hash types that are read, and the length of each. SHA-256, PDQ and pHash-16 are equally long: never guess a type."""

NEAR_TYPES: Final = frozenset({"pdq", "phash16"})
"""Types that are compared by distance; the others are compared for equality."""

KNOWN_GOOD: Final = "POSITIVE_CLASS"
"""ThreatExchange's category for what is known to be harmless: the only one that does not match."""


class KnownEntry(NamedTuple):
    """One entry of a list as it is handed over to be indexed; a tuple, for ten million are made at once.

    `entry` is its id in storage, `value` as `normalise_hash` returns it. `distance_bits` is how far a near match may
    be, None for what the list's policy says. `category` is ThreatExchange's: NEGATIVE_CLASS, INVESTIGATION_SEED,
    POSITIVE_CLASS, DISPUTED.
    """

    type: str
    value: str
    category: str = "NEGATIVE_CLASS"
    distance_bits: int | None = None
    severity: str = ""
    entry: int = 0

    def __repr__(self) -> str:
        return f"<KnownEntry {self.entry}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownHash:
    """An entry together with the list and the revision it was found in. Its `repr` never shows the hash."""

    list: str
    number: int
    entry: int
    type: str
    value: str
    category: str
    distance_bits: int | None
    severity: str = ""

    def __repr__(self) -> str:
        return f"<KnownHash {self.list}@{self.number} entry {self.entry}>"


class NotAHash(ValueError):
    """A value is not a hash of the type it was given as. The text never holds the value."""


def normalise_hash(hash_type: str, value: str) -> str:
    """Return `value` in lower-case hex, or raise `NotAHash`: a type is always given, never guessed from the length."""
    digits = HEX_DIGITS.get(hash_type)
    if digits is None:
        raise NotAHash(f"unknown hash type, known are {', '.join(HEX_DIGITS)}")
    text = value.strip().lower()
    if not re.fullmatch(r"[0-9a-f]+", text) or len(text) != digits:
        raise NotAHash(f"not {digits} hex digits, which {hash_type} has")
    return text


_EMPTY_FILE = frozenset(
    {
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }
)
_PDQ_BITS_SET = 128
_PDQ_SLACK = 16
_PHASH_LEAST_BITS = 32


def degenerate(hash_type: str, value: str) -> str | None:
    """Return why an entry would match innocent files, or None; `value` is as `normalise_hash` returns it.

    Digests of the empty file and hashes of featureless pictures do occur in real lists. The median split gives each
    genuine PDQ hash 128 bits set; of a flat picture it has none or about 60. A flat picture's pHash has one bit set.
    """
    bits_set = int(value, 16).bit_count()
    if bits_set in (0, 4 * len(value)):
        return "every bit is the same"
    if value in _EMPTY_FILE:
        return "digest of the empty file"
    if hash_type == "pdq" and abs(bits_set - _PDQ_BITS_SET) > _PDQ_SLACK:
        return f"{bits_set} of 256 bits are set, a genuine PDQ hash has {_PDQ_BITS_SET}"
    if hash_type == "phash16" and min(bits_set, 256 - bits_set) < _PHASH_LEAST_BITS:
        return f"{bits_set} of 256 bits are set, as of a featureless picture"
    return None
