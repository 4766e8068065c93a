from dataclasses import replace

import pytest

from filters.decision import Lineup, Subject
from filters.facts import RemoteAnswer, RemoteSays
from filters.remote_match import RemoteMatch
from storage.rescan_judging import Judges
from storage.rescan_subjects import HeldPair
from tests.filters.subjects import AT, SHA256, facts, picture, subject


def _held(*answers: RemoteAnswer) -> HeldPair:
    measured = replace(facts(shown=picture()), remote=answers or None)
    shown: Subject = replace(subject(), facts=measured)
    return HeldPair(pair_id="5e" * 16, sha256=SHA256, state="kept", epoch=1, subject=shown, verdicts=(), settings={})


def _answer(says: RemoteSays) -> RemoteAnswer:
    return RemoteAnswer(matcher="hma@hma.example", version="1", says=says, asked_at=AT)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ((), None),
        ((_answer(RemoteSays.NO_MATCH),), None),
        ((_answer(RemoteSays.MATCH),), "hash.remote-match"),
        ((_answer(RemoteSays.SUSPECT),), "hash.suspect"),
    ],
    ids=["nobody was asked then", "no match", "a match", "a suspicion"],
)
def test_a_rescan_judges_the_answers_that_were_kept_and_misses_none(
    answers: tuple[RemoteAnswer, ...], reason: str | None
) -> None:
    judges = Judges.of(Lineup(filters=(RemoteMatch(("hma@hma.example", "arachnid@new.example")),), epoch=7))
    decisive = judges.decision(_held(*answers)).decisive
    assert (None if decisive is None else decisive.reason) == reason


def test_another_set_of_matchers_is_no_reason_to_judge_again() -> None:
    before, now = (Judges.of(Lineup(filters=(RemoteMatch(names),), epoch=1)) for names in ((), ("hma@hma.example",)))
    assert before.revisions == now.revisions == {}
