from dataclasses import FrozenInstanceError

import pytest

from filters.verdict import Outcome, Verdict


def verdict(outcome: Outcome = Outcome.CLEAN, reason: str | None = None) -> Verdict:
    return Verdict(outcome=outcome, filter="alt-text", filter_version="1", revision="0f" * 16, reason=reason)


@pytest.mark.parametrize("given", [verdict(), verdict(Outcome.REFUSED, "alt.missing")])
def test_verdict_has_no_truth_value(given: Verdict) -> None:
    with pytest.raises(TypeError, match="compare its outcome"):
        bool(given)
    with pytest.raises(TypeError):
        all([given])


@pytest.mark.parametrize(
    ("outcome", "reason"), [(Outcome.CLEAN, "alt.missing"), (Outcome.REFUSED, None), (Outcome.UNSURE, None)]
)
def test_verdict_has_a_reason_exactly_when_it_is_not_clean(outcome: Outcome, reason: str | None) -> None:
    with pytest.raises(ValueError, match="exactly when it is not clean"):
        verdict(outcome, reason)


def test_verdict_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        verdict().outcome = Outcome.REFUSED  # type: ignore[misc]  # what must not work


def test_there_are_three_outcomes() -> None:
    assert [each.value for each in Outcome] == ["clean", "refused", "unsure"]
