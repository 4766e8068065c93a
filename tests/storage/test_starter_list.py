from pathlib import Path

import pytest

from filters.indexes.entries import Mode, is_canonical, mode_of
from storage.list_lines import BadList
from storage.public_suffix import is_public_suffix, registrable_domain
from storage.starter_list import STARTER_FILE, starter_entries

ENTRIES = starter_entries()


def parents(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(1, len(labels))]


def test_the_list_holds_the_places_that_people_think_of_first() -> None:
    assert 100 <= len(ENTRIES) <= 200
    assert {
        "facebook.com",
        "instagram.com",
        "pinterest.com",
        "twimg.com",
        "gettyimages.com",
        "shutterstock.com",
    } <= set(ENTRIES)
    assert {"stock.adobe.com", "deviantart.com", "artstation.com", "pximg.net", "apimages.com"} <= set(ENTRIES)


@pytest.mark.parametrize("host", ENTRIES)
def test_each_entry_is_a_host_as_the_index_compares_it(host: str) -> None:
    assert is_canonical(host)
    assert mode_of(host) is Mode.SUFFIX


@pytest.mark.parametrize("host", ENTRIES)
def test_no_entry_blocks_everybody_under_a_public_suffix(host: str) -> None:
    assert not is_public_suffix(host)
    assert registrable_domain(host) is not None


@pytest.mark.parametrize("host", ENTRIES)
def test_no_entry_is_covered_by_another(host: str) -> None:
    assert not ENTRIES.keys() & set(parents(host))


def test_each_entry_has_a_reason_of_its_own() -> None:
    assert len(set(ENTRIES.values())) == len(ENTRIES)
    assert all(len(why.split()) > 3 for why in ENTRIES.values())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("one.example\n", "line 1"),
        ("# c\n\nb*d.example why\n", "line 3"),
        ("com why\n", "line 1"),
        ("one.example why\nONE.example. why\n", "second time"),
        (b"\xff\n", "not text"),
    ],
)
def test_a_line_that_is_no_entry_with_a_reason_is_refused(tmp_path: Path, text: str | bytes, says: str) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(BadList, match=says):
        starter_entries(path)


def test_the_file_lies_beside_the_code_that_reads_it() -> None:
    assert STARTER_FILE.parent.name == "storage"
