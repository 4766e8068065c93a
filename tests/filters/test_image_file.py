import pytest

from filters.facts import Facts, Flaw
from filters.image_file import ImageFile, ImageFileReason
from filters.verdict import Outcome, Verdict
from tests.filters.filter_contract import FilterContract
from tests.filters.subjects import digests, facts, picture, subject


class TestImageFile(FilterContract):
    filter = ImageFile(max_frames=8)
    clean = subject()
    refused = subject(measured=facts(flaw=Flaw.TRUNCATED))
    near_miss = subject(measured=facts(shown=picture(frames=8)))
    unsure = subject(measured=facts(flaw=Flaw.INSPECTION_TOO_SLOW))

    def judge_golden(
        self, *, flaw: str | None = None, frames: int | None = None, inspected: bool = True, size_bytes: int = 62_000
    ) -> Verdict:
        shown = None if frames is None else picture(frames=frames)
        of = facts(shown=shown, flaw=None if flaw is None else Flaw(flaw), size_bytes=size_bytes)
        return self.filter.judge(subject(measured=of if inspected else Facts(digests=of.digests)))


@pytest.mark.parametrize("flaw", [each for each in Flaw if each is not Flaw.TRAILING_DATA])
def test_every_flaw_has_its_own_reason(flaw: Flaw) -> None:
    verdict = ImageFile().judge(subject(measured=facts(flaw=flaw)))
    assert verdict.reason == flaw.value
    assert verdict.outcome is ImageFileReason.__members__[flaw.name].outcome


@pytest.mark.parametrize("flaw", [each for each in Flaw if each is not Flaw.TRAILING_DATA])
def test_flaw_counts_also_if_a_picture_was_seen(flaw: Flaw) -> None:
    assert ImageFile().judge(subject(measured=facts(shown=picture(), flaw=flaw))).reason == flaw.value


def test_bytes_after_the_end_are_left_to_image_shape() -> None:
    seen = subject(measured=facts(shown=picture(), flaw=Flaw.TRAILING_DATA))
    assert ImageFile().judge(seen).outcome is Outcome.CLEAN


def test_bytes_after_the_end_of_what_was_not_decoded_are_unsure() -> None:
    verdict = ImageFile().judge(subject(measured=facts(flaw=Flaw.TRAILING_DATA)))
    assert verdict.reason == "image.not-inspected"


def test_digests_alone_are_unsure() -> None:
    assert ImageFile().judge(subject(measured=Facts(digests=digests()))).reason == "image.not-inspected"


@pytest.mark.parametrize(("frames", "outcome"), [(0, Outcome.REFUSED), (1, Outcome.CLEAN), (3, Outcome.REFUSED)])
def test_stored_facts_are_judged_again_by_a_tighter_number_of_frames(frames: int, outcome: Outcome) -> None:
    seen = subject(measured=facts(shown=picture(frames=frames)))
    verdict = ImageFile(max_frames=2).judge(seen)
    assert verdict.outcome is outcome
    if outcome is Outcome.REFUSED:
        assert dict(verdict.evidence) == {"size_bytes": 62_000, "frames": frames, "needed": 2}


def test_revision_changes_with_the_number_of_frames() -> None:
    assert ImageFile(max_frames=2).revision != ImageFile().revision
