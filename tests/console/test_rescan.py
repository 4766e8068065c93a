"""altsieve rescan says what was looked at, and never that all is well when it could not look."""

import pytest

from console.exit_code import ExitCode
from tests.console.conftest import Recorded

FIELDS = {
    "rescan_id",
    "state",
    "epoch",
    "since",
    "looked_at",
    "judged",
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
