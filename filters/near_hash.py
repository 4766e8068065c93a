"""Refuse pictures that look like known material."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from filters.decision import Filter, Needs, Subject
from filters.facts import Picture, View
from filters.indexes.known import NEAR_TYPES
from filters.indexes.known_list import KnownList, NearMatch
from filters.indexes.known_material import KnownMaterial
from filters.indexes.list_policy import DISTANCE_BITS
from filters.indexes.standing import Standing
from filters.reason import ListReason, Reason, SuspectReason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict

_Match: TypeAlias = tuple[KnownList, NearMatch]


class NearHashReason(Reason):
    NEAR_LIST = "hash.near-list", Outcome.REFUSED, "the picture looks like known material"
    LOW_QUALITY = "hash.low-quality", Outcome.UNSURE, "too flat or too small for a perceptual hash to mean anything"
    NO_VIEWS = "hash.no-views", Outcome.UNSURE, "the picture was not decoded, so nobody knows what it looks like"


class NearHash(Filter):
    """Refuse a picture if a perceptual hash of any view of it is near an entry of a list of known material.

    Example: a listed picture re-encoded, resized, made grey, turned by 90 degrees, inverted, or hidden in the second
    frame.
    Near miss: a picture 32 bits away from an entry that allows 31.
    Evidence: as exact-hash, with `distance_bits` and `needed` (at most so many) of a match; of low quality the
    `quality` of the best view or `side_px`, whichever is too low, and `needed`.

    PDQ and pHash-16 are 256 bits. A distance belongs to the entry, or to the policy of its list; without one it is 31.
    Entries that only suspect are `hash.suspect`, as in exact-hash; what exact-hash suspects is shown to this filter all
    the same, and is a match if a confirmed entry is near. Views whose PDQ quality
    (0-100) is below `min_quality` never refuse: one near an entry is unsure. If no other is left, or the shorter side
    is below `min_side_px`, finding nothing is unsure.
    """

    name = "near-hash"
    version = "2"
    needs = Needs.PICTURE
    confirms = True

    def __init__(self, known: KnownMaterial | None, *, min_quality: int = 50, min_side_px: int = 64) -> None:
        self._min_quality = min_quality
        self._min_side_px = min_side_px
        self._standing = Standing(known, NEAR_TYPES)
        self.revision = revision_of([min_quality, min_side_px, dict(DISTANCE_BITS), *self._standing.revision])

    def judge(self, subject: Subject) -> Verdict:
        picture = None if subject.facts is None else subject.facts.picture
        if picture is None or not picture.views:
            return self.unsure(NearHashReason.NO_VIEWS)
        counting = self._standing.counting(subject.fetched)
        telling = [view for view in picture.views if view.pdq_quality >= self._min_quality]
        match = _nearest(self._standing.real, telling)
        if match is None and counting.synthetic:
            match = _nearest(self._standing.synthetic, telling)
        if match is not None:
            return self._matched(*match)
        if counting.doubt is not None:
            return self.unsure(ListReason.NOT_READY, **counting.doubt)
        if poor := self._poor(picture) or self._vague(picture, synthetic=counting.synthetic):
            return self.unsure(NearHashReason.LOW_QUALITY, **poor)
        return self.clean(**counting.evidence)

    def _vague(self, picture: Picture, *, synthetic: bool) -> dict[str, int]:
        """Return the quality of views too flat to tell much, if one is near an entry all the same; empty if none."""
        views = [view for view in picture.views if not view.pdq_quality >= self._min_quality]
        lists = (*self._standing.real, *(self._standing.synthetic if synthetic else ()))
        if _nearest(lists, views) is None:
            return {}
        return {"quality": min(int(view.pdq_quality) for view in views), "needed": self._min_quality}

    def _matched(self, listed: KnownList, match: NearMatch) -> Verdict:
        return self.refused(
            SuspectReason.SUSPECT if listed.suspects(match.entry) else NearHashReason.NEAR_LIST,
            list=listed.label,
            entry=match.entry.entry,
            type=match.entry.type,
            category=match.entry.category,
            severity=match.entry.severity,
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


def _nearest(lists: Iterable[KnownList], views: Sequence[View]) -> _Match | None:
    """Return what is confirmed before what is suspected, and the nearest first."""
    found = ((each, match) for each in lists for match in _near(each, views))
    return min(found, key=_order, default=None)


def _near(listed: KnownList, views: Sequence[View]) -> Iterator[NearMatch]:
    for hash_type in listed.near:
        for query in _queries(hash_type, views):
            yield from listed.near_to(hash_type, query)


def _order(match: _Match) -> tuple[bool, int, int]:
    listed, found = match
    return listed.suspects(found.entry), found.distance_bits, found.entry.entry


def _queries(hash_type: str, views: Sequence[View]) -> Iterable[bytes]:
    """Return each distinct hash once, and its complement: of an inverted picture, every bit is the other one."""
    if hash_type == "phash16":
        asked = (view.phash16 for view in views)
    else:
        asked = (each for view in views for each in (view.pdq, *view.orientations))
    distinct = [bytes.fromhex(each) for each in dict.fromkeys(asked)]
    return dict.fromkeys((*distinct, *(bytes(255 - byte for byte in each) for each in distinct)))
