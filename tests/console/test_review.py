import re
from pathlib import Path

from filters.lineup import REVIEWABLE_REASONS
from tests.console.conftest import Altsieve, Recorded
from tests.storage.one_crawl import crawling
from tests.storage.test_reviews import seen

FIELDS = {
    *("sighting_id", "state", "run_id", "filter", "filter_version", "revision", "reason", "evidence"),
    *("page_url", "image_url", "judged_at", "expires_at", "decisions"),
}
DOCS = Path(__file__).parents[2] / "docs"


def unsure(*numbers: int) -> list[str]:
    with crawling(Path("data")) as crawl:
        found = seen(crawl, *numbers)
        crawl.end()
    return found


def test_what_waits_is_listed_by_what_was_recorded(altsieve: Altsieve) -> None:
    ids = unsure(1, 2)
    rows = altsieve("review", "list", "--json").json_lines
    assert [row["sighting_id"] for row in rows] == ids
    assert all(set(row) == FIELDS for row in rows)
    titles, *told, growth = altsieve("review", "list").out.splitlines()
    assert titles.split() == ["sighting", "reason", "state", "expires", "page", "picture", "evidence"]
    assert [line.split()[:3] for line in told] == [[each, "language.uncertain", "waiting"] for each in ids]
    assert growth == "2 wait (2 language.uncertain); in 7 days 2 came, 0 were decided, and 0 will expire"


def test_known_material_safety_and_failures_are_never_listed(recorded: Recorded) -> None:
    growth = "nothing waits; in 7 days 0 came, 0 were decided, and 0 will expire"
    assert recorded.altsieve("review", "list").out.splitlines() == [growth]
    assert recorded.altsieve("review", "list", "--json").out == ""


def test_what_is_accepted_says_what_to_type_next(altsieve: Altsieve) -> None:
    (one,) = unsure(1)
    answer = altsieve("review", "decide", one, "--accept", "--why", "a model has come", "--by", "ann")
    assert answer.code == 0
    assert answer.out.splitlines()[0].endswith("accept by ann: a model has come")
    assert re.search(r"type: altsieve crawl --retry [0-9a-f-]{36}$", answer.out.strip())
    assert altsieve("review", "list", "--json").json_lines == []


def test_two_persons_are_asked_for_by_the_setting(altsieve: Altsieve) -> None:
    (one,) = unsure(1)
    asked = ("review", "decide", one, "--accept", "--why", "yes", "-s", "REVIEW_TWO_PERSONS=language.uncertain")
    assert altsieve(*asked, "--by", "ann", "--json").json["state"] == "awaits-another"
    again = altsieve(*asked, "--by", "ann")
    assert (again.code, "another person" in again.err) == (1, True)
    assert altsieve(*asked, "--by", "ben", "--json").json["state"] == "accepted"


def test_one_of_the_two_answers_is_required(altsieve: Altsieve) -> None:
    (one,) = unsure(1)
    for options in ((), ("--accept", "--refuse")):
        assert altsieve("review", "decide", one, *options, "--why", "yes").code == 2
    assert len(altsieve("review", "list", "--json").json_lines) == 1


def test_what_is_not_there_is_answered_with_no(altsieve: Altsieve) -> None:
    answer = altsieve("review", "decide", "nonsense", "--refuse", "--why", "no")
    assert (answer.code, "altsieve review list" in answer.err) == (1, True)


def test_the_docs_name_what_can_be_reviewed_and_nothing_else() -> None:
    section = (DOCS / "audit.md").read_text().partition("## What was unsure")[2].partition("\n## ")[0]
    assert set(re.findall(r"`([a-z]+\.[a-z-]+)`", section)) == REVIEWABLE_REASONS
