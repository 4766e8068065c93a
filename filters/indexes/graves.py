"""Hold what was withdrawn and must not come back: digests, and what copies saved anew would look like."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from filters.facts import View
from filters.indexes.hamming import HammingIndex

GRAVE_DISTANCE_BITS: Final = 31
"""How far a copy may be from what was withdrawn."""

GRAVE_MIN_QUALITY: Final = 50
"""The least quality of both pictures: hashes of flatter ones are near one another by chance."""


class Matches(Protocol):
    """Which pictures were held until a list came that has them; asked at every picture, as they may be any moment."""

    def holds(self, image_sha256: str) -> bool: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class NearGrave:
    """How a withdrawn picture looked: PDQ in hex, and its quality."""

    pdq: str
    quality: int

    def __repr__(self) -> str:
        return "<NearGrave>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Graves:
    """What bars, of one gate epoch. `revision` is a digest of it."""

    pictures: Collection[str]
    pairs: Collection[str]
    near: Sequence[NearGrave]
    matches: Matches
    revision: str

    def __repr__(self) -> str:
        return f"<Graves of {len(self.pictures)} pictures, {len(self.pairs)} pairs>"


class NearGraves:
    """Find the withdrawn picture that another one looks like. Views too flat for a hash to mean much do not count."""

    def __init__(self, graves: Iterable[NearGrave]) -> None:
        telling = dict.fromkeys(bytes.fromhex(each.pdq) for each in graves if each.quality >= GRAVE_MIN_QUALITY)
        self._index = HammingIndex(list(telling)) if telling else None

    def distance_bits(self, views: Iterable[View]) -> int | None:
        """Return how far the nearest is; None if none is near enough."""
        if self._index is None:
            return None
        telling = (view for view in views if view.pdq_quality >= GRAVE_MIN_QUALITY)
        near = (self._index.within(query, GRAVE_DISTANCE_BITS) for query in _queries(telling))
        return min((found[0][1] for found in near if found), default=None)


def _queries(views: Iterable[View]) -> Iterable[bytes]:
    """Return each hash once, in eight orientations, and its complement: that of an inverted picture."""
    hashes = (bytes.fromhex(each) for view in views for each in (view.pdq, *view.orientations))
    return dict.fromkeys(each for found in hashes for each in (found, bytes(255 - byte for byte in found)))
