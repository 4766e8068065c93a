import pytest

from filters.decision import Subject, pair_id
from filters.facts import Flaw, View
from filters.indexes.graves import Graves
from filters.verdict import Outcome, Verdict
from filters.withdrawn import Withdrawn
from tests.filters.filter_contract import FilterContract
from tests.filters.graves import NOTHING, graves
from tests.filters.subjects import (
    CAPTION,
    ORIENTATIONS,
    PDQ,
    SHA256,
    candidate,
    facts,
    flipped,
    picture,
    subject,
    unmeasured,
    view,
)

FAR = "3c" * 32


def looks(*views: View) -> Subject:
    return subject(measured=facts(shown=picture(views=views or (view(),))))


def judge(buried: Graves | None, seen: Subject | None = None) -> Verdict:
    return Withdrawn(buried).judge(seen or subject())


class TestWithdrawn(FilterContract):
    filter = Withdrawn(graves(near={flipped(PDQ, 31): 100}))
    clean = looks(view(pdq=FAR))
    refused = looks()
    near_miss = looks(view(pdq=f"{int(PDQ, 16) ^ (1 << 255):064x}"))  # one bit more than the 31 that are allowed
    unsure = unmeasured(subject())

    def judge_golden(
        self,
        *,
        picture: bool = False,
        caption: str = "",
        known: bool = False,
        distance_bits: int = 100,
        quality: int = 100,
        digested: bool = True,
        missing: bool = False,
    ) -> Verdict:
        buried = graves(
            pictures=[SHA256] if picture else (),
            pairs=[pair_id(SHA256, caption)],
            near={flipped(PDQ, distance_bits): quality},
            match=SHA256 if known else "",
        )
        return judge(None if missing else buried, subject() if digested else unmeasured(subject()))


def test_a_withdrawn_pair_keeps_out_no_other_caption_of_its_picture() -> None:
    buried = graves(pairs=[pair_id(SHA256, CAPTION)])
    assert judge(buried).reason == "withdrawn.tombstone"
    assert judge(buried, subject(candidate(text="A heron"))).outcome is Outcome.CLEAN


@pytest.mark.parametrize(
    "pdq",
    [
        *ORIENTATIONS[:2],
        ORIENTATIONS[7],
        *(f"{(1 << 256) - 1 - int(each, 16):064x}" for each in (PDQ, ORIENTATIONS[3])),
    ],
    ids=["as it is turned", "mirrored", "the last orientation", "inverted", "turned and inverted"],
)
def test_a_withdrawn_picture_is_known_again_turned_and_inverted(pdq: str) -> None:
    assert judge(graves(near={pdq: 100})).reason == "withdrawn.near"


def test_a_withdrawn_picture_is_known_again_in_any_view() -> None:
    assert judge(graves(near={PDQ: 100}), looks(view(pdq=FAR), view(name="frame 1"))).reason == "withdrawn.near"


@pytest.mark.parametrize(("buried", "seen"), [(49, 100), (100, 49)])
def test_what_is_too_flat_is_not_compared(buried: int, seen: int) -> None:
    assert judge(graves(near={PDQ: buried}), looks(view(quality=seen))).outcome is Outcome.CLEAN


def test_known_material_is_a_match_before_it_is_anything_else() -> None:
    buried = graves(pictures=[SHA256], near={PDQ: 100}, match=SHA256)
    verdict = judge(buried)
    assert (verdict.reason, dict(verdict.evidence)) == ("hash.withdrawn", {})


def test_a_file_that_nobody_could_decode_is_unsure_but_for_its_digest() -> None:
    flawed = subject(measured=facts(flaw=Flaw.UNDECODABLE))
    assert judge(NOTHING, flawed).reason == "withdrawn.not-measured"
    assert judge(graves(pictures=[SHA256]), flawed).reason == "withdrawn.tombstone"


def test_revision_changes_with_what_was_withdrawn() -> None:
    other = Graves(pictures=(), pairs=(), near=(), matches=NOTHING.matches, revision="beef" * 8)
    assert len({Withdrawn(each).revision for each in (None, NOTHING, other)}) == 3


def test_what_was_withdrawn_is_in_no_repr() -> None:
    buried = graves(pictures=[SHA256], pairs=[pair_id(SHA256, CAPTION)], near={PDQ: 100})
    assert repr(buried) == "<Graves of 1 pictures, 1 pairs>"
    assert repr(buried.near[0]) == "<NearGrave>"
