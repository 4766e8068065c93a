from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from storage.errors import StorageError
from storage.list_revisions import CorruptList
from storage.sources import Source, Sources, load_sources
from storage.tables import source_entry
from tests.storage.records import Records, opened


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as records:
        yield records


@pytest.fixture
def sources(records: Records) -> Sources:
    return Sources(records.db, records.ledger)


def licences(records: Records) -> dict[str, str]:
    with records.db.read() as conn:
        return dict(load_sources(conn).licences)


def test_a_source_is_kept_normalised_with_its_licence_and_reason(records: Records, sources: Sources) -> None:
    before = records.epoch
    revision = sources.add(["HTTPS://Museum.Example./"], licence="CC0-1.0", why="open access", by="ann")
    assert revision is not None
    assert (revision.label, revision.added, records.epoch) == ("sources@1", 1, before + 1)
    assert sources.list() == (Source(host="museum.example", licence="CC0-1.0", why="open access"),)
    assert licences(records) == {"museum.example": "CC0-1.0"}
    assert "open access" in records.ledger_text


def test_the_same_again_changes_nothing_and_another_licence_does(records: Records, sources: Sources) -> None:
    sources.add(["museum.example"], licence="CC0-1.0", why="x", by="ann")
    assert sources.add(["museum.example"], licence="CC0-1.0", why="y", by="ann") is None
    revision = sources.add(["museum.example"], licence="CC-BY-4.0", why="y", by="ann")
    assert revision is not None
    assert (revision.added, revision.removed) == (1, 1)
    assert licences(records) == {"museum.example": "CC-BY-4.0"}


def test_a_source_is_removed_with_a_reason(records: Records, sources: Sources) -> None:
    sources.add(["one.example", "two.example"], licence="CC0-1.0", why="x", by="ann")
    revision = sources.remove(["one.example", "three.example"], why="the agreement ended", by="ann")
    assert revision is not None
    assert licences(records) == {"two.example": "CC0-1.0"}
    assert sources.remove(["three.example"], why="x", by="ann") is None


@pytest.mark.parametrize(("why", "by"), [(" ", "ann"), ("x", "")])
def test_a_change_needs_a_reason_and_a_name(sources: Sources, why: str, by: str) -> None:
    with pytest.raises(StorageError, match="reason and a name"):
        sources.add(["museum.example"], licence="CC0-1.0", why=why, by=by)


def test_what_is_no_host_is_refused(sources: Sources) -> None:
    with pytest.raises(StorageError, match="not a host"):
        sources.add(["https://"], licence="CC0-1.0", why="x", by="ann")


def test_a_list_that_was_tampered_with_is_not_relied_on(records: Records, sources: Sources) -> None:
    sources.add(["museum.example"], licence="CC0-1.0", why="x", by="ann")
    with records.db.write() as conn:
        conn.execute(update(source_entry).values(host="cdn.example"))
    with records.db.read() as conn, pytest.raises(CorruptList):
        load_sources(conn)


def test_without_a_list_nothing_is_vetted(records: Records) -> None:
    assert licences(records) == {}
