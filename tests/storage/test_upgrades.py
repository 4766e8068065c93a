"""A database full of what each release wrote is brought up, and nothing of it is lost."""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from storage.database import newest_revision
from storage.errors import NotMigrated
from storage.folder_objects import FolderStore
from storage.migrate import upgrade
from storage.pairs import list_pairs
from storage.tables import picture, without_schemas
from storage.trails import trail_of_pair
from storage.withdrawal import Target, TargetKind, Withdrawals
from tests.places import Place
from tests.storage import releases, samples
from tests.storage.one_crawl import Crawl, crawling
from tests.storage.records import open_database

pytestmark = [
    pytest.mark.only("sqlite", why="no release before 0005 knew PostgreSQL"),
    pytest.mark.only("folder", why="no release before 0005 knew S3"),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """What it left, in a folder, and a copy that was brought up. Tests that write take copies of their own."""

    revision: str
    left: Path
    upgraded: Path


@pytest.fixture(scope="module", params=releases.RELEASES)
def release(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp(request.param)
    releases.lay_down(request.param, folder / "left")
    shutil.copytree(folder / "left", folder / "upgraded")
    _upgrade(folder / "upgraded")
    return Release(revision=request.param, left=folder / "left", upgraded=folder / "upgraded")


@pytest.fixture
def crawl(release: Release, tmp_path: Path) -> Iterator[Crawl]:
    with crawling(shutil.copytree(release.upgraded, tmp_path / "copy")) as crawl:
        yield crawl


def test_each_release_has_rows_in_every_table_and_is_asked_to_upgrade(release: Release) -> None:
    assert [name for name, found in releases.rows(release.left).items() if not found] == []
    db = open_database(release.left)
    with pytest.raises(NotMigrated, match=f"is at {release.revision}.* altsieve db upgrade"):
        db.require_migrated()
    db.close()


def test_every_row_is_there_with_all_that_it_said(release: Release) -> None:
    after = releases.rows(release.upgraded)
    for table, rows in releases.rows(release.left).items():
        said = [{name: value for name, value in row.items() if name in rows[0]} for row in after[table]]
        assert _by_text(said) == _by_text([_as_0003_puts_it(row) for row in rows]), table


def test_the_tables_are_those_of_the_models(release: Release) -> None:
    db = open_database(release.upgraded)
    assert db.revision() == newest_revision()
    with db.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn), without_schemas()) == []
    db.close()


def test_nothing_is_wrong_with_it(crawl: Crawl) -> None:
    assert crawl.verify() == []


def test_what_was_wrong_before_is_still_found(release: Release, tmp_path: Path) -> None:
    folder = shutil.copytree(release.left, tmp_path / "copy")
    damaged = sqlite3.connect(folder / "altsieve.db")
    damaged.execute("UPDATE ledger_body SET body = replace(body, 'advertising', 'other') WHERE segment = 'operators'")
    damaged.commit()
    damaged.close()
    _upgrade(folder)
    with crawling(folder) as crawl:
        assert {each.code for each in crawl.verify()} == {"body.changed"}


def test_its_pairs_are_listed_with_their_trails(release: Release) -> None:
    db, store = open_database(release.upgraded), FolderStore(release.upgraded / "objects")
    pairs = list(list_pairs(db, objects=store))
    assert sorted(each.pair_id for each in pairs) == sorted(each["id"] for each in releases.rows(release.left)["pair"])
    assert {"a caption, number 1", "a caption, number 2"} <= {each.alt_text for each in pairs}
    for each in pairs:
        assert Path(each.object_uri.removeprefix("file://")).read_bytes() == samples.bytes_with(each.image_sha256)
        told = trail_of_pair(db, each.pair_id)
        assert told.sightings[0].ledger is not None
        assert "exact-hash" in {verdict.filter for verdict in told.sightings[0].verdicts}
    db.close()


def test_a_picture_under_a_key_of_old_gets_a_second_caption_and_is_withdrawn(crawl: Crawl) -> None:
    (first, *_) = list_pairs(crawl.records.db)
    sha256 = str(first.image_sha256)
    assert first.object_uri == f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
    page_id = crawl.new_page("new")
    body = samples.bytes_with(sha256)
    epoch = crawl.records.epoch
    crawl.record(page_id, samples.kept(page_id, 1, body=body, text="another caption", epoch=epoch))
    assert {each.object_uri for each in list_pairs(crawl.records.db) if each.image_sha256 == sha256} == {
        first.object_uri
    }
    assert crawl.verify() == []
    withdrawals = Withdrawals(crawl.records.db, crawl.records.ledger, crawl.objects)
    done = withdrawals.withdraw(Target(kind=TargetKind.IMAGE, value=sha256), by="ada", why="a test")
    assert done is not None
    assert (done.pictures, done.objects) == (1, 1)
    assert not crawl.objects.exists(first.object_uri)
    assert sha256 not in {row.sha256 for row in crawl.rows(picture)}
    assert crawl.verify() == []


def _upgrade(folder: Path) -> None:
    upgrade(Place.of(folder).database_url, str(folder))


def _by_text(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return sorted(rows, key=repr)


def _as_0003_puts_it(row: dict[str, object]) -> dict[str, object]:
    """From 0003 on the policy of a list says how far a near match may be, unless an entry differs from it."""
    return {**row, "distance_bits": None} if row.get("distance_bits") == 31 else row
