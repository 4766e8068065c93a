from pathlib import Path

from tests.console.conftest import Recorded


def test_nothing_wrong_ends_with_0(recorded: Recorded) -> None:
    answer = recorded.altsieve("verify")
    assert (answer.code, answer.out) == (0, "nothing found wrong: ledger, checkpoints, database and objects agree\n")
    assert recorded.altsieve("verify", "--json").out == ""


def test_what_is_wrong_is_named_and_ends_with_1(recorded: Recorded) -> None:
    Path("data/objects/orphan").write_bytes(b"left over")
    answer = recorded.altsieve("verify", "--json")
    assert answer.code == 1
    (finding,) = answer.json_lines
    assert finding["subject"] == "orphan"
    assert recorded.altsieve("verify").out == f"{finding['code']}: orphan: {finding['text']}\n"
