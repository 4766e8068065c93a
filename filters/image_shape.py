"""Refuse pictures that are too small, too large or too long, or carry what is not of the picture and cannot go."""

import math
from collections.abc import Iterator

from filters.decision import Filter, Needs, Subject
from filters.facts import Flaw, Picture
from filters.reason import Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class ImageShapeReason(Reason):
    TRAILING_DATA = "image.trailing-data", Outcome.REFUSED, "bytes follow the end of the picture"
    PRIVATE_METADATA = "image.private-metadata", Outcome.REFUSED, "private metadata cannot be taken out of the file"
    TOO_SMALL = "image.too-small", Outcome.REFUSED, "the shorter side or the file is below the least size"
    TOO_LARGE = "image.too-large", Outcome.REFUSED, "the file or its number of pixels is above the greatest size"
    ASPECT = "image.aspect", Outcome.REFUSED, "the longer side is too many times the shorter one"
    NOT_MEASURED = "image.not-measured", Outcome.UNSURE, "its size is not known"


class ImageShape(Filter):
    """Refuse a picture by its measures: shorter side, bytes, pixels, aspect; and for bytes after its end.

    It refuses also what private metadata was to be taken out of, if that cannot be done without harm to the picture:
    `failure` says in which part of the file they lie.

    Example: 199 x 800 pixels with a least side of 200; a banner of 900 x 200 with a greatest aspect of 3.
    Near miss: 600 x 200 pixels and 5,000 bytes, where each measure is exactly on its threshold.
    Evidence: what was measured (`side_px`, `size_bytes`, `pixels` or `aspect`) and `needed`, the threshold.

    Sides are those shown, after the EXIF orientation; aspect is longer side / shorter side. A measure that is no number
    is unsure.
    """

    name = "image-shape"
    version = "2"
    needs = Needs.PICTURE

    def __init__(
        self,
        *,
        min_side_px: int = 200,
        max_aspect: float = 3.0,
        min_bytes: int = 5_000,
        max_bytes: int = 20_000_000,
        max_pixels: int = 40_000_000,
    ) -> None:
        self._min_side_px = min_side_px
        self._max_aspect = max_aspect
        self._min_bytes = min_bytes
        self._max_bytes = max_bytes
        self._max_pixels = max_pixels
        self.revision = revision_of([min_side_px, max_aspect, min_bytes, max_bytes, max_pixels])

    def judge(self, subject: Subject) -> Verdict:
        facts = subject.facts
        if facts is None or facts.picture is None or facts.flaw not in (None, Flaw.TRAILING_DATA):
            return self.unsure(ImageShapeReason.NOT_MEASURED)
        if facts.flaw is Flaw.TRAILING_DATA:
            return self.refused(ImageShapeReason.TRAILING_DATA, size_bytes=facts.digests.size_bytes)
        if facts.stored is not None and facts.stored.sha256 is None:
            return self.refused(ImageShapeReason.PRIVATE_METADATA, failure=facts.stored.failure)
        for measure, value, least, greatest in self._measures(facts.picture, facts.digests.size_bytes):
            if not math.isfinite(value):
                return self.unsure(ImageShapeReason.NOT_MEASURED)
            if value < least:
                return self.refused(ImageShapeReason.TOO_SMALL, **{measure: value, "needed": least})
            if value > greatest:
                reason = ImageShapeReason.ASPECT if measure == "aspect" else ImageShapeReason.TOO_LARGE
                return self.refused(reason, **{measure: value, "needed": greatest})
        return self.clean()

    def _measures(self, picture: Picture, size_bytes: int) -> Iterator[tuple[str, float, float, float]]:
        """Yield name, value, least and greatest of each measure; aspect is asked only of a side of 1 px or more."""
        shorter_px, longer_px = sorted((picture.width_px, picture.height_px))
        yield "side_px", shorter_px, max(1, self._min_side_px), math.inf
        yield "size_bytes", size_bytes, self._min_bytes, self._max_bytes
        yield "pixels", shorter_px * longer_px, 1, self._max_pixels
        yield "aspect", longer_px / shorter_px, 1, self._max_aspect
