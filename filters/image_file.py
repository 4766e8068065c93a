"""Refuse pictures that could not be decoded whole."""

from filters.decision import Filter, Needs, Subject
from filters.facts import Flaw
from filters.reason import Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class ImageFileReason(Reason):
    FORMAT = "image.format", Outcome.REFUSED, "not a format that is read: JPEG, PNG, WebP, GIF, AVIF, BMP, TIFF"
    UNDECODABLE = "image.undecodable", Outcome.REFUSED, "of a known format, but the decoder cannot read it"
    TRUNCATED = "image.truncated", Outcome.REFUSED, "the file ends before the picture does"
    BOMB = "image.bomb", Outcome.REFUSED, "it would unpack to more pixels than are ever decoded"
    TOO_MANY_FRAMES = "image.too-many-frames", Outcome.REFUSED, "more frames than are looked at: some would go unseen"
    INSPECTION_CRASHED = "inspection.crashed", Outcome.UNSURE, "the process that measured it died"
    INSPECTION_TOO_SLOW = "inspection.too-slow", Outcome.UNSURE, "measuring it took longer than the limit"
    NOT_INSPECTED = "image.not-inspected", Outcome.UNSURE, "nobody has tried to decode it"


_OF_FLAW = {flaw: reason for flaw in Flaw for reason in ImageFileReason if flaw.value == reason.value}


class ImageFile(Filter):
    """Refuse a picture whose file is of a foreign format, cut off, broken, or too big to be looked at whole.

    Example: the first half of a JPEG (`image.truncated`), a 20,000 x 20,000 PNG of 48 kB (`image.bomb`).
    Near miss: an animation of exactly as many frames as are looked at.
    Evidence: `size_bytes`; of too many frames also `frames` (if they were counted) and `needed` (at most so many).

    Bytes after the end of the picture are left to image-shape, so that near-hash is asked about such a picture first.
    """

    name = "image-file"
    version = "1"
    needs = Needs.PICTURE

    def __init__(self, *, max_frames: int = 64) -> None:
        self._max_frames = max_frames
        self.revision = revision_of({"max_frames": max_frames})

    def judge(self, subject: Subject) -> Verdict:
        facts = subject.facts
        if facts is None:
            return self.unsure(ImageFileReason.NOT_INSPECTED)
        size_bytes = facts.digests.size_bytes
        if facts.flaw is not None and facts.flaw is not Flaw.TRAILING_DATA:
            return self._flawed(_OF_FLAW[facts.flaw], size_bytes)
        if facts.picture is None:
            return self.unsure(ImageFileReason.NOT_INSPECTED, size_bytes=size_bytes)
        if not 1 <= facts.picture.frames <= self._max_frames:
            return self._flawed(ImageFileReason.TOO_MANY_FRAMES, size_bytes, facts.picture.frames)
        return self.clean(size_bytes=size_bytes)

    def _flawed(self, reason: ImageFileReason, size_bytes: int, frames: int | None = None) -> Verdict:
        if reason is ImageFileReason.TOO_MANY_FRAMES:
            return self.refused(reason, size_bytes=size_bytes, frames=frames, needed=self._max_frames)
        say = self.refused if reason.outcome is Outcome.REFUSED else self.unsure
        return say(reason, size_bytes=size_bytes)
