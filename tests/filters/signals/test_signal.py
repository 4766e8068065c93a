from datetime import UTC, datetime

import pytest

from filters.signals.signal import MOST_RAW_CHARACTERS, UNREAD, Protocol, Saying, Says, Scope, Signal, merged

AT = datetime(2026, 11, 23, 2, 6, tzinfo=UTC)


def signal(says: Says = Says.DENY, *, raw: str = "words", document: str | None = None) -> Signal:
    saying = Saying(protocol=Protocol.TDMREP, says=says, found_in="tdmrep.json", raw=raw)
    return Signal(saying=saying, scope=Scope.IMAGE_HOST, url="https://a.example/secret", at=AT, document=document)


@pytest.mark.parametrize(
    ("said", "together"),
    [
        ((), Says.UNKNOWN),
        ((Says.UNKNOWN,), Says.UNKNOWN),
        ((Says.UNKNOWN, Says.ALLOW), Says.ALLOW),
        ((Says.ALLOW, Says.DENY, Says.ALLOW), Says.DENY),
    ],
)
def test_any_no_counts_before_any_yes(said: tuple[Says, ...], together: Says) -> None:
    assert merged(map(signal, said)) is together


def test_words_are_cut_to_their_most() -> None:
    assert len(signal(raw="n" * 2 * MOST_RAW_CHARACTERS).saying.raw) == MOST_RAW_CHARACTERS


def test_only_what_could_not_be_read_may_change_soon() -> None:
    assert signal(raw=f"{UNREAD}status 503").may_change_soon
    assert not signal(raw="noai").may_change_soon
    assert not signal(raw=f"{UNREAD}status 503", document="ab" * 32).may_change_soon


def test_a_log_shows_no_address() -> None:
    assert repr(signal()) == "<Signal tdmrep deny>"
