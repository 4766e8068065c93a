from dataclasses import replace
from datetime import UTC, datetime

import pytest

from console.story import _WITHOUT, _scores, _signals, _stored_without
from filters.facts import Private, Score, StoredBytes
from filters.signals.signal import Protocol, Saying, Says, Scope, Signal

AT = datetime(2026, 11, 23, 2, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("protocol", "says", "found_in", "told"),
    [
        (Protocol.ROBOTS, Says.UNKNOWN, "robots.txt", 'the page host lets it be fetched: robots.txt, "words"'),
        (Protocol.ROBOTS, Says.DENY, "robots.txt", 'the page host forbids to fetch it: robots.txt, "words"'),
        (Protocol.TDMREP, Says.DENY, "tdmrep.json", 'the page host says no: tdmrep.json, "words"'),
        (Protocol.AIPREF, Says.ALLOW, "header content-usage", "says yes: aipref in header content-usage"),
        (Protocol.AI_TXT, Says.UNKNOWN, "ai.txt", "says neither yes nor no: ai.txt, "),
        (Protocol.X_ROBOTS_TAG, Says.DENY, "header x-robots-tag", 'says no: header x-robots-tag, "words"'),
    ],
)
def test_a_signal_is_told_in_words(protocol: Protocol, says: Says, found_in: str, told: str) -> None:
    saying = Saying(protocol=protocol, says=says, found_in=found_in, raw="words")
    (line,) = _signals([Signal(saying=saying, scope=Scope.PAGE_HOST, url="https://a.example/x", at=AT)])
    assert told in line
    assert line.startswith("    2026-11-23 02:06:00Z  the page host ")
    assert line.endswith(", at https://a.example/x")


@pytest.mark.parametrize(
    ("score", "told"),
    [
        (Score(model="calm", revision="1" * 32, value=0.031254), "0.03125 by calm, revision 1111111111111111"),
        (
            Score(model="calm\x1b", revision="2" * 32, value=None, failure="too-slow"),
            "no number (too-slow) by calm\\x1b, revision 2222222222222222",
        ),
    ],
)
def test_a_score_is_told_with_the_model_that_gave_it(score: Score, told: str) -> None:
    assert list(_scores("how unsafe it looks", [score])) == [f"    how unsafe it looks: {told}"]


def test_what_was_taken_out_of_the_stored_bytes_is_told_in_one_sentence() -> None:
    stored = StoredBytes(removed=(Private.GPS, Private.THUMBNAIL), sha256="ab" * 32, size_bytes=1)
    (line,) = _stored_without(stored)
    assert line == f"    stored without the position of the device, thumbnails: SHA-256 {'ab' * 32}"
    assert list(_stored_without(replace(stored, removed=()))) == []
    assert list(_stored_without(None)) == []
    assert set(_WITHOUT) == set(Private)
