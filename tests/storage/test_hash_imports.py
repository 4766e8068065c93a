import hashlib
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, select, update

from filters.indexes.list_policy import ListPolicy
from storage import hash_lists
from storage.hash_files import HashFile, hash_file
from storage.hash_lists import HashLists
from storage.list_imports import ListShrinks
from storage.list_lines import BadList
from storage.list_locks import ListIsHeld
from storage.list_manifests import BadManifest
from storage.list_revisions import CorruptList, ListMismatch
from storage.tables import hash_entry, revision
from tests.storage.hash_formats.samples import PDQ, md5, sha1
from tests.storage.records import Records, opened

KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"a key for tests").digest())
PUBLIC = KEY.public_key().public_bytes_raw().hex()
WHO: dict[str, Any] = {"by": "ann", "why": "x"}


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as records:
        yield records


@pytest.fixture
def lists(records: Records) -> HashLists:
    return HashLists(records.db, records.ledger)


def file_of(folder: Path, count: int, name: str = "list.txt") -> Path:
    path = folder / name
    path.write_text("".join(f"{md5(str(n))}\n" for n in range(count)))
    return path


def manifest_of(folder: Path, file: Path, **more: Any) -> Path:
    raw = file.read_bytes()
    now = datetime.now(UTC)
    said = {"list_id": "partner", "version": now.isoformat(), "sha256": hashlib.sha256(raw).hexdigest()}
    path = folder / "manifest.json"
    path.write_text(json.dumps(said | {"counts": {"md5": raw.count(b"\n")}} | more))
    path.with_name("manifest.json.sig").write_bytes(KEY.sign(path.read_bytes()))
    return path


def hours_ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).isoformat()


def test_a_table_is_imported_with_ids_and_severities(tmp_path: Path, records: Records, lists: HashLists) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"Ref;Hash;Grade\n1;{sha1()};A\n2;{sha1('two')};\n")
    policy = {"severity_scheme": "iwf"}
    columns = "hash=Hash,id=Ref,severity=Grade"
    done = lists.import_file(path, "partner", type="sha1", columns=columns, policy=policy, **WHO)
    assert (done.entries, done.source, done.policy) == (2, "table.csv (csv)", policy)
    assert done.file_digest == hashlib.sha256(path.read_bytes()).hexdigest()
    with records.db.read() as conn:
        kept = conn.execute(select(hash_entry.c.source_entry, hash_entry.c.severity).order_by("source_entry")).all()
    assert [tuple(row) for row in kept] == [("1", "iwf:A"), ("2", "")]


def test_where_a_list_comes_from_and_its_licence_are_kept(tmp_path: Path, lists: HashLists) -> None:
    done = lists.import_file(file_of(tmp_path, 1), "partner", type="md5", source="by courier", licence="members", **WHO)
    assert (done.source, done.licence) == ("by courier", "members")


@pytest.mark.parametrize(
    ("left", "said", "refused"), [(9, None, False), (8, None, True), (8, 0.2, False), (9, 0.05, True), (0, 1, True)]
)
def test_an_import_that_takes_too_much_off_a_list_is_refused(
    tmp_path: Path, lists: HashLists, left: int, said: float | None, refused: bool
) -> None:
    policy = {"max_shrink": said}
    lists.import_file(file_of(tmp_path, 10), "partner", type="md5", policy=policy, **WHO)
    smaller = file_of(tmp_path, left)
    if not refused:
        assert lists.import_file(smaller, "partner", type="md5", max_shrink=0.1, **WHO).removed == 10 - left
        return
    with pytest.raises((ListShrinks, BadList), match=r"HASHLIST_MAX_SHRINK|no entry"):
        lists.import_file(smaller, "partner", type="md5", max_shrink=0.1, **WHO)
    assert [each.entries for each in lists.history("partner")] == [10]


def test_a_share_that_is_no_number_lets_nothing_go(tmp_path: Path, lists: HashLists) -> None:
    lists.import_file(file_of(tmp_path, 10), "partner", type="md5", **WHO)
    with pytest.raises(ListShrinks):
        lists.import_file(file_of(tmp_path, 9), "partner", type="md5", max_shrink=float("nan"), **WHO)


def test_what_cannot_be_read_twice_is_no_list(tmp_path: Path, lists: HashLists) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadList, match="must be a file that stays"):
        lists.import_file(tmp_path / "pipe", "partner", type="md5", **WHO)


def test_a_list_may_shrink_if_somebody_says_so(tmp_path: Path, lists: HashLists) -> None:
    lists.import_file(file_of(tmp_path, 10), "partner", type="md5", **WHO)
    done = lists.import_file(file_of(tmp_path, 1), "partner", type="md5", max_shrink=0.1, force=True, **WHO)
    assert (done.entries, done.removed) == (1, 9)


def signed(lists: HashLists, file: Path, manifest: Path, **more: Any) -> Any:
    return lists.import_file(file, "partner", type="md5", manifest=manifest, **WHO, **more)


def test_a_signed_list_is_as_old_as_its_source_says(tmp_path: Path, lists: HashLists) -> None:
    file = file_of(tmp_path, 3)
    version = hours_ago(10)
    done = signed(lists, file, manifest_of(tmp_path, file, version=version), policy={"signed_by": PUBLIC})
    assert done.fresh_at == datetime.fromisoformat(version)
    assert done.policy == {"signed_by": PUBLIC}


def test_once_signed_always_signed(tmp_path: Path, lists: HashLists) -> None:
    file = file_of(tmp_path, 3)
    signed(lists, file, manifest_of(tmp_path, file), policy={"signed_by": PUBLIC})
    with pytest.raises(ListMismatch, match="--manifest"):
        lists.import_file(file, "partner", type="md5", **WHO)
    with pytest.raises(ListMismatch, match="another key"):
        signed(lists, file, manifest_of(tmp_path, file), policy={"signed_by": "ab" * 32})
    assert signed(lists, file, manifest_of(tmp_path, file)).number == 2


def test_a_manifest_without_a_key_says_nothing(tmp_path: Path, lists: HashLists) -> None:
    file = file_of(tmp_path, 3)
    with pytest.raises(ListMismatch, match="--signed-by"):
        signed(lists, file, manifest_of(tmp_path, file))


@pytest.mark.parametrize(
    "more",
    [
        {"list_id": "other"},
        {"sha256": "ab" * 32},
        {"counts": {"md5": 4}},
        {"counts": {}},
        {"canaries": [f"md5:{md5('not there')}"]},
        {"version": hours_ago(49)},
        {"version": hours_ago(25), "max_age_hours": 24},
        {"version": hours_ago(49), "max_age_hours": 1_000},
        {"version": hours_ago(-1)},
        {"kind": "delta"},
    ],
    ids=["list", "file", "too few", "none told", "canary", "old", "old by itself", "says it may", "future", "delta"],
)
def test_what_is_not_as_it_was_signed_leaves_no_list_behind(
    tmp_path: Path, records: Records, lists: HashLists, more: dict[str, Any]
) -> None:
    file = file_of(tmp_path, 3)
    with pytest.raises(BadManifest):
        signed(lists, file, manifest_of(tmp_path, file, **more), policy={"signed_by": PUBLIC})
    assert (lists.list(), records.acts) == ((), 0)


def test_an_earlier_version_is_refused_and_the_same_one_taken_again(tmp_path: Path, lists: HashLists) -> None:
    file = file_of(tmp_path, 3)
    now, before = hours_ago(1), hours_ago(2)
    signed(lists, file, manifest_of(tmp_path, file, version=now), policy={"signed_by": PUBLIC})
    with pytest.raises(BadManifest, match="earlier"):
        signed(lists, file, manifest_of(tmp_path, file, version=before))
    again = signed(lists, file, manifest_of(tmp_path, file, version=now))
    assert (again.number, again.fresh_at) == (2, datetime.fromisoformat(now))


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen once, after an import has seen what the list is and before it has read its file."""

    def opened(*given: Any, **named: Any) -> HashFile:
        monkeypatch.undo()
        act()
        return hash_file(*given, **named)

    monkeypatch.setattr(hash_lists, "hash_file", opened)


def test_of_two_versions_imported_at_once_the_earlier_never_replaces_the_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lists: HashLists
) -> None:
    folders = [tmp_path / name for name in ("earlier", "later")]
    for folder in folders:
        folder.mkdir()
    earlier, later = (file_of(folder, count) for folder, count in zip(folders, (3, 4), strict=True))
    old, new = manifest_of(folders[0], earlier, version=hours_ago(2)), manifest_of(folders[1], later)
    policy = {"signed_by": PUBLIC}

    def import_later() -> None:
        lists.import_file(later, "partner", type="md5", manifest=new, policy=policy, **WHO)

    meanwhile(monkeypatch, import_later)
    with pytest.raises(ListIsHeld, match="changed by another process"):
        lists.import_file(earlier, "partner", type="md5", manifest=old, policy=policy, **WHO)
    assert [(each.number, each.entries) for each in lists.history("partner")] == [(1, 4)]


def test_an_import_does_not_undo_a_policy_that_was_set_while_it_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lists: HashLists
) -> None:
    file = file_of(tmp_path, 3)
    lists.import_file(file, "partner", type="md5", **WHO)
    meanwhile(monkeypatch, lambda: lists.set_policy("partner", {"needs_incident_key": True}, **WHO))
    with pytest.raises(ListIsHeld):
        lists.import_file(file, "partner", type="md5", policy={"max_age_hours": 24}, **WHO)
    assert lists.policy("partner") == ListPolicy(needs_incident_key=True)


def test_a_file_that_is_swapped_while_it_is_read_is_not_the_one_that_was_signed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lists: HashLists
) -> None:
    file = file_of(tmp_path, 3)
    manifest = manifest_of(tmp_path, file)
    digest = HashFile.digest

    def digested(of: HashFile) -> str:
        found = digest(of)
        file.write_text("".join(f"{md5(word)}\n" for word in ("x", "y", "z")))
        return found

    monkeypatch.setattr(HashFile, "digest", digested)
    with pytest.raises(BadList, match="changed while it was read"):
        lists.import_file(file, "partner", type="md5", manifest=manifest, policy={"signed_by": PUBLIC}, **WHO)
    assert lists.list() == ()


def test_a_source_may_say_that_its_list_ages_sooner(tmp_path: Path, lists: HashLists) -> None:
    file = file_of(tmp_path, 3)
    said = manifest_of(tmp_path, file, max_age_hours=12, severity_scheme="iwf")
    signed(lists, file, said, policy={"signed_by": PUBLIC})
    assert lists.policy("partner") == ListPolicy(signed_by=PUBLIC, max_age_hours=12, severity_scheme="iwf")


def test_a_policy_is_a_revision_of_the_same_entries_which_get_no_younger(
    tmp_path: Path, records: Records, lists: HashLists
) -> None:
    first = lists.import_file(file_of(tmp_path, 3), "partner", type="md5", licence="members", **WHO)
    then = datetime.now(UTC) - timedelta(hours=100)
    with records.db.write() as conn:
        conn.execute(update(revision).values(at=then))
    epoch = records.epoch
    done = lists.set_policy("partner", {"action": "suspect"}, **WHO)
    assert done is not None
    assert (done.number, done.entries, done.digest, records.epoch) == (2, 3, first.digest, epoch + 1)
    assert (done.source, done.licence, done.file_digest) == (first.source, "members", first.file_digest)
    assert done.fresh_at == then
    known = lists.load((), provisional=False, max_age=timedelta(hours=48))
    assert (known.lists[0].policy.action, known.production) == ("suspect", False)


def test_a_policy_stays_until_it_is_changed(tmp_path: Path, lists: HashLists) -> None:
    file = file_of(tmp_path, 3)
    lists.import_file(file, "partner", type="md5", policy={"pdq_bits": 20}, **WHO)
    lists.import_file(file, "partner", type="md5", **WHO)
    lists.set_policy("partner", {"max_age_hours": 24}, **WHO)
    assert lists.policy("partner") == ListPolicy(pdq_bits=20, max_age_hours=24)
    assert lists.set_policy("partner", {"pdq_bits": 20}, **WHO) is None


def test_a_policy_that_there_is_not_is_refused(tmp_path: Path, lists: HashLists) -> None:
    with pytest.raises(ListMismatch, match="no list of known material"):
        lists.set_policy("partner", {"pdq_bits": 20}, **WHO)
    with pytest.raises(ListMismatch, match="pdq_bits"):
        lists.import_file(file_of(tmp_path, 3), "partner", type="md5", policy={"pdq_bits": 48}, **WHO)
    assert lists.list() == ()


def test_what_cannot_be_understood_of_a_policy_is_never_overwritten(
    tmp_path: Path, records: Records, lists: HashLists
) -> None:
    file = file_of(tmp_path, 3)
    lists.import_file(file, "partner", type="md5", **WHO)
    with records.db.write() as conn:
        conn.execute(update(revision).values(policy={"only_on": "Sundays"}))
    with pytest.raises(ListMismatch, match="cannot be read"):
        lists.import_file(file, "partner", type="md5", **WHO)


def test_a_list_that_is_fetched_is_not_imported(tmp_path: Path, lists: HashLists) -> None:
    file = file_of(tmp_path, 3)
    exchange = {"kind": "ncmec", "url": "https://exchange.example/"}
    lists.import_file(file, "partner", type="md5", **WHO)
    lists.set_policy("partner", {"exchange": exchange}, **WHO)
    with pytest.raises(ListMismatch, match="hashlist fetch partner"):
        lists.import_file(file, "partner", type="md5", **WHO)


def test_the_record_of_a_change_says_what_the_policy_is_and_shows_no_hash(
    tmp_path: Path, records: Records, lists: HashLists
) -> None:
    path = tmp_path / "pdq.txt"
    path.write_text(f"{PDQ}\n")
    lists.import_file(path, "partner", type="pdq", policy={"action": "suspect"}, **WHO)
    assert '"action":"suspect"' in records.ledger_text.replace(" ", "")
    assert PDQ not in records.ledger_text


def test_the_index_of_a_policy_is_there_before_it_counts_and_of_whole_rows_only(
    tmp_path: Path, records: Records, lists: HashLists
) -> None:
    lists.import_file(file_of(tmp_path, 3), "partner", type="md5", **WHO)
    lists.set_policy("partner", {"action": "suspect"}, **WHO)
    assert [each.name for each in (records.db.folder / "indexes").glob("*.hashes")] == ["partner@2.hashes"]
    with records.db.write() as conn:
        conn.execute(delete(hash_entry).where(hash_entry.c.value == md5("1")))
    with pytest.raises(CorruptList, match="partner@2"):
        lists.set_policy("partner", {"action": "refuse"}, **WHO)
    assert lists.policy("partner").action == "suspect"
