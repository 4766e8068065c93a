import pytest

from console.docs_blocklists import CASES, FORMATS, Case, blocklists_page, read_cases
from filters.indexes.hosts import BlockedHosts, HostList
from storage.host_formats import HostFormat
from storage.list_lines import BadList
from storage.named_entries import covers, named_entries, refuse_public_suffix

ENTRIES = read_cases(CASES.read_bytes())


def entered(typed: str) -> str:
    """Return what `blocklist add` keeps."""
    (entry,) = named_entries([typed])
    refuse_public_suffix(entry, force=False)
    return entry


@pytest.mark.parametrize("case", [each for each in ENTRIES if each.kept], ids=lambda case: case.typed)
def test_an_entry_covers_what_the_page_says_and_nothing_else(case: Case) -> None:
    entry = entered(case.typed)
    assert entry == case.kept
    assert case.covers
    assert case.other
    hosts = BlockedHosts((HostList.of(name="told", number=1, digest="", entries={entry: "x"}),))
    found = [hosts.find(url) for url in (*case.covers, *case.other)]
    assert [each and each.host for each in found] == [entry] * len(case.covers) + [None] * len(case.other)
    assert f"| `{case.typed}` | `{entry}` | {covers(entry)} |" in blocklists_page()


@pytest.mark.parametrize("case", [each for each in ENTRIES if each.refused], ids=lambda case: case.typed)
def test_a_slip_is_answered_as_the_page_says(case: Case) -> None:
    with pytest.raises(BadList) as caught:
        entered(case.typed)
    assert str(caught.value).startswith(str(case.refused))
    assert case.kept is None


def test_every_format_is_told() -> None:
    assert set(FORMATS) == set(HostFormat)
