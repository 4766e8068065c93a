"""What an operator types is an entry, or is refused with a word on how to write it."""

import pytest

from storage.list_lines import BadList
from storage.named_entries import covers, named_entries, refuse_public_suffix


@pytest.mark.parametrize(
    ("typed", "entry"),
    [
        (" Example.ORG. ", "example.org"),
        ("https://example.org/", "example.org"),
        ("http://bücher.example", "xn--bcher-kva.example"),
        ("https://example.org:8080/", "example.org:8080/*"),
        ("https://example.org:443/#top", "example.org"),
        ("https://user@example.org/", "example.org"),
        ("https://example.org/a/", "example.org/a/"),
        ("example.org/", "example.org"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("http://192.0.2.7/", "192.0.2.7"),
    ],
)
def test_an_entry_is_read_as_it_is_meant(typed: str, entry: str) -> None:
    assert named_entries([typed, typed]) == (entry,)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "not a host"),
        (" ", "not a host"),
        ("a b", "not a host"),
        ("*.example.org", "a star has a meaning only at the end of a URL"),
        ("https://*.example.org/", "a star has a meaning only at the end of a URL"),
        ("example.org/a/*/b", "a star has a meaning only at the end of a URL"),
        ("example.*", "not a host"),
        ("example.org:8080", "a port needs a path"),
        ("0.0.0.0/0", "a network of every address there is"),
        ("http://192.0.2.0/24", "at the end of a URL a star means"),
        ("ann@example.org", "the address of a mailbox"),
        ("ftp://example.org/", "not an address of the web"),
        ("/example.org/a", "not an address of the web"),
        ("||x.example^", "not a host"),
        ("=example.org/a", "not a host"),
    ],
)
def test_what_is_no_entry_is_refused_with_how_to_write_one(typed: str, says: str) -> None:
    with pytest.raises(BadList, match=f"^{says}.*write example"):
        named_entries([typed])
    with pytest.raises(BadList, match=f"^entry 2 of 2: {says}"):
        named_entries(["example.org", typed])


@pytest.mark.parametrize(
    ("entry", "says", "by_force"),
    [
        ("co.uk", "public suffix", True),
        (".co.uk", "public suffix", True),
        ("github.io", "a company lets anybody", True),
        ("com", "single label", True),
        ("co.uk/*", "public suffix", True),
        ("github.io:8080/a*", "a company lets anybody", True),
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


@pytest.mark.parametrize(
    "entry", ["=co.uk", "=github.io", "example.co.uk", "me.github.io", "192.0.2.7", "co.uk/a", "192.0.2.7/a*"]
)
def test_what_one_party_holds_needs_no_force(entry: str) -> None:
    refuse_public_suffix(entry, force=False)


def test_every_mode_of_an_entry_has_a_sentence() -> None:
    entries = ["a.example", "=a.example", ".a.example", "192.0.2.7", "192.0.2.0/24", "a.example/b", "a.example/b*"]
    entries += ["sha256:" + "5e" * 32, "a.example/b/"]
    assert len({covers(each) for each in entries}) == len(entries)
