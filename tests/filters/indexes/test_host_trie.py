import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.indexes.entries import Mode, NotAnEntry
from filters.indexes.expressions import address_of, hash_of, spelt
from filters.indexes.host_trie import BrokenIndex, EntryIndex, open_trie, write_trie

DIGEST = "0f" * 32
OF_EVERY_MODE = {
    "example.org": "all of it",
    "=only.example": "the host",
    ".blogs.example": "blogs",
    "192.0.2.7": "an address",
    "192.0.2.64/26": "a network",
    "2001:db8::/32": "a network",
    "a.example/x?y": "a URL",
    "a.example:81/x": "a URL",
    "a.example/z*": "a prefix",
    f"sha256:{hash_of('b.example/')}": "a hash",
}


def mapped(folder: Path, entries: dict[str, str], exceptions: dict[str, str] | None = None) -> EntryIndex:
    path = folder / "list.hosts"
    write_trie(path, entries.items(), (exceptions or {}).items(), digest=DIGEST)
    return open_trie(path, DIGEST)


def test_index_on_disk_holds_what_was_written(tmp_path: Path) -> None:
    index = mapped(tmp_path, OF_EVERY_MODE, {"fine.example.org": "said so", "=a.example.org": "too"})
    assert dict(index.items()) == OF_EVERY_MODE
    assert set(index) == set(OF_EVERY_MODE)
    assert len(index) == len(OF_EVERY_MODE)
    assert {entry: index.why(entry) for entry in OF_EVERY_MODE} == OF_EVERY_MODE
    assert dict(index.exceptions()) == {"fine.example.org": "said so", "=a.example.org": "too"}
    assert index.modes == set(Mode)
    assert index.ports == {81}


@pytest.mark.parametrize(
    "entry", ["www.example.org", "org", "=example.org", "192.0.2.64", "?canary.", "fine.example.org"]
)
def test_what_is_no_entry_has_no_reason(tmp_path: Path, entry: str) -> None:
    assert mapped(tmp_path, OF_EVERY_MODE, {"fine.example.org": "said so"}).why(entry) is None


@pytest.mark.parametrize(
    ("host", "entries"),
    [
        ("example.org", ["example.org"]),
        ("www.example.org", ["example.org"]),
        ("notexample.org", []),
        ("example.org.test", []),
        ("only.example", ["=only.example"]),
        ("www.only.example", []),
        ("blogs.example", []),
        ("joe.blogs.example", [".blogs.example"]),
        ("a.joe.blogs.example", [".blogs.example"]),
        ("192.0.2.7", ["192.0.2.7"]),
        ("192.0.2.8", []),
        ("192.0.2.127", ["192.0.2.64/26"]),
        ("192.0.2.128", []),
        ("2001:db8:ffff::1", ["2001:db8::/32"]),
        ("2001:db9::1", []),
        ("?canary", []),
    ],
)
def test_host_is_covered_by_its_entries(host: str, entries: list[str]) -> None:
    assert EntryIndex.of(OF_EVERY_MODE).covering(host) == entries
    assert EntryIndex.of({"other.test": ""}, OF_EVERY_MODE).lifting(host) == entries


@pytest.mark.parametrize(
    ("url", "entries"),
    [
        ("http://a.example/x?y", ["a.example/x?y"]),
        ("http://www.a.example/x?y", []),
        ("http://a.example/x?z", []),
        ("http://a.example/x", []),
        ("http://a.example:81/x", ["a.example:81/x"]),
        ("http://a.example:81/x?q", []),
        ("http://www.a.example/zebra", ["a.example/z*"]),
        ("http://a.example/zebra/2", ["a.example/z*"]),
        ("http://a.example/z", ["a.example/z*"]),
        ("http://a.example/y", []),
        ("http://www.b.example/q", [f"sha256:{hash_of('b.example/')}"]),
    ],
)
def test_url_is_covered_by_its_entries(url: str, entries: list[str]) -> None:
    address = address_of(url)
    for find in (EntryIndex.of(OF_EVERY_MODE).covering, EntryIndex.of({}, OF_EVERY_MODE).lifting):
        ports = frozenset({81})
        assert find(address.host, spelt(address, ports)) == entries


def test_several_entries_that_cover_a_host_are_all_told() -> None:
    index = EntryIndex.of({"org": "", "example.org": "", ".org": "", "=www.example.org": ""})
    assert sorted(index.covering("www.example.org")) == [".org", "=www.example.org", "example.org", "org"]


def test_longest_prefix_is_the_nearest() -> None:
    index = EntryIndex.of({"a.example/*": "", "a.example/pictures/*": "", "a.example/pictures/x": ""})
    assert index.longest_prefix("a.example/pictures/2") == "a.example/pictures/*"
    assert index.longest_prefix("a.example/other") == "a.example/*"
    assert index.longest_prefix("b.example/") is None


@pytest.mark.parametrize("count", [1, 2, 256, 257, 70_000])
def test_each_entry_keeps_its_own_reason_however_many_there_are(count: int) -> None:
    entries = {f"host-{number}.example": f"reason {number}" for number in range(count)}
    assert dict(EntryIndex.of(entries).items()) == entries


def test_list_without_entries_covers_nothing() -> None:
    index = EntryIndex.of({})
    assert (len(index), list(index), index.covering("example.org"), index.lifting("example.org")) == (0, [], [], [])
    assert index.modes == set()


@pytest.mark.parametrize("entry", ["Example.org", "http://example.org", "a b", "2130706433", ""])
def test_entry_that_would_never_be_found_is_not_written(tmp_path: Path, entry: str) -> None:
    path = tmp_path / "list.hosts"
    with pytest.raises(NotAnEntry):
        write_trie(path, [("example.org", "why"), (entry, "why")], digest=DIGEST)
    assert list(tmp_path.iterdir()) == []


def test_writing_that_breaks_off_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    def breaking() -> Iterator[tuple[str, str]]:
        yield "other.example", "why"
        raise KeyboardInterrupt

    before = mapped(tmp_path, OF_EVERY_MODE)
    with pytest.raises(KeyboardInterrupt):
        write_trie(tmp_path / "list.hosts", breaking(), digest=DIGEST)
    assert [each.name for each in tmp_path.iterdir()] == ["list.hosts"]
    assert dict(open_trie(tmp_path / "list.hosts", DIGEST).items()) == dict(before.items())


def test_index_in_use_stays_as_it_was_when_a_new_one_takes_its_place(tmp_path: Path) -> None:
    before = mapped(tmp_path, {"old.example": "why"})
    after = mapped(tmp_path, {"new.example": "why"})
    assert before.covering("old.example") == ["old.example"]
    assert after.covering("new.example") == ["new.example"]
    assert after.covering("old.example") == []


def test_missing_index_is_broken(tmp_path: Path) -> None:
    with pytest.raises(BrokenIndex):
        open_trie(tmp_path / "none.hosts", DIGEST)


def test_index_of_another_list_is_broken(tmp_path: Path) -> None:
    mapped(tmp_path, OF_EVERY_MODE)
    with pytest.raises(BrokenIndex, match="of another revision"):
        open_trie(tmp_path / "list.hosts", "f0" * 32)


@pytest.mark.parametrize("kept", [0, 1, 8, 39, 40, 47, 48, 100, 4095, 4096, 5000, -1])
def test_cut_index_is_broken(tmp_path: Path, kept: int) -> None:
    mapped(tmp_path, OF_EVERY_MODE)
    path = tmp_path / "list.hosts"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(BrokenIndex):
        open_trie(path, DIGEST)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_index_with_any_changed_byte_is_broken(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("changed")
    mapped(folder, OF_EVERY_MODE)
    path = folder / "list.hosts"
    written = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(written) - 1))
    written[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(written)
    with pytest.raises(BrokenIndex):
        open_trie(path, DIGEST)


def test_index_that_does_not_find_what_was_planted_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filters.indexes.trie_image._CANARY", "?forgotten.")
    mapped(tmp_path, OF_EVERY_MODE)
    monkeypatch.undo()
    with pytest.raises(BrokenIndex):
        open_trie(tmp_path / "list.hosts", DIGEST)


def test_no_error_names_a_file_or_an_entry(tmp_path: Path) -> None:
    with pytest.raises(BrokenIndex) as caught:
        open_trie(tmp_path / "secret.hosts", DIGEST)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_head_of_the_file_says_what_is_in_it(tmp_path: Path) -> None:
    mapped(tmp_path, OF_EVERY_MODE, {"fine.example.org": "said so"})
    written = (tmp_path / "list.hosts").read_bytes()
    length = int.from_bytes(written[40:48], "little")
    head = json.loads(written[48 : 48 + length])
    assert written.startswith(b"ALTHOST1")
    assert (head["digest"], head["entries"], head["exceptions"]) == (DIGEST, len(OF_EVERY_MODE), 1)
    assert (head["lengths_v4"], head["lengths_v6"], head["ports"]) == ([26], [32], [81])


NAMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=5).map(lambda labels: ".".join([*labels, "test"]))


@settings(deadline=None, max_examples=200)
@given(st.sets(NAMES, max_size=20), NAMES)
def test_index_finds_what_a_search_through_all_entries_finds(listed: set[str], host: str) -> None:
    expected = {each for each in listed if host == each or host.endswith(f".{each}")}
    assert set(EntryIndex.of(dict.fromkeys(listed, "")).covering(host)) == expected
