"""An index that was written, mapped and asked answers like one in memory, or is not opened."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from filters.indexes import hash_image
from filters.indexes.hash_image import BrokenIndex, open_hashes, write_hashes
from filters.indexes.known import HEX_DIGITS, KnownEntry
from filters.indexes.known_list import KnownList
from filters.indexes.list_policy import ListPolicy
from filters.measure.digests import measure_digests
from tests.filters.subjects import flipped

DIGEST = "5e" * 32
FORCE_TABLES = -1


def some(count: int, *types: str) -> list[KnownEntry]:
    chance = np.random.default_rng(count)
    return [
        KnownEntry(type=name, value=chance.bytes(HEX_DIGITS[name] // 2).hex(), entry=at + 1)
        for name in types or HEX_DIGITS
        for at in range(count)
    ]


def reopened(folder: Path, entries: list[KnownEntry], *, few: int = 10_000) -> KnownList:
    write_hashes(folder / "list@1.hashes", entries, DIGEST, few=few)
    return KnownList(name="list", number=1, digest=DIGEST, parts=open_hashes(folder / "list@1.hashes", DIGEST))


@pytest.mark.parametrize("few", [10_000, FORCE_TABLES], ids=["few", "tables"])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 8, 64, 100, 1024])
def test_every_entry_is_found_after_it_was_written_and_mapped(tmp_path: Path, count: int, few: int) -> None:
    entries = some(count)
    listed = reopened(tmp_path, entries, few=few)
    assert listed.counts == (dict.fromkeys(HEX_DIGITS, count) if count else {})
    assert {(each.type, each.value, each.entry) for each in listed.entries()} == {
        (each.type, each.value, each.entry) for each in entries
    }
    for each in entries:
        if each.type in listed.near:
            (match,) = listed.near_to(each.type, bytes.fromhex(flipped(each.value, 31)))
            assert (match.entry.entry, match.distance_bits, match.needed) == (each.entry, 31, 31)


@pytest.mark.parametrize("count", [1, 2, 4, 8, 1024])
def test_entries_that_are_all_the_same_are_all_found(tmp_path: Path, count: int) -> None:
    entries = [KnownEntry(type="pdq", value="3c" * 32, entry=at) for at in range(count)]
    listed = reopened(tmp_path, entries, few=FORCE_TABLES)
    found = [match.entry.entry for match in listed.near_to("pdq", bytes.fromhex("3c" * 32))]
    assert sorted(found) == list(range(count))


def test_digest_of_a_file_is_found_in_any_type(tmp_path: Path) -> None:
    measured = measure_digests(b"known")
    for name in ("md5", "sha1", "sha256"):
        entries = [*some(9), KnownEntry(type=name, value=getattr(measured, name), entry=99, severity="own:1")]
        match = reopened(tmp_path, entries).find(measured)
        assert match is not None
        assert (match.entry, match.type, match.severity) == (99, name, "own:1")
    assert reopened(tmp_path, some(9)).find(measured) is None


def test_what_is_said_of_an_entry_comes_back_with_it(tmp_path: Path) -> None:
    said = [("NEGATIVE_CLASS", None, ""), ("DISPUTED", 7, "ncmec:A1"), ("INVESTIGATION_SEED", 47, "")]
    entries = [
        KnownEntry(type="pdq", value=each.value, category=c, distance_bits=bits, severity=severity, entry=70_000 + at)
        for at, (each, (c, bits, severity)) in enumerate(zip(some(3, "pdq"), said, strict=True))
    ]
    listed = reopened(tmp_path, [*entries, KnownEntry(type="md5", value="ab" * 16, category="POSITIVE_CLASS")])
    assert listed.counts == {"pdq": 3}
    held = sorted(listed.entries(), key=lambda each: each.entry)
    assert [(each.category, each.distance_bits, each.severity) for each in held] == said
    assert [listed.suspects(each) for each in held] == [False, True, True]
    assert [each.entry for each in held] == [70_000, 70_001, 70_002]


def test_distance_of_each_entry_counts_before_that_of_the_policy(tmp_path: Path) -> None:
    wide, narrow = (each._replace(distance_bits=bits) for each, bits in zip(some(2, "pdq"), (None, 3), strict=True))
    parts = reopened(tmp_path, [wide, narrow]).parts
    listed = KnownList(name="list", number=1, policy=ListPolicy(pdq_bits=40), parts=parts)
    far = {
        (each.entry, bits): len(list(listed.near_to("pdq", bytes.fromhex(flipped(each.value, bits)))))
        for each in (wide, narrow)
        for bits in (3, 4, 40, 41)
    }
    assert far == {(1, 3): 1, (1, 4): 1, (1, 40): 1, (1, 41): 0, (2, 3): 1, (2, 4): 0, (2, 40): 0, (2, 41): 0}


def missing(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def changed(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def of_another_kind(path: Path) -> None:
    path.write_bytes(b"ALTHOST1" + path.read_bytes()[8:])


@pytest.mark.parametrize("damage", [missing, empty, cut, longer, changed, of_another_kind])
def test_a_file_that_is_not_as_it_was_written_is_not_opened(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    path = tmp_path / "list@1.hashes"
    write_hashes(path, some(20), DIGEST)
    damage(path)
    with pytest.raises(BrokenIndex):
        open_hashes(path, DIGEST)


def test_the_index_of_another_revision_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "list@1.hashes"
    write_hashes(path, some(20), DIGEST)
    with pytest.raises(BrokenIndex, match="another revision"):
        open_hashes(path, "5f" * 32)


@pytest.mark.parametrize("name", ["pdq", "md5"])
def test_a_file_in_which_what_was_planted_is_not_found_is_not_opened(tmp_path: Path, name: str) -> None:
    path = tmp_path / "list@1.hashes"
    write_hashes(path, some(20, name), DIGEST)
    data = path.read_bytes()
    head_to = 48 + int.from_bytes(data[40:48], "little")
    head = json.loads(data[48:head_to])
    at = -(-head_to // 4096) * 4096
    sealed = data[40:at] + bytes(len(data) - at)
    assert head["types"][name]["planted"] in range(21)
    path.write_bytes(data[:8] + hashlib.sha256(sealed).digest() + sealed)
    with pytest.raises(BrokenIndex, match="planted"):
        open_hashes(path, DIGEST)


@pytest.mark.parametrize("head", [b"{}", b"no JSON", b"[]", json.dumps({"digest": DIGEST, "types": {}}).encode()])
def test_a_file_laid_out_by_another_version_is_not_opened(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "list@1.hashes"
    write_hashes(path, [], DIGEST)
    sealed = len(head).to_bytes(8, "little") + head
    path.write_bytes(path.read_bytes()[:8] + hashlib.sha256(sealed).digest() + sealed)
    with pytest.raises(BrokenIndex, match="another version"):
        open_hashes(path, DIGEST)


def test_a_file_that_is_written_to_while_it_is_mapped_is_noticed(tmp_path: Path) -> None:
    listed = reopened(tmp_path, some(20))
    assert listed.is_whole
    with (tmp_path / "list@1.hashes").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\1")
    assert not listed.is_whole


def test_a_file_that_another_takes_the_name_of_is_still_whole(tmp_path: Path) -> None:
    first = reopened(tmp_path, some(20))
    second = reopened(tmp_path, some(30))
    assert first.is_whole
    assert [len(list(each.entries())) for each in (first, second)] == [100, 150]


def test_nothing_is_left_of_an_index_that_could_not_be_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="as long as its type"):
        write_hashes(tmp_path / "list@1.hashes", [KnownEntry(type="pdq", value="3c" * 16)], DIGEST)
    with pytest.raises(OSError, match="No such file"):
        write_hashes(tmp_path / "gone" / "list@1.hashes", some(2), DIGEST)
    assert list(tmp_path.iterdir()) == []


def test_the_same_list_is_laid_out_the_same_in_every_process(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.filters.indexes.test_hash_image import *;"
        "write_hashes(Path(sys.argv[1]), some(50), DIGEST, few=-1)"
    )
    write_hashes(tmp_path / "here", some(50), DIGEST, few=FORCE_TABLES)
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "there")], check=True)
    assert (tmp_path / "here").read_bytes() == (tmp_path / "there").read_bytes()


def test_a_list_larger_than_a_page_begins_each_column_on_a_new_one(tmp_path: Path) -> None:
    write_hashes(tmp_path / "list", some(700), DIGEST, few=FORCE_TABLES)
    assert hash_image._PAGE == 4096
    assert (tmp_path / "list").stat().st_size > 5 * hash_image._PAGE
    assert sum(1 for _ in KnownList(name="l", number=1, parts=open_hashes(tmp_path / "list", DIGEST)).entries()) == 3500
