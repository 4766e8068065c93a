"""A shadow asks about ordinary refusals only, asks nobody who compares with known material, and needs nothing new."""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

import pytest

from crawler.shadows import Shadow, Shadows, cast, is_ordinary, share_of, wants_scores
from filters.decision import Decision, Filter, Lineup, Needs, Subject
from filters.facts import Facts, Flaw, Score
from filters.lineup import MATCH_REASONS
from filters.verdict import Outcome, Verdict
from storage.keys import KeyRing
from tests.filters import subjects
from tests.storage.records import opened


class _Reason(StrEnum):
    """Not one of the program's: those are found by whoever lists every reason there is."""

    NO = "made-up.no"
    PERHAPS = "made-up.perhaps"
    NOBODY = "made-up.not-ready"
    MINOR = "safety.minor"


_REFUSES = (_Reason.NO, _Reason.MINOR)


def saying(filter_: str, asks: Needs, reason: _Reason | None, log: list[str] | None = None) -> Filter:
    """Make a filter that always says the same."""

    class Saying(Filter):
        name: ClassVar[str] = filter_
        version = "1"
        needs = asks
        revision = "r1"

        def judge(self, subject: Subject) -> Verdict:
            if log is not None:
                log.append(self.name)
            if reason is None:
                return self.clean()
            return self.refused(reason) if reason in _REFUSES else self.unsure(reason)

    return Saying()


def broken(filter_: str) -> Filter:
    class Broken(Filter):
        name: ClassVar[str] = filter_
        version = "1"
        needs = Needs.ADDRESS
        revision = "r1"

        def judge(self, subject: Subject) -> Verdict:
            raise LookupError

    return Broken()


def refused(name: str = "first", reason: str = "made-up.no", outcome: Outcome = Outcome.REFUSED) -> Decision:
    verdict = Verdict(outcome=outcome, filter=name, filter_version="1", revision="r1", reason=reason)
    return Decision(verdicts=(verdict,), lineup=(name,), epoch=1)


def lineup(*later: Filter) -> Lineup:
    before = saying("before", Needs.ADDRESS, _Reason.NO)
    return Lineup(filters=(before, saying("first", Needs.ADDRESS, _Reason.NO), *later), epoch=1)


BARE = Subject(candidate=subjects.candidate())
DECODED = subjects.subject(measured=replace(subjects.facts(), safety=None, fit=None))
SCORED = subjects.subject(
    measured=replace(subjects.facts(), safety=(Score(model="calm", revision="r1", value=0.1),), fit=())
)
DIGESTED = subjects.subject(measured=Facts(digests=subjects.digests(), flaw=Flaw.UNDECODABLE))


@pytest.mark.parametrize(
    ("shown", "asked"),
    [
        (BARE, ["address"]),
        (DIGESTED, ["address", "digests"]),
        (DECODED, ["address", "digests", "picture"]),
        (SCORED, ["address", "digests", "picture", "models"]),
    ],
    ids=["page only", "not decoded", "decoded", "scored"],
)
def test_only_what_is_at_hand_is_asked_for(shown: Subject, asked: list[str]) -> None:
    later = [saying(each.name.lower(), each, _Reason.NO) for each in Needs]
    assert cast(lineup(*later), shown, refused()) == Shadow(others=tuple(asked))


def test_each_later_filter_is_asked_whatever_the_others_say_and_no_earlier_one() -> None:
    log: list[str] = []
    later = [
        saying("a", Needs.ADDRESS, _Reason.NO, log),
        saying("b", Needs.ADDRESS, None, log),
        saying("c", Needs.PICTURE, _Reason.PERHAPS, log),
    ]
    assert cast(lineup(*later), DECODED, refused()) == Shadow(others=("a", "c"))
    assert log == ["a", "b", "c"]


@pytest.mark.parametrize("name", ["exact-hash", "near-hash", "withdrawn", "remote-match"])
def test_nobody_is_asked_who_compares_with_known_material(name: str) -> None:
    log: list[str] = []
    later = (saying(name, Needs.ADDRESS, _Reason.NO, log), saying("b", Needs.ADDRESS, None, log))
    assert cast(lineup(*later), SCORED, refused()) == Shadow()
    assert log == ["b"]


@pytest.mark.parametrize("say", [lambda: broken("a"), lambda: saying("a", Needs.ADDRESS, _Reason.NOBODY)])
def test_what_says_something_of_us_is_not_counted(say: Callable[[], Filter]) -> None:
    assert cast(lineup(say()), BARE, refused()) is None
    assert cast(lineup(say(), saying("b", Needs.ADDRESS, None)), BARE, refused()) == Shadow()


def test_where_nobody_can_be_asked_nothing_is_counted() -> None:
    assert cast(lineup(saying("a", Needs.PICTURE, _Reason.NO)), BARE, refused()) is None
    assert cast(lineup(), SCORED, refused()) is None
    assert cast(lineup(saying("a", Needs.ADDRESS, None)), BARE, refused("no filter of the lineup")) is None


def test_what_would_be_a_match_is_handed_back() -> None:
    found = cast(lineup(saying("safety", Needs.MODELS, _Reason.MINOR)), SCORED, refused())
    assert found is not None
    assert found.match is not None
    assert found.match.reason in MATCH_REASONS


@pytest.mark.parametrize(
    ("shown", "later", "wanted"),
    [
        (DECODED, saying("a", Needs.MODELS, None), True),
        (DECODED, saying("a", Needs.PICTURE, None), False),
        (DIGESTED, saying("a", Needs.MODELS, None), False),
        (BARE, saying("a", Needs.MODELS, None), False),
    ],
)
def test_models_are_asked_about_pictures_that_were_decoded(shown: Subject, later: Filter, wanted: bool) -> None:
    assert wants_scores(lineup(later), shown, refused()) is wanted


@pytest.mark.parametrize(
    ("decision", "ordinary"),
    [
        (refused("alt-text", "alt.too-short"), True),
        (refused("image-shape", "image.too-small"), True),
        (refused("duplicates", "duplicate.pair"), True),
        (refused("consistency", "caption.mismatch"), True),
        (refused("consistency", "caption.not-measured", Outcome.UNSURE), False),
        (refused("exact-hash", "hash.on-list"), False),
        (refused("near-hash", "hash.suspect"), False),
        (refused("remote-match", "hash.remote-match"), False),
        (refused("safety", "safety.nsfw"), False),
        (refused("caption-safety", "safety.term"), False),
        (refused("made-up", "safety.of-another-filter"), False),
        (refused("made-up", "hash.of-another-filter"), False),
        (refused("made-up", "consent.of-another-filter"), False),
        (refused("made-up", "domain.of-another-filter"), False),
        (refused("made-up", "page.incident"), False),
        (refused("made-up", "source.of-another-filter"), False),
        (refused("made-up", "withdrawn.of-another-filter"), False),
        (refused("consent", "consent.robots"), False),
        (refused("domain-blocklist", "domain.blocked"), False),
        (refused("network-gate", "network.private"), False),
        (refused("vetted-source", "source.not-vetted"), False),
        (refused("withdrawn", "withdrawn.tombstone"), False),
        (Decision(verdicts=(), lineup=(), epoch=1), False),
    ],
)
def test_only_ordinary_refusals_are_sampled(decision: Decision, ordinary: bool, keys: KeyRing) -> None:
    assert is_ordinary(decision) is ordinary
    assert Shadows(keys, 1.0).samples(subjects.candidate(), decision) is ordinary


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    folder: Path = tmp_path_factory.mktemp("keys")
    with opened(folder) as records:
        return records.keys


def test_the_same_are_sampled_again_and_about_as_many_as_were_asked_for(keys: KeyRing) -> None:
    found = [subjects.candidate(image_url=f"https://pictures.test/{number}.jpg") for number in range(4000)]
    sampled = [Shadows(keys, 0.1).samples(each, refused()) for each in found]
    assert sampled == [Shadows(keys, 0.1).samples(each, refused()) for each in found]
    assert 280 < sum(sampled) < 520  # six standard deviations
    fewer = [Shadows(keys, 0.05).samples(each, refused()) for each in found]
    assert all(one or not other for one, other in zip(sampled, fewer, strict=True))


@pytest.mark.parametrize("share", [0.0, -1.0])
def test_with_no_share_none_is_sampled(keys: KeyRing, share: float) -> None:
    assert not Shadows(keys, share).samples(subjects.candidate(), refused())


@pytest.mark.parametrize(("setting", "share"), [("0", 0.0), ("0.01", 0.01), (1, 1.0), (0.5, 0.5)])
def test_a_share_is_a_number_from_0_to_1(setting: object, share: float) -> None:
    assert share_of(setting) == share


@pytest.mark.parametrize("setting", ["", "a lot", "nan", "inf", "-0.1", "1.01", None, True])
def test_what_is_no_share_is_refused_at_the_start(setting: object) -> None:
    with pytest.raises(ValueError, match="SHADOW_SHARE must be a number from 0 to 1"):
        share_of(setting)
