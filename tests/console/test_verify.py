from pathlib import Path

from tests.console.conftest import Recorded
from tests.places import Place


def test_nothing_wrong_ends_with_0(recorded: Recorded) -> None:
    answer = recorded.altsieve("verify")
    assert (answer.code, answer.out) == (0, "nothing found wrong: ledger, checkpoints, database and objects agree\n")
    assert recorded.altsieve("verify", "--json").out == ""


def test_what_is_wrong_is_named_and_ends_with_1(recorded: Recorded) -> None:
    Place.of(Path("data")).tamper("orphan", b"left over")
    answer = recorded.altsieve("verify", "--json")
    assert answer.code == 1
    (finding,) = answer.json_lines
    assert finding["subject"] == "orphan"
    assert recorded.altsieve("verify").out == f"{finding['code']}: orphan: {finding['text']}\n"


def test_what_a_crash_left_is_cleared_away_when_asked(recorded: Recorded) -> None:
    left = f"0f/0f/{'0f' * 32}-{'0' * 16}"
    Place.of(Path("data")).tamper(left, b"left over")
    assert recorded.altsieve("verify").code == 1
    answer = recorded.altsieve("verify", "--repair")
    assert answer.code == 0
    assert "1 deleted that nothing names" in answer.out
    assert left not in Place.of(Path("data")).objects()


def test_bytes_are_compared_when_asked(recorded: Recorded) -> None:
    assert "every object has its own bytes" in recorded.altsieve("verify", "--deep").out
    place = Place.of(Path("data"))
    (key, body), *_ = place.objects().items()
    place.tamper(key, bytes([body[0] ^ 1]) + body[1:])
    assert recorded.altsieve("verify").code == 0
    answer = recorded.altsieve("verify", "--deep", "--json")
    assert (answer.code, [each["code"] for each in answer.json_lines]) == (1, ["object.differs"])


def test_a_loss_that_the_list_of_objects_shows_is_told_once(recorded: Recorded) -> None:
    place = Place.of(Path("data"))
    key, *_ = place.objects()
    place.tamper(key, None)
    answers = [recorded.altsieve("verify", *deep, "--json") for deep in ((), ("--deep",))]
    assert [each.code for each in answers] == [1, 1]
    assert "object.missing" in [each["code"] for each in answers[0].json_lines]
    assert answers[0].out == answers[1].out


def test_only_what_is_deep_is_gone_on_with(recorded: Recorded) -> None:
    answer = recorded.altsieve("verify", "--resume")
    assert (answer.code, "type both" in answer.err) == (2, True)
