import pytest

from tests.console.conftest import Recorded
from tests.console.interface import REFUSAL_FIELDS


def test_refusals_for_programs_have_the_promised_fields(recorded: Recorded) -> None:
    rows = recorded.altsieve("refusals", "--json").json_lines
    assert all(set(row) == REFUSAL_FIELDS for row in rows)
    assert sorted(row["reason"] for row in rows) == [
        "alt.too-short",
        "duplicate.pair",
        "fetch.failed",
        "hash.low-quality",
        "hash.on-list",
        "page.incident",
    ]


@pytest.mark.parametrize(("reason", "outcome"), [("hash.on-list", "refused"), ("page.incident", "unsure")])
def test_a_match_shows_neither_place_nor_picture(reason: str, outcome: str, recorded: Recorded) -> None:
    (row,) = recorded.altsieve("refusals", "--reason", reason, "--json").json_lines
    assert [row[name] for name in ("page_url", "image_url", "evidence", "revision")] == [None] * 4
    assert len(row["judged_at"]) == len("2026-11-23")
    line = recorded.altsieve("refusals", "--reason", reason).out.splitlines()[1]
    assert line.split() == [reason, outcome, "-", "-", row["sighting_id"], "-"]


@pytest.mark.parametrize(
    ("options", "count"),
    [(["--unsure"], 2), (["--reason", "alt.too-short"], 1), (["--reason", "nonsense"], 0)],
)
def test_refusals_can_be_chosen(options: list[str], count: int, recorded: Recorded) -> None:
    assert len(recorded.altsieve("refusals", *options, "--json").json_lines) == count


def test_refusals_for_people_say_why_and_where(recorded: Recorded) -> None:
    titles, *rows = recorded.altsieve("refusals").out.splitlines()
    assert titles.split() == ["reason", "outcome", "picture", "page", "sighting", "evidence"]
    failed = next(row for row in rows if row.startswith("fetch.failed"))
    assert failed.split()[1:3] == ["failed", "https://pictures.example/5.jpg"]
    assert failed.split()[3].startswith("https://pages.example/")
    assert failed.endswith("status=404")
