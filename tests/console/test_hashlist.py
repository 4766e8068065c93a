import hashlib
from pathlib import Path

import pytest
from PIL import Image

from console.demo.pictures import jpeg, paint
from filters.measure.picture import Limits, inspect
from tests.console.conftest import Altsieve

WHY = ("--why", "case 2026-114")


@pytest.fixture
def known(altsieve: Altsieve) -> Altsieve:
    """A harmless picture is "known" here: by its MD5 on one list, by its PDQ on another, which is synthetic."""
    body = jpeg("lighthouse")
    picture = inspect(body, Limits()).picture
    assert picture is not None
    Path("pdq.txt").write_text(picture.views[0].pdq + "\n")
    altsieve(
        "hashlist", "add", hashlib.md5(body, usedforsecurity=False).hexdigest(), "--type", "md5", "--name", "own", *WHY
    )
    assert altsieve("hashlist", "import", "pdq.txt", "--name", "near", "--type", "pdq", "--synthetic").code == 0
    Path("same.jpg").write_bytes(body)
    paint("lighthouse").resize((300, 200), Image.Resampling.LANCZOS).save("smaller.png")
    Path("other.jpg").write_bytes(jpeg("teapot"))
    Path("half.jpg").write_bytes(body[: len(body) // 2])
    return altsieve


def test_a_file_is_compared_byte_for_byte_then_by_its_look(known: Altsieve) -> None:
    answer = known("hashlist", "test", "same.jpg", "smaller.png", "other.jpg")
    assert answer.code == 1
    same, smaller, other = answer.out.splitlines()
    assert same == "same.jpg: hash.on-list own@1 (md5, 0 bits away, at most 0 match)"
    assert smaller.startswith("smaller.png: hash.near-list near@1 (pdq, ")
    assert other == "other.jpg: clean"


def test_a_test_for_programs_has_the_fields_of_a_verdict(known: Altsieve) -> None:
    same, other = known("hashlist", "test", "same.jpg", "other.jpg", "--json").json_lines
    assert (same["file"], same["outcome"], same["reason"]) == ("same.jpg", "refused", "hash.on-list")
    assert same["evidence"]["list"] == "own@1"
    assert other == {"file": "other.jpg", "outcome": "clean", "reason": None, "evidence": {}}


def test_no_hash_of_a_match_is_shown(known: Altsieve) -> None:
    pdq = Path("pdq.txt").read_text().strip()
    md5 = hashlib.md5(Path("same.jpg").read_bytes(), usedforsecurity=False).hexdigest()
    for answer in (
        known("hashlist", "test", "same.jpg", "smaller.png"),
        known("hashlist", "test", "same.jpg", "--json"),
    ):
        assert pdq not in answer.out + answer.err
        assert md5 not in answer.out + answer.err


def test_a_file_that_cannot_be_decoded_is_not_clean(known: Altsieve) -> None:
    Path("page.html").write_text("<html>")
    answer = known("hashlist", "test", "page.html")
    assert answer.code == 1
    assert answer.out.startswith("page.html: nobody could look (image.format")


def test_only_clean_files_end_with_0(known: Altsieve) -> None:
    assert known("hashlist", "test", "other.jpg").code == 0


def test_without_any_list_a_test_is_not_ready(altsieve: Altsieve) -> None:
    Path("other.jpg").write_bytes(jpeg("teapot"))
    answer = altsieve("hashlist", "test", "other.jpg")
    assert answer.code == 3
    assert "altsieve hashlist import FILE --name LIST" in answer.err


def test_lists_show_where_they_come_from(known: Altsieve) -> None:
    rows = known("hashlist", "list", "--json").json_lines
    assert [(row["list"], row["origin"], row["entries"]) for row in rows] == [
        ("near", "synthetic", 1),
        ("own", "by-hand", 1),
    ]


def test_a_removed_list_no_longer_matches(known: Altsieve) -> None:
    assert known("hashlist", "remove", "own", *WHY).code == 0
    assert known("hashlist", "test", "same.jpg", "--json").json["evidence"]["list"] == "near@1"
    assert known("hashlist", "remove", "own", *WHY).code == 1


def test_a_hash_that_is_there_already_changes_nothing(known: Altsieve) -> None:
    md5 = hashlib.md5(Path("same.jpg").read_bytes(), usedforsecurity=False).hexdigest()
    answer = known("hashlist", "add", md5, "--type", "md5", "--name", "own", *WHY)
    assert (answer.code, answer.out) == (0, "it is on list own already\n")


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("hex", "0123456789abcdef0123456789abcdef\n"),
        (
            "threatexchange-csv",
            "signal_type,signal_str,collab,category,tags\nmd5,0123456789abcdef0123456789abcdef,c,NEGATIVE_CLASS,\n",
        ),
    ],
)
def test_the_format_of_a_file_can_be_named(altsieve: Altsieve, layout: str, text: str) -> None:
    Path("list.txt").write_text(text)
    options = ("--name", "partner", "--type", "md5", "--format", layout)
    assert altsieve("hashlist", "import", "list.txt", *options).out.startswith("list partner@1 holds 1 entry")


@pytest.mark.parametrize("missing", ["--type", "--name", "--why"])
def test_adding_needs_type_list_and_reason(altsieve: Altsieve, missing: str) -> None:
    given = {"--type": "md5", "--name": "own", "--why": "x"}
    options = [word for name, value in given.items() if name != missing for word in (name, value)]
    answer = altsieve("hashlist", "add", "0" * 32, *options)
    assert answer.code == 2
    assert missing in answer.err


def test_the_gate_is_tested_with_the_list_that_ships(altsieve: Altsieve) -> None:
    answer = altsieve("hashlist", "test", "--self", "--json")
    assert answer.code == 0
    found = {each["edit"]: each for each in answer.json_lines}
    assert (found["jpeg-50"]["shown"], found["jpeg-50"]["found"], found["jpeg-50"]["needed"]) == (3, 3, 3)
    assert (found["on-no-list"]["found"], found["on-no-list"]["needed"]) == (0, 0)


def test_a_gate_that_does_not_work_ends_with_1(altsieve: Altsieve) -> None:
    answer = altsieve("hashlist", "test", "--self", "-s", "IMAGE_MAX_PIXELS=1000")
    assert answer.code == 1
    assert "the gate does not work" in answer.err


@pytest.mark.parametrize("arguments", [(), ("--self", "same.jpg")])
def test_either_files_or_the_gate_itself_are_tested(known: Altsieve, arguments: tuple[str, ...]) -> None:
    assert known("hashlist", "test", *arguments).code == 2


def test_a_table_is_imported_by_its_columns_with_a_policy(altsieve: Altsieve) -> None:
    Path("table.csv").write_text(f"Ref;Hash;Grade\n1;{'ab' * 16};A\n2;{'cd' * 16};B\n")
    answer = altsieve(
        *("hashlist", "import", "table.csv", "--name", "iwf", "--type", "md5"),
        *("--columns", "hash=Hash,id=Ref,severity=Grade", "--severity-scheme", "iwf", "--action", "suspect"),
        *("--licence", "members", "--source", "by courier", "--json"),
    )
    said = answer.json
    assert (said["entries"], said["source"], said["licence"]) == (2, "by courier", "members")
    assert said["policy"] == {"action": "suspect", "severity_scheme": "iwf"}


def test_a_policy_is_shown_and_changed(altsieve: Altsieve) -> None:
    Path("md5.txt").write_text("ab" * 16)
    altsieve("hashlist", "import", "md5.txt", "--name", "partner", "--type", "md5", "--max-age-hours", "24")
    shown = altsieve("hashlist", "policy", "partner").out.splitlines()
    assert {"action: refuse", "pdq-bits: 31", "max-age-hours: 24.0", "max-shrink: HASHLIST_MAX_SHRINK"} <= set(shown)
    assert altsieve("hashlist", "policy", "partner", "--pdq-bits", "20").code == 2
    changed = altsieve("hashlist", "policy", "partner", "--pdq-bits", "20", "--default", "max-age-hours", *WHY)
    assert changed.out.startswith("list partner@2 holds 1 entry")
    again = altsieve("hashlist", "policy", "partner", "--pdq-bits", "20", *WHY)
    assert (again.code, again.out) == (0, "that is the policy of list partner already\n")
    said = altsieve("hashlist", "policy", "partner", "--json").json
    assert (said["pdq_bits"], said["max_age_hours"], said["needs_incident_key"]) == (20, None, False)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["policy", "nobody"], 1, "no list of known material"),
        (["policy", "partner", "--default", "colour", "--why", "x"], 2, "--default is one of"),
        (["policy", "partner", "--pdq-bits", "48", "--why", "x"], 2, "48"),
        (["policy", "partner", "--signed-by", "nonsense", "--why", "x"], 2, "public key"),
        (["import", "md5.txt", "--name", "partner", "--columns", "colour=x"], 2, "--columns"),
        (["import", "md5.txt", "--name", "partner", "--type", "md5", "--manifest", "md5.txt"], 1, "--signed-by"),
        (["import", "few.txt", "--name", "partner", "--type", "md5"], 1, "HASHLIST_MAX_SHRINK"),
    ],
)
def test_what_does_not_fit_a_list_is_refused(altsieve: Altsieve, words: list[str], code: int, says: str) -> None:
    Path("md5.txt").write_text("".join(f"{number:032x}\n" for number in range(1, 11)))
    Path("few.txt").write_text(f"{1:032x}\n")
    altsieve("hashlist", "import", "md5.txt", "--name", "partner", "--type", "md5")
    answer = altsieve("hashlist", *words)
    assert answer.code == code
    assert says in answer.err
    assert altsieve("hashlist", "list", "--json").json_lines[0]["number"] == 1
