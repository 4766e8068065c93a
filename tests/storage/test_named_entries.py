"""What an operator types is an entry, or is refused with a word on how to write it."""

import pytest

from storage.list_lines import BadList
from storage.named_entries import covers, named_entry, refuse_public_suffix


@pytest.mark.parametrize(
    ("typed", "entry"),
    [
        (" Example.ORG. ", "example.org"),
        ("https://example.org/", "example.org"),
        ("http://bücher.example", "xn--bcher-kva.example"),
        ("https://example.org:8080/", "example.org:8080/"),
        ("https://user@example.org/", "example.org/"),
        ("example.org/", "example.org"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("http://192.0.2.7/", "192.0.2.7"),
    ],
)
def test_an_entry_is_read_as_it_is_meant(typed: str, entry: str) -> None:
    assert named_entry(typed) == entry


@pytest.mark.parametrize("typed", ["", " ", "a b", "*.example.org", "example.org:8080", "0.0.0.0/0", "||x.example^"])
def test_what_is_no_entry_is_refused_with_how_to_write_one(typed: str) -> None:
    with pytest.raises(BadList, match="write example"):
        named_entry(typed)


@pytest.mark.parametrize(
    ("entry", "says", "by_force"),
    [
        ("co.uk", "public suffix", True),
        (".co.uk", "public suffix", True),
        ("github.io", "a company lets anybody", True),
        ("com", "single label", True),
        ("localhost", "single label", False),
    ],
)
def test_what_strangers_hold_is_blocked_only_by_force(entry: str, says: str, by_force: bool) -> None:
    with pytest.raises(BadList, match=says):
        refuse_public_suffix(entry, force=False)
    if by_force:
        refuse_public_suffix(entry, force=True)
        return
    with pytest.raises(BadList, match=says):
        refuse_public_suffix(entry, force=True)


@pytest.mark.parametrize("entry", ["=co.uk", "=github.io", "example.co.uk", "me.github.io", "192.0.2.7", "co.uk/a"])
def test_what_one_party_holds_needs_no_force(entry: str) -> None:
    refuse_public_suffix(entry, force=False)


def test_every_mode_of_an_entry_has_a_sentence() -> None:
    entries = ["a.example", "=a.example", ".a.example", "192.0.2.7", "192.0.2.0/24", "a.example/b", "a.example/b*"]
    entries += ["sha256:" + "5e" * 32, "a.example/b/", "a.example/b?c"]
    assert len({covers(each) for each in entries}) == len(entries)
