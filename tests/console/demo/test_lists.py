import hashlib
from pathlib import Path

from console.demo.known import BY_SHA256
from console.demo.lists import write_digests, write_hashes
from console.demo.pictures import jpeg
from storage.hash_formats import ListedHash, read_hashes


def test_the_list_of_digests_can_be_read_as_bare_hex(tmp_path: Path) -> None:
    with write_digests(tmp_path / "digests.txt").open("rb") as source:
        entries = list(read_hashes(source, type_name="sha256"))
    assert entries == [ListedHash(type="sha256", value=hashlib.sha256(jpeg(BY_SHA256)).hexdigest())]


def test_the_list_of_hashes_can_be_read_as_threatexchange_csv(tmp_path: Path) -> None:
    with write_hashes(tmp_path / "hashes.csv").open("rb") as source:
        entries = [each for each in read_hashes(source) if isinstance(each, ListedHash)]
    assert sorted(each.type for each in entries) == ["md5", "pdq", "pdq"]
