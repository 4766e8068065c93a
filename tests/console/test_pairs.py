from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.console.conftest import Recorded
from tests.console.interface import PAIR_FIELDS
from tests.storage.samples import bytes_of


def test_pairs_for_programs_have_the_promised_fields(recorded: Recorded) -> None:
    rows = recorded.altsieve("pairs", "--json").json_lines
    assert [row["pair_id"] for row in rows] == list(recorded.pair_ids)
    assert all(set(row) == PAIR_FIELDS for row in rows)


@pytest.mark.only("folder", why="the address of an object is one of a file")
def test_the_object_of_a_pair_is_where_it_says(recorded: Recorded) -> None:
    row = recorded.altsieve("pairs", "--json").json_lines[0]
    assert Path(urlsplit(row["object_uri"]).path).read_bytes() == bytes_of(1)


def test_pairs_for_people_show_what_they_are(recorded: Recorded) -> None:
    titles, first, _ = recorded.altsieve("pairs").out.splitlines()
    assert titles.split() == ["pair", "state", "picture", "text", "page"]
    assert first.split(None, 4)[:4] == [recorded.pair_ids[0], "kept", "jpeg", "640x480"]
    assert "a caption, number 1  https://pages.example/" in first


@pytest.mark.parametrize(
    ("options", "count"),
    [([], 2), (["--host", "pages.example"], 2), (["--host", "other.example"], 0), (["--withdrawn"], 0)],
)
def test_pairs_can_be_chosen(options: list[str], count: int, recorded: Recorded) -> None:
    assert len(recorded.altsieve("pairs", *options, "--json").json_lines) == count
    assert len(recorded.altsieve("pairs", "--run", recorded.run_id, *options, "--json").json_lines) == count


def test_no_pairs_are_told_to_people(recorded: Recorded) -> None:
    assert recorded.altsieve("pairs", "--withdrawn").out == "no pairs\n"
