from dataclasses import FrozenInstanceError, dataclass, replace
from typing import Any

import pytest

from filters.decision import (
    FLOOR,
    CleanPair,
    Decision,
    Filter,
    Lineup,
    Needs,
    NotClean,
    Subject,
    decide,
    pair_id,
)
from filters.facts import StoredBytes
from filters.reason import ListReason, SuspectReason
from filters.verdict import Outcome, Verdict
from tests.filters.subjects import CAPTION, IMAGE_URL, PAGE_URL, SHA256, candidate, facts, fetched, subject

CLEAN = object()


class Answering(Filter):
    """Gives the answer it was made with, or raises it."""

    version = "1"
    revision = "0f" * 16
    needs = Needs.PICTURE

    def __init__(self, name: str, answer: Any = CLEAN, needs: Needs = Needs.PICTURE) -> None:
        self.name = name  # type: ignore[misc]  # one class plays every filter here
        self.needs = needs  # type: ignore[misc]  # a class variable, set for each stand-in
        self.answer = answer
        self.asked = 0

    def judge(self, subject: Subject) -> Verdict:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.clean() if self.answer is CLEAN else self.answer


def lineup(*filters: Filter) -> Lineup:
    return Lineup(filters=filters or floor(), epoch=3)


def floor() -> tuple[Answering, ...]:
    return tuple(Answering(name) for name in FLOOR)


def clean_pair(decision: Decision) -> CleanPair:
    return CleanPair(candidate=candidate(), fetched=fetched(), facts=facts(), decision=decision)


def unsure(name: str) -> Verdict:
    return Answering(name).unsure(ListReason.NOT_READY)


ACCEPTING = decide(lineup(), subject())


def test_decision_is_accepting_if_every_filter_was_asked_and_is_clean() -> None:
    assert ACCEPTING.accepting
    assert ACCEPTING.decisive is None
    assert ACCEPTING.epoch == 3
    assert clean_pair(ACCEPTING).pair_id == pair_id(SHA256, CAPTION)


def test_decision_has_no_truth_value() -> None:
    with pytest.raises(TypeError, match="accepting"):
        bool(ACCEPTING)


def test_nobody_asked_is_not_accepted() -> None:
    nobody = decide(Lineup(filters=(), epoch=3), subject())
    assert nobody.verdicts == ()
    assert not nobody.accepting


@pytest.mark.parametrize("missing", FLOOR)
def test_lineup_without_one_of_the_floor_accepts_nothing(missing: str) -> None:
    rest = tuple(each for each in floor() if each.name != missing)
    decision = decide(lineup(*rest, Answering("alt-text")), subject())
    assert decision.decisive is None
    assert not decision.accepting


@pytest.mark.parametrize(
    "changed",
    [
        replace(ACCEPTING, verdicts=()),
        replace(ACCEPTING, verdicts=ACCEPTING.verdicts[:-1]),
        replace(ACCEPTING, verdicts=ACCEPTING.verdicts[::-1]),
        replace(ACCEPTING, verdicts=ACCEPTING.verdicts * 2),
        replace(ACCEPTING, lineup=()),
        replace(ACCEPTING, lineup=(*ACCEPTING.lineup, "alt-text")),
        replace(ACCEPTING, verdicts=(*ACCEPTING.verdicts[:-1], unsure(FLOOR[-1]))),
    ],
)
def test_clean_pair_cannot_be_built_from_less_than_the_full_lineup(changed: Decision) -> None:
    assert not changed.accepting
    with pytest.raises(NotClean):
        clean_pair(changed)


def test_clean_pair_cannot_be_built_of_a_picture_that_private_metadata_stays_in() -> None:
    pair = clean_pair(ACCEPTING)
    stored = StoredBytes(sha256=None, size_bytes=1, failure="boxes")
    with pytest.raises(NotClean, match="private metadata"):
        replace(pair, facts=replace(pair.facts, stored=stored))


def test_clean_pair_cannot_be_made_of_another_decision_later() -> None:
    pair = clean_pair(ACCEPTING)
    with pytest.raises(NotClean):
        replace(pair, decision=replace(ACCEPTING, verdicts=()))
    with pytest.raises(FrozenInstanceError):
        pair.decision = replace(ACCEPTING, verdicts=())  # type: ignore[misc]  # what must not work


def test_filters_are_asked_in_order_up_to_the_first_that_is_not_clean() -> None:
    first, second, third = Answering("a"), Answering("b", unsure("b")), Answering("c")
    decision = decide(lineup(first, second, third), subject())
    assert [each.filter for each in decision.verdicts] == ["a", "b"]
    assert decision.decisive is decision.verdicts[-1]
    assert (first.asked, second.asked, third.asked) == (1, 1, 0)


def test_filters_that_need_more_are_not_asked_yet() -> None:
    cheap, dear = Answering("a", needs=Needs.ADDRESS), Answering("b", needs=Needs.DIGESTS)
    decision = decide(lineup(cheap, dear), Subject(candidate=candidate()), Needs.ADDRESS)
    assert [each.filter for each in decision.verdicts] == ["a"]
    assert decision.lineup == ("a", "b")


@pytest.mark.parametrize(
    "error", [ValueError("secret " + IMAGE_URL), RecursionError(), MemoryError(), AssertionError()]
)
def test_crash_becomes_unsure_and_tells_nothing_but_its_type(error: Exception) -> None:
    [verdict] = decide(lineup(Answering("a", error)), subject()).verdicts
    assert (verdict.outcome, verdict.reason, verdict.filter) == (Outcome.UNSURE, "filter.crashed", "a")
    assert dict(verdict.evidence) == {"error": type(error).__name__}


@dataclass(frozen=True)
class LooksClean:
    outcome: Outcome = Outcome.CLEAN
    filter: str = "a"


class Derived(Verdict):
    """A verdict of somebody else's making."""


def derived() -> Verdict:
    return Derived(outcome=Outcome.CLEAN, filter="a", filter_version="1", revision="0f" * 16)


@pytest.mark.parametrize(
    "answer",
    [True, False, None, (True, "reason"), ("False", "reason"), Outcome.CLEAN, "CLEAN", 1, [], LooksClean(), derived()],
    ids=repr,
)
def test_answer_that_is_no_verdict_becomes_unsure(answer: object) -> None:
    decision = decide(lineup(Answering("a", answer), *floor()), subject())
    assert [each.reason for each in decision.verdicts] == ["filter.crashed"]
    assert not decision.accepting


def test_verdict_in_another_filters_name_becomes_unsure() -> None:
    [verdict] = decide(lineup(Answering("a", Answering("b").clean())), subject()).verdicts
    assert (verdict.filter, verdict.reason) == ("a", "filter.crashed")


def test_stopping_the_program_is_not_taken_for_a_crash() -> None:
    class Stopped(Answering):
        def judge(self, subject: Subject) -> Verdict:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        decide(lineup(Stopped("a")), subject())


def test_pair_is_named_by_picture_and_caption() -> None:
    assert pair_id(SHA256, CAPTION) == pair_id(SHA256, CAPTION)
    assert len({pair_id(SHA256, CAPTION), pair_id("00" * 32, CAPTION), pair_id(SHA256, "x"), pair_id(SHA256, "")}) == 4
    assert len(bytes.fromhex(pair_id(SHA256, CAPTION))) == 16


def test_repr_of_a_pair_tells_neither_address_nor_caption() -> None:
    shown = repr(clean_pair(ACCEPTING))
    assert not [each for each in (IMAGE_URL, PAGE_URL, CAPTION, SHA256) if each in shown]


def test_error_of_a_pair_that_is_not_clean_tells_nothing_of_it() -> None:
    with pytest.raises(NotClean) as caught:
        clean_pair(replace(ACCEPTING, verdicts=()))
    assert IMAGE_URL not in str(caught.value)


class Confirming(Answering):
    confirms = True


def suspected(name: str) -> Verdict:
    return Answering(name).refused(SuspectReason.SUSPECT)


@pytest.mark.parametrize(
    ("later", "decisive"),
    [
        (Confirming("b", Answering("b").refused(ListReason.NOT_READY)), "b"),
        (Confirming("b", suspected("b")), "a"),
        (Confirming("b", unsure("b")), "a"),
        (Confirming("b", RuntimeError()), "a"),
        (Confirming("b"), "a"),
        (Answering("b", Answering("b").refused(ListReason.NOT_READY)), "a"),
    ],
)
def test_what_is_suspected_is_shown_to_those_that_can_confirm_it(later: Answering, decisive: str) -> None:
    between = Answering("between", unsure("between"))
    decision = decide(lineup(Answering("a", suspected("a")), between, later, Confirming("c", unsure("c"))), subject())
    assert decision.decisive is not None
    assert (decision.decisive.filter, decision.suspects, decision.accepting) == (decisive, decisive == "a", False)
    assert decision.verdicts[0].filter == "a"
    assert between.asked == 0


def staged(*answers: Any) -> tuple[Answering, ...]:
    """Return filters that need more and more."""
    return tuple(
        Answering(f"filter-{number}", answer, needs)
        for number, (answer, needs) in enumerate(zip(answers, Needs, strict=False))
    )


def test_filters_that_have_answered_are_not_asked_again_when_more_is_known() -> None:
    filters = staged(CLEAN, CLEAN, CLEAN, CLEAN)
    so_far = decide(lineup(*filters), subject(), Needs.DIGESTS)
    assert decide(lineup(*filters), subject(), so_far=so_far) == decide(lineup(*filters), subject())
    assert [each.asked for each in filters] == [2, 2, 2, 2]


def test_what_was_not_clean_stays_so_and_nobody_else_is_asked() -> None:
    first, second = staged(unsure("filter-0"), CLEAN)
    so_far = decide(lineup(first, second), subject(), Needs.ADDRESS)
    assert decide(lineup(first, second), subject(), so_far=so_far) == so_far
    assert (first.asked, second.asked) == (1, 0)


@pytest.mark.parametrize("changed", [{"epoch": 4}, {"lineup": ("filter-0", "filter-9")}])
def test_another_lineup_is_asked_from_its_beginning(changed: dict[str, Any]) -> None:
    filters = staged(CLEAN, CLEAN)
    so_far = replace(decide(lineup(*filters), subject(), Needs.ADDRESS), **changed)
    assert len(decide(lineup(*filters), subject(), so_far=so_far).verdicts) == 2
    assert filters[0].asked == 2


def test_a_suspicion_is_looked_into_again_with_more_facts() -> None:
    first, second = staged(Answering("filter-0").refused(SuspectReason.SUSPECT), CLEAN)
    so_far = decide(lineup(first, second), subject(), Needs.ADDRESS)
    assert decide(lineup(first, second), subject(), so_far=so_far) == so_far
    assert first.asked == 2
