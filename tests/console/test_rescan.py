"""altsieve rescan says what was looked at, and never that all is well when it could not look."""

from pathlib import Path

import pytest

from console.exit_code import ExitCode
from tests import past_rules
from tests.console.conftest import Recorded

FIELDS = {
    "rescan_id",
    "state",
    "epoch",
    "since",
    "looked_at",
    "judged",
    "scored",
    "unmeasured",
    "matches",
    "beside_matches",
    "cleared",
    "withdrawn",
    "not_judged",
    "below",
    "measured_by",
    "problem",
}


def test_what_a_filter_of_today_does_not_find_clean_is_withdrawn(recorded: Recorded) -> None:
    done = recorded.altsieve("rescan", "--json", "--by", "ada")
    assert set(done.json) == FIELDS
    assert (done.code, done.json["withdrawn"]) == (ExitCode.DONE, {"consent.not-asked": 2})
    assert recorded.altsieve("pairs", "--json").out == ""
    assert "was withdrawn by ada" in recorded.altsieve("audit", "pair", recorded.pair_ids[0]).out


def test_it_tells_people_what_it_did_and_what_to_do_about_the_lists(recorded: Recorded) -> None:
    told = recorded.altsieve("rescan").out
    assert "withdrew 2: consent.not-asked" in told
    assert "altsieve hashlist import" in told
    assert "all that is held is judged by the lists of gate epoch 1" in told


@pytest.mark.parametrize("since", ["partner", "partner@", "@4", "partner@four"])
def test_a_revision_is_a_list_and_a_number(recorded: Recorded, since: str) -> None:
    assert recorded.altsieve("rescan", "--since", since).code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("since", "said"),
    [
        ("partnr@1", "there is no list of known material named partnr; altsieve hashlist list shows them"),
        ("partner@2", "list partner has no revision 2 yet; its newest is partner@1"),
    ],
)
def test_a_slip_in_a_revision_is_not_passed_over(recorded: Recorded, tmp_path: Path, since: str, said: str) -> None:
    hashes = tmp_path / "hashes.txt"
    hashes.write_text("5e" * 32)
    recorded.altsieve("hashlist", "import", str(hashes), "--name", "partner", "--type", "sha256")
    answer = recorded.altsieve("rescan", "--since", since)
    assert (answer.code, answer.err) == (ExitCode.FOUND, f"Error: {said}\n")


def test_a_late_match_says_how_many_went_and_what_to_type(recorded: Recorded) -> None:
    seen_once = recorded.altsieve("pairs", "--json").json_lines[1]["image_sha256"]
    recorded.altsieve("hashlist", "add", seen_once, "--type", "sha256", "--name", "own", "--why", "found")
    _, match, next_, *_ = recorded.altsieve("rescan").out.splitlines()
    begin = "1 match with known material; what was held of it is gone"
    assert match == f"{begin}, and so is what stood beside it: 4 sightings"
    assert next_.endswith("altsieve incidents list")


def test_with_a_broken_list_it_is_not_done_though_no_pair_is_left_to_judge(recorded: Recorded, tmp_path: Path) -> None:
    hashes = tmp_path / "hashes.txt"
    hashes.write_text("5e" * 32)
    recorded.altsieve("hashlist", "import", str(hashes), "--name", "partner", "--type", "sha256")
    recorded.altsieve("withdraw", "--host", "pages.example", "--why", "asked")
    past_rules.change(Path("data"), "DELETE FROM hash_entry")
    for index in Path("data/indexes").glob("partner@*"):
        index.unlink()
    told = recorded.altsieve("rescan")
    assert told.code == ExitCode.FOUND
    assert told.out.splitlines()[-1] == "once that is mended, type: altsieve rescan"
