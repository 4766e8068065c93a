"""What is read back is not believed: a byte that is another one is noticed, and nothing is kept or missed by it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from console.read_points import READS
from console.write_points import Setup
from storage.checkpoints import CHECKPOINTS_FILE
from tests.faults import aftermath
from tests.faults.place import Place
from tests.faults.stage import Stage
from tests.storage.s3_faults import Alters
from tests.storage.s3_proxy import s3_proxy


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def in_an_object(place: Place) -> None:
    flip(next(each for each in Path(place.folder, "objects").rglob("*") if each.is_file()), 3)


def in_a_checkpoint(place: Place) -> None:
    path = Path(place.folder, CHECKPOINTS_FILE)
    flip(path, path.read_bytes().index(b'"previous":"') + 12)


def in_the_ledger(place: Place) -> None:
    path = Path(place.folder, "altsieve.db")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    flip(path, path.read_bytes().index(b'"commitment":"') + 14)


@pytest.mark.parametrize(
    ("damage", "codes"),
    [
        (in_an_object, {"object.differs"}),
        (in_a_checkpoint, {"checkpoint.chain", "checkpoint.signature"}),
        (in_the_ledger, {"record.changed"}),
    ],
)
def test_verify_finds_a_byte_that_is_another_one(
    on_stage: Stage, damage: Callable[[Place], None], codes: set[str]
) -> None:
    place = on_stage.fresh(Setup.SQLITE_FOLDER, "crawl")
    damage(place)
    assert {each.code for each in aftermath.wrong_after_repair(place)} == codes


def test_what_a_store_answers_wrongly_is_no_picture(on_stage: Stage) -> None:
    place = on_stage.fresh(Setup.SQLITE_S3, "crawl")
    with s3_proxy(place.objects_endpoint) as proxy:
        proxy.plan(Alters(), "GET", "/[0-9a-f]{2}/[0-9a-f]{2}/", times=1_000)
        assert {each.code for each in aftermath.wrong_after_repair(place.at_endpoint(proxy.endpoint_url))} == {
            "object.differs"
        }
    assert aftermath.wrong_after_repair(place) == []


def test_an_index_with_another_byte_is_built_anew(on_stage: Stage) -> None:
    place = on_stage.fresh(Setup.SQLITE_FOLDER, "rescan")
    expected, _ = on_stage.undisturbed("rescan")
    [index] = Path(place.folder, "indexes").glob("real@*")
    flip(index, index.stat().st_size // 2)
    on_stage.drivers.to_the_end("rescan", place)
    assert aftermath.left_at(place) == expected


def test_everything_that_is_read_is_tried() -> None:
    assert {each.name.partition(":")[0] for each in READS} == {
        "object",
        "object-of-s3",
        "index",
        "checkpoint",
        "ledger",
    }
