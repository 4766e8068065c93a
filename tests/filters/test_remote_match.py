from dataclasses import replace
from typing import Any

import pytest

from filters.decision import Subject
from filters.facts import RemoteAnswer, RemoteSays
from filters.lineup import MATCH_REASONS
from filters.remote_match import RemoteMatch
from filters.verdict import Verdict
from tests.filters.filter_contract import FilterContract
from tests.filters.subjects import AT, facts, subject, unmeasured

HMA, ARACHNID = "hma@b.test", "arachnid@a.test"


def answer(matcher: str, says: str) -> RemoteAnswer:
    knows = says in ("match", "suspect")
    return RemoteAnswer(
        matcher=matcher,
        version="1",
        says=RemoteSays(says),
        asked_at=AT,
        label="csam" if knows else None,
        distance_bits=4 if knows else None,
        failure="timeout" if says == "failed" else None,
    )


def answered(*answers: tuple[str, str]) -> Subject:
    return subject(measured=replace(facts(), remote=tuple(answer(*each) for each in answers)))


class TestRemoteMatch(FilterContract):
    filter = RemoteMatch([HMA])
    clean = answered((HMA, "no-match"))
    refused = answered((HMA, "match"))
    near_miss = answered((HMA, "no-match"), (ARACHNID, "failed"))
    unsure = answered((HMA, "failed"))

    def judge_golden(
        self, *, matchers: list[str], answers: list[list[str]] | None = None, measured: bool = True, **_: Any
    ) -> Verdict:
        seen = answered(*((name, says) for name, says in answers)) if answers else subject()
        return RemoteMatch(matchers).judge(seen if measured else unmeasured(seen))


def test_what_no_matcher_was_asked_of_is_clean_only_if_none_is_configured() -> None:
    assert RemoteMatch().judge(subject()).reason is None
    assert RemoteMatch([HMA]).judge(subject()).reason == "remote.not-ready"
    assert RemoteMatch([HMA]).judge(answered()).reason == "remote.not-ready"


@pytest.mark.parametrize("says", list(RemoteSays))
def test_only_no_match_is_clean(says: RemoteSays) -> None:
    assert (RemoteMatch([HMA]).judge(answered((HMA, says))).reason is None) is (says is RemoteSays.NO_MATCH)


@pytest.mark.parametrize(("says", "reason"), [("match", "hash.remote-match"), ("suspect", "hash.suspect")])
def test_what_is_known_is_a_match_whatever_others_say(says: str, reason: str) -> None:
    verdict = RemoteMatch([ARACHNID, HMA]).judge(answered((ARACHNID, "failed"), (HMA, says)))
    assert verdict.reason == reason
    assert reason in MATCH_REASONS


def test_a_match_goes_before_a_suspicion() -> None:
    verdict = RemoteMatch([ARACHNID, HMA]).judge(answered((ARACHNID, "suspect"), (HMA, "match")))
    assert (verdict.reason, verdict.evidence["matcher"]) == ("hash.remote-match", HMA)


def test_revision_is_of_the_set_of_matchers() -> None:
    assert RemoteMatch([HMA, ARACHNID]).revision == RemoteMatch([ARACHNID, HMA]).revision != RemoteMatch([HMA]).revision


def test_repr_of_an_answer_does_not_tell_a_match() -> None:
    assert len({repr(answer(HMA, says)) for says in RemoteSays}) == 1
