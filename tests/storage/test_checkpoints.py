import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.errors import CheckpointsMissing
from storage.keys import KeyRing
from storage.ledger import Record
from tests.storage.records import Records, opened


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as found:
        yield found


@pytest.fixture
def path(records: Records) -> Path:
    return records.db.folder / CHECKPOINTS_FILE


def grow(records: Records, segment: str = "run:x") -> None:
    record = Record(kind="k", subject="s", outcome=None, reason=None, epoch=None, settings_digest=None, body={})
    with records.db.write() as conn:
        records.ledger.append_all(conn, segment, [record])


def segments(path: Path) -> list[dict[str, int]]:
    return [
        {name: size for name, (size, _) in json.loads(line)["segments"].items()}
        for line in path.read_text().splitlines()
    ]


def test_each_line_says_what_has_grown_and_names_the_line_before(records: Records, path: Path) -> None:
    checkpoints = Checkpoints(path, records.keys)
    grow(records)
    checkpoints.sign(records.db)
    grow(records, "run:y")
    checkpoints.sign(records.db)
    assert segments(path) == [{}, {"run:x": 1}, {"run:y": 1}]
    lines = path.read_bytes().splitlines()
    assert [json.loads(line)["previous"] for line in lines[1:]] == [
        hashlib.sha256(line).hexdigest() for line in lines[:-1]
    ]
    assert all(each.checkpoint and checkpoints.signed_by_us(each.checkpoint) for each in checkpoints.lines())


def test_nothing_new_is_not_signed_again(records: Records, path: Path) -> None:
    grow(records)
    for _ in range(3):
        Checkpoints(path, records.keys).sign(records.db)
    assert len(segments(path)) == 2


def test_incidents_are_signed_only_when_asked_for(records: Records, path: Path) -> None:
    checkpoints = Checkpoints(path, records.keys)
    grow(records, "incidents")
    checkpoints.sign(records.db)
    assert segments(path) == [{}]
    checkpoints.sign(records.db, with_incidents=True)
    assert segments(path) == [{}, {"incidents": 1}]


@pytest.mark.parametrize("kept", [1, 40, -1])
def test_a_torn_last_line_is_sealed_off_by_the_next(records: Records, path: Path, kept: int) -> None:
    checkpoints = Checkpoints(path, records.keys)
    grow(records)
    checkpoints.sign(records.db)
    first, last = path.read_bytes().splitlines()
    path.write_bytes(first + b"\n" + last[:kept])
    torn = list(Checkpoints(path, records.keys).lines())[-1]
    assert (torn.torn, torn.checkpoint) == (True, None)
    Checkpoints(path, records.keys).sign(records.db)
    again = path.read_bytes().splitlines()
    assert again[1] == last[:kept]
    assert json.loads(again[2])["previous"] == hashlib.sha256(first).hexdigest()


def test_a_line_torn_just_before_its_line_feed_is_whole_and_the_next_follows_it(records: Records, path: Path) -> None:
    checkpoints = Checkpoints(path, records.keys)
    grow(records)
    checkpoints.sign(records.db)
    whole = path.read_bytes()
    path.write_bytes(whole.removesuffix(b"\n"))
    grow(records)
    Checkpoints(path, records.keys).sign(records.db)
    *before, last = path.read_bytes().splitlines()
    assert b"\n".join(before) + b"\n" == whole
    assert json.loads(last)["previous"] == hashlib.sha256(before[-1]).hexdigest()


def test_a_line_of_another_writer_is_taken_in(records: Records, path: Path) -> None:
    one, other = Checkpoints(path, records.keys), Checkpoints(path, records.keys)
    one.sign(records.db)
    grow(records)
    other.sign(records.db)
    one.sign(records.db)
    assert segments(path) == [{}, {"run:x": 1}]


def test_writers_at_the_same_time_make_one_chain(records: Records, path: Path) -> None:
    def work(segment: str) -> None:
        mine = Checkpoints(path, records.keys)
        for _ in range(10):
            grow(records, segment)
            mine.sign(records.db)

    threads = [threading.Thread(target=work, args=(f"run:{each}",)) for each in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    lines = path.read_bytes().splitlines()
    assert [json.loads(line)["previous"] for line in lines[1:]] == [
        hashlib.sha256(line).hexdigest() for line in lines[:-1]
    ]
    assert {name: size for line in segments(path) for name, size in line.items()} == dict.fromkeys(
        ("run:0", "run:1", "run:2"), 10
    )


def test_a_missing_file_is_never_made_anew(records: Records, path: Path) -> None:
    path.unlink()
    grow(records)
    with pytest.raises(CheckpointsMissing, match="backup"):
        Checkpoints(path, records.keys).sign(records.db)
    assert not path.exists()


@pytest.mark.parametrize("change", ["at", "previous", "segments"])
def test_a_changed_line_is_not_signed_by_us(records: Records, path: Path, change: str) -> None:
    grow(records)
    checkpoints = Checkpoints(path, records.keys)
    checkpoints.sign(records.db)
    line = json.loads(path.read_text().splitlines()[1])
    line[change] = {"at": "2026-01-01T00:00:00.000000Z", "previous": "0" * 64, "segments": {"run:x": [2, "00"]}}[change]
    path.write_text(json.dumps(line) + "\n")
    found = next(iter(checkpoints.lines())).checkpoint
    assert found is not None
    assert not checkpoints.signed_by_us(found)


def test_a_line_signed_with_another_key_is_not_ours(records: Records, path: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    stranger = Checkpoints(path, KeyRing.create(tmp_path / "other"))
    grow(records)
    stranger.sign(records.db)
    last = list(Checkpoints(path, records.keys).lines())[-1].checkpoint
    assert last is not None
    assert not Checkpoints(path, records.keys).signed_by_us(last)


def test_only_the_owner_can_read_the_file(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_no_signature_is_not_ours(records: Records, path: Path) -> None:
    line = json.loads(path.read_text()) | {"signature": "no hex"}
    path.write_text(json.dumps(line) + "\n")
    checkpoints = Checkpoints(path, records.keys)
    found = next(iter(checkpoints.lines())).checkpoint
    assert found is not None
    assert not checkpoints.signed_by_us(found)


def test_a_file_that_was_put_in_its_place_is_read_anew(records: Records, path: Path) -> None:
    checkpoints = Checkpoints(path, records.keys)
    before = path.read_bytes()
    grow(records)
    checkpoints.sign(records.db)
    checkpoints.sign(records.db)
    path.write_bytes(before)
    checkpoints.sign(records.db)
    assert segments(path) == [{}, {"run:x": 1}]
    assert json.loads(path.read_text().splitlines()[1])["previous"] == hashlib.sha256(before.strip()).hexdigest()


def test_a_file_that_is_there_is_not_begun_again(records: Records, path: Path) -> None:
    before = path.read_bytes()
    Checkpoints(path, records.keys).create()
    assert path.read_bytes() == before


@pytest.mark.parametrize("left", [b"", b'{"at":"2026-1'])
def test_a_file_that_a_crash_left_without_a_line_is_begun(records: Records, path: Path, left: bytes) -> None:
    path.write_bytes(left)
    Checkpoints(path, records.keys).create()
    assert [each.checkpoint is None for each in Checkpoints(path, records.keys).lines()] == [True] * bool(left) + [
        False
    ]
