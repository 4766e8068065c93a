import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from filters.indexes.entries import (
    Mode,
    NotAnEntry,
    entry_of_host,
    is_canonical,
    mode_of,
    nearness,
    port_of,
    read_entry,
)
from filters.indexes.trie_image import entry_of, key_of

HASH = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("written", "entry", "mode"),
    [
        ("example.org", "example.org", Mode.SUFFIX),
        (" WWW.Example.ORG. ", "www.example.org", Mode.SUFFIX),
        ("https://example.org", "example.org", Mode.SUFFIX),
        ("b\u00fccher.example", "xn--bcher-kva.example", Mode.SUFFIX),
        ("localhost", "localhost", Mode.SUFFIX),
        ("=Example.org", "=example.org", Mode.EXACT),
        (".Example.org", ".example.org", Mode.SUBDOMAINS),
        ("192.0.2.7", "192.0.2.7", Mode.ADDRESS),
        ("=192.0.2.7", "192.0.2.7", Mode.ADDRESS),
        ("2001:DB8:0::1", "2001:db8::1", Mode.ADDRESS),
        ("::ffff:192.0.2.7", "192.0.2.7", Mode.ADDRESS),
        ("192.0.2.0/32", "192.0.2.0", Mode.ADDRESS),
        ("192.0.2.9/24", "192.0.2.0/24", Mode.NETWORK),
        ("2001:DB8::/32", "2001:db8::/32", Mode.NETWORK),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24", Mode.NETWORK),
        ("::ffff:0:0/95", "::fffe:0:0/95", Mode.NETWORK),
        ("64:ff9b::/96", "64:ff9b::/96", Mode.NETWORK),
        ("http://Example.org/a/../b%2563?x=1#top", "example.org/bc?x=1", Mode.URL),
        ("//example.org/", "example.org/", Mode.URL),
        ("example.org?x", "example.org/?x", Mode.URL),
        ("https://user@example.org/x", "example.org/x", Mode.URL),
        ("https://example.org:443/x", "example.org/x", Mode.URL),
        ("example.org:8080/x", "example.org:8080/x", Mode.URL),
        ("[2001:db8::1]:81/x", "[2001:db8::1]:81/x", Mode.URL),
        ("sha256:8080/x", "sha256:8080/x", Mode.URL),
        ("example.org/~a*", "example.org/~a*", Mode.PREFIX),
        ("example.org/*", "example.org/*", Mode.PREFIX),
        ("example.org/a?b=*", "example.org/a?b=*", Mode.PREFIX),
        ("example.org/a?*", "example.org/a?*", Mode.PREFIX),
        ("http://192.0.2.0/24*", "192.0.2.0/24*", Mode.PREFIX),
        ("//192.0.2.7/", "192.0.2.7/", Mode.URL),
        (f"SHA256:{HASH.upper()}", f"sha256:{HASH}", Mode.HASHED),
    ],
)
def test_entry_is_read_as_it_is_compared(written: str, entry: str, mode: Mode) -> None:
    assert read_entry(written) == entry
    assert mode_of(entry) is mode
    assert is_canonical(entry)
    assert entry_of(key_of(entry)) == entry


@pytest.mark.parametrize(
    "written",
    [
        "",
        "=",
        ".",
        "=.example.org",
        "..example.org",
        ".192.0.2.7",
        "*.example.org",
        "example.*",
        "example.org*",
        "example.org:8080",
        "b d.example",
        "\u3200",
        "=\u3200.example",
        ".\u207da.example",
        "\uff1da.example",
        "user@example.org",
        "2130706433",
        "0x7f.1",
        "192.0.2.0/33",
        "0.0.0.0/0",
        "::/0",
        "sha256:0123",
        "data:image/png,x",
        "weird://example.org/x",
        "http://=a.example/x",
        "http://a*b.example/x",
        "a..b/x",
        "a..b",
        "example.org^",
        "http://192.0.2.0/24",
        "//2001:db8::/32",
        "http://192.0.2.7/24#top",
        "example.org/a%2A",
        "user@example.org/x",
        "mailto:user@example.org",
        "ftp://example.org/x",
        "https://https://example.org/",
        "/example.org/x",
    ],
)
def test_what_names_nothing_is_no_entry(written: str) -> None:
    with pytest.raises(NotAnEntry) as caught:
        read_entry(written)
    assert len(written) < 4 or written not in str(caught.value)
    assert not is_canonical(written)


def test_what_is_spelt_in_another_way_is_not_canonical() -> None:
    assert not is_canonical("Example.org")
    assert not is_canonical("=192.0.2.7")
    assert not is_canonical("a." * 130 + "org")


@pytest.mark.parametrize(
    ("host", "mode", "entry"),
    [
        ("example.org", Mode.SUFFIX, "example.org"),
        ("example.org", Mode.EXACT, "=example.org"),
        ("example.org", Mode.SUBDOMAINS, ".example.org"),
        ("192.0.2.7", Mode.EXACT, "192.0.2.7"),
        ("::1", Mode.SUBDOMAINS, "::1"),
    ],
)
def test_a_host_is_entered_as_the_list_means_it(host: str, mode: Mode, entry: str) -> None:
    assert entry_of_host(host, mode) == entry


@pytest.mark.parametrize(
    ("entry", "port"),
    [("example.org/x", None), ("example.org:81/x", 81), ("[::1]:82/*", 82), ("[::1]/x:1/", None), ("a.b/c:3/", None)],
)
def test_port_is_that_of_the_host(entry: str, port: int | None) -> None:
    assert port_of(entry) == port


def test_the_less_an_entry_covers_the_nearer_it_is() -> None:
    ordered = ["10.0.0.0/8", "10.1.0.0/16", "org", "example.org", "www.example.org", "a.test/x*", "a.test/x", HASH]
    ordered[-1] = f"sha256:{HASH}"
    assert sorted(ordered, key=nearness) == ordered
    assert nearness("=example.org") == nearness(".example.org") == nearness("example.org")


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=40) | st.text("=.*/?:[]%0123456789abx", max_size=20))
@example("\u3200")
@example("\uff1da.example")
def test_any_text_is_an_entry_that_stays_what_it_is_or_none(text: str) -> None:
    try:
        entry = read_entry(text)
    except NotAnEntry:
        return
    assert read_entry(entry) == entry
    assert entry_of(key_of(entry)) == entry
    assert entry.isascii()
