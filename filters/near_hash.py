"""Refuse pictures that look like known material."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from filters.decision import Filter, Needs, Subject
from filters.facts import Picture, View
from filters.indexes.hamming import HammingIndex
from filters.indexes.known import PDQ_DISTANCE_BITS, KnownHash, KnownMaterial
from filters.indexes.standing import Standing
from filters.reason import ListReason, Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict

DISTANCE_BITS: Final[Mapping[str, int]] = {"pdq": PDQ_DISTANCE_BITS, "phash16": 31}
"""How far a match may be from an entry that names no distance: at these, no two different photographs were seen to meet
among a million pairs, as long as the quality is high enough."""


class NearHashReason(Reason):
    NEAR_LIST = "hash.near-list", Outcome.REFUSED, "the picture looks like known material"
    LOW_QUALITY = "hash.low-quality", Outcome.UNSURE, "too flat or too small for a perceptual hash to mean anything"
    NO_VIEWS = "hash.no-views", Outcome.UNSURE, "the picture was not decoded, so nobody knows what it looks like"


@dataclass(frozen=True, kw_only=True, slots=True)
class NearMatch:
    """An entry that a picture is near enough to."""

    entry: KnownHash
    distance_bits: int
    needed: int


class NearHash(Filter):
    """Refuse a picture if a perceptual hash of any view of it is near an entry of a list of known material.

    Example: a listed picture re-encoded, resized, made grey, turned by 90 degrees, or hidden in the second frame.
    Near miss: a picture 32 bits away from an entry that allows 31.
    Evidence: as exact-hash, with `distance_bits` and `needed` (at most so many) of a match; of low quality the
    `quality` of the best view or `side_px`, whichever is too low, and `needed`.

    PDQ and pHash-16 are 256 bits. A distance belongs to the entry; without one it is 31. Views whose PDQ quality
    (0-100) is below `min_quality` never refuse: one near an entry is unsure. If no other is left, or the shorter side
    is below `min_side_px`, finding nothing is unsure.
    """

    name = "near-hash"
    version = "1"
    needs = Needs.PICTURE

    def __init__(self, known: KnownMaterial | None, *, min_quality: int = 50, min_side_px: int = 64) -> None:
        self._min_quality = min_quality
        self._min_side_px = min_side_px
        self._standing = Standing(known, DISTANCE_BITS)
        self._real = _NearIndex(self._standing.real)
        self._synthetic = _NearIndex(self._standing.synthetic)
        self.revision = revision_of([min_quality, min_side_px, dict(DISTANCE_BITS), *self._standing.revision])

    def judge(self, subject: Subject) -> Verdict:
        picture = None if subject.facts is None else subject.facts.picture
        if picture is None or not picture.views:
            return self.unsure(NearHashReason.NO_VIEWS)
        counting = self._standing.counting(subject.fetched)
        telling = [view for view in picture.views if view.pdq_quality >= self._min_quality]
        match = self._real.nearest(telling)
        if match is None and counting.synthetic:
            match = self._synthetic.nearest(telling)
        if match is not None:
            return self._matched(match)
        if counting.doubt is not None:
            return self.unsure(ListReason.NOT_READY, **counting.doubt)
        if poor := self._poor(picture) or self._vague(picture, synthetic=counting.synthetic):
            return self.unsure(NearHashReason.LOW_QUALITY, **poor)
        return self.clean(**counting.evidence)

    def _vague(self, picture: Picture, *, synthetic: bool) -> dict[str, int]:
        """Return the quality of views too flat to tell much, if one is near an entry all the same; empty if none."""
        views = [view for view in picture.views if not view.pdq_quality >= self._min_quality]
        if self._real.nearest(views) is None and not (synthetic and self._synthetic.nearest(views) is not None):
            return {}
        return {"quality": min(int(view.pdq_quality) for view in views), "needed": self._min_quality}

    def _matched(self, match: NearMatch) -> Verdict:
        return self.refused(
            NearHashReason.NEAR_LIST,
            list=f"{match.entry.list}@{match.entry.number}",
            entry=match.entry.entry,
            type=match.entry.type,
            category=match.entry.category,
            distance_bits=match.distance_bits,
            needed=match.needed,
        )

    def _poor(self, picture: Picture) -> dict[str, int]:
        """Return the number that says that hashes of this picture mean little, and what was needed; empty if none."""
        if not any(view.pdq_quality >= self._min_quality for view in picture.views):
            return {"quality": max(int(view.pdq_quality) for view in picture.views), "needed": self._min_quality}
        sides_px = (picture.width_px, picture.height_px)
        if not all(side_px >= self._min_side_px for side_px in sides_px):
            return {"side_px": min(map(int, sides_px)), "needed": self._min_side_px}
        return {}


class _NearIndex:
    def __init__(self, hashes: Iterable[KnownHash]) -> None:
        by_type: dict[str, list[KnownHash]] = {}
        for each in hashes:
            if each.type in DISTANCE_BITS:
                by_type.setdefault(each.type, []).append(each)
        self._entries = by_type
        self._indexes = {
            name: HammingIndex([bytes.fromhex(each.value) for each in entries]) for name, entries in by_type.items()
        }
        self._farthest = {name: max(map(_needed, entries)) for name, entries in by_type.items()}

    def nearest(self, views: Sequence[View]) -> NearMatch | None:
        found = (
            match for name in self._indexes for query in _queries(name, views) for match in self._near(name, query)
        )
        return min(found, key=lambda match: (match.distance_bits, match.entry.entry), default=None)

    def _near(self, name: str, query: str) -> Iterator[NearMatch]:
        for position, distance_bits in self._indexes[name].within(bytes.fromhex(query), self._farthest[name]):
            entry = self._entries[name][position]
            if distance_bits <= _needed(entry):
                yield NearMatch(entry=entry, distance_bits=distance_bits, needed=_needed(entry))


def _queries(name: str, views: Sequence[View]) -> Iterable[str]:
    """Return each distinct hash once: orientations of a symmetric picture are often the same."""
    if name == "phash16":
        return dict.fromkeys(view.phash16 for view in views)
    return dict.fromkeys(each for view in views for each in (view.pdq, *view.orientations))


def _needed(entry: KnownHash) -> int:
    return DISTANCE_BITS[entry.type] if entry.distance_bits is None else entry.distance_bits
