"""What docs/audit.md tells is what there is: its commands are run, its codes are those of the code."""

import hashlib
import json
import re
import shlex
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from storage import proof_checks
from tests.console.conftest import Recorded
from tests.console.interface import COMMANDS

PAGE = (Path(__file__).parents[2] / "docs" / "audit.md").read_text()
TYPED = re.findall(r"^    altsieve (.*)$", PAGE, re.MULTILINE)
NAMED = re.findall(r"`altsieve ([^`]*)`", PAGE.replace("\n", " "))


def test_the_questions_are_answered_by_what_is_typed_there(recorded: Recorded, tmp_path: Path) -> None:
    def typed(line: str) -> str:
        words, _, target = line.partition(" > ")
        told = words.replace("6f1ed002ab5595859014ebf0951522d9", recorded.pair_ids[0]).replace(
            "PAIR", recorded.pair_ids[0]
        )
        answer = recorded.altsieve(*shlex.split(told.replace("example.org", "pages.example")))
        assert (answer.code, answer.err) == (0, "")
        if target:
            (tmp_path / target).write_text(answer.out, encoding="utf-8")
        return answer.out

    for each in NAMED:
        if " > " in each:
            typed(each)
    assert [re.sub(" +", " ", typed(each).splitlines()[0]) for each in TYPED] == [
        f"pair {recorded.pair_ids[0]} is kept",
        "judged outcome reason picture page",
        "nothing waits; in 7 days 0 came, 0 were decided, and 0 will expire",
        "nothing found wrong: ledger, checkpoints, database and objects agree",
        f"the proof of pair {recorded.pair_ids[0]} holds",
    ]


@pytest.mark.parametrize("line", [*NAMED, *TYPED])
def test_no_command_or_flag_is_named_that_is_not_there(line: str) -> None:
    words = line.partition(" > ")[0].split()
    path = " ".join(words[:2]) if " ".join(words[:2]) in COMMANDS else words[0]
    assert {each for each in words if each.startswith("--")} <= COMMANDS[path]


def test_every_code_of_a_proof_that_does_not_hold_is_told() -> None:
    source = Path(proof_checks.__file__).read_text()
    told = set(re.findall(r"^\| `(proof\.[a-z]+)` \|", PAGE, re.MULTILINE))
    assert told == set(re.findall(r'"(proof\.[a-z]+)"', source))


def test_a_proof_can_be_checked_by_what_the_page_says_of_it_alone(recorded: Recorded) -> None:
    proof = json.loads(recorded.altsieve("audit", "prove", recorded.pair_ids[0]).out)
    _, size, root = proof["checkpoint"].splitlines()[:3]
    lines = {each["index"]: each for each in proof["lines"]}
    for each in proof["records"]:
        header, line = json.loads(each["header"]), lines[each["line"]]
        segment_size, segment_root = json.loads(line["text"])["segments"][header["segment"]]
        assert climbed(each["header"], header["sequence"], segment_size, each["path"]).hex() == segment_root
        assert climbed(line["text"], line["index"], int(size), line["path"]) == b64decode(root)
        committed = hashlib.sha256(bytes.fromhex(each["salt"]) + each["body"].encode()).hexdigest()
        assert committed == header["commitment"]


def climbed(text: str, index: int, size: int, path: list[Any]) -> bytes:
    """RFC 9162, 2.1.3.2: written from the standard, and not from our code."""
    found, last, left = hashlib.sha256(b"\0" + text.encode()).digest(), size - 1, index
    for step in map(b64decode, path):
        if left & 1 or left == last:
            found = hashlib.sha256(b"\1" + step + found).digest()
            while not left & 1 and left:
                left, last = left >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\1" + found + step).digest()
        left, last = left >> 1, last >> 1
    return found
