import hashlib
import os

import pytest

from tests.console.conftest import Recorded
from tests.console.interface import PAIR_FIELDS
from tests.storage.samples import bytes_of

SHA256 = hashlib.sha256(bytes_of(1)).hexdigest()
WHY = ("--why", "its owner asked", "--by", "ann")


def test_a_pair_is_withdrawn_and_what_is_held_is_shown_without_it(recorded: Recorded) -> None:
    first, second = recorded.pair_ids
    done = recorded.altsieve("withdraw", "--pair", first, *WHY)
    assert done.out.splitlines()[:2] == ["withdrew 1 pair and 1 picture", "the bytes of 1 picture are deleted"]
    assert [row["pair_id"] for row in recorded.altsieve("pairs", "--json").json_lines] == [second]
    assert recorded.altsieve("verify").code == 0


def test_what_was_withdrawn_is_listed_with_who_and_why(recorded: Recorded) -> None:
    recorded.altsieve("withdraw", "--image", SHA256.upper(), *WHY)
    (row,) = recorded.altsieve("pairs", "--withdrawn", "--json").json_lines
    assert set(row) == PAIR_FIELDS | {"withdrawn"}
    assert (row["state"], row["image_sha256"], row["alt_text"]) == ("withdrawn", SHA256, None)
    assert (row["withdrawn"]["by"], row["withdrawn"]["why"]) == ("ann", "its owner asked")
    titles, line = recorded.altsieve("pairs", "--withdrawn").out.splitlines()
    assert titles.split() == ["pair", "withdrawn", "by", "why", "page"]
    assert "its owner asked" in line


def test_the_trail_of_what_was_withdrawn_says_so(recorded: Recorded) -> None:
    recorded.altsieve("withdraw", "--image", SHA256, *WHY)
    told = recorded.altsieve("audit", "pair", recorded.pair_ids[0]).out
    assert f"pair {recorded.pair_ids[0]} is withdrawn" in told
    assert f"picture {SHA256} was withdrawn by ann: its owner asked" in told
    assert "its text, its facts and how it came were deleted when it was withdrawn" in told
    assert "was not requested" not in told
    assert "last judged" not in told
    assert "a caption, number 1" not in told


def test_programs_are_told_how_much_went(recorded: Recorded) -> None:
    done = recorded.altsieve("withdraw", "--host", "pages.example", *WHY, "--json").json
    assert {name: done[name] for name in ("pairs", "pictures", "objects", "before")} == {
        "pairs": 2,
        "pictures": 2,
        "objects": 2,
        "before": False,
    }


def test_the_same_again_says_that_it_was_withdrawn_before(recorded: Recorded) -> None:
    recorded.altsieve("withdraw", "--image", SHA256, *WHY)
    again = recorded.altsieve("withdraw", "--image", SHA256, *WHY)
    assert (again.code, again.out.splitlines()[0]) == (0, "nothing of it is held any more: it was withdrawn before")


def test_what_is_not_held_is_an_answer_of_no(recorded: Recorded) -> None:
    answer = recorded.altsieve("withdraw", "--image", "0" * 64, *WHY)
    assert (answer.code, "nothing of it is held" in answer.err) == (1, True)


def test_bytes_that_could_not_be_deleted_are_said_and_deleted_by_the_same_again(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        if name not in os.environ:
            monkeypatch.setenv(name, "none")
    down = ("-s", "OBJECTS_URL=s3://bucket/p?endpoint_url=http://127.0.0.1:1", "-s", "OBJECTS_ATTEMPTS=1")
    first = recorded.altsieve("withdraw", "--image", SHA256, *WHY, *down)
    assert (first.code, first.out) == (4, "")
    assert "cannot be reached" in first.err
    assert "it is withdrawn, but not all bytes are deleted: type the same again" in first.err
    left = recorded.altsieve("verify", "--json")
    assert (left.code, [each["code"] for each in left.json_lines]) == (1, ["withdrawn.bytes-left"])
    again = recorded.altsieve("withdraw", "--image", SHA256, *WHY)
    assert (again.code, "the bytes of 1 picture are deleted" in again.out) == (0, True)
    assert recorded.altsieve("verify").code == 0


@pytest.mark.parametrize(
    "arguments",
    [WHY, ("--pair", "1", "--host", "x.example", *WHY), ("--pair", "1"), ("--host", "no host", *WHY)],
    ids=["nothing is named", "two things are", "no reason", "no host"],
)
def test_wrong_usage_is_said(arguments: tuple[str, ...], recorded: Recorded) -> None:
    assert recorded.altsieve("withdraw", *arguments).code == 2
